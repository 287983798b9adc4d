//! Photographs against each other: through the wall, direct, and the best that the wall's pixel grid allows.

use super::photograph::{Lit, Photograph};
use super::pinhole::Pinhole;
use super::run::{DIRECT_FACTOR, Proof, ProofPictures, Shot};
use super::wall::{CanvasPlace, PhysicalWall, first_met};

/// Rays a pixel, in each direction.
pub(super) const RAYS: u32 = 2;

/// Pixels at the walls' edges that are not compared.
const EDGE_PX: usize = 4;

pub(super) fn compare(
    shots: &[Shot],
    walls: &[PhysicalWall],
    directs: &[Vec<u8>],
    fines: Vec<Photograph>,
    reals: Vec<Photograph>,
    proof: &mut Proof,
) {
    let worst = |before: Option<f64>, now: Option<f64>| match (before, now) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    };
    let through = fines.into_iter().zip(reals);
    for ((shot, direct), (fine, real)) in shots.iter().zip(directs).zip(through) {
        let open = shot.camera.without_glass(DIRECT_FACTOR);
        let lit = Lit::new(direct, open.size_px);
        let seen = if shot.camera.glass.is_plain() {
            Photograph::of_picture(&lit, DIRECT_FACTOR)
        } else {
            through_glass(&shot.camera, &open, &lit)
        };
        let ideal = ideal_photograph(&shot.camera, walls, &lit);
        proof.psnr_db = worst(proof.psnr_db, fine.psnr_db(&seen, EDGE_PX));
        proof.psnr_real_db = worst(proof.psnr_real_db, real.psnr_db(&seen, EDGE_PX));
        proof.psnr_ideal_db = worst(proof.psnr_ideal_db, real.psnr_db(&ideal, EDGE_PX));
        proof.pictures.get_or_insert(ProofPictures {
            through_wall: real,
            through_fine_wall: fine,
            direct: seen,
            ..ProofPictures::default()
        });
    }
}

/// A picture drawn without the glass, as the glass shows it: looked up along the physical camera's rays.
fn through_glass(camera: &Pinhole, open: &Pinhole, drawn: &Lit<'_>) -> Photograph {
    let [width, height] = open.size_px.map(f64::from);
    let origin = camera.centre();
    Photograph::by_rays(camera, RAYS, |ray| {
        let ahead = super::rigid::add(origin, super::rigid::scale(ray, 10.0));
        let (at, _) = open.project(ahead)?;
        Some(drawn.between(at, [0.0, 0.0, width, height]))
    })
}

/// Pixels of the direct picture under one of the wall's beyond which their mean counts, not what is in the middle.
const MEAN_BEYOND_PX: f64 = 2.5;

/// Looks in each direction for that mean, at most.
const LOOKS_MAX: f64 = 12.0;

/// The best photograph that a wall of this pixel grid allows: each wall pixel shows what the direct picture has where
/// that pixel is seen, the mean of it where that is much, without any error of geometry.
fn ideal_photograph(camera: &Pinhole, walls: &[PhysicalWall], direct: &Lit<'_>) -> Photograph {
    let fine = camera.without_glass(DIRECT_FACTOR);
    let [width, height] = fine.size_px.map(f64::from);
    let origin = camera.centre();
    let shown = |wall: &PhysicalWall, place: &CanvasPlace, x: f64, y: f64| {
        let rect = wall.canvas_rect(place.block);
        let centre = [
            x.clamp(rect[0] + 0.5, rect[2] - 0.5),
            y.clamp(rect[1] + 0.5, rect[3] - 0.5),
        ];
        let seen = |dx: f64, dy: f64| {
            let px = [centre[0] + dx, centre[1] + dy];
            fine.project(wall.point(px, place)).map(|(at, _)| at)
        };
        let at = seen(0.0, 0.0)?;
        // Wall pixels just outside the picture are needed to filter its border, but not known.
        let known = at[0] > 0.0 && at[1] > 0.0 && at[0] < width && at[1] < height;
        if !known {
            return None;
        }
        let apart = |a: [f64; 2], b: [f64; 2]| (a[0] - b[0]).hypot(a[1] - b[1]);
        let wide = apart(seen(-0.5, 0.0)?, seen(0.5, 0.0)?);
        let wide = wide.max(apart(seen(0.0, -0.5)?, seen(0.0, 0.5)?));
        let looks = match wide > MEAN_BEYOND_PX {
            true => (wide * 0.5).ceil().min(LOOKS_MAX),
            false => 1.0,
        };
        let mut sum = [0.0f32; 3];
        for nth in 0..(looks * looks) as u32 {
            let (x, y) = (f64::from(nth) % looks, (f64::from(nth) / looks).floor());
            let at = seen((x + 0.5) / looks - 0.5, (y + 0.5) / looks - 0.5)?;
            let color = direct.between(at, [0.0, 0.0, width, height]);
            for (s, c) in sum.iter_mut().zip(color) {
                *s += c / (looks * looks) as f32;
            }
        }
        Some(sum)
    };
    Photograph::by_rays(camera, RAYS, |ray| {
        let place = first_met(walls, origin, ray)?;
        let wall = walls.get(place.wall)?;
        let [x, y] = place.px.map(|c| c - 0.5);
        let (x0, y0) = (x.floor(), y.floor());
        let (fx, fy) = ((x - x0) as f32, (y - y0) as f32);
        let mut sum = [0.0f32; 3];
        for (dx, dy, weight) in [
            (0.0, 0.0, (1.0 - fx) * (1.0 - fy)),
            (1.0, 0.0, fx * (1.0 - fy)),
            (0.0, 1.0, (1.0 - fx) * fy),
            (1.0, 1.0, fx * fy),
        ] {
            let color = shown(wall, &place, x0 + dx + 0.5, y0 + dy + 0.5)?;
            for (s, c) in sum.iter_mut().zip(color) {
                *s += c * weight;
            }
        }
        Some(sum)
    })
}
