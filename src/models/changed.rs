//! What of a board's page has changed between two of its revisions: what those who look at it ask for again.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use super::card_link::relation::Relation;
use super::event::Happened;
use crate::schema::{card_links, cards, events, users};

/// Events of one revision that are looked at; with more of them everything may have changed.
const EVENTS_OF_REVISION: i64 = 16;

/// And of all revisions together.
const EVENTS_MOST: i64 = 256;

/// What may look different.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changed {
    /// Whether anything may: the board's head, its columns and their order, every card.
    pub everything: bool,
    /// Whether the board's head may.
    pub head: bool,
    /// Columns whose list of cards may.
    pub columns: BTreeSet<Uuid>,
    pub cards: BTreeMap<Uuid, ChangedCard>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedCard {
    /// Where it is; none where it is gone.
    pub column_id: Option<Uuid>,
    /// Who changed it last, by id and name; none where its own events do not say.
    pub by: Option<(Uuid, String)>,
}

/// What of the page one event changes.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Extent {
    Nothing,
    /// The board's head alone.
    Head,
    /// The faces of these cards, and these cards where they are open.
    Cards(Vec<Uuid>),
    /// The same, and the lists of the columns they are in.
    Listed(Vec<Uuid>),
    /// The same, and these columns.
    Columns(Vec<Uuid>, Vec<Option<Uuid>>),
    Everything,
}

impl Extent {
    fn of(happened: &Happened) -> Self {
        use Happened as H;
        match happened {
            H::InvitationSent { .. }
            | H::InvitationRevoked { .. }
            | H::JoinLinkCreated { .. }
            | H::JoinLinkRevoked { .. }
            | H::PublicLinkCreated { .. }
            | H::PublicLinkChanged { .. }
            | H::PublicLinkRevoked { .. } => Self::Nothing,
            H::BoardRenamed { .. } | H::MemberJoined { .. } => Self::Head,
            H::CardRenamed { card_id, .. }
            | H::CardEdited { card_id, .. }
            | H::CardCovered { card_id, .. }
            | H::CardUncovered { card_id, .. }
            | H::FileAttached { card_id, .. }
            | H::FileRenamed { card_id, .. }
            | H::FileReplaced { card_id, .. }
            | H::FileDeleted { card_id, .. }
            | H::FileUndeleted { card_id, .. }
            | H::CommentCreated { card_id, .. }
            | H::CommentEdited { card_id, .. }
            | H::CommentDeleted { card_id, .. }
            | H::CommentRestored { card_id, .. }
            | H::AssigneeAdded { card_id, .. }
            | H::AssigneeRemoved { card_id, .. }
            | H::CardLabeled { card_id, .. }
            | H::CardUnlabeled { card_id, .. }
            | H::CardDated { card_id, .. }
            | H::CardDone { card_id, .. }
            | H::CardUndone { card_id, .. }
            | H::ChecklistCreated { card_id, .. }
            | H::ChecklistRenamed { card_id, .. }
            | H::ChecklistMoved { card_id, .. }
            | H::ChecklistDeleted { card_id, .. }
            | H::ChecklistRestored { card_id, .. }
            | H::ItemsAdded { card_id, .. }
            | H::ItemChanged { card_id, .. }
            | H::ItemChecked { card_id, .. }
            | H::ItemUnchecked { card_id, .. }
            | H::ItemMoved { card_id, .. }
            | H::ItemDeleted { card_id, .. }
            | H::ItemRestored { card_id, .. }
            | H::CardRecurrenceSet { card_id, .. } => Self::Cards(vec![*card_id]),
            H::CardLinked { card_id, other_id, .. } | H::CardUnlinked { card_id, other_id, .. } => {
                Self::Cards(vec![*card_id, *other_id])
            }
            H::CardArchived { card_id, .. }
            | H::CardRestored { card_id, .. }
            | H::CardDeleted { card_id, .. }
            | H::CardUndeleted { card_id, .. }
            // What a column's cards come to stands above them.
            | H::CardFieldSet { card_id, .. } => Self::Listed(vec![*card_id]),
            H::ItemConverted { card_id, new_card_id, .. } => Self::Listed(vec![*card_id, *new_card_id]),
            H::CardCreated { card_id, column_id, .. } => Self::Columns(vec![*card_id], vec![*column_id]),
            H::CardCopied { card_id, column_id, .. } | H::CardArrived { card_id, column_id, .. } => {
                Self::Columns(vec![*card_id], vec![Some(*column_id)])
            }
            H::CardMoved { card_id, from_column_id, to_column_id, .. } => {
                Self::Columns(vec![*card_id], vec![*from_column_id, *to_column_id])
            }
            H::CardRecurred { card_id, column_id, from_card_id, .. } => {
                Self::Columns(vec![*card_id, *from_card_id], vec![Some(*column_id)])
            }
            H::CardLeft { left_card_id, column_id, .. } => {
                Self::Columns(vec![*left_card_id], vec![Some(*column_id)])
            }
            H::BoardCreated { .. }
            | H::BoardRecolored { .. }
            | H::BoardArchived {}
            | H::BoardRestored {}
            | H::BoardDeleted {}
            | H::BoardUndeleted {}
            | H::BoardOpened { .. }
            | H::BoardTemplated {}
            | H::BoardUntemplated {}
            | H::BoardCopied { .. }
            | H::ColumnCreated { .. }
            | H::ColumnRenamed { .. }
            | H::ColumnLimited { .. }
            | H::ColumnMoved { .. }
            | H::ColumnArchived { .. }
            | H::ColumnRestored { .. }
            | H::MemberRoleChanged { .. }
            | H::MemberRemoved { .. }
            | H::MemberLeft { .. }
            | H::LabelCreated { .. }
            | H::LabelChanged { .. }
            | H::LabelMoved { .. }
            | H::LabelDeleted { .. }
            | H::LabelRestored { .. }
            | H::FieldCreated { .. }
            | H::FieldChanged { .. }
            | H::FieldMoved { .. }
            | H::FieldDeleted { .. }
            | H::FieldRestored { .. }
            // Every column offers the templates.
            | H::CardTemplated { .. }
            | H::CardUntemplated { .. } => Self::Everything,
        }
    }
}

/// An event's revision, card, author and their name, kind and data without long texts.
type EventRow = (Option<i64>, Option<Uuid>, Option<Uuid>, Option<String>, String, Value);

impl Changed {
    pub fn everything() -> Self {
        Self { everything: true, ..Self::default() }
    }

    /// What may look different at `revision` for who has seen the board at `since`. Where that cannot be told from the board's
    /// history, everything may: after a change that the history does not tell, a great one, or one of an older version.
    pub async fn since(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        since: i64,
        revision: i64,
    ) -> QueryResult<Self> {
        if since >= revision {
            return Ok(Self::default());
        }
        let limit = revision.saturating_sub(since).saturating_mul(EVENTS_OF_REVISION);
        if limit > EVENTS_MOST {
            return Ok(Self::everything());
        }
        let texts: Vec<&'static str> = vec!["body_from", "body_to"];
        let newest: Vec<EventRow> = events::table
            .left_join(users::table)
            .filter(events::board_id.eq(board_id))
            .order(events::id.desc())
            .limit(limit)
            .select((
                events::revision,
                events::card_id,
                events::user_id,
                users::name.nullable(),
                events::kind,
                events::data.remove(texts),
            ))
            .load(&mut conn)
            .await?;
        let Some(mut changed) = Self::of(&newest, since, revision, limit) else {
            return Ok(Self::everything());
        };
        changed.locate(conn, board_id).await?;
        Ok(changed)
    }

    /// What these events change, the newest of the board's first. None where there may be more than they tell.
    fn of(newest: &[EventRow], since: i64, revision: i64, limit: i64) -> Option<Self> {
        let told: BTreeSet<i64> =
            newest.iter().filter_map(|row| row.0).filter(|of| *of > since && *of <= revision).collect();
        let has_all = i64::try_from(told.len()).is_ok_and(|told| told == revision - since);
        // The oldest of them may be one of several of its revision.
        let may_go_on = i64::try_from(newest.len()).is_ok_and(|count| count == limit)
            && newest.last().is_none_or(|row| row.0.is_some_and(|of| of > since));
        if !has_all || may_go_on {
            return None;
        }
        let mut changed = Self::default();
        for (of, card_id, user_id, name, kind, data) in newest {
            if of.is_none_or(|of| of <= since) {
                continue;
            }
            let happened = Happened::from_row(kind, *card_id, data.clone())?;
            let (cards, columns) = match Extent::of(&happened) {
                Extent::Nothing => continue,
                Extent::Head => {
                    changed.head = true;
                    continue;
                }
                Extent::Everything => return None,
                Extent::Cards(cards) => (cards, Vec::new()),
                Extent::Listed(cards) => {
                    // Until it is known where they are.
                    changed.columns.extend(&cards);
                    (cards, Vec::new())
                }
                Extent::Columns(cards, columns) => (cards, columns),
            };
            for column in columns {
                changed.columns.insert(column?);
            }
            for card in cards {
                let by = user_id.zip(name.clone());
                changed.cards.entry(card).or_insert(ChangedCard { column_id: None, by });
            }
        }
        Some(changed)
    }

    /// Notes where the cards are, and adds those whose mark of being blocked depends on them.
    async fn locate(&mut self, mut conn: &AsyncPgConnection, board_id: Uuid) -> QueryResult<()> {
        if self.cards.is_empty() {
            return Ok(());
        }
        let ids: Vec<Uuid> = self.cards.keys().copied().collect();
        let blocked = card_links::table
            .filter(card_links::from_id.eq_any(&ids).and(card_links::kind.eq(Relation::Blocks)))
            .select(card_links::to_id);
        let rows: Vec<(Uuid, Uuid, bool)> = cards::table
            .filter(cards::board_id.eq(board_id))
            .filter(cards::id.eq_any(&ids).or(cards::id.eq_any(blocked)))
            .select((cards::id, cards::column_id, cards::is_template))
            .load(&mut conn)
            .await?;
        for (id, column_id, is_template) in rows {
            // Every column offers the templates, by their titles.
            self.everything |= is_template;
            if self.columns.remove(&id) {
                self.columns.insert(column_id);
            }
            self.cards.entry(id).or_insert(ChangedCard { column_id: None, by: None }).column_id =
                Some(column_id);
        }
        // A card that is gone altogether was listed somewhere.
        self.everything |= self.columns.iter().any(|id| ids.contains(id));
        Ok(())
    }

    /// The columns that look different in any way.
    pub fn touched_columns(&self) -> BTreeSet<Uuid> {
        self.columns.iter().copied().chain(self.cards.values().filter_map(|card| card.column_id)).collect()
    }

    /// Adds what changed before it.
    pub fn add_earlier(&mut self, earlier: &Self) {
        self.everything |= earlier.everything;
        self.head |= earlier.head;
        self.columns.extend(&earlier.columns);
        for (id, card) in &earlier.cards {
            self.cards.entry(*id).or_insert_with(|| card.clone());
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn row(revision: Option<i64>, kind: &str, data: Value) -> EventRow {
        (revision, None, None, None, kind.to_owned(), data)
    }

    fn done(revision: Option<i64>, card_id: Uuid) -> EventRow {
        row(revision, "card_done", json!({ "card_id": card_id, "title": "Plan" }))
    }

    #[test]
    fn what_the_history_does_not_tell_may_be_anything() {
        let card = Uuid::now_v7();
        let told = [done(Some(5), card), done(Some(4), card), done(Some(3), card)];
        assert_eq!(Changed::of(&told, 3, 5, 32).map(|changed| changed.cards.len()), Some(1));
        assert_eq!(Changed::of(&told, 2, 6, 64), None, "revision 6 has no event");
        assert_eq!(Changed::of(&told, 1, 5, 64), None, "revision 2 has no event");
        assert_eq!(Changed::of(&told, 2, 5, 3), None, "revision 3 may have more of them");
        let older = [done(Some(2), card), done(None, card)];
        assert!(Changed::of(&older, 1, 2, 16).is_some(), "one of before is not asked for");
        let unknown = [row(Some(2), "card_sent_to_the_moon", json!({}))];
        assert_eq!(Changed::of(&unknown, 1, 2, 16), None, "a kind of a newer version");
    }

    #[test]
    fn a_move_changes_two_columns_and_a_title_none() {
        let [card, from, to] = [Uuid::now_v7(), Uuid::now_v7(), Uuid::now_v7()];
        let data = json!({ "card_id": card, "title": "Plan", "from": "A", "to": "B",
                           "from_column_id": from, "to_column_id": to });
        let moved = Changed::of(&[row(Some(2), "card_moved", data)], 1, 2, 16).expect("told");
        assert_eq!(moved.columns, BTreeSet::from([from, to]));
        let data = json!({ "card_id": card, "from": "A", "to": "B" });
        let renamed = Changed::of(&[row(Some(2), "card_renamed", data)], 1, 2, 16).expect("told");
        assert!(renamed.columns.is_empty() && renamed.cards.contains_key(&card));
        let invited = json!({ "invitation_id": card, "role": "viewer" });
        assert_eq!(
            Changed::of(&[row(Some(2), "invitation_sent", invited)], 1, 2, 16),
            Some(Changed::default())
        );
    }
}
