//! What the server answers: one set of types for who writes and who reads. `S` is the text's kind: the server lends its rows'
//! texts, a client owns them.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use vitals::Metric;

use crate::time::Time;

/// An account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User<S = String> {
    /// The address, in small letters.
    pub email: S,
    /// The name.
    pub name: S,
    /// Whether the person administrates the server.
    pub is_admin: bool,
    /// The public name.
    pub id: S,
    /// Made.
    pub created_at: Time,
    /// Changed.
    pub updated_at: Time,
    /// When the address was verified.
    pub email_verified_at: Option<Time>,
    /// Deleted.
    pub deleted_at: Option<Time>,
}

/// A bracelet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device<S = String> {
    /// The name.
    pub name: Option<S>,
    /// The serial number.
    pub serial_number: S,
    /// The model.
    pub model: Option<S>,
    /// The firmware's version.
    pub firmware_version: Option<S>,
    /// Whether its key is taken.
    pub is_active: bool,
    /// Registered.
    pub registered_at: Time,
    /// The public name.
    pub id: S,
    /// Whose.
    pub user_id: S,
    /// Only in the answer that makes it.
    pub api_key: Option<S>,
    /// Made.
    pub created_at: Time,
    /// Changed.
    pub updated_at: Time,
    /// Deleted.
    pub deleted_at: Option<Time>,
}

/// A new bracelet, or one with a new key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceRegistration<S = String> {
    /// The key, told only now.
    pub api_key: S,
    /// The bracelet.
    pub device: Device<S>,
}

/// A stored point.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredMetric<S = String> {
    /// What was measured.
    pub metric_type: Metric,
    /// How much.
    pub value: f64,
    /// In what.
    pub unit: Option<S>,
    /// By which sensor.
    pub sensor_model: Option<S>,
    /// When.
    pub timestamp: Time,
    /// The public name.
    pub id: Uuid,
    /// By which bracelet.
    pub device_id: S,
    /// Whose.
    pub user_id: S,
    /// When it was stored.
    pub created_at: Time,
}

/// A fall, an SOS press, an anomaly.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Issue<S = String> {
    /// Which kind.
    pub issue_type: S,
    /// In words.
    pub description: S,
    /// `low`, `moderate` or `critical`.
    pub severity: S,
    /// When it was noticed.
    pub detected_at: Time,
    /// Whether it is over.
    pub resolved: bool,
    /// The public name.
    pub id: S,
    /// Whose.
    pub user_id: S,
    /// By which bracelet.
    pub device_id: Option<S>,
    /// Made.
    pub created_at: Time,
    /// Changed.
    pub updated_at: Time,
    /// Deleted.
    pub deleted_at: Option<Time>,
}

/// A sign-in. The original server gives neither a refresh token nor a lifetime.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token<S = String> {
    /// For asking.
    pub access_token: S,
    /// `bearer`.
    pub token_type: S,
    /// For a new pair, once.
    pub refresh_token: Option<S>,
    /// Seconds for which the access token is good.
    pub expires_in: Option<i64>,
}
