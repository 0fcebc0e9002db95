//! The rights on a board, from the weakest to the strongest.

use super::role::Role;
use crate::error::Refusal;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// See the board and everything on it, archived or not.
    Look,
    /// Say something about its cards.
    Comment,
    /// Change its columns, cards and files.
    Edit,
    /// Name, archive, restore and delete the board itself.
    Manage,
}

impl Right {
    /// Whether a member with this role has this right.
    ///
    /// # Errors
    /// Why not.
    pub fn weigh(self, role: Role, board_is_archived: bool) -> Result<(), Refusal> {
        let least = match self {
            Self::Look => Role::Viewer,
            Self::Comment => Role::Commenter,
            Self::Edit => Role::Editor,
            Self::Manage => Role::Owner,
        };
        match self {
            Self::Manage if role < least => Err(Refusal::OwnersOnly),
            _ if role < least => Err(Refusal::RoleTooLow),
            Self::Comment | Self::Edit if board_is_archived => Err(Refusal::BoardArchived),
            _ => Ok(()),
        }
    }
}
