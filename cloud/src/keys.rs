//! Which bracelet a key belongs to, remembered.
//!
//! Only a hint: the statement that stores the points asks again whether the key still holds, on every server's database. So
//! a changed key is refused at once, and a known one costs no round trip of its own.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use crate::store::devices::Device;

const MOST: usize = 50_000;

/// The keys seen, by digest.
#[derive(Default)]
pub struct Keys(Mutex<HashMap<String, Arc<Device>>>);

impl Keys {
    /// The bracelet that the key had when it was last asked.
    #[must_use]
    pub fn get(&self, hash: &str) -> Option<Arc<Device>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(hash).cloned()
    }

    /// Remembers one.
    pub fn put(&self, hash: &str, device: &Arc<Device>) {
        let mut keys = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.len() >= MOST {
            keys.clear();
        }
        keys.insert(hash.to_owned(), Arc::clone(device));
    }

    /// Forgets one.
    pub fn forget(&self, hash: &str) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(hash);
    }
}
