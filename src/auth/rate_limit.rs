//! How much a program may ask for: so many requests a minute with one token, all at once or spread out.
//!
//! The counts are the process's own: two web processes allow twice as much.

use std::num::NonZeroU32;

use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::DefaultKeyedStateStore;
use governor::{Quota, RateLimiter};

/// Requests of one token in a minute.
pub const A_MINUTE: NonZeroU32 = NonZeroU32::new(600).unwrap();

/// Past so many remembered tokens, those that have recovered are forgotten.
const MANY: usize = 10_000;

type Key = [u8; 32];

pub struct RateLimit(RateLimiter<Key, DefaultKeyedStateStore<Key>, DefaultClock, StateInformationMiddleware>);

/// What is left to ask for.
#[derive(Clone, Copy, Debug)]
pub struct Left {
    pub requests: u32,
    /// Until all of them are there again.
    pub seconds: u64,
}

impl Default for RateLimit {
    fn default() -> Self {
        let quota = Quota::per_minute(A_MINUTE);
        Self(RateLimiter::keyed(quota).with_middleware())
    }
}

impl RateLimit {
    /// Counts a request.
    ///
    /// # Errors
    /// The seconds until the next one may be made.
    pub fn count(&self, token: Key) -> Result<Left, u64> {
        if self.0.len() > MANY {
            self.0.retain_recent();
        }
        match self.0.check_key(&token) {
            Ok(state) => {
                let requests = state.remaining_burst_capacity();
                let used = u64::from(A_MINUTE.get() - requests);
                Ok(Left { requests, seconds: (used * 60).div_ceil(u64::from(A_MINUTE.get())) })
            }
            Err(until) => Err(until.wait_time_from(DefaultClock::default().now()).as_secs() + 1),
        }
    }
}
