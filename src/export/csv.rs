//! A board's cards as a table (RFC 4180) that spreadsheets open and run nothing of.

use std::collections::{HashMap, VecDeque};

use axum::body::Body;
use bytes::Bytes;
use futures_util::stream;
use uuid::Uuid;

use crate::app::App;
use crate::error::{AppError, AppResult};
use crate::language::Language;
use crate::models::board_file::reading::card_keys;
use crate::models::board_file::{CardEntry, ColumnEntry, FieldEntry, LabelEntry, PersonEntry};
use crate::models::color::Color;
use crate::models::field::kind::FieldKind;
use crate::templates::Shell;
use crate::views::exports::TableHead;

/// Cards that are read at a time, and lines that are sent at once.
const BATCH: usize = 100;

/// By which spreadsheets know which letters it is written in.
const MARK: &str = "\u{feff}";

/// A table that is written as it is read.
struct Table {
    app: App,
    ids: VecDeque<Uuid>,
    columns: HashMap<Uuid, String>,
    labels: Vec<LabelEntry>,
    /// What a label is called that has no name.
    colors: HashMap<Color, String>,
    fields: Vec<FieldEntry>,
    head: Option<String>,
}

/// The cards of a board, archived or not, in the order of the board. No connection to the database is held while the reader takes its
/// time.
///
/// # Errors
/// The database is away.
pub async fn body(app: &App, board_id: Uuid, language: Language) -> AppResult<Body> {
    let conn = app.db.conn().await?;
    let (columns, labels, fields, mut keys) = tokio::try_join!(
        ColumnEntry::read(&conn, board_id),
        LabelEntry::read(&conn, board_id),
        FieldEntry::read(&conn, board_id),
        card_keys(&conn, board_id),
    )?;
    drop(conn);
    let ids = columns.iter().flat_map(|column| keys.remove(&column.id).unwrap_or_default());
    let words = app.templates.part(&Shell::anonymous(language), &TableHead { colors: Color::ALL })?;
    let (titles, colors) = words.split_once("\n\n").unwrap_or((&words, ""));
    let mut head = MARK.to_owned();
    let titles = titles.lines().map(text).chain(fields.iter().map(|field| text(&field.name)));
    line(&mut head, titles);
    let table = Table {
        app: app.clone(),
        ids: ids.map(|key| key.id).collect(),
        columns: columns.into_iter().map(|column| (column.id, column.title)).collect(),
        labels,
        colors: Color::ALL.iter().copied().zip(colors.lines().map(str::to_owned)).collect(),
        fields,
        head: Some(head),
    };
    Ok(Body::from_stream(stream::try_unfold(table, Table::next)))
}

impl Table {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, AppError> {
        if let Some(head) = self.head.take() {
            return Ok(Some((head.into(), self)));
        }
        let ids: Vec<Uuid> = self.ids.drain(..self.ids.len().min(BATCH)).collect();
        if ids.is_empty() {
            return Ok(None);
        }
        let conn = self.app.db.conn().await?;
        let (cards, _) = CardEntry::read(&conn, &ids).await?;
        let people: Vec<Uuid> = cards.iter().flat_map(|card| card.assignees.iter().copied()).collect();
        let names = PersonEntry::names(&conn, &people).await?;
        drop(conn);
        let names: HashMap<Uuid, String> = names.into_iter().map(|(id, name, _)| (id, name)).collect();
        let mut lines = String::new();
        for card in &cards {
            line(&mut lines, self.cells(card, &names));
        }
        Ok(Some((lines.into(), self)))
    }

    fn cells(&self, card: &CardEntry, names: &HashMap<Uuid, String>) -> Vec<String> {
        let named = |label: &LabelEntry| match label.name.as_str() {
            "" => self.colors.get(&label.color).cloned().unwrap_or_default(),
            name => name.to_owned(),
        };
        let labels: Vec<String> =
            self.labels.iter().filter(|label| card.labels.contains(&label.id)).map(named).collect();
        let assignees: Vec<&str> =
            card.assignees.iter().filter_map(|id| names.get(id)).map(String::as_str).collect();
        let when = |when: Option<String>| when.unwrap_or_default();
        let items = card.checklists.iter().flat_map(|list| &list.items);
        let (done, of) = (items.clone().filter(|item| item.checked_at.is_some()).count(), items.count());
        let mut cells = vec![
            card.number.map(|number| number.to_string()).unwrap_or_default(),
            text(&card.title),
            text(self.columns.get(&card.column_id).map_or("", String::as_str)),
            text(&labels.join(", ")),
            text(&assignees.join(", ")),
            when(card.start.map(|start| start.to_string())),
            when(card.due.map(|due| due.to_string())),
            when(card.done_at.map(time)),
            if of > 0 { format!("{done} / {of}") } else { String::new() },
            text(&card.body),
            time(card.created_at),
            time(card.updated_at),
            when(card.archived_at.map(time)),
            format!("{}/cards/{}", self.app.config.domain.origin(), card.id),
        ];
        cells.extend(self.fields.iter().map(|field| value(field, card)));
        cells
    }
}

fn time(at: chrono::DateTime<chrono::Utc>) -> String {
    at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true)
}

fn value(field: &FieldEntry, card: &CardEntry) -> String {
    let Some(entry) = card.fields.iter().find(|entry| entry.field_id == field.id) else {
        return String::new();
    };
    match (&entry.value, entry.choice_id) {
        // Nothing but a sign, digits and a point.
        (Some(number), _) if field.kind == FieldKind::Number => number.clone(),
        (Some(value), _) => text(value),
        (None, id) => {
            let choice = field.choices.iter().find(|choice| Some(choice.id) == id);
            text(choice.map_or("", |choice| &choice.name))
        }
    }
}

/// What people have written, so that no spreadsheet takes it for a formula.
fn text(written: &str) -> String {
    const BEGINNINGS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];
    if written.starts_with(BEGINNINGS) { format!("'{written}") } else { written.to_owned() }
}

fn line(lines: &mut String, cells: impl IntoIterator<Item = String>) {
    for (index, cell) in cells.into_iter().enumerate() {
        if index > 0 {
            lines.push(',');
        }
        if cell.contains(['"', ',', ';', '\r', '\n', '\t']) || cell.trim() != cell {
            lines.push_str(&format!("\"{}\"", cell.replace('"', "\"\"")));
        } else {
            lines.push_str(&cell);
        }
    }
    lines.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_be_a_formula_is_text() {
        for (written, kept) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@x", "'@x"),
            ("\t=1", "'\t=1"),
            ("\r=1", "'\r=1"),
            ("＝1", "'＝1"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(text(written), kept);
        }
    }

    #[test]
    fn what_means_something_in_a_line_is_quoted() {
        let mut lines = String::new();
        line(&mut lines, ["a", "b,c", "d\"e", "f\ng", " h", "i;j", ""].map(str::to_owned));
        assert_eq!(lines, "a,\"b,c\",\"d\"\"e\",\"f\ng\",\" h\",\"i;j\",\r\n");
    }
}
