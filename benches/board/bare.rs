//! What axum costs by itself: this program again, as a server with one handler that answers with zeros.

use std::process::Command;

use anyhow::Result;
use axum::Router;
use axum::body::Bytes;
use axum::http::StatusCode;
use axum::routing::get;

use crate::process::Server;

/// The argument that makes this program that server.
pub const ROLE: &str = "bare";

pub async fn start(bytes: usize) -> Result<Server> {
    Server::start(Command::new(std::env::current_exe()?).args([ROLE, &bytes.to_string()])).await
}

pub async fn serve(bytes: usize) -> Result<()> {
    // On as many threads as the product has, and not on the one of the load.
    let serve = async move || {
        let body = Bytes::from(vec![b'0'; bytes]);
        let router = Router::new()
            .route("/", get(async move || body.clone()))
            .route("/healthz", get(async || StatusCode::OK));
        let listener = tokio::net::TcpListener::bind(std::env::var("LISTEN")?).await?;
        anyhow::Ok(axum::serve(listener, router).await?)
    };
    tokio::task::spawn_blocking(move || tokio::runtime::Runtime::new()?.block_on(serve())).await?
}
