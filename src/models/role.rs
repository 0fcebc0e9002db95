//! What a member may do.

use crate::text_enum::text_enum;

text_enum! {
    /// A member's role on a board. Each may do what the one before may, and more: `role >= Role::Editor`.
    Role {
        /// Looks.
        Viewer = "viewer",
        /// Comments.
        Commenter = "commenter",
        /// Changes columns and cards.
        Editor = "editor",
        /// Names, archives and deletes the board, and decides who its members are.
        Owner = "owner",
    }
}

diesel::define_sql_function! {
    /// What a person may do on a board as it is now; null for those who may nothing, and for disabled accounts.
    fn member_role(
        board: diesel::sql_types::Uuid,
        member: diesel::sql_types::Nullable<diesel::sql_types::Uuid>,
    ) -> diesel::sql_types::Nullable<diesel::sql_types::Text>;
}
