//! What a board's cards can be filtered by.

use diesel_async::AsyncPgConnection;
use url::form_urlencoded;
use uuid::Uuid;

use crate::error::AppResult;
use crate::models::access::Access;
use crate::models::face::Faces;
use crate::models::field::Field;
use crate::models::field::choice::FieldChoice;
use crate::models::filter::Filter;
use crate::models::label::Label;
use crate::models::member::Member;
use crate::models::table::Layout;
use crate::views::board_filters::{FilterPage, Names};

/// The form with what is asked for already. It leads to the board, or to its table where `view` in the query says so, which
/// keeps its own parts of the query.
pub async fn show(
    conn: &AsyncPgConnection,
    access: &Access,
    query: &str,
    reader: Uuid,
) -> AppResult<FilterPage> {
    let filter = &Filter::parse(query, reader);
    let id = access.board.id;
    let (labels, members, fields, choices) = tokio::try_join!(
        Label::of_board(conn, id),
        Member::of_board(conn, id),
        Field::of_board(conn, id),
        FieldChoice::of_board(conn, id),
    )?;
    let people = members.into_iter().map(|member| member.person).collect();
    let layout = Layout::parse(query, &fields);
    let is_table =
        form_urlencoded::parse(query.as_bytes()).any(|(key, value)| key == "view" && value == "table");
    let page = FilterPage::new(access, filter, Names { labels, people, fields, choices });
    if !is_table {
        return Ok(page);
    }
    Ok(page.leading_to(format!("/boards/{id}/table"), layout.pairs()))
}

/// What the terms of a filter name, beside the faces of a board's cards.
pub(super) async fn names(conn: &AsyncPgConnection, access: &Access, faces: &Faces) -> AppResult<Names> {
    let id = access.board.id;
    let (fields, choices) = tokio::try_join!(Field::of_board(conn, id), FieldChoice::of_board(conn, id))?;
    let (labels, people) = (faces.labels.clone(), faces.members.clone());
    Ok(Names { labels, people, fields, choices })
}
