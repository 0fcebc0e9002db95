//! Exports: begun, made by the worker, downloaded, gone again; and what is in them.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use rustix::process::Signal;
use sha2::{Digest, Sha256};
use xtablo::models::board_file::{AccountFile, BoardFile, FORMAT, VERSION};
use xtablo::models::card::{Card, NewCard};
use xtablo::models::change::ChangeError;
use xtablo::models::role::Role;
use xtablo::queue::NewJob;
use xtablo::schema::{exports, jobs, objects};
use xtablo::tasks::{self, ForgetOldExports, RemoveUnusedObjects};

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::full_card::FullCard;
use crate::support::service::{Service, command};
use crate::support::story::Story;

/// What a ZIP has, by path; each entry is what the manifest says of it.
fn unpacked(zip: Vec<u8>) -> BTreeMap<String, Vec<u8>> {
    let mut zip = zip::ZipArchive::new(Cursor::new(zip)).expect("a ZIP");
    let mut entries = BTreeMap::new();
    for index in 0..zip.len() {
        let mut entry = zip.by_index(index).expect("an entry");
        let mut bytes = Vec::new();
        entry.read_to_end(&mut bytes).expect("a whole one");
        let name = entry.name().expect("UTF-8").into_owned();
        entries.insert(name, bytes);
    }
    let manifest: serde_json::Value = serde_json::from_slice(&entries["manifest.json"]).expect("JSON");
    let listed = manifest["entries"].as_array().expect("a list");
    assert_eq!(listed.len() + 1, entries.len(), "{manifest}");
    for entry in listed {
        let bytes = &entries[entry["path"].as_str().expect("a path")];
        assert_eq!(entry["size"], bytes.len());
        assert_eq!(entry["sha256"], hex::encode(Sha256::digest(bytes)), "{entry}");
    }
    entries
}

fn board_file(entries: &BTreeMap<String, Vec<u8>>, path: &str) -> BoardFile {
    serde_json::from_slice(&entries[path]).unwrap_or_else(|error| panic!("{path}: {error}"))
}

fn text(entries: &BTreeMap<String, Vec<u8>>, path: &str) -> String {
    String::from_utf8(entries[path].clone()).expect("UTF-8")
}

/// Makes an export and fetches it.
async fn export(t: &TestApp, browser: &mut Browser, path: &str) -> BTreeMap<String, Vec<u8>> {
    browser.post(path, &[]).await.expect(303);
    t.make_exports().await;
    unpacked(browser.get_bytes(&format!("{path}/zip")).await)
}

async fn count(t: &TestApp) -> (i64, i64) {
    let mut conn = t.conn().await;
    let exports = exports::table.count().get_result(&mut conn).await.expect("a count");
    (exports, objects::table.count().get_result(&mut conn).await.expect("a count"))
}

#[tokio::test]
async fn a_board_is_taken_along_with_everything_on_it() {
    let mut f = FullCard::begin(&[]).await;
    let path = format!("/boards/{}/export", f.board.id);
    f.t.change(f.board.id, &f.ada, async |change| {
        let body = "See <script>alert(1)</script> @bob #1";
        let card = Card::create(change, &f.column, NewCard { title: "<b>Old</b>", body }).await?;
        card.archive(change).await?;
        Ok::<_, ChangeError>(())
    })
    .await
    .expect("archived");
    f.browser.get(&format!("/boards/{}", f.board.id)).await.expect(200).showing("&#x2f;export");
    f.browser.get(&path).await.expect(200).showing("Make the ZIP").hiding("every 2s");
    assert_eq!(f.browser.get(&format!("{path}/zip")).await.location(), path);

    assert_eq!(f.browser.post(&path, &[]).await.location(), path);
    f.browser.get(&path).await.expect(200).showing("in a moment").showing("every 2s").hiding("Make the ZIP");
    f.browser.post(&path, &[]).await.expect(303);
    assert_eq!(count(&f.t).await.0, 1, "one at a time");
    f.t.make_exports().await;
    f.browser
        .htmx()
        .get(&path)
        .await
        .expect(200)
        .hiding("<html")
        .showing("Download the ZIP")
        .showing("Here until")
        .hiding("every 2s");
    let answer = f.browser.get(&format!("{path}/zip")).await.expect(200);
    let disposition = answer.headers["content-disposition"].to_str().expect("ASCII").to_owned();
    assert!(disposition.starts_with("attachment; filename=\"Launch 2"), "{disposition}");
    let entries = unpacked(answer.bytes);

    let file = board_file(&entries, "board.json");
    assert_eq!((file.head.format.as_str(), file.head.version), (FORMAT, VERSION));
    assert_eq!(file.head.board.title, "Launch");
    let titles: Vec<&str> = file.cards.iter().map(|card| card.title.as_str()).collect();
    assert_eq!(titles, ["Plan", "<b>Old</b>"]);
    let [plan, old] = file.cards.as_slice() else { panic!("two cards") };
    assert!(old.archived_at.is_some() && plan.archived_at.is_none());
    assert_eq!((plan.number, plan.body.as_str()), (Some(1), "The *text*, see #2"));
    assert_eq!((plan.labels.len(), plan.assignees.len(), plan.fields.len()), (2, 2, 2));
    assert_eq!(plan.start.map(|start| start.to_string()).as_deref(), Some("2999-12-24"));
    let [list] = plan.checklists.as_slice() else { panic!("a checklist") };
    assert!(list.items[0].checked_at.is_some() && list.items[1].user_id == Some(f.bob.id));
    let [attached] = plan.files.as_slice() else { panic!("a file") };
    assert_eq!(entries[&attached.path], b"what it holds");
    assert_eq!(attached.sha256, hex::encode(Sha256::digest(b"what it holds")));
    assert_eq!(file.comments.len(), 1);
    assert_eq!((file.comments[0].card_id, file.comments[0].user_id), (plan.id, Some(f.ada.id)));
    let bob = file.head.people.iter().find(|person| person.id == f.bob.id).expect("Bob");
    assert_eq!((bob.role, bob.email.as_deref()), (Some(Role::Editor), Some("bob@example.com")));
    assert!(file.events.iter().any(|event| event.kind == "comment_created"));
    // The lists are written by hand: what reads them and writes them again gives the same.
    let again: BoardFile = serde_json::from_value(serde_json::to_value(&file).expect("JSON")).expect("types");
    assert_eq!(again, file);

    let page = text(&entries, "index.html");
    for shown in
        ["Launch", "Plan", "&lt;b&gt;Old", "1 archived card", "Draw it", "said</strong>", "Bug", "Room of it"]
    {
        assert!(page.contains(shown), "{shown}: {page}");
    }
    assert!(page.contains("href=\"#card-2\"") && page.contains("mention\" dir=\"auto\">Bob"), "{page}");
    assert!(page.contains(&format!("href=\"{}\"", attached.path)), "{page}");
    for not in ["<script>", "http://", "https://", "<b>Old", "@bob"] {
        assert!(!page.contains(not), "{not}: {page}");
    }
    assert!(entries.contains_key("style.css"));
}

#[tokio::test]
async fn a_reader_takes_along_what_a_reader_sees() {
    let mut f = FullCard::begin(&[]).await;
    let (eve, mut hers) = f.t.sign_up("Eve").await;
    let path = format!("/boards/{}/export", f.board.id);
    hers.get(&path).await.expect(404);
    hers.post(&path, &[]).await.expect(404);
    f.make(&f.board, &eve, Role::Viewer).await;
    let detail = Card::detail(&f.t.conn().await, f.card.id).await.expect("a card");
    let version = detail.version.to_string();
    let fields = [("title", "Plan"), ("body", "Something else"), ("version", version.as_str())];
    f.browser.post(&f.path, &fields).await.expect(303);
    let entries = export(&f.t, &mut hers, &path).await;
    let file = board_file(&entries, "board.json");
    assert!(file.head.people.iter().all(|person| person.email.is_none()));
    assert!(file.events.iter().any(|event| event.kind == "card_edited"));
    assert!(file.events.iter().all(|event| event.data.get("body_from").is_none()), "{:?}", file.events);
    assert!(!text(&entries, "board.json").contains("@example.com"));

    // Whoever has lost the board has lost the export, made or not.
    let remove = format!("/boards/{}/members/{}/remove", f.board.id, eve.id);
    f.browser.confirm(&remove).await.expect(303);
    hers.get(&format!("{path}/zip")).await.expect(404);
    let (bob, mut his) = (f.bob.clone(), f.t.browser());
    his.sign_in(&f.t.app, bob.id).await;
    his.post(&path, &[]).await.expect(303);
    f.browser.confirm(&format!("/boards/{}/members/{}/remove", f.board.id, bob.id)).await.expect(303);
    let before = count(&f.t).await;
    f.t.make_exports().await;
    assert_eq!(count(&f.t).await, (before.0 - 1, before.1), "his wish is forgotten");
}

#[tokio::test]
async fn an_export_is_gone_after_a_day_and_another_takes_its_place() {
    let mut f = FullCard::begin(&[]).await;
    let path = format!("/boards/{}/export", f.board.id);
    export(&f.t, &mut f.browser, &path).await;
    assert_eq!(count(&f.t).await, (1, 2));
    // Another one: the content of the first goes with the next clean-up after five minutes.
    export(&f.t, &mut f.browser, &path).await;
    assert_eq!(count(&f.t).await, (1, 3));
    f.t.advance(TimeDelta::minutes(6));
    let clean_up = async || {
        let mut conn = f.t.conn().await;
        for job in [NewJob::new(&ForgetOldExports {}), NewJob::new(&RemoveUnusedObjects::default())] {
            job.expect("JSON").enqueue(&mut conn).await.expect("enqueued");
            f.t.keep_house().await;
        }
    };
    clean_up().await;
    assert_eq!(count(&f.t).await, (1, 2));
    f.t.advance(TimeDelta::days(1));
    f.browser.sign_in(&f.t.app, f.ada.id).await;
    f.browser.get(&path).await.expect(200).showing("Make the ZIP").hiding("Download the ZIP");
    assert_eq!(f.browser.get(&format!("{path}/zip")).await.location(), path);
    clean_up().await;
    f.t.advance(TimeDelta::minutes(6));
    clean_up().await;
    assert_eq!(count(&f.t).await, (0, 1), "the file that was attached");
}

#[tokio::test]
async fn what_has_no_room_or_is_missing_is_said() {
    let mut f = FullCard::begin(&[]).await;
    let path = format!("/boards/{}/export", f.board.id);
    f.t.restart(|config| config.files.storage_quota = Some(4096));
    f.browser.to(&f.t);
    f.browser.post(&path, &[]).await.expect(303);
    f.t.make_exports().await;
    f.browser.get(&path).await.expect(200).showing("does not fit into the storage");
    // What is left of it goes at once.
    while f.stored().await.0 > 1 {
        tokio::task::yield_now().await;
    }

    f.t.restart(|config| config.files.storage_quota = None);
    f.browser.to(&f.t);
    let file = f.t.files(f.card.id).await.remove(0);
    f.t.app.storage.remove(&file.object.place(), None).await.expect("removed");
    f.browser.post(&path, &[]).await.expect(303);
    f.t.make_exports().await;
    f.browser.get(&path).await.expect(200).showing("1 file could not be read").showing("Download the ZIP");
    let entries = unpacked(f.browser.get_bytes(&format!("{path}/zip")).await);
    let manifest = text(&entries, "manifest.json");
    assert!(manifest.contains("missing") && manifest.contains("a.txt"), "{manifest}");
}

#[tokio::test]
async fn an_export_whose_worker_is_killed_is_made_by_the_next_and_leaves_nothing() {
    let mut story = Story::begin(&[]).await;
    let file = story.attach("kept", &vec![b'x'; 100_000]).await;
    let path = format!("/boards/{}/export", file.board_id);
    // Reading the comments waits, and the export with it: something of it is in the store by then.
    let mut held = story.t.conn().await;
    held.batch_execute("BEGIN; LOCK TABLE comments IN ACCESS EXCLUSIVE MODE").await.expect("held");
    story.browser.post(&path, &[]).await.expect(303);
    let settings = story.settings();
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (mut worker, _) = Service::worker(&settings).await;
    while story.objects().await < 2 || story.on_disk() < 2 {
        tokio::task::yield_now().await;
    }
    worker.signal(Signal::KILL);
    worker.exit_code().await;
    held.batch_execute("ROLLBACK").await.expect("let go");
    assert_eq!((story.objects().await, story.on_disk()), (2, 2), "what it left");

    let mut conn = story.t.conn().await;
    let over = "UPDATE jobs SET lease_until = now() - interval '1 minute' WHERE state = 'running'";
    conn.batch_execute(over).await.expect("its lease is over");
    story.t.make_exports().await;
    story.t.hasten().await;
    story.t.make_exports().await;
    unpacked(story.browser.get_bytes(&format!("{path}/zip")).await);
    assert_eq!((story.objects().await, story.on_disk()), (2, 2), "the file and the export");
    let attempts: i32 = jobs::table
        .filter(jobs::queue.eq(tasks::EXPORTS))
        .select(jobs::attempt)
        .first(&mut conn)
        .await
        .expect("a job");
    assert_eq!(attempts, 2);
}

#[tokio::test]
async fn everything_is_taken_along_and_by_the_operator_too() {
    let mut f = FullCard::begin(&[]).await;
    f.browser.get("/account").await.expect(200).showing("href=\"/account/export\"");
    f.browser.get("/account/export").await.expect(200).showing("Export everything");
    let entries = export(&f.t, &mut f.browser, "/account/export").await;
    let account: AccountFile = serde_json::from_slice(&entries["account.json"]).expect("JSON");
    assert_eq!(account.account.email, "ada@example.com");
    let folders: Vec<&str> = account.boards.iter().map(|board| board.folder.as_str()).collect();
    assert_eq!(folders, ["boards/001-Launch", "boards/002-Other"]);
    let launch = board_file(&entries, "boards/001-Launch/board.json");
    assert_eq!(launch.cards[0].title, "Plan");
    let attached = &launch.cards[0].files[0].path;
    assert_eq!(entries[&format!("boards/001-Launch/{attached}")], b"what it holds");
    assert!(text(&entries, "index.html").contains("boards&#x2f;002-Other&#x2f;index.html"));

    let folder = tempfile::tempdir().expect("a folder");
    let settings = [
        ("DATABASE_URL", f.t.app.config.database_url.expose().to_owned()),
        ("SESSION_SECRET", "a secret of the tests, and no other's".to_owned()),
        ("STORAGE_DIR", f.t.folder.path().join("files").display().to_string()),
    ];
    let settings: Vec<_> = settings.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let run = async |what: &str, file: &str| {
        let file = folder.path().join(file);
        let mut command = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
        let output = command.args(["export", what]).arg(&file).output().await.expect("it runs");
        (output, std::fs::read(file).unwrap_or_default())
    };
    let (output, zip) = run(&f.board.id.to_string(), "board.zip").await;
    assert!(output.status.success(), "{output:?}");
    let mut file = board_file(&unpacked(zip), "board.json");
    assert!(file.head.people.iter().all(|person| person.email.is_some()));
    file.head.exported_at = launch.head.exported_at;
    assert_eq!(file, launch, "the operator sees what the owner sees");
    let (output, zip) = run("Bob@Example.com", "bob.zip").await;
    assert!(output.status.success(), "{output:?}");
    assert!(unpacked(zip).contains_key("boards/001-Launch/board.json"));
    let nobody = &*uuid::Uuid::nil().to_string();
    for (what, said) in [("nobody@example.com", "no account"), (nobody, "no board")] {
        let (output, zip) = run(what, "none.zip").await;
        let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!output.status.success() && stderr.contains(said) && zip.is_empty(), "{stderr}");
    }
    let (output, _) = run("ada@example.com", "bob.zip").await;
    assert!(!output.status.success(), "what is there is not written over: {output:?}");
}

#[tokio::test]
async fn the_cards_of_a_board_are_a_table_that_runs_nothing() {
    let mut f = FullCard::begin(&[]).await;
    f.t.cards(&f.column, &f.ada, &["=1+1", "+1", "-1", "@SUM(A1)", "a,\"b\""]).await;
    let path = format!("/boards/{}/cards.csv", f.board.id);
    f.browser.get(&format!("/boards/{}/export", f.board.id)).await.showing("cards.csv");
    let answer = f.browser.get(&path).await.expect(200);
    assert_eq!(answer.headers["content-type"], "text/csv; charset=utf-8");
    assert!(answer.body.starts_with("\u{feff}Number,Title,"), "{}", answer.body);
    let lines: Vec<&str> = answer.body.split("\r\n").collect();
    assert!(lines[0].ends_with(",Cost,Room"), "{}", lines[0]);
    assert!(lines[1].starts_with("1,Plan,To do,\"Bug, Ours\",\"Ada, Bob\",2999-12-24,"), "{}", lines[1]);
    assert!(lines[1].ends_with(",Cost of it,Room of it"), "{}", lines[1]);
    for (line, begins) in
        lines[2..].iter().zip(["2,'=1+1,", "3,'+1,", "4,'-1,", "5,'@SUM(A1),", "6,\"a,\"\"b\"\"\","])
    {
        assert!(line.starts_with(begins), "{line}");
    }
    assert_eq!(lines.last(), Some(&""), "it ends with a line's end");
    let (_, mut hers) = f.t.sign_up("Eve").await;
    hers.get(&path).await.expect(404);
}
