//! Backups: a folder each in `BACKUP_DIR`, with a dump of the database, the files, and a manifest that vouches for
//! both. A dump alone, as it is taken before migrations, is a backup without files.
//!
//! A backup is made under another name and renamed once everything in it has reached the disk, so what has a
//! backup's name is whole. PostgreSQL's own programs dump and restore; nothing here knows what the tables mean.

mod contents;
mod create;
mod files;
mod folder;
mod last_success;
mod manifest;
mod owner;
mod programs;
mod restore;
mod verify;

use anyhow::anyhow;

use crate::config::Config;
use crate::db::migrations::{self, TooOld};

pub use create::{Content, Made, create};
pub use folder::{Backup, Backups};
pub use last_success::{measure, note_success};
pub use manifest::{Manifest, StoredFile};
pub use restore::{Restoring, restore};
pub use verify::verify;

/// The error; where this binary is too old for its database, with the backup that would make it fit again.
pub fn advise(error: anyhow::Error, config: &Config) -> anyhow::Error {
    if !error.is::<TooOld>() {
        return error;
    }
    let backups = Backups::list(&config.backup_dir).unwrap_or_default();
    let fit = backups.iter().rev().find(|backup| {
        let manifest = backup.manifest.as_ref();
        manifest.is_ok_and(|manifest| migrations::is_fit_for(&manifest.min_compatible).unwrap_or(false))
    });
    match fit {
        Some(backup) => anyhow!(
            "{error}: that is {}, which `xtablo backup restore --force {}` restores; what was written since is lost",
            backup.path.display(),
            backup.name
        ),
        None => anyhow!("{error}; {} holds none that this version can run on", config.backup_dir.display()),
    }
}
