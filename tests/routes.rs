//! Every route with every kind of reader, who gets exactly as far as their right.

use axum::http::Method;
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use uuid::Uuid;
use xtablo::models::api_token::{ApiToken, NewApiToken, Scope};
use xtablo::models::card_link::name::CardName;
use xtablo::models::card_link::relation::Relation;
use xtablo::models::card_link::{CardLink, LinkError};
use xtablo::models::change::{Author, Change, ChangeError};
use xtablo::models::checklist::Checklist;
use xtablo::models::checklist::item::ChecklistItem;
use xtablo::models::color::Color;
use xtablo::models::comment::Comment;
use xtablo::models::field::kind::FieldKind;
use xtablo::models::field::{Field, NewField};
use xtablo::models::invitation::{Invitation, NewInvitation};
use xtablo::models::join_link::{JoinLink, NewJoinLink};
use xtablo::models::label::{Label, NewLabel};
use xtablo::models::member::Member;
use xtablo::models::right::Right;
use xtablo::models::role::Role;
use xtablo::models::session::Session;
use xtablo::models::user::User;
use xtablo::router::{self, Audience, Route};
use xtablo::schema::{boards, card_links, events, user_pictures, users};

use crate::support::TestApp;
use crate::support::browser::{Answer, Browser};

/// A picture of one pixel.
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0:~\x9bU\0\0\0\nIDATx\x9cc`\0\0\0\x02\0\x01\
    H\xaf\xa4q\0\0\0\0IEND\xaeB`\x82";

/// What a reader is to the board.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Reader {
    Anonymous,
    Disabled,
    Outsider,
    Member(Role),
    OwnerOfArchived,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Outcome {
    MustSignIn,
    NotFound,
    Forbidden,
    LetIn,
}

impl Reader {
    fn all() -> Vec<Self> {
        let members = Role::ALL.iter().map(|role| Self::Member(*role));
        let others = [Self::Anonymous, Self::Disabled, Self::Outsider, Self::OwnerOfArchived];
        others.into_iter().chain(members).collect()
    }

    fn expected(self, audience: Audience) -> Outcome {
        match (audience, self) {
            (Audience::Anyone, _) => Outcome::LetIn,
            (_, Self::Anonymous | Self::Disabled) => Outcome::MustSignIn,
            (Audience::SignedIn, _) => Outcome::LetIn,
            (Audience::Member(_), Self::Outsider) => Outcome::NotFound,
            (Audience::Member(right), Self::OwnerOfArchived) => match right {
                Right::Look | Right::Manage => Outcome::LetIn,
                Right::Comment | Right::Edit => Outcome::Forbidden,
            },
            (Audience::Member(right), Self::Member(role)) => {
                let least = match right {
                    Right::Look => Role::Viewer,
                    Right::Comment => Role::Commenter,
                    Right::Edit => Role::Editor,
                    Right::Manage => Role::Owner,
                };
                if role >= least { Outcome::LetIn } else { Outcome::Forbidden }
            }
        }
    }
}

/// What came of a request. Anything that the handler itself answers means that it was let in.
fn outcome(answer: &Answer) -> Outcome {
    let location = answer.headers.get("location").and_then(|path| path.to_str().ok());
    match answer.status.as_u16() {
        // A link that is over.
        410 => Outcome::LetIn,
        303 | 307 if location.is_some_and(|path| path.starts_with("/login")) => Outcome::MustSignIn,
        404 => Outcome::NotFound,
        403 => Outcome::Forbidden,
        status => {
            assert!(status < 500, "{answer:?}");
            Outcome::LetIn
        }
    }
}

/// A token of this person's.
async fn token_of(t: &TestApp, user_id: Uuid) -> Uuid {
    let mut conn = t.conn().await;
    let new = NewApiToken {
        name: "Script",
        hint: "abcd",
        scope: Scope::Read,
        board_ids: &[],
        expires_at: t.now() + chrono::TimeDelta::days(1),
    };
    let hash = Uuid::now_v7();
    assert!(ApiToken::create(&mut conn, user_id, new, hash.as_bytes(), t.now()).await.expect("made"));
    ApiToken::of_user(&mut conn, user_id, t.now()).await.expect("tokens")[0].id
}

struct People {
    ada: (User, Browser),
    eve: (User, Browser),
    disabled: Browser,
    members: Vec<(Role, User, Browser)>,
    /// An owner of every board, so that no other is the last one.
    spare: Uuid,
}

async fn people(t: &TestApp) -> People {
    let (gone, disabled) = t.sign_up("Gone").await;
    diesel::update(users::table.find(gone.id))
        .set(users::disabled_at.eq(t.now()))
        .execute(&mut t.conn().await)
        .await
        .expect("disabled");
    let mut members = Vec::new();
    for role in Role::ALL {
        let (user, browser) = t.sign_up(role.word()).await;
        members.push((*role, user, browser));
    }
    let spare = t.sign_up("Spare").await.0.id;
    People { spare, ada: t.sign_up("Ada").await, eve: t.sign_up("Eve").await, disabled, members }
}

impl People {
    fn browser(&self, t: &TestApp, reader: Reader) -> Browser {
        match reader {
            Reader::Anonymous => t.browser(),
            Reader::Disabled => self.disabled.clone(),
            Reader::Outsider => self.eve.1.clone(),
            Reader::OwnerOfArchived => self.ada.1.clone(),
            Reader::Member(role) => {
                self.members.iter().find(|(one, ..)| *one == role).expect("everybody").2.clone()
            }
        }
    }

    /// None for those without a session.
    fn user(&self, reader: Reader) -> Option<Uuid> {
        match reader {
            Reader::Anonymous | Reader::Disabled => None,
            Reader::Outsider => Some(self.eve.0.id),
            Reader::OwnerOfArchived => Some(self.ada.0.id),
            Reader::Member(role) => {
                self.members.iter().find(|(one, ..)| *one == role).map(|(_, user, _)| user.id)
            }
        }
    }
}

/// A board with one of everything.
struct Things {
    board: Uuid,
    column: Uuid,
    card: Uuid,
    file: Uuid,
    invitation: Uuid,
    comment: Uuid,
    /// That the comment was made.
    event: Uuid,
    link: Uuid,
    card_link: Uuid,
    label: Uuid,
    field: Uuid,
    checklist: Uuid,
    item: Uuid,
    /// A member whom nothing else needs.
    user: Uuid,
}

/// The comment is by this person, or by Ada.
async fn things(t: &TestApp, people: &People, archived: bool, author: Option<Uuid>) -> Things {
    let (ada, browser) = &people.ada;
    let board = t.board(ada, "Launch").await;
    let mut conn = t.conn().await;
    for (role, user, _) in &people.members {
        Member::create(&mut conn, board.id, user.id, *role, t.now()).await.expect("a member");
    }
    let column = t.column(&board, ada, "To do").await;
    let [card, other] = t.cards(&column, ada, &["Plan", "Other"]).await.try_into().expect("two cards");
    browser.clone().upload(&format!("/cards/{}/files", card.id), &[("a.png", PNG)]).await.expect(303);
    let file = t.files(card.id).await.remove(0);
    t.thumbnail(&file, PNG).await;
    let invitation = t.change(board.id, ada, async |change| {
        let new = NewInvitation { email: "zoe@example.com", role: Role::Viewer };
        Invitation::create(change, new, |_| Ok(Vec::new())).await
    });
    let link = t.change(board.id, ada, async |change| {
        JoinLink::create(change, NewJoinLink { role: Role::Viewer, days: 1, uses_most: None }).await
    });
    let label = t.change(board.id, ada, async |change| {
        Label::create(change, NewLabel { name: "Bug", color: Color::Red }).await
    });
    let field = t.change(board.id, ada, async |change| {
        let new = NewField { name: "Effort", on_card: true, shows_sum: true, choices: &[] };
        Field::create(change, FieldKind::Number, new).await
    });
    let linked = t.change(board.id, ada, async |change| {
        CardLink::create(change, card.id, CardName::Id(other.id), Relation::Relates).await
    });
    linked.await.unwrap_or_else(|error: LinkError| panic!("{error}"));
    let card_link = card_links::table.filter(card_links::from_id.eq(card.id)).select(card_links::id);
    let card_link = card_link.first(&mut conn).await.expect("a link");
    let checklist = t.change(board.id, ada, async |change| {
        let checklist = Checklist::create(change, card.id, "Steps").await?;
        ChecklistItem::create_all(change, &checklist, &["One", "Two"]).await?;
        Ok::<_, ChangeError>(checklist.id)
    });
    let checklist = checklist.await.expect("a checklist");
    let item = ChecklistItem::of_card(&conn, card.id).await.expect("items").remove(0).0.id;
    let author = author.unwrap_or(ada.id);
    let comment = Change::run(
        &mut conn,
        board.id,
        Author::Member { id: author, right: Right::Look },
        t.now(),
        async |change| Comment::create(change, &card, "Hello", &[]).await,
    );
    let comment = comment.await.expect("a comment").id;
    let newest = events::table.filter(events::board_id.eq(board.id)).order(events::id.desc());
    let event = newest.select(events::id).first(&mut conn).await.expect("its event");
    let (invitation, link) = (invitation.await.expect("an invitation").id, link.await.expect("a link").id);
    Member::create(&mut conn, board.id, people.spare, Role::Owner, t.now()).await.expect("a member");
    diesel::insert_into(user_pictures::table)
        .values((
            user_pictures::user_id.eq(people.spare),
            user_pictures::uploaded_at.eq(t.now()),
            user_pictures::content_type.eq("image/png"),
            user_pictures::bytes.eq(PNG),
        ))
        .on_conflict_do_nothing()
        .execute(&mut conn)
        .await
        .expect("a picture");
    if archived {
        let to = boards::archived_at.eq(t.now());
        diesel::update(boards::table.find(board.id)).set(to).execute(&mut conn).await.expect("archived");
    }
    Things {
        board: board.id,
        column: column.id,
        card: card.id,
        file: file.id,
        invitation,
        comment,
        event,
        link,
        card_link,
        label: label.await.expect("a label").id,
        field: field.await.expect("a field").id,
        checklist,
        item,
        user: people.spare,
    }
}

impl Things {
    fn path(&self, route: &Route) -> String {
        route
            .path
            .replace("{board_id}", &self.board.to_string())
            .replace("{column_id}", &self.column.to_string())
            .replace("{card_id}", &self.card.to_string())
            .replace("{file_id}", &self.file.to_string())
            .replace("{invitation_id}", &self.invitation.to_string())
            .replace("{comment_id}", &self.comment.to_string())
            .replace("{event_id}", &self.event.to_string())
            .replace("{number}", "1")
            .replace("{checklist_id}", &self.checklist.to_string())
            .replace("{item_id}", &self.item.to_string())
            .replace("{label_id}", &self.label.to_string())
            .replace("{field_id}", &self.field.to_string())
            .replace("/links/{link_id}", &format!("/links/{}", self.card_link))
            .replace("{link_id}", &self.link.to_string())
            .replace("{user_id}", &self.user.to_string())
            .replace("{name}", "a.png")
            .replace("{token}", "unknown")
    }
}

async fn ask(mut browser: Browser, route: &Route, path: &str) -> Answer {
    match route.method {
        Method::POST => browser.post(path, &[]).await,
        _ => browser.get(path).await,
    }
}

#[tokio::test]
async fn every_route_lets_in_those_with_its_right_and_nobody_else() {
    let t = TestApp::with(&[("REGISTRATION", "open")]).await;
    t.leaves_jobs();
    let people = people(&t).await;
    let (lasting, archived) =
        (Box::pin(things(&t, &people, false, None)).await, Box::pin(things(&t, &people, true, None)).await);
    let mut failed = Vec::new();
    for route in router::routes() {
        for reader in Reader::all() {
            // Undoing needs the right that was needed: here, to comment.
            let is_undo = route.path == "/events/{event_id}/undo";
            let audience = if is_undo { Audience::Member(Right::Comment) } else { route.audience };
            let expected = reader.expected(audience);
            let is_archived = reader == Reader::OwnerOfArchived;
            // What a form changes or deletes is made for it, and what only its author may see is theirs.
            let is_own = route.method == Method::POST || route.path.ends_with("/versions");
            let own = if expected == Outcome::LetIn && is_own && matches!(route.audience, Audience::Member(_))
            {
                Some(Box::pin(things(&t, &people, is_archived, people.user(reader))).await)
            } else {
                None
            };
            let shared = if is_archived { &archived } else { &lasting };
            let path = own.as_ref().unwrap_or(shared).path(&route);
            let mut browser = people.browser(&t, reader);
            let mut session = Uuid::now_v7();
            if let Some(user) = people.user(reader).filter(|_| !matches!(route.audience, Audience::Member(_)))
            {
                // A session of its own, for some of these end it.
                browser.sign_in(&t.app, user).await;
                let sessions = Session::of_user(&mut t.conn().await, user, t.now()).await.expect("sessions");
                session = sessions[0].id;
            }
            let path = path.replace("{session_id}", &session.to_string());
            let path = match people.user(reader).filter(|_| path.contains("{token_id}")) {
                Some(user) => path.replace("{token_id}", &token_of(&t, user).await.to_string()),
                None => path.replace("{token_id}", &session.to_string()),
            };
            let came = outcome(&ask(browser, &route, &path).await);
            // Pages for anyone send people on as they like.
            let is_right = came == expected
                || (route.audience == Audience::Anyone && matches!(came, Outcome::MustSignIn));
            if !is_right {
                failed.push(format!("{} {} for {reader:?}: {came:?}", route.method, route.path));
            }
        }
    }
    assert!(failed.is_empty(), "{failed:#?}");
}

#[test]
fn every_thing_in_a_path_belongs_to_a_board_and_has_a_right() {
    for route in router::routes() {
        let names_a_thing = [
            "{board_id}",
            "{column_id}",
            "{card_id}",
            "{file_id}",
            "{invitation_id}",
            "{link_id}",
            "{comment_id}",
            "{event_id}",
            "{label_id}",
            "{field_id}",
            "{checklist_id}",
            "{item_id}",
        ];
        // There the link is the right.
        let is_public = route.path.starts_with("/public/{token}");
        let is_of_a_board = !is_public && names_a_thing.iter().any(|name| route.path.contains(name));
        let has_a_right = matches!(route.audience, Audience::Member(_));
        assert_eq!(is_of_a_board, has_a_right, "{} {}", route.method, route.path);
    }
}
