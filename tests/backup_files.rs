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
use xtablo::backup::{Backup, Backups};
use xtablo::models::file::File;
use xtablo::schema::objects;

use crate::support::TestApp;
use crate::support::database::TestDatabase;
use crate::support::faults::{Fault, Faults};
use crate::support::s3::S3;
use crate::support::service::{SECRET, command, mounting};

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
        let files = t.files(card.id).await;
        Self { t, files, backups: TempDir::new().expect("a folder") }
    }

    fn stored(&self) -> &Path {
        &self.t.app.config.files.dir
    }

    fn xtablo(&self, args: &[&str]) -> Command {
        self.xtablo_on(self.t.app.config.database_url.expose(), self.stored(), args)
    }

    fn xtablo_on(&self, url: &str, storage: &Path, args: &[&str]) -> Command {
        self.program_on(env!("CARGO_BIN_EXE_xtablo"), url, storage, args)
    }

    fn program_on(&self, program: &str, url: &str, storage: &Path, args: &[&str]) -> Command {
        let mut command = command(program, &[("DATABASE_URL", url), SECRET]);
        command.args(args).env("PATH", std::env::var_os("PATH").expect("there is one"));
        command.env("BACKUP_DIR", self.backups.path()).env("STORAGE_DIR", storage);
        command
    }

    async fn back_up(&self) {
        let output = self.xtablo(&["backup", "create"]).output().await.expect("it runs");
        assert!(output.status.success(), "{}", said(&output));
    }

    fn list(&self) -> Vec<Backup> {
        Backups::list(self.backups.path()).expect("a list")
    }

    fn newest(&self) -> Backup {
        self.list().pop().expect("there is one")
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
    let name = stand.list().remove(0).name;
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
    let name = stand.list().remove(0).name;
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

fn inode(backup: &Backup, key: &str) -> u64 {
    fs::metadata(backup.path.join("files").join(key)).expect("it is in the backup").ino()
}

#[tokio::test]
async fn what_the_backup_before_has_takes_no_room_again() {
    let stand = Stand::new(&[b"one", b"two"]).await;
    let keys = stand.keys().await;
    stand.back_up().await;
    stand.back_up().await;
    let backups = stand.list();
    for key in &keys {
        assert_eq!(inode(&backups[0], key), inode(&backups[1], key));
    }
    let output = stand.xtablo(&["backup", "create", "--keep", "1"]).output().await.expect("it runs");
    assert!(output.status.success() && said(&output).matches("removed").count() == 2, "{}", said(&output));
    assert!(stand.xtablo(&["backup", "verify"]).output().await.expect("it runs").status.success());
    assert_eq!(contents(&stand.list()[0].path.join("files")), contents(stand.stored()));
}

#[tokio::test]
async fn what_is_damaged_in_earlier_backups_is_said_and_in_no_later_one() {
    let stand = Stand::new(&[b"one", b"two"]).await;
    let key = stand.keys().await.remove(0);
    stand.back_up().await;
    stand.back_up().await;
    let path = |backup: &Backup| backup.path.join("files").join(&key);
    // In one of them alone: the other has it.
    let backups = stand.list();
    fs::remove_file(path(&backups[1])).expect("removed");
    fs::write(path(&backups[1]), b"eno").expect("written");
    let output = stand.xtablo(&["backup", "create"]).output().await.expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(
        text.contains("1 files of earlier ones are damaged") && text.contains(&backups[1].name),
        "{text}"
    );
    assert_eq!(inode(&backups[0], &key), inode(&stand.list()[2], &key));

    // In all of them, which have it in common.
    fs::write(path(&backups[0]), b"eno").expect("written");
    let output = stand.xtablo(&["backup", "create"]).output().await.expect("it runs");
    assert!(said(&output).contains("3 files of earlier ones are damaged"), "{}", said(&output));
    assert!(stand.xtablo(&["backup", "verify"]).output().await.expect("it runs").status.success());
    assert_eq!(contents(&stand.list()[3].path.join("files")), contents(stand.stored()));
}

#[tokio::test]
async fn what_a_store_has_lost_is_in_the_next_backups_all_the_same() {
    let stand = Stand::new(&[b"one", b"two", b"three"]).await;
    let (keys, stored) = (stand.keys().await, contents(stand.stored()));
    stand.back_up().await;
    fs::remove_file(stand.stored().join(&keys[0])).expect("removed");
    fs::write(stand.stored().join(&keys[1]), b"XXX").expect("written");
    for _ in 0..2 {
        let output = stand.xtablo(&["backup", "create"]).output().await.expect("it runs");
        assert_eq!(output.status.code(), Some(1));
        let text = said(&output);
        let place = stand.newest().path.join("files").join(&keys[0]);
        assert!(
            text.contains("it has 2 files from an earlier one") && text.contains(&*place.to_string_lossy()),
            "{text}"
        );
    }

    let (database, storage) = (TestDatabase::empty().await, TempDir::new().expect("a folder"));
    let name = stand.newest().name;
    let restore = ["backup", "restore", &name];
    let output = stand.xtablo_on(database.url(), storage.path(), &restore).output().await.expect("it runs");
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(contents(storage.path()), stored);
}

#[tokio::test]
async fn on_a_mount_that_cannot_link_every_backup_has_its_own_copies() {
    let stand = Stand::new(&[b"one", b"two"]).await;
    stand.back_up().await;
    // Mounted once more over itself, it is another disk to the kernel, which links nothing from there.
    let script = "mount --bind \"$1\" \"$1\" && exec \"$0\" backup create";
    let url = stand.t.app.config.database_url.expose();
    let mut create = stand.program_on("unshare", url, stand.stored(), &mounting(script));
    create.arg(env!("CARGO_BIN_EXE_xtablo")).arg(&stand.list()[0].path);
    let output = create.output().await.expect("unshare is there");
    assert!(output.status.success(), "{}", said(&output));
    let backups = stand.list();
    let (keys, stored) = (stand.keys().await, contents(stand.stored()));
    for key in &keys {
        assert_ne!(inode(&backups[0], key), inode(&backups[1], key));
    }
    assert_eq!(contents(&backups[1].path.join("files")), stored);

    // What a store has lost is copied from the backup before.
    fs::remove_file(stand.stored().join(&keys[0])).expect("removed");
    let mut create = stand.program_on("unshare", url, stand.stored(), &mounting(script));
    create.arg(env!("CARGO_BIN_EXE_xtablo")).arg(&stand.list()[0].path);
    let output = create.output().await.expect("unshare is there");
    assert!(said(&output).contains("it has 1 files from an earlier one"), "{}", said(&output));
    assert_eq!(contents(&stand.newest().path.join("files")), stored);
}

#[tokio::test]
async fn s3_that_does_not_answer_costs_its_files_and_not_the_dump() {
    let s3 = S3::start().await;
    let faults = Faults::before(&s3.address).await;
    let mut settings = S3::settings(&faults.address);
    settings.push(("S3_TIMEOUT_SECONDS", "1".to_owned()));
    let borrowed: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let stand =
        Stand::with(TestApp::with(&borrowed).await, &[b"one", b"two", b"three", b"four", b"five"]).await;
    let backup =
        async |args: &[&str]| stand.xtablo(args).envs(settings.clone()).output().await.expect("it runs");
    for (fault, count) in [(Fault::Stall, 5), (Fault::Fail, 5), (Fault::Refuse, 5)] {
        faults.set(fault);
        let output = backup(&["backup", "create"]).await;
        assert_eq!(output.status.code(), Some(1), "{fault:?}");
        let text = said(&output);
        assert!(text.contains(&format!("{count} files could not be read")), "{fault:?}: {text}");
        let files = stand.newest().manifest.expect("whole").files.expect("with files");
        assert!(files.iter().all(|file| file.lost && file.unreadable), "{fault:?}: {files:?}");
        assert!(backup(&["backup", "verify"]).await.status.success(), "{fault:?}");
    }
    let listed = said(&backup(&["backup", "list"]).await);
    assert!(listed.contains("5 files, 5 of them missing"), "{listed}");

    // With the store back all is in the backup; with it away again all stays there.
    faults.set(Fault::None);
    assert!(backup(&["backup", "create"]).await.status.success());
    faults.set(Fault::Refuse);
    let text = said(&backup(&["backup", "create"]).await);
    assert!(text.contains("and 0 of them are not in it"), "{text}");
    assert_eq!(contents(&stand.newest().path.join("files")).len(), 5);
}

#[tokio::test]
async fn one_file_that_cannot_be_read_costs_that_file_alone() {
    let stand = Stand::new(&[b"one", b"two"]).await;
    let key = stand.keys().await.remove(0);
    let path = stand.stored().join(&key);
    fs::remove_file(&path).expect("removed");
    // A link to itself is there, and cannot be opened by anybody.
    std::os::unix::fs::symlink(&path, &path).expect("linked");
    let output = stand.xtablo(&["backup", "create"]).output().await.expect("it runs");
    assert_eq!(output.status.code(), Some(1));
    let text = said(&output);
    assert!(text.contains("1 files could not be read") && text.contains(&key), "{text}");
    let files = stand.newest().manifest.expect("whole").files.expect("with files");
    assert_eq!(files.iter().map(|file| file.unreadable).collect::<Vec<_>>(), [true, false]);
    assert!(stand.xtablo(&["backup", "verify"]).output().await.expect("it runs").status.success());
}

#[tokio::test]
async fn a_damaged_file_in_a_backup_is_named_and_nothing_is_restored() {
    let stand = Stand::new(&[b"one", b"two"]).await;
    stand.back_up().await;
    let backup = stand.list().remove(0);
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
async fn a_file_that_is_erased_meanwhile_does_not_come_from_the_backup_before() {
    let stand = Stand::new(&[b"one", b"two"]).await;
    stand.back_up().await;
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
    // The snapshot has seen it; now it goes, as it does when it is replaced.
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
    let files = stand.newest().manifest.expect("whole").files.expect("with files");
    assert!(files.len() == 1 && files[0].key != key && !files[0].lost, "{files:?}");
    let last = stand.newest();
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
    let lost = stand
        .newest()
        .manifest
        .expect("whole")
        .files
        .expect("with files")
        .into_iter()
        .filter(|file| file.lost);
    assert_eq!(lost.map(|file| file.key).collect::<Vec<_>>(), keys[..2]);
    assert!(stand.xtablo(&["backup", "verify"]).output().await.expect("it runs").status.success());
}

#[tokio::test]
async fn files_of_s3_are_restored_where_there_is_none() {
    let s3 = S3::start().await;
    let settings = S3::settings(&s3.address);
    let borrowed: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let stand = Stand::with(TestApp::with(&borrowed).await, &[b"one", &[7; 300_000]]).await;
    let output = stand.xtablo(&["backup", "create"]).envs(settings.clone()).output().await.expect("it runs");
    assert!(output.status.success(), "{}", said(&output));
    let name = stand.newest().name;

    let (database, storage) = (TestDatabase::empty().await, TempDir::new().expect("a folder"));
    let restore = async |args: &[&str]| {
        let args = [&["backup", "restore", &name], args].concat();
        stand.xtablo_on(database.url(), storage.path(), &args).output().await.expect("it runs")
    };
    let output = restore(&[]).await;
    assert!(!output.status.success() && said(&output).contains("`--to local`"), "{}", said(&output));
    let output = restore(&["--to", "s3"]).await;
    assert!(said(&output).contains("store s3 is not configured here"), "{}", said(&output));
    let output = restore(&["--to", "local"]).await;
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(contents(storage.path()).into_keys().collect::<Vec<_>>(), {
        let mut keys = stand.keys().await;
        keys.sort();
        keys
    });
    // The database says so too: every file is found there, and none elsewhere.
    let verify = ["files", "verify"];
    let output = stand.xtablo_on(database.url(), storage.path(), &verify).output().await.expect("it runs");
    assert!(said(&output).contains("2 objects read, 0 wrong"), "{}", said(&output));
}

#[tokio::test]
async fn what_root_restores_belongs_to_the_user_of_the_folders() {
    const USER: u32 = 10_001;
    let stand = Stand::new(&[b"one", b"two"]).await;
    stand.back_up().await;
    let name = stand.newest().name;
    let (database, storage) = (TestDatabase::create().await, TempDir::new().expect("a folder"));
    let restore = ["backup", "restore", "--force", &name];
    let command =
        |program: &str, args: &[&str]| stand.program_on(program, database.url(), storage.path(), args);
    if !rustix::process::getuid().is_root() {
        // Only root can give files away. To others the owner of a folder that is not theirs is named.
        let mut other = stand.xtablo_on(database.url(), Path::new("/"), &restore);
        let output = other.output().await.expect("it runs");
        assert!(said(&output).contains("/ belongs to the user 0"), "{}", said(&output));
        return;
    }
    for folder in [storage.path(), stand.backups.path()] {
        std::os::unix::fs::chown(folder, Some(USER), Some(USER)).expect("given away");
    }
    let output = command(env!("CARGO_BIN_EXE_xtablo"), &restore).output().await.expect("it runs");
    assert!(output.status.success(), "{}", said(&output));
    let made = stand.newest();
    assert!(made.name.ends_with("-before-restore"), "{}", made.name);
    let mut mine = vec![storage.path().to_owned(), made.path, stand.backups.path().join(".lock")];
    let mut seen = 0;
    while let Some(path) = mine.pop() {
        let found = fs::metadata(&path).expect("it is there");
        assert_eq!((found.uid(), found.gid()), (USER, USER), "{}", path.display());
        if found.is_dir() {
            let entries = fs::read_dir(&path).expect("a folder");
            mine.extend(entries.map(|entry| entry.expect("an entry").path()));
        } else {
            seen += 1;
        }
    }
    assert!(seen >= 6, "two files in the store, the dump, the manifest, its hash and the lock: {seen}");

    // Another user cannot give files away, and is told whose they are: first the backup, then the folder of files.
    let program = TempDir::new().expect("a folder");
    let copy = program.path().join("xtablo");
    fs::copy(env!("CARGO_BIN_EXE_xtablo"), &copy).expect("copied");
    let open = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    fs::set_permissions(program.path(), open).expect("opened");
    // One who may connect to PostgreSQL, whose socket may be for its own user alone.
    let socket = database.url().split_once("host=/").and_then(|(_, rest)| rest.split('&').next());
    let other = socket.map_or(USER + 1, |path| fs::metadata(format!("/{path}")).expect("it is there").uid());
    let ids = [format!("--reuid={other}"), format!("--regid={other}"), "--clear-groups".to_owned()];
    let as_other = || {
        let mut command = command("setpriv", &ids.each_ref().map(String::as_str));
        command.arg(&copy).args(restore);
        command
    };
    let output = as_other().output().await.expect("setpriv is there");
    assert!(
        said(&output).contains(&format!("belongs to the user 0, and this runs as {other}")),
        "{}",
        said(&output)
    );
    let mut all = vec![stand.backups.path().to_owned()];
    while let Some(path) = all.pop() {
        std::os::unix::fs::chown(&path, Some(other), Some(other)).expect("given away");
        if path.is_dir() {
            all.extend(fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
        }
    }
    let output = as_other().output().await.expect("setpriv is there");
    assert!(
        said(&output).contains("STORAGE_DIR, ") && said(&output).contains("belongs to the user 10001"),
        "{}",
        said(&output)
    );
}
