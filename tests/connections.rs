//! Connections that say nothing, or not enough, or do not listen, are closed; those that wait for an answer are not.

use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::routing::get;
use futures_util::stream;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio_util::sync::{CancellationToken, DropGuard};
use xtablo::config::Listen;
use xtablo::server::{Limits, Listener, raise_open_files};

use crate::support::service::{Service, command, get as ask};
use crate::support::story::{Story, content_path};

/// Far longer than any test waits.
const NEVER: Duration = Duration::from_hours(1);
const SOON: Duration = Duration::from_millis(100);

fn limits(head: Duration, idle: Duration) -> Limits {
    Limits { head, idle, stall: NEVER, ..Limits::default() }
}

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
    let stand = Stand::new(limits(NEVER, SOON)).await;
    assert_eq!(until_closed(stand.connect().await).await, "");
}

#[tokio::test]
async fn a_connection_that_is_kept_and_says_nothing_more_is_closed() {
    let stand = Stand::new(limits(NEVER, SOON)).await;
    let mut stream = stand.connect().await;
    stream.write_all(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n").await.expect("sent");
    let answer = until_closed(stream).await;
    assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with("hello"), "{answer}");
}

#[tokio::test]
async fn half_a_head_is_not_waited_for() {
    let stand = Stand::new(limits(SOON, NEVER)).await;
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
    let stand = Stand::new(limits(SOON, SOON)).await;
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

/// Says when an answer is given up.
struct Dropped(Arc<Notify>);

impl Drop for Dropped {
    fn drop(&mut self) {
        self.0.notify_one();
    }
}

#[tokio::test]
async fn an_answer_that_is_not_read_is_given_up() {
    let given_up = Arc::new(Notify::new());
    let whole = {
        let given_up = Arc::clone(&given_up);
        async move || {
            let dropped = Dropped(given_up);
            // Its owner is dropped with the last slice of it.
            Body::from(Bytes::from_owner(Page(vec![b'x'; 100 * 1024 * 1024], dropped)))
        }
    };
    let in_parts = {
        let given_up = Arc::clone(&given_up);
        async move || {
            let dropped = Dropped(Arc::clone(&given_up));
            Body::from_stream(stream::repeat_with(move || {
                let _kept = &dropped;
                Ok::<_, std::io::Error>(Bytes::from_static(&[b'x'; 64 * 1024]))
            }))
        }
    };
    let router = Router::new().route("/whole", get(whole)).route("/parts", get(in_parts));
    let listener = Listener::bind(&Listen::Tcp("127.0.0.1:0".to_owned())).await.expect("it listens");
    let (address, stop) = (listener.address(), CancellationToken::new());
    let _stop = stop.clone().drop_guard();
    let limits = Limits { stall: SOON, ..limits(NEVER, NEVER) };
    tokio::spawn(listener.serve_within(limits, router, stop, Duration::ZERO));
    for path in ["/whole", "/parts"] {
        let mut stream = TcpStream::connect(&address).await.expect("it listens");
        let head = format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("sent");
        given_up.notified().await;
        // The connection is reset, and what was under way to its client is gone as well.
        let mut rest = Vec::new();
        let ended = stream.read_to_end(&mut rest).await;
        assert_eq!(ended.expect_err("reset").kind(), std::io::ErrorKind::ConnectionReset, "{path}");
    }
}

struct Page(Vec<u8>, #[expect(dead_code, reason = "it counts when it is dropped")] Dropped);

impl AsRef<[u8]> for Page {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Web as a process that may have 1,024 files open, once it has raised its soft limit.
async fn web_with_few_files(story: &Story, proxies: &str) -> (Service, String) {
    let mut settings = story.settings();
    settings.push(("TRUSTED_PROXIES", proxies.to_owned()));
    settings.push(("LISTEN", "127.0.0.1:0".to_owned()));
    // A line for each request is more than the pipe takes that nobody reads meanwhile.
    settings.push(("LOG", "info,xtablo::telemetry=warn".to_owned()));
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut shell = command("/bin/sh", &settings);
    shell.args(["-c", "ulimit -Sn 128 && ulimit -Hn 1024 && exec \"$0\"", env!("CARGO_BIN_EXE_xtablo-web")]);
    Service::listening(shell).await
}

/// A connection from another address of this machine's.
async fn connect_from(address: [u8; 4], to: &str) -> TcpStream {
    let socket = TcpSocket::new_v4().expect("a socket");
    // Otherwise the system takes megabytes for a client that reads nothing.
    socket.set_recv_buffer_size(4096).expect("set");
    socket.bind((Ipv4Addr::from(address), 0).into()).expect("one of the machine's addresses");
    socket.connect(to.parse().expect("an address")).await.expect("it listens")
}

#[tokio::test]
async fn a_thousand_half_requests_keep_no_one_out() {
    raise_open_files();
    let story = Story::begin(&[]).await;
    // From a proxy that hands on all it gets; from one address; from many.
    for (proxies, clients) in [("127.0.0.0/8", 1), ("192.0.2.1", 1), ("192.0.2.1", 200)] {
        let (mut web, address) = web_with_few_files(&story, proxies).await;
        let mut open = Vec::new();
        for number in 0..1014_u16 {
            let from = [127, 0, 0, 2 + (number % clients) as u8];
            let mut stream = connect_from(from, &address).await;
            // It may have been closed to make room before it is written to.
            drop(stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nCookie: a").await);
            open.push(stream);
        }
        for path in ["/healthz", "/readyz", "/login"] {
            assert_eq!(ask(&address, path).await.0, 200, "{path}, {proxies}, {clients}");
        }
        web.signal(rustix::process::Signal::TERM);
        assert_eq!(web.exit_code().await, Some(0));
        let log = web.logged.join("\n");
        assert!(log.contains("too many connections: one was closed"), "{log}");
        assert!(!log.contains("Too many open files"), "{log}");
    }
}

#[tokio::test]
async fn hundreds_of_downloads_that_are_not_read_keep_no_one_out() {
    raise_open_files();
    let mut story = Story::begin(&[]).await;
    let file = story.attach("large", &vec![b'x'; 20 * 1024 * 1024]).await;
    let (web, address) = web_with_few_files(&story, "127.0.0.0/8").await;
    let before = web.most_memory();
    let mut open = Vec::new();
    for _ in 0..300 {
        let mut stream = connect_from([127, 0, 0, 1], &address).await;
        let head = format!(
            "GET {} HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n",
            content_path(&file),
            story.browser.cookies()
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        let mut status = [0; 12];
        stream.read_exact(&mut status).await.expect("an answer");
        assert_eq!(&status, b"HTTP/1.1 200");
        open.push(stream);
    }
    for path in ["/healthz", "/readyz", "/login"] {
        assert_eq!(ask(&address, path).await.0, 200, "{path}");
    }
    let each = (web.most_memory() - before) / 300;
    assert!(each < 512 * 1024, "{each} bytes for each");
}
