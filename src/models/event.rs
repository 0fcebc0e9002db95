//! A board's history: one event or more for each change, written in the change's own transaction.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::count_star;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::card_link::relation::Relation;
use super::color::Color;
use super::field::choice::FieldChoice;
use super::field::kind::FieldKind;
use super::recurrence::rule::Rule;
use super::right::Right;
use super::role::Role;
use super::when::When;
use crate::schema::{events, users};

/// What happened: ids, and the values before and after, with the names as they were then. `kind` and `data` of the table.
///
/// What is optional only because events from before it was recorded lack it says so by `#[serde(default)]`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "data", rename_all = "snake_case")]
pub enum Happened {
    BoardCreated {
        title: String,
    },
    BoardRenamed {
        from: String,
        to: String,
    },
    BoardRecolored {
        #[serde(default)]
        from: Option<Color>,
        #[serde(alias = "color")]
        to: Color,
    },
    BoardArchived {},
    BoardRestored {},
    BoardDeleted {},
    BoardUndeleted {},
    ColumnCreated {
        #[serde(default)]
        column_id: Option<Uuid>,
        title: String,
    },
    ColumnRenamed {
        #[serde(default)]
        column_id: Option<Uuid>,
        from: String,
        to: String,
    },
    ColumnLimited {
        #[serde(default)]
        column_id: Option<Uuid>,
        title: String,
        #[serde(default)]
        from: Option<i32>,
        #[serde(alias = "wip_limit")]
        to: Option<i32>,
    },
    ColumnMoved {
        #[serde(default)]
        column_id: Option<Uuid>,
        title: String,
        #[serde(default)]
        from_rank: Option<String>,
        #[serde(default)]
        to_rank: Option<String>,
    },
    ColumnArchived {
        #[serde(default)]
        column_id: Option<Uuid>,
        title: String,
    },
    ColumnRestored {
        #[serde(default)]
        column_id: Option<Uuid>,
        title: String,
    },
    CardCreated {
        card_id: Uuid,
        title: String,
        #[serde(default)]
        column_id: Option<Uuid>,
        /// The column's title.
        column: String,
    },
    CardRenamed {
        card_id: Uuid,
        from: String,
        to: String,
    },
    CardEdited {
        card_id: Uuid,
        title: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body_from: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        body_to: Option<String>,
    },
    CardMoved {
        card_id: Uuid,
        title: String,
        /// The columns' titles.
        from: String,
        to: String,
        #[serde(default)]
        from_column_id: Option<Uuid>,
        #[serde(default)]
        to_column_id: Option<Uuid>,
        #[serde(default)]
        from_rank: Option<String>,
        #[serde(default)]
        to_rank: Option<String>,
    },
    CardArchived {
        card_id: Uuid,
        title: String,
    },
    CardRestored {
        card_id: Uuid,
        title: String,
    },
    CardDeleted {
        card_id: Uuid,
        title: String,
    },
    CardCovered {
        card_id: Uuid,
        title: String,
        #[serde(default)]
        from_file_id: Option<Uuid>,
        #[serde(default)]
        file_id: Option<Uuid>,
        /// The file's name.
        name: String,
    },
    CardUncovered {
        card_id: Uuid,
        title: String,
        #[serde(default)]
        file_id: Option<Uuid>,
    },
    FileAttached {
        card_id: Uuid,
        #[serde(default)]
        file_id: Option<Uuid>,
        name: String,
        /// The card's title.
        title: String,
    },
    FileRenamed {
        card_id: Uuid,
        #[serde(default)]
        file_id: Option<Uuid>,
        from: String,
        to: String,
    },
    FileReplaced {
        card_id: Uuid,
        #[serde(default)]
        file_id: Option<Uuid>,
        name: String,
        /// The contents' object keys.
        #[serde(default)]
        from_object: Option<String>,
        #[serde(default)]
        to_object: Option<String>,
    },
    FileDeleted {
        card_id: Uuid,
        #[serde(default)]
        file_id: Option<Uuid>,
        name: String,
        /// The card's title.
        title: String,
    },
    MemberJoined {
        user_id: Uuid,
        name: String,
        role: Role,
    },
    MemberRoleChanged {
        user_id: Uuid,
        name: String,
        from: Role,
        to: Role,
    },
    MemberRemoved {
        user_id: Uuid,
        name: String,
        role: Role,
    },
    MemberLeft {
        user_id: Uuid,
        name: String,
    },
    InvitationSent {
        invitation_id: Uuid,
        role: Role,
    },
    InvitationRevoked {
        invitation_id: Uuid,
        role: Role,
    },
    /// What everybody with an account may do on the board.
    BoardOpened {
        from: Option<Role>,
        to: Option<Role>,
    },
    JoinLinkCreated {
        link_id: Uuid,
        role: Role,
    },
    JoinLinkRevoked {
        link_id: Uuid,
        role: Role,
    },
    PublicLinkCreated {
        link_id: Uuid,
        shows_comments: bool,
    },
    PublicLinkChanged {
        link_id: Uuid,
        shows_comments: bool,
    },
    PublicLinkRevoked {
        link_id: Uuid,
    },
    CommentCreated {
        card_id: Uuid,
        comment_id: Uuid,
        /// The card's title.
        title: String,
    },
    CommentEdited {
        card_id: Uuid,
        comment_id: Uuid,
        /// The card's title.
        title: String,
        /// The comment's version since.
        #[serde(default)]
        version: Option<i32>,
    },
    CommentDeleted {
        card_id: Uuid,
        comment_id: Uuid,
        /// The card's title.
        title: String,
    },
    CommentRestored {
        card_id: Uuid,
        comment_id: Uuid,
        /// The card's title.
        title: String,
    },
    AssigneeAdded {
        card_id: Uuid,
        user_id: Uuid,
        name: String,
        /// The card's title.
        title: String,
    },
    AssigneeRemoved {
        card_id: Uuid,
        user_id: Uuid,
        name: String,
        /// The card's title.
        title: String,
    },
    LabelCreated {
        label_id: Uuid,
        name: String,
        color: Color,
    },
    LabelChanged {
        label_id: Uuid,
        /// The name before.
        from: String,
        from_color: Color,
        name: String,
        color: Color,
    },
    LabelMoved {
        label_id: Uuid,
        name: String,
        color: Color,
        from_rank: String,
        to_rank: String,
    },
    LabelDeleted {
        label_id: Uuid,
        name: String,
        color: Color,
    },
    LabelRestored {
        label_id: Uuid,
        name: String,
        color: Color,
    },
    CardLabeled {
        card_id: Uuid,
        label_id: Uuid,
        name: String,
        color: Color,
        /// The card's title.
        title: String,
    },
    CardUnlabeled {
        card_id: Uuid,
        label_id: Uuid,
        name: String,
        color: Color,
        /// The card's title.
        title: String,
    },
    CardDated {
        card_id: Uuid,
        title: String,
        from_start: Option<When>,
        from_due: Option<When>,
        start: Option<When>,
        due: Option<When>,
    },
    CardDone {
        card_id: Uuid,
        title: String,
    },
    CardUndone {
        card_id: Uuid,
        title: String,
    },
    ChecklistCreated {
        card_id: Uuid,
        checklist_id: Uuid,
        /// The checklist's title.
        checklist: String,
        /// The card's title.
        title: String,
    },
    ChecklistRenamed {
        card_id: Uuid,
        checklist_id: Uuid,
        from: String,
        to: String,
    },
    ChecklistMoved {
        card_id: Uuid,
        checklist_id: Uuid,
        checklist: String,
        from_rank: String,
        to_rank: String,
    },
    ChecklistDeleted {
        card_id: Uuid,
        checklist_id: Uuid,
        checklist: String,
        title: String,
    },
    ChecklistRestored {
        card_id: Uuid,
        checklist_id: Uuid,
        checklist: String,
        title: String,
    },
    ItemsAdded {
        card_id: Uuid,
        checklist_id: Uuid,
        checklist: String,
        item_ids: Vec<Uuid>,
        /// How many.
        n: usize,
        title: String,
    },
    ItemChanged {
        card_id: Uuid,
        item_id: Uuid,
        /// The text before.
        from: String,
        from_user_id: Option<Uuid>,
        from_due: Option<When>,
        text: String,
        user_id: Option<Uuid>,
        due: Option<When>,
    },
    ItemChecked {
        card_id: Uuid,
        item_id: Uuid,
        text: String,
    },
    ItemUnchecked {
        card_id: Uuid,
        item_id: Uuid,
        text: String,
    },
    ItemMoved {
        card_id: Uuid,
        item_id: Uuid,
        text: String,
        from_checklist_id: Uuid,
        to_checklist_id: Uuid,
        from_rank: String,
        to_rank: String,
    },
    ItemDeleted {
        card_id: Uuid,
        item_id: Uuid,
        text: String,
    },
    ItemRestored {
        card_id: Uuid,
        item_id: Uuid,
        text: String,
    },
    ItemConverted {
        card_id: Uuid,
        item_id: Uuid,
        text: String,
        /// The card that it became.
        new_card_id: Uuid,
    },
    CardUndeleted {
        card_id: Uuid,
        title: String,
        /// Where it was, if it came back to another column.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from_column_id: Option<Uuid>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        from_rank: Option<String>,
    },
    FileUndeleted {
        card_id: Uuid,
        file_id: Uuid,
        name: String,
        /// The card's title.
        title: String,
    },
    CardLinked {
        card_id: Uuid,
        link_id: Uuid,
        other_id: Uuid,
        /// What the card is to the other one.
        relation: Relation,
        /// The card's title.
        title: String,
        /// The other one's title; none on another board, whose cards not everybody here may know.
        other: Option<String>,
    },
    CardUnlinked {
        card_id: Uuid,
        link_id: Uuid,
        other_id: Uuid,
        relation: Relation,
        title: String,
        other: Option<String>,
    },
    FieldCreated {
        field_id: Uuid,
        name: String,
        kind: FieldKind,
        on_card: bool,
        shows_sum: bool,
        choices: Vec<FieldChoice>,
    },
    FieldChanged {
        field_id: Uuid,
        /// The name before.
        from: String,
        from_on_card: bool,
        from_shows_sum: bool,
        from_choices: Vec<FieldChoice>,
        name: String,
        on_card: bool,
        shows_sum: bool,
        choices: Vec<FieldChoice>,
    },
    FieldMoved {
        field_id: Uuid,
        name: String,
        from_rank: String,
        to_rank: String,
    },
    FieldDeleted {
        field_id: Uuid,
        name: String,
    },
    FieldRestored {
        field_id: Uuid,
        name: String,
    },
    CardFieldSet {
        card_id: Uuid,
        field_id: Uuid,
        /// The field's name.
        name: String,
        /// The values, or the choices' ids; none for nothing.
        from: Option<String>,
        to: Option<String>,
        /// The card's title.
        title: String,
    },
    BoardTemplated {},
    BoardUntemplated {},
    CardTemplated {
        card_id: Uuid,
        title: String,
    },
    CardUntemplated {
        card_id: Uuid,
        title: String,
    },
    /// The board was made as a copy of another one, which is not named: readers may not see it.
    BoardCopied {
        title: String,
        from_board_id: Uuid,
        /// How many came along.
        cards: usize,
    },
    /// A card was made as a copy, on this board.
    CardCopied {
        card_id: Uuid,
        title: String,
        column_id: Uuid,
        /// The column's title.
        column: String,
        from_card_id: Uuid,
        from_board_id: Uuid,
    },
    /// How a card comes back; none where it does not.
    CardRecurrenceSet {
        card_id: Uuid,
        title: String,
        from: Option<Rule>,
        to: Option<Rule>,
    },
    /// A card came back: the next one was made, by Xtablo itself, and the rule is its own since.
    CardRecurred {
        /// The new card.
        card_id: Uuid,
        title: String,
        column_id: Uuid,
        /// The column's title.
        column: String,
        from_card_id: Uuid,
    },
    /// A card went to another board. It is no longer a card of this one, so the event is not in its history.
    CardLeft {
        left_card_id: Uuid,
        title: String,
        column_id: Uuid,
        /// The column's title.
        column: String,
        to_board_id: Uuid,
        /// What both boards' events of the move have in common.
        #[serde(default)]
        crossing: Option<Uuid>,
    },
    /// A card came from another board. Of that one nothing is named: readers may not see it.
    CardArrived {
        card_id: Uuid,
        title: String,
        column_id: Uuid,
        /// The column's title.
        column: String,
        rank: String,
        number: i32,
        from_board_id: Uuid,
        from_column_id: Uuid,
        from_rank: String,
        from_number: Option<i32>,
        /// Its labels there, and those that stand for them here.
        from_label_ids: Vec<Uuid>,
        label_ids: Vec<Uuid>,
        /// Those it was for, and who cannot work on cards here.
        lost_assignees: Vec<Uuid>,
        /// The same of its checklists' items.
        lost_people: Vec<ItemPerson>,
        /// What both boards' events of the move have in common.
        #[serde(default)]
        crossing: Option<Uuid>,
        #[serde(default)]
        left_behind: Option<Box<LeftBehind>>,
    },
}

/// Whom an item of a checklist was for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemPerson {
    pub item_id: Uuid,
    pub user_id: Uuid,
}

/// Who may have to be told of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// Who watches this card.
    OfCard(Uuid),
    /// Who watches the board.
    OfBoard,
    /// One person.
    One(Uuid),
    /// People whom the database or a text names.
    Named,
}

impl Audience {
    /// Whether it is nobody but the author, who knows.
    pub(super) fn is_only(self, author: Option<Uuid>) -> bool {
        matches!(self, Self::One(id) if Some(id) == author)
    }
}

/// What else a card had to leave on another board.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftBehind {
    /// For each of its labels there that stands for one here: that one, in the same order.
    pub twins: Vec<Uuid>,
    /// Labels that do not fit here.
    pub labels: Vec<Uuid>,
    /// What it said in fields that are not here.
    pub fields: Vec<LostField>,
    /// Those who watched it, and cannot see it here.
    pub watchers: Vec<Uuid>,
}

/// What a card said in a field of another board.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, QueryableByName)]
pub struct LostField {
    #[diesel(sql_type = diesel::sql_types::Uuid)]
    pub field_id: Uuid,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Text>)]
    pub value: Option<String>,
    #[diesel(sql_type = diesel::sql_types::Nullable<diesel::sql_types::Uuid>)]
    pub choice_id: Option<Uuid>,
}

impl Happened {
    /// Who may have to be told; `models/notification/telling.rs` finds out. None for what nobody is told of.
    pub(super) fn audience(&self) -> Option<Audience> {
        match self {
            Self::CardMoved { from_column_id, to_column_id, .. } if from_column_id == to_column_id => None,
            Self::CardMoved { card_id, .. }
            | Self::CardDated { card_id, .. }
            | Self::CardDone { card_id, .. }
            | Self::CardUndone { card_id, .. } => Some(Audience::OfCard(*card_id)),
            Self::CardCreated { .. } | Self::CardCopied { .. } | Self::CardArrived { .. } => {
                Some(Audience::OfBoard)
            }
            Self::AssigneeAdded { user_id, .. } | Self::MemberRoleChanged { user_id, .. } => {
                Some(Audience::One(*user_id))
            }
            Self::ItemChanged { user_id: Some(user_id), from_user_id, .. }
                if Some(*user_id) != *from_user_id =>
            {
                Some(Audience::One(*user_id))
            }
            Self::CardEdited { body_to: Some(text), .. } if text.contains('@') => Some(Audience::Named),
            Self::CommentCreated { .. } | Self::CommentEdited { .. } | Self::InvitationSent { .. } => {
                Some(Audience::Named)
            }
            _ => None,
        }
    }

    /// The kinds that this version knows.
    #[cfg(test)]
    pub const KINDS: [&'static str; 87] = [
        "board_created",
        "board_renamed",
        "board_recolored",
        "board_archived",
        "board_restored",
        "board_deleted",
        "board_undeleted",
        "column_created",
        "column_renamed",
        "column_limited",
        "column_moved",
        "column_archived",
        "column_restored",
        "card_created",
        "card_renamed",
        "card_edited",
        "card_moved",
        "card_archived",
        "card_restored",
        "card_deleted",
        "card_covered",
        "card_uncovered",
        "file_attached",
        "file_renamed",
        "file_replaced",
        "file_deleted",
        "member_joined",
        "member_role_changed",
        "member_removed",
        "member_left",
        "invitation_sent",
        "invitation_revoked",
        "board_opened",
        "join_link_created",
        "join_link_revoked",
        "public_link_created",
        "public_link_changed",
        "public_link_revoked",
        "comment_created",
        "comment_edited",
        "comment_deleted",
        "comment_restored",
        "assignee_added",
        "assignee_removed",
        "label_created",
        "label_changed",
        "label_moved",
        "label_deleted",
        "label_restored",
        "card_labeled",
        "card_unlabeled",
        "card_dated",
        "card_done",
        "card_undone",
        "checklist_created",
        "checklist_renamed",
        "checklist_moved",
        "checklist_deleted",
        "checklist_restored",
        "items_added",
        "item_changed",
        "item_checked",
        "item_unchecked",
        "item_moved",
        "item_deleted",
        "item_restored",
        "item_converted",
        "card_undeleted",
        "file_undeleted",
        "card_linked",
        "card_unlinked",
        "field_created",
        "field_changed",
        "field_moved",
        "field_deleted",
        "field_restored",
        "card_field_set",
        "board_templated",
        "board_untemplated",
        "card_templated",
        "card_untemplated",
        "board_copied",
        "card_copied",
        "card_recurrence_set",
        "card_recurred",
        "card_left",
        "card_arrived",
    ];

    /// The card that it happened to, or on.
    pub fn card_id(&self) -> Option<Uuid> {
        match self {
            Self::BoardCreated { .. }
            | Self::BoardRenamed { .. }
            | Self::BoardRecolored { .. }
            | Self::BoardArchived {}
            | Self::BoardRestored {}
            | Self::BoardDeleted {}
            | Self::BoardUndeleted {}
            | Self::ColumnCreated { .. }
            | Self::ColumnRenamed { .. }
            | Self::ColumnLimited { .. }
            | Self::ColumnMoved { .. }
            | Self::ColumnArchived { .. }
            | Self::ColumnRestored { .. }
            | Self::MemberJoined { .. }
            | Self::MemberRoleChanged { .. }
            | Self::MemberRemoved { .. }
            | Self::MemberLeft { .. }
            | Self::InvitationSent { .. }
            | Self::InvitationRevoked { .. }
            | Self::BoardOpened { .. }
            | Self::JoinLinkCreated { .. }
            | Self::JoinLinkRevoked { .. }
            | Self::PublicLinkCreated { .. }
            | Self::PublicLinkChanged { .. }
            | Self::PublicLinkRevoked { .. }
            | Self::LabelCreated { .. }
            | Self::LabelChanged { .. }
            | Self::LabelMoved { .. }
            | Self::LabelDeleted { .. }
            | Self::LabelRestored { .. }
            | Self::FieldCreated { .. }
            | Self::FieldChanged { .. }
            | Self::FieldMoved { .. }
            | Self::FieldDeleted { .. }
            | Self::FieldRestored { .. }
            | Self::BoardTemplated {}
            | Self::BoardUntemplated {}
            | Self::BoardCopied { .. }
            | Self::CardLeft { .. } => None,
            Self::CardCreated { card_id, .. }
            | Self::CardRenamed { card_id, .. }
            | Self::CardEdited { card_id, .. }
            | Self::CardMoved { card_id, .. }
            | Self::CardArchived { card_id, .. }
            | Self::CardRestored { card_id, .. }
            | Self::CardDeleted { card_id, .. }
            | Self::CardCovered { card_id, .. }
            | Self::CardUncovered { card_id, .. }
            | Self::FileAttached { card_id, .. }
            | Self::FileRenamed { card_id, .. }
            | Self::FileReplaced { card_id, .. }
            | Self::FileDeleted { card_id, .. }
            | Self::CommentCreated { card_id, .. }
            | Self::CommentEdited { card_id, .. }
            | Self::CommentDeleted { card_id, .. }
            | Self::CommentRestored { card_id, .. }
            | Self::AssigneeAdded { card_id, .. }
            | Self::AssigneeRemoved { card_id, .. }
            | Self::CardLabeled { card_id, .. }
            | Self::CardUnlabeled { card_id, .. }
            | Self::CardDated { card_id, .. }
            | Self::CardDone { card_id, .. }
            | Self::CardUndone { card_id, .. }
            | Self::ChecklistCreated { card_id, .. }
            | Self::ChecklistRenamed { card_id, .. }
            | Self::ChecklistMoved { card_id, .. }
            | Self::ChecklistDeleted { card_id, .. }
            | Self::ChecklistRestored { card_id, .. }
            | Self::ItemsAdded { card_id, .. }
            | Self::ItemChanged { card_id, .. }
            | Self::ItemChecked { card_id, .. }
            | Self::ItemUnchecked { card_id, .. }
            | Self::ItemMoved { card_id, .. }
            | Self::ItemDeleted { card_id, .. }
            | Self::ItemRestored { card_id, .. }
            | Self::ItemConverted { card_id, .. }
            | Self::CardUndeleted { card_id, .. }
            | Self::FileUndeleted { card_id, .. }
            | Self::CardLinked { card_id, .. }
            | Self::CardUnlinked { card_id, .. }
            | Self::CardFieldSet { card_id, .. }
            | Self::CardTemplated { card_id, .. }
            | Self::CardUntemplated { card_id, .. }
            | Self::CardCopied { card_id, .. }
            | Self::CardRecurrenceSet { card_id, .. }
            | Self::CardRecurred { card_id, .. }
            | Self::CardArrived { card_id, .. } => Some(*card_id),
        }
    }

    /// The right with which it is taken back; none for what is not: other people's decisions, secrets that are void, and
    /// contents that are gone. docs/undo.md lists the kinds.
    #[expect(clippy::too_many_lines, reason = "a list of the kinds of events")]
    pub fn right_to_undo(&self) -> Option<Right> {
        match self {
            Self::BoardCreated { .. }
            | Self::BoardDeleted {}
            | Self::BoardUndeleted {}
            | Self::BoardRecolored { from: None, .. }
            | Self::ColumnCreated { column_id: None, .. }
            | Self::ColumnRenamed { column_id: None, .. }
            | Self::ColumnLimited { column_id: None, .. }
            | Self::ColumnMoved { column_id: None, .. }
            | Self::ColumnArchived { column_id: None, .. }
            | Self::ColumnRestored { column_id: None, .. }
            | Self::CardEdited { body_from: None, .. }
            | Self::CardMoved { from_rank: None, .. }
            | Self::CardCovered { file_id: None, .. }
            | Self::CardUncovered { file_id: None, .. }
            | Self::FileAttached { file_id: None, .. }
            | Self::FileRenamed { file_id: None, .. }
            | Self::FileReplaced { .. }
            | Self::FileDeleted { file_id: None, .. }
            | Self::CommentEdited { version: None, .. }
            | Self::MemberJoined { .. }
            | Self::MemberRemoved { .. }
            | Self::MemberLeft { .. }
            | Self::InvitationSent { .. }
            | Self::InvitationRevoked { .. }
            | Self::JoinLinkCreated { .. }
            | Self::JoinLinkRevoked { .. }
            | Self::PublicLinkCreated { .. }
            | Self::PublicLinkChanged { .. }
            | Self::PublicLinkRevoked { .. }
            | Self::BoardCopied { .. }
            | Self::CardLeft { crossing: None, .. }
            | Self::CardArrived { crossing: None, .. } => None,
            Self::BoardRenamed { .. }
            | Self::BoardRecolored { .. }
            | Self::BoardArchived {}
            | Self::BoardRestored {}
            | Self::BoardOpened { .. }
            | Self::BoardTemplated {}
            | Self::BoardUntemplated {}
            | Self::MemberRoleChanged { .. } => Some(Right::Manage),
            Self::CommentCreated { .. }
            | Self::CommentEdited { .. }
            | Self::CommentDeleted { .. }
            | Self::CommentRestored { .. } => Some(Right::Comment),
            Self::ColumnCreated { .. }
            | Self::ColumnRenamed { .. }
            | Self::ColumnLimited { .. }
            | Self::ColumnMoved { .. }
            | Self::ColumnArchived { .. }
            | Self::ColumnRestored { .. }
            | Self::CardCreated { .. }
            | Self::CardCopied { .. }
            | Self::CardRecurrenceSet { .. }
            | Self::CardRecurred { .. }
            | Self::CardLeft { .. }
            | Self::CardArrived { .. }
            | Self::CardRenamed { .. }
            | Self::CardEdited { .. }
            | Self::CardMoved { .. }
            | Self::CardArchived { .. }
            | Self::CardRestored { .. }
            | Self::CardDeleted { .. }
            | Self::CardUndeleted { .. }
            | Self::CardCovered { .. }
            | Self::CardUncovered { .. }
            | Self::FileAttached { .. }
            | Self::FileRenamed { .. }
            | Self::FileDeleted { .. }
            | Self::FileUndeleted { .. }
            | Self::AssigneeAdded { .. }
            | Self::AssigneeRemoved { .. }
            | Self::LabelCreated { .. }
            | Self::LabelChanged { .. }
            | Self::LabelMoved { .. }
            | Self::LabelDeleted { .. }
            | Self::LabelRestored { .. }
            | Self::CardLabeled { .. }
            | Self::CardUnlabeled { .. }
            | Self::CardDated { .. }
            | Self::CardDone { .. }
            | Self::CardUndone { .. }
            | Self::ChecklistCreated { .. }
            | Self::ChecklistRenamed { .. }
            | Self::ChecklistMoved { .. }
            | Self::ChecklistDeleted { .. }
            | Self::ChecklistRestored { .. }
            | Self::ItemsAdded { .. }
            | Self::ItemChanged { .. }
            | Self::ItemChecked { .. }
            | Self::ItemUnchecked { .. }
            | Self::ItemMoved { .. }
            | Self::ItemDeleted { .. }
            | Self::ItemRestored { .. }
            | Self::ItemConverted { .. }
            | Self::CardLinked { .. }
            | Self::CardUnlinked { .. }
            | Self::FieldCreated { .. }
            | Self::FieldChanged { .. }
            | Self::FieldMoved { .. }
            | Self::FieldDeleted { .. }
            | Self::FieldRestored { .. }
            | Self::CardTemplated { .. }
            | Self::CardUntemplated { .. }
            | Self::CardFieldSet { .. } => Some(Right::Edit),
        }
    }

    /// The kind's name in the table.
    pub fn kind(&self) -> String {
        self.tagged()["kind"].as_str().unwrap_or_default().to_owned()
    }

    /// Ids, values and names: the table's `data`.
    pub fn into_data(self) -> Value {
        self.tagged()["data"].take()
    }

    fn tagged(&self) -> Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    pub(super) fn into_row(self) -> QueryResult<(String, Value)> {
        let tagged = serde_json::to_value(self);
        let mut tagged = tagged.map_err(|error| diesel::result::Error::SerializationError(error.into()))?;
        Ok((tagged["kind"].as_str().unwrap_or_default().to_owned(), tagged["data"].take()))
    }

    /// None for a kind that a newer version has written, before a rollback to this one.
    pub(super) fn from_row(kind: &str, card_id: Option<Uuid>, mut data: Value) -> Option<Self> {
        if let (Some(card_id), Some(data)) = (card_id, data.as_object_mut()) {
            data.entry("card_id").or_insert_with(|| card_id.to_string().into());
        }
        serde_json::from_value(serde_json::json!({ "kind": kind, "data": data })).ok()
    }
}

/// As much of an event as is needed to find it.
#[derive(Clone, Copy, Debug, Queryable, Selectable)]
#[diesel(table_name = events, check_for_backend(diesel::pg::Pg))]
pub struct EventKey {
    pub id: Uuid,
}

/// An event as the history shows it.
#[derive(Clone, Debug)]
pub struct Event {
    pub id: Uuid,
    pub card_id: Option<Uuid>,
    pub user_id: Option<Uuid>,
    /// The name of the member who did it; none where the account is gone, or where Xtablo itself did it.
    pub who: Option<String>,
    /// None where this version does not know it. Without texts of cards.
    pub happened: Option<Happened>,
    pub at: DateTime<Utc>,
    /// The first event of its change, where that is another one.
    pub part_of: Option<Uuid>,
    /// Whether the change that it is of was taken back.
    pub is_undone: bool,
}

/// What was done together, in one change.
#[derive(Clone, Debug)]
pub struct Deed {
    pub first: Event,
    /// What else, in order: the first [`PARTS_SHOWN`] of it.
    pub parts: Vec<Event>,
    /// How many events there are, the first among them.
    pub count: usize,
}

/// Events of one change that the history shows besides the first; it says how many there are.
pub const PARTS_SHOWN: usize = 20;

/// Events besides the first ones that a page of the history looks at.
const PARTS_MOST: i64 = 2000;

type Row = (
    Uuid,
    Option<Uuid>,
    Option<Uuid>,
    Option<String>,
    String,
    Value,
    DateTime<Utc>,
    Option<Uuid>,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
);

diesel::alias!(const FIRSTS: Alias<Firsts> = events as firsts);

#[diesel::dsl::auto_type(no_type_alias)]
fn newest_first() -> _ {
    // What a card said can be long, and no list shows it.
    let texts: Vec<&'static str> = vec!["body_from", "body_to"];
    let data = events::data.remove(texts);
    events::table
        .left_join(users::table)
        .left_join(FIRSTS.on(FIRSTS.field(events::id).nullable().eq(events::part_of)))
        .order(events::id.desc())
        .select((
            events::id,
            events::card_id,
            events::user_id,
            users::name.nullable(),
            events::kind,
            data,
            events::created_at,
            events::part_of,
            events::undone_at,
            FIRSTS.field(events::undone_at).nullable(),
        ))
}

impl Event {
    /// Each single event of a board, the newest first: up to `limit` of what was done before `older_than`.
    pub async fn page_of_board(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
        older_than: Option<Uuid>,
        limit: i64,
    ) -> QueryResult<Vec<Self>> {
        let range = events::id.lt(older_than.unwrap_or(Uuid::max()));
        let rows: Vec<Row> = newest_first()
            .filter(events::board_id.eq(board_id).and(range))
            .limit(limit)
            .load(&mut conn)
            .await?;
        Ok(rows.into_iter().map(Self::from_row).collect())
    }

    /// A board's history, what was done together as one, the newest first: up to `limit` of what was done before `older_than`.
    pub async fn of_board(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        older_than: Option<Uuid>,
        limit: i64,
    ) -> QueryResult<Vec<Deed>> {
        let range = events::id.lt(older_than.unwrap_or(Uuid::max())).and(events::part_of.is_null());
        let rows: Vec<Row> =
            newest_first().filter(events::board_id.eq(board_id).and(range)).limit(limit).load(conn).await?;
        let firsts: Vec<Self> = rows.into_iter().map(Self::from_row).collect();
        let ids: Vec<Uuid> = firsts.iter().map(|event| event.id).collect();
        let counts: Vec<(Option<Uuid>, i64)> = events::table
            .filter(events::part_of.eq_any(&ids))
            .group_by(events::part_of)
            .select((events::part_of, count_star()))
            .load(conn)
            .await?;
        let mut counts: HashMap<Uuid, i64> =
            counts.into_iter().filter_map(|(first, count)| Some((first?, count))).collect();
        let mut parts: HashMap<Uuid, Vec<Self>> = HashMap::new();
        if !counts.is_empty() {
            let of_them = newest_first().filter(events::part_of.eq_any(&ids));
            let rows: Vec<Row> = of_them.limit(PARTS_MOST).load(conn).await?;
            for event in rows.into_iter().rev().map(Self::from_row) {
                let of_first = parts.entry(event.part_of.unwrap_or_default()).or_default();
                if of_first.len() < PARTS_SHOWN {
                    of_first.push(event);
                }
            }
        }
        let deed = |first: Self| Deed {
            parts: parts.remove(&first.id).unwrap_or_default(),
            count: 1 + usize::try_from(counts.remove(&first.id).unwrap_or_default()).unwrap_or_default(),
            first,
        };
        Ok(firsts.into_iter().map(deed).collect())
    }

    /// Up to `limit` of a card's events before `older_than`, the newest first.
    pub async fn of_card(
        mut conn: &AsyncPgConnection,
        card_id: Uuid,
        older_than: Option<Uuid>,
        limit: i64,
    ) -> QueryResult<Vec<Self>> {
        let range = events::id.lt(older_than.unwrap_or(Uuid::max()));
        let rows: Vec<Row> = newest_first()
            .filter(events::card_id.eq(card_id).and(range))
            .limit(limit)
            .load(&mut conn)
            .await?;
        Ok(rows.into_iter().map(Self::from_row).collect())
    }

    /// One event of a board.
    pub async fn find(mut conn: &AsyncPgConnection, id: Uuid) -> QueryResult<Self> {
        newest_first().filter(events::id.eq(id)).first(&mut conn).await.map(Self::from_row)
    }

    fn from_row(row: Row) -> Self {
        let (id, card_id, user_id, who, kind, data, at, part_of, undone_at, undone_with_first) = row;
        Self {
            id,
            card_id,
            user_id,
            who,
            happened: Happened::from_row(&kind, card_id, data),
            at,
            part_of,
            is_undone: undone_at.is_some() || undone_with_first.is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn there_is_an_example_of_each_kind() {
        let old: Vec<&str> = examples().iter().map(|(kind, _)| *kind).collect();
        assert!(Happened::KINDS.iter().all(|kind| old.contains(kind)));
    }

    #[test]
    fn what_is_written_reads_back() {
        let card_id = Uuid::now_v7();
        let written = Happened::CardMoved {
            card_id,
            title: "Fix it".to_owned(),
            from: "To do".to_owned(),
            to: "Doing".to_owned(),
            from_column_id: Some(Uuid::now_v7()),
            to_column_id: Some(Uuid::now_v7()),
            from_rank: Some("V".to_owned()),
            to_rank: Some("l".to_owned()),
        };
        let (kind, data) = written.clone().into_row().expect("it serializes");
        assert_eq!(kind, "card_moved");
        assert_eq!(Happened::from_row(&kind, Some(card_id), data), Some(written));
    }

    #[expect(clippy::too_many_lines, reason = "a list of the kinds of events")]
    fn examples() -> Vec<(&'static str, Value)> {
        let id = Uuid::now_v7();
        vec![
            ("board_created", json!({ "title": "A" })),
            ("board_renamed", json!({ "from": "A", "to": "B" })),
            ("board_recolored", json!({ "color": "teal" })),
            ("board_archived", json!({})),
            ("board_restored", json!({})),
            ("board_deleted", json!({})),
            ("board_undeleted", json!({})),
            ("column_created", json!({ "title": "A" })),
            ("column_renamed", json!({ "from": "A", "to": "B" })),
            ("column_limited", json!({ "title": "A", "wip_limit": 3 })),
            ("column_limited", json!({ "title": "A", "wip_limit": null })),
            ("column_moved", json!({ "title": "A" })),
            ("column_archived", json!({ "title": "A" })),
            ("column_restored", json!({ "title": "A" })),
            ("card_created", json!({ "title": "A", "column": "B" })),
            ("card_renamed", json!({ "from": "A", "to": "B" })),
            ("card_edited", json!({ "title": "A" })),
            ("card_moved", json!({ "title": "A", "from": "B", "to": "C" })),
            ("card_archived", json!({ "title": "A" })),
            ("card_restored", json!({ "title": "A" })),
            ("card_deleted", json!({ "title": "A" })),
            ("card_covered", json!({ "title": "A", "name": "B" })),
            ("card_uncovered", json!({ "title": "A" })),
            ("file_attached", json!({ "name": "A", "title": "B" })),
            ("file_renamed", json!({ "from": "A", "to": "B" })),
            ("file_replaced", json!({ "name": "A" })),
            ("file_deleted", json!({ "name": "A", "title": "B" })),
            ("member_joined", json!({ "user_id": id, "name": "A", "role": "editor" })),
            ("member_role_changed", json!({ "user_id": id, "name": "A", "from": "editor", "to": "viewer" })),
            ("member_removed", json!({ "user_id": id, "name": "A", "role": "owner" })),
            ("member_left", json!({ "user_id": id, "name": "A" })),
            ("invitation_sent", json!({ "invitation_id": id, "role": "commenter" })),
            ("invitation_revoked", json!({ "invitation_id": id, "role": "commenter" })),
            ("board_opened", json!({ "from": null, "to": "viewer" })),
            ("board_opened", json!({ "from": "viewer", "to": null })),
            ("join_link_created", json!({ "link_id": id, "role": "viewer" })),
            ("join_link_revoked", json!({ "link_id": id, "role": "viewer" })),
            ("public_link_created", json!({ "link_id": id, "shows_comments": true })),
            ("public_link_changed", json!({ "link_id": id, "shows_comments": false })),
            ("public_link_revoked", json!({ "link_id": id })),
            ("comment_created", json!({ "comment_id": id, "title": "A" })),
            ("comment_edited", json!({ "comment_id": id, "title": "A" })),
            ("comment_deleted", json!({ "comment_id": id, "title": "A" })),
            ("comment_restored", json!({ "comment_id": id, "title": "A" })),
            ("assignee_added", json!({ "user_id": id, "name": "A", "title": "B" })),
            ("assignee_removed", json!({ "user_id": id, "name": "A", "title": "B" })),
            ("label_created", json!({ "label_id": id, "name": "A", "color": "red" })),
            (
                "label_changed",
                json!({ "label_id": id, "from": "A", "from_color": "red", "name": "B", "color": "sky" }),
            ),
            (
                "label_moved",
                json!({ "label_id": id, "name": "A", "color": "red", "from_rank": "V", "to_rank": "l" }),
            ),
            ("label_deleted", json!({ "label_id": id, "name": "A", "color": "red" })),
            ("label_restored", json!({ "label_id": id, "name": "A", "color": "red" })),
            ("card_labeled", json!({ "label_id": id, "name": "A", "color": "red", "title": "B" })),
            ("card_unlabeled", json!({ "label_id": id, "name": "", "color": "red", "title": "B" })),
            (
                "card_dated",
                json!({ "title": "A", "from_start": null, "from_due": "2026-12-24", "start": null, "due": null }),
            ),
            ("card_done", json!({ "title": "A" })),
            ("card_undone", json!({ "title": "A" })),
            ("checklist_created", json!({ "checklist_id": id, "checklist": "A", "title": "B" })),
            ("checklist_renamed", json!({ "checklist_id": id, "from": "A", "to": "B" })),
            (
                "checklist_moved",
                json!({ "checklist_id": id, "checklist": "A", "from_rank": "V", "to_rank": "l" }),
            ),
            ("checklist_deleted", json!({ "checklist_id": id, "checklist": "A", "title": "B" })),
            ("checklist_restored", json!({ "checklist_id": id, "checklist": "A", "title": "B" })),
            (
                "items_added",
                json!({ "checklist_id": id, "checklist": "A", "item_ids": [id], "n": 1, "title": "B" }),
            ),
            (
                "item_changed",
                json!({ "item_id": id, "from": "A", "from_user_id": null, "from_due": null, "text": "B",
                    "user_id": id, "due": "2026-12-24" }),
            ),
            ("item_checked", json!({ "item_id": id, "text": "A" })),
            ("item_unchecked", json!({ "item_id": id, "text": "A" })),
            (
                "item_moved",
                json!({ "item_id": id, "text": "A", "from_checklist_id": id, "to_checklist_id": id,
                    "from_rank": "V", "to_rank": "l" }),
            ),
            ("item_deleted", json!({ "item_id": id, "text": "A" })),
            ("item_restored", json!({ "item_id": id, "text": "A" })),
            ("item_converted", json!({ "item_id": id, "text": "A", "new_card_id": id })),
            ("card_undeleted", json!({ "title": "A" })),
            ("file_undeleted", json!({ "file_id": id, "name": "A", "title": "B" })),
            (
                "card_linked",
                json!({ "link_id": id, "other_id": id, "relation": "blocked_by", "title": "A", "other": "B" }),
            ),
            (
                "card_unlinked",
                json!({ "link_id": id, "other_id": id, "relation": "relates", "title": "A", "other": null }),
            ),
            (
                "field_created",
                json!({ "field_id": id, "name": "A", "kind": "choice", "on_card": true, "shows_sum": false,
                    "choices": [{ "id": id, "name": "B" }] }),
            ),
            (
                "field_changed",
                json!({ "field_id": id, "from": "A", "from_on_card": true, "from_shows_sum": false,
                    "from_choices": [], "name": "B", "on_card": false, "shows_sum": true, "choices": [] }),
            ),
            ("field_moved", json!({ "field_id": id, "name": "A", "from_rank": "V", "to_rank": "l" })),
            ("field_deleted", json!({ "field_id": id, "name": "A" })),
            ("field_restored", json!({ "field_id": id, "name": "A" })),
            (
                "card_field_set",
                json!({ "field_id": id, "name": "A", "from": null, "to": "2.50", "title": "B" }),
            ),
            (
                "card_field_set",
                json!({ "field_id": id, "name": "A", "from": "yes", "to": null, "title": "B" }),
            ),
            ("board_templated", json!({})),
            ("board_untemplated", json!({})),
            ("card_templated", json!({ "title": "A" })),
            ("card_untemplated", json!({ "title": "A" })),
            ("board_copied", json!({ "title": "A", "from_board_id": id, "cards": 2 })),
            (
                "card_copied",
                json!({ "title": "A", "column_id": id, "column": "B", "from_card_id": id, "from_board_id": id }),
            ),
            (
                "card_recurrence_set",
                json!({ "title": "A", "from": null, "to": { "every": 2, "unit": "week", "days": "monday",
                    "comes_back": "due", "time_zone": "Europe/Berlin" } }),
            ),
            ("card_recurred", json!({ "title": "A", "column_id": id, "column": "B", "from_card_id": id })),
            (
                "card_left",
                json!({ "left_card_id": id, "title": "A", "column_id": id, "column": "B", "to_board_id": id }),
            ),
            (
                "card_arrived",
                json!({ "title": "A", "column_id": id, "column": "B", "rank": "V", "number": 1, "from_board_id": id,
                    "from_column_id": id, "from_rank": "l", "from_number": null, "from_label_ids": [id], "label_ids": [],
                    "lost_assignees": [id], "lost_people": [{ "item_id": id, "user_id": id }],
                    "crossing": id, "left_behind": { "twins": [id], "labels": [], "watchers": [id],
                    "fields": [{ "field_id": id, "value": "A", "choice_id": null }] } }),
            ),
        ]
    }

    #[test]
    fn events_from_before_ids_were_recorded_still_read() {
        let card_id = Uuid::now_v7();
        for (kind, data) in examples() {
            let happened = Happened::from_row(kind, Some(card_id), data);
            let happened = happened.unwrap_or_else(|| panic!("{kind} does not read"));
            assert_eq!(happened.clone().into_row().expect("it serializes").0, kind);
        }
    }

    #[test]
    fn a_kind_of_a_newer_version_is_no_error() {
        assert_eq!(Happened::from_row("card_cloned", None, json!({})), None);
    }
}
