//! What lies in a store, whatever the database knows of it.

use chrono::{DateTime, Utc};
use futures_util::stream::{BoxStream, StreamExt};
use object_store::ObjectMeta;

use super::{Place, Storage, StorageError, Store};

/// An object that a store has.
#[derive(Clone, Debug)]
pub struct Listed {
    pub key: String,
    pub size: u64,
    pub modified: DateTime<Utc>,
}

impl Storage {
    /// Every object of ours, in no order. What other programs have put beside them is left out.
    ///
    /// # Errors
    /// A store that is not configured; in the stream, one that does not answer.
    pub fn list(
        &self,
        store: Store,
    ) -> Result<BoxStream<'static, Result<Listed, StorageError>>, StorageError> {
        let ours = |found: object_store::Result<ObjectMeta>| async {
            match found {
                Ok(meta) if !Place::is_key(meta.location.as_ref()) => None,
                Ok(meta) => Some(Ok(Listed {
                    key: meta.location.into(),
                    size: meta.size,
                    modified: meta.last_modified,
                })),
                Err(error) => Some(Err(error.into())),
            }
        };
        Ok(self.store(store)?.list(None).filter_map(ours).boxed())
    }
}
