//! What the worker does by the clock: the jobs themselves, through the worker that runs them.

use axum::body::Body;
use axum::http::{Request, header};
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl, SimpleAsyncConnection};
use futures_util::{StreamExt, stream};
use tokio_util::sync::CancellationToken;
use xtablo::garbage::{self, Plan};
use xtablo::instance;
use xtablo::jobs::{self};
use xtablo::models::board::Board;
use xtablo::queue::admin::{self, Filter};
use xtablo::queue::{Job, NewJob, Task};
use xtablo::schema::{boards, cards, columns_ as columns, events, members, sessions};
use xtablo::storage::Store;
use xtablo::tasks::{EndExpiredSessions, EraseDeleted, ForgetFinishedJobs, RemoveUnusedObjects};

use crate::support::TestApp;
use crate::support::browser::BOUNDARY;
use crate::support::story::Story;

/// Runs the job in the product's own worker, and waits until it is completed.
async fn run<J: Job>(t: &TestApp, job: &J) {
    let id = NewJob::new(job).expect("JSON").enqueue(&mut t.conn().await).await.expect("enqueued");
    let stop = CancellationToken::new();
    let worker = tokio::spawn(jobs::worker(&t.app).expect("a worker").run(stop.clone()));
    let mut conn = t.conn().await;
    while admin::find(&mut conn, id).await.expect("an answer").expect("it is there").state != "completed" {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    worker.await.expect("no panic");
}

async fn counts(conn: &mut AsyncPgConnection) -> [i64; 5] {
    [
        boards::table.count().get_result(conn).await.expect("a count"),
        members::table.count().get_result(conn).await.expect("a count"),
        columns::table.count().get_result(conn).await.expect("a count"),
        cards::table.count().get_result(conn).await.expect("a count"),
        events::table.filter(events::card_id.is_not_null()).count().get_result(conn).await.expect("a count"),
    ]
}

#[tokio::test]
async fn expired_sessions_are_erased_and_living_ones_are_not() {
    let t = TestApp::new().await;
    t.sign_up("Ada").await;
    t.advance(TimeDelta::days(20));
    let (_, mut eve) = t.sign_up("Eve").await;
    t.advance(TimeDelta::days(11));
    run(&t, &EndExpiredSessions {}).await;
    let left: i64 = sessions::table.count().get_result(&mut t.conn().await).await.expect("a count");
    assert_eq!(left, 1);
    eve.get("/boards").await.expect(200);
}

#[tokio::test]
async fn what_was_deleted_more_than_30_days_ago_is_erased_with_all_that_hangs_on_it() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let (kept, gone) = (t.board(&ada, "Kept").await, t.board(&ada, "Gone").await);
    let (column, other) = (t.column(&kept, &ada, "To do").await, t.column(&gone, &ada, "To do").await);
    let held = t.cards(&column, &ada, &["Old", "New", "Alive"]).await;
    t.cards(&other, &ada, &["Along"]).await;
    t.change(gone.id, &ada, async |change| Board::delete(change).await).await.expect("deleted");
    t.change(kept.id, &ada, async |change| held[0].delete(change).await).await.expect("deleted");
    t.advance(TimeDelta::days(15));
    t.change(kept.id, &ada, async |change| held[1].delete(change).await).await.expect("deleted");
    run(&t, &EraseDeleted {}).await;
    assert_eq!(counts(&mut t.conn().await).await[..4], [2, 2, 2, 4], "not before 30 days are over");

    t.advance(TimeDelta::days(15) + TimeDelta::seconds(1));
    run(&t, &EraseDeleted {}).await;
    // One made and one deleted for the card that was deleted later, one made for the one that lives.
    assert_eq!(counts(&mut t.conn().await).await, [1, 1, 1, 2, 3]);
    browser.sign_in(&t.app, ada.id).await;
    browser.get(&format!("/boards/{}", kept.id)).await.expect(200).showing("Alive");
}

#[tokio::test]
async fn finished_jobs_are_forgotten_after_their_time() {
    let t = TestApp::new().await;
    let conn = &mut t.conn().await;
    run(&t, &EndExpiredSessions {}).await;
    let age = "UPDATE jobs SET finished_at = now() - interval '4 days' WHERE state = 'completed'";
    conn.batch_execute(age).await.expect("set");
    let before = admin::list(conn, &Filter::default(), 100).await.expect("a list");
    let old: Vec<_> = before.iter().filter(|job| job.state == "completed").map(|job| job.id).collect();
    assert!(!old.is_empty());
    run(&t, &ForgetFinishedJobs {}).await;
    let left = admin::list(conn, &Filter::default(), 100).await.expect("a list");
    assert!(left.iter().all(|job| !old.contains(&job.id)));
}

#[tokio::test]
async fn every_schedule_ticks_when_the_worker_starts() {
    let t = TestApp::new().await;
    run(&t, &EndExpiredSessions {}).await;
    let of_kind = |kind: &str| Filter { kind: Some(kind.to_owned()), ..Filter::default() };
    for kind in
        [EndExpiredSessions::KIND, EraseDeleted::KIND, ForgetFinishedJobs::KIND, RemoveUnusedObjects::KIND]
    {
        let jobs = admin::list(&mut t.conn().await, &of_kind(kind), 10).await.expect("a list");
        assert!(!jobs.is_empty(), "{kind}");
    }
}

#[tokio::test]
async fn the_contents_of_what_is_erased_or_replaced_go_with_it() {
    let mut story = Story::begin(&[]).await;
    let (kept, deleted) = (story.attach("kept", b"1").await, story.attach("deleted", b"2").await);
    let replace = format!("/files/{}/replace", kept.id);
    story.browser.upload(&replace, &[("kept", b"3")]).await.expect(303);
    story.browser.confirm(&format!("/files/{}/delete", deleted.id)).await.expect(303);
    assert_eq!((story.objects().await, story.on_disk()), (3, 3));
    story.t.advance(TimeDelta::seconds(301));
    run(&story.t, &RemoveUnusedObjects::default()).await;
    assert_eq!((story.objects().await, story.on_disk()), (2, 2), "what was replaced is gone");

    story.t.advance(TimeDelta::days(30) + TimeDelta::seconds(1));
    run(&story.t, &EraseDeleted {}).await;
    run(&story.t, &RemoveUnusedObjects::default()).await;
    assert_eq!((story.objects().await, story.on_disk()), (1, 1), "what was deleted is gone");

    story.browser.sign_in(&story.t.app, story.owner).await;
    story.browser.confirm(&format!("/cards/{}/delete", story.card.id)).await.expect(303);
    story.t.advance(TimeDelta::days(30) + TimeDelta::seconds(1));
    run(&story.t, &EraseDeleted {}).await;
    run(&story.t, &RemoveUnusedObjects::default()).await;
    assert_eq!((story.objects().await, story.on_disk()), (0, 0), "what was on an erased card is gone");
}

#[tokio::test]
async fn each_replaced_content_can_be_read_for_five_minutes() {
    let mut story = Story::begin(&[]).await;
    let (first, second) = (story.attach("first", b"1").await, story.attach("second", b"2").await);
    story.browser.upload(&format!("/files/{}/replace", first.id), &[("x", b"3")]).await.expect(303);
    story.t.advance(TimeDelta::seconds(297));
    story.browser.upload(&format!("/files/{}/replace", second.id), &[("x", b"4")]).await.expect(303);

    let filter = Filter { kind: Some(RemoveUnusedObjects::KIND.to_owned()), ..Filter::default() };
    let jobs = admin::list(&mut story.t.conn().await, &filter, 10).await.expect("a list");
    assert_eq!(jobs.len(), 2, "each has a job at its own time");

    story.t.advance(TimeDelta::seconds(3));
    run(&story.t, &RemoveUnusedObjects::default()).await;
    assert_eq!((story.objects().await, story.on_disk()), (3, 3), "only the first one's old content is gone");

    story.t.advance(TimeDelta::seconds(297));
    run(&story.t, &RemoveUnusedObjects::default()).await;
    assert_eq!((story.objects().await, story.on_disk()), (2, 2));
}

#[tokio::test]
async fn of_two_replacements_at_once_each_leaves_its_five_minutes() {
    let mut story = Story::begin(&[]).await;
    let path = format!("/files/{}/replace", story.attach("first", b"1").await.id);
    let head =
        format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"x\"\r\n\r\nslow");
    let (finish, finished) = tokio::sync::oneshot::channel::<()>();
    let body = stream::once(async move { Ok::<_, std::io::Error>(head) }).chain(stream::once(async move {
        finished.await.expect("the test goes on");
        Ok(format!("\r\n--{BOUNDARY}--\r\n"))
    }));
    let request = Request::post(&path)
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .header("sec-fetch-site", "same-origin");
    let mut browser = story.browser.clone();
    let slow = tokio::spawn(async move { browser.send(request, Body::from_stream(body)).await });
    while story.objects().await < 2 {
        tokio::task::yield_now().await;
    }
    story.browser.upload(&path, &[("x", b"quick")]).await.expect(303);
    finish.send(()).expect("it waits");
    slow.await.expect("no panic").expect(303);
    run(&story.t, &RemoveUnusedObjects::default()).await;
    assert_eq!((story.objects().await, story.on_disk()), (3, 3), "the quick one's content was just replaced");
}

#[tokio::test]
async fn only_the_nightly_clean_up_lists_the_store() {
    let mut story = Story::begin(&[]).await;
    story.attach("forgotten", b"1").await;
    let mut conn = story.t.conn().await;
    // The store has been this instance's since the last clean-up.
    let id = instance::known_id(&mut conn).await.expect("an id");
    story.t.app.storage.give_to(Store::Local, id).await.expect("given");
    // As after an older dump was restored.
    conn.batch_execute("DELETE FROM files; DELETE FROM objects").await.expect("deleted");
    story.t.advance(TimeDelta::days(2));
    // Without a worker, which would bring the nightly one along.
    for list_stores in [RemoveUnusedObjects::default().list_stores, true] {
        let plan = Plan { list_stores, ..Plan::at(story.t.now()) };
        garbage::collect(&mut conn, &story.t.app.storage, plan, |_| {}).await.expect("collected");
        assert_eq!(story.on_disk(), usize::from(!list_stores));
    }
}

#[tokio::test]
async fn whatever_points_to_an_object_keeps_it() {
    #[derive(diesel::QueryableByName)]
    struct Table {
        #[diesel(sql_type = diesel::sql_types::Text)]
        name: String,
    }
    let t = TestApp::new().await;
    let pointing: Vec<Table> = diesel::sql_query(
        "SELECT conrelid::regclass::text AS name FROM pg_constraint
         WHERE confrelid = 'objects'::regclass ORDER BY name",
    )
    .load(&mut t.conn().await)
    .await
    .expect("constraints");
    let pointing: Vec<&str> = pointing.iter().map(|table| table.name.as_str()).collect();
    assert_eq!(pointing, ["exports", "files"], "Object::unused asks each of them");
}
