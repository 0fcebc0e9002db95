//! The way to PostgreSQL: a pool of connections with time limits. What is asked stands in `models`.

mod commits;
pub mod migrations;
mod server;
mod tls;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context;
use diesel::ConnectionError;
use diesel::connection::InstrumentationEvent;
use diesel_async::pooled_connection::{
    AsyncDieselConnectionManager, ManagerConfig, PoolError, PoolableConnection, RecyclingMethod,
};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use futures_util::FutureExt;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::config::{Config, DatabaseUrl, Secret};
use crate::error::AppError;

use self::commits::Transactions;

pub use commits::noting_commits;
pub use server::{Fitness, ServerState};

/// How long a request waits for a connection before it is told that the database is away: longer than a restart of
/// PostgreSQL takes.
const CHECKOUT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a PostgreSQL may take over one connection.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a PostgreSQL that is away is tried, and for how long: while requests go on waiting, one after the other.
const RETRY: Duration = Duration::from_millis(200);
const RETRY_MOST: Duration = Duration::from_secs(30);

/// No statement of a request may hold a connection for longer: `statement_timeout` and its kin.
const SESSION_OPTIONS: &str = "-c timezone=UTC -c statement_timeout=15s -c lock_timeout=10s \
                               -c idle_in_transaction_session_timeout=30s";

type Manager = AsyncDieselConnectionManager<AsyncPgConnection>;
pub type Connection<'a> = bb8::PooledConnection<'a, Manager>;
pub type RunError = bb8::RunError<PoolError>;

impl From<RunError> for AppError {
    fn from(error: RunError) -> Self {
        Self::Unavailable(error.into())
    }
}

/// The pool. Clones share it.
#[derive(Clone)]
pub struct Db {
    pool: bb8::Pool<Manager>,
    queries: Arc<AtomicU64>,
}

impl Db {
    /// A pool that opens its connections as they are wanted.
    ///
    /// # Errors
    /// A database URL that does not parse.
    pub fn new(config: &Config) -> anyhow::Result<Self> {
        let queries = Arc::new(AtomicU64::new(0));
        let server = Server::at(&config.database_url)?;
        let mut manager = ManagerConfig::<AsyncPgConnection>::default();
        // A round trip at each checkout would cost more than most queries. tokio-postgres knows when its
        // socket has closed, so asking it is enough.
        manager.recycling_method = RecyclingMethod::CustomFunction(Box::new(|conn| {
            let broken = conn.is_broken();
            async move { if broken { Err(diesel::result::Error::BrokenTransactionManager) } else { Ok(()) } }
                .boxed()
        }));
        let counter = Arc::clone(&queries);
        manager.custom_setup = Box::new(move |_| {
            let (server, counter) = (server.clone(), Arc::clone(&counter));
            async move {
                let mut conn = server.connect_within(RETRY_MOST).await?;
                let mut transactions = Transactions::default();
                conn.set_instrumentation(move |event: InstrumentationEvent<'_>| {
                    count(&counter, &event);
                    transactions.see(&event);
                });
                Ok(conn)
            }
            .boxed()
        });
        let manager = AsyncDieselConnectionManager::new_with_config(config.database_url.expose(), manager);
        let pool = bb8::Pool::builder()
            .max_size(config.database_pool_size)
            .connection_timeout(CHECKOUT_TIMEOUT)
            .idle_timeout(Some(Duration::from_mins(5)))
            .build_unchecked(manager);
        Ok(Self { pool, queries })
    }

    /// A connection for this request.
    ///
    /// # Errors
    /// None could be had in time.
    pub async fn conn(&self) -> Result<Connection<'_>, RunError> {
        self.pool.get().await
    }

    /// How many statements this pool's connections have run.
    pub fn queries(&self) -> u64 {
        self.queries.load(Ordering::Relaxed)
    }

    /// Connections that are open, and those of them that wait for work.
    pub fn pool_use(&self) -> (u32, u32) {
        let state = self.pool.state();
        (state.connections, state.idle_connections)
    }
}

/// One connection outside any pool, for what must not share one: migrations, listening.
///
/// # Errors
/// A URL that does not parse, or a database that does not answer; without the URL in its text.
pub async fn connect(url: &Secret) -> anyhow::Result<AsyncPgConnection> {
    Server::at(url)?.connect().await.context("PostgreSQL cannot be reached at DATABASE_URL")
}

/// As [`connect`], to another database of the same server.
///
/// # Errors
/// As [`connect`].
pub async fn connect_to(url: &Secret, database: &str) -> anyhow::Result<AsyncPgConnection> {
    let mut server = Server::at(url)?;
    server.settings.dbname(database);
    server.connect().await.with_context(|| format!("PostgreSQL cannot be reached at the database {database}"))
}

/// A PostgreSQL, and what it takes to connect to it.
#[derive(Clone)]
struct Server {
    settings: tokio_postgres::Config,
    tls: MakeRustlsConnect,
}

impl Server {
    fn at(url: &Secret) -> anyhow::Result<Self> {
        let url = DatabaseUrl::of(url)?;
        let tls = tls::connector(&url)?;
        let mut settings = url.settings;
        settings.connect_timeout(CONNECT_TIMEOUT).application_name("xtablo");
        let options = settings.get_options().map(|own| format!("{SESSION_OPTIONS} {own}"));
        settings.options(options.as_deref().unwrap_or(SESSION_OPTIONS));
        if settings.get_user().is_none() {
            settings.user(default_user());
        }
        Ok(Self { settings, tls })
    }

    /// Tries for so long. The pool's own tries would become rarer, up to one in five seconds.
    async fn connect_within(&self, most: Duration) -> diesel::ConnectionResult<AsyncPgConnection> {
        let begun = Instant::now();
        let mut warned = false;
        loop {
            match self.connect().await {
                Err(error) if begun.elapsed() < most => {
                    if !warned {
                        tracing::warn!("PostgreSQL cannot be reached, and is tried again: {error}");
                    }
                    warned = true;
                    tokio::time::sleep(RETRY).await;
                }
                connected => return connected,
            }
        }
    }

    async fn connect(&self) -> diesel::ConnectionResult<AsyncPgConnection> {
        let connected = self.settings.connect(self.tls.clone()).await;
        let (client, connection) =
            connected.map_err(|error| ConnectionError::BadConnection(chain(&error)))?;
        AsyncPgConnection::try_from_client_and_connection(client, connection).await
    }
}

/// As libpq does: the operating system's user, which is what peer authentication compares.
pub fn default_user() -> String {
    whoami::username().unwrap_or_else(|_| "postgres".to_owned())
}

/// tokio-postgres keeps the reason in the error's source.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let errors = std::iter::successors(Some(error), |error| error.source());
    errors
        .map(|error| tls::in_words(error).unwrap_or_else(|| error.to_string()))
        .collect::<Vec<_>>()
        .join(": ")
}

fn count(queries: &AtomicU64, event: &InstrumentationEvent<'_>) {
    match event {
        InstrumentationEvent::StartQuery { .. } => {
            queries.fetch_add(1, Ordering::Relaxed);
        }
        InstrumentationEvent::FinishQuery { error: Some(_), .. } => {
            metrics::counter!("xtablo_database_errors_total").increment(1);
        }
        _ => {}
    }
}
