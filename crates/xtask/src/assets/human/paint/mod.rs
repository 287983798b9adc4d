//! Textures, painted by procedure on the shaped body: colour is a function of where a texel lies.

pub mod atlas;
pub mod eye;
pub mod hair;
pub mod mouth;
pub mod noise;
pub mod skin;
pub mod suit;

use glam::Vec3;

/// A colour given as 8-bit sRGB, kept as sRGB fractions: all mixing here is done by eye, in sRGB.
pub const fn srgb(red: u8, green: u8, blue: u8) -> Vec3 {
    Vec3::new(
        red as f32 / 255.0,
        green as f32 / 255.0,
        blue as f32 / 255.0,
    )
}

/// Hermite step from 0 at `low` to 1 at `high`; `low` may be the larger.
pub fn smoothstep(low: f32, high: f32, x: f32) -> f32 {
    let t = ((x - low) / (high - low)).clamp(0.0, 1.0);
    t * t * (3.0 - 2.0 * t)
}

/// Piecewise-linear curve through `(x, y)` points of ascending x, constant outside them.
pub fn curve(points: &[(f32, f32)], x: f32) -> f32 {
    let last = points.last().map_or(0.0, |point| point.1);
    for pair in points.windows(2) {
        let [(x0, y0), (x1, y1)] = [pair[0], pair[1]];
        if x <= x1 {
            return y0 + (y1 - y0) * ((x - x0) / (x1 - x0)).clamp(0.0, 1.0);
        }
    }
    last
}
