//! `GET /thumbnails/{file_id}`: the small picture of a file.

use diesel_async::AsyncPgConnection;

use super::extract::{Look, On, Public, small_picture};
use crate::error::{AppError, AppResult};
use crate::models::file::File;
use crate::models::thumbnail::Thumbnail;

/// `GET /thumbnails/{file_id}`; with `?v=`, which pages add, its address changes with the picture
pub async fn show(on: On<File, Look>) -> AppResult {
    answer(&mut *on.conn().await?, &on.thing).await
}

/// `GET /public/{token}/thumbnails/{file_id}`
pub async fn show_public(on: Public<File>) -> AppResult {
    answer(&mut *on.conn().await?, &on.thing).await
}

async fn answer(conn: &mut AsyncPgConnection, file: &File) -> AppResult {
    let thumbnail = Thumbnail::find(conn, file).await?;
    let (Some(content_type), Some(bytes)) = (thumbnail.content_type, thumbnail.bytes) else {
        return Err(AppError::NotFound);
    };
    Ok(small_picture(content_type, bytes))
}
