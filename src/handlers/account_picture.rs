//! `/account/picture` and `/people/{user_id}/picture`: the picture that stands for a person.

use std::time::Duration;

use axum::extract::multipart::{Multipart, MultipartError};
use axum::http::StatusCode;
use tokio::time::timeout;

use super::extract::{Id, SignedIn, small_picture};
use crate::auth::cookies::Flash;
use crate::error::{AppError, AppResult};
use crate::files::content_type;
use crate::forms::{Form, FormError};
use crate::models::user::picture::UserPicture;
use crate::pages;
use crate::views::account::AccountPage;

/// Megabytes. What a phone takes is smaller.
const PICTURE_MOST_MB: u64 = 8;
/// How long it may take to arrive.
const ARRIVAL_MOST: Duration = Duration::from_mins(2);

/// `POST /account/picture`
pub async fn update(user: SignedIn, form: Multipart) -> AppResult {
    let received = timeout(ARRIVAL_MOST, receive(form)).await.unwrap_or(Err(FormError::UploadStopped));
    let picture = received.and_then(|bytes| {
        let kind = content_type::sniff(&bytes[..bytes.len().min(content_type::HEAD)]);
        if content_type::has_preview(kind) { Ok(bytes) } else { Err(FormError::NotAPicture) }
    });
    let mut conn = user.conn().await?;
    let problem = match picture {
        Ok(bytes) => {
            UserPicture::upload(&mut conn, user.principal.id, &bytes, user.app.clock.now()).await?;
            return user.go_saying(Flash::PictureSaved, "/account");
        }
        Err(problem) => problem,
    };
    let mut form = Form::blank(&["file"]);
    form.fail("file", problem);
    let account = user.user(&mut conn).await?;
    let page = pages::account::show(&mut conn, &user.app.config, &account).await?;
    let status = match problem {
        FormError::UploadTooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
        _ => StatusCode::UNPROCESSABLE_ENTITY,
    };
    user.show_as(status, &AccountPage { picture_form: form, ..page })
}

/// `POST /account/picture/remove`
pub async fn destroy(user: SignedIn) -> AppResult {
    UserPicture::remove(&mut *user.conn().await?, user.principal.id, user.app.clock.now()).await?;
    user.go_saying(Flash::PictureRemoved, "/account")
}

/// `GET /people/{user_id}/picture`; with `?v=`, which pages add, its address changes with the picture
pub async fn show(user: SignedIn, Id(user_id): Id) -> AppResult {
    let found = UserPicture::find(&mut *user.conn().await?, user_id).await?;
    let (content_type, bytes) = found.ok_or(AppError::NotFound)?;
    Ok(small_picture(content_type, bytes))
}

/// The bytes of the form's field `file`, as long as they are not too many.
async fn receive(mut form: Multipart) -> Result<Vec<u8>, FormError> {
    let broken = |error: MultipartError| match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => FormError::UploadTooLarge { mb: PICTURE_MOST_MB },
        _ => FormError::UploadBroken,
    };
    let mut bytes = Vec::new();
    while let Some(mut field) = form.next_field().await.map_err(broken)? {
        if field.name() != Some("file") {
            continue;
        }
        while let Some(piece) = field.chunk().await.map_err(broken)? {
            bytes.extend_from_slice(&piece);
            if bytes.len() as u64 > PICTURE_MOST_MB * 1024 * 1024 {
                return Err(FormError::UploadTooLarge { mb: PICTURE_MOST_MB });
            }
        }
    }
    if bytes.is_empty() { Err(FormError::NoFile) } else { Ok(bytes) }
}
