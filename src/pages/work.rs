//! What is a person's to do, over all boards.

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::error::AppResult;
use crate::models::work::{self, Range, Work, WorkPart};
use crate::time_zone::LocalTime;
use crate::views::pager::{Page, Pager};
use crate::views::work::{WorkPage, WorkSection};

/// Rows of a part, where all parts are shown.
const FEW: i64 = 20;

/// Rows on a page of one part.
const PAGE: i64 = 50;

/// Further than any part goes.
const FURTHEST: i64 = 1_000_000;

/// A little of each part.
pub async fn index(conn: &AsyncPgConnection, person: Uuid, time: LocalTime) -> AppResult<WorkPage> {
    let range = Range { offset: 0, limit: FEW };
    let besides = |part| Work::besides(conn, person, part, range, time.now);
    let (to_do, watched, made, done) = tokio::try_join!(
        Work::to_do(conn, person, None, range, time),
        besides(WorkPart::Watched),
        besides(WorkPart::Made),
        besides(WorkPart::Done),
    )?;
    let mut sections: Vec<WorkSection> = WorkPart::TO_DO
        .iter()
        .map(|part| WorkSection::new(*part, to_do.iter().filter(|work| work.part() == *part), time))
        .collect();
    for (part, works) in [(WorkPart::Watched, watched), (WorkPart::Made, made), (WorkPart::Done, done)] {
        sections.push(WorkSection::new(part, works.iter(), time));
    }
    sections.retain(|section| !section.is_empty());
    Ok(WorkPage { part: None, sections, pager: Pager::default() })
}

/// The page of this number, from 1, of one part; the last one where there are not so many.
pub async fn part(
    conn: &AsyncPgConnection,
    person: Uuid,
    part: WorkPart,
    number: i64,
    time: LocalTime,
) -> AppResult<WorkPage> {
    let path = |number: i64| format!("/my?part={}&page={number}", part.word());
    let mut works = rows(conn, person, part, (number.clamp(1, FURTHEST) - 1) * PAGE, time).await?;
    let mut page = Page::new(number, works.first().map_or(0, |work| work.count), PAGE, path);
    if works.is_empty() && number > 1 {
        // Beyond the end, only the first page tells how far it goes.
        let count = rows(conn, person, part, 0, time).await?.first().map_or(0, |work| work.count);
        page = Page::new(number, count, PAGE, path);
        works = rows(conn, person, part, page.offset, time).await?;
    }
    let section = WorkSection::new(part, works.iter(), time);
    Ok(WorkPage { part: Some(part), sections: vec![section], pager: page.pager })
}

async fn rows(
    conn: &AsyncPgConnection,
    person: Uuid,
    part: WorkPart,
    offset: i64,
    time: LocalTime,
) -> QueryResult<Vec<Work>> {
    let range = Range { offset, limit: PAGE };
    if WorkPart::TO_DO.contains(&part) {
        Work::to_do(conn, person, Some(part), range, time).await
    } else {
        Work::besides(conn, person, part, range, time.now).await
    }
}

/// The path of what a person sees first.
pub async fn first_page(conn: &AsyncPgConnection, user_id: Uuid) -> AppResult<&'static str> {
    Ok(if work::comes_first(conn, user_id).await? { "/my" } else { "/boards" })
}
