//! A colour window: what an operator turns to make a wall or a camera match, in the manner of the ASC's decision list.

use glam::DVec3;

/// Gain, offset and gamma a channel, then saturation, on radiance.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ColorWindow {
    /// Multiplies.
    pub gain: DVec3,
    /// Added after it.
    pub offset: DVec3,
    /// The result to the power of one over it; above 1 is brighter.
    pub gamma: DVec3,
    /// 0 is grey, 1 as it was; about the luminance of BT.709.
    pub saturation: f64,
}

impl Default for ColorWindow {
    fn default() -> Self {
        Self {
            gain: DVec3::ONE,
            offset: DVec3::ZERO,
            gamma: DVec3::ONE,
            saturation: 1.0,
        }
    }
}

/// Luminance of linear light with BT.709 primaries.
pub(super) const LUMINANCE: DVec3 = DVec3::new(0.2126, 0.7152, 0.0722);

impl ColorWindow {
    /// Whether it changes nothing.
    pub fn is_neutral(&self) -> bool {
        *self == Self::default()
    }

    /// Radiance through the window; never below zero.
    pub fn apply(&self, radiance: DVec3) -> DVec3 {
        if self.is_neutral() {
            return radiance;
        }
        let base = (radiance * self.gain + self.offset).max(DVec3::ZERO);
        let power = |v: f64, gamma: f64| if gamma == 1.0 { v } else { v.powf(1.0 / gamma) };
        let curved = DVec3::new(
            power(base.x, self.gamma.x),
            power(base.y, self.gamma.y),
            power(base.z, self.gamma.z),
        );
        let grey = DVec3::splat(curved.dot(LUMINANCE));
        grey.lerp(curved, self.saturation).max(DVec3::ZERO)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_does_what_it_says() {
        let window = ColorWindow {
            gain: DVec3::new(2.0, 1.0, 1.0),
            offset: DVec3::new(0.0, 0.1, -1.0),
            gamma: DVec3::new(1.0, 2.0, 1.0),
            saturation: 1.0,
        };
        let got = window.apply(DVec3::new(0.3, 0.15, 0.5));
        assert!(got.abs_diff_eq(DVec3::new(0.6, 0.5, 0.0), 1e-12), "{got}");
        let grey = ColorWindow {
            saturation: 0.0,
            ..ColorWindow::default()
        };
        let got = grey.apply(DVec3::new(1.0, 0.0, 0.0));
        assert!(got.abs_diff_eq(DVec3::splat(0.2126), 1e-12));
        let more = ColorWindow {
            saturation: 2.0,
            ..ColorWindow::default()
        };
        assert_eq!(more.apply(DVec3::new(0.0, 1.0, 0.0)).x, 0.0);
        assert!(ColorWindow::default().is_neutral());
    }
}
