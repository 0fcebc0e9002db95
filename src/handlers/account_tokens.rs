//! `/account/tokens`: the programs that may ask in a person's name.

use chrono::TimeDelta;

use super::extract::{Id, SignedIn};
use crate::auth::api_token::ApiToken as Secret;
use crate::auth::cookies::Flash;
use crate::error::AppResult;
use crate::forms::{Form, FormError, Posted};
use crate::models::api_token::{self, ApiToken, NewApiToken, Scope};
use crate::pages;
use crate::security_log::SecurityEvent;

/// `GET /account/tokens`
pub async fn index(user: SignedIn) -> AppResult {
    let form = pages::api_tokens::new_form();
    let mut conn = user.conn().await?;
    user.show(&pages::api_tokens::index(&user.app, &mut conn, &user.principal, form).await?)
}

/// `POST /account/tokens`: with the account's password, so that nobody at an unlocked computer makes one that stays.
pub async fn create(user: SignedIn, posted: Posted) -> AppResult {
    let account = user.user(&mut *user.conn().await?).await?;
    let mut form =
        posted.several("board_id").form(&["name", "scopes", "board_id", "days", "current_password"]);
    let name = form.line("name", api_token::NAME_MOST);
    let scope = form.choice("scopes", |word| Scope::parse(word).map(Some)).unwrap_or(Scope::Read);
    let board_ids = form.choices("board_id", |text| text.parse().ok());
    let days = form.optional_number("days", 1, api_token::DAYS_MOST);
    if form.is_blank("days") {
        form.fail("days", FormError::Required);
    }
    let password = form.password("current_password", 1);
    user.check_password(&account, password, &mut form).await?;
    let mut conn = user.conn().await?;
    let own = pages::api_tokens::boards(&mut conn, &user.principal).await?;
    if board_ids.len() > api_token::BOARDS_MOST
        || !board_ids.iter().all(|id| own.iter().any(|board| board.id == *id))
    {
        form.fail("board_id", FormError::NotOneOf);
    }
    let now = user.app.clock.now();
    if form.is_valid() {
        let secret = Secret::random();
        let new = NewApiToken {
            name: &name,
            hint: &secret.hint(),
            scope,
            board_ids: &board_ids,
            expires_at: now + TimeDelta::days(i64::from(days.unwrap_or(1))),
        };
        let hash = secret.hash(user.app.config.session_secrets.current());
        if ApiToken::create(&mut conn, user.principal.id, new, &hash, now).await? {
            user.witness.note(SecurityEvent::TokenMade);
            let form = pages::api_tokens::new_form();
            let mut page = pages::api_tokens::index(&user.app, &mut conn, &user.principal, form).await?;
            page.made = Some(secret.to_text());
            return user.show_uncached(axum::http::StatusCode::OK, &page);
        }
        form.fail_whole(FormError::TooManyTokens);
    }
    refuse(&user, &mut conn, form).await
}

/// `POST /account/tokens/{token_id}/revoke`
pub async fn destroy(user: SignedIn, Id(id): Id) -> AppResult {
    ApiToken::revoke(&mut *user.conn().await?, user.principal.id, id).await?;
    user.witness.note(SecurityEvent::TokenRevoked);
    user.go_saying(Flash::TokenRevoked, "/account/tokens")
}

async fn refuse(user: &SignedIn, conn: &mut diesel_async::AsyncPgConnection, form: Form) -> AppResult {
    user.refuse(&pages::api_tokens::index(&user.app, conn, &user.principal, form).await?)
}
