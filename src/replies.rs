//! Replies by mail: one message becomes a comment of the person whom its address was made for, on that card.
//!
//! What is not taken is refused with a reason, which the mail server sends back; see `cli/mail.rs`.

pub mod message;
mod quoting;

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::RunQueryDsl;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use self::message::{Attachment, Message, Verdict};
use crate::app::App;
use crate::auth::reply_token;
use crate::email_address::canonical;
use crate::error::{AppError, Refusal};
use crate::files::{content_type, name};
use crate::language::Language;
use crate::markdown::references::Named;
use crate::models::card::Card;
use crate::models::change::{Author, Change, ChangeError};
use crate::models::comment::{self, Comment};
use crate::models::file::{AttachError, Content, File, NewFile};
use crate::models::reference::References;
use crate::models::reply_address::ReplyAddress;
use crate::models::right::Right;
use crate::models::user::User;
use crate::receiving::Pending;
use crate::schema::{boards, cards, received_mails, refused_mails};
use crate::text_enum::text_enum;

/// Bytes of a message.
pub const MESSAGE_MOST: u64 = 25 * 1024 * 1024;

/// Files of one message.
const FILES_MOST: usize = 20;

/// How long nobody is told twice that a message was refused.
const REFUSED_ONCE: TimeDelta = TimeDelta::hours(24);

text_enum! {
    /// Why a message becomes no comment.
    Refused {
        /// It is no mail, or to no address of ours.
        Unknown = "unknown",
        TooLarge = "too-large",
        /// A program wrote it: answering it may never end.
        Automatic = "automatic",
        /// The mail server that took it does not say that it is from whom it says.
        NotProved = "not-proved",
        /// It is from another address than the account's.
        OtherSender = "other-sender",
        /// The card is gone, or the person may not comment on it.
        NotAllowed = "not-allowed",
        Empty = "empty",
        TooLong = "too-long",
        /// They are too many or too large, or the person may not attach files.
        Attachments = "attachments",
    }
}

/// What came of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It is this comment.
    Taken {
        comment_id: Uuid,
    },
    /// It came before, and is one already.
    Known,
    Refused(Refused),
}

/// Takes a message. `recipient` is the address that it came to, where the mail server says it; else its head does.
///
/// # Errors
/// What may be over later: the message is to be tried again.
pub async fn take(app: &App, raw: &[u8], recipient: Option<&str>) -> anyhow::Result<(Outcome, Language)> {
    let mut language = Language::default();
    let outcome = match read(app, raw, recipient, &mut language).await {
        Ok(outcome) => outcome,
        Err(TakeError::Refused(refused)) => Outcome::Refused(refused),
        Err(TakeError::Failed(error)) => return Err(error),
    };
    Ok((outcome, language))
}

/// Whether the sender is to be told that their message was refused: once a day.
///
/// # Errors
/// The database's.
pub async fn is_to_be_told(app: &App, raw: &[u8]) -> anyhow::Result<bool> {
    let sender = Message::parse(raw).and_then(|message| message.from).unwrap_or_default();
    // Nobody's address is kept for having written to us.
    let hash = Sha256::digest(canonical(&sender).as_bytes()).to_vec();
    let now = app.clock.now();
    let told = diesel::sql_query(
        "INSERT INTO refused_mails (sender, refused_at) VALUES ($1, $2)
         ON CONFLICT (sender) DO UPDATE SET refused_at = excluded.refused_at WHERE refused_mails.refused_at <= $3",
    )
    .bind::<diesel::sql_types::Bytea, _>(hash)
    .bind::<diesel::sql_types::Timestamptz, _>(now)
    .bind::<diesel::sql_types::Timestamptz, _>(now - REFUSED_ONCE)
    .execute(&mut *app.db.conn().await?)
    .await?;
    Ok(told > 0)
}

/// Deletes what is only there to know a message again, once no server tries it any more.
///
/// # Errors
/// The database's.
pub async fn forget_old(app: &App, now: DateTime<Utc>) -> anyhow::Result<()> {
    let mut conn = app.db.conn().await?;
    let old = received_mails::table.filter(received_mails::received_at.lt(now - TimeDelta::days(30)));
    diesel::delete(old).execute(&mut conn).await?;
    let old = refused_mails::table.filter(refused_mails::refused_at.lt(now - REFUSED_ONCE));
    diesel::delete(old).execute(&mut conn).await?;
    Ok(())
}

/// Why a message was not taken.
#[derive(Debug, thiserror::Error)]
enum TakeError {
    #[error("refused: {0:?}")]
    Refused(Refused),
    #[error(transparent)]
    Failed(anyhow::Error),
}

macro_rules! failing {
    ($($error:ty),*) => { $(
        impl From<$error> for TakeError {
            fn from(error: $error) -> Self {
                Self::Failed(error.into())
            }
        }
    )* };
}
failing!(anyhow::Error, diesel::result::Error, crate::db::RunError, crate::storage::StorageError);

impl From<Refused> for TakeError {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<AppError> for TakeError {
    fn from(error: AppError) -> Self {
        match error {
            AppError::NotFound | AppError::Forbidden(_) => Self::Refused(Refused::NotAllowed),
            error => Self::Failed(error.into()),
        }
    }
}

impl From<ChangeError> for TakeError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Refused(Refusal::TooManyFiles) => Self::Refused(Refused::Attachments),
            ChangeError::Refused(_) | ChangeError::Query(diesel::result::Error::NotFound) => {
                Self::Refused(Refused::NotAllowed)
            }
            ChangeError::Query(error) => Self::Failed(error.into()),
        }
    }
}

impl From<AttachError> for TakeError {
    fn from(error: AttachError) -> Self {
        match error {
            AttachError::OverQuota(_) => Self::Refused(Refused::Attachments),
            AttachError::Change(error) => error.into(),
        }
    }
}

async fn read(
    app: &App,
    raw: &[u8],
    recipient: Option<&str>,
    language: &mut Language,
) -> Result<Outcome, TakeError> {
    if raw.len() as u64 > MESSAGE_MOST {
        return Err(Refused::TooLarge.into());
    }
    let config = app.config.mail_in.as_ref().ok_or(Refused::Unknown)?;
    let message = Message::parse(raw).ok_or(Refused::Unknown)?;
    let token = recipient
        .into_iter()
        .chain(message.recipients.iter().map(String::as_str))
        .find_map(|address| config.token(address))
        .ok_or(Refused::Unknown)?;
    let id = reply_token::read(token, &app.config.session_secrets).ok_or(Refused::Unknown)?;
    let mut conn = app.db.conn().await?;
    let address = ReplyAddress::find(&mut conn, id).await?.ok_or(Refused::Unknown)?;
    let user = User::find(&mut conn, address.user_id).await?.ok_or(Refused::Unknown)?;
    *language = user.language().unwrap_or_default();
    if message.is_automatic {
        return Err(Refused::Automatic.into());
    }
    if message.dmarc(&config.authenticated_by) != Verdict::Passed {
        return Err(Refused::NotProved.into());
    }
    let is_theirs = message.from.as_deref().is_some_and(|from| canonical(from) == canonical(&user.email));
    if !is_theirs || user.disabled_at.is_some() {
        return Err(Refused::OtherSender.into());
    }
    let body = crate::plain_text::lines(&quoting::said(&message.text)).trim().to_owned();
    match body.chars().count() {
        0 => return Err(Refused::Empty.into()),
        length if length > comment::BODY_MOST => return Err(Refused::TooLong.into()),
        _ => {}
    }
    let card: Card = cards::table
        .inner_join(boards::table.on(boards::id.eq(cards::board_id)))
        .filter(cards::id.eq(address.card_id).and(cards::deleted_at.is_null()))
        .filter(boards::deleted_at.is_null())
        .select(Card::as_select())
        .first(&mut conn)
        .await
        .optional()?
        .ok_or(Refused::NotAllowed)?;
    let named = Named::of([&*app.markdown.render(&body).await?]);
    let references = References::find(&conn, card.board_id, &named, Some(user.id), app.clock.now()).await?;
    drop(conn);
    let files = store(app, &message.attachments).await?;
    let right = if files.is_empty() { Right::Comment } else { Right::Edit };
    let author = Author::Member { id: user.id, right };
    let people = references.named_people();
    // The same message to the same address is the same reply, whatever else its head says.
    let key = Sha256::digest([message.id.as_bytes(), b"\n", id.as_bytes()].concat()).to_vec();
    let limits = &app.config.files;
    let made =
        Change::run(&mut *app.db.conn().await?, card.board_id, author, app.clock.now(), async |change| {
            let is_new = diesel::insert_into(received_mails::table)
                .values((received_mails::id.eq(&key), received_mails::received_at.eq(change.at())))
                .on_conflict_do_nothing()
                .execute(&mut change.conn())
                .await?;
            if is_new == 0 {
                return Ok(None);
            }
            let comment = Comment::create(change, &card, &body, &people).await?;
            references.keep(change, card.id, Some(comment.id)).await?;
            for (name, content, _) in &files {
                File::attach(change, card.id, NewFile { name, content }, limits).await?;
            }
            Ok::<_, TakeError>(Some(comment.id))
        })
        .await;
    let made = match made {
        Err(TakeError::Refused(Refused::NotAllowed)) if !files.is_empty() => {
            return Err(Refused::Attachments.into());
        }
        made => made?,
    };
    Ok(match made {
        Some(comment_id) => {
            for (_, _, pending) in files {
                pending.keep();
            }
            Outcome::Taken { comment_id }
        }
        None => Outcome::Known,
    })
}

/// Puts what is attached into the store. Dropped without [`Pending::keep`], it is removed again.
async fn store(app: &App, attachments: &[Attachment]) -> Result<Vec<(String, Content, Pending)>, TakeError> {
    let is_too_large = |one: &Attachment| one.bytes.len() as u64 > app.config.files.upload_most;
    if attachments.len() > FILES_MOST || attachments.iter().any(is_too_large) {
        return Err(Refused::Attachments.into());
    }
    let mut files = Vec::new();
    for one in attachments {
        let pending = Pending::begin(app).await?;
        let stored = app.storage.put(pending.place(), one.bytes.clone().into()).await?;
        let content_type = content_type::sniff(&one.bytes);
        let content = Content { place: pending.place().clone(), stored, content_type };
        files.push((name::clean(&one.name), content, pending));
    }
    Ok(files)
}
