//! three.js in Chromium, in processes of their own that live as long as the benchmark: starting them is not timed.

use crate::scene::Scene;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Duration;

/// Names the `node_modules` with `three`; `cargo xtask bench` sets it.
const FOLDER: &str = "CYC_PEER_NODE_MODULES";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/draw_humans.mjs");

/// What ANGLE draws with: Mesa's rasteriser on the processor, the one that our Vulkan driver is built on.
const ANGLE: &str = "gl-egl";

/// A page that draws.
pub struct ThreeJs {
    child: Child,
    asks: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    /// What it said of itself.
    pub said: Value,
}

impl ThreeJs {
    /// Starts it on a scene whose character lies as `humans.glb` in `folder`.
    ///
    /// # Errors
    /// Why it is not there.
    pub fn start(folder: &Path, scene: &Scene, is_lit_fully: bool) -> Result<Self, String> {
        let modules = std::env::var_os(FOLDER).map(PathBuf::from);
        let modules = modules.ok_or_else(|| format!("{FOLDER} is not set"))?;
        let setup = json!({
            "size_px": scene.size_px,
            "samples": scene.samples,
            "places_m": scene.places_m,
            "eye_m": scene.eye_m,
            "target_m": scene.target_m,
            "fov_deg": scene.fov_deg,
            "sun": scene.to_sun,
            "sway_rad": scene.sway_rad,
            "is_lit_fully": is_lit_fully,
        });
        let mut child = Command::new("node")
            .arg(SCRIPT)
            .arg(modules)
            .arg(folder)
            .arg(ANGLE)
            .arg(setup.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|e| format!("node: {e}"))?;
        let asks = child.stdin.take();
        let answers = BufReader::new(child.stdout.take().ok_or("no way to hear")?);
        let mut page = Self {
            child,
            asks,
            answers,
            said: Value::Null,
        };
        page.said = page.answer()?;
        Ok(page)
    }

    fn answer(&mut self) -> Result<Value, String> {
        let mut line = String::new();
        self.answers
            .read_line(&mut line)
            .map_err(|e| e.to_string())?;
        serde_json::from_str(&line).map_err(|_| "Chromium or its page ended (see above)".into())
    }

    fn ask(&mut self, what: &str) -> Result<Value, String> {
        let asks = self.asks.as_mut().ok_or("no way to ask")?;
        writeln!(asks, "{what}").map_err(|e| e.to_string())?;
        self.answer()
    }

    /// Draws frames: milliseconds each.
    ///
    /// # Errors
    /// When it has ended.
    pub fn frames_ms(&mut self, count: usize) -> Result<Vec<f64>, String> {
        let times = self.ask(&count.to_string())?;
        let times = times
            .as_array()
            .map(|t| t.iter().filter_map(Value::as_f64).collect());
        times.ok_or_else(|| "no frame times".into())
    }

    /// Writes its picture of the first frame.
    ///
    /// # Errors
    /// When it has ended.
    pub fn keep_picture(&mut self, file: &Path) -> Result<(), String> {
        self.ask(&file.to_string_lossy()).map(drop)
    }
}

impl Drop for ThreeJs {
    fn drop(&mut self) {
        // When nothing more can come it ends Chromium and itself; it may have done so already.
        self.asks = None;
        for _ in 0..100 {
            if !matches!(self.child.try_wait(), Ok(None)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
