//! What was said and done on a card: comments and history in one, the oldest first.

use chrono::{DateTime, Utc};
use minijinja::value::Value;
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::events::EventView;
use super::faces::FaceView;
use super::people::PersonView;
use crate::forms::Form;
use crate::models::comment::{CommentVersion, ListedComment};
use crate::models::reaction::Reaction;
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct Stream {
    pub entries: Vec<Entry>,
    /// The path of what came before.
    pub earlier: Option<String>,
    /// The form for another comment.
    pub form: Form,
    /// The reactions to choose from.
    pub reactions: &'static [Reaction],
}

/// An entry of the stream; one of the two is there.
#[derive(Debug, Serialize)]
pub struct Entry {
    pub comment: Option<CommentView>,
    /// Changes that came one after the other.
    pub changes: Vec<EventView>,
}

#[derive(Debug, Serialize)]
pub struct CommentView {
    id: Uuid,
    /// None where the account is gone.
    author: Option<PersonView>,
    /// Sanitized HTML.
    body_html: Value,
    at: DateTime<Utc>,
    edited_at: Option<DateTime<Utc>>,
    deleted: bool,
    /// Whether the reader wrote it.
    is_own: bool,
    /// Whether the reader may delete it, take that back, and see what it said before.
    may_decide: bool,
    reactions: Vec<ReactionView>,
    /// The form for another text.
    pub form: Form,
}

/// A reaction with the people it came from.
#[derive(Debug, Serialize)]
pub struct ReactionView {
    reaction: Reaction,
    count: usize,
    is_own: bool,
    names: String,
}

impl CommentView {
    /// `decides` says whether the reader is an owner of the board.
    pub fn new(listed: ListedComment, body_html: String, reader: Uuid, decides: bool) -> Self {
        let ListedComment { comment, body, author, reactions } = listed;
        let is_own = comment.user_id == Some(reader);
        let reaction = |(reaction, people): (Reaction, Vec<crate::models::member::Person>)| ReactionView {
            reaction,
            count: people.len(),
            is_own: people.iter().any(|person| person.id == reader),
            names: people.iter().map(|person| person.name.as_str()).collect::<Vec<_>>().join(", "),
        };
        let deleted = comment.deleted_at.is_some();
        Self {
            id: comment.id,
            author: author.map(Into::into),
            body_html: Value::from_safe_string(if deleted { String::new() } else { body_html }),
            at: comment.created_at,
            edited_at: comment.edited_at,
            deleted,
            is_own,
            may_decide: is_own || decides,
            reactions: reactions.into_iter().map(reaction).collect(),
            form: Form::filled([
                ("body", if is_own && !deleted { body } else { String::new() }),
                ("version", comment.version.to_string()),
            ]),
        }
    }

    pub fn id(&self) -> Uuid {
        self.id
    }
}

/// The stream alone, after something was said; with the card's face on the board beneath.
#[derive(Debug, Serialize)]
pub struct StreamPart {
    pub board: BoardView,
    pub card: super::files::CardId,
    pub stream: Stream,
    /// None where the card is not on the board.
    pub face: Option<FaceView>,
}

impl View for StreamPart {
    const PART: Option<&'static str> = Some("comments/_changed.html");
}

/// What a comment said before it was edited.
#[derive(Debug, Serialize)]
pub struct VersionsPage {
    pub board: BoardView,
    pub card: super::choice::Choice,
    pub versions: Vec<VersionView>,
}

#[derive(Debug, Serialize)]
pub struct VersionView {
    body: String,
    at: DateTime<Utc>,
}

impl From<CommentVersion> for VersionView {
    fn from(version: CommentVersion) -> Self {
        Self { body: version.body, at: version.written_at }
    }
}

impl View for VersionsPage {
    const PAGE: Option<&'static str> = Some("comments/versions.html");
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::models::comment::Comment;
    use crate::views::people::samples::person;
    use crate::views::samples::{Samples, TEXT, face_view, failed, now};

    impl Samples for Stream {
        fn samples(access: &Access) -> Vec<Self> {
            let reader = Uuid::now_v7();
            let comment = |user_id, deleted_at, decides| {
                let comment = Comment {
                    id: Uuid::now_v7(),
                    card_id: Uuid::now_v7(),
                    user_id,
                    version: 1,
                    created_at: now(),
                    edited_at: Some(now()),
                    deleted_at,
                };
                let author = user_id.map(|_| person());
                let reactions = vec![(Reaction::Heart, vec![person()])];
                let listed = ListedComment { comment, body: TEXT.to_owned(), author, reactions };
                let view = CommentView::new(listed, "<p><em>done</em></p>".to_owned(), reader, decides);
                Entry { comment: Some(view), changes: vec![] }
            };
            let changes = |count| {
                let changes = EventView::samples(access).into_iter().take(count).collect();
                Entry { comment: None, changes }
            };
            let mut refused = comment(Some(reader), None, true);
            if let Some(comment) = &mut refused.comment {
                comment.form = failed(&["body", "version"]);
            }
            let entries = vec![
                changes(1),
                comment(None, None, false),
                comment(Some(reader), None, false),
                comment(Some(reader), Some(now()), true),
                changes(3),
                refused,
            ];
            let (earlier, reactions) = (Some("/older".to_owned()), Reaction::ALL);
            vec![
                Self { entries, earlier, form: failed(&["body"]), reactions },
                Self { entries: vec![], earlier: None, form: Form::blank(&["body"]), reactions },
            ]
        }
    }

    impl Samples for StreamPart {
        fn samples(access: &Access) -> Vec<Self> {
            let part = |stream, face: Option<FaceView>| Self {
                board: access.into(),
                card: super::super::files::CardId { id: Uuid::now_v7() },
                stream,
                face,
            };
            let mut streams = Stream::samples(access);
            vec![part(streams.remove(0), face_view()), part(streams.remove(0), None)]
        }
    }

    impl Samples for VersionsPage {
        fn samples(access: &Access) -> Vec<Self> {
            let card = super::super::choice::Choice { id: Uuid::now_v7(), title: TEXT.to_owned() };
            let versions = vec![VersionView { body: TEXT.to_owned(), at: now() }];
            vec![Self { board: access.into(), card, versions }]
        }
    }
}
