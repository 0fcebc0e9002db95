//! Samples of what views are given: the trait they stand behind, and the rows they are made of.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::forms::{Form, FormError};
use crate::models::access::Access;
use crate::models::board::Board;
use crate::models::card::{Card, CardDates, CardDetail};
use crate::models::checklist::item::ChecklistItem;
use crate::models::color::Color;
use crate::models::column::Column;
use crate::models::face::{CardFace, Faces, Items};
use crate::models::field::Field;
use crate::models::field::kind::FieldKind;
use crate::models::file::File;
use crate::models::filter::Filter;
use crate::models::label::Label;
use crate::models::member::{Member, Person};
use crate::models::object::Object;
use crate::models::role::Role;
use crate::models::thumbnail::Preview;
use crate::models::when::When;
use crate::storage::Store;
use crate::time_zone::LocalTime;
use crate::views::faces::FaceView;
use crate::views::fields::samples::{field, value_of};
use crate::views::labels::samples::label;
use crate::views::people::samples::person;

/// Text that a person may type and no page may take for markup.
pub const TEXT: &str = "Ship <b>it</b> & \"more\" مرحبا";

/// A view with samples of itself, one for each state that its template tells apart. The implementation stands beside the view.
pub trait Samples: Sized {
    /// As a reader with this access to a board sees it; views without a board make nothing of it.
    fn samples(access: &Access) -> Vec<Self>;
}

pub fn now() -> DateTime<Utc> {
    Utc::now()
}

/// A form with something typed, and an error everywhere.
pub fn failed(names: &[&'static str]) -> Form {
    let mut form = Form::filled(names.iter().map(|name| (*name, TEXT.to_owned())));
    for name in names {
        form.fail(name, FormError::Required);
    }
    form.fail_whole(FormError::TooLong { most: 20_000, length: 20_001 });
    form
}

pub fn access(role: Role, archived_at: Option<DateTime<Utc>>) -> Access {
    Access {
        board: Board {
            id: Uuid::now_v7(),
            title: TEXT.to_owned(),
            color: Color::Teal,
            revision: 1,
            updated_at: now(),
            open_role: None,
            archived_at,
            is_template: archived_at.is_some(),
        },
        member: Member { role, starred_at: Some(now()) },
        is_member: true,
        time: LocalTime::utc(now()),
        filter: Filter::default(),
    }
}

pub fn column(archived_at: Option<DateTime<Utc>>) -> Column {
    Column {
        id: Uuid::now_v7(),
        board_id: Uuid::now_v7(),
        title: TEXT.to_owned(),
        rank: "80".to_owned(),
        wip_limit: Some(1),
        archived_at,
    }
}

/// The id of the field of this kind in [`faces`].
fn field_id(kind: FieldKind) -> Uuid {
    Uuid::from_u128(3 + kind as u128)
}

/// The one member of [`faces`], and the one label.
const MEMBER: Uuid = Uuid::from_u128(1);
const LABEL: Uuid = Uuid::from_u128(2);

/// A card's face; a full one has everything on it that a face can have.
pub fn face(full: bool) -> CardFace {
    CardFace {
        id: Uuid::now_v7(),
        column_id: Uuid::now_v7(),
        title: TEXT.to_owned(),
        has_body: full,
        is_template: full,
        recurs: full,
        files: i64::from(full),
        comments: i64::from(full),
        is_blocked: full,
        items: Items { total: i64::from(full) * 5, done: i64::from(full) * 3 },
        assignees: if full { vec![MEMBER] } else { vec![] },
        labels: if full { vec![LABEL] } else { vec![] },
        fields: if full {
            FieldKind::ALL.iter().map(|kind| (field_id(*kind), value_of(*kind))).collect()
        } else {
            vec![(field_id(FieldKind::YesNo), "no".to_owned())]
        },
        dates: dates(full),
        cover: full.then(|| preview(Some(40))),
    }
}

pub fn faces(cards: Vec<CardFace>) -> Faces {
    Faces {
        cards,
        members: vec![Person { id: MEMBER, ..person() }],
        labels: vec![Label { id: LABEL, ..label(TEXT) }],
        fields: FieldKind::ALL.iter().map(|kind| Field { id: field_id(*kind), ..field(*kind) }).collect(),
    }
}

/// A full face in its view.
pub fn face_view() -> Option<FaceView> {
    FaceView::first(faces(vec![face(true)]), LocalTime::utc(now()))
}

pub fn preview(side: Option<i32>) -> Preview {
    Preview { file_id: Uuid::now_v7(), made_at: now(), width: side, height: side }
}

pub fn card(archived_at: Option<DateTime<Utc>>) -> Card {
    Card {
        id: Uuid::now_v7(),
        board_id: Uuid::now_v7(),
        column_id: Uuid::now_v7(),
        title: TEXT.to_owned(),
        archived_at,
    }
}

pub fn card_detail(archived_at: Option<DateTime<Utc>>) -> CardDetail {
    CardDetail {
        card: card(archived_at),
        body: "- [x] *done*".to_owned(),
        number: Some(1),
        version: 1,
        author: Some(TEXT.to_owned()),
        dates: dates(archived_at.is_some()),
        is_template: archived_at.is_some(),
        recurs: archived_at.is_some(),
        created_at: now(),
        updated_at: now(),
    }
}

pub fn dates(full: bool) -> CardDates {
    CardDates::default().with_due(full.then(|| When::Moment(now())))
}

pub fn item(full: bool) -> ChecklistItem {
    ChecklistItem::sample(TEXT, full.then(now))
}

pub fn file() -> File {
    File {
        id: Uuid::now_v7(),
        board_id: Uuid::now_v7(),
        card_id: Uuid::now_v7(),
        name: TEXT.to_owned(),
        content_type: "image/png".to_owned(),
        uploaded_by: None,
        created_at: now(),
        object: Object {
            key: String::new(),
            store: Store::Local,
            size: 1_234_567,
            sha256: vec![0; 32],
            stored_at: now(),
        },
    }
}
