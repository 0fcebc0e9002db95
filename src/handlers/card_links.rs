//! `/cards/{card_id}/links` and `/links/{link_id}`: what cards are to each other.

use super::extract::{Edit, On};
use crate::error::{AppError, AppResult};
use crate::forms::{FormError, Posted};
use crate::models::card::Card;
use crate::models::card_link::name::CardName;
use crate::models::card_link::relation::Relation;
use crate::models::card_link::{CardLink, LinkError};
use crate::pages;
use crate::views::cards::CardPage;

/// Characters of an address.
const NAME_MOST: usize = 2000;

/// `POST /cards/{card_id}/links`: `card` is a number or an address, `kind` what this card is to it
pub async fn create(on: On<Card, Edit>, posted: Posted) -> AppResult {
    let card_id = on.thing.id;
    let mut form = posted.form(&["card", "kind"]);
    let name = CardName::parse(&form.line("card", NAME_MOST));
    let relation = form.choice("kind", Relation::parse);
    if name.is_none() {
        form.fail("card", FormError::NotACard);
    }
    let mut conn = on.conn_to_change().await?;
    if let Some(name) = name.filter(|_| form.is_valid()) {
        let linked = on
            .change(&mut conn, async |change| CardLink::create(change, card_id, name, relation).await)
            .await;
        let error = match linked {
            Ok(other_id) => {
                let others = [other_id];
                let saved = pages::cards::saved_with(&conn, on.reading(), card_id, &others);
                return on.answer(format!("/cards/{card_id}"), saved).await;
            }
            Err(LinkError::NoSuchCard) => FormError::NoSuchCard,
            Err(LinkError::Itself) => FormError::LinkToItself,
            Err(LinkError::Already) => FormError::LinkedAlready,
            Err(LinkError::Circle) => FormError::BlocksInACircle,
            Err(LinkError::ChainTooLong) => FormError::BlocksTooMany,
            Err(LinkError::TooMany) => FormError::TooManyCardLinks,
            Err(LinkError::Change(error)) => return Err(error.into()),
        };
        form.fail("card", error);
    }
    let page = pages::cards::show(&conn, on.reading(), card_id, None).await?;
    on.refuse(&CardPage { link_form: form, ..page })
}

/// `POST /links/{link_id}/remove`: an editor of one of the two boards does it; `card_id` is the card on whose page they are
pub async fn destroy(on: On<CardLink, Edit>, posted: Posted) -> AppResult {
    let mut form = posted.form(&["card_id"]);
    let asked = form.id_if_given("card_id");
    let (card_id, other_id, _) = on.thing.seen_on(on.access.board.id);
    let mut conn = on.conn_to_change().await?;
    on.change(&mut conn, async |change| on.thing.remove(change).await).await?;
    let (shown, other) = if asked == Some(other_id) { (other_id, card_id) } else { (card_id, other_id) };
    let board_id = if on.thing.from_id == shown { on.thing.from_board_id } else { on.thing.to_board_id };
    let saved = async {
        // They may be on the page of the card that lies on the other board.
        let access = on.access.of_board(&conn, board_id, on.principal.id).await?.ok_or(AppError::NotFound)?;
        let reading = pages::stream::Reading { access: &access, ..on.reading() };
        pages::cards::saved_with(&conn, reading, shown, &[other]).await
    };
    on.answer(format!("/cards/{shown}"), saved).await
}
