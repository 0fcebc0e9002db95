//! A database for each test, made from a template that has every migration.

use diesel::prelude::*;
use diesel::sql_types::BigInt;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use tokio::sync::OnceCell;
use uuid::Uuid;
use xtablo::config::Secret;
use xtablo::db::{self, migrations};

/// Where PostgreSQL is: a URL of a superuser's, which `script/test` sets.
const VARIABLE: &str = "TEST_DATABASE_URL";

/// The template of this run: its name is the run's own, so that an old one is never taken for a new one.
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

pub struct TestDatabase {
    name: String,
    url: String,
}

impl TestDatabase {
    /// With every migration.
    pub async fn create() -> Self {
        let template = TEMPLATE.get_or_init(make_template).await;
        Self::copy(template).await
    }

    /// With nothing in it.
    pub async fn empty() -> Self {
        Self::copy("template0").await
    }

    async fn copy(template: &str) -> Self {
        let name = format!("test_{}", Uuid::now_v7().simple());
        admin(&format!("CREATE DATABASE {name} TEMPLATE {template}")).await;
        Self { url: url_of(&name), name }
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    pub fn secret_url(&self) -> Secret {
        Secret::new(&self.url)
    }

    pub async fn conn(&self) -> AsyncPgConnection {
        db::connect(&self.secret_url()).await.expect("PostgreSQL answers")
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let drop_it = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        // A test's runtime may be on its way out, so this one has its own.
        let dropped = std::thread::spawn(move || {
            tokio::runtime::Runtime::new().expect("a runtime").block_on(admin(&drop_it));
        });
        drop(dropped.join());
    }
}

/// One for all processes of a run where nextest gives each test its own, else one for this process.
async fn make_template() -> String {
    let Ok(run) = std::env::var("NEXTEST_RUN_ID") else {
        let name = format!("template_{}", Uuid::now_v7().simple());
        make_migrated(&name).await;
        return name;
    };
    let name = format!("template_{}", run.replace('-', ""));
    let mut conn = db::connect(&Secret::new(url_of("postgres"))).await.expect("PostgreSQL answers");
    // Held until this connection ends: the second process waits here for the first.
    let lock = format!("SET statement_timeout = 0; SELECT pg_advisory_lock(hashtext('{name}'))");
    conn.batch_execute(&lock).await.expect("locked");
    let find = diesel::sql_query(format!("SELECT FROM pg_database WHERE datname = '{name}'"));
    if find.execute(&mut conn).await.expect("asked") == 0 {
        // Under its name it is found by others, so it has it only once it is whole.
        let unfinished = format!("{name}_unfinished");
        admin(&format!("DROP DATABASE IF EXISTS {unfinished}")).await;
        make_migrated(&unfinished).await;
        admin(&format!("ALTER DATABASE {unfinished} RENAME TO {name}")).await;
    }
    name
}

async fn make_migrated(name: &str) {
    admin(&format!("CREATE DATABASE {name}")).await;
    let url = Secret::new(url_of(name));
    // Migrations want a runtime with several threads, whatever the test's has.
    let migrated = std::thread::spawn(move || {
        tokio::runtime::Runtime::new().expect("a runtime").block_on(migrations::migrate(&url))
    });
    migrated.join().expect("no panic").expect("the migrations apply");
}

async fn admin(sql: &str) {
    let mut conn = db::connect(&Secret::new(url_of("postgres"))).await.expect("PostgreSQL answers");
    conn.batch_execute("SET statement_timeout = 0").await.expect("set");
    conn.batch_execute(sql).await.expect(sql);
}

fn url_of(database: &str) -> String {
    let base = std::env::var(VARIABLE).unwrap_or_else(|_| {
        panic!("{VARIABLE} is not set: run `script/test`, or `cargo run -- with-postgres -- cargo test`")
    });
    let (server, options) = base.split_once('?').unwrap_or((&base, ""));
    let (server, _) = server.rsplit_once('/').expect("a URL with a database");
    format!("{server}/{database}?{options}")
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Waits until so many connections to this database wait for a lock.
pub async fn until_waiting(conn: &mut AsyncPgConnection, count: i64) {
    let waiting = "SELECT count(*) AS count FROM pg_stat_activity \
                   WHERE datname = current_database() AND wait_event_type = 'Lock'";
    while diesel::sql_query(waiting).get_result::<Count>(conn).await.expect("a count").count < count {
        tokio::task::yield_now().await;
    }
}
