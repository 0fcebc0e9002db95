//! What was deleted from a board, and deleted boards.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::AppResult;
use crate::models::access::Access;
use crate::models::trash::{
    DeletedBoard, DeletedCard, DeletedChecklist, DeletedField, DeletedFile, DeletedItem, DeletedLabel,
};
use crate::views::board_trash::{BoardsTrash, TrashPage, TrashRow, TrashSection};

/// What can be brought back, the last deleted first.
pub async fn show(conn: &AsyncPgConnection, access: &Access) -> AppResult<TrashPage> {
    let (id, now) = (access.board.id, access.time.now);
    let (cards, files, checklists, items, labels, fields) = tokio::try_join!(
        DeletedCard::of_board(conn, id, now),
        DeletedFile::of_board(conn, id, now),
        DeletedChecklist::of_board(conn, id, now),
        DeletedItem::of_board(conn, id, now),
        DeletedLabel::of_board(conn, id, now),
        DeletedField::of_board(conn, id, now),
    )?;
    macro_rules! rows {
        ($things:ident, $path:literal) => {
            $things
                .into_iter()
                .map(|thing| TrashRow {
                    action: format!(concat!("/", $path, "/{}/undelete"), thing.id),
                    title: thing.title,
                    at: thing.deleted_at,
                })
                .collect::<Vec<_>>()
        };
    }
    let rows = [
        rows!(cards, "cards"),
        rows!(files, "files"),
        rows!(checklists, "checklists"),
        rows!(items, "items"),
        rows!(labels, "labels"),
        rows!(fields, "fields"),
    ];
    let sections = TrashSection::KINDS.into_iter().zip(rows);
    let sections = sections.map(|(kind, rows)| TrashSection { kind, rows });
    Ok(TrashPage {
        board: access.into(),
        sections: sections.filter(|section| !section.rows.is_empty()).collect(),
    })
}

/// Deleted boards that the reader owned.
pub async fn of_owner(conn: &AsyncPgConnection, user_id: Uuid, now: DateTime<Utc>) -> AppResult<BoardsTrash> {
    let row = |board: DeletedBoard| TrashRow {
        action: format!("/boards/{}/undelete", board.id),
        title: board.title,
        at: board.deleted_at,
    };
    Ok(BoardsTrash { rows: DeletedBoard::of_owner(conn, user_id, now).await?.into_iter().map(row).collect() })
}
