//! PostgreSQL's own programs, run against the database of `DATABASE_URL`. A password reaches them through their
//! environment, never through their arguments, which every user of the machine can read.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};

use anyhow::{Context, bail};
use sha2::{Digest, Sha256};
use tokio_postgres::config::Host;

use super::manifest::Part;
use crate::cluster::Clients;
use crate::config::{DatabaseUrl, Secret, TlsMode};
use crate::db;

/// The variables that the programs keep from ours; everything of libpq's is set anew.
const KEPT: [&str; 4] = ["PATH", "HOME", "TMPDIR", "PGPASSFILE"];

/// Removes all there is, so that what the dump brings finds its place free. Only what is Xtablo's: a schema of
/// another name and an extension stay.
const CLEAR: &str = "
DO $clear$
DECLARE
    thing text;
    -- All names before anything is dropped: a routine that has gone with its table has none.
    things text[] := ARRAY(
        SELECT format('DROP %s IF EXISTS public.%I CASCADE',
                      CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE'
                                   ELSE 'TABLE' END, relname)
        FROM pg_class
        WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
          AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
        UNION ALL
        SELECT format('DROP ROUTINE IF EXISTS %s CASCADE', oid::regprocedure) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
          AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
        UNION ALL
        SELECT format('DROP TYPE IF EXISTS public.%I CASCADE', typname) FROM pg_type
        WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
          AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_type.oid AND deptype = 'e')
    );
BEGIN
    FOREACH thing IN ARRAY things LOOP
        EXECUTE thing;
    END LOOP;
END
$clear$;
";

/// What `pg_restore` of 17 and newer sets in the head of its script, though no older server knows it.
const SINCE_17: &[u8] = b"SET transaction_timeout = 0;\n";

/// How much of a script its head is in, with much to spare. Bytes.
const HEAD: usize = 8192;

/// How to run them.
#[derive(Clone)]
pub(super) struct Programs {
    clients: Clients,
    /// The server's major version.
    server: u32,
    environment: Vec<(&'static str, OsString)>,
}

impl Programs {
    /// For the database of this URL, whose server is of this major version.
    ///
    /// # Errors
    /// There are none that fit the server, or they cannot be told what the URL says.
    pub fn new(url: &Secret, server: u32) -> anyhow::Result<Self> {
        let clients = Clients::find(server)?;
        let url = DatabaseUrl::of(url)?;
        let settings = &url.settings;
        let user = settings.get_user().map_or_else(db::default_user, str::to_owned);
        let hosts: Vec<_> = settings.get_hosts().iter().map(host).collect();
        let ports: Vec<_> = settings.get_ports().iter().map(ToString::to_string).collect();
        let mut environment: Vec<(&'static str, OsString)> = vec![
            ("LC_ALL", "C".into()),
            ("PGAPPNAME", "xtablo backup".into()),
            ("PGHOST", hosts.join(std::ffi::OsStr::new(","))),
            ("PGDATABASE", settings.get_dbname().unwrap_or(&user).into()),
            ("PGUSER", user.into()),
            ("PGSSLMODE", url.tls.name().into()),
            // What takes its time may take it, whatever the server has as its usual limits.
            ("PGOPTIONS", "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0".into()),
        ];
        if !ports.is_empty() {
            environment.push(("PGPORT", ports.join(",").into()));
        }
        if let Some(password) = settings.get_password() {
            environment.push(("PGPASSWORD", String::from_utf8_lossy(password).into_owned().into()));
        }
        match &url.root_cert {
            Some(path) => environment.push(("PGSSLROOTCERT", path.into())),
            None if url.tls == TlsMode::VerifyFull && clients.major < 16 => bail!(
                "pg_dump of PostgreSQL {} cannot use the certificates that this machine trusts: name a file by \
                 sslrootcert in DATABASE_URL",
                clients.major
            ),
            None if url.tls == TlsMode::VerifyFull => environment.push(("PGSSLROOTCERT", "system".into())),
            None => {}
        }
        Ok(Self { clients, server, environment })
    }

    /// The same for another database of the server.
    pub fn for_database(&self, name: &str) -> Self {
        let mut other = self.clone();
        for (variable, value) in &mut other.environment {
            if *variable == "PGDATABASE" {
                *value = name.into();
            }
        }
        other
    }

    fn command(&self, name: &str) -> Command {
        let mut command = Command::new(self.clients.program(name));
        let kept = KEPT.iter().filter_map(|name| std::env::var_os(name).map(|value| (*name, value)));
        command.env_clear().envs(kept).envs(self.environment.iter().map(|(name, value)| (*name, value)));
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    /// Writes a dump of what this snapshot sees to the file, without these schemas.
    ///
    /// # Errors
    /// `pg_dump`'s own complaint, or the disk's.
    pub fn dump(&self, snapshot: &str, without: &[String], mut file: File) -> anyhow::Result<Part> {
        let mut command = self.command("pg_dump");
        command.args(["--format=custom", "--no-owner", "--no-privileges", "--snapshot", snapshot]);
        // In double quotes a name is no pattern.
        command
            .args(without.iter().map(|name| format!("--exclude-schema=\"{}\"", name.replace('"', "\"\""))));
        // Through us rather than into the file: a dump whose maker is gone ends with its maker.
        let mut running = Running::start(command, "pg_dump")?;
        let mut hash = Sha256::new();
        let mut size = 0;
        running.each_piece(|piece| {
            hash.update(piece);
            size += piece.len() as u64;
            file.write_all(piece).context("the dump cannot be written")
        })?;
        running.end()?;
        Ok(Part { size, sha256: hex::encode(hash.finalize()) })
    }

    /// Puts what is in the dump in the place of all that is in the database, and runs `after`, in one transaction.
    ///
    /// # Errors
    /// `pg_restore`'s or `psql`'s own complaint; the database is as it was then.
    pub fn restore(&self, dump: &Path, after: &str) -> anyhow::Result<()> {
        let mut command = self.command("pg_restore");
        command.args(["--no-owner", "--no-privileges", "--exit-on-error", "--file=-"]).arg(dump);
        let mut script = Running::start(command, "pg_restore")?;
        let mut command = self.command("psql");
        command.args(["--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--file=-"]);
        command.stdin(Stdio::piped()).stdout(Stdio::null());
        let mut psql = Running::start(command, "psql")?;
        let mut into = psql.child.stdin.take().context("psql has no input")?;
        let fed =
            into.write_all(b"BEGIN;").and_then(|()| into.write_all(CLEAR.as_bytes())).map_err(Into::into);
        let mut head = Some(Vec::new());
        let fed = fed.and_then(|()| {
            script.each_piece(|piece| match &mut head {
                Some(bytes) => {
                    bytes.extend_from_slice(piece);
                    let full = head.take_if(|head| head.len() >= HEAD);
                    Ok(full.map_or(Ok(()), |head| into.write_all(&known_to(self.server, head)))?)
                }
                None => Ok(into.write_all(piece)?),
            })
        });
        let rest = head.take().unwrap_or_default();
        let fed = fed.and_then(|()| Ok(into.write_all(&known_to(self.server, rest))?));
        // Only a script that is whole is committed: where it ends early, psql's end takes everything back.
        let fed = fed.and_then(|()| script.end()).and_then(|()| Ok(write!(into, "\n{after};\nCOMMIT;\n")?));
        drop(into);
        // Where psql has stopped listening, its own complaint is the reason.
        psql.end().and(fed)
    }
}

/// The head of a script, without what a server of this major version does not know.
fn known_to(server: u32, mut head: Vec<u8>) -> Vec<u8> {
    if server < 17
        && let Some(at) = head.windows(SINCE_17.len()).position(|bytes| bytes == SINCE_17)
    {
        head.drain(at..at + SINCE_17.len());
    }
    head
}

fn host(host: &Host) -> OsString {
    match host {
        Host::Tcp(name) => name.into(),
        Host::Unix(path) => path.into(),
    }
}

/// A program that runs; killed when it is dropped.
struct Running {
    name: &'static str,
    child: Child,
    complaint: Option<std::thread::JoinHandle<String>>,
}

impl Running {
    fn start(mut command: Command, name: &'static str) -> anyhow::Result<Self> {
        let mut child = command.spawn().with_context(|| format!("cannot run {name}"))?;
        let mut stderr = child.stderr.take().context("it has no standard error")?;
        // Beside the rest, or a program with much to complain about would wait for us for ever.
        let complaint = std::thread::spawn(move || {
            let mut text = Vec::new();
            drop(stderr.read_to_end(&mut text));
            String::from_utf8_lossy(&text).trim().to_owned()
        });
        Ok(Self { name, child, complaint: Some(complaint) })
    }

    /// Hands on its standard output.
    fn each_piece(&mut self, mut take: impl FnMut(&[u8]) -> anyhow::Result<()>) -> anyhow::Result<()> {
        let mut stdout = self.child.stdout.take().context("it has no standard output")?;
        let mut buffer = vec![0; 1 << 16];
        loop {
            match stdout.read(&mut buffer)? {
                0 => return Ok(()),
                read => take(&buffer[..read])?,
            }
        }
    }

    /// Waits for its end.
    fn end(&mut self) -> anyhow::Result<()> {
        let status: ExitStatus = self.child.wait()?;
        let complaint = self.complaint.take().and_then(|thread| thread.join().ok()).unwrap_or_default();
        if !status.success() {
            bail!("{} failed ({status}): {complaint}", self.name);
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended is none the worse for it.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_older_server_is_not_told_what_it_does_not_know() {
        let script =
            b"SET lock_timeout = 0;\nSET transaction_timeout = 0;\nSET row_security = off;\n".to_vec();
        assert_eq!(known_to(16, script.clone()), b"SET lock_timeout = 0;\nSET row_security = off;\n");
        assert_eq!(known_to(17, script.clone()), script);
        assert_eq!(known_to(15, b"SET lock_timeout = 0;\n".to_vec()), b"SET lock_timeout = 0;\n");
    }
}
