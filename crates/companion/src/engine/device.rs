//! The bracelet itself: which there are, its name, its light, finding it, forgetting it.

use bridge::{Bluetooth, Changed, Connection, DEMO_NAME, Device, Nearby, NearbyDevice, Sent, SourceKind};
use vitals::person::MAX_LINE;

use super::orders::body;
use super::{Answer, Engine, invalid, not_now};
use crate::store::{Sending, Way, What};

/// The built-in bracelet's id in the list of what can be connected.
const DEMO: &str = "demo";

impl Engine {
    /// What can be connected now.
    ///
    /// # Errors
    ///
    /// What keeps the demo's database shut.
    pub async fn nearby(&self) -> Answer<Nearby> {
        let known = match self.stores().await?.demo {
            Some(store) => store.sources().await?.into_iter().next(),
            None => None,
        };
        let demo = NearbyDevice {
            id: DEMO.to_owned(),
            name: known.as_ref().map_or_else(|| DEMO_NAME.to_owned(), |source| source.name.clone()),
            kind: SourceKind::Demo,
            rssi_dbm: None,
            known: known.map(|source| source.id),
            here: true,
        };
        Ok(Nearby { bluetooth: Bluetooth::NotBuilt, devices: vec![demo] })
    }

    /// Connects one of [`Self::nearby`].
    ///
    /// # Errors
    ///
    /// [`bridge::Code::NotNow`] if it is not there; as [`Self::connect_demo`].
    pub async fn connect_device(&self, id: String) -> Answer {
        if id == DEMO { self.connect_demo().await } else { Err(not_now("it is not there")) }
    }

    /// What was asked of the bracelet that Home shows.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::NotNow`] while there is no source; the store's.
    pub async fn device(&self) -> Answer<Device> {
        let (store, source) = self.shown()?;
        let mut device = Device::default();
        for Sending { what, body, way, at } in store.sending(source).await? {
            let sent = Some(match way {
                Way::Waiting => Sent::Waiting { since: at },
                Way::Done => Sent::OnBracelet { since: at },
                Way::Failed => Sent::Failed { at },
            });
            match what {
                What::Led => {
                    device.brightness = serde_json::from_str(&body).ok();
                    device.brightness_sent = sent;
                }
                What::Find => {
                    device.finding = body == "true";
                    device.finding_sent = sent;
                }
                What::Thresholds | What::Goals => {}
            }
        }
        Ok(device)
    }

    /// Sets the brightness of the bracelet's light, 0–100 %. It waits until the bracelet is there.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::Invalid`] above 100; as [`Self::device`].
    pub async fn set_brightness(&self, percent: u8) -> Answer {
        if percent > 100 {
            return Err(invalid("brightness"));
        }
        self.send(What::Led, &body(&percent)).await
    }

    /// Makes the bracelet show itself, or stops that.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::NotNow`] while it is not connected; the store's.
    pub async fn find_bracelet(&self, on: bool) -> Answer {
        if !matches!(self.0.view.home().connection, Connection::Connected { .. }) {
            return Err(not_now("the bracelet is not connected"));
        }
        self.send(What::Find, &body(&on)).await
    }

    async fn send(&self, what: What, body: &str) -> Answer {
        let (store, source) = self.shown()?;
        store.send(source, what, body, self.0.view.clock.now()).await?;
        self.0.view.changed(Changed::Devices);
        self.want().await;
        Ok(())
    }

    /// Gives the shown bracelet another name, 1–80 characters.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::Invalid`]; as [`Self::device`].
    pub async fn rename_bracelet(&self, name: String) -> Answer {
        let name = name.trim();
        if name.is_empty() || name.chars().count() > MAX_LINE {
            return Err(invalid("name"));
        }
        let (store, source) = self.shown()?;
        store.rename_source(source, name).await?;
        if let Some(shown) = &mut self.0.view.known().source {
            name.clone_into(&mut shown.name);
        }
        self.0.view.tell_home();
        self.0.view.changed(Changed::Devices);
        Ok(())
    }

    /// Forgets the shown bracelet and all that it measured. Of the demo nothing is left at all.
    ///
    /// # Errors
    ///
    /// [`bridge::Code::NotNow`] while there is no source; as [`Self::remove_demo`].
    pub async fn forget_bracelet(&self) -> Answer {
        let kind = self.0.view.known().source.as_ref().map(|source| source.kind);
        match kind {
            Some(SourceKind::Demo) => self.remove_demo().await?,
            Some(_) => {
                let (store, source) = self.shown()?;
                store.forget_source(source).await?;
            }
            None => return Err(not_now("there is no source")),
        }
        self.0.view.changed(Changed::Devices);
        Ok(())
    }
}
