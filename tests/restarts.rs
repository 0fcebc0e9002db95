//! What a deploy does to the people who are using the product: nothing. The socket stays with systemd, here with
//! the test; web is stopped and started behind it, or hangs and is replaced.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rustix::process::Signal;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::mpsc;

use crate::support::database::TestDatabase;
use crate::support::service::{SECRET, Service};

const WATCHDOG: Duration = Duration::from_millis(500);

/// systemd, as far as a socket-activated service with `Type=notify` and `WatchdogSec=` knows it.
struct Systemd {
    database: TestDatabase,
    socket: std::net::TcpListener,
    address: SocketAddr,
    folder: tempfile::TempDir,
    said: mpsc::UnboundedReceiver<String>,
}

impl Systemd {
    async fn new() -> Self {
        let database = TestDatabase::create().await;
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind("127.0.0.1:0".parse().expect("an address")).expect("bound");
        let socket = socket.listen(1024).expect("it listens").into_std().expect("a socket");
        let folder = tempfile::tempdir().expect("a folder");
        let notify = UnixDatagram::bind(folder.path().join("notify")).expect("a socket");
        let (tell, said) = mpsc::unbounded_channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 256];
            while let Ok(read) = notify.recv(&mut buffer) {
                let text = String::from_utf8_lossy(&buffer[..read]).into_owned();
                if text == "END" || tell.send(text).is_err() {
                    return;
                }
            }
        });
        let address = socket.local_addr().expect("bound");
        Self { database, socket, address, folder, said }
    }

    /// Starts web on the socket, and waits until it says that it is ready.
    async fn start(&mut self) -> Service {
        let notify = self.folder.path().join("notify").display().to_string();
        let watchdog = WATCHDOG.as_micros().to_string();
        let settings = [
            ("DATABASE_URL", self.database.url()),
            SECRET,
            ("NOTIFY_SOCKET", notify.as_str()),
            ("WATCHDOG_USEC", watchdog.as_str()),
            ("LISTEN_FDS", "1"),
        ];
        // systemd also says for whom the socket is; the shell knows its own id, and becomes web.
        let mut shell = std::process::Command::new("/bin/sh");
        let script = "LISTEN_PID=$$ exec \"$0\" --no-migrate 3<&0 </dev/null";
        shell.args(["-c", script, env!("CARGO_BIN_EXE_xtablo-web")]);
        shell.stdin(self.socket.try_clone().map(OwnedFd::from).expect("a copy"));
        shell.env_clear().envs(settings).stdout(Stdio::null()).stderr(Stdio::piped());
        shell.process_group(0);
        let mut shell = tokio::process::Command::from(shell);
        shell.kill_on_drop(true);
        let web = Service::start(shell);
        self.hear("READY=1").await;
        web
    }

    /// Waits until the service says this; panics when it has nothing more to say.
    async fn hear(&mut self, wanted: &str) {
        while !self.said.recv().await.expect("it goes on").contains(wanted) {}
    }

    /// Waits until the service has said nothing for as long as its watchdog allows.
    async fn miss_the_watchdog(&mut self) {
        while tokio::time::timeout(WATCHDOG, self.said.recv()).await.is_ok() {}
    }
}

impl Drop for Systemd {
    fn drop(&mut self) {
        let end = UnixDatagram::unbound().expect("a socket");
        end.send_to(b"END", self.folder.path().join("notify")).expect("it is heard");
    }
}

/// A proxy's way to web: one connection for as long as web keeps it, and a new one after that.
struct Client {
    address: SocketAddr,
    stream: Option<BufReader<TcpStream>>,
}

impl Client {
    /// The status of a GET. A connection that was kept and is closed before it has answered a single byte was
    /// closed between two requests: what was sent on it was not seen, and goes out again, once, as a proxy does it.
    async fn get(&mut self, path: &str) -> Result<u16, String> {
        if let Some(stream) = self.stream.take() {
            match self.ask(stream, path).await {
                Ok(status) => return Ok(status),
                Err(Refused::Unseen) => {}
                Err(Refused::Broken(error)) => return Err(error),
            }
        }
        let stream =
            TcpStream::connect(self.address).await.map_err(|error| format!("connecting: {error}"))?;
        match self.ask(BufReader::new(stream), path).await {
            Ok(status) => Ok(status),
            Err(Refused::Unseen) => Err("a new connection was closed without an answer".to_owned()),
            Err(Refused::Broken(error)) => Err(error),
        }
    }

    async fn ask(&mut self, mut stream: BufReader<TcpStream>, path: &str) -> Result<u16, Refused> {
        let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        stream.write_all(request.as_bytes()).await.map_err(|_| Refused::Unseen)?;
        let mut head = Vec::new();
        loop {
            let before = head.len();
            match stream.read_until(b'\n', &mut head).await {
                Ok(0) | Err(_) if before == 0 => return Err(Refused::Unseen),
                Ok(0) => return Err(Refused::Broken("the answer is cut off".to_owned())),
                Err(error) => return Err(Refused::Broken(error.to_string())),
                Ok(_) if head.ends_with(b"\r\n\r\n") => break,
                Ok(_) => {}
            }
        }
        let head = String::from_utf8_lossy(&head).to_ascii_lowercase();
        let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
        let length = field("content-length:").and_then(|length| length.parse().ok());
        let length = length.ok_or_else(|| Refused::Broken(format!("no length in {head}")))?;
        let mut body = vec![0; length];
        let read = stream.read_exact(&mut body).await;
        read.map_err(|error| Refused::Broken(format!("the body is cut off: {error}")))?;
        if field("connection:") != Some("close") {
            self.stream = Some(stream);
        }
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok());
        status.ok_or_else(|| Refused::Broken(format!("no status in {head}")))
    }
}

enum Refused {
    /// Not a byte of an answer has come.
    Unseen,
    Broken(String),
}

#[tokio::test(flavor = "multi_thread")]
async fn ten_restarts_under_load_fail_not_one_request() {
    const CLIENTS: usize = 8;
    const RESTARTS: usize = 10;
    const REQUESTS: usize = 1000;
    let mut systemd = Systemd::new().await;
    let mut web = systemd.start().await;
    let (stop, answered) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
    let begun = Instant::now();
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let (stop, answered) = (Arc::clone(&stop), Arc::clone(&answered));
            let mut client = Client { address: systemd.address, stream: None };
            // One page needs the database, one needs none.
            let path = if number % 2 == 0 { "/readyz" } else { "/login" };
            tokio::spawn(async move {
                while !stop.load(Ordering::Relaxed) {
                    assert_eq!(client.get(path).await, Ok(200), "{path}");
                    answered.fetch_add(1, Ordering::Relaxed);
                }
            })
        })
        .collect();
    let answers = async |least: usize| {
        while answered.load(Ordering::Relaxed) < least && !clients.iter().any(|client| client.is_finished()) {
            tokio::task::yield_now().await;
        }
    };
    for restart in 1..=RESTARTS {
        answers(restart * REQUESTS / RESTARTS).await;
        web.signal(Signal::TERM);
        systemd.hear("STOPPING=1").await;
        assert_eq!(web.exit_code().await, Some(0), "{:?}", web.logged);
        web = systemd.start().await;
    }
    answers(REQUESTS + CLIENTS).await;
    stop.store(true, Ordering::Relaxed);
    for client in clients {
        client.await.expect("not one request failed");
    }
    let (answered, took) = (answered.load(Ordering::Relaxed), begun.elapsed());
    assert!(answered >= REQUESTS, "{answered}");
    assert!(answered as f64 / took.as_secs_f64() >= 20.0, "{answered} requests in {took:?} are no load");
    web.signal(Signal::TERM);
    assert_eq!(web.exit_code().await, Some(0));
}

#[tokio::test]
async fn a_web_that_hangs_misses_its_watchdog_and_its_successor_answers_those_who_wait() {
    let mut systemd = Systemd::new().await;
    let mut web = systemd.start().await;
    systemd.hear("WATCHDOG=1").await;
    web.signal(Signal::STOP);
    systemd.miss_the_watchdog().await;
    // Somebody comes while nobody is there.
    let mut client = Client { address: systemd.address, stream: None };
    let waiting = tokio::spawn(async move { client.get("/readyz").await });
    web.signal(Signal::KILL);
    web.exit_code().await;
    let mut web = systemd.start().await;
    assert_eq!(waiting.await.expect("no panic"), Ok(200));
    systemd.hear("WATCHDOG=1").await;
    web.signal(Signal::TERM);
    systemd.hear("STOPPING=1").await;
    assert_eq!(web.exit_code().await, Some(0));
}
