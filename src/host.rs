//! The name a request asks for has to be the site's own. Otherwise a page of another site could read this one by
//! letting its own name resolve to this machine (DNS rebinding), and a proxy's mistake would answer for another site.

use axum::extract::{Request, State};
use axum::http::uri::Authority;
use axum::http::{HeaderValue, StatusCode, Version, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::config::{Config, Domain};

/// These tell nothing of the site, and probes ask for them by any name.
const BY_ANY_NAME: [&str; 2] = ["/healthz", "/readyz"];

/// 400 for a request that does not say clearly what it asks for (RFC 9112, section 3.2), 421 for another site's.
pub async fn check(State(app): State<App>, request: Request, next: Next) -> Response {
    let Ok(asked) = asked(&request) else { return StatusCode::BAD_REQUEST.into_response() };
    if asked.is_some_and(|authority| is_ours(&app.config, &authority))
        || BY_ANY_NAME.contains(&request.uri().path())
    {
        return next.run(request).await;
    }
    StatusCode::MISDIRECTED_REQUEST.into_response()
}

/// The host that a request asks for; none where an old client does not say.
fn asked(request: &Request) -> Result<Option<Authority>, ()> {
    let mut hosts = request.headers().get_all(header::HOST).into_iter();
    let host = hosts.next();
    if hosts.next().is_some() || (host.is_none() && request.version() >= Version::HTTP_11) {
        return Err(());
    }
    let host = host.map(parse).transpose()?;
    // A target with a host of its own outranks the header.
    Ok(request.uri().authority().cloned().or(host))
}

fn parse(host: &HeaderValue) -> Result<Authority, ()> {
    let host: Authority = host.as_bytes().try_into().map_err(drop)?;
    if host.as_str().contains('@') { Err(()) } else { Ok(host) }
}

fn is_ours(config: &Config, asked: &Authority) -> bool {
    let Ok(asked) = Domain::parse(asked.as_str()) else { return false };
    asked.is_same_site(&config.domain)
        // A machine's own names are one, by whichever port a tunnel leads here.
        || asked.is_loopback() && (config.domain.is_loopback() || config.outbox.is_some())
}
