//! Which of a board's cards a person asks for: read from the query of an address, written back to one, and applied to a query of
//! cards. The board, its table and whatever else shows some of its cards ask by the same type.

pub(super) mod condition;
pub mod matches;
pub mod words;

use std::fmt;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use url::form_urlencoded;
use uuid::Uuid;

use self::words::WORDS_LIMIT;
use crate::plain_text;
use crate::text_enum::text_enum;

/// Terms of one filter; what is asked for beyond them is left out.
pub const TERMS_MOST: usize = 100;

/// What stands for nothing at all: no label, nobody, no date, a field that is not filled in.
const NONE: &str = "none";
const ME: &str = "me";
const YES: &str = "yes";
const NO: &str = "no";

/// Terms about the same thing are alternatives; of different things each has to be true of a card.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Who asks: whom `me` is.
    me: Uuid,
    /// In order, each once.
    terms: Vec<Term>,
    /// How much of the address was not understood, or is more than can be asked for at once.
    left_out: usize,
    /// Whether a text was longer than can be searched for.
    is_cut: bool,
}

/// One thing that a card has to be or to have. What is not of the board is true of none of its cards.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Term {
    /// It says these words, in its title or its text; or it has this number.
    Words(String),
    /// None: no label at all.
    Label(Option<Uuid>),
    Assignee(Assigned),
    Due(Due),
    Done(bool),
    Field(Uuid, FieldTerm),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assigned {
    Me,
    Nobody,
    Person(Uuid),
}

text_enum! {
    /// When a card is due, for the reader.
    Due {
        /// In the past, and not done.
        Overdue = "overdue",
        Today = "today",
        /// Today or in the six days after it.
        Week = "week",
        /// It has no date.
        None = "none",
    }
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FieldTerm {
    Nothing,
    Choice(Uuid),
    /// A text holds it; a number or a day is it, or lies between the two that it names as `from..to`; a yes or no is it.
    Text(String),
}

impl Term {
    /// None for what is no term; a value that is empty is none, for a form sends all of its fields.
    fn parse(key: &str, value: &str) -> Option<Self> {
        let id = |text: &str| Uuid::try_parse(text).ok();
        match key {
            "q" => Some(Self::Words(value.to_owned())),
            "label" if value == NONE => Some(Self::Label(None)),
            "label" => id(value).map(|id| Self::Label(Some(id))),
            "assignee" => Some(Self::Assignee(match value {
                ME => Assigned::Me,
                NONE => Assigned::Nobody,
                other => Assigned::Person(id(other)?),
            })),
            "due" => Due::parse(value).map(Self::Due),
            "done" => match value {
                YES => Some(Self::Done(true)),
                NO => Some(Self::Done(false)),
                _ => None,
            },
            field => {
                let term = match value {
                    NONE => FieldTerm::Nothing,
                    text => id(text).map_or_else(|| FieldTerm::Text(text.to_owned()), FieldTerm::Choice),
                };
                Some(Self::Field(id(field.strip_prefix("field.")?)?, term))
            }
        }
    }

    /// The key and the value that it is in an address.
    pub fn pair(&self) -> (String, String) {
        let or_none = |id: &Option<Uuid>| id.map_or_else(|| NONE.to_owned(), |id| id.to_string());
        let (key, value) = match self {
            Self::Words(words) => ("q", words.clone()),
            Self::Label(id) => ("label", or_none(id)),
            Self::Assignee(Assigned::Me) => ("assignee", ME.to_owned()),
            Self::Assignee(Assigned::Nobody) => ("assignee", NONE.to_owned()),
            Self::Assignee(Assigned::Person(id)) => ("assignee", id.to_string()),
            Self::Due(due) => ("due", due.word().to_owned()),
            Self::Done(done) => ("done", if *done { YES } else { NO }.to_owned()),
            Self::Field(field_id, term) => {
                let value = match term {
                    FieldTerm::Nothing => NONE.to_owned(),
                    FieldTerm::Choice(id) => id.to_string(),
                    FieldTerm::Text(text) => text.clone(),
                };
                return (format!("field.{field_id}"), value);
            }
        };
        (key.to_owned(), value)
    }
}

impl Filter {
    /// Reads a query. Total: what is not understood is left out and counted, and what is meant for others, such as a page's
    /// number, is passed over.
    pub fn parse(query: &str, me: Uuid) -> Self {
        let mut filter = Self { me, ..Self::default() };
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            let is_ours = matches!(&*key, "q" | "label" | "assignee" | "due" | "done");
            // Other signs than these cannot be in a text of PostgreSQL, or are not seen.
            let value = plain_text::line(&value);
            if value.is_empty() || !(is_ours || key.starts_with("field.")) {
                continue;
            }
            let cut: String = value.chars().take(WORDS_LIMIT).collect();
            filter.is_cut |= cut.len() < value.len();
            match Term::parse(&key, cut.trim()) {
                Some(term) if filter.terms.contains(&term) => {}
                Some(term) if filter.terms.len() < TERMS_MOST => filter.terms.push(term),
                _ => filter.left_out += 1,
            }
        }
        filter.terms.sort_unstable();
        filter
    }

    pub fn terms(&self) -> &[Term] {
        &self.terms
    }

    pub fn left_out(&self) -> usize {
        self.left_out
    }

    pub fn is_cut(&self) -> bool {
        self.is_cut
    }

    /// Whether nothing was asked for, so that every card is shown and nothing is to be said of that.
    pub fn is_blank(&self) -> bool {
        self.terms.is_empty() && self.left_out == 0
    }

    pub fn has(&self, term: &Term) -> bool {
        self.terms.contains(term)
    }

    /// The same without a term.
    #[must_use]
    pub fn without(&self, term: &Term) -> Self {
        let terms = self.terms.iter().filter(|one| *one != term).cloned().collect();
        Self { me: self.me, terms, ..Self::default() }
    }
}

/// As a query; empty where nothing is asked for. It reads back as the same filter.
impl fmt::Display for Filter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const KEEP: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.');
        for (index, term) in self.terms.iter().enumerate() {
            let (key, value) = term.pair();
            let joint = if index == 0 { "" } else { "&" };
            write!(f, "{joint}{key}={}", utf8_percent_encode(&value, KEEP))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADA: Uuid = Uuid::from_u128(1);

    fn parse(query: &str) -> Filter {
        Filter::parse(query, ADA)
    }

    #[test]
    fn a_filter_reads_back_as_itself() {
        let id = Uuid::from_u128(7);
        let query = format!(
            "page=2&q=100%25+_&label={id}&label=none&assignee=me&assignee={id}&due=today&due=none&done=no\
             &field.{id}=none&field.{id}={id}&field.{id}=1..5&q=&label=&utm=x"
        );
        let filter = parse(&query);
        assert_eq!((filter.terms().len(), filter.left_out()), (11, 0));
        assert_eq!(parse(&filter.to_string()), filter);
        assert!(filter.has(&Term::Words("100% _".to_owned())));
        // The same in another order is the same, and so is one that says a thing twice.
        assert_eq!(parse("done=no&q=a&done=no"), parse("q=a&done=no"));
        let without = filter.without(&Term::Done(false));
        assert_eq!(without.terms().len(), 10);
        assert!(!without.to_string().contains("done"));
        assert!(parse("").is_blank() && parse("page=2&x").is_blank());
    }

    #[test]
    fn what_is_not_understood_is_left_out_and_counted() {
        let filter = parse("label=red&assignee=ada&due=soon&done=perhaps&field.x=1&field.=1&q=a");
        assert_eq!((filter.terms(), filter.left_out()), (&[Term::Words("a".to_owned())][..], 6));
        assert!(!parse("due=soon").is_blank(), "something is to be said");
        for odd in ["%", "=", "&&&", "%ZZ=%", "q", "q=%00", "q=%E2%80%8B", "%FF=%FF", "q[]=1"] {
            assert!(parse(odd).is_blank(), "{odd}");
        }
        assert_eq!(parse("q=%FF%00a").to_string(), "q=%EF%BF%BDa");
    }

    #[test]
    fn a_filter_is_bounded() {
        let long = parse(&format!("q={}", "x".repeat(1000)));
        assert!(long.is_cut());
        assert_eq!(long.to_string().len(), "q=".len() + WORDS_LIMIT);
        let many: Vec<String> = (0..500).map(|id| format!("label={}", Uuid::from_u128(id))).collect();
        let many = parse(&many.join("&"));
        assert_eq!((many.terms().len(), many.left_out()), (TERMS_MOST, 500 - TERMS_MOST));
    }
}
