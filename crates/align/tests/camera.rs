//! Cameras with unknown offsets and lenses before walls of several shapes. The truth is projected here by plain matrices, and
//! what is found is judged by what it does: the pupil's place, its direction, and where it sees points.

#![allow(clippy::unwrap_used)] // A test says what broke by panicking.

use cyc_align::{
    AlignError, CameraAlignment, LensFreedom, PoseNoise, Sight, Tremble, Unknown, View,
    align_camera,
};
use cyc_model::{CameraBody, Distortion, LensSpec, Point, Xf};
use glam::{DMat3, DQuat, DVec2, DVec3};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const PICTURE_PX: [u32; 2] = [1920, 1080];

/// What is said of the tracker before; its source was lined up exactly.
const TREMBLE: Tremble = Tremble {
    body: PoseNoise::new(0.1, 0.002),
    source: None,
};

/// A lens of a film camera: barrel, a little off its middle.
fn barrel() -> LensSpec {
    LensSpec {
        principal_point_m: [0.000_21, -0.000_13],
        radial: [-0.11, 0.035, -0.004, 0.0, 0.0, 0.0],
        tangential: [0.0006, -0.0004],
        ..LensSpec::pinhole(0.036, 0.020_25, 0.0287)
    }
}

/// What a person knows before: what is written on the lens.
fn written() -> LensSpec {
    LensSpec::pinhole(0.036, 0.020_25, 0.032)
}

struct Truth {
    body_from_pupil: (DMat3, DVec3),
    lens: LensSpec,
}

impl Truth {
    fn new(lens: LensSpec) -> Self {
        // A quarter turn and more: nobody knows how a crown of markers sits on a camera.
        let turn = DMat3::from_rotation_y(1.9)
            * DMat3::from_rotation_x(-0.4)
            * DMat3::from_rotation_z(0.7);
        Self {
            body_from_pupil: (turn, DVec3::new(0.043, -0.161, 0.118)),
            lens,
        }
    }

    /// The pixel of a stage point, in pupil axes (y up, -z forward), by the definitions of the lens.
    fn pixel(&self, (turn, place): (DMat3, DVec3), point: DVec3) -> Option<DVec2> {
        let (own_turn, own_place) = self.body_from_pupil;
        let pupil = turn * own_place + place;
        let seen = (turn * own_turn).transpose() * (point - pupil);
        if seen.z > -0.1 {
            return None;
        }
        let (x, y) = (seen.x / -seen.z, -seen.y / -seen.z);
        let (l, r2) = (&self.lens, x * x + y * y);
        let [k1, k2, k3, ..] = l.radial;
        let [p1, p2] = l.tangential;
        let radial = 1.0 + k1 * r2 + k2 * r2.powi(2) + k3 * r2.powi(3);
        let dx = x * radial + 2.0 * p1 * x * y + p2 * (r2 + 2.0 * x * x);
        let dy = y * radial + p1 * (r2 + 2.0 * y * y) + 2.0 * p2 * x * y;
        let u =
            1920.0 * (0.5 + (l.principal_point_m[0] + l.focal_length_m * dx) / l.sensor_width_m);
        let v =
            1080.0 * (0.5 - (l.principal_point_m[1] - l.focal_length_m * dy) / l.sensor_height_m);
        let inside = (0.0..1920.0).contains(&u) && (0.0..1080.0).contains(&v) && r2 < 1.2;
        inside.then_some(DVec2::new(u, v))
    }
}

/// Marks of an arc of 5 m, every 0.5 m, and of a flat wall.
fn arc() -> Vec<DVec3> {
    let rows = (1..9).map(|r| 0.5 * f64::from(r));
    rows.flat_map(|y| {
        (-14..=14).map(move |c| {
            let around = 0.1 * f64::from(c);
            DVec3::new(5.0 * around.sin(), y, -5.0 * around.cos())
        })
    })
    .collect()
}

fn flat() -> Vec<DVec3> {
    let rows = (1..9).map(|r| 0.5 * f64::from(r));
    rows.flat_map(|y| (-12..=12).map(move |c| DVec3::new(0.5 * f64::from(c), y, -5.0)))
        .collect()
}

fn random_vector(random: &mut ChaCha8Rng, size: f64) -> DVec3 {
    // The sum of twelve evens is nearly normal, with a deviation of 1.
    let normal =
        |random: &mut ChaCha8Rng| (0..12).map(|_| random.random_range(-0.5..0.5)).sum::<f64>();
    DVec3::new(normal(random), normal(random), normal(random)) * size
}

/// Pupils that look at the wall from several places, rolled, near and far.
fn stands(count: usize, rolled: bool) -> Vec<(DMat3, DVec3)> {
    let stand = |i: usize| {
        let t = i as f64 / count as f64 * std::f64::consts::TAU;
        let place = DVec3::new(
            1.6 * t.sin(),
            1.5 + 0.5 * (2.0 * t).cos(),
            1.2 * t.cos() - 0.8,
        );
        let roll = if rolled { 0.6 * (3.0 * t).sin() } else { 0.0 };
        let turn = DMat3::from_rotation_y(-0.3 * t.sin())
            * DMat3::from_rotation_x(0.12 * (2.0 * t).sin())
            * DMat3::from_rotation_z(roll);
        (turn, place)
    };
    (0..count).map(stand).collect()
}

/// Noise of a detector and of a tracker: pixels, metres, radians.
#[derive(Clone, Copy)]
struct Noise(f64, f64, f64);

fn views(
    truth: &Truth,
    marks: &[DVec3],
    stands: &[(DMat3, DVec3)],
    noise: Noise,
    seed: u64,
) -> Vec<View> {
    let mut random = ChaCha8Rng::seed_from_u64(seed);
    let view = |(turn, place): &(DMat3, DVec3)| {
        let (own_turn, own_place) = truth.body_from_pupil;
        let body_turn = *turn * own_turn.transpose();
        let body_place = *place - body_turn * own_place;
        let body = (body_turn, body_place);
        let mut sights = Vec::new();
        for mark in marks {
            if let Some(px) = truth.pixel(body, *mark) {
                let image_px = px + random_vector(&mut random, noise.0).truncate();
                let stage = Point::new(*mark).unwrap();
                sights.push(Sight { stage, image_px });
            }
        }
        let shaken = DQuat::from_scaled_axis(random_vector(&mut random, noise.2));
        let stage_from_body = Xf::new(
            (shaken * DQuat::from_mat3(&body_turn)).normalize(),
            body_place + random_vector(&mut random, noise.1),
        );
        View {
            stage_from_body: stage_from_body.unwrap(),
            sights,
        }
    };
    stands.iter().map(view).collect()
}

/// How far off what was found is: millimetres, degrees, and pixels at worst over the picture.
fn errors(found: &CameraAlignment, truth: &Truth) -> (f64, f64, f64) {
    let (turn, place) = truth.body_from_pupil;
    let off_mm = (found.body_from_pupil.translation().metres() - place).length() * 1e3;
    let found_turn = DMat3::from_quat(found.body_from_pupil.rotation());
    // Of the direction that is looked into, with the roll: the whole turn between both.
    let between = found_turn.transpose() * turn;
    let angle =
        ((between.col(0).x + between.col(1).y + between.col(2).z - 1.0) / 2.0).clamp(-1.0, 1.0);
    let with_found = Truth {
        body_from_pupil: (found_turn, found.body_from_pupil.translation().metres()),
        lens: found.lens,
    };
    let mut worst_px: f64 = 0.0;
    for stand in stands(5, true) {
        let body = (
            stand.0 * turn.transpose(),
            stand.1 - stand.0 * turn.transpose() * place,
        );
        for mark in arc() {
            if let (Some(a), Some(b)) = (truth.pixel(body, mark), with_found.pixel(body, mark)) {
                worst_px = worst_px.max((a - b).length());
            }
        }
    }
    (off_mm, angle.acos().to_degrees(), worst_px)
}

#[test]
fn an_unknown_offset_and_an_unknown_lens_are_found() {
    let truth = Truth::new(barrel());
    let mut worst = [0.0f64; 3];
    for (nth, marks) in [arc(), flat()].iter().enumerate() {
        for seed in 0..4 {
            let noise = Noise(0.15, 0.000_1, 0.000_03);
            let seen = views(&truth, marks, &stands(14, true), noise, seed);
            let found =
                align_camera(&seen, PICTURE_PX, &written(), (LensFreedom::Full, TREMBLE)).unwrap();
            let (mm, deg, px) = errors(&found, &truth);
            assert!(
                mm <= 1.0 && deg <= 0.02 && px <= 0.3,
                "wall {nth}, seed {seed}: {mm} mm, {deg} deg, {px} px"
            );
            worst = [worst[0].max(mm), worst[1].max(deg), worst[2].max(px)];
            assert!(found.rms_px < 0.4, "{}", found.rms_px);
            // What it says of itself holds: most answers lie within three standard errors.
            assert!(
                mm < 4.0 * found.uncertainty.place_mm.max(0.1),
                "{mm}: {:?}",
                found.uncertainty
            );
        }
    }
    println!(
        "place {:.2} mm, direction {:.4} deg, picture {:.2} px at worst",
        worst[0], worst[1], worst[2]
    );
}

#[test]
fn a_lens_that_is_known_stays_and_its_polynomials_direction_counts() {
    let truth = Truth::new(barrel());
    let noise = Noise(0.1, 0.0, 0.0);
    let seen = views(&truth, &arc(), &stands(6, true), noise, 1);
    let found = align_camera(&seen, PICTURE_PX, &barrel(), (LensFreedom::Fixed, TREMBLE)).unwrap();
    assert_eq!(found.lens, barrel());
    let (mm, deg, px) = errors(&found, &truth);
    assert!(mm < 1.0 && deg < 0.02 && px < 0.3, "{mm} {deg} {px}");
    // The same coefficients the other way are another lens: no pose explains the pictures.
    let other = LensSpec {
        direction: Distortion::DistortedToUndistorted,
        ..barrel()
    };
    let found = align_camera(&seen, PICTURE_PX, &other, (LensFreedom::Fixed, TREMBLE));
    assert!(found.is_err_and(|e| matches!(e, AlignError::Undetermined { .. })));
    // With the lens free to be found, it does not matter where the search begins.
    let found = align_camera(&seen, PICTURE_PX, &other, (LensFreedom::Full, TREMBLE)).unwrap();
    assert!(errors(&found, &truth).2 < 0.3);
}

#[test]
fn a_point_that_was_mixed_up_is_named_and_turns_nothing() {
    let truth = Truth::new(barrel());
    let mut seen = views(&truth, &arc(), &stands(10, true), Noise(0.15, 0.0, 0.0), 3);
    seen[4].sights[9].image_px += DVec2::new(60.0, -25.0);
    let found = align_camera(&seen, PICTURE_PX, &written(), (LensFreedom::Full, TREMBLE)).unwrap();
    assert_eq!(found.worst, (4, 9));
    assert!((found.residuals_px[4][9] - 65.0).abs() < 2.0);
    let (mm, deg, px) = errors(&found, &truth);
    assert!(mm < 1.0 && deg < 0.02 && px < 0.3, "{mm} {deg} {px}");
}

#[test]
fn views_that_leave_something_open_are_refused_with_what() {
    let truth = Truth::new(LensSpec {
        radial: [0.0; 6],
        tangential: [0.0; 2],
        ..barrel()
    });
    // One view straight at a flat wall: nearer or longer lens, who knows.
    let straight = [(DMat3::IDENTITY, DVec3::new(0.0, 2.2, 1.0))];
    let seen = views(&truth, &flat(), &straight, Noise(0.0, 0.0, 0.0), 1);
    let error =
        align_camera(&seen, PICTURE_PX, &written(), (LensFreedom::Full, TREMBLE)).unwrap_err();
    assert!(matches!(error, AlignError::Undetermined { .. }), "{error}");
    // Four points in a corner of the picture leave the focal length open, even from several places.
    let marks: Vec<_> = flat()
        .into_iter()
        .filter(|m| m.x.abs() < 0.6 && (m.y - 2.2).abs() < 0.6)
        .collect();
    let seen = views(&truth, &marks, &straight.repeat(3), Noise(0.0, 0.0, 0.0), 1);
    let error =
        align_camera(&seen, PICTURE_PX, &written(), (LensFreedom::Focal, TREMBLE)).unwrap_err();
    let AlignError::Undetermined { unknown, .. } = error else {
        panic!("{error}")
    };
    assert!(matches!(unknown, Unknown::FocalLength | Unknown::Place));
    let few = vec![View {
        stage_from_body: Xf::<_, CameraBody>::IDENTITY,
        sights: seen[0].sights[..3].to_vec(),
    }];
    let error =
        align_camera(&few, PICTURE_PX, &written(), (LensFreedom::Full, TREMBLE)).unwrap_err();
    assert_eq!(
        error,
        AlignError::ThinView {
            view: 1,
            given: 3,
            least: 4
        }
    );
}

/// What the source is off by on the stage, before anybody knows.
fn misplaced(seen: &mut [View], turn: DVec3, place: DVec3) {
    for view in seen {
        let wrong = Xf::new(DQuat::from_scaled_axis(turn), place).unwrap();
        view.stage_from_body = wrong * view.stage_from_body;
    }
}

#[test]
fn a_tracker_that_trembles_bends_no_lens_and_a_source_that_is_off_is_put_right() {
    let truth = Truth::new(barrel());
    let asked = |source: bool| {
        let source = source.then(|| PoseNoise::new(0.5, 0.02));
        (LensFreedom::Full, Tremble { source, ..TREMBLE })
    };
    for (nth, marks) in [arc(), flat()].iter().enumerate() {
        for seed in 10..13 {
            // Corners of photographs, and a tracker of 0.1 mm and 0.002 degrees.
            let noise = Noise(0.02, 0.000_1, 0.000_035);
            let mut seen = views(&truth, marks, &stands(10, true), noise, seed);
            let still = align_camera(&seen, PICTURE_PX, &written(), asked(true)).unwrap();
            assert_eq!(still.source_shift, None, "wall {nth}, seed {seed}");
            let (turn, place) = (DVec3::new(6e-5, -9e-5, 5e-5), DVec3::new(2e-4, 1e-4, -2e-4));
            misplaced(&mut seen, turn, place);
            let found = align_camera(&seen, PICTURE_PX, &written(), asked(true)).unwrap();
            let (mm, deg, px) = errors(&found, &truth);
            let said = format!("wall {nth}, seed {seed}: {mm} mm, {deg} deg, {px} px");
            assert!(mm <= 1.0 && deg <= 0.02 && px <= 0.3, "{said}");
            assert!(found.rms_px < 0.05, "{said}: {}", found.rms_px);
            // Back where it was, in the middle of the stage.
            let shift = found.source_shift.expect("the source is off");
            let at = DVec3::new(0.0, 1.5, -2.0);
            let gone = DQuat::from_scaled_axis(turn) * at + place;
            let back = shift.rotation() * gone + shift.translation().metres();
            assert!(
                (back - at).length() < 0.000_5,
                "{said}: {}",
                (back - at).length()
            );
            // Who believes the source is further off.
            let held = align_camera(&seen, PICTURE_PX, &written(), asked(false)).unwrap();
            assert_eq!(held.source_shift, None);
            let held_px = errors(&held, &truth).2;
            assert!(held_px > px, "{said}: {held_px} px");
        }
    }
}

#[test]
fn a_camera_that_was_pushed_in_one_view_is_named_and_turns_nothing() {
    let truth = Truth::new(barrel());
    let noise = Noise(0.05, 0.000_1, 0.000_035);
    let mut seen = views(&truth, &arc(), &stands(10, true), noise, 5);
    misplaced(
        &mut seen[6..7],
        DVec3::new(0.0, 0.003, 0.0),
        DVec3::new(0.004, 0.0, 0.0),
    );
    let asked = (LensFreedom::Full, TREMBLE);
    let found = align_camera(&seen, PICTURE_PX, &written(), asked).unwrap();
    let turned = |view: usize| found.bodies_off[view].turn_deg;
    assert!((turned(6) - 0.172).abs() < 0.03, "{:?}", found.bodies_off);
    assert!((0..10).filter(|v| *v != 6).all(|v| turned(v) < 0.02));
    let (mm, deg, px) = errors(&found, &truth);
    assert!(mm < 1.0 && deg < 0.02 && px < 0.3, "{mm} {deg} {px}");
}
