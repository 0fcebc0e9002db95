//! What the templates are given, a type each. They hold what is shown and nothing else; how it is shown is the
//! templates' affair.

pub mod access;
pub mod account;
pub mod api_docs;
pub mod api_tokens;
pub mod board_copies;
pub mod board_filters;
pub mod board_tables;
pub mod board_trash;
pub mod boards;
pub mod bulk;
pub mod card_copies;
pub mod card_links;
pub mod card_recurrences;
pub mod cards;
pub mod checklists;
pub mod choice;
pub mod columns;
pub mod confirmations;
pub mod dates;
pub mod destinations;
pub mod email_confirmations;
pub mod emails;
pub mod errors;
pub mod events;
pub mod exports;
pub mod faces;
pub mod fields;
pub mod files;
pub mod inbox;
pub mod invitations;
pub mod kept_columns;
pub mod labels;
pub mod live;
pub mod members;
pub mod notification_mails;
pub mod notification_settings;
pub mod outbox;
pub mod pager;
pub mod palette;
pub mod password_resets;
pub mod people;
pub mod public_boards;
pub mod qr_code;
pub mod search;
pub mod sessions;
pub mod stream;
pub mod undos;

#[cfg(test)]
mod rendering;
#[cfg(test)]
mod samples;
pub mod unsubscriptions;
pub mod work;
