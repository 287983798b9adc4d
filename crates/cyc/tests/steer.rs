//! A running stage is steered by programs, as a panel or a script does it: by the door file that `cyc run` names, over HTTP
//! that is written by hand here.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::door::{Door, keys, stage_file};
use program::{Running, run, said};
use serde_json::{Value, json};
use std::net::UdpSocket;
use std::path::Path;
use std::time::{Duration, Instant};

#[test]
fn a_stage_is_steered_and_tells_how_it_is() {
    let folder = tempfile::tempdir().unwrap();
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    let datagrams = free.local_addr().unwrap().to_string();
    drop(free);
    let to = ["--bind", ":0", "--to", &datagrams, "--json"];
    let system = Running::start(&[&["sim", "vicon", "vicon-udp"], &to[..]].concat());
    let stage = stage_file(folder.path(), &system.address("vicon"), &datagrams);
    let stage = Running::start(&["run", &stage, "--no-picture", "--json"]);
    let (door, path) = Door::of(&stage);
    let state = door.until("live", |s| {
        s["sources"][0]["state"] == "live" && s["sources"][1]["state"] == "live"
    });
    assert_eq!(state["stage"], "Demo volume");
    assert!(keys(&state).contains(&"run-calibrating"), "{state:#}");
    what_is_seen(&door);
    // A source that an operator turns off is not missed, and an undo brings it back.
    let off = json!({"command": "source", "source": "vicon-objects", "on": false});
    assert_eq!(door.tell(off).0, 200);
    let state = door.until("off", |s| s["sources"][1]["state"] == "off");
    assert!(!keys(&state).contains(&"run-silent"));
    assert_eq!(state["undo"], "source");
    assert_eq!(door.tell(json!({"command": "undo"})).0, 200);
    door.until("on again", |s| s["sources"][1]["state"] == "live");
    takes(&door, folder.path());
    refusals(&door);
    let log = door.state()["log"].clone();
    assert!(log.as_array().unwrap().len() > 8, "{log:#}");
    // When the source falls silent it is named, in both languages, within a second of the source's own notice.
    system.interrupt();
    let state = door.until("silent", |s| keys(s).contains(&"run-silent"));
    let finding = &state["findings"][0];
    assert_eq!(
        (&finding["mood"], &state["lights"][0]["mood"]),
        (&json!("red"), &json!("red"))
    );
    for language in ["en", "zh-CN"] {
        assert!(
            finding["what"][language]
                .as_str()
                .unwrap()
                .contains("vicon")
        );
        assert!(
            finding["fix"][language]
                .as_str()
                .unwrap()
                .contains("cyc listen")
        );
    }
    let (code, _, _) = stage.terminate();
    assert_eq!((code, path.exists()), (Some(0), false));
}

#[test]
fn faults_of_the_sources_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    let datagrams = free.local_addr().unwrap().to_string();
    drop(free);
    let healthy = ["sim", "vicon", "--bind", ":0", "--swaps", "0.005", "--json"];
    let healthy = Running::start(&healthy);
    let stage = stage_file(folder.path(), &healthy.address("vicon"), &datagrams);
    let stage = Running::start(&["run", &stage, "--no-picture", "--json"]);
    let (door, _) = Door::of(&stage);
    door.until("never heard", |s| keys(s).contains(&"run-not-heard"));
    let faults = ["--loss", "0.2", "--restart-every", "4"];
    let to = ["sim", "vicon-udp", "--to", &datagrams, "--json"];
    let broken = Running::start(&[&to[..], &faults].concat());
    door.until("live", |s| s["sources"][1]["state"] == "live");
    let live = Instant::now();
    // On a busy machine the other source may lose frames as well.
    let is_losing = |f: &Value| f["key"] == "run-losing" && f["about"] == "vicon-objects";
    door.until("losing", |s| {
        s["findings"].as_array().unwrap().iter().any(is_losing)
    });
    let took = live.elapsed();
    println!(
        "20 % loss is named {} ms after the first frames",
        took.as_millis()
    );
    door.until("restarted", |s| keys(s).contains(&"run-restarted"));
    let state = door.until("swapped", |s| keys(s).contains(&"run-swapped"));
    assert_eq!(state["performers"][0]["calibrated"], true);
    drop((broken, healthy));
    assert_eq!(stage.terminate().0, Some(0));
}

fn what_is_seen(door: &Door) {
    let (_, shapes) = door.ask("view", "GET /v1/shapes", "");
    let walls = shapes["walls"].as_array().unwrap();
    assert_eq!((walls.len(), &walls[0]["name"]), (2, &json!("main")));
    let (_, scene) = door.ask("view", "GET /v1/scene", "");
    assert!(scene["markers_m"].as_array().unwrap().len() > 40, "{scene}");
    // The camera stands in front of the wall, at a person's height.
    let eye = scene["cameras"][0]["eye_m"].as_array().unwrap();
    let height_m = eye[1].as_f64().unwrap();
    assert!((0.5..3.0).contains(&height_m), "{eye:?}");
}

fn takes(door: &Door, folder: &Path) {
    let roll = json!({"command": "take_roll"});
    let (status, reply) = door.tell(roll.clone());
    assert_eq!((status, &reply["key"]), (409, &json!("steer-not-armed")));
    for number in [1, 2] {
        let arm = json!({"command": "take_arm", "slate": "12A/内景", "notes": "wild"});
        assert_eq!(door.tell(arm).0, 200);
        assert_eq!(door.tell(roll.clone()).0, 200);
        door.until("rolls", |s| s["take"]["frames"].as_u64().unwrap() > 30);
        let state = door.state();
        assert_eq!(
            (&state["take"]["state"], &state["take"]["take"]),
            (&json!("rolling"), &json!(number))
        );
        assert_eq!(state["lights"][3]["mood"], "good");
        assert_eq!(door.tell(json!({"command": "take_cut"})).0, 200);
        let file = folder.join(format!("takes/12A_内景_T0{number}.take.mcap"));
        let until = Instant::now() + program::PATIENCE;
        while !file.exists() {
            assert!(Instant::now() < until, "{} is not sealed", file.display());
            std::thread::sleep(Duration::from_millis(20));
        }
        let info = run(&["take", "info", file.to_str().unwrap(), "--json"]);
        assert!(info.status.success(), "{}", said(&info));
    }
    let again = json!({"command": "take_arm", "slate": "12A/内景", "take": 2});
    let (status, reply) = door.tell(again);
    assert_eq!((status, &reply["key"]), (409, &json!("steer-take-exists")));
}

fn refusals(door: &Door) {
    let refused = [
        (
            json!({"command": "blackout", "on": true}),
            "steer-no-picture",
        ),
        (
            json!({"command": "source", "source": "opti", "on": true}),
            "steer-no-source",
        ),
        (
            json!({"command": "calibrate", "performer": "Nobody"}),
            "steer-no-performer",
        ),
        (
            json!({"command": "calibrate_face", "performer": "Nobody"}),
            "steer-no-performer",
        ),
        (json!({"command": "take_cut"}), "steer-not-rolling"),
        (json!({"command": "undo"}), "steer-nothing-to-undo"),
        (
            json!({"command": "character", "performer": "Performer", "file": "none.glb"}),
            "demo-cannot-read",
        ),
    ];
    for (command, key) in refused {
        let (status, reply) = door.tell(command);
        assert_eq!((status, &reply["key"]), (409, &json!(key)), "{reply:#}");
        for language in ["en", "zh-CN"] {
            assert!(!reply["what"][language].as_str().unwrap().is_empty());
            assert!(!reply["fix"][language].as_str().unwrap().is_empty());
        }
    }
    let (status, _) = door.ask(
        "operate",
        "POST /v1/commands",
        r#"{"command":"source","source":"vicon","on":false}"#,
    );
    assert_eq!(status, 403);
}
