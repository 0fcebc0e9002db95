//! A card's checklists, and one of their items.

use std::collections::HashMap;
use std::sync::Arc;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::dates::date_fields;
use super::stream::{Names, Reading, with_references};
use crate::error::AppResult;
use crate::forms::Form;
use crate::markdown::references::Named;
use crate::models::access::Access;
use crate::models::card::Card;
use crate::models::checklist::Checklist;
use crate::models::checklist::item::ChecklistItem;
use crate::models::member::{ListedMember, Member};
use crate::models::reference::References;
use crate::models::role::Role;
use crate::views::checklists::{ChecklistView, Checklists, ItemPage, ItemPlaces, ItemView};
use crate::views::choice::Choice;

/// A card's checklists with their items, whose texts name people and cards as other texts do.
pub async fn of_card(conn: &AsyncPgConnection, reading: Reading<'_>, card_id: Uuid) -> AppResult<Checklists> {
    let Reading { app, access, reader } = reading;
    let (lists, items) =
        tokio::try_join!(Checklist::of_card(conn, card_id), ChecklistItem::of_card(conn, card_id))?;
    let mut htmls: Vec<Arc<str>> = Vec::new();
    for (item, _) in &items {
        htmls.push(app.markdown.render_line(&item.text).await?);
    }
    let named = Named::of(htmls.iter().map(|html| &**html));
    let references = References::find(conn, access.board.id, &named, Some(reader), access.time.now).await?;
    let views = items.into_iter().zip(&htmls).map(|((item, person), html)| {
        let html = with_references(app, html, &references, Names::Shown);
        (item.checklist_id, ItemView::new(&item, person, html, access.time))
    });
    Ok(Checklists::new(with_items(&lists, views)))
}

/// Checklists in their order, each with its own of `items`, of which each comes with its checklist's id.
pub(super) fn with_items(
    lists: &[Checklist],
    items: impl Iterator<Item = (Uuid, ItemView)>,
) -> Vec<ChecklistView> {
    let mut by_list: HashMap<Uuid, Vec<ItemView>> = HashMap::new();
    for (checklist_id, item) in items {
        by_list.entry(checklist_id).or_default().push(item);
    }
    let view = |(index, list): (usize, &Checklist)| {
        let before = index.checked_sub(1).map(|index| lists[index].id);
        ChecklistView::new(list, by_list.remove(&list.id).unwrap_or_default(), before)
    };
    lists.iter().enumerate().map(view).collect()
}

/// An item with its forms.
pub async fn item(conn: &AsyncPgConnection, access: &Access, item: &ChecklistItem) -> AppResult<ItemPage> {
    let (card, lists, items, members) = tokio::try_join!(
        Card::detail(conn, item.card_id),
        Checklist::of_card(conn, item.card_id),
        ChecklistItem::of_card(conn, item.card_id),
        Member::of_board(conn, access.board.id),
    )?;
    let of_list = |id: Uuid| items.iter().map(|(item, _)| item).filter(move |item| item.checklist_id == id);
    let choice = |item: &ChecklistItem| Choice { id: item.id, title: item.text.clone() };
    let places = |list: &Checklist| ItemPlaces {
        checklist: Choice { id: list.id, title: list.title.clone() },
        items: of_list(list.id).filter(|other| other.id != item.id).map(choice).collect(),
    };
    let may_work = |member: &ListedMember| member.role >= Role::Commenter;
    let before = of_list(item.checklist_id).take_while(|other| other.id != item.id).last();
    let user_id = item.user_id.map(|id| id.to_string()).unwrap_or_default();
    let (day, time) = date_fields(item.due(), access.time.zone);
    Ok(ItemPage {
        board: access.into(),
        card: Choice { id: card.card.id, title: card.card.title },
        item: ItemView::new(item, None, String::new(), access.time),
        form: Form::filled([
            ("text", item.text.clone()),
            ("user_id", user_id),
            ("due", day),
            ("due_time", time),
        ]),
        move_form: Form::filled([
            ("checklist_id", item.checklist_id.to_string()),
            ("after", before.map(|item| item.id.to_string()).unwrap_or_default()),
        ]),
        people: members.into_iter().filter(may_work).map(|member| member.person.into()).collect(),
        places: lists.iter().map(places).collect(),
        zone: access.time.zone.name(),
    })
}
