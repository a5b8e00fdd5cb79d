//! What stands on the X screen, and what a window manager does to it; there is none, so that nothing moves by itself.

use anyhow::{Context, Result};
use x11rb::CURRENT_TIME;
use x11rb::connection::Connection as _;
use x11rb::protocol::xproto::{
    AtomEnum, ClientMessageEvent, ConnectionExt as _, EventMask, MapState, Window,
};
use x11rb::rust_connection::RustConnection;

use crate::Desktop;

/// The screen, as one of its clients sees it.
pub struct Screen {
    connection: RustConnection,
    root: Window,
}

impl Screen {
    /// Looks at a desktop's screen.
    pub fn of(desktop: &Desktop) -> Result<Screen> {
        let (connection, number) = x11rb::connect(Some(desktop.display()))?;
        let root = connection.setup().roots.get(number).context("no screen")?.root;
        Ok(Screen { connection, root })
    }

    /// The window of a process that can be seen and closed, if there is one.
    pub fn window(&self, process: u32) -> Result<Option<Window>> {
        let (pid, protocols) = (self.atom("_NET_WM_PID")?, self.atom("WM_PROTOCOLS")?);
        for window in self.connection.query_tree(self.root)?.reply()?.children {
            // What goes away meanwhile is not there.
            let Ok(about) = self.connection.get_window_attributes(window)?.reply() else { continue };
            let is_its = self.property(window, pid, AtomEnum::CARDINAL)?.contains(&process);
            let closes = !self.property(window, protocols, AtomEnum::ATOM)?.is_empty();
            if about.map_state == MapState::VIEWABLE && is_its && closes {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    /// The dialog of a process, if one is open: the system's own, such as its file chooser.
    pub fn dialog(&self, process: u32) -> Result<Option<Window>> {
        let (pid, kind) = (self.atom("_NET_WM_PID")?, self.atom("_NET_WM_WINDOW_TYPE")?);
        let dialog = self.atom("_NET_WM_WINDOW_TYPE_DIALOG")?;
        for window in self.connection.query_tree(self.root)?.reply()?.children {
            let Ok(about) = self.connection.get_window_attributes(window)?.reply() else { continue };
            let is_its = self.property(window, pid, AtomEnum::CARDINAL)?.contains(&process);
            let is_dialog = self.property(window, kind, AtomEnum::ATOM)?.contains(&dialog);
            if about.map_state == MapState::VIEWABLE && is_its && is_dialog {
                return Ok(Some(window));
            }
        }
        Ok(None)
    }

    /// Takes a window off the screen, as minimising does.
    pub fn unmap(&self, window: Window) -> Result<()> {
        self.connection.unmap_window(window)?.check()?;
        Ok(())
    }

    /// Asks a window to close, as its cross does.
    pub fn close(&self, window: Window) -> Result<()> {
        let delete = self.atom("WM_DELETE_WINDOW")?;
        let message =
            ClientMessageEvent::new(32, window, self.atom("WM_PROTOCOLS")?, [delete, CURRENT_TIME, 0, 0, 0]);
        self.connection.send_event(false, window, EventMask::NO_EVENT, message)?.check()?;
        Ok(())
    }

    fn atom(&self, name: &str) -> Result<u32> {
        Ok(self.connection.intern_atom(false, name.as_bytes())?.reply()?.atom)
    }

    fn property(&self, window: Window, name: u32, kind: AtomEnum) -> Result<Vec<u32>> {
        let property = self.connection.get_property(false, window, name, kind, 0, 16)?.reply();
        Ok(property.ok().and_then(|it| it.value32().map(Iterator::collect)).unwrap_or_default())
    }
}
