//! Two instances, or one and its copy, at the same bucket or folder: neither removes what the other has.

use diesel_async::SimpleAsyncConnection;
use tempfile::TempDir;

use crate::support::database::TestDatabase;
use crate::support::s3::S3;
use crate::support::service::command;
use crate::support::story::{Story, content_path};

type Settings = Vec<(&'static str, String)>;

async fn xtablo(settings: &Settings, args: &[&str]) -> (Option<i32>, String) {
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let output = command(env!("CARGO_BIN_EXE_xtablo"), &settings).args(args).output().await.expect("it runs");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said)
}

const GC: [&str; 4] = ["files", "gc", "--min-age", "0"];

/// A story whose database has an id of its own: those of the tests are copies of one.
async fn begin(settings: &Settings) -> (Story, Settings) {
    let borrowed: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let story = Story::begin(&borrowed).await;
    let another = "UPDATE instance SET id = DEFAULT";
    story.t.conn().await.batch_execute(another).await.expect("updated");
    let mut all = story.settings();
    // Of a setting that is there twice the later one counts.
    all.extend(settings.iter().cloned());
    (story, all)
}

/// What happens where two instances have their files in one place, of which `count` says how many there are.
async fn two_at_one_place(shared: Settings, count: impl Fn() -> usize) {
    let (mut first, first_settings) = begin(&shared).await;
    let kept = first.attach("kept", b"kept").await;
    let (code, said) = xtablo(&first_settings, &GC).await;
    assert_eq!(code, Some(0), "{said}");

    let (mut second, second_settings) = begin(&shared).await;
    second.attach("second", b"second").await;
    // Also what the second knows, and needs no more, stays: a copy of a database knows the same keys.
    second.t.conn().await.batch_execute("DELETE FROM covers; DELETE FROM files").await.expect("deleted");
    for args in [GC.as_slice(), &["files", "gc", "--min-age", "0", "--dry-run"]] {
        let (code, said) = xtablo(&second_settings, args).await;
        assert_eq!((code, count()), (Some(1), 2), "{said}");
        assert!(
            said.contains("belongs to another instance") && said.contains("`xtablo files adopt`"),
            "{said}"
        );
    }
    let (code, said) = xtablo(&second_settings, &["files", "move", "--to", "local"]).await;
    assert_eq!((code, count()), (Some(1), 2), "{said}");
    // The first one's own goes on, and finds the second one's object too many.
    first.browser.get(&content_path(&kept)).await.expect(200).showing("kept");

    let (code, said) = xtablo(&second_settings, &["files", "adopt"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("It has 2 objects, 1 of which this database does not know"), "{said}");
    let (code, said) = xtablo(&first_settings, &["files", "adopt"]).await;
    assert!(said.contains("is this instance's ("), "{code:?} {said}");
    let (code, said) = xtablo(&second_settings, &["files", "adopt", "--yes"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("is this instance's now"), "{said}");
    let (code, said) = xtablo(&first_settings, &GC).await;
    assert_eq!((code, count()), (Some(1), 2), "{said}");
    let (code, said) = xtablo(&second_settings, &GC).await;
    assert_eq!((code, count()), (Some(0), 0), "{said}");
}

#[tokio::test]
async fn of_two_in_s3_at_one_bucket_the_second_removes_nothing_until_it_is_told_to() {
    let s3 = S3::start().await;
    two_at_one_place(S3::settings(&s3.address), || s3.objects()).await;
}

#[tokio::test]
async fn of_two_at_one_folder_the_second_removes_nothing_until_it_is_told_to() {
    let folder = TempDir::new().expect("a folder");
    let shared = vec![("STORAGE_DIR", folder.path().display().to_string())];
    let files = || {
        let folders =
            std::fs::read_dir(folder.path()).expect("a folder").map(|entry| entry.expect("one").path());
        folders
            .filter(|path| path.is_dir())
            .map(|path| std::fs::read_dir(path).expect("a folder").count())
            .sum()
    };
    two_at_one_place(shared, files).await;
}

#[tokio::test]
async fn an_old_store_is_taken_where_the_database_knows_all_of_it() {
    let (mut story, settings) = begin(&Vec::new()).await;
    story.attach("kept", b"kept").await;
    let stray = story.attach("stray", b"stray").await;
    let forget = format!(
        "DELETE FROM files WHERE id = '{}'; DELETE FROM objects WHERE key = '{}'",
        stray.id, stray.object.key
    );
    story.t.conn().await.batch_execute(&forget).await.expect("deleted");
    // Nothing says whether it is a leftover or somebody else's.
    let (code, said) = xtablo(&settings, &GC).await;
    assert_eq!((code, story.on_disk()), (Some(1), 2), "{said}");
    assert!(said.contains("has 1 objects that this database does not know"), "{said}");
    let path = story.t.folder.path().join("files").join(&stray.object.key);
    std::fs::remove_file(path).expect("removed");
    let (code, said) = xtablo(&settings, &GC).await;
    assert_eq!(code, Some(0), "{said}");
    let (_, said) = xtablo(&settings, &["files", "adopt"]).await;
    assert!(said.contains("is this instance's ("), "{said}");
    // What is in the id's place and is none is no leave to remove anything.
    let marker = story.t.folder.path().join("files/xtablo-instance");
    std::fs::write(&marker, "something else").expect("written");
    let (code, said) = xtablo(&settings, &GC).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("xtablo-instance in it is no id"), "{said}");
}

#[tokio::test]
async fn a_restored_database_keeps_the_id_of_the_place_and_never_takes_that_of_the_dump() {
    let (mut story, settings) = begin(&Vec::new()).await;
    story.attach("kept", b"kept").await;
    let backups = TempDir::new().expect("a folder");
    let with = |settings: &Settings, url: Option<&str>| {
        let mut settings = settings.clone();
        settings.push(("BACKUP_DIR", backups.path().display().to_string()));
        settings.push(("PATH", std::env::var("PATH").unwrap_or_default()));
        settings.extend(url.map(|url| ("DATABASE_URL", url.to_owned())));
        settings
    };
    let here = with(&settings, None);
    let (code, said) = xtablo(&here, &GC).await;
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = xtablo(&here, &["backup", "create"]).await;
    assert_eq!(code, Some(0), "{said}");
    let name =
        said.split('/').next_back().and_then(|rest| rest.split(':').next()).expect("a name").to_owned();

    // As a trial beside the first, or its successor on another host with the same folder.
    let database = TestDatabase::empty().await;
    let there = with(&settings, Some(database.url()));
    let (code, said) = xtablo(&there, &["backup", "restore", &name]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("belongs to another instance"), "{said}");
    let (code, said) = xtablo(&there, &GC).await;
    assert_eq!(code, Some(1), "{said}");

    // In the place of itself it is the same instance as before.
    let (code, said) = xtablo(&there, &["files", "adopt", "--yes"]).await;
    assert_eq!(code, Some(0), "{said}");
    let (code, said) = xtablo(&there, &["backup", "restore", "--force", &name]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(!said.contains("belongs to another instance"), "{said}");
    let (code, said) = xtablo(&there, &GC).await;
    assert_eq!(code, Some(0), "{said}");
}
