//! How far a decoded track is from the truth, by arithmetic of its own: matrices instead of quaternions, points on the
//! shell instead of a bound.

use cyc_compact::{CompactTake, PackOptions, Track, pack};
use cyc_model::{JointFrame, Xf};
use glam::{DMat3, DVec3};

pub type Local = Xf<JointFrame, JointFrame>;

/// Directions in which points of the shell are looked at: axes, and corners between them.
fn shell() -> Vec<DVec3> {
    let mut all = Vec::new();
    for x in -1..=1 {
        for y in -1..=1 {
            for z in -1..=1 {
                let v = DVec3::new(f64::from(x), f64::from(y), f64::from(z));
                all.extend(v.try_normalize());
            }
        }
    }
    all
}

/// Rotation matrices and positions of all joints.
fn placed(parents: &[Option<u16>], locals: &[Local]) -> Vec<(DMat3, DVec3)> {
    let mut all: Vec<(DMat3, DVec3)> = Vec::new();
    for (local, parent) in locals.iter().zip(parents) {
        let q = local.rotation();
        let (x, y, z, w) = (q.x, q.y, q.z, q.w);
        let own = DMat3::from_cols_array(&[
            1.0 - 2.0 * (y * y + z * z),
            2.0 * (x * y + w * z),
            2.0 * (x * z - w * y),
            2.0 * (x * y - w * z),
            1.0 - 2.0 * (x * x + z * z),
            2.0 * (y * z + w * x),
            2.0 * (x * z + w * y),
            2.0 * (y * z - w * x),
            1.0 - 2.0 * (x * x + y * y),
        ]);
        let at = local.translation().metres();
        all.push(match parent {
            Some(p) => {
                let (m, origin) = all[usize::from(*p)];
                (m * own, origin + m * at)
            }
            None => (own, at),
        });
    }
    all
}

/// The largest distance of any point three centimetres from any joint from its true place, metres.
pub fn farthest_m(parents: &[Option<u16>], truth: &[Local], decoded: &[Local]) -> f64 {
    let (truth, decoded) = (placed(parents, truth), placed(parents, decoded));
    let mut worst = 0.0f64;
    for ((m, at), (n, there)) in truth.iter().zip(&decoded) {
        for direction in shell() {
            let d = (*m - *n) * (direction * 0.03) + (*at - *there);
            worst = worst.max(d.length());
        }
    }
    worst
}

/// Packs a track, and returns its bytes and the largest error of all frames, read forwards and then backwards.
pub fn packed(track: &Track, options: PackOptions) -> (usize, f64) {
    let bytes = pack(b"about", std::slice::from_ref(track), options).unwrap();
    let take = CompactTake::open(bytes).unwrap();
    let mut cursor = take.cursor(0).unwrap();
    assert_eq!(cursor.frames(), track.frames);
    let n = track.parents.len();
    let mut decoded = vec![Local::IDENTITY; n];
    let mut worst = 0.0f64;
    for f in (0..track.frames).chain((0..track.frames).rev()) {
        cursor.frame(f).unwrap().locals(&mut decoded);
        let truth = &track.locals[f * n..(f + 1) * n];
        worst = worst.max(farthest_m(&track.parents, truth, &decoded));
    }
    assert!(cursor.frame(track.frames).is_err());
    (take.byte_count(), worst)
}

/// The smallest error that is asked for here, and what arithmetic at a distance of so many metres may add to it.
pub fn within(worst: f64, error_m: f64, distance_m: f64) -> bool {
    worst <= error_m + 1e-12 + distance_m * 1e-15
}
