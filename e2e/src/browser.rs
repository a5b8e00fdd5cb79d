//! A real browser on the gallery's pages: Chromium, with what its developer tools can do, or the web view's own engine.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use fantoccini::wd::{Capabilities, WebDriverCompatibleCommand};
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use crate::process::{Process, children, free_port, wait_until};
use crate::{Desktop, Picture};

/// How long a page may take to be there. A bound, not a measurement.
const PATIENCE: Duration = Duration::from_secs(60);

/// A browser, ended when dropped.
pub struct Browser {
    client: Client,
    driver: Process,
}

impl Drop for Browser {
    /// A browser outlives a driver that is ended before it.
    fn drop(&mut self) {
        for browser in children(self.driver.id()) {
            // Already ended is as good.
            let _ = Command::new("kill").arg(browser.to_string()).status();
        }
    }
}

impl Browser {
    /// Chromium, without a window.
    pub async fn chromium() -> Result<Browser> {
        let options = json!({
            "binary": "/usr/bin/chromium",
            "args": [
                "--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--disable-dev-shm-usage",
                "--force-prefers-reduced-motion", "--font-render-hinting=none", "--accept-lang=en-GB",
            ],
        });
        // The pages write times of day where they are.
        Self::start(Command::new("chromedriver").env("TZ", "Europe/Paris"), "goog:chromeOptions", options)
            .await
    }

    /// The engine of the app's own web view.
    pub async fn webkit(desktop: &Desktop) -> Result<Browser> {
        let folders = std::fs::read_dir("/usr/lib")?.flatten().map(|folder| folder.path());
        let program =
            folders.map(|folder| folder.join("webkit2gtk-4.1/MiniBrowser")).find(|path| path.exists());
        let options = json!({ "binary": program.context("no MiniBrowser")?, "args": ["--automation"] });
        Self::start(&mut desktop.command("WebKitWebDriver"), "webkitgtk:browserOptions", options).await
    }

    async fn start(driver: &mut Command, name: &str, options: Value) -> Result<Browser> {
        let port = free_port()?;
        let driver = Process::start(driver.arg(format!("--port={port}")).stdout(Stdio::null()))?;
        wait_until("the driver", Duration::from_secs(20), || {
            std::net::TcpStream::connect(("127.0.0.1", port)).is_ok()
        })?;
        let capabilities = Capabilities::from_iter([(name.to_owned(), options)]);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .context("the browser did not start")?;
        Ok(Browser { client, driver })
    }

    /// Opens a page, waits until it has drawn itself, and answers with what went wrong meanwhile.
    pub async fn open(&self, address: &str) -> Result<Vec<String>> {
        self.client.goto(address).await?;
        self.drawn().await.with_context(|| format!("{address} was never drawn"))
    }

    /// Opens a page that runs by itself.
    pub async fn go(&self, address: &str) -> Result<()> {
        Ok(self.client.goto(address).await?)
    }

    /// Gives the gallery's page another language, theme or size of text, as its address would.
    pub async fn change(&self, hash: &str) -> Result<Vec<String>> {
        let script = "history.replaceState(null, '', arguments[0]); dispatchEvent(new Event('gallery'));";
        self.client.execute(script, vec![json!(format!("#/gallery/{hash}"))]).await?;
        self.drawn().await.with_context(|| format!("{hash} was never drawn"))
    }

    /// Waits until the page has drawn itself, and answers with what went wrong since this was asked last.
    pub async fn drawn(&self) -> Result<Vec<String>> {
        // Before the first page there is nothing to wait for.
        let script = "window.witness ? witness.drawn(arguments[0]) : arguments[0]([])";
        let answer = self.client.execute_async(script, Vec::new());
        let errors = tokio::time::timeout(PATIENCE, answer).await.context("nothing was drawn")??;
        Ok(serde_json::from_value(errors)?)
    }

    /// What a script in the page returns.
    pub async fn script(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute(script, Vec::new()).await?)
    }

    /// What a script in the page returns that is given something.
    pub async fn script_on(&self, script: &str, given: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, given).await?)
    }

    /// What a script in the page hands to the function that is its last argument.
    pub async fn script_async(&self, script: &str) -> Result<Value> {
        Ok(self.client.execute_async(script, Vec::new()).await?)
    }

    /// Gives the page a size, and time to draw itself anew. Chromium only.
    pub async fn resize(&self, width: u32, height: u32) -> Result<()> {
        let size = json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        self.tool("Emulation.setDeviceMetricsOverride", size).await?;
        self.drawn().await?;
        Ok(())
    }

    /// A picture of the whole page, also of what does not fit on the screen. Chromium only.
    pub async fn picture(&self, keep_in: PathBuf) -> Result<Picture> {
        let size = self
            .script("return [innerWidth, Math.max(innerHeight, document.documentElement.scrollHeight)]")
            .await?;
        let clip = json!({ "x": 0, "y": 0, "width": size[0], "height": size[1], "scale": 1 });
        let wanted =
            json!({ "format": "png", "captureBeyondViewport": true, "optimizeForSpeed": true, "clip": clip });
        let answer = self.tool("Page.captureScreenshot", wanted).await?;
        // On another core, while the browser goes on.
        tokio::task::spawn_blocking(move || {
            let png = STANDARD.decode(answer["data"].as_str().context("no picture")?)?;
            std::fs::write(&keep_in, &png)
                .with_context(|| format!("could not write {}", keep_in.display()))?;
            Picture::decode(&png)
        })
        .await?
    }

    /// A command of Chromium's developer tools.
    async fn tool(&self, name: &'static str, parameters: Value) -> Result<Value> {
        let answer = self.client.issue_cmd(Tool { name, parameters }).await?;
        ensure!(!answer.is_null(), "{name} says nothing");
        Ok(answer)
    }
}

#[derive(Debug)]
struct Tool {
    name: &'static str,
    parameters: Value,
}

impl WebDriverCompatibleCommand for Tool {
    fn endpoint(&self, base: &url::Url, session: Option<&str>) -> Result<url::Url, url::ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &url::Url) -> (http::Method, Option<String>) {
        let body = json!({ "cmd": self.name, "params": self.parameters });
        (http::Method::POST, Some(body.to_string()))
    }
}
