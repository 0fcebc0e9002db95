//! What is true of any uploaded file, wherever it is stored: a name that may be shown, the header that
//! gives it to a browser, and what its bytes say it is. Nothing here reads or writes.

pub mod content_type;
pub mod disposition;
pub mod name;
