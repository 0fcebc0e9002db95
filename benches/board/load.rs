//! The load: a few connections, each sending its next request when it has read the answer to the last.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

/// Two processors serve them, so more would only wait in line.
pub const CONNECTIONS: usize = 4;

/// Makes requests, one after the other.
pub trait Requests: Send + 'static {
    fn next(&mut self) -> String;
}

/// The same request again and again.
#[derive(Clone)]
pub struct Same(pub String);

impl Requests for Same {
    fn next(&mut self) -> String {
        self.0.clone()
    }
}

/// What came of a load.
pub struct Outcome {
    pub requests: usize,
    pub elapsed: Duration,
    /// Unknown for pgbench.
    pub p50: Option<Duration>,
    pub p99: Option<Duration>,
    /// Of the last answer's body.
    pub bytes: usize,
}

/// Loads a server with one connection for each of `all`. Every answer must have the status `expected`.
pub async fn run<R: Requests>(
    address: SocketAddr,
    length: Duration,
    expected: u16,
    all: Vec<R>,
) -> Result<(Outcome, Vec<R>)> {
    let begin = Instant::now();
    let mut running = JoinSet::new();
    for mut requests in all {
        running.spawn(async move {
            let mut client = Client::connect(address).await?;
            let (mut times, mut bytes) = (Vec::new(), 0);
            while begin.elapsed() < length {
                let request = requests.next();
                let sent = Instant::now();
                let answer = client.send(&request).await?;
                times.push(sent.elapsed());
                ensure!(answer.status == expected, "{request}\n\n{}\n{}", answer.head, answer.text());
                bytes = answer.body.len();
            }
            anyhow::Ok((times, bytes, requests))
        });
    }
    let (mut times, mut bytes, mut all) = (Vec::new(), 0, Vec::new());
    for done in running.join_all().await {
        let (own, last, requests) = done?;
        times.extend(own);
        bytes = last;
        all.push(requests);
    }
    let elapsed = begin.elapsed();
    times.sort_unstable();
    let at = |percent: usize| times.get(times.len() * percent / 100).copied();
    Ok((Outcome { requests: times.len(), elapsed, p50: at(50), p99: at(99), bytes }, all))
}

/// One connection. Takes answers with a length, which is all that Xtablo gives here.
pub struct Client {
    stream: TcpStream,
    buffer: Vec<u8>,
}

pub struct Answer<'a> {
    pub status: u16,
    pub head: String,
    pub body: &'a [u8],
}

impl Answer<'_> {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
    }
}

impl Client {
    pub async fn connect(address: SocketAddr) -> Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, buffer: Vec::with_capacity(1 << 20) })
    }

    pub async fn send(&mut self, request: &str) -> Result<Answer<'_>> {
        self.stream.write_all(request.as_bytes()).await?;
        self.buffer.clear();
        let body = loop {
            self.read().await?;
            if let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let head = String::from_utf8(self.buffer[..body].to_vec())?;
        let mut answer = Answer { status: 0, head, body: &[] };
        answer.status = answer.head.split(' ').nth(1).context("no status")?.parse()?;
        let length = match answer.header("content-length") {
            Some(length) => length.parse()?,
            None if answer.status == 304 => 0,
            None => bail!("an answer without a length: {}", answer.head),
        };
        while self.buffer.len() < body + length {
            self.read().await?;
        }
        answer.body = &self.buffer[body..];
        Ok(answer)
    }

    async fn read(&mut self) -> Result<()> {
        ensure!(self.stream.read_buf(&mut self.buffer).await? > 0, "the server hung up");
        Ok(())
    }
}
