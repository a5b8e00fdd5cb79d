//! What the person wants of the bracelet, on its way there: limits, goals, light, messages. Kept until it is answered; said
//! when the bracelet is there.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use bridge::{About, Changed, Event, MessageState, Start};
use tokio::sync::{Notify, mpsc, oneshot};
use tokio::time::sleep;
use vitals::{Goals, Thresholds};
use wire::message::{Command, MessageNotice, Reply, Why};

use super::view::View;
use crate::alerts::{Lang, plain};
use crate::link::Order;
use crate::store::{KeptMessage, Result, Sending, SourceId, Store, Way, What};

/// How often what waits is looked at without anybody asking: messages are dropped by age, a busy bracelet is asked again.
const EACH: Duration = Duration::from_secs(30);
/// A message that has waited so long is dropped.
pub const DROPPED_AFTER_MS: i64 = 24 * 3_600_000;

/// What is heard from the link.
#[derive(Debug)]
pub enum Heard {
    /// The bracelet is there.
    Met,
    /// The link is gone.
    Lost,
    /// An order was answered.
    Answered {
        /// Its number.
        id: u32,
        /// Done, or why not.
        result: std::result::Result<(), Why>,
    },
    /// What became of a message on the display.
    Message(MessageNotice),
}

/// What was said under a number.
#[derive(Clone, Debug)]
enum Said {
    Message,
    Setting(What, String),
}

/// Sees to the orders of one link.
#[derive(Debug)]
pub struct Orders {
    view: Arc<View>,
    store: Store,
    /// Told when something is wanted.
    wanted: Arc<Notify>,
    to_client: mpsc::UnboundedSender<Order>,
    met: bool,
    said: BTreeMap<u32, Said>,
}

impl Orders {
    /// For a link that is about to be made.
    #[must_use]
    pub fn new(
        view: Arc<View>,
        store: Store,
        wanted: Arc<Notify>,
        to_client: mpsc::UnboundedSender<Order>,
    ) -> Self {
        Self { view, store, wanted, to_client, met: false, said: BTreeMap::new() }
    }

    /// Sees to them until the link has ended.
    pub async fn run(mut self, mut heard: mpsc::UnboundedReceiver<Heard>) {
        loop {
            let done = tokio::select! {
                heard = heard.recv() => match heard {
                    Some(heard) => self.take(heard).await,
                    None => return,
                },
                () = self.wanted.notified() => Ok(()),
                () = sleep(EACH) => Ok(()),
            };
            let all = self.see_to_all().await;
            if let Err(error) = done.and(all) {
                // What waits is kept, and looked at again.
                tracing::warn!(%error, "orders wait for the store");
            }
        }
    }

    fn source(&self) -> Option<SourceId> {
        self.view.known().source.as_ref().map(|source| SourceId(source.id))
    }

    async fn take(&mut self, heard: Heard) -> Result<()> {
        match heard {
            Heard::Met => {
                self.met = true;
                // A bracelet that started anew has forgotten what it was told: settings are told once a meeting.
                self.said.retain(|_, said| matches!(said, Said::Message));
                // Whoever looked for it over the last link has found it, or asks again.
                if let Some(source) = self.source() {
                    self.store.unsend(source, What::Find).await?;
                    self.view.changed(Changed::Devices);
                }
            }
            Heard::Lost => self.met = false,
            Heard::Answered { id, result } => self.answered(id, result).await?,
            Heard::Message(notice) => self.became(notice).await?,
        }
        Ok(())
    }

    async fn see_to_all(&mut self) -> Result<()> {
        let Some(source) = self.source() else { return Ok(()) };
        drop_old(&self.view, &self.store, source).await?;
        want_settings(&self.view, &self.store, source).await?;
        if !self.met {
            return Ok(());
        }
        for sending in self.store.sending(source).await? {
            self.see_to_setting(sending).await;
        }
        for waiting in self.store.waiting_messages(source).await? {
            self.see_to_message(waiting).await?;
        }
        Ok(())
    }

    async fn see_to_setting(&mut self, sending: Sending) {
        let Sending { what, body, way, .. } = sending;
        let is_said = |said: &Said| matches!(said, Said::Setting(of, it) if *of == what && *it == body);
        if way == Way::Failed || self.said.values().any(is_said) {
            return;
        }
        if let (Some(command), Some(id)) = (command(what, &body), self.number().await) {
            // An older wish of the kind is over, whatever is answered to it.
            self.said.retain(|_, said| !matches!(said, Said::Setting(of, _) if *of == what));
            self.said.insert(id, Said::Setting(what, body));
            self.say(id, command);
        }
    }

    async fn see_to_message(&mut self, waiting: KeptMessage) -> Result<()> {
        let KeptMessage { message, command } = waiting;
        let id = match command {
            Some(id) => id,
            None => {
                let Some(id) = self.number().await else { return Ok(()) };
                // Noted first: after a crash it is said again under this number, and shown once.
                if !self.store.number_message(message.id, &message.text, id).await? {
                    return Ok(());
                }
                id
            }
        };
        if self.said.insert(id, Said::Message).is_none() {
            self.say(id, Command::Message(message.text));
        }
        Ok(())
    }

    async fn number(&self) -> Option<u32> {
        let (ask, answer) = oneshot::channel();
        self.to_client.send(Order::Number(ask)).ok()?;
        answer.await.ok()
    }

    fn say(&self, id: u32, command: Command) {
        // The client has gone: the next link says it.
        let _ = self.to_client.send(Order::Say { id, command });
    }

    async fn answered(&mut self, id: u32, result: std::result::Result<(), Why>) -> Result<()> {
        let (Some(said), Some(source)) = (self.said.get(&id).cloned(), self.source()) else { return Ok(()) };
        if result == Err(Why::Busy) {
            self.said.remove(&id);
            return Ok(());
        }
        let now = self.view.clock.now();
        match said {
            Said::Message => {
                // Accepted is not shown: the display says that itself.
                if result.is_err() {
                    self.store.message_became(source, id, MessageState::Failed, now).await?;
                    self.view.changed(Changed::Messages);
                }
            }
            Said::Setting(what, body) => {
                let way = if result.is_ok() { Way::Done } else { Way::Failed };
                self.store.sending_became(source, what, &body, way, now).await?;
                let is_setting = matches!(what, What::Thresholds | What::Goals);
                self.view.changed(if is_setting { Changed::Settings } else { Changed::Devices });
            }
        }
        Ok(())
    }

    async fn became(&self, notice: MessageNotice) -> Result<()> {
        let Some(source) = self.source() else { return Ok(()) };
        let state = match (notice.state, notice.reply) {
            (wire::message::MessageState::Shown, _) => MessageState::Shown,
            (wire::message::MessageState::Read, _) => MessageState::Read,
            (wire::message::MessageState::Reply, Some(Reply::Ok)) => MessageState::RepliedOk,
            (wire::message::MessageState::Reply, Some(Reply::Help)) => MessageState::RepliedHelp,
            _ => return Ok(()),
        };
        let now = self.view.clock.now();
        if self.store.message_became(source, notice.id, state, now).await?.is_some() {
            self.view.changed(Changed::Messages);
            if state == MessageState::RepliedHelp {
                notify(&self.view, About::HelpWanted);
            }
        }
        Ok(())
    }
}

/// Drops the messages that have waited for a day, with a notice.
pub async fn drop_old(view: &View, store: &Store, source: SourceId) -> Result<()> {
    let now = view.clock.now();
    if !store.drop_messages(source, now.plus(-DROPPED_AFTER_MS), now).await?.is_empty() {
        view.changed(Changed::Messages);
        notify(view, About::MessageDropped);
    }
    Ok(())
}

/// A bracelet shall have the person's own limits and goals, if they have any.
async fn want_settings(view: &View, store: &Store, source: SourceId) -> Result<()> {
    let in_force = view.in_force();
    let now = view.clock.now();
    let mut changed = false;
    if in_force.thresholds.len() > 1 {
        let body = body(&in_force.thresholds_at(now));
        changed |= store.send(source, What::Thresholds, &body, now).await?;
    }
    if in_force.goals.len() > 1 {
        changed |= store.send(source, What::Goals, &body(&in_force.goals_at(now)), now).await?;
    }
    if changed {
        view.changed(Changed::Settings);
    }
    Ok(())
}

/// A wish as it is kept.
pub fn body<T: serde::Serialize>(value: &T) -> String {
    // Numbers and switches: they are always JSON.
    serde_json::to_string(value).unwrap_or_default()
}

fn command(what: What, body: &str) -> Option<Command> {
    match what {
        What::Thresholds => serde_json::from_str::<Thresholds>(body).ok().map(Command::Thresholds),
        What::Goals => {
            serde_json::from_str::<Goals>(body).ok().map(|goals| Command::Goals { steps: goals.steps })
        }
        What::Led => serde_json::from_str(body).ok().map(|brightness| Command::Led { brightness }),
        What::Find => serde_json::from_str(body).ok().map(|on| Command::Find { on }),
    }
}

/// Tells something through the system that is about no alert.
pub fn notify(view: &View, about: About) {
    let language = match &*view.start().borrow() {
        Start::Ready { preferences, .. } => preferences.language.clone(),
        _ => None,
    };
    view.tell(Event::Notify(plain(Lang::of(language.as_deref()), about)));
}
