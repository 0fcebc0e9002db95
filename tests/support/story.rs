//! Somebody with a card, on which there are to be files.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use xtablo::models::card::Card;
use xtablo::models::file::File;
use xtablo::schema::objects;

use super::TestApp;
use super::browser::Browser;
use super::service::SECRET;

/// What many stories begin with: somebody with a card.
pub struct Story {
    pub t: TestApp,
    pub browser: Browser,
    pub card: Card,
    pub files_path: String,
}

impl Story {
    pub async fn begin(settings: &[(&'static str, &str)]) -> Self {
        let t = TestApp::with(settings).await;
        let (ada, browser) = t.sign_up("Ada").await;
        let board = t.board(&ada, "Launch").await;
        let column = t.column(&board, &ada, "To do").await;
        let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
        Self { t, browser, files_path: format!("/cards/{}/files", card.id), card }
    }

    /// The settings with which another process is this story's too.
    pub fn settings(&self) -> Vec<(&'static str, String)> {
        vec![
            ("DATABASE_URL", self.t.app.config.database_url.expose().to_owned()),
            (SECRET.0, SECRET.1.to_owned()),
            ("STORAGE_DIR", self.t.folder.path().join("files").display().to_string()),
        ]
    }

    pub async fn attach(&mut self, name: &str, bytes: &[u8]) -> File {
        let answer = self.browser.upload(&self.files_path, &[(name, bytes)]).await;
        assert_eq!(answer.location(), format!("/cards/{}#files", self.card.id));
        self.files().await.pop().expect("it is attached")
    }

    pub async fn files(&self) -> Vec<File> {
        File::of_card(&mut self.t.conn().await, self.card.id).await.expect("a list")
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
        .map(|path| if path.is_dir() { files_below(&path) } else { 1 })
        .sum()
}

pub fn content_path(file: &File) -> String {
    format!("/files/{}/{}", file.id, xtablo::files::name::in_url(&file.name))
}
