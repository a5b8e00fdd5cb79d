//! What is for the record, on its way to the disk: many pages in one transaction, acknowledged only after it.
//!
//! A disk that is full loses nothing: what is not acknowledged stays in the bracelet, and the same batch is tried again.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bridge::{Code, Event, SourceKind};
use jiff::tz::TimeZone;
use tokio::sync::{Notify, mpsc};
use tokio::time::{Instant, sleep, timeout_at};
use uuid::Uuid;
use vitals::{JournalId, RecordName, Seq, UnixMillis};
use wire::central::Cursor;

use super::alarms;
use super::view::View;
use crate::alerts::Judge;
use crate::chart::Usual;
use crate::link::{Arrived, Kept, Met, ToKeep};
use crate::store::{Batch, Gap, NewSource, Result, SourceId, Store, StoredAlert};

/// Pages in one transaction: large ones cost the least, and the bracelet sends no more ahead of an acknowledgement.
const MOST: usize = 32;
/// How long a page waits for company.
const PATIENCE: Duration = Duration::from_millis(250);
/// How long to wait before a commit that failed is tried again.
const AGAIN: Duration = Duration::from_secs(5);

/// Keeps the records of one source.
#[derive(Debug)]
pub struct Keeper {
    /// What Home shows.
    pub view: Arc<View>,
    /// The database.
    pub store: Store,
    /// What kind of source is kept.
    pub kind: SourceKind,
    /// The name to show for it.
    pub name: String,
    /// Told when there is something new to read back.
    pub changed: Arc<Notify>,
    /// Told when it is known whose bracelet it is: what waits for it may go.
    pub orders: Arc<Notify>,
}

/// What is known once the bracelet has said hello.
struct Source {
    id: SourceId,
    journal: JournalId,
    judge: Judge,
}

impl Keeper {
    /// Takes what arrives until nothing more can.
    pub async fn run(self, mut arriving: mpsc::UnboundedReceiver<ToKeep>, kept: mpsc::UnboundedSender<Kept>) {
        let mut source = None;
        let mut next = arriving.recv().await;
        while let Some(first) = next.take() {
            match first {
                ToKeep::Met(met) => {
                    let mut tries = Tries::new(&self.view);
                    let (met_source, answer) = loop {
                        if let Some(done) = tries.look(self.meet(&met).await).await {
                            break done;
                        }
                    };
                    source = Some(met_source);
                    let _ = kept.send(answer);
                }
                ToKeep::Arrived(first) => {
                    let mut pages = vec![first];
                    let until = Instant::now() + PATIENCE;
                    while pages.len() < MOST {
                        match timeout_at(until, arriving.recv()).await {
                            Ok(Some(ToKeep::Arrived(page))) => pages.push(page),
                            Ok(Some(other)) => {
                                next = Some(other);
                                break;
                            }
                            Ok(None) | Err(_) => break,
                        }
                    }
                    if let Some(source) = &mut source {
                        self.commit(source, pages, &kept).await;
                    }
                }
            }
            if next.is_none() {
                next = arriving.recv().await;
            }
        }
    }

    /// Notes who the bracelet is and what boots it has, and tells how far each has been fetched.
    async fn meet(&self, met: &Met) -> Result<(Source, Kept)> {
        let new = NewSource {
            kind: self.kind,
            serial: &met.serial,
            name: &self.name,
            firmware: Some(&met.firmware),
        };
        let id = self.store.source(new).await?;
        self.store.hello(id, met.journal, &met.boots).await?;
        let cursors = self.store.cursors(id, met.journal).await?;
        let cursors = cursors.into_iter().map(|at| Cursor { boot: at.boot, next: at.next }).collect();
        let told = self.store.alerts(id, UnixMillis(i64::MIN), UnixMillis(i64::MAX)).await?;
        let mut judge = Judge::new(met.serial.clone(), self.view.in_force(), told);
        self.recall(&mut judge, id, met).await?;
        let records = self.store.count(id).await?;
        let shown = self.store.sources().await?.into_iter().find(|source| source.id == id.0);
        {
            let mut known = self.view.known();
            known.stored.storage.records = records;
            known.source = shown.or(known.source.take());
            known.store = Some(self.store.clone());
        }
        alarms::load(&self.view, &self.store, id).await?;
        self.changed.notify_one();
        self.orders.notify_one();
        Ok((Source { id, journal: met.journal, judge }, Kept::Cursors { meeting: met.meeting, cursors }))
    }

    /// Lets the judge hear again what was stored last, so that an episode under way goes on instead of beginning anew.
    async fn recall(&self, judge: &mut Judge, id: SourceId, met: &Met) -> Result<()> {
        let Some(last) = self.store.latest(id).await?.any else { return Ok(()) };
        // What is dated in the future comes from a clock that was wrong: new records are dated about now.
        let last = last.min(self.view.clock.now().plus(60_000));
        let from = last.plus(-alarms::RECALL_MS);
        judge.set_usual(Usual::read(&self.store, id, (from, last), &TimeZone::system()).await?);
        let mut records = self.store.records(id, from, last.plus(1));
        while let Some(recorded) = records.next().await? {
            if recorded.name.journal == met.journal {
                judge.push(recorded.name, &recorded.record, recorded.placed.at);
            }
        }
        Ok(())
    }

    async fn commit(&self, source: &mut Source, pages: Vec<Arrived>, kept: &mpsc::UnboundedSender<Kept>) {
        let batches = batches(source, pages);
        source.judge.set_in_force(&self.view.in_force());
        let mut tries = Tries::new(&self.view);
        while tries.look(self.know_usual(source, &batches).await).await.is_none() {}
        // Alerts first: what is acknowledged is never heard again, and alerts that are told twice are one.
        let alerts = judged(source, &batches);
        for alert in alerts.values() {
            let arrived = alarms::arrived(&self.view, alert);
            let mut tries = Tries::new(&self.view);
            let kept = loop {
                if let Some(kept) = tries.look(self.store.set_alert(source.id, alert, arrived).await).await {
                    break kept;
                }
            };
            alarms::of_journal(&self.view, &kept);
            self.keep_answer(alert.id).await;
        }
        let mut tries = Tries::new(&self.view);
        let done = loop {
            if let Some(done) = tries.look(self.store.commit(&batches).await).await {
                break done;
            }
        };
        for batch in &batches {
            if let Some(last) = last_place(batch) {
                // The client has gone: the next connection begins at the store's cursors.
                let _ = kept.send(Kept::Committed { boot: batch.boot, seq: last });
            }
        }
        if done.conflicts > 0 {
            tracing::error!(
                conflicts = done.conflicts,
                "records came again with other contents; the first were kept"
            );
        }
        self.view.known().stored.storage.records += done.new;
        if let Some((from, to)) = done.span {
            self.view.tell(Event::Stored { from, to });
        }
        if self.view.known().catching_up.is_some() {
            self.changed.notify_one();
        }
    }

    /// Tells the judge what the wearer's skin usually is when these batches were measured. What they hold themselves of the
    /// nights does not count yet: a night does from the evening after it, and batches are shorter than that.
    async fn know_usual(&self, source: &mut Source, batches: &[Batch]) -> Result<()> {
        let times = || batches.iter().flat_map(|batch| &batch.records).map(|(_, placed)| placed.at);
        let Some((from, to)) = times().min().zip(times().max()) else { return Ok(()) };
        if !source.judge.knows_usual(from, to) {
            let usual = Usual::read(&self.store, source.id, (from, to), &TimeZone::system()).await?;
            source.judge.set_usual(usual);
        }
        Ok(())
    }

    /// Keeps what the person said to an alert before the journal knew of it.
    async fn keep_answer(&self, id: Uuid) {
        let alarm = self.view.known().alarms.iter().find(|alarm| alarm.id == Some(id)).copied();
        let Some((answer, until)) = alarm.and_then(|alarm| Some((alarm.answer?, alarm.snoozed_until))) else {
            return;
        };
        let mut tries = Tries::new(&self.view);
        while tries.look(self.store.set_answer(id, answer, until, None).await).await.is_none() {}
    }
}

/// The journal's word on alerts: episodes under names that are the same in every app, each as it is after these batches.
fn judged(source: &mut Source, batches: &[Batch]) -> BTreeMap<Uuid, StoredAlert> {
    let mut alerts = BTreeMap::new();
    for batch in batches {
        for (record, placed) in &batch.records {
            let name = RecordName { journal: batch.journal, boot: batch.boot, seq: record.seq };
            let told = source.judge.push(name, record, placed.at);
            alerts.extend(told.into_iter().map(|alert| (alert.id, alert)));
        }
    }
    alerts
}

/// Tries what the store must do, however long it takes: a full disk is told once, and tried again.
pub(super) struct Tries<'a> {
    view: &'a View,
    told: Option<Code>,
}

impl<'a> Tries<'a> {
    pub(super) fn new(view: &'a View) -> Self {
        Self { view, told: None }
    }

    /// What was done; or none after a pause, and it is to be tried again.
    pub(super) async fn look<T>(&mut self, tried: Result<T>) -> Option<T> {
        match tried {
            Ok(done) => {
                self.view.known().stored.storage.set_trouble(None);
                self.view.resolved(|code| Some(code) == self.told);
                Some(done)
            }
            Err(error) => {
                let code = error.code();
                self.view.known().stored.storage.set_trouble(Some(code));
                if self.told != Some(code) {
                    self.view.trouble(code, error.to_string());
                    self.view.tell_home();
                }
                self.told = Some(code);
                if code == Code::DatabaseDamaged {
                    // No try can succeed: the engine ends this task and keeps the database aside.
                    self.view.damaged.notify_one();
                }
                sleep(AGAIN).await;
                None
            }
        }
    }
}

/// One batch a boot, in the order in which they came.
fn batches(source: &Source, pages: Vec<Arrived>) -> Vec<Batch> {
    let mut batches: Vec<Batch> = Vec::new();
    for page in pages {
        let (boot, records, gap) = match page {
            Arrived::Page { boot, records } => (boot, records, None),
            Arrived::Missing { boot, from, to, why } => {
                (boot, Vec::new(), Some(Gap { first: from, last: to, why }))
            }
        };
        match batches.last_mut() {
            Some(batch) if batch.boot == boot => {
                batch.records.extend(records);
                batch.gaps.extend(gap);
            }
            _ => batches.push(Batch {
                source: source.id,
                journal: source.journal,
                boot,
                records,
                gaps: gap.into_iter().collect(),
            }),
        }
    }
    batches
}

/// The last place that a batch covers. Pages and gaps of a boot come in order, from its first hole on.
fn last_place(batch: &Batch) -> Option<Seq> {
    let records = batch.records.last().map(|(record, _)| record.seq);
    let gaps = batch.gaps.last().map(|gap| gap.last);
    records.max(gaps)
}
