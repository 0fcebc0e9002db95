//! Keeps reading a refused upload, so that the client gets the response rather than a reset.
//!
//! A browser that sends a large body looks for the answer when it has sent it all. A server that answers early and
//! closes has the rest of the body unread; the system then resets the connection, and the answer may be lost with it.

use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::extract::Request;
use axum::http::{HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use bytes::Bytes;
use futures_util::{Stream, StreamExt};

/// How long it goes on at most.
const LONGEST: Duration = Duration::from_secs(30);

/// How long nothing may come.
const SILENCE_MOST: Duration = Duration::from_secs(5);

/// Reads on for a while where the answer is there before the whole request is. For routes that take large bodies.
pub async fn linger(request: Request, next: Next) -> Response {
    let asks_first = request.headers().contains_key(header::EXPECT);
    let (parts, body) = request.into_parts();
    let rest = Rest(Arc::new(Mutex::new(State { body: body.into_data_stream(), begun: false, over: false })));
    let request = Request::from_parts(parts, Body::from_stream(rest.clone()));
    let mut response = next.run(request).await;
    let (begun, over) = rest.look();
    if !over {
        response.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
        // A client that asks first whether to send has sent nothing yet, and now need not.
        if begun || !asks_first {
            tokio::spawn(tokio::time::timeout(LONGEST, rest.read_on()));
        }
    }
    response
}

/// What is left of a body, shared by its reader and by the one that reads on after it.
#[derive(Clone)]
struct Rest(Arc<Mutex<State>>);

struct State {
    body: BodyDataStream,
    begun: bool,
    over: bool,
}

impl Rest {
    fn look(&self) -> (bool, bool) {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        (state.begun, state.over)
    }

    async fn read_on(mut self) {
        while let Ok(Some(Ok(_))) = tokio::time::timeout(SILENCE_MOST, self.next()).await {}
    }
}

impl Stream for Rest {
    type Item = Result<Bytes, axum::Error>;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.begun = true;
        let polled = state.body.poll_next_unpin(cx);
        state.over |= matches!(polled, Poll::Ready(None | Some(Err(_))));
        polled
    }
}
