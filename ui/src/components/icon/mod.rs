//! Lucide's line icons (ISC; the licence stands beside the files in `src/icons`).

use crate::prelude::*;

macro_rules! icons {
    ($($name:ident = $file:literal),+ $(,)?) => {
        $(pub const $name: &str = include_str!(concat!("../../icons/", $file, ".svg"));)+

        /// All of them with their names, for the gallery.
        #[cfg(feature = "gallery")]
        pub const ALL: &[(&str, &str)] = &[$(($file, $name)),+];
    };
}

icons! {
    BACK = "chevron-left",
    BATTERY = "battery-medium",
    BATTERY_LOW = "battery-low",
    BELL = "bell",
    BLUETOOTH = "bluetooth",
    BLUETOOTH_OFF = "bluetooth-off",
    CARD = "id-card",
    CHART = "chart-line",
    CHECK = "check",
    CHEVRON = "chevron-right",
    CLOCK = "clock",
    DEMO = "flask-conical",
    DISCONNECTED = "unplug",
    DISK = "hard-drive",
    DOWNLOAD = "download",
    DROPLET = "droplet",
    EYE = "eye",
    EYE_OFF = "eye-off",
    FILE_WARNING = "file-warning",
    FOLDER = "folder-x",
    FOOTPRINTS = "footprints",
    HEART = "heart",
    HOME = "house",
    KEY = "key-round",
    LIMITS = "sliders-horizontal",
    LIST = "list",
    LOCK = "lock",
    LOST = "link-2-off",
    MAP = "map-pin",
    MESSAGE = "message-square",
    MOON = "moon",
    PHONE = "phone",
    PLUS = "plus",
    REFRESH = "refresh-cw",
    SEARCH = "search",
    SEND = "send",
    SETTINGS = "settings",
    SHIELD = "shield-check",
    THERMOMETER = "thermometer",
    TIMER = "timer",
    TRASH = "trash-2",
    USER = "user-round",
    USERS = "users",
    WARNING = "triangle-alert",
    WATCH = "watch",
    WINDOW = "app-window",
    X = "x",
}

/// An icon as high as the text around it. It says nothing to a screen reader: the word beside it does.
#[component]
pub fn Icon(svg: &'static str) -> impl IntoView {
    view! { <span class="icon" aria-hidden="true" inner_html=svg></span> }
}
