//! `cyc sim` as a script uses it: addresses, figures, a clean end, and what it says to mistakes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::{Running, object, run, said};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

fn truth(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap();
    assert!(text.ends_with('\n'), "the last line is cut");
    let parsed = text.lines().map(serde_json::from_str);
    parsed.collect::<Result<_, _>>().unwrap()
}

#[test]
fn ctrl_c_ends_it_cleanly_with_a_whole_truth_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("truth.jsonl");
    let file = path.to_string_lossy();
    let sim = Running::start(&[
        "sim",
        "vicon",
        "vicon-udp",
        "--json",
        "--bind",
        ":0",
        "--to",
        "127.0.0.1:9",
        "--truth",
        &*file,
    ]);
    assert!(sim.address("vicon").starts_with("127.0.0.1:"));
    assert_eq!(sim.address("vicon-udp"), "127.0.0.1:9");
    std::thread::sleep(std::time::Duration::from_millis(400));
    let (code, text) = sim.interrupt();
    assert_eq!(code, Some(0), "{text}");
    let figures: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(figures["servers"][1]["protocol"], "vicon-udp");
    let frames = truth(&path).len() as u64 - 1;
    assert!(frames >= 10, "{frames}");
    assert_eq!(figures["frames_made"], frames);
    assert!(figures["frames_sent"].as_u64() <= Some(frames));
}

/// `nohup cyc …`: the terminal goes, the program stays.
#[test]
fn who_ignored_the_hangup_before_is_not_ended_by_it() {
    let plain = program::cyc(&["sim", "vicon", "--bind", "127.0.0.1:0", "--seconds", "1.2"]);
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]);
    command.arg(plain.get_program()).args(plain.get_args());
    let began = std::time::Instant::now();
    let mut child = command.stdout(std::process::Stdio::null()).spawn().unwrap();
    std::thread::sleep(std::time::Duration::from_millis(500));
    let sent = std::process::Command::new("kill")
        .args(["-HUP", &child.id().to_string()])
        .status();
    assert!(sent.unwrap().success());
    assert!(child.wait().unwrap().success());
    assert!(began.elapsed().as_secs_f64() > 1.1, "{:?}", began.elapsed());
}

#[test]
fn the_same_seed_gives_the_same_truth_and_another_seed_another() {
    let folder = tempfile::tempdir().unwrap();
    let make = |seed: &str, name: &str| {
        let path = folder.path().join(name);
        let file = path.to_string_lossy().into_owned();
        let output = run(&[
            "sim",
            "vicon-udp",
            "--to",
            "127.0.0.1:9",
            "--json",
            "--seconds",
            "0.25",
            "--seed",
            seed,
            "--truth",
            &file,
        ]);
        assert!(output.status.success(), "{}", said(&output));
        let lines = truth(&path);
        let numbered = lines[1..].iter().map(|l| (l["frame"].as_u64(), l.clone()));
        numbered.collect::<BTreeMap<_, _>>()
    };
    let (first, again, other) = (make("3", "a"), make("3", "b"), make("4", "c"));
    // A busy machine may leave frames out, which shows in the numbers; those that were made are the same.
    let both: Vec<_> = first.keys().filter(|k| again.contains_key(*k)).collect();
    assert!(both.len() >= 5, "{}", both.len());
    // Tissue sways with what came before, so frames are equal as long as none was left out.
    let whole = first.len() == 30 && again.len() == 30;
    for number in both.iter().filter(|_| whole) {
        assert_eq!(first[*number], again[*number]);
    }
    let differs = |n: &&Option<u64>| other.get(*n).is_some_and(|o| *o != first[*n]);
    assert!(first.keys().any(|n| differs(&n)));
}

#[test]
fn mistakes_are_named_with_what_to_do_in_both_languages() {
    for (arguments, code, english, chinese) in [
        (vec!["sim"], 2, "is missing", "缺少"),
        (vec!["sim", "vicon", "--loss", "2"], 2, "--loss", "--loss"),
        (
            vec!["sim", "vicon", "--bind", "no such host"],
            2,
            "--bind",
            "主机",
        ),
        (
            vec!["sim", "vicon", "--to", "127.0.0.1"],
            2,
            "vicon-udp",
            "vicon-udp",
        ),
        (vec!["sim", "gopher"], 2, "gopher", "gopher"),
        (
            vec!["sim", "vicon", "--performance", "none.bvh"],
            65,
            "none.bvh",
            "none.bvh",
        ),
        (
            vec!["sim", "vicon", "--performance", "README.md"],
            65,
            "C3D",
            "C3D",
        ),
        (
            vec!["sim", "vicon", "--stage", "README.md"],
            64,
            "Line 3",
            "3 行",
        ),
        (
            vec!["sim", "vicon", "--truth", "/no/such/folder/t"],
            66,
            "/no/such",
            "/no/such",
        ),
        (
            vec!["sim", "vicon", "--bind", "192.0.2.1:0"],
            66,
            "192.0.2.1",
            "192.0.2.1",
        ),
    ] {
        for (language, expected) in [("en", english), ("zh", chinese)] {
            let mut words = vec!["--lang", language];
            words.extend(&arguments);
            let output = run(&words);
            let text = said(&output);
            assert_eq!(output.status.code(), Some(code), "{words:?}: {text}");
            assert!(text.contains(expected), "{words:?}: {text}");
            assert!(output.stdout.is_empty(), "{words:?}");
            assert!(text.lines().count() >= 2, "nothing to do about it: {text}");
        }
    }
}

#[test]
fn recorded_markers_keep_their_rate_and_stand_in_the_middle() {
    let Some(take) = shared("pycgm/Movement_trial.c3d") else {
        return;
    };
    let output = run(&[
        "sim",
        "vicon",
        "--bind",
        ":0",
        "--json",
        "--seconds",
        "0.5",
        "--rate",
        "30",
        "--performance",
        &take,
    ]);
    assert!(output.status.success(), "{}", said(&output));
    // Half a second at the recording's 120 Hz, less what a busy machine leaves out.
    let figures = object(&output);
    let made = figures["frames_made"].as_u64().unwrap() + figures["skipped_late"].as_u64().unwrap();
    assert_eq!(made, 60);
    assert!(
        said(&output).contains("--rate 30 is passed over"),
        "{}",
        said(&output)
    );
}

/// A file of the shared data, or `None` after having said that the test is skipped.
fn shared(name: &str) -> Option<String> {
    let path = program::root().join("../shared/data").join(name);
    if path.exists() {
        return Some(path.to_string_lossy().into_owned());
    }
    let required = std::env::var("CYC_SHARED").is_ok_and(|v| v == "required");
    assert!(!required, "CYC_SHARED=required, but {name} is not there");
    eprintln!("SKIPPED: ../shared/data/{name} is not there");
    None
}
