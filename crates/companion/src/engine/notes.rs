//! What the person writes: sessions, and messages to the bracelet's display.

use bridge::{Changed, MAX_MESSAGE_CHARS, Message, Session};
use vitals::UnixMillis;
use vitals::person::{MAX_LINE, MAX_TEXT};

use super::{Answer, Engine, invalid, not_now, orders};

/// The newest messages that a conversation shows.
const CONVERSATION: u32 = 200;

impl Engine {
    /// The sessions that overlap a range, the oldest first.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::NotNow`] while there is no source; the store's.
    pub async fn sessions(&self, from: UnixMillis, to: UnixMillis) -> Answer<Vec<Session>> {
        let (store, _) = self.shown()?;
        Ok(store.sessions(from, to).await?)
    }

    /// Keeps a session: a new one (without an id), a known one with other words, or one that was deleted back again.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::Invalid`] for a name that is missing or too long, a note that is too long, or an end before the start;
    /// as [`Self::sessions`].
    pub async fn keep_session(&self, session: Session) -> Answer<Session> {
        let name = session.name.trim().to_owned();
        if name.is_empty() || name.chars().count() > MAX_LINE {
            return Err(invalid("name"));
        }
        if session.note.chars().count() > MAX_TEXT {
            return Err(invalid("note"));
        }
        if session.end.is_some_and(|end| end < session.start) {
            return Err(invalid("end"));
        }
        let (store, _) = self.shown()?;
        let kept = store.keep_session(&Session { name, ..session }).await?;
        self.0.view.changed(Changed::Sessions);
        Ok(kept)
    }

    /// Deletes a session and gives it back: [`Self::keep_session`] undoes it.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::NotNow`] if there is none of that id; as [`Self::sessions`].
    pub async fn delete_session(&self, id: i64) -> Answer<Session> {
        let (store, _) = self.shown()?;
        let gone = store.delete_session(id).await?.ok_or_else(|| not_now("there is no such session"))?;
        self.0.view.changed(Changed::Sessions);
        Ok(gone)
    }

    /// The conversation with the bracelet that Home shows, the oldest message first.
    ///
    /// # Errors
    ///
    /// As [`Self::sessions`].
    pub async fn messages(&self) -> Answer<Vec<Message>> {
        let (store, source) = self.shown()?;
        // Connected or not, a day is a day.
        orders::drop_old(&self.0.view, &store, source).await?;
        let kept = store.messages(source, CONVERSATION).await?;
        Ok(kept.into_iter().map(|kept| kept.message).collect())
    }

    /// Writes a message to the display. It waits until the bracelet is there, for a day at most.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::Invalid`] for a text that is empty or longer than 120 characters; as [`Self::sessions`].
    pub async fn send_message(&self, text: String) -> Answer<Message> {
        let text = fitting(&text)?;
        let (store, source) = self.shown()?;
        let id = store.add_message(source, &text, self.0.view.clock.now()).await?;
        self.0.view.changed(Changed::Messages);
        self.want().await;
        let all = self.messages().await?;
        all.into_iter().find(|message| message.id == id).ok_or_else(|| not_now("it was taken back"))
    }

    /// Other words for a message that still waits.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::NotNow`] once it was said; as [`Self::send_message`].
    pub async fn edit_message(&self, id: i64, text: String) -> Answer {
        let text = fitting(&text)?;
        let (store, _) = self.shown()?;
        if !store.edit_message(id, &text, self.0.view.clock.now()).await? {
            return Err(not_now("it was said already"));
        }
        self.0.view.changed(Changed::Messages);
        self.want().await;
        Ok(())
    }

    /// Takes a message back that still waits, or clears one that will not be shown.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::NotNow`] once it was said; as [`Self::sessions`].
    pub async fn delete_message(&self, id: i64) -> Answer {
        let (store, _) = self.shown()?;
        if !store.delete_message(id).await? {
            return Err(not_now("it was said already"));
        }
        self.0.view.changed(Changed::Messages);
        Ok(())
    }

    /// Something is wanted of the bracelet.
    pub(super) async fn want(&self) {
        if let Some(demo) = &self.control().await.demo {
            demo.want();
        }
    }
}

fn fitting(text: &str) -> Answer<String> {
    let text = text.trim();
    if text.is_empty() || text.chars().count() > MAX_MESSAGE_CHARS {
        return Err(invalid("text"));
    }
    Ok(text.to_owned())
}
