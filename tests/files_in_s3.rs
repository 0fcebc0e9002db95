//! Files in an S3-compatible store that checks signatures, with what may go wrong on the way to it.

use axum::http::header;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use xtablo::garbage::{self, Plan};
use xtablo::schema::objects;

use crate::support::faults::{Fault, Faults};
use crate::support::s3::{BUCKET, DOMAIN, S3};
use crate::support::service::command;
use crate::support::story::{Story, content_path};

const PART: usize = 5 * 1024 * 1024;

type Settings = Vec<(&'static str, String)>;

async fn begin(settings: &Settings) -> Story {
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    Story::begin(&settings).await
}

/// A story whose store is behind something that goes wrong when told to.
async fn begin_with_faults() -> (S3, Faults, Story) {
    let s3 = S3::start().await;
    let faults = Faults::before(&s3.address).await;
    let mut settings = S3::settings(&faults.address);
    settings.push(("S3_TIMEOUT_SECONDS", "1".to_owned()));
    let story = begin(&settings).await;
    (s3, faults, story)
}

/// Bytes that are not everywhere the same.
fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|index| (index / 7 % 251) as u8).collect()
}

async fn xtablo(settings: &Settings, args: &[&str]) -> (Option<i32>, String) {
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let output = command(env!("CARGO_BIN_EXE_xtablo"), &settings).args(args).output().await.expect("it runs");
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.code(), said)
}

async fn under_way(story: &Story) -> i64 {
    let under_way = objects::table.filter(objects::stored_at.is_null()).count();
    under_way.get_result(&mut story.t.conn().await).await.expect("a count")
}

#[tokio::test]
async fn a_file_goes_into_the_bucket_and_comes_back() {
    let s3 = S3::start().await;
    let mut story = begin(&S3::settings(&s3.address)).await;
    let file = story.attach("plan.txt", b"First we plan.").await;
    assert_eq!(std::fs::read(s3.path(&file.object.key)).expect("an object"), b"First we plan.");
    assert_eq!((s3.objects(), story.on_disk()), (1, 0));
    story.browser.get(&content_path(&file)).await.expect(200).showing("First we plan.");
    story.attach("nothing", b"").await;
    let empty = story.files().await.pop().expect("it is attached");
    assert_eq!(story.browser.get(&content_path(&empty)).await.expect(200).body, "");
}

#[tokio::test]
async fn a_large_file_goes_in_parts_that_are_equal_but_for_the_last() {
    let s3 = S3::start().await;
    let mut story = begin(&S3::settings(&s3.address)).await;
    for length in [PART, 2 * PART, 2 * PART + 1] {
        let sent = bytes(length);
        let file = story.attach("large", &sent).await;
        assert_eq!(std::fs::read(s3.path(&file.object.key)).expect("an object"), sent, "{length}");
        assert_eq!(file.object.size, length as i64);
    }
    assert_eq!(s3.parts(), 0);
    let (code, said) = xtablo(&with(&story, &s3.address), &["files", "verify"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("3 objects read, 0 wrong"), "{said}");
}

/// The settings of another process of this story.
fn with(story: &Story, address: &str) -> Settings {
    [story.settings(), S3::settings(address)].concat()
}

#[tokio::test]
async fn where_the_operator_allows_it_browsers_fetch_from_the_store_by_a_signed_link() {
    let s3 = S3::start().await;
    let mut settings = S3::settings(&s3.address);
    settings.push(("S3_PRESIGNED_DOWNLOADS", "true".to_owned()));
    let mut story = begin(&settings).await;
    let file = story.attach("plän.html", b"<!doctype html><p>x").await;
    let answer = story.browser.get(&content_path(&file)).await.expect(307);
    let link = answer.headers[header::LOCATION].to_str().expect("ASCII").to_owned();
    let fetched = reqwest::get(&link).await.expect("an answer");
    assert_eq!(fetched.status(), 200);
    assert_eq!(fetched.headers()[header::CONTENT_TYPE], file.content_type);
    let disposition = fetched.headers()[header::CONTENT_DISPOSITION].to_str().expect("ASCII");
    assert!(
        disposition.starts_with("attachment;") && disposition.contains("pl%C3%A4n.html"),
        "{disposition}"
    );
    assert_eq!(fetched.text().await.expect("text"), "<!doctype html><p>x");
    let forged = link.replace("attachment", "inline");
    assert_eq!(reqwest::get(&forged).await.expect("an answer").status(), 403);
    let (_, mut outsider) = story.t.sign_up("Eve").await;
    outsider.get(&content_path(&file)).await.expect(404);

    // What is shown in a page of ours comes from here: nothing of another host is let in.
    let shown = story.attach("note.txt", b"A note").await;
    assert_eq!(story.browser.get(&content_path(&shown)).await.expect(200).body, "A note");
    story.browser.get(&format!("{}?download=1", content_path(&shown))).await.expect(307);
}

#[tokio::test]
async fn a_wrong_secret_is_refused_by_the_store_and_said_to_the_operator() {
    let s3 = S3::start().await;
    let mut settings = S3::settings(&s3.address);
    settings.retain(|(name, _)| *name != "S3_SECRET_KEY");
    settings.push(("S3_SECRET_KEY", "another-secret-key".to_owned()));
    let mut story = begin(&settings).await;
    let answer = story.browser.upload(&story.files_path, &[("plan.txt", b"x")]).await;
    answer.expect(503).showing("The file store is not responding");
    assert!(story.files().await.is_empty());
    let (code, said) = xtablo(&[story.settings(), settings].concat(), &["check-config", "--online"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("PostgreSQL answers") && said.contains("SignatureDoesNotMatch"), "{said}");
    assert!(!said.contains("another-secret-key"), "{said}");
}

#[tokio::test]
async fn an_operator_tries_the_store_with_the_bucket_in_the_path_or_before_the_host() {
    let s3 = S3::start().await;
    let story = begin(&S3::settings(&s3.address)).await;
    let (code, said) = xtablo(&with(&story, &s3.address), &["check-config", "--online"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains(&format!("the bucket {BUCKET} at http://{} took an object", s3.address)), "{said}");

    let s3 = S3::start_virtual_hosted().await;
    let mut settings = with(&story, DOMAIN);
    settings.retain(|(name, _)| *name != "S3_USE_PATH_STYLE");
    // No resolver knows the bucket's host; a proxy is asked by name.
    settings.push(("http_proxy", format!("http://{}", s3.address)));
    let (code, said) = xtablo(&settings, &["check-config", "--online"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!(s3.objects(), 0, "the probe is gone");
}

#[tokio::test]
async fn what_goes_wrong_for_a_moment_nobody_notices() {
    let (s3, faults, mut story) = begin_with_faults().await;
    let sent = bytes(PART + 1000);
    for fault in [Fault::CutAfter(100_000), Fault::Fail, Fault::Refuse] {
        faults.set_for(fault, 1);
        let file = story.attach("large", &sent).await;
        assert_eq!(std::fs::read(s3.path(&file.object.key)).expect("an object"), sent, "{fault:?}");
    }
}

#[tokio::test]
async fn what_stays_wrong_is_an_error_in_words_and_leaves_no_row() {
    let (s3, faults, mut story) = begin_with_faults().await;
    for fault in [Fault::CutAfter(100_000), Fault::Fail, Fault::Refuse, Fault::Stall] {
        for length in [200_000, PART + 1000] {
            faults.set(fault);
            let answer = story.browser.upload(&story.files_path, &[("large", &bytes(length))]).await;
            answer.expect(503).showing("The file store is not responding");
            assert!(story.files().await.is_empty(), "{fault:?}");
            // What could not be removed while the store was away is, once it is back.
            faults.set(Fault::None);
            while story.objects().await > 0 {
                let plan = Plan::at(story.t.now());
                let conn = &mut story.t.conn().await;
                garbage::collect(conn, &story.t.app.storage, plan, |_| {}).await.expect("collected");
            }
        }
    }
    assert_eq!((s3.objects(), s3.parts()), (0, 0));
    story.attach("large", &bytes(PART + 1000)).await;
}

#[tokio::test]
async fn a_store_without_room_is_said_to_be_full_and_nothing_is_kept() {
    let (s3, faults, mut story) = begin_with_faults().await;
    for (status, body) in [
        ("507 Insufficient Storage", "<Error><Code>XMinioStorageFull</Code></Error>"),
        ("403 Forbidden", "<Error><Code>QuotaExceeded</Code></Error>"),
    ] {
        // Both as one object and in parts.
        for length in [1000, PART + 1000] {
            faults.set(Fault::Answer(status, body));
            let answer = story.browser.upload(&story.files_path, &[("large", &bytes(length))]).await;
            answer.expect(507).showing("The disk for files is full, so nothing was kept.");
            assert!(story.files().await.is_empty(), "{status}");
            faults.set(Fault::None);
            let plan = Plan::at(story.t.now());
            garbage::collect(&mut story.t.conn().await, &story.t.app.storage, plan, |_| {})
                .await
                .expect("collected");
        }
    }
    assert_eq!((s3.objects(), story.objects().await), (0, 0));
}

#[tokio::test]
async fn a_wrong_bucket_or_region_is_told_in_words() {
    let (_s3, faults, mut story) = begin_with_faults().await;
    let file = story.attach("plan.txt", b"First we plan.").await;
    let settings = with(&story, &faults.address);
    let no_bucket = Fault::Answer("404 Not Found", "<Error><Code>NoSuchBucket</Code></Error>");
    let malformed = "<Error><Code>AuthorizationHeaderMalformed</Code><Region>eu-west-1</Region></Error>";
    for (fault, words) in [
        (no_bucket, "has no such bucket (S3_BUCKET"),
        (Fault::Answer("400 Bad Request", malformed), "bucket's region, which is eu-west-1"),
        (Fault::Answer("301 Moved Permanently", ""), "S3_REGION is not the bucket's region"),
    ] {
        faults.set(fault);
        let (code, said) = xtablo(&settings, &["check-config", "--online"]).await;
        assert_eq!(code, Some(1), "{said}");
        assert!(said.contains(words), "{said}");
    }
    // A bucket that is not there has lost no file, and removed none.
    faults.set(no_bucket);
    let (code, said) = xtablo(&settings, &["files", "verify"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(!said.contains("missing\t"), "{said}");
    assert!(story.t.app.storage.remove(&file.object.place(), None).await.is_err());
    story.browser.get(&content_path(&file)).await.expect(503);
}

#[tokio::test]
async fn an_object_is_deleted_by_a_request_of_its_own() {
    let (s3, faults, mut story) = begin_with_faults().await;
    let file = story.attach("plan.txt", b"First we plan.").await;
    story.t.app.storage.remove(&file.object.place(), None).await.expect("removed");
    assert_eq!((s3.objects(), faults.asked("DELETE").len()), (0, 1));
    assert!(!faults.asked("POST").iter().any(|line| line.contains("?delete")), "{:?}", faults.asked("POST"));
}

#[tokio::test]
async fn a_download_from_a_store_that_is_away_is_an_error_in_words() {
    let (_s3, faults, mut story) = begin_with_faults().await;
    let file = story.attach("plan.txt", b"First we plan.").await;
    for fault in [Fault::Fail, Fault::Refuse, Fault::Stall] {
        faults.set(fault);
        let answer = story.browser.get(&content_path(&file)).await;
        answer.expect(503).showing("The file store is not responding right now.");
    }
    faults.set(Fault::None);
    story.browser.get(&content_path(&file)).await.expect(200).showing("First we plan.");
}

#[tokio::test]
async fn files_move_to_the_other_store_and_back_while_they_are_read() {
    let s3 = S3::start().await;
    let faults = Faults::before(&s3.address).await;
    let mut story = Story::begin(&[]).await;
    let files = [
        story.attach("one", &bytes(1000)).await,
        story.attach("two", &bytes(2 * PART)).await,
        story.attach("three", &bytes(3000)).await,
    ];
    let mut settings = with(&story, &faults.address);

    // Killed on its way, it goes on the next time.
    let text: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut killed = command(env!("CARGO_BIN_EXE_xtablo"), &text);
    let mut killed = killed.args(["files", "move", "--to", "s3"]).spawn().expect("it starts");
    faults.has_sent(PART).await;
    faults.set(Fault::Stall);
    killed.kill().await.expect("it is ours");
    faults.set(Fault::None);
    let (code, said) = xtablo(&settings, &["files", "move", "--to", "s3"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!((s3.objects(), s3.parts(), story.on_disk()), (3, 0, 0), "{said}");
    let (code, said) = xtablo(&settings, &["files", "verify"]).await;
    assert_eq!(code, Some(0), "{said}");
    // This app has no S3, as one that was not restarted with it.
    story.browser.get(&content_path(&files[0])).await.expect(503);

    let damaged = s3.path(&files[2].object.key);
    std::fs::write(&damaged, bytes(2999)).expect("written");
    let (code, said) = xtablo(&settings, &["files", "move", "--to", "local"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("it is damaged where it is") && said.contains("New files still go to"), "{said}");
    std::fs::write(&damaged, bytes(3000)).expect("written");
    let (code, said) = xtablo(&settings, &["files", "move", "--to", "local"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert_eq!((s3.objects(), story.on_disk()), (0, 3), "{said}");
    assert_eq!(
        story.browser.get(&content_path(&files[1])).await.expect(200).headers[header::CONTENT_LENGTH],
        "10485760"
    );
    settings.retain(|(name, _)| !name.starts_with("S3_"));
    let (code, said) = xtablo(&settings, &["files", "move", "--to", "s3"]).await;
    assert_eq!(code, Some(1), "{said}");
    assert_eq!(under_way(&story).await, 0);
}

/// The commands that docs/running.md gives for the way back from S3, each as its words.
fn way_back() -> Vec<Vec<String>> {
    let (_, rest) = include_str!("../docs/running.md").split_once("Back again:").expect("the way back");
    let (way, _) = rest.split_once("\nAn upload").expect("its end");
    let blocks = way.split("```").skip(1).step_by(2).map(|block| block.replace("\\\n", " "));
    blocks.map(|block| block.split_whitespace().skip(2).map(str::to_owned).collect()).collect()
}

#[tokio::test]
async fn the_way_back_from_s3_is_as_the_docs_have_it() {
    let s3 = S3::start().await;
    let mut story = begin(&S3::settings(&s3.address)).await;
    story.attach("one", b"one").await;
    let mut settings = with(&story, &s3.address);
    let [first, second] = way_back().try_into().expect("two commands, each in a block");
    let args: Vec<&str> = first.iter().map(String::as_str).collect();
    let (code, said) = xtablo(&settings, &args).await;
    assert_eq!((code, story.on_disk()), (Some(0), 1), "{said}");
    assert!(said.contains("New files still go to"), "{said}");

    // Uploaded in between, by a service that still has S3.
    story.attach("two", b"two").await;
    assert_eq!((s3.objects(), story.on_disk()), (1, 1));
    let folder = tempfile::tempdir().expect("a folder");
    let key_file = folder.path().join("key").display().to_string();
    let value = |name: &str| settings.iter().find(|(of, _)| *of == name).expect(name).1.clone();
    std::fs::write(&key_file, value("S3_SECRET_KEY") + "\n").expect("written");
    let mut args: Vec<String> = second;
    for at in 1..args.len() {
        let flag = args[at - 1].clone();
        if flag == "--s3-secret-key-file" {
            args[at].clone_from(&key_file);
        } else if let Some(name) = flag.strip_prefix("--s3-") {
            args[at] = value(&format!("S3_{}", name.to_uppercase().replace('-', "_")));
        }
    }
    // Of the store of the tests, whose buckets have no host of their own.
    settings.retain(|(name, _)| !name.starts_with("S3_") || *name == "S3_USE_PATH_STYLE");
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (code, said) = xtablo(&settings, &args).await;
    assert_eq!((code, s3.objects(), story.on_disk()), (Some(0), 0, 2), "{said}");
}
