//! How a person names a card that another is to be linked to.

use uuid::Uuid;

use crate::markdown::references::Named;

/// A card by its number on the board, or by its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CardName {
    Number(i32),
    Id(Uuid),
}

impl CardName {
    /// `#42`, `42`, `/cards/<id>` or a whole address that ends in it; none for anything else. Which site an address is of is of
    /// no matter: an id is one card's.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some((_, rest)) = text.rsplit_once("/cards/") {
            let id = rest.split(['/', '?', '#']).next()?;
            return Uuid::try_parse(id).ok().map(Self::Id);
        }
        let digits = text.strip_prefix('#').unwrap_or(text);
        let number = digits.bytes().all(|byte| byte.is_ascii_digit()).then(|| digits.parse().ok())?;
        number.filter(|number| *number > 0).map(Self::Number)
    }

    /// To look it up as what texts name is.
    pub fn named(self) -> Named {
        match self {
            Self::Number(number) => Named { numbers: vec![number], ..Named::default() },
            Self::Id(id) => Named { card_ids: vec![id], ..Named::default() },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_card_is_named_by_number_or_address() {
        let id = Uuid::now_v7();
        for (text, name) in [
            ("#42".to_owned(), Some(CardName::Number(42))),
            (" 42 ".to_owned(), Some(CardName::Number(42))),
            (format!("/cards/{id}"), Some(CardName::Id(id))),
            (format!("https://boards.example.com/cards/{id}?edit=1#files"), Some(CardName::Id(id))),
            (format!("https://boards.example.com/cards/{id}/move"), Some(CardName::Id(id))),
            (String::new(), None),
            ("#".to_owned(), None),
            ("0".to_owned(), None),
            ("-1".to_owned(), None),
            ("+1".to_owned(), None),
            ("99999999999".to_owned(), None),
            ("the plan".to_owned(), None),
            (format!("/boards/{id}"), None),
            ("/cards/42".to_owned(), None),
        ] {
            assert_eq!(CardName::parse(&text), name, "{text}");
        }
    }
}
