//! The queue's promise, sentence by sentence, against a real PostgreSQL.

mod admin;
mod clock;
mod enqueuing;
mod lives;
mod outages;
mod process;
mod schedules;
mod shutdown;
mod speed;
mod stand;
