//! Tone maps: from the scene's open range of light to what a wall can show.

use glam::{DMat3, DVec3};

/// How radiance becomes wall light.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ToneMap {
    /// Not at all: for walls of a high range, and for content that is graded already.
    None,
    /// Narkowicz 2015: a fit of the ACES reference rendering.
    #[default]
    Aces,
    /// AgX: bright colours go to white as on film (the polynomial of six orders over 16.5 stops, in BT.2020).
    AgX,
    /// Khronos PBR Neutral: keeps the colours of what is not a highlight.
    Neutral,
}

impl ToneMap {
    /// Wall light of radiance; never below zero.
    pub fn apply(self, radiance: DVec3) -> DVec3 {
        let color = radiance.max(DVec3::ZERO);
        match self {
            Self::None => color,
            Self::Aces => aces(color),
            Self::AgX => agx(color),
            Self::Neutral => neutral(color),
        }
    }
}

fn aces(x: DVec3) -> DVec3 {
    let above = x * (2.51 * x + 0.03);
    let below = x * (2.43 * x + 0.59) + 0.14;
    (above / below).clamp(DVec3::ZERO, DVec3::ONE)
}

/// Stops that AgX spreads over 0 to 1, about the middle grey.
const AGX_STOPS: [f64; 2] = [-12.473_93, 4.026_069];

/// Rows of the matrices from linear sRGB into AgX's space and back (both with BT.2020 in between).
const REC2020_FROM_SRGB: [[f64; 3]; 3] = [
    [0.6274, 0.3293, 0.0433],
    [0.0691, 0.9195, 0.0113],
    [0.0164, 0.0880, 0.8956],
];
const SRGB_FROM_REC2020: [[f64; 3]; 3] = [
    [1.6605, -0.5876, -0.0728],
    [-0.1246, 1.1329, -0.0083],
    [-0.0182, -0.1006, 1.1187],
];
const AGX_INSET: [[f64; 3]; 3] = [
    [0.856627153315983, 0.0951212405381588, 0.0482516061458583],
    [0.137318972929847, 0.761241990602591, 0.101439036467562],
    [0.11189821299995, 0.0767994186031903, 0.811302368396859],
];
const AGX_OUTSET: [[f64; 3]; 3] = [
    [
        1.1271005818144368,
        -0.11060664309660323,
        -0.016493938717834573,
    ],
    [
        -0.1413297634984383,
        1.157823702216272,
        -0.016493938717834257,
    ],
    [
        -0.14132976349843826,
        -0.11060664309660294,
        1.2519364065950405,
    ],
];

fn rows(rows: &[[f64; 3]; 3]) -> DMat3 {
    DMat3::from_cols_array_2d(rows).transpose()
}

fn agx(color: DVec3) -> DVec3 {
    let inset = rows(&AGX_INSET) * (rows(&REC2020_FROM_SRGB) * color);
    let [low, high] = AGX_STOPS;
    let stops = |v: f64| ((v.max(1e-10).log2() - low) / (high - low)).clamp(0.0, 1.0);
    let x = DVec3::new(stops(inset.x), stops(inset.y), stops(inset.z));
    let curved = polynomial(x);
    let outset = (rows(&AGX_OUTSET) * curved).max(DVec3::ZERO);
    let linear = outset.powf(2.2);
    (rows(&SRGB_FROM_REC2020) * linear).clamp(DVec3::ZERO, DVec3::ONE)
}

/// The default contrast of AgX.
fn polynomial(x: DVec3) -> DVec3 {
    const C: [f64; 7] = [-0.00232, 0.1191, 0.4298, -6.868, 31.96, -40.14, 15.5];
    C.iter()
        .rev()
        .fold(DVec3::ZERO, |sum, c| sum * x + DVec3::splat(*c))
}

/// The specification of Khronos PBR Neutral.
fn neutral(color: DVec3) -> DVec3 {
    const START: f64 = 0.8 - 0.04;
    const DESATURATION: f64 = 0.15;
    let x = color.min_element();
    let offset = if x < 0.08 { x - 6.25 * x * x } else { 0.04 };
    let color = color - offset;
    let peak = color.max_element();
    if peak < START {
        return color;
    }
    let d = 1.0 - START;
    let new_peak = 1.0 - d * d / (peak + d - START);
    let color = color * (new_peak / peak);
    let white = 1.0 - 1.0 / (DESATURATION * (peak - new_peak) + 1.0);
    color.lerp(DVec3::splat(new_peak), white)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [ToneMap; 4] = [ToneMap::None, ToneMap::Aces, ToneMap::AgX, ToneMap::Neutral];

    #[test]
    fn every_map_rises_keeps_grey_and_stays_in_its_range() {
        for map in ALL {
            let mut before = -1.0;
            for step in 0..400 {
                let v = f64::from(step) * f64::from(step) * 1e-4;
                let got = map.apply(DVec3::splat(v));
                // Grey stays grey to within what the published matrices are rounded to.
                assert!(
                    got.max_element() - got.min_element() < 3e-3,
                    "{map:?} {v}: {got}"
                );
                assert!(got.min_element() >= 0.0 && got.is_finite());
                assert!(got.y >= before - 1e-9, "{map:?} falls at {v}");
                before = got.y;
            }
            if map != ToneMap::None {
                let bright = map.apply(DVec3::splat(500.0));
                assert!(
                    bright.max_element() <= 1.0 && bright.min_element() > 0.9,
                    "{map:?} {bright}"
                );
            }
            assert!(map.apply(DVec3::splat(-1.0)).max_element() < 0.01);
        }
    }

    #[test]
    fn neutral_leaves_what_is_no_highlight_alone() {
        // Below the knee only the Fresnel floor of 4 % is taken off.
        let color = DVec3::new(0.5, 0.3, 0.1);
        let got = ToneMap::Neutral.apply(color);
        assert!(got.abs_diff_eq(color - 0.04, 1e-12), "{got}");
    }

    #[test]
    fn agx_takes_a_bright_colour_towards_white() {
        let got = ToneMap::AgX.apply(DVec3::new(20.0, 0.5, 0.5));
        assert!(got.x > got.y && got.y > 0.2, "{got}");
        let grey = ToneMap::AgX.apply(DVec3::splat(0.18));
        // Middle grey is a little below 0.5 of a signal of gamma 2.2.
        assert!((0.17..0.23).contains(&grey.y), "{grey}");
    }
}
