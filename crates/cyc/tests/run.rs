//! `cyc run` beside a virtual capture system, as an operator has it: performers are calibrated while it runs, what fails
//! is said, and it ends well whenever it is told to.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::door::Door;
use program::{Running, cyc, object, root, run, said};
use std::net::UdpSocket;
use std::os::unix::net::UnixDatagram;
use std::path::Path;
use std::time::{Duration, Instant};

/// The demo's stage with other addresses, somewhere else.
fn stage_file(folder: &Path, stream: &str, datagrams: &str) -> String {
    let text = std::fs::read_to_string(root().join("rigs/stages/demo.toml")).unwrap();
    let text = text
        .replace("127.0.0.1:8801", stream)
        .replace("127.0.0.1:51001", datagrams)
        .replace("../markersets", "rigs/markersets")
        .replace("../../assets", "assets");
    let path = folder.join("stage.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

fn free_port() -> String {
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    free.local_addr().unwrap().to_string()
}

#[test]
fn row_46_a_stage_calibrates_survives_silence_and_seals_its_take_when_terminated() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let datagrams = free_port();
    let system = Running::start(&[
        "sim",
        "vicon",
        "vicon-udp",
        "--json",
        "--bind",
        ":0",
        "--to",
        &datagrams,
    ]);
    let stream = system.address("vicon");
    let stage = stage_file(folder, &stream, &datagrams);
    let take = folder.join("a.take.mcap");
    let take = take.to_str().unwrap();
    let stage = Running::start(&["run", &stage, "--no-picture", "--json", "--record", take]);
    let calibrated = stage.line_with("is calibrated");
    stage.line_with("Stage: running");
    system.interrupt();
    stage.line_with("holding");
    let (code, text, took) = stage.terminate();
    println!(
        "PROMISE 46: left {} ms after the signal, test build",
        took.as_millis()
    );
    assert!(calibrated.contains("mm now"), "{calibrated}");
    assert_eq!(code, Some(0));
    let object: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(object["state"], "holding");
    assert_eq!(object["performers"][0]["calibrated"], true);
    let heard = object["sources"][0]["frames"].as_u64().unwrap();
    assert!(heard > 700, "seven seconds at 120 Hz: {heard}");
    // What was heard is in the take, which is whole.
    assert!(!Path::new(&format!("{take}.part")).exists());
    let info = run(&["take", "info", take, "--json"]);
    assert!(info.status.success(), "{}", said(&info));
    let both = heard + object["sources"][1]["frames"].as_u64().unwrap();
    assert_eq!(object["take"]["mocap_frames"], both);
    // A take is never written over.
    let stage = folder.join("stage.toml");
    let again = [
        "run",
        stage.to_str().unwrap(),
        "--no-picture",
        "--record",
        take,
    ];
    let again = run(&again);
    assert_eq!(again.status.code(), Some(65));
    assert!(said(&again).contains("exists already"), "{}", said(&again));
}

/// The virtual system hides a few markers at a time; the scene has them where she is.
fn hidden_markers_are_on_her_body(door: &Door) {
    let until = Instant::now() + program::PATIENCE;
    let point = |p: &serde_json::Value| [0, 1, 2].map(|i| p[i].as_f64().unwrap());
    loop {
        let (_, scene) = door.ask("view", "GET /v1/scene", "");
        let points = |of: &serde_json::Value| -> Vec<[f64; 3]> {
            of.as_array().unwrap().iter().map(point).collect()
        };
        let hidden = points(&scene["hidden_markers_m"]);
        let joints = points(&scene["performers"][0]);
        for marker in &hidden {
            let apart_m = |j: &[f64; 3]| {
                (0..3)
                    .map(|i| (j[i] - marker[i]).powi(2))
                    .sum::<f64>()
                    .sqrt()
            };
            let nearest_m = joints.iter().map(apart_m).fold(f64::MAX, f64::min);
            assert!(nearest_m < 0.4, "{marker:?}: {nearest_m} m from her");
        }
        if !hidden.is_empty() {
            return;
        }
        assert!(Instant::now() < until, "no marker is hidden: {scene}");
    }
}

/// Row 22: whoever starts the program again after it was killed finds it as it was.
#[test]
fn row_22_a_stage_that_was_killed_comes_back_with_its_calibrations() {
    let folder = tempfile::tempdir().unwrap();
    let datagrams = free_port();
    let system = Running::start(&[
        "sim",
        "vicon",
        "vicon-udp",
        "--json",
        "--bind",
        ":0",
        "--to",
        &datagrams,
    ]);
    let stage = stage_file(folder.path(), &system.address("vicon"), &datagrams);
    let start = |more: &[&str]| {
        let mut arguments = vec!["run", &stage, "--no-picture", "--json"];
        arguments.extend(more);
        let mut command = cyc(&arguments);
        command.env("XDG_STATE_HOME", folder.path());
        Running::of(command)
    };
    let first = start(&[]);
    first.line_with("is calibrated");
    first.line_with("Stage: running");
    // What is learnt is forced to the disk beside everything else, which may take the disk some time.
    let kept = || {
        let files = std::fs::read_dir(folder.path().join("cyclorama/sessions"));
        let mut files = files.into_iter().flatten().flatten();
        files.any(|f| f.file_name().to_string_lossy().ends_with(".session.json"))
    };
    let until = Instant::now() + program::PATIENCE;
    while !kept() {
        assert!(Instant::now() < until, "no calibration is kept");
        std::thread::sleep(Duration::from_millis(5));
    }
    first.kill();
    let began = Instant::now();
    let second = start(&[]);
    second.line_with("is solved with the calibration of 0 minutes ago");
    let (door, _) = Door::of(&second);
    second.line_with("Stage: running");
    let took = began.elapsed();
    // What is seen. A single reading may fall on a frame that is late on a busy machine: she is looked at until one does not.
    door.until("seen", |state| {
        let quality = &state["performers"][0]["quality"];
        ["live", "interpolated"].iter().any(|q| quality == q)
    });
    hidden_markers_are_on_her_body(&door);
    let (code, _, _) = second.terminate();
    assert_eq!(code, Some(0));
    // Unless it is told not to.
    let third = start(&["--fresh"]);
    third.line_with("is not calibrated yet");
    println!(
        "PROMISE 22: everything shown {:.1} s after the restart, test build, without pictures",
        took.as_secs_f64()
    );
}

/// A camera that a tracker with OpenTrackIO knows, and nothing else.
const TRACKED: &str = r#"
name = "tracked"
[[source]]
name = "tracker"
url = "opentrackio://TO?unicast=true"
[[camera]]
name = "A"
source = "tracker"
subject = "Camera 1"
[camera.lens]
sensor_mm = [36.0, 20.25]
focal_length_mm = 50.0
from_source = true
[[output]]
name = "on"
url = "opentrackio://ON?camera=A"
"#;

/// Row 11: a tracker tells that its clock has lost the master (PTP). What passes is read on the way, so that the moment of
/// the loss is known from the bytes.
#[test]
fn row_11_a_lost_master_is_said_and_the_stage_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let (way, stage_port) = (UdpSocket::bind("127.0.0.1:0").unwrap(), free_port());
    let path = folder.path().join("stage.toml");
    // What the stage sends on is heard here: the lens is the tracker's, not the file's.
    let ear = UdpSocket::bind("127.0.0.1:0").unwrap();
    let on = ear.local_addr().unwrap().to_string();
    let text = TRACKED.replace("TO", &stage_port).replace("ON", &on);
    std::fs::write(&path, text).unwrap();
    let stage = Running::start(&["run", path.to_str().unwrap(), "--no-picture", "--json"]);
    let (door, _) = Door::of(&stage);
    let to = way.local_addr().unwrap().to_string();
    let words = ["--reference-lost", "3", "--rate", "100", "--json"];
    let _system = Running::start(&[&["sim", "opentrackio", "--to", &to], &words[..]].concat());
    let lost = std::thread::scope(|scope| {
        let passing = scope.spawn(|| {
            let (mut datagram, mut lost) = ([0u8; 4096], None::<Instant>);
            // Two seconds more: the stage goes on hearing it.
            while lost.is_none_or(|at| at.elapsed().as_secs() < 2) {
                let n = way.recv(&mut datagram).unwrap();
                let text = String::from_utf8_lossy(&datagram[16..n]);
                if text.contains(r#""locked":false"#) {
                    lost.get_or_insert_with(Instant::now);
                } else {
                    assert!(text.contains(r#""locked":true"#), "{text}");
                }
                way.send_to(&datagram[..n], &stage_port).unwrap();
            }
            lost.unwrap()
        });
        stage.line_with("Stage: running");
        stage.line_with("The clock of tracker has lost the reference");
        let said = Instant::now();
        let at = passing.join().unwrap();
        said.duration_since(at)
    });
    let state = door.state();
    assert_eq!(state["state"], "degraded", "{state}");
    let mut sample = [0u8; 4096];
    let n = ear.recv(&mut sample).unwrap();
    let sample: serde_json::Value = serde_json::from_slice(&sample[16..n]).unwrap();
    assert_eq!(sample["lens"]["pinholeFocalLength"], 35.0, "{sample}");
    println!(
        "PROMISE 11: a lost master is said {:.2} s after the first sample that tells it, test build",
        lost.as_secs_f64()
    );
}

/// A service manager hears when the stage runs, that it lives, and when it ends.
#[test]
fn a_service_manager_is_told_how_the_stage_is() {
    let folder = tempfile::tempdir().unwrap();
    let socket = folder.path().join("notify");
    let manager = UnixDatagram::bind(&socket).unwrap();
    manager.set_read_timeout(Some(program::PATIENCE)).unwrap();
    let told = || {
        let mut bytes = [0; 256];
        let len = manager.recv(&mut bytes).unwrap();
        String::from_utf8_lossy(&bytes[..len]).into_owned()
    };
    let stage = stage_file(folder.path(), &free_port(), &free_port());
    let mut command = program::cyc(&["run", &stage, "--no-picture", "--json"]);
    command.env("NOTIFY_SOCKET", &socket);
    command.env("WATCHDOG_USEC", "100000");
    let stage = Running::of(command);
    assert_eq!(told(), "READY=1");
    for _ in 0..3 {
        assert_eq!(told(), "WATCHDOG=1");
    }
    stage.terminate();
    let last = std::iter::repeat_with(told).find(|words| words != "WATCHDOG=1");
    assert_eq!(last.unwrap(), "STOPPING=1");
}

#[test]
fn what_is_not_there_is_said_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let (stream, datagrams) = (free_port(), free_port());
    let stage = stage_file(folder, &stream, &datagrams);
    let output = run(&["run", &stage, "--no-picture", "--json", "--seconds", "1.5"]);
    assert!(output.status.success(), "{}", said(&output));
    let object = object(&output);
    assert_eq!(object["state"], "starting");
    let first = object["findings"][0]["fix"].as_str().unwrap();
    assert!(
        first.contains(&format!("cyc listen vicon://{stream}")),
        "{first}"
    );
    assert!(said(&output).contains("Nothing has been heard from vicon."));
}

/// The stage's own addresses are what is listened to, so that what `cyc run` says can be followed.
#[test]
fn a_stages_sources_can_be_listened_to() {
    let folder = tempfile::tempdir().unwrap();
    let (stream, datagrams) = (free_port(), free_port());
    let stage = stage_file(folder.path(), &stream, &datagrams);
    let output = run(&["listen", "--stage", &stage, "--json", "--seconds", "0.5"]);
    assert_eq!(output.status.code(), Some(75), "{}", said(&output));
    let object = object(&output);
    let urls = [0, 1].map(|i| object["sources"][i]["url"].as_str().unwrap().to_owned());
    assert_eq!(
        urls,
        [
            format!("vicon://{stream}"),
            format!("vicon-udp://{datagrams}")
        ]
    );
}

/// Lights are fed from the picture: without one they would stay dark without a word.
#[test]
fn lights_of_a_stage_are_refused_without_a_picture() {
    let folder = tempfile::tempdir().unwrap();
    let stage = stage_file(folder.path(), &free_port(), &free_port());
    let lights = "\n[[output]]\nname = \"lights\"\nurl = \"artnet://127.0.0.1\"\n";
    let text = std::fs::read_to_string(&stage).unwrap() + lights;
    std::fs::write(&stage, text).unwrap();
    let output = run(&["run", &stage, "--no-picture", "--seconds", "1"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("artnet://"), "{}", said(&output));
}

/// Row 48: nothing is valid; too much is refused with the limit, and the setting that it is about.
#[test]
fn row_48_an_empty_stage_runs_and_one_over_the_limit_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("stage.toml");
    let path_text = path.to_str().unwrap();
    std::fs::write(&path, "name = \"Nothing\"\n").unwrap();
    let output = run(&["run", path_text, "--json", "--seconds", "0.5"]);
    assert!(output.status.success(), "{}", said(&output));
    assert_eq!(object(&output)["state"], "running");
    // What has to draw says that there is nothing.
    let out = folder.path().join("out");
    let drawn = run(&["render", path_text, "--out", out.to_str().unwrap()]);
    let words = said(&drawn);
    assert!(
        !drawn.status.success() && words.contains("has no wall"),
        "{words}"
    );
    let performer = |i: usize| {
        format!(
            "[[performer]]\nname = \"P{i}\"\nsource = \"v\"\nsubject = \"P{i}\"\n\
             markerset = \"rigs/markersets/production-53.toml\"\ncharacter = \"assets/human/human.glb\"\n\n"
        )
    };
    let many: String = (0..65).map(performer).collect();
    let source = "name = \"Crowd\"\n[[source]]\nname = \"v\"\nurl = \"vicon://127.0.0.1:9\"\n\n";
    std::fs::write(&path, format!("{source}{many}")).unwrap();
    let refused = run(&["run", path_text, "--no-picture", "--seconds", "1"]);
    let words = said(&refused);
    assert_eq!(refused.status.code(), Some(64), "{words}");
    for word in ["performer", "65 entries", "at most 64", "Line "] {
        assert!(words.contains(word), "{word}: {words}");
    }
    println!(
        "PROMISE 48: an empty stage runs; 65 performers are refused with the line, [[performer]] and the limit of 64"
    );
}

#[test]
fn a_stage_that_is_wrong_is_refused_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let path = folder.join("stage.toml");
    std::fs::write(&path, "name = \"x\"\nwals = 3\n").unwrap();
    let output = run(&["run", path.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(64));
    assert!(said(&output).contains("wals"), "{}", said(&output));
}
