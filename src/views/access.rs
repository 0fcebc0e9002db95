//! A board as one of its members meets it, on every page of the board.

use serde::Serialize;
use uuid::Uuid;

use crate::models::access::Access;
use crate::models::color::Color;
use crate::models::right::Right;
use crate::models::role::Role;

#[derive(Clone, Debug, Serialize)]
pub struct BoardView {
    pub id: Uuid,
    pub title: String,
    pub revision: i64,
    pub color: Color,
    pub starred: bool,
    pub archived: bool,
    pub is_template: bool,
    pub role: Role,
    pub can_comment: bool,
    pub can_edit: bool,
    pub can_manage: bool,
}

impl From<&Access> for BoardView {
    fn from(access: &Access) -> Self {
        Self {
            id: access.board.id,
            title: access.board.title.clone(),
            revision: access.board.revision,
            color: access.board.color,
            starred: access.member.starred_at.is_some(),
            archived: access.board.archived_at.is_some(),
            is_template: access.board.is_template,
            role: access.member.role,
            can_comment: access.may(Right::Comment),
            can_edit: access.may(Right::Edit),
            can_manage: access.may(Right::Manage),
        }
    }
}
