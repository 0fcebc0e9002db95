//! What was typed into a form, for the page that says why it was not taken: whether the handler came to read it or not.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::Request;
use axum::http::{Method, header};
use bytes::Bytes;
use futures_util::stream::{self, StreamExt};
use tokio::time::timeout;

use super::{KeptForm, decode};

/// Bytes. A form that is larger is refused for that.
const BODY_MOST: usize = 1024 * 1024;
/// How long what no handler has read may take to arrive.
const PATIENCE: Duration = Duration::from_secs(2);

/// The body of a posted form, as far as it has been read, and the rest of it.
pub struct Recording {
    action: String,
    body: Arc<Mutex<RecordedBody>>,
}

struct RecordedBody {
    read: Vec<Bytes>,
    bytes: usize,
    rest: BodyDataStream,
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
        let (parts, rest) = request.into_parts();
        let body = RecordedBody { read: Vec::new(), bytes: 0, rest: rest.into_data_stream() };
        let body = Arc::new(Mutex::new(body));
        let read = Arc::clone(&body);
        let frames = stream::poll_fn(move |context| {
            let mut body = read.lock().unwrap_or_else(PoisonError::into_inner);
            let polled = body.rest.poll_next_unpin(context);
            if let std::task::Poll::Ready(Some(Ok(piece))) = &polled
                && body.bytes <= BODY_MOST
            {
                body.bytes += piece.len();
                body.read.push(piece.clone());
            }
            polled
        });
        (Request::from_parts(parts, Body::from_stream(frames)), Some(Self { action, body }))
    }

    /// The form, if a person had typed something into it.
    pub async fn typed(self) -> Option<KeptForm> {
        let mut body = Arc::try_unwrap(self.body).ok()?.into_inner().unwrap_or_else(PoisonError::into_inner);
        let arrives = async {
            while let Some(Ok(piece)) = body.rest.next().await {
                body.bytes += piece.len();
                if body.bytes > BODY_MOST {
                    break;
                }
                body.read.push(piece);
            }
        };
        timeout(PATIENCE, arrives).await.ok()?;
        if body.bytes > BODY_MOST {
            return None;
        }
        let form = KeptForm::new(&self.action, decode(&body.read.concat()))?;
        form.fields.iter().any(|field| field.typed).then_some(form)
    }
}
