//! Hashing and checking passwords with argon2id.
//!
//! A hash takes 19 MiB and some 20 ms of one core, so it runs off the async threads, and at most as many at once
//! as there are cores.

use std::sync::Arc;

use anyhow::{Context, anyhow};
use argon2::password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash};
use argon2::{Algorithm, Argon2, Params, Version};
use tokio::sync::Semaphore;

/// OWASP's Password Storage Cheat Sheet: argon2id with 19 MiB of memory, two iterations, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const ITERATIONS: u32 = 2;
const LANES: u32 = 1;

/// Characters. NIST SP 800-63B asks for at least 8; more is better than rules about which.
pub const LEAST: usize = 10;

/// The hash of no account and of no known password, so that an unknown e-mail address takes as long as a wrong
/// password.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5J3Mgc2FsdA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

pub struct Passwords {
    at_once: Arc<Semaphore>,
}

impl Passwords {
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self { at_once: Arc::new(Semaphore::new(cores)) }
    }

    /// The hash to keep, as a PHC string.
    pub async fn hash(&self, password: String) -> anyhow::Result<String> {
        self.off_the_async_threads(move || hash(&password)).await
    }

    /// Whether this is the password of that hash. Without a hash there is no such password, and that takes as
    /// long to find out.
    pub async fn verify(&self, password: String, hash: Option<&str>) -> anyhow::Result<bool> {
        let (known, hash) = (hash.is_some(), hash.unwrap_or(NOBODY).to_owned());
        let right = self.off_the_async_threads(move || verify(&password, &hash)).await?;
        Ok(right && known)
    }

    async fn off_the_async_threads<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        // The permit goes with the work: a client that hangs up ends the waiting, and not the work.
        let permit = Arc::clone(&self.at_once).acquire_owned().await?;
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        })
        .await?
    }
}

impl Default for Passwords {
    fn default() -> Self {
        Self::new()
    }
}

/// Hashes on the calling thread; for commands, which have no other work to hold up.
///
/// # Errors
/// The system gives no random bytes.
pub fn hash(password: &str) -> anyhow::Result<String> {
    let hash = argon2()?.hash_password(password.as_bytes()).map_err(|error| anyhow!("{error}"))?;
    Ok(hash.to_string())
}

fn verify(password: &str, hash: &str) -> anyhow::Result<bool> {
    let hash =
        PasswordHash::new(hash).map_err(|error| anyhow!("{error}")).context("a kept hash does not parse")?;
    Ok(argon2()?.verify_password(password.as_bytes(), &hash).is_ok())
}

fn argon2() -> anyhow::Result<Argon2<'static>> {
    let params = Params::new(MEMORY_KIB, ITERATIONS, LANES, None).map_err(|error| anyhow!("{error}"))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_password_fits_its_own_hash_alone() {
        let passwords = Passwords::new();
        let hash = passwords.hash("correct horse".to_owned()).await.expect("hashed");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify("correct horse".to_owned(), Some(&hash)).await.expect("checked"));
        assert!(!passwords.verify("wrong horse".to_owned(), Some(&hash)).await.expect("checked"));
    }

    #[test]
    fn nobodys_hash_costs_what_anybodys_does() {
        let cost = |hash: &str| hash.rsplitn(3, '$').last().map(str::to_owned);
        assert_eq!(cost(NOBODY), cost(&hash("correct horse").expect("random bytes")));
        assert!(!verify("correct horse", NOBODY).expect("it parses"));
        let digest = |hash: &str| hash.rsplit('$').next().map(str::len);
        assert_eq!(digest(NOBODY), digest(&hash("correct horse").expect("random bytes")));
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_any_more_keeps_its_permit() {
        let passwords = Passwords { at_once: Arc::new(Semaphore::new(1)) };
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        {
            let work = std::pin::pin!(passwords.off_the_async_threads(move || {
                let _ = begun.send(());
                ended.recv()?;
                Ok(())
            }));
            tokio::select! {
                done = work => panic!("it waits for the test: {done:?}"),
                begun = has_begun => begun.expect("it has begun"),
            }
            // Here a client hangs up.
        }
        assert_eq!(passwords.at_once.available_permits(), 0, "the work goes on");
        end.send(()).expect("the work waits");
        drop(passwords.at_once.acquire().await.expect("a permit, once the work has ended"));
    }

    #[tokio::test]
    async fn nobody_has_a_password() {
        let passwords = Passwords::new();
        assert!(!passwords.verify("nobody's password".to_owned(), None).await.expect("checked"));
    }
}
