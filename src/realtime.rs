//! Live boards: who looks at which board in this process, and what they are told of it. A signal, no content: each page asks
//! for the parts that it shows, with its reader's own rights.
//!
//! After a change its process looks at the board at once, and names it to the others ([`signals`]). Besides, every process looks
//! once a second at the revisions of the boards that are looked at here, by one query. That is the guarantee: a lost signal
//! costs a second. PostgreSQL's NOTIFY is in no changing transaction: at commit it takes one lock for the whole cluster.

mod hub;
pub mod signals;
mod subscription;

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use futures_util::future::try_join;
use tokio::time::{MissedTickBehavior, interval, sleep};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub use hub::{Bye, Here, Hub, Listener, Shown};
pub use subscription::{Subscription, Told};

use crate::db::Db;
use crate::error::AppError;
use crate::models::board::Board;
use crate::models::changed::Changed;
use crate::models::member::Member;
use crate::models::notification;
use crate::models::session::Session;

/// How long signals are gathered before they are followed.
const GATHER: Duration = Duration::from_millis(15);

/// How often all boards are looked at, whatever was signalled.
const LOOK: Duration = Duration::from_secs(1);

/// How often it is asked whether the readers' sessions live, in looks.
const LOOKS_PER_SESSION: u32 = 5;

/// How often it is asked whether readers were told something in their inboxes, in looks.
const LOOKS_PER_INBOX: u32 = 2;

/// Looks until `stop`, which ends all streams.
pub async fn run(hub: Arc<Hub>, db: Db, now: impl Fn() -> DateTime<Utc>, stop: CancellationToken) {
    stop.run_until_cancelled(look_on(&hub, &db, now)).await;
    hub.end();
}

async fn look_on(hub: &Hub, db: &Db, now: impl Fn() -> DateTime<Utc>) {
    let mut ticks = interval(LOOK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let (mut looks, mut is_lost, mut told_until) = (0_u32, false, now());
    loop {
        let looked = tokio::select! {
            _ = ticks.tick() => {
                hub.say_who_is_here();
                looks = looks.wrapping_add(1);
                let sessions = looks.is_multiple_of(LOOKS_PER_SESSION).then(&now);
                let mut looked = look(hub, db, hub.boards(), sessions).await;
                if looked.is_ok() && looks.is_multiple_of(LOOKS_PER_INBOX) {
                    looked = look_into_inboxes(hub, db, &mut told_until).await;
                }
                looked
            }
            () = hub.signalled() => {
                sleep(GATHER).await;
                look(hub, db, hub.take_signalled(), None).await
            }
        };
        match &looked {
            Err(error) if !is_lost => tracing::warn!("live boards cannot be looked at: {error}"),
            Ok(()) if is_lost => tracing::info!("live boards can be looked at again"),
            _ => {}
        }
        is_lost = looked.is_err();
    }
}

/// Tells readers of what they were told since a time, which moves on.
async fn look_into_inboxes(hub: &Hub, db: &Db, until: &mut DateTime<Utc>) -> Result<(), AppError> {
    let readers = hub.all_readers();
    if readers.is_empty() {
        return Ok(());
    }
    let told = notification::told_since(&*db.conn().await?, &readers, *until).await?;
    *until = told.iter().filter_map(|(_, at)| *at).fold(*until, Ord::max);
    hub.tell_of_inbox(&told.into_iter().map(|(user_id, _)| user_id).collect());
    Ok(())
}

/// Looks at these boards, and with a time also at their readers' sessions.
async fn look(
    hub: &Hub,
    db: &Db,
    board_ids: Vec<Uuid>,
    sessions_at: Option<DateTime<Utc>>,
) -> Result<(), AppError> {
    if board_ids.is_empty() {
        return Ok(());
    }
    let conn = db.conn().await?;
    let revisions = Board::revisions(&conn, &board_ids).await?;
    for board_id in board_ids {
        let (Some(known), revision) = (hub.revision(board_id), revisions.get(&board_id)) else { continue };
        match revision {
            None => hub.dismiss(board_id, |_| Some(Bye::Removed)),
            Some(revision) if *revision > known => {
                let readers = hub.readers(board_id);
                let changed = Changed::since(&conn, board_id, known, *revision);
                let (changed, allowed) =
                    try_join(changed, Member::who_may_look(&conn, board_id, &readers)).await?;
                let may_stay = |listener: &Listener| allowed.contains(&listener.user_id);
                hub.dismiss(board_id, |listener| (!may_stay(listener)).then_some(Bye::Removed));
                hub.tell(board_id, *revision, changed);
            }
            Some(_) => {}
        }
    }
    if let Some(at) = sessions_at {
        let live = Session::live_among(&conn, &hub.sessions(), at).await?;
        for board_id in hub.boards() {
            let ends = |listener: &Listener| (!live.contains(&listener.session_id)).then_some(Bye::SignedOut);
            hub.dismiss(board_id, ends);
        }
    }
    Ok(())
}
