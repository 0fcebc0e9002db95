//! Limits on registering, on invitations, on passwords asked for on an account's pages, and on mails, by account and by address. Signing in
//! has limits of its own: [`super::sign_in_throttle`].
//!
//! The counts are the process's own: two web processes allow twice as much.

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter};

use crate::email_address::canonical;

/// So many at once, then one a period.
type Limit = (u32, Duration);

/// Ten tries at one account's password, or to register with one address, then one every half minute.
const TRIES_OF_ACCOUNT: Limit = (10, Duration::from_secs(30));
/// Sixty tries from one network, since a team may share one, then one every two seconds.
const TRIES_FROM_NETWORK: Limit = (60, Duration::from_secs(2));
/// Five mails to one account, then one every five minutes, so that no mailbox is flooded.
const MAILS_OF_ACCOUNT: Limit = (5, Duration::from_mins(5));
/// Thirty mails from one address, then one every half minute.
const MAILS_FROM_ADDRESS: Limit = (30, Duration::from_secs(30));
/// Thirty invitations, then one every two minutes.
const INVITATIONS: Limit = (30, Duration::from_mins(2));
/// Past so many remembered keys, those that have recovered are forgotten.
const MANY: usize = 10_000;

pub struct Throttle {
    accounts: DefaultKeyedRateLimiter<String>,
    addresses: DefaultKeyedRateLimiter<IpAddr>,
}

impl Throttle {
    /// Tries to register: whether an address is taken shows there.
    pub fn of_registrations() -> Self {
        Self::new(TRIES_OF_ACCOUNT, TRIES_FROM_NETWORK)
    }

    /// Tries of the password that an account's pages ask for.
    pub fn of_account_passwords() -> Self {
        Self::new(TRIES_OF_ACCOUNT, TRIES_FROM_NETWORK)
    }

    pub fn of_mails() -> Self {
        Self::new(MAILS_OF_ACCOUNT, MAILS_FROM_ADDRESS)
    }

    /// Invitations, by the person who invites and by the address that is invited.
    pub fn of_invitations() -> Self {
        Self::new(INVITATIONS, MAILS_FROM_ADDRESS)
    }

    fn new(of_account: Limit, from_address: Limit) -> Self {
        Self {
            accounts: RateLimiter::keyed(quota(of_account)),
            addresses: RateLimiter::keyed(quota(from_address)),
        }
    }

    /// Counts a try; whether it may go on.
    pub fn allows(&self, account: &str, address: Option<IpAddr>) -> bool {
        if self.accounts.len() > MANY {
            self.accounts.retain_recent();
        }
        if self.addresses.len() > MANY {
            self.addresses.retain_recent();
        }
        let by_address = address.is_none_or(|address| self.addresses.check_key(&network(address)).is_ok());
        by_address && self.accounts.check_key(&canonical(account)).is_ok()
    }
}

fn quota((burst, period): Limit) -> Quota {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(period).unwrap_or(Quota::per_minute(burst)).allow_burst(burst)
}

/// One customer of an IPv6 provider has a whole /64, so that is what counts as an address.
pub fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        v4 @ IpAddr::V4(_) => v4,
        IpAddr::V6(v6) => IpAddr::V6((u128::from(v6) & !u128::from(u64::MAX)).into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_account_is_throttled_whatever_the_address_and_its_case() {
        let throttle = Throttle::of_registrations();
        let tries = (0..30_u8).filter(|n| {
            let account = if n % 2 == 0 { "ada@example.com" } else { "ADA@example.com" };
            throttle.allows(account, Some(IpAddr::from([10, 0, 0, *n])))
        });
        assert_eq!(tries.count(), 10);
        assert!(throttle.allows("bob@example.com", None));
    }

    #[test]
    fn one_network_is_throttled_whatever_the_account() {
        let throttle = Throttle::of_registrations();
        let tries = (0..100_u16).filter(|n| {
            throttle
                .allows(&format!("{n}@example.com"), Some(IpAddr::from([0x2001, 0xdb8, 0, 0, 0, 0, 0, *n])))
        });
        assert_eq!(tries.count(), 60);
    }
}
