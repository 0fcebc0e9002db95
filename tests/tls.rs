//! TLS to PostgreSQL, with a server and an authority of the test's own: what each `sslmode` believes.

use std::fs;
use std::net::Ipv4Addr;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};

use diesel::sql_types::{BigInt, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};
use rcgen::{BasicConstraints, Certificate, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::TempDir;
use xtablo::cluster::{Cluster, Options};
use xtablo::config::Secret;
use xtablo::db;

use crate::support::service::{SECRET, Service, command};

const PASSWORD: &str = "correct+horse";

/// A PostgreSQL on two loopback addresses of its own; its certificate is for the first.
struct Stand {
    cluster: Cluster,
    addresses: [Ipv4Addr; 2],
    folder: TempDir,
}

#[derive(diesel::QueryableByName)]
struct Folder {
    #[diesel(sql_type = Text)]
    folder: String,
}

#[derive(diesel::QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

impl Stand {
    async fn new() -> Self {
        let [_, high, low, _] = std::process::id().to_be_bytes().map(|byte| byte.max(1));
        let random = rand::random_range(1..255);
        let addresses = [Ipv4Addr::new(127, high, low, random), Ipv4Addr::new(127, low, high, random)];
        let both = addresses.map(|address| address.to_string()).join(",");
        let options = Options::forgetful().set("listen_addresses", &both);
        let cluster = Cluster::temporary(options).await.expect("a cluster");
        let mut conn = db::connect(&Secret::new(cluster.url("postgres"))).await.expect("it answers");
        let set = format!(
            "ALTER ROLE postgres PASSWORD '{PASSWORD}';
             COPY (SELECT 'local all all trust' UNION ALL SELECT 'host all all 127.0.0.0/8 scram-sha-256')
             TO PROGRAM 'cat > pg_hba.conf'; SELECT pg_reload_conf()"
        );
        conn.batch_execute(&set).await.expect("set");
        Self { cluster, addresses, folder: TempDir::new().expect("a folder") }
    }

    /// Gives the server a certificate, and restarts it. Gives the authority's certificate, and another's.
    async fn secure(&mut self) -> [PathBuf; 2] {
        let key = KeyPair::generate().expect("a key");
        let (authority, other) = (authority(), authority());
        let mut params = CertificateParams::new(vec![self.addresses[0].to_string()]).expect("a name");
        // OpenSSL takes a certificate for its own issuer where both go by one name.
        params.distinguished_name.push(DnType::CommonName, "PostgreSQL");
        let certificate = params.signed_by(&key, &authority).expect("signed");
        self.certify(&certificate, &key).await;
        [("ca.pem", authority), ("other.pem", other)].map(|(name, authority)| {
            let path = self.folder.path().join(name);
            fs::write(&path, authority.pem()).expect("written");
            path
        })
    }

    /// Gives the server this certificate, and restarts it.
    async fn certify(&mut self, certificate: &Certificate, key: &KeyPair) {
        let mut conn = db::connect(&Secret::new(self.cluster.url("postgres"))).await.expect("it answers");
        let data: Folder = diesel::sql_query("SELECT current_setting('data_directory') AS folder")
            .get_result(&mut conn)
            .await
            .expect("an answer");
        let data = Path::new(&data.folder);
        let owner = fs::metadata(data).expect("it is there");
        for (name, content) in [("server.crt", certificate.pem()), ("server.key", key.serialize_pem())] {
            let path = data.join(name);
            fs::write(&path, content).expect("written");
            fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).expect("closed");
            chown(&path, Some(owner.uid()), Some(owner.gid())).expect("handed over");
        }
        conn.batch_execute("ALTER SYSTEM SET ssl = on").await.expect("set");
        drop(conn);
        self.cluster.stop().await.expect("it stops");
        self.cluster.start().await.expect("it starts with TLS");
    }

    fn url(&self, address: usize, parameters: &str) -> String {
        let password = PASSWORD.replace('+', "%2B");
        format!("postgres://postgres:{password}@{}/postgres?{parameters}", self.addresses[address])
    }

    async fn connect(&self, address: usize, parameters: &str) -> Result<bool, String> {
        let url = Secret::new(self.url(address, parameters));
        let mut conn = db::connect(&url).await.map_err(|error| format!("{error:#}"))?;
        let secured = "SELECT count(*) AS count FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl";
        let count: Count = diesel::sql_query(secured).get_result(&mut conn).await.expect("an answer");
        Ok(count.count == 1)
    }
}

fn authority() -> CertifiedIssuer<'static, KeyPair> {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.distinguished_name.push(DnType::CommonName, "An authority");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("signed")
}

#[tokio::test]
async fn each_sslmode_believes_what_it_says_and_refuses_the_rest_in_words() {
    let mut stand = Stand::new().await;
    assert_eq!(stand.connect(0, "sslmode=prefer").await, Ok(false));
    let error = stand.connect(0, "sslmode=require").await.expect_err("no TLS there");
    assert!(error.contains("server does not support TLS"), "{error}");

    let [ca, other] = stand.secure().await.map(|path| path.display().to_string());
    assert_eq!(stand.connect(0, "sslmode=disable").await, Ok(false));
    for good in ["sslmode=prefer", "sslmode=require", ""] {
        assert_eq!(stand.connect(1, good).await, Ok(true), "{good}");
    }
    assert_eq!(stand.connect(0, &format!("sslmode=verify-full&sslrootcert={ca}")).await, Ok(true));
    for by_name in ["verify-ca", "require"] {
        assert_eq!(stand.connect(1, &format!("sslmode={by_name}&sslrootcert={ca}")).await, Ok(true));
    }

    for (address, parameters, said) in [
        (1, format!("sslmode=verify-full&sslrootcert={ca}"), "is for another host"),
        (0, format!("sslmode=verify-full&sslrootcert={other}"), "no authority that sslrootcert trusts"),
        (0, format!("sslmode=verify-ca&sslrootcert={other}"), "no authority that sslrootcert trusts"),
        (0, format!("sslmode=require&sslrootcert={other}"), "no authority that sslrootcert trusts"),
        (0, "sslmode=verify-full&sslrootcert=/not/there.pem".to_owned(), "/not/there.pem cannot be read"),
        (0, "sslmode=verify-full&sslrootcert=/dev/null".to_owned(), "/dev/null holds no certificate"),
    ] {
        let error = stand.connect(address, &parameters).await.expect_err(&parameters);
        assert!(error.contains(said) && !error.contains("correct"), "{parameters}: {error}");
    }
    stand.cluster.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_self_signed_certificate_is_told_in_words() {
    let mut stand = Stand::new().await;
    let [ca, _] = stand.secure().await.map(|path| path.display().to_string());
    let own = stand.folder.path().join("own.pem");
    // As Debian makes one, and as `openssl req -x509` does.
    for is_ca in [IsCa::NoCa, IsCa::Ca(BasicConstraints::Unconstrained)] {
        let may_be_trusted = matches!(is_ca, IsCa::NoCa);
        let key = KeyPair::generate().expect("a key");
        let mut params = CertificateParams::new(vec![stand.addresses[0].to_string()]).expect("a name");
        params.distinguished_name.push(DnType::CommonName, "PostgreSQL");
        params.is_ca = is_ca;
        let certificate = params.self_signed(&key).expect("signed");
        fs::write(&own, certificate.pem()).expect("written");
        stand.certify(&certificate, &key).await;
        assert_eq!(stand.connect(0, "sslmode=require").await, Ok(true));
        let by_itself = stand.connect(0, &format!("sslmode=verify-full&sslrootcert={}", own.display())).await;
        assert_eq!(by_itself.is_ok(), may_be_trusted);
        let by_another = stand.connect(0, &format!("sslmode=verify-full&sslrootcert={ca}")).await;
        for error in [by_itself, by_another].into_iter().filter_map(Result::err) {
            assert!(error.contains("certificate is self-signed") && error.contains("sslrootcert"), "{error}");
        }
    }
    stand.cluster.stop().await.expect("it stops");
}

#[tokio::test]
async fn migrations_web_worker_and_its_queue_all_speak_tls() {
    let mut stand = Stand::new().await;
    let [ca, _] = stand.secure().await.map(|path| path.display().to_string());
    let url = stand.url(0, &format!("sslmode=verify-full&sslrootcert={ca}"));
    let settings = [("DATABASE_URL", url.as_str()), SECRET];
    let migrated = command(env!("CARGO_BIN_EXE_xtablo"), &settings).arg("migrate").output().await;
    assert!(migrated.expect("it runs").status.success());
    let (_web, _) = Service::web(&settings).await;
    let (_worker, _) = Service::worker(&settings).await;
    let mut conn = db::connect(&Secret::new(stand.cluster.url("postgres"))).await.expect("it answers");
    // The queue's lanes, its listener and the schedules have connections of their own.
    let connections = "SELECT count(*) AS count FROM pg_stat_ssl NATURAL JOIN pg_stat_activity
                       WHERE application_name = 'xtablo' AND client_addr IS NOT NULL AND ssl";
    loop {
        let count: Count = diesel::sql_query(connections).get_result(&mut conn).await.expect("an answer");
        if count.count >= 5 {
            break;
        }
    }
    let bare = connections.replace("AND ssl", "AND NOT ssl");
    let count: Count = diesel::sql_query(bare).get_result(&mut conn).await.expect("an answer");
    assert_eq!(count.count, 0);
    stand.cluster.stop().await.expect("it stops");
}

#[tokio::test]
async fn a_backup_goes_over_tls_with_a_password_that_no_process_list_shows() {
    let mut stand = Stand::new().await;
    let [ca, other] = stand.secure().await.map(|path| path.display().to_string());
    let dir = stand.folder.path().join("backups").display().to_string();
    let files = stand.folder.path().join("files").display().to_string();
    let path = std::env::var("PATH").expect("there is one");
    let xtablo = async |root_cert: &str, args: &[&str]| {
        let url = stand.url(0, &format!("sslmode=verify-full&sslrootcert={root_cert}"));
        let settings = [("DATABASE_URL", url.as_str()), SECRET, ("BACKUP_DIR", &dir), ("PATH", &path)];
        let mut command = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
        let output = command.env("STORAGE_DIR", &files).args(args).output().await.expect("it runs");
        (output.status.success(), format!("{output:?}"))
    };
    for args in [&["migrate"][..], &["backup", "create"]] {
        let (good, said) = xtablo(&ca, args).await;
        assert!(good, "{args:?}: {said}");
    }
    // While the dump waits for a table, everybody may look at how pg_dump was called, and the server at how it came.
    let mut holder = db::connect(&Secret::new(stand.cluster.url("postgres"))).await.expect("it answers");
    holder.batch_execute("BEGIN; LOCK TABLE users").await.expect("locked");
    let mut conn = db::connect(&Secret::new(stand.cluster.url("postgres"))).await.expect("it answers");
    let create = async { xtablo(&ca, &["backup", "create"]).await };
    let look = async {
        let dumping = "SELECT count(*) AS count FROM pg_stat_ssl NATURAL JOIN pg_stat_activity
                       WHERE application_name = 'xtablo backup' AND ssl AND wait_event_type = 'Lock'";
        loop {
            let count: Count = diesel::sql_query(dumping).get_result(&mut conn).await.expect("an answer");
            if count.count == 1 {
                break;
            }
        }
        let lines: Vec<_> = fs::read_dir("/proc")
            .expect("processes")
            .filter_map(|entry| fs::read(entry.ok()?.path().join("cmdline")).ok())
            .map(|line| String::from_utf8_lossy(&line).into_owned())
            .filter(|line| line.contains("pg_dump"))
            .collect();
        holder.batch_execute("ROLLBACK").await.expect("unlocked");
        lines
    };
    let ((good, said), lines) = tokio::join!(create, look);
    assert!(good, "{said}");
    assert!(!lines.is_empty() && !lines.iter().any(|line| line.contains(PASSWORD)), "{lines:?}");
    let (good, said) = xtablo(&ca, &["backup", "verify"]).await;
    assert!(good, "{said}");
    let (good, said) = xtablo(&other, &["backup", "create"]).await;
    assert!(!good && said.contains("no authority that sslrootcert trusts"), "{said}");
    stand.cluster.stop().await.expect("it stops");
}
