//! What can be chosen for a field: each choice has an id, so that one which is renamed stays what cards have chosen.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::schema::{card_fields, cards, field_choices, fields};

/// Characters.
pub const NAME_MOST: usize = 60;
/// Choices of one field.
pub const OF_FIELD_MOST: usize = 50;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Queryable, Identifiable, Selectable)]
#[diesel(table_name = field_choices, check_for_backend(diesel::pg::Pg))]
pub struct FieldChoice {
    pub id: Uuid,
    pub name: String,
}

impl FieldChoice {
    /// The choices of a board's fields by field, each field's in their order.
    pub async fn of_board(
        mut conn: &AsyncPgConnection,
        board_id: Uuid,
    ) -> QueryResult<HashMap<Uuid, Vec<Self>>> {
        let rows: Vec<(Uuid, Self)> = field_choices::table
            .inner_join(fields::table)
            .filter(fields::board_id.eq(board_id))
            .filter(fields::deleted_at.is_null().and(field_choices::deleted_at.is_null()))
            .order((field_choices::field_id, field_choices::place))
            .select((field_choices::field_id, Self::as_select()))
            .load(&mut conn)
            .await?;
        let mut by_field: HashMap<Uuid, Vec<Self>> = HashMap::new();
        for (field_id, choice) in rows {
            by_field.entry(field_id).or_default().push(choice);
        }
        Ok(by_field)
    }

    /// A field's choices in order, and those that were removed and are not erased yet.
    pub(in crate::models) async fn of_field(
        mut conn: &AsyncPgConnection,
        field_id: Uuid,
    ) -> QueryResult<(Vec<Self>, Vec<Self>)> {
        let rows: Vec<(Self, bool)> = field_choices::table
            .filter(field_choices::field_id.eq(field_id))
            .order((field_choices::place, field_choices::id))
            .select((Self::as_select(), field_choices::deleted_at.is_null()))
            .load(&mut conn)
            .await?;
        let (live, removed): (Vec<_>, Vec<_>) = rows.into_iter().partition(|(_, is_live)| *is_live);
        let choices = |rows: Vec<(Self, bool)>| rows.into_iter().map(|(choice, _)| choice).collect();
        Ok((choices(live), choices(removed)))
    }

    /// What `names` make of the choices before: a name that is known keeps its choice, wherever it stands; a line between the
    /// same neighbours as a name that is gone renames it, where there are as many of the one as of the other; a name that was
    /// `removed` is that choice again; any other is new. What is left of `before` is removed.
    pub(super) fn revised(before: &[Self], removed: &[Self], names: &[&str]) -> Vec<Self> {
        let known: HashMap<&str, Uuid> =
            before.iter().map(|choice| (choice.name.as_str(), choice.id)).collect();
        let renamed = Self::renamed(before, names);
        let choice = |name: &&str| {
            let revived = || removed.iter().rev().find(|choice| choice.name == *name).map(|choice| choice.id);
            let id = known.get(name).or_else(|| renamed.get(name)).copied().or_else(revived);
            Self { id: id.unwrap_or_else(Uuid::now_v7), name: (*name).to_owned() }
        };
        names.iter().map(choice).collect()
    }

    /// The choices that get another name, by that name.
    fn renamed<'n>(before: &[Self], names: &[&'n str]) -> HashMap<&'n str, Uuid> {
        /// What has no counterpart, by the last one before it that has.
        fn loose<'a, T>(
            all: impl Iterator<Item = (&'a str, T)>,
            stays: impl Fn(&str) -> bool,
        ) -> BTreeMap<&'a str, Vec<T>> {
            let (mut groups, mut neighbour): (BTreeMap<&str, Vec<T>>, _) = (BTreeMap::new(), "");
            for (name, one) in all {
                if stays(name) {
                    neighbour = name;
                } else {
                    groups.entry(neighbour).or_default().push(one);
                }
            }
            groups
        }
        let old = before.iter().map(|choice| (choice.name.as_str(), choice.id));
        let gone = loose(old, |name| names.contains(&name));
        let come = loose(names.iter().map(|name| (*name, *name)), |name| {
            before.iter().any(|choice| choice.name == name)
        });
        let mut renamed = HashMap::new();
        for (neighbour, names) in come {
            if let Some(ids) = gone.get(neighbour).filter(|ids| ids.len() == names.len()) {
                renamed.extend(names.into_iter().zip(ids.iter().copied()));
            }
        }
        renamed
    }

    /// On how many cards one of these choices is.
    pub(super) async fn count_cards(mut conn: &AsyncPgConnection, ids: &[Uuid]) -> QueryResult<i64> {
        card_fields::table
            .inner_join(cards::table)
            .filter(card_fields::choice_id.eq_any(ids).and(cards::deleted_at.is_null()))
            .count()
            .get_result(&mut conn)
            .await
    }

    /// Makes these the choices of a field, in this order. One that is none of them is removed: no card shows it until it comes
    /// back.
    pub(super) async fn write(
        mut conn: &AsyncPgConnection,
        field_id: Uuid,
        choices: &[Self],
        at: DateTime<Utc>,
    ) -> QueryResult<()> {
        let ids: Vec<Uuid> = choices.iter().map(|choice| choice.id).collect();
        let live = field_choices::field_id.eq(field_id).and(field_choices::deleted_at.is_null());
        diesel::update(field_choices::table.filter(live.and(field_choices::id.ne_all(ids))))
            .set(field_choices::deleted_at.eq(at))
            .execute(&mut conn)
            .await?;
        let row = |(place, choice): (i32, &Self)| {
            (
                field_choices::id.eq(choice.id),
                field_choices::field_id.eq(field_id),
                field_choices::name.eq(choice.name.clone()),
                field_choices::place.eq(place),
            )
        };
        let rows: Vec<_> = (0..).zip(choices).map(row).collect();
        diesel::insert_into(field_choices::table)
            .values(rows)
            .on_conflict(field_choices::id)
            .do_update()
            .set((
                field_choices::name.eq(excluded(field_choices::name)),
                field_choices::place.eq(excluded(field_choices::place)),
                field_choices::deleted_at.eq(None::<DateTime<Utc>>),
            ))
            .execute(&mut conn)
            .await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choices(names: &[&str]) -> Vec<FieldChoice> {
        let number = |(number, name): (u128, &&str)| FieldChoice {
            id: Uuid::from_u128(number),
            name: (*name).to_owned(),
        };
        (1..).zip(names).map(number).collect()
    }

    /// The numbers of the choices; 0 for a new one.
    fn revised(before: &[&str], names: &[&str]) -> Vec<u128> {
        let before = choices(before);
        let known = |choice: &FieldChoice| before.iter().any(|one| one.id == choice.id);
        let after = FieldChoice::revised(&before, &[], names);
        assert!(after.iter().map(|choice| choice.name.as_str()).eq(names.iter().copied()));
        after.iter().map(|choice| if known(choice) { choice.id.as_u128() } else { 0 }).collect()
    }

    #[test]
    fn a_choice_keeps_its_id_where_it_goes_and_when_it_is_renamed() {
        let before = ["Low", "Middle", "High"];
        assert_eq!(revised(&before, &["High", "Low", "Middle"]), [3, 1, 2]);
        assert_eq!(revised(&before, &["Low", "Medium", "High"]), [1, 2, 3]);
        assert_eq!(revised(&before, &["Lowest", "Medium", "Highest"]), [1, 2, 3]);
        assert_eq!(revised(&before, &["Low", "Middle", "High", "Urgent"]), [1, 2, 3, 0]);
        assert_eq!(revised(&before, &["Low", "High"]), [1, 3]);
        // Nobody knows which of the two it is now, or whether it is one of them.
        assert_eq!(revised(&before, &["Low", "Medium", "Mean", "High"]), [1, 0, 0, 3]);
        assert_eq!(revised(&before, &["Middle", "High", "Urgent"]), [2, 3, 0]);
        assert_eq!(revised(&[], &["A", "B"]), [0, 0]);
    }

    #[test]
    fn a_name_that_was_removed_is_that_choice_again() {
        let all = choices(&["Low", "High"]);
        let (removed, before) = all.split_at(1);
        let after = FieldChoice::revised(before, removed, &["High", "Low"]);
        assert_eq!(after, [all[1].clone(), all[0].clone()]);
    }
}
