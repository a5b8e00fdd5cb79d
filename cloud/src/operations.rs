//! The table of operations, and which of them an address means; slashes, 404 and 405 as the original framework has them.

use std::fmt::Write as _;

use axum::http::Method;

use crate::call::percent_decoded;

macro_rules! operations {
    ($($name:ident $method:ident $path:literal;)*) => {
        /// An operation.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Operation {
            $(
                #[doc = concat!("`", stringify!($method), " ", $path, "`")]
                $name,
            )*
        }

        /// Every operation with its method and path, in the order in which they are tried.
        pub const OPERATIONS: &[(Operation, Method, &str)] =
            &[$((Operation::$name, Method::$method, $path),)*];
    };
}

operations! {
    SignIn POST "/api/v1/token";
    Refresh POST "/api/v1/token/refresh";
    Revoke POST "/api/v1/token/revoke";
    CreateUser POST "/api/v1/users/";
    ListUsers GET "/api/v1/users/";
    ReadMe GET "/api/v1/users/me";
    ReadUser GET "/api/v1/users/{user_id}";
    UpdateUser PUT "/api/v1/users/{user_id}";
    DeleteUser DELETE "/api/v1/users/{user_id}";
    VerifyEmail POST "/api/v1/users/verify-email";
    ResendVerification POST "/api/v1/users/resend-verification";
    ForgotPassword POST "/api/v1/users/forgot-password";
    ResetPassword POST "/api/v1/users/reset-password";
    ReadSettings GET "/api/v1/users/me/settings";
    UpdateSettings PUT "/api/v1/users/me/settings";
    RegisterDevice POST "/api/v1/devices/register";
    RotateKey POST "/api/v1/devices/{device_id}/rotate-key";
    ListDevices GET "/api/v1/devices/";
    ReadDevice GET "/api/v1/devices/{device_id}";
    UpdateDevice PUT "/api/v1/devices/{device_id}";
    DeleteDevice DELETE "/api/v1/devices/{device_id}";
    DeviceMetrics GET "/api/v1/devices/{device_id}/metrics";
    SendMetrics POST "/api/v1/metrics/batch/";
    SendMetricsPlain POST "/api/v1/metrics/batch";
    ListMetrics GET "/api/v1/metrics/";
    ReadMetric GET "/api/v1/metrics/{metric_id}";
    DeleteMetric DELETE "/api/v1/metrics/{metric_id}";
    Summary GET "/api/v1/users/{user_id}/metrics/summary";
    UserMetrics GET "/api/v1/users/{user_id}/metrics/data";
    CreateIssue POST "/api/v1/issues/";
    ListIssues GET "/api/v1/issues/";
    ReadIssue GET "/api/v1/issues/{issue_id}";
    UpdateIssue PUT "/api/v1/issues/{issue_id}";
    DeleteIssue DELETE "/api/v1/issues/{issue_id}";
    Welcome GET "/";
    Health GET "/health";
    Ready GET "/ready";
    Figures GET "/metrics";
    Document GET "/openapi.json";
    Docs GET "/docs";
    DocsFile GET "/docs/{file}";
}

/// Where a request goes.
#[derive(Debug, PartialEq, Eq)]
pub enum Way {
    /// To an operation, with the path's named part.
    To(Operation, String),
    /// There is such a path, with these methods only.
    Only(Vec<&'static str>),
    /// The path with, or without, its last slash.
    Moved(String),
    /// Nowhere.
    Nowhere,
}

/// The named part of `path` if it is of that shape; empty when the shape names nothing.
fn shape(template: &str, path: &str) -> Option<String> {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    let mut named = String::new();
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return Some(named),
            (Some(w), Some(g)) if w.starts_with('{') && !g.is_empty() => named = g.to_owned(),
            (Some(w), Some(g)) if w == g => {}
            _ => return None,
        }
    }
}

fn methods(path: &str) -> Vec<&'static str> {
    let mut all: Vec<&'static str> = Vec::new();
    for (_, method, template) in OPERATIONS {
        let name = match *method {
            Method::GET => "GET",
            Method::POST => "POST",
            Method::PUT => "PUT",
            _ => "DELETE",
        };
        if shape(template, path).is_some() && !all.contains(&name) {
            all.push(name);
        }
    }
    all
}

/// Finds the way of a method and a path as it came.
#[must_use]
pub fn way(method: &Method, raw: &str) -> Way {
    let path = percent_decoded(raw, false);
    for (operation, wanted, template) in OPERATIONS {
        if wanted == method
            && let Some(named) = shape(template, &path)
        {
            return Way::To(*operation, named);
        }
    }
    let allowed = methods(&path);
    if !allowed.is_empty() {
        return Way::Only(allowed);
    }
    let toggled = |path: &str| match path.trim_end_matches('/') {
        bare if bare.len() < path.len() => bare.to_owned(),
        bare => format!("{bare}/"),
    };
    let other = toggled(&path);
    if !other.is_empty() && !methods(&other).is_empty() {
        return Way::Moved(percent_encoded(&other));
    }
    Way::Nowhere
}

/// A path as it stands in an address.
fn percent_encoded(path: &str) -> String {
    path.bytes().fold(String::with_capacity(path.len()), |mut out, b| {
        if b.is_ascii_alphanumeric() || b"/-._~!$&'()*+,;=:@".contains(&b) {
            out.push(char::from(b));
        } else {
            // Writing into a text does not fail.
            let _ = write!(out, "%{b:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slashes_and_methods_as_the_contract_has_them() {
        for (method, path, wanted) in [
            (Method::GET, "/api/v1/users/me", Way::To(Operation::ReadMe, String::new())),
            (Method::GET, "/api/v1/users/%6De", Way::To(Operation::ReadMe, String::new())),
            (Method::GET, "/api/v1/users/x", Way::To(Operation::ReadUser, "x".to_owned())),
            (Method::GET, "/api/v1/users", Way::Moved("/api/v1/users/".to_owned())),
            (Method::POST, "/api/v1/token/", Way::Moved("/api/v1/token".to_owned())),
            (Method::GET, "/api/v1/users/me/", Way::Moved("/api/v1/users/me".to_owned())),
            // Moved once, not round and round.
            (Method::POST, "/api/v1/token%2F", Way::Moved("/api/v1/token".to_owned())),
            (Method::GET, "/api/v1/users/a%0Db%25/", Way::Moved("/api/v1/users/a%0Db%25".to_owned())),
            (Method::POST, "/api/v1/metrics/batch", Way::To(Operation::SendMetricsPlain, String::new())),
            (Method::GET, "/api/v1/metrics/batch", Way::To(Operation::ReadMetric, "batch".to_owned())),
            (Method::GET, "/api/v1/metrics/batch/", Way::Only(vec!["POST"])),
            (Method::PUT, "/api/v1/users/", Way::Only(vec!["POST", "GET"])),
            (Method::HEAD, "/", Way::Only(vec!["GET"])),
            (Method::GET, "/api/v1/nope", Way::Nowhere),
            (Method::GET, "//", Way::Nowhere),
            (Method::GET, "//api/v1/users/", Way::Nowhere),
        ] {
            assert_eq!(way(&method, path), wanted, "{method} {path}");
        }
    }
}
