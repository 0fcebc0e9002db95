//! A binary of Xtablo's as a process of its own.

use std::process::Stdio;

use rustix::process::Pid;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, Lines};
use tokio::net::TcpStream;
use tokio::process::{Child, ChildStderr, Command};

/// What every service needs.
pub const SECRET: (&str, &str) = ("SESSION_SECRET", "a secret of the tests, and no other's");

/// A service that runs; killed when it is dropped.
pub struct Service {
    child: Child,
    log: Lines<BufReader<ChildStderr>>,
    /// Every line it has logged so far.
    pub logged: Vec<String>,
}

/// A command whose environment is what the test gives it and nothing else.
pub fn command(binary: &str, settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(binary);
    command.env_clear().envs(settings.iter().copied()).env("LOG_FORMAT", "json");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).kill_on_drop(true);
    command
}

impl Service {
    pub fn start(mut command: Command) -> Self {
        let mut child = command.spawn().expect("the binary is built");
        let log = BufReader::new(child.stderr.take().expect("piped")).lines();
        Self { child, log, logged: Vec::new() }
    }

    /// Starts web and waits until it listens; gives its address too.
    pub async fn web(settings: &[(&str, &str)]) -> (Self, String) {
        let mut settings = settings.to_vec();
        settings.push(("LISTEN", "127.0.0.1:0"));
        Self::listening(command(env!("CARGO_BIN_EXE_xtablo-web"), &settings)).await
    }

    /// Starts this command, which is web, and waits until it listens; gives its address too.
    pub async fn listening(command: Command) -> (Self, String) {
        let mut service = Self::start(command);
        let line = service.wait_for("web listens").await;
        let line: serde_json::Value = serde_json::from_str(&line).expect("a JSON line");
        let address = line["address"].as_str().expect("an address").to_owned();
        (service, address)
    }

    /// Starts the worker and waits until it is ready; gives its address too.
    pub async fn worker(settings: &[(&str, &str)]) -> (Self, String) {
        let mut settings = settings.to_vec();
        settings.push(("WORKER_LISTEN", "127.0.0.1:0"));
        let mut service = Self::start(command(env!("CARGO_BIN_EXE_xtablo-worker"), &settings));
        let line = service.wait_for("worker is ready").await;
        let line: serde_json::Value = serde_json::from_str(&line).expect("a JSON line");
        let address = line["address"].as_str().expect("an address").to_owned();
        (service, address)
    }

    /// Waits for a line of the log that has this text. Panics with the log where it ends before.
    pub async fn wait_for(&mut self, text: &str) -> String {
        while let Some(line) = self.log.next_line().await.expect("a log") {
            self.logged.push(line.clone());
            if line.contains(text) {
                return line;
            }
        }
        panic!("{text:?} is not in the log:\n{}", self.logged.join("\n"));
    }

    pub fn signal(&self, signal: rustix::process::Signal) {
        let pid = self.child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        rustix::process::kill_process(pid.expect("it runs"), signal).expect("it is ours");
    }

    /// Bytes of memory that it has had at most so far.
    pub fn most_memory(&self) -> u64 {
        let path = format!("/proc/{}/status", self.child.id().expect("it runs"));
        let status = std::fs::read_to_string(path).expect("a process");
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("it has memory");
        line.trim().trim_end_matches(" kB").parse::<u64>().expect("a number") * 1024
    }

    /// Reads the log to its end, and gives the exit code.
    pub async fn exit_code(&mut self) -> Option<i32> {
        while let Some(line) = self.log.next_line().await.expect("a log") {
            self.logged.push(line);
        }
        self.child.wait().await.expect("it ends").code()
    }
}

/// The status and the whole answer to a GET, on a connection of its own.
pub async fn get(address: &str, path: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    let request = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answered");
    (answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status"), answer)
}

/// What `unshare` is told, so that a shell script may mount what only it and its children see.
pub fn mounting(script: &str) -> [&str; 4] {
    let alone = if rustix::process::getuid().is_root() { "--mount" } else { "-rm" };
    [alone, "sh", "-c", script]
}
