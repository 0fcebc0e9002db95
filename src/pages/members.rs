//! Who is on a board, and how others come to it.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::app::App;
use crate::auth::link::{Link, Linked};
use crate::error::{AppError, AppResult};
use crate::models::access::Access;
use crate::models::invitation::Invitation;
use crate::models::join_link::JoinLink;
use crate::models::member::Member;
use crate::models::public_link::PublicLink;
use crate::models::right::Right;
use crate::models::watch;
use crate::views::members::{InvitationRow, JoinLinkRow, MemberForms, MemberRow, MembersPage, PublicLinkRow};

/// The members; for owners also those who are invited, and the links.
pub async fn show(
    conn: &AsyncPgConnection,
    app: &App,
    access: &Access,
    reader: Uuid,
    forms: MemberForms,
) -> AppResult<MembersPage> {
    let (id, now) = (access.board.id, app.clock.now());
    let decides = access.may(Right::Manage);
    let members = Member::of_board(conn, id).await?;
    let (invitations, join_links, public_link) = if decides {
        tokio::try_join!(
            Invitation::unanswered_of_board(conn, id),
            JoinLink::open_of_board(conn, id, now),
            PublicLink::open_of_board(conn, id, now),
        )?
    } else {
        Default::default()
    };
    let invitation = |invitation: Invitation| {
        let url = url(app, "invitations/accept", &invitation);
        InvitationRow::new(invitation, url, now)
    };
    let watching = watch::watches_board(conn, id, reader).await?;
    Ok(MembersPage {
        watching,
        board: access.into(),
        members: members.into_iter().map(|member| MemberRow::new(member, reader, decides)).collect(),
        open_role: access.board.open_role,
        sends_mail: app.config.sends_mail(),
        invitations: invitations.into_iter().map(invitation).collect(),
        join_links: join_links.iter().map(|link| JoinLinkRow::new(link, url(app, "join", link))).collect(),
        public_link: public_link.map(|link| PublicLinkRow::new(&link, url(app, "public", &link))),
        forms,
    })
}

/// The page after a change, by which the reader may have another role.
pub async fn changed(
    conn: &AsyncPgConnection,
    app: &App,
    access: &Access,
    reader: Uuid,
) -> AppResult<MembersPage> {
    let access = access.anew(conn, reader).await?.ok_or(AppError::NotFound)?;
    show(conn, app, &access, reader, MemberForms::default()).await
}

/// The address that leads to a row by its link.
fn url<T: Linked>(app: &App, path: &str, thing: &T) -> String {
    let token = Link::to(thing, app.config.session_secrets.current()).to_text();
    format!("{}/{path}/{token}", app.config.domain.origin())
}
