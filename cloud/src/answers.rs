//! The answers' shapes: fields in the contract's order, times as it writes them.

use serde::{Serialize, Serializer};

use crate::{
    check::time::{Micros, rfc3339},
    store::{devices, issues, people, points},
};

fn time<S: Serializer>(at: &Micros, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(&rfc3339(*at))
}

fn maybe_time<S: Serializer>(at: &Option<Micros>, s: S) -> Result<S::Ok, S::Error> {
    at.map(rfc3339).serialize(s)
}

/// An account.
#[derive(Serialize)]
pub struct User<'a> {
    email: &'a str,
    name: &'a str,
    is_admin: bool,
    id: &'a str,
    #[serde(serialize_with = "time")]
    created_at: Micros,
    #[serde(serialize_with = "time")]
    updated_at: Micros,
    #[serde(serialize_with = "maybe_time")]
    email_verified_at: Option<Micros>,
    #[serde(serialize_with = "maybe_time")]
    deleted_at: Option<Micros>,
}

impl<'a> From<&'a people::Person> for User<'a> {
    fn from(p: &'a people::Person) -> Self {
        Self {
            email: &p.email,
            name: &p.name,
            is_admin: p.is_admin(),
            id: &p.id,
            created_at: p.created_at,
            updated_at: p.updated_at,
            email_verified_at: p.email_verified_at,
            deleted_at: p.deleted_at,
        }
    }
}

/// A bracelet. Its key is in the answer that makes it, and never again.
#[derive(Serialize)]
pub struct Device<'a> {
    name: Option<&'a str>,
    serial_number: &'a str,
    model: Option<&'a str>,
    firmware_version: Option<&'a str>,
    is_active: bool,
    #[serde(serialize_with = "time")]
    registered_at: Micros,
    id: &'a str,
    user_id: &'a str,
    api_key: Option<&'a str>,
    #[serde(serialize_with = "time")]
    created_at: Micros,
    #[serde(serialize_with = "time")]
    updated_at: Micros,
    #[serde(serialize_with = "maybe_time")]
    deleted_at: Option<Micros>,
}

impl<'a> Device<'a> {
    /// With its new key.
    #[must_use]
    pub fn with_key(d: &'a devices::Device, key: &'a str) -> Self {
        Self { api_key: Some(key), ..Self::from(d) }
    }
}

impl<'a> From<&'a devices::Device> for Device<'a> {
    fn from(d: &'a devices::Device) -> Self {
        Self {
            name: d.name.as_deref(),
            serial_number: &d.serial_number,
            model: d.model.as_deref(),
            firmware_version: d.firmware_version.as_deref(),
            is_active: d.is_active != 0,
            registered_at: d.registered_at,
            id: &d.id,
            user_id: &d.user_id,
            api_key: None,
            created_at: d.created_at,
            updated_at: d.updated_at,
            deleted_at: d.deleted_at,
        }
    }
}

/// A point.
#[derive(Serialize)]
pub struct Metric<'a> {
    metric_type: &'static str,
    value: f64,
    unit: &'a str,
    sensor_model: Option<&'a str>,
    #[serde(serialize_with = "time")]
    timestamp: Micros,
    id: uuid::Uuid,
    device_id: &'a str,
    user_id: &'a str,
    #[serde(serialize_with = "time")]
    created_at: Micros,
}

impl<'a> From<&'a points::PointRow> for Metric<'a> {
    fn from(p: &'a points::PointRow) -> Self {
        let metric = points::metric_of(p.metric_type).unwrap_or(vitals::Metric::Activity);
        Self {
            metric_type: metric.name(),
            value: p.value,
            unit: p.unit.as_deref().unwrap_or(metric.unit()),
            sensor_model: p.sensor_model.as_deref(),
            timestamp: p.ts,
            id: points::id_of(p.user_no, p.seq),
            device_id: &p.device_id,
            user_id: &p.user_id,
            created_at: p.created_at,
        }
    }
}

/// An issue.
#[derive(Serialize)]
pub struct Issue<'a> {
    issue_type: &'a str,
    description: &'a str,
    severity: &'a str,
    #[serde(serialize_with = "time")]
    detected_at: Micros,
    resolved: bool,
    id: &'a str,
    user_id: &'a str,
    device_id: Option<&'a str>,
    #[serde(serialize_with = "time")]
    created_at: Micros,
    #[serde(serialize_with = "time")]
    updated_at: Micros,
    #[serde(serialize_with = "maybe_time")]
    deleted_at: Option<Micros>,
}

impl<'a> From<&'a issues::Issue> for Issue<'a> {
    fn from(i: &'a issues::Issue) -> Self {
        Self {
            issue_type: &i.issue_type,
            description: &i.description,
            severity: &i.severity,
            detected_at: i.detected_at,
            resolved: i.resolved != 0,
            id: &i.id,
            user_id: &i.user_id,
            device_id: i.device_id.as_deref(),
            created_at: i.created_at,
            updated_at: i.updated_at,
            deleted_at: i.deleted_at,
        }
    }
}
