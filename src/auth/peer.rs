//! The address a request came from.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;

use crate::app::App;

/// The other end of a connection; `None` on a Unix socket.
#[derive(Clone, Copy, Debug)]
pub struct Peer(pub Option<IpAddr>);

/// The client's address: the connection's, or, behind a trusted proxy, the last one in `X-Forwarded-For` that
/// is no trusted proxy itself. What stands before it anybody can write. `None` where nothing is known.
#[derive(Clone, Copy, Debug)]
pub struct ClientAddress(pub Option<IpAddr>);

impl FromRequestParts<App> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let peer = parts.extensions.get::<ConnectInfo<Peer>>().and_then(|ConnectInfo(peer)| peer.0);
        let trusted = |address: &IpAddr| app.config.trusted_proxies.iter().any(|net| net.contains(address));
        if peer.is_some_and(|peer| !trusted(&peer)) {
            return Ok(Self(peer));
        }
        let forwarded: Vec<IpAddr> = parts
            .headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map_while(|part| part.trim().parse().ok())
            .collect();
        Ok(Self(forwarded.into_iter().rev().find(|address| !trusted(address)).or(peer)))
    }
}
