//! Which names the site answers to.

use axum::body::Body;
use axum::http::Request;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::support::TestApp;
use crate::support::story::Story;

/// The status of what is sent like this.
async fn status(address: &str, request: &str) -> String {
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(format!("{request}\r\nConnection: close\r\n\r\n").as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("answered");
    answer.split(' ').nth(1).expect("a status").to_owned()
}

#[tokio::test]
async fn a_request_says_once_and_clearly_which_host_it_is_for() {
    let story = Story::begin(&[]).await;
    let (_web, address) = story.web(&[("DOMAIN", "boards.example.com".to_owned())]).await;
    for (request, expected) in [
        ("GET /login HTTP/1.1\r\nHost: boards.example.com", "200"),
        ("GET /login HTTP/1.1\r\nHost: Boards.Example.Com:443", "200"),
        ("GET /login HTTP/1.0\r\nHost: boards.example.com", "200"),
        ("GET http://boards.example.com/login HTTP/1.1\r\nHost: boards.example.com", "200"),
        ("GET /login HTTP/1.1", "400"),
        ("GET /healthz HTTP/1.1", "400"),
        ("GET /login HTTP/1.1\r\nHost: boards.example.com\r\nHost: boards.example.com", "400"),
        ("GET /login HTTP/1.1\r\nHost: boards.example.com\r\nHost: evil.test", "400"),
        ("GET /login HTTP/1.1\r\nHost:", "400"),
        ("GET /login HTTP/1.1\r\nHost: me@boards.example.com", "400"),
        ("GET /login HTTP/1.1\r\nHost: boards.example.com/evil", "400"),
        ("GET /login HTTP/1.0", "421"),
        ("GET /login HTTP/1.1\r\nHost: evil.test", "421"),
        ("GET /login HTTP/1.1\r\nHost: localhost", "421"),
        ("GET /login HTTP/1.1\r\nHost: boards.example.com:8080", "421"),
        ("GET /static/none HTTP/1.1\r\nHost: evil.test", "421"),
        ("GET http://evil.test/login HTTP/1.1\r\nHost: boards.example.com", "421"),
        // Probes and balancers ask by address.
        ("GET /healthz HTTP/1.1\r\nHost: 10.0.0.7:8080", "200"),
        ("GET /readyz HTTP/1.0", "200"),
    ] {
        assert_eq!(status(&address, request).await, expected, "{request:?}");
    }
}

#[tokio::test]
async fn a_machine_answers_to_all_names_of_its_own_and_to_no_other() {
    let folder = tempfile::tempdir().expect("a folder");
    let t = TestApp::with_outbox(folder.path()).await;
    for (host, expected) in [
        ("localhost:8080", 200),
        ("127.0.0.1:9000", 200),
        ("[::1]:9000", 200),
        ("board.localhost", 200),
        // A page of that site, which has led its own name here, would read the mails.
        ("evil.test:8080", 421),
        ("127.0.0.1.evil.test", 421),
    ] {
        let request = Request::get("/dev/outbox");
        t.browser().at(host).send(request, Body::empty()).await.expect(expected);
    }
}
