//! The shapes of what comes in and goes out.

use api_client::summary::Period;
use serde_json::{Map, Value, json};

use super::reference;
use crate::routes::{issues::SEVERITIES, metrics};

/// Kinds of issue that every client knows.
const KNOWN_ISSUES: [&str; 8] =
    ["fall", "sos", "bradycardia", "tachycardia", "hypoxia", "fever", "anomaly", "low_battery"];

/// `is_admin` as a heading.
pub fn heading(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map_or_else(String::new, |c| c.to_uppercase().chain(letters).collect())
    };
    name.split(['_', '-']).map(capital).collect::<Vec<_>>().join(" ")
}

pub fn with(mut schema: Value, name: &str, value: Value) -> Value {
    if let Some(fields) = schema.as_object_mut() {
        fields.insert(name.to_owned(), value);
    }
    schema
}

pub fn kind(name: &str) -> Value {
    json!({"type": name})
}

pub fn format(name: &str) -> Value {
    json!({"type": "string", "format": name})
}

fn line(least: usize, most: usize) -> Value {
    let line = json!({"type": "string", "maxLength": most, "pattern": r"^[^\x00]*$"});
    if least > 0 { with(line, "minLength", json!(least)) } else { line }
}

pub fn maybe(schema: Value) -> Value {
    json!({"anyOf": [schema, {"type": "null"}]})
}

pub fn list(items: Value) -> Value {
    json!({"type": "array", "items": items})
}

pub fn added(schema: Value) -> Value {
    with(schema, "x-addition", json!(true))
}

pub fn about(schema: Value, words: &str) -> Value {
    with(schema, "description", json!(words))
}

type Field = (&'static str, Value);

fn untitled(name: &'static str, schema: Value) -> Field {
    (name, schema)
}

fn field(name: &'static str, schema: Value) -> Field {
    if schema.get("title").is_some() {
        return (name, schema);
    }
    (name, with(schema, "title", json!(heading(name))))
}

fn object(name: &'static str, required: &[&str], fields: Vec<Field>) -> Field {
    let fields: Map<String, Value> = fields.into_iter().map(|(n, schema)| (n.to_owned(), schema)).collect();
    let object = json!({"type": "object", "title": name, "properties": fields});
    (name, if required.is_empty() { object } else { with(object, "required", json!(required)) })
}

/// A shape that the original server does not have.
fn ours(name: &'static str, required: &[&str], fields: Vec<Field>) -> Field {
    let (name, schema) = object(name, required, fields);
    (name, added(schema))
}

fn names(name: &'static str, values: &[&str], new: &[&str]) -> Field {
    let schema = json!({"type": "string", "title": name, "enum": values});
    (name, if new.is_empty() { schema } else { with(schema, "x-additions", json!(new)) })
}

fn ranges() -> Value {
    let one = |metric: vitals::Metric| {
        let (least, most) = metrics::range(metric);
        (metric.name().to_owned(), json!({"unit": metric.unit(), "minimum": least, "maximum": most}))
    };
    Value::Object(vitals::Metric::ALL.into_iter().map(one).collect())
}

/// Every shape, by name.
pub fn all() -> Map<String, Value> {
    let mut all = vec![
        names("AggregationPeriod", &Period::NAMES, &["hour", "minute"]),
        names("IssueSeverity", &SEVERITIES, &[]),
        names("MetricType", &metrics::NAMES, &["steps", "sleep", "battery", "activity"]),
    ];
    all.extend(accounts());
    all.extend(measures());
    all.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

fn accounts() -> Vec<Field> {
    vec![
        object(
            "Body_login_for_access_token_api_v1_token_post",
            &["username", "password"],
            vec![
                field("grant_type", maybe(json!({"type": "string", "pattern": "^password$"}))),
                field("username", kind("string")),
                field("password", format("password")),
                field("scope", with(kind("string"), "default", json!(""))),
                field("client_id", maybe(kind("string"))),
                field(
                    "client_secret",
                    json!({"anyOf": [{"type": "string"}, {"type": "null"}], "format": "password"}),
                ),
            ],
        ),
        object("ErrorMessage", &["detail"], vec![field("detail", kind("string"))]),
        object("ForgotPasswordRequest", &["email"], vec![field("email", format("email"))]),
        object("HTTPValidationError", &[], vec![field("detail", list(reference("ValidationError")))]),
        object("Message", &["message"], vec![field("message", kind("string"))]),
        ours(
            "RefreshRequest",
            &["refresh_token"],
            vec![field("refresh_token", json!({"type": "string", "maxLength": 200, "minLength": 1}))],
        ),
        object(
            "ResetPasswordWithCodeRequest",
            &["email", "code", "new_password"],
            vec![
                field("email", format("email")),
                field("code", line(1, 16)),
                field("new_password", line(8, 72)),
            ],
        ),
        ours(
            "SettingsConflict",
            &["detail", "current"],
            vec![field("detail", kind("string")), untitled("current", reference("SettingsDocument"))],
        ),
        ours(
            "SettingsDocument",
            &["version", "settings", "updated_at"],
            vec![
                field(
                    "version",
                    about(
                        json!({"type": "integer", "minimum": 0.0}),
                        "0: never written; one more with each PUT",
                    ),
                ),
                field("settings", json!({"additionalProperties": true, "type": "object"})),
                field("updated_at", maybe(format("date-time"))),
            ],
        ),
        ours(
            "SettingsUpdate",
            &["settings"],
            vec![field(
                "settings",
                about(
                    json!({"additionalProperties": true, "type": "object"}),
                    "The whole document; any object, nested at most 32 deep, without NaN, infinities and NUL",
                ),
            )],
        ),
        object(
            "Token",
            &["access_token"],
            vec![
                field("access_token", kind("string")),
                field(
                    "token_type",
                    with(json!({"type": "string", "const": "bearer"}), "default", json!("bearer")),
                ),
                field("refresh_token", added(maybe(kind("string")))),
                field(
                    "expires_in",
                    about(added(maybe(kind("integer"))), "Seconds until the access token expires"),
                ),
            ],
        ),
        object(
            "User",
            &["email", "name", "is_admin", "id", "created_at", "updated_at"],
            vec![
                field("email", kind("string")),
                field("name", kind("string")),
                field("is_admin", kind("boolean")),
                field("id", format("uuid")),
                field("created_at", format("date-time")),
                field("updated_at", format("date-time")),
                field("email_verified_at", maybe(format("date-time"))),
                field("deleted_at", maybe(format("date-time"))),
            ],
        ),
        object(
            "UserCreate",
            &["email", "name", "password"],
            vec![
                field("email", format("email")),
                field("name", line(1, 100)),
                field("password", line(8, 72)),
            ],
        ),
        object(
            "UserUpdate",
            &[],
            vec![
                field("email", maybe(format("email"))),
                field("name", maybe(line(1, 100))),
                field("is_admin", maybe(kind("boolean"))),
                field("password", maybe(line(8, 72))),
            ],
        ),
        object(
            "UserVerifyEmail",
            &["email", "code"],
            vec![field("email", format("email")), field("code", line(1, 16))],
        ),
        object(
            "ValidationError",
            &["loc", "msg", "type"],
            vec![
                field(
                    "loc",
                    with(
                        list(json!({"anyOf": [kind("string"), kind("integer")]})),
                        "title",
                        json!("Location"),
                    ),
                ),
                field("msg", with(kind("string"), "title", json!("Message"))),
                field("type", with(kind("string"), "title", json!("Error Type"))),
                field("input", json!({})),
                field("ctx", with(json!({"type": "object"}), "title", json!("Context"))),
            ],
        ),
    ]
}

fn measures() -> Vec<Field> {
    vec![
        object(
            "BatchResult",
            &[],
            vec![
                field("message", with(kind("string"), "default", json!("Metrics received"))),
                field("inserted", about(added(maybe(kind("integer"))), "Points that were new")),
                field(
                    "duplicates",
                    about(
                        added(maybe(kind("integer"))),
                        "Points whose (device, metric_type, timestamp) was already there",
                    ),
                ),
            ],
        ),
        object(
            "Device",
            &["serial_number", "is_active", "registered_at", "id", "user_id", "created_at", "updated_at"],
            vec![
                field("name", maybe(kind("string"))),
                field("serial_number", kind("string")),
                field("model", maybe(kind("string"))),
                field("firmware_version", maybe(kind("string"))),
                field("is_active", kind("boolean")),
                field("registered_at", format("date-time")),
                field("id", format("uuid")),
                field("user_id", format("uuid")),
                field(
                    "api_key",
                    about(maybe(kind("string")), "Only in the answer that creates it; null afterwards"),
                ),
                field("created_at", format("date-time")),
                field("updated_at", format("date-time")),
                field("deleted_at", maybe(format("date-time"))),
            ],
        ),
        object(
            "DeviceRegister",
            &["serial_number"],
            vec![
                field("serial_number", line(1, 100)),
                field("name", maybe(line(1, 100))),
                field("model", added(maybe(line(1, 100)))),
                field("firmware_version", added(maybe(line(1, 100)))),
            ],
        ),
        object(
            "DeviceRegistrationResponse",
            &["api_key", "device"],
            vec![field("api_key", kind("string")), untitled("device", reference("Device"))],
        ),
        object(
            "DeviceUpdate",
            &[],
            vec![
                field("name", maybe(line(1, 100))),
                field("serial_number", maybe(line(1, 100))),
                field("model", maybe(line(1, 100))),
                field("firmware_version", maybe(line(1, 100))),
                field("is_active", maybe(kind("boolean"))),
            ],
        ),
        object(
            "Issue",
            &[
                "issue_type",
                "description",
                "severity",
                "detected_at",
                "resolved",
                "id",
                "user_id",
                "created_at",
                "updated_at",
            ],
            vec![
                field("issue_type", kind("string")),
                field("description", kind("string")),
                untitled("severity", reference("IssueSeverity")),
                field("detected_at", format("date-time")),
                field("resolved", kind("boolean")),
                field("id", format("uuid")),
                field("user_id", format("uuid")),
                field("device_id", added(maybe(format("uuid")))),
                field("created_at", format("date-time")),
                field("updated_at", format("date-time")),
                field("deleted_at", maybe(format("date-time"))),
            ],
        ),
        object(
            "IssueCreate",
            &["issue_type", "description", "severity", "detected_at"],
            vec![
                field("issue_type", with(line(1, 50), "x-known-values", json!(KNOWN_ISSUES))),
                field("description", line(0, 2000)),
                untitled("severity", reference("IssueSeverity")),
                field("detected_at", format("date-time")),
                field("resolved", with(kind("boolean"), "default", json!(false))),
                field(
                    "id",
                    about(
                        added(maybe(format("uuid"))),
                        "Client-made: sending the same issue twice creates it once",
                    ),
                ),
                field("device_id", added(maybe(format("uuid")))),
            ],
        ),
        object(
            "IssueUpdate",
            &[],
            vec![
                field("issue_type", maybe(with(line(1, 50), "x-known-values", json!(KNOWN_ISSUES)))),
                field("description", maybe(line(0, 2000))),
                untitled("severity", maybe(reference("IssueSeverity"))),
                field("detected_at", maybe(format("date-time"))),
                field("resolved", maybe(kind("boolean"))),
            ],
        ),
        object(
            "Metric",
            &["metric_type", "timestamp", "id", "device_id", "user_id", "created_at"],
            vec![
                untitled("metric_type", reference("MetricType")),
                field("value", maybe(kind("number"))),
                field("unit", maybe(kind("string"))),
                field("sensor_model", maybe(kind("string"))),
                field("timestamp", format("date-time")),
                field("id", format("uuid")),
                field("device_id", format("uuid")),
                field("user_id", format("uuid")),
                field("created_at", format("date-time")),
            ],
        ),
        object(
            "MetricBase",
            &["metric_type", "value", "timestamp"],
            vec![
                untitled("metric_type", reference("MetricType")),
                field(
                    "value",
                    with(
                        about(
                            json!({"type": "number", "maximum": 100000.0, "minimum": -40.0}),
                            "Finite; x-ranges gives the limits of each type",
                        ),
                        "x-ranges",
                        ranges(),
                    ),
                ),
                field("unit", about(maybe(line(0, 20)), "When absent, the type's own unit is stored")),
                field("sensor_model", maybe(line(1, 100))),
                field(
                    "timestamp",
                    about(
                        format("date-time"),
                        "RFC 3339; without offset it is UTC; 2000-01-01 <= t <= now + 24 h; kept to the microsecond",
                    ),
                ),
            ],
        ),
        object(
            "MetricBatch",
            &["metrics"],
            vec![
                field(
                    "metrics",
                    json!({"items": {"$ref": "#/components/schemas/MetricBase"}, "type": "array", "maxItems": 1000, "minItems": 1}),
                ),
                field(
                    "device_id",
                    about(
                        added(maybe(format("uuid"))),
                        "Required with a JWT; with a key, must be the key's device",
                    ),
                ),
            ],
        ),
        object(
            "MetricSummary",
            &["period", "value"],
            vec![
                field("period", about(format("date-time"), "Start of the bucket")),
                field("value", about(kind("number"), "Average of the bucket")),
                untitled("metric_type", added(maybe(reference("MetricType")))),
                field("unit", added(maybe(kind("string")))),
                field("count", added(maybe(kind("integer")))),
                field("min", added(maybe(kind("number")))),
                field("max", added(maybe(kind("number")))),
                field("sum", added(maybe(kind("number")))),
            ],
        ),
        ours(
            "MetricTotal",
            &["metric_type", "unit", "count", "avg", "min", "max", "sum", "first_at", "last_at"],
            vec![
                untitled("metric_type", reference("MetricType")),
                field("unit", kind("string")),
                field("count", kind("integer")),
                field("avg", kind("number")),
                field("min", kind("number")),
                field("max", kind("number")),
                field("sum", kind("number")),
                field("first_at", format("date-time")),
                field("last_at", format("date-time")),
            ],
        ),
        object(
            "MetricsSummaryResponse",
            &["metrics"],
            vec![
                field("metrics", list(reference("MetricSummary"))),
                field("totals", added(maybe(list(reference("MetricTotal"))))),
                untitled("period", added(maybe(reference("AggregationPeriod")))),
                field("start_date", added(maybe(format("date-time")))),
                field("end_date", added(maybe(format("date-time")))),
                field("tz_offset_minutes", added(maybe(kind("integer")))),
            ],
        ),
    ]
}
