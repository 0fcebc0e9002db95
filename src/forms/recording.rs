//! What was typed into a form, for the page that says why it was not taken: whether the handler came to read it or not.

use std::time::Duration;

use axum::extract::Request;
use axum::http::{Method, header};
use tokio::time::timeout;

use super::{KeptForm, ReplayBody, decode};

/// How long what no handler has read may take to arrive.
const PATIENCE: Duration = Duration::from_secs(2);

/// A form on its way to the handler that reads it.
pub struct Recording {
    action: String,
    body: ReplayBody,
}

impl Recording {
    /// Records a form that a browser posts; none for other requests. A script's page keeps what was typed itself.
    pub fn begin(request: Request) -> (Request, Option<Self>) {
        let kind = request.headers().get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
        let is_form = request.method() == Method::POST
            && kind.starts_with(b"application/x-www-form-urlencoded")
            && !request.headers().contains_key("hx-request");
        if !is_form {
            return (request, None);
        }
        let action = request.uri().to_string();
        let (parts, body) = request.into_parts();
        let body = ReplayBody::new(body);
        let request = Request::from_parts(parts, body.replay().unwrap_or_default());
        (request, Some(Self { action, body }))
    }

    /// The form, if a person had typed something into it.
    pub async fn typed(self) -> Option<KeptForm> {
        let body = timeout(PATIENCE, self.body.whole()).await.ok()??;
        let form = KeptForm::new(&self.action, decode(&body))?;
        form.fields.iter().any(|field| field.typed).then_some(form)
    }
}
