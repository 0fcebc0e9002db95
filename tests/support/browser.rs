//! A browser as far as HTTP goes: it keeps cookies, sends forms, and says that they come from the site.

use std::collections::BTreeMap;
use std::fmt;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use axum::response::Response;
use http_body_util::BodyExt;
use tower::ServiceExt;
use uuid::Uuid;
use xtablo::app::App;
use xtablo::auth::token::Token;
use xtablo::forms::encode_query;
use xtablo::models::session::Session;
use xtablo::models::user::User;

use super::TestApp;

/// Between the parts of a form with files.
pub const BOUNDARY: &str = "----the-boundary-of-the-tests";

#[derive(Clone)]
pub struct Browser {
    router: Router,
    host: String,
    cookies: BTreeMap<String, String>,
    htmx: bool,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: String,
    pub bytes: Vec<u8>,
}

impl Browser {
    /// A browser that asks this host.
    pub fn new(router: Router, host: String) -> Self {
        Self { router, host, cookies: BTreeMap::new(), htmx: false }
    }

    /// Goes on to a site that was restarted.
    pub fn to(&mut self, t: &TestApp) {
        self.router = t.browser().router;
    }

    /// The same browser, asking a process that has just begun, on the same database.
    #[must_use]
    pub fn beside(&self, t: &TestApp) -> Self {
        let app = App::new(t.app.config.clone(), t.app.clock.clone()).expect("an app");
        Self { router: xtablo::router::router(app), ..self.clone() }
    }

    /// The same browser, asking another host.
    #[must_use]
    pub fn at(&self, host: &str) -> Self {
        Self { host: host.to_owned(), ..self.clone() }
    }

    /// The same browser, asking as htmx does.
    #[must_use]
    pub fn htmx(&self) -> Self {
        Self { htmx: true, ..self.clone() }
    }

    /// Begins a session without the form, which takes its time over the password.
    pub async fn sign_in(&mut self, app: &App, user_id: Uuid) {
        let token = Token::random();
        let hash = token.hash(app.config.session_secrets.current());
        let mut conn = app.db.conn().await.expect("PostgreSQL answers");
        let user = User::find(&mut conn, user_id).await.expect("an answer").expect("a user");
        let began = Session::create(&mut conn, &user, &hash, "curl/8", None, app.clock.now()).await;
        assert!(began.expect("an answer"), "a session for the user who was just read");
        self.cookies.insert("session".to_owned(), token.to_text());
    }

    /// What a request of this browser's has in its header `Cookie`.
    pub fn cookies(&self) -> String {
        let cookies = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        cookies.collect::<Vec<_>>().join("; ")
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    /// The whole body of a good answer.
    pub async fn get_bytes(&mut self, path: &str) -> Vec<u8> {
        self.get(path).await.expect(200).bytes
    }

    /// Sends a form.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", encode_query(value))).collect();
        self.post_body(path, body.join("&")).await
    }

    /// Posts a form that destroys something, with a yes to the question that comes before.
    pub async fn confirm(&mut self, path: &str) -> Answer {
        self.post(path, &[("confirmed", "yes")]).await
    }

    /// Sends a form of any bytes.
    pub async fn post_body(&mut self, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("sec-fetch-site", "same-origin");
        self.send(request, body.into()).await
    }

    /// Sends files in the field `file`.
    pub async fn upload(&mut self, path: &str, files: &[(&str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, bytes) in files {
            let head = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
                 Content-Type: text/plain\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
            .header(header::CONTENT_LENGTH, body.len())
            .header("sec-fetch-site", "same-origin");
        self.send(request, body.into()).await
    }

    /// The answer to a GET, to read as it comes.
    pub async fn open(&self, path: &str) -> Response {
        self.ask(Request::get(path), Body::empty()).await
    }

    async fn ask(&self, mut request: axum::http::request::Builder, body: Body) -> Response {
        if !self.cookies.is_empty() {
            request = request.header(header::COOKIE, self.cookies());
        }
        if self.htmx {
            request = request.header("hx-request", "true");
        }
        let request = request.header(header::HOST, &self.host).body(body).expect("a request");
        self.router.clone().oneshot(request).await.expect("an answer")
    }

    pub async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Answer {
        let response = self.ask(request, body).await;
        let (status, headers) = (response.status(), response.headers().clone());
        self.keep_cookies(&headers);
        // A stream has no end.
        let is_stream = headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if is_stream { Body::empty() } else { response.into_body() };
        let body = body.collect().await.expect("a whole body").to_bytes();
        Answer { status, headers, body: String::from_utf8_lossy(&body).into_owned(), bytes: body.into() }
    }

    fn keep_cookies(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(header::SET_COOKIE) {
            let cookie = cookie::Cookie::parse(cookie.to_str().expect("ASCII")).expect("a cookie");
            if cookie.max_age() == Some(cookie::time::Duration::ZERO) {
                self.cookies.remove(cookie.name());
            } else {
                self.cookies.insert(cookie.name().to_owned(), cookie.value().to_owned());
            }
        }
    }
}

/// As much as tells why a test failed: status, the headers that decide something, and what a person would read.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.status)?;
        for name in ["location", "hx-redirect", "content-type", "content-range", "etag", "set-cookie"] {
            for value in self.headers.get_all(name) {
                writeln!(f, "{name}: {}", value.to_str().unwrap_or("(not ASCII)"))?;
            }
        }
        for line in text_of(main_of(&self.body)).lines().take(40) {
            writeln!(f, "  {line}")?;
        }
        Ok(())
    }
}

/// A page's `<main>`; all of what is not a page.
fn main_of(html: &str) -> &str {
    let main = html.split_once("<main").map_or(html, |(_, rest)| rest);
    main.split_once("</main>").map_or(main, |(main, _)| main)
}

/// Without tags and empty lines.
fn text_of(html: &str) -> String {
    let mut text = String::new();
    for part in html.split('<') {
        let words = part.split_once('>').map_or(part, |(_, words)| words);
        text.push_str(words);
    }
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

impl Answer {
    /// Where a redirect goes. Panics with the answer where it is none.
    pub fn location(&self) -> &str {
        assert_eq!(self.status, StatusCode::SEE_OTHER, "{self:?}");
        self.headers[header::LOCATION].to_str().expect("ASCII")
    }

    /// This answer, which has this status. Panics with the answer where it has another.
    #[track_caller]
    pub fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{self:?}");
        self
    }

    /// This answer, whose body has this text. Panics with the answer where it has not.
    #[track_caller]
    pub fn showing(self, text: &str) -> Self {
        assert!(self.body.contains(text), "{text:?} is not in {self:?}");
        self
    }

    /// This answer, whose body lacks this text. Panics with the answer where it has it.
    #[track_caller]
    pub fn hiding(self, text: &str) -> Self {
        assert!(!self.body.contains(text), "{text:?} is in {self:?}");
        self
    }
}
