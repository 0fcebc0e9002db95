//! People, as others see them.

use chrono::{DateTime, Utc};
use minijinja::value::Value;
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use crate::models::access::Access;
use crate::models::color::Color;
use crate::models::filter::words::Words;
use crate::models::member::Person;
use crate::models::user::User;
use crate::templates::View;

#[derive(Clone, Debug, Serialize)]
pub struct PersonView {
    pub id: Uuid,
    pub name: String,
    pub handle: String,
    initials: String,
    /// Always the same for one person.
    color: Color,
    /// The path of their picture; none where the initials stand for them.
    picture: Option<Value>,
}

impl From<Person> for PersonView {
    fn from(person: Person) -> Self {
        Self {
            id: person.id,
            initials: User::initials(&person.name),
            color: color(person.id),
            picture: picture_path(person.id, person.picture_at),
            name: person.name,
            handle: person.handle,
        }
    }
}

impl From<&User> for PersonView {
    fn from(user: &User) -> Self {
        let (name, handle) = (user.name.clone(), user.handle.clone());
        Person { id: user.id, name, handle, picture_at: user.picture_at }.into()
    }
}

/// The members of a board that were found.
#[derive(Debug, Serialize)]
pub struct PeoplePage {
    board: BoardView,
    /// What was searched for; may be empty.
    query: String,
    people: Vec<PersonView>,
}

impl PeoplePage {
    pub fn new(access: &Access, words: Words, found: Vec<Person>) -> Self {
        let people = found.into_iter().map(Into::into).collect();
        Self { board: access.into(), query: words.text, people }
    }
}

impl View for PeoplePage {
    const PAGE: Option<&'static str> = Some("board_people/index.html");
    const PART: Option<&'static str> = Some("board_people/_options.html");
}

/// A person's circle alone; the same in every language.
#[derive(Debug, Serialize)]
pub struct PersonFace {
    pub person: PersonView,
}

impl View for PersonFace {
    const PART: Option<&'static str> = Some("board_people/_face.html");
}

/// Another picture has another address, so a browser keeps each as long as it likes.
pub fn picture_path(id: Uuid, made_at: Option<DateTime<Utc>>) -> Option<Value> {
    // Has nothing to escape.
    let path = |at: DateTime<Utc>| format!("/people/{id}/picture?v={}", at.timestamp_micros());
    made_at.map(|at| Value::from_safe_string(path(at)))
}

/// The color of a person's circle.
pub fn color(id: Uuid) -> Color {
    // The last bytes of an id are random.
    Color::ALL[usize::from(id.as_bytes()[15]) % Color::ALL.len()]
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::views::samples::{Samples, TEXT};

    pub fn person() -> Person {
        Person { id: Uuid::now_v7(), name: TEXT.to_owned(), handle: "0123".to_owned(), picture_at: None }
    }

    impl Samples for PersonFace {
        fn samples(_: &Access) -> Vec<Self> {
            let pictured = Person { picture_at: Some(Utc::now()), ..person() };
            vec![Self { person: person().into() }, Self { person: pictured.into() }]
        }
    }

    impl Samples for PeoplePage {
        fn samples(access: &Access) -> Vec<Self> {
            let page = |words: &str, found| Self::new(access, Words::parse(words), found);
            vec![page("", vec![]), page(TEXT, vec![person()])]
        }
    }
}
