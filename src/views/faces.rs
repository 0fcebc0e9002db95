//! A card's face on the board.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use minijinja::value::{Object, Serde, Value};
use serde::Serialize;
use uuid::Uuid;

use super::dates::DatesView;
use super::labels::LabelView;
use super::people::PersonView;
use crate::models::face::{CardFace, Faces, Items};
use crate::models::label::Label;
use crate::models::member::Person;
use crate::models::thumbnail::Preview;
use crate::time_zone::LocalTime;

/// A card as the board shows it. There may be thousands on a page, so templates read it in place: nothing is
/// serialized first.
#[derive(Debug)]
pub struct CardView {
    id: Value,
    title: Value,
    has_body: bool,
    is_template: bool,
    /// A [`DatesView`], where there is any date.
    dates: Option<Value>,
    files: i64,
    comments: i64,
    items: Items,
    cover: Value,
    /// A sequence of [`PersonView`].
    assignees: Value,
    /// A sequence of [`LabelView`].
    labels: Value,
}

/// What the faces of a page have in common: the people and labels that they name by their ids, each made once however many
/// cards, and what time it is for the reader.
pub struct Common {
    people: HashMap<Uuid, Value>,
    /// With each label's place in the board's order.
    labels: HashMap<Uuid, (usize, Value)>,
    time: LocalTime,
}

impl Common {
    pub fn new(faces: &Faces, time: LocalTime) -> Self {
        let assigned: HashSet<Uuid> = faces.cards.iter().flat_map(|card| &card.assignees).copied().collect();
        let people = faces.members.iter().filter(|person| assigned.contains(&person.id));
        let person = |person: &Person| (person.id, Value::from(Serde(&PersonView::from(person.clone()))));
        let label = |(place, label): (usize, &Label)| {
            (label.id, (place, Value::from(Serde(&LabelView::from(label)))))
        };
        Self {
            people: people.map(person).collect(),
            labels: faces.labels.iter().enumerate().map(label).collect(),
            time,
        }
    }
}

impl CardView {
    pub fn new(card: CardFace, common: &Common) -> Self {
        let assignees: Vec<Value> =
            card.assignees.iter().filter_map(|id| common.people.get(id)).cloned().collect();
        let dates = DatesView::new(&card.dates, common.time);
        let mut labels: Vec<&(usize, Value)> =
            card.labels.iter().filter_map(|id| common.labels.get(id)).collect();
        labels.sort_unstable_by_key(|(place, _)| *place);
        let labels: Vec<Value> = labels.into_iter().map(|(_, label)| label.clone()).collect();
        Self {
            // An id has nothing to escape, so it is not searched for it three times a card.
            id: Value::from_safe_string(card.id.to_string()),
            title: Value::from(card.title),
            has_body: card.has_body,
            is_template: card.is_template,
            dates: (!dates.is_blank()).then(|| Value::from(Serde(&dates))),
            files: card.files,
            comments: card.comments,
            items: card.items,
            assignees: Value::from(assignees),
            labels: Value::from(labels),
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
            "is_template" => Some(Value::from(self.is_template)),
            "dates" => Some(self.dates.clone().unwrap_or(Value::from(()))),
            "files" => Some(Value::from(self.files)),
            "has_meta" => {
                let is_for_people = self.assignees.len() > Some(0);
                let counts = self.files > 0 || self.comments > 0 || self.items.total > 0;
                Some(Value::from(counts || is_for_people || self.dates.is_some()))
            }
            "items" => Some(Value::from(self.items.total)),
            "items_done" => Some(Value::from(self.items.done)),
            "comments" => Some(Value::from(self.comments)),
            "assignees" => Some(self.assignees.clone()),
            "labels" => Some(self.labels.clone()),
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
    pub fn first(faces: Faces, time: LocalTime) -> Option<Self> {
        let common = Common::new(&faces, time);
        faces.cards.into_iter().next().map(|card| Self(Value::from_object(CardView::new(card, &common))))
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
