//! `xtablo dev`: the real binary on a folder of its own, started, stopped, killed and started again.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use tempfile::TempDir;

const ORIGIN: &str = "http://localhost";

#[test]
fn what_a_person_made_is_there_after_a_stop_and_a_new_start() {
    let folder = TempDir::new().unwrap();
    let mut dev = Dev::start(folder.path(), &["--no-demo"]);
    let cookie = register(&dev);
    dev.post("/boards", "title=Garden", &cookie).expect_status(303);
    dev.stop();

    let mut dev = Dev::start(folder.path(), &["--no-demo"]);
    // Signed in still: the secret was kept as well.
    let boards = dev.get("/boards", &cookie).expect_status(200);
    assert!(boards.text.contains("Garden"), "{}", boards.text);
    dev.stop();
}

#[test]
fn a_kill_loses_nothing_and_the_next_start_takes_over() {
    let folder = TempDir::new().unwrap();
    let mut dev = Dev::start(folder.path(), &["--no-demo"]);
    let cookie = register(&dev);
    for number in 0..20 {
        dev.post("/boards", &format!("title=Board+{number}."), &cookie).expect_status(303);
    }
    dev.process.kill().unwrap();
    dev.process.wait().unwrap();

    let mut dev = Dev::start(folder.path(), &["--no-demo"]);
    let boards = dev.get("/boards", &cookie).expect_status(200);
    for number in 0..20 {
        assert!(boards.text.contains(&format!("Board {number}.")), "{number}");
    }
    dev.stop();
}

#[test]
fn the_first_start_makes_a_demo_that_one_can_sign_in_to() {
    let folder = TempDir::new().unwrap();
    let mut dev = Dev::start(folder.path(), &[]);
    let cookie = sign_in_to_the_demo(&dev);
    let boards = dev.get("/boards", &cookie).expect_status(200);
    assert!(boards.text.contains("Shop relaunch"), "{}", boards.text);
    dev.stop();

    let mut dev = Dev::start(folder.path(), &[]);
    let cookie = sign_in_to_the_demo(&dev);
    let again = dev.get("/boards", &cookie).expect_status(200);
    assert_eq!(again.text.matches("Shop relaunch").count(), boards.text.matches("Shop relaunch").count());
    dev.stop();
}

#[test]
fn mail_is_shown_in_the_outbox_and_its_links_lead_back() {
    let folder = TempDir::new().unwrap();
    let mut dev = Dev::start(folder.path(), &["--no-demo"]);
    assert!(dev.said.contains(&format!("http://{}/dev/outbox", dev.address)), "{}", dev.said);
    let cookie = register(&dev);
    while !dev.get("/dev/outbox", "").expect_status(200).text.contains("Confirm your e-mail address") {
        assert!(dev.process.try_wait().unwrap().is_none(), "it ended");
    }
    let mails = fs::read_dir(folder.path().join("data/outbox")).unwrap();
    let mail = fs::read_to_string(mails.last().unwrap().unwrap().path()).unwrap();
    let link = format!("http://{}/email/confirm/", dev.address);
    let (_, token) = mail.split_once(&link).unwrap_or_else(|| panic!("no {link} in {mail}"));
    let token: String =
        token.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect();
    dev.post(&format!("/email/confirm/{token}"), "", &cookie).expect_status(303);
    assert!(!dev.get("/account", &cookie).expect_status(200).text.contains("is not confirmed"));
    dev.stop();
}

#[test]
fn a_taken_port_is_one_line_and_nothing_is_started() {
    let folder = TempDir::new().unwrap();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = dev(folder.path()).args(["--listen", &address]).output().unwrap();
    let said = one_line(&output);
    assert!(said.contains(&address) && said.contains("taken"), "{said}");
    assert!(!folder.path().join("data/postgres").exists());
}

#[test]
fn a_missing_postgresql_is_one_line() {
    let folder = TempDir::new().unwrap();
    let output =
        dev(folder.path()).args(["--listen", "127.0.0.1:0"]).env("PG_BIN", folder.path()).output().unwrap();
    let said = one_line(&output);
    assert!(said.contains("initdb"), "{said}");
}

#[test]
fn a_second_one_on_the_same_folder_is_told_so() {
    let folder = TempDir::new().unwrap();
    let mut first = Dev::start(folder.path(), &["--no-demo"]);
    let output = dev(folder.path()).args(["--listen", "127.0.0.1:0"]).output().unwrap();
    let said = one_line(&output);
    assert!(said.contains(&format!("in use by process {}", first.process.id())), "{said}");
    first.stop();
}

#[test]
fn when_postgresql_dies_the_rest_ends_too_and_says_so() {
    let folder = TempDir::new().unwrap();
    let mut dev = Dev::start(folder.path(), &["--no-demo"]);
    // Else the worker's failing to connect may be the first that is noticed.
    while !fs::read_to_string(&dev.log).unwrap().contains("worker is ready") {
        assert!(dev.process.try_wait().unwrap().is_none(), "it ended");
        std::thread::yield_now();
    }
    let lock = fs::read_to_string(folder.path().join("data/postgres/postmaster.pid")).unwrap();
    kill(lock.lines().next().unwrap().parse().unwrap(), Signal::QUIT);
    let status = dev.process.wait().unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(fs::read_to_string(&dev.log).unwrap().contains("PostgreSQL ended by itself"));
}

/// A running `xtablo dev`.
struct Dev {
    process: Child,
    address: String,
    /// What it printed when it was ready.
    said: String,
    log: PathBuf,
    folder: PathBuf,
    // Its end would break the pipe.
    _output: BufReader<ChildStdout>,
}

struct Answer {
    status: u16,
    head: String,
    text: String,
}

impl Dev {
    fn start(folder: &Path, arguments: &[&str]) -> Dev {
        let log = folder.join("log");
        let mut process = dev(folder)
            .args(["--listen", "127.0.0.1:0"])
            .args(arguments)
            .stdout(Stdio::piped())
            .stderr(File::create(&log).unwrap())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(process.stdout.take().unwrap());
        let mut said = String::new();
        while !said.contains("Ctrl-C") {
            let read = output.read_line(&mut said).unwrap();
            assert_ne!(read, 0, "it ended: {said} {}", fs::read_to_string(&log).unwrap());
        }
        let address = said.split("http://").nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
        Dev { process, address, said, log, folder: folder.to_owned(), _output: output }
    }

    /// As Ctrl-C does. Nothing of it may be left.
    fn stop(&mut self) {
        let pid = self.process.id();
        let children = children(pid);
        assert!(!children.is_empty());
        kill(pid.cast_signed(), Signal::INT);
        let status = self.process.wait().unwrap();
        assert_eq!(status.code(), Some(0), "{}", fs::read_to_string(&self.log).unwrap());
        for child in children {
            assert!(!Path::new("/proc").join(child.to_string()).exists(), "{child} is left");
        }
        assert!(!self.folder.join("data/postgres/postmaster.pid").exists());
    }

    fn get(&self, path: &str, cookie: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1\r\nCookie: {cookie}\r\n"), "")
    }

    fn post(&self, path: &str, form: &str, cookie: &str) -> Answer {
        let head = format!(
            "POST {path} HTTP/1.1\r\nCookie: {cookie}\r\nOrigin: {ORIGIN}\r\nSec-Fetch-Site: same-origin\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n",
            form.len()
        );
        self.ask(&head, form)
    }

    fn ask(&self, head: &str, body: &str) -> Answer {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(stream, "{head}Host: localhost\r\nConnection: close\r\n\r\n{body}").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let (head, text) = answer.split_once("\r\n\r\n").unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head: head.to_owned(), text: text.to_owned() }
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Answer {
    fn expect_status(self, status: u16) -> Answer {
        assert_eq!(self.status, status, "{} {}", self.head, self.text);
        self
    }

    /// The cookie it set, as a request sends it.
    fn cookie(&self) -> String {
        let is_cookie = |line: &&str| line.to_ascii_lowercase().starts_with("set-cookie:");
        let line = self.head.lines().find(is_cookie).unwrap_or_else(|| panic!("no cookie in {}", self.head));
        line.split_once(": ").unwrap().1.split(';').next().unwrap().to_owned()
    }
}

fn dev(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_xtablo"));
    command.arg("dev").arg("--data-dir").arg(folder.join("data")).env_remove("DATABASE_URL");
    command
}

fn register(dev: &Dev) -> String {
    let form = "name=Somebody&email=somebody%40example.com&password=a+long+password";
    dev.post("/register", form, "").expect_status(303).cookie()
}

fn sign_in_to_the_demo(dev: &Dev) -> String {
    let after =
        |label: &str| dev.said.split(label).nth(1).unwrap().split_whitespace().next().unwrap().to_owned();
    let form = format!("email={}&password={}", after("E-mail:").replace('@', "%40"), after("Password:"));
    dev.post("/login", &form, "").expect_status(303).cookie()
}

/// Its error message: one line.
fn one_line(output: &Output) -> String {
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

fn kill(process: i32, signal: Signal) {
    kill_process(Pid::from_raw(process).unwrap(), signal).unwrap();
}

fn children(parent: u32) -> Vec<u32> {
    let parent = format!("PPid:\t{parent}");
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let numbers = processes.filter_map(|process| process.file_name().to_str()?.parse().ok());
    let is_child = |number: &u32| {
        fs::read_to_string(format!("/proc/{number}/status"))
            .is_ok_and(|status| status.lines().any(|line| line == parent))
    };
    numbers.filter(is_child).collect()
}
