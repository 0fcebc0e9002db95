//! What cards are to each other, also across boards: one relates to another, blocks it, or duplicates it.
//!
//! A link is made and removed by a change of one of the two boards, and no other board's row is written: what the other
//! board shows of it depends on [`CardLink::version_of_blockers`], which is part of that page's ETag. So no two changes can wait for
//! each other.

pub mod name;
pub mod relation;

use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Nullable, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use self::name::CardName;
use self::relation::Relation;
use super::card::Card;
use super::change::{Change, ChangeError, ChangeResult};
use super::event::Happened;
use super::reference::References;
use crate::schema::{boards, card_links, cards, columns_ as columns, members};

/// Links of one card; the message of [`LinkError::TooMany`] says it.
const OF_CARD_MOST: i64 = 50;
/// Cards that are looked at for a circle.
const CHAIN_MOST: i64 = 1000;
/// The advisory lock under which links are made, one after the other: a circle can go through any boards.
const MAKING_LINKS: i64 = 0x7874_6162_6c69_6e6b;

/// A link, as it is kept: from the card that blocks or duplicates the other.
#[derive(Clone, Debug, Queryable, Identifiable, Selectable)]
#[diesel(table_name = card_links, check_for_backend(diesel::pg::Pg))]
pub struct CardLink {
    pub id: Uuid,
    pub from_id: Uuid,
    pub from_board_id: Uuid,
    pub to_id: Uuid,
    pub to_board_id: Uuid,
    pub kind: Relation,
}

/// A link as one of its two cards shows it.
#[derive(Clone, Debug)]
pub struct LinkedCard {
    pub link_id: Uuid,
    pub relation: Relation,
    /// Neither done nor archived.
    pub is_open: bool,
    /// None where the reader may not see it.
    pub card: Option<OtherCard>,
}

/// The card at a link's other end.
#[derive(Clone, Debug, Queryable)]
pub struct OtherCard {
    pub id: Uuid,
    pub number: Option<i32>,
    pub title: String,
    pub board_id: Uuid,
    /// The board's title.
    pub board: String,
}

/// Why two cards were not linked. Nothing has changed then.
#[derive(Debug, thiserror::Error)]
pub enum LinkError {
    /// There is no such card, or the person may not see it.
    #[error("no such card")]
    NoSuchCard,
    #[error("a card and itself")]
    Itself,
    /// Just so, or the other way round.
    #[error("the two are linked already")]
    Already,
    /// The card would block itself, by way of others.
    #[error("a circle of cards that block each other")]
    Circle,
    /// It would have to be looked at too many cards to say that there is no circle.
    #[error("a chain of too many cards that block each other")]
    ChainTooLong,
    /// One of the two has as many links as a card can have.
    #[error("too many links")]
    TooMany,
    #[error(transparent)]
    Change(#[from] ChangeError),
}

impl From<diesel::result::Error> for LinkError {
    fn from(error: diesel::result::Error) -> Self {
        Self::Change(error.into())
    }
}

#[derive(QueryableByName)]
struct Blocked {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Selects what a page shows of the cards at the links' other ends; `$here` and `$there` are the columns of the two cards.
macro_rules! linked {
    ($here:ident, $there:ident, $card_id:expr, $reader:expr) => {
        card_links::table
            .inner_join(cards::table.on(cards::id.eq(card_links::$there)))
            .inner_join(columns::table.on(columns::id.eq(cards::column_id)))
            .inner_join(boards::table.on(boards::id.eq(cards::board_id)))
            .left_join(members::table.on(members::board_id.eq(boards::id).and(members::user_id.eq($reader))))
            .filter(card_links::$here.eq($card_id))
            .filter(cards::deleted_at.is_null().and(boards::deleted_at.is_null()))
            .order(card_links::id)
            .select((
                card_links::id,
                card_links::kind,
                cards::done_at
                    .is_null()
                    .and(cards::archived_at.is_null())
                    .and(columns::archived_at.is_null())
                    .and(boards::archived_at.is_null()),
                members::user_id.nullable().is_not_null().or(boards::open_role.is_not_null()),
                (cards::id, cards::number, cards::title, boards::id, boards::title),
            ))
    };
}

type LinkedRow = (Uuid, Relation, bool, bool, OtherCard);

impl CardLink {
    /// Links a card of the change's board to another one that the author may see; gives that one's id.
    ///
    /// # Errors
    /// [`LinkError`]; `NotFound` where the card was deleted meanwhile.
    pub async fn create(
        change: &mut Change<'_>,
        card_id: Uuid,
        other: CardName,
        relation: Relation,
    ) -> Result<Uuid, LinkError> {
        let title = Card::title(change, card_id).await?;
        let board_id = change.board().id;
        diesel::sql_query("SELECT pg_advisory_xact_lock($1)")
            .bind::<BigInt, _>(MAKING_LINKS)
            .execute(&mut change.conn())
            .await?;
        let named = References::find(change, board_id, &other.named(), change.author(), change.at()).await?;
        let found = match other {
            CardName::Number(number) => named.by_number.get(&number),
            CardName::Id(id) => named.by_id.get(&id),
        };
        let other_id = found.ok_or(LinkError::NoSuchCard)?.id;
        if other_id == card_id {
            return Err(LinkError::Itself);
        }
        // Held, so that it stays on its board until the link is there, and is not erased.
        let (other_board_id, other_title): (Uuid, String) = cards::table
            .find(other_id)
            .filter(cards::deleted_at.is_null())
            .select((cards::board_id, cards::title))
            .for_key_share()
            .first(&mut change.conn())
            .await
            .optional()?
            .ok_or(LinkError::NoSuchCard)?;
        for id in [card_id, other_id] {
            if Self::count_of_card(change, id).await? >= OF_CARD_MOST {
                return Err(LinkError::TooMany);
            }
        }
        let (here, there) = ((card_id, board_id), (other_id, other_board_id));
        let ((from_id, from_board_id), (to_id, to_board_id)) =
            if relation.is_passive() { (there, here) } else { (here, there) };
        let kind = if relation.is_passive() { relation.reversed() } else { relation };
        Self::must_be_new(change, from_id, to_id, kind).await?;
        let link_id = Uuid::now_v7();
        diesel::insert_into(card_links::table)
            .values((
                card_links::id.eq(link_id),
                card_links::from_id.eq(from_id),
                card_links::from_board_id.eq(from_board_id),
                card_links::to_id.eq(to_id),
                card_links::to_board_id.eq(to_board_id),
                card_links::kind.eq(kind),
                card_links::created_at.eq(change.at()),
            ))
            .execute(&mut change.conn())
            .await?;
        let other = (other_board_id == board_id).then_some(other_title);
        change.record(Happened::CardLinked { card_id, link_id, other_id, relation, title, other }).await?;
        Ok(other_id)
    }

    /// # Errors
    /// [`LinkError::Already`], [`LinkError::Circle`] and [`LinkError::ChainTooLong`].
    async fn must_be_new(
        change: &Change<'_>,
        from_id: Uuid,
        to_id: Uuid,
        kind: Relation,
    ) -> Result<(), LinkError> {
        let just_so = card_links::from_id.eq(from_id).and(card_links::to_id.eq(to_id));
        let reversed = card_links::from_id.eq(to_id).and(card_links::to_id.eq(from_id));
        let same = card_links::table.filter(card_links::kind.eq(kind));
        let known: i64 = if kind == Relation::Blocks {
            same.filter(just_so).select(count_star()).first(&mut change.conn()).await?
        } else {
            same.filter(just_so.or(reversed)).select(count_star()).first(&mut change.conn()).await?
        };
        if known > 0 {
            return Err(LinkError::Already);
        }
        if kind != Relation::Blocks {
            return Ok(());
        }
        // What it blocks, and what that blocks, and so on; deleted ones too, for they may come back.
        let blocked: Vec<Blocked> = diesel::sql_query(
            "WITH RECURSIVE blocked (id) AS (
                 SELECT $1
                 UNION
                 SELECT card_links.to_id FROM blocked
                 JOIN card_links ON card_links.from_id = blocked.id AND card_links.kind = 'blocks'
             )
             SELECT id FROM blocked LIMIT $2",
        )
        .bind::<SqlUuid, _>(to_id)
        .bind::<BigInt, _>(CHAIN_MOST + 1)
        .load(&mut change.conn())
        .await?;
        if blocked.iter().any(|card| card.id == from_id) {
            return Err(LinkError::Circle);
        }
        if blocked.len() as i64 > CHAIN_MOST { Err(LinkError::ChainTooLong) } else { Ok(()) }
    }

    /// How many links a card has with cards that are not deleted.
    async fn count_of_card(change: &Change<'_>, card_id: Uuid) -> QueryResult<i64> {
        let is_end = card_links::from_id.eq(card_id).or(card_links::to_id.eq(card_id));
        let others = cards::id.eq(card_links::from_id).or(cards::id.eq(card_links::to_id));
        card_links::table
            .inner_join(cards::table.on(others))
            .filter(is_end.and(cards::id.ne(card_id)).and(cards::deleted_at.is_null()))
            .count()
            .get_result(&mut change.conn())
            .await
    }

    /// A card's links in the order in which they were made, as a reader sees them. Those with cards that are deleted are left
    /// out.
    pub async fn of_card(
        mut conn: &AsyncPgConnection,
        card_id: Uuid,
        reader: Uuid,
    ) -> QueryResult<Vec<LinkedCard>> {
        let mut other_conn = conn;
        let to = linked!(from_id, to_id, card_id, reader);
        let from = linked!(to_id, from_id, card_id, reader);
        let (to, from): (Vec<LinkedRow>, Vec<LinkedRow>) =
            tokio::try_join!(to.load(&mut conn), from.load(&mut other_conn))?;
        let linked = |(link_id, relation, is_open, may_see, card): LinkedRow| LinkedCard {
            link_id,
            relation,
            is_open,
            card: may_see.then_some(card),
        };
        let reversed = |row| {
            let link = linked(row);
            LinkedCard { relation: link.relation.reversed(), ..link }
        };
        let mut links: Vec<LinkedCard> =
            to.into_iter().map(linked).chain(from.into_iter().map(reversed)).collect();
        links.sort_by_key(|link| link.link_id);
        Ok(links)
    }

    /// The cards of a card's own board that it blocks, with their columns.
    pub async fn blocked_beside(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        card_id: Uuid,
    ) -> QueryResult<Vec<(Uuid, Uuid)>> {
        card_links::table
            .inner_join(cards::table.on(cards::id.eq(card_links::to_id)))
            .filter(card_links::from_id.eq(card_id).and(card_links::kind.eq(Relation::Blocks)))
            .filter(cards::board_id.eq(board_id).and(cards::deleted_at.is_null()))
            .select((cards::id, cards::column_id))
            .load(&mut conn)
            .await
    }

    /// Another text whenever a board has changed whose cards block some of a board's cards: the marks of these may have changed
    /// with it. None where there is no such board.
    ///
    /// Instead of this, a change could raise the revision of each board whose marks it changes. That would have to happen wherever a
    /// card is done, archived, deleted, moved and brought back, its column and its board too; and it would have changes of two
    /// boards wait for each other.
    pub async fn version_of_blockers(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
    ) -> QueryResult<Option<String>> {
        boards::table.find(board_id).select(version_of_blockers(boards::id.nullable())).first(&mut conn).await
    }

    /// The link by which a card is this to another one.
    pub(super) async fn between(
        mut conn: &AsyncPgConnection,
        card_id: Uuid,
        other_id: Uuid,
        relation: Relation,
    ) -> QueryResult<Self> {
        let (from_id, to_id, kind) = if relation.is_passive() {
            (other_id, card_id, relation.reversed())
        } else {
            (card_id, other_id, relation)
        };
        card_links::table
            .filter(card_links::from_id.eq(from_id).and(card_links::to_id.eq(to_id)))
            .filter(card_links::kind.eq(kind))
            .select(Self::as_select())
            .first(&mut conn)
            .await
    }

    /// Takes the link off both cards; gives the card on the change's board and the other one. Nothing happens where it is gone
    /// already.
    ///
    /// # Errors
    /// `NotFound` where that card was deleted meanwhile.
    pub async fn remove(&self, change: &mut Change<'_>) -> ChangeResult<()> {
        let (card_id, other_id, relation) = self.seen_on(change.board().id);
        let title = Card::title(change, card_id).await?;
        if diesel::delete(card_links::table.find(self.id)).execute(&mut change.conn()).await? > 0 {
            let other = Card::title(change, other_id).await.optional()?;
            let link_id = self.id;
            let happened = Happened::CardUnlinked { card_id, link_id, other_id, relation, title, other };
            change.record(happened).await?;
        }
        Ok(())
    }

    /// The link from the side of a board: the card on it, the other card, and what that one is to it.
    pub fn seen_on(&self, board_id: Uuid) -> (Uuid, Uuid, Relation) {
        if self.from_board_id == board_id {
            (self.from_id, self.to_id, self.kind)
        } else {
            (self.to_id, self.from_id, self.kind.reversed())
        }
    }
}

diesel::define_sql_function! {
    /// [`CardLink::version_of_blockers`] of the board of a query.
    fn version_of_blockers(board: Nullable<SqlUuid>) -> Nullable<Text>;
}
