//! Replies by mail, as a mail server hands them to the program.

use std::process::Stdio;

use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use tokio::io::AsyncWriteExt;
use xtablo::models::card::Card;
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::models::user::User;
use xtablo::schema::{comments, members, users};

use crate::support::TestApp;
use crate::support::browser::Browser;
use crate::support::service::command;
use crate::support::smtp::Sink;

const FROM: (&str, &str) = ("MAIL_FROM", "Xtablo <xtablo@example.com>");
const IN: (&str, &str) = ("MAIL_IN", "reply@example.com");
const BY: (&str, &str) = ("MAIL_IN_AUTHENTICATED_BY", "mx.example.com");
const PASS: &str = "Authentication-Results: mx.example.com; dmarc=pass header.from=example.com";
/// That of [`TestApp`].
const SECRET: (&str, &str) = ("SESSION_SECRET", "a secret of the tests, and no other's");

/// Ada was mailed of a comment on her card.
struct Stand {
    t: TestApp,
    card: Card,
    ada: (User, Browser),
    bob: (User, Browser),
    /// Where she replies to.
    address: String,
    _sink: Sink,
}

impl Stand {
    async fn begin() -> Self {
        let mut sink = Sink::start(&[]).await;
        let url = sink.url();
        let t = TestApp::with(&[("SMTP_URL", &url), FROM, IN, BY]).await;
        t.leaves_jobs();
        let (ada, bob) = (t.sign_up("Ada").await, t.sign_up("Bob").await);
        let board = t.board(&ada.0, "Launch").await;
        let column = t.column(&board, &ada.0, "To do").await;
        let card = t.cards(&column, &ada.0, &["Plan"]).await.remove(0);
        let mut conn = t.conn().await;
        Member::create(&mut conn, board.id, bob.0.id, Role::Owner, t.now()).await.expect("a member");
        let confirmed = users::email_confirmed_at.eq(Some(t.now()));
        diesel::update(users::table).set(confirmed).execute(&mut conn).await.expect("confirmed");
        bob.1.clone().post(&format!("/cards/{}/comments", card.id), &[("body", "@ada?")]).await.expect(303);
        t.mail_the_told().await;
        let mail = sink.next().await;
        let address = mail.header("Reply-To");
        assert!(address.starts_with("reply+") && address.ends_with("@example.com"), "{address}");
        assert!(mail.text().contains("Reply to this e-mail"), "{}", mail.text());
        Self { t, card, ada, bob, address, _sink: sink }
    }

    fn mail(&self, head: &str, body: &str) -> String {
        format!(
            "From: Ada <ada@example.com>\r\nTo: {}\r\nMessage-ID: <{head_hash}@example.com>\r\n{head}\r\n\r\n{body}\r\n",
            self.address,
            head_hash = head.len() + body.len(),
        )
    }

    /// What the program says of a message, and its exit code.
    async fn receive(&self, raw: &[u8]) -> (Option<i32>, String) {
        let database = self.t.app.config.database_url.expose();
        let folder = self.t.folder.path().join("files").display().to_string();
        let settings = [("DATABASE_URL", database), SECRET, IN, BY, ("STORAGE_DIR", &folder)];
        let mut program = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
        let mut child = program
            .args(["mail", "receive"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("built");
        child.stdin.take().expect("piped").write_all(raw).await.expect("it reads all");
        let output = child.wait_with_output().await.expect("it ends");
        (output.status.code(), String::from_utf8_lossy(&output.stdout).into_owned())
    }

    async fn said(&self) -> Vec<String> {
        let of_card = comments::table.filter(comments::card_id.eq(self.card.id)).order(comments::id);
        of_card.select(comments::body).load(&mut self.t.conn().await).await.expect("comments")
    }
}

#[tokio::test]
async fn a_reply_becomes_a_comment_once_without_what_it_quotes() {
    let stand = Stand::begin().await;
    let mail =
        stand.mail(PASS, "Yes, @bob, **good**.\r\n\r\nOn Monday, Xtablo wrote:\r\n> @ada?\r\n\r\n-- \r\nAda");
    for _ in 0..2 {
        assert_eq!(stand.receive(mail.as_bytes()).await, (Some(0), String::new()));
    }
    assert_eq!(stand.said().await, ["@ada?", "Yes, @bob, **good**."]);
    // As if it were written on the page: Bob is told that it names him.
    stand.t.tell().await;
    stand.bob.1.clone().get("/inbox").await.showing("You were mentioned").showing("Ada");
}

#[tokio::test]
async fn what_is_attached_is_on_the_card_as_far_as_one_may_attach() {
    let stand = Stand::begin().await;
    let head = format!("{PASS}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x");
    let body = "--x\r\nContent-Type: text/plain\r\n\r\nSee there\r\n--x\r\nContent-Type: text/plain; name=\"a.txt\"\r\n\
                Content-Disposition: attachment; filename=\"a.txt\"\r\n\r\nwhat it holds\r\n--x--\r\n";
    let mail = stand.mail(&head, body);
    assert_eq!(stand.receive(mail.as_bytes()).await.0, Some(0));
    let files = stand.t.files(stand.card.id).await;
    assert_eq!(files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(), ["a.txt"]);
    // Who may only comment attaches nothing, and is told so, rather than that half of it is there.
    diesel::update(members::table.filter(members::user_id.eq(stand.ada.0.id)))
        .set(members::role.eq(Role::Commenter))
        .execute(&mut stand.t.conn().await)
        .await
        .expect("set");
    let (code, said) = stand.receive(stand.mail(&head, &body.replace("See", "And see")).as_bytes()).await;
    assert!(code == Some(77) && said.contains("attached"), "{code:?} {said}");
    assert_eq!(stand.said().await, ["@ada?", "See there"]);
    assert_eq!(stand.t.files(stand.card.id).await.len(), 1);
}

#[tokio::test]
async fn what_is_not_taken_is_refused_with_a_reason_once_a_day() {
    let stand = Stand::begin().await;
    let good = stand.mail(PASS, "Yes");
    let large = format!("{good}{}", "a".repeat(25 * 1024 * 1024));
    let forget = async || {
        let told = "DELETE FROM refused_mails";
        diesel::sql_query(told).execute(&mut stand.t.conn().await).await.expect("deleted");
    };
    for (mail, reason) in [
        (stand.mail("Subject: x", "Yes"), "could not be verified"),
        (stand.mail("Authentication-Results: mx.example.com; dmarc=fail", "Yes"), "could not be verified"),
        (stand.mail("Authentication-Results: mx.evil.example; dmarc=pass", "Yes"), "could not be verified"),
        (good.replace("ada@example.com", "eve@example.com"), "another address"),
        (good.replace("reply+", "reply+a"), "does not belong"),
        (stand.mail(&format!("{PASS}\r\nAuto-Submitted: auto-replied"), "Away"), "automatic"),
        (stand.mail(&format!("{PASS}\r\nPrecedence: bulk"), "News"), "automatic"),
        (stand.mail(PASS, "> @ada?\r\n"), "no text"),
        (stand.mail(PASS, &"a ".repeat(10_001)), "too long"),
        (large, "25 MB"),
        ("no mail at all".to_owned(), "does not belong"),
    ] {
        let (code, said) = stand.receive(mail.as_bytes()).await;
        assert!(code == Some(77) && said.contains(reason), "{reason}: {code:?} {said}");
        // The second time on one day nobody is told, so that two programs do not write to each other for ever.
        assert_eq!(stand.receive(mail.as_bytes()).await, (Some(0), String::new()), "{reason}");
        forget().await;
    }
    assert_eq!(stand.said().await, ["@ada?"]);
    // Removed since the mail was sent.
    diesel::delete(members::table.filter(members::user_id.eq(stand.ada.0.id)))
        .execute(&mut stand.t.conn().await)
        .await
        .expect("removed");
    let (code, said) = stand.receive(good.as_bytes()).await;
    assert!(code == Some(77) && said.contains("may not comment"), "{code:?} {said}");
    assert_eq!(stand.said().await, ["@ada?"]);
}

#[tokio::test]
async fn a_message_that_comes_while_the_database_is_away_is_to_be_tried_again() {
    let mut program = command(
        env!("CARGO_BIN_EXE_xtablo"),
        &[("DATABASE_URL", "postgres:///x?host=/nowhere"), SECRET, IN, BY],
    );
    let mut child = program.args(["mail", "receive"]).stdin(Stdio::piped()).spawn().expect("built");
    child
        .stdin
        .take()
        .expect("piped")
        .write_all(b"From: a@example.com\r\n\r\nx")
        .await
        .expect("it reads all");
    assert_eq!(child.wait().await.expect("it ends").code(), Some(75));
}
