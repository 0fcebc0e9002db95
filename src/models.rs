//! The tables: a row's type, its queries, and the verbs of the domain. No HTTP, no HTML.
//!
//! Whatever is on a board is found through its members ([`access`]), and changed through a [`change::Change`].

pub mod access;
pub mod assignee;
pub mod board;
pub mod card;
pub mod card_link;
pub mod change;
pub mod changed;
pub mod checklist;
pub mod color;
pub mod column;
pub mod comment;
pub mod copying;
pub mod cover;
pub mod event;
pub mod face;
pub mod field;
pub mod file;
pub mod filter;
pub mod invitation;
pub mod join_link;
pub mod label;
pub mod member;
pub mod notification;
pub mod object;
pub mod order;
pub mod principal;
pub mod public_link;
pub mod quick_add;
pub mod quota;
pub mod rank;
pub mod reaction;
pub mod recurrence;
pub mod reference;
pub mod reply_address;
pub mod right;
pub mod role;
pub mod session;
pub mod theme;
pub mod thumbnail;
pub mod trash;
pub mod undo;
pub mod user;
pub mod watch;
pub mod when;
