//! Who joins, whose role changes, who goes.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::Member;
use crate::models::change::{Change, ChangeError};
use crate::models::event::Happened;
use crate::models::role::Role;
use crate::schema::{
    assignees, board_watches, card_watches, cards, former_members, invitations, members, users,
};

/// Members of a board; the message of [`MemberError::TooMany`] says it.
const OF_BOARD_MOST: i64 = 500;

/// Why members stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum MemberError {
    /// Nobody else could decide about the board.
    #[error("a board has at least one owner")]
    LastOwner,
    #[error("the board has as many members as a board can have")]
    TooMany,
    /// The person is no member, any more.
    #[error("not a member")]
    Unknown,
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for MemberError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

/// What becomes of the role of a person who joins and is a member already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Joining {
    /// An owner wanted them to have this one.
    ByInvitation,
    /// Anybody could have the link: it changes nobody's role.
    ByLink,
}

impl Member {
    /// The person joins the board. A member's role stays, unless an invitation gives a higher one.
    ///
    /// # Errors
    /// [`MemberError::TooMany`].
    pub async fn join(
        change: &mut Change<'_>,
        user_id: Uuid,
        role: Role,
        joining: Joining,
    ) -> Result<(), MemberError> {
        let (board_id, at) = (change.board().id, change.at());
        let present = Self::role_of(change, user_id).await?;
        let name = Self::name_of(change, user_id).await?;
        match present {
            Some(from) if joining == Joining::ByInvitation && from < role => {
                Self::write_role(change, user_id, role).await?;
                change.record(Happened::MemberRoleChanged { user_id, name, from, to: role }).await?;
            }
            Some(_) => {}
            None => {
                let count: i64 = members::table
                    .filter(members::board_id.eq(board_id))
                    .count()
                    .get_result(&mut change.conn())
                    .await?;
                if count >= OF_BOARD_MOST {
                    return Err(MemberError::TooMany);
                }
                Self::create(change, board_id, user_id, role, at).await?;
                change.record(Happened::MemberJoined { user_id, name, role }).await?;
                Self::close_invitations(change, user_id).await?;
            }
        }
        Ok(())
    }

    /// Invitations to the address of somebody who has joined, however they did.
    async fn close_invitations(change: &Change<'_>, user_id: Uuid) -> QueryResult<()> {
        let address = users::table.find(user_id).select(users::canonical_email.assume_not_null());
        diesel::update(invitations::table)
            .filter(invitations::board_id.eq(change.board().id))
            .filter(invitations::canonical_email.eq_any(address))
            .filter(invitations::accepted_at.is_null().and(invitations::revoked_at.is_null()))
            .set(invitations::accepted_at.eq(change.at()))
            .execute(&mut change.conn())
            .await?;
        Ok(())
    }

    /// Gives a member another role.
    ///
    /// # Errors
    /// [`MemberError::LastOwner`], [`MemberError::Unknown`].
    pub async fn set_role(change: &mut Change<'_>, user_id: Uuid, to: Role) -> Result<(), MemberError> {
        let from = Self::role_of(change, user_id).await?.ok_or(MemberError::Unknown)?;
        if from == to {
            return Ok(());
        }
        Self::leaves_an_owner(change, user_id, from).await?;
        Self::write_role(change, user_id, to).await?;
        let name = Self::name_of(change, user_id).await?;
        change.record(Happened::MemberRoleChanged { user_id, name, from, to }).await?;
        if to < Role::Commenter {
            Self::give_back_cards(change, user_id).await?;
        }
        Ok(())
    }

    /// Takes a member off the board, who may be the change's author.
    ///
    /// # Errors
    /// [`MemberError::LastOwner`], [`MemberError::Unknown`].
    pub async fn remove(change: &mut Change<'_>, user_id: Uuid) -> Result<(), MemberError> {
        let role = Self::role_of(change, user_id).await?.ok_or(MemberError::Unknown)?;
        Self::leaves_an_owner(change, user_id, role).await?;
        let name = Self::name_of(change, user_id).await?;
        Self::give_back_cards(change, user_id).await?;
        let board_id = change.board().id;
        let of_board = cards::table.filter(cards::board_id.eq(board_id)).select(cards::id);
        let watched = card_watches::user_id.eq(user_id).and(card_watches::card_id.eq_any(of_board));
        diesel::delete(card_watches::table.filter(watched)).execute(&mut change.conn()).await?;
        diesel::delete(board_watches::table.find((board_id, user_id))).execute(&mut change.conn()).await?;
        diesel::delete(members::table.find((board_id, user_id))).execute(&mut change.conn()).await?;
        let left_at = former_members::left_at.eq(change.at());
        diesel::insert_into(former_members::table)
            .values((former_members::board_id.eq(board_id), former_members::user_id.eq(user_id), left_at))
            .on_conflict((former_members::board_id, former_members::user_id))
            .do_update()
            .set(left_at)
            .execute(&mut change.conn())
            .await?;
        let left = change.author() == Some(user_id);
        change
            .record(if left {
                Happened::MemberLeft { user_id, name }
            } else {
                Happened::MemberRemoved { user_id, name, role }
            })
            .await?;
        Ok(())
    }

    pub(in crate::models) async fn role_of(change: &Change<'_>, user_id: Uuid) -> QueryResult<Option<Role>> {
        let member = members::table.find((change.board().id, user_id));
        member.select(members::role).first(&mut change.conn()).await.optional()
    }

    async fn name_of(change: &Change<'_>, user_id: Uuid) -> QueryResult<String> {
        users::table.find(user_id).select(users::name).first(&mut change.conn()).await
    }

    async fn write_role(change: &Change<'_>, user_id: Uuid, role: Role) -> QueryResult<()> {
        let member = members::table.find((change.board().id, user_id));
        diesel::update(member).set(members::role.eq(role)).execute(&mut change.conn()).await?;
        Ok(())
    }

    /// Whether the board has another owner who can sign in, if this member is one now.
    async fn leaves_an_owner(change: &Change<'_>, user_id: Uuid, role: Role) -> Result<(), MemberError> {
        if role != Role::Owner {
            return Ok(());
        }
        let others = members::table
            .inner_join(users::table)
            .filter(members::board_id.eq(change.board().id).and(members::role.eq(Role::Owner)))
            .filter(members::user_id.ne(user_id).and(users::disabled_at.is_null()));
        let there_are: bool = diesel::select(exists(others)).get_result(&mut change.conn()).await?;
        if there_are { Ok(()) } else { Err(MemberError::LastOwner) }
    }

    /// No card is for a person who only looks on.
    async fn give_back_cards(change: &Change<'_>, user_id: Uuid) -> QueryResult<()> {
        let of_board = assignees::board_id.eq(change.board().id).and(assignees::user_id.eq(user_id));
        diesel::delete(assignees::table.filter(of_board)).execute(&mut change.conn()).await?;
        Ok(())
    }
}
