//! The one place where pictures are decoded: one at a time, since each may take a lot of memory, and off the async threads.

use std::sync::{Arc, LazyLock};

use tokio::sync::Semaphore;

static DECODER: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(1)));

/// Runs `work` on a thread of its own, once those before it have ended. What a picture does to its decoder, a panic too, stays
/// there: none then.
pub async fn run<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    // The permit goes with the work: a job that is given up ends the waiting, and not the work.
    let permit = Arc::clone(&DECODER).acquire_owned().await;
    let worked = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    });
    worked.await.inspect_err(|panic| tracing::error!("a picture's decoder failed: {panic}")).ok()
}
