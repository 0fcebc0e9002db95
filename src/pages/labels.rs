//! A board's labels.

use diesel_async::AsyncPgConnection;

use crate::error::AppResult;
use crate::models::access::Access;
use crate::models::label::Label;
use crate::views::labels::{LabelRow, LabelsPage};

/// The labels, and on how many cards each of them is.
pub async fn index(conn: &AsyncPgConnection, access: &Access) -> AppResult<LabelsPage> {
    let id = access.board.id;
    let (labels, counts) = tokio::try_join!(Label::of_board(conn, id), Label::counts_of_board(conn, id))?;
    let row = |(index, label): (usize, &Label)| {
        let before = index.checked_sub(1).map(|index| labels[index].id);
        LabelRow::new(label, counts.get(&label.id).copied().unwrap_or(0), before)
    };
    Ok(LabelsPage::new(access, labels.iter().enumerate().map(row).collect()))
}
