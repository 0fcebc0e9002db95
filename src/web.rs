//! The web service: migrations, listening, serving, stopping.

use std::sync::Arc;

use axum::middleware::from_fn_with_state;
use tokio_util::sync::CancellationToken;

use crate::app::{App, Clock};
use crate::config::Config;
use crate::db::{self, migrations};
use crate::models::user::User;
use crate::server::{self, Limits, Listener};
use crate::{backup, realtime, router, telemetry};

/// A web service that listens and does not serve yet.
pub struct Web {
    app: App,
    listener: Listener,
    metrics: Option<Listener>,
}

impl Web {
    /// Applies pending migrations, or with `migrate` false makes sure there are none; then listens.
    ///
    /// # Errors
    /// A sentence for the operator: the database is away or not fit for this version, or an address is taken.
    pub async fn start(config: Config, clock: Clock, migrate: bool) -> anyhow::Result<Self> {
        let applied = if migrate {
            migrations::migrate(&config.database_url).await
        } else {
            migrations::check(&config.database_url).await.map(|()| Vec::new())
        };
        for version in applied.map_err(|error| backup::advise(error, &config))? {
            tracing::info!(version, "migration applied");
        }
        if migrate {
            User::renew_canonical_emails(&mut db::connect(&config.database_url).await?).await?;
        }
        let listener = Listener::inherit_or_bind(&config.listen).await?;
        let metrics = match &config.metrics_listen {
            Some(listen) => {
                telemetry::init_metrics()?;
                Some(Listener::bind(listen).await?)
            }
            None => None,
        };
        Ok(Self { app: App::new(config, clock)?, listener, metrics })
    }

    pub fn app(&self) -> &App {
        &self.app
    }

    /// Where it listens.
    pub fn address(&self) -> String {
        self.listener.address()
    }

    /// Where Prometheus finds its metrics.
    pub fn metrics_address(&self) -> Option<String> {
        self.metrics.as_ref().map(Listener::address)
    }

    /// Serves until `stop`, then finishes what runs.
    pub async fn serve(self, stop: CancellationToken) {
        let patience = self.app.config.shutdown_timeout;
        tracing::info!(address = self.address(), "web listens");
        let told = server::tell_systemd(stop.clone());
        if let Some(metrics) = self.metrics {
            let db = self.app.db.clone();
            let router = telemetry::metrics_router(db.clone()).layer(from_fn_with_state(db, backup::measure));
            tokio::spawn(metrics.serve(router, stop.clone(), patience));
        }
        let (hub, db, clock) = (&self.app.hub, self.app.db.clone(), self.app.clock.clone());
        tokio::spawn(realtime::run(Arc::clone(hub), db, move || clock.now(), stop.clone()));
        let url = self.app.config.database_url.clone();
        tokio::spawn(realtime::signals::run(Arc::clone(hub), url, stop.clone()));
        let limits = Limits::of_site(&self.app.config);
        self.listener.serve_within(limits, router::router(self.app), stop, patience).await;
        drop(told.await);
        tracing::info!("web has stopped");
    }
}
