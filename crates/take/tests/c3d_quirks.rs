//! C3D as real programs write it: more labels than a parameter can hold, header and parameters that disagree, events,
//! residuals, prefixes; and hostile files.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod c3d_writer;

use c3d_writer::{C3dFile, Form, RawPoint, Value};
use cyc_take::c3d::{C3dEvent, C3dMeasurement, read};

/// A frame of points whose coordinates tell frame and point.
fn frame(number: usize, points: usize) -> Vec<RawPoint> {
    let at = |p: usize| [1000.0 + number as f32, p as f32 + 1.0, 10.0];
    (0..points).map(|p| Some((at(p), 0))).collect()
}

fn simple(form: Form, floats: bool, frames: usize) -> C3dFile {
    let frames = (0..frames).map(|f| frame(f, 2)).collect();
    C3dFile::new(form, floats, &["A", "B"], frames)
}

/// That frame 3's point B is where it was written: 1003, 2, 10 in steps of 0.1 mm or in mm, Z up.
#[track_caller]
fn check(file: &C3dFile) {
    let take = read(&file.bytes()).unwrap();
    let k = if file.floats {
        1e-3
    } else {
        f64::from(file.scale) * 1e-3
    };
    assert_eq!(take.frame_count(), file.frames.len());
    let p = take.frame(3)[1].unwrap().metres();
    let expected = glam::DVec3::new(1003.0, 10.0, -2.0) * k;
    assert!(p.distance(expected) < 1e-12, "{p} {expected}");
}

fn each_form(change: impl Fn(&mut C3dFile)) {
    for form in Form::ALL {
        for floats in [true, false] {
            let mut file = simple(form, floats, 400);
            change(&mut file);
            check(&file);
        }
    }
}

#[test]
fn every_form_is_read_with_and_without_analog_samples() {
    each_form(|_| {});
    each_form(|file| file.analog_per_frame = 6);
}

#[test]
fn residuals_and_cameras_are_the_two_bytes_of_the_fourth_word() {
    for form in Form::ALL {
        for floats in [true, false] {
            let frames = vec![vec![
                Some(([1.0, 2.0, 3.0], 0x6d_04)),
                None,
                Some(([4.0; 3], 0)),
            ]];
            let file = C3dFile::new(form, floats, &["A", "B", "C"], frames);
            let take = read(&file.bytes()).unwrap();
            let measured = take.measurement(0, 0).unwrap();
            assert!((measured.residual_m - 0.0004).abs() < 1e-9, "{measured:?}");
            assert_eq!(measured.cameras, 0b110_1101);
            assert_eq!(take.measurement(0, 1), None);
            let computed = C3dMeasurement {
                residual_m: 0.0,
                cameras: 0,
            };
            assert_eq!(take.measurement(0, 2), Some(computed));
            assert_eq!(
                (take.measurement(0, 3), take.measurement(1, 0)),
                (None, None)
            );
        }
    }
}

#[test]
fn a_thousand_labels_go_on_in_numbered_parameters() {
    let names: Vec<String> = (0..1000).map(|i| format!("Ann:M{i:04}")).collect();
    let labels: Vec<&str> = names.iter().map(String::as_str).collect();
    let file = C3dFile::new(
        Form::Intel,
        true,
        &labels,
        (0..3).map(|f| frame(f, 1000)).collect(),
    );
    let take = read(&file.bytes()).unwrap();
    assert_eq!(take.labels().len(), 1000);
    for (i, name) in [(0, "M0000"), (255, "M0255"), (999, "M0999")] {
        assert_eq!(
            (take.find(name), take.labels()[i].subject.as_deref()),
            (Some(i), Some("Ann"))
        );
        let y = take.frame(2)[i].unwrap().metres().z;
        assert!((y + 1e-3 * (i as f64 + 1.0)).abs() < 1e-9);
    }
}

#[test]
fn a_long_take_says_its_length_in_parameters() {
    let long = |parameters: Vec<(&'static str, &'static str, Value)>| {
        let mut file = simple(Form::Intel, false, 70_000);
        file.frames.iter_mut().for_each(|f| *f = frame(3, 2));
        // Header and FRAMES count to 65535 only.
        file.header.push((6, file.form.u16(1).to_vec()));
        file.header.push((8, file.form.u16(65_535).to_vec()));
        file.parameters
            .push(("POINT", "FRAMES", Value::Integers(vec![65_535])));
        file.parameters.extend(parameters);
        check(&file);
    };
    let words = |n: u32| Value::Integers(vec![(n & 0xffff) as u16, (n >> 16) as u16]);
    long(vec![
        ("TRIAL", "ACTUAL_START_FIELD", words(1)),
        ("TRIAL", "ACTUAL_END_FIELD", words(70_000)),
    ]);
    long(vec![(
        "POINT",
        "LONG_FRAMES",
        Value::Floats(vec![], vec![70_000.0]),
    )]);
    // Says nowhere how long it is: the file's length is all there is.
    long(vec![]);
}

#[test]
fn contradictions_are_settled_by_the_length_of_the_file() {
    // More points in the parameters than there are, and fewer.
    each_form(|f| {
        f.parameters
            .push(("POINT", "USED", Value::Integers(vec![3])))
    });
    each_form(|f| {
        f.parameters
            .push(("POINT", "USED", Value::Integers(vec![1])))
    });
    each_form(|f| {
        f.parameters
            .push(("POINT", "USED", Value::Integers(vec![0])))
    });
    // The header's point count is wrong.
    each_form(|f| f.header.push((2, f.form.u16(5).to_vec())));
    // The scale's sign says the other encoding.
    each_form(|f| {
        let wrong = if f.floats { f.scale } else { -f.scale };
        f.parameters
            .push(("POINT", "SCALE", Value::Floats(vec![], vec![wrong])));
    });
    // Analog channels that are declared but were not written.
    each_form(|f| {
        f.parameters
            .push(("ANALOG", "USED", Value::Integers(vec![16])))
    });
    // No rate, no start of the data, no count of blocks.
    each_form(|f| {
        f.parameters
            .push(("POINT", "RATE", Value::Floats(vec![], vec![0.0])))
    });
    each_form(|f| f.blocks_said = Some(1));
    each_form(|f| f.blocks_said = Some(0));
    // A parameter of a type that the format has not.
    each_form(|f| {
        f.parameters
            .push(("VENDOR", "THING", Value::Raw(3, vec![2], vec![1, 2])))
    });
}

#[test]
fn a_contradiction_that_nothing_settles_is_refused() {
    let mut file = simple(Form::Intel, true, 40);
    file.parameters
        .push(("POINT", "USED", Value::Integers(vec![3])));
    file.header.push((2, file.form.u16(7).to_vec()));
    let error = read(&file.bytes()).unwrap_err();
    assert_eq!((error.offset, error.key()), (2, "take-c3d-inconsistent"));
    // So short that two or three points a frame end in the same block.
    let mut file = simple(Form::Intel, false, 40);
    file.parameters
        .push(("POINT", "USED", Value::Integers(vec![3])));
    assert_eq!(
        read(&file.bytes()).unwrap_err().key(),
        "take-c3d-inconsistent"
    );
}

#[test]
fn events_of_the_parameters() {
    for form in Form::ALL {
        let mut file = simple(form, true, 40);
        let texts = |all: &[&str]| Value::Texts(all.iter().map(|t| (*t).to_owned()).collect());
        file.parameters
            .push(("EVENT", "USED", Value::Integers(vec![2])));
        file.parameters
            .push(("EVENT", "LABELS", texts(&["Foot Strike", "Foot Off"])));
        file.parameters
            .push(("EVENT", "CONTEXTS", texts(&["Left", "Right"])));
        file.parameters
            .push(("EVENT", "SUBJECTS", texts(&["Ann", "Ann"])));
        let times = Value::Floats(vec![2, 2], vec![0.0, 1.5, 2.0, 0.25]);
        file.parameters.push(("EVENT", "TIMES", times));
        let take = read(&file.bytes()).unwrap();
        let event = |context: &str, label: &str, time_s| C3dEvent {
            context: context.into(),
            label: label.into(),
            subject: "Ann".into(),
            time_s,
        };
        let expected = [
            event("Left", "Foot Strike", 1.5),
            event("Right", "Foot Off", 120.25),
        ];
        assert_eq!(take.events(), expected);
    }
}

#[test]
fn events_of_an_old_header() {
    let mut file = simple(Form::Dec, false, 40);
    let form = file.form;
    file.header.push((298, form.u16(12_345).to_vec()));
    file.header.push((300, form.u16(2).to_vec()));
    file.header
        .push((304, [form.f32(0.5), form.f32(2.25)].concat()));
    file.header.push((396, b"RHS LTO ".to_vec()));
    let take = read(&file.bytes()).unwrap();
    let found: Vec<_> = take
        .events()
        .iter()
        .map(|e| (e.label.as_str(), e.time_s))
        .collect();
    assert_eq!(found, [("RHS", 0.5), ("LTO", 2.25)]);
    file.header.push((376, vec![1, 0]));
    assert_eq!(read(&file.bytes()).unwrap().events().len(), 1);
}

#[test]
fn prefixes_are_the_ones_that_the_file_declares() {
    let mut file = C3dFile::new(
        Form::Intel,
        true,
        &["Ann_LFHD", "Bob:Lee_LFHD", "wand"],
        vec![frame(0, 3)],
    );
    let texts = |all: &[&str]| Value::Texts(all.iter().map(|t| (*t).to_owned()).collect());
    file.parameters
        .push(("SUBJECTS", "NAMES", texts(&["Ann", "Bob Lee"])));
    file.parameters
        .push(("SUBJECTS", "USES_PREFIXES", Value::Integers(vec![1, 1])));
    file.parameters
        .push(("SUBJECTS", "LABEL_PREFIXES", texts(&["Ann_", "Bob:Lee_"])));
    let take = read(&file.bytes()).unwrap();
    let found: Vec<_> = take
        .labels()
        .iter()
        .map(|l| (l.subject.as_deref(), l.name.as_str()))
        .collect();
    assert_eq!(
        found,
        [
            (Some("Ann"), "LFHD"),
            (Some("Bob Lee"), "LFHD"),
            (None, "wand")
        ]
    );
}

#[test]
fn points_of_a_programs_own_group_are_positions_only_when_its_unit_is_a_length() {
    let mut file = C3dFile::new(
        Form::Intel,
        true,
        &["A", "Speed", "Joint"],
        vec![frame(0, 3)],
    );
    let texts = |all: &[&str]| Value::Texts(all.iter().map(|t| (*t).to_owned()).collect());
    let groups = texts(&["VELOCITIES", "V_UNITS", "CENTRES", "C_UNITS"]);
    file.parameters.push(("POINT", "TYPE_GROUPS", groups));
    file.parameters.push(("POINT", "V_UNITS", texts(&["mm/s"])));
    file.parameters.push(("POINT", "C_UNITS", texts(&["mm"])));
    file.parameters
        .push(("POINT", "VELOCITIES", texts(&["Speed"])));
    file.parameters
        .push(("POINT", "CENTRES", texts(&["Joint"])));
    let take = read(&file.bytes()).unwrap();
    assert_eq!(take.skipped_labels(), ["Speed"]);
    assert_eq!((take.find("A"), take.find("Joint")), (Some(0), Some(1)));
}

#[test]
fn what_exporters_write_for_a_missing_point_is_a_missing_point() {
    let nan = f32::NAN;
    let odd = vec![
        Some(([nan; 3], 0)),
        Some(([0.0; 3], 0)),
        None,
        Some(([1.0, nan, 2.0], 0)),
        Some(([f32::INFINITY, 0.0, 0.0], 0)),
        Some(([1e12, 0.0, 0.0], 0)),
        Some(([1.0, 2.0, 3.0], 0)),
    ];
    let file = C3dFile::new(
        Form::Sgi,
        true,
        &["A", "B", "C", "D", "E", "F", "G"],
        vec![odd],
    );
    let take = read(&file.bytes()).unwrap();
    let seen: Vec<bool> = take.frame(0).iter().map(Option::is_some).collect();
    assert_eq!(seen, [false, false, false, false, false, false, true]);
    // Half a number, infinity and a place behind the horizon are damage, and counted.
    assert_eq!(take.points_refused(), 3);
}

#[test]
fn hostile_dimensions_cost_nothing() {
    // Texts of no width, 2^48 of them; and a list that would reach beyond the file.
    let mut file = simple(Form::Intel, true, 40);
    let empty = Value::Raw(255, vec![0, 255, 255, 255, 255, 255, 255], vec![]);
    file.parameters.push(("POINT", "LABELS", empty.clone()));
    file.parameters.push((
        "EVENT",
        "TIMES",
        Value::Raw(4, vec![0, 255, 255, 255, 255], vec![]),
    ));
    file.parameters.push(("SUBJECTS", "LABEL_PREFIXES", empty));
    let take = read(&file.bytes()).unwrap();
    assert_eq!(take.labels()[1].name, "marker_1");
    let beyond = Value::Raw(255, vec![255, 255, 255], vec![]);
    file.parameters.push(("POINT", "LABELS", beyond));
    assert_eq!(
        read(&file.bytes()).unwrap_err().key(),
        "take-c3d-bad-parameter"
    );
}
