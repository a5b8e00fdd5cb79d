//! From rows to the answers' shapes, which the client shares.

use api_client::{
    answers::{Device, DeviceRegistration, Issue, StoredMetric, User},
    time::Time,
};

use crate::store::{devices, issues, people, points};

/// An account.
#[must_use]
pub fn user(p: &people::Person) -> User<&str> {
    User {
        email: &p.email,
        name: &p.name,
        is_admin: p.is_admin(),
        id: &p.id,
        created_at: Time(p.created_at),
        updated_at: Time(p.updated_at),
        email_verified_at: p.email_verified_at.map(Time),
        deleted_at: p.deleted_at.map(Time),
    }
}

/// A bracelet. Its key is in the answer that makes it, and never again.
#[must_use]
pub fn device(d: &devices::Device) -> Device<&str> {
    Device {
        name: d.name.as_deref(),
        serial_number: &d.serial_number,
        model: d.model.as_deref(),
        firmware_version: d.firmware_version.as_deref(),
        is_active: d.is_active != 0,
        registered_at: Time(d.registered_at),
        id: &d.id,
        user_id: &d.user_id,
        api_key: None,
        created_at: Time(d.created_at),
        updated_at: Time(d.updated_at),
        deleted_at: d.deleted_at.map(Time),
    }
}

/// A bracelet with its new key.
#[must_use]
pub fn registration<'a>(d: &'a devices::Device, key: &'a str) -> DeviceRegistration<&'a str> {
    DeviceRegistration { api_key: key, device: Device { api_key: Some(key), ..device(d) } }
}

/// A point.
#[must_use]
pub fn metric(p: &points::PointRow) -> StoredMetric<&str> {
    let metric = points::metric_of(p.metric_type).unwrap_or(vitals::Metric::Activity);
    StoredMetric {
        metric_type: metric,
        value: p.value,
        unit: Some(p.unit.as_deref().unwrap_or(metric.unit())),
        sensor_model: p.sensor_model.as_deref(),
        timestamp: Time(p.ts),
        id: points::id_of(p.user_no, p.seq),
        device_id: &p.device_id,
        user_id: &p.user_id,
        created_at: Time(p.created_at),
    }
}

/// An issue.
#[must_use]
pub fn issue(i: &issues::Issue) -> Issue<&str> {
    Issue {
        issue_type: &i.issue_type,
        description: &i.description,
        severity: &i.severity,
        detected_at: Time(i.detected_at),
        resolved: i.resolved != 0,
        id: &i.id,
        user_id: &i.user_id,
        device_id: i.device_id.as_deref(),
        created_at: Time(i.created_at),
        updated_at: Time(i.updated_at),
        deleted_at: i.deleted_at.map(Time),
    }
}
