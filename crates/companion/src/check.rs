//! Compares a database with the flash of the built-in bracelet it was drained from, record by record: nothing lost, nothing
//! twice, nothing changed. Only the demo's flash can be read here.

use std::path::Path;

use bridge::{Code, Error, Source};
use firmware::journal::Journal as FlashJournal;
use firmware::sim::SimFlash;
use serde::Serialize;
use vitals::{Boot, BootTimes, JournalId, Placed, Record, Seq, UnixMillis, place_in};
use wire::journal::{BootEntry, Found, Journal};
use wire::page::{self, MAX_PAGE};

use crate::store::{Recorded, SourceId, Store};

/// What the comparison found. All counts are of records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// In the flash.
    pub in_flash: u64,
    /// In the database.
    pub in_store: u64,
    /// In both, and the same.
    pub same: u64,
    /// In both, and not the same.
    pub different: u64,
    /// In the flash, not in the database, and before something that is: lost on the way.
    pub missing: u64,
    /// In the flash, newer than all of the database: still to be fetched.
    pub waiting: u64,
    /// In the database, and not in the flash though it holds older ones.
    pub extra: u64,
    /// In the database more than once.
    pub twice: u64,
    /// In the database, of this journal, and older than all that the flash still holds: overwritten there once they were
    /// fetched, so no longer comparable.
    pub older: u64,
    /// In the database, of another journal: what an earlier flash of this bracelet measured, not comparable either.
    pub other_journal: u64,
    /// What the roll-ups by minute count in all; the database agrees with itself when this is `in_store`.
    pub rolled_up: u64,
}

impl Comparison {
    /// Whether the database holds exactly what was measured, as far as it was fetched: [`waiting`](Self::waiting) and
    /// [`older`](Self::older) records are no difference. Another journal's are none beside this one's; alone, they say
    /// that database and flash do not belong together.
    #[must_use]
    pub fn agrees(&self) -> bool {
        let Self { different, missing, extra, twice, in_store, other_journal, rolled_up, .. } = *self;
        let foreign = other_journal > 0 && other_journal == in_store;
        different == 0 && missing == 0 && extra == 0 && twice == 0 && !foreign && in_store == rolled_up
    }
}

/// A record of the flash: its name and a fingerprint of all it says.
struct Kept {
    name: (Boot, Seq),
    print: u64,
    found: u32,
}

/// Compares. The flash is read from a copy: looking at it changes nothing, not even its count of starts.
///
/// # Errors
///
/// When the flash or the database cannot be read.
pub async fn compare(flash: &Path, store: &Store, source: &Source) -> Result<Comparison, Error> {
    let path = flash.to_owned();
    let read = tokio::task::spawn_blocking(move || read_flash(&path)).await;
    let (journal, mut kept) = read.map_err(|error| fault(&error))??;
    let id = SourceId(source.id);
    let mut found = Comparison {
        in_flash: kept.len() as u64,
        rolled_up: store.count(id).await?,
        ..Comparison::default()
    };
    let first = kept.first().map(|kept| kept.name);
    let mut newest = None;
    let mut records = store.records(id, UnixMillis(i64::MIN), UnixMillis(i64::MAX));
    while let Some(Recorded { name, record, placed }) = records.next().await? {
        found.in_store += 1;
        let place = (name.boot, name.seq);
        if name.journal != journal {
            found.other_journal += 1;
            continue;
        }
        if first.is_none_or(|first| place < first) {
            found.older += 1;
            continue;
        }
        newest = newest.max(Some(place));
        let at = kept.binary_search_by_key(&place, |kept| kept.name);
        match at.ok().and_then(|at| kept.get_mut(at)) {
            Some(kept) => {
                kept.found += 1;
                match (kept.found, kept.print == fingerprint(&record, placed)) {
                    (1, true) => found.same += 1,
                    (1, false) => found.different += 1,
                    _ => found.twice += 1,
                }
            }
            None => found.extra += 1,
        }
    }
    for kept in kept.iter().filter(|kept| kept.found == 0) {
        if newest.is_some_and(|newest| kept.name < newest) { found.missing += 1 } else { found.waiting += 1 }
    }
    Ok(found)
}

fn fault(error: &impl std::fmt::Display) -> Error {
    Error { code: Code::Internal, detail: error.to_string() }
}

/// All records of a flash, in the order of their names.
fn read_flash(path: &Path) -> Result<(JournalId, Vec<Kept>), Error> {
    let copy = path.with_extension("check");
    let read = copy_and_read(path, &copy);
    match std::fs::remove_file(&copy) {
        Err(why) if why.kind() != std::io::ErrorKind::NotFound => Err(fault(&why)),
        _ => read,
    }
}

fn copy_and_read(path: &Path, copy: &Path) -> Result<(JournalId, Vec<Kept>), Error> {
    std::fs::copy(path, copy).map_err(|why| fault(&why))?;
    let flash = SimFlash::open(copy).map_err(|why| fault(&why))?;
    let mut journal = FlashJournal::mount(flash).map_err(|why| fault(&why))?;
    let mut boots: Vec<BootEntry> = Vec::new();
    while let Some(entry) = journal.boot_entry(boots.len()).map_err(|why| fault(&why))? {
        boots.push(entry);
    }
    let times: Vec<BootTimes<'_>> =
        boots.iter().map(|boot| BootTimes { anchors: &boot.anchors, end: boot.end }).collect();
    let mut kept = Vec::new();
    let mut buffer = vec![0; MAX_PAGE];
    for (index, boot) in boots.iter().enumerate() {
        let mut from = boot.first;
        while from < boot.next {
            let len = match journal.read(boot.boot, from, &mut buffer).map_err(|why| fault(&why))? {
                Found::Page { len, .. } => len,
                Found::Gap { to, .. } => {
                    from = to.next();
                    continue;
                }
                Found::End => break,
            };
            for record in page::decode(buffer.get(..len).unwrap_or_default()).map_err(|why| fault(&why))? {
                let record = record.map_err(|why| fault(&why))?;
                // A page is given whole: what stands before the place asked for was counted already.
                if record.seq < from {
                    continue;
                }
                from = record.seq.next();
                // A boot that cannot be placed in time is not fetched either.
                if let Some(placed) = place_in(&times, index, record.uptime) {
                    let print = fingerprint(&record, placed);
                    kept.push(Kept { name: (boot.boot, record.seq), print, found: 0 });
                }
            }
        }
    }
    kept.sort_unstable_by_key(|kept| kept.name);
    Ok((journal.id(), kept))
}

/// 64 bits of all that a record says and when.
fn fingerprint(record: &Record, placed: Placed) -> u64 {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let Record {
        seq,
        uptime,
        heart_rate,
        spo2,
        skin_temperature,
        battery,
        steps,
        quality,
        worn,
        activity,
        rr,
        event,
    } = record;
    let mut hasher = DefaultHasher::new();
    (seq, uptime, heart_rate, spo2, skin_temperature, battery, steps).hash(&mut hasher);
    (quality.0, worn, activity, rr.as_slice(), event, placed.at, placed.anchored).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::Comparison;

    #[test]
    fn database_of_another_flash_does_not_agree_by_having_nothing_to_compare() {
        let counts = |in_store, older, other_journal| Comparison {
            in_store,
            rolled_up: in_store,
            older,
            other_journal,
            waiting: 10,
            ..Comparison::default()
        };
        assert!(!counts(5, 0, 5).agrees(), "nothing of this journal");
        assert!(counts(5, 0, 3).agrees(), "an earlier flash's beside this one's");
        assert!(counts(5, 5, 0).agrees(), "fetched, then overwritten");
        assert!(counts(0, 0, 0).agrees(), "nothing fetched yet");
    }
}
