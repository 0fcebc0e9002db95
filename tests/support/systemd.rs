//! systemd, as far as a service with `Type=notify`, `WatchdogSec=` and a socket knows it.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixDatagram;
use std::os::unix::process::CommandExt;
use std::process::Stdio;
use std::time::Duration;

use tokio::net::TcpSocket;
use tokio::process::Command;
use tokio::sync::mpsc;

use super::database::TestDatabase;
use super::service::{SECRET, Service};

/// What a service tells systemd.
pub struct Notifications {
    folder: tempfile::TempDir,
    said: mpsc::UnboundedReceiver<String>,
}

impl Notifications {
    /// How long a service may keep silent.
    const WATCHDOG: Duration = Duration::from_millis(500);

    pub fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = UnixDatagram::bind(folder.path().join("notify")).expect("a socket");
        let (tell, said) = mpsc::unbounded_channel();
        // A reader must always listen: a socket holds few messages, and then the service blocks.
        std::thread::spawn(move || {
            let mut buffer = [0; 256];
            while let Ok(read) = socket.recv(&mut buffer) {
                let text = String::from_utf8_lossy(&buffer[..read]).into_owned();
                if text == "END" || tell.send(text).is_err() {
                    return;
                }
            }
        });
        Self { folder, said }
    }

    /// What the service's environment has of it.
    pub fn settings(&self) -> [(&'static str, String); 2] {
        let socket = self.folder.path().join("notify").display().to_string();
        [("NOTIFY_SOCKET", socket), ("WATCHDOG_USEC", Self::WATCHDOG.as_micros().to_string())]
    }

    /// Waits until the service says this; panics when it has nothing more to say.
    pub async fn hear(&mut self, wanted: &str) {
        while !self.said.recv().await.expect("it goes on").contains(wanted) {}
    }

    /// Waits until the service has said nothing for as long as its watchdog allows.
    pub async fn miss_the_watchdog(&mut self) {
        while tokio::time::timeout(Self::WATCHDOG, self.said.recv()).await.is_ok() {}
    }

    /// The service has ended: what it has not said by now it has not said.
    pub fn end(&self) {
        let end = UnixDatagram::unbound().expect("a socket");
        drop(end.send_to(b"END", self.folder.path().join("notify")));
    }
}

impl Drop for Notifications {
    fn drop(&mut self) {
        self.end();
    }
}

/// systemd with a socket that it holds for web.
pub struct Systemd {
    database: TestDatabase,
    socket: std::net::TcpListener,
    pub address: SocketAddr,
    pub notifications: Notifications,
}

impl Systemd {
    pub async fn new() -> Self {
        let database = TestDatabase::create().await;
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind("127.0.0.1:0".parse().expect("an address")).expect("bound");
        let socket = socket.listen(1024).expect("it listens").into_std().expect("a socket");
        let address = socket.local_addr().expect("bound");
        Self { database, socket, address, notifications: Notifications::new() }
    }

    /// Starts web on the socket, and waits until it says that it is ready.
    pub async fn start(&mut self) -> Service {
        let settings = [("DATABASE_URL", self.database.url()), SECRET, ("LISTEN_FDS", "1")];
        // systemd also says for whom the socket is; the shell knows its own id, and becomes web.
        let mut shell = std::process::Command::new("/bin/sh");
        let script = "LISTEN_PID=$$ exec \"$0\" --no-migrate 3<&0 </dev/null";
        shell.args(["-c", script, env!("CARGO_BIN_EXE_xtablo-web")]);
        shell.stdin(self.socket.try_clone().map(OwnedFd::from).expect("a copy"));
        shell.env_clear().envs(settings).envs(self.notifications.settings());
        shell.stdout(Stdio::null()).stderr(Stdio::piped());
        shell.process_group(0);
        let mut shell = Command::from(shell);
        shell.kill_on_drop(true);
        let web = Service::start(shell);
        self.notifications.hear("READY=1").await;
        web
    }
}
