//! What a worker tells of each attempt, for metrics.

use std::sync::Arc;
use std::time::Duration;

/// One attempt that has ended.
#[derive(Clone, Copy, Debug)]
pub struct Finished {
    pub kind: &'static str,
    /// completed, failed, discarded or snoozed.
    pub outcome: &'static str,
    pub duration: Duration,
}

pub(super) type Observe = Arc<dyn Fn(&Finished) + Send + Sync>;
