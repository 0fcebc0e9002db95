//! Pages that are live: what a change costs for each that looks on, how soon it is there, and what streams weigh.

use std::net::SocketAddr;
use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use chrono::Utc;
use diesel::QueryableByName;
use diesel_async::AsyncPgConnection;
use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio::task::JoinSet;
use uuid::Uuid;
use xtablo::auth::token::Token;
use xtablo::config::Secret;
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::models::session::Session;
use xtablo::models::user::{NewUser, User};

use crate::board::Visitor;
use crate::load::Client;

/// Signed-in members of the board, as many as it takes: each has so many streams at most.
pub async fn readers(
    conn: &mut AsyncPgConnection,
    board: Uuid,
    secret: &Secret,
    streams: usize,
    each: usize,
) -> Result<Vec<Visitor>> {
    let now = Utc::now();
    let mut readers = Vec::new();
    for number in 0..streams.div_ceil(each) {
        let email = format!("reader-{number}-{}@example.com", Uuid::now_v7().simple());
        let new = NewUser { name: "Reader", email: &email, password_hash: "", confirmed: true };
        let user = User::create(conn, new, now).await?;
        let token = Token::random();
        Session::create(conn, &user, &token.hash(secret), "bench", None, now).await?;
        Member::create(conn, board, user.id, Role::Editor, now).await?;
        readers.push(Visitor { user_id: user.id, cookie: format!("session={}", token.to_text()) });
    }
    Ok(readers)
}

/// What pages have seen.
#[derive(Default)]
pub struct Seen {
    /// When the last change was begun, in microseconds since the start.
    begun: AtomicU64,
    /// Pages that have shown it.
    shown: AtomicUsize,
    /// From there to the part's last byte, in microseconds.
    times: Mutex<Vec<u64>>,
}

/// Opens so many pages of a board; each asks for what changes. They end with the set.
pub async fn open(
    address: SocketAddr,
    board: Uuid,
    readers: &[Visitor],
    count: usize,
    start: Instant,
    seen: &Arc<Seen>,
) -> Result<JoinSet<Result<()>>> {
    let mut pages = JoinSet::new();
    for number in 0..count {
        let visitor = readers[number % readers.len()].clone();
        let mut stream = TcpStream::connect(address).await?;
        let request = visitor.get(&format!("/boards/{board}/stream"), "hx-request: true\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut text = String::new();
        while !text.contains(": live") {
            read(&mut stream, &mut text).await?;
        }
        ensure!(text.starts_with("HTTP/1.1 200"), "{text}");
        let seen = Arc::clone(seen);
        pages.spawn(async move {
            let mut client = None;
            loop {
                read(&mut stream, &mut text).await?;
                while let Some(change) = take_change(&mut text)? {
                    if client.is_none() {
                        client = Some(Client::connect(address).await?);
                    }
                    let client = client.as_mut().context("connected")?;
                    for path in parts(&change) {
                        let answer = client.send(&visitor.get(&path, "hx-request: true\r\n")).await?;
                        ensure!(answer.status == 200, "{path}: {}", answer.head);
                    }
                    let begun = seen.begun.load(Ordering::Relaxed);
                    let now = u64::try_from(start.elapsed().as_micros())?;
                    seen.times.lock().await.push(now.saturating_sub(begun));
                    seen.shown.fetch_add(1, Ordering::Relaxed);
                }
            }
        });
    }
    Ok(pages)
}

async fn read(stream: &mut TcpStream, text: &mut String) -> Result<()> {
    let mut piece = [0; 4096];
    let length = stream.read(&mut piece).await?;
    ensure!(length > 0, "the stream has ended");
    text.push_str(&String::from_utf8_lossy(&piece[..length]));
    Ok(())
}

/// The data of the next change that has arrived whole.
fn take_change(text: &mut String) -> Result<Option<Value>> {
    let Some(begin) = text.find("event: changed\ndata: ") else { return Ok(None) };
    let data = &text[begin + "event: changed\ndata: ".len()..];
    let Some(end) = data.find("\n\n") else { return Ok(None) };
    let change = serde_json::from_str(&data[..end])?;
    *text = data[end + 2..].to_owned();
    Ok(Some(change))
}

/// What a page of the board asks for.
fn parts(change: &Value) -> Vec<String> {
    let ids = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let columns: Vec<String> = change["columns"].as_array().into_iter().flatten().map(ids).collect();
    let faces = change["cards"].as_array().into_iter().flatten().filter_map(|card| {
        let listed = columns.contains(&ids(&card["column"]));
        (!listed).then(|| format!("/cards/{}/face", ids(&card["id"])))
    });
    let faces: Vec<String> = faces.collect();
    columns.iter().map(|id| format!("/columns/{id}")).chain(faces).collect()
}

/// Makes changes, one a second: a title, then a move, in turn; each of a card of its own, for what is as it was is no change.
/// Gives how long it took for half of the pages, and for 95 of 100, to show them.
pub async fn change(
    address: SocketAddr,
    author: &Visitor,
    places: &[(Uuid, Uuid)],
    numbers: Range<usize>,
    pages: usize,
    start: Instant,
    seen: &Seen,
) -> Result<(Duration, Duration)> {
    let mut client = Client::connect(address).await?;
    for number in numbers {
        let (card, _) = places[number % places.len()];
        let (_, column) = places[(number + places.len() / 2) % places.len()];
        let request = if number % 2 == 0 {
            author.post(&format!("/cards/{card}/title"), &format!("title=Changed+{number}"), false)
        } else {
            author.post(&format!("/cards/{card}/move"), &format!("column_id={column}&after="), false)
        };
        seen.shown.store(0, Ordering::Relaxed);
        let begun = Instant::now();
        seen.begun.store(u64::try_from(start.elapsed().as_micros())?, Ordering::Relaxed);
        let answer = client.send(&request).await?;
        ensure!(answer.status == 303, "{}", answer.head);
        while seen.shown.load(Ordering::Relaxed) < pages {
            ensure!(begun.elapsed() < Duration::from_secs(20), "not all pages have shown it");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        tokio::time::sleep(Duration::from_secs(1).saturating_sub(begun.elapsed())).await;
    }
    let mut times = std::mem::take(&mut *seen.times.lock().await);
    times.sort_unstable();
    let at =
        |percent: usize| Duration::from_micros(times.get(times.len() * percent / 100).copied().unwrap_or(0));
    Ok((at(50), at(95)))
}

/// Transactions of the database so far, and connections to it.
pub async fn database(conn: &mut AsyncPgConnection) -> Result<(i64, i64)> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        transactions: i64,
        #[diesel(sql_type = diesel::sql_types::BigInt)]
        connections: i64,
    }
    let sql = "SELECT xact_commit + xact_rollback AS transactions,
                      (SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()
                       AND application_name = 'xtablo' AND pid <> pg_backend_pid()) AS connections
               FROM pg_stat_database WHERE datname = current_database()";
    let row: Row = diesel_async::RunQueryDsl::get_result(diesel::sql_query(sql), conn).await?;
    Ok((row.transactions, row.connections))
}
