//! Checklists: made, put in order, their items checked, moved, changed, made cards.

use xtablo::models::card::Card;
use xtablo::models::checklist::Checklist;
use xtablo::models::checklist::item::ChecklistItem;
use xtablo::models::column::Column;

use crate::support::browser::Browser;
use crate::support::{TestApp, nobody};

struct Launch {
    t: TestApp,
    browser: Browser,
    column: Column,
    card: Card,
    path: String,
}

/// A board with one card, and who works on it.
async fn launch() -> Launch {
    let t = TestApp::new().await;
    let (ada, browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    let path = format!("/cards/{}", card.id);
    Launch { t, browser, column, card, path }
}

impl Launch {
    async fn checklist(&mut self, title: &str, items: &str) -> Checklist {
        self.browser.post(&format!("{}/checklists", self.path), &[("title", title)]).await.expect(303);
        let checklist = self.checklists().await.pop().expect("a checklist");
        let add = format!("/checklists/{}/items", checklist.id);
        assert_eq!(self.browser.post(&add, &[("text", items)]).await.location(), self.path);
        checklist
    }

    async fn checklists(&self) -> Vec<Checklist> {
        Checklist::of_card(&self.t.conn().await, self.card.id).await.expect("checklists")
    }

    async fn items(&self, checklist: &Checklist) -> Vec<ChecklistItem> {
        let items = ChecklistItem::of_card(&self.t.conn().await, self.card.id).await.expect("items");
        items.into_iter().map(|(item, _)| item).filter(|item| item.checklist_id == checklist.id).collect()
    }

    async fn texts(&self, checklist: &Checklist) -> Vec<String> {
        self.items(checklist).await.into_iter().map(|item| item.text).collect()
    }
}

#[tokio::test]
async fn a_checklist_is_filled_and_checked_and_the_board_counts() {
    let mut l = launch().await;
    let steps = l.checklist("Steps", " Draw it \r\n\r\n- Build <b>it</b>\r\nShip #1 with @ada").await;
    assert_eq!(l.texts(&steps).await, ["Draw it", "- Build <b>it</b>", "Ship #1 with @ada"]);
    l.browser
        .get(&l.path)
        .await
        .expect(200)
        .showing("0/3")
        .showing("- Build &lt;b&gt;it&lt;/b&gt;")
        .showing("class=\"mention\"")
        .showing("added 3 items to the checklist “Steps”");
    let items = l.items(&steps).await;
    let check = format!("/items/{}/check", items[0].id);
    let there = format!("{}#item-{}", l.path, items[0].id);
    assert_eq!(l.browser.post(&check, &[]).await.location(), there);
    l.browser
        .htmx()
        .post(&format!("/items/{}/check", items[2].id), &[])
        .await
        .expect(200)
        .showing("2/3")
        .showing("hx-swap-oob");
    let board = format!("/boards/{}", l.column.board_id);
    l.browser.get(&board).await.expect(200).showing("</span>2/3").showing("stroke-dasharray=\"2 3\"");
    l.browser.post(&check, &[]).await.expect(303);
    let history = l.browser.get(&format!("{board}/events")).await.body;
    assert_eq!(history.matches("checked “Draw it”").count(), 1, "checked already");
    l.browser.post(&format!("/items/{}/uncheck", items[0].id), &[]).await.expect(303);
    l.browser.get(&l.path).await.showing("1/3").showing("unchecked “Draw it”");
    l.browser.post(&format!("/items/{}/delete", items[2].id), &[]).await.expect(303);
    l.browser.get(&board).await.showing("</span>0/2");
    l.browser.post(&format!("/items/{}/check", items[2].id), &[]).await.expect(404);

    let rename = format!("/checklists/{}", steps.id);
    l.browser.post(&rename, &[("title", "Way")]).await.expect(303);
    l.browser.post(&rename, &[("title", " ")]).await.expect(422);
    l.browser.post(&format!("{rename}/delete"), &[]).await.expect(303);
    l.browser.get(&board).await.hiding("class=\"steps\"");
    l.browser.get(&l.path).await.hiding("Draw it</span>").showing("deleted the checklist “Way” from “Plan”");
    l.browser.post(&format!("/items/{}/check", items[0].id), &[]).await.expect(404);
    l.browser.post(&format!("{rename}/items"), &[("text", "More")]).await.expect(404);
}

#[tokio::test]
async fn items_move_within_and_between_checklists_of_their_card() {
    let mut l = launch().await;
    let steps = l.checklist("Steps", "A\nB\nC").await;
    let other = l.checklist("Other", "X").await;
    let items = l.items(&steps).await;
    let x = l.items(&other).await.remove(0);
    let path = |item: &ChecklistItem| format!("/items/{}/move", item.id);
    let to = |list: &Checklist, after: Option<&ChecklistItem>| {
        let after = after.map(|item| item.id.to_string()).unwrap_or_default();
        vec![("checklist_id", list.id.to_string()), ("after", after)]
    };
    let mut go = async |item: &ChecklistItem, fields: Vec<(&str, String)>| {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        l.browser.post(&path(item), &fields).await
    };
    go(&items[2], to(&steps, None)).await.expect(303);
    go(&items[0], to(&other, Some(&x))).await.expect(303);
    go(&items[1], to(&other, None)).await.expect(303);
    assert_eq!(l.texts(&steps).await, ["C"]);
    assert_eq!(l.texts(&other).await, ["B", "X", "A"]);
    // Where it cannot go.
    let mut go = async |fields: &[(&str, &str)]| l.browser.post(&path(&items[2]), fields).await;
    go(&[("checklist_id", &nobody().to_string()), ("after", "")]).await.expect(404);
    go(&[("checklist_id", &other.id.to_string()), ("after", &nobody().to_string())]).await.expect(404);
    go(&[("checklist_id", "x"), ("after", "")]).await.expect(422);
    go(&[]).await.expect(422);
    l.browser.post(&format!("/items/{}/delete", x.id), &[]).await.expect(303);
    let after_x = [("checklist_id", other.id.to_string()), ("after", x.id.to_string())];
    let after_x: Vec<(&str, &str)> = after_x.iter().map(|(name, value)| (*name, value.as_str())).collect();
    l.browser.post(&path(&items[2]), &after_x).await.expect(422);

    // Checklists themselves.
    let move_it = format!("/checklists/{}/move", other.id);
    l.browser.post(&move_it, &[("after", "")]).await.expect(303);
    let titles = l.checklists().await.into_iter().map(|list| list.title).collect::<Vec<_>>();
    assert_eq!(titles, ["Other", "Steps"]);
    l.browser.post(&move_it, &[("after", &nobody().to_string())]).await.expect(404);
    l.browser.post(&move_it, &[]).await.expect(422);
}

#[tokio::test]
async fn an_item_has_a_person_and_a_date_and_becomes_a_card() {
    let mut l = launch().await;
    let steps = l.checklist("Steps", "Draw it\nBuild it").await;
    let item = l.items(&steps).await.remove(0);
    let path = format!("/items/{}", item.id);
    let (eve, _) = l.t.sign_up("Eve").await;
    let edit = format!("{path}/edit");
    l.browser.get(&edit).await.expect(200).showing("Draw it").showing("Build it").hiding(">Eve<");
    let ada = {
        let page = l.browser.get(&edit).await.body;
        let at = page.find(">Ada</option>").expect("Ada can be chosen");
        page[..at].rsplit('"').nth(1).expect("her id").to_owned()
    };
    let new = [("text", "Draw *it*"), ("user_id", &*ada), ("due", "2999-12-24"), ("due_time", "")];
    assert_eq!(l.browser.post(&path, &new).await.location(), l.path);
    l.browser
        .get(&l.path)
        .await
        .showing("Draw <em>it</em>")
        .showing("24 Dec 2999")
        .showing("changed “Draw *it*”");
    l.browser.get(&edit).await.showing("value=\"2999-12-24\"").showing("selected>Ada");
    for (field, value, kept) in [
        ("text", " ", "2999-12-24"),
        ("user_id", &*eve.id.to_string(), "Draw *it*"),
        ("user_id", "x", "Draw *it*"),
        ("due", "2026-02-30", "2026-02-30"),
    ] {
        let fields = new.map(|(name, before)| (name, if name == field { value } else { before }));
        l.browser.post(&path, &fields).await.expect(422).showing(kept).showing("field-error");
    }

    assert_eq!(l.browser.post(&format!("{path}/convert"), &[]).await.location(), l.path);
    assert_eq!(l.t.titles(&l.column).await, ["Plan", "Draw *it*"]);
    assert_eq!(l.texts(&steps).await, ["Build it"]);
    let board = format!("/boards/{}", l.column.board_id);
    let new_card = l.browser.get(&format!("{board}/cards/2")).await.location().to_owned();
    l.browser.get(&new_card).await.expect(200).showing("Plan").showing("24 Dec 2999").showing("Unassign Ada");
    l.browser.get(&l.path).await.showing("Mentioned in").showing(&new_card);
}

#[tokio::test]
async fn checklists_and_items_have_an_end() {
    let mut l = launch().await;
    let many: Vec<String> = (0..200).map(|number| format!("Item {number}")).collect();
    let full = l.checklist("Full", &many.join("\n")).await;
    assert_eq!(l.items(&full).await.len(), 200);
    let add = format!("/checklists/{}/items", full.id);
    l.browser.post(&add, &[("text", "One more")]).await.expect(403).showing("200 items").showing("One more");
    l.browser.post(&add, &[("text", " \n ")]).await.expect(422);
    let long = "x".repeat(501);
    l.browser.post(&add, &[("text", &long)]).await.expect(422).showing("501").showing(&long);
    l.browser.post(&add, &[]).await.expect(422);
    let other = l.checklist("Other", "Comes").await;
    let comes = l.items(&other).await.remove(0);
    let to_full = [("checklist_id", &*full.id.to_string()), ("after", "")];
    l.browser.post(&format!("/items/{}/move", comes.id), &to_full).await.expect(403);
    let path = format!("{}/checklists", l.path);
    for _ in 2..20 {
        l.browser.post(&path, &[("title", "Another")]).await.expect(303);
    }
    l.browser.post(&path, &[("title", "Too many")]).await.expect(403).showing("20 checklists");
    l.browser.post(&path, &[("title", &"x".repeat(201))]).await.expect(422).showing("201");
    l.browser.post(&path, &[]).await.expect(422);
}
