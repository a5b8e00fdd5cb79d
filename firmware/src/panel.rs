//! What the wearer sees and presses: messages on the display, the light, finding, the one button.

use alloc::collections::VecDeque;
use alloc::string::String;

use vitals::{Event, EventKind, Thresholds, UptimeMillis};
use wire::message::{Command, MessageState, Reply, Why};
use wire::peripheral::CommandKey;

/// What was done with the button.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Press {
    /// Once: the message is read.
    Once,
    /// Twice: "OK" to the message.
    Twice,
    /// Three times: "Help" to the message.
    Thrice,
    /// Held for two seconds: SOS; held again within its countdown, it is taken back.
    Held,
}

/// What the bracelet has been told of its wearer's wishes. In memory only: an app tells them each time it says hello.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Wishes {
    /// The wearer's limits.
    pub thresholds: Option<Thresholds>,
    /// Steps a day.
    pub goal_steps: Option<u32>,
}

/// Display, light, sounder and button, or what stands for them.
pub trait Panel {
    /// Shows a text as [`lcd::Screen::message`] draws it; none: the resting face.
    fn show(&mut self, text: Option<&str>);
    /// Sets the light's brightness, 0–100 %.
    fn light(&mut self, percent: u8);
    /// Makes itself found (vibrates, blinks), or stops that.
    fn find(&mut self, on: bool);
    /// The wearer's wishes have changed.
    fn wishes(&mut self, wishes: &Wishes);
    /// What was done with the button since this was asked last, the oldest first.
    fn pressed(&mut self) -> Option<Press>;
}

/// Messages that wait while another one is shown; further ones are told `busy`.
const MAX_WAITING: usize = 4;
/// Within so long after an SOS it is taken back by holding the button again.
const SOS_COUNTDOWN_MS: u64 = 5_000;

/// What became of a message.
pub type Notice = (CommandKey, MessageState, Option<Reply>);

/// Drives a panel.
pub struct Front<P> {
    panel: P,
    /// The first one is shown.
    messages: VecDeque<(CommandKey, String)>,
    wishes: Wishes,
    sos: Option<UptimeMillis>,
}

impl<P: Panel> Front<P> {
    /// With nothing on the display.
    pub fn new(panel: P) -> Self {
        Self { panel, messages: VecDeque::new(), wishes: Wishes::default(), sos: None }
    }

    /// Carries out what concerns the panel.
    ///
    /// # Errors
    ///
    /// `busy` when too many messages wait, `refused` for what this bracelet cannot do.
    pub fn command(&mut self, key: CommandKey, command: Command) -> Result<Option<Notice>, Why> {
        match command {
            Command::Message(_) if self.messages.len() > MAX_WAITING => return Err(Why::Busy),
            Command::Message(text) => {
                self.messages.push_back((key, text));
                if self.messages.len() == 1 {
                    return Ok(self.show_first());
                }
            }
            Command::Find { on } => self.panel.find(on),
            Command::Led { brightness } => self.panel.light(brightness),
            Command::Thresholds(thresholds) => {
                self.wishes.thresholds = Some(thresholds);
                self.panel.wishes(&self.wishes);
            }
            Command::Goals { steps } => {
                self.wishes.goal_steps = Some(steps);
                self.panel.wishes(&self.wishes);
            }
            Command::Forget => {}
            // It measures without a pause, and escalates nothing by itself: said, not pretended.
            Command::Interval { .. } | Command::Pause { .. } | Command::Wipe | Command::SosAck { .. } => {
                return Err(Why::Refused);
            }
        }
        Ok(None)
    }

    fn show_first(&mut self) -> Option<Notice> {
        let (key, text) = match self.messages.front() {
            Some((key, text)) => (*key, text),
            None => {
                self.panel.show(None);
                return None;
            }
        };
        self.panel.show(Some(text));
        Some((key, MessageState::Shown, None))
    }

    /// What the wearer has done since: at most one press at a time. What became of messages, and what happened.
    pub fn poll(&mut self, now: UptimeMillis) -> ([Option<Notice>; 2], Option<Event>) {
        let Some(press) = self.panel.pressed() else { return ([None, None], None) };
        let (state, reply) = match press {
            Press::Held => return ([None, None], Some(self.held(now))),
            Press::Once => (MessageState::Read, None),
            Press::Twice => (MessageState::Reply, Some(Reply::Ok)),
            Press::Thrice => (MessageState::Reply, Some(Reply::Help)),
        };
        let Some((key, _)) = self.messages.pop_front() else { return ([None, None], None) };
        ([Some((key, state, reply)), self.show_first()], None)
    }

    fn held(&mut self, now: UptimeMillis) -> Event {
        let counting = self.sos.take().filter(|since| now.0.saturating_sub(since.0) <= SOS_COUNTDOWN_MS);
        let kind = if counting.is_some() {
            EventKind::SosCancelled
        } else {
            self.sos = Some(now);
            EventKind::Sos
        };
        Event { kind, detail: 0 }
    }
}

#[cfg(all(test, feature = "sim"))]
mod tests {
    use super::*;
    use wire::message::{AppId, Hello, ToBracelet};
    use wire::peripheral::{Action, Session};

    #[derive(Default)]
    struct Seen {
        text: Option<String>,
        presses: VecDeque<Press>,
    }

    impl Panel for Seen {
        fn show(&mut self, text: Option<&str>) {
            self.text = text.map(String::from);
        }
        fn light(&mut self, _percent: u8) {}
        fn find(&mut self, _on: bool) {}
        fn wishes(&mut self, _wishes: &Wishes) {}
        fn pressed(&mut self) -> Option<Press> {
            self.presses.pop_front()
        }
    }

    /// A key, which only a session makes.
    #[expect(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]
    fn key(id: u32) -> CommandKey {
        let mut flash = crate::sim::SimFlash::in_memory();
        crate::journal::Journal::format(&mut flash, vitals::JournalId(1)).unwrap();
        let mut journal = crate::journal::Journal::mount(flash).unwrap();
        let mut session = Session::new(&wire::message::Identity::default(), None);
        session.connected(185);
        let hello = Hello { v: 1, app: AppId(7), time: vitals::UnixMillis(1_800_000_000_000) };
        session.received(&ToBracelet::Hello(hello).line(), UptimeMillis(0), &mut journal);
        let find = ToBracelet::Command { id, command: Command::Find { on: true } };
        session.received(&find.line(), UptimeMillis(0), &mut journal);
        loop {
            if let Some(Action::Command { key, .. }) = session.poll_action() {
                return key;
            }
        }
    }

    #[test]
    fn a_second_message_waits_until_the_first_is_answered_and_a_sixth_is_told_busy() {
        let mut front = Front::new(Seen::default());
        let (first, second) = (key(1), key(2));
        let shown = front.command(first, Command::Message("one".into()));
        assert_eq!(shown, Ok(Some((first, MessageState::Shown, None))));
        assert_eq!(front.command(second, Command::Message("two".into())), Ok(None));
        for _ in 0..3 {
            assert_eq!(front.command(second, Command::Message("more".into())), Ok(None));
        }
        assert_eq!(front.command(second, Command::Message("six".into())), Err(Why::Busy));
        assert_eq!(front.panel.text.as_deref(), Some("one"));
        front.panel.presses.push_back(Press::Thrice);
        let ([done, next], event) = front.poll(UptimeMillis(0));
        assert_eq!(done, Some((first, MessageState::Reply, Some(Reply::Help))));
        assert_eq!((next, event), (Some((second, MessageState::Shown, None)), None));
        assert_eq!(front.panel.text.as_deref(), Some("two"));
    }

    #[test]
    fn an_sos_is_taken_back_within_five_seconds_and_later_is_another_one() {
        let mut front = Front::new(Seen::default());
        let mut held = |ms| {
            front.panel.presses.push_back(Press::Held);
            front.poll(UptimeMillis(ms)).1.map(|event| event.kind)
        };
        assert_eq!(held(0), Some(EventKind::Sos));
        assert_eq!(held(5_000), Some(EventKind::SosCancelled));
        assert_eq!(held(6_000), Some(EventKind::Sos));
        assert_eq!(held(11_001), Some(EventKind::Sos));
    }

    #[test]
    fn a_button_without_a_message_tells_nothing() {
        let mut front = Front::new(Seen::default());
        front.panel.presses.push_back(Press::Twice);
        assert_eq!(front.poll(UptimeMillis(0)), ([None, None], None));
    }
}
