//! How long a connection may say nothing, and how long it may take to say what it wants.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

/// The limits of a connection outside of its requests, which have limits of their own.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From a request's first byte to the end of its head.
    pub head: Duration,
    /// From the end of an answer, or of the connecting, to the next request's first byte. Longer than the proxies
    /// of `deploy/` and of the NixOS module keep a connection (30 s), so that it is they who close it.
    pub idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { head: Duration::from_secs(10), idle: Duration::from_mins(1) }
    }
}

#[derive(Clone, Copy)]
enum State {
    Idle { since: Instant },
    Head { since: Instant },
    Request,
}

/// What a connection is at.
pub struct Activity {
    state: Mutex<State>,
    changed: Notify,
}

impl Activity {
    pub fn new() -> Arc<Self> {
        let state = Mutex::new(State::Idle { since: Instant::now() });
        Arc::new(Self { state, changed: Notify::new() })
    }

    /// A head has arrived whole: from now to the drop of what this gives there is a request.
    pub fn request(self: &Arc<Self>) -> RequestGuard {
        self.set(|_| Some(State::Request));
        RequestGuard(Arc::clone(self))
    }

    /// Comes back once the connection has been at one thing for too long.
    pub async fn exceeds(&self, limits: Limits) {
        loop {
            let deadline = match *self.state.lock().unwrap_or_else(PoisonError::into_inner) {
                State::Idle { since } => Some(since + limits.idle),
                State::Head { since } => Some(since + limits.head),
                State::Request => None,
            };
            let Some(deadline) = deadline else {
                self.changed.notified().await;
                continue;
            };
            tokio::select! {
                () = sleep_until(deadline) => return,
                () = self.changed.notified() => {}
            }
        }
    }

    fn set(&self, next: impl FnOnce(State) -> Option<State>) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(next) = next(*state) {
            *state = next;
            // One waits at most, and it is told even if it begins to wait a moment later.
            self.changed.notify_one();
        }
    }
}

pub struct RequestGuard(Arc<Activity>);

impl Drop for RequestGuard {
    fn drop(&mut self) {
        self.0.set(|_| Some(State::Idle { since: Instant::now() }));
    }
}

/// An answer's body; its request ends when it has been written or given up.
pub struct GuardedBody {
    body: Body,
    _guard: RequestGuard,
}

impl GuardedBody {
    pub fn new(body: Body, guard: RequestGuard) -> Self {
        Self { body, _guard: guard }
    }
}

impl HttpBody for GuardedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

/// A stream whose first byte after silence begins a head.
pub struct Watched<S> {
    pub stream: S,
    pub activity: Arc<Activity>,
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.activity.set(|state| match state {
                State::Idle { .. } => Some(State::Head { since: Instant::now() }),
                State::Head { .. } | State::Request => None,
            });
        }
        read
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bytes)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
