//! three.js in a process of its own, that lives as long as the benchmark: starting it is not timed.

use crate::retarget_takes::bodies::Body;
use crate::retarget_takes::motions::Motion;
use cyc_model::{HumanBone, JointFrame, Skeleton, Xf};
use serde_json::{Map, Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

/// Names the `node_modules` with `three`; `cargo xtask bench` sets it.
const FOLDER: &str = "CYC_PEER_NODE_MODULES";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/retarget_clip.mjs");

/// The process.
pub struct ThreeJs {
    child: Child,
    asks: ChildStdin,
    answers: BufReader<ChildStdout>,
    pub version: String,
    /// How many of the target's joints turn in its result.
    pub joints_that_move: usize,
}

impl ThreeJs {
    /// Gives it both skeletons and the first frames of the motion; `None` where it is not.
    ///
    /// # Errors
    /// When the file for it cannot be written.
    pub fn start(motion: &Motion, body: &Body, frames: usize) -> std::io::Result<Option<Self>> {
        let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
            return Ok(None);
        };
        let name = format!("cyc-retarget-clip-{}.json", std::process::id());
        let file = std::env::temp_dir().join(name);
        std::fs::write(&file, question(motion, body, frames).to_string())?;
        let started = Self::ask(&folder, &file);
        std::fs::remove_file(&file)?;
        Ok(started)
    }

    fn ask(folder: &PathBuf, file: &PathBuf) -> Option<Self> {
        let package = folder.join("three/package.json");
        let package: Value = serde_json::from_slice(&std::fs::read(package).ok()?).ok()?;
        let mut child = Command::new("node")
            .arg(SCRIPT)
            .arg(folder)
            .arg(file)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .ok()?;
        let asks = child.stdin.take()?;
        let mut answers = BufReader::new(child.stdout.take()?);
        let mut answer = String::new();
        answers.read_line(&mut answer).ok()?;
        Some(Self {
            joints_that_move: answer.trim().parse().ok()?,
            child,
            asks,
            answers,
            version: package["version"].as_str().unwrap_or("?").to_owned(),
        })
    }

    /// Retargets the clip once: microseconds a frame.
    pub fn frame_us(&mut self) -> Option<f64> {
        writeln!(self.asks, "again").ok()?;
        let mut answer = String::new();
        self.answers.read_line(&mut answer).ok()?;
        answer.trim().parse::<f64>().ok().map(|ns| ns / 1e3)
    }
}

impl Drop for ThreeJs {
    fn drop(&mut self) {
        // It may have ended by itself already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn turn(x: Xf<JointFrame, JointFrame>) -> [f64; 4] {
    x.rotation().to_array()
}

fn place(x: Xf<JointFrame, JointFrame>) -> [f64; 3] {
    x.translation().metres().to_array()
}

fn skeleton(skeleton: &Skeleton) -> Value {
    let joints = skeleton.joints();
    let rest = joints.iter().map(|j| {
        let (place, turn) = (place(j.parent_from_joint), turn(j.parent_from_joint));
        [&place[..], &turn[..]].concat()
    });
    json!({
        "names": joints.iter().map(|j| plain(&j.name)).collect::<Vec<_>>(),
        "parents": joints.iter().map(|j| j.parent.map(|p| p.idx())).collect::<Vec<_>>(),
        "rest": rest.collect::<Vec<_>>(),
    })
}

/// three.js takes colons and dots in a name for paths.
fn plain(name: &str) -> String {
    name.replace([':', '.', ' '], "_")
}

/// The skeletons, which bone is which, how rest poses differ, and the clip.
fn question(motion: &Motion, body: &Body, frames: usize) -> Value {
    let frames = &motion.frames[..frames.min(motion.frames.len())];
    let joints = motion.skeleton.joints();
    let local = |frame: &[Xf<cyc_model::Stage, JointFrame>], j: usize| match joints[j].parent {
        Some(p) => frame[p.idx()].inverse() * frame[j],
        None => frame[j].relabel(),
    };
    let hips = motion.map.joint(HumanBone::Hips).map(|j| j.idx());
    let tracks = (0..joints.len()).map(|j| {
        let turns: Vec<f64> = frames.iter().flat_map(|f| turn(local(f, j))).collect();
        let places = (hips == Some(j)).then(|| {
            frames
                .iter()
                .flat_map(|f| place(local(f, j)))
                .collect::<Vec<f64>>()
        });
        json!({ "turns": turns, "places": places })
    });
    let times = (0..frames.len()).map(|f| f as f64 / motion.rate_hz);
    let (mut names, mut offsets) = (Map::new(), Map::new());
    for (bone, own) in body.map.bones() {
        let Some(theirs) = motion.map.joint(bone) else {
            continue;
        };
        let own_name = plain(&body.skeleton.joints()[own.idx()].name);
        let name = plain(&joints[theirs.idx()].name);
        let rest = motion.skeleton.rest_global()[theirs.idx()]
            .rotation()
            .conjugate()
            * body.skeleton.rest_global()[own.idx()].rotation();
        offsets.insert(own_name.clone(), json!(rest.to_array()));
        names.insert(own_name, json!(name));
    }
    json!({
        "source": skeleton(&motion.skeleton),
        "target": skeleton(&body.skeleton),
        "names": names,
        "offsets": offsets,
        "hip": hips.map(|j| plain(&joints[j].name)),
        "scale": 1.0,
        "rate_hz": motion.rate_hz,
        "times": times.collect::<Vec<_>>(),
        "tracks": tracks.collect::<Vec<_>>(),
    })
}
