//! Secrets that are made once and then kept beside the data.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use anyhow::Context;
use rand::distr::{Distribution, Uniform};

/// What nobody takes for something else when typing it off.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// The secret in the file; a new one of so many letters, 5 bits each, the first time.
///
/// # Errors
/// A file that cannot be read or written.
pub fn secret(file: &Path, letters: usize) -> anyhow::Result<String> {
    match fs::read_to_string(file) {
        Ok(text) => return Ok(text.trim().to_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => {}
        Err(error) => return Err(error).with_context(|| format!("cannot read {}", file.display())),
    }
    let secret = random(letters)?;
    keep(file, &secret).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(secret)
}

fn random(letters: usize) -> anyhow::Result<String> {
    let index = Uniform::new(0, LETTERS.len())?;
    Ok(index.sample_iter(rand::rng()).take(letters).map(|index| char::from(LETTERS[index])).collect())
}

/// Under another name first: a process that is killed half-way must not leave half a secret.
fn keep(file: &Path, secret: &str) -> std::io::Result<()> {
    let new = file.with_extension("new");
    let mut written = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&new)?;
    writeln!(written, "{secret}")?;
    written.sync_all()?;
    fs::rename(new, file)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_secret_is_made_once_and_for_its_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("session-secret");
        let made = secret(&file, 52).expect("made");
        assert_eq!(made.len(), 52);
        assert_eq!(secret(&file, 52).expect("read"), made);
        assert_eq!(fs::metadata(&file).expect("there").permissions().mode() & 0o777, 0o600);
        assert_ne!(secret(&folder.path().join("another"), 52).expect("made"), made);
    }
}
