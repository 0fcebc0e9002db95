//! The processes under measure: started, watched through `/proc`, ended.

use std::fs;
use std::net::{SocketAddr, TcpListener};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::load::Client;

diesel::define_sql_function! { fn pg_backend_pid() -> diesel::sql_types::Integer; }

/// What `sysconf(_SC_CLK_TCK)` says on every Linux: the unit of `/proc/<pid>/stat`.
const TICKS_PER_SECOND: u64 = 100;

/// A server of ours, killed when this value goes.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
    /// From before the fork to the first 200 on `/healthz`.
    pub started_in: Duration,
}

impl Server {
    /// Starts a command that listens on the address in its `LISTEN`.
    pub async fn start(command: &mut Command) -> Result<Self> {
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let begin = Instant::now();
        let child = command.env("LISTEN", address.to_string()).stderr(Stdio::null()).spawn()?;
        let mut server = Self { child, address, started_in: Duration::ZERO };
        while !server.is_healthy().await {
            if server.child.try_wait()?.is_some() || begin.elapsed() > Duration::from_secs(30) {
                bail!("{command:?} did not come up");
            }
            tokio::time::sleep(Duration::from_micros(500)).await;
        }
        server.started_in = begin.elapsed();
        Ok(server)
    }

    async fn is_healthy(&self) -> bool {
        let Ok(mut client) = Client::connect(self.address).await else { return false };
        client
            .send("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n")
            .await
            .is_ok_and(|answer| answer.status == 200)
    }

    pub fn cpu(&self) -> Result<Duration> {
        Ok(Stat::of(self.child.id())?.own)
    }

    /// Resident memory in MB.
    pub fn memory(&self) -> Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("no VmRSS")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<f64>()? / 1024.0)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// Every process of a PostgreSQL: backends, writers and vacuum alike.
pub struct Cluster {
    postmaster: u32,
}

impl Cluster {
    /// The one that this connection is to. It must run on this machine.
    pub async fn of(conn: &mut AsyncPgConnection) -> Result<Self> {
        let backend: i32 = diesel::select(pg_backend_pid()).get_result(conn).await?;
        Ok(Self { postmaster: Stat::of(backend.cast_unsigned())?.parent })
    }

    pub fn cpu(&self) -> Result<Duration> {
        let postmaster = Stat::of(self.postmaster)?;
        let children = fs::read_dir("/proc")?
            .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
            .filter_map(|pid| Stat::of(pid).ok())
            .filter(|stat| stat.parent == self.postmaster);
        Ok(postmaster.own + postmaster.ended_children + children.map(|stat| stat.own).sum::<Duration>())
    }
}

/// What `/proc/<pid>/stat` says.
struct Stat {
    parent: u32,
    own: Duration,
    ended_children: Duration,
}

impl Stat {
    fn of(pid: u32) -> Result<Self> {
        let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
        // The name before it may hold anything, brackets and spaces too.
        let (_, rest) = text.rsplit_once(") ").context("no stat")?;
        let fields: Vec<&str> = rest.split(' ').collect();
        let time = |user: usize| -> Result<Duration> {
            let ticks = fields[user].parse::<u64>()? + fields[user + 1].parse::<u64>()?;
            Ok(Duration::from_millis(ticks * 1000 / TICKS_PER_SECOND))
        };
        Ok(Self { parent: fields[1].parse()?, own: time(11)?, ended_children: time(13)? })
    }
}
