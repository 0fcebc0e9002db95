//! What takes back each kind of event: the verb that writes what was before, where it still is as the event left it.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use super::{Entry, UndoError, is_repeated, must_be_untouched};
use crate::models::assignee::{self, AssignError};
use crate::models::board::{Board, NewBoard};
use crate::models::card::{Card, MoveError as CardMoveError, NewCard, UpdateError};
use crate::models::card_link::name::CardName;
use crate::models::card_link::{CardLink, LinkError};
use crate::models::change::{Change, ChangeError};
use crate::models::checklist::Checklist;
use crate::models::checklist::item::{ChecklistItem, MoveItemTo, NewItem};
use crate::models::column::{Column, ColumnSettings};
use crate::models::comment::{self, Comment};
use crate::models::cover::Cover;
use crate::models::event::Happened;
use crate::models::field::choice::FieldChoice;
use crate::models::field::kind::FieldKind;
use crate::models::field::value::{FieldValue, FillError};
use crate::models::field::{Field, NewField};
use crate::models::file::File;
use crate::models::label::{Label, NewLabel};
use crate::models::member::{Member, MemberError};
use crate::models::order::{Destination, MoveError};
use crate::models::recurrence::rule::Rule;
use crate::models::recurrence::{self, Recurrence};
use crate::models::reference::References;
use crate::schema::comment_versions;

impl From<AssignError> for UndoError {
    fn from(error: AssignError) -> Self {
        match error {
            AssignError::NotAssignable => Self::InTheWay(None),
            AssignError::Change(error) => Self::Change(error),
        }
    }
}

impl From<MoveError> for UndoError {
    fn from(error: MoveError) -> Self {
        match error {
            MoveError::Unknown | MoveError::AfterHidden => Self::InTheWay(None),
            MoveError::Change(error) => Self::Change(error),
        }
    }
}

impl From<CardMoveError> for UndoError {
    fn from(error: CardMoveError) -> Self {
        match error {
            CardMoveError::Change(error) => Self::Change(error),
            _ => Self::InTheWay(None),
        }
    }
}

impl From<MemberError> for UndoError {
    fn from(error: MemberError) -> Self {
        match error {
            MemberError::Change(error) => Self::Change(error),
            _ => Self::InTheWay(None),
        }
    }
}

impl From<FillError> for UndoError {
    fn from(error: FillError) -> Self {
        match error {
            FillError::ChoiceGone => Self::InTheWay(None),
            FillError::Change(error) => Self::Change(error),
        }
    }
}

impl From<LinkError> for UndoError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::Change(error) => Self::Change(error),
            _ => Self::InTheWay(None),
        }
    }
}

impl From<UpdateError> for UndoError {
    fn from(error: UpdateError) -> Self {
        match error {
            UpdateError::Changed(_) => Self::InTheWay(None),
            UpdateError::Change(error) => Self::Change(error),
        }
    }
}

impl From<comment::UpdateError> for UndoError {
    fn from(error: comment::UpdateError) -> Self {
        match error {
            comment::UpdateError::Changed { .. } => Self::InTheWay(None),
            comment::UpdateError::Change(error) => Self::Change(error),
        }
    }
}

/// Goes on only where a thing is as the event left it.
fn must(is_as_it_was_left: bool) -> Result<(), UndoError> {
    if is_as_it_was_left { Ok(()) } else { Err(UndoError::InTheWay(None)) }
}

/// Goes on only where a row is where an event left it. Where another row had its rank when it was put back there, it has the one
/// next to it; so it counts whether it was moved since.
async fn must_not_have_moved(
    change: &Change<'_>,
    entry: &Entry,
    rank: &str,
    left_at: &str,
) -> Result<(), UndoError> {
    must(rank == left_at || !is_repeated(change, entry).await?)
}

/// What a comment said in a version, if it says something else since.
async fn comment_version(change: &Change<'_>, id: Uuid, version: i32) -> QueryResult<Option<String>> {
    let before = comment_versions::table.find((id, version)).select(comment_versions::body);
    before.first(&mut change.conn()).await.optional()
}

/// By which rule a card comes back.
async fn rule_of(change: &Change<'_>, card_id: Uuid) -> QueryResult<Option<Rule>> {
    Ok(Recurrence::of_card(change, card_id).await?.map(|recurrence| recurrence.rule))
}

/// Writes what was before.
pub(super) async fn write(
    change: &mut Change<'_>,
    entry: &Entry,
    references: &References,
) -> Result<(), UndoError> {
    let happened = entry.happened.as_ref().ok_or(UndoError::Never)?;
    match happened.card_id() {
        None => of_board(change, entry, happened).await,
        Some(card_id) => of_card(change, entry, happened, card_id, references).await,
    }
}

async fn of_board(change: &mut Change<'_>, entry: &Entry, happened: &Happened) -> Result<(), UndoError> {
    let board = change.board().clone();
    match happened {
        Happened::BoardRenamed { from, to } => {
            must(board.title == *to)?;
            Board::update(change, NewBoard { title: from, color: board.color }).await?;
        }
        Happened::BoardRecolored { from: Some(from), to } => {
            must(board.color == *to)?;
            Board::update(change, NewBoard { title: &board.title, color: *from }).await?;
        }
        Happened::BoardArchived {} => Board::restore(change).await?,
        Happened::BoardRestored {} => Board::archive(change).await?,
        Happened::BoardTemplated {} => Board::set_template(change, false).await?,
        Happened::BoardUntemplated {} => Board::set_template(change, true).await?,
        Happened::BoardOpened { from, to } => {
            must(board.open_role == *to)?;
            Board::open(change, *from).await?;
        }
        Happened::MemberRoleChanged { user_id, from, to, .. } => {
            must(Member::role_of(change, *user_id).await? == Some(*to))?;
            Member::set_role(change, *user_id, *from).await?;
        }
        Happened::ColumnCreated { column_id: Some(id), .. } => {
            let column = Column::find(change, *id).await?;
            must(!Card::counts_of_board(change, board.id).await?.contains_key(id))?;
            column.archive(change).await?;
        }
        Happened::ColumnRenamed { column_id: Some(id), from, to } => {
            let column = Column::find(change, *id).await?;
            must(column.title == *to)?;
            column.update(change, ColumnSettings { title: from, wip_limit: column.wip_limit }).await?;
        }
        Happened::ColumnLimited { column_id: Some(id), from, to, .. } => {
            let column = Column::find(change, *id).await?;
            must(column.wip_limit == *to)?;
            column.update(change, ColumnSettings { title: &column.title, wip_limit: *from }).await?;
        }
        Happened::ColumnMoved { column_id: Some(id), from_rank: Some(from), to_rank: Some(to), .. } => {
            let column = Column::find(change, *id).await?;
            must_not_have_moved(change, entry, &column.rank, to).await?;
            column.move_to(change, Destination::Rank(from)).await?;
        }
        Happened::ColumnArchived { column_id: Some(id), .. } => {
            Column::find(change, *id).await?.restore(change).await?;
        }
        Happened::ColumnRestored { column_id: Some(id), .. } => {
            Column::find(change, *id).await?.archive(change).await?;
        }
        Happened::LabelCreated { label_id, .. } => {
            must_be_untouched(change, entry, *label_id).await?;
            Label::find(change, *label_id).await?.delete(change).await?;
        }
        Happened::LabelChanged { label_id, from, from_color, name, color } => {
            let label = Label::find(change, *label_id).await?;
            must(label.name == *name && label.color == *color)?;
            label.update(change, NewLabel { name: from, color: *from_color }).await?;
        }
        Happened::LabelMoved { label_id, from_rank, to_rank, .. } => {
            let label = Label::find(change, *label_id).await?;
            must_not_have_moved(change, entry, &label.rank, to_rank).await?;
            label.move_to(change, Destination::Rank(from_rank)).await?;
        }
        Happened::FieldCreated { field_id, .. } => {
            must_be_untouched(change, entry, *field_id).await?;
            Field::find(change, *field_id).await?.delete(change).await?;
        }
        Happened::FieldChanged { field_id, .. } => {
            let field = Field::find(change, *field_id).await?;
            field_before(change, &field, happened).await?;
        }
        Happened::FieldMoved { field_id, from_rank, to_rank, .. } => {
            let field = Field::find(change, *field_id).await?;
            must_not_have_moved(change, entry, &field.rank, to_rank).await?;
            field.move_to(change, Destination::Rank(from_rank)).await?;
        }
        Happened::FieldDeleted { field_id, .. } => Field::undelete(change, *field_id).await?,
        Happened::FieldRestored { field_id, .. } => {
            Field::find(change, *field_id).await?.delete(change).await?;
        }
        Happened::LabelDeleted { label_id, .. } => Label::undelete(change, *label_id).await?,
        Happened::LabelRestored { label_id, .. } => {
            Label::find(change, *label_id).await?.delete(change).await?;
        }
        _ => return Err(UndoError::Never),
    }
    Ok(())
}

/// Writes what a field was before it was changed.
async fn field_before(change: &mut Change<'_>, field: &Field, happened: &Happened) -> Result<(), UndoError> {
    let Happened::FieldChanged {
        from,
        from_on_card,
        from_shows_sum,
        from_choices,
        name,
        on_card,
        shows_sum,
        choices,
        ..
    } = happened
    else {
        return Err(UndoError::Never);
    };
    let (live, _) = FieldChoice::of_field(change, field.id).await?;
    must((&field.name, field.on_card, field.shows_sum) == (name, *on_card, *shows_sum) && live == *choices)?;
    let old = NewField { name: from, on_card: *from_on_card, shows_sum: *from_shows_sum, choices: &[] };
    Ok(field.put_back(change, old, from_choices.clone()).await?)
}

#[expect(clippy::too_many_lines, reason = "a list of the kinds of events")]
async fn of_card(
    change: &mut Change<'_>,
    entry: &Entry,
    happened: &Happened,
    card_id: Uuid,
    references: &References,
) -> Result<(), UndoError> {
    // A card that is deleted can come back, and no more.
    if matches!(happened, Happened::CardDeleted { .. }) {
        return Ok(Card::undelete_in_place(change, card_id).await?);
    }
    let card = Card::find(change, card_id).await?;
    match happened {
        Happened::CardCreated { .. } | Happened::CardCopied { .. } => {
            must_be_untouched(change, entry, card_id).await?;
            card.delete(change).await?;
        }
        Happened::CardUndeleted { from_column_id: Some(from), from_rank: Some(rank), .. } => {
            card.delete_in(change, *from, rank).await?;
        }
        Happened::CardUndeleted { .. } => card.delete(change).await?,
        Happened::CardRenamed { from, to, .. } => {
            must(card.title == *to)?;
            card.rename(change, from).await?;
        }
        Happened::CardEdited { body_from: Some(from), body_to: Some(to), .. } => {
            let detail = Card::detail(change, card_id).await?;
            must(detail.body == *to)?;
            card.update(change, NewCard { title: &card.title, body: from }, None).await?;
            references.keep(change, card_id, None).await?;
        }
        Happened::CardMoved {
            from_column_id: Some(from),
            to_column_id: Some(to),
            from_rank: Some(from_rank),
            to_rank: Some(to_rank),
            ..
        } => {
            must(card.column_id == *to)?;
            must_not_have_moved(change, entry, &card.rank(change).await?, to_rank).await?;
            card.put_back(change, *from, from_rank).await?;
        }
        Happened::CardArchived { .. } => {
            card.unarchive(change).await?;
        }
        Happened::CardRestored { .. } => card.archive(change).await?,
        Happened::CardCovered { from_file_id, file_id: Some(file_id), .. } => {
            must(Cover::file_of(change, card_id).await? == Some(*file_id))?;
            match from_file_id {
                Some(from) => Cover::set(change, &File::find(change, *from).await?).await?,
                None => Cover::remove(change, &File::find(change, *file_id).await?).await?,
            }
        }
        Happened::CardUncovered { file_id: Some(file_id), .. } => {
            must(Cover::file_of(change, card_id).await?.is_none())?;
            Cover::set(change, &File::find(change, *file_id).await?).await?;
        }
        Happened::AssigneeAdded { user_id, .. } => assignee::unassign(change, &card, *user_id).await?,
        Happened::AssigneeRemoved { user_id, .. } => assignee::assign(change, &card, *user_id).await?,
        Happened::CardLabeled { label_id, .. } => Label::take_off(change, &card, *label_id).await?,
        Happened::CardUnlabeled { label_id, .. } => Label::put_on(change, &card, *label_id).await?,
        Happened::CardDated { from_start, from_due, start, due, .. } => {
            let now = Card::detail(change, card_id).await?.dates;
            must((now.start(), now.due()) == (*start, *due))?;
            card.set_dates(change, *from_start, *from_due).await?;
        }
        Happened::CardFieldSet { field_id, from, to, .. } => {
            let now = FieldValue::find(change, card_id, *field_id).await?;
            must(now.map(FieldValue::into_text) == *to)?;
            let kind = Field::find(change, *field_id).await?.kind;
            let value = from.as_ref().map(|text| match Uuid::try_parse(text) {
                Ok(id) if kind == FieldKind::Choice => FieldValue::Choice(id),
                _ => FieldValue::Plain(text.clone()),
            });
            FieldValue::fill(change, &card, *field_id, value).await?;
        }
        // By the two cards: linked again, they have another link.
        Happened::CardLinked { other_id, relation, .. } => {
            CardLink::between(change, card_id, *other_id, *relation).await?.remove(change).await?;
        }
        Happened::CardUnlinked { other_id, relation, .. } => {
            CardLink::create(change, card_id, CardName::Id(*other_id), *relation).await?;
        }
        Happened::CardRecurrenceSet { from, to, .. } => {
            must(rule_of(change, card_id).await? == *to)?;
            recurrence::put_back(change, &card, from.clone()).await?;
        }
        Happened::CardRecurred { from_card_id, .. } => {
            must_be_untouched(change, entry, card_id).await?;
            let (rule, first) = (rule_of(change, card_id).await?, Card::find(change, *from_card_id).await?);
            must(rule.is_some() && rule_of(change, first.id).await?.is_none())?;
            recurrence::put_back(change, &card, None).await?;
            card.delete(change).await?;
            recurrence::put_back(change, &first, rule).await?;
        }
        Happened::CardTemplated { .. } => card.set_template(change, false).await?,
        Happened::CardUntemplated { .. } => card.set_template(change, true).await?,
        Happened::CardDone { .. } => card.set_done(change, false).await?,
        Happened::CardUndone { .. } => card.set_done(change, true).await?,
        Happened::FileAttached { file_id: Some(id), .. } => {
            must_be_untouched(change, entry, *id).await?;
            File::find(change, *id).await?.delete(change).await?;
        }
        Happened::FileRenamed { file_id: Some(id), from, to, .. } => {
            let file = File::find(change, *id).await?;
            must(file.name == *to)?;
            file.rename(change, from).await?;
        }
        Happened::FileDeleted { file_id: Some(id), .. } => {
            File::undelete(change, *id).await?;
        }
        Happened::FileUndeleted { file_id, .. } => {
            File::find(change, *file_id).await?.delete(change).await?;
        }
        Happened::CommentCreated { comment_id, .. } | Happened::CommentRestored { comment_id, .. } => {
            Comment::find(change, *comment_id).await?.delete(change).await?;
        }
        Happened::CommentEdited { comment_id, version: Some(version), .. } => {
            let comment = Comment::find(change, *comment_id).await?;
            let body = comment.body(change).await?;
            // What it said then; where there is no such version, it says so still.
            let then = comment_version(change, *comment_id, *version).await?;
            must(then.is_none_or(|then| then == body))?;
            let body = comment_version(change, *comment_id, version - 1).await?;
            let body = body.ok_or(UndoError::Never)?;
            comment.update(change, &body, None, &[]).await?;
            references.keep(change, card_id, Some(*comment_id)).await?;
        }
        Happened::CommentDeleted { comment_id, .. } => {
            Comment::find_deleted(change, *comment_id).await?.restore(change).await?;
        }
        _ => return of_checklist(change, entry, happened).await,
    }
    Ok(())
}

async fn of_checklist(change: &mut Change<'_>, entry: &Entry, happened: &Happened) -> Result<(), UndoError> {
    match happened {
        Happened::ChecklistCreated { checklist_id, .. } => {
            must_be_untouched(change, entry, *checklist_id).await?;
            Checklist::find(change, *checklist_id).await?.delete(change).await?;
        }
        Happened::ChecklistRestored { checklist_id, .. } => {
            Checklist::find(change, *checklist_id).await?.delete(change).await?;
        }
        Happened::ChecklistRenamed { checklist_id, from, to, .. } => {
            let checklist = Checklist::find(change, *checklist_id).await?;
            must(checklist.title == *to)?;
            checklist.rename(change, from).await?;
        }
        Happened::ChecklistMoved { checklist_id, from_rank, to_rank, .. } => {
            let checklist = Checklist::find(change, *checklist_id).await?;
            must_not_have_moved(change, entry, &checklist.rank, to_rank).await?;
            checklist.move_to(change, Destination::Rank(from_rank)).await?;
        }
        Happened::ChecklistDeleted { checklist_id, .. } => {
            Checklist::undelete(change, *checklist_id).await?;
        }
        Happened::ItemsAdded { item_ids, .. } => {
            for id in item_ids {
                must_be_untouched(change, entry, *id).await?;
            }
            for id in item_ids {
                match ChecklistItem::find(change, *id).await {
                    Ok(item) => item.delete(change).await?,
                    // Deleted one by one since.
                    Err(diesel::result::Error::NotFound) => {}
                    Err(error) => return Err(ChangeError::from(error).into()),
                }
            }
        }
        Happened::ItemChanged { item_id, from, from_user_id, from_due, text, user_id, due, .. } => {
            let item = ChecklistItem::find(change, *item_id).await?;
            must((&item.text, item.user_id, item.due()) == (text, *user_id, *due))?;
            item.update(change, NewItem { text: from, user_id: *from_user_id, due: *from_due }).await?;
        }
        Happened::ItemChecked { item_id, .. } => {
            ChecklistItem::find(change, *item_id).await?.set_checked(change, false).await?;
        }
        Happened::ItemUnchecked { item_id, .. } => {
            ChecklistItem::find(change, *item_id).await?.set_checked(change, true).await?;
        }
        Happened::ItemMoved { item_id, from_checklist_id, to_checklist_id, from_rank, to_rank, .. } => {
            let item = ChecklistItem::find(change, *item_id).await?;
            must(item.checklist_id == *to_checklist_id)?;
            must_not_have_moved(change, entry, &item.rank, to_rank).await?;
            let to = Destination::Rank(from_rank);
            item.move_to(change, MoveItemTo { checklist_id: *from_checklist_id, to }).await?;
        }
        // The card that a step became is of the same change.
        Happened::ItemDeleted { item_id, .. } | Happened::ItemConverted { item_id, .. } => {
            ChecklistItem::undelete(change, *item_id).await?;
        }
        Happened::ItemRestored { item_id, .. } => {
            ChecklistItem::find(change, *item_id).await?.delete(change).await?;
        }
        _ => return Err(UndoError::Never),
    }
    Ok(())
}
