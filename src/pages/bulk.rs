//! A board's cards to choose from, and what can be done to the chosen ones.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::AppResult;
use crate::forms::Form;
use crate::models::access::Access;
use crate::models::column::Column;
use crate::models::face::{Faces, Scope};
use crate::models::member::Member;
use crate::models::role::Role;
use crate::views::bulk::BulkPage;

pub const FIELDS: [&str; 7] = ["card_id", "action", "column_id", "label_id", "user_id", "due", "due_time"];

/// `chosen` are the cards that were chosen already.
pub async fn edit(
    conn: &AsyncPgConnection,
    access: &Access,
    chosen: &[Uuid],
    form: Form,
) -> AppResult<BulkPage> {
    let id = access.board.id;
    let (columns, faces, members) = tokio::try_join!(
        Column::of_board(conn, id),
        Faces::load(conn, Scope::Board(id)),
        Member::of_board(conn, id),
    )?;
    let assignable = members.into_iter().filter(|member| member.role >= Role::Commenter);
    let people = assignable.map(|member| member.person.into()).collect();
    Ok(BulkPage::new(access, columns, faces, people, chosen, form))
}
