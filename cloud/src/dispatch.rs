//! Which address is which operation, by the contract's table; slashes, 404 and 405 as the original framework has them.

use axum::http::Method;

use crate::{Cloud, call::Call, call::percent_decoded, reply::Answer, routes};

macro_rules! operations {
    ($($name:ident $method:ident $path:literal => $handler:path;)*) => {
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

        impl Operation {
            /// Carries it out.
            pub async fn run(self, cloud: &Cloud, call: &Call) -> Answer {
                match self {
                    $(Self::$name => $handler(cloud, call).await,)*
                }
            }
        }
    };
}

operations! {
    SignIn POST "/api/v1/token" => routes::auth::sign_in;
    Refresh POST "/api/v1/token/refresh" => routes::auth::refresh;
    Revoke POST "/api/v1/token/revoke" => routes::auth::revoke;
    CreateUser POST "/api/v1/users/" => routes::users::create;
    ListUsers GET "/api/v1/users/" => routes::users::list;
    ReadMe GET "/api/v1/users/me" => routes::users::me;
    ReadUser GET "/api/v1/users/{user_id}" => routes::users::read;
    UpdateUser PUT "/api/v1/users/{user_id}" => routes::users::update;
    DeleteUser DELETE "/api/v1/users/{user_id}" => routes::users::delete;
    VerifyEmail POST "/api/v1/users/verify-email" => routes::users::verify_email;
    ResendVerification POST "/api/v1/users/resend-verification" => routes::users::resend_verification;
    ForgotPassword POST "/api/v1/users/forgot-password" => routes::users::forgot_password;
    ResetPassword POST "/api/v1/users/reset-password" => routes::users::reset_password;
    ReadSettings GET "/api/v1/users/me/settings" => routes::user_settings::read;
    UpdateSettings PUT "/api/v1/users/me/settings" => routes::user_settings::update;
    RegisterDevice POST "/api/v1/devices/register" => routes::devices::register;
    RotateKey POST "/api/v1/devices/{device_id}/rotate-key" => routes::devices::rotate_key;
    ListDevices GET "/api/v1/devices/" => routes::devices::list;
    ReadDevice GET "/api/v1/devices/{device_id}" => routes::devices::read;
    UpdateDevice PUT "/api/v1/devices/{device_id}" => routes::devices::update;
    DeleteDevice DELETE "/api/v1/devices/{device_id}" => routes::devices::delete;
    DeviceMetrics GET "/api/v1/devices/{device_id}/metrics" => routes::metrics::of_device;
    SendMetrics POST "/api/v1/metrics/batch/" => routes::batch::batch;
    SendMetricsPlain POST "/api/v1/metrics/batch" => routes::batch::batch;
    ListMetrics GET "/api/v1/metrics/" => routes::metrics::list;
    ReadMetric GET "/api/v1/metrics/{metric_id}" => routes::metrics::read;
    DeleteMetric DELETE "/api/v1/metrics/{metric_id}" => routes::metrics::delete;
    Summary GET "/api/v1/users/{user_id}/metrics/summary" => routes::summary::read;
    UserMetrics GET "/api/v1/users/{user_id}/metrics/data" => routes::metrics::of_person;
    CreateIssue POST "/api/v1/issues/" => routes::issues::create;
    ListIssues GET "/api/v1/issues/" => routes::issues::list;
    ReadIssue GET "/api/v1/issues/{issue_id}" => routes::issues::read;
    UpdateIssue PUT "/api/v1/issues/{issue_id}" => routes::issues::update;
    DeleteIssue DELETE "/api/v1/issues/{issue_id}" => routes::issues::delete;
    Welcome GET "/" => routes::root::welcome;
    Health GET "/health" => routes::root::health;
    Ready GET "/ready" => routes::root::ready;
    Figures GET "/metrics" => routes::root::figures;
    Document GET "/openapi.json" => routes::root::document;
    Docs GET "/docs" => routes::root::docs;
    DocsFile GET "/docs/{file}" => routes::root::docs_file;
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
        return Way::Moved(toggled(raw));
    }
    Way::Nowhere
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
