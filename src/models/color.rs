//! The colors a board can have.

use crate::text_enum::text_enum;

text_enum! {
    /// A board's color; the stylesheet knows what it looks like in light and in dark.
    #[derive(Default)]
    Color {
        Slate = "slate",
        Red = "red",
        Orange = "orange",
        Amber = "amber",
        Green = "green",
        Teal = "teal",
        Sky = "sky",
        #[default]
        Blue = "blue",
        Violet = "violet",
        Pink = "pink",
    }
}
