//! What one person does costs nobody else their answer.

use diesel_async::{AsyncConnection, RunQueryDsl};
use futures_util::future::join_all;
use tokio::sync::oneshot;

use crate::support::TestApp;

#[tokio::test]
async fn changes_that_wait_for_one_board_keep_no_connection_from_the_readers_of_another() {
    let t = TestApp::new().await;
    let (ada, browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let (eve, mut other) = t.sign_up("Eve").await;
    let elsewhere = t.board(&eve, "Elsewhere").await;

    // The board is held, as by a slow change of another process.
    let (held, is_held) = oneshot::channel();
    let (release, released) = oneshot::channel::<()>();
    let mut conn = xtablo::db::connect(&t.app.config.database_url).await.expect("PostgreSQL answers");
    let holder = tokio::spawn(async move {
        conn.transaction(async |conn| {
            let lock = format!("SELECT FROM boards WHERE id = '{}' FOR UPDATE", board.id);
            diesel::sql_query(lock).execute(conn).await?;
            held.send(()).expect("the test waits");
            released.await.expect("the test says so");
            diesel::QueryResult::Ok(())
        })
        .await
    });
    is_held.await.expect("held");

    // More than the pool has connections, and more than one person has turns.
    let path = format!("/columns/{}/cards", column.id);
    let changes = tokio::spawn(join_all((0..20).map(|number| {
        let (mut browser, path) = (browser.clone(), path.clone());
        async move { browser.post(&path, &[("title", &number.to_string())]).await.expect(303) }
    })));
    for _ in 0..50 {
        other.get(&format!("/boards/{}", elsewhere.id)).await.expect(200);
    }
    release.send(()).expect("it waits");
    holder.await.expect("no panic").expect("committed");
    changes.await.expect("no panic");
    let mut browser = browser;
    let page = browser.get(&format!("/boards/{}", board.id)).await.expect(200);
    assert_eq!(page.body.matches("id=\"card-").count(), 20);
}
