//! An S3-compatible store on loopback, which checks signatures: s3s-fs, a process of its own.

use std::path::PathBuf;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub const BUCKET: &str = "files";

/// The domain below which a bucket has a host of its own.
pub const DOMAIN: &str = "s3.test";

const KEYS: [(&str, &str); 2] = [("S3_ACCESS_KEY", "an-access-key"), ("S3_SECRET_KEY", "a-secret-key")];

/// A store with an empty bucket; ended when it is dropped.
pub struct S3 {
    _child: Child,
    folder: TempDir,
    pub address: String,
}

impl S3 {
    /// With the bucket in the path.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// With a host for each bucket.
    pub async fn start_virtual_hosted() -> Self {
        Self::start_with(&["--domain", DOMAIN]).await
    }

    async fn start_with(args: &[&str]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::create_dir(folder.path().join(BUCKET)).expect("a bucket");
        let mut child = Command::new(binary())
            .args(["--host", "127.0.0.1", "--port", "0"])
            .args(["--access-key", KEYS[0].1, "--secret-key", KEYS[1].1])
            .args(args)
            .arg(folder.path())
            .env("RUST_LOG", "info")
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("s3s-fs runs");
        let mut log = BufReader::new(child.stdout.take().expect("piped")).lines();
        let address = loop {
            let line = log.next_line().await.expect("a log").expect("it listens before it ends");
            if let Some((_, address)) = line.split_once("running at http://") {
                break address.trim().to_owned();
            }
        };
        // What nobody reads would hold it up in the end.
        tokio::spawn(async move { while let Ok(Some(_)) = log.next_line().await {} });
        Self { _child: child, folder, address }
    }

    /// The settings that lead to it, or to what stands before it at `address`.
    pub fn settings(address: &str) -> Vec<(&'static str, String)> {
        let mut settings = vec![
            ("S3_ENDPOINT", format!("http://{address}")),
            ("S3_BUCKET", BUCKET.to_owned()),
            ("S3_REGION", "us-east-1".to_owned()),
            ("S3_USE_PATH_STYLE", "true".to_owned()),
        ];
        settings.extend(KEYS.map(|(name, value)| (name, value.to_owned())));
        settings
    }

    /// How many objects the bucket has.
    pub fn objects(&self) -> usize {
        // Whose the bucket is stands beside the files.
        let all = below(&self.folder.path().join(BUCKET));
        all.iter().filter(|path| name(path) != "xtablo-instance").count()
    }

    /// How many parts there are of uploads that are not complete.
    pub fn parts(&self) -> usize {
        below(self.folder.path()).iter().filter(|path| name(path).starts_with(".upload_id-")).count()
    }

    /// Where an object lies.
    pub fn path(&self, key: &str) -> PathBuf {
        self.folder.path().join(BUCKET).join(key)
    }
}

fn name(path: &std::path::Path) -> &str {
    path.file_name().and_then(|name| name.to_str()).unwrap_or_default()
}

fn below(folder: &std::path::Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { below(&path) } else { vec![path] }).collect()
}

/// Where `script/setup test` has put it, unless it is in the PATH.
fn binary() -> PathBuf {
    let paths = std::env::var_os("PATH").unwrap_or_default();
    let home = std::env::var_os("HOME").map_or_else(|| PathBuf::from("/root"), PathBuf::from);
    let own = home.join(".cache/xtablo/s3s-fs-0.14.1/bin");
    std::env::split_paths(&paths)
        .chain([own])
        .map(|folder| folder.join("s3s-fs"))
        .find(|path| path.exists())
        .expect("s3s-fs is not installed: run `script/setup test`")
}
