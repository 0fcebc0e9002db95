//! What a PostgreSQL says of itself.

use diesel::QueryResult;
use diesel::sql_types::{Bool, Integer, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

/// The oldest major version that Xtablo works with.
const OLDEST: i32 = 14;

/// The newest major version that Xtablo was tried with.
const NEWEST_TRIED: i32 = 17;

#[derive(Debug, diesel::QueryableByName)]
pub struct ServerState {
    /// As it says it: `15.13 (Debian 15.13-0+deb12u1)`.
    #[diesel(sql_type = Text)]
    pub version: String,
    #[diesel(sql_type = Integer)]
    pub major: i32,
    #[diesel(sql_type = Bool)]
    pub takes_writes: bool,
}

/// How a version is fit for Xtablo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fitness {
    TooOld {
        oldest: i32,
    },
    Tried,
    /// Nothing is known against it.
    Newer {
        newest_tried: i32,
    },
}

impl ServerState {
    /// # Errors
    /// The database's.
    pub async fn ask(conn: &mut AsyncPgConnection) -> QueryResult<Self> {
        diesel::sql_query(
            "SELECT current_setting('server_version') AS version,
                    current_setting('server_version_num')::integer / 10000 AS major,
                    NOT current_setting('transaction_read_only')::boolean AS takes_writes",
        )
        .get_result(conn)
        .await
    }

    pub fn fitness(&self) -> Fitness {
        match self.major {
            ..OLDEST => Fitness::TooOld { oldest: OLDEST },
            OLDEST..=NEWEST_TRIED => Fitness::Tried,
            _ => Fitness::Newer { newest_tried: NEWEST_TRIED },
        }
    }
}
