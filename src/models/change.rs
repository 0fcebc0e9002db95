//! The unit of work on a board: one transaction that holds the board's row, weighs the right of its author, and writes
//! what happened.
//!
//! Every verb on a board takes `&mut Change`, so verbs compose: an import, a bulk action or an undo is a loop of the verbs
//! that the pages use. [`Change::record`] is where everything that follows from a change begins.

use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::result::Error;
use diesel_async::{AsyncConnection, AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::board::Board;
use super::event::{Audience, Happened};
use super::rank::BrokenOrder;
use super::right::Right;
use super::role::{Role, member_role};
use super::search::index::Reworded;
use super::watch;
use crate::error::{AppError, Refusal};
use crate::queue::NewJob;
use crate::schema::{boards, events, untold_events};
use crate::tasks::NotifyConcerned;

/// How long what happens on a board is gathered before people are told of it.
const GATHERING: Duration = Duration::from_secs(2);

/// How often a change is tried that a deadlock or a lock time-out ends.
const ATTEMPTS: usize = 3;

/// Who makes a change.
#[derive(Clone, Copy, Debug)]
pub enum Author {
    /// A member, with the right that the change needs.
    Member { id: Uuid, right: Right },
    /// A person who joins: an invitation or a link lets them, not yet a role.
    Joining { id: Uuid },
    /// Xtablo itself, in a job, or its operator: no right is weighed, and the history names no author.
    System,
}

impl Author {
    pub fn editor(id: Uuid) -> Self {
        Self::Member { id, right: Right::Edit }
    }

    pub fn owner(id: Uuid) -> Self {
        Self::Member { id, right: Right::Manage }
    }

    fn id(self) -> Option<Uuid> {
        match self {
            Self::Member { id, .. } | Self::Joining { id } => Some(id),
            Self::System => None,
        }
    }
}

/// Why a change was not made.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// `NotFound` where the board or the thing was deleted meanwhile, or the author is no member any more.
    #[error("{0}")]
    Query(#[from] Error),
}

pub type ChangeResult<T> = Result<T, ChangeError>;

impl From<BrokenOrder> for ChangeError {
    fn from(error: BrokenOrder) -> Self {
        Self::Query(error.into())
    }
}

impl From<ChangeError> for AppError {
    fn from(error: ChangeError) -> Self {
        match error {
            ChangeError::Refused(refusal) => refusal.into(),
            ChangeError::Query(error) => error.into(),
        }
    }
}

/// A change of one board, under way.
pub struct Change<'c> {
    conn: &'c mut AsyncPgConnection,
    board: Board,
    /// The board that a card comes from, where the change is of two.
    beside: Option<Board>,
    author: Author,
    role: Option<Role>,
    at: DateTime<Utc>,
    wrote: AtomicBool,
    /// The first event, of which those that follow are parts.
    first: OnceLock<(Uuid, Happened)>,
    /// How many events there are.
    events: AtomicUsize,
    /// Those of which somebody is to be told.
    untold: Mutex<Vec<Uuid>>,
    /// Whose words it changed.
    reworded: Mutex<Reworded>,
    /// The first event of the change that this one takes back.
    pub(super) undoes: Option<Uuid>,
}

/// What a change told the history.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// Its first event, and what that says.
    pub id: Uuid,
    pub happened: Happened,
    /// How many events there are.
    pub count: usize,
    /// The board's, that the change made.
    pub revision: i64,
}

/// The boards that a change holds.
#[derive(Clone, Copy)]
struct Held {
    board_id: Uuid,
    beside: Option<Uuid>,
}

/// The connection, for what takes `&mut AsyncPgConnection`.
impl Deref for Change<'_> {
    type Target = AsyncPgConnection;

    fn deref(&self) -> &AsyncPgConnection {
        self.conn
    }
}

impl DerefMut for Change<'_> {
    fn deref_mut(&mut self) -> &mut AsyncPgConnection {
        self.conn
    }
}

impl<'c> Change<'c> {
    /// Begins a change, inside the caller's transaction: raises the board's revision, and holds its row until the
    /// transaction ends. Changes of one board therefore come one after the other, each sees what the one before did, and no
    /// two of them can wait for each other.
    ///
    /// Board and role are read as they are under that lock, however long it was waited for.
    ///
    /// # Errors
    /// The board is gone, or the author has not the right.
    pub async fn begin(
        conn: &'c mut AsyncPgConnection,
        board_id: Uuid,
        author: Author,
        at: DateTime<Utc>,
    ) -> ChangeResult<Self> {
        // Whoever begins one here does not end it, so what it changes is found only once the worker has looked.
        let (board, role) = hold(conn, board_id, author, at, Indexing::ByTheWorker).await?;
        Ok(Self::new(conn, board, author, role, at))
    }

    /// The same for a change of two boards, on both of which the author needs the right. Their rows are held in the order of
    /// their ids, so that no two such changes wait for each other.
    async fn begin_on(
        conn: &'c mut AsyncPgConnection,
        held: Held,
        author: Author,
        at: DateTime<Utc>,
    ) -> ChangeResult<Self> {
        let indexing = Indexing::ByTheChange;
        let Held { board_id, beside: Some(beside_id) } = held else {
            let (board, role) = hold(conn, held.board_id, author, at, indexing).await?;
            return Ok(Self::new(conn, board, author, role, at));
        };
        let ((board, role), (beside, _)) = if beside_id < board_id {
            let beside = hold(conn, beside_id, author, at, indexing).await?;
            (hold(conn, board_id, author, at, indexing).await?, beside)
        } else {
            (
                hold(conn, board_id, author, at, indexing).await?,
                hold(conn, beside_id, author, at, indexing).await?,
            )
        };
        Ok(Self { beside: Some(beside), ..Self::new(conn, board, author, role, at) })
    }

    /// The change that made `board`, in the transaction that inserted it, so its row needs no lock.
    pub(super) fn making(
        conn: &'c mut AsyncPgConnection,
        board: Board,
        author: Author,
        at: DateTime<Utc>,
    ) -> Self {
        Self::new(conn, board, author, Some(Role::Owner), at)
    }

    fn new(
        conn: &'c mut AsyncPgConnection,
        board: Board,
        author: Author,
        role: Option<Role>,
        at: DateTime<Utc>,
    ) -> Self {
        Self {
            conn,
            board,
            beside: None,
            author,
            role,
            at,
            wrote: AtomicBool::new(false),
            first: OnceLock::new(),
            events: AtomicUsize::new(0),
            untold: Mutex::default(),
            reworded: Mutex::default(),
            undoes: None,
        }
    }

    /// Makes a change in a transaction of its own. If it turns out to change nothing, nothing is written, the raised
    /// revision neither.
    ///
    /// A deadlock and a lock time-out, as a migration can cause one, are answered by trying again, so `act` may be called
    /// more than once.
    ///
    /// # Errors
    /// Those of [`Change::begin`] and of `act`; nothing has changed then.
    pub async fn run<'a, F, T, E>(
        conn: &'a mut AsyncPgConnection,
        board_id: Uuid,
        author: Author,
        at: DateTime<Utc>,
        act: F,
    ) -> Result<T, E>
    where
        for<'r, 'd> F: AsyncFn(&'r mut Change<'d>) -> Result<T, E>
            + Act<&'r mut Change<'d>, Result<T, E>, Fut: Send>
            + Send
            + Sync
            + 'a,
        T: Send + 'a,
        E: From<ChangeError> + From<Error> + std::error::Error + Send + 'static,
    {
        Ok(Self::run_on(conn, Held { board_id, beside: None }, author, at, act).await?.0)
    }

    /// The same, with what it told the history; nothing where it changed nothing that the history tells.
    ///
    /// # Errors
    /// As [`Change::run`].
    pub async fn run_recorded<'a, F, T, E>(
        conn: &'a mut AsyncPgConnection,
        board_id: Uuid,
        author: Author,
        at: DateTime<Utc>,
        act: F,
    ) -> Result<(T, Option<Recorded>), E>
    where
        for<'r, 'd> F: AsyncFn(&'r mut Change<'d>) -> Result<T, E>
            + Act<&'r mut Change<'d>, Result<T, E>, Fut: Send>
            + Send
            + Sync
            + 'a,
        T: Send + 'a,
        E: From<ChangeError> + From<Error> + std::error::Error + Send + 'static,
    {
        Self::run_on(conn, Held { board_id, beside: None }, author, at, act).await
    }

    /// The same for a change of two boards, as when a card goes from one to the other: [`Change::board`] is where it goes,
    /// `Change::beside` where it comes from. With what it told the history of the first.
    ///
    /// # Errors
    /// As [`Change::run`].
    pub async fn run_beside<'a, F, T, E>(
        conn: &'a mut AsyncPgConnection,
        board_id: Uuid,
        beside: Uuid,
        author: Author,
        at: DateTime<Utc>,
        act: F,
    ) -> Result<(T, Option<Recorded>), E>
    where
        for<'r, 'd> F: AsyncFn(&'r mut Change<'d>) -> Result<T, E>
            + Act<&'r mut Change<'d>, Result<T, E>, Fut: Send>
            + Send
            + Sync
            + 'a,
        T: Send + 'a,
        E: From<ChangeError> + From<Error> + std::error::Error + Send + 'static,
    {
        Self::run_on(conn, Held { board_id, beside: Some(beside) }, author, at, act).await
    }

    async fn run_on<'a, F, T, E>(
        conn: &'a mut AsyncPgConnection,
        held: Held,
        author: Author,
        at: DateTime<Utc>,
        act: F,
    ) -> Result<(T, Option<Recorded>), E>
    where
        for<'r, 'd> F: AsyncFn(&'r mut Change<'d>) -> Result<T, E>
            + Act<&'r mut Change<'d>, Result<T, E>, Fut: Send>
            + Send
            + Sync
            + 'a,
        T: Send + 'a,
        E: From<ChangeError> + From<Error> + std::error::Error + Send + 'static,
    {
        let act = &act;
        let mut attempt = 1;
        loop {
            let ended = conn
                .transaction(async move |conn| {
                    let begun = Change::begin_on(conn, held, author, at).await;
                    let mut change = begun.map_err(|error| Stop::Failed(error.into()))?;
                    let value = act(&mut change).await.map_err(Stop::Failed)?;
                    change.tell().await?;
                    change.index().await?;
                    let (count, revision) = (change.events.into_inner(), change.board.revision);
                    let first = change.first.into_inner();
                    let recorded = first.map(|(id, happened)| Recorded { id, happened, count, revision });
                    if change.wrote.into_inner() {
                        Ok((value, recorded))
                    } else {
                        Err(Stop::Unchanged(value))
                    }
                })
                .await;
            match ended {
                Ok(ended) => return Ok(ended),
                Err(Stop::Unchanged(value)) => return Ok((value, None)),
                Err(Stop::Failed(error)) if attempt < ATTEMPTS && is_transient(&error) => {
                    tracing::info!(board_id = %held.board_id, attempt, "a change is tried again: {error}");
                    attempt += 1;
                }
                Err(Stop::Failed(error)) => return Err(error),
            }
        }
    }

    /// The board as it is under the lock.
    pub fn board(&self) -> &Board {
        &self.board
    }

    /// The other board of a change of two.
    ///
    /// # Errors
    /// `NotFound` where the change is of one board alone.
    pub(super) fn beside(&self) -> QueryResult<&Board> {
        self.beside.as_ref().ok_or(Error::NotFound)
    }

    /// Weighs the author's right on a board that the change only reads.
    ///
    /// # Errors
    /// As [`Change::begin`].
    pub(super) async fn weigh_on(&self, board_id: Uuid, right: Right) -> ChangeResult<()> {
        let live = boards::table.find(board_id).filter(boards::deleted_at.is_null());
        let (role, is_archived): (Option<Role>, bool) = live
            .select((member_role(boards::id, self.author.id()), boards::archived_at.is_not_null()))
            .first(&mut self.conn())
            .await?;
        Ok(right.weigh(role.ok_or(Error::NotFound)?, is_archived)?)
    }

    /// Who makes the change; none where Xtablo itself does.
    pub fn author(&self) -> Option<Uuid> {
        self.author.id()
    }

    /// What the author may do on the board, as it is under the lock.
    pub fn role(&self) -> Option<Role> {
        self.role
    }

    /// When the change is made.
    pub fn at(&self) -> DateTime<Utc> {
        self.at
    }

    /// How many events it has told the history so far.
    pub(super) fn count(&self) -> usize {
        AtomicUsize::load(&self.events, Ordering::Relaxed)
    }

    /// The connection, for several statements that are sent together.
    pub fn conn(&self) -> &AsyncPgConnection {
        self.conn
    }

    /// Writes what happened into the board's history, in the change's transaction.
    pub async fn record(&self, happened: Happened) -> ChangeResult<()> {
        self.record_on(self.board.id, happened).await
    }

    /// The same in the history of the other board of a change of two.
    pub(super) async fn record_beside(&self, happened: Happened) -> ChangeResult<()> {
        self.record_on(self.beside()?.id, happened).await
    }

    async fn record_on(&self, board_id: Uuid, happened: Happened) -> ChangeResult<()> {
        let audience = happened.audience().filter(|audience| !audience.is_only(self.author()));
        let row = self.entry(board_id, happened)?;
        let id = row.id;
        let insert = diesel::insert_into(events::table).values(row).execute(&mut self.conn());
        let Some(audience) = audience else {
            insert.await?;
            return Ok(());
        };
        // Sent with the row, so that a change of which nobody is told costs no round trip more.
        let is_there = async {
            match audience {
                Audience::OfCard(card_id) => {
                    watch::others_watch_card(self.conn(), card_id, self.author()).await
                }
                Audience::OfBoard => watch::others_watch_board(self.conn(), board_id, self.author()).await,
                Audience::One(_) | Audience::Named => Ok(true),
            }
        };
        let (_, is_there) = tokio::try_join!(insert, is_there)?;
        if is_there {
            self.is_untold(id);
        }
        Ok(())
    }

    /// The same for many at once.
    pub async fn record_all(&self, happened: Vec<Happened>) -> ChangeResult<()> {
        let row = |one: Happened| {
            let is_told = one.audience().is_some_and(|audience| !audience.is_only(self.author()));
            let row = self.entry(self.board.id, one)?;
            if is_told {
                self.is_untold(row.id);
            }
            Ok(row)
        };
        let rows: Vec<EventRow> = happened.into_iter().map(row).collect::<QueryResult<_>>()?;
        for rows in rows.chunks(ROWS_MOST) {
            diesel::insert_into(events::table).values(rows).execute(&mut self.conn()).await?;
        }
        Ok(())
    }

    fn entry(&self, board_id: Uuid, happened: Happened) -> QueryResult<EventRow> {
        self.keep();
        self.reworded.lock().unwrap_or_else(PoisonError::into_inner).add(&happened);
        let id = Uuid::now_v7();
        // The other board's history tells its part of it alone.
        let part_of = if board_id == self.board.id {
            self.events.fetch_add(1, Ordering::Relaxed);
            let first = self.first.get_or_init(|| (id, happened.clone())).0;
            (first != id).then_some(first)
        } else {
            None
        };
        let card_id = happened.card_id();
        let of_board = if board_id == self.board.id { &self.board } else { self.beside()? };
        let revision = of_board.revision;
        let (kind, data) = happened.into_row()?;
        Ok(EventRow {
            id,
            board_id,
            card_id,
            user_id: self.author.id(),
            kind,
            data,
            created_at: self.at,
            part_of,
            undoes: self.undoes.filter(|_| part_of.is_none()),
            revision,
        })
    }

    fn is_untold(&self, event_id: Uuid) {
        self.untold.lock().unwrap_or_else(PoisonError::into_inner).push(event_id);
    }

    /// Has the worker tell those concerned of what happened: one job for the board, however much it was, and however many
    /// changes there are until it runs.
    async fn tell(&mut self) -> QueryResult<()> {
        let untold = std::mem::take(self.untold.get_mut().unwrap_or_else(PoisonError::into_inner));
        if untold.is_empty() {
            return Ok(());
        }
        let board_id = self.board.id;
        let row = |id: &Uuid| (untold_events::board_id.eq(board_id), untold_events::event_id.eq(*id));
        for ids in untold.chunks(ROWS_MOST) {
            let rows: Vec<_> = ids.iter().map(row).collect();
            diesel::insert_into(untold_events::table).values(rows).execute(&mut self.conn()).await?;
        }
        // Not due at once, so it costs the commit no NOTIFY.
        let job = NewJob::new(&NotifyConcerned { board_id })?.unique(board_id.to_string()).after(GATHERING);
        job.enqueue(self.conn).await?;
        Ok(())
    }

    /// Has search find what the change wrote, and nothing that it took away: by one statement, or by the worker where it may be
    /// about a great many cards.
    pub(super) async fn index(&mut self) -> QueryResult<()> {
        let reworded = std::mem::take(self.reworded.get_mut().unwrap_or_else(PoisonError::into_inner));
        reworded.index(self.conn, self.board.id).await
    }

    /// Says that something was written that the history does not tell, such as a thumbnail.
    pub(super) fn keep(&self) {
        self.wrote.store(true, Ordering::Relaxed);
    }

    /// The board as a verb has just left it.
    pub(super) fn set_board(&mut self, board: Board) {
        self.board = board;
    }
}

/// Who sees to it that search finds what a change wrote.
#[derive(Clone, Copy)]
enum Indexing {
    ByTheChange,
    ByTheWorker,
}

/// Raises a board's revision, holds its row, and weighs the author's right as it is by then.
async fn hold(
    conn: &mut AsyncPgConnection,
    board_id: Uuid,
    author: Author,
    at: DateTime<Utc>,
    indexing: Indexing,
) -> ChangeResult<(Board, Option<Role>)> {
    let indexed = match indexing {
        Indexing::ByTheChange => 1_i64,
        Indexing::ByTheWorker => 0,
    };
    let (board, role): (Board, Option<Role>) = diesel::update(boards::table.find(board_id))
        .filter(boards::deleted_at.is_null())
        .set((
            boards::revision.eq(boards::revision + 1),
            boards::search_revision.eq(boards::search_revision + indexed),
            boards::updated_at.eq(at),
        ))
        .returning((Board::as_returning(), member_role(boards::id, author.id())))
        .get_result(conn)
        .await?;
    if let Author::Member { right, .. } = author {
        right.weigh(role.ok_or(Error::NotFound)?, board.archived_at.is_some())?;
    }
    Ok((board, role))
}

/// What `async |change| ..` is, with a future that a handler can await.
pub trait Act<T, R>: AsyncFn(T) -> R + Fn(T) -> <Self as Act<T, R>>::Fut {
    type Fut: Future<Output = R>;
}

impl<F, T, R, Fut> Act<T, R> for F
where
    F: AsyncFn(T) -> R + Fn(T) -> Fut,
    Fut: Future<Output = R>,
{
    type Fut = Fut;
}

/// Rows of one statement; PostgreSQL takes 65,535 values.
const ROWS_MOST: usize = 1000;

#[derive(Insertable)]
#[diesel(table_name = events)]
struct EventRow {
    id: Uuid,
    board_id: Uuid,
    card_id: Option<Uuid>,
    user_id: Option<Uuid>,
    kind: String,
    data: serde_json::Value,
    created_at: DateTime<Utc>,
    part_of: Option<Uuid>,
    undoes: Option<Uuid>,
    revision: i64,
}

/// Why a transaction is rolled back.
enum Stop<T, E> {
    Unchanged(T),
    Failed(E),
}

impl<T, E: From<Error>> From<Error> for Stop<T, E> {
    fn from(error: Error) -> Self {
        Self::Failed(error.into())
    }
}

/// Whether the same change may well succeed when it is tried again. diesel does not pass on PostgreSQL's codes for the two
/// lock errors, so they are told by their text: 40P01 and 55P03.
fn is_transient(error: &(dyn std::error::Error + 'static)) -> bool {
    let mut causes = std::iter::successors(Some(error), |error| error.source());
    causes.any(|cause| match cause.downcast_ref::<Error>() {
        Some(Error::DatabaseError(diesel::result::DatabaseErrorKind::SerializationFailure, _)) => true,
        Some(Error::DatabaseError(_, about)) => {
            matches!(about.message(), "deadlock detected" | "canceling statement due to lock timeout")
        }
        _ => false,
    })
}
