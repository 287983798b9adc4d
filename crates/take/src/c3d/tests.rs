//! C3D against real files, against a file written here in every processor's form, and against damage.

use super::*;
use glam::DVec3;
use proptest::prelude::*;
use std::path::Path;

/// What wrote the synthetic file.
#[derive(Clone, Copy, Debug)]
enum Form {
    Intel,
    Dec,
    Sgi,
}

impl Form {
    fn i16(self, v: i16) -> [u8; 2] {
        if matches!(self, Self::Sgi) {
            v.to_be_bytes()
        } else {
            v.to_le_bytes()
        }
    }

    fn f32(self, v: f32) -> [u8; 4] {
        match self {
            Self::Intel => v.to_le_bytes(),
            Self::Sgi => v.to_be_bytes(),
            Self::Dec => {
                let [a, b, c, d] = (v * 4.0).to_le_bytes();
                [c, d, a, b]
            }
        }
    }
}

/// Two markers, three frames, one analog sample a frame. The second marker is missing in frame 1.
fn synthetic(form: Form, floats: bool, y_screen: &str) -> Vec<u8> {
    let scale = if floats { -0.5f32 } else { 0.5 };
    let mut file = vec![2u8, 0x50];
    for v in [2, 1, 5, 7, 10] {
        file.extend(form.i16(v));
    }
    file.extend(form.f32(scale));
    file.extend(form.i16(4));
    file.extend(form.i16(1));
    file.extend(form.f32(100.0));
    file.resize(512, 0);
    file.extend(parameters(form, scale, y_screen));
    for frame in 0..3 {
        for marker in 0..2 {
            let value = |axis: i16| 100 * (frame + 1) + 10 * marker + axis;
            let residual = if frame == 1 && marker == 1 { -1 } else { 0 };
            for v in [value(1), value(2), value(3), residual] {
                match floats {
                    true => file.extend(form.f32(f32::from(v))),
                    false => file.extend(form.i16(v)),
                }
            }
        }
        match floats {
            true => file.extend(form.f32(7.5)),
            false => file.extend(form.i16(7)),
        }
    }
    file
}

fn parameters(form: Form, scale: f32, y_screen: &str) -> Vec<u8> {
    let kind = match form {
        Form::Intel => 84,
        Form::Dec => 85,
        Form::Sgi => 86,
    };
    let mut section = vec![1, 0x50, 2, kind];
    record(&mut section, form, "POINT", -1, &[0]);
    let mut parameter = |name: &str, kind: i8, dims: &[u8], data: &[u8]| {
        let mut body = vec![kind as u8, dims.len() as u8];
        body.extend(dims);
        body.extend(data);
        body.push(0);
        record(&mut section, form, name, 1, &body);
    };
    parameter("USED", 2, &[], &form.i16(2));
    parameter("SCALE", 4, &[], &form.f32(scale));
    parameter("UNITS", -1, &[2], b"mm");
    parameter("LABELS", -1, &[6, 1], b"Ann:A ");
    parameter("LABELS2", -1, &[6, 1], b"B     ");
    parameter("Y_SCREEN", -1, &[2], y_screen.as_bytes());
    section.extend([0, 0]);
    section.resize(1024, 0);
    section
}

fn record(section: &mut Vec<u8>, form: Form, name: &str, group: i8, body: &[u8]) {
    section.extend([name.len() as u8, group as u8]);
    section.extend(name.as_bytes());
    section.extend(form.i16(body.len() as i16 + 2));
    section.extend(body);
}

fn metres(take: &C3dTake, frame: usize, marker: usize) -> DVec3 {
    take.frame(frame)[marker].unwrap().metres()
}

#[test]
fn every_processor_and_encoding_says_the_same() {
    for form in [Form::Intel, Form::Dec, Form::Sgi] {
        for floats in [true, false] {
            let take = read(&synthetic(form, floats, "+Z")).unwrap();
            assert_eq!((take.rate_hz(), take.frame_count()), (100.0, 3), "{form:?}");
            assert_eq!(take.first_frame(), 5);
            assert_eq!(take.labels()[0].subject.as_deref(), Some("Ann"));
            assert_eq!((take.find("A"), take.find("B")), (Some(0), Some(1)));
            assert_eq!(take.frame(1)[1], None);
            let k = if floats { 0.001 } else { 0.0005 };
            let expected = DVec3::new(311.0, 313.0, -312.0) * k;
            assert!(
                metres(&take, 2, 1).distance(expected) < 1e-12,
                "{form:?} {floats}"
            );
        }
    }
}

#[test]
fn the_up_axis_becomes_y() {
    for (axis, expected) in [
        ("+X", [-102.0, 101.0, 103.0]),
        ("-X", [102.0, -101.0, 103.0]),
        ("+Y", [101.0, 102.0, 103.0]),
        ("-Y", [101.0, -102.0, -103.0]),
        ("+Z", [101.0, 103.0, -102.0]),
        ("-Z", [101.0, -103.0, 102.0]),
    ] {
        let take = read(&synthetic(Form::Intel, true, axis)).unwrap();
        let expected = DVec3::from_array(expected) * 0.001;
        assert!(metres(&take, 0, 0).distance(expected) < 1e-9, "{axis}");
    }
}

fn shared(file: &str) -> Option<Vec<u8>> {
    let mut root = Path::new(env!("CARGO_MANIFEST_DIR"));
    while !root.join("Cargo.lock").exists() {
        root = root.parent().expect("no workspace root above the manifest");
    }
    match std::fs::read(root.join("../shared/data").join(file)) {
        Ok(bytes) => Some(bytes),
        Err(_) if std::env::var("CYC_SHARED").as_deref() == Ok("required") => {
            panic!("CYC_SHARED=required, but ../shared/data/{file} is not there")
        }
        Err(_) => {
            eprintln!("SKIPPED: ../shared/data/{file} is not there");
            None
        }
    }
}

/// Frame, label, and the millimetres that ezc3d 1.7 reads in the file's own axes.
type Golden = (usize, &'static str, [f64; 3]);

fn check_golden(file: &str, frames: usize, markers: usize, golden: &[Golden]) {
    let Some(bytes) = shared(file) else { return };
    let take = read(&bytes).unwrap();
    assert_eq!(
        (take.frame_count(), take.rate_hz()),
        (frames, 120.0),
        "{file}"
    );
    assert_eq!(
        take.labels().len() + take.skipped_labels().len(),
        markers,
        "{file}"
    );
    assert_eq!(take.points_refused(), 0);
    for (frame, label, [x, y, z]) in golden {
        let marker = take.find(label).unwrap();
        let found = metres(&take, *frame, marker);
        let expected = DVec3::new(*x, *z, -*y) * 0.001;
        assert!(
            found.distance(expected) < 1e-9,
            "{file} {frame} {label}: {found}"
        );
    }
}

#[test]
fn movement_trial() {
    check_golden(
        "pycgm/Movement_trial.c3d",
        323,
        239,
        &[
            (
                0,
                "LBHD",
                [1079.3359375, 200.6112823486328, 2346.63330078125],
            ),
            (
                161,
                "LELB",
                [510.5680236816406, -75.15528106689453, 1390.5714111328125],
            ),
            (
                322,
                "LFEO",
                [-236.5834503173828, 119.70730590820312, 265.4380187988281],
            ),
        ],
    );
    let Some(bytes) = shared("pycgm/Movement_trial.c3d") else {
        return;
    };
    let take = read(&bytes).unwrap();
    assert_eq!(take.first_frame(), 695);
    assert!(take.find("LKneeAngles").is_none());
    assert!(take.skipped_labels().iter().any(|l| l == "LKneeAngles"));
}

#[test]
fn the_subjects_measurements_are_read() {
    let Some(bytes) = shared("pycgm/Movement_trial.c3d") else {
        return;
    };
    let take = read(&bytes).unwrap();
    assert_eq!(take.processing("LKneeWidth"), Some(144.0));
    assert_eq!(take.processing("RLEGLENGTH"), Some(866.0));
    let flex = take.processing("LStaticPlantFlex").unwrap();
    assert!((flex - 0.252_698_72).abs() < 1e-7, "{flex}");
    assert_eq!(take.processing("HeadOffset"), None);
}

#[test]
fn static_trial() {
    check_golden(
        "pycgm/Static_trial.c3d",
        498,
        179,
        &[
            (
                0,
                "LFHD",
                [-580.0468139648438, 320.3043212890625, 1435.9871826171875],
            ),
            (
                497,
                "RTOE",
                [-547.4435424804688, 150.36257934570312, -154.580322265625],
            ),
        ],
    );
}

#[test]
fn cmu_floats_and_integers() {
    check_golden(
        "cmu/cmu_02_05.c3d",
        1854,
        41,
        &[
            (
                0,
                "RBWT",
                [-158.7415313720703, 532.9154052734375, 999.4312744140625],
            ),
            (
                927,
                "LMT5",
                [222.87545776367188, 694.0259399414062, 43.178287506103516],
            ),
        ],
    );
    check_golden(
        "cmu/cmu_dribble_shoot_basketball.c3d",
        494,
        41,
        &[
            (
                0,
                "LFHD",
                [-1226.050030708313, 194.96430373191833, 1658.7159113883972],
            ),
            (
                493,
                "RHEE",
                [2912.309918642044, -60.47912287712097, 61.75339937210083],
            ),
        ],
    );
    let Some(bytes) = shared("cmu/cmu_02_05.c3d") else {
        return;
    };
    let take = read(&bytes).unwrap();
    assert_eq!(take.subjects(), ["TakeoMonday"]);
    assert_eq!(take.points().iter().filter(|p| p.is_none()).count(), 3);
}

#[test]
fn truncated_anywhere_is_refused() {
    let whole = synthetic(Form::Intel, true, "+Z");
    for end in 0..whole.len() {
        assert!(read(&whole[..end]).is_err(), "cut at {end}");
    }
    if let Some(real) = shared("pycgm/Static_trial.c3d") {
        for end in (0..real.len()).step_by(real.len() / 97) {
            assert!(read(&real[..end]).is_err(), "cut at {end}");
        }
    }
}

#[test]
fn says_what_is_wrong_and_where() {
    assert_eq!(read(b"not a c3d file").unwrap_err().key(), "take-not-c3d");
    let mut file = synthetic(Form::Intel, true, "+Z");
    file[515] = 99;
    let error = read(&file).unwrap_err();
    assert_eq!(
        (error.offset, error.key()),
        (515, "take-c3d-unknown-processor")
    );
    let mut file = synthetic(Form::Intel, true, "+Z");
    let at = file.windows(2).position(|w| w == b"mm").unwrap();
    file[at..at + 2].copy_from_slice(b"zz");
    assert_eq!(read(&file).unwrap_err().key(), "take-c3d-unknown-unit");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn mutations_never_panic(
        changes in prop::collection::vec((0..2000usize, any::<u8>()), 1..8), floats: bool
    ) {
        let mut file = synthetic(Form::Sgi, floats, "+Z");
        for (at, value) in changes {
            let at = at % file.len();
            file[at] = value;
        }
        if let Ok(take) = read(&file) {
            prop_assert_eq!(take.points().len(), take.frame_count() * take.labels().len());
        }
    }
}
