//! What was posted, and what is said about it.
//!
//! [`Posted`] parses a body and never refuses one for its content: every mistake becomes the error of a
//! field, so that a handler can show the form again with what was typed. [`Form`] is that form, blank,
//! filled from a record or posted.

mod error;
mod kept;
mod posted;
mod recording;
mod replay_body;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use uuid::Uuid;

use crate::error::{AppError, AppResult};
use crate::language::Language;
use crate::models::field::number::{NotANumber, Number};
use crate::models::order::MoveError;
use crate::models::when::When;
use crate::time_zone::TimeZone;
use crate::{email_address, plain_text};

pub use error::FormError;
pub use kept::{KeptField, KeptForm};
pub use posted::{Posted, decode};
pub use recording::Recording;
pub use replay_body::ReplayBody;

/// Bytes; a form that is longer is refused. The largest is a card's: 50,000 characters of up to four bytes, each escaped to
/// three.
pub const BODY_MOST: usize = 1024 * 1024;

/// A form as a template shows it and a handler reads it: each field's text and its error.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Form {
    /// What is wrong with the whole, where no single field is to blame.
    problem: Option<FormError>,
    #[serde(flatten)]
    fields: BTreeMap<&'static str, Field>,
}

#[derive(Clone, Debug, Default, Serialize)]
struct Field {
    value: String,
    error: Option<FormError>,
    /// Whether the field was there at all.
    #[serde(skip)]
    present: bool,
}

impl Form {
    /// A form that is not filled in yet.
    pub fn blank(names: &[&'static str]) -> Self {
        Self::filled(names.iter().map(|name| (*name, String::new())))
    }

    /// A form with a record's values.
    pub fn filled(values: impl IntoIterator<Item = (&'static str, String)>) -> Self {
        let fields = values
            .into_iter()
            .map(|(name, value)| (name, Field { value, error: None, present: true }))
            .collect();
        Self { problem: None, fields }
    }

    /// Whether nothing is wrong so far.
    pub fn is_valid(&self) -> bool {
        self.problem.is_none() && self.fields.values().all(|field| field.error.is_none())
    }

    /// The first thing that is wrong with a field, for a command, which has no form to show.
    pub fn first_error(&self) -> Option<(&'static str, FormError)> {
        self.fields.iter().find_map(|(name, field)| Some((*name, field.error?)))
    }

    /// All that is wrong: with the whole, which has no name, and with fields.
    pub fn errors(&self) -> impl Iterator<Item = (Option<&'static str>, FormError)> {
        let fields = self.fields.iter().filter_map(|(name, field)| Some((Some(*name), field.error?)));
        self.problem.into_iter().map(|problem| (None, problem)).chain(fields)
    }

    /// Says what is wrong with a field; the first error stays.
    pub fn fail(&mut self, name: &'static str, error: FormError) {
        self.fields.entry(name).or_default().error.get_or_insert(error);
    }

    /// Says in the field `after` why a row did not go where it was sent; `hidden` is said where the row to follow is away.
    ///
    /// # Errors
    /// What is not to be said in a form.
    pub fn fail_move(&mut self, error: MoveError, hidden: FormError) -> AppResult<()> {
        match error {
            MoveError::AfterHidden => self.fail("after", hidden),
            MoveError::Unknown => return Err(AppError::NotFound),
            MoveError::Change(error) => return Err(error.into()),
        }
        Ok(())
    }

    /// Says what is wrong with the whole.
    pub fn fail_whole(&mut self, problem: FormError) {
        self.problem = Some(problem);
    }

    /// Puts another value into a field.
    pub fn set(&mut self, name: &'static str, value: impl Into<String>) {
        self.fields.entry(name).or_default().value = value.into();
    }

    /// What a field holds.
    pub fn value(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", |field| field.value.as_str())
    }

    /// Whether a field was left out or holds nothing.
    pub fn is_blank(&self, name: &str) -> bool {
        self.value(name).trim().is_empty()
    }

    /// What a field holds, which is then shown no more: for passwords.
    pub fn take(&mut self, name: &'static str) -> String {
        std::mem::take(&mut self.fields.entry(name).or_default().value)
    }

    /// A required line of at most `most` characters; what cannot stand on it is cleaned away.
    pub fn line(&mut self, name: &'static str, most: usize) -> String {
        let line = self.optional_line(name, most);
        if line.is_empty() {
            self.fail(name, FormError::Required);
        }
        line
    }

    /// The same where nothing at all is a line, too.
    pub fn optional_line(&mut self, name: &'static str, most: usize) -> String {
        let line = plain_text::line(self.value(name));
        self.at_most(name, &line, most);
        line
    }

    /// A text of several lines, at most `most` characters; may be empty, must have been sent.
    pub fn text(&mut self, name: &'static str, most: usize) -> String {
        self.must_be_present(name);
        let text = plain_text::lines(self.value(name));
        self.at_most(name, &text, most);
        text
    }

    /// A password being chosen or given: `least` to 200 characters, and never shown again.
    pub fn password(&mut self, name: &'static str, least: usize) -> String {
        let password = self.take(name);
        let length = password.chars().count();
        if length == 0 {
            self.fail(name, FormError::Required);
        } else if length < least {
            self.fail(name, FormError::TooShort { least });
        }
        self.at_most(name, &password, 200);
        password
    }

    /// One of a set of words, by its parser.
    pub fn choice<T: Default>(&mut self, name: &'static str, parse: impl Fn(&str) -> Option<T>) -> T {
        parse(self.value(name)).unwrap_or_else(|| {
            self.fail(name, FormError::NotOneOf);
            T::default()
        })
    }

    /// Any of a set of words, by its parser, each once; see [`Posted::several`].
    pub fn choices<T: PartialEq>(&mut self, name: &'static str, parse: impl Fn(&str) -> Option<T>) -> Vec<T> {
        let mut chosen = Vec::new();
        for one in self.value(name).split_ascii_whitespace().map(parse).collect::<Vec<_>>() {
            match one {
                Some(one) if !chosen.contains(&one) => chosen.push(one),
                Some(_) => {}
                None => self.fail(name, FormError::NotOneOf),
            }
        }
        chosen
    }

    /// A whole number from `least` to `most`, or nothing.
    pub fn optional_number(&mut self, name: &'static str, least: i32, most: i32) -> Option<i32> {
        self.must_be_present(name);
        let text = self.value(name).trim().to_owned();
        if text.is_empty() {
            return None;
        }
        let number = text.parse().ok().filter(|number| (least..=most).contains(number));
        if number.is_none() {
            self.fail(name, FormError::NotANumber { least, most });
        }
        number
    }

    /// A date, or nothing: the day in one field, and in another its time, which may also stand behind the day.
    pub fn when(&mut self, day: &'static str, time: &'static str, zone: TimeZone) -> Option<When> {
        let text = match (self.value(day).trim(), self.value(time).trim()) {
            ("", "") => return None,
            (day, "") => day.to_owned(),
            (day, time) => format!("{day}T{time}"),
        };
        let when = When::parse(&text, zone);
        if when.is_none() {
            self.fail(day, FormError::NotADate);
        }
        when
    }

    /// A day, or nothing where the field is empty.
    pub fn optional_day(&mut self, name: &'static str) -> Option<NaiveDate> {
        self.must_be_present(name);
        if self.is_blank(name) {
            return None;
        }
        if let Some(When::Day(day)) = When::parse(self.value(name).trim(), TimeZone::default()) {
            return Some(day);
        }
        self.fail(name, FormError::NotADay);
        None
    }

    /// A decimal number as a person who reads this language writes it, or nothing where the field is empty.
    pub fn optional_decimal(&mut self, name: &'static str, language: Language) -> Option<Number> {
        self.must_be_present(name);
        if self.is_blank(name) {
            return None;
        }
        let number = Number::parse(self.value(name), language);
        if let Err(error) = number {
            self.fail(
                name,
                match error {
                    NotANumber::Malformed => FormError::NotADecimal,
                    NotANumber::Grouped => FormError::GroupedNumber,
                },
            );
        }
        number.ok()
    }

    /// Lines of at most `each` characters, each of them another one, `most` at most and one at least. Empty lines count for
    /// nothing.
    pub fn lines(&mut self, name: &'static str, most: usize, each: usize) -> Vec<String> {
        // Far more than fits says how much it is in characters.
        let text = self.text(name, 4 * most * (each + 1));
        let lines: Vec<String> = text.lines().map(plain_text::line).filter(|line| !line.is_empty()).collect();
        let longest = lines.iter().map(|line| line.chars().count()).max().unwrap_or_default();
        let different: BTreeSet<&String> = lines.iter().collect();
        if lines.is_empty() {
            self.fail(name, FormError::Required);
        } else if lines.len() > most {
            self.fail(name, FormError::TooManyChoices { most, count: lines.len() });
        } else if longest > each {
            self.fail(name, FormError::TooLong { most: each, length: longest });
        } else if different.len() < lines.len() {
            self.fail(name, FormError::ChoiceTwice);
        }
        lines
    }

    /// An id, or nothing where the field is empty.
    pub fn optional_id(&mut self, name: &'static str) -> Option<Uuid> {
        self.must_be_present(name);
        match self.value(name).trim() {
            "" => None,
            text => {
                let id = Uuid::try_parse(text).ok();
                if id.is_none() {
                    self.fail(name, FormError::NotOneOf);
                }
                id
            }
        }
    }

    /// An id, or nothing where the field is empty or was left out.
    pub fn id_if_given(&mut self, name: &'static str) -> Option<Uuid> {
        if self.is_blank(name) { None } else { self.optional_id(name) }
    }

    /// An id that must be there.
    pub fn id(&mut self, name: &'static str) -> Uuid {
        let id = self.optional_id(name);
        if id.is_none() {
            self.fail(name, FormError::NotOneOf);
        }
        id.unwrap_or_default()
    }

    /// An e-mail address that mail can be sent to. Whether it arrives is for a mail to find out.
    pub fn email(&mut self, name: &'static str) -> String {
        let email = self.line(name, 254);
        if !email_address::is_deliverable(&email) {
            self.fail(name, FormError::Email);
        }
        email
    }

    fn must_be_present(&mut self, name: &'static str) {
        if !self.fields.get(name).is_some_and(|field| field.present) {
            self.fail(name, FormError::Missing);
        }
    }

    fn at_most(&mut self, name: &'static str, text: &str, most: usize) {
        let length = text.chars().count();
        if length > most {
            self.fail(name, FormError::TooLong { most, length });
        }
    }
}

/// The path to go on to after signing in, if it is one on this site and nothing else.
pub fn local_path(next: &str) -> Option<&str> {
    let on_this_site = next.starts_with('/')
        && !next.starts_with("//")
        // Browsers read a backslash as a slash, and leave tabs and newlines out.
        && !next.contains('\\')
        && !next.chars().any(char::is_control);
    on_this_site.then_some(next)
}

/// Encodes a value for a query string.
pub fn encode_query(value: &str) -> String {
    const KEEP: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'/');
    utf8_percent_encode(value, KEEP).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(name: &'static str, value: &str) -> Form {
        Form::filled([(name, value.to_owned())])
    }

    #[test]
    fn a_line_is_trimmed_and_bounded() {
        assert_eq!(form("title", "  Fix it ").line("title", 10), "Fix it");
        for bad in ["", "   ", "\u{200b}", "0123456789a"] {
            let mut form = form("title", bad);
            form.line("title", 10);
            assert!(!form.is_valid(), "{bad:?}");
            assert_eq!(form.value("title"), bad, "what was typed stays");
        }
        assert_eq!(
            form("title", "ÄÄÄÄÄÄÄÄÄÄ").line("title", 10).chars().count(),
            10,
            "characters, not bytes"
        );
    }

    #[test]
    fn a_password_is_never_shown_again() {
        let mut form = form("password", "correct horse");
        assert_eq!(form.password("password", 10), "correct horse");
        assert_eq!(form.value("password"), "");
        assert!(form.is_valid());
    }

    #[test]
    fn a_number_may_be_left_out_but_not_its_field() {
        assert_eq!(form("wip_limit", " ").optional_number("wip_limit", 1, 9), None);
        assert_eq!(form("wip_limit", "9").optional_number("wip_limit", 1, 9), Some(9));
        for bad in ["0", "10", "1.5", "x", "-1"] {
            let mut form = form("wip_limit", bad);
            form.optional_number("wip_limit", 1, 9);
            assert!(!form.is_valid(), "{bad}");
        }
        let mut missing = Form::default();
        missing.optional_number("wip_limit", 1, 9);
        assert!(!missing.is_valid());
    }

    #[test]
    fn the_path_to_go_on_to_stays_on_this_site() {
        for good in ["/", "/boards/1?x=2#y", "/a//b"] {
            assert_eq!(local_path(good), Some(good));
        }
        for bad in [
            "",
            "boards",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "javascript:alert(1)",
        ] {
            assert_eq!(local_path(bad), None, "{bad}");
        }
    }
}
