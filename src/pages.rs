//! What a page or a part of one is made of: the queries it needs, put into views. Handlers choose which; nothing here
//! knows of requests.

pub mod account;
pub mod api_tokens;
pub mod board_copies;
pub mod board_events;
pub mod board_files;
pub mod board_filters;
pub mod board_tables;
pub mod board_trash;
pub mod boards;
pub mod bulk;
pub mod card_copies;
pub mod card_moves;
pub mod card_recurrences;
pub mod cards;
pub mod checklists;
pub mod columns;
pub mod comments;
mod dates;
pub mod destinations;
pub mod exports;
pub mod faces;
pub mod fields;
pub mod files;
pub mod inbox;
pub mod labels;
pub mod members;
pub mod notification_settings;
pub mod public_boards;
pub mod search;
pub mod sessions;
pub mod stream;
pub mod work;
