//! `xtablo healthcheck`: for a container, which has no curl inside.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpStream, UnixStream};

use crate::config::{Config, ConfigArgs, Listen};

/// How long the service may take to answer.
const PATIENCE: Duration = Duration::from_secs(3);

/// Ask the web service at LISTEN, or the worker at WORKER_LISTEN, whether it is ready; exit code 1 if it is not
#[derive(Debug, clap::Args)]
pub(super) struct Healthcheck {
    /// Ask the worker
    #[arg(long)]
    worker: bool,
    #[command(flatten)]
    config: ConfigArgs,
}

impl Healthcheck {
    pub(super) async fn run(self) -> anyhow::Result<ExitCode> {
        let config = Config::load(&self.config.source())?;
        let listen = if self.worker {
            config.worker_listen.context("WORKER_LISTEN is not set, so the worker answers nowhere")?
        } else {
            config.listen
        };
        let asked = tokio::time::timeout(PATIENCE, ask(&listen)).await;
        let status =
            asked.with_context(|| format!("{listen} did not answer within {} s", PATIENCE.as_secs()))??;
        if status != "200" {
            bail!("not ready: /readyz answered {status}");
        }
        println!("ready");
        Ok(ExitCode::SUCCESS)
    }
}

async fn ask(listen: &Listen) -> anyhow::Result<String> {
    let cannot = || format!("cannot connect to {listen}");
    match listen {
        Listen::Tcp(address) => {
            // A service that listens on every address is asked on this machine's own.
            let address = address.replace("0.0.0.0:", "127.0.0.1:").replace("[::]:", "[::1]:");
            status_of(TcpStream::connect(address).await.with_context(cannot)?).await
        }
        Listen::Unix(path) => status_of(UnixStream::connect(path).await.with_context(cannot)?).await,
    }
}

/// The status code of `GET /readyz`. HTTP/1.0, so the answer ends with the connection.
async fn status_of(mut stream: impl AsyncRead + AsyncWrite + Unpin) -> anyhow::Result<String> {
    stream.write_all(b"GET /readyz HTTP/1.0\r\nHost: localhost\r\n\r\n").await?;
    let mut answer = Vec::new();
    stream.take(1024).read_to_end(&mut answer).await?;
    let answer = String::from_utf8_lossy(&answer);
    let status = answer.split_whitespace().nth(1).context("the answer is no HTTP")?;
    Ok(status.to_owned())
}
