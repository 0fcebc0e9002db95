//! Light or dark, as a person wants it.

use crate::text_enum::text_enum;

text_enum! {
    /// How pages look to a user.
    #[derive(Default)]
    Theme {
        /// As the device is set.
        #[default]
        System = "system",
        Light = "light",
        Dark = "dark",
    }
}
