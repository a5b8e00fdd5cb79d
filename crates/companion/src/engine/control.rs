//! What the engine's orders are made of: opening, going on, connecting and closing, each under the one lock.

use std::sync::{Arc, Weak};

use bridge::{Code, Connection, Protection, Start, Storage};
use tokio::time::timeout;
use vitals::UnixMillis;

use super::clock::is_plausible;
use super::demo::{Demo, Left};
use super::open;
use super::view::{Known, View};
use super::{Answer, CLOSING, Control, Engine, Inner, alarms, facts, not_now, own};
use crate::store::{Folder, SourceId, Store};
use crate::vault::KeySource;

impl Engine {
    /// Stops the bracelet and closes every database.
    pub(super) async fn close(&self, control: &mut Control) {
        if let Some(demo) = control.demo.take() {
            demo.stop(&self.0.view).await;
        }
        control.following.shutdown().await;
        if let Some(store) = control.demo_store.take() {
            store.close().await;
        }
        if let Some(person) = control.person.take() {
            self.0.view.known().own = None;
            person.store.close().await;
        }
    }

    /// A database has said that it is damaged: everything is closed, and what is damaged is kept aside.
    pub(super) async fn keep_damaged_aside(&self) {
        let mut control = self.control().await;
        if self.is_ephemeral() {
            // What ends with the process is not kept aside, and what is kept was not touched.
            return;
        }
        let Some(key) = control.person.as_ref().map(|person| person.key.clone()) else { return };
        self.close(&mut control).await;
        *self.0.view.known() = Known::default();
        let mut kept_aside = None;
        for path in [self.person_path(), self.0.files.database()] {
            if !path.exists() {
                continue;
            }
            match open::keep_aside_if_damaged(&path, key.clone()).await {
                Ok(Some(aside)) => kept_aside = Some(aside),
                Ok(None) => {}
                Err(error) => tracing::error!(%error, "a database could not be looked into"),
            }
        }
        self.0.view.set_start(open::damaged("found while it was in use".to_owned(), kept_aside));
        self.0.view.tell_home();
    }

    /// Deletes the database whose key ended with its process, or ends with this one. Nobody could read it any more.
    pub(super) fn throw_away(&self) {
        for path in [self.0.files.throwaway(), self.throwaway_path()] {
            if let Err(error) = Store::delete(&path) {
                tracing::warn!(%error, "a throw-away database could not be deleted");
            }
        }
    }

    /// The demo's database: the running one's, or opened to be read; none if there is none.
    pub(super) async fn demo_store(&self, control: &mut Control) -> Answer<Option<Store>> {
        if let Some(store) = control.demo.as_ref().map(|demo| &demo.store).or(control.demo_store.as_ref()) {
            return Ok(Some(store.clone()));
        }
        let is_there = !self.is_ephemeral() && self.0.files.database().exists();
        let (Some(person), true) = (&control.person, is_there) else { return Ok(None) };
        let store = open::open_with(&self.0.files.database(), person.key.clone()).await?.store;
        control.demo_store = Some(store.clone());
        Ok(Some(store))
    }

    /// Takes the folder and opens the person's database.
    pub(super) async fn open(&self, control: &mut Control, key: KeySource) {
        let start = self.opened(control, &key).await.unwrap_or_else(|start| start);
        let is_ready = matches!(start, Start::Ready { .. });
        self.0.view.set_start(start);
        let now = self.0.view.clock.now();
        if is_ready && !is_plausible(now) {
            self.0.view.trouble(Code::ClockWrong, format!("the computer's clock says {now} ms since 1970"));
        }
    }

    async fn opened(&self, control: &mut Control, key: &KeySource) -> Result<Start, Start> {
        if control.folder.is_none() {
            let folder = Folder::hold(&self.0.options.data)
                .map_err(|error| Start::Blocked { why: error.into(), kept_aside: None })?;
            control.folder = Some(folder);
            self.throw_away();
        }
        let path = match key {
            KeySource::Ephemeral => self.throwaway_path(),
            _ => self.person_path(),
        };
        let (opened, start) = open::open(&path, key).await?;
        let decided = async {
            own::load(&self.0.view, &opened.store).await?;
            self.decided(&opened.store).await
        };
        match decided.await {
            Ok(in_force) => self.0.view.set_in_force(in_force),
            Err(error) => return Err(open::unreadable(&path, opened, error).await),
        }
        control.person = Some(opened);
        Ok(start)
    }

    /// Goes on as it was when the app last ended: the demo connected again, or shown as it was left.
    pub(super) async fn resume(&self, control: &mut Control) {
        let ready = matches!(self.start_state(), Start::Ready { .. });
        if !ready || !self.0.options.resume || self.is_ephemeral() {
            return;
        }
        let done = match self.0.files.left() {
            Left::Nothing => Ok(()),
            Left::Connected => self.connect(control).await,
            Left::Disconnected(since) => self.show_left(control, since).await,
        };
        if let Err(error) = done {
            self.0.view.trouble(error.code, error.detail);
        }
    }

    /// Shows what the demo's database holds while the bracelet is not connected.
    async fn show_left(&self, control: &mut Control, since: UnixMillis) -> Answer {
        let Some(store) = self.demo_store(control).await? else { return Ok(()) };
        let Some(source) = store.sources().await?.into_iter().next() else { return Ok(()) };
        let id = SourceId(source.id);
        let (stored, newest) = facts::read(&store, id, self.0.view.clock.now()).await?;
        let records = store.count(id).await?;
        {
            let mut known = self.0.view.known();
            known.source = Some(source);
            known.stored = stored;
            known.stored.storage = Storage { records, saving: true, ..Storage::default() };
            known.newest = newest;
            known.store = Some(store.clone());
            known.stored.steps_goal = self.0.view.in_force().goals_at(self.0.view.clock.now()).steps;
        }
        alarms::load(&self.0.view, &store, id).await?;
        self.0.view.set_connection(Connection::Disconnected { since });
        control.following.spawn(facts::follow(Arc::clone(&self.0.view), store, Arc::default()));
        Ok(())
    }

    /// Connects, or leaves the connection as it was.
    pub(super) async fn connect(&self, control: &mut Control) -> Answer {
        let before = self.0.view.known().connection.clone();
        let done = self.try_connect(control).await;
        match &done {
            Ok(()) => self.0.view.resolved(|code| code != Code::ClockWrong),
            Err(_) => self.0.view.set_connection(before),
        }
        done
    }

    async fn try_connect(&self, control: &mut Control) -> Answer {
        let Start::Ready { protection, .. } = self.start_state() else { return Err(not_now("not ready")) };
        if control.demo.is_none() {
            let files = &self.0.files;
            files.make()?;
            let Some(person) = &control.person else { return Err(not_now("not ready")) };
            let is_kept = protection != Protection::Ephemeral;
            let path = if is_kept { files.database() } else { files.throwaway() };
            let store = match control.demo_store.take() {
                Some(store) => store,
                None => open::open_with(&path, person.key.clone()).await?.store,
            };
            let flash = is_kept.then(|| files.flash());
            match Demo::start(&self.0.view, store.clone(), flash, &self.0.options.demo).await {
                Ok(demo) => {
                    // It follows its store itself.
                    control.following.shutdown().await;
                    control.demo = Some(demo);
                }
                Err(error) => {
                    control.demo_store = Some(store);
                    return Err(error);
                }
            }
        }
        if let Some(demo) = &mut control.demo {
            demo.connect(&self.0.view, self.0.options.demo.link.clone());
        }
        Ok(self.0.files.remember_connected(true)?)
    }
}

/// Waits for a database to say that it is damaged, until nobody has the engine any more.
pub(super) async fn watch_for_damage(engine: Weak<Inner>, view: Arc<View>) {
    loop {
        // Looked at now and then, so that this ends with the engine.
        let told = timeout(CLOSING, view.damaged.notified()).await.is_ok();
        let Some(inner) = engine.upgrade() else { return };
        if told {
            Engine(inner).keep_damaged_aside().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Options;
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    async fn a_database_that_tells_of_damage_while_it_is_used_is_closed_and_kept_aside() {
        let data = tempfile::tempdir().unwrap();
        let engine = Engine::start(Options::new(data.path().to_owned(), KeySource::None)).await;
        assert!(matches!(engine.settled().await, Start::Ready { .. }));
        engine.stores().await.unwrap().person.unwrap().close().await;
        std::fs::write(engine.person_path(), vec![0x5a; 40_960]).unwrap();
        let mut start = engine.0.view.start();
        engine.0.view.damaged.notify_one();
        let blocked = start.wait_for(|start| !matches!(start, Start::Ready { .. })).await.unwrap().clone();
        let Start::Blocked { why, kept_aside: Some(_) } = blocked else { panic!("{blocked:?}") };
        assert_eq!(why.code, Code::DatabaseDamaged);
        engine.start_afresh().await.unwrap();
        assert!(matches!(engine.start_state(), Start::Ready { .. }));
        engine.stop().await;
    }
}
