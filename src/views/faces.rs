//! A card's face on the board.

use std::sync::Arc;

use minijinja::value::{Object, Serde, Value};
use serde::Serialize;

use crate::models::face::CardFace;
use crate::models::thumbnail::Preview;

/// A card as the board shows it. There may be thousands on a page, so templates read it in place: nothing is
/// serialized first.
#[derive(Debug)]
pub struct CardView {
    id: Value,
    title: Value,
    has_body: bool,
    files: i64,
    cover: Value,
}

impl From<CardFace> for CardView {
    fn from(card: CardFace) -> Self {
        Self {
            // An id has nothing to escape, so it is not searched for it three times a card.
            id: Value::from_safe_string(card.id.to_string()),
            title: Value::from(card.title),
            has_body: card.has_body,
            files: card.files,
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
            "cover" => Some(self.cover.clone()),
            _ => None,
        }
    }
}

/// A [`CardView`] for a template that is given one card alone.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub struct FaceView(Value);

impl From<CardFace> for FaceView {
    fn from(face: CardFace) -> Self {
        Self(Value::from_object(CardView::from(face)))
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
