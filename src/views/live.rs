//! What the stream of a board says, as JSON. It names things by their ids and people as others see them; what has become of
//! them each page asks for itself.

use std::time::Duration;

use serde_json::{Value, json};

use super::people::color;
use crate::models::changed::Changed;
use crate::realtime::{Bye, Here};

/// After a restart pages come back within so long, not all at once.
const SPREAD: Duration = Duration::from_secs(2);

/// Cards that are named one by one; with more of them the columns are asked for.
const NAMED_MOST: usize = 20;

/// `{"revision": 7, "what": ["columns", "cards"], "columns": [id], "cards": [{"id", "column", "by_id", "by", "color"}]}`; `what` has
/// `board` in it where the board's head may have changed. `columns` is null where all of them may have, and what they are.
pub fn changed(revision: i64, changed: &Changed) -> Value {
    if changed.everything {
        let what = ["board", "columns", "cards"];
        return json!({ "revision": revision, "what": what, "columns": null, "cards": [] });
    }
    let mut columns = changed.columns.clone();
    if changed.cards.len() > NAMED_MOST {
        columns = changed.touched_columns();
    }
    let cards: Vec<Value> = changed
        .cards
        .iter()
        .map(|(id, card)| {
            let (by_id, by) = card.by.clone().unzip();
            let color = by_id.map(|id| color(id).word());
            json!({ "id": id, "column": card.column_id, "by_id": by_id, "by": by, "color": color })
        })
        .collect();
    let mut what = Vec::new();
    if changed.head {
        what.push("board");
    }
    if !columns.is_empty() {
        what.push("columns");
    }
    if !cards.is_empty() {
        what.push("cards");
    }
    json!({ "revision": revision, "what": what, "columns": columns, "cards": cards })
}

/// `{"people": [{"id", "name", "face": HTML, "cards": [id]}]}`
pub fn here(people: &[Here]) -> Value {
    let person = |person: &Here| {
        json!({
            "id": person.user_id,
            "name": person.shown.name,
            "face": person.shown.face,
            "cards": person.card_ids,
        })
    };
    json!({ "people": people.iter().map(person).collect::<Vec<_>>() })
}

/// `{}`: the mark of the inbox is to be asked for.
pub fn inbox() -> Value {
    json!({})
}

/// `{"reason": "restart", "after": milliseconds}`: when to come back; `removed` and `signed_out` have no `after`.
pub fn bye(bye: Bye) -> Value {
    let spread = u64::try_from(SPREAD.as_millis()).unwrap_or_default();
    match bye {
        Bye::Restart => json!({ "reason": "restart", "after": rand::random_range(0..spread) }),
        Bye::Removed => json!({ "reason": "removed" }),
        Bye::SignedOut => json!({ "reason": "signed_out" }),
    }
}
