//! The face of one card, and of a person.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppResult;
use crate::language::Language;
use crate::models::access::Access;
use crate::models::face::{Faces, Scope};
use crate::models::member::Person;
use crate::models::principal::Principal;
use crate::realtime::Shown;
use crate::templates::Shell;
use crate::views::faces::FaceView;
use crate::views::people::PersonFace;

/// A person as others see them who have the same board open.
pub fn shown(app: &App, principal: &Principal) -> AppResult<Shown> {
    let Principal { id, name, picture_at, .. } = principal.clone();
    let person = Person { id, name: name.clone(), handle: String::new(), picture_at };
    let face =
        app.templates.part(&Shell::anonymous(Language::English), &PersonFace { person: person.into() })?;
    Ok(Shown { name, face })
}

/// The card's face; none where it is not on the board.
pub async fn face(conn: &AsyncPgConnection, access: &Access, id: Uuid) -> AppResult<Option<FaceView>> {
    let scope = Scope::Cards { board_id: access.board.id, ids: &[id] };
    Ok(FaceView::first(Faces::load(conn, scope).await?, access.time))
}
