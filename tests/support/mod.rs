//! What the stories stand on: an app with a database of its own, and browsers that visit it.

pub mod browser;
pub mod database;
pub mod faults;
pub mod full_card;
pub mod postgres;
pub mod s3;
pub mod service;
pub mod smtp;
pub mod story;
pub mod systemd;

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, LazyLock, Mutex};
use std::time::Duration;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use xtablo::app::{App, Clock};
use xtablo::auth::password;
use xtablo::config::{Config, Secret, Source};
use xtablo::jobs;
use xtablo::models::board::{Board, NewBoard};
use xtablo::models::card::{Card, NewCard};
use xtablo::models::change::{Act, Author, Change, ChangeError};
use xtablo::models::color::Color;
use xtablo::models::column::Column;
use xtablo::models::face::{Faces, Scope};
use xtablo::models::file::File;
use xtablo::models::rank;
use xtablo::models::user::{NewUser, User};
use xtablo::queue::NewJob;
use xtablo::queue::admin::{self, Entry, Filter};
use xtablo::router;
use xtablo::schema::{cards, files, jobs as jobs_table, objects, thumbnails};
use xtablo::tasks::{self, GatherMails};

use browser::Browser;
use database::TestDatabase;

/// What every account made by a test has as its password.
pub const PASSWORD: &str = "correct horse battery";

/// Hashing takes its time, so it is done once.
static PASSWORD_HASH: LazyLock<String> = LazyLock::new(|| password::hash(PASSWORD).expect("random bytes"));

/// An app with a database and a clock of its own.
pub struct TestApp {
    pub app: App,
    router: axum::Router,
    now: Arc<Mutex<DateTime<Utc>>>,
    /// Where its files are, unless its settings say otherwise.
    pub folder: tempfile::TempDir,
    /// Whether jobs may be left when the test ends.
    leaves_jobs: AtomicBool,
    /// Dropped last: the app has let go of its connections then.
    _database: TestDatabase,
}

impl TestApp {
    pub async fn new() -> Self {
        Self::with(&[]).await
    }

    /// With other settings than the usual ones.
    pub async fn with(settings: &[(&'static str, &str)]) -> Self {
        Self::adjusted(settings, |_| ()).await
    }

    /// As `xtablo dev` sets it up: mail goes into this folder.
    pub async fn with_outbox(folder: &Path) -> Self {
        Self::adjusted(&[], |config| config.outbox = Some(folder.to_owned())).await
    }

    async fn adjusted(settings: &[(&'static str, &str)], adjust: impl FnOnce(&mut Config)) -> Self {
        let database = TestDatabase::create().await;
        let folder = tempfile::tempdir().expect("a folder");
        let mut source = Source::default()
            .with("STORAGE_DIR", folder.path().join("files").display().to_string())
            .with("DATABASE_URL", database.url())
            .with("DATABASE_POOL_SIZE", "5")
            .with("SESSION_SECRET", "a secret of the tests, and no other's");
        for (name, value) in settings {
            source = source.with(name, *value);
        }
        let now = Arc::new(Mutex::new(Utc::now().trunc_subsecs(6)));
        let clock = Arc::clone(&now);
        let clock = Clock::new(move || *clock.lock().expect("no test panics while it reads the time"));
        let mut config = Config::load(&source).expect("valid settings");
        adjust(&mut config);
        let app = App::new(config, clock).expect("an app");
        Self {
            router: router::router(app.clone()),
            app,
            now,
            folder,
            leaves_jobs: AtomicBool::new(false),
            _database: database,
        }
    }

    /// The same database with other settings; browsers that are to see them have to be told ([`Browser::to`]).
    pub fn restart(&mut self, adjust: impl FnOnce(&mut Config)) {
        let mut config = self.app.config.clone();
        adjust(&mut config);
        self.app = App::new(config, self.app.clock.clone()).expect("an app");
        self.router = router::router(self.app.clone());
    }

    /// This test ends with jobs that are due: it is about what comes before them.
    pub fn leaves_jobs(&self) {
        self.leaves_jobs.store(true, Ordering::Relaxed);
    }

    /// A signed-out browser, of a site with a shorter time limit for requests.
    pub fn browser_within(&self, limit: Duration) -> Browser {
        Browser::new(router::router_within(limit, self.app.clone()), self.host())
    }

    fn host(&self) -> String {
        self.app.config.domain.to_string()
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    pub fn advance(&self, by: TimeDelta) {
        *self.now.lock().expect("no test panics while it reads the time") += by;
    }

    /// A browser that nobody has signed in with.
    pub fn browser(&self) -> Browser {
        Browser::new(self.router.clone(), self.host())
    }

    /// A new account, and its browser.
    pub async fn sign_up(&self, name: &str) -> (User, Browser) {
        let email = format!("{}@example.com", name.to_lowercase().replace(' ', "."));
        let user = User::create(
            &mut self.conn().await,
            NewUser { name, email: &email, password_hash: &PASSWORD_HASH, confirmed: false },
            self.now(),
        )
        .await
        .expect("a new account");
        let mut browser = self.browser();
        browser.sign_in(&self.app, user.id).await;
        (user, browser)
    }

    pub async fn conn(&self) -> AsyncPgConnection {
        xtablo::db::connect(&self.app.config.database_url).await.expect("PostgreSQL answers")
    }

    pub async fn board(&self, owner: &User, title: &str) -> Board {
        let new = NewBoard { title, color: Color::Teal };
        Board::create(&mut self.conn().await, new, owner.id, self.now()).await.expect("a board")
    }

    pub async fn column(&self, board: &Board, by: &User, title: &str) -> Column {
        self.change(board.id, by, async |change| Column::create(change, title).await).await.expect("a column")
    }

    /// A change of a board, as its owner makes it.
    pub async fn change<F, T, E>(&self, board_id: Uuid, by: &User, act: F) -> Result<T, E>
    where
        for<'r, 'c> F:
            AsyncFn(&'r mut Change<'c>) -> Result<T, E> + Act<&'r mut Change<'c>, Result<T, E>, Fut: Send>,
        F: Send + Sync,
        T: Send,
        E: From<ChangeError> + From<diesel::result::Error> + std::error::Error + Send + 'static,
    {
        let mut conn = self.conn().await;
        Change::run(&mut conn, board_id, Author::owner(by.id), self.now(), act).await
    }

    /// A thumbnail of a file, as the worker leaves it.
    pub async fn thumbnail(&self, file: &File, bytes: &[u8]) {
        diesel::insert_into(thumbnails::table)
            .values((
                thumbnails::file_id.eq(file.id),
                thumbnails::object_key.eq(&file.object.key),
                thumbnails::width.eq(1),
                thumbnails::height.eq(1),
                thumbnails::content_type.eq("image/png"),
                thumbnails::bytes.eq(bytes),
                thumbnails::made_at.eq(self.now()),
            ))
            .execute(&mut self.conn().await)
            .await
            .expect("a thumbnail");
    }

    /// A card's files, those that came first first.
    pub async fn files(&self, card_id: Uuid) -> Vec<File> {
        files::table
            .inner_join(objects::table)
            .filter(files::card_id.eq(card_id).and(files::deleted_at.is_null()))
            .order(files::id)
            .select(File::as_select())
            .load(&mut self.conn().await)
            .await
            .expect("a list")
    }

    /// Cards of these titles, in this order, at the column's end.
    pub async fn cards(&self, column: &Column, by: &User, titles: &[&str]) -> Vec<Card> {
        let cards = self.change(column.board_id, by, async |change| {
            let mut cards = Vec::new();
            for title in titles {
                cards.push(Card::create(change, column, NewCard { title, body: "" }).await?);
            }
            Ok::<_, ChangeError>(cards)
        });
        cards.await.expect("cards")
    }

    /// So many cards in an empty column, without the history that each would have.
    pub async fn many_cards(&self, column: &Column, count: usize) {
        let now = self.now();
        let row = |(number, rank): (usize, String)| {
            (
                cards::id.eq(Uuid::now_v7()),
                cards::board_id.eq(column.board_id),
                cards::column_id.eq(column.id),
                cards::title.eq(format!("Card {number}")),
                cards::rank.eq(rank),
                cards::created_at.eq(now),
                cards::updated_at.eq(now),
            )
        };
        let rows: Vec<_> = rank::spread(count).into_iter().enumerate().map(row).collect();
        diesel::insert_into(cards::table).values(rows).execute(&mut self.conn().await).await.expect("cards");
    }

    /// Runs the product's own worker until every mail that is due has been tried.
    pub async fn send_mails(&self) {
        self.run_jobs(tasks::MAIL).await;
    }

    /// The same until those concerned have been told of what happened so far; what is gathered is due at once.
    pub async fn tell(&self) {
        self.hasten_queue(tasks::NOTICES).await;
        self.run_jobs(tasks::NOTICES).await;
    }

    /// The same until every export that is wanted has been tried.
    pub async fn make_exports(&self) {
        self.run_jobs(tasks::EXPORTS).await;
    }

    /// The same until the clean-ups that are due have been made.
    pub async fn keep_house(&self) {
        self.run_jobs(tasks::HOUSEKEEPING).await;
    }

    /// The same until everybody has the mails whose time has come, those at once too.
    pub async fn mail_the_told(&self) {
        self.tell().await;
        let gather = NewJob::new(&GatherMails {}).expect("JSON");
        gather.enqueue(&mut self.conn().await).await.expect("enqueued");
        self.run_jobs(tasks::NOTICES).await;
        self.hasten_queue(tasks::MAIL).await;
        self.send_mails().await;
    }

    async fn hasten_queue(&self, queue: &str) {
        let waiting = jobs_table::queue.eq(queue).and(jobs_table::state.eq("available"));
        diesel::update(jobs_table::table.filter(waiting))
            .set(jobs_table::run_at.eq(diesel::dsl::now))
            .execute(&mut self.conn().await)
            .await
            .expect("set");
    }

    /// Runs the product's own worker until no job of this queue is due.
    async fn run_jobs(&self, queue: &str) {
        let stop = CancellationToken::new();
        let worker = tokio::spawn(jobs::worker(&self.app).expect("a worker").run(stop.clone()));
        let mut conn = self.conn().await;
        let due = jobs_table::queue.eq(queue).and(
            jobs_table::state
                .eq("running")
                .or(jobs_table::state.eq("available").and(jobs_table::run_at.le(diesel::dsl::now))),
        );
        while diesel::select(exists(jobs_table::table.filter(due)))
            .get_result(&mut conn)
            .await
            .expect("an answer")
        {
            tokio::task::yield_now().await;
        }
        stop.cancel();
        worker.await.expect("no panic");
    }

    /// What failed and waits for its time is due now.
    pub async fn hasten(&self) {
        let waiting = jobs_table::table.filter(jobs_table::state.eq("available"));
        diesel::update(waiting)
            .set(jobs_table::run_at.eq(diesel::dsl::now))
            .execute(&mut self.conn().await)
            .await
            .expect("set");
    }

    /// The jobs that send mail, as an operator sees them, the newest first.
    pub async fn mail_jobs(&self) -> Vec<Entry> {
        let filter = Filter { queue: Some(tasks::MAIL.to_owned()), ..Filter::default() };
        admin::list(&mut self.conn().await, &filter, 100).await.expect("a list")
    }

    /// The titles of a column's cards, in their order.
    pub async fn titles(&self, column: &Column) -> Vec<String> {
        let scope = Scope::Columns { board_id: column.board_id, ids: &[column.id] };
        let faces = Faces::load(&self.conn().await, scope).await.expect("cards");
        faces.cards.into_iter().map(|face| face.title).collect()
    }
}

/// What a test did not expect to enqueue, somebody will meet.
impl Drop for TestApp {
    fn drop(&mut self) {
        if std::thread::panicking() || AtomicBool::load(&self.leaves_jobs, Ordering::Relaxed) {
            return;
        }
        let url = self.app.config.database_url.clone();
        // A thread of its own, for this one may be inside a runtime.
        let left = std::thread::spawn(move || {
            let runtime =
                tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(due_jobs(&url))
        });
        let left = left.join().expect("no panic");
        assert!(left.is_empty(), "jobs are left: {left:?}; a test that is not about them says `leaves_jobs`");
    }
}

/// The kinds of the jobs that are due or under way, without those that a worker which starts enqueues by the clock, and those that
/// most changes enqueue; nothing where the database is gone.
async fn due_jobs(url: &Secret) -> Vec<String> {
    let Ok(mut conn) = xtablo::db::connect(url).await else { return Vec::new() };
    let due = jobs_table::state
        .eq("running")
        .or(jobs_table::state.eq("available").and(jobs_table::run_at.le(diesel::dsl::now)));
    let by_hand = jobs_table::queue.ne_all([tasks::HOUSEKEEPING, tasks::NOTICES]);
    let kinds = jobs_table::table.filter(due.and(by_hand)).select(jobs_table::kind);
    kinds.load(&mut conn).await.unwrap_or_default()
}

/// An id that nothing has.
pub fn nobody() -> Uuid {
    Uuid::now_v7()
}
