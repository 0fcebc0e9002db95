//! The address a request came from.

use std::convert::Infallible;
use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use ipnet::IpNet;

use crate::app::App;

/// The other end of a connection; `None` on a Unix socket.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub Option<IpAddr>);

/// The client's address: the connection's, or, behind trusted proxies, what they say in `X-Forwarded-For`. `None` where
/// nothing is known.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub Option<IpAddr>);

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>().and_then(|ConnectInfo(peer)| peer.0);
        let forwarded = parts.headers.get_all("x-forwarded-for").iter();
        // What is not ASCII is no address, and as unknown as any other.
        let forwarded = forwarded.map(|value| value.to_str().unwrap_or("?")).collect::<Vec<_>>().join(",");
        Ok(Self(client_address(peer, &forwarded, &app.config.trusted_proxies)))
    }
}

/// Reads `X-Forwarded-For` from the right, where the nearest proxy has written: the first part that is no trusted proxy
/// decides, since what stands before it the client may have made up. A part that is no address is a client nobody knows:
/// what its proxy is known by stands for it. Where all are trusted, the first is the client.
fn client_address(peer: Option<IpAddr>, forwarded: &str, trusted: &[IpNet]) -> Option<IpAddr> {
    let is_trusted = |address: &IpAddr| trusted.iter().any(|net| net.contains(address));
    let mut nearest = peer.map(|peer| peer.to_canonical());
    if nearest.is_some_and(|peer| !is_trusted(&peer)) {
        return nearest;
    }
    for part in forwarded.rsplit(',').map(str::trim).filter(|part| !part.is_empty()) {
        let Some(address) = parse(part) else { return nearest };
        nearest = Some(address);
        if !is_trusted(&address) {
            break;
        }
    }
    nearest
}

/// `192.0.2.1`, `192.0.2.1:4711`, `2001:db8::1`, `[2001:db8::1]`, `[2001:db8::1]:4711`. IPv4 in IPv6 is IPv4.
fn parse(part: &str) -> Option<IpAddr> {
    let bare = part.strip_prefix('[').and_then(|part| part.strip_suffix(']')).unwrap_or(part);
    let address = bare.parse().or_else(|_| part.parse::<SocketAddr>().map(|address| address.ip())).ok()?;
    Some(address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The client's address behind `peer`, where 10.0.0.0/8 and ::1 are trusted.
    fn client(peer: Option<&str>, forwarded: &str) -> Option<String> {
        let trusted = ["10.0.0.0/8", "::1/128"].map(|net| net.parse().expect("a network"));
        let peer = peer.map(|peer| peer.parse().expect("an address"));
        client_address(peer, forwarded, &trusted).map(|address| address.to_string())
    }

    #[test]
    fn the_first_part_from_the_right_that_is_no_proxy_decides() {
        for (peer, forwarded, address) in [
            // Direct: what a client says of itself is nothing.
            (Some("192.0.2.1"), "", "192.0.2.1"),
            (Some("192.0.2.1"), "198.51.100.7", "192.0.2.1"),
            // Behind a proxy that writes the header anew, or appends to it.
            (Some("10.0.0.1"), "192.0.2.1", "192.0.2.1"),
            (Some("10.0.0.1"), "198.51.100.7, 192.0.2.1", "192.0.2.1"),
            (Some("10.0.0.1"), "198.51.100.7, 192.0.2.1, 10.0.0.2", "192.0.2.1"),
            // On a Unix socket the peer is trusted, and has no address.
            (None, "192.0.2.1", "192.0.2.1"),
            // A part that is no address hides all before it.
            (Some("10.0.0.1"), "198.51.100.7, junk", "10.0.0.1"),
            (Some("10.0.0.1"), "198.51.100.7, junk, 10.0.0.2", "10.0.0.2"),
            (Some("10.0.0.1"), "unknown", "10.0.0.1"),
            // All trusted: the client is in the network of the proxies.
            (Some("10.0.0.1"), "10.0.0.3, 10.0.0.2", "10.0.0.3"),
            (Some("10.0.0.1"), "", "10.0.0.1"),
            (Some("10.0.0.1"), " , ", "10.0.0.1"),
        ] {
            assert_eq!(client(peer, forwarded).as_deref(), Some(address), "{peer:?} {forwarded:?}");
        }
        assert_eq!(client(None, ""), None);
        assert_eq!(client(None, "198.51.100.7, junk"), None);
    }

    #[test]
    fn ports_brackets_and_ipv4_in_ipv6_are_read() {
        for (forwarded, address) in [
            ("192.0.2.1:4711", "192.0.2.1"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("[::ffff:192.0.2.1]:4711", "192.0.2.1"),
        ] {
            assert_eq!(client(Some("::ffff:10.0.0.1"), forwarded).as_deref(), Some(address), "{forwarded}");
        }
        assert_eq!(
            client(Some("::ffff:192.0.2.1"), "").as_deref(),
            Some("192.0.2.1"),
            "a socket of both families"
        );
    }
}
