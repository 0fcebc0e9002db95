//! What a line says of a new card besides its title: `#label`, `@handle`, and `!2026-12-24`, `!today` or `!tomorrow`.

use chrono::{Days, NaiveDate};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::assignee::{self, AssignError};
use super::card::{Card, NewCard};
use super::change::{Change, ChangeError, ChangeResult};
use super::column::Column;
use super::label::Label;
use super::member::{Member, Person};
use super::role::Role;
use super::when::When;
use crate::time_zone::LocalTime;

/// Words for days, in the languages of the pages.
const TODAY: [&str; 2] = ["today", "heute"];
const TOMORROW: [&str; 2] = ["tomorrow", "morgen"];

/// What was understood. What was not stays in the title as it was typed.
#[derive(Clone, Debug, Default)]
pub struct QuickCard {
    pub title: String,
    pub labels: Vec<Label>,
    pub people: Vec<Person>,
    pub due: Option<NaiveDate>,
}

/// What a line can name on a board.
#[derive(Clone, Debug, Default)]
pub struct Named {
    pub labels: Vec<Label>,
    /// Members whom cards can be given to.
    pub people: Vec<Person>,
}

impl Named {
    /// Looks up what is there, if the line may name anything.
    pub async fn find(conn: &AsyncPgConnection, board_id: Uuid, line: &str) -> diesel::QueryResult<Self> {
        if !line.contains(['#', '@']) {
            return Ok(Self::default());
        }
        let (labels, members) =
            tokio::try_join!(Label::of_board(conn, board_id), Member::of_board(conn, board_id))?;
        let assignable = members.into_iter().filter(|member| member.role >= Role::Commenter);
        Ok(Self { labels, people: assignable.map(|member| member.person).collect() })
    }
}

impl QuickCard {
    /// Takes what it understands out of a line. Names of labels are compared without regard to case, and may have spaces; where
    /// two fit, it is the longer one. Of several dates the last one counts.
    pub fn parse(line: &str, named: &Named, time: LocalTime) -> Self {
        let mut card = Self::default();
        let mut rest = line;
        let mut title = String::new();
        while let Some(letter) = rest.chars().next() {
            let begins_word = title.chars().next_back().is_none_or(char::is_whitespace);
            let after = &rest[letter.len_utf8()..];
            let understood = if begins_word { card.mark(letter, after, named, time) } else { None };
            if let Some(length) = understood {
                rest = after[length..].trim_start();
            } else {
                title.push(letter);
                rest = after;
            }
        }
        title.trim_end().clone_into(&mut card.title);
        card
    }

    /// How many bytes after its sign a mark has, if it is one.
    fn mark(&mut self, sign: char, after: &str, named: &Named, time: LocalTime) -> Option<usize> {
        let word = after.split(char::is_whitespace).next().unwrap_or_default();
        match sign {
            '#' => {
                let fits =
                    |label: &&Label| !label.name.is_empty() && begins_with(after, &label.name).is_some();
                let label = named.labels.iter().filter(fits).max_by_key(|label| label.name.len())?;
                if !self.labels.contains(label) {
                    self.labels.push(label.clone());
                }
                begins_with(after, &label.name)
            }
            '@' => {
                let person = named.people.iter().find(|person| person.handle.eq_ignore_ascii_case(word))?;
                if self.people.iter().all(|one| one.id != person.id) {
                    self.people.push(person.clone());
                }
                Some(word.len())
            }
            '!' => {
                self.due = Some(day(word, time)?);
                Some(word.len())
            }
            _ => None,
        }
    }

    /// Whether there is anything besides the title.
    pub fn is_marked(&self) -> bool {
        !self.labels.is_empty() || !self.people.is_empty() || self.due.is_some()
    }

    /// Makes the card with all that was understood, once for an id: see [`Card::create_once`].
    ///
    /// # Errors
    /// As [`Card::create_once`].
    pub async fn create_once(&self, change: &mut Change<'_>, column: &Column, id: Uuid) -> ChangeResult<()> {
        let before = change.count();
        Card::create_once(change, column, NewCard { title: &self.title, body: "" }, id).await?;
        if change.count() == before { Ok(()) } else { self.apply(change, id).await }
    }

    /// Puts on a card what was understood besides its title.
    pub async fn apply(&self, change: &mut Change<'_>, id: Uuid) -> ChangeResult<()> {
        if !self.is_marked() {
            return Ok(());
        }
        let card = Card::find(change, id).await?;
        for label in &self.labels {
            Label::put_on(change, &card, label.id).await?;
        }
        for person in &self.people {
            match assignee::assign(change, &card, person.id).await {
                // They have left the board since.
                Ok(()) | Err(AssignError::NotAssignable) => {}
                Err(AssignError::Change(error)) => return Err(error),
            }
        }
        if let Some(due) = self.due {
            card.set_dates(change, None, Some(When::Day(due))).await?;
        }
        Ok::<_, ChangeError>(())
    }
}

/// How many bytes of a text a name takes up, where that begins with it and a word ends behind it.
fn begins_with(text: &str, name: &str) -> Option<usize> {
    let (mut letters, mut length) = (text.chars(), 0);
    for expected in name.chars() {
        let letter = letters.next()?;
        if !letter.to_lowercase().eq(expected.to_lowercase()) {
            return None;
        }
        length += letter.len_utf8();
    }
    letters.next().is_none_or(char::is_whitespace).then_some(length)
}

fn day(word: &str, time: LocalTime) -> Option<NaiveDate> {
    let lower = word.to_lowercase();
    if TODAY.contains(&lower.as_str()) {
        return Some(time.today());
    }
    if TOMORROW.contains(&lower.as_str()) {
        return time.today().checked_add_days(Days::new(1));
    }
    match When::parse(word, time.zone)? {
        When::Day(day) => Some(day),
        When::Moment(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use chrono::{TimeZone as _, Utc};

    use super::*;
    use crate::models::color::Color;

    fn named() -> Named {
        let label = |name: &str| Label {
            id: Uuid::now_v7(),
            board_id: Uuid::nil(),
            name: name.to_owned(),
            color: Color::Red,
            rank: String::new(),
        };
        let person = |handle: &str| Person {
            id: Uuid::now_v7(),
            name: handle.to_uppercase(),
            handle: handle.to_owned(),
            picture_at: None,
        };
        Named {
            labels: ["Bug", "Bug of old", "Größe", ""].map(label).into(),
            people: ["ada", "bob-2"].map(person).into(),
        }
    }

    fn parsed(line: &str) -> (String, Vec<String>, Vec<String>, Option<String>) {
        let now = Utc.with_ymd_and_hms(2026, 12, 1, 10, 0, 0).single().expect("a time");
        let card = QuickCard::parse(line, &named(), LocalTime::utc(now));
        let labels = card.labels.into_iter().map(|label| label.name).collect();
        let people = card.people.into_iter().map(|person| person.handle).collect();
        (card.title, labels, people, card.due.map(|day| day.to_string()))
    }

    #[test]
    fn marks_are_taken_out_of_the_title() {
        let all = parsed("Fix the door #bug @Ada !2026-12-24");
        let due = Some("2026-12-24".to_owned());
        assert_eq!(all, ("Fix the door".to_owned(), vec!["Bug".to_owned()], vec!["ada".to_owned()], due));
        let (title, labels, people, due) =
            parsed("@bob-2 !tomorrow #größe Measure it #BUG OF OLD twice @bob-2");
        assert_eq!(title, "Measure it twice");
        assert_eq!((labels.join(","), people.join(",")), ("Größe,Bug of old".to_owned(), "bob-2".to_owned()));
        assert_eq!(due.as_deref(), Some("2026-12-02"));
        assert_eq!(parsed("Heute !heute").3.as_deref(), Some("2026-12-01"));
    }

    #[test]
    fn what_is_not_understood_stays_as_it_was_typed() {
        for line in [
            "See #42",
            "a@ada b#bug",
            "#buggy",
            "@nobody",
            "!",
            "Wow!",
            "!2026-02-30",
            "!soon",
            "# @ !",
            "C#",
            "!2026-12-24T10:00",
        ] {
            assert_eq!(parsed(line), (line.to_owned(), vec![], vec![], None), "{line}");
        }
    }
}
