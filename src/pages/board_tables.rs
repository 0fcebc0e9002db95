//! A board's cards as the rows of a table.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use url::form_urlencoded;
use uuid::Uuid;

use crate::error::AppResult;
use crate::models::access::Access;
use crate::models::column::Column;
use crate::models::face::{CardFace, Faces, Scope};
use crate::models::field::Field;
use crate::models::table::{Asked, Layout, Property, TableRow};
use crate::views::board_filters::{FilterBar, ViewTabs, address};
use crate::views::board_tables::{Rows, TablePage};
use crate::views::boards::HeadMembers;
use crate::views::pager::Page;

/// Cards per page.
const PAGE: i64 = 100;

/// The page that the query names by its number, of the cards that it asks for.
pub async fn show(conn: &AsyncPgConnection, access: &Access, query: &str) -> AppResult<TablePage> {
    let (id, filter) = (access.board.id, &access.filter);
    let asked = Asked { board_id: id, filter, time: access.time };
    let (fields, columns, (found, total)) = tokio::try_join!(
        Field::of_board(conn, id),
        Column::of_board(conn, id),
        TableRow::count(conn, asked),
    )?;
    let layout = Layout::parse(query, &fields);
    let path = with(&format!("/boards/{id}/table"), &layout.to_string());
    let own = address(&path, filter);
    let number = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == "page");
    let number = number.and_then(|(_, value)| value.parse().ok()).unwrap_or(1);
    let page = Page::new(number, found, PAGE, |number| with(&own, &format!("page={number}")));
    let rows = TableRow::page(conn, asked, layout.sort(), &fields, page.offset, PAGE).await?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let shown = layout.shown(&fields);
    let of_fields: Vec<Uuid> =
        shown.iter().filter_map(|one| if let Property::Field(id) = one { Some(*id) } else { None }).collect();
    let (faces, values, sums) = tokio::try_join!(
        Faces::load(conn, Scope::Cards { board_id: id, ids: &ids }),
        TableRow::values(conn, &ids, &of_fields),
        TableRow::sums(conn, asked),
    )?;
    let bar = if filter.is_blank() {
        None
    } else {
        let names = super::board_filters::names(conn, access, &faces).await?;
        let edit = address(&with(&format!("/boards/{id}/filter?view=table"), &layout.to_string()), filter);
        let counts = (usize::try_from(found).unwrap_or_default(), usize::try_from(total).unwrap_or_default());
        Some(FilterBar::new(&path, filter, &names, counts, edit))
    };
    let (labels, members) = (faces.labels, faces.members);
    let cards: HashMap<Uuid, CardFace> = faces.cards.into_iter().map(|card| (card.id, card)).collect();
    let rows = Rows {
        rows,
        cards,
        values,
        sums,
        labels: &labels,
        people: &members,
        fields: &fields,
        columns: &columns,
    };
    Ok(TablePage {
        board: access.into(),
        members: HeadMembers::new(&members),
        tabs: ViewTabs::new(id, filter, true),
        filter: bar,
        table: rows.view(&layout, &shown, filter, &format!("/boards/{id}/table"), access.time),
        count: found,
        address: if page.offset == 0 { own } else { with(&own, &format!("page={}", page.offset / PAGE + 1)) },
        pager: page.pager,
    })
}

/// The address with one more part of a query.
fn with(path: &str, query: &str) -> String {
    let joint = if path.contains('?') { '&' } else { '?' };
    if query.is_empty() { path.to_owned() } else { format!("{path}{joint}{query}") }
}
