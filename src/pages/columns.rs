//! Columns: changed ones on the board, and the settings of one.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;

use crate::app::App;
use crate::error::AppResult;
use crate::forms::Form;
use crate::language::Language;
use crate::models::access::Access;
use crate::models::card::{Card, OFFERED_MOST};
use crate::models::card_link::CardLink;
use crate::models::changed::Changed;
use crate::models::column::Column;
use crate::models::face::{CardFace, Faces, Scope};
use crate::models::filter::Filter;
use crate::models::filter::matches::Matches;
use crate::models::right::Right;
use crate::templates::Shell;
use crate::time_zone::LocalTime;
use crate::views::boards::HeadMembers;
use crate::views::choice::Choice;
use crate::views::columns::{ChangedColumns, ColumnSettings, ColumnView, EditedColumn, NewColumn};
use crate::views::fields::{ColumnSums, SumView};
use crate::views::kept_columns::{RenderedColumn, RenderedColumns, Variant, Wanted};

/// Columns that have changed, the first of them where the answer goes. An archived one is not on the board: it is left out.
pub async fn changed(conn: &AsyncPgConnection, access: &Access, ids: &[Uuid]) -> AppResult<ChangedColumns> {
    let mut columns = loaded(conn, access, ids, &access.filter).await?.views(access.time);
    columns.sort_by_key(|column| ids.iter().position(|id| *id == column.id));
    Ok(ChangedColumns { board: access.into(), columns })
}

/// The board's columns as HTML, which are kept; those that have changed since are rendered. They are as new as the reader has
/// seen the board to be, or newer; marks of cards that other boards' cards block, where these are told.
pub async fn kept(
    app: &App,
    access: &Access,
    language: Language,
    blockers: Option<Option<String>>,
) -> AppResult<Arc<RenderedColumns>> {
    let variant = Variant {
        board_id: access.board.id,
        can_edit: access.may(Right::Edit),
        language,
        zone: access.time.zone,
    };
    let wanted = Wanted { revision: access.board.revision, blockers, now: access.time.now };
    let render = async |kept: Option<Arc<RenderedColumns>>| {
        let (id, revision) = (access.board.id, access.board.revision);
        // Rendering takes a while and needs no connection.
        let conn = app.db.conn().await?;
        let blockers = match &wanted.blockers {
            Some(blockers) => blockers.clone(),
            None => CardLink::version_of_blockers(&conn, id).await?,
        };
        if let Some(kept) = kept.filter(|kept| kept.blockers == blockers) {
            let seen = Changed::since(&conn, id, kept.revision, revision).await?;
            // The members in the head come with the whole.
            if !seen.everything && !seen.head {
                let old = kept.columns.iter().filter(|column| column.valid_until <= wanted.now);
                let mut ids = seen.touched_columns();
                ids.extend(old.map(|column| column.id));
                // Others are archived.
                let ids: Vec<Uuid> = ids.into_iter().filter(|id| kept.column(*id).is_some()).collect();
                let loaded = loaded(&conn, access, &ids, &Filter::default()).await?;
                drop(conn);
                let mut anew = rendered(app, access, language, loaded)?;
                let column = |column: &Arc<RenderedColumn>| {
                    anew.remove(&column.id).unwrap_or_else(|| Arc::clone(column))
                };
                let columns = kept.columns.iter().map(column).collect();
                return Ok(RenderedColumns { revision, blockers, columns, members: kept.members.clone() });
            }
        }
        let (whole, members) = whole(&conn, id).await?;
        drop(conn);
        let order: Vec<Uuid> = whole.columns.iter().map(|column| column.id).collect();
        let mut all = rendered(app, access, language, whole)?;
        let columns = order.iter().filter_map(|id| all.remove(id)).collect();
        Ok(RenderedColumns { revision, blockers, columns, members })
    };
    app.columns.get(variant, &wanted, render).await
}

/// Columns with what is in them, and what new cards in them can begin with.
pub(super) struct Loaded {
    columns: Vec<Column>,
    pub(super) faces: Faces,
    templates: Vec<Choice>,
    /// None where all cards are shown.
    pub(super) matches: Option<Matches>,
}

/// All columns of a board, and the members in its head, who come with the same queries.
pub(super) async fn whole(conn: &AsyncPgConnection, board_id: Uuid) -> AppResult<(Loaded, HeadMembers)> {
    let (columns, faces) =
        tokio::try_join!(Column::of_board(conn, board_id), Faces::load(conn, Scope::Board(board_id)))?;
    let (templates, members) = (templates_of(&faces), HeadMembers::new(&faces.members));
    Ok((Loaded { columns, faces, templates, matches: None }, members))
}

/// The same with those cards alone that the reader asks for.
pub(super) async fn whole_filtered(
    conn: &AsyncPgConnection,
    access: &Access,
) -> AppResult<(Loaded, HeadMembers)> {
    let id = access.board.id;
    let (columns, templates, (faces, matches)) = tokio::try_join!(
        Column::of_board(conn, id),
        Card::templates_of_board(conn, id),
        faces_that_match(conn, access, None, &access.filter),
    )?;
    let (templates, members) =
        (templates.into_iter().map(Into::into).collect(), HeadMembers::new(&faces.members));
    Ok((Loaded { columns, faces, templates, matches }, members))
}

/// The faces of those cards of a board, or of some of its columns, that a filter finds.
async fn faces_that_match(
    conn: &AsyncPgConnection,
    access: &Access,
    column_ids: Option<&[Uuid]>,
    filter: &Filter,
) -> QueryResult<(Faces, Option<Matches>)> {
    let board_id = access.board.id;
    let all = column_ids.map_or(Scope::Board(board_id), |ids| Scope::Columns { board_id, ids });
    if filter.is_blank() {
        return Ok((Faces::load(conn, all).await?, None));
    }
    let matches = Matches::find(conn, board_id, column_ids, filter, access.time).await?;
    // To name most of them is more than to leave some out.
    let faces = if matches.ids.len() * 2 > matches.total() {
        let mut faces = Faces::load(conn, all).await?;
        faces.cards.retain(|card| matches.ids.contains(&card.id));
        faces
    } else {
        let ids: Vec<Uuid> = matches.ids.iter().copied().collect();
        Faces::load(conn, Scope::Cards { board_id, ids: &ids }).await?
    };
    Ok((faces, Some(matches)))
}

/// What a new card can begin with, as [`Card::templates_of_board`] has it, of the cards that are there anyway.
fn templates_of(faces: &Faces) -> Vec<Choice> {
    let templates = faces.cards.iter().filter(|card| card.is_template);
    let mut templates: Vec<Choice> =
        templates.map(|card| Choice { id: card.id, title: card.title.clone() }).collect();
    templates.sort_by(|one, other| (&one.title, one.id).cmp(&(&other.title, other.id)));
    templates.truncate(OFFERED_MOST);
    templates
}

async fn loaded(
    conn: &AsyncPgConnection,
    access: &Access,
    ids: &[Uuid],
    filter: &Filter,
) -> AppResult<Loaded> {
    let (columns, (faces, matches), templates) = tokio::try_join!(
        Column::find_all(conn, ids),
        faces_that_match(conn, access, Some(ids), filter),
        Card::templates_of_board(conn, access.board.id)
    )?;
    Ok(Loaded { columns, faces, templates: templates.into_iter().map(Into::into).collect(), matches })
}

impl Loaded {
    pub(super) fn views(self, time: LocalTime) -> Vec<ColumnView> {
        let mut columns = ColumnView::all(self.columns, self.faces, time);
        if let Some(matches) = &self.matches {
            ColumnView::showing(&mut columns, matches);
        }
        ColumnView::offering(&mut columns, &self.templates);
        columns
    }
}

/// Each of the columns as HTML. It names nothing that is the reader's own, such as whether they starred the board.
fn rendered(
    app: &App,
    access: &Access,
    language: Language,
    loaded: Loaded,
) -> AppResult<HashMap<Uuid, Arc<RenderedColumn>>> {
    let (shell, time) = (Shell::anonymous(language), access.time);
    let (changes, end) = (loaded.faces.changes(time), time.zone.ends(time.today()));
    let html = |column: ColumnView| {
        let id = column.id;
        let view = ChangedColumns { board: access.into(), columns: vec![column] };
        let html = app.templates.part(&shell, &view)?;
        let valid_until = changes.get(&id).copied().unwrap_or(end);
        Ok((id, Arc::new(RenderedColumn::new(id, html, valid_until))))
    };
    loaded.views(time).into_iter().map(html).collect()
}

/// Whether a card of the column is there but not asked for.
pub async fn hides(
    conn: &AsyncPgConnection,
    access: &Access,
    column_id: Uuid,
    card_id: Uuid,
) -> AppResult<bool> {
    if access.filter.is_blank() {
        return Ok(false);
    }
    let matches =
        Matches::find(conn, access.board.id, Some(&[column_id]), &access.filter, access.time).await?;
    Ok(!matches.ids.contains(&card_id))
}

/// One column that has changed.
pub async fn changed_one(conn: &AsyncPgConnection, access: &Access, id: Uuid) -> AppResult<ChangedColumns> {
    changed(conn, access, &[id]).await
}

/// The column that a card has left or come back to, and those with cards that it blocks: their marks have changed with it.
pub async fn changed_around(
    conn: &AsyncPgConnection,
    access: &Access,
    id: Uuid,
    card_id: Uuid,
) -> AppResult<ChangedColumns> {
    let mut ids = vec![id];
    for (_, column_id) in CardLink::blocked_beside(conn, access.board.id, card_id).await? {
        if !ids.contains(&column_id) {
            ids.push(column_id);
        }
    }
    changed(conn, access, &ids).await
}

/// The column with a new card that was refused.
pub async fn with_refused_card(
    conn: &AsyncPgConnection,
    access: &Access,
    id: Uuid,
    form: Form,
) -> AppResult<ChangedColumns> {
    let mut changed = changed(conn, access, &[id]).await?;
    if let Some(column) = changed.columns.first_mut() {
        column.form = form;
    }
    Ok(changed)
}

pub fn new_form() -> Form {
    Form::blank(&["title"])
}

/// The form for a new column, with what was typed.
pub fn new(access: &Access, form: Form) -> NewColumn {
    NewColumn { board: access.into(), form }
}

pub fn settings_form(column: &Column) -> Form {
    let limit = column.wip_limit.map(|limit| limit.to_string()).unwrap_or_default();
    Form::filled([("title", column.title.clone()), ("wip_limit", limit)])
}

/// A column's settings; with `move_form` where a move was refused.
pub async fn settings(
    conn: &mut AsyncPgConnection,
    access: &Access,
    column: &Column,
    form: Form,
    move_form: Option<Form>,
) -> AppResult<ColumnSettings> {
    let columns = Column::of_board(conn, access.board.id).await?;
    let place = columns.iter().position(|one| one.id == column.id).unwrap_or_default();
    let before = place.checked_sub(1).map(|index| columns[index].id.to_string()).unwrap_or_default();
    let count = Card::counts_of_board(conn, access.board.id).await?.get(&column.id).copied().unwrap_or(0);
    Ok(ColumnSettings {
        board: access.into(),
        form,
        move_form: move_form.unwrap_or_else(|| Form::filled([("after", before)])),
        others: columns.iter().filter(|one| one.id != column.id).map(Into::into).collect(),
        column: EditedColumn {
            id: column.id,
            title: column.title.clone(),
            wip_limit: column.wip_limit,
            count,
        },
    })
}

/// What a column's cards come to.
pub async fn sums(conn: &AsyncPgConnection, access: &Access, id: Uuid) -> AppResult<ColumnSums> {
    let (faces, _) = faces_that_match(conn, access, Some(&[id]), &access.filter).await?;
    Ok(ColumnSums { id, sums: SumView::all(&faces.fields, &faces.cards) })
}

/// The faces of a column's cards, in order.
pub async fn faces(conn: &AsyncPgConnection, column: &Column) -> AppResult<Vec<CardFace>> {
    Ok(Faces::load(conn, Scope::Columns { board_id: column.board_id, ids: &[column.id] }).await?.cards)
}
