//! Where the person is in the app, as the address's hash tells it: back and forward go as anywhere.

use vitals::Metric;

/// A place in the app.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// The heart and the cards.
    Home,
    /// A metric over time.
    Analytics(Metric),
    /// The person, limits, goals, devices, emergency card.
    Profile,
    /// Settings.
    Settings,
    /// Open alerts, then past ones.
    Alerts,
    /// Named stretches of time.
    Sessions,
    /// The conversation with the bracelet.
    Messages,
}

impl Route {
    /// The place that a hash names; Home for one that names none.
    #[must_use]
    pub fn parse(hash: &str) -> Self {
        let path = hash.trim_start_matches('#').trim_matches('/');
        let (place, rest) = path.split_once('/').unwrap_or((path, ""));
        match place {
            "analytics" => Self::Analytics(Metric::from_name(rest).unwrap_or(Metric::HeartRate)),
            "profile" => Self::Profile,
            "settings" => Self::Settings,
            "alerts" => Self::Alerts,
            "sessions" => Self::Sessions,
            "messages" => Self::Messages,
            _ => Self::Home,
        }
    }

    /// The hash of this place.
    #[must_use]
    pub fn hash(self) -> String {
        match self {
            Self::Home => "#/".to_owned(),
            Self::Analytics(metric) => format!("#/analytics/{}", metric.name()),
            Self::Profile => "#/profile".to_owned(),
            Self::Settings => "#/settings".to_owned(),
            Self::Alerts => "#/alerts".to_owned(),
            Self::Sessions => "#/sessions".to_owned(),
            Self::Messages => "#/messages".to_owned(),
        }
    }

    /// Whether a way through the app marked with `other` leads here: one for all metrics.
    #[must_use]
    pub fn is_within(self, other: Self) -> bool {
        matches!((self, other), (Self::Analytics(_), Self::Analytics(_))) || self == other
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_where_its_address_says() {
        for route in [
            Route::Home,
            Route::Analytics(Metric::Spo2),
            Route::Profile,
            Route::Settings,
            Route::Alerts,
            Route::Sessions,
            Route::Messages,
        ] {
            assert_eq!(Route::parse(&route.hash()), route);
        }
    }

    #[test]
    fn an_address_of_nowhere_is_home_and_of_no_metric_the_heart() {
        for hash in ["", "#", "#/", "#/nowhere", "#/nowhere/else"] {
            assert_eq!(Route::parse(hash), Route::Home, "{hash}");
        }
        for hash in ["#/analytics", "#/analytics/", "#/analytics/mood"] {
            assert_eq!(Route::parse(hash), Route::Analytics(Metric::HeartRate), "{hash}");
        }
    }
}
