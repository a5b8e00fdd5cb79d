//! What the system has and allows, as it says itself.

use std::time::Duration;

use bridge::System;

use crate::vault;

/// How long the system may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// Asks the system.
pub async fn system() -> System {
    let (bluetooth, notifications, keyring) = tokio::join!(
        tokio::time::timeout(PATIENCE, here::bluetooth()),
        tokio::time::timeout(PATIENCE, here::notifications()),
        vault::keyring_trouble(),
    );
    System {
        // A service that does not answer in time is as good as none.
        bluetooth: bluetooth.unwrap_or(Some(bridge::Bluetooth::NoService)),
        notifications: notifications.unwrap_or(bridge::Notifier::Missing),
        keyring,
    }
}

#[cfg(target_os = "linux")]
mod here {
    use bridge::{Bluetooth, Notifier};
    use zbus::Connection;
    use zbus::fdo::{self, ObjectManagerProxy};
    use zbus::names::OwnedInterfaceName;

    /// As BlueZ says: whether it runs, has an adapter, and has it switched on.
    pub async fn bluetooth() -> Option<Bluetooth> {
        let Ok(bus) = Connection::system().await else { return Some(Bluetooth::NoService) };
        Some(adapters(&bus).await.unwrap_or_else(|error| match error {
            fdo::Error::AccessDenied(_) | fdo::Error::AuthFailed(_) => Bluetooth::Denied,
            _ => Bluetooth::NoService,
        }))
    }

    pub(super) async fn adapters(bus: &Connection) -> fdo::Result<Bluetooth> {
        let bluez = ObjectManagerProxy::builder(bus).destination("org.bluez")?.path("/")?.build().await?;
        let objects = bluez.get_managed_objects().await?;
        let is_adapter = |name: &OwnedInterfaceName| name.as_str() == "org.bluez.Adapter1";
        let mut found = Bluetooth::NoAdapter;
        for interfaces in objects.into_values() {
            let Some((_, properties)) = interfaces.into_iter().find(|(name, _)| is_adapter(name)) else {
                continue;
            };
            let powered = properties.get("Powered").is_some_and(|it| matches!(bool::try_from(it), Ok(true)));
            if powered {
                return Ok(Bluetooth::Ready);
            }
            found = Bluetooth::Off;
        }
        Ok(found)
    }

    /// As the desktop's notification service says (Desktop Notifications Specification, `GetServerInformation`).
    pub async fn notifications() -> Notifier {
        match Connection::session().await {
            Ok(bus) => shown_by(&bus).await.map_or(Notifier::Missing, |name| Notifier::Here { name }),
            Err(_) => Notifier::Missing,
        }
    }

    pub(super) async fn shown_by(bus: &Connection) -> Option<String> {
        let (to, path) = (Some("org.freedesktop.Notifications"), "/org/freedesktop/Notifications");
        let answer = bus.call_method(to, path, to, "GetServerInformation", &()).await.ok()?;
        let (name, ..): (String, String, String, String) = answer.body().deserialize().ok()?;
        Some(name)
    }
}

#[cfg(not(target_os = "linux"))]
mod here {
    use bridge::{Bluetooth, Notifier};

    /// Not asked here.
    pub async fn bluetooth() -> Option<Bluetooth> {
        None
    }

    /// Not asked here.
    pub async fn notifications() -> Notifier {
        Notifier::Unknown
    }
}

#[cfg(all(test, target_os = "linux"))]
#[expect(clippy::unwrap_used, reason = "a test that cannot go on shall stop")]
mod tests {
    use std::process::{Child, Command, Stdio};

    use bridge::Bluetooth;
    use zbus::connection::Builder;
    use zbus::{Connection, fdo, interface};

    use super::here::{adapters, shown_by};

    /// A D-Bus of one's own, gone with the test.
    struct Bus(Child, String);

    impl Bus {
        fn start() -> Self {
            use std::io::{BufRead, BufReader};
            let mut daemon = Command::new("dbus-daemon")
                .args(["--session", "--nofork", "--print-address"])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut address = String::new();
            BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
            Self(daemon, address.trim().to_owned())
        }

        async fn connect(&self) -> Connection {
            Builder::address(self.1.as_str()).unwrap().build().await.unwrap()
        }
    }

    impl Drop for Bus {
        fn drop(&mut self) {
            let _ = self.0.kill();
            let _ = self.0.wait();
        }
    }

    struct Adapter(bool);

    #[interface(name = "org.bluez.Adapter1")]
    impl Adapter {
        #[zbus(property)]
        fn powered(&self) -> bool {
            self.0
        }
    }

    struct Notifications;

    #[interface(name = "org.freedesktop.Notifications")]
    impl Notifications {
        fn get_server_information(&self) -> (String, String, String, String) {
            ("shell".to_owned(), "vendor".to_owned(), "1".to_owned(), "1.2".to_owned())
        }
    }

    #[tokio::test]
    async fn bluetooth_is_told_as_bluez_has_it_and_never_guessed() {
        let bus = Bus::start();
        let asking = bus.connect().await;
        assert!(adapters(&asking).await.is_err(), "nobody answers");
        let bluez = bus.connect().await;
        bluez.object_server().at("/", fdo::ObjectManager).await.unwrap();
        bluez.request_name("org.bluez").await.unwrap();
        assert_eq!(adapters(&asking).await.unwrap(), Bluetooth::NoAdapter);
        bluez.object_server().at("/org/bluez/hci0", Adapter(false)).await.unwrap();
        assert_eq!(adapters(&asking).await.unwrap(), Bluetooth::Off);
        bluez.object_server().at("/org/bluez/hci1", Adapter(true)).await.unwrap();
        assert_eq!(adapters(&asking).await.unwrap(), Bluetooth::Ready);
    }

    #[tokio::test]
    async fn without_a_notification_service_none_is_promised() {
        let bus = Bus::start();
        let asking = bus.connect().await;
        assert_eq!(shown_by(&asking).await, None);
        let shell = bus.connect().await;
        shell.object_server().at("/org/freedesktop/Notifications", Notifications).await.unwrap();
        shell.request_name("org.freedesktop.Notifications").await.unwrap();
        assert_eq!(shown_by(&asking).await.as_deref(), Some("shell"));
    }
}
