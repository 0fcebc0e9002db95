//! How long a connection may keep the server waiting, and how many connections there may be.

use std::time::Duration;

use ipnet::IpNet;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use crate::config::Config;

/// More connections than any team of this product's size keeps, and few enough to look through at each new one.
const CONNECTIONS_MOST: u64 = 10_000;

/// Open files beside connections, pool and content: listeners, the log, epoll, certificates, name look-ups.
const FILES_OF_ITS_OWN: u64 = 64;

/// The limits of a listener's connections. The requests on them have limits of their own.
#[derive(Clone, Debug)]
pub struct Limits {
    /// From a request's first byte to the end of its head.
    pub head: Duration,
    /// From the end of an answer, or of the connecting, to the next request's first byte. Longer than proxies keep a
    /// connection (nginx a minute; those of `deploy/` and of the NixOS module 30 s), so that it is they who close it.
    pub idle: Duration,
    /// How long an answer may wait for its client to take the next byte.
    pub stall: Duration,
    /// Connections at once.
    pub connections: usize,
    /// Connections at once from one address, except those of `proxies`.
    pub of_address: usize,
    /// They carry the connections of many clients.
    pub proxies: Vec<IpNet>,
}

/// For a listener that few programs ask: probes and Prometheus.
impl Default for Limits {
    fn default() -> Self {
        Self {
            head: Duration::from_secs(10),
            idle: Duration::from_secs(75),
            stall: Duration::from_mins(1),
            connections: 100,
            of_address: 100,
            proxies: Vec::new(),
        }
    }
}

impl Limits {
    /// For the site itself: `MAX_CONNECTIONS`, or as many as the limit of open files has room for. One address may have a
    /// quarter of them: a whole office behind one address does not need more, and a single attacker leaves the rest.
    pub fn of_site(config: &Config) -> Self {
        let room = room_for_connections(open_files(), config.database_pool_size);
        let connections = match config.connections_most.map(u64::from) {
            Some(wanted) if wanted > room => {
                tracing::warn!("MAX_CONNECTIONS is {wanted}; the limit of open files has room for {room}");
                room
            }
            Some(wanted) => wanted,
            None => room.min(CONNECTIONS_MOST),
        };
        let connections = usize::try_from(connections).unwrap_or(usize::MAX);
        Self {
            connections,
            of_address: connections.div_ceil(4),
            proxies: config.trusted_proxies.clone(),
            ..Self::default()
        }
    }
}

/// Raises the soft limit of open files to the hard one: the soft one is for programs that call `select`.
pub fn raise_open_files() {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    if let Err(error) = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum }) {
        tracing::warn!("the limit of open files cannot be raised: {error}");
    }
}

/// How many files this process may have open.
fn open_files() -> u64 {
    getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX)
}

/// How many connections fit: each may have a file open too, or a connection to the store.
fn room_for_connections(open_files: u64, pool_size: u32) -> u64 {
    (open_files.saturating_sub(FILES_OF_ITS_OWN + u64::from(pool_size)) / 2).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connections_leave_room_for_the_database_and_a_file_each() {
        assert_eq!(room_for_connections(1024, 10), 475);
        assert_eq!(room_for_connections(65_536, 36), 32_718);
        assert_eq!(room_for_connections(50, 10), 1);
        assert!(room_for_connections(u64::MAX, 10) > CONNECTIONS_MOST);
    }
}
