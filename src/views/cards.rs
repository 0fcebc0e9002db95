//! A card: opened, edited, moved.

use chrono::{DateTime, NaiveDate, Utc};
use minijinja::value::Value;
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::card_links::Links;
use super::card_recurrences::RuleView;
use super::checklists::Checklists;
use super::choice::Choice;
use super::dates::DatesView;
use super::destinations::{Destination, Loss};
use super::faces::FaceView;
use super::fields::{CardField, ColumnSums};
use super::files::FileView;
use super::labels::{LabelChoice, LabelView};
use super::people::PersonView;
use super::stream::Stream;
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::card::fitting::Fit;
use crate::models::card::{Card, CardDetail};
use crate::models::card_link::relation::Relation;
use crate::models::quick_add::QuickCard;
use crate::templates::View;
use crate::time_zone::LocalTime;

/// An opened card.
#[derive(Debug, Serialize)]
pub struct CardPage {
    pub board: BoardView,
    pub column: Choice,
    pub card: OpenCard,
    pub form: Form,
    /// The form for the title alone.
    pub title_form: Form,
    /// Whether the form is shown rather than the text.
    pub editing: bool,
    pub files: Vec<FileView>,
    /// The form for more of them.
    pub files_form: Form,
    /// What was said and done on it.
    pub stream: Stream,
    pub assignees: Vec<PersonView>,
    /// Members it can be given to.
    pub assignable: Vec<PersonView>,
    pub assignee_form: Form,
    /// All of the board's.
    pub labels: Vec<LabelChoice>,
    pub label_form: Form,
    pub dates_form: Form,
    /// By which rule it comes back; none where it does not.
    pub rule: Option<RuleView>,
    /// All of the board's.
    pub fields: Vec<CardField>,
    pub links: Links,
    pub link_form: Form,
    pub relations: &'static [Relation],
    pub checklists: Checklists,
    /// Whether the reader is told of what happens to it.
    pub watching: bool,
    /// Cards in whose texts this one is named.
    pub mentions: Vec<Choice>,
}

impl CardPage {
    /// With what was typed into the form of one of the fields.
    #[must_use]
    pub fn with_field_form(mut self, id: Uuid, form: &Form) -> Self {
        CardField::refuse(&mut self.fields, id, form);
        self
    }
}

impl View for CardPage {
    const PAGE: Option<&'static str> = Some("cards/show.html");
    const PART: Option<&'static str> = Some("cards/_detail.html");
}

#[derive(Debug, Serialize)]
pub struct OpenCard {
    id: Uuid,
    number: Option<i32>,
    title: String,
    /// Sanitized HTML.
    body_html: Value,
    has_body: bool,
    archived: bool,
    created_at: DateTime<Utc>,
    updated_at: DateTime<Utc>,
    created_by: Option<String>,
    dates: DatesView,
    is_template: bool,
}

impl OpenCard {
    /// `body_html` is the HTML of the card's body.
    pub fn new(detail: &CardDetail, body_html: &str, time: LocalTime) -> Self {
        Self {
            id: detail.card.id,
            number: detail.number,
            title: detail.card.title.clone(),
            body_html: Value::from_safe_string(body_html.to_owned()),
            has_body: !detail.body.is_empty(),
            archived: detail.card.archived_at.is_some(),
            created_at: detail.created_at,
            updated_at: detail.updated_at,
            created_by: detail.author.clone(),
            dates: DatesView::new(&detail.dates, time),
            is_template: detail.is_template,
        }
    }
}

/// What of a typed line was understood.
#[derive(Debug, Serialize)]
pub struct QuickCardView {
    board: BoardView,
    column_id: Uuid,
    /// As it was typed.
    form: Form,
    title: String,
    labels: Vec<LabelView>,
    people: Vec<PersonView>,
    due: Option<NaiveDate>,
    is_marked: bool,
}

impl QuickCardView {
    pub fn new(access: &Access, column_id: Uuid, line: String, card: QuickCard) -> Self {
        Self {
            board: access.into(),
            column_id,
            form: Form::filled([("title", line)]),
            is_marked: card.is_marked(),
            title: card.title,
            labels: card.labels.iter().map(Into::into).collect(),
            people: card.people.into_iter().map(Into::into).collect(),
            due: card.due,
        }
    }
}

impl View for QuickCardView {
    const PAGE: Option<&'static str> = Some("cards/new.html");
    const PART: Option<&'static str> = Some("cards/_understood.html");
}

/// A card that was saved in the dialog: opened, and its face on the board beneath, with what its column comes to.
#[derive(Debug, Serialize)]
pub struct SavedCard {
    #[serde(flatten)]
    pub page: CardPage,
    /// None where the card is not on the board.
    pub face: Option<FaceView>,
    /// Faces of other cards, which may have another mark now.
    pub others: Vec<FaceView>,
    /// None where that is as it was.
    pub sums: Option<ColumnSums>,
}

impl View for SavedCard {
    const PART: Option<&'static str> = Some("cards/_saved.html");
}

/// Where a card can go.
#[derive(Debug, Serialize)]
pub struct MovePage {
    /// The card's own.
    pub board: BoardView,
    pub card: Choice,
    pub to: Destination,
    /// Whether it is on the card's own board, and so on the page beneath.
    pub stays: bool,
    pub losses: Vec<Loss>,
    pub form: Form,
}

impl MovePage {
    pub fn new(access: &Access, card: &Card, mut to: Destination, fit: &Fit, mut form: Form) -> Self {
        let column_id = to.column.as_ref().map(|column| column.id.to_string());
        form.set("column_id", column_id.unwrap_or_default());
        to.positions.retain(|one| one.id != card.id);
        let stays = to.is_on(card.board_id);
        let losses = if stays { Vec::new() } else { Loss::of_move(fit) };
        Self { board: access.into(), card: card.into(), to, stays, losses, form }
    }
}

impl View for MovePage {
    const PAGE: Option<&'static str> = Some("card_moves/new.html");
    const PART: Option<&'static str> = Some("card_moves/_form.html");
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::views::destinations::samples::{destination, empty, losses};
    use crate::views::fields::SumView;
    use crate::views::people::samples::person;
    use crate::views::samples::{Samples, TEXT, card, card_detail, face_view, failed, now};

    fn choice() -> Choice {
        Choice { id: Uuid::now_v7(), title: TEXT.to_owned() }
    }
    const DATE_FIELDS: [&str; 4] = ["start", "start_time", "due", "due_time"];

    impl Samples for CardPage {
        fn samples(access: &Access) -> Vec<Self> {
            let page = |archived, editing, form| Self {
                board: access.into(),
                column: choice(),
                card: OpenCard::new(&card_detail(archived), "<p><em>done</em></p>", access.time),
                form,
                title_form: if editing { Form::blank(&["title"]) } else { failed(&["title"]) },
                editing,
                files: FileView::samples(access),
                files_form: failed(&["file"]),
                stream: Stream::samples(access).remove(usize::from(editing)),
                assignees: vec![person().into()],
                assignable: vec![person().into()],
                assignee_form: failed(&["user_id"]),
                labels: if editing { vec![] } else { LabelChoice::samples(access) },
                label_form: failed(&["label_id"]),
                checklists: Checklists::samples(access).remove(usize::from(!editing)),
                fields: if editing { vec![] } else { CardField::samples(access) },
                links: Links::samples(access).remove(usize::from(!editing)),
                link_form: failed(&["card", "kind"]),
                relations: Relation::ALL,
                dates_form: if editing { Form::blank(&DATE_FIELDS) } else { failed(&DATE_FIELDS) },
                rule: if editing { None } else { RuleView::samples(access).pop() },
                watching: editing,
                mentions: vec![choice()],
            };
            let fields = ["title", "body", "version"];
            vec![page(None, false, Form::blank(&fields)), page(Some(now()), true, failed(&fields))]
        }
    }

    impl Samples for SavedCard {
        fn samples(access: &Access) -> Vec<Self> {
            let page = || CardPage::samples(access).swap_remove(0);
            let sums = || Some(ColumnSums { id: Uuid::now_v7(), sums: SumView::samples(access) });
            vec![
                Self { page: page(), face: None, others: vec![], sums: None },
                Self {
                    page: page(),
                    face: face_view(),
                    others: face_view().into_iter().collect(),
                    sums: sums(),
                },
            ]
        }
    }

    impl Samples for QuickCardView {
        fn samples(access: &Access) -> Vec<Self> {
            let label = crate::views::labels::samples::label(TEXT);
            let full = QuickCard {
                title: TEXT.to_owned(),
                labels: vec![label],
                people: vec![person()],
                due: Some(now().date_naive()),
            };
            let view = |card| Self::new(access, Uuid::now_v7(), TEXT.to_owned(), card);
            [full, QuickCard::default()].map(view).into()
        }
    }

    impl Samples for MovePage {
        fn samples(access: &Access) -> Vec<Self> {
            let page = |to, stays, form| {
                let (fit, card) = (Fit::default(), card(None));
                Self { stays, losses: losses(), ..Self::new(access, &card, to, &fit, form) }
            };
            let form = || Form::blank(&["column_id", "after"]);
            vec![
                page(destination(), true, form()),
                page(destination(), false, failed(&["column_id", "after"])),
                page(empty(), false, form()),
                page(Destination::nowhere(), false, form()),
            ]
        }
    }
}
