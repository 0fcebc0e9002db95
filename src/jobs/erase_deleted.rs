//! Erases the boards, cards and files that were deleted long ago, with all that hangs on them.

use crate::app::App;
use crate::models::board::Board;
use crate::models::card::Card;
use crate::models::checklist::Checklist;
use crate::models::checklist::item::ChecklistItem;
use crate::models::comment::Comment;
use crate::models::field::Field;
use crate::models::field::choice::FieldChoice;
use crate::models::file::File;
use crate::models::label::Label;
use crate::models::trash::KEPT;
use crate::queue::{Attempt, Failure, Job, NewJob};
use crate::tasks::{EraseDeleted, RemoveUnusedObjects};

/// Few boards at once: each takes its columns, cards and history along.
const BOARDS: i64 = 5;
const CARDS: i64 = 500;
const COMMENTS: i64 = 500;
const FILES: i64 = 500;
const LABELS: i64 = 500;
const FIELDS: i64 = 30;
const CHOICES: i64 = 100;
const CHECKLISTS: i64 = 100;
const ITEMS: i64 = 500;

impl Job for EraseDeleted {
    type Context = App;

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let before = app.clock.now() - KEPT;
        let mut conn = app.db.conn().await?;
        while Board::erase_deleted(&mut conn, before, BOARDS).await? > 0 {}
        while Card::erase_deleted(&mut conn, before, CARDS).await? > 0 {}
        while Comment::erase_deleted(&mut conn, before, COMMENTS).await? > 0 {}
        while File::erase_deleted(&mut conn, before, FILES).await? > 0 {}
        while Label::erase_deleted(&mut conn, before, LABELS).await? > 0 {}
        while Field::erase_deleted(&mut conn, before, FIELDS).await? > 0 {}
        while FieldChoice::erase_deleted(&mut conn, before, CHOICES).await? > 0 {}
        while Checklist::erase_deleted(&mut conn, before, CHECKLISTS).await? > 0 {}
        while ChecklistItem::erase_deleted(&mut conn, before, ITEMS).await? > 0 {}
        NewJob::new(&RemoveUnusedObjects::default())?.unique("").enqueue(&mut conn).await?;
        Ok(())
    }
}
