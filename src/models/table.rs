//! A board's cards as the rows of a table: what of them is shown, by what they are sorted, and a page of them.

use std::collections::HashMap;
use std::fmt;

use chrono::{DateTime, Utc};
use diesel::dsl::min;
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::sql_types::{Date, Nullable, Numeric, Text, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use url::form_urlencoded;
use uuid::Uuid;

use super::field::Field;
use super::field::kind::FieldKind;
use super::filter::Filter;
use super::filter::condition::decimal_of;
use crate::schema::{
    assignees, card_fields, card_labels, cards, columns_ as columns, field_choices, fields, labels, users,
};
use crate::time_zone::LocalTime;

/// Columns of a table at most, so that a page stays one.
const SHOWN_MOST: usize = 20;

/// What a column of the table shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Property {
    /// Always the first one.
    Title,
    Number,
    /// The board's column.
    Column,
    Labels,
    Assignees,
    Start,
    Due,
    Done,
    Created,
    Updated,
    Field(Uuid),
}

/// The table that an address asks for, besides the filter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layout {
    /// In order; none for those that a table has by itself.
    shown: Option<Vec<Property>>,
    sort: Option<Sort>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub by: Property,
    pub descending: bool,
}

/// Whose cards are asked for, which of them, and by whose calendar.
#[derive(Clone, Copy, Debug)]
pub struct Asked<'a> {
    pub board_id: Uuid,
    pub filter: &'a Filter,
    pub time: LocalTime,
}

/// One card.
#[derive(Clone, Debug, Queryable)]
pub struct TableRow {
    pub id: Uuid,
    pub column_id: Uuid,
    pub number: Option<i32>,
    pub done_at: Option<DateTime<Utc>>,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

diesel::define_sql_function! {
    /// When a day or a moment begins, in a zone.
    fn begins_at(day: Nullable<Date>, moment: Nullable<Timestamptz>, zone: Text) -> Nullable<Timestamptz>;
}
diesel::define_sql_function! {
    /// All digits of a number.
    fn digits_of(number: Nullable<Numeric>) -> Nullable<Text>;
}
diesel::define_sql_function! {
    #[aggregate]
    #[sql_name = "sum"]
    fn sum_of(number: Nullable<Numeric>) -> Nullable<Numeric>;
}

impl Property {
    /// Those that every card has.
    pub const OF_CARDS: [Self; 9] = [
        Self::Number,
        Self::Column,
        Self::Labels,
        Self::Assignees,
        Self::Start,
        Self::Due,
        Self::Done,
        Self::Created,
        Self::Updated,
    ];

    /// The word of one that every card has.
    pub fn word(self) -> &'static str {
        match self {
            Self::Title => "title",
            Self::Number => "number",
            Self::Column => "column",
            Self::Labels => "labels",
            Self::Assignees => "assignees",
            Self::Start => "start",
            Self::Due => "due",
            Self::Done => "done",
            Self::Created => "created",
            Self::Updated => "updated",
            Self::Field(_) => "field",
        }
    }

    /// None for what is no property of a card of the board with these fields.
    fn parse(text: &str, fields: &[Field]) -> Option<Self> {
        if let Some(id) = text.strip_prefix("field.") {
            let id = Uuid::try_parse(id).ok()?;
            return fields.iter().any(|field| field.id == id).then_some(Self::Field(id));
        }
        let mut all = [Self::Title].into_iter().chain(Self::OF_CARDS);
        all.find(|one| one.word() == text)
    }
}

/// As addresses have it.
impl fmt::Display for Property {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Field(id) => write!(f, "field.{id}"),
            other => f.write_str(other.word()),
        }
    }
}

impl Layout {
    /// Reads `show` and `sort` of a query; what the board does not have is passed over.
    pub fn parse(query: &str, fields: &[Field]) -> Self {
        let mut layout = Self::default();
        for (key, value) in form_urlencoded::parse(query.as_bytes()) {
            match &*key {
                "show" => {
                    let shown = layout.shown.get_or_insert_default();
                    let property = Property::parse(&value, fields).filter(|one| *one != Property::Title);
                    if let Some(one) = property.filter(|one| !shown.contains(one) && shown.len() < SHOWN_MOST)
                    {
                        shown.push(one);
                    }
                }
                "sort" => {
                    let (word, descending) =
                        value.strip_prefix('-').map_or((&*value, false), |word| (word, true));
                    layout.sort = Property::parse(word, fields).map(|by| Sort { by, descending });
                }
                _ => {}
            }
        }
        layout
    }

    /// What the table shows beside the titles, in order.
    pub fn shown(&self, fields: &[Field]) -> Vec<Property> {
        let usual = || {
            let on_card = fields.iter().filter(|field| field.on_card).map(|field| Property::Field(field.id));
            let usual = [Property::Column, Property::Labels, Property::Assignees, Property::Due];
            usual.into_iter().chain(on_card).take(SHOWN_MOST).collect()
        };
        self.shown.clone().unwrap_or_else(usual)
    }

    pub fn sort(&self) -> Option<Sort> {
        self.sort
    }

    /// The same sorted by something else.
    #[must_use]
    pub fn sorted(&self, sort: Option<Sort>) -> Self {
        Self { sort, ..self.clone() }
    }

    /// Key and value of each part, as a query or a form has them.
    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        // The titles are always shown: alone, they say that nothing else is.
        let title = self.shown.as_ref().filter(|shown| shown.is_empty()).map(|_| Property::Title);
        let shown = title.iter().chain(self.shown.iter().flatten()).map(|one| ("show", one.to_string()));
        let sign = |sort: &Sort| if sort.descending { "-" } else { "" };
        let sort = self.sort.iter().map(|sort| ("sort", format!("{}{}", sign(sort), sort.by)));
        shown.chain(sort).collect()
    }
}

/// As a query; it reads back as the same.
impl fmt::Display for Layout {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pairs: Vec<String> =
            self.pairs().into_iter().map(|(key, value)| format!("{key}={value}")).collect();
        f.write_str(&pairs.join("&"))
    }
}

impl TableRow {
    /// How many cards are found, and how many there are.
    pub async fn count(
        conn: &AsyncPgConnection,
        Asked { board_id, filter, time }: Asked<'_>,
    ) -> QueryResult<(i64, i64)> {
        let (mut one, mut other) = (conn, conn);
        let found = filter.cards(board_id, time).count().get_result(&mut one);
        let all = Filter::default().cards(board_id, time).count().get_result(&mut other);
        tokio::try_join!(found, all)
    }

    /// Up to `limit` of the cards that are found, after `offset` others. What has nothing to be sorted by comes last; those that
    /// are alike stand as on the board.
    pub async fn page(
        mut conn: &AsyncPgConnection,
        Asked { board_id, filter, time }: Asked<'_>,
        sort: Option<Sort>,
        fields: &[Field],
        offset: i64,
        limit: i64,
    ) -> QueryResult<Vec<Self>> {
        let place = columns::table.filter(columns::id.eq(cards::column_id)).select(columns::rank);
        let query = match sort {
            Some(sort) => sorted(filter.cards(board_id, time), sort, fields, time),
            None => filter.cards(board_id, time),
        };
        query
            .then_order_by((place.single_value(), cards::rank, cards::id))
            .offset(offset)
            .limit(limit)
            .select((
                cards::id,
                cards::column_id,
                cards::number,
                cards::done_at,
                cards::created_at,
                cards::updated_at,
            ))
            .load(&mut conn)
            .await
    }

    /// What these cards say in these fields, as text; a choice by its name.
    pub async fn values(
        mut conn: &AsyncPgConnection,
        cards: &[Uuid],
        shown: &[Uuid],
    ) -> QueryResult<HashMap<(Uuid, Uuid), String>> {
        let rows: Vec<(Uuid, Uuid, Option<String>, Option<String>)> = card_fields::table
            .left_join(field_choices::table)
            .filter(card_fields::card_id.eq_any(cards).and(card_fields::field_id.eq_any(shown)))
            .filter(field_choices::deleted_at.is_null())
            .select((
                card_fields::card_id,
                card_fields::field_id,
                card_fields::value,
                field_choices::name.nullable(),
            ))
            .load(&mut conn)
            .await?;
        let value = |(card, field, value, choice): (_, _, Option<String>, _)| {
            Some(((card, field), value.or(choice)?))
        };
        Ok(rows.into_iter().filter_map(value).collect())
    }

    /// What all cards that are found come to in each field of numbers, in digits.
    pub async fn sums(
        mut conn: &AsyncPgConnection,
        Asked { board_id, filter, time }: Asked<'_>,
    ) -> QueryResult<HashMap<Uuid, String>> {
        let found = filter.cards(board_id, time).select(cards::id);
        let sums: Vec<(Uuid, Option<String>)> = card_fields::table
            .inner_join(fields::table)
            .filter(card_fields::board_id.eq(board_id).and(card_fields::card_id.eq_any(found)))
            .filter(fields::kind.eq(FieldKind::Number).and(fields::deleted_at.is_null()))
            .group_by(card_fields::field_id)
            .select((card_fields::field_id, digits_of(sum_of(decimal_of(card_fields::value)))))
            .load(&mut conn)
            .await?;
        Ok(sums.into_iter().filter_map(|(id, sum)| Some((id, sum?))).collect())
    }
}

type Cards = cards::BoxedQuery<'static, Pg>;

fn sorted(query: Cards, Sort { by, descending }: Sort, fields: &[Field], time: LocalTime) -> Cards {
    macro_rules! by {
        ($value:expr) => {
            if descending {
                query.order($value.desc().nulls_last())
            } else {
                query.order($value.asc().nulls_last())
            }
        };
    }
    let zone = time.zone.name();
    match by {
        Property::Title => by!(cards::title),
        Property::Number => by!(cards::number),
        Property::Column => {
            by!(columns::table.filter(columns::id.eq(cards::column_id)).select(columns::rank).single_value())
        }
        Property::Labels => by!(card_labels::table
            .inner_join(labels::table)
            .filter(card_labels::card_id.eq(cards::id).and(labels::deleted_at.is_null()))
            .select(min(labels::rank))
            .single_value()),
        Property::Assignees => by!(assignees::table
            .inner_join(users::table.on(users::id.eq(assignees::user_id)))
            .filter(assignees::card_id.eq(cards::id))
            .select(min(users::name))
            .single_value()),
        Property::Start => by!(begins_at(cards::start_on, cards::start_at, zone)),
        Property::Due => by!(begins_at(cards::due_on, cards::due_at, zone)),
        Property::Done => by!(cards::done_at),
        Property::Created => by!(cards::created_at),
        Property::Updated => by!(cards::updated_at),
        Property::Field(id) => {
            let of_card = card_fields::card_id.eq(cards::id).and(card_fields::field_id.eq(id));
            let value = card_fields::table.filter(of_card);
            match fields.iter().find(|field| field.id == id).map(|field| field.kind) {
                Some(FieldKind::Number) => by!(value.select(decimal_of(card_fields::value)).single_value()),
                Some(FieldKind::Choice) => by!(card_fields::table
                    .inner_join(field_choices::table)
                    .filter(of_card.and(field_choices::deleted_at.is_null()))
                    .select(field_choices::place)
                    .single_value()),
                _ => by!(value.select(card_fields::value).single_value()),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields() -> Vec<Field> {
        let field = |number: u128, on_card| Field {
            id: Uuid::from_u128(number),
            board_id: Uuid::nil(),
            name: String::new(),
            kind: FieldKind::Number,
            on_card,
            shows_sum: false,
            rank: String::new(),
        };
        vec![field(1, true), field(2, false)]
    }

    #[test]
    fn a_layout_reads_back_as_itself() {
        let fields = fields();
        let (one, two) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let query = format!(
            "show=due&show=field.{two}&show=due&show=title&show=x&show=field.{}&sort=-due&q=a",
            Uuid::nil()
        );
        let layout = Layout::parse(&query, &fields);
        assert_eq!(layout.shown(&fields), [Property::Due, Property::Field(two)]);
        assert_eq!(layout.sort(), Some(Sort { by: Property::Due, descending: true }));
        assert_eq!(Layout::parse(&layout.to_string(), &fields), layout);
        let usual = Layout::parse("sort=nothing", &fields);
        assert_eq!((usual.sort(), usual.to_string()), (None, String::new()));
        assert_eq!(usual.shown(&fields).last(), Some(&Property::Field(one)));
        // All are taken off.
        let none = Layout::parse("show=", &fields);
        assert!(none.shown(&fields).is_empty());
        assert_eq!(Layout::parse(&none.to_string(), &fields), none);
        assert_eq!(Layout::parse(&"show=number&".repeat(500), &fields).shown(&fields), [Property::Number]);
    }
}
