//! A card, opened.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use super::checklists;
use super::columns;
use super::dates::date_fields;
use super::faces::face;
use super::fields;
use super::files::new_form;
use super::stream::{self, Reading};
use crate::error::AppResult;
use crate::forms::Form;
use crate::markdown::references::Named;
use crate::models::assignee;
use crate::models::card::{Card, CardDates, CardDetail};
use crate::models::card_link::CardLink;
use crate::models::card_link::relation::Relation;
use crate::models::column::Column;
use crate::models::face::{Faces, Scope};
use crate::models::file::listing::ListedFile;
use crate::models::label::Label;
use crate::models::member::Member;
use crate::models::recurrence::Recurrence;
use crate::models::reference::References;
use crate::models::role::Role;
use crate::models::watch;
use crate::time_zone::TimeZone;
use crate::views::card_links::Links;
use crate::views::card_recurrences::RuleView;
use crate::views::cards::{CardPage, OpenCard, SavedCard};
use crate::views::choice::Choice;
use crate::views::faces::FaceView;
use crate::views::files::FileView;
use crate::views::labels::LabelChoice;

/// The card with its files, and what was said and done on it: the newest, or what came before an entry.
pub async fn show(
    conn: &AsyncPgConnection,
    reading: Reading<'_>,
    id: Uuid,
    older_than: Option<Uuid>,
) -> AppResult<CardPage> {
    let Reading { app, access, reader } = reading;
    let now = app.clock.now();
    let (detail, files, assignees, members, watching, mentions, labels, label_ids) = tokio::try_join!(
        Card::detail(conn, id),
        ListedFile::of_card(conn, id),
        assignee::of_card(conn, id),
        Member::of_board(conn, access.board.id),
        watch::watches_card(conn, id, reader),
        References::mentions_of(conn, id, reader),
        Label::of_board(conn, access.board.id),
        Label::ids_of_card(conn, id),
    )?;
    let stream = stream::show(conn, reading, id, older_than).await?;
    let checklists = checklists::of_card(conn, reading, id).await?;
    let fields = fields::of_card(conn, access.board.id, id).await?;
    let links = CardLink::of_card(conn, id, reader).await?;
    let rule = if detail.recurs { Recurrence::of_card(conn, id).await? } else { None };
    let column = Column::find(conn, detail.card.column_id).await?;
    let html = app.markdown.render(&detail.body).await?;
    let references = References::find(conn, access.board.id, &Named::of([&*html]), Some(reader), now).await?;
    let html = stream::with_references(app, &html, &references, stream::Names::Shown);
    let is_assigned = |id: Uuid| assignees.iter().any(|person| person.id == id);
    let assignable = members
        .into_iter()
        .filter(|member| member.role >= Role::Commenter && !is_assigned(member.person.id))
        .map(|member| member.person.into())
        .collect();
    Ok(CardPage {
        board: access.into(),
        column: (&column).into(),
        card: OpenCard::new(&detail, &html, access.time),
        form: form(&detail),
        title_form: Form::filled([("title", detail.card.title.clone())]),
        editing: false,
        files: FileView::all(files, now),
        files_form: new_form(),
        stream,
        assignable,
        assignees: assignees.into_iter().map(Into::into).collect(),
        assignee_form: Form::blank(&["user_id"]),
        labels: LabelChoice::all(&labels, &label_ids),
        label_form: Form::blank(&["label_id"]),
        checklists,
        fields,
        links: Links::new(links, access.board.id),
        link_form: Form::filled([("card", String::new()), ("kind", Relation::Relates.word().to_owned())]),
        relations: Relation::ALL,
        dates_form: dates_form(&detail.dates, access.time.zone),
        rule: rule.map(|recurrence| RuleView::new(&recurrence.rule)),
        watching,
        mentions: mentions.into_iter().map(|card| Choice { id: card.id, title: card.title }).collect(),
    })
}

/// The card after it was saved, its face, and those of the cards that it blocks.
pub async fn saved(conn: &AsyncPgConnection, reading: Reading<'_>, id: Uuid) -> AppResult<SavedCard> {
    saved_with(conn, reading, id, &[]).await
}

/// The same with the faces of more cards.
pub async fn saved_with(
    conn: &AsyncPgConnection,
    reading: Reading<'_>,
    id: Uuid,
    more: &[Uuid],
) -> AppResult<SavedCard> {
    let access = reading.access;
    let page = show(conn, reading, id, None).await?;
    let blocked = CardLink::blocked_beside(conn, access.board.id, id).await?;
    let blocked = blocked.into_iter().map(|(card_id, _)| card_id);
    let ids: Vec<Uuid> = blocked.chain(more.iter().copied().filter(|other| *other != id)).collect();
    let others = if ids.is_empty() {
        Vec::new()
    } else {
        let scope = Scope::Cards { board_id: access.board.id, ids: &ids };
        FaceView::all(Faces::load(conn, scope).await?, access.time)
    };
    Ok(SavedCard { page, face: face(conn, access, id).await?, others, sums: None })
}

/// The same with what its column comes to.
pub async fn saved_with_sums(
    conn: &AsyncPgConnection,
    reading: Reading<'_>,
    id: Uuid,
) -> AppResult<SavedCard> {
    let saved = saved(conn, reading, id).await?;
    let sums = columns::sums(conn, reading.access, saved.page.column.id).await?;
    Ok(SavedCard { sums: Some(sums), ..saved })
}

fn form(detail: &CardDetail) -> Form {
    Form::filled([
        ("title", detail.card.title.clone()),
        ("body", detail.body.clone()),
        ("version", detail.version.to_string()),
    ])
}

fn dates_form(dates: &CardDates, zone: TimeZone) -> Form {
    let ((start, start_time), (due, due_time)) =
        (date_fields(dates.start(), zone), date_fields(dates.due(), zone));
    Form::filled([("start", start), ("start_time", start_time), ("due", due), ("due_time", due_time)])
}
