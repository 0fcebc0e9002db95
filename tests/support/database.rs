//! A database for each test, made from a template that has every migration.

use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use tokio::sync::OnceCell;
use uuid::Uuid;
use xtablo::config::Secret;
use xtablo::db::{self, migrations};

/// Where PostgreSQL is: a URL of a superuser's, which `script/test` sets.
const VARIABLE: &str = "TEST_DATABASE_URL";

/// The template of this run: its name is the process' own, so that an old one is never taken for a new one.
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

async fn make_template() -> String {
    let name = format!("template_{}", Uuid::now_v7().simple());
    admin(&format!("CREATE DATABASE {name}")).await;
    let url = Secret::new(url_of(&name));
    // Migrations want a runtime with several threads, whatever the test's has.
    let migrated = std::thread::spawn(move || {
        tokio::runtime::Runtime::new().expect("a runtime").block_on(migrations::migrate(&url))
    });
    migrated.join().expect("no panic").expect("the migrations apply");
    name
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
