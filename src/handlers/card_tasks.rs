//! `POST /cards/{card_id}/tasks`: a task in a card's description is done, or not.

use axum::http::StatusCode;
use axum::response::IntoResponse;

use super::extract::{Edit, On};
use crate::error::AppResult;
use crate::forms::{FormError, Posted};
use crate::models::card::{Card, NewCard, UpdateError};
use crate::pages;
use crate::views::cards::CardPage;

/// More than a description holds.
const TASKS_MOST: i32 = 50_000;
/// How often a change in between is met by looking again.
const ATTEMPTS: usize = 3;

/// `POST /cards/{card_id}/tasks`: `task` counts from 0, `tasks` is how many the reader saw, `done` is `on` or absent
pub async fn update(on: On<Card, Edit>, posted: Posted) -> AppResult {
    let id = on.thing.id;
    let mut form = posted.form(&["task", "tasks", "done"]);
    let (task, tasks) =
        (form.optional_number("task", 0, TASKS_MOST), form.optional_number("tasks", 1, TASKS_MOST));
    let done = form.value("done") == "on";
    if let (Some(task), Some(tasks), true) = (task, tasks, form.is_valid()) {
        let (task, tasks) = (task.unsigned_abs() as usize, tasks.unsigned_abs() as usize);
        for _ in 0..ATTEMPTS {
            let detail = Card::detail(&*on.conn().await?, id).await?;
            let Some(body) = on.app.markdown.set_task(&detail.body, task, tasks, done).await? else { break };
            let new = NewCard { title: &detail.card.title, body: &body };
            let mut conn = on.conn_to_change().await?;
            let saved =
                on.change(&mut conn, async |change| on.thing.update(change, new, Some(detail.version)).await);
            match saved.await {
                // The page shows it already.
                Ok(()) if on.is_htmx() => return Ok(StatusCode::NO_CONTENT.into_response()),
                Ok(()) => return on.go(format!("/cards/{id}")),
                Err(UpdateError::Changed(_)) => {}
                Err(UpdateError::Change(error)) => return Err(error.into()),
            }
        }
    }
    let page = pages::cards::show(&*on.conn().await?, on.reading(), id, None).await?;
    let mut form = page.title_form.clone();
    form.fail_whole(FormError::TasksChanged);
    on.refuse(&CardPage { title_form: form, ..page })
}
