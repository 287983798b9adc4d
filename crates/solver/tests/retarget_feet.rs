//! Feet of every recorded motion on every character: planted where the performer's are, rolling as they do.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod minimal_c3d;
mod retarget_takes;

use cyc_model::Xf;
use cyc_solver::{
    FootContacts, MeterFrame, RetargetFigures, RetargetMeter, RetargetSettings, Retargeter,
};
use retarget_takes::bodies::{self, Body};
use retarget_takes::judge;
use retarget_takes::motions::{self, Motion};
use retarget_takes::random_bodies;
use std::sync::OnceLock;

/// How many bodies are drawn by lot in an ordinary run.
const RANDOM_BODIES: u64 = 12;

fn measure(
    motion: &Motion,
    body: &Body,
    stance: &[[FootContacts; 2]],
    settings: &RetargetSettings,
) -> RetargetFigures {
    let source = (&motion.skeleton, &motion.map);
    let target = (&body.skeleton, &body.map);
    let mut retargeter = Retargeter::build(source, target, settings).unwrap();
    let mut free = Retargeter::build(source, target, &settings.unconstrained()).unwrap();
    let mut meter = RetargetMeter::new(source, target).unwrap();
    let mut out = vec![Xf::IDENTITY; body.skeleton.len()];
    let mut unconstrained = out.clone();
    let dt_s = 1.0 / motion.rate_hz;
    for (frame, stance) in motion.frames.iter().zip(stance) {
        let report = retargeter.run(frame, dt_s, &mut out);
        free.run(frame, dt_s, &mut unconstrained);
        meter.push(&MeterFrame {
            dt_s,
            stance: *stance,
            held: report.contacts,
            source: frame,
            target: &out,
            unconstrained: &unconstrained,
        });
    }
    meter.figures()
}

/// Every motion with its stance, solved and judged once for all tests.
fn takes() -> &'static [(Motion, Vec<[FootContacts; 2]>)] {
    static TAKES: OnceLock<Vec<(Motion, Vec<[FootContacts; 2]>)>> = OnceLock::new();
    TAKES.get_or_init(|| {
        let judged = motions::all().into_iter().map(|m| {
            let stance = judge::stance(&m);
            (m, stance)
        });
        judged.collect()
    })
}

fn figures(
    settings: &RetargetSettings,
    bodies: &[Body],
    mut of: impl FnMut(&Motion, &Body, &RetargetFigures),
) {
    for (motion, stance) in takes() {
        for body in bodies {
            of(motion, body, &measure(motion, body, stance, settings));
        }
    }
}

/// What is promised of feet, on every motion and body. Figures of one stance or frame are for bodies of human size.
#[test]
fn feet_stay_where_they_landed() {
    figures(
        &RetargetSettings::default(),
        &bodies::all(),
        |motion, body, f| {
            let what = format!("{} on {}: {f:?}", motion.name, body.name);
            assert!(f.stance_s > 0.5, "{what}");
            assert!(f.held_part > 0.95, "{what}");
            assert!(f.penetration_max_m.value < 0.002, "{what}");
            assert!(f.pitch_error_max_rad.value < 5f64.to_radians(), "{what}");
            let size = if body.name == "giant" { 2.5 } else { 1.0 };
            assert!(f.skate_mean_mps < 0.010 * size, "{what}");
            assert!(f.skate_p95_mps < 0.025 * size, "{what}");
            assert!(f.float_mean_m < 0.004 * size, "{what}");
            // A giant's free foot swings faster round a pivot than a correction may move.
            if body.name == "giant" {
                return;
            }
            assert!(f.drift_max_m.value < 0.002, "{what}");
            assert!(f.foot_pop_max_m.value < 0.0095, "{what}");
            // She walks down stairs whose tread is 16 cm under the floor, on which a foot that comes at 1 m/s stops.
            if motion.name != "Movement_trial" {
                assert!(f.foot_pop_max_m.value < 0.005, "{what}");
            }
        },
    );
}

/// Bodies of any proportions and rest pose, without bones that others have, and with names that say nothing. A foot that stands
/// drifts by more than is promised only where another promise forbids to hold it: its leg, of other proportions than the
/// performer's, swings it faster round a pivot than a correction may move without a pop.
#[test]
fn bodies_that_nobody_drew_stand_as_well() {
    let (Some(human), Some(motion)) = (bodies::human(), motions::performance("action")) else {
        return;
    };
    let stance = judge::stance(&motion);
    let many = std::env::var("CYC_RANDOM_BODIES").ok();
    let many = many.map_or(RANDOM_BODIES, |many| many.parse().unwrap());
    let (mut wrong, mut drifting) = (Vec::new(), 0);
    for seed in 0..many {
        let (body, what) = random_bodies::body(&human, seed);
        let missing: Vec<_> = body.map.missing_required().collect();
        if !missing.is_empty() {
            wrong.push(format!("{what}: not found are {missing:?}"));
            continue;
        }
        let f = measure(&motion, &body, &stance, &RetargetSettings::default());
        let drifts = f.drift_max_m.value >= 0.002;
        drifting += u64::from(drifts);
        let held = [
            (f.held_part > 0.95, "not held"),
            (f.penetration_max_m.value < 0.002, "sinks"),
            (f.pitch_error_max_rad.value < 5f64.to_radians(), "pitched"),
            (f.skate_mean_mps < 0.010, "slides"),
            (f.skate_p95_mps < 0.025, "slides at times"),
            (f.foot_pop_p99_m < 0.005, "pops"),
            (!drifts || is_held_back(&motion, &body, &f), "drifts"),
            (f.drift_max_m.value < 0.02, "drifts far"),
        ];
        let failed = held.iter().filter(|(holds, _)| !holds);
        let failed: Vec<_> = failed.map(|(_, what)| *what).collect();
        if !failed.is_empty() {
            wrong.push(format!("{what}: {failed:?}: {f:?}"));
        }
    }
    eprintln!("{drifting} of {many} bodies drift where a correction may go no faster");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(2 * drifting < many, "{drifting} of {many} drift");
}

/// Whether in the stance with most drift the foot's correction moved along the floor as fast as it may: by four fifths of 4.8 mm
/// in a frame, which leaves the rest of 5 mm for up and down.
fn is_held_back(motion: &Motion, body: &Body, f: &RetargetFigures) -> bool {
    let source = (&motion.skeleton, &motion.map);
    let target = (&body.skeleton, &body.map);
    let settings = RetargetSettings::default();
    let mut retargeter = Retargeter::build(source, target, &settings).unwrap();
    let mut out = vec![Xf::IDENTITY; body.skeleton.len()];
    let worst = f.worst_stances[0];
    let (mut before, mut fastest_m) = (None, 0.0f64);
    for (number, frame) in (0..=worst.last_frame).zip(&motion.frames) {
        let report = retargeter.run(frame, 1.0 / motion.rate_hz, &mut out);
        let moved = report.foot_moved_m[worst.place.foot];
        let along = glam::DVec2::new(moved.x, moved.z);
        let step = before.replace(along).map(|before| along.distance(before));
        if number > worst.first_frame {
            fastest_m = fastest_m.max(step.unwrap_or(0.0));
        }
    }
    fastest_m > 0.99 * 0.8 * 0.0048
}

/// Points that the judge has seen still slide, sink or go through the floor without what is switched off here.
#[test]
fn every_mechanism_of_the_feet_is_needed() {
    let bodies: Vec<Body> = bodies::all()
        .into_iter()
        .filter(|b| ["human", "tall", "cryptovoxels"].contains(&b.name))
        .collect();
    let count = |change: fn(&mut RetargetSettings), fails: fn(&RetargetFigures) -> bool| {
        let mut settings = RetargetSettings::default();
        change(&mut settings);
        let (mut failed, mut all) = (0, 0);
        figures(&settings, &bodies, |_, _, f| {
            failed += usize::from(fails(f));
            all += 1;
        });
        (failed, all)
    };
    let (failed, all) = count(|s| s.feet.plant = 0.0, |f| f.skate_p95_mps > 0.025);
    assert!(2 * failed > all, "without holds {failed} of {all} slide");
    let (failed, all) = count(
        |s| {
            s.feet.keep_above_floor = 0.0;
            s.feet.match_floor = 0.0;
        },
        |f| f.penetration_max_m.value > 0.002,
    );
    assert!(2 * failed > all, "without the floor {failed} of {all} sink");
    let (failed, all) = count(
        |s| s.pelvis.shift = 0.0,
        |f| f.joint_pop_p99_m > 0.008 || f.skate_p95_mps > 0.025,
    );
    assert!(
        4 * failed > all,
        "without the step of the hips {failed} of {all} pop or slide"
    );
    let (failed, all) = count(
        |s| s.contact.enter_speed_parts_per_s = 0.005,
        |f| f.held_part < 0.95,
    );
    assert!(
        3 * failed > all,
        "with a labeller that is too strict {failed} of {all} are not held"
    );
}

/// Hips that are wide beside the legs take a standing foot along when the body turns over the other one: a doll with a big head
/// and somebody of very short legs.
#[test]
fn short_legs_under_wide_hips_stand_as_well() {
    let (Some(human), Some(motion)) = (bodies::human(), motions::performance("action")) else {
        return;
    };
    let stance = judge::stance(&motion);
    let (trunk, width) = ([0.7, 0.8], [0.6, 0.8]);
    for (k, (leg, feet)) in [(0.28, 0.4), (0.35, 0.7)].into_iter().enumerate() {
        let build = bodies::Build {
            name: "short legs",
            trunk: trunk[k],
            arms: trunk[k],
            thighs: leg,
            shanks: leg,
            width: width[k],
            feet,
        };
        let body = bodies::built(&human, &build);
        let f = measure(&motion, &body, &stance, &RetargetSettings::default());
        assert!(f.held_part > 0.99, "{k}: {f:?}");
        assert!(f.penetration_max_m.value < 0.002, "{k}: {f:?}");
        assert!(f.skate_mean_mps < 0.010, "{k}: {f:?}");
        assert!(f.skate_p95_mps < 0.025, "{k}: {f:?}");
        assert!(f.drift_max_m.value < 0.002, "{k}: {f:?}");
        assert!(f.foot_pop_max_m.value < 0.005, "{k}: {f:?}");
    }
}

/// A robot of ten metres: what is promised of people holds of it by its size.
#[test]
fn a_colossus_stands_as_people_do() {
    let (Some(human), Some(motion)) = (bodies::human(), motions::performance("action")) else {
        return;
    };
    let size = 6.0;
    let colossus = bodies::Build {
        name: "colossus",
        trunk: size,
        arms: size,
        thighs: size,
        shanks: size,
        width: size,
        feet: size,
    };
    let body = bodies::built(&human, &colossus);
    let stance = judge::stance(&motion);
    let f = measure(&motion, &body, &stance, &RetargetSettings::default());
    assert!(f.held_part > 0.95, "{f:?}");
    assert!(f.penetration_max_m.value < 0.002 * size, "{f:?}");
    assert!(f.skate_mean_mps < 0.010 * size, "{f:?}");
    assert!(f.skate_p95_mps < 0.025 * size, "{f:?}");
    assert!(f.drift_max_m.value < 0.002 * size, "{f:?}");
    assert!(f.foot_pop_max_m.value < 0.005 * size, "{f:?}");
}

/// A capture at another rate, and a live one with a millimetre of noise, is held as well.
#[test]
fn rate_and_noise_do_not_matter() {
    let Some(tall) = bodies::person("tall") else {
        return;
    };
    for motion in motions::PERFORMANCES
        .into_iter()
        .filter_map(motions::performance)
    {
        for (rate_hz, noise_m) in [(60.0, 0.0), (240.0, 0.0), (120.0, 0.001), (240.0, 0.001)] {
            let clean = motion.at_rate(rate_hz);
            let stance = judge::stance(&clean);
            let noisy = clean.with_noise(noise_m);
            let f = measure(&noisy, &tall, &stance, &RetargetSettings::default());
            let what = format!("{} at {rate_hz} Hz, {noise_m} m: {f:?}", motion.name);
            assert!(f.held_part > 0.95, "{what}");
            assert!(f.skate_mean_mps < 0.010, "{what}");
            assert!(f.skate_p95_mps < 0.030, "{what}");
            assert!(f.penetration_max_m.value < 0.002, "{what}");
        }
    }
}
