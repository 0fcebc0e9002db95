//! Listening, serving and stopping: what web and worker have in common as services.

mod activity;
mod admission;
mod limits;

use std::convert::Infallible;
use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::{HeaderValue, Request, header};
use axum::serve::ListenerExt;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use listenfd::ListenFd;
use sd_notify::NotifyState;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, UnixListener};
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

pub use limits::{Limits, raise_open_files};

use activity::{Abort, Activity, GuardedBody, Watched};
use admission::Admission;

use crate::auth::peer::Peer;
use crate::config::Listen;

/// How long after the signal to stop a connection without a request may still bring one.
const LAST_REQUEST: Duration = Duration::from_secs(1);

/// Bytes that a connection may hold of what was read or is to be written; a request's head has to fit.
const BUFFER: usize = 64 * 1024;

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

    /// Serves few clients until `stop`, then finishes what runs, for `patience` at most.
    pub async fn serve(self, router: Router, stop: CancellationToken, patience: Duration) {
        self.serve_within(Limits::default(), router, stop, patience).await;
    }

    /// The same with other limits.
    pub async fn serve_within(
        self,
        limits: Limits,
        router: Router,
        stop: CancellationToken,
        patience: Duration,
    ) {
        let connections = TaskTracker::new();
        let limits = Arc::new(limits);
        let rules = Rules { router, stop, admission: Admission::new(Arc::clone(&limits)), limits };
        match self {
            Self::Tcp(listener) => {
                // Answers are written whole, so they go out at once. A connection that is gone fails at its first read.
                let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
                let peer = |address: &SocketAddr| Peer(Some(address.ip()));
                accept(listener, peer, &rules, &connections).await;
            }
            Self::Unix(listener) => accept(listener, |_| Peer(None), &rules, &connections).await,
        }
        connections.close();
        if timeout(patience, connections.wait()).await.is_err() {
            tracing::warn!(
                "some requests were still running after {} s and were cut off",
                patience.as_secs()
            );
        }
    }
}

/// What holds for every connection of a listener.
#[derive(Clone)]
struct Rules {
    router: Router,
    stop: CancellationToken,
    limits: Arc<Limits>,
    admission: Arc<Admission>,
}

/// Accepts connections until `stop`. Those not accepted by then wait in the socket for the next process.
async fn accept<L: axum::serve::Listener<Io: Abort>>(
    mut listener: L,
    peer: impl Fn(&L::Addr) -> Peer,
    rules: &Rules,
    connections: &TaskTracker,
) {
    while let Some((stream, address)) = rules.stop.run_until_cancelled(listener.accept()).await {
        let (peer, activity) = (peer(&address), Activity::new());
        let Some(admitted) = rules.admission.admit(peer, &activity) else { continue };
        let talk = converse(stream, peer, activity, rules.clone());
        connections.spawn(async move {
            talk.await;
            drop(admitted);
        });
    }
}

/// Answers what comes on a connection. After `stop` that is one request more: a client that has just connected, or has
/// kept the connection and is sending at this moment, would otherwise be cut off without knowing whether it was heard.
async fn converse(
    stream: impl AsyncRead + AsyncWrite + Abort + Unpin + Send + 'static,
    peer: Peer,
    activity: Arc<Activity>,
    Rules { router, stop, limits, .. }: Rules,
) {
    let (stopping, of_service) = (stop.clone(), Arc::clone(&activity));
    let service = service_fn(move |mut request: Request<Incoming>| {
        let guard = of_service.request();
        request.extensions_mut().insert(ConnectInfo(peer));
        let (answer, stopping) = (router.clone().oneshot(request), stopping.clone());
        async move {
            let mut answer = answer.await?;
            if stopping.is_cancelled() {
                answer.headers_mut().insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            Ok::<_, Infallible>(answer.map(|body| GuardedBody::new(body, guard)))
        }
    });
    let stream = TokioIo::new(Watched { stream, activity: Arc::clone(&activity) });
    let connection = http1::Builder::new().max_buf_size(BUFFER).serve_connection(stream, service);
    let mut connection = pin!(connection.with_upgrades());
    let last_call = async {
        stop.cancelled().await;
        sleep(LAST_REQUEST).await;
    };
    // A connection that breaks is the client's to notice.
    tokio::select! {
        _ = connection.as_mut() => return,
        () = activity.exceeds(&limits) => return,
        () = last_call => connection.as_mut().graceful_shutdown(),
    }
    tokio::select! {
        _ = connection => {}
        () = activity.exceeds(&limits) => {}
    }
}

/// Removes the file of a Unix socket that no process listens on: it outlives its process and blocks the next bind.
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
/// Await the handle before exiting, or the process may end before `STOPPING=1` is sent.
pub fn tell_systemd(stop: CancellationToken) -> JoinHandle<()> {
    notify(NotifyState::Ready);
    let watchdog = sd_notify::watchdog_enabled();
    tokio::spawn(async move {
        match watchdog {
            // Twice within the limit, so that one late tick does no harm.
            Some(limit) => feed_watchdog(limit / 2, &stop).await,
            None => stop.cancelled().await,
        }
        notify(NotifyState::Stopping);
    })
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
    // Without systemd this fails, and does not matter.
    if let Err(error) = sd_notify::notify(&[state]) {
        tracing::warn!("systemd could not be told: {error}");
    }
}
