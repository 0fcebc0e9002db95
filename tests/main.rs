//! The stories: what people do with Xtablo, a file a resource, through the real router and a real PostgreSQL.

#![expect(clippy::unwrap_used, reason = "a test that finds nothing has failed")]

mod support;

mod architecture;
mod backup;
mod backup_files;
mod board_copies;
mod boards;
mod budgets;
mod card_dates;
mod card_moves;
mod cards;
mod changes;
mod checklists;
mod cli;
mod cluster;
mod columns;
mod comments;
mod compatibility;
mod connections;
mod copies;
mod deploy;
mod dev;
mod email_confirmations;
mod files;
mod files_in_s3;
mod hosts;
mod housekeeping;
mod instances;
mod labels;
mod languages;
mod mail;
mod members;
mod migrations;
mod moves_between_boards;
mod outbox;
mod password_resets;
mod pictures;
mod public_boards;
mod queue;
mod readme;
mod restarts;
mod routes;
mod security_log;
mod services;
mod sessions;
mod snapshots;
mod templates;
mod tls;
mod trash;
mod uploads;
mod worker;
