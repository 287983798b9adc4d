//! Which crate may depend on which: arrows point down, and the data plane stays free of windows and runtimes.
//!
//! Read from `cargo metadata`, so that renamed and transitive dependencies count. Development dependencies do not:
//! tests may combine anything.

use super::{Finding, Tree};
use anyhow::Context;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;

/// The layer of every crate of the architecture.
pub const LAYERS: &[(&str, u8)] = &[
    ("cyc-model", 0),
    ("cyc-wire", 1),
    ("cyc-timing", 1),
    ("cyc-queue", 1),
    ("cyc-telemetry", 1),
    ("cyc-solver", 1),
    ("cyc-stage", 1),
    ("cyc-character", 1),
    ("cyc-align", 1),
    ("cyc-compact", 1),
    ("cyc-report", 1),
    ("cyc-capture", 2),
    ("cyc-emit", 2),
    ("cyc-take", 2),
    ("cyc-renderer", 2),
    ("cyc-film", 2),
    ("cyc-machine", 2),
    ("cyc-control", 2),
    ("cyc-engine", 3),
    ("cyc-console", 3),
    ("cyc-display", 3),
    ("cyc-simulator", 3),
    ("cyc", 4),
    ("xtask", 4),
    ("cyc-benches", 4),
    ("cyc-allocation", 4),
];

/// The layer of a package, if the architecture knows it.
pub fn layer(package: &str) -> Option<u8> {
    LAYERS
        .iter()
        .find(|(name, _)| *name == package)
        .map(|(_, layer)| *layer)
}

/// Packages of the workspace with what they are built from.
struct Graph {
    /// Name of a workspace package → its manifest, relative to the root.
    members: BTreeMap<String, String>,
    /// Package id → ids of its normal and build dependencies.
    arrows: BTreeMap<String, Vec<String>>,
    names: BTreeMap<String, String>,
    ids: BTreeMap<String, String>,
}

impl Graph {
    fn read(tree: &Tree) -> anyhow::Result<Self> {
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["metadata", "--format-version", "1"])
            .current_dir(&tree.root)
            .output()
            .context("starting cargo metadata")?;
        if !output.status.success() {
            anyhow::bail!(
                "cargo metadata: {}",
                String::from_utf8_lossy(&output.stderr).trim()
            );
        }
        let json: Value =
            serde_json::from_slice(&output.stdout).context("reading cargo metadata")?;
        Ok(Self::from_json(&json))
    }

    fn from_json(json: &Value) -> Self {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_string();
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        let root = text(json, "workspace_root");
        let mut graph = Self {
            members: BTreeMap::new(),
            arrows: BTreeMap::new(),
            names: BTreeMap::new(),
            ids: BTreeMap::new(),
        };
        for package in list(&json["packages"]) {
            let (id, name) = (text(&package, "id"), text(&package, "name"));
            if package["source"].is_null() {
                let manifest = text(&package, "manifest_path");
                let manifest = manifest.strip_prefix(&root).unwrap_or(&manifest);
                graph
                    .members
                    .insert(name.clone(), manifest.trim_start_matches('/').to_string());
                graph.ids.insert(name.clone(), id.clone());
            }
            graph.names.insert(id, name);
        }
        for node in list(&json["resolve"]["nodes"]) {
            let ships = |dependency: &Value| {
                list(&dependency["dep_kinds"])
                    .iter()
                    .any(|kind| kind["kind"] != "dev")
            };
            let to = list(&node["deps"]);
            let to = to
                .iter()
                .filter(|d| ships(d))
                .map(|d| text(d, "pkg"))
                .collect();
            graph.arrows.insert(text(&node, "id"), to);
        }
        graph
    }

    /// Names of the direct normal dependencies of a member.
    fn direct(&self, member: &str) -> Vec<&str> {
        let id = self.ids.get(member).map_or("", String::as_str);
        let to = self.arrows.get(id).into_iter().flatten();
        to.filter_map(|id| self.names.get(id))
            .map(String::as_str)
            .collect()
    }

    /// The shortest path from a member to a package of that name, as names.
    fn path(&self, member: &str, target: &str) -> Option<Vec<&str>> {
        let start = self.ids.get(member)?.as_str();
        let mut seen = BTreeSet::from([start]);
        let mut paths = std::collections::VecDeque::from([vec![start]]);
        while let Some(path) = paths.pop_front() {
            let last = *path.last()?;
            if self.names.get(last)? == target {
                return path
                    .iter()
                    .map(|id| self.names.get(*id).map(String::as_str))
                    .collect();
            }
            for next in self.arrows.get(last).into_iter().flatten() {
                if seen.insert(next) {
                    let mut longer = path.clone();
                    longer.push(next);
                    paths.push_back(longer);
                }
            }
        }
        None
    }
}

/// Arrows point down: L1 knows only `model` and `telemetry`, L2 crates never know each other.
pub fn layers(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let graph = Graph::read(tree)?;
    let mut findings = Vec::new();
    for (name, manifest) in &graph.members {
        let Some(from) = layer(name) else {
            let text =
                format!("`{name}` has no layer: add it to dependencies.rs and crates/README.md");
            findings.push(Finding::whole(manifest, text));
            continue;
        };
        for dependency in graph.direct(name) {
            let Some(to) = layer(dependency) else {
                continue;
            };
            let allowed = match from {
                0 => false,
                1 => to == 0 || (dependency == "cyc-telemetry" && name != "cyc-telemetry"),
                2 => to < 2,
                _ => to <= from,
            };
            if !allowed {
                let text = format!("L{from} `{name}` must not depend on L{to} `{dependency}`");
                findings.push(Finding::whole(manifest, text));
            }
        }
    }
    Ok(findings)
}

/// No runtime and no window below L2, not even through others.
pub fn data_plane(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let graph = Graph::read(tree)?;
    let mut findings = Vec::new();
    for (name, manifest) in &graph.members {
        if layer(name).is_none_or(|layer| layer > 1) {
            continue;
        }
        for banned in ["tokio", "axum", "egui", "winit", "wgpu"] {
            if let Some(path) = graph.path(name, banned) {
                let text = format!(
                    "the data plane must not contain {banned}: {}",
                    path.join(" → ")
                );
                findings.push(Finding::whole(manifest, text));
            }
        }
    }
    Ok(findings)
}

/// wgpu is known to the renderer and to those who open windows; egui to the console alone.
pub fn graphics(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let graph = Graph::read(tree)?;
    let mut findings = Vec::new();
    for (name, manifest) in &graph.members {
        for dependency in graph.direct(name) {
            let allowed: &[&str] = match dependency {
                "wgpu" => &["cyc-renderer", "cyc-console", "cyc-display", "cyc-benches"],
                "winit" => &["cyc-console", "cyc-display"],
                "egui" | "egui-wgpu" | "egui-winit" | "eframe" => &["cyc-console"],
                _ => continue,
            };
            if !allowed.contains(&name.as_str()) {
                let text = format!(
                    "`{name}` depends on {dependency}; only {} may",
                    allowed.join(", ")
                );
                findings.push(Finding::whole(manifest, text));
            }
        }
    }
    Ok(findings)
}
