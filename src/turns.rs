//! Turns: for each key so many hold one at once, and others wait in a line, first come first served.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;
use uuid::Uuid;

/// Past so many remembered keys, those that nobody has a turn of are forgotten.
const MANY: usize = 1000;

pub struct Turns {
    at_once: usize,
    by_key: Mutex<HashMap<Uuid, Arc<Semaphore>>>,
}

/// Dropped, it is the next one's turn.
pub type Turn = OwnedSemaphorePermit;

impl Turns {
    pub fn new(at_once: usize) -> Self {
        Self { at_once, by_key: Mutex::default() }
    }

    /// A turn, once there is one; none where that takes longer than `patience`.
    pub async fn take(&self, key: Uuid, patience: Duration) -> Option<Turn> {
        timeout(patience, self.of(key).acquire_owned()).await.ok()?.ok()
    }

    /// A turn, if there is one now.
    pub fn try_take(&self, key: Uuid) -> Option<Turn> {
        self.of(key).try_acquire_owned().ok()
    }

    fn of(&self, key: Uuid) -> Arc<Semaphore> {
        let mut by_key = self.by_key.lock().unwrap_or_else(PoisonError::into_inner);
        if by_key.len() > MANY {
            // A turn, and who waits for one, holds the semaphore too.
            by_key.retain(|_, semaphore| Arc::strong_count(semaphore) > 1);
        }
        Arc::clone(by_key.entry(key).or_insert_with(|| Arc::new(Semaphore::new(self.at_once))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn so_many_have_a_turn_and_the_next_waits_for_the_first_that_ends() {
        let (turns, key) = (Turns::new(2), Uuid::now_v7());
        let (first, _second) = (turns.try_take(key).expect("one"), turns.try_take(key).expect("two"));
        assert!(turns.try_take(key).is_none());
        assert!(turns.take(key, Duration::from_millis(1)).await.is_none());
        assert!(turns.try_take(Uuid::now_v7()).is_some(), "another key has turns of its own");
        let waiting = turns.take(key, Duration::from_mins(1));
        drop(first);
        assert!(waiting.await.is_some());
    }

    #[test]
    fn a_turn_that_is_held_is_not_forgotten() {
        let (turns, key) = (Turns::new(1), Uuid::now_v7());
        let _held = turns.try_take(key).expect("one");
        for _ in 0..3 * MANY {
            drop(turns.try_take(Uuid::now_v7()));
        }
        assert!(turns.try_take(key).is_none());
        assert!(turns.by_key.lock().expect("no panic").len() <= MANY + 2);
    }
}
