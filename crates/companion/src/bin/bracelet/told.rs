//! `bracelet status` and `bracelet devices`.

use bridge::{Protection, Source, SourceKind, Start};
use companion::Engine;
use companion::engine::ToSend;
use companion::store::{SourceId, Store};
use serde_json::json;

use crate::args::Lang;
use crate::failure::Failure;
use crate::watch::timestamp;

/// Tells what the data folder holds.
///
/// # Errors
///
/// The store's.
pub async fn status(engine: &Engine, as_json: bool, lang: Lang) -> Result<(), Failure> {
    let protection = match engine.start_state() {
        Start::Ready { protection, .. } => Some(protection),
        _ => None,
    };
    let kept = kept(engine).await?;
    if as_json {
        let sources: Vec<_> = kept.iter().map(Kept::json).collect();
        let data = engine.folder().display().to_string();
        println!("{}", json!({ "data": data, "protection": protection, "sources": sources }));
        return Ok(());
    }
    println!("{}: {}", lang.pick("Data folder", "Dossier des données"), engine.folder().display());
    println!(
        "{}: {}",
        lang.pick("Key", "Clé"),
        protection.map_or("—", |protection| key_words(protection, lang))
    );
    if kept.is_empty() {
        println!("{}", lang.pick("No readings yet.", "Aucune mesure pour l'instant."));
    }
    for kept in &kept {
        println!("{}", kept.line(lang));
    }
    Ok(())
}

/// Lists the bracelets whose readings are kept.
///
/// # Errors
///
/// The store's.
pub async fn devices(engine: &Engine, as_json: bool, lang: Lang) -> Result<(), Failure> {
    let kept = kept(engine).await?;
    if as_json {
        let all: Vec<_> = kept.iter().map(Kept::json).collect();
        println!("{}", json!(all));
    } else if kept.is_empty() {
        println!("{}", lang.pick("No bracelet yet.", "Aucun bracelet pour l'instant."));
    } else {
        for kept in &kept {
            println!("{}", kept.line(lang));
        }
    }
    Ok(())
}

/// A source and how much of it is kept.
struct Kept {
    source: Source,
    records: u64,
    newest: Option<vitals::UnixMillis>,
    /// Records that wait for the cloud; none where they may not go there.
    to_send: Option<u64>,
}

async fn kept(engine: &Engine) -> Result<Vec<Kept>, Failure> {
    let stores = engine.stores().await?;
    let outbox = engine.outbox().await?;
    let mut kept = Vec::new();
    for store in [stores.person, stores.demo].into_iter().flatten() {
        for source in store.sources().await? {
            let to_send = outbox.iter().find(|to_send| to_send.source == source).map(ToSend::records);
            kept.push(Kept { to_send, ..one(&store, source).await? });
        }
    }
    Ok(kept)
}

async fn one(store: &Store, source: Source) -> Result<Kept, Failure> {
    let id = SourceId(source.id);
    let records = store.count(id).await?;
    let newest = store.latest(id).await?.any;
    Ok(Kept { source, records, newest, to_send: None })
}

impl Kept {
    fn json(&self) -> serde_json::Value {
        json!({
            "name": self.source.name,
            "kind": self.source.kind,
            "serial": self.source.serial,
            "firmware": self.source.firmware,
            "records": self.records,
            "newest": self.newest.map(timestamp),
            "to_send": self.to_send,
        })
    }

    fn line(&self, lang: Lang) -> String {
        let Source { serial, kind, firmware, .. } = &self.source;
        let name = lang.source(&self.source);
        let kind = match kind {
            SourceKind::Demo => lang.pick("demo", "démo"),
            SourceKind::Journal => lang.pick("bracelet", "bracelet"),
            SourceKind::Classic => lang.pick("older bracelet", "ancien bracelet"),
            SourceKind::Standard => lang.pick("sensor", "capteur"),
        };
        let firmware = firmware.as_deref().unwrap_or("?");
        let newest = self.newest.map_or_else(|| "—".to_owned(), timestamp);
        let (records, last) = (lang.pick("records", "relevés"), lang.pick("last", "dernier"));
        let to_send = match self.to_send {
            Some(count) => format!("{count} {}", lang.pick("to send", "à envoyer")),
            None => lang.pick("never sent", "jamais envoyés").to_owned(),
        };
        format!(
            "{name} ({kind}, {serial}, {firmware}): {} {records}, {last} {newest}, {to_send}",
            self.records
        )
    }
}

fn key_words(protection: Protection, lang: Lang) -> &'static str {
    match protection {
        Protection::Keyring => lang.pick("in the system's keyring", "dans le trousseau du système"),
        Protection::Passphrase => lang.pick("from a passphrase", "d'une phrase secrète"),
        Protection::None => lang.pick("none: not encrypted", "aucune : non chiffré"),
        Protection::Ephemeral => lang.pick("thrown away at the end", "jetée à la fin"),
    }
}
