//! Accounts: registering, signing in and out, who is let in, and what a stranger learns.

use axum::body::Body;
use axum::http::{Request, header};
use chrono::TimeDelta;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use xtablo::config::{Secret, SessionSecrets};
use xtablo::models::user::User;
use xtablo::schema::users;

use crate::support::{PASSWORD, TestApp};

#[tokio::test]
async fn a_person_registers_signs_out_and_signs_in_again() {
    let t = TestApp::new().await;
    let mut browser = t.browser();
    assert_eq!(browser.get("/").await.location(), "/login");
    assert_eq!(browser.get("/boards").await.location(), "/login?next=/boards");
    browser.get("/register").await.expect(200);
    let fields = [("name", "Ada"), ("email", "Ada@Example.com"), ("password", PASSWORD)];
    assert_eq!(browser.post("/register", &fields).await.location(), "/boards");
    assert_eq!(browser.get("/").await.location(), "/boards");
    assert_eq!(browser.post("/logout", &[]).await.location(), "/login");
    assert_eq!(browser.get("/").await.location(), "/login");
    let fields = [("email", "ada@example.com"), ("password", PASSWORD), ("next", "/account")];
    assert_eq!(browser.post("/login", &fields).await.location(), "/account");
    browser.get("/account").await.expect(200).showing("Ada@Example.com");
}

#[tokio::test]
async fn a_form_that_meets_the_end_of_its_session_is_saved_after_signing_in() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    let board = t.board(&ada, "Launch").await;
    let column = t.column(&board, &ada, "To do").await;
    let card = t.cards(&column, &ada, &["Plan"]).await.remove(0);
    browser.post("/logout", &[]).await.expect(303);

    let path = format!("/cards/{}", card.id);
    let typed = [("title", "Plan"), ("body", "\nLong <b>text</b>"), ("version", "0")];
    let answer = browser.post(&path, &typed).await.expect(307);
    let kept_at = format!("/login/kept?action={path}");
    assert_eq!(answer.headers["location"], kept_at.as_str());
    browser.post(&kept_at, &typed).await.expect(401).showing("name=\"kept.body\"").showing("Long &lt;b&gt;");

    let mut fields =
        vec![("email", "ada@example.com"), ("password", "wrong"), ("kept_action", path.as_str())];
    fields.extend([("kept.title", "Plan"), ("kept.body", "\nLong <b>text</b>"), ("kept.version", "0")]);
    browser.post("/login", &fields).await.expect(422).showing("Long &lt;b&gt;");
    fields[1].1 = PASSWORD;
    let answer = browser.post("/login", &fields).await.expect(200);
    answer.showing(&card.id.to_string()).showing("Long &lt;b&gt;text").showing("name=\"version\"");
    browser.post(&path, &typed).await.expect(303);
    browser.get(&path).await.expect(200).showing("Long");
    // Signed in again in another tab meanwhile.
    browser.post(&kept_at, &typed).await.expect(200).showing("Long &lt;b&gt;text");
}

#[tokio::test]
async fn a_kept_form_has_no_password_and_leads_nowhere_else() {
    let t = TestApp::new().await;
    let mut browser = t.browser();
    let fields = [("current_password", "secret words of mine"), ("name", "Ada")];
    let answer = browser.post("/login/kept?action=/account", &fields).await.expect(401);
    answer.showing("kept.name").hiding("secret words");
    browser.post("/login/kept?action=//evil.example/", &fields).await.expect(404);
    browser.upload("/cards/0/files", &[("a.txt", b"a")]).await.expect(303);
}

#[tokio::test]
async fn a_script_without_a_session_is_told_so_and_the_page_stays() {
    let t = TestApp::new().await;
    let mut htmx = t.browser().htmx();
    htmx.get("/boards").await.expect(401).showing("You were signed out");
    htmx.post("/boards", &[("title", "Launch")]).await.expect(401).showing("You were signed out");
}

#[tokio::test]
async fn a_wrong_registration_says_what_is_wrong_and_keeps_the_rest() {
    let t = TestApp::new().await;
    t.sign_up("Ada").await;
    let mut browser = t.browser();
    let fields = [("name", "Bob"), ("email", "nowhere"), ("password", "short")];
    let answer = browser.post("/register", &fields).await.expect(422);
    answer.showing("value=\"Bob\"").showing("nowhere").showing("at least 10").hiding("value=\"short\"");
    let taken = [("name", "Bob"), ("email", "ADA@example.com"), ("password", PASSWORD)];
    browser.post("/register", &taken).await.expect(422).showing("already").hiding(PASSWORD);
}

#[tokio::test]
async fn registration_can_be_closed() {
    for (setting, said) in [("closed", ""), ("invite", "invit")] {
        let t = TestApp::with(&[("REGISTRATION", setting)]).await;
        let mut browser = t.browser();
        browser.get("/register").await.expect(403).showing(said);
        let fields = [("name", "Bob"), ("email", "bob@example.com"), ("password", PASSWORD)];
        browser.post("/register", &fields).await.expect(403);
        browser.get("/login").await.expect(200).hiding("/register");
    }
}

#[tokio::test]
async fn a_stranger_does_not_learn_which_address_has_an_account() {
    let t = TestApp::new().await;
    t.sign_up("Ada").await;
    let mut answers = Vec::new();
    for email in ["ada@example.com", "eve@example.com"] {
        let answer = t.browser().post("/login", &[("email", email), ("password", "wrong")]).await.expect(422);
        answers.push(answer.body.replace(email, ""));
    }
    assert_eq!(answers[0], answers[1]);
}

#[tokio::test]
async fn a_stranger_that_guesses_keeps_nobody_out_of_their_own_browser() {
    let t = TestApp::new().await;
    t.sign_up("Ada").await;
    let (right, wrong) = (
        [("email", "ADA@example.com"), ("password", PASSWORD)],
        [("email", "ada@example.com"), ("password", "wrong")],
    );
    let mut own = t.browser();
    own.post("/login", &right).await.expect(303);
    own.post("/logout", &[]).await.expect(303);
    let mut stranger = t.browser();
    for _ in 0..10 {
        stranger.post("/login", &wrong).await.expect(422);
    }
    stranger.post("/login", &right).await.expect(429).showing("Too many attempts");
    own.post("/login", &right).await.expect(303);
    t.browser().get("/register").await.expect(200);
    let fields = [("name", "Bob"), ("email", "bob@example.com"), ("password", PASSWORD)];
    t.browser().post("/register", &fields).await.expect(303);
    t.advance(TimeDelta::seconds(31));
    stranger.post("/login", &right).await.expect(303);
}

#[tokio::test]
async fn the_path_to_go_on_to_is_on_this_site() {
    let t = TestApp::new().await;
    t.sign_up("Ada").await;
    for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
        let fields = [("email", "ada@example.com"), ("password", PASSWORD), ("next", next)];
        assert_eq!(t.browser().post("/login", &fields).await.location(), "/boards", "{next}");
    }
}

#[tokio::test]
async fn the_cookie_is_secure_except_on_this_machine_over_plain_http() {
    let sign_in = async |settings: &[(&'static str, &str)], proto: Option<&str>| {
        let t = TestApp::with(settings).await;
        t.sign_up("Ada").await;
        let mut request = Request::post("/login")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        if let Some(proto) = proto {
            request = request.header("x-forwarded-proto", proto);
        }
        let body = format!("email=ada%40example.com&password={}", PASSWORD.replace(' ', "+"));
        let answer = t.browser().send(request, Body::from(body)).await.expect(303);
        answer.headers[header::SET_COOKIE].to_str().expect("ASCII").to_owned()
    };
    let plain = sign_in(&[], None).await;
    assert!(
        plain.starts_with("session=") && !plain.contains("Secure") && plain.contains("HttpOnly"),
        "{plain}"
    );
    for secure in [
        sign_in(&[], Some("https")).await,
        sign_in(&[("DOMAIN", "xtablo.example.com")], None).await,
        sign_in(&[("DOMAIN", "xtablo.example.com")], Some("http")).await,
    ] {
        assert!(secure.starts_with("__Host-session=") && secure.contains("Secure"), "{secure}");
        assert!(
            secure.contains("Path=/") && secure.contains("SameSite=Lax") && !secure.contains("Domain"),
            "{secure}"
        );
    }
}

#[tokio::test]
async fn over_plain_http_a_person_is_told_instead_of_sent_round_in_circles() {
    let sign_in = async |settings: &[(&'static str, &str)], path: &str| {
        let t = TestApp::with(settings).await;
        t.sign_up("Ada").await;
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(header::ORIGIN, "http://192.168.1.5:8080");
        let password = PASSWORD.replace(' ', "+");
        let email = if path == "/login" { "ada" } else { "eve" };
        let body = format!("name=Eve&email={email}%40example.com&password={password}");
        t.browser().send(request, Body::from(body)).await
    };
    let domain = ("DOMAIN", "192.168.1.5:8080");
    for path in ["/login", "/register"] {
        sign_in(&[domain], path).await.expect(422).showing("INSECURE_HTTP=on");
        let answer = sign_in(&[domain, ("INSECURE_HTTP", "on")], path).await.expect(303);
        let cookie = answer.headers[header::SET_COOKIE].to_str().expect("ASCII");
        assert!(cookie.starts_with("session=") && !cookie.contains("Secure"), "{cookie}");
    }
}

#[tokio::test]
async fn a_session_ends_when_it_is_not_used_and_goes_on_when_it_is() {
    let t = TestApp::new().await;
    let (_, mut browser) = t.sign_up("Ada").await;
    for _ in 0..4 {
        t.advance(TimeDelta::days(20));
        browser.get("/boards").await.expect(200);
    }
    t.advance(TimeDelta::days(31));
    browser.get("/boards").await.expect(303);
}

#[tokio::test]
async fn one_account_has_one_address_however_it_is_spelled() {
    let t = TestApp::new().await;
    let register = async |email: &str| {
        let fields = [("name", "Ada"), ("email", email), ("password", PASSWORD)];
        t.browser().post("/register", &fields).await
    };
    register("İda@Bücher.example").await.expect(303);
    for taken in
        ["i\u{307}da@bücher.example", "İDA@XN--BCHER-KVA.example", "I\u{307}da@bu\u{308}cher.EXAMPLE"]
    {
        register(taken).await.expect(422).showing("already an account");
        let fields = [("email", taken), ("password", PASSWORD)];
        t.browser().post("/login", &fields).await.expect(303);
    }
    for refused in
        ["a\u{200b}da@example.com", "ada@[192.0.2.1]", "ada(x)@example.com", "a\u{202e}da@example.com"]
    {
        register(refused).await.expect(422).showing("Must be an e-mail address");
    }
    // Each spelling has the same budget of wrong passwords.
    let spellings = ["İda@bücher.example", "i\u{307}da@xn--bcher-kva.example"];
    for attempt in 0..10 {
        let fields = [("email", spellings[attempt % 2]), ("password", "wrong")];
        t.browser().post("/login", &fields).await.expect(422);
    }
    for spelling in spellings {
        t.browser().post("/login", &[("email", spelling), ("password", "wrong")]).await.expect(429);
    }
}

#[tokio::test]
async fn an_older_version_writes_addresses_that_are_found_too() {
    let t = TestApp::new().await;
    let (ada, _) = t.sign_up("Ada").await;
    let mut conn = t.conn().await;
    let write = async |conn: &mut diesel_async::AsyncPgConnection, email: &str| {
        diesel::update(users::table.find(ada.id))
            .set(users::email.eq(email))
            .execute(conn)
            .await
            .expect("written");
    };
    write(&mut conn, "Countess@Example.com").await;
    let fields = [("email", "countess@example.com"), ("password", PASSWORD)];
    t.browser().post("/login", &fields).await.expect(303);
    t.browser().post("/login", &[("email", "ada@example.com"), ("password", PASSWORD)]).await.expect(422);
    // What PostgreSQL folds in its own way is put right at the next start.
    write(&mut conn, "Ada@BÜCHER.example").await;
    User::renew_canonical_emails(&mut conn).await.expect("renewed");
    let fields = [("email", "ada@xn--bcher-kva.example"), ("password", PASSWORD)];
    t.browser().post("/login", &fields).await.expect(303);
}

#[tokio::test]
async fn a_password_that_is_guessed_first_is_refused_with_the_reason() {
    let t = TestApp::new().await;
    for (password, reason) in [
        ("Password123", "Many people use this password"),
        ("1234567890", "follow one another"),
        ("abababababab", "repeats the same"),
        ("Lovelace1815", "little more than your name"),
    ] {
        let fields = [("name", "Ada Lovelace"), ("email", "ada@example.com"), ("password", password)];
        t.browser().post("/register", &fields).await.expect(422).showing(reason);
    }
    let (_, mut browser) = t.sign_up("Grace").await;
    let fields = [("current_password", PASSWORD), ("password", "grace@example.com")];
    browser.post("/account/password", &fields).await.expect(422).showing("little more than your name");
}

#[tokio::test]
async fn a_password_is_the_same_however_its_letters_are_composed() {
    let t = TestApp::new().await;
    let fields = |password| [("name", "Zoë"), ("email", "zoe@example.com"), ("password", password)];
    t.browser().post("/register", &fields("grüne Äpfel im Café")).await.expect(303);
    let decomposed = "gru\u{308}ne A\u{308}pfel im Cafe\u{301}";
    t.browser().post("/login", &fields(decomposed)[1..]).await.expect(303);
}

#[tokio::test]
async fn a_session_ends_after_a_year_however_it_is_used() {
    let t = TestApp::new().await;
    let (_, mut browser) = t.sign_up("Ada").await;
    for _ in 0..18 {
        t.advance(TimeDelta::days(20));
        browser.get("/boards").await.expect(200);
    }
    t.advance(TimeDelta::days(6));
    browser.get("/boards").await.expect(303);
}

#[tokio::test]
async fn a_person_has_a_hundred_sessions_and_the_one_used_longest_ago_ends() {
    let t = TestApp::new().await;
    let (ada, mut first) = t.sign_up("Ada").await;
    let mut second = t.browser();
    second.sign_in(&t.app, ada.id).await;
    t.advance(TimeDelta::hours(1));
    first.get("/boards").await.expect(200);
    for _ in 0..99 {
        t.browser().sign_in(&t.app, ada.id).await;
    }
    second.get("/boards").await.expect(303);
    first.get("/boards").await.expect(200);
}

#[tokio::test]
async fn a_change_of_the_secret_signs_nobody_out_and_used_sessions_move_to_the_new_one() {
    let mut t = TestApp::new().await;
    let (ada, mut used) = t.sign_up("Ada").await;
    let mut unused = t.browser();
    unused.sign_in(&t.app, ada.id).await;
    let (old, new) = (t.app.config.session_secrets.current().clone(), Secret::new("another"));
    t.restart(|config| config.session_secrets = SessionSecrets::new(new.clone(), Some(old)));
    used.to(&t);
    used.get("/boards").await.expect(200);
    t.restart(|config| config.session_secrets = SessionSecrets::new(new, None));
    used.to(&t);
    used.get("/boards").await.expect(200);
    unused.to(&t);
    unused.get("/boards").await.expect(303);
}

#[tokio::test]
async fn signing_out_leaves_nothing_in_the_browser() {
    let t = TestApp::with(&[("DOMAIN", "boards.example.com")]).await;
    let mut browser = t.browser();
    let fields = [("name", "Ada"), ("email", "ada@example.com"), ("password", PASSWORD)];
    browser.post("/register", &fields).await.expect(303);
    let saved = browser.post("/account", &[("name", "A"), ("email", "ada@example.com")]).await.expect(303);
    assert!(format!("{saved:?}").contains("__Host-flash=flash-account-saved"), "{saved:?}");
    browser.get("/account").await.expect(200).showing("saved");
    let answer = browser.post("/logout", &[]).await.expect(303);
    assert_eq!(answer.headers["clear-site-data"], r#""cache", "storage""#);
}

#[tokio::test]
async fn a_form_from_another_site_is_refused() {
    let t = TestApp::new().await;
    let (_, mut browser) = t.sign_up("Ada").await;
    let form = || Request::post("/boards").header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let answer = browser.send(form().header(name, value), Body::from("title=x")).await;
        answer.expect(403).showing("another site");
    }
    browser.send(form().header("origin", "http://localhost"), Body::from("title=x")).await.expect(303);
    browser.get("/boards").await.showing("x");
}

#[tokio::test]
async fn a_person_changes_their_name_and_with_their_password_their_address() {
    let t = TestApp::new().await;
    t.sign_up("Bob").await;
    let (_, mut browser) = t.sign_up("Ada").await;
    let save = async |browser: &mut crate::support::browser::Browser, email: &str, password: &str| {
        let fields = [("name", "Ada L"), ("email", email), ("current_password", password), ("theme", "dark")];
        browser.post("/account", &fields).await
    };
    assert_eq!(save(&mut browser, "ada@example.com", "").await.location(), "/account");
    browser
        .get("/account")
        .await
        .showing("Ada L")
        .showing("data-theme=\"dark\"")
        .showing("Your account was saved.");
    save(&mut browser, "new@example.com", "").await.expect(422).showing("new@example.com");
    save(&mut browser, "new@example.com", "wrong").await.expect(422);
    save(&mut browser, "bob@example.com", PASSWORD).await.expect(422).showing("already").hiding(PASSWORD);
    save(&mut browser, "new@example.com", PASSWORD).await.expect(303);
}

#[tokio::test]
async fn another_password_ends_the_other_sessions() {
    let t = TestApp::new().await;
    let (ada, mut here) = t.sign_up("Ada").await;
    let mut there = t.browser();
    there.sign_in(&t.app, ada.id).await;
    let change = [("current_password", "wrong"), ("password", "another password")];
    here.post("/account/password", &change).await.expect(422).showing("not your password");
    let change = [("current_password", PASSWORD), ("password", "short")];
    here.post("/account/password", &change).await.expect(422).hiding(PASSWORD);
    let change = [("current_password", PASSWORD), ("password", "another password")];
    here.post("/account/password", &change).await.expect(303);
    here.get("/account").await.expect(200).showing("all other sessions were signed out");
    there.get("/account").await.expect(303);
    let fields = [("email", "ada@example.com"), ("password", "another password")];
    there.post("/login", &fields).await.expect(303);
}

#[tokio::test]
async fn a_session_elsewhere_is_seen_and_revoked() {
    let t = TestApp::new().await;
    let (ada, mut here) = t.sign_up("Ada").await;
    let (_, mut eve) = t.sign_up("Eve").await;
    let mut there = t.browser();
    there.sign_in(&t.app, ada.id).await;
    let page = here.get("/account/sessions").await.expect(200);
    let actions = page.body.split("action=\"").filter_map(|part| part.split('"').next());
    let revoke: Vec<&str> =
        actions.filter(|action| action.ends_with("/revoke") && action.len() > 30).collect();
    let [revoke] = revoke[..] else { panic!("one session but this one: {revoke:?}") };
    let password = ("current_password", PASSWORD);
    eve.post(revoke, &[password]).await.expect(404);
    here.post(revoke, &[]).await.expect(422);
    here.post(revoke, &[("current_password", "not the password")])
        .await
        .expect(422)
        .showing("not your password");
    there.get("/boards").await.expect(200);
    here.post(revoke, &[password]).await.expect(303);
    there.get("/boards").await.expect(303);
}

#[tokio::test]
async fn all_sessions_elsewhere_end_at_once_with_the_password() {
    let t = TestApp::new().await;
    let (ada, mut here) = t.sign_up("Ada").await;
    let mut others = [t.browser(), t.browser()];
    for other in &mut others {
        other.sign_in(&t.app, ada.id).await;
    }
    here.post("/account/sessions/revoke", &[("current_password", "wrong")]).await.expect(422);
    others[0].get("/boards").await.expect(200);
    here.post("/account/sessions/revoke", &[("current_password", PASSWORD)]).await.expect(303);
    for other in &mut others {
        other.get("/boards").await.expect(303);
    }
    here.get("/account/sessions").await.expect(200).showing("nowhere else");
}

#[tokio::test]
async fn a_disabled_account_is_out_at_once_and_learns_nothing() {
    let t = TestApp::new().await;
    let (ada, mut browser) = t.sign_up("Ada").await;
    xtablo::models::user::User::set_disabled(&mut t.conn().await, ada.id, Some(t.now()))
        .await
        .expect("disabled");
    browser.get("/boards").await.expect(303);
    let fields = [("email", "ada@example.com"), ("password", PASSWORD)];
    browser.post("/login", &fields).await.expect(422).showing("Wrong e-mail address or password");
}

#[tokio::test]
async fn a_form_that_does_not_arrive_is_the_senders_delay() {
    let t = TestApp::new().await;
    let never = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let answer = t.browser().post_body("/login", axum::body::Body::from_stream(never)).await;
    answer.expect(408).showing("took too long to arrive");
}
