//! Where a card can go: which boards, which columns, which places, and what cannot come along.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::columns::faces;
use super::stream::Reading;
use crate::config;
use crate::error::{AppError, AppResult};
use crate::forms::{Form, FormError};
use crate::markdown::references::Named;
use crate::models::board::Board;
use crate::models::card::fitting::Fit;
use crate::models::card::{Card, MoveError};
use crate::models::column::Column;
use crate::views::destinations::Destination;

/// What was chosen so far.
#[derive(Clone, Copy, Debug)]
pub enum Chosen {
    /// Nothing: where the card is, as far as the reader may change that board.
    Nothing,
    Board(Uuid),
    Column(Uuid),
}

impl Chosen {
    /// By the address: a column says its board.
    ///
    /// # Errors
    /// `NotFound` where an id is none.
    pub fn of_query(board_id: Option<&str>, column_id: Option<&str>) -> AppResult<Self> {
        let id = |text: &str| Uuid::try_parse(text).map_err(|_| AppError::NotFound);
        Ok(match (board_id, column_id) {
            (_, Some(column_id)) => Self::Column(id(column_id)?),
            (Some(board_id), None) => Self::Board(id(board_id)?),
            (None, None) => Self::Nothing,
        })
    }
}

/// The boards, the columns of the chosen one and the places in the chosen one of them.
///
/// # Errors
/// `NotFound` where the reader may not change what was chosen, or that is not there.
pub async fn find(
    conn: &mut AsyncPgConnection,
    reading: Reading<'_>,
    card: &Card,
    chosen: Chosen,
) -> AppResult<(Destination, Fit)> {
    let boards = Board::editable_by(conn, reading.reader).await?;
    let column = match chosen {
        Chosen::Column(id) => Some(Column::find(conn, id).await?),
        Chosen::Board(_) | Chosen::Nothing => None,
    };
    let board = match (chosen, &column) {
        (Chosen::Board(id), _) => Some(by_id(&boards, id).ok_or(AppError::NotFound)?),
        (_, Some(column)) => Some(by_id(&boards, column.board_id).ok_or(AppError::NotFound)?),
        (_, None) => by_id(&boards, card.board_id).or(boards.first()),
    };
    let Some(board) = board else { return Ok((Destination::nowhere(), Fit::default())) };
    let columns = Column::of_board(conn, board.id).await?;
    let column = match column {
        Some(column) => Some(columns.iter().find(|one| one.id == column.id).ok_or(AppError::NotFound)?),
        None => columns.iter().find(|one| one.id == card.column_id).or(columns.first()),
    };
    let positions = match column {
        Some(column) => faces(conn, column).await?,
        None => Vec::new(),
    };
    let counts = Card::counts_of_board(conn, board.id).await?;
    let mut fit = card.fit(conn, board.id, &reading.app.config.files).await?;
    if board.id != card.board_id {
        let html = reading.app.markdown.render(&Card::detail(conn, card.id).await?.body).await?;
        fit.numbers = Named::of([&*html]).numbers.len() as i64;
    }
    Ok((Destination::new(&boards, board, &columns, &counts, column, positions), fit))
}

/// The same for a form that was refused: the board and column it named, or the usual ones where they are not to be had.
///
/// # Errors
/// The database's.
pub async fn find_again(
    conn: &mut AsyncPgConnection,
    reading: Reading<'_>,
    card: &Card,
    column_id: Uuid,
) -> AppResult<(Destination, Fit)> {
    match find(conn, reading, card, Chosen::Column(column_id)).await {
        Err(AppError::NotFound) => {}
        found => return found,
    }
    // An archived column is on no list, but says its board.
    if let Ok(column) = Column::find(conn, column_id).await {
        match find(conn, reading, card, Chosen::Board(column.board_id)).await {
            Err(AppError::NotFound) => {}
            found => return found,
        }
    }
    find(conn, reading, card, Chosen::Nothing).await
}

/// Says in the form why a card did not go where it was sent.
///
/// # Errors
/// What is not to be said in the form.
pub fn explain(form: &mut Form, error: MoveError, limits: &config::Files) -> AppResult<()> {
    match error {
        MoveError::Unknown => return Err(AppError::NotFound),
        MoveError::Change(error) => return Err(error.into()),
        MoveError::CardArchived => form.fail_whole(FormError::CardArchived),
        MoveError::ColumnArchived => form.fail("column_id", FormError::ColumnArchived),
        MoveError::AfterMoved => form.fail("after", FormError::CardNotInColumn),
        MoveError::NoRoom => form.fail_whole(FormError::over_board_quota(limits)),
    }
    Ok(())
}

fn by_id(boards: &[Board], id: Uuid) -> Option<&Board> {
    boards.iter().find(|board| board.id == id)
}
