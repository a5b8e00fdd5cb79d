//! The app's real window, driven through WebKitWebDriver.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result};
use fantoccini::actions::{
    InputSource as _, KeyAction, KeyActions, MOUSE_BUTTON_LEFT, MouseActions, PointerAction,
};
use fantoccini::key::Key;
use fantoccini::wd::Capabilities;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::Desktop;
use crate::process::{Process, children, free_port, lives, wait_until};
use crate::screen::Screen;
use crate::usage::{self, Usage};

/// How long the window may take to show what a test waits for. A bound, not a measurement.
const PATIENCE: Duration = Duration::from_secs(180);

const LISTEN: &str = "
    window.told = { beats: [], home: null };
    const channel = new window.__TAURI__.core.Channel();
    channel.onmessage = told => {
        if (told.beats) window.told.beats.push(...told.beats.map(beat => beat.at));
        if (told.home) window.told.home = told.home;
    };
    window.__TAURI__.core.invoke('subscribe', { channel });";

/// An open window.
pub struct Window {
    client: Client,
    app: u32,
    _driver: Process,
}

impl Window {
    /// Starts the app on a data folder and opens its window.
    pub async fn open(desktop: &Desktop, data: &Path) -> Result<Window> {
        Self::start(desktop, Some(data), &[], &[]).await
    }

    /// The same, with these variables, as `NAME=value`, in the app's environment alone.
    pub async fn open_with(desktop: &Desktop, data: &Path, variables: &[String]) -> Result<Window> {
        Self::start(desktop, Some(data), variables, &[]).await
    }

    /// The same, with these arguments more.
    pub async fn open_as(desktop: &Desktop, data: &Path, arguments: &[String]) -> Result<Window> {
        Self::start(desktop, Some(data), &[], arguments).await
    }

    /// Starts the app on the person's own data folder, as a click on its icon does.
    pub async fn open_own(desktop: &Desktop) -> Result<Window> {
        Self::start(desktop, None, &[], &[]).await
    }

    async fn start(
        desktop: &Desktop,
        data: Option<&Path>,
        variables: &[String],
        more: &[String],
    ) -> Result<Window> {
        let port = free_port()?;
        let driver = Process::start(
            desktop
                .command("WebKitWebDriver")
                .arg(format!("--port={port}"))
                .env("TAURI_AUTOMATION", "true")
                .env("TAURI_WEBVIEW_AUTOMATION", "true")
                .stdout(Stdio::null()),
        )?;
        wait_until("the driver", Duration::from_secs(20), || {
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        })?;

        // `env` becomes the app: the process is the same.
        let mut arguments = vec![json!("--")];
        arguments.extend(variables.iter().map(|variable| json!(variable)));
        arguments.push(json!(crate::app()?));
        if let Some(data) = data {
            arguments.extend([json!("--data"), json!(data)]);
        }
        arguments.extend(more.iter().map(|argument| json!(argument)));
        let mut capabilities = Capabilities::new();
        capabilities.insert(
            "webkitgtk:browserOptions".into(),
            json!({ "binary": "/usr/bin/env", "args": arguments }),
        );
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .context("the window did not open")?;
        let app = *children(driver.id()).first().context("the driver has no app")?;
        Ok(Window { client, app, _driver: driver })
    }

    /// Waits until the page shows an element.
    pub async fn shows(&self, css: &str) -> Result<()> {
        let found = self.client.wait().at_most(PATIENCE).for_element(Locator::Css(css)).await;
        found.map(|_| ()).with_context(|| format!("the window never showed {css}"))
    }

    /// Clicks an element as soon as it is there.
    pub async fn click(&self, css: &str) -> Result<()> {
        self.shows(css).await?;
        self.client
            .find(Locator::Css(css))
            .await?
            .click()
            .await
            .with_context(|| format!("could not click {css}"))
    }

    /// Types into a field, instead of what stood there.
    pub async fn fill(&self, css: &str, text: &str) -> Result<()> {
        self.shows(css).await?;
        let field = self.client.find(Locator::Css(css)).await?;
        field.clear().await?;
        field.send_keys(text).await.with_context(|| format!("could not type into {css}"))
    }

    /// Presses a key where the focus is.
    pub async fn press(&self, key: Key) -> Result<()> {
        let value = char::from(key);
        let pressed = KeyActions::new("keyboard".to_owned())
            .then(KeyAction::Down { value })
            .then(KeyAction::Up { value });
        self.client.perform_actions(pressed).await.context("a key could not be pressed")
    }

    /// Goes with the Tab key alone to where an element has the focus.
    pub async fn tab_to(&self, css: &str) -> Result<()> {
        let there = format!("return document.activeElement?.matches({}) === true", json!(css));
        self.shows(css).await?;
        // More than any page has.
        for _ in 0..120 {
            self.press(Key::Tab).await?;
            if self.script(&there).await? == json!(true) {
                return Ok(());
            }
        }
        anyhow::bail!("the Tab key never leads to {css}")
    }

    /// Waits until an element says this: a text of the window's own, by its name in `ui/locales`.
    pub async fn says(&self, css: &str, name: &str) -> Result<()> {
        let wanted = crate::english(name)?;
        let script = format!(
            "return Array.from(document.querySelectorAll({})).some(it => it.textContent.includes({}))",
            json!(css),
            json!(wanted)
        );
        self.until(&format!("{css} to say {wanted:?}"), PATIENCE, &script).await
    }

    /// Holds the pointer down on an element for so long.
    pub async fn hold(&self, css: &str, wait: Duration) -> Result<()> {
        self.shows(css).await?;
        let element = self.client.find(Locator::Css(css)).await?;
        let held = MouseActions::new("mouse".to_owned())
            .then(PointerAction::MoveToElement { element, duration: None, x: 0.0, y: 0.0 })
            .then(PointerAction::Down { button: MOUSE_BUTTON_LEFT })
            .then(PointerAction::Pause { duration: wait })
            .then(PointerAction::Up { button: MOUSE_BUTTON_LEFT });
        self.client.perform_actions(held).await.with_context(|| format!("could not hold {css}"))
    }

    /// Types a path into the system's own file chooser as soon as it is open, and confirms.
    pub fn type_into_chooser(&self, desktop: &Desktop, path: &str) -> Result<()> {
        let screen = Screen::of(desktop)?;
        let there = || screen.dialog(self.app).is_ok_and(|dialog| dialog.is_some());
        wait_until("the file chooser", Duration::from_secs(60), there)?;
        // As a keyboard does, instead of the name that is proposed; and again where the chooser was not ready to hear it.
        wait_until("the file chooser to close", Duration::from_secs(60), || {
            let Ok(Some(dialog)) = screen.dialog(self.app) else { return true };
            let typed = desktop
                .command("xdotool")
                .args(["windowfocus", "--sync", &dialog.to_string(), "sleep", "1"])
                // To its field for a path, which one that opens files shows only now; and all that stands there.
                .args(["key", "ctrl+l", "sleep", "1", "key", "ctrl+a", "type", "--delay", "20", path])
                .status();
            let confirmed =
                || desktop.command("xdotool").args(["key", "Return", "sleep", "1"]).status().is_ok();
            let gone = || screen.dialog(self.app).is_ok_and(|dialog| dialog.is_none());
            // A list of proposals may take the first of them.
            typed.is_ok() && (0..3).any(|_| confirmed() && gone())
        })
    }

    /// What a script in the page returns.
    pub async fn script(&self, script: &str) -> Result<Value> {
        self.client.execute(script, Vec::new()).await.context("a script failed in the window")
    }

    /// What a script in the page hands to its last argument; its first is what it is given.
    pub async fn script_async(&self, script: &str, given: Value) -> Result<Value> {
        self.client.execute_async(script, vec![given]).await.context("a script failed in the window")
    }

    /// Hears what the engine tells, beside the page and independent of it: `window.told.home` is Home as told last,
    /// `window.told.beats` the times of all beats from now on.
    pub async fn listen(&self) -> Result<()> {
        self.script(LISTEN).await?;
        self.until("the engine's word", PATIENCE, "return window.told.home !== null").await
    }

    /// What the app answers to one of the window's own commands.
    pub async fn invoke(&self, command: &str, arguments: Value) -> Result<Value> {
        let script = "const [command, given, done] = arguments;
            window.__TAURI__.core.invoke(command, given).then(value => done({ value }), error => done({ error }));";
        let answer = self.client.execute_async(script, vec![json!(command), arguments]).await?;
        match answer.get("error") {
            Some(error) => anyhow::bail!("{command}: {error}"),
            None => Ok(answer.get("value").cloned().unwrap_or_default()),
        }
    }

    /// Waits until a script in the page returns true.
    pub async fn until(&self, what: &str, patience: Duration, script: &str) -> Result<()> {
        let began = std::time::Instant::now();
        while self.script(script).await? != json!(true) {
            if began.elapsed() > patience {
                anyhow::bail!("waited {} s in vain for {what}", patience.as_secs());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        Ok(())
    }

    /// Gives the page a size.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        self.client.set_window_rect(0, 0, width, height).await?;
        let script = format!("return Math.abs(window.innerWidth - {width}) < 2");
        self.until("the window's new size", PATIENCE, &script).await
    }

    /// Gives the page a size and keeps a picture of it.
    pub async fn picture(&self, name: &str, width: u32, height: u32) -> Result<()> {
        self.resize(width, height).await?;
        // A picture is taken of the next frame, and a page in which nothing changes has none: something nobody sees changes.
        self.script(
            "let on = false;
            window.stirring = setInterval(() => { document.body.style.opacity = (on = !on) ? '0.999' : ''; }, 50);",
        )
        .await?;
        let picture =
            tokio::time::timeout(PATIENCE, self.client.screenshot()).await.context("no picture")??;
        self.script("clearInterval(window.stirring); document.body.style.opacity = '';").await?;
        let folder = crate::output()?;
        std::fs::create_dir_all(&folder)?;
        let file = folder.join(format!("{name}.png"));
        std::fs::write(&file, picture)?;
        println!("picture: {}", file.display());
        Ok(())
    }

    /// How long after its start the app first showed something.
    pub async fn first_paint(&self) -> Result<Duration> {
        let script = "const paint = performance.getEntriesByName('first-contentful-paint')[0];
            return paint ? performance.timeOrigin + paint.startTime : null;";
        let painted = self.script(script).await?.as_f64().context("nothing was painted")? / 1000.0;
        Ok(Duration::from_secs_f64(painted - usage::started(self.app)?))
    }

    /// What the app has used so far.
    pub fn usage(&self) -> Result<Usage> {
        usage::usage(self.app)
    }

    /// Takes the window off the screen, as a window manager does that minimises it.
    pub fn hide(&self, desktop: &Desktop) -> Result<()> {
        let screen = Screen::of(desktop)?;
        screen.unmap(screen.window(self.app)?.context("there is no window")?)
    }

    /// Clicks the window's cross, and waits until it is gone from the screen.
    pub fn close_by_its_cross(&self, desktop: &Desktop) -> Result<()> {
        let screen = Screen::of(desktop)?;
        screen.close(screen.window(self.app)?.context("there is no window")?)?;
        wait_until("the window's end", Duration::from_secs(30), || {
            screen.window(self.app).is_ok_and(|window| window.is_none())
        })
    }

    /// Waits until the window is on the screen.
    pub fn is_shown(&self, desktop: &Desktop) -> Result<()> {
        let screen = Screen::of(desktop)?;
        wait_until("the window", Duration::from_secs(30), || {
            screen.window(self.app).is_ok_and(|window| window.is_some())
        })
    }

    /// Waits until the app has ended by itself.
    pub fn has_ended(&self) -> Result<()> {
        self.gone()
    }

    /// Ends the app as a power cut does: at once, with no chance to tidy up.
    pub async fn kill(self) -> Result<()> {
        Command::new("kill").args(["-KILL", &self.app.to_string()]).status()?;
        self.gone()
    }

    /// Closes the app in good order, as Ctrl-C does. (The driver's own way to close a window ends the app at once.)
    pub async fn close(self) -> Result<()> {
        Command::new("kill").args(["-INT", &self.app.to_string()]).status()?;
        self.gone()
    }

    fn gone(&self) -> Result<()> {
        wait_until("the app's end", Duration::from_secs(30), || !lives(self.app))
    }
}
