//! Somebody with a card, on which there are to be files.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use uuid::Uuid;
use xtablo::models::card::Card;
use xtablo::models::file::File;
use xtablo::schema::objects;

use super::TestApp;
use super::browser::{BOUNDARY, Browser};
use super::service::{SECRET, Service};

/// What many stories begin with: somebody with a card.
pub struct Story {
    pub t: TestApp,
    pub browser: Browser,
    pub card: Card,
    pub owner: Uuid,
    pub files_path: String,
}

impl Story {
    pub async fn begin(settings: &[(&'static str, &str)]) -> Self {
        let t = TestApp::with(settings).await;
        let (ada, browser) = t.sign_up("Ada").await;
        let board = t.board(&ada, "Launch").await;
        let column = t.column(&board, &ada, "To do").await;
        let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
        Self { t, browser, owner: ada.id, files_path: format!("/cards/{}/files", card.id), card }
    }

    /// The settings with which another process is this story's too.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("DATABASE_URL", self.t.app.config.database_url.expose().to_owned()),
            (SECRET.0, SECRET.1.to_owned()),
            ("STORAGE_DIR", self.t.folder.path().join("files").display().to_string()),
        ]
    }

    /// Web as a process, with more settings than the story's own; gives its address too.
    pub async fn web(&self, settings: &[(&'static str, String)]) -> (Service, String) {
        let all = [self.settings().as_slice(), settings].concat();
        let all: Vec<_> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
        Service::web(&all).await
    }

    /// An upload on a connection of its own, of which the head is sent; `framing` is the header that says how long
    /// it is.
    pub async fn begin_upload(&self, address: &str, framing: &str) -> TcpStream {
        let mut stream = TcpStream::connect(address).await.expect("it listens");
        let head = format!(
            "POST {} HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost\r\nCookie: {}\r\n\
             Content-Type: multipart/form-data; boundary={BOUNDARY}\r\n{framing}\r\n\r\n",
            self.files_path,
            self.browser.cookies()
        );
        stream.write_all(head.as_bytes()).await.expect("sent");
        stream
    }

    pub async fn attach(&mut self, name: &str, bytes: &[u8]) -> File {
        let answer = self.browser.upload(&self.files_path, &[(name, bytes)]).await;
        assert_eq!(answer.location(), format!("/cards/{}#files", self.card.id));
        self.files().await.pop().expect("it is attached")
    }

    pub async fn files(&self) -> Vec<File> {
        self.t.files(self.card.id).await
    }

    /// Waits until nothing of an upload is left, in the database or on the disk.
    pub async fn is_clean(&self) {
        while self.objects().await > 0 || self.on_disk() > 0 {
            tokio::task::yield_now().await;
        }
    }

    /// How many objects the database knows of.
    pub async fn objects(&self) -> i64 {
        objects::table.count().get_result(&mut self.t.conn().await).await.expect("a count")
    }

    /// How many files there are in the folder, finished and not.
    pub fn on_disk(&self) -> usize {
        files_below(&self.t.folder.path().join("files"))
    }
}

fn files_below(folder: &std::path::Path) -> usize {
    let Ok(entries) = std::fs::read_dir(folder) else { return 0 };
    entries
        .map(|entry| entry.expect("an entry").path())
        // Whose the folder is stands beside the files.
        .filter(|path| !path.ends_with("xtablo-instance"))
        .map(|path| if path.is_dir() { files_below(&path) } else { 1 })
        .sum()
}

pub fn content_path(file: &File) -> String {
    format!("/files/{}/content/{}", file.id, xtablo::files::name::in_url(&file.name))
}
