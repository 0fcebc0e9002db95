//! Whose a store is: beside the files lies an object with the id of the instance that they belong to.

use std::os::unix::fs::{MetadataExt, lchown};

use bytes::Bytes;
use uuid::Uuid;

use super::{Place, Storage, StorageError, Store};

/// No key of a file looks like it ([`Place::is_key`]).
const KEY: &str = "xtablo-instance";

/// More than an id and the end of its line have. Bytes.
const LONGEST: usize = 64;

impl Storage {
    /// The instance that the store belongs to; `None` where none has put its id there yet.
    ///
    /// # Errors
    /// A store that is not configured or does not answer, or something else in the id's place.
    pub async fn owner(&self, store: Store) -> Result<Option<Uuid>, StorageError> {
        let found = match self.read_whole(&id_of(store), LONGEST).await {
            Err(StorageError::Missing) => return Ok(None),
            found => found?,
        };
        let id = std::str::from_utf8(&found).ok().and_then(|text| Uuid::try_parse(text.trim()).ok());
        id.map(Some).ok_or_else(|| StorageError::Unavailable(format!("{KEY} in it is no id")))
    }

    /// Makes the store this instance's.
    ///
    /// # Errors
    /// As [`Storage::put`].
    pub async fn give_to(&self, store: Store, id: Uuid) -> Result<(), StorageError> {
        self.put(&id_of(store), Bytes::from(format!("{id}\n"))).await?;
        if store == Store::Local {
            self.give_to_user_of_folder()?;
        }
        Ok(())
    }

    /// What root has written the services could not read, which are another user's.
    fn give_to_user_of_folder(&self) -> Result<(), StorageError> {
        let path = self.local()?.path_to_filesystem(&id_of(Store::Local).path()?)?;
        let (folder, file) = (std::fs::metadata(&self.0.folder)?, std::fs::metadata(&path)?);
        if folder.uid() != file.uid() {
            lchown(&path, Some(folder.uid()), Some(folder.gid()))?;
        }
        Ok(())
    }
}

fn id_of(store: Store) -> Place {
    Place { store, key: KEY.to_owned() }
}
