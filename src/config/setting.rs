//! The list of settings. The flags, `check-config` and `.env.example` all follow it.

/// One setting, as an operator knows it.
#[derive(Debug)]
pub struct Setting {
    pub name: &'static str,
    /// What it means, with its shape and unit.
    pub help: &'static str,
    pub default: Option<&'static str>,
    /// Also read from the file `NAME_FILE` names, and from the systemd credential `NAME`.
    pub secret: bool,
}

impl Setting {
    /// The setting of this name; the name must be in [`SETTINGS`].
    pub fn named(name: &str) -> &'static Self {
        SETTINGS.iter().find(|setting| setting.name == name).expect("every name read is in the list")
    }

    /// The name of the place of a file that has it: `SESSION_SECRET` -> `SESSION_SECRET_FILE`
    pub fn file_name(&self) -> String {
        format!("{}_FILE", self.name)
    }

    /// `SESSION_SECRET` -> `session-secret`
    pub fn flag(&self) -> String {
        self.name.to_ascii_lowercase().replace('_', "-")
    }
}

/// Read by deploy/compose.yaml and by nothing of ours.
const COMPOSE: &str = "
# For deploy/compose.yaml alone, which also sets DATABASE_URL, LISTEN, WORKER_LISTEN, TRUSTED_PROXIES and STORAGE_DIR.
# PostgreSQL's password, of letters and digits: `openssl rand -hex 32`
POSTGRES_PASSWORD=
# The image's name, which `docker load` says: it has the version and the commit
XTABLO_IMAGE=
# PostgreSQL; another major version begins with an empty database, and the old one's stays
#POSTGRES_IMAGE=postgres:18-alpine
#CADDY_IMAGE=caddy:2-alpine
";

/// `.env.example`: every setting with its meaning and its default, as an environment file.
pub fn example() -> String {
    let mut text =
        "# Every setting of Xtablo, as an environment file. `xtablo check-config --example` writes it.\n\
                    # A secret may also lie in a file: SESSION_SECRET_FILE=/path instead of SESSION_SECRET.\n"
            .to_owned();
    for setting in SETTINGS {
        // What must be given has no default; everything else that has none may be left out.
        let must = setting.default.is_none() && ["DATABASE_URL", "SESSION_SECRET"].contains(&setting.name);
        let given = must || setting.name == "DOMAIN";
        let (mark, value) = (if given { "" } else { "#" }, setting.default.unwrap_or_default());
        let secret = if setting.secret { " (secret)" } else { "" };
        text += &format!("\n# {}{secret}\n{mark}{}={value}\n", setting.help, setting.name);
    }
    text + COMPOSE
}

/// Every setting there is.
pub const SETTINGS: &[Setting] = &[
    Setting {
        name: "DATABASE_URL",
        help: "PostgreSQL: postgres://user:password@host/database, or postgres:///database?host=/socket/folder; over a network also sslmode=verify-full and sslrootcert=/path/of/the/ca.pem",
        default: None,
        secret: true,
    },
    Setting {
        name: "DATABASE_PASSWORD",
        help: "The password for DATABASE_URL, where it is not in there",
        default: None,
        secret: true,
    },
    Setting {
        name: "DATABASE_POOL_SIZE",
        help: "Connections to PostgreSQL that a process keeps at most",
        default: Some("10"),
        secret: false,
    },
    Setting {
        name: "SESSION_SECRET",
        help: "Keys the hash of session tokens and signs links in mails; at least 32 random bytes. Another secret signs everybody out, unless this one goes on as SESSION_SECRET_OLD",
        default: None,
        secret: true,
    },
    Setting {
        name: "SESSION_SECRET_OLD",
        help: "The SESSION_SECRET before this one, for 30 days: sessions and links from before stay good, and sessions that are used move to the new one",
        default: None,
        secret: true,
    },
    Setting {
        name: "DOMAIN",
        help: "The host name (with :port where it is not the scheme's own) that people have in their address bar",
        default: Some("localhost"),
        secret: false,
    },
    Setting {
        name: "INSECURE_HTTP",
        help: "on: people reach DOMAIN over plain HTTP from other machines, where everybody on the way reads passwords and sessions; for a trial on one's own network",
        default: Some("off"),
        secret: false,
    },
    Setting {
        name: "LISTEN",
        help: "host:port, or the path of a Unix socket; a socket handed over by systemd comes first",
        default: Some("127.0.0.1:8080"),
        secret: false,
    },
    Setting {
        name: "METRICS_LISTEN",
        help: "host:port, or the path of a Unix socket, for Prometheus' GET /metrics; unset: no metrics",
        default: None,
        secret: false,
    },
    Setting {
        name: "WORKER_LISTEN",
        help: "host:port, or the path of a Unix socket, for the worker's own /healthz, /readyz and /metrics; unset: none",
        default: None,
        secret: false,
    },
    Setting {
        name: "REGISTRATION",
        help: "Who may make an account: open (anybody), invite (people with an invitation), closed (`xtablo user create`)",
        default: Some("open"),
        secret: false,
    },
    Setting {
        name: "SMTP_URL",
        help: "Where mail goes: smtp://user:password@host:587 (STARTTLS), smtps://user:password@host:465 (TLS), or smtp://host:25?tls=none for a relay nearby; unset: no mail",
        default: None,
        secret: true,
    },
    Setting {
        name: "MAIL_FROM",
        help: "Whom mail is from: Xtablo <xtablo@example.com>; SMTP_URL needs it",
        default: None,
        secret: false,
    },
    Setting {
        name: "MAIL_IN",
        help: "Where replies come in: reply@example.com, whose mail to reply+TOKEN@example.com a mail server hands to `xtablo mail receive`; unset: mails are not replied to",
        default: None,
        secret: false,
    },
    Setting {
        name: "MAIL_IN_AUTHENTICATED_BY",
        help: "The name by which that mail server signs Authentication-Results, with what DMARC says of a sender; MAIL_IN needs it",
        default: None,
        secret: false,
    },
    Setting {
        name: "SMTP_TIMEOUT_SECONDS",
        help: "How long handing over one mail may take; then it is tried again later",
        default: Some("30"),
        secret: false,
    },
    Setting {
        name: "TRUSTED_PROXIES",
        help: "Addresses or networks whose X-Forwarded-For is believed, with commas between; a Unix socket's peer always is",
        default: Some("127.0.0.0/8,::1"),
        secret: false,
    },
    Setting {
        name: "MAX_CONNECTIONS",
        help: "Connections that web keeps open at most, a quarter of them from one address that is no trusted proxy; unset: as many as the limit of open files has room for, and at most 10000",
        default: None,
        secret: false,
    },
    Setting {
        name: "CHANGES_PER_SECOND",
        help: "Changes that one person may make in a second, and ten times as many at once; more of them wait, and after 10 seconds are refused",
        default: Some("20"),
        secret: false,
    },
    Setting {
        name: "STORAGE_DIR",
        help: "The folder that holds the files, unless S3_BUCKET is set; the web service and the worker share it",
        default: Some("/var/lib/xtablo/files"),
        secret: false,
    },
    Setting {
        name: "S3_ENDPOINT",
        help: "Keeps new files in an S3-compatible store instead: https://host, without the bucket. All of S3_ENDPOINT, S3_BUCKET, S3_REGION, S3_ACCESS_KEY and S3_SECRET_KEY, or none",
        default: None,
        secret: false,
    },
    Setting {
        name: "S3_BUCKET",
        help: "The bucket, which is this instance's alone",
        default: None,
        secret: false,
    },
    Setting {
        name: "S3_REGION",
        help: "The region that requests are signed for: eu-central-1, auto (R2), garage",
        default: None,
        secret: false,
    },
    Setting { name: "S3_ACCESS_KEY", help: "The access key's id", default: None, secret: true },
    Setting { name: "S3_SECRET_KEY", help: "The secret access key", default: None, secret: true },
    Setting {
        name: "S3_USE_PATH_STYLE",
        help: "true: the bucket goes into the path (https://host/bucket), false: before the host (https://bucket.host), which must have a dot then and be no IP address",
        default: Some("false"),
        secret: false,
    },
    Setting {
        name: "S3_PRESIGNED_DOWNLOADS",
        help: "true: browsers fetch what they save from the store itself, by a link that is good for a minute",
        default: Some("false"),
        secret: false,
    },
    Setting {
        name: "S3_TIMEOUT_SECONDS",
        help: "How long the store may take over one answer, such as to a part of 5 MB",
        default: Some("30"),
        secret: false,
    },
    Setting {
        name: "MAX_UPLOAD_SIZE_MB",
        help: "How large an upload may be, in units of 1,048,576 bytes",
        default: Some("25"),
        secret: false,
    },
    Setting {
        name: "BOARD_QUOTA_MB",
        help: "How much the files of a board may take together; unset: no limit",
        default: None,
        secret: false,
    },
    Setting {
        name: "STORAGE_QUOTA_MB",
        help: "How much all files may take together, also those deleted less than 30 days ago; unset: no limit",
        default: None,
        secret: false,
    },
    Setting {
        name: "SHUTDOWN_TIMEOUT_SECONDS",
        help: "How long requests under way may go on after SIGTERM",
        default: Some("30"),
        secret: false,
    },
    Setting {
        name: "WORKER_QUEUES",
        help: "The queues this worker takes jobs from, with commas between; unset: all of them",
        default: None,
        secret: false,
    },
    Setting {
        name: "BACKUP_DIR",
        help: "The folder of `xtablo backup` and of the dumps taken before migrations",
        default: Some("/var/lib/xtablo/backups"),
        secret: false,
    },
    Setting {
        name: "LOG_FORMAT",
        help: "auto (human on a terminal, JSON otherwise), human or json",
        default: Some("auto"),
        secret: false,
    },
    Setting {
        name: "LOG",
        help: "What is logged: error, warn, info, debug or trace, also by module (info,xtablo=debug)",
        default: Some("info"),
        secret: false,
    },
];
