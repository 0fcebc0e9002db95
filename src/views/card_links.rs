//! What a card is to others, as its page tells it.

use serde::Serialize;
use uuid::Uuid;

use crate::models::card_link::relation::Relation;
use crate::models::card_link::{LinkedCard, OtherCard};

/// The links of one relation.
#[derive(Debug, Serialize)]
pub struct LinkGroup {
    relation: Relation,
    links: Vec<LinkView>,
}

#[derive(Debug, Serialize)]
struct LinkView {
    id: Uuid,
    /// Whether the other card is done or archived.
    is_over: bool,
    /// None for one that the reader may not see.
    card: Option<OtherCardView>,
}

#[derive(Debug, Serialize)]
struct OtherCardView {
    id: Uuid,
    number: Option<i32>,
    title: String,
    /// The title of its board, where that is another one.
    board: Option<String>,
}

/// All links of a card, by relation.
#[derive(Debug, Serialize)]
pub struct Links {
    pub groups: Vec<LinkGroup>,
    /// Whether a card blocks this one that is still to be done.
    pub is_blocked: bool,
}

impl Links {
    /// `board_id` is the card's board.
    pub fn new(links: Vec<LinkedCard>, board_id: Uuid) -> Self {
        let is_blocked = links.iter().any(|link| link.relation == Relation::BlockedBy && link.is_open);
        let mut groups: Vec<LinkGroup> = Relation::ALL
            .iter()
            .map(|relation| LinkGroup { relation: *relation, links: Vec::new() })
            .collect();
        for link in links {
            let group = groups.iter_mut().find(|group| group.relation == link.relation);
            group.into_iter().for_each(|group| group.links.push(LinkView::new(link.clone(), board_id)));
        }
        groups.retain(|group| !group.links.is_empty());
        Self { groups, is_blocked }
    }
}

impl LinkView {
    fn new(link: LinkedCard, board_id: Uuid) -> Self {
        let card = |card: OtherCard| OtherCardView {
            id: card.id,
            number: card.number,
            title: card.title,
            board: (card.board_id != board_id).then_some(card.board),
        };
        Self { id: link.link_id, is_over: !link.is_open, card: link.card.map(card) }
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, TEXT};

    impl Samples for Links {
        fn samples(_: &Access) -> Vec<Self> {
            let board_id = Uuid::now_v7();
            let other = |board_id| OtherCard {
                id: Uuid::now_v7(),
                number: Some(2),
                title: TEXT.to_owned(),
                board_id,
                board: TEXT.to_owned(),
            };
            let link = |relation: &Relation, is_open, card| LinkedCard {
                link_id: Uuid::now_v7(),
                relation: *relation,
                is_open,
                card,
            };
            let all = Relation::ALL.iter().flat_map(|relation| {
                [
                    link(relation, true, Some(other(board_id))),
                    link(relation, false, Some(other(Uuid::now_v7()))),
                    link(relation, true, None),
                ]
            });
            vec![Self::new(vec![], board_id), Self::new(all.collect(), board_id)]
        }
    }
}
