//! Being invited to a board.

use serde::Serialize;

use crate::forms::FormError;
use crate::models::color::Color;
use crate::models::invitation::State;
use crate::models::join_link;
use crate::models::role::Role;
use crate::templates::View;

#[derive(Debug, Serialize)]
pub struct InvitationPage {
    /// The board's title.
    pub board: String,
    pub color: Color,
    /// Who invites; none where the account is gone.
    pub by: Option<String>,
    pub role: Role,
    /// Where the invitation was sent.
    pub email: String,
    pub is_signed_in: bool,
    /// The reader's address, where it is another one.
    pub signed_in_as: Option<String>,
    pub may_register: bool,
    pub token: String,
    pub problem: Option<FormError>,
}

impl View for InvitationPage {
    const PAGE: Option<&'static str> = Some("invitation_answers/show.html");
}

/// An invitation that can be answered no more, or never was one.
#[derive(Debug, Serialize)]
pub struct InvitationOver {
    /// The message's id.
    why: &'static str,
}

impl InvitationOver {
    const UNKNOWN: &'static str = "invitation-unknown";
    const USED: &'static str = "invitation-used";
    const DECLINED: &'static str = "invitation-declined";
    const REVOKED: &'static str = "invitation-revoked";
    const EXPIRED: &'static str = "invitation-expired";

    /// Every message of these pages.
    #[cfg(test)]
    pub(crate) const MESSAGES: [&'static str; 5] =
        [Self::UNKNOWN, Self::USED, Self::DECLINED, Self::REVOKED, Self::EXPIRED];

    /// None for a link that leads nowhere.
    pub fn new(state: Option<State>) -> Self {
        let why = match state {
            None | Some(State::Open) => Self::UNKNOWN,
            Some(State::Used) => Self::USED,
            Some(State::Declined) => Self::DECLINED,
            Some(State::Revoked) => Self::REVOKED,
            Some(State::Expired) => Self::EXPIRED,
        };
        Self { why }
    }
}

impl View for InvitationOver {
    const PAGE: Option<&'static str> = Some("invitation_answers/over.html");
}

#[derive(Debug, Serialize)]
pub struct JoinPage {
    /// The board's title.
    pub board: String,
    pub color: Color,
    pub role: Role,
    pub is_signed_in: bool,
    pub may_register: bool,
    pub token: String,
    pub problem: Option<FormError>,
}

impl View for JoinPage {
    const PAGE: Option<&'static str> = Some("joins/show.html");
}

/// A join link by which nobody joins any more, or that never was one.
#[derive(Debug, Serialize)]
pub struct JoinOver {
    /// The message's id.
    why: &'static str,
}

impl JoinOver {
    const UNKNOWN: &'static str = "join-unknown";
    const USED: &'static str = "join-used";
    const REVOKED: &'static str = "join-revoked";
    const EXPIRED: &'static str = "join-expired";

    /// Every message of these pages.
    #[cfg(test)]
    pub(crate) const MESSAGES: [&'static str; 4] = [Self::UNKNOWN, Self::USED, Self::REVOKED, Self::EXPIRED];

    /// None for a link that leads nowhere.
    pub fn new(state: Option<join_link::State>) -> Self {
        use join_link::State;
        let why = match state {
            None | Some(State::Open) => Self::UNKNOWN,
            Some(State::Used) => Self::USED,
            Some(State::Revoked) => Self::REVOKED,
            Some(State::Expired) => Self::EXPIRED,
        };
        Self { why }
    }
}

impl View for JoinOver {
    const PAGE: Option<&'static str> = Some("joins/over.html");
}

#[cfg(test)]
mod samples {
    use super::*;
    use crate::models::access::Access;
    use crate::views::samples::{Samples, TEXT};

    impl Samples for InvitationPage {
        fn samples(access: &Access) -> Vec<Self> {
            let page = |is_signed_in, signed_in_as: Option<&str>, problem| Self {
                board: TEXT.to_owned(),
                color: Color::Teal,
                by: signed_in_as.map(|_| TEXT.to_owned()),
                role: access.member.role,
                email: "a@example.com".to_owned(),
                is_signed_in,
                signed_in_as: signed_in_as.map(str::to_owned),
                may_register: true,
                token: "0123".to_owned(),
                problem,
            };
            vec![
                page(false, None, None),
                page(true, None, Some(FormError::TooManyMembers)),
                page(true, Some("a@example.com"), None),
            ]
        }
    }

    impl Samples for InvitationOver {
        fn samples(_: &Access) -> Vec<Self> {
            Self::MESSAGES.map(|why| Self { why }).into()
        }
    }

    impl Samples for JoinPage {
        fn samples(access: &Access) -> Vec<Self> {
            let page = |is_signed_in, problem| Self {
                board: TEXT.to_owned(),
                color: Color::Teal,
                role: access.member.role,
                is_signed_in,
                may_register: true,
                token: "0123".to_owned(),
                problem,
            };
            vec![page(false, None), page(true, Some(FormError::TooManyMembers))]
        }
    }

    impl Samples for JoinOver {
        fn samples(_: &Access) -> Vec<Self> {
            Self::MESSAGES.map(|why| Self { why }).into()
        }
    }
}
