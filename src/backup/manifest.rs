//! What a backup says of itself, and whether that is true of what lies in its folder.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Component, Path, PathBuf};

use anyhow::{Context, bail};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::contents::Table;

pub const FILE: &str = "manifest.json";
/// Of the manifest itself; as `sha256sum` writes and checks it.
pub const HASH_FILE: &str = "manifest.json.sha256";
pub const DUMP: &str = "database.dump";

/// The only format there is yet. Another number is another version's.
const FORMAT: u32 = 1;

/// All that is known of a backup.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Manifest {
    pub format: u32,
    pub created_at: DateTime<Utc>,
    /// Of the Xtablo that made it.
    pub version: String,
    /// The server's version, as it says it itself.
    pub postgresql: String,
    pub last_migration: String,
    /// The oldest Xtablo that can run on it: the newest migration that it must know.
    pub min_compatible: String,
    /// Set where the backup was taken because this step was about to be applied or taken back.
    pub before_migration: Option<String>,
    /// Whether it is of what a restoring was about to replace.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub before_restore: bool,
    pub database: Part,
    pub tables: Vec<Table>,
    /// `None` where the backup is of the database alone.
    pub files: Option<Vec<StoredFile>>,
}

/// A file of the backup's folder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub size: u64,
    /// In hexadecimal digits.
    pub sha256: String,
}

/// A file of a card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// Where it is kept when it is in use: `local` or `s3`.
    pub store: String,
    pub key: String,
    #[serde(flatten)]
    pub part: Part,
    /// Its store did not give it as it should be when the backup was made, and it is not in it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub lost: bool,
    /// Its store did not give it as it should be; it is in the backup, because an earlier one had it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rescued: bool,
    /// `lost` or `rescued` because its store could not be read, and so perhaps well where it is.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unreadable: bool,
}

impl Manifest {
    pub(super) fn new(created_at: DateTime<Utc>) -> Self {
        Self {
            format: FORMAT,
            created_at,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            postgresql: String::new(),
            last_migration: String::new(),
            min_compatible: String::new(),
            before_migration: None,
            before_restore: false,
            database: Part { size: 0, sha256: String::new() },
            tables: Vec::new(),
            files: None,
        }
    }

    /// Reads the manifest of the backup in this folder.
    ///
    /// # Errors
    /// It is not there, damaged, or of another format.
    pub fn read(folder: &Path) -> anyhow::Result<Self> {
        let bytes = fs::read(folder.join(FILE)).context("it has no manifest.json")?;
        let hash = fs::read_to_string(folder.join(HASH_FILE)).context("it has no manifest.json.sha256")?;
        if hash.split_whitespace().next() != Some(hex::encode(Sha256::digest(&bytes)).as_str()) {
            bail!("its manifest.json is damaged: it is not what manifest.json.sha256 says");
        }
        let manifest: Self =
            serde_json::from_slice(&bytes).context("its manifest.json cannot be understood")?;
        let inside = |file: &StoredFile| {
            file.path().components().all(|component| matches!(component, Component::Normal(_)))
        };
        if !manifest.files.iter().flatten().all(inside) {
            bail!("its manifest names a file outside of the backup");
        }
        if manifest.format != FORMAT {
            bail!("its manifest has format {}, this version of Xtablo reads {FORMAT}", manifest.format);
        }
        Ok(manifest)
    }

    /// The manifest's text, and that of the file with its hash.
    pub(super) fn to_files(&self) -> anyhow::Result<(Vec<u8>, String)> {
        let mut bytes = serde_json::to_vec_pretty(self)?;
        bytes.push(b'\n');
        let hash = format!("{}  {FILE}\n", hex::encode(Sha256::digest(&bytes)));
        Ok((bytes, hash))
    }

    /// Everything in the folder that is not what the manifest says; empty for a whole backup.
    ///
    /// # Errors
    /// The disk's.
    pub fn damage(&self, folder: &Path) -> anyhow::Result<Vec<String>> {
        let mut damage = Vec::new();
        damage.extend(self.database.damage(folder, Path::new(DUMP))?);
        for file in self.files.iter().flatten().filter(|file| !file.lost) {
            damage.extend(file.part.damage(folder, &file.path())?);
        }
        Ok(damage)
    }
}

impl StoredFile {
    /// Whether its store did not give it as it should be.
    pub fn was_missed(&self) -> bool {
        self.lost || self.rescued
    }

    /// Whether its store no longer had it as it should be.
    pub fn was_lost(&self) -> bool {
        self.was_missed() && !self.unreadable
    }

    /// Where it lies in the backup's folder. By its key alone: a file may be moved from one store to another while
    /// it is backed up.
    pub fn path(&self) -> PathBuf {
        Path::new("files").join(&self.key)
    }
}

impl Part {
    /// What is wrong with the file of this name, in words.
    pub(super) fn damage(&self, folder: &Path, name: &Path) -> anyhow::Result<Option<String>> {
        let path = folder.join(name);
        let mut file = match File::open(&path) {
            Ok(file) => file,
            Err(error) => return Ok(Some(format!("{} cannot be opened: {error}", name.display()))),
        };
        let size = file.metadata()?.len();
        if size != self.size {
            let cut = if size < self.size { "truncated" } else { "too long" };
            return Ok(Some(format!("{} is {cut}: {size} bytes of {}", name.display(), self.size)));
        }
        let mut hash = Sha256::new();
        let mut buffer = vec![0; 1 << 16];
        loop {
            match file.read(&mut buffer).with_context(|| format!("cannot read {}", path.display()))? {
                0 => break,
                read => hash.update(&buffer[..read]),
            }
        }
        let same = hex::encode(hash.finalize()) == self.sha256;
        Ok((!same).then(|| format!("{} is damaged: its content is not what was written", name.display())))
    }
}
