//! The tables: a row's type, its queries, and the verbs of the domain. No HTTP, no HTML.
//!
//! Whatever is on a board is found through its members ([`access`]), and changed in a transaction that
//! begins with [`board::Board::touch`] and ends with [`event::NewEvent::record`].

pub mod access;
pub mod board;
pub mod card;
pub mod color;
pub mod column;
pub mod cover;
pub mod event;
pub mod file;
pub mod member;
pub mod object;
pub mod rank;
pub mod role;
pub mod room;
pub mod session;
pub mod theme;
pub mod thumbnail;
pub mod user;
