//! Tells those concerned of what has happened on a board.

use std::time::Duration;

use anyhow::Error;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use uuid::Uuid;

use crate::app::App;
use crate::markdown::references::Named;
use crate::models::notification::telling::{Batch, NamedPeople, Urgent, newly_named};
use crate::models::reference::References;
use crate::queue::{Attempt, Failure, Job, enqueue_all};
use crate::tasks::{self, MailNotifications, NotifyConcerned, Telling};

/// How long what happens on a card is gathered before a mail at once tells of it.
const GATHERING: Duration = Duration::from_secs(30);

impl Job for NotifyConcerned {
    type Context = App;

    async fn run(self, app: App, _: Attempt) -> Result<(), Failure> {
        let mut conn = app.db.conn().await?;
        while tell_next(&app, &mut conn, self.board_id).await? {}
        Ok(())
    }
}

/// One transaction; false where nobody was left to tell.
async fn tell_next(app: &App, conn: &mut AsyncPgConnection, board_id: Uuid) -> Result<bool, Error> {
    conn.transaction(async |conn| {
        let Some(batch) = Batch::take(conn, board_id).await? else { return Ok(false) };
        let named = named_in(app, conn, &batch).await?;
        let urgent = batch.tell(conn, &named, app.config.sends_mail(), app.clock.now()).await?;
        let mut mails = Vec::new();
        for Urgent { user_id, card_id } in urgent {
            let mail = MailNotifications { user_id, telling: Telling::Card { card_id } };
            let jobs = tasks::mails(&app.config, &mail)?.into_iter();
            mails.extend(jobs.map(|job| job.unique(mail.key()).after(GATHERING)));
        }
        enqueue_all(conn, mails).await?;
        Ok(true)
    })
    .await
}

/// The people whom texts of the batch name for the first time.
async fn named_in(app: &App, conn: &AsyncPgConnection, batch: &Batch) -> Result<NamedPeople, Error> {
    let mut by_event = Vec::new();
    for text in batch.texts(conn).await? {
        let now = handles(app, &text.text).await?;
        let mut before = Vec::new();
        for text in text.before.iter().filter(|_| !now.is_empty()) {
            before.extend(handles(app, text).await?);
        }
        let new: Vec<String> = newly_named(&now, &before).into_iter().cloned().collect();
        by_event.push((text.event_id, new));
    }
    let handles: Vec<String> = by_event.iter().flat_map(|(_, handles)| handles.clone()).collect();
    let people = References::members(conn, batch.board_id(), &handles, app.clock.now()).await?;
    let mut named = NamedPeople::default();
    for (event_id, handles) in by_event {
        for person in handles.iter().filter_map(|handle| people.get(handle)) {
            named.push(event_id, person.id);
        }
    }
    Ok(named)
}

async fn handles(app: &App, text: &str) -> Result<Vec<String>, Error> {
    Ok(Named::of([&*app.markdown.render(text).await?]).handles)
}
