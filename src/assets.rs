//! The files of `static/dist`, carried in the binary and served under `/static`.
//!
//! The front end's build gives every file a name with the hash of its content, writes compressed twins
//! beside it, and lists them in `manifest.json`. A name therefore never changes its content.

use std::collections::BTreeMap;

use anyhow::{Context, anyhow};
use axum::body::Body;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use headers::{ETag, HeaderMapExt};
use rust_embed::{EmbeddedFile, RustEmbed};

use crate::conditional_requests;

#[derive(RustEmbed)]
#[folder = "static/dist"]
struct Dist;

/// Compressed twins, the best first: the name's ending and the content coding.
const ENCODINGS: [(&str, &str); 2] = [("br", "br"), ("gz", "gzip")];

/// Which hashed file stands for which plain name.
pub struct Assets {
    hashed: BTreeMap<String, String>,
}

impl Assets {
    /// # Errors
    /// A front end built wrongly: without a manifest, or with one that names a file that is not there.
    pub fn load() -> anyhow::Result<Self> {
        let manifest =
            Dist::get("manifest.json").context("static/dist/manifest.json is not in the binary")?;
        let hashed: BTreeMap<String, String> = serde_json::from_slice(&manifest.data)?;
        match hashed.values().find(|file| Dist::get(file).is_none()) {
            Some(file) => Err(anyhow!("static/dist/{file} is in the manifest and not in the binary")),
            None => Ok(Self { hashed }),
        }
    }

    /// `app.css` -> `/static/app-1a2b3c4d.css`
    pub fn url(&self, name: &str) -> Option<String> {
        self.hashed.get(name).map(|file| format!("/static/{file}"))
    }

    /// Every plain name.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.hashed.keys().map(String::as_str)
    }
}

/// Answers with a file, in the best coding the client takes; 304 where it has it; 404 where there is none.
pub fn serve(path: &str, headers: &HeaderMap) -> Response {
    let accepted = headers.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or("");
    let twin = ENCODINGS
        .into_iter()
        .filter(|(_, coding)| accepts(accepted, coding))
        .find_map(|(ending, coding)| Some((Dist::get(&format!("{path}.{ending}"))?, Some(coding))));
    let Some((file, coding)) = twin.or_else(|| Some((Dist::get(path)?, None))) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let etag = etag(&file);
    let mut response = if conditional_requests::knows(headers, &etag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        Body::from(file.data).into_response()
    };
    let mut set = |name, value: &str| {
        if let Ok(value) = value.parse() {
            response.headers_mut().insert(name, value);
        }
    };
    set(header::CONTENT_TYPE, content_type(path));
    set(header::CACHE_CONTROL, "public, max-age=31536000, immutable");
    set(header::VARY, "accept-encoding");
    if let Some(coding) = coding {
        set(header::CONTENT_ENCODING, coding);
    }
    response.headers_mut().typed_insert(etag);
    response
}

fn etag(file: &EmbeddedFile) -> ETag {
    let hash = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(&file.metadata.sha256_hash()[..12]);
    format!("\"{hash}\"").parse().expect("quoted base64 is a tag")
}

/// Whether an Accept-Encoding takes a coding: named, and not with `q=0`.
fn accepts(header: &str, coding: &str) -> bool {
    header.split(',').any(|part| {
        let mut pieces = part.split(';').map(str::trim);
        let named = pieces.next().is_some_and(|name| name.eq_ignore_ascii_case(coding));
        named && !pieces.any(|piece| matches!(piece, "q=0" | "q=0.0" | "q=0.00" | "q=0.000"))
    })
}

fn content_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn get(path: &str, pairs: &[(header::HeaderName, &str)]) -> Response {
        let headers =
            pairs.iter().map(|(name, value)| (name.clone(), value.parse().expect("a value"))).collect();
        serve(path, &headers)
    }

    fn stylesheet() -> String {
        let url = Assets::load().expect("loads").url("app.css").expect("there is a stylesheet");
        url.strip_prefix("/static/").expect("under /static").to_owned()
    }

    #[test]
    fn a_file_comes_in_the_best_coding_the_client_takes() {
        for (accepted, coding) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip", Some("gzip")),
            ("br;q=0, gzip;q=0.5", Some("gzip")),
            ("identity", None),
        ] {
            let response = get(&stylesheet(), &[(header::ACCEPT_ENCODING, accepted)]);
            assert_eq!(response.status(), StatusCode::OK);
            let given =
                response.headers().get(header::CONTENT_ENCODING).map(|value| value.to_str().expect("ascii"));
            assert_eq!(given, coding, "{accepted}");
            assert_eq!(response.headers()[header::VARY], "accept-encoding");
        }
    }

    #[test]
    fn a_known_file_is_not_sent_again() {
        let first = get(&stylesheet(), &[]);
        assert!(first.headers()[header::CACHE_CONTROL].to_str().expect("ascii").contains("immutable"));
        let etag = first.headers()[header::ETAG].to_str().expect("ascii");
        assert_eq!(get(&stylesheet(), &[(header::IF_NONE_MATCH, etag)]).status(), StatusCode::NOT_MODIFIED);
    }

    #[test]
    fn what_is_not_there_is_404() {
        for path in ["nothing.css", "../Cargo.toml", ""] {
            assert_eq!(get(path, &[]).status(), StatusCode::NOT_FOUND, "{path}");
        }
    }
}
