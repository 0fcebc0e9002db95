//! Which boards were changed, from process to process: by PostgreSQL's NOTIFY over a connection of its own, after the commits
//! and gathered, so that no change waits for it. Nothing depends on it: what is lost is seen by looking.

use std::sync::{Arc, LazyLock};
use std::time::Duration;

use anyhow::bail;
use diesel::sql_types::Text;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::StreamExt;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{GATHER, Hub};
use crate::config::Secret;
use crate::db;

const CHANNEL: &str = "xtablo_boards";

/// Boards that one notification names: PostgreSQL takes 8,000 bytes.
const NAMED_MOST: usize = 200;

/// Between two tries to connect.
const RETRY: Duration = Duration::from_secs(2);

/// What this process does not need to be told, because it says it.
static SENDER: LazyLock<String> = LazyLock::new(|| format!("{:08x}", rand::random::<u32>()));

/// Sends and hears until `stop`.
pub async fn run(hub: Arc<Hub>, url: Secret, stop: CancellationToken) {
    let mut is_lost = false;
    while let Some(ended) = stop.run_until_cancelled(talk(&hub, &url)).await {
        if let Err(error) = ended
            && !is_lost
        {
            tracing::warn!("changes of boards are not signalled between processes: {error:#}");
        }
        is_lost = true;
        stop.run_until_cancelled(sleep(RETRY)).await;
    }
}

/// Goes on until the connection is lost.
async fn talk(hub: &Hub, url: &Secret) -> anyhow::Result<()> {
    let mut conn = db::connect(url).await?;
    conn.batch_execute(&format!("LISTEN {CHANNEL}")).await?;
    loop {
        let heard = {
            let mut heard = std::pin::pin!(conn.notifications_stream());
            tokio::select! {
                heard = heard.next() => Some(heard),
                () = hub.has_outgoing() => None,
            }
        };
        match heard {
            Some(Some(notification)) => hub.hear(&boards_in(&notification?.payload)),
            Some(None) => bail!("the connection has ended"),
            None => {
                sleep(GATHER).await;
                send(&mut conn, &hub.take_outgoing()).await?;
            }
        }
    }
}

async fn send(conn: &mut AsyncPgConnection, board_ids: &[Uuid]) -> anyhow::Result<()> {
    for some in board_ids.chunks(NAMED_MOST) {
        diesel::sql_query("SELECT pg_notify($1, $2)")
            .bind::<Text, _>(CHANNEL)
            .bind::<Text, _>(payload(some))
            .execute(conn)
            .await?;
    }
    Ok(())
}

fn payload(board_ids: &[Uuid]) -> String {
    let names = board_ids.iter().map(|id| format!(" {}", id.simple()));
    std::iter::once(SENDER.clone()).chain(names).collect()
}

/// The boards that another process names.
fn boards_in(payload: &str) -> Vec<Uuid> {
    let mut words = payload.split(' ');
    if words.next() == Some(SENDER.as_str()) {
        return Vec::new();
    }
    words.filter_map(|word| Uuid::try_parse(word).ok()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_says_fits_and_is_not_heard_by_oneself() {
        let ids: Vec<Uuid> = (0..NAMED_MOST).map(|_| Uuid::now_v7()).collect();
        let said = payload(&ids);
        assert!(said.len() < 8000);
        assert!(boards_in(&said).is_empty());
        assert_eq!(boards_in(&said.replacen(SENDER.as_str(), "another", 1)), ids);
        assert!(boards_in("another nonsense").is_empty());
    }
}
