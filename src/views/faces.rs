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
use crate::models::field::Field;
use crate::models::field::kind::FieldKind;
use crate::models::field::value::NO;
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
    recurs: bool,
    /// A [`DatesView`], where there is any date.
    dates: Option<Value>,
    files: i64,
    comments: i64,
    is_blocked: bool,
    items: Items,
    cover: Value,
    /// A sequence of [`PersonView`].
    assignees: Value,
    /// A sequence of [`LabelView`].
    labels: Value,
    /// Each a [`FieldWord`].
    fields: Vec<Value>,
}

/// What a face says of a field.
#[derive(Debug, Serialize)]
struct FieldWord {
    /// The field's name.
    name: String,
    kind: FieldKind,
    value: String,
}

/// Characters of a text that a face shows.
const FIELD_TEXT_MOST: usize = 40;

impl FieldWord {
    /// None for what goes without saying: a no.
    fn new(field: &Field, value: &str) -> Option<Self> {
        if field.kind == FieldKind::YesNo && value == NO {
            return None;
        }
        let value = match value.char_indices().nth(FIELD_TEXT_MOST) {
            Some((end, _)) if field.kind == FieldKind::Text => format!("{}…", &value[..end]),
            _ => value.to_owned(),
        };
        Some(Self { name: field.name.clone(), kind: field.kind, value })
    }
}

/// What the faces of a page have in common: the people and labels that they name by their ids and what they say in fields, each
/// made once however many cards; the fields that are summed up; and what time it is for the reader.
pub struct Common {
    people: HashMap<Uuid, Value>,
    /// With each label's place in the board's order.
    labels: HashMap<Uuid, (usize, Value)>,
    /// With each field's place in the board's order.
    fields: HashMap<Uuid, (usize, HashMap<String, Option<Value>>)>,
    pub summed: Vec<Field>,
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
        let shown: HashMap<Uuid, (usize, &Field)> = faces
            .fields
            .iter()
            .enumerate()
            .filter(|(_, field)| field.on_card)
            .map(|(place, field)| (field.id, (place, field)))
            .collect();
        let mut fields: HashMap<Uuid, (usize, HashMap<String, Option<Value>>)> = HashMap::new();
        for (id, value) in faces.cards.iter().flat_map(|card| &card.fields) {
            let Some((place, field)) = shown.get(id) else { continue };
            let (_, words) = fields.entry(*id).or_insert_with(|| (*place, HashMap::new()));
            if !words.contains_key(value) {
                let word = FieldWord::new(field, value).map(|word| Value::from(Serde(&word)));
                words.insert(value.clone(), word);
            }
        }
        Self {
            fields,
            summed: faces.fields.iter().filter(|field| field.shows_sum).cloned().collect(),
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
        let word = |(id, value): &(Uuid, String)| {
            let (place, words) = common.fields.get(id)?;
            Some((*place, words.get(value)?.clone()?))
        };
        let mut fields: Vec<(usize, Value)> = card.fields.iter().filter_map(word).collect();
        fields.sort_unstable_by_key(|(place, _)| *place);
        Self {
            // An id has nothing to escape, so it is not searched for it three times a card.
            id: Value::from_safe_string(card.id.to_string()),
            title: Value::from(card.title),
            has_body: card.has_body,
            is_template: card.is_template,
            recurs: card.recurs,
            dates: (!dates.is_blank()).then(|| Value::from(Serde(&dates))),
            files: card.files,
            comments: card.comments,
            is_blocked: card.is_blocked,
            items: card.items,
            assignees: Value::from(assignees),
            labels: Value::from(labels),
            fields: fields.into_iter().map(|(_, word)| word).collect(),
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
            // Those that are kept are a `KeptFaces`.
            "kept" => Some(Value::from(())),
            "id" => Some(self.id.clone()),
            "title" => Some(self.title.clone()),
            "has_body" => Some(Value::from(self.has_body)),
            "is_template" => Some(Value::from(self.is_template)),
            "recurs" => Some(Value::from(self.recurs)),
            "dates" => Some(self.dates.clone().unwrap_or(Value::from(()))),
            "files" => Some(Value::from(self.files)),
            "has_meta" => {
                let is_for_people = self.assignees.len() > Some(0);
                let counts = self.files > 0 || self.comments > 0 || self.items.total > 0;
                let says = self.dates.is_some() || !self.fields.is_empty() || self.is_blocked || self.recurs;
                Some(Value::from(counts || is_for_people || says))
            }
            "items" => Some(Value::from(self.items.total)),
            "items_done" => Some(Value::from(self.items.done)),
            "is_blocked" => Some(Value::from(self.is_blocked)),
            "comments" => Some(Value::from(self.comments)),
            "assignees" => Some(self.assignees.clone()),
            "labels" => Some(self.labels.clone()),
            "fields" => Some(Value::from(self.fields.clone())),
            "cover" => Some(self.cover.clone()),
            _ => None,
        }
    }
}

/// Faces that follow each other in a column, as they were rendered before.
#[derive(Debug)]
pub struct KeptFaces(Value);

impl KeptFaces {
    pub fn new(html: String) -> Self {
        Self(Value::from_safe_string(html))
    }
}

impl Object for KeptFaces {
    fn get_value(self: &Arc<Self>, key: &Value) -> Option<Value> {
        (key.as_str() == Some("kept")).then(|| self.0.clone())
    }
}

/// A [`CardView`] for a template that is given one card alone.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct FaceView(Value);

impl FaceView {
    /// The first of the faces.
    pub fn first(faces: Faces, time: LocalTime) -> Option<Self> {
        Self::all(faces, time).into_iter().next()
    }

    pub fn all(faces: Faces, time: LocalTime) -> Vec<Self> {
        let common = Common::new(&faces, time);
        let face = |card| Self(Value::from_object(CardView::new(card, &common)));
        faces.cards.into_iter().map(face).collect()
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
