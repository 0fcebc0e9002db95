//! What the palette offers.

use xtablo::models::member::Member;
use xtablo::models::role::Role;

use crate::support::full_card::FullCard;

#[tokio::test]
async fn boards_cards_and_people_are_offered_by_what_is_typed() {
    let mut f = FullCard::begin(&[]).await;
    let (card, board) =
        (format!("href=\"/cards/{}\"", f.card.id), format!("href=\"/boards/{}\"", f.board.id));
    // Nothing typed: those of late.
    let offers = f.browser.htmx().get("/palette").await.expect(200).hiding("<html");
    offers.showing(&card).showing(&board).hiding("assignee").hiding("/search?q=");
    for query in ["pla", "1", "%231", "PLAN", "said"] {
        let offers = f.browser.htmx().get(&format!("/palette?q={query}")).await.expect(200);
        offers.showing(&card).showing(&format!("/search?q={query}"));
    }
    f.browser.htmx().get("/palette?q=laun").await.expect(200).showing(&board).hiding(&card);
    for query in ["bo", "@bob", "B"] {
        let offers = f.browser.htmx().get(&format!("/palette?q={query}")).await.expect(200);
        offers.showing("/search?q=assignee%3A%40bob").showing("Bob");
    }
    for odd in ["%25", "_", "%FF", "%22", "-", "nowhere", &"x".repeat(1000), "%F0%9F%9A%80"] {
        f.browser.htmx().get(&format!("/palette?q={odd}")).await.expect(200).hiding(&card);
    }
    // As if nothing was typed.
    f.browser.htmx().get("/palette?q=%00").await.expect(200).showing(&card);
    // Without a script it is the page of search.
    assert_eq!(f.browser.get("/palette?q=a%20b").await.location(), "/search?q=a%20b");
}

#[tokio::test]
async fn nothing_is_offered_that_one_may_not_see() {
    let mut f = FullCard::begin(&[]).await;
    let (eve, eves) = f.t.sign_up("Eve").await;
    for query in ["", "plan", "launch", "bob", "1"] {
        let offers = eves.htmx().get(&format!("/palette?q={query}")).await.expect(200);
        offers.hiding("/cards/").hiding("/boards/").hiding("assignee");
    }
    let mut conn = f.t.conn().await;
    Member::create(&mut conn, f.board.id, eve.id, Role::Viewer, f.t.now()).await.expect("a member");
    eves.htmx().get("/palette?q=plan").await.expect(200).showing("/cards/");
    eves.htmx().get("/palette?q=bob").await.expect(200).showing("assignee");
    f.browser.confirm(&format!("/boards/{}/members/{}/remove", f.board.id, eve.id)).await.expect(303);
    eves.htmx().get("/palette?q=plan").await.expect(200).hiding("/cards/");
}
