//! A request's body that can be read from its beginning again.

use std::future::poll_fn;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};

use axum::Error;
use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::{StreamExt, stream};

use super::BODY_MOST;

/// Keeps what has been read of a body, and the rest that is still to come. One that is longer than [`BODY_MOST`] can be read
/// once.
#[derive(Clone)]
pub struct ReplayBody(Arc<Mutex<Inner>>);

struct Inner {
    read: Vec<Bytes>,
    bytes: usize,
    rest: BodyDataStream,
}

impl ReplayBody {
    pub fn new(body: Body) -> Self {
        Self(Arc::new(Mutex::new(Inner { read: Vec::new(), bytes: 0, rest: body.into_data_stream() })))
    }

    /// The body from its beginning; none where more has come than is kept. Only the newest of them may be read.
    pub fn replay(&self) -> Option<Body> {
        if self.lock().is_too_long() {
            return None;
        }
        let (body, mut at) = (self.clone(), 0);
        let pieces = stream::poll_fn(move |context| {
            let piece = ready!(body.lock().poll_piece(at, context));
            at += 1;
            Poll::Ready(piece)
        });
        Some(Body::from_stream(pieces))
    }

    /// All of it, after the rest has arrived; none where that is more than is kept.
    pub async fn whole(&self) -> Option<Vec<u8>> {
        let mut at = 0;
        while let Some(Ok(_)) = poll_fn(|context| self.lock().poll_piece(at, context)).await {
            at += 1;
            if self.lock().is_too_long() {
                return None;
            }
        }
        Some(self.lock().read.concat())
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Inner {
    fn is_too_long(&self) -> bool {
        self.bytes > BODY_MOST
    }

    fn poll_piece(&mut self, at: usize, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        if let Some(piece) = self.read.get(at) {
            return Poll::Ready(Some(Ok(piece.clone())));
        }
        let piece = ready!(self.rest.poll_next_unpin(context));
        if let Some(Ok(piece)) = &piece {
            self.bytes += piece.len();
            if !self.is_too_long() {
                self.read.push(piece.clone());
            }
        }
        Poll::Ready(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn read(body: Body) -> Vec<u8> {
        axum::body::to_bytes(body, usize::MAX).await.expect("a body").to_vec()
    }

    #[tokio::test]
    async fn a_body_is_read_again_from_its_beginning() {
        let pieces = ["one ", "two ", "three"].map(|piece| Ok::<_, Error>(Bytes::from(piece)));
        let body = ReplayBody::new(Body::from_stream(stream::iter(pieces)));
        let mut half = body.replay().expect("a body").into_data_stream();
        assert_eq!(half.next().await.expect("a piece").expect("bytes"), "one ");
        drop(half);
        assert_eq!(read(body.replay().expect("a body")).await, b"one two three");
        assert_eq!(read(body.replay().expect("a body")).await, b"one two three");
        assert_eq!(body.whole().await.expect("all of it"), b"one two three");
    }

    #[tokio::test]
    async fn a_body_that_is_too_long_is_read_once() {
        let body = ReplayBody::new(Body::from_stream(stream::iter(
            [BODY_MOST, 1, 1].map(|bytes| Ok::<_, Error>(Bytes::from(vec![b'a'; bytes]))),
        )));
        assert_eq!(read(body.replay().expect("a body")).await.len(), BODY_MOST + 2);
        assert!(body.replay().is_none());
        assert_eq!(body.whole().await, None);
    }
}
