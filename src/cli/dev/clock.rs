//! The time of the demo, in which weeks of work happen at once.

use chrono::{DateTime, TimeDelta, Utc};

/// Spreads what happened over the weeks before, so that the history reads like one.
pub struct Clock(DateTime<Utc>);

/// Between one change and the next.
const STEP: TimeDelta = TimeDelta::minutes(197);

impl Clock {
    /// One that ticks once for each of so many changes and has then come to `now`.
    pub fn until(now: DateTime<Utc>, changes: usize) -> Self {
        Self(now - STEP * i32::try_from(changes).unwrap_or(i32::MAX))
    }

    pub fn tick(&mut self) -> DateTime<Utc> {
        self.0 += STEP;
        self.0
    }
}
