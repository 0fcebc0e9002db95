//! People on a board: roles, invitations, join links, boards open to everybody.

use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::auth::link::{Link, Linked};
use xtablo::models::board::Board;
use xtablo::models::invitation::Invitation;
use xtablo::models::join_link::JoinLink;
use xtablo::models::member::Member;
use xtablo::models::role::Role;
use xtablo::models::user::User;
use xtablo::schema::{invitations, join_links, members, users};

use crate::support::browser::Browser;
use crate::support::{PASSWORD, TestApp};

async fn role(t: &TestApp, board: &Board, user: &User) -> Option<Role> {
    let member = members::table.find((board.id, user.id)).select(members::role);
    member.first(&mut t.conn().await).await.optional().expect("an answer")
}

async fn add(t: &TestApp, board: &Board, user: &User, role: Role) {
    Member::create(&mut t.conn().await, board.id, user.id, role, t.now()).await.expect("a member");
}

async fn invitation(t: &TestApp) -> Invitation {
    let newest = invitations::table.order(invitations::id.desc()).select(Invitation::as_select());
    newest.first(&mut t.conn().await).await.expect("an invitation")
}

async fn join_link(t: &TestApp) -> JoinLink {
    let newest = join_links::table.order(join_links::id.desc()).select(JoinLink::as_select());
    newest.first(&mut t.conn().await).await.expect("a link")
}

fn token<T: Linked>(t: &TestApp, thing: &T) -> String {
    Link::to(thing, t.app.config.session_secrets.current()).to_text()
}

struct Team {
    t: TestApp,
    board: Board,
    ada: (User, Browser),
    bob: (User, Browser),
}

impl Team {
    async fn new(settings: &[(&'static str, &str)]) -> Self {
        let t = TestApp::with(settings).await;
        let ada = t.sign_up("Ada").await;
        let bob = t.sign_up("Bob").await;
        let board = t.board(&ada.0, "Launch").await;
        Self { t, board, ada, bob }
    }

    fn path(&self, rest: &str) -> String {
        format!("/boards/{}{rest}", self.board.id)
    }
}

#[tokio::test]
async fn an_owner_changes_roles_and_removes_members() {
    let Team { t, board, mut ada, mut bob } = Team::new(&[]).await;
    add(&t, &board, &bob.0, Role::Viewer).await;
    let members = format!("/boards/{}/members", board.id);
    let of_bob = format!("{members}/{}", bob.0.id);
    ada.1.get(&members).await.expect(200).showing(&format!("id=\"member-{}\"", bob.0.id));
    bob.1.post(&of_bob, &[("role", "owner")]).await.expect(403);
    assert_eq!(ada.1.post(&of_bob, &[("role", "editor")]).await.location(), members);
    assert_eq!(role(&t, &board, &bob.0).await, Some(Role::Editor));
    ada.1.post(&of_bob, &[("role", "king")]).await.expect(422);
    ada.1.post(&format!("{members}/{}", Uuid::now_v7()), &[("role", "editor")]).await.expect(404);
    bob.1.get(&format!("/boards/{}/events", board.id)).await.showing("made Bob editor");
    ada.1.confirm(&format!("{of_bob}/remove")).await.expect(303);
    bob.1.get(&format!("/boards/{}", board.id)).await.expect(404);
    ada.1.confirm(&format!("{of_bob}/remove")).await.expect(404);
}

#[tokio::test]
async fn the_last_owner_stays() {
    let Team { t, board, mut ada, bob } = Team::new(&[]).await;
    let members = format!("/boards/{}/members", board.id);
    let of_ada = format!("{members}/{}", ada.0.id);
    for (path, fields) in [
        (format!("/boards/{}/leave", board.id), &[("confirmed", "yes")][..]),
        (of_ada.clone(), &[("role", "editor")][..]),
        (format!("{of_ada}/remove"), &[("confirmed", "yes")][..]),
    ] {
        ada.1.post(&path, fields).await.expect(422).showing("A board needs an owner");
    }
    // An owner who cannot sign in is no owner to rely on.
    add(&t, &board, &bob.0, Role::Owner).await;
    let disable = |since| diesel::update(users::table.find(bob.0.id)).set(users::disabled_at.eq(since));
    disable(Some(t.now())).execute(&mut t.conn().await).await.expect("disabled");
    ada.1.post(&of_ada, &[("role", "editor")]).await.expect(422);
    disable(None).execute(&mut t.conn().await).await.expect("enabled");
    ada.1.confirm(&format!("/boards/{}/leave", board.id)).await.expect(303);
    assert_eq!(role(&t, &board, &ada.0).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_owners_who_demote_each_other_leave_one() {
    let Team { t, board, ada, bob } = Team::new(&[]).await;
    add(&t, &board, &bob.0, Role::Owner).await;
    let path = |user: &User| format!("/boards/{}/members/{}/remove", board.id, user.id);
    for _ in 0..5 {
        let (mut of_ada, mut of_bob) = (ada.1.clone(), bob.1.clone());
        let (to_bob, to_ada) = (path(&bob.0), path(&ada.0));
        let (first, second) = tokio::join!(of_ada.confirm(&to_bob), of_bob.confirm(&to_ada));
        let mut statuses = [first.status.as_u16(), second.status.as_u16()];
        statuses.sort_unstable();
        assert!(statuses[0] == 303 && (statuses[1] == 404 || statuses[1] == 403), "{statuses:?}");
        let (has_ada, has_bob) = (role(&t, &board, &ada.0).await, role(&t, &board, &bob.0).await);
        assert!(has_ada.is_some() != has_bob.is_some());
        add(&t, &board, if has_ada.is_some() { &bob.0 } else { &ada.0 }, Role::Owner).await;
    }
}

#[tokio::test]
async fn an_invited_person_registers_by_the_link_and_is_on_the_board() {
    let t = TestApp::with(&[
        ("REGISTRATION", "invite"),
        ("SMTP_URL", "smtp://localhost:1"),
        ("MAIL_FROM", "x@example.com"),
    ])
    .await;
    t.leaves_jobs();
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let fields = [("email", "Cleo@Example.com"), ("role", "commenter")];
    browser.post(&format!("/boards/{}/invitations", board.id), &fields).await.expect(303);
    let invitation = invitation(&t).await;
    let page = browser.get(&format!("/boards/{}/members", board.id)).await;
    page.expect(200).showing(&format!("id=\"invitation-{}\"", invitation.id));
    let token = token(&t, &invitation);
    let mut cleo = t.browser();
    cleo.get("/register").await.expect(403);
    let page = cleo.get(&format!("/invitations/accept/{token}")).await.expect(200);
    page.showing("Launch").showing("Ada").showing("Commenter");
    let page = cleo.get(&format!("/register?invitation={token}")).await.expect(200);
    page.showing("Cleo@Example.com").showing(&format!("name=\"invitation\" value=\"{token}\""));
    let fields =
        [("name", "Cleo"), ("email", "cleo@example.com"), ("password", PASSWORD), ("invitation", &token)];
    let answer = cleo.post("/register", &fields).await;
    assert_eq!(answer.location(), format!("/boards/{}", board.id));
    let account = User::find_by_email(&mut t.conn().await, "cleo@example.com").await.expect("an answer");
    let account = account.expect("an account");
    assert!(account.email_confirmed_at.is_some());
    assert_eq!(role(&t, &board, &account).await, Some(Role::Commenter));
    // Once.
    t.browser().get(&format!("/invitations/accept/{token}")).await.expect(410).showing("accepted already");
    let fields =
        [("name", "Dan"), ("email", "dan@example.com"), ("password", PASSWORD), ("invitation", &token)];
    t.browser().post("/register", &fields).await.expect(403);
}

#[tokio::test]
async fn an_invitation_is_accepted_declined_revoked_or_over() {
    let Team { t, board, mut ada, mut bob } = Team::new(&[]).await;
    let invite = format!("/boards/{}/invitations", board.id);
    for (email, said) in [("nobody", "e-mail address"), ("", "fill"), ("ADA@example.com", "member already")] {
        ada.1
            .post(&invite, &[("email", email), ("role", "editor")])
            .await
            .expect(422)
            .showing(said)
            .showing(email);
    }
    ada.1.post(&invite, &[("email", "x@example.com"), ("role", "king")]).await.expect(422);
    ada.1.post(&invite, &[("email", "bob@example.com"), ("role", "editor")]).await.expect(303);
    ada.1
        .post(&invite, &[("email", "BOB@example.com"), ("role", "viewer")])
        .await
        .expect(422)
        .showing("invited already");
    let first = invitation(&t).await;
    let path = format!("/invitations/accept/{}", token(&t, &first));
    // Without mail the link is there to pass on, and nothing proves whose an address is.
    ada.1.get(&format!("/boards/{}/members", board.id)).await.showing(&token(&t, &first));
    bob.1.get("/boards").await.expect(200).showing(&format!("id=\"invitation-{}\"", first.id));
    bob.1.post(&path, &[]).await.expect(422);
    bob.1.post(&path, &[("answer", "decline")]).await.expect(303);
    bob.1.get(&path).await.expect(410).showing("declined");
    // A second one, revoked.
    ada.1.post(&invite, &[("email", "bob@example.com"), ("role", "editor")]).await.expect(303);
    let second = invitation(&t).await;
    let path = format!("/invitations/accept/{}", token(&t, &second));
    ada.1
        .post(&format!("/invitations/{}/resend", second.id), &[])
        .await
        .expect(422)
        .showing("less than an hour");
    bob.1.post(&format!("/invitations/{}/revoke", second.id), &[]).await.expect(404);
    ada.1.post(&format!("/invitations/{}/revoke", second.id), &[]).await.expect(303);
    bob.1.get(&path).await.expect(410).showing("taken back");
    // A third one expires, is sent again, and accepted by somebody else who has the link.
    ada.1.post(&invite, &[("email", "bob@example.com"), ("role", "editor")]).await.expect(303);
    let third = invitation(&t).await;
    let path = format!("/invitations/accept/{}", token(&t, &third));
    t.advance(TimeDelta::days(14));
    let (cleo, mut browser) = t.sign_up("Cleo").await;
    browser.get(&path).await.expect(410).showing("14 days");
    let mut ada_anew = t.browser();
    ada_anew.sign_in(&t.app, ada.0.id).await;
    ada_anew.post(&format!("/invitations/{}/resend", third.id), &[]).await.expect(303);
    browser.get(&path).await.expect(200).showing("cleo@example.com");
    t.browser().post(&path, &[("answer", "accept")]).await.expect(303);
    assert_eq!(role(&t, &board, &bob.0).await, None);
    assert_eq!(
        browser.post(&path, &[("answer", "accept")]).await.location(),
        format!("/boards/{}", board.id)
    );
    assert_eq!(role(&t, &board, &cleo).await, Some(Role::Editor));
    for broken in ["x".to_owned(), path[20..60].to_owned(), path[20..].replace('A', "B")] {
        browser.get(&format!("/invitations/accept/{broken}")).await.expect(410);
    }
}

#[tokio::test]
async fn a_member_who_tries_the_link_of_another_leaves_it_good() {
    let t = TestApp::new().await;
    t.leaves_jobs();
    let (ada, mut browser) = t.sign_up("Ada").await;
    let (dan, mut dans) = t.sign_up("Dan").await;
    let board = t.board(&ada, "Launch").await;
    let on_board = format!("/boards/{}", board.id);
    let fields = [("email", "dan@example.com"), ("role", "editor")];
    browser.post(&format!("{on_board}/invitations"), &fields).await.expect(303);
    let accept = format!("/invitations/accept/{}", token(&t, &invitation(&t).await));
    assert_eq!(browser.post(&accept, &[("answer", "accept")]).await.location(), on_board);
    assert_eq!(dans.post(&accept, &[("answer", "accept")]).await.location(), on_board);
    assert_eq!(role(&t, &board, &dan).await, Some(Role::Editor));
}

#[tokio::test]
async fn whoever_joins_by_a_link_is_invited_no_more_and_registering_leads_to_it() {
    let t = TestApp::with(&[("REGISTRATION", "open")]).await;
    t.leaves_jobs();
    let (ada, mut browser) = t.sign_up("Ada").await;
    let (_, mut dans) = t.sign_up("Dan").await;
    let board = t.board(&ada, "Launch").await;
    let on_board = format!("/boards/{}", board.id);
    let fields = [("email", "dan@example.com"), ("role", "viewer")];
    browser.post(&format!("{on_board}/invitations"), &fields).await.expect(303);
    let fields = [("role", "editor"), ("days", ""), ("uses", "")];
    browser.post(&format!("{on_board}/join-links"), &fields).await.expect(422).showing("fill this in");
    let fields = [("role", "editor"), ("days", "7"), ("uses", "")];
    browser.post(&format!("{on_board}/join-links"), &fields).await.expect(303);
    let join = format!("/join/{}", token(&t, &join_link(&t).await));
    assert_eq!(dans.post(&join, &[]).await.location(), on_board);
    let accept = format!("/invitations/accept/{}", token(&t, &invitation(&t).await));
    dans.get(&accept).await.expect(410).showing("accepted already");
    // Somebody new comes back to the link after registering.
    let next = format!("name=\"next\" value=\"{}\"", join.replace('/', "&#x2f;"));
    t.browser().get(&format!("/register?next={join}")).await.expect(200).showing(&next);
    let page = t.browser().get(&format!("/login?next={join}")).await.expect(200);
    page.showing(&format!("/register?next={}", join.replace('/', "&#x2f;")));
}

#[tokio::test]
async fn an_unconfirmed_address_proves_nothing() {
    let t = TestApp::with(&[("SMTP_URL", "smtp://localhost:1"), ("MAIL_FROM", "x@example.com")]).await;
    t.leaves_jobs();
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Secret").await;
    let fields = [("email", "bob@example.com"), ("role", "editor")];
    browser.post(&format!("/boards/{}/invitations", board.id), &fields).await.expect(303);
    let (bob, mut pretender) = t.sign_up("Bob").await;
    pretender.get("/boards").await.expect(200).hiding("Secret").showing("Confirm your e-mail address");
    let confirm = users::email_confirmed_at.eq(t.now());
    diesel::update(users::table.find(bob.id)).set(confirm).execute(&mut t.conn().await).await.expect("set");
    pretender.get("/boards").await.expect(200).showing("Secret");
}

#[tokio::test]
async fn people_join_by_a_link_as_often_as_it_says() {
    let Team { t, board, mut ada, mut bob } = Team::new(&[]).await;
    let links = format!("/boards/{}/join-links", board.id);
    for fields in [
        [("role", "owner"), ("days", "7"), ("uses", "")],
        [("role", "editor"), ("days", "91"), ("uses", "")],
        [("role", "editor"), ("days", ""), ("uses", "")],
        [("role", "editor"), ("days", "7"), ("uses", "0")],
    ] {
        ada.1.post(&links, &fields).await.expect(422);
    }
    ada.1.post(&links, &[("role", "commenter"), ("days", "7"), ("uses", "1")]).await.expect(303);
    let link = join_link(&t).await;
    let path = format!("/join/{}", token(&t, &link));
    ada.1.get(&format!("/boards/{}/members", board.id)).await.showing(&token(&t, &link)).showing("<svg");
    let (_, mut cleo) = t.sign_up("Cleo").await;
    t.browser().get(&path).await.expect(200).showing("Launch");
    assert!(t.browser().post(&path, &[]).await.location().starts_with("/login?next="));
    assert_eq!(bob.1.post(&path, &[]).await.location(), format!("/boards/{}", board.id));
    assert_eq!(role(&t, &board, &bob.0).await, Some(Role::Commenter));
    cleo.post(&path, &[]).await.expect(410).showing("As many people");
    ada.1.post(&links, &[("role", "viewer"), ("days", "1"), ("uses", "")]).await.expect(303);
    let second = join_link(&t).await;
    // It makes no member less.
    bob.1.post(&format!("/join/{}", token(&t, &second)), &[]).await.expect(303);
    assert_eq!(role(&t, &board, &bob.0).await, Some(Role::Commenter));
    ada.1.post(&format!("/join-links/{}/revoke", second.id), &[]).await.expect(303);
    cleo.post(&format!("/join/{}", token(&t, &second)), &[]).await.expect(410).showing("taken back");
}

#[tokio::test]
async fn a_board_open_to_everybody_is_found_by_everybody() {
    let team = Team::new(&[]).await;
    let (mut ada, mut bob) = (team.ada.1.clone(), team.bob.1.clone());
    bob.get(&team.path("")).await.expect(404);
    ada.post(&team.path("/open"), &[("role", "owner")]).await.expect(422);
    ada.post(&team.path("/open"), &[("role", "commenter")]).await.expect(303);
    bob.get(&team.path("")).await.expect(200).showing("Launch");
    bob.get("/boards").await.expect(200).showing("Open to everybody").showing("of Ada");
    bob.post(&team.path("/columns"), &[("title", "x")]).await.expect(403);
    bob.post(&team.path("/open"), &[("role", "editor")]).await.expect(403);
    team.t.browser().get(&team.path("")).await.expect(303);
    ada.post(&team.path("/open"), &[("role", "editor")]).await.expect(303);
    bob.post(&team.path("/columns"), &[("title", "Ideas")]).await.expect(303);
    ada.post(&team.path("/open"), &[("role", "none")]).await.expect(303);
    bob.get(&team.path("")).await.expect(404);
    bob.post(&team.path("/columns"), &[("title", "x")]).await.expect(404);
}

#[tokio::test]
async fn what_a_removed_member_typed_is_not_lost() {
    let Team { t, board, mut ada, mut bob } = Team::new(&[]).await;
    add(&t, &board, &bob.0, Role::Editor).await;
    let column = t.column(&board, &ada.0, "To do").await;
    let card = t.cards(&column, &ada.0, &["Plan"]).await.remove(0);
    let of_bob = format!("/boards/{}/members/{}", board.id, bob.0.id);
    ada.1.post(&of_bob, &[("role", "viewer")]).await.expect(303);
    let path = format!("/cards/{}", card.id);
    let fields = [("title", "Plan & draw"), ("body", "An hour's work\nand <more>"), ("version", "0")];
    let refused = bob.1.post(&path, &fields).await.expect(403).showing("Plan &amp; draw");
    refused.showing("An hour&#x27;s work\nand &lt;more&gt;").hiding("Send it again");
    ada.1.confirm(&format!("{of_bob}/remove")).await.expect(303);
    let refused = bob.1.post(&path, &fields).await.expect(403).showing("no longer a member");
    refused.showing("An hour&#x27;s work");
    bob.1.get(&path).await.expect(404);
    let comments = format!("{path}/comments");
    bob.1.post(&comments, &[("body", "One more thing")]).await.expect(403).showing("One more thing");
    // Somebody who never was on the board learns nothing of it, and keeps what they typed.
    let (_, mut eve) = t.sign_up("Eve").await;
    let unknown = eve.post(&path, &fields).await.expect(404).showing("An hour&#x27;s work");
    unknown.hiding("no longer a member");
    // Back on the board, all is as it was.
    add(&t, &board, &bob.0, Role::Editor).await;
    bob.1.post(&path, &fields).await.expect(303);
}

#[tokio::test]
async fn people_are_found_by_name_or_handle() {
    let Team { t, board, mut ada, mut bob } = Team::new(&[]).await;
    let people = format!("/boards/{}/people", board.id);
    bob.1.get(&people).await.expect(404);
    add(&t, &board, &bob.0, Role::Viewer).await;
    for name in ["Barbara", "Robert 100%", "Zoe"] {
        let (user, _) = t.sign_up(name).await;
        add(&t, &board, &user, Role::Viewer).await;
    }
    let found = bob.1.htmx().get(&format!("{people}?q=b")).await.expect(200).showing("role=\"option\"");
    let (bob_at, robert_at) = (found.body.find(">Bob<"), found.body.find(">Robert"));
    assert!(bob_at < robert_at && bob_at.is_some(), "whose name begins so comes first: {found:?}");
    found.showing("Barbara").hiding("Zoe").hiding("Ada");
    ada.1.get(&format!("{people}?q=ZO")).await.showing("Zoe").hiding("Bob");
    ada.1.get(&format!("{people}?q=0%25")).await.showing("Robert").hiding("Zoe");
    ada.1.get(&format!("{people}?q=nobody")).await.showing("Nobody found");
    for number in 0..12 {
        let (user, _) = t.sign_up(&format!("Many {number}")).await;
        add(&t, &board, &user, Role::Viewer).await;
    }
    let many = ada.1.htmx().get(&format!("{people}?q=many")).await;
    assert_eq!(many.body.matches("role=\"option\"").count(), 10);
}
