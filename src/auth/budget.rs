//! What one signed-in person may ask of the server: so many changes in a time, and so many requests at once. A person never
//! meets it; a script, or a page that went wild, waits, and costs nobody else their own answer.

use std::num::NonZeroU32;
use std::time::Duration;

use axum::http::{HeaderMap, Method, header};
use governor::clock::{Clock as _, DefaultClock};
use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};
use tokio::time::sleep;
use uuid::Uuid;

use crate::error::Busy;
use crate::turns::{Turn, Turns};

/// Changes at once, for each that may be made in a second.
const WRITES_BURST: NonZeroU32 = NonZeroU32::new(10).unwrap();

const REQUESTS_AT_ONCE: usize = 8;
const UPLOADS_AT_ONCE: usize = 4;

/// How long a request waits for its turn, before it is refused.
const PATIENCE: Duration = Duration::from_secs(10);

/// Past so many remembered people, those that have recovered are forgotten.
const MANY: usize = 10_000;

/// The counts are the process's own: two web processes allow twice as much.
pub struct Budgets {
    writes: DefaultKeyedRateLimiter<Uuid>,
    requests: Turns,
    uploads: Turns,
    patience: Duration,
}

impl Budgets {
    /// With so many changes a second (`CHANGES_PER_SECOND`).
    pub fn new(changes: u32) -> Self {
        Self::with_patience(changes, PATIENCE)
    }

    fn with_patience(changes: u32, patience: Duration) -> Self {
        let changes = NonZeroU32::new(changes).unwrap_or(NonZeroU32::MIN);
        let burst = changes.saturating_mul(WRITES_BURST);
        Self {
            patience,
            writes: RateLimiter::keyed(Quota::per_second(changes).allow_burst(burst)),
            requests: Turns::new(REQUESTS_AT_ONCE),
            uploads: Turns::new(UPLOADS_AT_ONCE),
        }
    }

    /// Waits until it is this request's turn, which lasts until what this gives is dropped.
    ///
    /// # Errors
    /// It would take too long.
    pub async fn begin(&self, user_id: Uuid, method: &Method, headers: &HeaderMap) -> Result<Turn, Busy> {
        if self.writes.len() > MANY {
            self.writes.retain_recent();
        }
        let kind = headers.get(header::CONTENT_TYPE).map_or(&b""[..], |kind| kind.as_bytes());
        // An upload may take hours, and must not keep its sender from everything else.
        let turn = if kind.starts_with(b"multipart/form-data") {
            self.uploads.try_take(user_id).ok_or(Busy::Uploads)?
        } else {
            self.requests.take(user_id, self.patience).await.ok_or(Busy::Requests)?
        };
        if !method.is_safe() {
            self.write(user_id).await?;
        }
        Ok(turn)
    }

    async fn write(&self, user_id: Uuid) -> Result<(), Busy> {
        let clock = DefaultClock::default();
        let given_up = tokio::time::Instant::now() + self.patience;
        while let Err(not_until) = self.writes.check_key(&user_id) {
            let wait = not_until.wait_time_from(clock.now());
            if tokio::time::Instant::now() + wait > given_up {
                return Err(Busy::Requests);
            }
            sleep(wait).await;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_person_has_a_budget_of_changes_and_another_one_has_theirs() {
        let (budgets, ada, eve) =
            (Budgets::with_patience(20, Duration::ZERO), Uuid::now_v7(), Uuid::now_v7());
        let headers = HeaderMap::new();
        for _ in 0..200 {
            drop(budgets.begin(ada, &Method::POST, &headers).await.expect("within the burst"));
        }
        let mut refused = 0;
        for _ in 0..1000 {
            refused += u32::from(budgets.begin(ada, &Method::POST, &headers).await.is_err());
        }
        assert!(refused > 0);
        for user in [ada, eve] {
            drop(budgets.begin(user, &Method::GET, &headers).await.expect("looking costs nothing"));
        }
        drop(budgets.begin(eve, &Method::POST, &headers).await.expect("her own budget"));
    }

    #[tokio::test]
    async fn a_change_over_the_budget_waits_for_its_time() {
        let (budgets, ada, headers) = (Budgets::new(20), Uuid::now_v7(), HeaderMap::new());
        for _ in 0..205 {
            drop(budgets.begin(ada, &Method::POST, &headers).await.expect("at once or a little later"));
        }
    }
}
