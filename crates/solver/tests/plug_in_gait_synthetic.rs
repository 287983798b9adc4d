//! Plug-in Gait on subjects that never were: joint centres are chosen, markers are placed around them by the published
//! definition, and the model must find the joints again. The construction goes from joints to markers, the model from
//! markers to joints, and Cardan angles are checked with another library's decomposition.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod synthetic_gait;

use cyc_model::{Point, Stage};
use cyc_solver::plug_in_gait::{
    Angle, BodySide, GaitFrame, Gap, JointCentre, Marker, MarkerColumns, Measurement, PlugInGait,
    Progression, Segment, StaticOptions, Trial, calibrate_static,
};
use glam::{DMat3, DVec3, EulerRot};
use std::collections::HashMap;
use synthetic_gait::{Synthetic, standing};

const HEADINGS: [(f64, Progression); 4] = [
    (0.3, Progression::PlusX),
    (1.5, Progression::PlusY),
    (3.0, Progression::MinusX),
    (-1.4, Progression::MinusY),
];

#[test]
fn chosen_joints_are_found_again() {
    let mut worst_m = 0.0_f64;
    for seed in 0..200 {
        let (heading_rad, progression) = HEADINGS[seed as usize % 4];
        let body = Synthetic::new(seed, heading_rad);
        let model = body.model();
        assert_eq!(model.columns().missing().count(), 0);
        assert_eq!(
            model.constants().lower_progression,
            Ok(progression),
            "{seed}"
        );
        assert_eq!(
            model.constants().upper_progression,
            Ok(progression),
            "{seed}"
        );
        let frame = model.frame(&body.points());
        for centre in JointCentre::ALL {
            let found = frame.joint_centre(centre).unwrap().metres();
            let off_m = found.distance(body.centres[centre.label()]);
            assert!(off_m < 1e-9, "{seed}: {} is {off_m} m off", centre.label());
            worst_m = worst_m.max(off_m);
        }
        for segment in Segment::ALL {
            let axes = frame.segment(segment).stage_from_segment.unwrap();
            assert!((axes.determinant() - 1.0).abs() < 1e-9);
            if let Some(known) = body.axes.get(segment.code()) {
                assert!(axes.abs_diff_eq(*known, 1e-9), "{seed}: {}", segment.code());
            }
        }
        assert_angles(&body, &frame, seed);
    }
    eprintln!("200 subjects: worst joint centre {worst_m:.2e} m off");
}

fn assert_near(what: &str, found: [f64; 3], known: [f64; 3]) {
    for k in 0..3 {
        let off = (found[k] - known[k] + 540.0).rem_euclid(360.0) - 180.0;
        assert!(off.abs() < 1e-7, "{what}: {found:?} is not {known:?}");
    }
}

/// What was chosen comes back, and the other library takes the same angles out of the same axes.
fn assert_angles(body: &Synthetic, frame: &GaitFrame, seed: u64) {
    let deg = |angle| frame.angle_deg(angle).unwrap();
    let axes = |segment| frame.segment(segment).stage_from_segment.unwrap();
    let yxz = |parent: DMat3, child: DMat3| {
        let (y, x, z) = (parent.transpose() * child).to_euler(EulerRot::YXZ);
        [y, x, z].map(f64::to_degrees)
    };
    let what = |name: &str| format!("seed {seed}, {name}");
    for (i, [hip, knee]) in [
        [Angle::LeftHip, Angle::LeftKnee],
        [Angle::RightHip, Angle::RightKnee],
    ]
    .into_iter()
    .enumerate()
    {
        assert_near(&what("hip"), deg(hip), body.hip_deg[i]);
        assert_near(&what("knee"), deg(knee), body.knee_deg[i]);
    }
    let [y, x, z] = yxz(axes(Segment::RightTibia), axes(Segment::RightFoot));
    assert_near(&what("ankle"), deg(Angle::RightAnkle), [-90.0 - y, z, x]);
    let [y, x, z] = yxz(axes(Segment::LeftTibia), axes(Segment::LeftFoot));
    assert_near(&what("ankle"), deg(Angle::LeftAnkle), [-90.0 - y, -z, -x]);
    let [y, x, z] = yxz(axes(Segment::RightRadius), axes(Segment::RightHand));
    assert_near(&what("wrist"), deg(Angle::RightWrist), [y, x, z]);
    let [y, x, z] = yxz(axes(Segment::Head), body.axes["thorax"]);
    assert_near(&what("neck"), deg(Angle::LeftNeck), [-y, x, -z]);
    let [y, x, z] = yxz(body.axes["thorax"], axes(Segment::Pelvis));
    assert_near(&what("spine"), deg(Angle::RightSpine), [-y, -x, z]);
    let around = |axes: DMat3| DMat3::from_cols(-axes.x_axis, -axes.y_axis, axes.z_axis);
    let upper_arm = around(axes(Segment::LeftHumerus));
    let (x, y, z) = (body.axes["thorax"].transpose() * upper_arm).to_euler(EulerRot::XYZ);
    let known = [-y, x, -z].map(f64::to_degrees);
    assert_near(&what("shoulder"), deg(Angle::LeftShoulder), known);
}

#[test]
fn a_static_trial_finds_the_offsets() {
    for seed in 0..50 {
        let mut body = Synthetic::new(seed, 0.1);
        let known = body.subject;
        // Level head: whatever its markers show is their own.
        let level = standing(0.0) * DMat3::from_rotation_y(-known.head_offset_rad);
        for m in [Marker::LFHD, Marker::RFHD, Marker::LBHD, Marker::RBHD] {
            let front = if m.label().contains('F') { 0.1 } else { -0.1 };
            let left = if m.label().starts_with('L') {
                0.07
            } else {
                -0.07
            };
            body.markers
                .insert(m, DVec3::Y * 1.7 + level * DVec3::new(front, left, 0.0));
        }
        let mut blank = known;
        blank.head_offset_rad = 0.0;
        for side in &mut blank.sides {
            side.static_plant_flex_rad = 0.0;
            side.static_rot_off_rad = 0.0;
        }
        let options = StaticOptions {
            level_head: true,
            ..StaticOptions::default()
        };
        let frames = [body.points()];
        let columns = Synthetic::columns();
        let found = calibrate_static(&blank, &columns, &frames, options).applied_to(&blank);
        assert!((found.head_offset_rad - known.head_offset_rad).abs() < 1e-9);
        for side in BodySide::BOTH {
            let (found, known) = (found.side(side), known.side(side));
            let flex = found.static_plant_flex_rad - known.static_plant_flex_rad;
            let turn = found.static_rot_off_rad - known.static_rot_off_rad;
            assert!(
                flex.abs() < 1e-9 && turn.abs() < 1e-9,
                "{seed}: {flex} {turn}"
            );
        }
    }
}

#[test]
fn a_flat_foot_counts_as_level() {
    let body = Synthetic::new(3, 0.0);
    let mut raised = body.points();
    let heel = Marker::LHEE as usize;
    let toe = raised[Marker::LTOE as usize].unwrap().metres();
    let level = |points: &[Option<Point<Stage>>], flat| {
        let options = StaticOptions {
            flat_feet: [flat, false],
            ..StaticOptions::default()
        };
        let frames = [points.to_vec()];
        let still = calibrate_static(&body.subject, &Synthetic::columns(), &frames, options);
        still.plant_flex_rad[0].unwrap()
    };
    let at = raised[heel].unwrap().metres();
    raised[heel] = Some(Point::saturating(DVec3::new(at.x, toe.y, at.z)));
    let by_hand = level(&raised, false);
    assert!((level(&body.points(), true) - by_hand).abs() < 1e-12);
    assert!((level(&body.points(), false) - by_hand).abs() > 1e-3);
}

/// What in a frame has no value, by label.
fn lost(frame: &GaitFrame) -> HashMap<&'static str, Gap> {
    let names = cyc_solver::plug_in_gait::output::outputs();
    let values = cyc_solver::plug_in_gait::output::values(frame);
    names
        .into_iter()
        .zip(values)
        .filter_map(|(n, v)| Some((n.label, v.err()?)))
        .collect()
}

#[test]
fn a_gap_costs_what_depends_on_it_and_nothing_else() {
    let body = Synthetic::new(5, 0.0);
    let model = body.model();
    assert!(lost(&model.frame(&body.points())).is_empty());
    let without = |m: Marker| {
        let mut points = body.points();
        points[m as usize] = None;
        lost(&model.frame(&points))
    };
    // A finger: one hand, its centre and the wrist's angles.
    let hand = without(Marker::RFIN);
    let mut names: Vec<_> = hand.keys().copied().collect();
    names.sort_unstable();
    assert_eq!(
        names,
        ["RHAND", "RHNA", "RHNL", "RHNO", "RHNP", "RWristAngles"]
    );
    assert!(hand.values().all(|gap| *gap == Gap::Marker(Marker::RFIN)));
    // A front spine: the legs and what is seen from the pelvis, but not the body above it.
    let legs = without(Marker::LASI);
    for gone in [
        "PELO",
        "LHJC",
        "RKJC",
        "LFOO",
        "RAnkleAngles",
        "LSpineAngles",
    ] {
        assert_eq!(legs[gone], Gap::Marker(Marker::LASI), "{gone}");
    }
    for there in ["TRXO", "LHUP", "RWristAngles", "LNeckAngles", "LHeadAngles"] {
        assert!(!legs.contains_key(there), "{there}");
    }
    // The heel is not needed in a movement, the toe only for its foot.
    assert!(without(Marker::LHEE).is_empty());
    let foot = without(Marker::LTOE);
    assert!(foot.contains_key("LFOO") && !foot.contains_key("LTIO"));
    assert!(!foot.contains_key("LKneeAngles"));
    // Nothing seen, or a frame that ends early: reasons, no values, no panic.
    assert_eq!(lost(&model.frame(&[])).len(), names_count());
    let short = &body.points()[..10];
    assert!(lost(&model.frame(short)).len() < names_count());
}

fn names_count() -> usize {
    cyc_solver::plug_in_gait::output::OUTPUTS
}

#[test]
fn a_sacral_marker_stands_for_the_posterior_spines() {
    let body = Synthetic::new(8, 0.0);
    let whole = body.model().frame(&body.points());
    let spine = |m: Marker| body.markers[&m];
    let mut points = body.points();
    let sacrum = 0.5 * (spine(Marker::LPSI) + spine(Marker::RPSI));
    points[Marker::SACR as usize] = Some(Point::saturating(sacrum));
    points[Marker::LPSI as usize] = None;
    points[Marker::RPSI as usize] = None;
    let labels = Marker::ALL.into_iter().map(Marker::label);
    let model = PlugInGait::of_trial(body.subject, labels, &[&points], Trial::Dynamic);
    let pelvis = |frame: &GaitFrame| frame.segment(Segment::Pelvis).stage_from_segment.unwrap();
    let frame = model.frame(&points);
    assert!(pelvis(&frame).abs_diff_eq(pelvis(&whole), 1e-12));
    assert!(lost(&frame).is_empty());
}

#[test]
fn a_missing_measurement_is_named() {
    let mut body = Synthetic::new(6, 0.0);
    body.subject.sides[1].knee_width_m = None;
    body.subject.sides[0].ankle_ab_add_rad = 0.1;
    let lost = lost(&body.model().frame(&body.points()));
    let knee = Gap::Measurement(BodySide::Right, Measurement::KneeWidth);
    assert_eq!(lost["RKJC"], knee);
    assert_eq!(lost["RFOO"], knee);
    assert!(!lost.contains_key("RHJC") && !lost.contains_key("LKJC"));
    let ankle = Gap::Measurement(BodySide::Left, Measurement::AnkleAbAdd);
    assert_eq!(lost["LAJC"], ankle);
    assert_eq!(
        body.subject.missing(),
        [(BodySide::Right, Measurement::KneeWidth)]
    );
}

#[test]
fn markers_that_fall_together_are_degenerate() {
    let body = Synthetic::new(7, 0.0);
    let model = body.model();
    let one = vec![Some(Point::xyz(0.1, 1.0, 0.2)); Marker::ALL.len()];
    for gap in lost(&model.frame(&one)).values() {
        assert!(matches!(gap, Gap::Degenerate(_)), "{gap}");
    }
    // A knee marker nearer to the hip than the knee is wide.
    let mut points = body.points();
    let hip = body.centres["LHJC"] + DVec3::X * 0.01;
    points[Marker::LKNE as usize] = Some(Point::saturating(hip));
    let lost = lost(&model.frame(&points));
    assert_eq!(lost["LKJC"], Gap::Degenerate(Segment::LeftFemur));
    assert!(!lost.contains_key("RKJC"));
}

#[test]
fn labels_are_found_under_a_subject_and_never_guessed() {
    let labels: Vec<String> = Marker::ALL
        .into_iter()
        .map(|m| format!("Anna:{}", m.label()))
        .collect();
    let columns = MarkerColumns::find(labels.iter().map(String::as_str));
    assert_eq!(columns, MarkerColumns::in_order());
    let twice = ["LASI", "RASI", "Anna:LASI", "LASI", "SACR"];
    let columns = MarkerColumns::find(twice);
    assert_eq!(columns.ambiguous(), [Marker::LASI]);
    assert!(!columns.has(Marker::LASI) && columns.has(Marker::RASI));
    let missing: Vec<Marker> = columns.missing().collect();
    assert!(missing.contains(&Marker::LASI) && !missing.contains(&Marker::LPSI));
}
