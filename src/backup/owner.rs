//! Whose files are: what root writes into a folder of the service's user is given to that user, who could not read it
//! otherwise.

use std::fs;
use std::io;
use std::os::unix::fs::{MetadataExt, lchown};
use std::path::{Path, PathBuf};

use anyhow::bail;
use rustix::fs::{Access, access};
use rustix::io::Errno;
use rustix::process::geteuid;

/// The user of a folder and of what comes into it.
#[derive(Clone, Debug)]
pub(super) struct Owner {
    folder: PathBuf,
    uid: u32,
    gid: u32,
}

impl Owner {
    /// Of the folder; of the nearest one above where it is not there yet.
    ///
    /// # Errors
    /// None of them can be looked at.
    pub fn of(folder: &Path) -> io::Result<Self> {
        let absolute = std::path::absolute(folder)?;
        let there = absolute.ancestors().find(|path| path.exists()).unwrap_or(Path::new("/"));
        let found = fs::metadata(there)?;
        Ok(Self { folder: there.to_owned(), uid: found.uid(), gid: found.gid() })
    }

    /// Refuses a folder that this process cannot write to, and names its owner.
    ///
    /// # Errors
    /// Says so.
    pub fn refuse_unwritable(&self, name: &str) -> anyhow::Result<()> {
        if access(&self.folder, Access::WRITE_OK | Access::EXEC_OK) == Err(Errno::ACCESS) {
            bail!("{name}, {}", self.words());
        }
        Ok(())
    }

    /// The folder, its owner, and who this process is.
    pub fn words(&self) -> String {
        format!(
            "{} belongs to the user {}, and this runs as {}: run it as that user, or as root",
            self.folder.display(),
            self.uid,
            geteuid().as_raw()
        )
    }

    /// Gives a file or folder to the owner. Only root can, and what others write is theirs. A link is not followed: its
    /// maker would be given what it points to.
    ///
    /// # Errors
    /// A disk that knows no owners.
    pub fn give(&self, path: &Path) -> io::Result<()> {
        if geteuid().is_root() && fs::symlink_metadata(path)?.uid() != self.uid {
            lchown(path, Some(self.uid), Some(self.gid))?;
        }
        Ok(())
    }
}
