//! `BACKUP_DIR`: which backups there are, the lock for working on them, and which of them are too many.

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::manifest::{self, Manifest};
use super::owner::Owner;

/// What begins so is not whole: it is being made, or its making was stopped.
const UNFINISHED: &str = ".unfinished-";
const LOCK: &str = ".lock";

/// A backup, or what has the place of one.
#[derive(Debug)]
pub struct Backup {
    pub name: String,
    pub path: PathBuf,
    /// What the backup says of itself, or why it says nothing.
    pub manifest: anyhow::Result<Manifest>,
}

/// The folder of all backups, held by this process alone until it is dropped.
pub struct Backups {
    pub folder: PathBuf,
    owner: Owner,
    _lock: File,
}

impl Backups {
    /// Every backup in this folder, oldest first.
    ///
    /// # Errors
    /// A folder that cannot be read; one that is not there holds none.
    pub fn list(folder: &Path) -> anyhow::Result<Vec<Backup>> {
        let entries = match fs::read_dir(folder) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.with_context(|| format!("cannot read {}", folder.display()))?,
        };
        let mut backups = Vec::new();
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            // Where the folder is the root of a disk it has one that is not ours.
            if entry.file_type()?.is_dir() && !name.starts_with('.') && name != "lost+found" {
                backups.push(Backup { manifest: Manifest::read(&entry.path()), path: entry.path(), name });
            }
        }
        backups.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(backups)
    }

    /// The backup of this name or path; the newest where none is named.
    ///
    /// # Errors
    /// There is none, or it has no manifest that could be believed.
    pub fn find(folder: &Path, name: Option<&str>) -> anyhow::Result<(PathBuf, Manifest)> {
        let path = match name {
            Some(name) if name.contains('/') => PathBuf::from(name),
            Some(name) => folder.join(name),
            None => {
                let newest = Self::list(folder)?.pop();
                newest.with_context(|| format!("there is no backup in {}", folder.display()))?.path
            }
        };
        let inside = path.join(manifest::FILE);
        if inside.metadata().is_err_and(|error| error.kind() == ErrorKind::PermissionDenied) {
            bail!("{} cannot be read: {}", path.display(), Owner::of(&inside)?.words());
        }
        if !path.is_dir() {
            bail!("there is no backup {}; `xtablo backup list` names those there are", path.display());
        }
        let manifest = Manifest::read(&path);
        Ok((path.clone(), manifest.with_context(|| format!("{} is no whole backup", path.display()))?))
    }

    /// Opens the folder, which is made if need be, for this process alone, waiting while another has it. Removes
    /// what others have left unfinished.
    ///
    /// # Errors
    /// A folder that cannot be made or written.
    pub async fn open(folder: &Path) -> anyhow::Result<Self> {
        let cannot = || format!("cannot write to BACKUP_DIR, {}", folder.display());
        DirBuilder::new().recursive(true).mode(0o700).create(folder).with_context(cannot)?;
        let owner = Owner::of(folder).with_context(cannot)?;
        let path = folder.join(LOCK);
        let lock =
            OpenOptions::new().create(true).append(true).mode(0o600).open(&path).with_context(cannot)?;
        let lock =
            tokio::task::spawn_blocking(move || lock.lock().map(|()| lock)).await?.with_context(cannot)?;
        for entry in fs::read_dir(folder).with_context(cannot)? {
            let entry = entry?;
            if entry.file_name().to_string_lossy().starts_with(UNFINISHED) {
                fs::remove_dir_all(entry.path()).with_context(cannot)?;
            }
        }
        owner.give(&path).with_context(cannot)?;
        Ok(Self { folder: folder.to_owned(), owner, _lock: lock })
    }

    /// A new folder for a backup that is not one yet.
    pub(super) fn begin(&self, name: &str) -> anyhow::Result<Unfinished> {
        let path = self.folder.join(format!("{UNFINISHED}{name}"));
        DirBuilder::new()
            .mode(0o700)
            .create(&path)
            .with_context(|| format!("cannot make {}", path.display()))?;
        Ok(Unfinished { path, whole: self.folder.join(name), owner: self.owner.clone() })
    }

    /// Removes all but the newest `keep` of the backups that are of this kind: taken before a migration, or not.
    /// Of those before one and the same migration only the newest counts: trying one that fails again and
    /// again must not lose all others by it. One taken before a restoring takes the place of no other, and goes when
    /// `keep` newer ones are there. What is damaged is left for the operator to look at.
    ///
    /// # Errors
    /// A backup that cannot be removed.
    pub fn keep(&self, keep: usize, before_migration: bool) -> anyhow::Result<Vec<String>> {
        let of_the_kind = |backup: &Backup| {
            backup.manifest.as_ref().is_ok_and(|made| made.before_migration.is_some() == before_migration)
        };
        let backups: Vec<_> = Self::list(&self.folder)?.into_iter().filter(of_the_kind).collect();
        let (mut kept, mut surplus) = (Vec::new(), Vec::new());
        for backup in backups.into_iter().rev() {
            let made = backup.manifest.as_ref().ok();
            if kept.len() < keep && made.is_some_and(|made| made.before_restore) {
                continue;
            }
            let step = made.map(|made| (made.before_migration.clone(), made.last_migration.clone()));
            if kept.len() < keep && !(before_migration && kept.contains(&step)) {
                kept.push(step);
            } else {
                surplus.push(backup);
            }
        }
        let mut removed = Vec::new();
        for backup in surplus.into_iter().rev() {
            // Under the name of something unfinished first: half a backup must not look like a whole one.
            let going = self.folder.join(format!("{UNFINISHED}{}", backup.name));
            fs::rename(&backup.path, &going)
                .and_then(|()| fs::remove_dir_all(&going))
                .with_context(|| format!("cannot remove {}", backup.path.display()))?;
            removed.push(backup.name);
        }
        Ok(removed)
    }
}

/// A backup that is being made; removed unless it is finished.
pub(super) struct Unfinished {
    pub path: PathBuf,
    whole: PathBuf,
    owner: Owner,
}

impl Unfinished {
    /// A new file in it, and the folders it lies in.
    pub fn file(&self, name: &Path) -> anyhow::Result<File> {
        let path = self.path.join(name);
        self.make_way(name)
            .and_then(|()| OpenOptions::new().create_new(true).write(true).mode(0o600).open(&path))
            .with_context(|| format!("cannot write {}", path.display()))
    }

    /// Links a file of another backup into this one, unless another user owns it: `finish` could not protect it.
    pub fn link(&self, from: &Path, name: &Path) -> io::Result<()> {
        self.make_way(name)?;
        fs::set_permissions(from, fs::Permissions::from_mode(0o600))?;
        fs::hard_link(from, self.path.join(name))
    }

    /// Copies a file of another backup into this one; whether it could be read.
    ///
    /// # Errors
    /// A disk that is full.
    pub fn copy(&self, from: &Path, name: &Path) -> anyhow::Result<bool> {
        let Ok(mut from) = File::open(from) else { return Ok(false) };
        io::copy(&mut from, &mut self.file(name)?).context("a file cannot be written")?;
        Ok(true)
    }

    /// Makes the folders, and removes a file that is there: what is written into it would be in another backup too.
    fn make_way(&self, name: &Path) -> io::Result<()> {
        if let Some(parent) = self.path.join(name).parent() {
            DirBuilder::new().recursive(true).mode(0o700).create(parent)?;
        }
        self.remove(name)
    }

    /// A file that is there or not.
    pub fn remove(&self, name: &Path) -> io::Result<()> {
        match fs::remove_file(self.path.join(name)) {
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    /// Makes it a backup, once everything in it has reached the disk.
    pub fn finish(self) -> anyhow::Result<PathBuf> {
        sync(&self.path, &self.owner).with_context(|| format!("cannot write {}", self.path.display()))?;
        let whole = self.whole.clone();
        fs::rename(&self.path, &whole).with_context(|| format!("cannot make {}", whole.display()))?;
        whole.parent().map(File::open).transpose()?.map(|parent| parent.sync_all()).transpose()?;
        Ok(whole)
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // After `finish` there is nothing of this name any more.
        drop(fs::remove_dir_all(&self.path));
    }
}

/// Waits until a folder and all that is in it have reached the disk; and makes it its owner's, and unreadable for others.
fn sync(path: &Path, owner: &Owner) -> io::Result<()> {
    let folder = path.is_dir();
    fs::set_permissions(path, fs::Permissions::from_mode(if folder { 0o700 } else { 0o600 }))?;
    owner.give(path)?;
    if folder {
        for entry in fs::read_dir(path)? {
            sync(&entry?.path(), owner)?;
        }
    }
    File::open(path)?.sync_all()
}
