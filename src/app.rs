//! What a running process shares between its requests.

use std::sync::Arc;

use chrono::{DateTime, SubsecRound, Utc};

use crate::assets::Assets;
use crate::auth::budget::Budgets;
use crate::auth::password::Passwords;
use crate::auth::rate_limit::RateLimit;
use crate::auth::sign_in_throttle::SignInThrottle;
use crate::auth::throttle::Throttle;
use crate::config::Config;
use crate::db::Db;
use crate::mail::Mailer;
use crate::markdown::renderer::Renderer;
use crate::realtime::Hub;
use crate::storage::Storage;
use crate::templates::Templates;
use crate::turns::Turns;
use crate::views::kept_columns::KeptColumns;

/// Cheap to clone: every handler is given one.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub config: Config,
    pub db: Db,
    pub storage: Storage,
    pub assets: Assets,
    pub templates: Templates,
    pub columns: KeptColumns,
    pub markdown: Renderer,
    pub passwords: Passwords,
    pub sign_in_throttle: SignInThrottle,
    pub registration_throttle: Throttle,
    /// Limits on the password that an account's pages ask for.
    pub account_throttle: Throttle,
    /// Limits on the mails that a person can cause.
    pub mail_throttle: Throttle,
    /// Limits on the invitations that a person sends, and that an address gets.
    pub invitation_throttle: Throttle,
    pub budgets: Budgets,
    /// Limits on what a program's token may ask for.
    pub api_limit: RateLimit,
    /// Changes of a board come one after the other; here they wait without a connection to the database.
    pub board_turns: Turns,
    /// Who looks at which board, to tell them of changes.
    pub hub: Arc<Hub>,
    pub mailer: Mailer,
    pub clock: Clock,
}

impl App {
    /// Connects to nothing yet: the pool opens connections as they are wanted.
    ///
    /// # Errors
    /// A template or an embedded file that is broken, a database or SMTP URL or S3 settings that are.
    pub fn new(config: Config, clock: Clock) -> anyhow::Result<Self> {
        let assets = Assets::load()?;
        Ok(Self(Arc::new(Parts {
            db: Db::new(&config)?,
            storage: Storage::new(&config.files)?,
            templates: Templates::load(&assets, config.files.upload_most)?,
            columns: KeptColumns::default(),
            assets,
            markdown: Renderer::default(),
            passwords: Passwords::new(),
            sign_in_throttle: SignInThrottle::default(),
            registration_throttle: Throttle::of_registrations(),
            account_throttle: Throttle::of_account_passwords(),
            mail_throttle: Throttle::of_mails(),
            invitation_throttle: Throttle::of_invitations(),
            budgets: Budgets::new(config.changes_per_second),
            api_limit: RateLimit::default(),
            board_turns: Turns::new(1),
            hub: Arc::default(),
            mailer: Mailer::new(&config)?,
            clock,
            config,
        })))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

/// The time, as a parameter, so that a test owns it.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock {
    pub fn system() -> Self {
        Self::new(Utc::now)
    }

    pub fn new(now: impl Fn() -> DateTime<Utc> + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// In whole microseconds: what PostgreSQL keeps is then what was given.
    pub fn now(&self) -> DateTime<Utc> {
        (self.0)().trunc_subsecs(6)
    }
}
