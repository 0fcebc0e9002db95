//! What the values of a field are.

use crate::text_enum::text_enum;

text_enum! {
    #[derive(Default)]
    FieldKind {
        /// A line.
        #[default]
        Text = "text",
        /// Digits, kept as they are: see [`super::number::Number`].
        Number = "number",
        /// A day, which is that day everywhere.
        Date = "date",
        /// One of the field's choices.
        Choice = "choice",
        YesNo = "yes_no",
    }
}
