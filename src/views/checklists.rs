//! A card's checklists.

use minijinja::value::Value;
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::choice::Choice;
use super::dates::DateView;
use super::people::PersonView;
use crate::forms::Form;
use crate::models::checklist::Checklist;
use crate::models::checklist::item::ChecklistItem;
use crate::models::member::Person;
use crate::templates::View;
use crate::time_zone::LocalTime;

/// All of a card's.
#[derive(Debug, Serialize)]
pub struct Checklists {
    pub lists: Vec<ChecklistView>,
    /// The form for a new one.
    pub form: Form,
}

#[derive(Debug, Serialize)]
pub struct ChecklistView {
    id: Uuid,
    title: String,
    pub items: Vec<ItemView>,
    /// How many are done.
    done: usize,
    form: Form,
    move_form: Form,
    /// The form for new items.
    items_form: Form,
    /// Whether its settings are shown.
    is_open: bool,
}

impl ChecklistView {
    /// `before` is the one that stands before it.
    pub fn new(checklist: &Checklist, items: Vec<ItemView>, before: Option<Uuid>) -> Self {
        let after = before.map(|id| id.to_string()).unwrap_or_default();
        Self {
            id: checklist.id,
            title: checklist.title.clone(),
            done: items.iter().filter(|item| item.checked).count(),
            items,
            form: Form::filled([("title", checklist.title.clone())]),
            move_form: Form::filled([("after", after)]),
            items_form: Form::blank(&["text"]),
            is_open: false,
        }
    }
}

impl Checklists {
    pub fn new(lists: Vec<ChecklistView>) -> Self {
        Self { lists, form: Form::blank(&["title"]) }
    }

    /// With another title that was not taken.
    pub fn refuse_title(&mut self, id: Uuid, form: Form) {
        self.with(id, |list| (list.form, list.is_open) = (form, true));
    }

    /// With another place that was not taken.
    pub fn refuse_move(&mut self, id: Uuid, form: Form) {
        self.with(id, |list| (list.move_form, list.is_open) = (form, true));
    }

    /// With new items that were not taken.
    pub fn refuse_items(&mut self, id: Uuid, form: Form) {
        self.with(id, |list| list.items_form = form);
    }

    fn with(&mut self, id: Uuid, act: impl FnOnce(&mut ChecklistView)) {
        if let Some(list) = self.lists.iter_mut().find(|list| list.id == id) {
            act(list);
        }
    }
}

#[derive(Debug, Serialize)]
pub struct ItemView {
    id: Uuid,
    /// As it was typed.
    text: String,
    /// Sanitized.
    html: Value,
    checked: bool,
    person: Option<PersonView>,
    due: Option<DateView>,
}

impl ItemView {
    pub fn new(item: &ChecklistItem, person: Option<Person>, html: String, time: LocalTime) -> Self {
        let checked = item.checked_at.is_some();
        Self {
            id: item.id,
            text: item.text.clone(),
            html: Value::from_safe_string(html),
            checked,
            person: person.map(Into::into),
            due: item.due().map(|due| DateView::due(due, checked, time)),
        }
    }
}

/// An item with all that can be set on it.
#[derive(Debug, Serialize)]
pub struct ItemPage {
    pub board: BoardView,
    pub card: Choice,
    pub item: ItemView,
    pub form: Form,
    pub move_form: Form,
    /// Members it can be given to.
    pub people: Vec<PersonView>,
    /// The card's checklists, each with its items without this one.
    pub places: Vec<ItemPlaces>,
    /// The zone that times are of.
    pub zone: &'static str,
}

#[derive(Debug, Serialize)]
pub struct ItemPlaces {
    pub checklist: Choice,
    pub items: Vec<Choice>,
}

impl View for ItemPage {
    const PAGE: Option<&'static str> = Some("items/edit.html");
    const PART: Option<&'static str> = Some("items/_edit.html");
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::people::samples::person;
    use crate::views::samples::{Samples, TEXT, failed, item};

    fn view(full: bool, access: &Access) -> ItemView {
        ItemView::new(&item(full), full.then(person), "<em>done</em>".to_owned(), access.time)
    }

    impl Samples for Checklists {
        fn samples(access: &Access) -> Vec<Self> {
            let checklist = || Checklist {
                id: Uuid::now_v7(),
                board_id: access.board.id,
                card_id: Uuid::now_v7(),
                title: TEXT.to_owned(),
                rank: String::new(),
            };
            let list =
                |full| ChecklistView::new(&checklist(), vec![view(full, access), view(false, access)], None);
            let mut refused =
                Self::new(vec![list(true), list(false), ChecklistView::new(&checklist(), vec![], None)]);
            let id = refused.lists[0].id;
            refused.refuse_title(id, failed(&["title"]));
            refused.refuse_move(id, failed(&["after"]));
            refused.refuse_items(id, failed(&["text"]));
            refused.form = failed(&["title"]);
            vec![Self::new(vec![]), refused]
        }
    }

    impl Samples for ItemPage {
        fn samples(access: &Access) -> Vec<Self> {
            let choice = || Choice { id: Uuid::now_v7(), title: TEXT.to_owned() };
            let page = |full, form, move_form| Self {
                board: access.into(),
                card: choice(),
                item: view(full, access),
                form,
                move_form,
                people: vec![person().into()],
                places: vec![ItemPlaces { checklist: choice(), items: vec![choice()] }],
                zone: "UTC",
            };
            let (fields, place) = (["text", "user_id", "due", "due_time"], ["checklist_id", "after"]);
            vec![
                page(true, Form::blank(&fields), Form::blank(&place)),
                page(false, failed(&fields), failed(&place)),
            ]
        }
    }
}
