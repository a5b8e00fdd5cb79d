//! What others wrote that ships in the app: each package with its licence, and the licences' own texts, as the packages bring
//! them. Read from Cargo's own graph, so that nothing is forgotten and nothing listed that is not in it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use serde::Deserialize;

use crate::{place, step};

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Package>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Package {
    id: String,
    name: String,
    version: String,
    license: Option<String>,
    source: Option<String>,
    manifest_path: PathBuf,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Dependency>,
}

#[derive(Deserialize)]
struct Dependency {
    pkg: String,
    dep_kinds: Vec<Kind>,
}

#[derive(Deserialize)]
struct Kind {
    kind: Option<String>,
}

/// What is not a package: its name, its licence, and the file that says so.
const BESIDES: [(&str, &str, &str); 3] = [
    ("Inter", "OFL-1.1", "ui/assets/fonts/LICENSE-inter.txt"),
    ("Lucide", "ISC", "ui/src/icons/LICENSE"),
    ("BIDMC PPG and Respiration Dataset", "ODC-By-1.0", "firmware/assets/ATTRIBUTION.md"),
];

/// The list and the texts.
pub fn all() -> Result<String> {
    let host = step::host()?;
    let mut packages = BTreeMap::new();
    for (root, target) in [("bracelet-connecte", host.as_str()), ("ui", "wasm32-unknown-unknown")] {
        for package in shipped(root, target)? {
            packages.insert((package.name.clone(), package.version.clone()), package);
        }
    }
    let mut list = String::new();
    let mut texts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for ((name, version), package) in &packages {
        let licence = package.license.as_deref().unwrap_or("see its text");
        writeln!(list, "{name} {version} — {licence}")?;
        let folder = package.manifest_path.parent().context("a package stands in a folder")?;
        for text in licence_files(folder)? {
            texts.entry(text).or_default().insert(format!("{name} {version}"));
        }
    }
    for (name, licence, file) in BESIDES {
        writeln!(list, "{name} — {licence}")?;
        let text = fs::read_to_string(place::root()?.join(file)).with_context(|| file.to_owned())?;
        texts.entry(text.trim().to_owned()).or_default().insert(name.to_owned());
    }
    // The most shared first: then those of one package each.
    let mut texts: Vec<_> = texts.into_iter().collect();
    texts.sort_by_key(|(_, of)| std::cmp::Reverse(of.len()));
    for (text, of) in texts {
        let names = of.into_iter().collect::<Vec<_>>().join(", ");
        write!(list, "\n\n────────\n{names}\n────────\n\n{text}\n")?;
    }
    Ok(list)
}

/// What is compiled into a package of the workspace for a target, without the workspace itself.
fn shipped(root: &str, target: &str) -> Result<Vec<Package>> {
    let arguments = format!("metadata --format-version 1 --locked --filter-platform {target}");
    let told = step::cargo(&arguments)?.output().context("cargo metadata")?;
    anyhow::ensure!(told.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&told.stderr));
    let Metadata { packages, resolve } = serde_json::from_slice(&told.stdout)?;
    let mut packages: BTreeMap<_, _> =
        packages.into_iter().map(|package| (package.id.clone(), package)).collect();
    let nodes: BTreeMap<_, _> = resolve.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let is_root = |package: &&Package| package.name == root && package.source.is_none();
    let mut waiting: Vec<String> = packages.values().filter(is_root).map(|it| it.id.clone()).collect();
    let mut met = BTreeSet::new();
    while let Some(id) = waiting.pop() {
        let Some(node) = nodes.get(id.as_str()).filter(|_| met.insert(id.clone())) else { continue };
        for dependency in &node.deps {
            let of = |kind: Option<&str>| dependency.dep_kinds.iter().any(|it| it.kind.as_deref() == kind);
            // What a build script compiles in from source (`openssl-src`) ships too.
            let source = packages.get(&dependency.pkg).is_some_and(|package| package.name.ends_with("-src"));
            if of(None) || of(Some("build")) && source {
                waiting.push(dependency.pkg.clone());
            }
        }
    }
    packages.retain(|id, package| met.contains(id) && package.source.is_some());
    Ok(packages.into_values().collect())
}

/// The texts of a package's licences: beside its manifest, and of what it has taken in, one folder below.
fn licence_files(folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    let mut look = |folder: &Path| -> Result<Vec<PathBuf>> {
        let mut below = Vec::new();
        let mut entries: Vec<_> = fs::read_dir(folder)?.collect::<std::io::Result<_>>()?;
        entries.sort_by_key(fs::DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name().to_string_lossy().to_uppercase();
            let is_licence = ["LICENSE", "LICENCE", "COPYING", "NOTICE", "COPYRIGHT", "UNLICENSE"]
                .iter()
                .any(|it| name.starts_with(it));
            if entry.file_type()?.is_dir() {
                below.push(entry.path());
            } else if is_licence {
                // What is no text is no licence.
                found.extend(
                    fs::read_to_string(entry.path()).ok().map(|text| text.trim().replace("\r\n", "\n")),
                );
            }
        }
        Ok(below)
    };
    for folder in look(folder)? {
        look(&folder)?;
    }
    Ok(found)
}
