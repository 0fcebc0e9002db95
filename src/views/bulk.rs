//! Many cards at once: those to choose from, and what can be done to them.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::choice::Choice;
use super::labels::LabelView;
use super::people::PersonView;
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::column::Column;
use crate::models::face::Faces;
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct BulkPage {
    board: BoardView,
    columns: Vec<BulkColumn>,
    labels: Vec<LabelView>,
    /// Members whom cards can be given to.
    people: Vec<PersonView>,
    form: Form,
}

#[derive(Debug, Serialize)]
struct BulkColumn {
    #[serde(flatten)]
    column: Choice,
    cards: Vec<BulkCard>,
}

#[derive(Debug, Serialize)]
struct BulkCard {
    #[serde(flatten)]
    card: Choice,
    is_chosen: bool,
}

impl BulkPage {
    pub fn new(
        access: &Access,
        columns: Vec<Column>,
        faces: Faces,
        people: Vec<PersonView>,
        chosen: &[Uuid],
        form: Form,
    ) -> Self {
        let chosen: HashSet<&Uuid> = chosen.iter().collect();
        let mut by_column: HashMap<Uuid, Vec<BulkCard>> = HashMap::new();
        for face in faces.cards {
            let card = Choice { id: face.id, title: face.title };
            let is_chosen = chosen.contains(&face.id);
            by_column.entry(face.column_id).or_default().push(BulkCard { card, is_chosen });
        }
        let column = |column: Column| BulkColumn {
            cards: by_column.remove(&column.id).unwrap_or_default(),
            column: (&column).into(),
        };
        Self {
            board: access.into(),
            columns: columns.into_iter().map(column).collect(),
            labels: faces.labels.iter().map(Into::into).collect(),
            people,
            form,
        }
    }
}

impl View for BulkPage {
    const PAGE: Option<&'static str> = Some("bulk/edit.html");
    const PART: Option<&'static str> = Some("bulk/_bar.html");
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::views::people::samples::person;
    use crate::views::samples::{Samples, column, face, faces, failed};

    impl Samples for BulkPage {
        fn samples(access: &Access) -> Vec<Self> {
            let fields = ["card_id", "action", "column_id", "label_id", "user_id", "due", "due_time"];
            let page = |form| {
                let faces = faces([true, false].map(face).into());
                let column_of = faces.cards[0].column_id;
                let column = Column { id: column_of, ..column(None) };
                let chosen = [faces.cards[0].id];
                Self::new(access, vec![column], faces, vec![person().into()], &chosen, form)
            };
            let empty = Self::new(access, vec![], Faces::default(), vec![], &[], Form::blank(&fields));
            vec![page(Form::blank(&fields)), page(failed(&fields)), empty]
        }
    }
}
