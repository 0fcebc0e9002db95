//! The emoji that people put on comments.

use crate::text_enum::text_enum;

text_enum! {
    /// One of eight, which everybody reads the same way.
    Reaction {
        ThumbsUp = "👍",
        ThumbsDown = "👎",
        Heart = "❤️",
        Party = "🎉",
        Laugh = "😄",
        Confused = "😕",
        Eyes = "👀",
        Rocket = "🚀",
    }
}
