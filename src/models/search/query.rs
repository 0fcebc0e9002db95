//! What a person types to search: words, and what narrows them.
//!
//! Nothing that is typed is an error. What makes no sense as it stands is searched for as text, and a [`Note`] says so.

use chrono::{Datelike, Days, NaiveDate};
use serde::Serialize;

use super::fold;
use crate::text_enum::text_enum;

/// Characters that are read of what is typed.
pub const LENGTH_MOST: usize = 500;

/// Words and operators that are read.
pub const PARTS_MOST: usize = 20;

/// What closes what one of them has opened.
const QUOTES: [char; 7] = ['"', '“', '”', '„', '«', '»', '‟'];

text_enum! {
    /// What `is:` says of a card.
    State {
        /// Neither done nor archived.
        Open = "open",
        Done = "done",
        /// Or its column is.
        Archived = "archived",
    }
}

/// Who a card is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assignee {
    Me,
    Nobody,
    /// By handle, or by what a name begins with.
    Named(String),
}

/// When a card is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// Not done, and past.
    Overdue,
    /// Never.
    Undated,
    /// From the first day, and before the second one.
    Between(Option<NaiveDate>, Option<NaiveDate>),
}

/// What narrows a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Condition {
    /// The board's title has it.
    Board(String),
    /// A label's name begins with it; none for cards without any.
    Label(Option<String>),
    Assignee(Assignee),
    State(State),
    Due(Due),
    HasFile,
    Number(i32),
}

impl Condition {
    /// The same for those of which one is enough.
    fn kind(&self) -> std::mem::Discriminant<Self> {
        std::mem::discriminant(self)
    }
}

/// A word, or several in quotes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub text: String,
    /// Whether it is in quotes: found as it is, and not by its beginning.
    pub is_exact: bool,
}

/// What a person is told about what they typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "id", content = "text", rename_all = "snake_case")]
pub enum Note {
    /// There is no such operator.
    UnknownOperator(String),
    /// There is, but it takes no such value.
    UnknownValue(String),
    /// A quotation mark has no other one.
    Unclosed,
    /// It is longer than what is read.
    Cut,
    /// There are more words than are read.
    TooMany,
    /// Signs alone, or only what is not to be found.
    NothingToFind,
}

impl Note {
    /// The messages of all.
    #[cfg(test)]
    pub const MESSAGES: [&'static str; 6] = [
        "search-note-unknown_operator",
        "search-note-unknown_value",
        "search-note-unclosed",
        "search-note-cut",
        "search-note-too_many",
        "search-note-nothing_to_find",
    ];
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// As it was typed, as far as it was read.
    pub typed: String,
    /// All of them are to be found.
    pub words: Vec<Part>,
    /// None of them is.
    pub without: Vec<String>,
    /// Of one kind one is enough; of each kind there has to be one.
    pub conditions: Vec<Condition>,
    /// None of these is to be so.
    pub exclusions: Vec<Condition>,
    pub notes: Vec<Note>,
}

/// One thing that was typed.
#[derive(Default)]
struct Token {
    /// With all its signs.
    raw: String,
    is_negated: bool,
    operator: Option<String>,
    value: String,
    is_quoted: bool,
}

impl Query {
    /// Reads what was typed; `today` is the reader's.
    pub fn parse(typed: &str, today: NaiveDate) -> Self {
        let clean: String = typed.chars().filter(|c| *c != '\0').collect();
        let text: String = clean.trim().chars().take(LENGTH_MOST).collect();
        let mut query = Self { typed: text.clone(), ..Self::default() };
        if clean.trim().chars().count() > LENGTH_MOST {
            query.notes.push(Note::Cut);
        }
        let (tokens, is_unclosed) = tokens(&text);
        if is_unclosed {
            query.notes.push(Note::Unclosed);
        }
        if tokens.len() > PARTS_MOST {
            query.notes.push(Note::TooMany);
        }
        for token in tokens.into_iter().take(PARTS_MOST) {
            query.take(token, today);
        }
        if !query.typed.is_empty() && !query.finds_anything() {
            query.notes.push(Note::NothingToFind);
        }
        query
    }

    /// Whether there is anything to look for: what is not to be found is nothing by itself.
    pub fn finds_anything(&self) -> bool {
        !self.words.is_empty() || !self.conditions.is_empty()
    }

    /// The conditions of each kind.
    pub fn kinds(&self) -> Vec<Vec<&Condition>> {
        let mut kinds: Vec<Vec<&Condition>> = Vec::new();
        for condition in &self.conditions {
            match kinds.iter_mut().find(|kind| kind[0].kind() == condition.kind()) {
                // Two dates are the two ends of a time.
                Some(kind) if !matches!(condition, Condition::Due(Due::Between(..))) => kind.push(condition),
                _ => kinds.push(vec![condition]),
            }
        }
        kinds
    }

    fn take(&mut self, token: Token, today: NaiveDate) {
        if let Some(condition) = self.condition(&token, today) {
            let list = if token.is_negated { &mut self.exclusions } else { &mut self.conditions };
            list.push(condition);
            return;
        }
        let text =
            if token.operator.is_some() { token.raw.trim_start_matches('-').to_owned() } else { token.value };
        if fold::words(&text).is_empty() {
            return;
        }
        if token.is_negated {
            self.without.push(text);
        } else {
            self.words.push(Part { text, is_exact: token.is_quoted && token.operator.is_none() });
        }
    }

    /// What an operator asks for; none for what is text, which a note says where it looks like an operator.
    fn condition(&mut self, token: &Token, today: NaiveDate) -> Option<Condition> {
        let value = token.value.trim();
        let Some(operator) = &token.operator else {
            let digits = value.strip_prefix('#').filter(|_| !token.is_quoted)?;
            return digits.parse().ok().filter(|number| *number > 0).map(Condition::Number);
        };
        let condition = match operator.as_str() {
            "board" => Some(Condition::Board(value.to_owned())),
            "label" => Some(Condition::Label((value != "none" || token.is_quoted).then(|| value.to_owned()))),
            "assignee" => Some(Condition::Assignee(match value.trim_start_matches('@') {
                "me" => Assignee::Me,
                "none" => Assignee::Nobody,
                name => Assignee::Named(name.to_owned()),
            })),
            "is" => State::parse(&value.to_lowercase()).map(Condition::State),
            "due" => due(&value.to_lowercase(), today).map(Condition::Due),
            "has" => (value.to_lowercase() == "file").then_some(Condition::HasFile),
            _ => {
                self.notes.push(Note::UnknownOperator(format!("{operator}:")));
                return None;
            }
        };
        let condition = condition.filter(|_| !fold::words(value).is_empty());
        if condition.is_none() {
            self.notes.push(Note::UnknownValue(token.raw.clone()));
        }
        condition
    }
}

/// `<2027-01-01`, `>=today`, a day, `week`, `overdue`, `none`.
fn due(value: &str, today: NaiveDate) -> Option<Due> {
    let after = |day: NaiveDate| day.checked_add_days(Days::new(1));
    match value {
        "overdue" => return Some(Due::Overdue),
        "none" => return Some(Due::Undated),
        "week" => return Some(Due::Between(Some(today), Some(next_week(today)))),
        _ => {}
    }
    let signs = value.find(|c| !['<', '>', '='].contains(&c))?;
    let (sign, day) = value.split_at(signs);
    let day = match day {
        "today" => today,
        "tomorrow" => after(today)?,
        day => NaiveDate::parse_from_str(day, "%Y-%m-%d").ok()?,
    };
    if !(1900..=2999).contains(&day.year()) {
        return None;
    }
    Some(match sign {
        "<" => Due::Between(None, Some(day)),
        "<=" => Due::Between(None, after(day)),
        ">" => Due::Between(after(day), None),
        ">=" => Due::Between(Some(day), None),
        "" | "=" => Due::Between(Some(day), after(day)),
        _ => return None,
    })
}

/// The Monday after a day.
pub fn next_week(day: NaiveDate) -> NaiveDate {
    let days = 7 - u64::from(day.weekday().num_days_from_monday());
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// What stands between spaces, or in quotes; and whether the last quotation mark has no other one.
fn tokens(text: &str) -> (Vec<Token>, bool) {
    let (mut tokens, mut is_unclosed) = (Vec::new(), false);
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (token, after, closed) = token(rest);
        is_unclosed |= !closed;
        tokens.push(token);
        rest = after.trim_start();
    }
    (tokens, is_unclosed)
}

/// The first of them, what comes after it, and whether its quotes are closed.
fn token(text: &str) -> (Token, &str, bool) {
    let mut token = Token::default();
    let mut rest = text;
    if let Some(after) =
        rest.strip_prefix('-').filter(|after| after.starts_with(|c: char| !c.is_whitespace()))
    {
        token.is_negated = true;
        rest = after;
    }
    if let Some((name, after)) = rest.split_once(':')
        && is_operator(name)
        && after.starts_with(|c: char| !c.is_whitespace())
        && !after.starts_with("//")
    {
        token.operator = Some(name.to_lowercase());
        rest = after;
    }
    let mut closed = true;
    if let Some(quoted) = rest.strip_prefix(QUOTES) {
        token.is_quoted = true;
        let end = quoted.find(QUOTES);
        closed = end.is_some();
        let (inside, after) = quoted.split_at(end.unwrap_or(quoted.len()));
        inside.clone_into(&mut token.value);
        rest = after.strip_prefix(QUOTES).unwrap_or_default();
    } else {
        let (word, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
        word.clone_into(&mut token.value);
        rest = after;
    }
    text[..text.len() - rest.len()].clone_into(&mut token.raw);
    (token, rest, closed)
}

fn is_operator(name: &str) -> bool {
    name.len() >= 2 && name.len() <= 20 && name.bytes().all(|byte| byte.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    /// On a Tuesday.
    fn parse(typed: &str) -> Query {
        Query::parse(typed, day("2026-12-01"))
    }

    fn words(typed: &str) -> Vec<String> {
        let word = |part: Part| if part.is_exact { format!("\"{}\"", part.text) } else { part.text };
        parse(typed).words.into_iter().map(word).collect()
    }

    #[test]
    fn words_are_read_one_by_one_and_in_quotes_together() {
        assert_eq!(words("  fix  the login "), ["fix", "the", "login"]);
        assert_eq!(words("fix \"the login\""), ["fix", "\"the login\""]);
        assert_eq!(words("„das Anmelden“ “so” «là»"), ["\"das Anmelden\"", "\"so\"", "\"là\""]);
        assert_eq!(
            words("12:30 http://example.com/a?b=c note: 5\" don't"),
            ["12:30", "http://example.com/a?b=c", "note:", "5\"", "don't"]
        );
        assert!(parse("12:30 http://example.com note: this").notes.is_empty());
        let query = parse("login -logout -\"sign in\" -");
        assert_eq!(query.without, ["logout", "sign in"]);
        assert_eq!(query.words.len(), 1);
        assert_eq!(words("foo-bar"), ["foo-bar"]);
    }

    #[test]
    fn operators_narrow_and_can_be_turned_round() {
        let query = parse(
            "board:launch label:\"very urgent\" label:none assignee:@Ada assignee:me ASSIGNEE:none is:done is:Open \
             has:file #42 -label:bug -is:archived",
        );
        assert_eq!(
            query.conditions,
            [
                Condition::Board("launch".to_owned()),
                Condition::Label(Some("very urgent".to_owned())),
                Condition::Label(None),
                Condition::Assignee(Assignee::Named("Ada".to_owned())),
                Condition::Assignee(Assignee::Me),
                Condition::Assignee(Assignee::Nobody),
                Condition::State(State::Done),
                Condition::State(State::Open),
                Condition::HasFile,
                Condition::Number(42),
            ]
        );
        let out = [Condition::Label(Some("bug".to_owned())), Condition::State(State::Archived)];
        assert_eq!(query.exclusions, out);
        assert_eq!(query.kinds().iter().map(Vec::len).collect::<Vec<_>>(), [1, 2, 3, 2, 1, 1]);
        assert!(query.notes.is_empty() && query.words.is_empty());
    }

    #[test]
    fn dates_are_before_on_or_after_a_day() {
        let between = |from: Option<&str>, to: Option<&str>| Due::Between(from.map(day), to.map(day));
        for (value, wanted) in [
            ("<2027-01-01", between(None, Some("2027-01-01"))),
            ("<=2027-01-01", between(None, Some("2027-01-02"))),
            (">2027-01-01", between(Some("2027-01-02"), None)),
            (">=2027-01-01", between(Some("2027-01-01"), None)),
            ("2027-01-01", between(Some("2027-01-01"), Some("2027-01-02"))),
            ("=today", between(Some("2026-12-01"), Some("2026-12-02"))),
            ("Tomorrow", between(Some("2026-12-02"), Some("2026-12-03"))),
            ("week", between(Some("2026-12-01"), Some("2026-12-07"))),
            ("overdue", Due::Overdue),
            ("none", Due::Undated),
        ] {
            assert_eq!(parse(&format!("due:{value}")).conditions, [Condition::Due(wanted)], "{value}");
        }
        assert_eq!(parse("due:>=today due:<2027-01-01").kinds().len(), 2, "both ends of a time");
        for bad in ["soon", "<", "<>today", "2026-02-30", "1.1.2027", "0001-01-01", "9999-12-31", "==today"] {
            let query = parse(&format!("due:{bad}"));
            assert_eq!(query.notes[0], Note::UnknownValue(format!("due:{bad}")));
            assert!(query.conditions.is_empty(), "{bad}");
        }
    }

    #[test]
    fn what_is_no_operator_is_text_and_is_told() {
        let query = parse("color:red is:purple has:wings board:");
        assert_eq!(
            query.notes,
            [
                Note::UnknownOperator("color:".to_owned()),
                Note::UnknownValue("is:purple".to_owned()),
                Note::UnknownValue("has:wings".to_owned()),
            ]
        );
        assert_eq!(
            words("color:red is:purple has:wings board:"),
            ["color:red", "is:purple", "has:wings", "board:"]
        );
        assert_eq!(parse("-color:red").without, ["color:red"]);
        assert_eq!(words("#abc #0 #99999999999"), ["#abc", "#0", "#99999999999"]);
    }

    #[test]
    fn bad_input_is_told_and_never_refused() {
        for (typed, note) in [
            ("\"half", Note::Unclosed),
            ("!!! ??? %_\\", Note::NothingToFind),
            ("-only", Note::NothingToFind),
            ("\"\"", Note::NothingToFind),
        ] {
            assert_eq!(parse(typed).notes, [note], "{typed}");
        }
        assert_eq!(parse("-is:done").notes, [Note::NothingToFind]);
        assert_eq!(parse(&"x".repeat(1000)).notes, [Note::Cut]);
        assert_eq!(parse(&"x".repeat(1000)).typed.len(), LENGTH_MOST);
        let many = parse(&"x ".repeat(100));
        assert_eq!((many.notes, many.words.len()), (vec![Note::TooMany], PARTS_MOST));
        assert_eq!(words("a\0b"), ["ab"]);
        assert_eq!(words("مرحبا بالعالم"), ["مرحبا", "بالعالم"]);
        assert_eq!(parse("").notes, []);
        assert_eq!(parse(" \0 ").notes, []);
        for odd in [
            ":",
            "::",
            "-:",
            "a:",
            ":a",
            "-",
            "--",
            "\"",
            "-\"",
            "label:\"",
            "#",
            "board:\"\"",
            "due:\u{202e}",
        ] {
            let _ = parse(odd);
        }
    }
}
