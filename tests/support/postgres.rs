//! A private PostgreSQL's processes, found in the system's list.

use std::fs;
use std::path::{Path, PathBuf};

use rustix::process::{Pid, Signal, kill_process};

/// A PostgreSQL whose processes all stand still, as under a hung disk. It goes on when this is dropped.
pub struct Hung(Vec<Pid>);

impl Hung {
    /// Its postmaster stands still first: from then on no process is added to those that are found.
    pub fn hang(url: &str) -> Hung {
        let data = data_of(url);
        let postmaster = postmaster(&data);
        let mut hung = Hung(vec![postmaster]);
        kill_process(postmaster, Signal::STOP).expect("it is ours");
        while !is_stopped(postmaster) {
            std::thread::yield_now();
        }
        for process in servers(&data).into_iter().filter(|process| *process != postmaster) {
            kill_process(process, Signal::STOP).expect("it is ours");
            hung.0.push(process);
        }
        hung
    }
}

impl Drop for Hung {
    fn drop(&mut self) {
        for process in &self.0 {
            let _ = kill_process(*process, Signal::CONT);
        }
    }
}

fn is_stopped(process: Pid) -> bool {
    let status =
        fs::read_to_string(format!("/proc/{}/status", process.as_raw_nonzero())).expect("it is there");
    status.lines().any(|line| line.starts_with("State:\tT"))
}

/// The folder of the sockets, which is the data folder's unless that is too long.
pub fn data_of(url: &str) -> PathBuf {
    let host = url.split("host=").nth(1).unwrap().split('&').next().unwrap();
    assert!(!host.contains('%'), "{host}");
    PathBuf::from(host)
}

pub fn pid(id: u32) -> Pid {
    Pid::from_raw(id.cast_signed()).unwrap()
}

pub fn postmaster(data: &Path) -> Pid {
    let lock = fs::read_to_string(data.join("postmaster.pid")).unwrap();
    pid(lock.lines().next().unwrap().parse().unwrap())
}

/// Every process that works in the folder.
pub fn servers(data: &Path) -> Vec<Pid> {
    let data = fs::canonicalize(data).unwrap_or(data.to_owned());
    processes().filter(|found| property(*found, "cwd").is_some_and(|folder| folder == data)).collect()
}

pub fn processes() -> impl Iterator<Item = Pid> {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    entries.filter_map(|entry| Some(pid(entry.file_name().to_str()?.parse().ok()?)))
}

fn property(process: Pid, name: &str) -> Option<PathBuf> {
    fs::read_link(format!("/proc/{}/{name}", process.as_raw_nonzero())).ok()
}
