//! Connections that say nothing, or not enough, are closed; those that wait for an answer are not.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::routing::get;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};
use xtablo::config::Listen;
use xtablo::server::{Limits, Listener};

/// Far longer than any test waits.
const NEVER: Duration = Duration::from_hours(1);
const SOON: Duration = Duration::from_millis(100);

/// A server whose `/slow` is answered once it is told to be.
struct Stand {
    address: String,
    began: Arc<Notify>,
    may_end: Arc<Notify>,
    _stop: DropGuard,
}

impl Stand {
    async fn new(limits: Limits) -> Self {
        let (began, may_end) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
        let (of_slow, released) = (Arc::clone(&began), Arc::clone(&may_end));
        let slow = async move || {
            of_slow.notify_one();
            released.notified().await;
            "done"
        };
        let router = Router::new().route("/", get(async || "hello")).route("/slow", get(slow));
        let listen = Listen::Tcp("127.0.0.1:0".parse().expect("an address"));
        let listener = Listener::bind(&listen).await.expect("it listens");
        let (address, stop) = (listener.address(), CancellationToken::new());
        tokio::spawn(listener.serve_within(limits, router, stop.clone(), Duration::ZERO));
        Self { address, began, may_end, _stop: stop.drop_guard() }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(&self.address).await.expect("it listens")
    }
}

/// All that comes until the server closes the connection.
async fn until_closed(mut stream: TcpStream) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).await.expect("closed, not broken");
    text
}

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let stand = Stand::new(Limits { head: NEVER, idle: SOON }).await;
    assert_eq!(until_closed(stand.connect().await).await, "");
}

#[tokio::test]
async fn a_connection_that_is_kept_and_says_nothing_more_is_closed() {
    let stand = Stand::new(Limits { head: NEVER, idle: SOON }).await;
    let mut stream = stand.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    let answer = until_closed(stream).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("hello"), "{answer}");
}

#[tokio::test]
async fn half_a_head_is_not_waited_for() {
    let stand = Stand::new(Limits { head: SOON, idle: NEVER }).await;
    for half in ["GET", "GET / HTTP/1.1\r\nHost: x\r\nCookie: a"] {
        let mut stream = stand.connect().await;
        stream.write_all(half.as_bytes()).await.expect("sent");
        assert_eq!(until_closed(stream).await, "", "{half}");
        // The second request of a connection, too.
        let mut stream = stand.connect().await;
        stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
        let mut answer = Vec::new();
        while !answer.ends_with(b"hello") {
            stream.read_buf(&mut answer).await.expect("answered");
        }
        stream.write_all(half.as_bytes()).await.expect("sent");
        assert_eq!(until_closed(stream).await, "", "{half}");
    }
}

#[tokio::test]
async fn a_request_that_takes_longer_than_both_limits_is_answered() {
    let stand = Stand::new(Limits { head: SOON, idle: SOON }).await;
    let mut waiting = stand.connect().await;
    let head = b"GET /slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    waiting.write_all(head).await.expect("sent");
    stand.began.notified().await;
    // One that connects later and says nothing is closed, so the limits are over for the first one as well.
    assert_eq!(until_closed(stand.connect().await).await, "");
    stand.may_end.notify_one();
    let answer = until_closed(waiting).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("done"), "{answer}");
}
