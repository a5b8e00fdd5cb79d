//! What the engine tells, read from its JSON.
//!
//! [`Event`] can read itself, but then every type within is compiled twice, once for its tag before and once for it after
//! its content: a tenth of the whole wasm. Here the tag is read first, as it comes over the channel.

use bridge::Event;
use serde::Deserialize;
use vitals::UnixMillis;

#[derive(Deserialize)]
struct Stored {
    from: UnixMillis,
    to: UnixMillis,
}

/// The event of that name with that content; none for what is not told to the page but to the system.
///
/// # Errors
///
/// A name or a content that this page does not know.
pub fn event(name: &str, data: &str) -> Result<Option<Event>, serde_json::Error> {
    let event = match name {
        "home" => Event::Home(Box::new(serde_json::from_str(data)?)),
        "beats" => Event::Beats(serde_json::from_str(data)?),
        "stored" => {
            let Stored { from, to } = serde_json::from_str(data)?;
            Event::Stored { from, to }
        }
        "start" => Event::Start(serde_json::from_str(data)?),
        "trouble" => Event::Trouble(serde_json::from_str(data)?),
        "alert" => Event::Alert(Box::new(serde_json::from_str(data)?)),
        "changed" => Event::Changed(serde_json::from_str(data)?),
        "notify" => return Ok(None),
        other => return Err(serde::de::Error::unknown_variant(other, &[])),
    };
    Ok(Some(event))
}

#[cfg(test)]
mod tests {
    use bridge::{About, AlertChange, AlertTold, Beat, Changed, Code, Error, Notice, Start};
    use vitals::{AlertRule, Level, RrMillis};

    use super::*;

    fn through_json(told: &Event) -> Option<Event> {
        let json = serde_json::to_value(told).unwrap();
        event(json["event"].as_str().unwrap(), &json["data"].to_string()).unwrap()
    }

    #[test]
    fn every_event_is_read_as_it_was_told() {
        let at = UnixMillis(7);
        let alert = bridge::Alert {
            id: "a".to_owned(),
            rule: AlertRule::Spo2Low,
            level: Level::Alert,
            since: at,
            raised: at,
            closed: None,
            peak: Some(88.0),
            limit: Some(90.0),
            activity: None,
            answer: None,
            snoozed_until: None,
            away: false,
            source: "s".to_owned(),
        };
        for told in [
            Event::Start(Start::Opening),
            Event::Beats(vec![Beat { at, rr: Some(RrMillis(800)) }]),
            Event::Stored { from: at, to: UnixMillis(9) },
            Event::Trouble(Error { code: Code::DiskFull, detail: "d".to_owned() }),
            Event::Alert(Box::new(AlertTold {
                change: AlertChange::Raised,
                alert,
                badge: 1,
                notice: "spo2_low".to_owned(),
            })),
            Event::Changed(Changed::Sessions),
        ] {
            assert_eq!(through_json(&told), Some(told));
        }
    }

    #[test]
    fn a_notice_is_the_systems_and_something_new_is_an_error_not_a_silence() {
        let notice = Notice {
            key: "k".to_owned(),
            about: About::Test,
            title: String::new(),
            body: String::new(),
            sound: false,
        };
        assert_eq!(through_json(&Event::Notify(notice)), None);
        assert!(event("unheard_of", "{}").is_err());
    }
}
