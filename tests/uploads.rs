//! Uploads over real connections to web as a process, and what may end them.

use diesel_async::SimpleAsyncConnection;
use rustix::process::Signal;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use xtablo::models::object::Object;
use xtablo::storage::Store;

use crate::support::browser::BOUNDARY;
use crate::support::s3::S3;
use crate::support::service::{Service, command};
use crate::support::story::{Story, content_path};

const MB: usize = 1024 * 1024;

/// What stands before the bytes of a file.
fn part_head() -> Vec<u8> {
    format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"large\"\r\n\r\n")
        .into()
}

/// What stands behind them.
fn part_end() -> Vec<u8> {
    format!("\r\n--{BOUNDARY}--\r\n").into()
}

fn declared(bytes: usize) -> String {
    format!("Content-Length: {}", part_head().len() + bytes + part_end().len())
}

async fn answer(mut stream: TcpStream) -> String {
    let mut answer = Vec::new();
    // Behind the answer the connection may be reset.
    drop(stream.read_to_end(&mut answer).await);
    String::from_utf8_lossy(&answer).into_owned()
}

async fn first_line(stream: TcpStream) -> String {
    let mut line = String::new();
    tokio::io::BufReader::new(stream).read_line(&mut line).await.expect("an answer");
    line
}

async fn gc(story: &Story, more: &[(&'static str, String)], args: &[&str]) -> String {
    let settings = [story.settings().as_slice(), more].concat();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut gc = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
    let output = gc.args(["files", "gc", "--min-age", "0"]).args(args).output().await.expect("it runs");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test]
async fn what_says_that_it_is_too_large_is_refused_before_it_is_sent() {
    let story = Story::begin(&[]).await;
    let (_web, address) = story.web(&[]).await;
    for more in ["", "\r\nExpect: 100-continue"] {
        let stream = story.begin_upload(&address, &(declared(1000 * MB) + more)).await;
        let answer = answer(stream).await;
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(answer.contains("the limit is 25 MB"), "{answer}");
    }
    assert_eq!((story.objects().await, story.on_disk()), (0, 0));
}

#[tokio::test]
async fn a_browser_that_sends_everything_before_it_listens_hears_the_refusal_too() {
    let story = Story::begin(&[]).await;
    let (_web, address) = story.web(&[("MAX_UPLOAD_SIZE_MB", "1".to_owned())]).await;
    let mut stream = story.begin_upload(&address, &declared(60 * MB)).await;
    stream.write_all(&part_head()).await.expect("sent");
    for _ in 0..60 {
        stream.write_all(&vec![b'x'; MB]).await.expect("it goes on reading");
    }
    stream.write_all(&part_end()).await.expect("sent");
    let answer = answer(stream).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("the limit is 1 MB"), "{answer}");
}

#[tokio::test]
async fn what_does_not_say_its_length_is_refused_when_it_has_become_too_large() {
    let story = Story::begin(&[]).await;
    let (_web, address) = story.web(&[("MAX_UPLOAD_SIZE_MB", "1".to_owned())]).await;
    let mut stream = story.begin_upload(&address, "Transfer-Encoding: chunked").await;
    let head = part_head();
    stream.write_all(format!("{:x}\r\n", head.len()).as_bytes()).await.expect("sent");
    stream.write_all(&head).await.expect("sent");
    for _ in 0..3 {
        stream.write_all(format!("\r\n{MB:x}\r\n").as_bytes()).await.expect("sent");
        stream.write_all(&vec![b'x'; MB]).await.expect("sent");
    }
    // It has no end yet, and is answered all the same.
    let answer = answer(stream).await;
    assert!(answer.starts_with("HTTP/1.1 413") && answer.contains("the limit is 1 MB"), "{answer}");
    story.is_clean().await;
}

#[tokio::test]
async fn an_upload_under_way_has_its_room() {
    for (quota, said) in
        [("BOARD_QUOTA_MB", "files can take up 2 MB"), ("STORAGE_QUOTA_MB", "all storage on this site")]
    {
        let story = Story::begin(&[]).await;
        let (_web, address) = story.web(&[(quota, "2".to_owned())]).await;
        let mut under_way = story.begin_upload(&address, &declared(3 * MB / 2)).await;
        under_way.write_all(&part_head()).await.expect("sent");
        under_way.write_all(b"x").await.expect("sent");
        while story.objects().await == 0 {
            tokio::task::yield_now().await;
        }
        let other = async || {
            let mut stream = story.begin_upload(&address, &declared(MB)).await;
            let whole = [part_head(), vec![b'x'; MB], part_end()].concat();
            // It may be refused before it is sent.
            drop(stream.write_all(&whole).await);
            stream
        };
        let refused = answer(other().await).await;
        assert!(refused.starts_with("HTTP/1.1 422") && refused.contains(said), "{refused}");
        drop(under_way);
        story.is_clean().await;
        let taken = first_line(other().await).await;
        assert!(taken.starts_with("HTTP/1.1 303"), "{taken}");
    }
}

#[tokio::test]
async fn a_person_sends_four_uploads_at_once() {
    let story = Story::begin(&[]).await;
    let (_web, address) = story.web(&[]).await;
    let mut under_way = Vec::new();
    for number in 1..=4 {
        let mut stream = story.begin_upload(&address, &declared(MB)).await;
        stream.write_all(&part_head()).await.expect("sent");
        stream.write_all(b"x").await.expect("sent");
        under_way.push(stream);
        while story.objects().await < number {
            tokio::task::yield_now().await;
        }
    }
    let fifth = story.begin_upload(&address, &declared(MB)).await;
    let answer = answer(fifth).await;
    assert!(answer.starts_with("HTTP/1.1 429") && answer.contains("already on their way"), "{answer}");
    drop(under_way);
    story.is_clean().await;
}

#[tokio::test]
async fn a_connection_that_is_cut_leaves_nothing() {
    let story = Story::begin(&[]).await;
    let (_web, address) = story.web(&[]).await;
    let mut stream = story.begin_upload(&address, &declared(20 * MB)).await;
    stream.write_all(&part_head()).await.expect("sent");
    stream.write_all(&vec![b'x'; 5 * MB]).await.expect("sent");
    while story.on_disk() == 0 {
        tokio::task::yield_now().await;
    }
    drop(stream);
    story.is_clean().await;
    assert!(story.files().await.is_empty());
}

#[tokio::test]
async fn what_web_leaves_when_it_is_killed_in_mid_upload_is_found_and_removed() {
    let mut story = Story::begin(&[]).await;
    let kept = story.attach("kept", b"kept").await;
    let (mut web, address) = story.web(&[]).await;
    let mut stream = story.begin_upload(&address, &declared(20 * MB)).await;
    stream.write_all(&part_head()).await.expect("sent");
    stream.write_all(&vec![b'x'; 5 * MB]).await.expect("sent");
    while story.on_disk() < 2 {
        tokio::task::yield_now().await;
    }
    web.signal(Signal::KILL);
    web.exit_code().await;
    assert_eq!((story.files().await.len(), story.objects().await), (1, 2), "no row of a file");
    let said = gc(&story, &[], &["--dry-run"]).await;
    assert!(said.contains("would be removed\tlocal\t") && said.contains("never finished"), "{said}");
    assert_eq!((story.objects().await, story.on_disk()), (2, 2), "a dry run removes nothing");
    let said = gc(&story, &[], &[]).await;
    assert!(said.contains("1 objects removed"), "{said}");
    assert_eq!((story.objects().await, story.on_disk()), (1, 1));
    story.browser.get(&content_path(&kept)).await.expect(200).showing("kept");
}

#[tokio::test]
async fn an_upload_is_weighed_again_when_it_has_arrived() {
    for (meanwhile, status) in [
        ("UPDATE boards SET archived_at = now()", "403"),
        ("UPDATE members SET role = 'viewer'", "403"),
        ("DELETE FROM members", "404"),
        ("UPDATE users SET disabled_at = now()", "404"),
        // Signed out, revoked, or ended by another password; the answer is the way to sign in.
        ("DELETE FROM sessions", "303"),
        ("UPDATE sessions SET expires_at = now()", "303"),
    ] {
        let story = Story::begin(&[]).await;
        let (_web, address) = story.web(&[]).await;
        let mut stream = story.begin_upload(&address, &declared(2 * MB)).await;
        stream.write_all(&part_head()).await.expect("sent");
        stream.write_all(&vec![b'x'; MB]).await.expect("sent");
        while story.objects().await == 0 {
            tokio::task::yield_now().await;
        }
        story.t.conn().await.batch_execute(meanwhile).await.expect("changed");
        stream.write_all(&vec![b'x'; MB]).await.expect("sent");
        stream.write_all(&part_end()).await.expect("sent");
        let answer = first_line(stream).await;
        assert!(answer.contains(status), "{meanwhile}: {answer}");
        assert!(story.files().await.is_empty(), "{meanwhile}");
        story.is_clean().await;
    }
}

#[tokio::test]
async fn an_upload_goes_on_when_the_worker_is_killed() {
    let story = Story::begin(&[]).await;
    let (_web, address) = story.web(&[]).await;
    let settings = story.settings();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (mut worker, _) = Service::worker(&settings).await;
    let framing = declared(2 * MB) + "\r\nConnection: close";
    let mut stream = story.begin_upload(&address, &framing).await;
    stream.write_all(&part_head()).await.expect("sent");
    stream.write_all(&vec![b'x'; MB]).await.expect("sent");
    while story.on_disk() == 0 {
        tokio::task::yield_now().await;
    }
    worker.signal(Signal::KILL);
    worker.exit_code().await;
    stream.write_all(&vec![b'x'; MB]).await.expect("sent");
    stream.write_all(&part_end()).await.expect("sent");
    let answer = answer(stream).await;
    assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
    assert_eq!(story.files().await[0].object.size, 2 * MB as i64);
}

#[tokio::test]
async fn the_parts_that_web_leaves_in_s3_when_it_is_killed_are_removed() {
    let s3 = S3::start().await;
    let story = Story::begin(&[]).await;
    let settings = S3::settings(&s3.address);
    let (mut web, address) = story.web(&settings).await;
    let mut stream = story.begin_upload(&address, &declared(20 * MB)).await;
    stream.write_all(&part_head()).await.expect("sent");
    stream.write_all(&vec![b'x'; 16 * MB]).await.expect("sent");
    while s3.parts() < 2 {
        tokio::task::yield_now().await;
    }
    web.signal(Signal::KILL);
    web.exit_code().await;
    assert!(story.files().await.is_empty());
    gc(&story, &settings, &[]).await;
    assert_eq!((s3.parts(), s3.objects(), story.objects().await), (0, 0, 0));
}

/// The limit on a process' files is the nearest to a full disk that needs no other rights.
#[tokio::test]
async fn a_full_disk_is_an_error_in_words_and_leaves_nothing() {
    let mut story = Story::begin(&[]).await;
    let settings = story.settings();
    let mut shell = tokio::process::Command::new("/bin/sh");
    shell.args(["-c", "trap '' XFSZ; ulimit -f 2048; exec \"$0\"", env!("CARGO_BIN_EXE_xtablo-web")]);
    shell.env_clear().envs(settings).env("LISTEN", "127.0.0.1:0").env("LOG_FORMAT", "json");
    shell.stderr(std::process::Stdio::piped()).kill_on_drop(true);
    let mut web = Service::start(shell);
    let line: serde_json::Value = serde_json::from_str(&web.wait_for("web listens").await).expect("JSON");
    let address = line["address"].as_str().expect("an address").to_owned();
    let mut stream = story.begin_upload(&address, &declared(10 * MB)).await;
    stream.write_all(&part_head()).await.expect("sent");
    stream.write_all(&vec![b'x'; 10 * MB]).await.expect("it goes on reading");
    stream.write_all(&part_end()).await.expect("sent");
    let answer = answer(stream).await;
    assert!(answer.starts_with("HTTP/1.1 507") && answer.contains("The disk for files is full"), "{answer}");
    story.is_clean().await;
    assert!(story.files().await.is_empty());
    story.attach("small", b"still fits").await;
}

#[tokio::test]
async fn what_is_missing_damaged_or_too_many_is_found() {
    let mut story = Story::begin(&[]).await;
    let (missing, damaged) = (story.attach("a", b"aaaa").await, story.attach("b", b"bbbb").await);
    story.attach("c", b"cccc").await;
    let verify = async || {
        let settings = story.settings();
        let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let mut verify = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
        let output = verify.args(["files", "verify"]).output().await.expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    };
    let (code, said) = verify().await;
    assert_eq!((code, said.as_str()), (Some(0), "3 objects read, 0 wrong\n"));
    // The first clean-up makes the folder this instance's, as long as nothing strange is in it.
    gc(&story, &[], &[]).await;
    let folder = story.t.folder.path().join("files");
    std::fs::remove_file(folder.join(&missing.object.key)).expect("removed");
    std::fs::write(folder.join(&damaged.object.key), b"bbbB").expect("written");
    let stray = story.t.app.storage.new_place().key;
    std::fs::create_dir_all(folder.join(&stray[..2])).expect("a folder");
    std::fs::write(folder.join(&stray), b"?").expect("written");
    std::fs::write(folder.join("notes.txt"), b"an operator's").expect("written");
    let (code, said) = verify().await;
    assert_eq!(code, Some(1));
    for line in [
        format!("missing\tlocal\t{}\ta\n", missing.object.key),
        format!("damaged\tlocal\t{}\tb\n", damaged.object.key),
        format!("too many\tlocal\t{stray}\n"),
        "3 objects read, 3 wrong\n".to_owned(),
    ] {
        assert!(said.contains(&line), "{line:?} in {said}");
    }
    let said = gc(&story, &[], &[]).await;
    assert!(said.contains(&stray) && said.contains("1 objects removed"), "{said}");
    assert!(folder.join("notes.txt").exists());
    let known = Object::known(&mut story.t.conn().await, Store::Local, &[stray, damaged.object.key]).await;
    assert_eq!(known.expect("an answer").len(), 1);
}
