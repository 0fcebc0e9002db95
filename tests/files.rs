//! Files on cards: attached, looked at, renamed, replaced, deleted.

use axum::body::Body;
use axum::http::{Request, header};
use uuid::Uuid;
use xtablo::models::role::Role;

use crate::support::browser::{Answer, Browser};
use crate::support::nobody;
use crate::support::story::{Story, content_path};

async fn ask(browser: &mut Browser, path: &str, headers: &[(header::HeaderName, &str)]) -> Answer {
    let request =
        headers.iter().fold(Request::get(path), |request, (name, value)| request.header(name, *value));
    browser.send(request, Body::empty()).await
}

#[tokio::test]
async fn a_file_is_attached_shown_on_its_card_and_read_back() {
    let mut story = Story::begin(&[]).await;
    let file = story.attach("plan b.txt", b"First we plan.").await;
    assert_eq!((file.name.as_str(), file.object.size), ("plan b.txt", 14));
    assert_eq!(file.content_type, "text/plain; charset=utf-8", "by its bytes");
    let card = format!("/cards/{}", story.card.id);
    story.browser.get(&card).await.expect(200).showing("plan b.txt").showing("attached the file");
    let answer = story.browser.get(&content_path(&file)).await.expect(200).showing("First we plan.");
    assert_eq!(answer.headers[header::ETAG], format!("\"{}\"", file.object.sha256_hex()));
    assert_eq!(answer.headers[header::CONTENT_LENGTH], "14");
    assert_eq!(answer.headers[header::CACHE_CONTROL], "private, no-cache");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert!(answer.headers[header::CONTENT_SECURITY_POLICY].to_str().expect("ASCII").contains("sandbox"));
}

#[tokio::test]
async fn several_files_are_attached_at_once() {
    let story = Story::begin(&[]).await;
    let files: [(&str, &[u8]); 3] = [("a.txt", b"a"), ("b.txt", b""), ("a.txt", b"c")];
    story.browser.htmx().upload(&story.files_path, &files).await.expect(200).showing("b.txt");
    let names: Vec<String> = story.files().await.into_iter().map(|file| file.name).collect();
    assert_eq!(names, ["a.txt", "b.txt", "a.txt"]);
}

#[tokio::test]
async fn a_form_without_a_file_is_shown_again() {
    let mut story = Story::begin(&[]).await;
    for files in [&[][..], &[("", &b""[..])]] {
        story.browser.upload(&story.files_path, files).await.expect(422).showing("Please choose a file.");
    }
    assert_eq!(story.objects().await, 0);
}

#[tokio::test]
async fn what_is_too_large_is_refused_in_words_and_leaves_nothing() {
    let mut story = Story::begin(&[("MAX_UPLOAD_SIZE_MB", "1")]).await;
    let large = vec![b'x'; 1024 * 1024 + 1];
    let said = "the limit is 1 MB";
    // It fits into what a form may add to its files, so only reading it tells.
    story.browser.upload(&story.files_path, &[("large", &large)]).await.expect(413).showing(said);
    let both = [("one", &large[..500 * 1024]), ("two", &large[..540 * 1024])];
    story.browser.htmx().upload(&story.files_path, &both).await.expect(413).showing(said).showing("one");
    assert_eq!(story.files().await.len(), 1, "the first of two has arrived");
    story.attach("just so", &large[1..]).await;
}

#[tokio::test]
async fn a_board_and_the_whole_site_have_their_quotas() {
    let settings = [("BOARD_QUOTA_MB", "1"), ("STORAGE_QUOTA_MB", "2")];
    let mut story = Story::begin(&settings).await;
    let large = vec![b'x'; 700 * 1024];
    let file = story.attach("one", &large).await;
    let refused = story.browser.upload(&story.files_path, &[("two", &large)]).await;
    refused.expect(422).showing("files can take up 1 MB in total");
    let replace = format!("/files/{}/replace", file.id);
    story.browser.upload(&replace, &[("one", &large)]).await.expect(303);
    story.browser.confirm(&format!("/files/{}/delete", file.id)).await.expect(303);
    let refused = story.browser.upload(&story.files_path, &[("two", &large)]).await;
    refused.expect(422).showing("all storage on this site is in use");
}

#[tokio::test]
async fn uploads_at_once_do_not_overdraw_a_quota() {
    let story = Story::begin(&[("STORAGE_QUOTA_MB", "1")]).await;
    let large = vec![b'x'; 400 * 1024];
    let uploads = (0..4).map(|_| {
        let (mut browser, path, large) = (story.browser.clone(), story.files_path.clone(), large.clone());
        tokio::spawn(async move { browser.upload(&path, &[("one", &large)]).await.status.as_u16() })
    });
    let mut statuses = Vec::new();
    for upload in uploads.collect::<Vec<_>>() {
        statuses.push(upload.await.expect("no panic"));
    }
    statuses.sort_unstable();
    assert_eq!(statuses, [303, 303, 422, 422]);
    assert_eq!(story.files().await.len(), 2);
}

#[tokio::test]
async fn an_empty_file_takes_room_too_and_a_request_brings_fifty_at_most() {
    let mut story = Story::begin(&[("BOARD_QUOTA_MB", "1")]).await;
    let fifty = vec![("empty", &b""[..]); 50];
    for _ in 0..5 {
        story.browser.upload(&story.files_path, &fifty).await.expect(303);
    }
    let refused = story.browser.upload(&story.files_path, &fifty).await;
    refused.expect(422).showing("files can take up 1 MB in total");
    assert_eq!(story.files().await.len(), 1024 / 4);
    let mut story = Story::begin(&[]).await;
    let refused = story.browser.upload(&story.files_path, &[("empty", &b""[..]); 51]).await;
    refused.expect(422).showing("50 files at once");
    assert_eq!(story.files().await.len(), 50);
    for _ in 0..9 {
        story.browser.upload(&story.files_path, &fifty).await.expect(303);
    }
    story.browser.upload(&story.files_path, &fifty[..1]).await.expect(403).showing("500 files");
    assert_eq!(story.files().await.len(), 500);
}

#[tokio::test]
async fn a_file_is_renamed_replaced_and_deleted() {
    let mut story = Story::begin(&[]).await;
    let file = story.attach("plan.txt", b"First").await;
    let path = format!("/files/{}", file.id);
    story.browser.get(&path).await.expect(200).showing("plan.txt");
    story.browser.post(&path, &[("name", " ")]).await.expect(422).showing("Please fill this in.");
    story.browser.post(&path, &[("name", "../naïve \"plan\".txt")]).await.expect(303);
    story.browser.upload(&format!("{path}/replace"), &[("other.txt", b"Second")]).await.expect(303);
    let changed = story.files().await.remove(0);
    assert_eq!((changed.id, changed.name.as_str()), (file.id, "naïve \"plan\".txt"));
    assert_ne!(changed.object.key, file.object.key, "another content is another object");
    story.browser.get(&content_path(&changed)).await.expect(200).showing("Second");
    story.browser.get(&content_path(&file)).await.expect(200).showing("Second");
    story.browser.htmx().post(&format!("{path}/delete"), &[]).await.expect(200).hiding(&file.id.to_string());
    for gone in [path.clone(), content_path(&changed)] {
        story.browser.get(&gone).await.expect(404);
    }
    story.browser.confirm(&format!("{path}/delete")).await.expect(404);
    let history = story.browser.get(&format!("/cards/{}", story.card.id)).await.expect(200);
    for said in ["renamed the file", "replaced the file", "deleted the file"] {
        assert!(history.body.contains(said), "{said}");
    }
}

#[tokio::test]
async fn a_file_may_be_called_like_what_is_done_with_files() {
    let mut story = Story::begin(&[]).await;
    for name in ["delete", "replace", "edit"] {
        let file = story.attach(name, name.as_bytes()).await;
        let answer = story.browser.get(&format!("/files/{}/content/{name}", file.id)).await.expect(200);
        assert_eq!(answer.body, name);
        // Where it was before version 0.2.
        let old = story.browser.get(&format!("/files/{}/{name}?download=1", file.id)).await.expect(308);
        assert_eq!(old.headers["location"], format!("{}?download=1", content_path(&file)));
    }
}

#[tokio::test]
async fn an_outsider_gets_404_and_a_viewer_looks_only() {
    let mut story = Story::begin(&[]).await;
    let file = story.attach("plan.txt", b"First").await;
    let (eve, mut outsider) = story.t.sign_up("Eve").await;
    let (path, content) = (format!("/files/{}", file.id), content_path(&file));
    let all = async |browser: &mut Browser, look: u16, change: u16| {
        browser.get(&path).await.expect(look);
        browser.get(&content).await.expect(look);
        browser.post(&path, &[("name", "mine")]).await.expect(change);
        browser.confirm(&format!("{path}/delete")).await.expect(change);
        browser.upload(&format!("{path}/replace"), &[("x", b"x")]).await.expect(change);
        browser.upload(&story.files_path, &[("x", b"x")]).await.expect(change);
    };
    all(&mut outsider, 404, 404).await;
    let member = (story.card.board_id, eve.id, Role::Viewer);
    xtablo::models::member::Member::create(
        &mut story.t.conn().await,
        member.0,
        member.1,
        member.2,
        story.t.now(),
    )
    .await
    .expect("a member");
    all(&mut outsider, 200, 403).await;
    let mut nobody_yet = story.t.browser();
    nobody_yet.get(&content_path(&file)).await.expect(303);
    story.browser.get(&format!("/files/{}/content/x", nobody())).await.expect(404);
    story.browser.get("/files/x/content/x").await.expect(404);
    assert_eq!(story.files().await.len(), 1);
}

#[tokio::test]
async fn parts_and_what_is_known_are_answered_as_browsers_want() {
    let mut story = Story::begin(&[]).await;
    let file = story.attach("digits.txt", b"0123456789").await;
    let (path, etag) = (content_path(&file), format!("\"{}\"", file.object.sha256_hex()));
    let browser = &mut story.browser;
    let part = ask(browser, &path, &[(header::RANGE, "bytes=2-4")]).await.expect(206);
    assert_eq!(
        (part.body.as_str(), part.headers[header::CONTENT_RANGE].to_str().ok()),
        ("234", Some("bytes 2-4/10"))
    );
    assert_eq!(part.headers[header::CONTENT_LENGTH], "3");
    assert_eq!(ask(browser, &path, &[(header::RANGE, "bytes=-3")]).await.expect(206).body, "789");
    let several = ask(browser, &path, &[(header::RANGE, "bytes=0-1,5-6")]).await;
    assert_eq!(several.expect(200).body, "0123456789");
    let beyond = ask(browser, &path, &[(header::RANGE, "bytes=10-")]).await.expect(416);
    assert_eq!(beyond.headers[header::CONTENT_RANGE], "bytes */10");
    let known = ask(browser, &path, &[(header::IF_NONE_MATCH, &etag)]).await.expect(304);
    assert!(known.body.is_empty() && known.headers[header::ETAG] == etag.as_str());
    let modified = known.headers[header::LAST_MODIFIED].to_str().expect("ASCII").to_owned();
    ask(browser, &path, &[(header::IF_MODIFIED_SINCE, &modified)]).await.expect(304);
    ask(browser, &path, &[(header::IF_MATCH, "\"other\"")]).await.expect(412);
    let stale = [(header::RANGE, "bytes=2-4"), (header::IF_RANGE, "\"other\"")];
    ask(browser, &path, &stale).await.expect(200);
    let head = browser.send(Request::head(&path), Body::empty()).await.expect(200);
    assert!(head.body.is_empty() && head.headers[header::CONTENT_LENGTH] == "10");
}

#[tokio::test]
async fn what_a_browser_could_run_is_only_ever_saved() {
    let mut story = Story::begin(&[]).await;
    story.t.leaves_jobs();
    for (name, bytes) in [
        ("page.png", &b"<!DOCTYPE html><script>alert(1)</script>"[..]),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("program", b"\x7fELF\x02\x01\x01"),
    ] {
        let file = story.attach(name, bytes).await;
        let answer = story.browser.get(&content_path(&file)).await.expect(200);
        let disposition = answer.headers[header::CONTENT_DISPOSITION].to_str().expect("ASCII");
        assert!(disposition.starts_with("attachment;"), "{name}: {disposition}");
        assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    }
    let file = story.attach("a.png", b"\x89PNG\r\n\x1a\n").await;
    let inline = story.browser.get(&content_path(&file)).await.expect(200);
    assert_eq!(inline.headers[header::CONTENT_DISPOSITION], "inline; filename=\"a.png\"");
    let saved = story.browser.get(&format!("{}?download=1", content_path(&file))).await.expect(200);
    assert_eq!(saved.headers[header::CONTENT_DISPOSITION], "attachment; filename=\"a.png\"");
}

#[tokio::test]
async fn an_upload_that_breaks_off_leaves_neither_row_nor_object() {
    let mut story = Story::begin(&[]).await;
    let boundary = crate::support::browser::BOUNDARY;
    let head = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n{}",
        "x".repeat(1024 * 1024)
    );
    let request = Request::post(&story.files_path)
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={boundary}"))
        .header("sec-fetch-site", "same-origin");
    story.browser.send(request, Body::from(head)).await.expect(400).showing("arrived incomplete");
    assert!(story.files().await.is_empty());
    story.is_clean().await;
}

#[tokio::test]
async fn a_file_of_an_unknown_card_is_not_read() {
    let mut story = Story::begin(&[]).await;
    story.browser.upload(&format!("/cards/{}/files", Uuid::nil()), &[("a", b"a")]).await.expect(404);
    assert_eq!(story.objects().await, 0);
}
