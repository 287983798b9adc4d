//! The face track of a performance: blinks, glances, speech, brows and smiles from a seed. Ours, and
//! marked so; the recording has no face.
//!
//! Values are for the 52 ARKit blend shapes in Live Link Face's order, 0 to 1, at 30 Hz.

use std::fmt::Write;

use super::chance::Chance;
use super::performances::Performance;
use super::smooth;
use super::timeline::RATE_HZ;

/// Frames per second of the face track.
pub const FACE_HZ: f64 = 30.0;

/// The 52 ARKit blend shapes, by name.
pub const SHAPES: [&str; 52] = [
    "eyeBlinkLeft",
    "eyeLookDownLeft",
    "eyeLookInLeft",
    "eyeLookOutLeft",
    "eyeLookUpLeft",
    "eyeSquintLeft",
    "eyeWideLeft",
    "eyeBlinkRight",
    "eyeLookDownRight",
    "eyeLookInRight",
    "eyeLookOutRight",
    "eyeLookUpRight",
    "eyeSquintRight",
    "eyeWideRight",
    "jawForward",
    "jawLeft",
    "jawRight",
    "jawOpen",
    "mouthClose",
    "mouthFunnel",
    "mouthPucker",
    "mouthLeft",
    "mouthRight",
    "mouthSmileLeft",
    "mouthSmileRight",
    "mouthFrownLeft",
    "mouthFrownRight",
    "mouthDimpleLeft",
    "mouthDimpleRight",
    "mouthStretchLeft",
    "mouthStretchRight",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthShrugLower",
    "mouthShrugUpper",
    "mouthPressLeft",
    "mouthPressRight",
    "mouthLowerDownLeft",
    "mouthLowerDownRight",
    "mouthUpperUpLeft",
    "mouthUpperUpRight",
    "browDownLeft",
    "browDownRight",
    "browInnerUp",
    "browOuterUpLeft",
    "browOuterUpRight",
    "cheekPuff",
    "cheekSquintLeft",
    "cheekSquintRight",
    "noseSneerLeft",
    "noseSneerRight",
    "tongueOut",
];

/// Mouth shapes of speech: what each does to the mouth, and how long it lasts at most, seconds.
/// Vowels open the jaw, rounded ones funnel and pucker, closed ones press the lips.
const VISEMES: [(&[(&str, f64)], f64); 8] = [
    (
        &[
            ("jawOpen", 0.34),
            ("mouthLowerDownLeft", 0.2),
            ("mouthLowerDownRight", 0.2),
        ],
        0.17,
    ),
    (
        &[
            ("jawOpen", 0.18),
            ("mouthStretchLeft", 0.25),
            ("mouthStretchRight", 0.25),
            ("mouthSmileLeft", 0.12),
            ("mouthSmileRight", 0.12),
        ],
        0.15,
    ),
    (&[("jawOpen", 0.22), ("mouthFunnel", 0.45)], 0.17),
    (
        &[
            ("jawOpen", 0.08),
            ("mouthPucker", 0.55),
            ("mouthFunnel", 0.2),
        ],
        0.15,
    ),
    (
        &[
            ("mouthClose", 0.06),
            ("mouthPressLeft", 0.4),
            ("mouthPressRight", 0.4),
            ("mouthRollLower", 0.2),
            ("mouthRollUpper", 0.15),
        ],
        0.10,
    ),
    (
        &[
            ("jawOpen", 0.05),
            ("mouthRollLower", 0.35),
            ("mouthUpperUpLeft", 0.15),
            ("mouthUpperUpRight", 0.15),
        ],
        0.10,
    ),
    (
        &[
            ("jawOpen", 0.12),
            ("mouthShrugUpper", 0.15),
            ("mouthLowerDownLeft", 0.15),
            ("mouthLowerDownRight", 0.15),
        ],
        0.11,
    ),
    (
        &[
            ("jawOpen", 0.10),
            ("mouthDimpleLeft", 0.15),
            ("mouthDimpleRight", 0.15),
            ("mouthUpperUpLeft", 0.12),
            ("mouthUpperUpRight", 0.12),
        ],
        0.12,
    ),
];

/// A face track: one row of 52 values a frame.
#[derive(Clone, Debug)]
pub struct FaceTrack {
    rows: Vec<[f64; 52]>,
}

/// The face of a performance.
pub fn track(performance: &Performance) -> FaceTrack {
    let duration_s = performance.line.poses.len() as f64 / RATE_HZ;
    let frames = (duration_s * FACE_HZ).ceil() as usize;
    let mut face = FaceTrack {
        rows: vec![[0.0; 52]; frames],
    };
    let mut chance = Chance::seeded(performance.seed ^ 0x00FA_CE00);
    blink(&mut face, &mut chance, duration_s);
    glance(&mut face, &mut chance, duration_s);
    for &(from_s, to_s) in &performance.speech_s {
        speak(&mut face, &mut chance, from_s, to_s.min(duration_s));
    }
    feel(&mut face, &mut chance);
    strain(&mut face, performance);
    for row in &mut face.rows {
        row.iter_mut()
            .for_each(|value| *value = value.clamp(0.0, 1.0));
    }
    face
}

impl FaceTrack {
    /// The track as JSON: format, rate, names, one row of values a frame.
    pub fn to_json(&self) -> String {
        let names: Vec<String> = SHAPES.iter().map(|name| format!("\"{name}\"")).collect();
        let mut text = String::from("{\n\"format\": \"cyclorama-face\",\n\"version\": 1,\n");
        let _ = writeln!(
            text,
            "\"rate_hz\": {FACE_HZ},\n\"shapes\": [{}],",
            names.join(", ")
        );
        text.push_str("\"frames\": [\n");
        let last = self.rows.len().saturating_sub(1);
        for (k, row) in self.rows.iter().enumerate() {
            let values: Vec<String> = row.iter().map(|value| short(*value)).collect();
            let comma = if k == last { "" } else { "," };
            let _ = writeln!(text, "[{}]{comma}", values.join(","));
        }
        text.push_str("]\n}\n");
        text
    }

    /// Adds a bump to a shape: rises from `from_s`, is full between the `full_s`, is over at `to_s`.
    fn bump(&mut self, shape: &str, height: f64, from_s: f64, full_s: (f64, f64), to_s: f64) {
        let Some(column) = SHAPES.iter().position(|name| *name == shape) else {
            return;
        };
        for (k, row) in self.rows.iter_mut().enumerate() {
            let t_s = k as f64 / FACE_HZ;
            let rise = smooth::step((t_s - from_s) / (full_s.0 - from_s).max(1e-6));
            let fall = 1.0 - smooth::step((t_s - full_s.1) / (to_s - full_s.1).max(1e-6));
            row[column] += height * rise * fall;
        }
    }
}

/// A blink every few seconds, faster down than up, now and then a double one.
fn blink(face: &mut FaceTrack, chance: &mut Chance, duration_s: f64) {
    let mut at_s = chance.between(0.8, 1.8);
    while at_s < duration_s {
        let depth = chance.between(0.92, 1.0);
        for shape in ["eyeBlinkLeft", "eyeBlinkRight"] {
            face.bump(shape, depth, at_s, (at_s + 0.075, at_s + 0.11), at_s + 0.28);
        }
        let pause_s = if chance.unit() < 0.15 {
            0.45
        } else {
            chance.between(1.9, 4.8)
        };
        at_s += pause_s;
    }
}

/// Eyes jump to a new target within a frame or two and rest there.
fn glance(face: &mut FaceTrack, chance: &mut Chance, duration_s: f64) {
    let mut at_s = 0.0;
    while at_s < duration_s {
        let until_s = at_s + chance.between(0.5, 2.2);
        let aside = chance.between(-1.0, 1.0);
        let right = aside * aside.abs() * 0.45;
        let up = chance.between(-0.22, 0.16);
        let full_s = (at_s + 0.05, until_s);
        let mut look = |shape: &str, amount: f64| {
            if amount > 0.01 {
                face.bump(shape, amount, at_s, full_s, until_s + 0.05);
            }
        };
        look("eyeLookOutRight", right);
        look("eyeLookInLeft", right);
        look("eyeLookOutLeft", -right);
        look("eyeLookInRight", -right);
        look("eyeLookUpLeft", up);
        look("eyeLookUpRight", up);
        look("eyeLookDownLeft", -up);
        look("eyeLookDownRight", -up);
        at_s = until_s;
    }
}

/// Overlapping mouth shapes in words of three to eight, with short pauses and a brow now and then.
fn speak(face: &mut FaceTrack, chance: &mut Chance, from_s: f64, to_s: f64) {
    let mut at_s = from_s;
    while at_s < to_s {
        let sounds = 3 + (chance.unit() * 6.0) as usize;
        if chance.unit() < 0.4 {
            let height = chance.between(0.12, 0.3);
            face.bump(
                "browInnerUp",
                height,
                at_s,
                (at_s + 0.15, at_s + 0.4),
                at_s + 0.8,
            );
        }
        for _ in 0..sounds {
            let pick = (chance.unit() * VISEMES.len() as f64) as usize;
            let (shapes, longest_s) = VISEMES[pick.min(VISEMES.len() - 1)];
            let length_s = longest_s * chance.between(0.75, 1.0);
            let loud = chance.between(0.75, 1.1);
            for (shape, height) in shapes {
                let full_s = (at_s + 0.35 * length_s, at_s + 0.75 * length_s);
                let begin_s = at_s - 0.35 * length_s;
                face.bump(shape, height * loud, begin_s, full_s, at_s + 1.4 * length_s);
            }
            at_s += length_s;
            if at_s > to_s {
                return;
            }
        }
        at_s += chance.between(0.12, 0.4);
    }
}

/// A face at rest is never still: a faint smile that comes and goes, uneven brows.
fn feel(face: &mut FaceTrack, chance: &mut Chance) {
    let mut column = |shape: &str, base: f64, swing: f64, period_s: f64, phase: f64| {
        let Some(index) = SHAPES.iter().position(|name| *name == shape) else {
            return;
        };
        for (k, row) in face.rows.iter_mut().enumerate() {
            let turn = std::f64::consts::TAU * (k as f64 / FACE_HZ / period_s + phase);
            row[index] += (base + swing * turn.sin()).max(0.0);
        }
    };
    let (smile, brow) = (chance.unit(), chance.unit());
    column("mouthSmileLeft", 0.09, 0.10, 6.3, smile);
    column("mouthSmileRight", 0.10, 0.11, 6.3, smile + 0.02);
    column("cheekSquintLeft", 0.03, 0.05, 6.3, smile);
    column("cheekSquintRight", 0.03, 0.05, 6.3, smile + 0.02);
    column("browOuterUpLeft", 0.03, 0.06, 4.7, brow);
    column("browOuterUpRight", 0.03, 0.05, 4.7, brow + 0.1);
    column("browInnerUp", 0.03, 0.05, 5.9, brow + 0.3);
    column("jawOpen", 0.01, 0.015, 3.8, smile + 0.5);
}

/// Where the fists close, the face works: brows down, eyes narrow, nose up.
fn strain(face: &mut FaceTrack, performance: &Performance) {
    let per_frame = RATE_HZ / FACE_HZ;
    for (k, row) in face.rows.iter_mut().enumerate() {
        let frame = (k as f64 * per_frame) as usize;
        let fist = performance
            .line
            .poses
            .get(frame)
            .map_or(0.0, |pose| pose.fist);
        for (shape, amount) in [
            ("browDownLeft", 0.45),
            ("browDownRight", 0.42),
            ("eyeSquintLeft", 0.3),
            ("eyeSquintRight", 0.32),
            ("noseSneerLeft", 0.16),
            ("noseSneerRight", 0.18),
            ("mouthPressLeft", 0.15),
            ("mouthPressRight", 0.15),
        ] {
            if let Some(index) = SHAPES.iter().position(|name| *name == shape) {
                row[index] += amount * fist;
            }
        }
    }
}

/// A value with at most three decimals.
fn short(value: f64) -> String {
    let text = format!("{value:.3}");
    let text = text.trim_end_matches('0').trim_end_matches('.');
    let text = text
        .strip_prefix('-')
        .filter(|rest| *rest == "0")
        .unwrap_or(text);
    if text.is_empty() {
        "0".to_owned()
    } else {
        text.to_owned()
    }
}
