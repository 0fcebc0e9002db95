//! What this process knows of the boards that are looked at.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use crate::models::changed::Changed;

/// Streams that a person may have open, in this process.
const STREAMS_OF_PERSON: usize = 50;

/// Changes of a board that are remembered for readers who are slow to take them.
const NEWS_MOST: usize = 32;

/// How long somebody whose stream has ended still counts as here: a page that asks again, to tell what it shows now, has
/// not gone.
const LINGER: Duration = Duration::from_secs(2);

/// People who are named as being here.
const HERE_MOST: usize = 50;

/// Who looks at a board.
#[derive(Clone, Debug)]
pub struct Listener {
    pub user_id: Uuid,
    pub session_id: Uuid,
    /// How others see them; none where they are not to.
    pub shown: Option<Shown>,
    /// The card that they have open.
    pub card_id: Option<Uuid>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    pub name: String,
    /// Their face as HTML.
    pub face: String,
}

/// A person who has the board open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Here {
    pub user_id: Uuid,
    pub shown: Shown,
    /// The cards that they have open.
    pub card_ids: Vec<Uuid>,
}

/// Why a stream ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bye {
    /// The process stops; another one has taken over, or will.
    Restart,
    /// The person may not see the board any more, or it is gone.
    Removed,
    SignedOut,
}

/// What was changed from one revision to another.
struct News {
    since: i64,
    revision: i64,
    changed: Changed,
}

pub(super) struct Entry {
    listener: Listener,
    /// Why it is to end.
    pub bye: Option<Bye>,
    /// How often there was something new in the person's inbox.
    pub inbox: u32,
}

/// One board.
pub(super) struct Channel {
    pub revision: i64,
    /// The oldest first.
    news: VecDeque<News>,
    pub listeners: BTreeMap<u64, Entry>,
    /// Those whose streams have just ended.
    leaving: Vec<(Instant, Listener)>,
    pub here: Arc<[Here]>,
    /// Wakes the streams; counts how often.
    woken: watch::Sender<u64>,
}

impl Channel {
    fn at(revision: i64) -> Self {
        let (news, here) = (VecDeque::new(), Arc::new([]));
        let (listeners, leaving) = (BTreeMap::new(), Vec::new());
        Self { revision, news, listeners, leaving, here, woken: watch::Sender::new(0) }
    }

    fn wake(&self) {
        self.woken.send_modify(|times| *times = times.wrapping_add(1));
    }

    /// What has changed for who has seen a revision; none where nothing has.
    pub fn since(&self, seen: i64) -> Option<(i64, Changed)> {
        if self.revision <= seen {
            return None;
        }
        let mut news = self.news.iter().rev().take_while(|news| news.revision > seen);
        let mut first = i64::MAX;
        let mut all = Changed::default();
        for one in &mut news {
            all.add_earlier(&one.changed);
            first = one.since;
        }
        all.everything |= first > seen;
        Some((self.revision, all))
    }

    /// Who is here, those who came first first.
    fn people(&self) -> Vec<Here> {
        let present = self.listeners.values().map(|entry| &entry.listener);
        let mut people: Vec<Here> = Vec::new();
        for listener in present.chain(self.leaving.iter().map(|(_, listener)| listener)) {
            let Some(shown) = listener.shown.clone() else { continue };
            let known = people.iter().position(|person| person.user_id == listener.user_id);
            let place = match known {
                Some(place) => place,
                None if people.len() < HERE_MOST => {
                    people.push(Here { user_id: listener.user_id, shown, card_ids: Vec::new() });
                    people.len() - 1
                }
                None => continue,
            };
            let person = &mut people[place];
            person.card_ids.extend(listener.card_id.filter(|id| !person.card_ids.contains(id)));
        }
        people
    }
}

#[derive(Default)]
struct Boards {
    channels: HashMap<Uuid, Channel>,
    streams_of: HashMap<Uuid, usize>,
    next_id: u64,
    /// Boards of which a change was signalled.
    signalled: HashSet<Uuid>,
    /// Those that are to be named to other processes.
    outgoing: HashSet<Uuid>,
}

/// Every process has one.
#[derive(Default)]
pub struct Hub {
    boards: Mutex<Boards>,
    has_signals: Notify,
    has_outgoing: Notify,
    ended: CancellationToken,
}

impl Hub {
    fn lock(&self) -> MutexGuard<'_, Boards> {
        self.boards.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// These boards may just have been changed, by this process.
    pub fn signal(&self, board_ids: &[Uuid]) {
        self.lock().outgoing.extend(board_ids);
        self.has_outgoing.notify_one();
        self.hear(board_ids);
    }

    /// The same by another process.
    pub(super) fn hear(&self, board_ids: &[Uuid]) {
        {
            let Boards { channels, signalled, .. } = &mut *self.lock();
            signalled.extend(board_ids.iter().filter(|id| channels.contains_key(id)));
        }
        self.has_signals.notify_one();
    }

    pub(super) async fn signalled(&self) {
        self.has_signals.notified().await;
    }

    pub(super) fn take_signalled(&self) -> Vec<Uuid> {
        std::mem::take(&mut self.lock().signalled).into_iter().collect()
    }

    pub(super) async fn has_outgoing(&self) {
        self.has_outgoing.notified().await;
    }

    pub(super) fn take_outgoing(&self) -> Vec<Uuid> {
        std::mem::take(&mut self.lock().outgoing).into_iter().collect()
    }

    /// A stream of a board, for who has seen `revision` of it: its number, and what wakes it. None where the person has too many.
    pub(super) fn enter(
        &self,
        board_id: Uuid,
        revision: i64,
        listener: Listener,
    ) -> Option<(u64, watch::Receiver<u64>)> {
        let mut boards = self.lock();
        let of_person = boards.streams_of.entry(listener.user_id).or_default();
        if *of_person >= STREAMS_OF_PERSON {
            return None;
        }
        *of_person += 1;
        let id = boards.next_id;
        boards.next_id += 1;
        let channel = boards.channels.entry(board_id).or_insert_with(|| Channel::at(revision));
        channel.leaving.retain(|(_, gone)| gone.session_id != listener.session_id);
        channel.listeners.insert(id, Entry { listener, bye: None, inbox: 0 });
        Some((id, channel.woken.subscribe()))
    }

    /// The stream has ended.
    pub(super) fn leave(&self, board_id: Uuid, id: u64) {
        let mut boards = self.lock();
        let Boards { channels, streams_of, .. } = &mut *boards;
        let Some(channel) = channels.get_mut(&board_id) else { return };
        if let Some(Entry { listener, .. }) = channel.listeners.remove(&id) {
            if let Some(count) = streams_of.get_mut(&listener.user_id) {
                *count -= 1;
                if *count == 0 {
                    streams_of.remove(&listener.user_id);
                }
            }
            channel.leaving.push((Instant::now(), listener));
        }
    }

    /// What a stream is to know of its board.
    pub(super) fn with<T>(&self, board_id: Uuid, look: impl FnOnce(&Channel) -> T) -> Option<T> {
        self.lock().channels.get(&board_id).map(look)
    }

    /// The boards that are looked at.
    pub(super) fn boards(&self) -> Vec<Uuid> {
        self.lock().channels.keys().copied().collect()
    }

    pub(super) fn revision(&self, board_id: Uuid) -> Option<i64> {
        self.with(board_id, |channel| channel.revision)
    }

    /// Who looks at a board.
    pub(super) fn readers(&self, board_id: Uuid) -> Vec<Uuid> {
        let readers = self.with(board_id, |channel| {
            channel.listeners.values().map(|entry| entry.listener.user_id).collect::<HashSet<_>>()
        });
        readers.unwrap_or_default().into_iter().collect()
    }

    /// The sessions of all readers.
    pub(super) fn sessions(&self) -> Vec<Uuid> {
        let boards = self.lock();
        let entries = boards.channels.values().flat_map(|channel| channel.listeners.values());
        let ids: HashSet<Uuid> = entries.map(|entry| entry.listener.session_id).collect();
        ids.into_iter().collect()
    }

    /// Who looks at any board.
    pub(super) fn all_readers(&self) -> Vec<Uuid> {
        self.lock().streams_of.keys().copied().collect()
    }

    /// Tells these people that there is something new in their inboxes.
    pub(super) fn tell_of_inbox(&self, user_ids: &HashSet<Uuid>) {
        if user_ids.is_empty() {
            return;
        }
        for channel in self.lock().channels.values_mut() {
            let mut is_any = false;
            for entry in channel.listeners.values_mut() {
                if user_ids.contains(&entry.listener.user_id) {
                    entry.inbox = entry.inbox.wrapping_add(1);
                    is_any = true;
                }
            }
            if is_any {
                channel.wake();
            }
        }
    }

    /// Tells the readers of a board what has changed on it.
    pub(super) fn tell(&self, board_id: Uuid, revision: i64, changed: Changed) {
        let mut boards = self.lock();
        let Some(channel) = boards.channels.get_mut(&board_id) else { return };
        if channel.revision >= revision {
            return;
        }
        if channel.news.len() == NEWS_MOST {
            channel.news.pop_front();
        }
        channel.news.push_back(News { since: channel.revision, revision, changed });
        channel.revision = revision;
        channel.wake();
    }

    /// Ends the streams of a board for which there is a reason.
    pub(super) fn dismiss(&self, board_id: Uuid, reason: impl Fn(&Listener) -> Option<Bye>) {
        let mut boards = self.lock();
        let Some(channel) = boards.channels.get_mut(&board_id) else { return };
        let mut is_any = false;
        for entry in channel.listeners.values_mut().filter(|entry| entry.bye.is_none()) {
            entry.bye = reason(&entry.listener);
            is_any |= entry.bye.is_some();
        }
        if is_any {
            channel.wake();
        }
    }

    /// Forgets those who have gone, and tells of who has come and gone.
    pub(super) fn say_who_is_here(&self) {
        self.lock().channels.retain(|_, channel| {
            channel.leaving.retain(|(since, _)| since.elapsed() < LINGER);
            let people = channel.people();
            if *people != *channel.here {
                channel.here = people.into();
                channel.wake();
            }
            !channel.listeners.is_empty() || !channel.leaving.is_empty()
        });
    }

    /// Ends all streams: another process takes over.
    pub(super) fn end(&self) {
        self.ended.cancel();
    }

    pub(super) fn ended(&self) -> &CancellationToken {
        &self.ended
    }

    /// How many streams there are.
    pub fn streams(&self) -> usize {
        self.lock().streams_of.values().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn changed(everything: bool) -> Changed {
        Changed { everything, ..Changed::default() }
    }

    #[test]
    fn who_is_slow_is_told_of_all_of_it_or_of_everything() {
        let mut channel = Channel::at(1);
        for revision in 2..=4 {
            channel.news.push_back(News { since: revision - 1, revision, changed: changed(false) });
            channel.revision = revision;
        }
        assert_eq!(channel.since(4), None);
        assert_eq!(channel.since(2), Some((4, changed(false))));
        assert_eq!(channel.since(1), Some((4, changed(false))));
        assert_eq!(channel.since(0), Some((4, changed(true))), "what was before the first is not known");
    }
}
