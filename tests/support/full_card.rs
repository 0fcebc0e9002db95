//! A card that has one of everything that a card can have, and another board beside its own.

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::models::assignee::{self, AssignError};
use xtablo::models::board::Board;
use xtablo::models::card::{Card, NewCard};
use xtablo::models::checklist::Checklist;
use xtablo::models::checklist::item::{ChecklistItem, NewItem};
use xtablo::models::color::Color;
use xtablo::models::column::Column;
use xtablo::models::field::kind::FieldKind;
use xtablo::models::field::value::FieldValue;
use xtablo::models::field::{Field, NewField};
use xtablo::models::label::{Label, NewLabel};
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::models::user::User;
use xtablo::schema::{boards, files, notifications, objects};

use super::TestApp;
use super::browser::Browser;

pub struct FullCard {
    pub t: TestApp,
    pub ada: User,
    pub browser: Browser,
    /// On the first board an editor, on the other nothing.
    pub bob: User,
    pub board: Board,
    pub column: Column,
    /// Called “Plan”, with the labels “Bug” and “Ours”, for Ada and Bob.
    pub card: Card,
    pub path: String,
    /// Ada's too.
    pub other: Board,
    pub other_column: Column,
}

impl FullCard {
    pub async fn begin(settings: &[(&'static str, &str)]) -> Self {
        let t = TestApp::with(settings).await;
        let (ada, mut browser) = t.sign_up("Ada").await;
        let (bob, _) = t.sign_up("Bob").await;
        let (board, other) = (t.board(&ada, "Launch").await, t.board(&ada, "Other").await);
        Member::create(&mut t.conn().await, board.id, bob.id, Role::Editor, t.now()).await.expect("a member");
        let (column, other_column) =
            (t.column(&board, &ada, "To do").await, t.column(&other, &ada, "Ideas").await);
        t.cards(&other_column, &ada, &["There already"]).await;
        let card = t.change(board.id, &ada, async |change| {
            let new = NewCard { title: "Plan", body: "The *text*, see #2" };
            let card = Card::create(change, &column, new).await?;
            for name in ["Bug", "Ours"] {
                let label = Label::create(change, NewLabel { name, color: Color::Red }).await?;
                Label::put_on(change, &card, label.id).await?;
            }
            let checklist = Checklist::create(change, card.id, "Steps").await?;
            ChecklistItem::create_all(change, &checklist, &["Draw it", "Build it"]).await?;
            for user in [&ada, &bob] {
                assignee::assign(change, &card, user.id).await?;
            }
            Ok::<_, AssignError>(card)
        });
        let card = card.await.expect("a card");
        let items = ChecklistItem::of_card(&t.conn().await, card.id).await.expect("items");
        t.change(board.id, &ada, async |change| {
            items[0].0.set_checked(change, true).await?;
            items[1].0.update(change, NewItem { text: "Build it", user_id: Some(bob.id), due: None }).await
        })
        .await
        .expect("for Bob");
        t.change(other.id, &ada, async |change| {
            Label::create(change, NewLabel { name: "Bug", color: Color::Red }).await
        })
        .await
        .expect("a label");
        // A field that the other board has, too, and one that it has not.
        for (board, name) in [(&board, "Cost"), (&other, "Cost"), (&board, "Room")] {
            let field = t.change(board.id, &ada, async |change| {
                let new = NewField { name, on_card: true, shows_sum: false, choices: &[] };
                Field::create(change, FieldKind::Text, new).await
            });
            let field = field.await.expect("a field");
            if field.board_id == card.board_id {
                let value = Some(FieldValue::Plain(format!("{name} of it")));
                let filled = t.change(card.board_id, &ada, async |change| {
                    FieldValue::fill(change, &card, field.id, value.clone()).await
                });
                filled.await.expect("filled in");
            }
        }
        let path = format!("/cards/{}", card.id);
        browser.post(&format!("{path}/dates"), &[("start", "2999-12-24"), ("due", "")]).await.expect(303);
        browser.post(&format!("{path}/comments"), &[("body", "Well **said**")]).await.expect(303);
        let told = (
            notifications::user_id.eq(bob.id),
            notifications::board_id.eq(board.id),
            notifications::card_id.eq(card.id),
            notifications::reason.eq("comment"),
            notifications::happened_at.eq(t.now()),
            notifications::told_at.eq(t.now()),
        );
        diesel::insert_into(notifications::table)
            .values(told)
            .execute(&mut t.conn().await)
            .await
            .expect("told");
        browser.upload(&format!("{path}/files"), &[("a.txt", b"what it holds")]).await.expect(303);
        Self { t, ada, browser, bob, board, column, card, path, other, other_column }
    }

    /// The cards of a column that were made last, by title.
    pub async fn card_called(&self, column: &Column, title: &str) -> Uuid {
        use xtablo::schema::cards;
        let of_column = cards::table.filter(cards::column_id.eq(column.id).and(cards::title.eq(title)));
        let ids: Vec<Uuid> = of_column
            .order(cards::id.desc())
            .select(cards::id)
            .load(&mut self.t.conn().await)
            .await
            .expect("cards");
        ids[0]
    }

    pub async fn revision(&self, board: &Board) -> i64 {
        let revision = boards::table.find(board.id).select(boards::revision);
        revision.first(&mut self.t.conn().await).await.expect("a board")
    }

    /// The names of the labels of a card, and of its board.
    pub async fn labels(&self, card_id: Uuid, board: &Board) -> (Vec<String>, Vec<String>) {
        let conn = self.t.conn().await;
        let labels = Label::of_board(&conn, board.id).await.expect("labels");
        let ids = Label::ids_of_card(&conn, card_id).await.expect("labels");
        let on_card = labels.iter().filter(|label| ids.contains(&label.id)).map(|label| label.name.clone());
        (on_card.collect(), labels.iter().map(|label| label.name.clone()).collect())
    }

    /// How many contents are stored, and how many files there are.
    pub async fn stored(&self) -> (i64, i64) {
        let mut conn = self.t.conn().await;
        let contents = objects::table.count().get_result(&mut conn).await.expect("a count");
        (contents, files::table.count().get_result(&mut conn).await.expect("a count"))
    }

    pub async fn make(&self, board: &Board, user: &User, role: Role) {
        let mut conn = self.t.conn().await;
        Member::create(&mut conn, board.id, user.id, role, self.t.now()).await.expect("a member");
    }
}
