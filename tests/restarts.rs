//! What a deploy does to the people who are using the product: nothing. The socket stays with systemd, here with
//! the test; web is stopped and started behind it, or hangs and is replaced.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Instant;

use rustix::process::Signal;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::TcpStream;
use xtablo::cluster::{Cluster, Options};
use xtablo::config::Secret;
use xtablo::db::migrations;

use crate::support::TestApp;
use crate::support::story::Story;
use crate::support::systemd::Systemd;

/// A proxy's way to web: one connection for as long as web keeps it, and a new one after that.
struct Client {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    /// The status of a GET. A connection that was kept and is closed before it has answered a single byte was
    /// closed between two requests: what was sent on it was not seen, and goes out again, once, as a proxy does it.
    async fn get(&mut self, path: &str) -> Result<u16, String> {
        if let Some(stream) = self.stream.take() {
            match self.ask(stream, path).await {
                Ok(status) => return Ok(status),
                Err(Refused::Unseen) => {}
                Err(Refused::Broken(error)) => return Err(error),
            }
        }
        let stream =
            TcpStream::connect(self.address).await.map_err(|error| format!("connecting: {error}"))?;
        match self.ask(BufReader::new(stream), path).await {
            Ok(status) => Ok(status),
            Err(Refused::Unseen) => Err("a new connection was closed without an answer".to_owned()),
            Err(Refused::Broken(error)) => Err(error),
        }
    }

    async fn ask(&mut self, mut stream: BufReader<TcpStream>, path: &str) -> Result<u16, Refused> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).await.map_err(|_| Refused::Unseen)?;
        let mut head = Vec::new();
        loop {
            let before = head.len();
            match stream.read_until(b'\n', &mut head).await {
                Ok(0) | Err(_) if before == 0 => return Err(Refused::Unseen),
                Ok(0) => return Err(Refused::Broken("the answer is cut off".to_owned())),
                Err(error) => return Err(Refused::Broken(error.to_string())),
                Ok(_) if head.ends_with(b"\r\n\r\n") => break,
                Ok(_) => {}
            }
        }
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let length = field("content-length:").and_then(|length| length.parse().ok());
        let length = length.ok_or_else(|| Refused::Broken(format!("no length in {head}")))?;
        let mut body = vec![0; length];
        let read = stream.read_exact(&mut body).await;
        read.map_err(|error| Refused::Broken(format!("the body is cut off: {error}")))?;
        if field("connection:") != Some("close") {
            self.stream = Some(stream);
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        status.ok_or_else(|| Refused::Broken(format!("no status in {head}")))
    }
}

enum Refused {
    /// Not a byte of an answer has come.
    Unseen,
    Broken(String),
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_restarts_under_load_fail_not_one_request() {
    const CLIENTS: usize = 8;
    const RESTARTS: usize = 10;
    const REQUESTS: usize = 1000;
    let mut systemd = Systemd::new().await;
    let mut web = systemd.start().await;
    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let begun = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
            let mut client = Client { address: systemd.address, stream: None };
            // One page needs the database, one needs none.
            let path = if number % 2 == 0 { "/readyz" } else { "/login" };
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    assert_eq!(client.get(path).await, Ok(200), "{path}");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let answers = async |least: usize| {
        while answered.load(Ordering::Relaxed) < least
            && !clients.iter().any(tokio::task::JoinHandle::is_finished)
        {
            tokio::task::yield_now().await;
        }
    };
    for restart in 1..=RESTARTS {
        answers(restart * REQUESTS / RESTARTS).await;
        web.signal(Signal::TERM);
        systemd.notifications.hear("STOPPING=1").await;
        assert_eq!(web.exit_code().await, Some(0), "{:?}", web.logged);
        web = systemd.start().await;
    }
    answers(REQUESTS + CLIENTS).await;
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.expect("not one request failed");
    }
    let (answered, took) = (answered.load(Ordering::Relaxed), begun.elapsed());
    assert!(answered >= REQUESTS, "{answered}");
    assert!(answered as f64 / took.as_secs_f64() >= 20.0, "{answered} requests in {took:?} are no load");
    web.signal(Signal::TERM);
    assert_eq!(web.exit_code().await, Some(0));
}

#[tokio::test]
async fn a_web_that_hangs_misses_its_watchdog_and_its_successor_answers_those_who_wait() {
    let mut systemd = Systemd::new().await;
    let mut web = systemd.start().await;
    systemd.notifications.hear("WATCHDOG=1").await;
    web.signal(Signal::STOP);
    systemd.notifications.miss_the_watchdog().await;
    // A request arrives while no process listens.
    let mut client = Client { address: systemd.address, stream: None };
    let waiting = tokio::spawn(async move { client.get("/readyz").await });
    web.signal(Signal::KILL);
    web.exit_code().await;
    let mut web = systemd.start().await;
    assert_eq!(waiting.await.expect("no panic"), Ok(200));
    systemd.notifications.hear("WATCHDOG=1").await;
    web.signal(Signal::TERM);
    systemd.notifications.hear("STOPPING=1").await;
    assert_eq!(web.exit_code().await, Some(0));
}

/// The status of a request on a connection of its own, whatever becomes of the connection before it is answered.
async fn status(address: &str, request: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}

async fn comments_and_cards(t: &TestApp) -> (i64, i64) {
    use diesel::QueryDsl;
    use diesel_async::RunQueryDsl;
    use xtablo::schema::{cards, comments};
    let mut conn = t.conn().await;
    let comments = comments::table.count().get_result(&mut conn).await.expect("a count");
    (comments, cards::table.count().get_result(&mut conn).await.expect("a count"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_postgresql_that_is_restarted_makes_requests_wait_and_fails_none() {
    const RESTARTS: usize = 3;
    const REQUESTS: usize = 60;
    let mut cluster = Cluster::temporary(Options::forgetful()).await.expect("a cluster");
    let url = cluster.url("postgres");
    migrations::migrate(&Secret::new(&url)).await.expect("migrates");
    let story = Story::begin(&[("DATABASE_URL", &url)]).await;
    story.t.leaves_jobs();
    let (web, address) = story
        .web(&[("CHANGES_PER_SECOND", "1000".to_owned()), ("LOG", "error,xtablo::web=info".to_owned())])
        .await;
    let head = format!("Host: localhost\r\nCookie: {}\r\nConnection: close\r\n", story.browser.cookies());
    let read = |path: &str| format!("GET {path} HTTP/1.1\r\n{head}\r\n");
    let write = |path: &str, body: &str| {
        format!(
            "POST {path} HTTP/1.1\r\n{head}Origin: http://localhost\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
            body.len()
        )
    };
    let board = format!("/boards/{}", story.card.board_id);
    let comments = format!("/cards/{}/comments", story.card.id);
    let clients = [
        (read(&board), 200),
        (read("/boards"), 200),
        (read(&format!("/cards/{}", story.card.id)), 200),
        (write(&comments, "body=Hello"), 303),
        (write(&format!("/columns/{}/cards", story.card.column_id), "title=Another"), 303),
    ];
    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let clients: Vec<_> = clients
        .into_iter()
        .map(|(request, good)| {
            let (stop, answered, address) = (Arc::clone(&stop), Arc::clone(&answered), address.clone());
            tokio::spawn(async move {
                let (mut acknowledged, mut doubtful) = (0, 0);
                while !stop.load(Ordering::Relaxed) {
                    match status(&address, &request).await {
                        Some(status) if status == good => acknowledged += 1,
                        // Cut off in the middle of its COMMIT: nobody knows, and it is not done twice.
                        Some(503) if good == 303 => doubtful += 1,
                        other => panic!("{other:?} for {request}"),
                    }
                    answered.fetch_add(1, Ordering::Relaxed);
                }
                (acknowledged, doubtful)
            })
        })
        .collect();
    let answers = async |more: usize| {
        let least = answered.load(Ordering::Relaxed) + more;
        while answered.load(Ordering::Relaxed) < least
            && !clients.iter().any(tokio::task::JoinHandle::is_finished)
        {
            tokio::task::yield_now().await;
        }
    };
    for _ in 0..RESTARTS {
        answers(REQUESTS).await;
        cluster.stop().await.expect("it stops");
        cluster.start().await.expect("it starts again");
    }
    answers(REQUESTS).await;
    stop.store(true, Ordering::Relaxed);
    let mut counts = Vec::new();
    for client in clients {
        counts.push(client.await.expect("not one request failed"));
    }
    // What was acknowledged is there, once.
    let (comments, cards) = comments_and_cards(&story.t).await;
    for (there, (acknowledged, doubtful)) in [(comments, counts[3]), (cards - 1, counts[4])] {
        assert!(doubtful <= RESTARTS as i64, "{counts:?}");
        assert!((acknowledged..=acknowledged + doubtful).contains(&there), "{there}, {counts:?}");
    }
    drop((web, story));
    cluster.stop().await.expect("it stops");
}
