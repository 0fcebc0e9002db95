//! Who is on a board, and how others come to it.

use chrono::{DateTime, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::access::BoardView;
use super::people::PersonView;
use super::qr_code::QrCode;
use crate::forms::{Form, FormError};
use crate::models::invitation::{Invitation, State};
use crate::models::join_link::JoinLink;
use crate::models::member::ListedMember;
use crate::models::public_link::PublicLink;
use crate::models::role::Role;
use crate::templates::View;

/// The forms of the page, with what was typed into the one that was refused.
#[derive(Clone, Debug, Serialize)]
pub struct MemberForms {
    pub invitation: Form,
    pub join_link: Form,
    pub public_link: Form,
    /// What is wrong with a change of a member.
    pub problem: Option<FormError>,
}

impl Default for MemberForms {
    fn default() -> Self {
        Self {
            invitation: Form::filled([("email", String::new()), ("role", Role::Editor.word().to_owned())]),
            join_link: Form::filled([
                ("role", Role::Editor.word().to_owned()),
                ("days", "7".to_owned()),
                ("uses", String::new()),
            ]),
            public_link: Form::blank(&["days", "password", "comments"]),
            problem: None,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct MembersPage {
    pub board: BoardView,
    pub members: Vec<MemberRow>,
    /// What everybody with an account may do on the board.
    pub open_role: Option<Role>,
    /// Whether mail can be sent; otherwise the links of invitations are shown.
    pub sends_mail: bool,
    pub invitations: Vec<InvitationRow>,
    pub join_links: Vec<JoinLinkRow>,
    /// The open one.
    pub public_link: Option<PublicLinkRow>,
    pub forms: MemberForms,
    /// Whether the reader is told of new cards.
    pub watching: bool,
}

impl View for MembersPage {
    const PAGE: Option<&'static str> = Some("members/index.html");
    const PART: Option<&'static str> = Some("members/_people.html");
}

#[derive(Debug, Serialize)]
pub struct MemberRow {
    person: PersonView,
    /// Owners alone see it.
    email: Option<String>,
    role: Role,
    since: DateTime<Utc>,
    is_reader: bool,
    disabled: bool,
}

impl MemberRow {
    pub fn new(member: ListedMember, reader: Uuid, shows_email: bool) -> Self {
        Self {
            is_reader: member.person.id == reader,
            person: member.person.into(),
            email: shows_email.then_some(member.email),
            role: member.role,
            since: member.since,
            disabled: member.disabled_at.is_some(),
        }
    }
}

#[derive(Debug, Serialize)]
pub struct InvitationRow {
    id: Uuid,
    email: String,
    role: Role,
    sent_at: DateTime<Utc>,
    expires_at: DateTime<Utc>,
    expired: bool,
    url: String,
}

impl InvitationRow {
    pub fn new(invitation: Invitation, url: String, now: DateTime<Utc>) -> Self {
        Self {
            expired: invitation.state(now) == State::Expired,
            id: invitation.id,
            email: invitation.email,
            role: invitation.role,
            sent_at: invitation.sent_at,
            expires_at: invitation.expires_at,
            url,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct JoinLinkRow {
    id: Uuid,
    role: Role,
    uses: i32,
    uses_most: Option<i32>,
    expires_at: DateTime<Utc>,
    url: String,
    qr_code: QrCode,
}

impl JoinLinkRow {
    pub fn new(link: &JoinLink, url: String) -> Self {
        Self {
            id: link.id,
            role: link.role,
            uses: link.uses,
            uses_most: link.uses_most,
            expires_at: link.expires_at,
            qr_code: QrCode::of(&url),
            url,
        }
    }
}

#[derive(Debug, Serialize)]
pub struct PublicLinkRow {
    id: Uuid,
    has_password: bool,
    shows_comments: bool,
    expires_at: Option<DateTime<Utc>>,
    url: String,
}

impl PublicLinkRow {
    pub fn new(link: &PublicLink, url: String) -> Self {
        Self {
            id: link.id,
            has_password: link.password_hash.is_some(),
            shows_comments: link.shows_comments,
            expires_at: link.expires_at,
            url,
        }
    }
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::people::samples::person;
    use crate::views::samples::{Samples, TEXT, failed, now};

    impl Samples for MembersPage {
        fn samples(access: &Access) -> Vec<Self> {
            let url = || "https://boards.example.com/x?a=1&b=2".to_owned();
            let member = |role, is_reader| MemberRow {
                person: person().into(),
                email: Some("a@example.com".to_owned()),
                role,
                since: now(),
                is_reader,
                disabled: !is_reader,
            };
            let members = || Role::ALL.iter().map(|role| member(*role, *role == Role::Owner)).collect();
            let id = Uuid::now_v7();
            let invitation = |expired| InvitationRow {
                id,
                email: TEXT.to_owned(),
                role: Role::Viewer,
                sent_at: now(),
                expires_at: now(),
                expired,
                url: url(),
            };
            let join_link = |uses_most| JoinLinkRow {
                id,
                role: Role::Editor,
                uses: 1,
                uses_most,
                expires_at: now(),
                url: url(),
                qr_code: QrCode::of(&url()),
            };
            let public_link = |full: bool| PublicLinkRow {
                id,
                has_password: full,
                shows_comments: full,
                expires_at: full.then(now),
                url: url(),
            };
            let refused = MemberForms {
                invitation: failed(&["email", "role"]),
                join_link: failed(&["role", "days", "uses"]),
                public_link: failed(&["days", "password", "comments"]),
                problem: Some(FormError::LastOwner),
            };
            let page = |open_role, sends_mail, forms: MemberForms| Self {
                board: access.into(),
                members: members(),
                open_role,
                sends_mail,
                invitations: vec![invitation(false), invitation(true)],
                join_links: vec![join_link(None), join_link(Some(3))],
                public_link: Some(public_link(sends_mail)),
                watching: forms.problem.is_some(),
                forms,
            };
            vec![
                page(None, true, MemberForms::default()),
                page(Some(Role::Viewer), false, refused),
                Self {
                    board: access.into(),
                    members: members(),
                    open_role: None,
                    sends_mail: true,
                    invitations: vec![],
                    join_links: vec![],
                    public_link: None,
                    watching: false,
                    forms: MemberForms::default(),
                },
            ]
        }
    }
}
