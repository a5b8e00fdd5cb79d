//! The parts of a desktop's shell that an app speaks with over the session bus: who shows notifications, and who shows the
//! icons in the tray.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use zbus::zvariant::{OwnedObjectPath, OwnedValue};
use zbus::{Connection, Proxy, connection, interface, message::Header};

use crate::Desktop;

/// How long something may take to be told. A bound, not a measurement.
const PATIENCE: Duration = Duration::from_secs(60);

/// A notification as an app asked for it.
#[derive(Clone, Debug)]
pub struct Notification {
    /// Its heading.
    pub summary: String,
    /// Its text.
    pub body: String,
    /// The sound's name; none for a silent one.
    pub sound: Option<String>,
}

/// What the shell was asked to show.
#[derive(Default)]
struct Asked {
    notifications: Vec<Notification>,
    /// The numbers of those that were taken down.
    closed: Vec<u32>,
    /// The bus name and the path of each icon in the tray.
    icons: Vec<(String, String)>,
}

type Shared = Arc<Mutex<Asked>>;

/// A desktop's shell, until it is dropped.
pub struct Shell {
    connection: Connection,
    asked: Shared,
}

impl Shell {
    /// Takes the shell's part on a desktop.
    pub async fn start(desktop: &Desktop) -> Result<Shell> {
        let asked = Shared::default();
        let connection = connection::Builder::address(desktop.bus_address())?
            .serve_at("/org/freedesktop/Notifications", Notifications(asked.clone()))?
            .serve_at("/StatusNotifierWatcher", Tray(asked.clone()))?
            .name("org.freedesktop.Notifications")?
            .name("org.kde.StatusNotifierWatcher")?
            .build()
            .await?;
        Ok(Shell { connection, asked })
    }

    /// All notifications so far.
    pub fn notifications(&self) -> Vec<Notification> {
        self.asked().notifications.clone()
    }

    /// The first notification that says this.
    pub async fn notification(&self, summary: &str) -> Result<Notification> {
        self.until(&format!("a notification {summary:?}"), async |shell| {
            Ok(shell.notifications().into_iter().find(|it| it.summary == summary))
        })
        .await
    }

    /// Waits until the latest notification that says this has been taken down.
    pub async fn taken_down(&self, summary: &str) -> Result<()> {
        self.until(&format!("{summary:?} to be taken down"), async |shell| {
            let asked = shell.asked();
            let latest = asked.notifications.iter().rposition(|it| it.summary == summary);
            Ok(latest.filter(|&at| asked.closed.contains(&number(at))).map(|_| ()))
        })
        .await
    }

    /// Waits until notifications have said this so many times.
    pub async fn said(&self, summary: &str, times: usize) -> Result<()> {
        self.until(&format!("{summary:?} for the {times}. time"), async |shell| {
            let said = shell.notifications().iter().filter(|it| it.summary == summary).count();
            Ok((said >= times).then_some(()))
        })
        .await
    }

    /// Waits until the tray says something in its first line that satisfies a test, and answers it with the short text
    /// beside the icon.
    pub async fn tray(&self, wanted: impl Fn(&str) -> bool) -> Result<(String, String)> {
        self.until("the tray's word", async |shell| {
            let Some(menu) = shell.menu().await? else { return Ok(None) };
            let Some(line) = menu.into_iter().map(|(_, label)| label).find(|label| wanted(label)) else {
                return Ok(None);
            };
            let label: String = shell.icon().await?.get_property("XAyatanaLabel").await?;
            Ok(Some((line, label)))
        })
        .await
    }

    /// Chooses an entry of the tray's menu.
    pub async fn choose(&self, wanted: &str) -> Result<()> {
        let id = self
            .until(&format!("{wanted:?} in the tray's menu"), async |shell| {
                let menu = shell.menu().await?.unwrap_or_default();
                Ok(menu.into_iter().find(|(_, label)| label == wanted).map(|(id, _)| id))
            })
            .await?;
        let nothing = zbus::zvariant::Value::from(0_i32);
        self.dbusmenu().await?.call_method("Event", &(id, "clicked", nothing, 0_u32)).await?;
        Ok(())
    }

    /// The entries of the icon's menu, each with its number; none while there is no icon.
    async fn menu(&self) -> Result<Option<Vec<(i32, String)>>> {
        type Entry = (i32, HashMap<String, OwnedValue>, Vec<OwnedValue>);
        if self.asked().icons.is_empty() {
            return Ok(None);
        }
        let labels: Vec<&str> = vec!["label"];
        let (_, (_, _, entries)): (u32, Entry) =
            self.dbusmenu().await?.call("GetLayout", &(0, 1, labels)).await?;
        let entries = entries.into_iter().filter_map(|entry| Entry::try_from(entry).ok());
        let labelled = entries.filter_map(|(id, about, _)| {
            Some((id, String::try_from(about.get("label")?.try_clone().ok()?).ok()?))
        });
        Ok(Some(labelled.collect()))
    }

    async fn dbusmenu(&self) -> Result<Proxy<'static>> {
        let icon = self.icon().await?;
        let path: OwnedObjectPath = icon.get_property("Menu").await?;
        let destination = icon.destination().to_owned();
        Ok(Proxy::new(&self.connection, destination, path, "com.canonical.dbusmenu").await?)
    }

    async fn icon(&self) -> Result<Proxy<'static>> {
        let (name, path) = self.asked().icons.last().cloned().context("there is no icon in the tray")?;
        let proxy = zbus::proxy::Builder::new(&self.connection)
            .destination(name)?
            .path(path)?
            .interface("org.kde.StatusNotifierItem")?
            .cache_properties(zbus::proxy::CacheProperties::No)
            .build()
            .await?;
        Ok(proxy)
    }

    async fn until<T>(&self, what: &str, found: impl AsyncFn(&Shell) -> Result<Option<T>>) -> Result<T> {
        let began = std::time::Instant::now();
        loop {
            if let Some(found) = found(self).await? {
                return Ok(found);
            }
            if began.elapsed() > PATIENCE {
                let menu = self.menu().await;
                bail!("waited in vain for {what}; notifications: {:?}; tray: {menu:?}", self.notifications());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    fn asked(&self) -> std::sync::MutexGuard<'_, Asked> {
        self.asked.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The number that a notification gets, by its place.
fn number(place: usize) -> u32 {
    u32::try_from(place + 1).unwrap_or(u32::MAX)
}

/// Desktop Notifications Specification 1.2.
struct Notifications(Shared);

#[interface(name = "org.freedesktop.Notifications")]
impl Notifications {
    #[expect(clippy::too_many_arguments, reason = "the specification's")]
    fn notify(
        &self,
        _app: &str,
        _replaces: u32,
        _icon: &str,
        summary: &str,
        body: &str,
        _actions: Vec<String>,
        hints: HashMap<String, OwnedValue>,
        _timeout: i32,
    ) -> u32 {
        let sound = hints.get("sound-name").and_then(|name| String::try_from(name.try_clone().ok()?).ok());
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.notifications.push(Notification { summary: summary.to_owned(), body: body.to_owned(), sound });
        number(asked.notifications.len() - 1)
    }

    fn close_notification(&self, id: u32) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).closed.push(id);
    }

    fn get_capabilities(&self) -> Vec<&str> {
        vec!["body", "actions", "sound"]
    }

    fn get_server_information(&self) -> (&str, &str, &str, &str) {
        ("tests", "Bracelet Connecté", "1", "1.2")
    }
}

/// Where the icons of the tray register, as KDE defined it and every desktop speaks it.
struct Tray(Shared);

#[interface(name = "org.kde.StatusNotifierWatcher")]
impl Tray {
    fn register_status_notifier_item(&self, service: &str, #[zbus(header)] header: Header<'_>) {
        let Some(sender) = header.sender() else { return };
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.icons.push((sender.to_string(), service.to_owned()));
    }

    fn register_status_notifier_host(&self, _service: &str) {}

    #[zbus(property)]
    fn is_status_notifier_host_registered(&self) -> bool {
        true
    }

    #[zbus(property)]
    fn protocol_version(&self) -> i32 {
        0
    }
}
