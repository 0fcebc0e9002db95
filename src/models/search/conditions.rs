//! The statement that a query becomes. What was typed is only ever bound to it.

use std::fmt::Write;

use chrono::{DateTime, NaiveDate, Utc};
use diesel::pg::Pg;
use diesel::query_builder::BoxedSqlQuery;
use diesel::sql_types::{Array, Bool, Date, Integer, Text, Timestamptz, Uuid as SqlUuid};
use uuid::Uuid;

use super::FOUND_MOST;
use super::query::{Assignee, Condition, Due, Part, Query, State};
use crate::models::filter::words::Words;
use crate::time_zone::LocalTime;

/// A value of the statement.
pub(super) enum Bind {
    Text(String),
    Texts(Vec<String>),
    Flags(Vec<bool>),
    Id(Uuid),
    Number(i32),
    Day(NaiveDate),
    Moment(DateTime<Utc>),
}

type Boxed = BoxedSqlQuery<'static, Pg, diesel::query_builder::SqlQuery>;

impl Bind {
    pub fn bind_to(self, statement: Boxed) -> Boxed {
        match self {
            Self::Text(text) => statement.bind::<Text, _>(text),
            Self::Texts(texts) => statement.bind::<Array<Text>, _>(texts),
            Self::Flags(flags) => statement.bind::<Array<Bool>, _>(flags),
            Self::Id(id) => statement.bind::<SqlUuid, _>(id),
            Self::Number(number) => statement.bind::<Integer, _>(number),
            Self::Day(day) => statement.bind::<Date, _>(day),
            Self::Moment(at) => statement.bind::<Timestamptz, _>(at),
        }
    }
}

/// SQL with its values.
pub(super) struct Statement {
    pub text: String,
    pub binds: Vec<Bind>,
    /// Which of the values are the reader and their time.
    reader: String,
    now: String,
    time: LocalTime,
}

impl Statement {
    /// Gives the ids of up to one card more than are found at most, the best first.
    ///
    /// As many as those are picked by what costs little, and only they are ranked. A word's place weighs as much as its age can
    /// take away: from the whole to the half of it.
    pub fn new(query: &Query, reader: Uuid, time: LocalTime) -> Self {
        let mut statement =
            Self { text: String::new(), binds: Vec::new(), reader: String::new(), now: String::new(), time };
        statement.reader = statement.add(Bind::Id(reader));
        statement.now = statement.add(Bind::Moment(time.now));
        let has_words = !query.words.is_empty();
        let (said, exact) = Part::columns(&query.words);
        let said = statement.add(Bind::Texts(said.into_iter().map(str::to_owned).collect()));
        let exact = statement.add(Bind::Flags(exact));
        let without = statement.add(Bind::Texts(query.without.clone()));
        // Its values are constants, so it is made once, before the index is asked.
        let wanted = format!("search_query({said}, {exact}, {without})");
        let mut conditions = Vec::new();
        if has_words {
            conditions.push(format!("entries.words @@ {wanted}"));
        } else if !query.without.is_empty() {
            conditions.push(format!("(entries.words IS NULL OR entries.words @@ {wanted})"));
        }
        for kind in query.kinds() {
            let any: Vec<String> = kind.into_iter().map(|one| statement.condition(one)).collect();
            conditions.push(format!("({})", any.join(" OR ")));
        }
        for exclusion in &query.exclusions {
            let condition = statement.condition(exclusion);
            conditions.push(format!("NOT coalesce({condition}, false)"));
        }
        let in_title = if has_words { format!("entries.title @@ {wanted}") } else { "false".to_owned() };
        let place = if has_words {
            format!(
                "CASE WHEN picked.in_title THEN 1.0 WHEN ts_filter(picked.words, '{{a,b}}') @@ {wanted} THEN 0.4
                     WHEN ts_filter(picked.words, '{{a,b,c}}') @@ {wanted} THEN 0.2 ELSE 0.1 END"
            )
        } else {
            "1.0".to_owned()
        };
        let (reader, now, one_more) = (&statement.reader, &statement.now, FOUND_MOST + 1);
        statement.text = format!(
            "SELECT picked.id
             FROM (
                 SELECT cards.id, entries.words, {in_title} AS in_title,
                     coalesce(entries.changed_at, cards.updated_at) AS changed_at
                 FROM cards
                 JOIN seen_boards({reader}) AS boards ON boards.id = cards.board_id
                 JOIN columns ON columns.id = cards.column_id
                 {join} JOIN search_entries AS entries ON entries.card_id = cards.id
                 WHERE cards.deleted_at IS NULL AND {conditions}
                 ORDER BY in_title DESC, changed_at DESC, cards.id LIMIT {one_more}
             ) AS picked
             ORDER BY {place} * (0.5 + 0.5 / (1 + greatest(extract(epoch FROM {now} - picked.changed_at), 0) / 15552000)) DESC,
                 picked.changed_at DESC, picked.id",
            join = if has_words { "" } else { "LEFT" },
            conditions = conditions.join(" AND "),
        );
        statement
    }

    /// Adds a value, and gives what stands for it.
    fn add(&mut self, bind: Bind) -> String {
        self.binds.push(bind);
        format!("${}", self.binds.len())
    }

    /// What begins with these letters, or has them anywhere.
    fn like(&mut self, text: &str, is_anywhere: bool) -> String {
        let words = Words::parse(text);
        self.add(Bind::Text(if is_anywhere { words.pattern() } else { words.beginning() }))
    }

    fn condition(&mut self, condition: &Condition) -> String {
        match condition {
            Condition::Board(title) => {
                let pattern = self.like(title, true);
                format!("boards.title ILIKE {pattern}")
            }
            Condition::Label(None) => {
                "NOT EXISTS (SELECT FROM card_labels JOIN labels ON labels.id = card_labels.label_id
                     AND labels.deleted_at IS NULL WHERE card_labels.card_id = cards.id)"
                    .to_owned()
            }
            Condition::Label(Some(name)) => {
                let pattern = self.like(name, false);
                format!(
                    "EXISTS (SELECT FROM card_labels JOIN labels ON labels.id = card_labels.label_id
                         AND labels.deleted_at IS NULL
                         WHERE card_labels.card_id = cards.id AND labels.name ILIKE {pattern})"
                )
            }
            Condition::Assignee(assignee) => self.assignee(assignee),
            Condition::State(state) => {
                let is_archived = "coalesce(cards.archived_at, columns.archived_at) IS NOT NULL";
                match state {
                    State::Open => format!("(cards.done_at IS NULL AND NOT {is_archived})"),
                    State::Done => "cards.done_at IS NOT NULL".to_owned(),
                    State::Archived => is_archived.to_owned(),
                }
            }
            Condition::Due(due) => self.due(*due),
            Condition::HasFile => {
                "EXISTS (SELECT FROM files WHERE files.card_id = cards.id AND files.deleted_at IS NULL)"
                    .to_owned()
            }
            Condition::Number(number) => {
                let number = self.add(Bind::Number(*number));
                format!("cards.number = {number}")
            }
        }
    }

    fn assignee(&mut self, assignee: &Assignee) -> String {
        let of_card = "SELECT FROM assignees JOIN users ON users.id = assignees.user_id WHERE assignees.card_id = cards.id";
        match assignee {
            Assignee::Me => format!("EXISTS ({of_card} AND users.id = {})", self.reader),
            Assignee::Nobody => format!("NOT EXISTS ({of_card})"),
            Assignee::Named(name) => {
                let (handle, pattern) = (self.add(Bind::Text(name.to_lowercase())), self.like(name, false));
                format!("EXISTS ({of_card} AND (users.handle = {handle} OR users.name ILIKE {pattern}))")
            }
        }
    }

    fn due(&mut self, due: Due) -> String {
        let zone = self.time.zone;
        match due {
            Due::Undated => "(cards.due_on IS NULL AND cards.due_at IS NULL)".to_owned(),
            Due::Overdue => {
                let today = self.add(Bind::Day(self.time.today()));
                format!(
                    "(cards.done_at IS NULL AND (cards.due_on < {today} OR cards.due_at <= {now}))",
                    now = self.now
                )
            }
            Due::Between(from, to) => {
                let (mut on, mut at) =
                    ("cards.due_on IS NOT NULL".to_owned(), "cards.due_at IS NOT NULL".to_owned());
                for (sign, day) in [(">=", from), ("<", to)] {
                    let Some(day) = day else { continue };
                    let (day, begins) = (self.add(Bind::Day(day)), self.add(Bind::Moment(zone.begins(day))));
                    let _ = write!(on, " AND cards.due_on {sign} {day}");
                    let _ = write!(at, " AND cards.due_at {sign} {begins}");
                }
                format!("({on} OR {at})")
            }
        }
    }
}
