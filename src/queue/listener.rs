//! Being woken: PostgreSQL names the queue in which a job has been committed.

use std::collections::HashMap;
use std::sync::Arc;

use anyhow::bail;
use diesel_async::{AsyncPgConnection, SimpleAsyncConnection};
use futures_util::StreamExt;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use super::CHANNEL;
use super::connection::Link;

/// Wakes the lanes whose queues are named, until `stop`.
pub(super) async fn listen(mut link: Link, lanes: HashMap<String, Arc<Notify>>, stop: CancellationToken) {
    while !stop.is_cancelled() {
        let listened = async {
            let conn = link.get().await?;
            wake_as_named(conn, &lanes).await
        };
        let ended = stop.run_until_cancelled(listened).await;
        let Some(ended) = ended else { return };
        link.settle("listening for jobs", ended).await;
    }
}

/// Goes on until the connection is lost.
async fn wake_as_named(
    conn: &mut AsyncPgConnection,
    lanes: &HashMap<String, Arc<Notify>>,
) -> anyhow::Result<()> {
    conn.batch_execute(&format!("LISTEN {CHANNEL}")).await?;
    // Whatever was committed before this is found by looking once more.
    lanes.values().for_each(|lane| lane.notify_one());
    let mut named = std::pin::pin!(conn.notifications_stream());
    while let Some(notification) = named.next().await {
        if let Some(lane) = lanes.get(&notification?.payload) {
            lane.notify_one();
        }
    }
    bail!("the connection has ended")
}
