//! The gallery's pages, served on this machine alone, as the app serves its own: under the app's content-security policy.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// Runs before the page's own scripts: notes what goes wrong, and stops the clock, so that pictures repeat.
const WITNESS: &str = include_str!("witness.js");
/// Runs before them too: notes what each state change costs.
const COST: &str = include_str!("cost.js");

/// A folder that is served until this is dropped.
pub struct Site {
    address: String,
    serving: JoinHandle<()>,
}

impl Site {
    /// Serves a folder, and beside it axe-core, if a page shall be checked with it.
    pub async fn serve(folder: PathBuf, axe: Option<PathBuf>) -> Result<Site> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = format!("http://{}", listener.local_addr()?);
        let served = Arc::new(Served { folder, axe, policy: policy()? });
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let served = Arc::clone(&served);
                tokio::spawn(async move { served.answer(stream).await });
            }
        });
        Ok(Site { address, serving })
    }

    /// A page of the gallery. `number` is another for each page: the same one would not be loaded anew.
    pub fn page(&self, number: usize, hash: &str) -> String {
        format!("{}/?{number}#/gallery/{hash}", self.address)
    }

    /// The same with the clock running, and nobody watching but what state changes cost: `window.cost`, milliseconds.
    pub fn live_page(&self, hash: &str) -> String {
        format!("{}/live#/gallery/{hash}", self.address)
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

struct Served {
    folder: PathBuf,
    axe: Option<PathBuf>,
    policy: String,
}

impl Served {
    async fn answer(&self, mut stream: TcpStream) -> Result<()> {
        let (reader, mut writer) = stream.split();
        let mut lines = BufReader::new(reader).lines();
        let request = lines.next_line().await?.context("nothing asked")?;
        while lines.next_line().await?.is_some_and(|line| !line.is_empty()) {}
        let path = request.split([' ', '?']).nth(1).context("no path")?.trim_start_matches('/');
        let (status, kind, body) = match self.contents(path) {
            Some((kind, body)) => ("200 OK", kind, body),
            None => ("404 Not Found", "text/plain", Vec::new()),
        };
        let head = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\ncache-control: max-age=3600\r\n\
             content-security-policy: {}\r\nconnection: close\r\n\r\n",
            body.len(),
            self.policy
        );
        writer.write_all(head.as_bytes()).await?;
        writer.write_all(&body).await?;
        Ok(writer.shutdown().await?)
    }

    fn contents(&self, path: &str) -> Option<(&'static str, Vec<u8>)> {
        let read = |name: &str| std::fs::read(self.folder.join(name)).ok();
        let with = |script: &str| {
            let page = String::from_utf8(read("index.html")?).ok()?;
            let page = page.replacen("<head>", &format!("<head><script src=\"/{script}\"></script>"), 1);
            Some(("text/html", page.into_bytes()))
        };
        match path {
            "" => with("witness.js"),
            "live" => with("cost.js"),
            "witness.js" => Some(("text/javascript", WITNESS.as_bytes().to_vec())),
            "cost.js" => Some(("text/javascript", COST.as_bytes().to_vec())),
            "axe.js" => Some(("text/javascript", std::fs::read(self.axe.as_ref()?).ok()?)),
            _ if path.split('/').any(|part| part == "..") => None,
            _ => Some((kind(Path::new(path)), read(path)?)),
        }
    }
}

fn kind(path: &Path) -> &'static str {
    match path.extension().and_then(|end| end.to_str()) {
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

/// The app's own policy, as a header. (Only a header can forbid frames.)
fn policy() -> Result<String> {
    let settings: Value = serde_json::from_str(include_str!("../../tauri.conf.json"))?;
    let rules = settings["app"]["security"]["csp"].as_object().context("the app has no policy")?;
    let rules = rules.iter().map(|(name, value)| format!("{name} {}", value.as_str().unwrap_or_default()));
    Ok(rules.collect::<Vec<_>>().join("; "))
}
