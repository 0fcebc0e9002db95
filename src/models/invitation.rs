//! An invitation: a person asked by mail to join a board.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::board::Board;
use super::change::{Change, ChangeError, ChangeResult};
use super::event::Happened;
use super::member::{Joining, Member, MemberError};
use super::role::Role;
use crate::email_address::canonical;
use crate::queue::{NewJob, enqueue_all};
use crate::schema::{boards, invitations, members, users};

/// How long one is good for after its mail was sent.
const LIFETIME: TimeDelta = TimeDelta::days(14);
/// Between two mails of one invitation.
const PAUSE: TimeDelta = TimeDelta::hours(1);
/// Open ones of a board; the message of [`InvitationError::TooMany`] says it.
const OPEN_MOST: i64 = 50;

#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = invitations, check_for_backend(diesel::pg::Pg))]
pub struct Invitation {
    pub id: Uuid,
    pub board_id: Uuid,
    /// As typed.
    pub email: String,
    pub role: Role,
    pub created_at: DateTime<Utc>,
    /// When its mail was last sent.
    pub sent_at: DateTime<Utc>,
    pub expires_at: DateTime<Utc>,
    accepted_at: Option<DateTime<Utc>>,
    declined_at: Option<DateTime<Utc>>,
    revoked_at: Option<DateTime<Utc>>,
}

/// An invitation with what the person who has its link is told.
#[derive(Clone, Debug)]
pub struct Asked {
    pub invitation: Invitation,
    pub board: Board,
    /// Name and address of the person who invites; none where the account is gone.
    pub by: Option<(String, String)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    Open,
    Used,
    Declined,
    Revoked,
    Expired,
}

/// Whom to invite, to do what.
#[derive(Clone, Copy, Debug)]
pub struct NewInvitation<'a> {
    pub email: &'a str,
    pub role: Role,
}

/// Why an invitation was not sent, or not accepted.
#[derive(Debug, thiserror::Error)]
pub enum InvitationError {
    #[error("the person is a member already")]
    Member,
    #[error("the person is invited already")]
    Invited,
    #[error("the board has as many open invitations as it can have")]
    TooMany,
    /// Its mail was sent less than an hour ago.
    #[error("too soon after the last one")]
    TooSoon,
    /// It is used, declined, revoked or expired.
    #[error("not open any more")]
    Over(State),
    #[error(transparent)]
    Members(#[from] MemberError),
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for InvitationError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn is_open() -> _ {
    let answered: diesel::dsl::And<
        diesel::dsl::IsNull<invitations::accepted_at>,
        diesel::dsl::IsNull<invitations::declined_at>,
    > = invitations::accepted_at.is_null().and(invitations::declined_at.is_null());
    answered.and(invitations::revoked_at.is_null())
}

type AskedRow = (Invitation, Board, Option<String>, Option<String>);

impl Asked {
    fn of_row((invitation, board, name, email): AskedRow) -> Self {
        Self { invitation, board, by: name.zip(email) }
    }
}

impl Invitation {
    pub fn state(&self, now: DateTime<Utc>) -> State {
        match self {
            Self { accepted_at: Some(_), .. } => State::Used,
            Self { revoked_at: Some(_), .. } => State::Revoked,
            Self { declined_at: Some(_), .. } => State::Declined,
            _ if self.expires_at <= now => State::Expired,
            _ => State::Open,
        }
    }

    /// Whether it was sent to this address, however it is spelled.
    pub fn is_to(&self, email: &str) -> bool {
        canonical(&self.email) == canonical(email)
    }

    /// Invites a person, and enqueues the mail that its id makes. One that has expired makes room for the new one.
    ///
    /// # Errors
    /// [`InvitationError`]; nothing has changed then.
    pub async fn create(
        change: &mut Change<'_>,
        new: NewInvitation<'_>,
        mail: impl Fn(Uuid) -> QueryResult<Vec<NewJob>> + Send + Sync,
    ) -> Result<Self, InvitationError> {
        let (board_id, at) = (change.board().id, change.at());
        let canonical = canonical(new.email);
        let is_member = members::table
            .inner_join(users::table)
            .filter(members::board_id.eq(board_id).and(users::canonical_email.eq(&canonical)));
        if diesel::select(exists(is_member)).get_result(&mut change.conn()).await? {
            return Err(InvitationError::Member);
        }
        let of_board = invitations::table.filter(invitations::board_id.eq(board_id)).filter(is_open());
        let expired = invitations::expires_at.le(at).and(invitations::canonical_email.eq(&canonical));
        diesel::update(invitations::table)
            .filter(invitations::board_id.eq(board_id).and(is_open()).and(expired))
            .set(invitations::revoked_at.eq(at))
            .execute(&mut change.conn())
            .await?;
        let same = of_board.filter(invitations::canonical_email.eq(&canonical));
        if diesel::select(exists(same)).get_result(&mut change.conn()).await? {
            return Err(InvitationError::Invited);
        }
        let count: i64 =
            of_board.filter(invitations::expires_at.gt(at)).count().get_result(&mut change.conn()).await?;
        if count >= OPEN_MOST {
            return Err(InvitationError::TooMany);
        }
        let invitation: Self = diesel::insert_into(invitations::table)
            .values((
                invitations::id.eq(Uuid::now_v7()),
                invitations::board_id.eq(board_id),
                invitations::email.eq(new.email),
                invitations::canonical_email.eq(&canonical),
                invitations::role.eq(new.role),
                invitations::invited_by.eq(change.author()),
                invitations::created_at.eq(at),
                invitations::sent_at.eq(at),
                invitations::expires_at.eq(at + LIFETIME),
            ))
            .returning(Self::as_returning())
            .get_result(&mut change.conn())
            .await?;
        enqueue_all(change, mail(invitation.id)?).await?;
        change.record(Happened::InvitationSent { invitation_id: invitation.id, role: new.role }).await?;
        Ok(invitation)
    }

    /// Sends the mail again, and lets the invitation last as long as a new one.
    ///
    /// # Errors
    /// [`InvitationError::TooSoon`], [`InvitationError::Over`].
    pub async fn resend(
        &self,
        change: &mut Change<'_>,
        mail: impl Fn(Uuid) -> QueryResult<Vec<NewJob>> + Send + Sync,
    ) -> Result<(), InvitationError> {
        let at = change.at();
        let now = self.as_it_is(change).await?;
        match now.state(at) {
            State::Open | State::Expired => {}
            over => return Err(InvitationError::Over(over)),
        }
        if at < now.sent_at + PAUSE {
            return Err(InvitationError::TooSoon);
        }
        diesel::update(invitations::table.find(self.id))
            .set((invitations::sent_at.eq(at), invitations::expires_at.eq(at + LIFETIME)))
            .execute(&mut change.conn())
            .await?;
        enqueue_all(change, mail(self.id)?).await?;
        change.record(Happened::InvitationSent { invitation_id: self.id, role: now.role }).await?;
        Ok(())
    }

    /// Takes it back. Nothing happens where it is over already.
    pub async fn revoke(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        let revoked = diesel::update(invitations::table.find(self.id))
            .filter(is_open())
            .set(invitations::revoked_at.eq(change.at()))
            .execute(&mut change.conn())
            .await?;
        if revoked > 0 {
            change.record(Happened::InvitationRevoked { invitation_id: self.id, role: self.role }).await?;
        }
        Ok(())
    }

    /// The person joins the board.
    ///
    /// # Errors
    /// [`InvitationError::Over`], and those of [`Member::join`].
    pub async fn accept(&self, change: &mut Change<'_>, user_id: Uuid) -> Result<(), InvitationError> {
        let now = self.as_it_is(change).await?;
        match now.state(change.at()) {
            State::Open => {}
            over => return Err(InvitationError::Over(over)),
        }
        if self.is_of_no_use_to(change, user_id, now.role).await? {
            return Ok(());
        }
        diesel::update(invitations::table.find(self.id))
            .set(invitations::accepted_at.eq(change.at()))
            .execute(&mut change.conn())
            .await?;
        Member::join(change, user_id, now.role, Joining::ByInvitation).await?;
        change.keep();
        Ok(())
    }

    /// Whether it is another's, and the person may do as much on the board already: a member who tries the link does not take
    /// it from whom it is for.
    async fn is_of_no_use_to(&self, change: &Change<'_>, user_id: Uuid, role: Role) -> QueryResult<bool> {
        let member = members::table.find((change.board().id, user_id)).inner_join(users::table);
        let found: Option<(Role, Option<String>)> = member
            .select((members::role, users::canonical_email))
            .first(&mut change.conn())
            .await
            .optional()?;
        Ok(found.is_some_and(|(present, email)| present >= role && email != Some(canonical(&self.email))))
    }

    /// The person does not want to join.
    pub async fn decline(&self, conn: &mut AsyncPgConnection, now: DateTime<Utc>) -> QueryResult<()> {
        diesel::update(invitations::table.find(self.id))
            .filter(is_open())
            .set(invitations::declined_at.eq(now))
            .execute(conn)
            .await?;
        Ok(())
    }

    /// A board's open invitations and those that have expired, the newest first.
    pub async fn unanswered_of_board(mut conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<Vec<Self>> {
        invitations::table
            .filter(invitations::board_id.eq(board_id))
            .filter(is_open())
            .order(invitations::id.desc())
            .select(Self::as_select())
            .load(&mut conn)
            .await
    }

    /// The open invitations to this address, however it is spelled, the newest first.
    pub async fn open_to(
        conn: &mut AsyncPgConnection,
        email: &str,
        now: DateTime<Utc>,
    ) -> QueryResult<Vec<Asked>> {
        let rows: Vec<AskedRow> = invitations::table
            .inner_join(boards::table)
            .left_join(users::table)
            .filter(invitations::canonical_email.eq(canonical(email)))
            .filter(is_open())
            .filter(invitations::expires_at.gt(now).and(boards::deleted_at.is_null()))
            .order(invitations::id.desc())
            .limit(100)
            .select((Self::as_select(), Board::as_select(), users::name.nullable(), users::email.nullable()))
            .load(conn)
            .await?;
        Ok(rows.into_iter().map(Asked::of_row).collect())
    }

    /// The invitation, if its board is still there.
    pub async fn find(conn: &mut AsyncPgConnection, id: Uuid) -> QueryResult<Option<Asked>> {
        let row: Option<AskedRow> = invitations::table
            .inner_join(boards::table)
            .left_join(users::table)
            .filter(invitations::id.eq(id).and(boards::deleted_at.is_null()))
            .select((Self::as_select(), Board::as_select(), users::name.nullable(), users::email.nullable()))
            .first(conn)
            .await
            .optional()?;
        Ok(row.map(Asked::of_row))
    }

    async fn as_it_is(&self, change: &Change<'_>) -> QueryResult<Self> {
        invitations::table.find(self.id).select(Self::as_select()).first(&mut change.conn()).await
    }
}
