//! What a database holds, in a form that two databases can be compared by.

use diesel::QueryResult;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use serde::{Deserialize, Serialize};

/// Whatever a role or a database has set, a value is written in one way.
const ONE_WAY: &str =
    "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SET timezone = 'UTC';
                       SET datestyle = 'ISO, YMD'; SET intervalstyle = 'iso_8601'; SET extra_float_digits = 3;
                       SET bytea_output = 'hex'; SET search_path = public";

/// A table's rows, in no order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    pub rows: i64,
    /// Two tables with the same rows have the same.
    pub hash: String,
}

/// Makes this connection read for as long as it takes, and write values in one way.
pub(super) async fn prepare(conn: &mut AsyncPgConnection) -> QueryResult<()> {
    conn.batch_execute(ONE_WAY).await
}

/// Every table, by name.
///
/// # Errors
/// The database's.
pub(super) async fn tables(conn: &mut AsyncPgConnection) -> QueryResult<Vec<Table>> {
    #[derive(diesel::QueryableByName)]
    struct Name {
        #[diesel(sql_type = Text)]
        name: String,
        #[diesel(sql_type = Text)]
        quoted: String,
    }
    #[derive(diesel::QueryableByName)]
    struct Rows {
        #[diesel(sql_type = BigInt)]
        rows: i64,
        #[diesel(sql_type = Text)]
        hash: String,
    }
    let names: Vec<Name> = diesel::sql_query(
        "SELECT relname::text AS name, format('%I', relname) AS quoted FROM pg_class
         WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') ORDER BY relname COLLATE \"C\"",
    )
    .load(conn)
    .await?;
    let mut tables = Vec::new();
    for Name { name, quoted } in names {
        // The sum of the rows' MD5: PostgreSQL has no other that is independent of their order and needs no room.
        let half = |side: &str| format!("coalesce(sum(('x' || {side}(md5(t::text), 16))::bit(64)::int8), 0)");
        let sql = format!(
            "SELECT count(*) AS rows, {} || '/' || {} AS hash FROM public.{quoted} AS t",
            half("left"),
            half("right")
        );
        let Rows { rows, hash } = diesel::sql_query(sql).get_result(conn).await?;
        tables.push(Table { name, rows, hash });
    }
    Ok(tables)
}

/// The schemas that are not Xtablo's. Its role may be allowed to read nothing of theirs, and a restore leaves them as they
/// are.
///
/// # Errors
/// The database's.
pub(super) async fn foreign_schemas(conn: &mut AsyncPgConnection) -> QueryResult<Vec<String>> {
    #[derive(diesel::QueryableByName)]
    struct Schema {
        #[diesel(sql_type = Text)]
        name: String,
    }
    let schemas: Vec<Schema> = diesel::sql_query(
        "SELECT nspname::text AS name FROM pg_namespace
         WHERE nspname NOT LIKE 'pg\\_%' AND nspname NOT IN ('public', 'information_schema') ORDER BY nspname",
    )
    .load(conn)
    .await?;
    Ok(schemas.into_iter().map(|schema| schema.name).collect())
}

/// What `there` has that `wanted` has not, and the other way round, in words; empty where they are equal.
pub(super) fn differences(wanted: &[Table], there: &[Table]) -> Vec<String> {
    let find = |tables: &[Table], name: &str| tables.iter().find(|table| table.name == name).cloned();
    let changed = wanted.iter().filter_map(|table| match find(there, &table.name) {
        None => Some(format!("the table {} is missing", table.name)),
        Some(other) if other.rows != table.rows => {
            Some(format!("the table {} has {} rows instead of {}", table.name, other.rows, table.rows))
        }
        Some(other) if other.hash != table.hash => Some(format!("the table {} has other rows", table.name)),
        Some(_) => None,
    });
    let more = there.iter().filter(|table| find(wanted, &table.name).is_none());
    changed.chain(more.map(|table| format!("the table {} is too much", table.name))).collect()
}
