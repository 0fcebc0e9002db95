//! What a start that was killed left behind: a server that still runs, its orphaned backends, its lock
//! files. Called only while the data folder's lock is held, so whatever is found has no owner.

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal};

/// A fast shutdown writes a checkpoint, which a slow disk may take long over.
const FAST_SHUTDOWN: Duration = Duration::from_mins(1);
const IMMEDIATE: Duration = Duration::from_secs(10);

/// Stops every server process of this data folder and removes the lock files they leave.
pub async fn clear(data: &Path) -> Result<()> {
    if let Some(postmaster) = postmaster(data) {
        for (signal, patience) in
            [(Signal::INT, FAST_SHUTDOWN), (Signal::QUIT, IMMEDIATE), (Signal::KILL, IMMEDIATE)]
        {
            // Gone in between is what we want.
            let _ = rustix::process::kill_process(postmaster, signal);
            if gone(patience, || serves(postmaster, data)).await {
                break;
            }
        }
    }
    // Without a postmaster the backends' shared memory is lost to everybody: they only keep the next
    // server from starting, until they notice by themselves. What they had committed is in the log.
    for orphan in servers(data) {
        let _ = rustix::process::kill_process(orphan, Signal::KILL);
    }
    if !gone(IMMEDIATE, || !servers(data).is_empty()).await {
        bail!(
            "a PostgreSQL left running on {} does not stop: end its processes {:?} first",
            data.display(),
            servers(data).iter().map(|pid| pid.as_raw_nonzero().get()).collect::<Vec<_>>()
        );
    }
    // They name a process by its number, which by now may be anybody's: PostgreSQL would refuse to start.
    for leftover in ["postmaster.pid", ".s.PGSQL.5432", ".s.PGSQL.5432.lock"] {
        let file = data.join(leftover);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", file.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

/// The running postmaster of this data folder, by its own lock file.
pub fn postmaster(data: &Path) -> Option<Pid> {
    let lock = fs::read_to_string(data.join("postmaster.pid")).ok()?;
    let pid: i32 = lock.lines().next()?.trim().parse().ok()?;
    Pid::from_raw(pid).filter(|pid| serves(*pid, data))
}

/// Whether the process is a PostgreSQL of this data folder: each of its processes works in the folder.
fn serves(pid: Pid, data: &Path) -> bool {
    let pid = pid.as_raw_nonzero();
    if Path::new("/proc/self/cwd").exists() {
        let process = Path::new("/proc").join(pid.to_string());
        // A zombie has a name and no folder.
        fs::read_link(process.join("cwd")).is_ok_and(|folder| folder == data)
            && fs::read_to_string(process.join("comm")).is_ok_and(|name| name.contains("post"))
    } else {
        Command::new("ps")
            .args(["-p", &pid.to_string(), "-o", "command="])
            .output()
            .is_ok_and(|output| String::from_utf8_lossy(&output.stdout).contains("postgres"))
    }
}

/// All the server processes of this data folder that /proc knows; none where there is no /proc.
fn servers(data: &Path) -> Vec<Pid> {
    let processes = fs::read_dir("/proc").into_iter().flatten().flatten();
    processes
        .filter_map(|process| Pid::from_raw(process.file_name().to_str()?.parse().ok()?))
        .filter(|pid| serves(*pid, data))
        .collect()
}

/// Whether `there` becomes false in time. Nothing tells of the end of a process that is not one's child.
async fn gone(patience: Duration, there: impl Fn() -> bool) -> bool {
    let deadline = Instant::now() + patience;
    while there() {
        if Instant::now() > deadline {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    true
}
