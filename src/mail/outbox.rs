//! The outbox of `xtablo dev`: a folder with a file a mail, in place of a server.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::Mail;

/// Files that are looked at: older ones are in the folder.
const SHOWN: usize = 100;

pub struct Outbox(PathBuf);

/// A mail that would have been sent.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SentMail {
    /// A UUIDv7, so it also says when.
    pub id: Uuid,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

impl Outbox {
    pub(super) fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Keeps a mail; the same again takes its place.
    pub(super) fn put(&self, id: Uuid, to: &str, mail: &Mail) -> anyhow::Result<()> {
        let Mail { subject, text, html } = mail.clone();
        let json = serde_json::to_vec_pretty(&SentMail { id, to: to.to_owned(), subject, text, html })?;
        let write = || {
            fs::create_dir_all(&self.0)?;
            // Under another name first, so that half a mail is never listed.
            let new = self.file(id).with_extension("new");
            fs::write(&new, &json)?;
            fs::rename(new, self.file(id))
        };
        write().with_context(|| format!("the outbox {} cannot be written", self.0.display()))
    }

    /// The mails, the newest first.
    ///
    /// # Errors
    /// A folder or a file that cannot be read.
    pub fn list(&self) -> anyhow::Result<Vec<SentMail>> {
        let entries = match fs::read_dir(&self.0) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error.into()),
        };
        let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
        let mut ids: Vec<Uuid> =
            names.filter_map(|name| name.strip_suffix(".json").and_then(|id| id.parse().ok())).collect();
        ids.sort_unstable_by(|a, b| b.cmp(a));
        ids.into_iter().take(SHOWN).filter_map(|id| self.find(id).transpose()).collect()
    }

    /// # Errors
    /// A file that cannot be read.
    pub fn find(&self, id: Uuid) -> anyhow::Result<Option<SentMail>> {
        match fs::read(self.file(id)) {
            Ok(json) => Ok(Some(serde_json::from_slice(&json)?)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    fn file(&self, id: Uuid) -> PathBuf {
        self.0.join(format!("{id}.json"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_is_found_again_and_the_newest_is_first() {
        let folder = tempfile::tempdir().expect("a folder");
        let outbox = Outbox::new(&folder.path().join("outbox"));
        assert!(outbox.list().expect("an empty one").is_empty());
        let ids = [Uuid::now_v7(), Uuid::now_v7()];
        for (id, subject) in [(ids[0], "First"), (ids[1], "Second"), (ids[0], "First again")] {
            let mail = Mail { subject: subject.to_owned(), text: "Text".to_owned(), html: "<p>".to_owned() };
            outbox.put(id, "ada@example.com", &mail).expect("kept");
        }
        let subjects: Vec<String> =
            outbox.list().expect("a list").into_iter().map(|sent| sent.subject).collect();
        assert_eq!(subjects, ["Second", "First again"]);
        assert!(outbox.find(Uuid::now_v7()).expect("an answer").is_none());
    }
}
