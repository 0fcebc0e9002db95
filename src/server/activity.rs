//! What a connection is doing, and for how long it has kept the server waiting.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio::sync::Notify;
use tokio::time::{Instant, sleep_until};

use super::limits::Limits;

#[derive(Clone, Copy)]
enum State {
    Idle { since: Instant },
    Head { since: Instant },
    Request,
}

/// What a connection is doing, at one moment.
#[derive(Clone, Copy)]
struct Doing {
    state: State,
    /// Since when the client has not taken a byte of what is to be written.
    blocked: Option<Instant>,
    dismissed: bool,
}

impl Doing {
    /// Some bytes have been written.
    fn wrote(&mut self, now: Instant) {
        self.blocked = None;
        // The end of an answer may still be on its way when all of it has been handed over.
        if let State::Idle { since } = &mut self.state {
            *since = now;
        }
    }

    /// When it will have kept the server waiting for too long, as things stand.
    fn deadline(&self, limits: &Limits) -> Option<Instant> {
        let of_state = match self.state {
            State::Idle { since } => Some(since + limits.idle),
            State::Head { since } => Some(since + limits.head),
            State::Request => None,
        };
        of_state.into_iter().chain(self.blocked.map(|since| since + limits.stall)).min()
    }

    /// Since when it waits for its client; `None` while the server is at work.
    fn waiting_since(&self) -> Option<Instant> {
        let of_state = match self.state {
            State::Idle { since } | State::Head { since } => Some(since),
            State::Request => None,
        };
        of_state.into_iter().chain(self.blocked).min()
    }
}

/// What a connection is doing, as those see it that it concerns.
pub struct Activity {
    doing: Mutex<Doing>,
    /// The deadline may have come nearer.
    changed: Notify,
}

impl Activity {
    pub fn new() -> Arc<Self> {
        let state = State::Idle { since: Instant::now() };
        let doing = Mutex::new(Doing { state, blocked: None, dismissed: false });
        Arc::new(Self { doing, changed: Notify::new() })
    }

    /// A head has arrived whole: from now to the drop of what this gives there is a request.
    pub fn request(self: &Arc<Self>) -> RequestGuard {
        self.set(|doing| doing.state = State::Request);
        RequestGuard(Arc::clone(self))
    }

    /// The connection has to make room for another one.
    pub fn dismiss(&self) {
        self.set(|doing| doing.dismissed = true);
        self.changed.notify_one();
    }

    /// Since when the connection waits for its client; `None` while the server is at work.
    pub fn waiting_since(&self) -> Option<Instant> {
        self.get().waiting_since()
    }

    #[cfg(test)]
    pub fn is_dismissed(&self) -> bool {
        self.get().dismissed
    }

    /// Comes back once the connection has to end: it has kept the server waiting for too long, or makes room.
    pub async fn exceeds(&self, limits: &Limits) {
        loop {
            let doing = self.get();
            if doing.dismissed {
                return;
            }
            match doing.deadline(limits) {
                Some(deadline) if deadline <= Instant::now() => return,
                Some(deadline) => tokio::select! {
                    () = sleep_until(deadline) => {}
                    () = self.changed.notified() => {}
                },
                None => self.changed.notified().await,
            }
        }
    }

    fn get(&self) -> Doing {
        *self.doing.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, change: impl FnOnce(&mut Doing)) {
        change(&mut self.doing.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Something was read: after silence it begins a head.
    fn read(&self) {
        let mut begins = false;
        self.set(|doing| {
            if let State::Idle { .. } = doing.state {
                doing.state = State::Head { since: Instant::now() };
                begins = true;
            }
        });
        if begins {
            self.changed.notify_one();
        }
    }

    /// What came of writing.
    fn write(&self, written: &Poll<io::Result<usize>>) {
        let mut begins = false;
        self.set(|doing| match written {
            Poll::Ready(_) => doing.wrote(Instant::now()),
            Poll::Pending if doing.blocked.is_none() => {
                doing.blocked = Some(Instant::now());
                begins = true;
            }
            Poll::Pending => {}
        });
        if begins {
            // One waits at most, and it is told even if it begins to wait a moment later.
            self.changed.notify_one();
        }
    }
}

pub struct RequestGuard(Arc<Activity>);

impl Drop for RequestGuard {
    fn drop(&mut self) {
        self.0.set(|doing| doing.state = State::Idle { since: Instant::now() });
        self.0.changed.notify_one();
    }
}

/// Bytes of an answer that are handed over at once. A page is then not written to the end of a buffer as large as itself:
/// its request lasts until the client has taken nearly all of it.
const SLICE: usize = 32 * 1024;

/// An answer's body; its request ends when it has been written or given up.
pub struct GuardedBody {
    body: Body,
    /// Of the last frame, what has not been handed over.
    rest: Bytes,
    _guard: RequestGuard,
}

impl GuardedBody {
    pub fn new(body: Body, guard: RequestGuard) -> Self {
        Self { body, rest: Bytes::new(), _guard: guard }
    }

    fn slice(&mut self) -> Frame<Bytes> {
        Frame::data(self.rest.split_to(self.rest.len().min(SLICE)))
    }
}

impl HttpBody for GuardedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if !self.rest.is_empty() {
            return Poll::Ready(Some(Ok(self.slice())));
        }
        let frame = ready!(Pin::new(&mut self.body).poll_frame(cx));
        Poll::Ready(frame.map(|frame| {
            frame.map(|frame| match frame.into_data() {
                Ok(data) => {
                    self.rest = data;
                    self.slice()
                }
                Err(trailers) => trailers,
            })
        }))
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        let (rest, body) = (self.rest.len() as u64, self.body.size_hint());
        let mut hint = SizeHint::new();
        hint.set_lower(body.lower() + rest);
        if let Some(upper) = body.upper() {
            hint.set_upper(upper + rest);
        }
        hint
    }
}

/// A stream that can be given up together with what the system has not sent yet. A mere close would keep that, up to some
/// megabytes, for as long as the client takes to go away.
pub trait Abort {
    fn abort(&self);
}

impl Abort for TcpStream {
    fn abort(&self) {
        // It fails where the client has gone already.
        drop(self.set_zero_linger());
    }
}

impl Abort for UnixStream {
    fn abort(&self) {}
}

/// A stream whose first byte after silence begins a head, and that is given up if its client has stopped reading.
pub struct Watched<S: Abort> {
    pub stream: S,
    pub activity: Arc<Activity>,
}

impl<S: Abort> Drop for Watched<S> {
    fn drop(&mut self) {
        if self.activity.get().blocked.is_some() {
            self.stream.abort();
        }
    }
}

impl<S: AsyncRead + Abort + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if buffer.filled().len() > before {
            self.activity.read();
        }
        read
    }
}

impl<S: AsyncWrite + Abort + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.activity.write(&written);
        written
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, bytes);
        self.activity.write(&written);
        written
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_answer_lasts_while_its_client_takes_some_of_it() {
        let (limits, began) = (Limits::default(), Instant::now());
        let after = |seconds| began + Duration::from_secs(seconds);
        let mut doing = Doing { state: State::Request, blocked: None, dismissed: false };
        assert_eq!(doing.deadline(&limits), None);
        doing.blocked = Some(after(10));
        assert_eq!(doing.deadline(&limits), Some(after(70)));
        doing.wrote(after(69));
        assert_eq!(doing.deadline(&limits), None);
        // All of it has been handed over, and its end is still being sent.
        doing.state = State::Idle { since: after(70) };
        doing.wrote(after(100));
        assert_eq!(doing.deadline(&limits), Some(after(175)));
        doing.blocked = Some(after(101));
        assert_eq!(doing.deadline(&limits), Some(after(161)));
        assert_eq!(doing.waiting_since(), Some(after(100)));
    }
}
