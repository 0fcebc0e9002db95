//! `/account/export`: all boards of a person, to take along.

use axum::http::{HeaderMap, Method};

use super::extract::SignedIn;
use crate::error::AppResult;
use crate::models::export::{Export, NewExport};
use crate::pages;
use crate::sending::{self, Sent};

const PATH: &str = "/account/export";

/// `GET /account/export`
pub async fn show(user: SignedIn) -> AppResult {
    let mut conn = user.conn().await?;
    user.show(&pages::exports::show(&user.app, &mut conn, user.principal.id, None).await?)
}

/// `POST /account/export`: begins one, if none is under way
pub async fn create(user: SignedIn) -> AppResult {
    let mut conn = user.conn().await?;
    let new = NewExport { user_id: user.principal.id, board_id: None, language: user.shell.language };
    Export::begin(&mut conn, new, user.app.clock.now()).await?;
    user.answer(PATH, pages::exports::show(&user.app, &mut conn, user.principal.id, None)).await
}

/// `GET /account/export/zip`: what was made, or where it is made
pub async fn download(user: SignedIn, method: Method, headers: HeaderMap) -> AppResult {
    let mut conn = user.conn().await?;
    let export = Export::of(&conn, user.principal.id, None, user.app.clock.now()).await?;
    let object = match &export {
        Some(export) => export.object(&mut conn).await?,
        None => None,
    };
    drop(conn);
    match object {
        Some(object) => {
            sending::send(&user.app, &Sent::zip(&object, &user.principal.name), &method, &headers).await
        }
        None => user.go(PATH),
    }
}
