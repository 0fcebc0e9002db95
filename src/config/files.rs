//! Where files are kept, and how much of them.

use std::path::PathBuf;
use std::time::Duration;

use super::{Reader, Secret, Setting, parse_folder, parse_number, parse_switch};

/// A megabyte of the settings, in bytes.
const MEGABYTE: u64 = 1024 * 1024;

/// What S3 takes as one object, in parts of 5 MiB of which there may be 10,000; a whole number below that.
const UPLOAD_MOST_MB: u32 = 40_000;

#[derive(Clone, Debug, Default)]
pub struct Files {
    /// Where the local store is.
    pub dir: PathBuf,
    /// Where new files go instead, if anywhere.
    pub s3: Option<S3>,
    /// Bytes.
    pub upload_most: u64,
    /// Bytes.
    pub board_quota: Option<u64>,
    /// Bytes.
    pub storage_quota: Option<u64>,
}

/// An S3-compatible store.
#[derive(Clone, Debug)]
pub struct S3 {
    /// Scheme and host, without the bucket.
    pub endpoint: String,
    pub bucket: String,
    pub region: String,
    pub access_key: Secret,
    pub secret_key: Secret,
    pub path_style: bool,
    pub presigned_downloads: bool,
    /// How long the store may take over one answer.
    pub timeout: Duration,
}

impl Files {
    pub(super) fn read(read: &mut Reader<'_>) -> Self {
        Self {
            dir: read.setting("STORAGE_DIR", parse_folder),
            s3: S3::read(read),
            upload_most: read.setting("MAX_UPLOAD_SIZE_MB", |text| parse_megabytes(text, UPLOAD_MOST_MB)),
            board_quota: read.optional("BOARD_QUOTA_MB", |text| parse_megabytes(text, u32::MAX)),
            storage_quota: read.optional("STORAGE_QUOTA_MB", |text| parse_megabytes(text, u32::MAX)),
        }
    }
}

impl S3 {
    /// What it takes to reach one. Without any of it there is none; with some of it the rest is missing.
    const ESSENTIAL: [&str; 5] = ["S3_ENDPOINT", "S3_BUCKET", "S3_REGION", "S3_ACCESS_KEY", "S3_SECRET_KEY"];

    fn read(read: &mut Reader<'_>) -> Option<Self> {
        let path_style = read.setting("S3_USE_PATH_STYLE", parse_switch);
        let presigned_downloads = read.setting("S3_PRESIGNED_DOWNLOADS", parse_switch);
        let timeout = read.setting("S3_TIMEOUT_SECONDS", |text| {
            parse_number(text, 1, 3600).map(|seconds| Duration::from_secs(seconds.into()))
        });
        let is_wanted = |name: &&str| read.source.get(Setting::named(name)) != Ok(None);
        if !Self::ESSENTIAL.iter().any(is_wanted) {
            return None;
        }
        let endpoint = read.setting("S3_ENDPOINT", parse_endpoint);
        if !path_style && let Some(host) = host_without_room(&endpoint) {
            let message =
                format!("must be true: the host of S3_ENDPOINT is {host}, and no bucket can stand before it");
            read.fail::<()>("S3_USE_PATH_STYLE", message);
        }
        Some(Self {
            endpoint,
            bucket: read.setting("S3_BUCKET", parse_bucket),
            region: read.setting("S3_REGION", |text| Ok(text.to_owned())),
            access_key: read.setting("S3_ACCESS_KEY", |text| Ok(Secret::new(text))),
            secret_key: read.setting("S3_SECRET_KEY", |text| Ok(Secret::new(text))),
            path_style,
            presigned_downloads,
            timeout,
        })
    }
}

fn parse_endpoint(text: &str) -> Result<String, String> {
    let wrong = || "must be https://host or http://host, with :port if need be, and nothing else".to_owned();
    let uri: axum::http::Uri = text.parse().map_err(|_| wrong())?;
    // What makes the requests reads it by this stricter rule.
    url::Url::parse(text).map_err(|_| wrong())?;
    let is_plain = uri.path() == "/" && uri.query().is_none();
    match (uri.scheme_str(), uri.authority()) {
        (Some(scheme @ ("http" | "https")), Some(authority))
            if is_plain && !authority.as_str().contains('@') =>
        {
            Ok(format!("{scheme}://{authority}"))
        }
        _ => Err(wrong()),
    }
}

/// What the host of an endpoint is, where no bucket can be a part of it: `bucket.10.0.0.5` is no host, and
/// `bucket.minio` one that hardly any resolver knows.
fn host_without_room(endpoint: &str) -> Option<&'static str> {
    match url::Url::parse(endpoint).ok()?.host()? {
        url::Host::Ipv4(_) | url::Host::Ipv6(_) => Some("an IP address"),
        url::Host::Domain(name) if !name.trim_end_matches('.').contains('.') => Some("a name without a dot"),
        url::Host::Domain(_) => None,
    }
}

/// S3's rule for the names of buckets, as far as it keeps one from being taken for more than a name.
fn parse_bucket(text: &str) -> Result<String, String> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    if (3..=63).contains(&text.len()) && text.chars().all(good) && !text.contains("..") {
        Ok(text.to_owned())
    } else {
        Err("must be 3 to 63 lower-case letters, digits, dots and dashes".to_owned())
    }
}

fn parse_megabytes(text: &str, most: u32) -> Result<u64, String> {
    parse_number(text, 1, most).map(|number| u64::from(number) * MEGABYTE)
}

#[cfg(test)]
mod tests {
    use super::super::{Config, ConfigErrors, Source};
    use super::*;

    const S3: [(&str, &str); 5] = [
        ("S3_ENDPOINT", "https://s3.example.com"),
        ("S3_BUCKET", "files"),
        ("S3_REGION", "auto"),
        ("S3_ACCESS_KEY", "hunter1"),
        ("S3_SECRET_KEY", "hunter2"),
    ];

    fn load(pairs: &[(&str, &str)]) -> Result<Files, ConfigErrors> {
        let valid = [
            ("DATABASE_URL", "postgres:///xtablo?host=/run/postgresql"),
            ("SESSION_SECRET", "0123456789abcdef0123456789abcdef"),
        ];
        let pairs = valid.iter().chain(pairs).map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        Config::load(&Source::from_environment(pairs)).map(|config| config.files)
    }

    #[test]
    fn without_a_word_files_are_on_the_disk_and_bounded() {
        let files = load(&[]).expect("valid");
        assert_eq!(files.dir, PathBuf::from("/var/lib/xtablo/files"));
        assert!(files.s3.is_none() && files.board_quota.is_none());
        assert_eq!(files.upload_most, 25 * 1024 * 1024);
    }

    #[test]
    fn a_whole_store_is_taken_and_none_of_its_secrets_shown() {
        let files = load(&S3).expect("valid");
        assert!(!format!("{files:?}").contains("hunter"));
        let s3 = files.s3.expect("a store");
        assert_eq!(s3.secret_key.expose(), "hunter2");
        assert!(!s3.path_style && !s3.presigned_downloads);
    }

    #[test]
    fn of_half_a_store_what_is_missing_is_named() {
        for missing in 0..S3.len() {
            let mut half = S3.to_vec();
            let (name, _) = half.remove(missing);
            let said = load(&half).expect_err("half").to_string();
            assert!(said.contains(&format!("{name} is missing")), "{said}");
        }
        let said = load(&S3[..1]).expect_err("a fifth").to_string();
        assert_eq!(said.matches("is missing").count(), 4, "{said}");
    }

    #[test]
    fn a_bucket_stands_only_before_a_host_with_a_dot() {
        for (endpoint, said) in [
            ("http://127.0.0.1:9000", "an IP address"),
            ("https://[2001:db8::1]", "an IP address"),
            ("http://2130706433", "an IP address"),
            ("http://minio:9000", "a name without a dot"),
            ("http://localhost.", "a name without a dot"),
        ] {
            let mut pairs = S3.to_vec();
            pairs[0].1 = endpoint;
            let error = load(&pairs).expect_err(endpoint).to_string();
            assert!(error.contains("S3_USE_PATH_STYLE must be true") && error.contains(said), "{error}");
            pairs.push(("S3_USE_PATH_STYLE", "true"));
            assert!(load(&pairs).is_ok(), "{endpoint}");
        }
    }

    #[test]
    fn what_is_no_endpoint_bucket_folder_or_size_is_refused() {
        for (name, value) in [
            ("S3_ENDPOINT", "s3.example.com"),
            ("S3_ENDPOINT", "https://s3.example.com/files"),
            ("S3_ENDPOINT", "https://key@s3.example.com"),
            ("S3_ENDPOINT", "http://10.0.0.256:9000"),
            ("S3_BUCKET", "a/b"),
            ("S3_BUCKET", "Files"),
            ("S3_USE_PATH_STYLE", "yes"),
            ("STORAGE_DIR", "files"),
            ("MAX_UPLOAD_SIZE_MB", "0"),
            ("MAX_UPLOAD_SIZE_MB", "50000"),
            ("BOARD_QUOTA_MB", "-1"),
        ] {
            let mut pairs = S3.to_vec();
            pairs.push((name, value));
            let said = load(&pairs).expect_err(value).to_string();
            assert!(said.contains(&format!("{name} must")), "{said}");
        }
    }
}
