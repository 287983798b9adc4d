//! The truth file: what really was where, frame by frame, as JSON lines.
//!
//! First line: `{"cyclorama_truth":1,"rate_hz",…,"stage_from_source":{…}}`. Then one line a frame:
//! `{"frame","t_s","performers":[{"name","joints":{name:[x,y,z,qx,qy,qz,qw]},"face":[52]}],"bodies":{name:{"stage":[7],
//! "vicon_mm":[x,y,z,qx,qy,qz,qw]}},"pupils":{name:[7]},"markers":{name:{label:[x,y,z]|null}}}`. Joints, bodies and
//! pupils are in stage space, metres; `vicon_mm` is the same body as it is on the wire of a Vicon system: millimetres,
//! Z up. Markers are as *seen*, in stage space, `null` when hidden.

use super::linear::Placement;
use serde_json::{Map, Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};
use thiserror::Error;

/// Why the truth cannot be written.
#[derive(Debug, Error)]
#[error("cannot write the truth to {path}: {reason}")]
pub struct TruthError {
    /// The file.
    pub path: PathBuf,
    /// What the system said.
    pub reason: String,
}

impl TruthError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        "simulator-cannot-write-truth"
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        vec![
            ("path", self.path.display().to_string()),
            ("reason", self.reason.clone()),
        ]
    }
}

/// Writes the truth. After a failed write it stays silent and remembers the failure: the show goes on. Dropping it
/// writes what is buffered.
#[derive(Debug)]
pub struct TruthWriter {
    out: BufWriter<File>,
    state: TruthState,
}

/// How the writing went, to be asked after the writer has gone with its volume.
#[derive(Clone, Debug)]
pub struct TruthState {
    path: PathBuf,
    failed: Arc<OnceLock<String>>,
}

impl TruthState {
    /// The first failure, if there was one.
    pub fn failure(&self) -> Option<TruthError> {
        let reason = self.failed.get()?.clone();
        Some(TruthError {
            path: self.path.clone(),
            reason,
        })
    }

    fn note(&self, result: std::io::Result<()>) {
        if let Err(e) = result {
            // Only the first one says why.
            let _ = self.failed.set(e.to_string());
        }
    }
}

impl TruthWriter {
    /// Creates the file and writes its first line.
    pub fn create(
        path: &Path,
        rate_hz: f64,
        stage_from_source: &Placement,
    ) -> Result<Self, TruthError> {
        let error = |reason: String| TruthError {
            path: path.to_owned(),
            reason,
        };
        let file = File::create(path).map_err(|e| error(e.to_string()))?;
        let state = TruthState {
            path: path.to_owned(),
            failed: Arc::default(),
        };
        let mut this = Self {
            out: BufWriter::new(file),
            state,
        };
        this.line(&json!({
            "cyclorama_truth": 1,
            "rate_hz": rate_hz,
            "stage_from_source": seven(stage_from_source),
        }));
        this.flush();
        this.state.failure().map_or(Ok(this), Err)
    }

    /// How the writing goes; outlives the writer.
    pub fn state(&self) -> TruthState {
        self.state.clone()
    }

    /// Adds a line.
    pub fn line(&mut self, value: &Value) {
        if self.state.failed.get().is_none() {
            let result = writeln!(self.out, "{value}");
            self.state.note(result);
        }
    }

    /// Writes what is buffered.
    pub fn flush(&mut self) {
        let result = self.out.flush();
        self.state.note(result);
    }
}

impl Drop for TruthWriter {
    fn drop(&mut self) {
        self.flush();
    }
}

/// x, y, z, then the quaternion x, y, z, w.
pub fn seven(p: &Placement) -> Value {
    let q = p.quaternion();
    json!([p.t[0], p.t[1], p.t[2], q[0], q[1], q[2], q[3]])
}

/// A placement of source space (metres, Y up) as a Vicon system would send it: millimetres, Z up, the source's -Z
/// being Vicon's +Y.
pub fn vicon_mm(source: &Placement) -> Value {
    // Rows: where Vicon's axes lie in the source. x = x, y = -z, z = y.
    let turn = Placement {
        r: [[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]],
        t: [0.0; 3],
    };
    // Body frames are Z-up frames too on that side, so the rotation is conjugated.
    let there = turn.then(source).then(&turn.inverse());
    let q = there.quaternion();
    json!([
        there.t[0] * 1000.0,
        there.t[1] * 1000.0,
        there.t[2] * 1000.0,
        q[0],
        q[1],
        q[2],
        q[3]
    ])
}

/// Named joints as an object.
pub fn joints(names: &[String], placements: &[Placement]) -> Value {
    let map: Map<String, Value> = names
        .iter()
        .zip(placements)
        .map(|(n, p)| (n.clone(), seven(p)))
        .collect();
    Value::Object(map)
}

/// Named markers as an object; hidden ones are `null`.
pub fn markers(labels: &[String], seen: &[Option<[f64; 3]>]) -> Value {
    let map: Map<String, Value> = labels
        .iter()
        .zip(seen)
        .map(|(l, p)| (l.clone(), json!(p)))
        .collect();
    Value::Object(map)
}
