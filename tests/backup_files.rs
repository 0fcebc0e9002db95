//! The files of cards in backups: they come along, belong to the dump, and what is lost is said.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::process::Output;

use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use tempfile::TempDir;
use tokio::process::Command;
use xtablo::backup::{Backup, Backups, Manifest};
use xtablo::models::file::File;
use xtablo::schema::objects;

use crate::support::TestApp;
use crate::support::database::TestDatabase;
use crate::support::s3::S3;
use crate::support::service::{SECRET, command};

/// An app with files on a card, and a folder for its backups.
struct Stand {
    t: TestApp,
    files: Vec<File>,
    backups: TempDir,
}

impl Stand {
    async fn new(contents: &[&[u8]]) -> Self {
        Self::with(TestApp::new().await, contents).await
    }

    async fn with(t: TestApp, contents: &[&[u8]]) -> Self {
        let (ada, mut browser) = t.sign_up("Ada").await;
        let board = t.board(&ada, "Launch").await;
        let column = t.column(&board, &ada, "To do").await;
        let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
        for bytes in contents {
            browser.upload(&format!("/cards/{}/files", card.id), &[("a file", bytes)]).await.expect(303);
        }
        let files = File::of_card(&mut t.conn().await, card.id).await.expect("a list");
        Self { t, files, backups: TempDir::new().expect("a folder") }
    }

    fn stored(&self) -> &Path {
        &self.t.app.config.files.dir
    }

    fn xtablo(&self, args: &[&str]) -> Command {
        self.xtablo_on(self.t.app.config.database_url.expose(), self.stored(), args)
    }

    fn xtablo_on(&self, url: &str, storage: &Path, args: &[&str]) -> Command {
        let mut command = command(env!("CARGO_BIN_EXE_xtablo"), &[("DATABASE_URL", url), SECRET]);
        command.args(args).env("PATH", std::env::var_os("PATH").expect("there is one"));
        command.env("BACKUP_DIR", self.backups.path()).env("STORAGE_DIR", storage);
        command
    }

    fn newest(&self) -> Manifest {
        let newest = Backups::list(self.backups.path()).expect("a list").pop();
        newest.expect("there is one").manifest.expect("whole")
    }

    async fn keys(&self) -> Vec<String> {
        let keys = objects::table.select(objects::key).order(objects::key);
        keys.load(&mut self.t.conn().await).await.expect("a list")
    }
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}

/// What lies below a folder, by its path there.
fn contents(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut all = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        if path.is_dir() {
            all.extend(contents(&path).into_iter().map(|(rest, bytes)| (format!("{name}/{rest}"), bytes)));
        } else {
            all.insert(name, fs::read(&path).expect("read"));
        }
    }
    all
}

#[tokio::test]
async fn files_come_along_and_are_restored_on_another_machine() {
    let stand = Stand::new(&[b"one", &[7; 300_000], b""]).await;
    let output = stand.xtablo(&["backup", "create"]).output().await.expect("it runs");
    assert!(output.status.success() && said(&output).contains("3 files"), "{}", said(&output));
    let name = Backups::list(stand.backups.path()).expect("a list").remove(0).name;
    assert!(stand.xtablo(&["backup", "verify"]).output().await.expect("it runs").status.success());

    let (database, storage) = (TestDatabase::empty().await, TempDir::new().expect("a folder"));
    let restore = ["backup", "restore", &name];
    let output = stand.xtablo_on(database.url(), storage.path(), &restore).output().await.expect("it runs");
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(contents(storage.path()), contents(stand.stored()));
    let keys: Vec<String> = objects::table
        .select(objects::key)
        .order(objects::key)
        .load(&mut database.conn().await)
        .await
        .expect("a list");
    assert_eq!(keys, stand.keys().await);
}

#[tokio::test]
async fn files_in_s3_come_along_and_are_put_back_there() {
    let (s3, other) = (S3::start().await, S3::start().await);
    let settings = S3::settings(&s3.address);
    let borrowed: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let stand = Stand::with(TestApp::with(&borrowed).await, &[b"one", &[7; 300_000]]).await;
    let output = stand.xtablo(&["backup", "create"]).envs(settings).output().await.expect("it runs");
    assert!(output.status.success() && said(&output).contains("2 files"), "{}", said(&output));

    let (database, storage) = (TestDatabase::empty().await, TempDir::new().expect("a folder"));
    let name = Backups::list(stand.backups.path()).expect("a list").remove(0).name;
    let restore = ["backup", "restore", &name];
    let mut homeless = stand.xtablo_on(database.url(), storage.path(), &restore);
    let output = homeless.output().await.expect("it runs");
    assert!(!output.status.success() && said(&output).contains("store s3"), "{}", said(&output));
    let mut elsewhere = stand.xtablo_on(database.url(), storage.path(), &restore);
    let output = elsewhere.envs(S3::settings(&other.address)).output().await.expect("it runs");
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(other.objects(), 2);
    for key in stand.keys().await {
        assert_eq!(fs::read(other.path(&key)).expect("there"), fs::read(s3.path(&key)).expect("there"));
    }
}

#[tokio::test]
async fn what_the_backup_before_has_takes_no_room_again() {
    let stand = Stand::new(&[b"one", b"two"]).await;
    let keys = stand.keys().await;
    let inode = |backup: &Backup, key: &str| {
        fs::metadata(backup.path.join("files").join(key)).expect("it is in the backup").ino()
    };
    assert!(stand.xtablo(&["backup", "create"]).output().await.expect("it runs").status.success());
    assert!(stand.xtablo(&["backup", "create"]).output().await.expect("it runs").status.success());
    let both = Backups::list(stand.backups.path()).expect("a list");
    for key in &keys {
        assert_eq!(inode(&both[0], key), inode(&both[1], key));
    }

    // Bytes that rot are in both then, and in no backup after them.
    fs::write(both[0].path.join("files").join(&keys[0]), b"eno").expect("written");
    assert!(!stand.xtablo(&["backup", "verify"]).output().await.expect("it runs").status.success());
    let output = stand.xtablo(&["backup", "create", "--keep", "1"]).output().await.expect("it runs");
    assert!(output.status.success() && said(&output).matches("removed").count() == 2, "{}", said(&output));
    assert!(stand.xtablo(&["backup", "verify"]).output().await.expect("it runs").status.success());
    let last = Backups::list(stand.backups.path()).expect("a list").remove(0);
    assert_eq!(contents(&last.path.join("files")), contents(stand.stored()));
}

#[tokio::test]
async fn what_a_store_has_lost_is_in_the_next_backup_all_the_same() {
    let stand = Stand::new(&[b"one", b"two", b"three"]).await;
    let (keys, stored) = (stand.keys().await, contents(stand.stored()));
    assert!(stand.xtablo(&["backup", "create"]).output().await.expect("it runs").status.success());
    fs::remove_file(stand.stored().join(&keys[0])).expect("removed");
    fs::write(stand.stored().join(&keys[1]), b"XXX").expect("written");
    let output = stand.xtablo(&["backup", "create"]).output().await.expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(text.contains("2 files were lost or damaged") && text.contains("2 of them it has"), "{text}");

    let (database, storage) = (TestDatabase::empty().await, TempDir::new().expect("a folder"));
    let name = Backups::list(stand.backups.path()).expect("a list").remove(1).name;
    let restore = ["backup", "restore", &name];
    let output = stand.xtablo_on(database.url(), storage.path(), &restore).output().await.expect("it runs");
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(contents(storage.path()), stored);
}

#[tokio::test]
async fn a_damaged_file_in_a_backup_is_named_and_nothing_is_restored() {
    let stand = Stand::new(&[b"one", b"two"]).await;
    assert!(stand.xtablo(&["backup", "create"]).output().await.expect("it runs").status.success());
    let backup = Backups::list(stand.backups.path()).expect("a list").remove(0);
    let key = stand.keys().await.remove(0);
    fs::write(backup.path.join("files").join(&key), b"eno").expect("written");
    let (database, storage) = (TestDatabase::empty().await, TempDir::new().expect("a folder"));
    for args in [&["backup", "verify"][..], &["backup", "restore", &backup.name]] {
        let output = stand.xtablo_on(database.url(), storage.path(), args).output().await.expect("it runs");
        assert!(
            !output.status.success() && said(&output).contains(&format!("{key} is damaged")),
            "{output:?}"
        );
    }
    assert_eq!(contents(storage.path()).len(), 0);
}

#[tokio::test]
async fn a_file_that_is_erased_while_the_dump_is_taken_is_in_neither() {
    erased_while_the_dump_is_taken(&Stand::new(&[b"one", b"two"]).await).await;
}

#[tokio::test]
async fn nor_does_it_come_from_the_backup_before() {
    let stand = Stand::new(&[b"one", b"two"]).await;
    assert!(stand.xtablo(&["backup", "create"]).output().await.expect("it runs").status.success());
    erased_while_the_dump_is_taken(&stand).await;
}

async fn erased_while_the_dump_is_taken(stand: &Stand) {
    let mut holder = stand.t.conn().await;
    holder.batch_execute("BEGIN; LOCK TABLE users").await.expect("locked");
    let create = stand.xtablo(&["backup", "create"]).spawn().expect("it runs");
    let mut conn = stand.t.conn().await;
    let waiting = diesel::dsl::sql::<diesel::sql_types::Bool>(
        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock')",
    );
    while !waiting.clone().get_result::<bool>(&mut conn).await.expect("an answer") {}
    // The snapshot has seen it; now it goes, as it does when somebody replaces it.
    let erased = stand.t.app.storage.clone();
    let gone = stand.files[0].id;
    let key: String = xtablo::schema::files::table
        .find(gone)
        .select(xtablo::schema::files::object_key)
        .get_result(&mut conn)
        .await
        .expect("it is there");
    diesel::delete(xtablo::schema::files::table.find(gone)).execute(&mut conn).await.expect("deleted");
    diesel::delete(objects::table.find(&key)).execute(&mut conn).await.expect("deleted");
    let place = xtablo::storage::Place { store: erased.default_store(), key: key.clone() };
    erased.remove(&place, None).await.expect("removed");
    holder.batch_execute("ROLLBACK").await.expect("unlocked");

    let output = create.wait_with_output().await.expect("it ends");
    assert!(output.status.success(), "{}", said(&output));
    let files = stand.newest().files.expect("with files");
    assert!(files.len() == 1 && files[0].key != key && !files[0].lost, "{files:?}");
    let last = Backups::list(stand.backups.path()).expect("a list").pop().expect("there is one");
    assert_eq!(contents(&last.path.join("files")).into_keys().collect::<Vec<_>>(), [files[0].key.clone()]);
    assert!(stand.xtablo(&["backup", "verify"]).output().await.expect("it runs").status.success());
}

#[tokio::test]
async fn a_file_that_was_lost_or_damaged_before_is_said_and_the_rest_is_saved() {
    let stand = Stand::new(&[b"one", b"two", b"three"]).await;
    let keys = stand.keys().await;
    fs::remove_file(stand.stored().join(&keys[0])).expect("removed");
    fs::write(stand.stored().join(&keys[1]), b"XXX").expect("written");
    let output = stand.xtablo(&["backup", "create"]).output().await.expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(text.contains("2 files were lost or damaged") && text.contains(&keys[0]), "{text}");
    let lost = stand.newest().files.expect("with files").into_iter().filter(|file| file.lost);
    assert_eq!(lost.map(|file| file.key).collect::<Vec<_>>(), keys[..2]);
    assert!(stand.xtablo(&["backup", "verify"]).output().await.expect("it runs").status.success());
}
