//! Files as lists show them: with who uploaded them, their previews and their cards.

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::File;
use crate::models::filter::words::Words;
use crate::models::thumbnail::Preview;
use crate::schema::{cards, covers, files, objects, thumbnails, users};

#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(check_for_backend(diesel::pg::Pg))]
pub struct ListedFile {
    #[diesel(embed)]
    pub file: File,
    #[diesel(select_expression = cards::title)]
    pub card_title: String,
    /// The name of its uploader; none where the account is gone.
    #[diesel(select_expression = users::name.nullable())]
    pub uploaded_by: Option<String>,
    /// The file itself, where it is its card's cover.
    #[diesel(select_expression = covers::file_id.nullable())]
    pub cover_id: Option<Uuid>,
    #[diesel(embed)]
    pub preview: Option<Preview>,
}

/// In which order a board's files are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    #[default]
    Newest,
    Oldest,
    Name,
    Largest,
}

/// Which files of a board are listed, and how.
#[derive(Clone, Debug, Default)]
pub struct Search {
    pub words: Words,
    pub order: Order,
}

impl Order {
    pub const ALL: [Self; 4] = [Self::Newest, Self::Oldest, Self::Name, Self::Largest];

    pub fn word(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Oldest => "oldest",
            Self::Name => "name",
            Self::Largest => "largest",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|order| order.word() == word)
    }
}

#[diesel::dsl::auto_type(no_type_alias)]
fn listed() -> _ {
    let made = thumbnails::file_id.eq(files::id).and(thumbnails::object_key.eq(files::object_key));
    files::table
        .inner_join(objects::table)
        .inner_join(cards::table)
        .left_join(users::table)
        .left_join(covers::table)
        .left_join(thumbnails::table.on(made))
        .filter(files::deleted_at.is_null())
}

impl ListedFile {
    /// A card's files, those that came first first.
    pub async fn of_card(mut conn: &AsyncPgConnection, card_id: Uuid) -> QueryResult<Vec<Self>> {
        let of_card = listed().filter(files::card_id.eq(card_id)).order(files::id);
        of_card.select(Self::as_select()).load(&mut conn).await
    }

    /// One file.
    pub async fn find(mut conn: &AsyncPgConnection, id: Uuid) -> QueryResult<Self> {
        listed().filter(files::id.eq(id)).select(Self::as_select()).first(&mut conn).await
    }

    /// How many of a board's files are found, by their name or their card's title.
    pub async fn count_of_board(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        words: &Words,
    ) -> QueryResult<i64> {
        files::table
            .inner_join(cards::table)
            .filter(files::board_id.eq(board_id).and(files::deleted_at.is_null()))
            .filter(cards::deleted_at.is_null())
            .filter(files::name.ilike(words.pattern()).or(cards::title.ilike(words.pattern())))
            .count()
            .get_result(conn)
            .await
    }

    /// Up to `limit` of a board's files that are found, after the first `skipped`.
    pub async fn of_board(
        conn: &mut AsyncPgConnection,
        board_id: Uuid,
        Search { words, order }: &Search,
        skipped: i64,
        limit: i64,
    ) -> QueryResult<Vec<Self>> {
        let found = listed()
            .filter(files::board_id.eq(board_id).and(cards::deleted_at.is_null()))
            .filter(files::name.ilike(words.pattern()).or(cards::title.ilike(words.pattern())))
            .into_boxed::<Pg>();
        let ordered = match order {
            Order::Newest => found.order((files::created_at.desc(), files::id.desc())),
            Order::Oldest => found.order((files::created_at, files::id)),
            Order::Name => found.order((files::name, files::id)),
            Order::Largest => found.order((objects::size.desc(), files::id)),
        };
        ordered.offset(skipped).limit(limit).select(Self::as_select()).load(conn).await
    }
}
