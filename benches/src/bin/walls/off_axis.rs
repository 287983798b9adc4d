//! Off-axis frusta against an oracle without matrices, as the tests have it; once more with the numbers rounded to single
//! precision as the graphics card is given them.

use crate::random_screen::RandomScreen;
use cyc_benches::report::Report;
use cyc_model::Point;
use cyc_stage::{Frustum, FrustumError};
use glam::{DVec2, Vec2};
use rand::SeedableRng;
use rand_chacha::ChaCha8Rng;

const SCREENS: usize = 2000;
const POINTS: usize = 5;

/// What is promised.
const NDC_MAX: f64 = 1e-5;

/// Measures, and says whether the promise is kept.
pub fn measure(report: &mut Report) -> Result<bool, FrustumError> {
    let mut random = ChaCha8Rng::seed_from_u64(2000);
    let (mut worst, mut rounded, mut seen) = (0f64, Vec::new(), 0);
    for _ in 0..SCREENS {
        let case = RandomScreen::new(&mut random);
        let frustum = Frustum::off_axis(case.screen(), Point::saturating(case.eye), 0.01)?;
        let single = frustum.clip_from_stage().as_mat4();
        for _ in 0..POINTS {
            let (ndc, point) = case.point(&mut random);
            let Some(at) = frustum.project(Point::saturating(point)) else {
                continue;
            };
            seen += 1;
            worst = worst.max(at.distance(ndc));
            let clip = single * point.as_vec3().extend(1.0);
            let at: DVec2 = (Vec2::new(clip.x, clip.y) / clip.w).as_dvec2();
            rounded.push(at.distance(ndc));
        }
    }
    rounded.sort_by(f64::total_cmp);
    let p99 = rounded.get(rounded.len() * 99 / 100).copied();
    report.paragraph(&format!(
        "## Off-axis frusta\n\n{SCREENS} random screens (0.2 to 20 m wide, any direction, the eye 0.05 to 9 m before them and up to 15 m aside), \
         {POINTS} points each, {seen} of them before the near plane: where a point appears against where the ray to it pierces the screen, in normalised \
         device coordinates (2 is the screen's width). As planned, in double precision: **{worst:.1e}** at worst (promised: {NDC_MAX:.0e}). With matrix and point \
         rounded to single precision, as a graphics card is given them: {:.1e} for 99 %, {:.1e} at worst, which is an eye a few centimetres before a screen \
         of many metres.",
        p99.unwrap_or(f64::NAN),
        rounded.last().copied().unwrap_or(f64::NAN),
    ));
    Ok(worst <= NDC_MAX)
}
