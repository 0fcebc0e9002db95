//! How many connections a listener keeps: at the bound the one that has kept the server waiting longest makes room.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::activity::Activity;
use super::limits::Limits;
use crate::auth::peer::Peer;
use crate::auth::throttle::network;

/// Between two lines of the log about too many connections.
const QUIET: Duration = Duration::from_mins(1);

/// A listener's open connections.
pub struct Admission {
    limits: Arc<Limits>,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    connections: HashMap<u64, Connection>,
    by_network: HashMap<IpAddr, usize>,
    next: u64,
    warned: Option<Instant>,
}

struct Connection {
    activity: Arc<Activity>,
    /// Whose share it counts to; none for a proxy's.
    network: Option<IpAddr>,
}

impl Admission {
    pub fn new(limits: Arc<Limits>) -> Arc<Self> {
        Arc::new(Self { limits, open: Mutex::default() })
    }

    /// Counts a connection until what this gives is dropped. `None` where all others are at work, and this one has to go.
    pub fn admit(self: &Arc<Self>, peer: Peer, activity: &Arc<Activity>) -> Option<Admitted> {
        let network = self.counted(peer);
        let mut open = self.lock();
        if let Some(network) = network
            && open.by_network.get(&network).is_some_and(|count| *count >= self.limits.of_address)
            && !open.make_room(|connection| connection.network == Some(network))
        {
            return None;
        }
        if open.connections.len() >= self.limits.connections && !open.make_room(|_| true) {
            return None;
        }
        let id = open.next;
        open.next += 1;
        open.connections.insert(id, Connection { activity: Arc::clone(activity), network });
        if let Some(network) = network {
            *open.by_network.entry(network).or_default() += 1;
        }
        Some(Admitted { admission: Arc::clone(self), id })
    }

    /// The network whose share this peer's connections count to.
    fn counted(&self, Peer(address): Peer) -> Option<IpAddr> {
        let address = address?.to_canonical();
        let is_proxy = self.limits.proxies.iter().any(|proxies| proxies.contains(&address));
        (!is_proxy).then(|| network(address))
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Closes the connection that has waited longest for its client, of those that `may_go`. Returns whether there was one.
    fn make_room(&mut self, may_go: impl Fn(&Connection) -> bool) -> bool {
        let waiting = self.connections.iter().filter(|(_, connection)| may_go(connection));
        let longest = waiting
            .filter_map(|(id, connection)| Some((connection.activity.waiting_since()?, *id)))
            .min()
            .map(|(_, id)| id);
        self.warn(if longest.is_some() { "closed" } else { "refused" });
        let Some(connection) = longest.and_then(|id| self.remove(id)) else { return false };
        connection.activity.dismiss();
        true
    }

    fn remove(&mut self, id: u64) -> Option<Connection> {
        let connection = self.connections.remove(&id)?;
        if let Some(network) = connection.network
            && let Some(count) = self.by_network.get_mut(&network)
        {
            *count -= 1;
            if *count == 0 {
                self.by_network.remove(&network);
            }
        }
        Some(connection)
    }

    fn warn(&mut self, outcome: &'static str) {
        metrics::counter!("xtablo_connections_over_limit_total", "outcome" => outcome).increment(1);
        let now = Instant::now();
        if self.warned.is_none_or(|at| now - at >= QUIET) {
            self.warned = Some(now);
            tracing::warn!(connections = self.connections.len(), "too many connections: one was {outcome}");
        }
    }
}

/// A connection that counts.
pub struct Admitted {
    admission: Arc<Admission>,
    id: u64,
}

impl Drop for Admitted {
    fn drop(&mut self) {
        self.admission.lock().remove(self.id);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admission(connections: usize, of_address: usize) -> Arc<Admission> {
        let proxies = vec!["10.0.0.0/8".parse().expect("a network")];
        Admission::new(Arc::new(Limits { connections, of_address, proxies, ..Limits::default() }))
    }

    fn peer(address: &str) -> Peer {
        Peer(Some(address.parse().expect("an address")))
    }

    #[test]
    fn the_connection_that_waits_longest_makes_room_and_one_at_work_never_does() {
        let admission = admission(3, 3);
        let activities: Vec<_> = (0..4).map(|_| Activity::new()).collect();
        let _request = activities[0].request();
        let _admitted: Vec<_> = activities
            .iter()
            .map(|activity| admission.admit(Peer(None), activity).expect("admitted"))
            .collect();
        let dismissed: Vec<_> = activities.iter().map(|activity| activity.is_dismissed()).collect();
        assert_eq!(dismissed, [false, true, false, false]);
        assert_eq!(admission.lock().connections.len(), 3);
    }

    #[test]
    fn a_connection_is_refused_where_all_others_are_at_work() {
        let admission = admission(1, 1);
        let (first, second) = (Activity::new(), Activity::new());
        let request = first.request();
        let admitted = admission.admit(Peer(None), &first).expect("the first");
        assert!(admission.admit(Peer(None), &second).is_none());
        drop((request, admitted));
        assert!(admission.admit(Peer(None), &second).is_some());
    }

    #[test]
    fn one_address_has_its_share_and_a_proxy_all() {
        let admission = admission(100, 2);
        let admit = |address: &str| {
            let activity = Activity::new();
            // At work, so that none makes room.
            let request = activity.request();
            admission.admit(peer(address), &activity).map(|admitted| (admitted, request))
        };
        let _kept: Vec<_> = (0..2).map(|_| admit("192.0.2.1").expect("within its share")).collect();
        assert!(admit("192.0.2.1").is_none() && admit("::ffff:192.0.2.1").is_none());
        assert!(admit("192.0.2.2").is_some());
        let proxied: Vec<_> = (0..10).filter_map(|_| admit("10.1.2.3")).collect();
        assert_eq!(proxied.len(), 10);
        // A customer's whole /64 is one address.
        let _six: Vec<_> =
            ["2001:db8::1", "2001:db8::2"].map(|address| admit(address).expect("admitted")).into();
        assert!(admit("2001:db8::3").is_none() && admit("2001:db8:0:1::3").is_some());
    }
}
