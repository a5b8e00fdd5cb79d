//! The document of what the server does, made from the operations' table, the metrics' ranges and the names that requests
//! are checked against. A test compares it with the contract's.

mod measures;
mod people;
mod schemas;

use axum::http::Method;
use schemas::{about, added, format, heading, kind, list, maybe, with};
use serde_json::{Map, Value, json};

use crate::operations::{OPERATIONS, Operation};

/// Who may ask.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    Anyone,
    Person,
    Bracelet,
}

/// The answer's shape.
#[derive(Clone, Copy)]
enum Out {
    One(&'static str),
    List(&'static str),
    Words,
}

/// The answer's headers.
#[derive(Clone, Copy)]
enum Heads {
    None,
    Etag,
    Total,
    Next,
}

/// One operation as it is told.
struct Entry {
    operation: Operation,
    name: &'static str,
    tag: &'static str,
    who: Who,
    body: Option<&'static str>,
    out: Out,
    heads: Heads,
    errors: &'static [u16],
    checked: bool,
    added: bool,
    asks: &'static [&'static str],
    about: &'static str,
    notes: &'static str,
    deviation: &'static str,
}

const DEVIATIONS: [&str; 4] = [
    "A bad, expired or revoked token is 401 with WWW-Authenticate: Bearer (original: 403 'Could not validate credentials').",
    "Soft-deleted users, devices and issues are hidden and powerless: 404, no login, dead key (original: deleted_at is set, nothing else changes).",
    "Times leave as RFC 3339 UTC with Z (original: naive, without offset). Times without offset come in as UTC (as the original).",
    "skip >= 0 and 1 <= limit <= 1000 (10000 for points), otherwise 422 (original: unbounded, negative is a 500).",
];

fn reference(name: &str) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

fn as_json(schema: Value) -> Value {
    json!({"application/json": {"schema": schema}})
}

/// The document.
#[must_use]
pub fn document() -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for entry in people::PEOPLE.iter().chain(measures::MEASURES) {
        let Some((_, method, path)) = OPERATIONS.iter().find(|(o, ..)| *o == entry.operation) else {
            continue;
        };
        let place = paths.entry((*path).to_owned()).or_insert_with(|| json!({}));
        place[method.as_str().to_lowercase()] = told(entry, method, path);
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "IoT Backend API",
            "description": "Contract of the Bracelet connecté cloud. `x-addition: true` marks what the seed does not have.",
            "version": "0.1.0",
            "x-deviations": DEVIATIONS,
            "x-authors-server": "github.com/YsneAtigui/API-bracelet-ioT, github.com/Hajar-MAICHNI1/Bracelet-connecte (branch main, backend/)",
        },
        "paths": paths,
        "components": {
            "schemas": schemas::all(),
            "securitySchemes": {
                "OAuth2PasswordBearer": {
                    "type": "oauth2",
                    "flows": {"password": {"scopes": {}, "tokenUrl": "/api/v1/token"}},
                    "description": "JWT HS256; claims sub (user id), exp; 60 minutes",
                },
                "APIKeyHeader": {
                    "type": "apiKey", "in": "header", "name": "X-API-KEY",
                    "description": "The bracelet's own key, given once by /devices/register",
                },
            },
        },
    })
}

/// The operation's id, as the original framework makes it: name, path, method.
fn id(entry: &Entry, method: &Method, path: &str) -> String {
    let path: String =
        path.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect();
    format!("{}{path}_{}", entry.name, method.as_str().to_lowercase())
}

fn told(entry: &Entry, method: &Method, path: &str) -> Value {
    let id = id(entry, method, path);
    let mut told = json!({"summary": heading(entry.name), "operationId": id});
    for (name, words) in
        [("description", entry.about), ("x-notes", entry.notes), ("x-deviation", entry.deviation)]
    {
        if !words.is_empty() {
            told[name] = json!(words);
        }
    }
    if !entry.tag.is_empty() {
        told["tags"] = json!([entry.tag]);
    }
    match entry.who {
        Who::Anyone => {}
        Who::Person => told["security"] = json!([{"OAuth2PasswordBearer": []}]),
        Who::Bracelet => told["security"] = json!([{"APIKeyHeader": []}, {"OAuth2PasswordBearer": []}]),
    }
    let parameters = parameters(entry, path);
    if !parameters.is_empty() {
        told["parameters"] = json!(parameters);
    }
    if let Some(body) = entry.body {
        told["requestBody"] = json!({"required": true, "content": as_json(reference(body))});
        if entry.operation == Operation::SignIn {
            let form = json!({"application/x-www-form-urlencoded": {"schema": reference(body)}});
            told["requestBody"]["content"] = form;
        }
        if entry.operation == Operation::SendMetrics {
            told["requestBody"]["x-content-encodings"] = json!(["gzip"]);
        }
    }
    told["responses"] = responses(entry, &id);
    if entry.added { added(told) } else { told }
}

fn responses(entry: &Entry, id: &str) -> Value {
    let title = format!("Response {}", heading(id));
    let schema = match entry.out {
        Out::One(name) => reference(name),
        Out::List(name) => with(list(reference(name)), "title", json!(title)),
        Out::Words => {
            json!({"type": "object", "additionalProperties": {"type": "string"}, "title": title})
        }
    };
    let mut success = json!({"description": "Successful Response", "content": as_json(schema)});
    let total = |words| about(added(json!({"schema": {"type": "integer"}})), words);
    let rows = "Rows that match, before skip and limit";
    match entry.heads {
        Heads::None => {}
        Heads::Etag => {
            let tag = json!({"schema": {"type": "string", "pattern": "^\"[0-9]+\"$"}});
            success["headers"] = json!({"ETag": about(tag, "The version, quoted")});
        }
        Heads::Total => success["headers"] = json!({"X-Total-Count": total(rows)}),
        Heads::Next => {
            let next = added(json!({"schema": {"type": "string", "maxLength": 200}}));
            let words = "Only and always with cursor: give it in the next request. Fewer rows than limit: up to date for now";
            success["headers"] = json!({
                "X-Total-Count": total("Rows that match, before skip and limit; absent with cursor"),
                "X-Next-Cursor": about(next, words),
            });
        }
    }
    let code = if entry.operation == Operation::SendMetrics { "201" } else { "200" };
    let mut all = json!({code: success});
    for status in entry.errors {
        let (words, shape) = match status {
            400 => ("Bad request, or a body that cannot be parsed", "ErrorMessage"),
            401 => ("No valid token", "ErrorMessage"),
            403 => ("Not allowed", "ErrorMessage"),
            404 => ("Not found", "ErrorMessage"),
            412 => {
                ("Somebody else changed the settings: merge with `current`, send again", "SettingsConflict")
            }
            413 => ("Body too large", "ErrorMessage"),
            415 => ("Content-Encoding that is neither gzip nor identity", "ErrorMessage"),
            _ => ("If-Match is missing", "ErrorMessage"),
        };
        let error = json!({"description": words, "content": as_json(reference(shape))});
        all[status.to_string()] = if *status == 415 { added(error) } else { error };
    }
    if entry.checked {
        let content = as_json(reference("HTTPValidationError"));
        all["422"] = json!({"description": "Validation Error", "content": content});
    }
    all
}

fn parameters(entry: &Entry, path: &str) -> Vec<Value> {
    let named = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let mut all: Vec<Value> = named
        .map(|name| {
            let schema = with(format("uuid"), "title", json!(heading(name)));
            json!({"name": name, "in": "path", "required": true, "schema": schema})
        })
        .collect();
    all.extend(entry.asks.iter().map(|name| asked(entry.operation, name)));
    all
}

fn number(default: i64, least: i64, most: i64) -> Value {
    json!({"type": "integer", "default": default, "minimum": least, "maximum": most})
}

fn asked(operation: Operation, name: &str) -> Value {
    let points = matches!(operation, Operation::DeviceMetrics | Operation::UserMetrics);
    let schema = match name {
        "skip" => number(0, 0, 2_147_483_647),
        "limit" if points => number(1_000, 1, 10_000),
        "limit" if operation == Operation::ListMetrics => number(100, 1, 10_000),
        "limit" => number(100, 1, 1_000),
        "erase" => {
            let switch = about(kind("boolean"), "Also remove the person's data for good");
            added(with(switch, "default", json!(false)))
        }
        "metric_type" => added(maybe(reference("MetricType"))),
        "severity" => added(maybe(reference("IssueSeverity"))),
        "resolved" => added(maybe(kind("boolean"))),
        "start_date" => added(about(maybe(format("date-time")), "Inclusive")),
        "end_date" => added(about(maybe(format("date-time")), "Exclusive")),
        "tz_offset_minutes" => {
            added(about(number(0, -840, 840), "Local time minus UTC: where days, weeks and months begin"))
        }
        "cursor" => added(about(
            maybe(json!({"type": "string", "maxLength": 200})),
            "Opaque, at most 200 characters. Empty: from the beginning; later: the last answer's X-Next-Cursor. \
             Cannot be combined with skip.",
        )),
        "If-Match" => {
            return json!({
                "name": name, "in": "header", "required": true,
                "description": "The ETag of the settings that this change is based on; required",
                "schema": {"type": "string", "pattern": "^\"(0|[1-9][0-9]{0,8})\"$"},
            });
        }
        _ => {
            let schema = reference("AggregationPeriod");
            return json!({"name": name, "in": "query", "required": true, "schema": schema});
        }
    };
    let words = schema.get("description").cloned();
    let schema = with(schema, "title", json!(heading(name)));
    let told = json!({"name": name, "in": "query", "required": false, "schema": schema});
    match words {
        Some(words) => with(told, "description", words),
        None => told,
    }
}
