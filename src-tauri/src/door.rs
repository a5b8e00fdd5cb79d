//! The window's door: what a window may ask while the engine is locked.

use bridge::{Code, Error};
use companion::Engine;
use tauri::Manager as _;
use tauri::ipc::Invoke;

/// What needs no passphrase: opening the lock, hearing that it is there, and help.
const OPEN: &[&str] = &["unlock", "subscribe", "sos", "answer_alert", "call"];
/// What helps only while somebody needs help: whom to call, and what helpers should know.
const IN_AN_EMERGENCY: &str = "profile";

/// Lets a command through to what answers it, or answers that it is not possible now.
pub fn guard(commands: impl Fn(Invoke) -> bool) -> impl Fn(Invoke) -> bool {
    move |invoke| {
        let locked = invoke.message.webview_ref().try_state::<Engine>().is_some_and(|engine| {
            is_shut(invoke.message.command(), engine.is_locked(), engine.is_emergency())
        });
        if locked {
            invoke.resolver.reject(Error { code: Code::NotNow, detail: "locked".to_owned() });
            return true;
        }
        commands(invoke)
    }
}

fn is_shut(command: &str, locked: bool, emergency: bool) -> bool {
    locked && !OPEN.contains(&command) && !(emergency && command == IN_AN_EMERGENCY)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn behind_the_lock_nothing_is_answered_but_help() {
        for private in
            ["profile", "chart", "alerts", "export_to", "settings", "change_protection", "remove_demo"]
        {
            assert!(is_shut(private, true, false), "{private}");
            assert!(!is_shut(private, false, false), "{private}");
        }
        assert!(!is_shut("unlock", true, false));
        assert!(!is_shut("answer_alert", true, true));
        assert!(!is_shut("profile", true, true), "nobody knows whom to call");
        assert!(is_shut("set_profile", true, true));
    }
}
