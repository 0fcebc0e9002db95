//! A real SMTP server on loopback (tests/smtp/sink.py), and what arrives there.

use std::process::Stdio;

use rcgen::{CertifiedKey, generate_simple_self_signed};
use serde::Deserialize;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

/// Another Python that has aiosmtpd, in place of the one that `script/setup test` makes.
const VARIABLE: &str = "TEST_SMTP_PYTHON";

pub struct Sink {
    pub port: u16,
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

#[derive(Debug, Deserialize)]
pub struct Arrived {
    pub from: String,
    pub to: Vec<String>,
    /// As it came over the wire.
    content: String,
    pub encrypted: bool,
    pub user: Option<String>,
}

impl Sink {
    pub async fn start(arguments: &[&str]) -> Self {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/smtp");
        let python = std::env::var(VARIABLE).unwrap_or_else(|_| format!("{folder}/.venv/bin/python"));
        let mut child = Command::new(&python)
            .arg(format!("{folder}/sink.py"))
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .unwrap_or_else(|error| panic!("{python}: {error}; `script/setup test` makes it"));
        let mut lines = BufReader::new(child.stdout.take().expect("piped")).lines();
        let first = lines.next_line().await.expect("it says something").expect("it listens");
        let first: serde_json::Value = serde_json::from_str(&first).expect("JSON");
        let port = first["port"].as_u64().and_then(|port| u16::try_from(port).ok()).expect("a port");
        Self { port, child, lines }
    }

    /// The SMTP_URL of one that wants neither TLS nor a password.
    pub fn url(&self) -> String {
        format!("smtp://127.0.0.1:{}?tls=none", self.port)
    }

    /// Waits for a mail.
    pub async fn next(&mut self) -> Arrived {
        let line = self.lines.next_line().await.expect("it runs").expect("a mail");
        serde_json::from_str(&line).expect("JSON")
    }

    pub async fn stop(mut self) {
        self.child.kill().await.expect("it is ours");
    }

    /// Stops it; gives what has arrived and nobody has waited for.
    pub async fn stop_and_count(mut self) -> usize {
        self.child.kill().await.expect("it is ours");
        let mut count = 0;
        while self.lines.next_line().await.expect("readable").is_some() {
            count += 1;
        }
        count
    }
}

impl Arrived {
    /// A header's value.
    pub fn header(&self, name: &str) -> String {
        let head = self.content.split("\r\n\r\n").next().expect("a head");
        // A long one goes on in lines that begin with a space.
        let head = head.replace("\r\n ", " ");
        let line = head.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
        line.unwrap_or_else(|| panic!("no {name} in {head}")).to_owned()
    }

    /// All of it, with quoted-printable undone, as far as the mails here go.
    pub fn text(&self) -> String {
        let unfolded = self.content.replace("=\r\n", "");
        let mut bytes = Vec::new();
        let mut rest = unfolded.as_bytes();
        while let Some((first, after)) = rest.split_first() {
            let hex = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
            if let Some(byte) = after.get(..2).filter(|_| *first == b'=').and_then(hex) {
                bytes.push(byte);
                rest = &after[2..];
            } else {
                bytes.push(*first);
                rest = after;
            }
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// The path of the link in it that begins so.
    pub fn link(&self, path: &str) -> String {
        let text = self.text();
        let (_, rest) = text.split_once(path).unwrap_or_else(|| panic!("no {path} in {text}"));
        let token: String =
            rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
        format!("{path}{token}")
    }
}

/// A certificate for 127.0.0.1, in files.
pub struct Certificate {
    _folder: TempDir,
    pub certificate: String,
    pub key: String,
}

impl Certificate {
    pub fn new() -> Self {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed(["127.0.0.1".to_owned()]).expect("a certificate");
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, pem: String| {
            let path = folder.path().join(name);
            std::fs::write(&path, pem).expect("written");
            path.display().to_string()
        };
        let (certificate, key) =
            (write("certificate.pem", cert.pem()), write("key.pem", signing_key.serialize_pem()));
        Self { _folder: folder, certificate, key }
    }
}
