//! How a request is answered: with a page, with the part of it that htmx wants, or with another address.

use std::convert::Infallible;
use std::sync::{Mutex, PoisonError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{AppendHeaders, Html, IntoResponse, Redirect, Response};
use chrono::{DateTime, Utc};
use headers::{ETag, HeaderMapExt};

use crate::app::App;
use crate::auth::cookies::{Cookies, Flash};
use crate::conditional_requests;
use crate::db::Connection;
use crate::error::AppResult;
use crate::language::Language;
use crate::security_log::Witness;
use crate::templates::{FlashUndo, Shell, View};
use crate::views::undos::{Stale, UndoOffer};

/// One request, of anybody's.
pub struct Visit {
    pub app: App,
    pub cookies: Cookies,
    /// The frame around the page.
    pub shell: Shell,
    /// Is told what belongs into the security log.
    pub witness: Witness,
    /// What the person has done with this request and can take back.
    pub(super) done: Mutex<Vec<UndoOffer>>,
    /// Whether htmx asks, and so wants the part of the page that changed.
    htmx: bool,
}

impl FromRequestParts<App> for Visit {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Infallible> {
        let cookies = Cookies::of(&app.config, &parts.headers);
        let (flash, event_id) = Flash::read(cookies, &parts.headers).unzip();
        let undo = event_id.flatten().map(|event_id| FlashUndo { event_id, next: parts.uri.to_string() });
        Ok(Self {
            app: app.clone(),
            cookies,
            shell: Shell { flash, undo, ..Shell::anonymous(accepted_language(&parts.headers)) },
            witness: parts.extensions.get::<Witness>().cloned().unwrap_or_default(),
            done: Mutex::default(),
            htmx: is_htmx(&parts.headers),
        })
    }
}

impl Visit {
    pub fn is_htmx(&self) -> bool {
        self.htmx
    }

    pub async fn conn(&self) -> AppResult<Connection<'_>> {
        Ok(self.app.db.conn().await?)
    }

    /// The view: its part for htmx, its page otherwise.
    pub fn show(&self, view: &impl View) -> AppResult {
        self.show_as(StatusCode::OK, view)
    }

    /// A page that is true until a time, as long as `version` stays the same; 304, and `view` is not made, where the browser
    /// has it. What is said once is said all the same.
    pub async fn show_unless_known<V: View>(
        &self,
        headers: &HeaderMap,
        version: &str,
        view: impl Future<Output = AppResult<(V, DateTime<Utc>)>>,
    ) -> AppResult {
        let known = conditional_requests::known_until(headers, version, self.app.clock.now());
        let (mut response, etag) = if let Some(known) = known.filter(|_| self.shell.flash.is_none()) {
            (StatusCode::NOT_MODIFIED.into_response(), Some(known))
        } else {
            let (view, until) = view.await?;
            (self.show(&view)?, conditional_requests::tag_until(version, until))
        };
        if let Some(etag) = etag {
            response.headers_mut().typed_insert(etag);
        }
        Ok(response)
    }

    /// A part that was rendered before, with a tag of its HTML; 304 where the browser has it.
    pub fn show_kept(&self, headers: &HeaderMap, tag: &str, html: &str) -> AppResult {
        let etag: Option<ETag> = format!("W/\"{tag}\"").parse().ok();
        let is_known = etag.as_ref().is_some_and(|etag| conditional_requests::knows(headers, etag));
        let mut response = if is_known {
            StatusCode::NOT_MODIFIED.into_response()
        } else {
            Html(html.to_owned()).into_response()
        };
        if let Some(etag) = etag {
            response.headers_mut().typed_insert(etag);
        }
        Ok(response)
    }

    /// The view with a form that has errors: 422.
    pub fn refuse(&self, view: &impl View) -> AppResult {
        self.show_as(StatusCode::UNPROCESSABLE_ENTITY, view)
    }

    /// A part that shows what was done comes with a notice that offers to take it back.
    pub fn show_as(&self, status: StatusCode, view: &impl View) -> AppResult {
        let templates = &self.app.templates;
        if !self.htmx {
            return Ok((status, Html(templates.page(&self.shell, view)?)).into_response());
        }
        let mut html = templates.part(&self.shell, view)?;
        if let Some(offer) = self.offer().filter(|_| status.is_success()) {
            html.push_str(&templates.part(&self.shell, &offer)?);
        }
        Ok((status, Html(html)).into_response())
    }

    /// A page behind the link of a mail: no cache keeps it. Its address goes to no other site by the policy of all pages; a
    /// stricter one would take the Origin off the form, by which it is known to be ours.
    pub fn show_uncached(&self, status: StatusCode, view: &impl View) -> AppResult {
        Ok(([(header::CACHE_CONTROL, "no-store")], self.show_as(status, view)?).into_response())
    }

    /// After a change: the part that `view` makes for htmx, which has the rest of the page; on to `path` otherwise, and
    /// `view` is not made.
    pub async fn answer<V: View>(
        &self,
        path: impl AsRef<str>,
        view: impl Future<Output = AppResult<V>>,
    ) -> AppResult {
        if self.htmx { self.show(&view.await?) } else { self.go(path) }
    }

    /// As [`Visit::answer`]; the page at `path` says something once.
    pub async fn answer_saying<V: View>(
        &self,
        flash: Flash,
        path: impl AsRef<str>,
        view: impl Future<Output = AppResult<V>>,
    ) -> AppResult {
        if self.htmx { self.show(&view.await?) } else { self.go_saying(flash, path) }
    }

    /// What can be taken back: of several changes none, for each would be half of it.
    fn offer(&self) -> Option<UndoOffer> {
        match self.done.lock().unwrap_or_else(PoisonError::into_inner).as_slice() {
            [offer] => Some(offer.clone()),
            _ => None,
        }
    }

    /// A form that was refused, with one view for htmx, where the rest of the page stands, and another for the page.
    pub async fn refuse_with<P: View, W: View>(
        &self,
        status: StatusCode,
        part: impl Future<Output = AppResult<P>>,
        page: impl Future<Output = AppResult<W>>,
    ) -> AppResult {
        if self.htmx { self.show_as(status, &part.await?) } else { self.show_as(status, &page.await?) }
    }

    /// After a change of more than a part of the page: htmx is told to ask for what the page shows anew; on to `path` otherwise.
    pub fn answer_stale(&self, path: impl AsRef<str>) -> AppResult {
        if !self.htmx {
            return self.go(path);
        }
        let told = [(HeaderName::from_static("hx-trigger"), "xtablo:stale")];
        Ok((told, self.show(&Stale {})?).into_response())
    }

    /// On to another page, which offers to take back what was done.
    pub fn go(&self, path: impl AsRef<str>) -> AppResult {
        if self.offer().is_some() {
            return self.go_saying(Flash::Done, path);
        }
        Ok(Redirect::to(path.as_ref()).into_response())
    }

    /// On to another page, which says something once. htmx goes there too: it loads the whole page.
    pub fn go_saying(&self, flash: Flash, path: impl AsRef<str>) -> AppResult {
        let event = self.offer().map(|offer| offer.id);
        let cookie = set_cookies([flash.cookie(self.cookies, event)]);
        if self.htmx {
            let redirect = [(HeaderName::from_static("hx-redirect"), path.as_ref().to_owned())];
            return Ok((cookie, redirect).into_response());
        }
        Ok((cookie, Redirect::to(path.as_ref())).into_response())
    }
}

pub fn is_htmx(headers: &HeaderMap) -> bool {
    headers.contains_key("hx-request")
}

/// The language that the browser asks for.
pub fn accepted_language(headers: &HeaderMap) -> Language {
    let accepted = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    Language::negotiate(accepted.unwrap_or_default())
}

/// A picture beside the pages that show it; browsers keep it, because another picture has another address.
pub fn small_picture(content_type: String, bytes: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, content_type),
        (header::CACHE_CONTROL, "private, max-age=31536000, immutable".to_owned()),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox".to_owned()),
    ];
    (headers, bytes).into_response()
}

pub fn set_cookies<const N: usize>(cookies: [String; N]) -> AppendHeaders<[(HeaderName, HeaderValue); N]> {
    let value =
        |cookie: String| HeaderValue::from_str(&cookie).expect("cookies here are ASCII words and base64");
    AppendHeaders(cookies.map(|cookie| (header::SET_COOKIE, value(cookie))))
}
