//! Limits on signing in. Only what failed counts, so that a person who types the right password is not kept out by their own
//! team behind the same address, and a stranger's guesses do not keep the account's owner out of a browser that knows it.
//!
//! The counts are the process's own. Two web processes allow twice as much, which is still far from enough to guess a
//! password.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use chrono::{DateTime, Utc};

use super::device::DeviceNumber;
use super::throttle::network;
use crate::email_address::canonical;

/// So many failures at once, then one in so many seconds.
#[derive(Clone, Copy)]
struct Limit {
    burst: f64,
    seconds: f64,
}

const ACCOUNT_FROM_NETWORK: Limit = Limit { burst: 10.0, seconds: 30.0 };
const ACCOUNT_FROM_DEVICE: Limit = Limit { burst: 10.0, seconds: 30.0 };
/// A team may share an address.
const NETWORK: Limit = Limit { burst: 60.0, seconds: 2.0 };
/// Guesses from everywhere, which few people ever see; browsers that know the account are not held up by them.
const ACCOUNT: Limit = Limit { burst: 300.0, seconds: 10.0 };

/// Past so many counts, those that are back at nothing are forgotten.
const MANY: usize = 10_000;

pub struct SignInThrottle {
    /// By the hash of what is counted, which takes as little memory for a long address as for a short one.
    counts: Mutex<HashMap<u64, Count>>,
    hasher: RandomState,
}

/// Failures, which fade with time.
#[derive(Clone, Copy)]
struct Count {
    failures: f64,
    at: DateTime<Utc>,
    limit: Limit,
}

impl Count {
    fn fade(&mut self, now: DateTime<Utc>) {
        let seconds = (now - self.at).as_seconds_f64().max(0.0);
        self.failures = (self.failures - seconds / self.limit.seconds).max(0.0);
        self.at = now;
    }
}

/// An attempt, which counts as failed until it is known to have succeeded.
#[must_use = "an attempt that succeeded is to be told"]
pub struct Attempt(Vec<u64>);

impl Default for SignInThrottle {
    fn default() -> Self {
        Self { counts: Mutex::default(), hasher: RandomState::new() }
    }
}

impl SignInThrottle {
    /// Begins an attempt at an account, or refuses it. `device` is the browser's number for this account.
    pub fn begin(
        &self,
        account: &str,
        address: Option<IpAddr>,
        device: Option<DeviceNumber>,
        now: DateTime<Utc>,
    ) -> Option<Attempt> {
        let network = address.map(network);
        let account = canonical(account);
        let counted = match device {
            Some(device) => vec![(self.hasher.hash_one(("device", &account, device)), ACCOUNT_FROM_DEVICE)],
            None => vec![
                (self.hasher.hash_one(("both", &account, network)), ACCOUNT_FROM_NETWORK),
                (self.hasher.hash_one(("network", network)), NETWORK),
                (self.hasher.hash_one(("account", &account)), ACCOUNT),
            ],
        };
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() > MANY {
            counts.retain(|_, count| {
                count.fade(now);
                count.failures > 0.0
            });
        }
        for (key, limit) in &counted {
            let count = counts.entry(*key).or_insert(Count { failures: 0.0, at: now, limit: *limit });
            count.fade(now);
            if count.failures + 1.0 > limit.burst {
                return None;
            }
        }
        let keys: Vec<u64> = counted.into_iter().map(|(key, _)| key).collect();
        for key in &keys {
            counts.entry(*key).and_modify(|count| count.failures += 1.0);
        }
        Some(Attempt(keys))
    }

    /// The attempt was no failure.
    pub fn succeeded(&self, Attempt(keys): Attempt) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        for key in keys {
            counts.entry(key).and_modify(|count| count.failures = (count.failures - 1.0).max(0.0));
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;

    use super::*;

    const HERE: Option<IpAddr> = Some(IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)));

    fn address(number: u32) -> IpAddr {
        IpAddr::from((0x0A00_0000 + number).to_be_bytes())
    }

    #[test]
    fn failures_at_one_account_from_one_network_are_limited_and_fade() {
        let (throttle, mut now) = (SignInThrottle::default(), Utc::now());
        let tries =
            |now| (0..30).filter(|_| throttle.begin("Ada@example.com", HERE, None, now).is_some()).count();
        assert_eq!(tries(now), 10);
        now += TimeDelta::seconds(61);
        assert_eq!(tries(now), 2);
        assert!(throttle.begin("ada@example.com", Some(address(1)), None, now).is_some(), "another network");
        assert!(throttle.begin("bob@example.com", HERE, None, now).is_some(), "another account");
    }

    #[test]
    fn what_succeeds_does_not_count() {
        let (throttle, now) = (SignInThrottle::default(), Utc::now());
        for _ in 0..200 {
            let attempt = throttle.begin("ada@example.com", HERE, None, now).expect("allowed");
            throttle.succeeded(attempt);
        }
    }

    #[test]
    fn a_network_is_limited_whatever_the_account() {
        let (throttle, now) = (SignInThrottle::default(), Utc::now());
        let v6 = |n: u16| Some(IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, n]));
        let tries =
            (0..100).filter(|n| throttle.begin(&format!("{n}@example.com"), v6(*n), None, now).is_some());
        assert_eq!(tries.count(), 60);
    }

    #[test]
    fn guesses_from_everywhere_are_limited_and_hold_up_no_browser_that_knows_the_account() {
        let (throttle, now) = (SignInThrottle::default(), Utc::now());
        let guess = |n| throttle.begin("ada@example.com", Some(address(n)), None, now).is_some();
        assert_eq!((0..1000).filter(|n| guess(*n)).count(), 300);
        let device = Some([7; 8]);
        let own = throttle.begin("ada@example.com", Some(address(1)), device, now);
        throttle.succeeded(own.expect("her own browser is not refused"));
        let tries = (0..30).filter(|_| throttle.begin("ada@example.com", HERE, device, now).is_some());
        assert_eq!(tries.count(), 10, "its own failures count");
    }

    #[test]
    fn counts_are_forgotten_once_they_have_faded() {
        let (throttle, mut now) = (SignInThrottle::default(), Utc::now());
        for number in 0..20_000 {
            now += TimeDelta::seconds(3);
            drop(throttle.begin(&format!("{number}@example.com"), Some(address(number)), None, now));
        }
        assert!(throttle.counts.lock().expect("no panic").len() <= MANY + 3);
    }
}
