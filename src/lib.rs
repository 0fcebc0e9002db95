//! Xtablo, a self-hosted team board. A tour:
//!
//! 1. [`config`] reads every setting, [`app`] holds what a process needs, [`db`] is its way to PostgreSQL.
//! 2. [`router`] lists every route. A request goes to the function of [`handlers`] that its URL names,
//! 3. which finds the record through the signed-in user ([`auth`], [`models`]), calls one verb of it,
//! 4. and renders one of [`views`] with [`templates`]. [`forms`] reads what was posted; [`error`] is every
//!    other answer.
//! 5. What must not happen inside a request is one of [`jobs`], enqueued in the request's transaction; [`queue`]
//!    runs it, and [`mail`] sends what they write.
//! 6. [`web`] and [`worker`] run the two services, [`cli`] the operator's commands; [`cluster`] is the private
//!    PostgreSQL of `xtablo dev` and of the tests.

pub mod api;
pub mod app;
pub mod assets;
pub mod auth;
pub mod backup;
pub mod cli;
pub mod cluster;
pub mod conditional_requests;
pub mod config;
pub mod db;
pub mod email_address;
pub mod error;
pub mod export;
pub mod files;
pub mod forms;
pub mod garbage;
pub mod handlers;
pub mod host;
pub mod instance;
pub mod jobs;
pub mod language;
pub mod locales;
pub mod mail;
pub mod markdown;
pub mod models;
pub mod pages;
pub mod pictures;
pub mod plain_text;
pub mod problem;
pub mod queue;
pub mod realtime;
pub mod receiving;
pub mod relocation;
pub mod replies;
pub mod router;
pub mod schema;
pub mod security_log;
pub mod sending;
pub mod server;
pub mod storage;
pub mod tasks;
pub mod telemetry;
pub mod templates;
mod text_enum;
pub mod time_zone;
pub mod turns;
pub mod verification;
pub mod views;
pub mod web;
pub mod worker;
