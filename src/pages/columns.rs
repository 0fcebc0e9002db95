//! Columns: changed ones on the board, and the settings of one.

use std::collections::HashMap;
use std::sync::Arc;

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use minijinja::value::Value;
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
use crate::views::columns::{
    ChangedColumns, ColumnSettings, ColumnView, EditedColumn, NewColumn, RenderedParts,
};
use crate::views::faces::{CardView, Common, KeptFaces};
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
    let wanted = Wanted { revision: access.board.revision, blockers, now: access.time.now };
    kept_as(app, access, language, wanted).await
}

async fn kept_as(
    app: &App,
    access: &Access,
    language: Language,
    wanted: Wanted,
) -> AppResult<Arc<RenderedColumns>> {
    let variant = Variant {
        board_id: access.board.id,
        can_edit: access.may(Right::Edit),
        language,
        zone: access.time.zone,
    };
    let revision = wanted.revision;
    let render = async |kept: Option<Arc<RenderedColumns>>| {
        let id = access.board.id;
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
                // Others are archived.
                let ids = seen.touched_columns();
                let touched = kept.columns.iter().filter(|column| ids.contains(&column.id));
                let is_old = |column: &Arc<RenderedColumn>| column.valid_until <= wanted.now;
                let anew = if kept.has_sums || kept.columns.iter().any(is_old) {
                    let old = kept.columns.iter().filter(|column| is_old(column));
                    let ids: Vec<Uuid> = touched.chain(old).map(|column| column.id).collect();
                    let loaded = loaded(&conn, access, &ids, &Filter::default()).await?;
                    drop(conn);
                    rendered(app, access, language, loaded)?
                } else {
                    let touched: Vec<&RenderedColumn> = touched.map(Arc::as_ref).collect();
                    let patch = Patch::load(&conn, id, &kept, &touched, &seen).await?;
                    drop(conn);
                    patch.rendered(app, access, language)?
                };
                let mut anew: HashMap<Uuid, _> = anew.into_iter().map(|column| (column.id, column)).collect();
                let column = |column: &Arc<RenderedColumn>| {
                    anew.remove(&column.id).map_or_else(|| Arc::clone(column), Arc::new)
                };
                return Ok(RenderedColumns {
                    revision,
                    blockers,
                    columns: kept.columns.iter().map(column).collect(),
                    members: kept.members.clone(),
                    templates: kept.templates.clone(),
                    has_sums: kept.has_sums,
                });
            }
        }
        let (whole, members) = whole(&conn, id).await?;
        drop(conn);
        let templates = whole.templates.clone();
        let has_sums = whole.faces.fields.iter().any(|field| field.shows_sum);
        let columns = rendered(app, access, language, whole)?.into_iter().map(Arc::new).collect();
        Ok(RenderedColumns { revision, blockers, columns, members, templates, has_sums })
    };
    app.columns.get(variant, &wanted, render).await
}

/// Columns that have changed, as they are after the change that made the board's revision: the first where the answer goes. An
/// archived one is not on the board: it is left out.
///
/// # Errors
/// As [`kept`].
pub async fn after(
    app: &App,
    access: &Access,
    language: Language,
    revision: i64,
    ids: &[Uuid],
) -> AppResult<RenderedParts> {
    let wanted = Wanted { revision, blockers: None, now: access.time.now };
    let kept = kept_as(app, access, language, wanted).await?;
    let columns = ids.iter().filter_map(|id| kept.column(*id));
    let part = |(place, column): (usize, &Arc<RenderedColumn>)| match place {
        0 => column.html.clone(),
        _ => column.beside(),
    };
    Ok(RenderedParts { columns: columns.enumerate().map(part).collect() })
}

/// Columns that have changed, most of whose cards look as they did.
struct Patch<'k> {
    columns: Vec<&'k RenderedColumn>,
    templates: &'k [Choice],
    /// The cards of each of the columns, in order.
    order: HashMap<Uuid, Vec<Uuid>>,
    /// How cards looked.
    known: HashMap<Uuid, &'k str>,
    /// Those that look different, or were not there.
    faces: Faces,
}

impl<'k> Patch<'k> {
    async fn load(
        conn: &AsyncPgConnection,
        board_id: Uuid,
        kept: &'k RenderedColumns,
        columns: &[&'k RenderedColumn],
        seen: &Changed,
    ) -> AppResult<Self> {
        let ids: Vec<Uuid> = columns.iter().map(|column| column.id).collect();
        let order = Card::order_of_columns(conn, board_id, &ids).await?;
        let mut known = kept.faces(&ids);
        known.retain(|id, _| !seen.cards.contains_key(id));
        let missing = order.values().flatten().filter(|id| !known.contains_key(id));
        let missing: Vec<Uuid> = missing.copied().collect();
        let faces = Faces::load(conn, Scope::Cards { board_id, ids: &missing }).await?;
        Ok(Self { columns: columns.to_vec(), templates: &kept.templates, order, known, faces })
    }

    fn rendered(mut self, app: &App, access: &Access, language: Language) -> AppResult<Vec<RenderedColumn>> {
        let (shell, time) = (Shell::anonymous(language), access.time);
        let before = self.columns.iter().map(|column| column.valid_until).min();
        let valid_until = before.into_iter().fold(self.faces.change_at(time), Ord::min);
        let common = Common::new(&self.faces, time);
        let mut cards: HashMap<Uuid, CardFace> =
            self.faces.cards.drain(..).map(|card| (card.id, card)).collect();
        let mut rendered = Vec::new();
        for old in &self.columns {
            let order = self.order.remove(&old.id).unwrap_or_default();
            let (mut count, mut parts, mut run) = (0, Vec::new(), String::new());
            for id in order {
                if let Some(face) = self.known.get(&id) {
                    run.push_str(face);
                } else if let Some(card) = cards.remove(&id) {
                    if !run.is_empty() {
                        parts.push(Value::from_object(KeptFaces::new(std::mem::take(&mut run))));
                    }
                    parts.push(Value::from_object(CardView::new(card, &common)));
                } else {
                    // It has left meanwhile.
                    continue;
                }
                count += 1;
            }
            if !run.is_empty() {
                parts.push(Value::from_object(KeptFaces::new(run)));
            }
            let mut view = ColumnView::patched(&old.column, count, parts);
            view.templates = self.templates.to_vec();
            let view = ChangedColumns { board: access.into(), columns: vec![view] };
            let html = app.templates.part(&shell, &view)?;
            rendered.push(RenderedColumn::new(old.column.clone(), html, valid_until));
        }
        Ok(rendered)
    }
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
        let mut columns = ColumnView::all(&self.columns, self.faces, time);
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
) -> AppResult<Vec<RenderedColumn>> {
    let (shell, time) = (Shell::anonymous(language), access.time);
    let (changes, end) = (loaded.faces.changes(time), time.zone.ends(time.today()));
    let columns = loaded.columns.clone();
    let html = |(column, view): (Column, ColumnView)| {
        let view = ChangedColumns { board: access.into(), columns: vec![view] };
        let html = app.templates.part(&shell, &view)?;
        let valid_until = changes.get(&column.id).copied().unwrap_or(end);
        Ok(RenderedColumn::new(column, html, valid_until))
    };
    columns.into_iter().zip(loaded.views(time)).map(html).collect()
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
pub async fn around(
    conn: &AsyncPgConnection,
    access: &Access,
    id: Uuid,
    card_id: Uuid,
) -> AppResult<Vec<Uuid>> {
    let mut ids = vec![id];
    for (_, column_id) in CardLink::blocked_beside(conn, access.board.id, card_id).await? {
        if !ids.contains(&column_id) {
            ids.push(column_id);
        }
    }
    Ok(ids)
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
