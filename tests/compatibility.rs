//! A binary on a database that a newer one has migrated: what it must take, and what it must refuse.

use diesel_async::SimpleAsyncConnection;
use rustix::process::Signal;
use tempfile::TempDir;

use crate::support::database::TestDatabase;
use crate::support::service::{SECRET, Service, command, get};

/// A database as a newer version leaves it: a step of its own, and what that step did.
async fn newer(step: &str) -> TestDatabase {
    let database = TestDatabase::create().await;
    let record =
        format!("INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000'); {step}");
    database.conn().await.batch_execute(&record).await.expect("migrated");
    database
}

#[tokio::test]
async fn web_and_worker_run_on_a_database_that_a_newer_version_has_expanded() {
    let step = "ALTER TABLE users ADD COLUMN nickname text, ADD COLUMN points integer NOT NULL DEFAULT 0;
                ALTER TABLE boards ADD COLUMN motto text DEFAULT 'onwards';
                CREATE TABLE badges (user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE, name text NOT NULL);
                CREATE INDEX users_points ON users (points)";
    let database = newer(step).await;
    let settings = [("DATABASE_URL", database.url()), SECRET];
    let (mut web, address) = Service::web(&settings).await;
    let (mut worker, worker_address) = Service::worker(&settings).await;
    for (address, path) in [(&address, "/readyz"), (&address, "/login"), (&worker_address, "/readyz")] {
        assert_eq!(get(address, path).await.0, 200, "{path}");
    }
    // It writes as well as it reads.
    let mut create = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
    create.args(["user", "create", "--email", "ada@example.com", "--name", "Ada"]);
    let mut child = create.stdin(std::process::Stdio::piped()).spawn().expect("it runs");
    let mut stdin = child.stdin.take().expect("piped");
    tokio::io::AsyncWriteExt::write_all(&mut stdin, b"correct horse battery\n").await.expect("written");
    drop(stdin);
    let output = child.wait_with_output().await.expect("it ends");
    assert!(output.status.success(), "{output:?}");
    for service in [&mut web, &mut worker] {
        service.signal(Signal::TERM);
        assert_eq!(service.exit_code().await, Some(0));
    }
}

#[tokio::test]
async fn an_older_binary_refuses_a_contracted_database_and_names_the_dump_that_restores_it() {
    let database = TestDatabase::create().await;
    let folder = TempDir::new().expect("a folder");
    let dir = folder.path().display().to_string();
    let path = std::env::var("PATH").expect("there is one");
    let settings =
        [("DATABASE_URL", database.url()), SECRET, ("BACKUP_DIR", dir.as_str()), ("PATH", path.as_str())];
    let xtablo = async |args: &[&str]| {
        let mut command = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
        let output = command.args(args).output().await.expect("it runs");
        (output.status.success(), format!("{output:?}"))
    };
    assert!(xtablo(&["backup", "create"]).await.0);
    let contract = "INSERT INTO __diesel_schema_migrations (version) VALUES ('20990101000000');
                    UPDATE schema_compatibility SET min_compatible = '20990101000000';
                    ALTER TABLE users DROP COLUMN theme";
    database.conn().await.batch_execute(contract).await.expect("contracted");
    // What is taken from now on is of no use to the older one.
    assert!(xtablo(&["backup", "create"]).await.0);
    let names: Vec<_> = xtablo::backup::Backups::list(folder.path()).expect("a list");
    let (fit, unfit) = (&names[0].name, &names[1].name);

    for binary in [env!("CARGO_BIN_EXE_xtablo-web"), env!("CARGO_BIN_EXE_xtablo-worker")] {
        let mut service = Service::start(command(binary, &settings));
        assert_eq!(service.exit_code().await, Some(1));
        let said = service.logged.join("\n");
        assert!(said.contains("too old") && said.contains("20990101000000"), "{said}");
        assert!(said.contains(&format!("xtablo backup restore --force {fit}")), "{said}");
    }
    let (migrated, said) = xtablo(&["migrate"]).await;
    assert!(!migrated && said.contains(&format!("--force {fit}")), "{said}");
    let (restored, said) = xtablo(&["backup", "restore", "--force", unfit]).await;
    assert!(!restored && said.contains("too old for it"), "{said}");

    let (restored, said) = xtablo(&["backup", "restore", "--force", fit]).await;
    assert!(restored, "{said}");
    let (web, address) = Service::web(&settings).await;
    assert_eq!(get(&address, "/readyz").await.0, 200);
    drop(web);
}

#[tokio::test]
async fn migrations_are_taken_back_down_to_a_named_one_and_only_when_told_to() {
    let database = TestDatabase::create().await;
    let settings = [("DATABASE_URL", database.url()), SECRET];
    let xtablo = async |args: &[&str]| {
        let mut command = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
        let output = command.args(args).output().await.expect("it runs");
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        (output.status.code(), said)
    };
    let (code, said) = xtablo(&["migrate", "down", "--to", "20261123000004"]).await;
    assert_eq!(code, Some(1));
    assert!(said.contains("20261123000005 would be taken back") && said.contains("--yes"), "{said}");
    assert!(!said.contains("20261123000004 would"), "{said}");
    assert!(xtablo(&["migrate"]).await.1.contains("nothing to do"), "it only said so");
    let (code, said) = xtablo(&["migrate", "down", "--to", "20261123000004", "--yes"]).await;
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("20261123000005 taken back"), "{said}");
    let (code, said) = xtablo(&["migrate", "down", "--to", "20261123000005", "--yes"]).await;
    assert!(code == Some(1) && said.contains("no migration 20261123000005"), "{said}");
    assert!(xtablo(&["migrate"]).await.1.contains("20261123000005 applied"));

    let newer = newer("").await;
    let settings = [("DATABASE_URL", newer.url()), SECRET];
    let mut down = command(env!("CARGO_BIN_EXE_xtablo"), &settings);
    let output = down.args(["migrate", "down", "--yes"]).output().await.expect("it runs");
    assert!(
        String::from_utf8_lossy(&output.stderr).contains("only the version of Xtablo that applied"),
        "{output:?}"
    );
}
