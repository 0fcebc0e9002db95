//! One board: read at one moment, then written.

use std::collections::VecDeque;

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::TryStreamExt;
use uuid::Uuid;

use super::known::Known;
use super::page::{Page, STYLE_NAME, style};
use super::spool::{List, Spool};
use super::{Destination, ExportError, Writing, conn};
use crate::models::board_file::reading::{Content, Reader, card_keys, file_paths};
use crate::models::board_file::{
    BoardEntry, CardEntry, ColumnEntry, CommentEntry, EventEntry, FORMAT, FieldEntry, Head, LabelEntry,
    LinkEntry, PersonEntry, VERSION, VersionEntry,
};
use crate::models::export::ExportedBoard;
use crate::storage::StorageError;

/// How many are read at a time: of cards and comments each may have a long text.
const CARDS: usize = 100;
const COMMENTS: usize = 200;
const VERSIONS: i64 = 200;
const LINKS: i64 = 1000;
const EVENTS: i64 = 100;

/// Content types whose files are small already.
const PACKED: [&str; 6] =
    ["image/", "video/", "audio/", "application/zip", "application/gzip", "application/pdf"];

/// A board that was read.
struct Draft {
    head: Head,
    cards: List,
    comments: List,
    versions: List,
    links: List,
    events: List,
    page: Spool,
    files: Vec<Content>,
}

/// What was said on cards, in the order of these.
struct Said {
    ids: VecDeque<Uuid>,
    read: VecDeque<CommentEntry>,
}

impl Said {
    async fn on(conn: &AsyncPgConnection, card_ids: &[Uuid]) -> Result<Self, ExportError> {
        let mut by_card = CommentEntry::keys(conn, card_ids).await?;
        let ids = card_ids.iter().flat_map(|id| by_card.remove(id).unwrap_or_default()).collect();
        Ok(Self { ids, read: VecDeque::new() })
    }

    /// The next comment if it is on this card.
    async fn next(
        &mut self,
        conn: &AsyncPgConnection,
        card_id: Uuid,
        known: &mut Known,
    ) -> Result<Option<CommentEntry>, ExportError> {
        if self.read.is_empty() && !self.ids.is_empty() {
            let ids: Vec<Uuid> = self.ids.drain(..self.ids.len().min(COMMENTS)).collect();
            self.read = CommentEntry::read(conn, &ids).await?.into();
            known.learn(conn, self.read.iter().flat_map(CommentEntry::people)).await?;
        }
        Ok(self.read.pop_front_if(|comment| comment.card_id == card_id))
    }
}

impl<D: Destination> Writing<'_, D> {
    /// Writes a board below `folder`, which ends in a slash or is nothing. One that is gone by now is left out.
    pub(super) async fn board(&mut self, board: &ExportedBoard, folder: &str) -> Result<(), ExportError> {
        let Some(mut draft) = self.read(board).await? else { return Ok(()) };
        let files: u64 = draft.files.iter().map(|file| file.object.size.unsigned_abs()).sum();
        self.archive.destination.expect(files + draft.page.length() + draft.cards.spool.length()).await?;

        let path = format!("{folder}board.json");
        let length = draft.lists().iter().map(|(_, list)| list.spool.length()).sum();
        self.archive.open(&path, length, self.manner.now, false).await?;
        let mut head = serde_json::to_vec_pretty(&draft.head)?;
        // The lists follow in the same object.
        head.truncate(head.trim_ascii_end().len() - 1);
        self.archive.write(head.trim_ascii_end().to_vec().into()).await?;
        for (name, list) in draft.lists() {
            self.archive.write(format!(",\n\"{name}\": [\n").into()).await?;
            self.archive.spool(&mut list.spool).await?;
            self.archive.write("\n]".into()).await?;
        }
        self.archive.write("\n}\n".into()).await?;
        self.archive.close(path);

        let path = format!("{folder}index.html");
        self.archive.open(&path, draft.page.length(), self.manner.now, false).await?;
        self.archive.spool(&mut draft.page).await?;
        self.archive.close(path);
        self.archive.text(&format!("{folder}{STYLE_NAME}"), style().into()).await?;

        for file in draft.files {
            self.file(folder, &file).await?;
            self.done += 1;
            self.archive.destination.note(self.done, self.total).await?;
        }
        Ok(())
    }

    /// One that the store does not have is noted and left out: else nothing could be taken along any more.
    async fn file(&mut self, folder: &str, file: &Content) -> Result<(), ExportError> {
        let path = format!("{folder}{}", file.path);
        let mut bytes = match self.app.storage.read(&file.object.place(), None).await {
            Err(StorageError::Missing) => {
                tracing::warn!(path, key = file.object.key, "a file is missing in an export");
                self.archive.miss(path);
                return Ok(());
            }
            read => read?,
        };
        let packed = PACKED.iter().any(|kind| file.content_type.starts_with(kind));
        self.archive.open(&path, file.object.size.unsigned_abs(), file.created_at, packed).await?;
        while let Some(piece) = bytes.try_next().await? {
            self.archive.write(piece).await?;
        }
        self.archive.close(path);
        Ok(())
    }

    /// Reads the board as it is at one moment.
    async fn read(&mut self, board: &ExportedBoard) -> Result<Option<Draft>, ExportError> {
        let reader = Reader { role: board.role, ..self.reader };
        let mut conn = conn(self.app).await?;
        conn.batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY").await?;
        let conn = &conn;
        let entry = match BoardEntry::read(conn, board.id).await {
            Err(diesel::result::Error::NotFound) => return Ok(None),
            read => read?,
        };
        let (labels, fields, columns, mut keys, paths) = tokio::try_join!(
            LabelEntry::read(conn, board.id),
            FieldEntry::read(conn, board.id),
            ColumnEntry::read(conn, board.id),
            card_keys(conn, board.id),
            file_paths(conn, board.id),
        )?;
        let mut known = Known::default();
        let members = PersonEntry::read(conn, board.id, &[], reader).await?;
        known.learn(conn, members.iter().map(|person| person.id)).await?;
        let numbers = keys.values().flatten().filter_map(|key| Some((key.id, key.number?))).collect();
        let mut page = Page::begin(self.app, self.manner, &entry, numbers, paths).await?;
        let (mut cards, mut comments, mut files) = (List::new().await?, List::new().await?, Vec::new());
        for column in &columns {
            let keys = keys.remove(&column.id).unwrap_or_default();
            page.begin_column(column, &keys).await?;
            for batch in keys.chunks(CARDS) {
                let ids: Vec<Uuid> = batch.iter().map(|key| key.id).collect();
                let (entries, contents) = CardEntry::read(conn, &ids).await?;
                known.learn(conn, entries.iter().flat_map(CardEntry::people)).await?;
                let mut said = Said::on(conn, &ids).await?;
                for card in entries {
                    page.begin_card(&card, &labels, &fields, &known).await?;
                    cards.push(&card).await?;
                    while let Some(comment) = said.next(conn, card.id, &mut known).await? {
                        page.comment(&comment, &known).await?;
                        comments.push(&comment).await?;
                    }
                    page.end_card().await?;
                }
                files.extend(contents);
                self.done += batch.len();
                self.archive.destination.note(self.done, self.total).await?;
            }
            page.end_column().await?;
        }
        let page = page.finish().await?;
        let versions = versions(conn, board.id).await?;
        let links = links(conn, board.id, reader).await?;
        let events = events(conn, board.id, reader, &mut known).await?;
        let others: Vec<Uuid> = known.asked.into_iter().collect();
        let head = Head {
            format: FORMAT.to_owned(),
            version: VERSION,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            exported_at: self.manner.now,
            board: entry,
            people: PersonEntry::read(conn, board.id, &others, reader).await?,
            labels,
            fields,
            columns,
        };
        Ok(Some(Draft { head, cards, comments, versions, links, events, page, files }))
    }
}

impl Draft {
    /// The lists with the names that they have in the file, in its order.
    fn lists(&mut self) -> [(&'static str, &mut List); 5] {
        [
            ("cards", &mut self.cards),
            ("comments", &mut self.comments),
            ("comment_versions", &mut self.versions),
            ("links", &mut self.links),
            ("events", &mut self.events),
        ]
    }
}

async fn versions(conn: &AsyncPgConnection, board_id: Uuid) -> Result<List, ExportError> {
    let (mut list, mut after) = (List::new().await?, (Uuid::nil(), 0));
    loop {
        let batch = VersionEntry::read_after(conn, board_id, after, VERSIONS).await?;
        let Some(last) = batch.last() else { return Ok(list) };
        after = (last.comment_id, last.version);
        for version in &batch {
            list.push(version).await?;
        }
    }
}

async fn links(conn: &AsyncPgConnection, board_id: Uuid, reader: Reader) -> Result<List, ExportError> {
    let (mut list, mut after) = (List::new().await?, Some(Uuid::nil()));
    while let Some(id) = after {
        let (batch, last) = LinkEntry::read_after(conn, board_id, id, reader, LINKS).await?;
        for link in &batch {
            list.push(link).await?;
        }
        after = last;
    }
    Ok(list)
}

async fn events(
    conn: &AsyncPgConnection,
    board_id: Uuid,
    reader: Reader,
    known: &mut Known,
) -> Result<List, ExportError> {
    let (mut list, mut after) = (List::new().await?, Uuid::nil());
    loop {
        let batch = EventEntry::read_after(conn, board_id, after, reader, EVENTS).await?;
        let Some(last) = batch.last() else { return Ok(list) };
        after = last.id;
        known.learn(conn, batch.iter().filter_map(|event| event.user_id)).await?;
        for event in &batch {
            list.push(event).await?;
        }
    }
}
