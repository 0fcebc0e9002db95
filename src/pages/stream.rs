//! What was said and done on a card.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::faces::face;
use crate::app::App;
use crate::error::AppResult;
use crate::forms::Form;
use crate::markdown::references::{Named, Reference, resolve};
use crate::models::access::Access;
use crate::models::comment::Comment;
use crate::models::event::{Event, Happened};
use crate::models::reaction::Reaction;
use crate::models::reference::{NamedCard, References};
use crate::models::right::Right;
use crate::views::events::EventView;
use crate::views::files::CardId;
use crate::views::stream::{CommentView, Entry, Stream, StreamPart};

/// Comments and changes on a page.
const ENTRIES: usize = 50;

/// Who reads what.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    pub app: &'a App,
    pub access: &'a Access,
    pub reader: Uuid,
}

pub fn new_form() -> Form {
    Form::blank(&["body"])
}

/// The newest of what was said and done on a card, or of what came before an entry; the oldest of them first.
pub async fn show(
    conn: &AsyncPgConnection,
    reading: Reading<'_>,
    card_id: Uuid,
    older_than: Option<Uuid>,
) -> AppResult<Stream> {
    let Reading { app, access, reader } = reading;
    let limit = ENTRIES as i64 + 1;
    let (comments, events) = tokio::try_join!(
        Comment::of_card(conn, card_id, older_than, limit, app.clock.now()),
        Event::of_card(conn, card_id, older_than, limit),
    )?;
    // A comment says itself that it was made and edited.
    let is_change = |event: &Event| {
        !matches!(
            event.happened,
            Some(
                Happened::CommentCreated { .. }
                    | Happened::CommentEdited { .. }
                    | Happened::CommentDeleted { .. }
                    | Happened::CommentRestored { .. }
            )
        )
    };
    // The bound holds before comments' own events are left out, so that a page of nothing else still leads on.
    let mut ids: Vec<Uuid> = comments.iter().map(|listed| listed.comment.id).collect();
    ids.extend(events.iter().map(|event| event.id));
    ids.sort_unstable_by(|one, other| other.cmp(one));
    let first = ids.get(ENTRIES - 1).copied().filter(|_| ids.len() > ENTRIES);
    let is_shown = |id: Uuid| first.is_none_or(|first| id >= first);
    let mut htmls = Vec::new();
    for listed in comments.iter().filter(|listed| is_shown(listed.comment.id)) {
        htmls.push(app.markdown.render(&listed.body).await?);
    }
    let named = Named::of(htmls.iter().map(|html| &**html));
    let references = References::find(conn, access.board.id, &named, Some(reader), app.clock.now()).await?;
    let decides = access.may(Right::Manage);
    let mut all: Vec<(Uuid, Entry)> = Vec::new();
    let shown = comments.into_iter().filter(|listed| is_shown(listed.comment.id));
    for (listed, html) in shown.zip(&htmls) {
        let view =
            CommentView::new(listed, with_references(app, html, &references, Names::Shown), reader, decides);
        all.push((view.id(), Entry { comment: Some(view), changes: Vec::new() }));
    }
    for event in events.into_iter().filter(|event| is_shown(event.id) && is_change(event)) {
        all.push((event.id, Entry { comment: None, changes: vec![EventView::new(event, access, reader)] }));
    }
    all.sort_by_key(|(id, _)| *id);
    let mut entries: Vec<Entry> = Vec::new();
    for (_, entry) in all {
        match entries.last_mut() {
            Some(last) if last.comment.is_none() && entry.comment.is_none() => {
                last.changes.extend(entry.changes);
            }
            _ => entries.push(entry),
        }
    }
    let earlier = first.map(|first| format!("/cards/{card_id}?before={first}#stream"));
    Ok(Stream { entries, earlier, form: new_form(), reactions: Reaction::ALL })
}

/// The stream after something was said, and the card's face on the board beneath.
pub async fn changed(conn: &AsyncPgConnection, reading: Reading<'_>, card_id: Uuid) -> AppResult<StreamPart> {
    let stream = show(conn, reading, card_id, None).await?;
    let face = face(conn, reading.access, card_id).await?;
    Ok(StreamPart { board: reading.access.into(), card: CardId { id: card_id }, stream, face })
}

/// How a text shows what it names.
#[derive(Clone, Copy)]
pub enum Names<'a> {
    Shown,
    /// For people without an account: no person by name, and cards under the path of the board's public link.
    Hidden {
        path: &'a str,
    },
}

/// The HTML of a text with the people and cards that it names.
pub fn with_references(app: &App, html: &str, references: &References, names: Names<'_>) -> String {
    let link = |card: &NamedCard| match names {
        Names::Shown => Some(link(card, "")),
        // What is archived is not shown there.
        Names::Hidden { path } => card.archived_at.is_none().then(|| link(card, path)),
    };
    let origin = app.config.domain.origin();
    resolve(html, |reference| match reference {
        Reference::Person(handle) => references.people.get(handle).map(|person| match names {
            Names::Shown => {
                let name = escape(&person.name);
                format!("<span class=\"mention\" title=\"@{handle}\" dir=\"auto\">{name}</span>")
            }
            Names::Hidden { .. } => "<span class=\"mention\">@…</span>".to_owned(),
        }),
        Reference::Number(number) => references.by_number.get(&number).and_then(link),
        Reference::Address { url, card_id } => {
            let is_ours = url.strip_prefix(&origin).is_some_and(|path| path == format!("/cards/{card_id}"));
            references.by_id.get(&card_id).filter(|_| is_ours).and_then(link)
        }
    })
}

/// A card that a text names: its title, and where it is.
fn link(card: &NamedCard, path: &str) -> String {
    let number = card.number.map(|number| format!("#{number} ")).unwrap_or_default();
    let (title, column) = (escape(&card.title), escape(&card.column));
    let (title, state) = match card.archived_at {
        Some(_) => (format!("<s>{title}</s>"), String::new()),
        None => (title, format!(" <span class=\"card-link-column\" dir=\"auto\">{column}</span>")),
    };
    let id = card.id;
    format!("<a class=\"card-link\" href=\"{path}/cards/{id}\" dir=\"auto\">{number}{title}{state}</a>")
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            letter => escaped.push(letter),
        }
    }
    escaped
}
