//! A person's API tokens.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::choice::Choice;
use crate::forms::Form;
use crate::models::api_token::{ApiToken, Scope};
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct TokensPage {
    pub tokens: Vec<ListedToken>,
    /// Those that a new token can be bound to.
    pub boards: Vec<Choice>,
    /// The ids of those that the form has chosen.
    pub chosen: Vec<String>,
    pub form: Form,
    /// The token that was just made, which is shown this once.
    pub made: Option<String>,
}

impl View for TokensPage {
    const PAGE: Option<&'static str> = Some("account_tokens/index.html");
}

#[derive(Debug, Serialize)]
pub struct ListedToken {
    pub id: Uuid,
    pub name: String,
    /// Its first and last characters.
    pub hint: String,
    pub scope: Scope,
    /// The titles of the boards that it reaches; empty for all.
    pub boards: Vec<String>,
    /// None where it was not used yet.
    pub used_at: Option<DateTime<Utc>>,
    pub address: Option<String>,
    pub expires_at: DateTime<Utc>,
}

impl ListedToken {
    pub fn new(token: ApiToken, boards: &[Choice]) -> Self {
        let title = |id: &Uuid| Some(boards.iter().find(|board| board.id == *id)?.title.clone());
        let used = token.session.last_seen_at > token.session.created_at;
        Self {
            id: token.id,
            name: token.name,
            hint: format!("xt_…{}", token.hint),
            scope: token.scope,
            boards: token.board_ids.iter().filter_map(title).collect(),
            used_at: used.then_some(token.session.last_seen_at),
            address: token.session.address,
            expires_at: token.expires_at,
        }
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, TEXT, failed, now};

    impl Samples for TokensPage {
        fn samples(_: &Access) -> Vec<Self> {
            let text = || TEXT.to_owned();
            let token = |scope, used_at, boards| ListedToken {
                id: Uuid::now_v7(),
                name: text(),
                hint: text(),
                scope,
                boards,
                used_at,
                address: used_at.map(|_| "192.0.2.1".to_owned()),
                expires_at: now(),
            };
            let fields = ["name", "scopes", "board_id", "days", "current_password"];
            let board = Choice { id: Uuid::now_v7(), title: text() };
            let chosen = vec![board.id.to_string()];
            let tokens = vec![
                token(Scope::Read, None, vec![]),
                token(Scope::Write, Some(now()), vec![text()]),
                token(Scope::Manage, Some(now()), vec![]),
            ];
            vec![
                Self {
                    tokens: vec![],
                    boards: vec![],
                    chosen: vec![],
                    form: Form::blank(&fields),
                    made: None,
                },
                Self { tokens, boards: vec![board], chosen, form: failed(&fields), made: Some(text()) },
            ]
        }
    }
}
