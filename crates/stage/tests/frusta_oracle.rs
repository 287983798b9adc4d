//! Off-axis frusta against an oracle that uses no matrices: a point appears where the ray from the eye to it pierces
//! the screen. 2000 random screens with 5 points each, all in f64.

use cyc_model::{Point, Pupil, Stage, Xf};
use cyc_stage::{Frustum, FrustumError, Tangents};
use glam::{DQuat, DVec2, DVec3};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

mod random_screen;

use random_screen::RandomScreen;

#[test]
fn a_point_appears_where_its_ray_pierces_the_screen() {
    let mut random = ChaCha8Rng::seed_from_u64(1974);
    let mut worst = 0f64;
    for _ in 0..2000 {
        let case = RandomScreen::new(&mut random);
        let frustum = Frustum::off_axis(case.screen(), Point::saturating(case.eye), 0.01).unwrap();
        for _ in 0..5 {
            let (ndc, point) = case.point(&mut random);
            let seen = frustum.project(Point::saturating(point));
            if let Some(seen) = seen {
                worst = worst.max(seen.distance(ndc));
            } else {
                let depth = case.depth(point);
                assert!(depth < 0.01, "hidden at depth {depth}");
            }
        }
    }
    println!("worst distance in NDC: {worst:.2e}");
    assert!(worst < 1e-9, "{worst}");
}

#[test]
fn depth_is_one_at_the_near_plane_and_falls_to_zero() {
    let case = RandomScreen::new(&mut ChaCha8Rng::seed_from_u64(3));
    let frustum = Frustum::off_axis(case.screen(), Point::saturating(case.eye), 0.1).unwrap();
    let forward = case.up.cross(case.right);
    let depth = |distance: f64| {
        let clip = frustum.clip_from_stage() * (case.eye + forward * distance).extend(1.0);
        clip.z / clip.w
    };
    assert!((depth(0.1) - 1.0).abs() < 1e-12);
    assert!((depth(1.0) - 0.1).abs() < 1e-12);
    assert!(depth(1e5) > 0.0 && depth(1e5) < 1e-5);
}

#[test]
fn an_eye_behind_the_screen_is_a_state() {
    let case = RandomScreen::new(&mut ChaCha8Rng::seed_from_u64(4));
    let back = case.corner - case.right.cross(case.up) * 0.25;
    match Frustum::off_axis(case.screen(), Point::saturating(back), 0.1) {
        Err(FrustumError::EyeBehindScreen { behind_m }) => assert!((behind_m - 0.25).abs() < 1e-9),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_ray_basis_leads_back_to_the_pixel() {
    let mut random = ChaCha8Rng::seed_from_u64(5);
    let rotation = DQuat::from_xyzw(0.1, -0.4, 0.2, 0.8);
    let pose: Xf<Stage, Pupil> = Xf::saturating(rotation, DVec3::new(1.0, 1.6, 0.4));
    let tangents = Tangents::new([-0.5, 0.45, -0.3, 0.32]);
    let frustum = Frustum::inner(pose, tangents, 1.2, 0.05).unwrap();
    let [straight, dx, dy] = frustum.ray_basis();
    for _ in 0..100 {
        let ndc = DVec2::new(
            random.random_range(-1.0..1.0),
            random.random_range(-1.0..1.0),
        );
        let ray = straight + dx * ndc.x + dy * ndc.y;
        let point = frustum.eye().metres() + ray * random.random_range(0.1..100.0);
        let seen = frustum.project(Point::saturating(point)).unwrap();
        assert!(seen.distance(ndc) < 1e-9);
    }
}
