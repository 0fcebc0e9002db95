//! Hashing and checking passwords with argon2id.
//!
//! A hash takes 19 MiB and some 20 ms of one core, so it runs off the async threads, and at most as many at once
//! as there are cores, up to eight. Each has memory of its own, which the next one takes over: an allocator
//! would keep a piece for each thread that ever hashed.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, anyhow};
use argon2::password_hash::phc::{Ident, Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use tokio::sync::Semaphore;
use unicode_normalization::UnicodeNormalization;

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

/// Hashes at once. What they take together has to fit into the service's memory (`MemoryMax` of the NixOS module).
const AT_ONCE_MOST: usize = 8;

/// What one hash is made in.
type Memory = Vec<Block>;

pub struct Passwords {
    at_once: Arc<Semaphore>,
    /// Of the hashes that have ended: never more than run at once.
    memories: Arc<Mutex<Vec<Memory>>>,
}

impl Passwords {
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Self::at_once(cores.min(AT_ONCE_MOST))
    }

    fn at_once(limit: usize) -> Self {
        Self { at_once: Arc::new(Semaphore::new(limit)), memories: Arc::default() }
    }

    /// The hash to keep, as a PHC string. Of the composed form (NFC), which keyboards do not agree on.
    pub async fn hash(&self, password: String) -> anyhow::Result<String> {
        self.off_the_async_threads(move |memory| hash_in(&password, memory)).await
    }

    /// Whether this is the password of that hash. Without a hash there is no such password, and that takes as
    /// long to find out.
    pub async fn verify(&self, password: String, hash: Option<&str>) -> anyhow::Result<bool> {
        let (known, hash) = (hash.is_some(), hash.unwrap_or(NOBODY).to_owned());
        let right = self
            .off_the_async_threads(move |memory| {
                let composed = composed(&password);
                // Hashes from before passwords were composed are of what was typed.
                Ok(verify(&composed, &hash, memory)?
                    || (composed != password && verify(&password, &hash, memory)?))
            })
            .await?;
        Ok(right && known)
    }

    async fn off_the_async_threads<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Memory) -> anyhow::Result<T> + Send + 'static,
    ) -> anyhow::Result<T> {
        // The permit goes with the work: a client that hangs up ends the waiting, and not the work.
        let permit = Arc::clone(&self.at_once).acquire_owned().await?;
        let memories = Arc::clone(&self.memories);
        tokio::task::spawn_blocking(move || {
            let _permit = permit;
            let mut memory =
                memories.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default();
            let done = work(&mut memory);
            memories.lock().unwrap_or_else(PoisonError::into_inner).push(memory);
            done
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
    hash_in(password, &mut Memory::new())
}

fn composed(password: &str) -> String {
    password.nfc().collect()
}

fn hash_in(password: &str, memory: &mut Memory) -> anyhow::Result<String> {
    let password = &composed(password);
    let params = Params::new(MEMORY_KIB, ITERATIONS, LANES, None).map_err(unfit)?;
    let salt = Salt::new(&rand::random::<[u8; 16]>()).map_err(unfit)?;
    let hash = PasswordHash {
        algorithm: Ident::new("argon2id").map_err(unfit)?,
        version: Some(Version::V0x13.into()),
        params: ParamsString::try_from(&params).map_err(unfit)?,
        hash: Some(digest(password, &salt, params, memory)?),
        salt: Some(salt),
    };
    Ok(hash.to_string())
}

fn verify(password: &str, hash: &str, memory: &mut Memory) -> anyhow::Result<bool> {
    let hash = PasswordHash::new(hash).map_err(unfit).context("a kept hash does not parse")?;
    let params = Params::try_from(&hash).map_err(unfit)?;
    let salt = hash.salt.as_ref().context("a kept hash has no salt")?;
    // Compared in constant time.
    Ok(hash.hash == Some(digest(password, salt, params, memory)?))
}

/// Argon2id in memory that may have been used before: all that is read of it is written first.
fn digest(password: &str, salt: &[u8], params: Params, memory: &mut Memory) -> anyhow::Result<Output> {
    memory.resize(params.block_count(), Block::default());
    let mut digest = [0; Params::DEFAULT_OUTPUT_LEN];
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2
        .hash_password_into_with_memory(password.as_bytes(), salt, &mut digest, memory.as_mut_slice())
        .map_err(unfit)?;
    Output::new(&digest).map_err(unfit)
}

/// An error of argon2's, whose types are none of the standard library's.
fn unfit(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("{error}")
}

#[cfg(test)]
mod tests {
    use argon2::password_hash::{PasswordHasher, PasswordVerifier};

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
        assert!(!verify("correct horse", NOBODY, &mut Memory::new()).expect("it parses"));
        let digest = |hash: &str| hash.rsplit('$').next().map(str::len);
        assert_eq!(digest(NOBODY), digest(&hash("correct horse").expect("random bytes")));
    }

    #[tokio::test]
    async fn work_that_nobody_waits_for_any_more_keeps_its_permit() {
        let passwords = Passwords::at_once(1);
        let (begun, has_begun) = tokio::sync::oneshot::channel();
        let (end, ended) = std::sync::mpsc::channel::<()>();
        {
            let work = std::pin::pin!(passwords.off_the_async_threads(move |_| {
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

    #[tokio::test(flavor = "multi_thread")]
    async fn twenty_hashes_take_the_memory_of_those_that_run_at_once() {
        let passwords = Passwords::at_once(2);
        let hashes = (0..20).map(|number| passwords.hash(format!("password {number}")));
        let hashes = futures_util::future::join_all(hashes).await;
        for (number, hash) in hashes.into_iter().enumerate() {
            let hash = hash.expect("hashed");
            assert!(passwords.verify(format!("password {number}"), Some(&hash)).await.expect("checked"));
        }
        let kept = passwords.memories.lock().expect("no panic");
        let blocks: usize = kept.iter().map(Vec::len).sum();
        assert!(kept.len() <= 2 && blocks * 1024 <= 2 * 19 * 1024 * 1024, "{} of {blocks}", kept.len());
    }

    #[test]
    fn hashes_are_those_of_the_library() {
        let ours = hash("correct horse").expect("hashed");
        let parsed = PasswordHash::new(&ours).expect("a hash");
        assert!(Argon2::default().verify_password(b"correct horse", &parsed).is_ok());
        // Of other costs than ours, as an older version may have made them.
        let params = Params::new(8 * 1024, 3, 2, None).expect("params");
        let theirs = Argon2::new(Algorithm::Argon2id, Version::V0x13, params).hash_password(b"correct horse");
        let theirs = theirs.expect("hashed").to_string();
        let mut memory = Memory::new();
        assert!(verify("correct horse", &theirs, &mut memory).expect("checked"));
        assert!(verify("correct horse", &ours, &mut memory).expect("checked"));
        assert!(!verify("wrong horse", &theirs, &mut memory).expect("checked"));
    }

    #[tokio::test]
    async fn nobody_has_a_password() {
        let passwords = Passwords::new();
        assert!(!passwords.verify("nobody's password".to_owned(), None).await.expect("checked"));
    }
}
