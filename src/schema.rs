// @generated automatically by Diesel CLI.

pub mod sql_types {
    #[derive(diesel::query_builder::QueryId, Clone, diesel::sql_types::SqlType)]
    #[diesel(postgres_type(name = "tsvector", schema = "pg_catalog"))]
    pub struct Tsvector;
}

diesel::table! {
    /// What a session of a program may do: its token is known to sessions by its hash alone.
    api_tokens (session_id) {
        session_id -> Uuid,
        name -> Text,
        /// The end of the token, by which its owner knows it.
        hint -> Text,
        /// read, write or manage; each may do what the one before may.
        scope -> Text,
        /// The boards that it reaches; empty for all of its owner's.
        board_ids -> Array<Uuid>,
    }
}

diesel::table! {
    /// Who a card is for.
    assignees (card_id, user_id) {
        card_id -> Uuid,
        user_id -> Uuid,
        board_id -> Uuid,
        assigned_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Who is told of new cards on a board.
    board_watches (board_id, user_id) {
        board_id -> Uuid,
        user_id -> Uuid,
        created_at -> Timestamptz,
    }
}

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
        /// What everybody with an account may do on the board; null where only its members find it.
        open_role -> Nullable<Text>,
        /// The highest number that a card of the board has had.
        last_card_number -> Int4,
        /// Whether the board is offered to begin other boards with.
        is_template -> Bool,
        /// Raised with the revision by changes that write search_entries; where it is behind, the board's entries are written anew.
        search_revision -> Int8,
    }
}

diesel::table! {
    /// What cards have filled in; without a row where that is nothing.
    card_fields (card_id, field_id) {
        card_id -> Uuid,
        field_id -> Uuid,
        board_id -> Uuid,
        /// In the one form that its kind has: a number's digits, a day in ISO 8601, yes or no, a line of text.
        value -> Nullable<Text>,
        /// What was chosen, in place of a value.
        choice_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    /// Which labels a card has.
    card_labels (card_id, label_id) {
        card_id -> Uuid,
        label_id -> Uuid,
        board_id -> Uuid,
    }
}

diesel::table! {
    /// What cards are to each other, also across boards.
    card_links (id) {
        id -> Uuid,
        /// The card that relates to, blocks or duplicates the other one.
        from_id -> Uuid,
        /// The board of that card; a trigger on cards keeps it so.
        from_board_id -> Uuid,
        to_id -> Uuid,
        /// The board of the other one; kept in the same way.
        to_board_id -> Uuid,
        kind -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Which cards a card's text or comments name.
    card_mentions (card_id, mentioned_in) {
        card_id -> Uuid,
        mentioned_in -> Uuid,
    }
}

diesel::table! {
    /// Which cards a card's text or comments name.
    card_references (id) {
        id -> Uuid,
        card_id -> Uuid,
        /// The card whose text or comment it is.
        named_in -> Uuid,
        /// The comment; null for the card's own text.
        comment_id -> Nullable<Uuid>,
    }
}

diesel::table! {
    /// Who is told of what happens to a card.
    card_watches (card_id, user_id) {
        card_id -> Uuid,
        user_id -> Uuid,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// A card in a column.
    cards (id) {
        id -> Uuid,
        board_id -> Uuid,
        column_id -> Uuid,
        title -> Text,
        /// Markdown.
        body -> Text,
        /// Fractional rank: the order of a column's cards, compared byte by byte. Archived cards keep theirs.
        rank -> Text,
        /// Raised when title or body change, so that two people who edit one card notice each other.
        version -> Int4,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        archived_at -> Nullable<Timestamptz>,
        /// Since when nobody finds the card any more; the row goes 30 days later.
        deleted_at -> Nullable<Timestamptz>,
        /// Its number on its board: #42. Given in order, never twice.
        number -> Nullable<Int4>,
        /// The day on which it begins: that day everywhere.
        start_on -> Nullable<Date>,
        /// The moment at which it begins, in place of a day.
        start_at -> Nullable<Timestamptz>,
        /// The day on which it is due: that day everywhere.
        due_on -> Nullable<Date>,
        /// The moment at which it is due, in place of a day.
        due_at -> Nullable<Timestamptz>,
        /// Since when it is done.
        done_at -> Nullable<Timestamptz>,
        /// Whether the card is offered to begin other cards of its board with.
        is_template -> Bool,
        /// Whether the card has a row in recurrences.
        recurs -> Bool,
    }
}

diesel::table! {
    /// A step of a checklist.
    checklist_items (id) {
        id -> Uuid,
        board_id -> Uuid,
        /// The checklist's card.
        card_id -> Uuid,
        checklist_id -> Uuid,
        /// A line of Markdown.
        text -> Text,
        /// Fractional rank: the order of a checklist's items, compared byte by byte.
        rank -> Text,
        /// Since when it is done.
        checked_at -> Nullable<Timestamptz>,
        /// Who it is for.
        user_id -> Nullable<Uuid>,
        /// The day on which it is due: that day everywhere.
        due_on -> Nullable<Date>,
        /// The moment at which it is due, in place of a day.
        due_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
        /// Since when nobody finds the item any more; the row goes 30 days later.
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// A list of steps on a card.
    checklists (id) {
        id -> Uuid,
        board_id -> Uuid,
        card_id -> Uuid,
        title -> Text,
        /// Fractional rank: the order of a card's checklists, compared byte by byte.
        rank -> Text,
        created_at -> Timestamptz,
        /// Since when nobody finds the checklist any more; the row goes 30 days later, with its items.
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// A column of a board.
    #[sql_name = "columns"]
    columns_ (id) {
        id -> Uuid,
        board_id -> Uuid,
        title -> Text,
        /// Fractional rank: the order of a board's columns, compared byte by byte.
        rank -> Text,
        /// How many cards the column should hold at most; a warning, not a wall.
        wip_limit -> Nullable<Int4>,
        created_at -> Timestamptz,
        archived_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// What a comment said before it was edited.
    comment_versions (comment_id, version) {
        comment_id -> Uuid,
        version -> Int4,
        body -> Text,
        written_at -> Timestamptz,
    }
}

diesel::table! {
    /// What somebody says on a card.
    comments (id) {
        /// UUIDv7: its order is the order of the comments.
        id -> Uuid,
        board_id -> Uuid,
        card_id -> Uuid,
        /// Its author; null where the account is gone.
        user_id -> Nullable<Uuid>,
        /// Markdown.
        body -> Text,
        /// Raised when the text changes, so that two windows that edit it notice each other.
        version -> Int4,
        created_at -> Timestamptz,
        edited_at -> Nullable<Timestamptz>,
        /// Since when only a line says that it was there; the row goes 30 days later.
        deleted_at -> Nullable<Timestamptz>,
        deleted_by -> Nullable<Uuid>,
    }
}

diesel::table! {
    /// Which of its files a card shows on the board.
    covers (card_id) {
        card_id -> Uuid,
        file_id -> Uuid,
    }
}

diesel::table! {
    /// A board's history, an entry a change; written in the change's own transaction.
    events (id) {
        /// UUIDv7: its order is the order of the history.
        id -> Uuid,
        board_id -> Uuid,
        card_id -> Nullable<Uuid>,
        user_id -> Nullable<Uuid>,
        kind -> Text,
        /// The names as they were then, by kind; see src/models/event.rs.
        data -> Jsonb,
        created_at -> Timestamptz,
        /// The first event of the same change; null for the first itself, and for those of older versions. No foreign key: deleting a board would look for the parts of each of its events.
        part_of -> Nullable<Uuid>,
        /// The first event of the change that this one took back.
        undoes -> Nullable<Uuid>,
        /// When the change that this event is the first of was taken back; null again once that was taken back.
        undone_at -> Nullable<Timestamptz>,
        /// The board's revision that the event belongs to: what of a page has changed since another one. Null for events of older versions.
        revision -> Nullable<Int8>,
    }
}

diesel::table! {
    /// What people take along: a ZIP of one board, or of all of theirs. One at a time of each.
    exports (id) {
        id -> Uuid,
        /// Who asked for it; what is in it is what they may see.
        user_id -> Uuid,
        /// The board; null for all boards of the person.
        board_id -> Nullable<Uuid>,
        /// The BCP 47 tag of the language of its pages.
        language -> Text,
        /// Where it lies, or is being written.
        object_key -> Nullable<Text>,
        /// How many of its cards and files have been written.
        done -> Int4,
        /// How many there are; 0 before it was begun.
        total -> Int4,
        /// How many files could not be read from their store.
        missing -> Int4,
        created_at -> Timestamptz,
        /// Until when it is there; then row and content go.
        expires_at -> Timestamptz,
        /// Since when it can be downloaded; null while it waits or is being made.
        made_at -> Nullable<Timestamptz>,
        /// Why it could not be made.
        failure -> Nullable<Text>,
    }
}

diesel::table! {
    /// What can be chosen for a field of the kind choice.
    field_choices (id) {
        id -> Uuid,
        field_id -> Uuid,
        name -> Text,
        /// The order of a field's choices, from 0.
        place -> Int4,
        /// Since when it can be chosen no more and no card shows it; the row goes 30 days later.
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// A field of a board's own, which its cards fill in.
    fields (id) {
        id -> Uuid,
        board_id -> Uuid,
        name -> Text,
        /// What its values are; never changed.
        kind -> Text,
        /// Whether the board shows the values on its cards.
        on_card -> Bool,
        /// Whether a column's head shows the sum of its cards' numbers.
        shows_sum -> Bool,
        /// Fractional rank: the order of a board's fields, compared byte by byte.
        rank -> Text,
        created_at -> Timestamptz,
        /// Since when nobody finds the field any more; the row goes 30 days later, with it the values of the cards.
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// A file on a card.
    files (id) {
        id -> Uuid,
        board_id -> Uuid,
        card_id -> Uuid,
        /// Its content; another one after it was replaced.
        object_key -> Text,
        name -> Text,
        /// What the bytes say, whatever the browser said.
        content_type -> Text,
        uploaded_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        /// Since when nobody finds the file any more; the row goes 30 days later.
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// Who was on a board until they left or were removed: they are told so where others are told that there is no such board.
    former_members (board_id, user_id) {
        board_id -> Uuid,
        user_id -> Uuid,
        left_at -> Timestamptz,
    }
}

diesel::table! {
    /// Which instance of Xtablo this database belongs to; one row.
    instance (only_row) {
        only_row -> Bool,
        /// The same stands in the stores that hold its files.
        id -> Uuid,
    }
}

diesel::table! {
    /// A person asked by mail to join a board. Its link is signed, and kept nowhere.
    invitations (id) {
        id -> Uuid,
        board_id -> Uuid,
        /// As typed.
        email -> Text,
        /// The one form of all spellings of the address.
        canonical_email -> Text,
        role -> Text,
        invited_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        /// When its mail was last sent.
        sent_at -> Timestamptz,
        expires_at -> Timestamptz,
        accepted_at -> Nullable<Timestamptz>,
        declined_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// The ticks of the schedules that have been enqueued: whoever writes the row enqueues the job.
    job_ticks (name, tick) {
        /// The schedule's.
        name -> Text,
        tick -> Timestamptz,
    }
}

diesel::table! {
    /// Work that is done outside a request, enqueued with the change that wants it. All times are by this server's clock.
    jobs (id) {
        /// UUIDv7: its order is the order of enqueuing.
        id -> Uuid,
        kind -> Text,
        queue -> Text,
        /// What the kind's type in Rust reads.
        payload -> Jsonb,
        state -> Text,
        /// 0 goes first, 3 last.
        priority -> Int2,
        /// Not before then.
        run_at -> Timestamptz,
        /// How often it was begun; counted when it is claimed.
        attempt -> Int4,
        max_attempts -> Int4,
        /// Until when its worker must be heard of; after that the job is another's to take.
        lease_until -> Nullable<Timestamptz>,
        /// The worker and its claim; no two claims have the same.
        leased_by -> Nullable<Text>,
        /// Why the last attempt failed, or why it was given up.
        last_error -> Nullable<Text>,
        /// At most one waiting job of a kind has it; cleared when the job is claimed.
        unique_key -> Nullable<Text>,
        created_at -> Timestamptz,
        finished_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// A link with which whoever has it joins a board. It is signed, and kept nowhere.
    join_links (id) {
        id -> Uuid,
        board_id -> Uuid,
        role -> Text,
        uses -> Int4,
        /// How many people may join by it; null for any number.
        uses_most -> Nullable<Int4>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        expires_at -> Timestamptz,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// What cards of a board can be marked with.
    labels (id) {
        id -> Uuid,
        board_id -> Uuid,
        /// May be empty: then the color is all there is.
        name -> Text,
        color -> Text,
        /// Fractional rank: the order of a board's labels, compared byte by byte.
        rank -> Text,
        created_at -> Timestamptz,
        /// Since when nobody finds the label any more; the row goes 30 days later, with it those of the cards.
        deleted_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// The newest backup that succeeded; one row, or none before the first.
    last_backup (only_row) {
        only_row -> Bool,
        /// When it was begun: everything from before is in it.
        succeeded_at -> Timestamptz,
    }
}

diesel::table! {
    /// A user's role on a board. Every look-up of anything on a board goes through here.
    members (board_id, user_id) {
        board_id -> Uuid,
        user_id -> Uuid,
        role -> Text,
        /// Since when this user has the board among the starred ones.
        starred_at -> Nullable<Timestamptz>,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Cards of which no mail tells a person.
    muted_cards (user_id, card_id) {
        user_id -> Uuid,
        card_id -> Uuid,
    }
}

diesel::table! {
    /// Mails that tell a person what happened, one a window; what is in it is written before it is sent.
    notification_mails (id) {
        /// Of the job that sends it, and its Message-ID: a mail that is sent again is the same mail.
        id -> Uuid,
        user_id -> Uuid,
        kind -> Text,
        /// When the window ended; for a mail at once when it was made.
        window_at -> Timestamptz,
        /// The card of a mail at once.
        card_id -> Nullable<Uuid>,
        items -> Jsonb,
        sent_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// What mail a person wants; a person without a row has the usual.
    notification_settings (user_id) {
        user_id -> Uuid,
        /// When mentions and assignments are mailed.
        urgent -> Text,
        /// When the rest is.
        rest -> Text,
        /// The hour of daily and weekly mails, in the person's zone.
        hour -> Int2,
        /// Whether dates are mailed, at eight in the person's zone.
        due -> Bool,
        /// Of what no mail tells: words with spaces between them.
        muted_reasons -> Text,
    }
}

diesel::table! {
    /// What a person is told: one line a card, or a board where it is of no card.
    notifications (id) {
        id -> Uuid,
        user_id -> Uuid,
        /// The board of the card; it follows the card to another one.
        board_id -> Uuid,
        card_id -> Nullable<Uuid>,
        /// The card, or the board.
        subject_id -> Uuid,
        /// Why they are told: the most pressing since they read it.
        reason -> Text,
        /// What happened last; null for what the calendar says. No foreign key: erasing a card would look for each of its events.
        event_id -> Nullable<Uuid>,
        /// Who did that.
        actor_id -> Nullable<Uuid>,
        /// How much has happened since it was read.
        count -> Int4,
        happened_at -> Timestamptz,
        /// When this line was last written to, by the clock of the worker.
        told_at -> Timestamptz,
        read_at -> Nullable<Timestamptz>,
        /// Until then it is neither shown, nor counted, nor mailed.
        snoozed_until -> Nullable<Timestamptz>,
        /// Whether a mention or an assignment is in no mail yet.
        mail_urgent -> Bool,
        /// Whether something else is in no mail yet.
        mail_rest -> Bool,
        /// Whether a date that comes or is past is in no mail yet.
        mail_due -> Bool,
        /// The date of which was last said that it is tomorrow.
        due_told -> Nullable<Text>,
        /// The date of which was last said that it is past.
        overdue_told -> Nullable<Text>,
    }
}

diesel::table! {
    /// What lies in a store, or is on its way there: the row is written before the first byte.
    objects (key) {
        /// Its name in the store; never given twice.
        key -> Text,
        store -> Text,
        size -> Nullable<Int8>,
        sha256 -> Nullable<Bytea>,
        /// Under which S3 keeps the parts of an upload that is not complete.
        multipart_id -> Nullable<Text>,
        created_at -> Timestamptz,
        /// Since when it is complete; unset while it is on its way.
        stored_at -> Nullable<Timestamptz>,
        /// Since when an upload that was never completed is being removed; nothing can complete it any more.
        condemned_at -> Nullable<Timestamptz>,
        /// Since when a file has another content in its place; readers who have begun may finish.
        replaced_at -> Nullable<Timestamptz>,
        /// Bytes that count against the quotas while it is on its way.
        reserved -> Nullable<Int8>,
        /// The board against whose quota; it may be gone by now.
        reserved_on -> Nullable<Uuid>,
    }
}

diesel::table! {
    /// Numbers of cards that have gone to another board since.
    old_card_numbers (board_id, number) {
        board_id -> Uuid,
        number -> Int4,
        card_id -> Uuid,
    }
}

diesel::table! {
    /// Handles that people had before; each leads to its person until it expires, and is nobody else's.
    old_handles (handle) {
        handle -> Text,
        user_id -> Uuid,
        expires_at -> Timestamptz,
    }
}

diesel::table! {
    /// A link with which a board is looked at without an account. It is signed, and kept nowhere.
    public_links (id) {
        id -> Uuid,
        board_id -> Uuid,
        shows_comments -> Bool,
        /// argon2id, as a PHC string; null where the link alone suffices.
        password_hash -> Nullable<Text>,
        created_by -> Nullable<Uuid>,
        created_at -> Timestamptz,
        /// Null for a link without an end.
        expires_at -> Nullable<Timestamptz>,
        revoked_at -> Nullable<Timestamptz>,
    }
}

diesel::table! {
    /// An emoji that somebody put on a comment.
    reactions (comment_id, user_id, reaction) {
        comment_id -> Uuid,
        user_id -> Uuid,
        reaction -> Text,
        created_at -> Timestamptz,
    }
}

diesel::table! {
    /// Replies that became comments: a mail server that did not hear so sends them again.
    received_mails (id) {
        /// SHA-256 of its Message-ID and of the address that it came to.
        id -> Bytea,
        received_at -> Timestamptz,
    }
}

diesel::table! {
    /// Cards that come back, and by which rule; it moves on to each new card.
    recurrences (card_id) {
        card_id -> Uuid,
        every -> Int2,
        unit -> Text,
        /// Which days of the weeks, months or years; see src/models/recurrence/rule.rs.
        days -> Text,
        /// When the card is done, or when it is due.
        comes_back -> Text,
        /// The IANA name of the zone of who made the rule, in which the card's times stay the same.
        time_zone -> Text,
        /// The time at which the card begins in that zone, also where its clocks skip it on that day.
        start_time -> Nullable<Time>,
        /// The same for when it is due.
        due_time -> Nullable<Time>,
        /// When the worker makes the next card; null while nothing has happened that it waits for.
        comes_at -> Nullable<Timestamptz>,
        /// The id that the next card will have, so that it is made once.
        next_card_id -> Uuid,
    }
}

diesel::table! {
    /// Senders who were told that a mail of theirs was refused: once a day.
    refused_mails (sender) {
        /// SHA-256 of the address.
        sender -> Bytea,
        refused_at -> Timestamptz,
    }
}

diesel::table! {
    /// Addresses to which a person replies from a mail of one card.
    reply_addresses (id) {
        /// Signed, it is the token of the address.
        id -> Uuid,
        user_id -> Uuid,
        card_id -> Uuid,
    }
}

diesel::table! {
    /// Which binaries may still run on this database; one row.
    schema_compatibility (only_row) {
        only_row -> Bool,
        /// Version of the newest migration a binary must know.
        min_compatible -> Text,
    }
}

diesel::table! {
    use diesel::sql_types::{Timestamptz, Uuid};
    use super::sql_types::Tsvector;

    /// The words of each card and of what is on it; see src/models/search.rs.
    search_entries (card_id) {
        card_id -> Uuid,
        /// Repeats the card's, to look through fewer entries; who may see a card is asked of the card's own.
        board_id -> Uuid,
        /// The words of the card's title alone.
        title -> Tsvector,
        /// All words: A of the title, B of the text, C of checklists, file names and fields, D of comments.
        words -> Tsvector,
        /// When any of it was last written.
        changed_at -> Timestamptz,
    }
}

diesel::table! {
    /// A signed-in browser.
    sessions (id) {
        id -> Uuid,
        user_id -> Uuid,
        /// HMAC-SHA-256 of the cookie's token under SESSION_SECRET; the token itself is kept nowhere.
        token_hash -> Bytea,
        user_agent -> Text,
        /// The IP address of the last sign-in; unknown behind some proxies.
        address -> Nullable<Text>,
        created_at -> Timestamptz,
        last_seen_at -> Timestamptz,
        /// Moves forward while the session is used.
        expires_at -> Timestamptz,
        /// Of a program with an API token; false for a browser. Such a session ends when it was said to, however it is used.
        is_token -> Bool,
    }
}

diesel::table! {
    /// The small picture of a file; without one where the file cannot be decoded.
    thumbnails (file_id) {
        file_id -> Uuid,
        /// The content it was made of: after another one has come, this one counts for nothing.
        object_key -> Text,
        width -> Nullable<Int4>,
        height -> Nullable<Int4>,
        content_type -> Nullable<Text>,
        bytes -> Nullable<Bytea>,
        made_at -> Timestamptz,
    }
}

diesel::table! {
    /// Events that somebody is still to be told of. A row goes with the notifications that it makes, in one transaction.
    untold_events (board_id, event_id) {
        board_id -> Uuid,
        event_id -> Uuid,
        /// The last person, by id, who was told already.
        after_user -> Nullable<Uuid>,
    }
}

diesel::table! {
    /// The picture that a person uploaded of themselves.
    user_pictures (user_id) {
        user_id -> Uuid,
        /// As it was uploaded; null once the worker has made a small square of it.
        original -> Nullable<Bytea>,
        /// Whether the worker could not read what was uploaded last.
        is_refused -> Bool,
        uploaded_at -> Timestamptz,
        content_type -> Nullable<Text>,
        bytes -> Nullable<Bytea>,
    }
}

diesel::table! {
    /// A person with an account.
    users (id) {
        id -> Uuid,
        name -> Text,
        /// As typed; unique whatever its case.
        email -> Text,
        /// argon2id, PHC string.
        password_hash -> Text,
        theme -> Text,
        created_at -> Timestamptz,
        updated_at -> Timestamptz,
        /// Since when the account may not sign in.
        disabled_at -> Nullable<Timestamptz>,
        /// Since when it is known that mail to this address reaches the person.
        email_confirmed_at -> Nullable<Timestamptz>,
        /// The address the person wants instead; takes effect once it is confirmed.
        new_email -> Nullable<Text>,
        /// The BCP 47 tag of the language of pages and mails; null for the browser's.
        language -> Nullable<Text>,
        /// The one form of all spellings of the address; unique.
        canonical_email -> Nullable<Text>,
        /// What stands behind an @ for the person; unique.
        handle -> Text,
        /// When the picture was made that stands for the person; null where their initials do.
        picture_at -> Nullable<Timestamptz>,
        /// The IANA name of the zone in which the person reads times; null for UTC.
        time_zone -> Nullable<Text>,
        /// Whether cards on boards show the names of their labels, not their colors alone.
        label_names -> Bool,
        /// Whether single letters do nothing on boards: who speaks to their computer sets them off by chance (WCAG 2.1.4).
        keys_off -> Bool,
        /// Whether others are not shown that the person has a board open.
        presence_off -> Bool,
        /// Whether the person sees their boards after signing in, not their work, however many boards there are.
        boards_first -> Bool,
    }
}

diesel::joinable!(api_tokens -> sessions (session_id));
diesel::joinable!(assignees -> boards (board_id));
diesel::joinable!(assignees -> cards (card_id));
diesel::joinable!(board_watches -> boards (board_id));
diesel::joinable!(board_watches -> users (user_id));
diesel::joinable!(card_fields -> boards (board_id));
diesel::joinable!(card_fields -> cards (card_id));
diesel::joinable!(card_fields -> field_choices (choice_id));
diesel::joinable!(card_fields -> fields (field_id));
diesel::joinable!(card_labels -> boards (board_id));
diesel::joinable!(card_labels -> cards (card_id));
diesel::joinable!(card_labels -> labels (label_id));
diesel::joinable!(card_references -> comments (comment_id));
diesel::joinable!(card_watches -> cards (card_id));
diesel::joinable!(card_watches -> users (user_id));
diesel::joinable!(cards -> users (created_by));
diesel::joinable!(checklist_items -> boards (board_id));
diesel::joinable!(checklist_items -> cards (card_id));
diesel::joinable!(checklist_items -> checklists (checklist_id));
diesel::joinable!(checklist_items -> users (user_id));
diesel::joinable!(checklists -> boards (board_id));
diesel::joinable!(checklists -> cards (card_id));
diesel::joinable!(columns_ -> boards (board_id));
diesel::joinable!(comment_versions -> comments (comment_id));
diesel::joinable!(comments -> boards (board_id));
diesel::joinable!(comments -> cards (card_id));
diesel::joinable!(covers -> cards (card_id));
diesel::joinable!(covers -> files (file_id));
diesel::joinable!(events -> boards (board_id));
diesel::joinable!(events -> cards (card_id));
diesel::joinable!(events -> users (user_id));
diesel::joinable!(exports -> boards (board_id));
diesel::joinable!(exports -> objects (object_key));
diesel::joinable!(exports -> users (user_id));
diesel::joinable!(field_choices -> fields (field_id));
diesel::joinable!(fields -> boards (board_id));
diesel::joinable!(files -> boards (board_id));
diesel::joinable!(files -> cards (card_id));
diesel::joinable!(files -> objects (object_key));
diesel::joinable!(files -> users (uploaded_by));
diesel::joinable!(former_members -> boards (board_id));
diesel::joinable!(former_members -> users (user_id));
diesel::joinable!(invitations -> boards (board_id));
diesel::joinable!(invitations -> users (invited_by));
diesel::joinable!(join_links -> boards (board_id));
diesel::joinable!(join_links -> users (created_by));
diesel::joinable!(labels -> boards (board_id));
diesel::joinable!(members -> boards (board_id));
diesel::joinable!(members -> users (user_id));
diesel::joinable!(muted_cards -> cards (card_id));
diesel::joinable!(muted_cards -> users (user_id));
diesel::joinable!(notification_mails -> users (user_id));
diesel::joinable!(notification_settings -> users (user_id));
diesel::joinable!(notifications -> boards (board_id));
diesel::joinable!(notifications -> cards (card_id));
diesel::joinable!(old_card_numbers -> boards (board_id));
diesel::joinable!(old_card_numbers -> cards (card_id));
diesel::joinable!(old_handles -> users (user_id));
diesel::joinable!(public_links -> boards (board_id));
diesel::joinable!(public_links -> users (created_by));
diesel::joinable!(reactions -> comments (comment_id));
diesel::joinable!(reactions -> users (user_id));
diesel::joinable!(recurrences -> cards (card_id));
diesel::joinable!(reply_addresses -> cards (card_id));
diesel::joinable!(reply_addresses -> users (user_id));
diesel::joinable!(search_entries -> cards (card_id));
diesel::joinable!(sessions -> users (user_id));
diesel::joinable!(thumbnails -> files (file_id));
diesel::joinable!(user_pictures -> users (user_id));

diesel::allow_tables_to_appear_in_same_query!(
    api_tokens,
    assignees,
    board_watches,
    boards,
    card_fields,
    card_labels,
    card_links,
    card_mentions,
    card_references,
    card_watches,
    cards,
    checklist_items,
    checklists,
    columns_,
    comment_versions,
    comments,
    covers,
    events,
    exports,
    field_choices,
    fields,
    files,
    former_members,
    instance,
    invitations,
    job_ticks,
    jobs,
    join_links,
    labels,
    last_backup,
    members,
    muted_cards,
    notification_mails,
    notification_settings,
    notifications,
    objects,
    old_card_numbers,
    old_handles,
    public_links,
    reactions,
    received_mails,
    recurrences,
    refused_mails,
    reply_addresses,
    schema_compatibility,
    search_entries,
    sessions,
    thumbnails,
    untold_events,
    user_pictures,
    users,
);
