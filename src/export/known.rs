//! The people whom a board names.

use std::collections::{HashMap, HashSet};

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::ExportError;
use crate::models::board_file::PersonEntry;

/// Learned as they come.
#[derive(Default)]
pub(super) struct Known {
    /// Their names.
    pub names: HashMap<Uuid, String>,
    /// Their names by their handles.
    pub by_handle: HashMap<String, String>,
    /// Those who were looked for.
    pub asked: HashSet<Uuid>,
}

impl Known {
    pub async fn learn(
        &mut self,
        conn: &AsyncPgConnection,
        ids: impl IntoIterator<Item = Uuid>,
    ) -> Result<(), ExportError> {
        let new: Vec<Uuid> = ids.into_iter().filter(|id| self.asked.insert(*id)).collect();
        if !new.is_empty() {
            for (id, name, handle) in PersonEntry::names(conn, &new).await? {
                self.by_handle.insert(handle, name.clone());
                self.names.insert(id, name);
            }
        }
        Ok(())
    }
}
