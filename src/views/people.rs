//! People, as others see them.

use serde::Serialize;
use uuid::Uuid;

use crate::models::color::Color;
use crate::models::member::Person;
use crate::models::user::User;

#[derive(Clone, Debug, Serialize)]
pub struct PersonView {
    pub id: Uuid,
    pub name: String,
    pub handle: String,
    initials: String,
    /// Always the same for one person.
    color: Color,
}

impl From<Person> for PersonView {
    fn from(person: Person) -> Self {
        Self {
            id: person.id,
            initials: User::initials(&person.name),
            color: color(person.id),
            name: person.name,
            handle: person.handle,
        }
    }
}

/// The color of a person's circle.
pub fn color(id: Uuid) -> Color {
    // The last bytes of an id are random.
    Color::ALL[usize::from(id.as_bytes()[15]) % Color::ALL.len()]
}

#[cfg(test)]
pub mod samples {
    use super::*;
    use crate::views::samples::TEXT;

    pub fn person() -> Person {
        Person { id: Uuid::now_v7(), name: TEXT.to_owned(), handle: "0123".to_owned() }
    }
}
