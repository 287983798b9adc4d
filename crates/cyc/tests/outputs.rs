//! What a running stage sends by its `[[output]]`s is what the virtual capture system says that there was: `cyc sim` writes
//! the truth, `cyc run` solves and sends, and programs that nobody here wrote hear it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod heard;
mod program;

use glam::{DQuat, DVec3};
use heard::{bones, followed, numbers, placed, same};
use program::door::Door;
use program::python::python_with;
use program::{Running, has_shared, root};
use serde_json::{Value, json};
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// Frames a second of the virtual system.
const RATE_HZ: usize = 60;
/// Where its timecode begins, and how many labels a second it has.
const BEGIN_HOURS: u64 = 10;
const LABELS_HZ: usize = 30;

/// The program that hears everything.
struct Ears(Child, BufReader<std::process::ChildStdout>);

impl Ears {
    /// Listens; the ports, by protocol.
    fn open(python: &PathBuf) -> (Self, Value) {
        let mut child = Command::new(python)
            .arg(root().join("crates/cyc/tests/peers/hear_outputs.py"))
            .arg(root().join("../shared/data/opentrackio/schema.json"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        let mut ears = Self(child, out);
        let ports = ears.line();
        (ears, ports)
    }

    fn line(&mut self) -> Value {
        let mut line = String::new();
        self.1.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    }

    /// Everything that was heard.
    fn heard(mut self) -> Value {
        self.0.stdin.take().unwrap().write_all(b"\n").unwrap();
        self.line()
    }
}

impl Drop for Ears {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A flat wall, one source that knows everything, and an output of each kind.
fn stage_file(folder: &Path, vicon: &str, ports: &Value) -> String {
    let text = std::fs::read_to_string(root().join("rigs/stages/flat.toml")).unwrap();
    let second = text.find("[[source]]\nname = \"vicon-objects\"").unwrap();
    let after = second + text[second..].find("[[camera]]").unwrap();
    let text = [&text[..second], &text[after..]].concat();
    let mut text = text
        .replace("127.0.0.1:8801", vicon)
        .replace("vicon-objects", "vicon")
        .replace("cabinet_px = [160, 160]", "cabinet_px = [16, 16]")
        .replace("../markersets", "rigs/markersets")
        .replace("../../assets", "assets");
    // Nothing is foretold: walls that a processor draws would have it by a tenth of a second and more.
    text += "\n[prediction]\nlead_ms = 0\n";
    let wav = folder.join("show.wav");
    for (name, url) in [
        (
            "adm",
            format!(
                "adm-osc://127.0.0.1:{}?object=5:Staff,6:A&form=cartesian&extent=8",
                ports["adm"]
            ),
        ),
        ("vmc", format!("vmc://127.0.0.1:{}", ports["vmc"])),
        (
            "opentrackio",
            format!(
                "opentrackio://127.0.0.1:{}?camera=A&encoding=json",
                ports["opentrackio"]
            ),
        ),
        (
            "opentrackio-cbor",
            format!(
                "opentrackio://127.0.0.1:{}?camera=A&encoding=cbor",
                ports["concise"]
            ),
        ),
        (
            "freed",
            format!("freed://127.0.0.1:{}?camera=A&id=3", ports["freed"]),
        ),
        (
            "sacn",
            format!(
                "sacn://127.0.0.1:{}?universe=7&wall=main&cells=8x8",
                ports["sacn"]
            ),
        ),
        (
            "artnet",
            format!(
                "artnet://127.0.0.1:{}?universe=7&wall=main&cells=8x8",
                ports["artnet"]
            ),
        ),
        ("ltc", format!("ltc:{}", wav.display())),
    ] {
        text += &format!("\n[[output]]\nname = \"{name}\"\nurl = \"{url}\"\n");
    }
    let path = folder.join("stage.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The frames of the truth.
fn truth(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    let lines = text.lines().skip(1);
    lines.map(|l| serde_json::from_str(l).unwrap()).collect()
}

/// Right, forward and up to the stage's right, up and back.
fn from_forward_up(v: [f64; 3]) -> DVec3 {
    DVec3::new(v[0], v[2], -v[1])
}

/// Pan to the left and tilt upwards, degrees, of a camera that looks along its -Z.
fn pan_and_tilt_deg(turn: DQuat) -> [f64; 2] {
    let looks = turn * DVec3::NEG_Z;
    [
        (-looks.x).atan2(-looks.z).to_degrees(),
        looks.y.asin().to_degrees(),
    ]
}

/// The label of a sample, counted in labels from midnight.
fn label(timecode: &Value) -> usize {
    let of = |key: &str| timecode[key].as_u64().unwrap() as usize;
    ((of("hours") * 60 + of("minutes")) * 60 + of("seconds")) * LABELS_HZ + of("frames")
}

/// The label that the virtual system gives a frame of the truth.
fn label_of(frame: &Value) -> usize {
    let number = frame["frame"].as_u64().unwrap() as usize;
    BEGIN_HOURS as usize * 3600 * LABELS_HZ + number * LABELS_HZ / RATE_HZ
}

/// The labels of a sound, by the crates `hound` and `ltc`.
fn labels_of_sound(path: &Path) -> Vec<usize> {
    let mut wav = hound::WavReader::open(path).unwrap();
    let rate = wav.spec().sample_rate as f32;
    let samples = wav.samples::<i16>();
    let samples: Vec<f32> = samples.map(|s| f32::from(s.unwrap()) / 32_768.0).collect();
    let mut reader = ltc::LTCDecoder::with_capacity(rate / LABELS_HZ as f32, 512);
    reader.write_samples(&samples);
    let seconds =
        |f: &ltc::LTCFrame| (f.hour as usize * 60 + f.minute as usize) * 60 + f.second as usize;
    (&mut reader)
        .into_iter()
        .map(|f| seconds(&f) * LABELS_HZ + f.frame as usize)
        .collect()
}

/// Lights: both programs read the same channels; a ramp of each colour, then black.
fn lights(heard: &Value) {
    for kind in ["sacn", "artnet"] {
        let universes: Vec<Vec<f64>> = heard[kind]
            .as_array()
            .unwrap()
            .iter()
            .map(numbers)
            .collect();
        let used = 3 * 8 * 8;
        assert!(
            universes
                .iter()
                .all(|u| u[used..].iter().all(|v| *v == 0.0)),
            "{kind}: beyond the wall"
        );
        let is_dark = |u: &&Vec<f64>| u.iter().all(|v| *v == 0.0);
        assert!(
            is_dark(&universes.last().unwrap()),
            "{kind}: the walls are black"
        );
        // The bands of the ramps lie across the wall: red, green, blue, grey, each growing from the left to the right.
        let ramps = universes.iter().rev().find(|u| !is_dark(u)).unwrap();
        let cell = |row: usize, column: usize| &ramps[3 * (8 * row + column)..][..3];
        let pure = |channel: usize| {
            (0..8).any(|row| {
                let others = (0..3).filter(|c| *c != channel);
                let grows = (1..8).all(|i| cell(row, i)[channel] >= cell(row, i - 1)[channel]);
                let is_pure = others
                    .clone()
                    .all(|c| (0..8).all(|i| cell(row, i)[c] == 0.0));
                grows && is_pure && cell(row, 7)[channel] > 200.0
            })
        };
        assert!((0..3).all(pure), "{kind}: {ramps:?}");
    }
}

#[test]
fn every_output_of_a_stage_says_what_there_was() {
    let modules = "adm_osc, pythonosc, jsonschema, sacn, stupidArtnet";
    let Some(python) = python_with(modules).filter(|_| has_shared()) else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let truth_file = folder.path().join("truth.jsonl");
    let rate = RATE_HZ.to_string();
    let (ears, ports) = Ears::open(&python);
    let system = [
        "sim",
        "vicon",
        "--bind",
        ":0",
        "--rate",
        &rate,
        "--occlusion",
        "0",
        "--json",
    ];
    let system = [&system[..], &["--truth", truth_file.to_str().unwrap()]].concat();
    let system = Running::start(&system);
    let stage = stage_file(folder.path(), &system.address("vicon"), &ports);
    let stage = Running::start(&["run", &stage, "--headless", "--json"]);
    let (door, _) = Door::of(&stage);
    let drawn = |s: &Value| s["render"]["drawn"].as_u64().unwrap();
    for command in [
        json!({"command": "test_pattern", "wall": "main", "pattern": "ramps"}),
        json!({"command": "blackout", "on": true}),
    ] {
        let before = drawn(&door.until("drawn", |s| drawn(s) > 2));
        assert_eq!(door.tell(command).0, 200);
        door.until("drawn on", |s| drawn(s) > before + 3);
    }
    stage.line_with("is calibrated");
    let heard_frames = |s: &Value| s["sources"][0]["frames"].as_u64().unwrap();
    let before = heard_frames(&door.state());
    door.until("heard", |s| heard_frames(s) > before + 2 * RATE_HZ as u64);
    let heard = ears.heard();
    let (code, figures, _) = stage.terminate();
    assert_eq!(code, Some(0), "{figures}");
    assert_eq!(system.interrupt().0, Some(0));
    let truth = truth(&truth_file);
    lights(&heard);
    let samples = heard["cameras"].as_array().unwrap();
    camera(&heard, samples, &truth);
    prop(&heard, &truth);
    bones(&heard, &truth);
    // The sound has each label once, up to the last one that OpenTrackIO told.
    let sound = labels_of_sound(&folder.path().join("show.wav"));
    assert!(
        sound.windows(2).all(|pair| pair[1] == pair[0] + 1),
        "{sound:?}"
    );
    let told = samples.iter().map(|s| label(&s["timing"]["timecode"]));
    let told: Vec<usize> = told.filter(|l| *l >= sound[0]).collect();
    assert!(
        told.len() > RATE_HZ && told.iter().all(|l| sound.contains(l)),
        "{told:?} {sound:?}"
    );
}

/// The film camera: the pupil of the truth by OpenTrackIO, and the same by the others.
fn camera(heard: &Value, samples: &[Value], truth: &[Value]) {
    let of = |value: &Value, keys: [&str; 3]| keys.map(|key| value[key].as_f64().unwrap());
    let (mut places, mut poses) = (Vec::new(), Vec::new());
    for sample in samples {
        let link = &sample["transforms"][0];
        let at = of(&link["translation"], ["x", "y", "z"]);
        let turn = of(&link["rotation"], ["pan", "tilt", "roll"]);
        places.push(from_forward_up(at));
        poses.push([at[0], at[1], at[2], turn[0], turn[1], turn[2]]);
        assert_eq!(sample["lens"]["pinholeFocalLength"], 35.0);
        // As often as the source gives frames, not as often as the program likes to.
        let rate = json!({"num": RATE_HZ, "denom": 1});
        assert_eq!(sample["timing"]["sampleRate"], rate);
    }
    concise(&heard["concise"], samples);
    let pupils: Vec<_> = truth
        .iter()
        .map(|f| placed(&f["pupils"]["FilmCamera"]))
        .collect();
    let ways: Vec<DVec3> = pupils.iter().map(|p| p.0).collect();
    let when = followed("opentrackio", &ways, &places);
    for ((sample, when), pose) in samples.iter().zip(&when).zip(&poses) {
        let frame = when.round() as usize;
        // Its own label; a frame that was predicted has that of the last one that was heard.
        let (label, expected) = (
            label(&sample["timing"]["timecode"]),
            label_of(&truth[frame]),
        );
        assert!(
            label.abs_diff(expected) <= 2,
            "{label} at {when}, which is {expected}"
        );
        let [pan, tilt] = pan_and_tilt_deg(pupils[frame].1);
        let off = (pan - pose[3]).abs().max((tilt - pose[4]).abs());
        assert!(off < 0.5, "{off} degrees at {when}");
    }
    let freed: Vec<[f64; 6]> = heard["freed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|m| {
            assert_eq!(m["id"], 3);
            let (at, turn) = (numbers(&m["at_mm"]), numbers(&m["angles_deg"]));
            let [x, y, z] = [0, 1, 2].map(|i| at[i] / 1000.0);
            // Pan and roll are positive the other way.
            [x, y, z, -turn[0], turn[1], turn[2]]
        })
        .collect();
    let (mm_64, deg) = (0.5001 / 64_000.0, 0.5001 / 32_768.0);
    same(
        "freed",
        &freed,
        &poses,
        [mm_64, mm_64, mm_64, deg, deg, deg],
    );
    let metres: Vec<[f64; 3]> = places.iter().map(DVec3::to_array).collect();
    let adm = heard["adm"]["obj 6 xyz"]
        .as_array()
        .unwrap()
        .iter()
        .map(numbers);
    let adm: Vec<_> = adm
        .map(|v| from_forward_up([v[0] * 8.0, v[1] * 8.0, v[2] * 8.0]).to_array())
        .collect();
    same("adm-osc", &adm, &metres, [1e-6; 3]);
    let vmc = heard["vmc"]["/VMC/Ext/Tra/Pos A"]
        .as_array()
        .unwrap()
        .iter()
        .map(numbers);
    let vmc: Vec<_> = vmc.map(|v| [-v[0], v[1], v[2]]).collect();
    same("vmc", &vmc, &metres, [1e-6; 3]);
}

/// What comes as CBOR is what comes as JSON, of the same frames.
fn concise(heard: &Value, samples: &[Value]) {
    let number = |sample: &Value| sample["timing"]["sequenceNumber"].as_u64().unwrap();
    let by_number: std::collections::HashMap<_, _> =
        samples.iter().map(|s| (number(s), s)).collect();
    let both = heard.as_array().unwrap().iter();
    let both = both.filter_map(|sample| Some((sample, by_number.get(&number(sample))?)));
    let mut same = 0;
    for (concise, sample) in both {
        for part in ["transforms", "lens", "static"] {
            // Either output tells static data at its own times.
            if concise.get(part).is_some() && sample.get(part).is_some() {
                assert_eq!(concise[part], sample[part], "{part}");
            }
        }
        assert_eq!(concise["timing"]["timecode"], sample["timing"]["timecode"]);
        same += 1;
    }
    assert!(same > RATE_HZ, "{same} of {}", samples.len());
}

/// The prop: that of the truth by ADM-OSC and VMC, with its turn where it has one.
fn prop(heard: &Value, truth: &[Value]) {
    let staffs: Vec<_> = truth
        .iter()
        .map(|f| placed(&f["bodies"]["Staff"]["stage"]))
        .collect();
    let ways: Vec<DVec3> = staffs.iter().map(|s| s.0).collect();
    let adm = heard["adm"]["obj 5 xyz"]
        .as_array()
        .unwrap()
        .iter()
        .map(numbers);
    let adm: Vec<_> = adm
        .map(|v| from_forward_up([v[0], v[1], v[2]]) * 8.0)
        .collect();
    followed("adm-osc", &ways, &adm);
    // Unity's axes: X goes the other way, and with it the turns about Y and Z.
    let vmc = heard["vmc"]["/VMC/Ext/Tra/Pos Staff"]
        .as_array()
        .unwrap()
        .iter()
        .map(numbers);
    let vmc: Vec<_> = vmc
        .map(|v| {
            let turn = DQuat::from_xyzw(v[3], -v[4], -v[5], v[6]);
            (DVec3::new(-v[0], v[1], v[2]), turn)
        })
        .collect();
    let places: Vec<DVec3> = vmc.iter().map(|v| v.0).collect();
    for (when, (_, turn)) in followed("vmc", &ways, &places).iter().zip(&vmc) {
        let off = turn
            .angle_between(staffs[when.round() as usize].1)
            .to_degrees();
        assert!(off < 3.0, "{off} degrees at {when}");
    }
}
