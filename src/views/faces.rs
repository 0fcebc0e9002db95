//! A card's face on the board.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use minijinja::value::{Object, Serde, Value};
use serde::Serialize;
use uuid::Uuid;

use super::people::PersonView;
use crate::models::face::{CardFace, Faces};
use crate::models::member::Person;
use crate::models::thumbnail::Preview;

/// A card as the board shows it. There may be thousands on a page, so templates read it in place: nothing is
/// serialized first.
#[derive(Debug)]
pub struct CardView {
    id: Value,
    title: Value,
    has_body: bool,
    files: i64,
    comments: i64,
    cover: Value,
    /// A sequence of [`PersonView`].
    assignees: Value,
}

/// The members that cards are for, as the cards show them: each is made once, however many cards.
pub struct People(HashMap<Uuid, Value>);

impl From<&Faces> for People {
    fn from(faces: &Faces) -> Self {
        let assigned: HashSet<Uuid> = faces.cards.iter().flat_map(|card| &card.assignees).copied().collect();
        let people = faces.members.iter().filter(|person| assigned.contains(&person.id));
        let view = |person: &Person| (person.id, Value::from(Serde(&PersonView::from(person.clone()))));
        Self(people.map(view).collect())
    }
}

impl CardView {
    pub fn new(card: CardFace, people: &People) -> Self {
        let assignees: Vec<Value> =
            card.assignees.iter().filter_map(|id| people.0.get(id)).cloned().collect();
        Self {
            // An id has nothing to escape, so it is not searched for it three times a card.
            id: Value::from_safe_string(card.id.to_string()),
            title: Value::from(card.title),
            has_body: card.has_body,
            files: card.files,
            comments: card.comments,
            assignees: Value::from(assignees),
            cover: card
                .cover
                .and_then(ThumbnailView::new)
                .map_or(Value::from(()), |cover| Value::from(Serde(&cover))),
        }
    }
}

impl Object for CardView {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        self.get_value_by_str(key.as_str()?)
    }

    fn get_value_by_str(self: &Arc<Self>, key: &str) -> Option<Value> {
        match key {
            "id" => Some(self.id.clone()),
            "title" => Some(self.title.clone()),
            "has_body" => Some(Value::from(self.has_body)),
            "files" => Some(Value::from(self.files)),
            "has_meta" => {
                let is_for_people = self.assignees.len() > Some(0);
                Some(Value::from(self.files > 0 || self.comments > 0 || is_for_people))
            }
            "comments" => Some(Value::from(self.comments)),
            "assignees" => Some(self.assignees.clone()),
            "cover" => Some(self.cover.clone()),
            _ => None,
        }
    }
}

/// A [`CardView`] for a template that is given one card alone.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct FaceView(Value);

impl FaceView {
    /// The first of the faces.
    pub fn first(faces: Faces) -> Option<Self> {
        let people = People::from(&faces);
        faces.cards.into_iter().next().map(|card| Self(Value::from_object(CardView::new(card, &people))))
    }
}

#[derive(Debug, Serialize)]
pub struct ThumbnailView {
    /// Has nothing to escape.
    url: Value,
    width: i32,
    height: i32,
}

impl ThumbnailView {
    pub fn new(preview: Preview) -> Option<Self> {
        let (width, height) = preview.width.zip(preview.height)?;
        // Another picture has another address, so a browser keeps each as long as it likes.
        let url = format!("/thumbnails/{}?v={}", preview.file_id, preview.made_at.timestamp_micros());
        Some(Self { url: Value::from_safe_string(url), width, height })
    }
}
