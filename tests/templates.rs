//! Templates: boards and cards to begin others with.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::models::board::Board;
use xtablo::models::card::Card;
use xtablo::models::checklist::item::ChecklistItem;
use xtablo::models::column::Column;
use xtablo::models::role::Role;
use xtablo::schema::{boards, cards};

use crate::support::full_card::FullCard;
use crate::support::nobody;

#[tokio::test]
async fn a_board_begins_with_a_template_without_its_dates_and_what_was_done() {
    let mut f = FullCard::begin(&[]).await;
    f.browser.post(&format!("{}/done", f.path), &[]).await.expect(303);
    f.browser.get("/boards").await.expect(200).hiding("name=\"template_id\"").hiding("Templates");
    let (settings, before) = (format!("/boards/{}/edit", f.board.id), f.revision(&f.board).await);
    f.browser.get(&settings).await.showing("&#x2f;template\"");
    let make = format!("/boards/{}/template", f.board.id);
    assert_eq!(f.browser.post(&make, &[]).await.location(), settings);
    f.browser.post(&make, &[]).await.expect(303);
    assert_eq!(f.revision(&f.board).await, before + 1, "it was one already");
    f.browser.get(&settings).await.showing("&#x2f;untemplate\"");
    f.browser.get("/boards").await.showing("name=\"template_id\"").showing(">Templates<").showing("Launch");

    let template = f.board.id.to_string();
    let fields = [("title", "Next launch"), ("template_id", template.as_str())];
    let answer = f.browser.post("/boards", &fields).await;
    let made: Uuid = answer.location().strip_prefix("/boards/").expect("a board").parse().expect("an id");
    let columns = Column::of_board(&f.t.conn().await, made).await.expect("columns");
    let plan = f.card_called(&columns[0], "Plan").await;
    f.browser
        .get(&format!("/cards/{plan}"))
        .await
        .expect(200)
        .showing("Draw it")
        .showing("a.txt")
        .hiding("<strong>said")
        .hiding("Bob")
        .hiding("2999-12-24");
    let items = ChecklistItem::of_card(&f.t.conn().await, plan).await.expect("items");
    assert!(items.len() == 2 && items.iter().all(|(item, _)| item.checked_at.is_none()));
    let detail = Card::detail(&f.t.conn().await, plan).await.expect("a card");
    assert_eq!((detail.dates.start(), detail.dates.due(), detail.dates.done_at), (None, None, None));
    let is_template: bool = boards::table
        .find(made)
        .select(boards::is_template)
        .first(&mut f.t.conn().await)
        .await
        .expect("a board");
    assert!(!is_template);
    let history = f.browser.get(&format!("/boards/{}/events", f.board.id)).await;
    history.showing("made the board a template");

    // No more: it is not offered, and what still names it is told so.
    f.browser.post(&format!("/boards/{}/untemplate", f.board.id), &[]).await.expect(303);
    f.browser.get("/boards").await.hiding("name=\"template_id\"");
    f.browser
        .post("/boards", &fields)
        .await
        .expect(422)
        .showing("choose one of these")
        .showing("Next launch");
    f.browser.get(&format!("/boards/{}/events", f.board.id)).await.showing("no longer a template");
}

#[tokio::test]
async fn a_template_is_for_those_who_see_it() {
    let f = FullCard::begin(&[]).await;
    f.t.change(f.board.id, &f.ada, async |change| Board::set_template(change, true).await)
        .await
        .expect("made");
    let (eve, mut hers) = f.t.sign_up("Eve").await;
    let template = f.board.id.to_string();
    let fields = [("title", "Mine"), ("template_id", template.as_str())];
    hers.get("/boards").await.hiding("Launch");
    hers.post("/boards", &fields).await.expect(422).showing("choose one of these");
    hers.post("/boards", &[("title", "Mine"), ("template_id", "x")]).await.expect(422);
    hers.post("/boards", &[("title", "Mine"), ("template_id", &nobody().to_string())]).await.expect(422);
    f.make(&f.board, &eve, Role::Viewer).await;
    hers.get("/boards").await.showing("Launch");
    hers.post("/boards", &fields).await.expect(303);
    hers.post(&format!("/boards/{}/template", f.board.id), &[]).await.expect(403);
    hers.post("/boards", &[("title", "Without"), ("template_id", "")]).await.expect(303);
    // What is archived is offered to nobody.
    f.t.change(f.board.id, &f.ada, async |change| Board::archive(change).await).await.expect("archived");
    hers.get("/boards").await.hiding("name=\"template_id\"");
    hers.post("/boards", &fields).await.expect(422);
}

#[tokio::test]
async fn a_template_that_does_not_fit_is_refused_in_the_form() {
    let mut f = FullCard::begin(&[]).await;
    f.t.change(f.board.id, &f.ada, async |change| Board::set_template(change, true).await)
        .await
        .expect("made");
    let large = vec![b'x'; 600 * 1024];
    f.browser.upload(&format!("{}/files", f.path), &[("a", &large), ("b", &large)]).await.expect(303);
    f.t.restart(|config| config.files.board_quota = Some(1024 * 1024));
    f.browser.to(&f.t);
    let template = f.board.id.to_string();
    let fields = [("title", "Next"), ("template_id", template.as_str())];
    f.browser.post("/boards", &fields).await.expect(422).showing("take up 1 MB").showing("value=\"Next\"");
}

#[tokio::test]
async fn a_card_begins_with_a_template_of_its_board() {
    let mut f = FullCard::begin(&[]).await;
    let on_board = format!("/boards/{}", f.board.id);
    f.browser.get(&on_board).await.hiding("name=\"template_id\"").hiding("template-mark");
    let make = format!("{}/template", f.path);
    assert_eq!(f.browser.post(&make, &[]).await.location(), f.path);
    let before = f.revision(&f.board).await;
    f.browser.htmx().post(&make, &[]).await.expect(200).showing("untemplate").showing("template-mark");
    assert_eq!(f.revision(&f.board).await, before);
    f.browser.get(&on_board).await.showing("name=\"template_id\"").showing(">Template<");
    f.browser.get(&f.path).await.showing("made “Plan” a template");
    let other = f.t.column(&f.board, &f.ada, "Doing").await;

    let (template, add) = (f.card.id.to_string(), format!("/columns/{}/cards", other.id));
    let key = Uuid::now_v7().to_string();
    let fields = [("title", " Second plan "), ("template_id", template.as_str()), ("key", key.as_str())];
    f.browser
        .htmx()
        .post(&add, &fields)
        .await
        .expect(200)
        .showing("Second plan")
        .showing("name=\"template_id\"");
    // Its answer was lost, and it is sent once more.
    f.browser.htmx().post(&add, &fields).await.expect(200);
    assert_eq!(f.t.titles(&other).await, ["Second plan"]);
    f.browser
        .get(&format!("/cards/{key}"))
        .await
        .expect(200)
        .showing("<em>text</em>")
        .showing("Draw it")
        .showing("added “Second plan” to “Doing”")
        .hiding("a.txt")
        .hiding("<strong>said")
        .hiding("2999-12-24")
        .hiding("template-mark");
    let id: Uuid = key.parse().expect("an id");
    assert_eq!(f.labels(id, &f.board).await.0, ["Bug", "Ours"]);
    let items = ChecklistItem::of_card(&f.t.conn().await, id).await.expect("items");
    assert!(
        items.iter().all(|(item, _)| item.checked_at.is_none() && item.user_id.is_none()) && items.len() == 2
    );
    assert_eq!(f.stored().await, (1, 1));

    // A copied board has its templates too; a copied card is none.
    let copy = [("title", "Copy"), ("with", "cards")];
    let copied = f.browser.post(&format!("{on_board}/copy"), &copy).await;
    f.browser.get(copied.location()).await.showing(">Template<");
    let column = other.id.to_string();
    let copy = [("column_id", column.as_str()), ("after", ""), ("title", "Third plan")];
    f.browser.post(&format!("{}/copy", f.path), &copy).await.expect(303);
    let third = f.card_called(&other, "Third plan").await;
    let is_template = cards::table.find(third).select(cards::is_template);
    assert!(!is_template.first::<bool>(&mut f.t.conn().await).await.expect("a card"));
}

#[tokio::test]
async fn what_is_no_template_of_the_board_is_refused() {
    let mut f = FullCard::begin(&[]).await;
    let elsewhere = f.card_called(&f.other_column, "There already").await;
    f.browser.post(&format!("/cards/{elsewhere}/template"), &[]).await.expect(303);
    let add = format!("/columns/{}/cards", f.column.id);
    for wrong in [f.card.id.to_string(), elsewhere.to_string(), nobody().to_string(), "x".to_owned()] {
        let fields = [("title", "Typed"), ("template_id", wrong.as_str())];
        f.browser.post(&add, &fields).await.expect(422).showing("Typed").showing("choose one of these");
    }
    f.browser.post(&format!("{}/template", f.path), &[]).await.expect(303);
    f.browser.post(&format!("{}/archive", f.path), &[]).await.expect(303);
    let template = f.card.id.to_string();
    let fields = [("title", "Typed"), ("template_id", template.as_str())];
    f.browser.htmx().post(&add, &fields).await.expect(422).hiding("<html");
    assert_eq!(f.t.titles(&f.column).await, [""; 0]);
    f.browser.post(&format!("{}/restore", f.path), &[]).await.expect(303);
    f.browser.post(&format!("{}/untemplate", f.path), &[]).await.expect(303);
    f.browser.get(&f.path).await.showing("no longer a template");
    f.browser.post(&add, &fields).await.expect(422);
}
