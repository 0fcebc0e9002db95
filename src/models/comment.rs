//! What people say on a card.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::card::Card;
use super::change::{Change, ChangeError, ChangeResult};
use super::event::Happened;
use super::member::Person;
use super::reaction::Reaction;
use super::role::Role;
use super::trash::{KEPT, erasable};
use super::watch;
use crate::error::Refusal;
use crate::schema::{comment_versions, comments, reactions, users};

/// Characters.
pub const BODY_MOST: usize = 20_000;

/// As much of a comment as is needed to find and change it.
#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = comments, check_for_backend(diesel::pg::Pg))]
pub struct Comment {
    pub id: Uuid,
    pub card_id: Uuid,
    /// Its author; none where the account is gone.
    pub user_id: Option<Uuid>,
    pub version: i32,
    pub created_at: DateTime<Utc>,
    pub edited_at: Option<DateTime<Utc>>,
    pub deleted_at: Option<DateTime<Utc>>,
}

/// A comment as its card shows it.
#[derive(Clone, Debug)]
pub struct ListedComment {
    pub comment: Comment,
    /// Markdown.
    pub body: String,
    /// None where the account is gone.
    pub author: Option<Person>,
    /// Each with the people it came from, in the order of their reactions.
    pub reactions: Vec<(Reaction, Vec<Person>)>,
}

/// What a comment said before.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = comment_versions, check_for_backend(diesel::pg::Pg))]
pub struct CommentVersion {
    pub body: String,
    pub written_at: DateTime<Utc>,
}

/// Why a comment was not saved.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// It was saved in another window since; this is its version now.
    #[error("the comment has changed meanwhile")]
    Changed { version: i32 },
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for UpdateError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

erasable!(Comment in comments);

impl Comment {
    /// Says something on a card. Its author, and those it names, watch the card from then on.
    pub async fn create(
        change: &mut Change<'_>,
        card: &Card,
        body: &str,
        named: &[Uuid],
    ) -> ChangeResult<Self> {
        let title = Card::title(change, card.id).await?;
        let comment: Self = diesel::insert_into(comments::table)
            .values((
                comments::id.eq(Uuid::now_v7()),
                comments::board_id.eq(change.board().id),
                comments::card_id.eq(card.id),
                comments::user_id.eq(change.author()),
                comments::body.eq(body),
                comments::created_at.eq(change.at()),
            ))
            .returning(Self::as_returning())
            .get_result(&mut change.conn())
            .await?;
        let watching: Vec<Uuid> = change.author().into_iter().chain(named.iter().copied()).collect();
        watch::watch_card(change.conn(), card.id, &watching, change.at()).await?;
        change.record(Happened::CommentCreated { card_id: card.id, comment_id: comment.id, title }).await?;
        Ok(comment)
    }

    /// Says something else instead; what it said before is kept.
    ///
    /// # Errors
    /// [`UpdateError::Changed`]; only its author may.
    pub async fn update(
        &self,
        change: &mut Change<'_>,
        body: &str,
        version: Option<i32>,
        named: &[Uuid],
    ) -> Result<(), UpdateError> {
        let now = self.as_it_is(change).await?;
        if now.user_id.is_none() || now.user_id != change.author() {
            return Err(ChangeError::from(Refusal::NotAuthor).into());
        }
        let before = self.body(change).await?;
        if before == body {
            return Ok(());
        }
        if version.is_some_and(|version| version != now.version) {
            return Err(UpdateError::Changed { version: now.version });
        }
        diesel::insert_into(comment_versions::table)
            .values((
                comment_versions::comment_id.eq(self.id),
                comment_versions::version.eq(now.version),
                comment_versions::body.eq(before),
                comment_versions::written_at.eq(now.edited_at.unwrap_or(now.created_at)),
            ))
            .execute(&mut change.conn())
            .await?;
        diesel::update(comments::table.find(self.id))
            .set((
                comments::body.eq(body),
                comments::version.eq(comments::version + 1),
                comments::edited_at.eq(change.at()),
            ))
            .execute(&mut change.conn())
            .await?;
        watch::watch_card(change.conn(), self.card_id, named, change.at()).await?;
        let title = Card::title(change, self.card_id).await?;
        let (card_id, comment_id) = (self.card_id, self.id);
        let version = Some(now.version + 1);
        change.record(Happened::CommentEdited { card_id, comment_id, title, version }).await?;
        Ok(())
    }

    /// Takes it away, but for a line that says so. Its author may, and an owner.
    pub async fn delete(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        let now = self.as_it_is(change).await?;
        now.must_decide(change)?;
        diesel::update(comments::table.find(self.id))
            .set((comments::deleted_at.eq(change.at()), comments::deleted_by.eq(change.author())))
            .execute(&mut change.conn())
            .await?;
        let title = Card::title(change, self.card_id).await?;
        let (card_id, comment_id) = (self.card_id, self.id);
        change.record(Happened::CommentDeleted { card_id, comment_id, title }).await
    }

    /// Brings it back, for 30 days. Its author may, and an owner.
    pub async fn restore(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        let now: Self =
            comments::table.find(self.id).select(Self::as_select()).first(&mut change.conn()).await?;
        now.must_decide(change)?;
        let Some(deleted_at) = now.deleted_at else { return Ok(()) };
        if deleted_at + KEPT <= change.at() {
            return Err(diesel::result::Error::NotFound.into());
        }
        diesel::update(comments::table.find(self.id))
            .set((comments::deleted_at.eq(None::<DateTime<Utc>>), comments::deleted_by.eq(None::<Uuid>)))
            .execute(&mut change.conn())
            .await?;
        let title = Card::title(change, self.card_id).await?;
        let (card_id, comment_id) = (self.card_id, self.id);
        change.record(Happened::CommentRestored { card_id, comment_id, title }).await
    }

    /// Puts a reaction of the author's on it, or takes it off.
    pub async fn react(&self, change: &mut Change<'_>, reaction: Reaction) -> ChangeResult<()> {
        let now = self.as_it_is(change).await?;
        let user_id = change.author().ok_or(diesel::result::Error::NotFound)?;
        let mine = reactions::table.find((now.id, user_id, reaction));
        if diesel::delete(mine).execute(&mut change.conn()).await? == 0 {
            diesel::insert_into(reactions::table)
                .values((
                    reactions::comment_id.eq(now.id),
                    reactions::user_id.eq(user_id),
                    reactions::reaction.eq(reaction),
                    reactions::created_at.eq(change.at()),
                ))
                .execute(&mut change.conn())
                .await?;
        }
        change.keep();
        Ok(())
    }

    /// Up to `limit` of a card's comments before `older_than`, the newest first; one that was deleted for as long as it can be
    /// taken back.
    pub async fn of_card(
        mut conn: &AsyncPgConnection,
        card_id: Uuid,
        older_than: Option<Uuid>,
        limit: i64,
        now: DateTime<Utc>,
    ) -> QueryResult<Vec<ListedComment>> {
        let is_there = comments::deleted_at.is_null().or(comments::deleted_at.gt(now - KEPT));
        let rows: Vec<(Self, String, Option<Person>)> = comments::table
            .left_join(users::table.on(users::id.nullable().eq(comments::user_id)))
            .filter(comments::card_id.eq(card_id))
            .filter(comments::id.lt(older_than.unwrap_or(Uuid::max())))
            .filter(is_there.assume_not_null())
            .order(comments::id.desc())
            .limit(limit)
            .select((Self::as_select(), comments::body, Option::<Person>::as_select()))
            .load(&mut conn)
            .await?;
        let ids: Vec<Uuid> = rows.iter().map(|(comment, ..)| comment.id).collect();
        let mut by_comment = Self::reactions(conn, &ids).await?;
        let listed = |(comment, body, author): (Self, String, Option<Person>)| ListedComment {
            reactions: by_comment.remove(&comment.id).unwrap_or_default(),
            comment,
            body,
            author,
        };
        Ok(rows.into_iter().map(listed).collect())
    }

    async fn reactions(
        mut conn: &AsyncPgConnection,
        ids: &[Uuid],
    ) -> QueryResult<HashMap<Uuid, Vec<(Reaction, Vec<Person>)>>> {
        let mut by_comment: HashMap<Uuid, Vec<(Reaction, Vec<Person>)>> = HashMap::new();
        if ids.is_empty() {
            return Ok(by_comment);
        }
        let rows: Vec<(Uuid, Reaction, Person)> = reactions::table
            .inner_join(users::table)
            .filter(reactions::comment_id.eq_any(ids))
            .order((reactions::created_at, reactions::user_id))
            .select((reactions::comment_id, reactions::reaction, Person::as_select()))
            .load(&mut conn)
            .await?;
        for (comment_id, reaction, person) in rows {
            let of_comment = by_comment.entry(comment_id).or_default();
            match of_comment.iter_mut().find(|(one, _)| *one == reaction) {
                Some((_, people)) => people.push(person),
                None => of_comment.push((reaction, vec![person])),
            }
        }
        Ok(by_comment)
    }

    /// What it said before, the newest first.
    pub async fn versions(&self, mut conn: &AsyncPgConnection) -> QueryResult<Vec<CommentVersion>> {
        comment_versions::table
            .filter(comment_versions::comment_id.eq(self.id))
            .order(comment_versions::version.desc())
            .limit(100)
            .select(CommentVersion::as_select())
            .load(&mut conn)
            .await
    }

    fn must_decide(&self, change: &Change<'_>) -> Result<(), Refusal> {
        let is_author = self.user_id.is_some() && self.user_id == change.author();
        if is_author || change.role() == Some(Role::Owner) { Ok(()) } else { Err(Refusal::NotAuthor) }
    }

    async fn as_it_is(&self, change: &Change<'_>) -> QueryResult<Self> {
        Self::find(change, self.id).await
    }

    /// One of the board's comments as it is under the board's lock.
    ///
    /// # Errors
    /// `NotFound` where it was deleted meanwhile.
    pub(super) async fn find(change: &Change<'_>, id: Uuid) -> QueryResult<Self> {
        let comment = Self::find_deleted(change, id).await?;
        if comment.deleted_at.is_some() { Err(diesel::result::Error::NotFound) } else { Ok(comment) }
    }

    /// What it says.
    pub(super) async fn body(&self, change: &Change<'_>) -> QueryResult<String> {
        comments::table.find(self.id).select(comments::body).first(&mut change.conn()).await
    }

    /// The same, deleted or not.
    pub(super) async fn find_deleted(change: &Change<'_>, id: Uuid) -> QueryResult<Self> {
        comments::table
            .find(id)
            .filter(comments::board_id.eq(change.board().id))
            .select(Self::as_select())
            .first(&mut change.conn())
            .await
    }
}
