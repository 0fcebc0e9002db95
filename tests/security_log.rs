//! The security log, as web writes it and fail2ban reads it.

use std::process::Stdio;

use tokio::io::AsyncWriteExt;

use crate::support::PASSWORD;
use crate::support::service::Service;
use crate::support::story::Story;

/// Sends a form as a client at `address` behind a proxy.
async fn post(web: &str, cookies: &str, address: &str, path: &str, fields: &[(&str, &str)]) -> u16 {
    let encode = xtablo::forms::encode_query;
    let body: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={}", encode(value))).collect();
    let body = body.join("&");
    let origin = if path == "/boards" { "https://evil.example" } else { "http://localhost" };
    let request = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\nConnection: close\r\nCookie: {cookies}\r\n\
         X-Forwarded-For: {address}\r\nUser-Agent: curl/8 \"quoted\"\r\nContent-Length: {}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\n\r\n{body}",
        body.len()
    );
    let mut stream = tokio::net::TcpStream::connect(web).await.expect("it listens");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    tokio::io::AsyncReadExt::read_to_string(&mut stream, &mut answer).await.expect("answered");
    answer.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status")
}

/// The lines of the security log, once web has stopped: read, and as they are.
async fn lines(mut web: Service) -> (Vec<serde_json::Value>, Vec<String>) {
    web.signal(rustix::process::Signal::TERM);
    assert_eq!(web.exit_code().await, Some(0));
    let read = |line: &String| Some((serde_json::from_str::<serde_json::Value>(line).ok()?, line.clone()));
    web.logged.iter().filter_map(read).filter(|(line, _)| line["security"].is_string()).unzip()
}

#[tokio::test]
async fn what_happens_to_accounts_is_a_line_each_and_fail2ban_finds_who_guesses() {
    let story = Story::begin(&[]).await;
    let (web, at) = story.web(&[]).await;
    let (ada, eve) = ("192.0.2.7", "2001:db8::bad");
    let cookies = story.browser.cookies();
    let sign_in = |password| [("email", "ada@example.com"), ("password", password)];
    assert_eq!(post(&at, "", ada, "/login", &sign_in(PASSWORD)).await, 303);
    // What a client makes up does not name another address.
    let forged = "x\",\"security\":\"sign_in_failed\",\"address\":\"192.0.2.99";
    for _ in 0..10 {
        assert_eq!(post(&at, "", eve, "/login", &[("email", forged), ("password", "no")]).await, 422);
    }
    assert_eq!(post(&at, "", eve, "/login", &[("email", forged), ("password", "no")]).await, 429);
    assert_eq!(post(&at, &cookies, eve, "/boards", &[("title", "x")]).await, 403);
    let wrong = [("current_password", "not mine")];
    assert_eq!(post(&at, &cookies, ada, "/account/sessions/revoke", &wrong).await, 422);
    let change = [("current_password", PASSWORD), ("password", "five other words in there")];
    assert_eq!(post(&at, &cookies, ada, "/account/password", &change).await, 303);
    assert_eq!(post(&at, &cookies, ada, "/logout", &[]).await, 303);

    let (lines, text) = lines(web).await;
    let told: Vec<_> = lines
        .iter()
        .map(|line| {
            [&line["security"], &line["address"], &line["account"]].map(|part| part.as_str().unwrap())
        })
        .collect();
    let mut expected = vec![["signed_in", ada, "ada@example.com"]];
    expected.extend([["sign_in_failed", eve, forged]; 10]);
    expected.extend([
        ["throttled", eve, forged],
        ["cross_site", eve, ""],
        ["password_wrong", ada, "ada@example.com"],
        ["password_changed", ada, "ada@example.com"],
        ["session_ended", ada, "ada@example.com"],
    ]);
    assert_eq!(told, expected);
    assert!(lines.iter().all(|line| line["user_agent"] == "curl/8 \"quoted\""), "{lines:?}");

    assert_eq!(banned(&text).await, [eve; 11].into_iter().chain([ada]).collect::<Vec<_>>());
}

/// The addresses that the filter finds in these lines, by the same engine that fail2ban is written in.
async fn banned(lines: &[String]) -> Vec<String> {
    const PROGRAM: &str = r#"
import configparser, re, sys
filter = configparser.RawConfigParser()
filter.read("deploy/fail2ban/filter.d/xtablo.conf")
failregex = filter["Definition"]["failregex"].replace("<HOST>", r"(?P<host>[0-9a-fA-F.:]+)")
for line in sys.stdin:
    found = re.search(failregex, line)
    if found: print(found["host"])
"#;
    let mut python = tokio::process::Command::new("python3")
        .args(["-c", PROGRAM])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("Python, which script/setup has installed");
    let mut stdin = python.stdin.take().expect("piped");
    stdin.write_all((lines.join("\n") + "\n").as_bytes()).await.expect("read");
    drop(stdin);
    let output = python.wait_with_output().await.expect("it ends");
    String::from_utf8(output.stdout).expect("UTF-8").lines().map(str::to_owned).collect()
}
