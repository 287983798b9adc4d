//! ADM-OSC, VMC and OpenTrackIO, read by PyPI `adm-osc`, `python-osc`, `jsonschema` and `cbor2`.

use crate::peer::{Peer, python_with};
use crate::scene::{
    CAMERA_M, HEAD_M, HIPS_M, PAN_LEFT_DEG, STAFF_M, TILT_UP_DEG, frame, next, output,
};
use serde_json::Value;
use std::path::Path;

const SCRIPT: &str = "peers/read_outputs.py";

fn close(value: &Value, expected: f64, tolerance: f64) {
    let value = value.as_f64().unwrap();
    assert!(
        (value - expected).abs() < tolerance,
        "{value} is not {expected}"
    );
}

/// Reads the messages of two objects; what `adm-osc` refuses ends the peer, and so the test.
fn adm(options: &str) -> Option<[Value; 2]> {
    let python = python_with("adm_osc, pythonosc")?;
    let peer = Peer::start(&python, SCRIPT, &["adm-osc", "20"]);
    let url = format!(
        "adm-osc://127.0.0.1:{}?object=3:Ann/head,12:Staff&extent=10{options}",
        peer.port()
    );
    let (mut outputs, mut frame) = (output(&url), frame(0));
    let objects = peer.objects_while(20, || {
        outputs.frame(&frame);
        next(&mut frame);
    });
    let of = |number: u64| {
        let found = objects.iter().find(|o| o["object"] == number).unwrap();
        assert_eq!(found["target"], "obj");
        found.clone()
    };
    Some([of(3), of(12)])
}

#[test]
fn adm_osc_reads_polar_positions() {
    let Some([head, staff]) = adm("") else { return };
    assert_eq!(head["command"], "aed");
    let [x, y, z] = HEAD_M;
    close(&head["values"][0], (-x).atan2(-z).to_degrees(), 1e-4);
    close(&head["values"][1], y.atan2(x.hypot(z)).to_degrees(), 1e-4);
    close(
        &head["values"][2],
        (x * x + y * y + z * z).sqrt() / 10.0,
        1e-6,
    );
    // 3 m to the left, 4 m up: 5 m.
    close(&staff["values"][0], 90.0, 1e-4);
    close(
        &staff["values"][1],
        (4.0f64 / 3.0).atan().to_degrees(),
        1e-4,
    );
    close(&staff["values"][2], 0.5, 1e-6);
}

#[test]
fn adm_osc_reads_cartesian_positions() {
    let Some([head, staff]) = adm("&form=cartesian&origin=0,1,0") else {
        return;
    };
    assert_eq!(head["command"], "xyz");
    for (value, expected) in [0.1, 0.2, 0.05].into_iter().enumerate() {
        close(&head["values"][value], expected, 1e-6);
    }
    for (i, expected) in [STAFF_M[0] / 10.0, 0.0, 0.3].into_iter().enumerate() {
        close(&staff["values"][i], expected, 1e-6);
    }
}

#[test]
fn python_osc_reads_vmc() {
    let Some(python) = python_with("pythonosc") else {
        return;
    };
    let peer = Peer::start(&python, SCRIPT, &["vmc", "5"]);
    let (mut outputs, mut frame) = (
        output(&format!("vmc://127.0.0.1:{}", peer.port())),
        frame(0),
    );
    let datagrams = peer.objects_while(5, || {
        outputs.frame(&frame);
        next(&mut frame);
    });
    let messages: Vec<&Value> = datagrams
        .iter()
        .flat_map(|d| d.as_array().unwrap())
        .collect();
    let of = |address: &str, name: &str| {
        let is_it = |m: &&&Value| m[0] == address && (name.is_empty() || m[1][0] == name);
        messages.iter().find(is_it).unwrap()[1].clone()
    };
    assert_eq!(of("/VMC/Ext/OK", "")[0], 1);
    // Unity's axes: X goes the other way. The head is told from the hips.
    let hips = of("/VMC/Ext/Bone/Pos", "Hips");
    for (i, expected) in [-HIPS_M[0], HIPS_M[1], HIPS_M[2]].into_iter().enumerate() {
        close(&hips[i + 1], expected, 1e-6);
    }
    let head = of("/VMC/Ext/Bone/Pos", "Head");
    for (i, expected) in [0.0, 0.6, 0.0].into_iter().enumerate() {
        close(&head[i + 1], expected, 1e-6);
    }
    // Half a radian to the left is the other way round in a mirror.
    close(&head[5], -(0.25f64.sin()), 1e-6);
    close(&head[7], 0.25f64.cos(), 1e-6);
    let staff = of("/VMC/Ext/Tra/Pos", "Staff");
    close(&staff[1], -STAFF_M[0], 1e-6);
}

/// The published schema; `None` after having said why the test is skipped.
fn schema() -> Option<String> {
    let folder = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/data/opentrackio"
    );
    let path = Path::new(folder).join("schema.json");
    if !path.exists() {
        let required = std::env::var("CYC_SHARED").is_ok_and(|v| v == "required");
        assert!(
            !required,
            "CYC_SHARED=required, but there is no {}",
            path.display()
        );
        eprintln!("SKIPPED: no {}", path.display());
        return None;
    }
    path.to_str().map(str::to_owned)
}

#[test]
fn the_published_schema_takes_opentrackio() {
    let (Some(python), Some(schema)) = (python_with("jsonschema, cbor2"), schema()) else {
        return;
    };
    // A port of the range that belongs to nobody; the group keeps the two apart.
    for (options, address, encoding) in [
        ("source=181&encoding=json", "239.135.1.181", 1),
        ("source=182&encoding=cbor", "239.135.1.182", 2),
    ] {
        let script = "../../simulator/tests/peers/read_opentrackio.py";
        let peer = Peer::start(&python, script, &[address, "55655", "3", &schema]);
        assert_eq!(peer.line(), "ready");
        let url = format!("opentrackio://:55655?camera=FilmCamera&{options}");
        let (mut outputs, mut frame) = (output(&url), frame(0));
        let read = peer.objects_while(3, || {
            outputs.frame(&frame);
            next(&mut frame);
        });
        for object in read {
            assert_eq!(object["encoding"], encoding);
            let sample = &object["sample"];
            let transform = &sample["transforms"][0];
            // Right, forward, up; pan counterclockwise from above.
            let [x, y, z] = CAMERA_M;
            close(&transform["translation"]["x"], x, 1e-6);
            close(&transform["translation"]["y"], -z, 1e-6);
            close(&transform["translation"]["z"], y, 1e-6);
            close(&transform["rotation"]["pan"], PAN_LEFT_DEG, 1e-4);
            close(&transform["rotation"]["tilt"], TILT_UP_DEG, 1e-4);
            close(&transform["rotation"]["roll"], 0.0, 1e-4);
            close(&sample["lens"]["pinholeFocalLength"], 35.0, 1e-6);
            close(&sample["lens"]["focusDistance"], 4.0, 1e-6);
            assert_eq!(sample["timing"]["timecode"]["hours"], 1);
        }
    }
}
