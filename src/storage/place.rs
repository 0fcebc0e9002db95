//! Where an object lies: in which store, under which key.

use object_store::path::Path;
use uuid::Uuid;

use super::StorageError;
use crate::text_enum::text_enum;

text_enum! {
    /// Which of the stores.
    Store {
        /// A folder, `STORAGE_DIR`.
        Local = "local",
        /// A bucket, `S3_BUCKET`.
        S3 = "s3",
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub store: Store,
    pub key: String,
}

impl Place {
    /// A key that no other object has: a UUIDv7 in one of 256 folders, chosen by its random end.
    pub(super) fn new(store: Store) -> Self {
        let id = Uuid::now_v7().to_string();
        Self { store, key: format!("{}/{id}", &id[id.len() - 2..]) }
    }

    /// Whether a key looks like one of ours. Other keys belong to another program and are left alone.
    pub fn is_key(key: &str) -> bool {
        let good = |(folder, id): (&str, &str)| {
            let uuid = Uuid::try_parse(id).is_ok_and(|uuid| uuid.hyphenated().to_string() == id);
            uuid && id.ends_with(folder) && folder.len() == 2
        };
        key.split_once('/').is_some_and(good)
    }

    pub(super) fn path(&self) -> Result<Path, StorageError> {
        Path::parse(&self.key).map_err(|error| StorageError::from(object_store::Error::from(error)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_told_from_what_somebody_else_has_put_there() {
        assert!(Place::is_key(&Place::new(Store::Local).key));
        for other in [
            "",
            "readme.txt",
            "7f/readme.txt",
            "ab/0193a1de-0000-7000-8000-000000000000",
            "00/0193A1DE-0000-7000-8000-000000000000",
            "backups/00/0193a1de-0000-7000-8000-000000000000",
        ] {
            assert!(!Place::is_key(other), "{other}");
        }
    }
}
