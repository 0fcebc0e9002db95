//! One stream of one page.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;
use uuid::Uuid;

use super::hub::{Bye, Here, Hub, Listener};
use crate::models::changed::Changed;

/// With more streams on a board than these, they are told one after the other, so that not all of them ask at once.
const AT_ONCE: usize = 50;

/// Between two of them.
const APART: Duration = Duration::from_micros(500);

/// What a page is told.
#[derive(Clone, Debug)]
pub enum Told {
    Changed {
        revision: i64,
        changed: Changed,
    },
    Here(Arc<[Here]>),
    /// There is something new in the person's inbox.
    Inbox,
    Bye(Bye),
}

pub struct Subscription {
    hub: Arc<Hub>,
    board_id: Uuid,
    id: u64,
    woken: watch::Receiver<u64>,
    /// The revision that the page has been told of.
    seen: i64,
    here: Option<Arc<[Here]>>,
    inbox: u32,
    is_over: bool,
}

impl Subscription {
    /// A stream of a board, for who has seen `revision` of it; none where the person has too many.
    pub fn begin(hub: &Arc<Hub>, board_id: Uuid, revision: i64, listener: Listener) -> Option<Self> {
        let (id, woken) = hub.enter(board_id, revision, listener)?;
        let hub = Arc::clone(hub);
        Some(Self { hub, board_id, id, woken, seen: revision, here: None, inbox: 0, is_over: false })
    }

    /// What the page is told next, once there is something; nothing after a [`Told::Bye`]. A page that takes nothing for a while
    /// finds one piece of news that has all of them in it.
    pub async fn next(&mut self) -> Option<Told> {
        if self.is_over {
            return None;
        }
        loop {
            self.woken.borrow_and_update();
            if let Some(told) = self.hub.with(self.board_id, |channel| {
                let is_new = |here: &Arc<[Here]>| !Arc::ptr_eq(here, &channel.here);
                let Some(own) = channel.listeners.get(&self.id) else { return Some(Told::Bye(Bye::Removed)) };
                if let Some(bye) = own.bye {
                    Some(Told::Bye(bye))
                } else if let Some((revision, changed)) = channel.since(self.seen) {
                    Some(Told::Changed { revision, changed })
                } else if self.here.as_ref().is_none_or(is_new) && !channel.here.is_empty() {
                    Some(Told::Here(Arc::clone(&channel.here)))
                } else if own.inbox != self.inbox {
                    self.inbox = own.inbox;
                    Some(Told::Inbox)
                } else {
                    None
                }
            })? {
                match &told {
                    Told::Changed { revision, .. } => self.seen = *revision,
                    Told::Here(here) => self.here = Some(Arc::clone(here)),
                    Told::Inbox => {}
                    Told::Bye(_) => self.is_over = true,
                }
                return Some(told);
            }
            tokio::select! {
                () = self.hub.ended().cancelled() => {
                    self.is_over = true;
                    return Some(Told::Bye(Bye::Restart));
                }
                woken = self.woken.changed() => woken.ok()?,
            }
            let many = self.hub.with(self.board_id, |channel| channel.listeners.len()).unwrap_or(0);
            if many > AT_ONCE {
                let place = u32::try_from(rand::random_range(0..many)).unwrap_or(u32::MAX);
                sleep(APART.saturating_mul(place).min(Duration::from_secs(2))).await;
            }
        }
    }
}

impl Drop for Subscription {
    fn drop(&mut self) {
        self.hub.leave(self.board_id, self.id);
    }
}
