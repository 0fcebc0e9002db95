// @generated automatically by Diesel CLI.

diesel::table! {
    /// A board: columns with cards, shared by its members.
    boards (id) {
        id -> Uuid,
        title -> Text,
        color -> Text,
        /// Raised by every change of anything on the board, in that change's transaction.
        revision -> Int8,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        /// Since when the board is read-only and out of the way.
        archived_at -> Nullable<Timestamptz>,
        /// Since when nobody finds the board any more; the row goes 30 days later.
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    cards (id) {
        id -> Uuid,
        board_id -> Uuid,
        column_id -> Uuid,
        title -> Text,
        body -> Text,
        rank -> Text,
        version -> Int4,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        archived_at -> Nullable<Timestamptz>,
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    columns (id) {
        id -> Uuid,
        board_id -> Uuid,
        title -> Text,
        rank -> Text,
        wip_limit -> Nullable<Int4>,
        created_at -> Timestamptz,
        archived_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    events (id) {
        id -> Uuid,
        board_id -> Uuid,
        card_id -> Nullable<Uuid>,
        user_id -> Nullable<Uuid>,
        kind -> Text,
        data -> Jsonb,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    members (board_id, user_id) {
        board_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        starred_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    schema_compatibility (only_row) {
        only_row -> Bool,
        min_compatible -> Text,
    }
}

diesel::table! {
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        token_hash -> Bytea,
        user_agent -> Text,
        address -> Nullable<Text>,
        created_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    users (id) {
        id -> Uuid,
        name -> Text,
        email -> Text,
        password_hash -> Text,
        theme -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        disabled_at -> Nullable<Timestamptz>,
    }
}

diesel::joinable!(cards -> users (created_by));
diesel::joinable!(columns -> boards (board_id));
diesel::joinable!(events -> boards (board_id));
diesel::joinable!(events -> cards (card_id));
diesel::joinable!(events -> users (user_id));
diesel::joinable!(members -> boards (board_id));
diesel::joinable!(members -> users (user_id));
diesel::joinable!(sessions -> users (user_id));

diesel::allow_tables_to_appear_in_same_query!(
    boards,
    cards,
    columns,
    events,
    members,
    schema_compatibility,
    sessions,
    users,
);
