//! Pictures on cards: prepared by the worker, shown on the board, listed.

use bytes::Bytes;
use diesel::prelude::*;
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use image::{ImageFormat, Rgb, RgbImage};
use img_parts::png::{Png, PngChunk};
use img_parts::{DynImage, ImageEXIF};
use tokio_util::sync::CancellationToken;
use xtablo::jobs;
use xtablo::models::board::Board;
use xtablo::models::card::Card;
use xtablo::models::column::Column;
use xtablo::models::file::File;
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::models::user::User;
use xtablo::queue::{NewJob, Task};
use xtablo::schema::{covers, files, jobs as jobs_table, thumbnails};
use xtablo::tasks::PreparePicture;

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::service::{SECRET, Service};

/// Where a photo was taken.
const SECRET_PLACE: &[u8] = b"52.5200N 13.4050E";

/// Somebody with a card, and another one beside it.
struct Story {
    t: TestApp,
    ada: User,
    browser: Browser,
    board: Board,
    column: Column,
    card: Card,
}

impl Story {
    async fn begin() -> Self {
        let t = TestApp::new().await;
        let (ada, browser) = t.sign_up("Ada").await;
        let board = t.board(&ada, "Launch").await;
        let column = t.column(&board, &ada, "To do").await;
        let card = t.cards(&column, &ada, &["Photos"]).await.remove(0);
        Self { t, ada, browser, board, column, card }
    }

    async fn attach(&mut self, name: &str, bytes: &[u8]) -> File {
        self.browser.upload(&format!("/cards/{}/files", self.card.id), &[(name, bytes)]).await.expect(303);
        self.files().await.pop().expect("it is attached")
    }

    async fn files(&self) -> Vec<File> {
        self.t.files(self.card.id).await
    }

    /// Runs every job that is due, in the product's own worker.
    async fn work(&self) {
        let stop = CancellationToken::new();
        let worker = tokio::spawn(jobs::worker(&self.t.app).expect("a worker").run(stop.clone()));
        let mut conn = self.t.conn().await;
        let unfinished = || {
            let due = jobs_table::run_at.le(diesel::dsl::now);
            jobs_table::table.filter(due.and(jobs_table::state.eq_any(["available", "running"])))
        };
        while unfinished().count().get_result::<i64>(&mut conn).await.expect("a count") > 0 {
            tokio::task::yield_now().await;
        }
        stop.cancel();
        worker.await.expect("no panic");
    }

    async fn cover(&self) -> Option<uuid::Uuid> {
        let cover = covers::table.find(self.card.id).select(covers::file_id);
        cover.first(&mut self.t.conn().await).await.optional().expect("an answer")
    }

    async fn board_page(&mut self) -> String {
        self.browser.get(&format!("/boards/{}", self.board.id)).await.expect(200).body
    }
}

fn picture(format: ImageFormat, width: u32, height: u32) -> Bytes {
    let mut bytes = std::io::Cursor::new(Vec::new());
    let picture = RgbImage::from_pixel(width, height, Rgb([200, 120, 40]));
    picture.write_to(&mut bytes, format).expect("a picture");
    bytes.into_inner().into()
}

/// A photo taken with the camera on its side, at a place it tells.
fn photo() -> Bytes {
    let mut exif = b"II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x06\0\0\0\0\0\0\0".to_vec();
    exif.extend_from_slice(SECRET_PLACE);
    let mut photo = DynImage::from_bytes(picture(ImageFormat::Jpeg, 800, 400)).expect("JPEG").expect("JPEG");
    photo.set_exif(Some(exif.into()));
    photo.encoder().bytes()
}

fn tells(bytes: &[u8]) -> bool {
    bytes.windows(SECRET_PLACE.len()).any(|window| window == SECRET_PLACE)
}

/// A PNG of some hundred bytes that claims 50,000 rows of 50,000 pixels.
fn bomb() -> Bytes {
    let mut png = Png::from_bytes(picture(ImageFormat::Png, 16, 16)).expect("a PNG");
    let side = 50_000_u32.to_be_bytes();
    png.chunks_mut()[0] = PngChunk::new(*b"IHDR", [&side[..], &side, &[8, 2, 0, 0, 0]].concat().into());
    png.encoder().bytes()
}

#[tokio::test]
async fn the_worker_makes_a_thumbnail_and_takes_out_where_a_photo_was_taken() {
    let mut story = Story::begin().await;
    let before = story.attach("photo.jpg", &photo()).await;
    assert!(tells(&photo()));
    story.work().await;
    let after = story.files().await.pop().expect("it is there");
    assert_ne!(after.object.key, before.object.key);
    let path = format!("/files/{}/content/photo.jpg?download=1", after.id);
    let content = story.browser.get_bytes(&path).await;
    assert!(!tells(&content) && content.len() as i64 == after.object.size);
    let thumbnail = story.browser.get_bytes(&format!("/thumbnails/{}", after.id)).await;
    let small = image::load_from_memory(&thumbnail).expect("a picture");
    assert_eq!((small.width(), small.height()), (280, 560), "upright");
    assert!(!tells(&thumbnail));
}

#[tokio::test]
async fn preparing_twice_is_as_good_as_once() {
    let mut story = Story::begin().await;
    let file = story.attach("photo.jpg", &photo()).await;
    story.work().await;
    let once = story.files().await.pop().expect("it is there");
    let again = NewJob::new(&PreparePicture { file_id: file.id }).expect("JSON");
    again.enqueue(&mut story.t.conn().await).await.expect("enqueued");
    story.work().await;
    let twice = story.files().await.pop().expect("it is there");
    assert_eq!(once.object.key, twice.object.key);
}

#[tokio::test]
async fn the_first_picture_becomes_the_cover_and_a_cover_taken_off_stays_off() {
    let mut story = Story::begin().await;
    story.attach("notes.txt", b"no picture").await;
    let first = story.attach("first.png", &picture(ImageFormat::Png, 300, 200)).await;
    let page = story.board_page().await;
    assert!(
        !page.contains("class=\"cover\"")
            && page.contains("<span class=\"clips\"><span aria-hidden=\"true\">2<"),
        "{page}"
    );
    story.work().await;
    assert_eq!(story.cover().await, Some(first.id));
    let shown = format!("<img class=\"cover\" src=\"/thumbnails/{}?v=", first.id);
    assert!(story.board_page().await.contains(&shown));

    let path = format!("/files/{}", first.id);
    let answer = story.browser.htmx().post(&format!("{path}/uncover"), &[]).await.expect(200);
    answer
        .showing("Use as the card")
        .showing(&format!("id=\"card-{}\"", story.card.id))
        .hiding("class=\"cover\"");
    let second = story.attach("second.png", &picture(ImageFormat::Png, 300, 200)).await;
    story.work().await;
    assert_eq!(story.cover().await, None);

    story.browser.post(&format!("/files/{}/cover", second.id), &[]).await.expect(303);
    assert_eq!(story.cover().await, Some(second.id));
    story.browser.post(&format!("{path}/cover"), &[]).await.expect(303);
    assert_eq!(story.cover().await, Some(first.id), "one cover a card");
    story.browser.get(&format!("/boards/{}/events", story.board.id)).await.showing("the cover of");

    story.browser.confirm(&format!("{path}/delete")).await.expect(303);
    assert!(!story.board_page().await.contains("class=\"cover\""));
    story.browser.get(&format!("/thumbnails/{}", first.id)).await.expect(404);
}

#[tokio::test]
async fn another_content_has_another_thumbnail() {
    let mut story = Story::begin().await;
    let file = story.attach("a.png", &picture(ImageFormat::Png, 300, 200)).await;
    story.work().await;
    story.browser.get(&format!("/thumbnails/{}", file.id)).await.expect(200);
    let replace = format!("/files/{}/replace", file.id);
    story.browser.upload(&replace, &[("b.png", &picture(ImageFormat::Png, 100, 100))]).await.expect(303);
    story.browser.get(&format!("/thumbnails/{}", file.id)).await.expect(404);
    assert!(!story.board_page().await.contains("class=\"cover\""), "not the picture that was there before");
    story.work().await;
    let thumbnail = story.browser.get_bytes(&format!("/thumbnails/{}", file.id)).await;
    assert_eq!(image::load_from_memory(&thumbnail).expect("a picture").width(), 100);
    assert!(story.board_page().await.contains("class=\"cover\""));
    story.browser.upload(&replace, &[("c.txt", b"no picture any more")]).await.expect(303);
    story.work().await;
    story.browser.get(&format!("/thumbnails/{}", file.id)).await.expect(404);
    story.browser.post(&format!("/files/{}/cover", file.id), &[]).await.expect(404);
}

#[tokio::test]
async fn a_picture_that_cannot_be_decoded_stays_a_file() {
    let mut story = Story::begin().await;
    for (name, bytes) in [("bomb.png", bomb()), ("cut.jpg", photo().slice(..400))] {
        let file = story.attach(name, &bytes).await;
        story.work().await;
        story.browser.get(&format!("/thumbnails/{}", file.id)).await.expect(404);
        let page = format!("/cards/{}", story.card.id);
        story.browser.get(&page).await.expect(200).showing(name);
        assert!(File::unprepared(&mut story.t.conn().await, file.id).await.expect("an answer").is_none());
    }
    assert_eq!(story.cover().await, None);
}

#[tokio::test]
async fn bombs_neither_end_the_worker_nor_fill_its_memory() {
    let mut story = Story::begin().await;
    let gif: Vec<u8> = {
        let mut gif = picture(ImageFormat::Gif, 8, 8).to_vec();
        gif[6..10].copy_from_slice(&[0x60, 0xea, 0x60, 0xea]);
        gif
    };
    for number in 0..5 {
        story.attach(&format!("bomb{number}.png"), &bomb()).await;
        story.attach(&format!("bomb{number}.gif"), &gif).await;
    }
    let honest = story.attach("honest.png", &picture(ImageFormat::Png, 40, 40)).await;
    let storage = story.t.app.config.files.dir.to_str().expect("UTF-8").to_owned();
    let url = story.t.app.config.database_url.expose().to_owned();
    let settings = [("DATABASE_URL", url.as_str()), SECRET, ("STORAGE_DIR", &storage)];
    let (mut worker, _) = Service::worker(&settings).await;
    let mut conn = story.t.conn().await;
    while File::unprepared(&mut conn, honest.id).await.expect("an answer").is_some() {
        tokio::task::yield_now().await;
    }
    let most = worker.most_memory();
    assert!(most < 400 * 1024 * 1024, "{most} bytes");
    worker.signal(rustix::process::Signal::TERM);
    assert_eq!(worker.exit_code().await, Some(0));
    story.browser.get(&format!("/thumbnails/{}", honest.id)).await.expect(200);
}

#[tokio::test]
async fn who_may_not_see_the_card_sees_no_thumbnail_and_who_may_only_look_sets_no_cover() {
    let mut story = Story::begin().await;
    let file = story.attach("a.png", &picture(ImageFormat::Png, 30, 20)).await;
    story.work().await;
    let path = format!("/thumbnails/{}", file.id);
    let (eve, mut browser) = story.t.sign_up("Eve").await;
    browser.get(&path).await.expect(404);
    browser.post(&format!("/files/{}/cover", file.id), &[]).await.expect(404);
    browser.get(&format!("/boards/{}/files", story.board.id)).await.expect(404);
    story.t.browser().get(&path).await.expect(303);

    let (mut conn, now) = (story.t.conn().await, story.t.now());
    Member::create(&mut conn, story.board.id, eve.id, Role::Viewer, now).await.expect("a member");
    let answer = browser.get(&path).await.expect(200);
    assert_eq!(answer.headers["content-type"], "image/jpeg");
    assert_eq!(answer.headers["x-content-type-options"], "nosniff");
    assert!(answer.headers["cache-control"].to_str().expect("ASCII").starts_with("private"));
    for verb in ["cover", "uncover"] {
        browser.post(&format!("/files/{}/{verb}", file.id), &[]).await.expect(403);
    }
    let card = format!("/cards/{}", story.card.id);
    browser.get(&card).await.expect(200).showing("a.png").hiding("data-upload").hiding("/delete\"");
    browser.get(&format!("/files/{}", file.id)).await.expect(200).showing("a.png").hiding("<form class");
    browser.get(&format!("/boards/{}/files", story.board.id)).await.expect(200).showing("a.png");
}

#[tokio::test]
async fn all_files_of_a_board_are_listed_searched_sorted_and_paged() {
    let mut story = Story::begin().await;
    let path = format!("/boards/{}/files", story.board.id);
    story.browser.get(&path).await.expect(200).showing("No files yet");
    story.attach("b 100%.txt", b"12345").await;
    story.t.advance(chrono::TimeDelta::seconds(1));
    story.attach("A.txt", b"123456789").await;
    let other = story.t.cards(&story.column, &story.ada, &["Minutes"]).await.remove(0);
    story.t.advance(chrono::TimeDelta::seconds(1));
    story.browser.upload(&format!("/cards/{}/files", other.id), &[("c.txt", b"1")]).await.expect(303);
    let mut names = async |query: &str| {
        let body = story.browser.get(&format!("{path}{query}")).await.expect(200).body;
        let titles = body.split("class=\"row-title\"").skip(1);
        let name =
            |part: &str| part.split_once('>').expect("a tag").1.split('<').next().unwrap_or("").to_owned();
        titles.map(name).collect::<Vec<_>>()
    };
    assert_eq!(names("").await, ["c.txt", "A.txt", "b 100%.txt"]);
    assert_eq!(names("?sort=oldest").await, ["b 100%.txt", "A.txt", "c.txt"]);
    assert_eq!(names("?sort=largest").await, ["A.txt", "b 100%.txt", "c.txt"]);
    assert_eq!(names("?sort=nonsense&page=nonsense").await.len(), 3);
    assert_eq!(names("?q=a.TXT").await, ["A.txt"]);
    assert_eq!(names("?q=minutes").await, ["c.txt"], "by its card's title");
    assert_eq!(names("?q=%25").await, ["b 100%.txt"]);
    assert_eq!(names("?q=_").await, [""; 0]);
    assert_eq!(names("?q=%00").await.len(), 3);
    assert_eq!(names("?page=99999999999").await.len(), 3);

    let long = "ü".repeat(255);
    for _ in 0..60 {
        story.attach(&long, b"x").await;
    }
    let page = story.browser.get(&path).await.expect(200).showing("63 files").showing("rel=\"next\"");
    page.hiding("rel=\"prev\"");
    let last = story.browser.get(&format!("{path}?page=2")).await.expect(200);
    last.showing("rel=\"prev\"").hiding("rel=\"next\"").showing("b 100%.txt");
    story.browser.post(&format!("/cards/{}/archive", other.id), &[]).await.expect(303);
    story.browser.get(&format!("{path}?q=minutes")).await.showing("c.txt");
    story.browser.confirm(&format!("/cards/{}/delete", other.id)).await.expect(303);
    story.browser.get(&format!("{path}?q=minutes")).await.showing("Nothing found");
}

#[tokio::test]
async fn files_and_covers_cost_a_board_page_no_query_a_card() {
    let mut story = Story::begin().await;
    let path = format!("/boards/{}", story.board.id);
    story.browser.get(&path).await.expect(200);
    story.t.column(&story.board, &story.ada, "Doing").await;
    let before = story.t.app.db.queries();
    story.browser.get(&path).await.expect(200);
    let without = story.t.app.db.queries() - before;
    for card in story.t.cards(&story.column, &story.ada, &["a", "b", "c", "d"]).await {
        let bytes = picture(ImageFormat::Png, 30, 20);
        story.browser.upload(&format!("/cards/{}/files", card.id), &[("a.png", &bytes)]).await.expect(303);
    }
    story.work().await;
    let before = story.t.app.db.queries();
    let page = story.browser.get(&path).await.expect(200);
    assert_eq!(page.body.matches("class=\"cover\"").count(), 4);
    assert_eq!(story.t.app.db.queries() - before, without);
}

#[tokio::test]
async fn a_thumbnail_goes_with_its_file() {
    let mut story = Story::begin().await;
    let file = story.attach("a.png", &picture(ImageFormat::Png, 30, 20)).await;
    story.work().await;
    let mut conn = story.t.conn().await;
    diesel::delete(files::table.find(file.id)).execute(&mut conn).await.expect("erased");
    assert_eq!(thumbnails::table.count().get_result::<i64>(&mut conn).await.expect("a count"), 0);
    assert_eq!(covers::table.count().get_result::<i64>(&mut conn).await.expect("a count"), 0);
}

#[tokio::test]
async fn a_picture_of_a_deleted_card_or_board_is_left_without_being_decoded() {
    for delete in ["UPDATE cards SET deleted_at = now()", "UPDATE boards SET deleted_at = now()"] {
        let mut story = Story::begin().await;
        story.attach("bomb.png", &bomb()).await;
        let mut conn = story.t.conn().await;
        conn.batch_execute(delete).await.expect("deleted");
        story.work().await;
        // A picture that was decoded, or could not be, has a row.
        let decoded: i64 = thumbnails::table.count().get_result(&mut conn).await.expect("a count");
        assert_eq!(decoded, 0, "{delete}");
        let attempts = jobs_table::table.filter(jobs_table::kind.eq(PreparePicture::KIND));
        let attempts = attempts.select((jobs_table::state, jobs_table::attempt));
        let attempts: Vec<(String, i32)> = attempts.load(&mut conn).await.expect("jobs");
        assert_eq!(attempts, [("completed".to_owned(), 1)], "{delete}");
    }
}

#[tokio::test]
async fn a_person_s_picture_is_made_small_and_square_and_seen_by_others() {
    let mut story = Story::begin().await;
    let (bob, mut browser) = story.t.sign_up("Bob").await;
    Member::create(&mut story.t.conn().await, story.board.id, bob.id, Role::Editor, story.t.now())
        .await
        .expect("a member");
    let assignees = format!("/cards/{}/assignees", story.card.id);
    browser.post(&assignees, &[("user_id", &story.ada.id.to_string())]).await.expect(303);
    let path = format!("/people/{}/picture", story.ada.id);
    let board = format!("/boards/{}", story.board.id);
    browser.get(&path).await.expect(404);
    let etag = browser.get(&board).await.headers["etag"].clone();
    let picture_path = "/account/picture";
    story
        .browser
        .upload(picture_path, &[("me.txt", b"no picture")])
        .await
        .expect(422)
        .showing("not a picture");
    story.browser.upload(picture_path, &[]).await.expect(422);
    let large = vec![0; 9 * 1024 * 1024];
    story.browser.upload(picture_path, &[("me.png", &large)]).await.expect(413).showing("8 MB");
    story.browser.upload(picture_path, &[("me.jpg", &photo())]).await.expect(303);
    story.browser.get("/account").await.showing("being prepared");
    story.work().await;
    let small = browser.get_bytes(&path).await;
    assert!(!tells(&small));
    let square = image::load_from_memory(&small).expect("a picture");
    assert_eq!((square.width(), square.height()), (256, 256));
    let page = browser.get(&board).await.showing(&path);
    assert_ne!(page.headers["etag"], etag);
    story.t.browser().get(&path).await.expect(303);
    // What cannot be read leaves the one before.
    story.browser.upload(picture_path, &[("me.png", &bomb())]).await.expect(303);
    story.work().await;
    story.browser.get("/account").await.showing("could not be read").showing(&path);
    assert_eq!(browser.get_bytes(&path).await, small);
    story.browser.post("/account/picture/remove", &[]).await.expect(303);
    browser.get(&path).await.expect(404);
    browser.get(&board).await.hiding(&path);
}
