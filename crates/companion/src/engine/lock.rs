//! The lock: what is known is hidden from whoever sits at the window until the passphrase is given again. What is monitored,
//! kept and told goes on behind it.

use std::sync::atomic::Ordering;

use bridge::{Code, Error, Event, Protection, Start};
use vitals::AlertRule;

use super::{Answer, Engine, not_now};
use crate::store::StoreError;
use crate::vault::KeySource;

impl Engine {
    /// Hides everything until [`Self::unlock`] is given the passphrase again.
    ///
    /// # Errors
    ///
    /// [`Code::NotNow`] where no passphrase protects what is kept: nothing could open the lock.
    pub fn lock(&self) -> Answer {
        let Start::Ready { protection: Protection::Passphrase, .. } = self.start_state() else {
            return Err(not_now("no passphrase protects what is kept"));
        };
        self.0.view.locked.store(true, Ordering::Relaxed);
        self.0.view.tell(Event::Start(self.start_told()));
        // Nothing that was told before stays on a screen.
        self.0.view.tell_home();
        Ok(())
    }

    /// Whether what is known is hidden.
    #[must_use]
    pub fn is_locked(&self) -> bool {
        self.0.view.is_locked()
    }

    /// What a window is told of [`Self::start_state`]: behind the lock, that a passphrase is asked for.
    #[must_use]
    pub fn start_told(&self) -> Start {
        match self.is_locked() {
            true => Start::AskPassphrase { why: None },
            false => self.start_state(),
        }
    }

    /// Whether a fall or an SOS is open: whom to call is then shown behind the lock too.
    #[must_use]
    pub fn is_emergency(&self) -> bool {
        self.alarms().iter().any(|alert| matches!(alert.rule, AlertRule::Fall | AlertRule::Sos))
    }

    /// Opens the lock, if these are the words that opened the database.
    pub(super) async fn open_lock(&self, passphrase: &str) -> Answer {
        let control = self.control().await;
        let is_right = matches!(
            control.person.as_ref().map(|person| &person.key),
            Some(KeySource::Passphrase(words)) if words.as_str() == passphrase
        );
        drop(control);
        if !is_right {
            let why = Error { code: Code::WrongPassphrase, detail: StoreError::WrongPassphrase.to_string() };
            self.0.view.tell(Event::Start(Start::AskPassphrase { why: Some(why.clone()) }));
            return Err(why);
        }
        self.0.view.locked.store(false, Ordering::Relaxed);
        self.0.view.tell(Event::Start(self.start_state()));
        self.0.view.tell_home();
        Ok(())
    }
}
