//! What the palette offers.

use serde::Serialize;
use uuid::Uuid;

use crate::forms::encode_query;
use crate::models::color::Color;
use crate::models::search::palette::{OfferedBoard, OfferedCard, OfferedPerson, Offers};
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct PaletteOffers {
    boards: Vec<BoardOffer>,
    cards: Vec<CardOffer>,
    people: Vec<PersonOffer>,
    /// What is typed, for an address; none where nothing is.
    query: Option<String>,
}

impl View for PaletteOffers {
    const PART: Option<&'static str> = Some("palette/_offers.html");
}

#[derive(Debug, Serialize)]
struct BoardOffer {
    id: Uuid,
    title: String,
    color: Color,
}

#[derive(Debug, Serialize)]
struct CardOffer {
    id: Uuid,
    title: String,
    number: Option<i32>,
    /// The board's title.
    board: String,
    color: Color,
}

#[derive(Debug, Serialize)]
struct PersonOffer {
    name: String,
    handle: String,
}

impl PaletteOffers {
    pub fn new(offers: Offers, typed: &str) -> Self {
        let board = |board: OfferedBoard| BoardOffer { id: board.id, title: board.title, color: board.color };
        let card = |card: OfferedCard| CardOffer {
            id: card.id,
            title: card.title,
            number: card.number,
            board: card.board,
            color: card.color,
        };
        let person = |person: OfferedPerson| PersonOffer { name: person.name, handle: person.handle };
        let typed = typed.trim();
        Self {
            boards: offers.boards.into_iter().map(board).collect(),
            cards: offers.cards.into_iter().map(card).collect(),
            people: offers.people.into_iter().map(person).collect(),
            query: (!typed.is_empty()).then(|| encode_query(typed)),
        }
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, TEXT};

    impl Samples for PaletteOffers {
        fn samples(_: &Access) -> Vec<Self> {
            let card = |number| CardOffer {
                id: Uuid::now_v7(),
                title: TEXT.to_owned(),
                number,
                board: TEXT.to_owned(),
                color: Color::Teal,
            };
            let full = Self {
                boards: vec![BoardOffer { id: Uuid::now_v7(), title: TEXT.to_owned(), color: Color::Teal }],
                cards: vec![card(Some(42)), card(None)],
                people: vec![PersonOffer { name: TEXT.to_owned(), handle: "done".to_owned() }],
                query: Some("more".to_owned()),
            };
            vec![full, Self { boards: vec![], cards: vec![], people: vec![], query: None }]
        }
    }
}
