//! How jobs ended, collected and written many at a time.

use std::sync::Arc;
use std::time::Duration;

use diesel::prelude::*;
use diesel::sql_types::{Array, Bool, Double, Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::connection::Link;
use super::ending::{Ended, Ending};
use super::enqueue::LONGEST;
use super::leases::Leases;
use super::statement::statement;

/// How many are written by one statement at most.
pub(super) const BATCH: usize = 1000;

/// Characters of an error that are kept.
const ERROR_MOST: usize = 4000;

statement! {
    Complete { ids: [Uuid] => Array<diesel::sql_types::Uuid>, leases: [&'a str] => Array<Text>, } -> Text,
    "UPDATE jobs SET state = 'completed', finished_at = now(), lease_until = NULL, leased_by = NULL
     FROM unnest($1::uuid[], $2::text[]) AS ended (id, leased_by)
     WHERE jobs.id = ended.id AND jobs.leased_by = ended.leased_by"
}

statement! {
    Release {
        ids: [Uuid] => Array<diesel::sql_types::Uuid>,
        leases: [&'a str] => Array<Text>,
        finals: [bool] => Array<Bool>,
        charges: [bool] => Array<Bool>,
        delays: [f64] => Array<Double>,
        errors: [Option<String>] => Array<Nullable<Text>>,
    } -> Text,
    "UPDATE jobs
     SET state = CASE WHEN final THEN 'discarded' ELSE 'available' END,
         finished_at = CASE WHEN final THEN now() END,
         attempt = CASE WHEN charge THEN attempt ELSE attempt - 1 END,
         run_at = CASE WHEN final THEN run_at ELSE now() + delay * interval '1 second' END,
         last_error = coalesce(error, last_error), lease_until = NULL, leased_by = NULL
     FROM unnest($1::uuid[], $2::text[], $3::boolean[], $4::boolean[], $5::double precision[], $6::text[])
          AS ended (id, leased_by, final, charge, delay, error)
     WHERE jobs.id = ended.id AND jobs.leased_by = ended.leased_by"
}

/// Writes endings as they come: those that came while the last ones were written, together. Each is written until
/// it is written, and counts only if its lease is still the job's. Ends when every sender is gone.
pub(super) async fn write(mut link: Link, mut endings: mpsc::Receiver<Ended>, leases: Arc<Leases>) {
    let mut batch = Vec::with_capacity(BATCH);
    while endings.recv_many(&mut batch, BATCH).await > 0 {
        loop {
            let written = async { Ok(write_batch(link.get().await?, &batch).await?) }.await;
            if link.settle("writing how jobs ended", written).await.is_some() {
                break;
            }
        }
        leases.forget(&batch);
        batch.clear();
    }
}

async fn write_batch(conn: &mut AsyncPgConnection, batch: &[Ended]) -> QueryResult<()> {
    let (completed, others): (Vec<&Ended>, Vec<&Ended>) =
        batch.iter().partition(|ended| matches!(ended.ending, Ending::Completed));
    if !completed.is_empty() {
        let (ids, leases) = held(&completed);
        Complete { ids: &ids, leases: &leases }.execute(conn).await?;
    }
    if !others.is_empty() {
        release(conn, &others).await?;
    }
    Ok(())
}

async fn release(conn: &mut AsyncPgConnection, others: &[&Ended]) -> QueryResult<()> {
    let (ids, leases) = held(others);
    let (mut finals, mut charges, mut delays, mut errors) = (vec![], vec![], vec![], vec![]);
    for ended in others {
        let (is_final, charge, delay, error) = match &ended.ending {
            Ending::Failed { error, again_after } => (false, true, *again_after, Some(error)),
            Ending::Discarded(reason) => (true, true, Duration::ZERO, Some(reason)),
            Ending::Snoozed(delay) => (false, false, *delay, None),
            Ending::Completed | Ending::GivenBack => (false, false, Duration::ZERO, None),
        };
        finals.push(is_final);
        charges.push(charge);
        delays.push(delay.min(LONGEST).as_secs_f64());
        errors.push(error.map(|error| storable(error)));
    }
    Release {
        ids: &ids,
        leases: &leases,
        finals: &finals,
        charges: &charges,
        delays: &delays,
        errors: &errors,
    }
    .execute(conn)
    .await?;
    Ok(())
}

fn held<'a>(endings: &[&'a Ended]) -> (Vec<Uuid>, Vec<&'a str>) {
    endings.iter().map(|ended| (ended.id, &*ended.leased_by)).unzip()
}

/// PostgreSQL's text has no NUL, and a batch with one could never be written.
fn storable(error: &str) -> String {
    error.chars().map(|c| if c == '\0' { '\u{fffd}' } else { c }).take(ERROR_MOST).collect()
}
