//! Addresses: confirmed by a link, changed once the new one is confirmed, and the mails that tell of it.

use chrono::TimeDelta;
use tempfile::TempDir;
use xtablo::mail::outbox::SentMail;
use xtablo::models::user::User;

use crate::support::browser::{Answer, Browser};
use crate::support::{PASSWORD, TestApp};

struct Stand {
    t: TestApp,
    _folder: TempDir,
}

impl Stand {
    async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        Self { t: TestApp::with_outbox(folder.path()).await, _folder: folder }
    }

    /// The mails sent since the last time, the oldest first.
    async fn mails(&self) -> Vec<SentMail> {
        self.t.send_mails().await;
        let outbox = self.t.app.mailer.outbox().expect("an outbox");
        let mut all = outbox.list().expect("a list");
        for file in std::fs::read_dir(self._folder.path()).expect("a folder").flatten() {
            std::fs::remove_file(file.path()).expect("removed");
        }
        all.reverse();
        all
    }

    /// The path of the link in the mail to this address.
    async fn link_to(&self, address: &str) -> String {
        let mails = self.mails().await;
        let mail = mails.iter().find(|mail| mail.to == address && mail.text.contains("/email/confirm/"));
        let text = &mail.unwrap_or_else(|| panic!("no mail to {address} in {mails:?}")).text;
        let (_, token) = text.split_once("/email/confirm/").expect("a link");
        format!("/email/confirm/{}", token.split_whitespace().next().expect("its end"))
    }

    async fn user(&self, user: &User) -> User {
        User::find(&mut self.t.conn().await, user.id).await.expect("an answer").expect("there")
    }
}

async fn change_email(browser: &mut Browser, email: &str) -> Answer {
    let fields = [("name", "Ada"), ("email", email), ("current_password", PASSWORD), ("theme", "system")];
    browser.post("/account", &fields).await
}

#[tokio::test]
async fn who_registers_confirms_their_address() {
    let stand = Stand::new().await;
    let mut browser = stand.t.browser();
    let fields = [("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
    browser.post("/register", &fields).await.expect(303);
    browser.get("/account").await.expect(200).showing("is not confirmed");
    let path = stand.link_to("ada@example.com").await;
    let mut stranger = stand.t.browser();
    for _ in 0..2 {
        let page = stranger.get(&path).await.expect(200).showing("ada@example.com");
        assert_eq!(page.headers["cache-control"], "no-store");
    }
    browser.get("/account").await.showing("is not confirmed");
    assert_eq!(stranger.post(&path, &[]).await.location(), "/account");
    assert_eq!(stranger.get("/account").await.location(), "/login?next=/account");
    stranger.get("/login").await.expect(200).showing("Your e-mail address is confirmed.");
    browser.get("/account").await.expect(200).hiding("is not confirmed");
    assert_eq!(browser.post(&path, &[]).await.location(), "/account", "twice is as good as once");
    assert!(stand.mails().await.is_empty());
}

#[tokio::test]
async fn the_mail_is_sent_again_until_the_address_is_confirmed() {
    let stand = Stand::new().await;
    let (_, mut browser) = stand.t.sign_up("Ada").await;
    browser.post("/account/email/confirm", &[]).await.expect(303);
    browser.get("/account").await.showing("on its way");
    let path = stand.link_to("ada@example.com").await;
    browser.post(&path, &[]).await.expect(303);
    browser.post("/account/email/confirm", &[]).await.expect(303);
    assert!(stand.mails().await.is_empty());
}

#[tokio::test]
async fn a_link_is_good_for_three_days() {
    let stand = Stand::new().await;
    let (_, mut browser) = stand.t.sign_up("Ada").await;
    browser.post("/account/email/confirm", &[]).await.expect(303);
    let path = stand.link_to("ada@example.com").await;
    stand.t.advance(TimeDelta::days(3));
    stand.t.browser().get(&path).await.expect(410).showing("This link has expired");
    stand.t.browser().post(&path, &[]).await.expect(410);
}

#[tokio::test]
async fn another_address_takes_effect_once_it_is_confirmed_and_the_old_one_is_told_before_and_after() {
    let stand = Stand::new().await;
    let (ada, mut browser) = stand.t.sign_up("Ada").await;
    change_email(&mut browser, "new@example.com").await.expect(303);
    browser.get("/account").await.expect(200).showing("new@example.com").showing("Until then");
    assert_eq!(stand.user(&ada).await.email, "ada@example.com");
    stand.t.send_mails().await;
    let sent = stand.t.app.mailer.outbox().expect("an outbox").list().expect("a list");
    let warning = sent.iter().find(|mail| mail.to == "ada@example.com").expect("the old address is told");
    assert!(
        warning.text.contains("new@example.com") && warning.text.contains("http://localhost/password/reset")
    );

    let path = stand.link_to("new@example.com").await;
    browser.post(&path, &[]).await.expect(303);
    let ada = stand.user(&ada).await;
    assert_eq!((ada.email.as_str(), ada.new_email.as_deref()), ("new@example.com", None));
    assert!(ada.email_confirmed_at.is_some());
    let told = stand.mails().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(
        (told[0].to.as_str(), told[0].subject.as_str()),
        ("ada@example.com", "Your e-mail address was changed")
    );
    assert!(told[0].text.contains("new@example.com"));
    let fields = [("email", "new@example.com"), ("password", PASSWORD)];
    stand.t.browser().post("/login", &fields).await.expect(303);
}

#[tokio::test]
async fn of_two_who_confirm_at_once_one_changes_the_address_and_the_old_one_is_told_once() {
    let stand = Stand::new().await;
    let (ada, mut browser) = stand.t.sign_up("Ada").await;
    change_email(&mut browser, "new@example.com").await.expect(303);
    let path = stand.link_to("new@example.com").await;
    let posts = (0..6).map(|_| {
        let (mut browser, path) = (stand.t.browser(), path.clone());
        async move { browser.post(&path, &[]).await.status.as_u16() }
    });
    let statuses = futures_util::future::join_all(posts).await;
    assert!(statuses.contains(&303), "{statuses:?}");
    assert_eq!(stand.user(&ada).await.email, "new@example.com");
    assert_eq!(stand.mails().await.len(), 1);
}

#[tokio::test]
async fn an_address_that_somebody_else_has_is_refused_at_once_and_also_later() {
    let stand = Stand::new().await;
    let (ada, mut browser) = stand.t.sign_up("Ada").await;
    stand.t.sign_up("Bob").await;
    change_email(&mut browser, "BOB@example.com").await.expect(422).showing("already");
    change_email(&mut browser, "eve@example.com").await.expect(303);
    let path = stand.link_to("eve@example.com").await;
    stand.t.sign_up("Eve").await;
    browser.post(&path, &[]).await.expect(422).showing("Another account is using this address now");
    assert_eq!(stand.user(&ada).await.email, "ada@example.com");
    assert!(stand.mails().await.is_empty(), "nobody is told of what did not happen");
}

#[tokio::test]
async fn the_wish_for_another_address_can_be_taken_back() {
    let stand = Stand::new().await;
    let (ada, mut browser) = stand.t.sign_up("Ada").await;
    change_email(&mut browser, "new@example.com").await.expect(303);
    let path = stand.link_to("new@example.com").await;
    browser.post("/account/email/keep", &[]).await.expect(303);
    browser.get("/account").await.expect(200).hiding("new@example.com");
    browser.post(&path, &[]).await.expect(410);
    assert_eq!(stand.user(&ada).await.email, "ada@example.com");
}

#[tokio::test]
async fn another_password_takes_back_an_address_that_waits() {
    let stand = Stand::new().await;
    let (ada, mut browser) = stand.t.sign_up("Ada").await;
    change_email(&mut browser, "thief@example.com").await.expect(303);
    let path = stand.link_to("thief@example.com").await;
    let change = [("current_password", PASSWORD), ("password", "another password")];
    browser.post("/account/password", &change).await.expect(303);
    stand.t.browser().post(&path, &[]).await.expect(410);
    assert_eq!(stand.user(&ada).await.email, "ada@example.com");
    let told = stand.mails().await;
    assert_eq!(
        (told[0].to.as_str(), told[0].subject.as_str()),
        ("ada@example.com", "Your password was changed")
    );
}

#[tokio::test]
async fn asking_for_many_addresses_is_throttled() {
    let stand = Stand::new().await;
    stand.t.leaves_jobs();
    let (_, mut browser) = stand.t.sign_up("Ada").await;
    for number in 0..5 {
        change_email(&mut browser, &format!("victim{number}@example.com")).await.expect(303);
    }
    change_email(&mut browser, "victim6@example.com").await.expect(422).showing("Too many attempts");
}

#[tokio::test]
async fn where_no_mail_is_sent_an_address_is_changed_at_once_and_none_is_said_to_be_unconfirmed() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    browser.get("/account").await.expect(200).hiding("is not confirmed");
    change_email(&mut browser, "new@example.com").await.expect(303);
    let ada = User::find(&mut t.conn().await, ada.id).await.expect("an answer").expect("there");
    assert_eq!((ada.email.as_str(), ada.new_email), ("new@example.com", None));
    assert!(t.mail_jobs().await.is_empty());
}
