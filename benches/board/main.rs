//! What a board costs: its page, the page unchanged, a move; beside a bare axum handler and the same SQL in
//! pgbench, in one run. `script/bench` runs it. It reports, and fails only where an answer is wrong.
//!
//! CPU time is what the processes used, user and system, from `/proc`: the web server's, and that of every
//! process of the PostgreSQL cluster. The load's own is not counted, but it shares the machine.

mod bare;
mod board;
mod live;
mod load;
mod pgbench;
mod process;
mod report;

use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use uuid::Uuid;
use xtablo::auth::token::Token;
use xtablo::config::Secret;

use board::{Moves, Visitor};
use load::{CONNECTIONS, Requests, Same};
use process::{Cluster, Server};
use report::Report;

const SECRET: &str = "0123456789abcdef0123456789abcdef";
/// Starts, of which the middle one is reported.
const STARTS: usize = 9;
/// The ids of the cards of each board begin here.
const SMALL: usize = 1;
const MOVED: usize = 1001;
const TEAM: usize = 5001;
const BIG: usize = 10_001;
const LIVE: usize = 20_001;
/// Streams at once: the hard limit of open files allows 20,000, of which a connection may need two.
const IDLE: usize = 9000;

/// `script/bench [SECONDS] [start|page|team|move|live|signals|big]...`: so long a figure (4 if left out), and only these parts.
#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    // cargo adds the flag.
    let arguments: Vec<String> = std::env::args().skip(1).filter(|one| one != "--bench").collect();
    if let [role, bytes] = arguments.as_slice()
        && role == bare::ROLE
    {
        return bare::serve(bytes.parse()?).await;
    }
    let (seconds, parts): (Vec<_>, Vec<_>) = arguments.iter().partition(|one| one.parse::<u64>().is_ok());
    let wants = |part: &str| parts.is_empty() || parts.iter().any(|one| *one == part);
    let length = Duration::from_secs(seconds.first().map_or(Ok(4), |text| text.parse())?);

    let mut admin = xtablo::db::connect(&Secret::new(url("postgres")?)).await?;
    let database = format!("bench_{}", Uuid::now_v7().simple());
    admin.batch_execute(&format!("CREATE DATABASE {database}")).await?;
    let result = run(&url(&database)?, length, wants).await;
    admin.batch_execute(&format!("DROP DATABASE {database} WITH (FORCE)")).await?;
    result
}

async fn run(url: &str, length: Duration, wants: impl Fn(&str) -> bool) -> Result<()> {
    // Applies the migrations, so that the starts to come find nothing to do.
    drop(web(url).await?);
    let mut report = Report::default();
    if wants("start") {
        let mut starts = Vec::new();
        for _ in 0..STARTS {
            starts.push(web(url).await?.started_in);
        }
        starts.sort_unstable();
        report.start(starts[STARTS / 2]);
    }
    let mut bench = Bench::prepare(url, length, report).await?;
    if wants("page") {
        bench.page().await?;
    }
    if wants("team") {
        bench.team().await?;
    }
    if wants("move") {
        bench.moves().await?;
    }
    if wants("live") {
        bench.live().await?;
    }
    if wants("signals") {
        bench.signals().await?;
    }
    if wants("big") {
        bench.big_page().await?;
    }
    bench.report.memory("after the load", bench.web.memory()?);
    bench.report.conclude();
    Ok(())
}

struct Bench {
    url: String,
    length: Duration,
    report: Report,
    web: Server,
    cluster: Cluster,
    conn: AsyncPgConnection,
    visitor: Visitor,
}

impl Bench {
    async fn prepare(url: &str, length: Duration, mut report: Report) -> Result<Self> {
        let mut conn = xtablo::db::connect(&Secret::new(url)).await?;
        let cluster = Cluster::of(&mut conn).await?;
        let web = web(url).await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        report.memory("idle", web.memory()?);
        let visitor = Visitor::register(web.address, &mut conn).await?;
        Ok(Self { url: url.to_owned(), length, report, web, cluster, conn, visitor })
    }

    async fn page(&mut self) -> Result<()> {
        let board = board::seed(&mut self.conn, self.visitor.user_id, 500, SMALL).await?;
        self.settle().await?;
        let path = format!("/boards/{board}");
        let page = self.visitor.get(&path, "");
        let bytes = self.measure("page, 500 cards", 200, same(&page)).await?.1;

        let mut client = load::Client::connect(self.web.address).await?;
        let answer = client.send(&page).await?;
        let etag = answer.header("etag").context("a board's page has an ETag")?;
        let known = self.visitor.get(&path, &format!("if-none-match: {etag}\r\n"));
        self.measure("page, unchanged", 304, same(&known)).await?;

        self.bare(bytes).await?;
        self.bare(0).await?;
        self.pgbench("pgbench, the page's SQL", pgbench::PAGE, board, 0).await
    }

    /// A board with people on it, and a card about which much was said.
    async fn team(&mut self) -> Result<()> {
        let board = board::seed(&mut self.conn, self.visitor.user_id, 500, TEAM).await?;
        let card = board::add_team(&mut self.conn, board, 20).await?;
        board::say(&mut self.conn, board, card, &[self.visitor.user_id], 2000).await?;
        self.settle().await?;
        let path = format!("/boards/{board}");
        let page = self.visitor.get(&path, "");
        self.measure("page, 500 cards, a team of 20", 200, same(&page)).await?;
        let mut client = load::Client::connect(self.web.address).await?;
        let answer = client.send(&page).await?;
        let etag = answer.header("etag").context("a board's page has an ETag")?;
        let known = self.visitor.get(&path, &format!("if-none-match: {etag}\r\n"));
        self.measure("the same, unchanged", 304, same(&known)).await?;
        let card = self.visitor.get(&format!("/cards/{card}"), "");
        self.measure("card, 2,000 comments", 200, same(&card)).await?;
        board::organise(&mut self.conn, board, self.visitor.user_id).await?;
        self.settle().await?;
        self.measure("with labels, dates, checklists", 200, same(&page)).await?;
        Ok(())
    }

    async fn moves(&mut self) -> Result<()> {
        let board = board::seed(&mut self.conn, self.visitor.user_id, 500, MOVED).await?;
        self.settle().await?;
        for (name, htmx, status) in [("move, plain form", false, 303), ("move, htmx", true, 200)] {
            let places = board::places(&mut self.conn, board).await?;
            let moves = Moves::split(&self.visitor, htmx, &places, CONNECTIONS);
            let (moves, _) = self.measure(name, status, moves).await?;
            let expected = moves.into_iter().flat_map(|moves| moves.cards).collect();
            let found = board::places(&mut self.conn, board).await?;
            ensure!(found == expected, "after the moves, cards are not where they were sent");
        }
        self.pgbench("pgbench, a move's SQL", pgbench::MOVE, board, MOVED).await
    }

    /// Pages that look on while one change is made a second, and streams on which nothing happens.
    async fn live(&mut self) -> Result<()> {
        let board = board::seed(&mut self.conn, self.visitor.user_id, 500, LIVE).await?;
        board::add_team(&mut self.conn, board, 20).await?;
        self.settle().await?;
        let places: Vec<(Uuid, Uuid)> = board::places(&mut self.conn, board).await?.into_iter().collect();
        let secret = Secret::new(SECRET);
        let (start, changes) = (Instant::now(), usize::try_from(self.length.as_secs())?.max(2));
        let mut made = 0;
        for pages in [100, 500] {
            let readers = live::readers(&mut self.conn, board, &secret, pages, 25).await?;
            let seen = Arc::default();
            let before = self.web.memory()?;
            let open = live::open(self.web.address, board, &readers, pages, start, &seen).await?;
            let weight = (self.web.memory()? - before) * 1024.0 / pages as f64;
            // Once to warm up.
            let warm = made..made + 2;
            live::change(self.web.address, &self.visitor, &places, warm, pages, start, &seen).await?;
            let counted = made + 2..made + 2 + changes;
            made = counted.end;
            let (web, cluster) = (self.web.cpu()?, self.cluster.cpu()?);
            let (transactions, _) = live::database(&mut self.conn).await?;
            let (half, most) =
                live::change(self.web.address, &self.visitor, &places, counted, pages, start, &seen).await?;
            let each = |cpu: Duration| cpu.as_secs_f64() * 1000.0 / (pages * changes) as f64;
            let (web, cluster) = (
                each(self.web.cpu()?.saturating_sub(web)),
                each(self.cluster.cpu()?.saturating_sub(cluster)),
            );
            tokio::time::sleep(Duration::from_secs(1)).await;
            let (after, connections) = live::database(&mut self.conn).await?;
            println!(
                "live, {pages} pages: {web:.3} ms web + {cluster:.3} ms PostgreSQL a page and change; there \
                 after {:.0} ms (p50), {:.0} ms (p95); {weight:.0} KB a stream; {:.2} transactions a page and \
                 change; {connections} connections",
                half.as_secs_f64() * 1000.0,
                most.as_secs_f64() * 1000.0,
                (after - transactions) as f64 / (pages * changes) as f64,
            );
            drop(open);
        }
        let readers = live::readers(&mut self.conn, board, &secret, IDLE, 45).await?;
        let page = self.visitor.get(&format!("/boards/{board}"), "");
        self.measure("page, no streams", 200, same(&page)).await?;
        let open = live::open(self.web.address, board, &readers, IDLE, start, &Arc::default()).await?;
        tokio::time::sleep(Duration::from_secs(3)).await;
        self.report.memory(&format!("with {IDLE} idle streams"), self.web.memory()?);
        self.measure("page, beside idle streams", 200, same(&page)).await?;
        drop(open);
        Ok(())
    }

    /// Changes with and without a NOTIFY in their transaction.
    async fn signals(&mut self) -> Result<()> {
        self.conn.batch_execute("CREATE TABLE bench_rows (id int)").await?;
        for (name, script) in [("without NOTIFY", pgbench::PLAIN), ("with NOTIFY", pgbench::NOTIFYING)] {
            let rate = pgbench::rate(&self.url, script, self.length, 8)?;
            println!("pgbench, 8 writers, one row a transaction, {name}: {rate:.0} commits/s");
        }
        Ok(())
    }

    async fn big_page(&mut self) -> Result<()> {
        let board = board::seed(&mut self.conn, self.visitor.user_id, 5000, BIG).await?;
        self.settle().await?;
        let page = self.visitor.get(&format!("/boards/{board}"), "");
        self.measure("page, 5,000 cards", 200, same(&page)).await?;
        Ok(())
    }

    /// Loads the web server, once to warm up and once to measure. Gives the requests' makers back, and the
    /// bytes of an answer.
    async fn measure<R: Requests>(
        &mut self,
        name: &str,
        status: u16,
        all: Vec<R>,
    ) -> Result<(Vec<R>, usize)> {
        let (_, all) = load::run(self.web.address, self.length / 4, status, all).await?;
        let (web, cluster) = (self.web.cpu()?, self.cluster.cpu()?);
        let (outcome, all) = load::run(self.web.address, self.length, status, all).await?;
        let cpu = (
            self.web.cpu()?.checked_sub(web).expect("measured"),
            self.cluster.cpu()?.checked_sub(cluster).expect("measured"),
        );
        self.report.load(name, &outcome, Some(cpu.0), Some(cpu.1));
        Ok((all, outcome.bytes))
    }

    /// What axum and hyper cost by themselves.
    async fn bare(&mut self, bytes: usize) -> Result<()> {
        let server = bare::start(bytes).await?;
        let all = || same("GET / HTTP/1.1\r\nhost: localhost\r\n\r\n");
        load::run(server.address, self.length / 4, 200, all()).await?;
        let before = server.cpu()?;
        let (outcome, _) = load::run(server.address, self.length, 200, all()).await?;
        let name = if bytes == 0 { "bare axum, no bytes" } else { "bare axum, the page's bytes" };
        self.report.load(name, &outcome, Some(server.cpu()?.checked_sub(before).expect("measured")), None);
        Ok(())
    }

    async fn pgbench(&mut self, name: &str, script: &str, board: Uuid, first: usize) -> Result<()> {
        let (_, token) = self.visitor.cookie.split_once('=').context("a cookie has a name")?;
        let hash = Token::parse(token).context("the cookie holds a token")?.hash(&Secret::new(SECRET));
        let variables = [
            ("token", format!("\\x{}", hex::encode(hash))),
            ("user", self.visitor.user_id.to_string()),
            ("board", board.to_string()),
            ("first", first.to_string()),
        ];
        let before = self.cluster.cpu()?;
        let outcome = pgbench::run(&self.url, script, self.length, &variables)?;
        // A backend that has just ended is in nobody's figure until it is waited for.
        tokio::time::sleep(Duration::from_millis(100)).await;
        self.report.load(
            name,
            &outcome,
            None,
            Some(self.cluster.cpu()?.checked_sub(before).expect("measured")),
        );
        Ok(())
    }

    /// What seeding left to do is done now, not while something is measured.
    async fn settle(&mut self) -> Result<()> {
        for step in ["VACUUM ANALYZE", "CHECKPOINT"] {
            self.conn.batch_execute(step).await?;
        }
        Ok(())
    }
}

fn same(request: &str) -> Vec<Same> {
    vec![Same(request.to_owned()); CONNECTIONS]
}

/// The product, as it would be run.
async fn web(url: &str) -> Result<Server> {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtablo-web"));
    command.env_clear().env("DATABASE_URL", url).env("SESSION_SECRET", SECRET).env("DOMAIN", "localhost");
    // One person makes all the moves.
    command.env("CHANGES_PER_SECOND", "1000000");
    // One address has all the streams.
    command.env("TRUSTED_PROXIES", "127.0.0.1/32");
    Server::start(command.stdout(Stdio::null())).await
}

fn url(database: &str) -> Result<String> {
    let base =
        std::env::var("TEST_DATABASE_URL").context("TEST_DATABASE_URL is not set: run script/bench")?;
    let (server, options) = base.split_once('?').unwrap_or((&base, ""));
    let (server, _) = server.rsplit_once('/').context("TEST_DATABASE_URL names no database")?;
    Ok(format!("{server}/{database}?{options}"))
}
