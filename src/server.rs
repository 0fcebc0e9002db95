//! Listening, serving and stopping: what web and worker have in common as services.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::connect_info::Connected;
use axum::serve::IncomingStream;
use listenfd::ListenFd;
use sd_notify::NotifyState;
use tokio::net::{TcpListener, TcpStream, UnixListener};
use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

use crate::auth::peer::Peer;
use crate::config::Listen;

/// A socket that listens.
pub enum Listener {
    Tcp(TcpListener),
    Unix(UnixListener),
}

impl Listener {
    /// The socket that systemd handed over, if it did; else a new one.
    ///
    /// # Errors
    /// The address is taken, or may not be used.
    pub async fn inherit_or_bind(listen: &Listen) -> anyhow::Result<Self> {
        let mut inherited = ListenFd::from_env();
        if inherited.len() > 0 {
            if let Ok(Some(socket)) = inherited.take_tcp_listener(0) {
                socket.set_nonblocking(true)?;
                return Ok(Self::Tcp(TcpListener::from_std(socket)?));
            }
            let socket =
                inherited.take_unix_listener(0)?.context("systemd handed over no listening socket")?;
            socket.set_nonblocking(true)?;
            return Ok(Self::Unix(UnixListener::from_std(socket)?));
        }
        Self::bind(listen).await
    }

    /// # Errors
    /// The address is taken, or may not be used.
    pub async fn bind(listen: &Listen) -> anyhow::Result<Self> {
        let cannot = || format!("cannot listen on {listen}");
        match listen {
            Listen::Tcp(address) => TcpListener::bind(address).await.map(Self::Tcp).with_context(cannot),
            Listen::Unix(path) => {
                clear_stale(path).await.with_context(cannot)?;
                UnixListener::bind(path).map(Self::Unix).with_context(cannot)
            }
        }
    }

    /// Where it listens: with the port that the system chose.
    pub fn address(&self) -> String {
        match self {
            Self::Tcp(listener) => {
                listener.local_addr().map(|address| address.to_string()).unwrap_or_default()
            }
            Self::Unix(listener) => listener
                .local_addr()
                .ok()
                .and_then(|address| address.as_pathname().map(|path| path.display().to_string()))
                .unwrap_or_default(),
        }
    }

    /// Serves until `stop`, then finishes what runs, for `patience` at most.
    ///
    /// # Errors
    /// The socket is broken.
    pub async fn serve(self, router: Router, stop: CancellationToken, patience: Duration) -> io::Result<()> {
        let service = router.into_make_service_with_connect_info::<Peer>();
        let stopped = stop.clone().cancelled_owned();
        match self {
            Self::Tcp(listener) => {
                let listener = NoDelay(listener);
                within(patience, stop, axum::serve(listener, service).with_graceful_shutdown(stopped)).await
            }
            Self::Unix(listener) => {
                within(patience, stop, axum::serve(listener, service).with_graceful_shutdown(stopped)).await
            }
        }
    }
}

/// A TCP socket whose answers go out at once: they are written whole.
pub struct NoDelay(TcpListener);

impl axum::serve::Listener for NoDelay {
    type Io = TcpStream;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (TcpStream, SocketAddr) {
        let (stream, address) = axum::serve::Listener::accept(&mut self.0).await;
        // A connection that is gone already fails at its first read.
        drop(stream.set_nodelay(true));
        (stream, address)
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, NoDelay>> for Peer {
    fn connect_info(stream: IncomingStream<'_, NoDelay>) -> Self {
        Self(Some(stream.remote_addr().ip()))
    }
}

impl Connected<IncomingStream<'_, UnixListener>> for Peer {
    fn connect_info(_: IncomingStream<'_, UnixListener>) -> Self {
        Self(None)
    }
}

/// Waits for the server, but no longer than `patience` after `stop`.
async fn within(
    patience: Duration,
    stop: CancellationToken,
    server: impl IntoFuture<Output = io::Result<()>>,
) -> io::Result<()> {
    let deadline = async {
        stop.cancelled().await;
        tokio::time::sleep(patience).await;
    };
    tokio::select! {
        result = server.into_future() => result,
        () = deadline => {
            tracing::warn!("some requests were still running after {} s and were cut off", patience.as_secs());
            Ok(())
        }
    }
}

/// A socket's file outlives its process. One that nobody answers on is in the way.
async fn clear_stale(path: &std::path::Path) -> io::Result<()> {
    match tokio::net::UnixStream::connect(path).await {
        Ok(_) => Err(io::Error::new(io::ErrorKind::AddrInUse, "another process listens there")),
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => std::fs::remove_file(path),
        Err(_) => Ok(()),
    }
}

/// A token that SIGTERM and SIGINT cancel.
///
/// # Errors
/// The signals cannot be listened for.
pub fn stop_on_signals() -> io::Result<CancellationToken> {
    let stop = CancellationToken::new();
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    let token = stop.clone();
    tokio::spawn(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
        token.cancel();
    });
    Ok(stop)
}

/// Tells systemd that the service is ready, and that it is stopping once it is; feeds its watchdog in between.
pub fn tell_systemd(stop: CancellationToken) {
    notify(NotifyState::Ready);
    let watchdog = sd_notify::watchdog_enabled();
    tokio::spawn(async move {
        match watchdog {
            // Twice within the limit, so that one late tick is no failure.
            Some(limit) => feed_watchdog(limit / 2, &stop).await,
            None => stop.cancelled().await,
        }
        notify(NotifyState::Stopping);
    });
}

async fn feed_watchdog(period: Duration, stop: &CancellationToken) {
    let mut ticks = tokio::time::interval(period);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            _ = ticks.tick() => notify(NotifyState::Watchdog),
        }
    }
}

fn notify(state: NotifyState<'_>) {
    // Without systemd there is nobody to tell, and that is no error.
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!("systemd could not be told: {error}");
    }
}
