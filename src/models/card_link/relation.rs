//! What a card is to another.

use crate::text_enum::text_enum;

text_enum! {
    /// Of the three that are kept, two are told from both sides.
    #[derive(Default)]
    Relation {
        #[default]
        Relates = "relates",
        Blocks = "blocks",
        BlockedBy = "blocked_by",
        Duplicates = "duplicates",
        DuplicatedBy = "duplicated_by",
    }
}

impl Relation {
    /// The same, told from the other card.
    #[must_use]
    pub fn reversed(self) -> Self {
        match self {
            Self::Relates => Self::Relates,
            Self::Blocks => Self::BlockedBy,
            Self::BlockedBy => Self::Blocks,
            Self::Duplicates => Self::DuplicatedBy,
            Self::DuplicatedBy => Self::Duplicates,
        }
    }

    /// Whether it is the other card that blocks or duplicates. Links are kept from that one's side.
    pub fn is_passive(self) -> bool {
        matches!(self, Self::BlockedBy | Self::DuplicatedBy)
    }
}
