//! The files on the demo's cards: two pictures, drawn here, and two texts.

use std::io::Cursor;

use anyhow::Context;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use image::{ImageFormat, Rgb, RgbImage};
use uuid::Uuid;

use crate::app::App;
use crate::files::content_type;
use crate::models::card::Card;
use crate::models::change::{Author, Change};
use crate::models::file::{Content, File, NewFile};
use crate::models::object::Object;
use crate::schema::cards;

struct DemoFile {
    /// The title of its card.
    card: &'static str,
    name: &'static str,
    content: fn() -> anyhow::Result<Vec<u8>>,
}

const FILES: &[DemoFile] = &[
    DemoFile {
        card: "Draw the new product page",
        name: "product page, third draft.png",
        content: || encode(&draft()),
    },
    DemoFile {
        card: "Product photos: one light, one background",
        name: "keyboard, new light.png",
        content: || encode(&keyboard()),
    },
    DemoFile {
        card: "Product photos: one light, one background",
        name: "camera settings.txt",
        content: || {
            Ok(b"Tent, two lamps at 5600 K\nf/8, 1/60 s, ISO 100\nTripod at the mark on the floor\n".into())
        },
    },
    DemoFile {
        card: "Faster start page on a phone",
        name: "measured on Friday.csv",
        content: || Ok(b"page,seconds\nstart,6.1\nstart without the map,3.4\nproduct,2.2\n".into()),
    },
];

/// Puts the files onto the cards of these titles; the last one an hour before `now`.
pub(super) async fn attach(
    app: &App,
    conn: &mut AsyncPgConnection,
    user: Uuid,
    now: DateTime<Utc>,
) -> anyhow::Result<()> {
    let hours = |index: usize| TimeDelta::hours(i64::try_from(FILES.len() - index).unwrap_or(1));
    for (index, file) in FILES.iter().enumerate() {
        let at = now - hours(index);
        let card = cards::table.filter(cards::title.eq(file.card)).select(Card::as_select());
        let card: Card = card.first(conn).await.context(file.card)?;
        let bytes = (file.content)()?;
        let content_type = content_type::sniff(&bytes);
        let place = app.storage.new_place();
        Object::begin(conn, &place, None, at).await?;
        let stored = app.storage.put(&place, bytes.into()).await?;
        let content = Content { place, stored, content_type };
        let new = NewFile { name: file.name, content: &content };
        let (author, limits) = (Author::editor(user), &app.config.files);
        Change::run(conn, card.board_id, author, at, async |change| {
            File::attach(change, card.id, new, limits).await
        })
        .await?;
    }
    Ok(())
}

fn encode(picture: &RgbImage) -> anyhow::Result<Vec<u8>> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, ImageFormat::Png)?;
    Ok(bytes.into_inner())
}

/// A wireframe of a page: boxes for its parts.
fn draft() -> RgbImage {
    const LINE: [u8; 3] = [214, 219, 224];
    const INK: [u8; 3] = [96, 108, 118];
    let mut page = RgbImage::from_pixel(1200, 760, Rgb([250, 250, 247]));
    fill(&mut page, (0, 0, 1200, 72), [38, 84, 124]);
    fill(&mut page, (60, 26, 150, 20), [250, 250, 247]);
    fill(&mut page, (60, 130, 520, 420), [226, 232, 238]);
    for (index, x) in [60, 196, 332, 468].into_iter().enumerate() {
        fill(&mut page, (x, 580, 112, 96), if index == 0 { [170, 188, 204] } else { LINE });
    }
    fill(&mut page, (640, 134, 420, 34), INK);
    fill(&mut page, (640, 196, 150, 26), [38, 84, 124]);
    for (y, width) in [(262, 470), (292, 440), (322, 480), (352, 300)] {
        fill(&mut page, (640, y, width, 12), LINE);
    }
    fill(&mut page, (640, 410, 230, 56), [224, 122, 62]);
    fill(&mut page, (640, 500, 260, 12), INK);
    for y in [580, 612, 644] {
        fill(&mut page, (640, y, 14, 14), [92, 148, 110]);
        fill(&mut page, (668, y + 1, 330, 12), LINE);
    }
    page
}

/// A keyboard on a table, in soft light.
fn keyboard() -> RgbImage {
    let mut photo = RgbImage::from_fn(1400, 900, |x, y| {
        let (across, down) = (f64::from(x) / 1400.0 - 0.35, f64::from(y) / 900.0 - 0.25);
        let light = 1.0 - (across * across + down * down).sqrt() * 0.55;
        Rgb([236.0, 214.0, 190.0].map(|full: f64| (full * light) as u8))
    });
    fill(&mut photo, (214, 312, 1000, 330), [150, 128, 108]);
    fill(&mut photo, (200, 290, 1000, 330), [52, 56, 64]);
    for row in 0..5_u32 {
        for column in 0..14_u32 {
            let is_space = row == 4 && (4..9).contains(&column);
            let accent = (row, column) == (0, 0) || (row == 2 && column == 13);
            let color = if accent { [224, 122, 62] } else { [232, 230, 224] };
            let width = if is_space && column < 8 { 68 } else { 58 };
            fill(&mut photo, (224 + column * 68, 310 + row * 60, width, 48), color);
        }
    }
    photo
}

fn fill(picture: &mut RgbImage, (left, top, width, height): (u32, u32, u32, u32), color: [u8; 3]) {
    for y in top..top + height {
        for x in left..left + width {
            picture.put_pixel(x, y, Rgb(color));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::dev::boards::BOARDS;

    #[test]
    fn every_file_has_its_card_and_its_content() {
        let cards = || BOARDS.iter().flat_map(|board| board.columns).flat_map(|column| column.cards);
        for file in FILES {
            assert_eq!(cards().filter(|card| card.title == file.card).count(), 1, "{}", file.card);
            let bytes = (file.content)().expect("a content");
            let is_text = !file.name.ends_with(".png");
            assert_eq!(content_type::sniff(&bytes) == content_type::TEXT, is_text, "{}", file.name);
        }
    }
}
