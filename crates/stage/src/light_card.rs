//! Light cards: bright shapes on the walls that light the real people and things on the stage.
//!
//! A card stands on one wall, measured along its surface, or in a direction from the outer eye, across whatever walls are
//! there. Its colour is light as the wall shows it: 1 is the brightest that the wall can do, and neither exposure nor tone
//! map changes it, so that a card that was metered stays metered.

use glam::{DMat3, DVec2, DVec3};

/// Outline of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum CardShape {
    /// Four sides.
    #[default]
    Rectangle,
    /// Round.
    Ellipse,
}

/// Where a card is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum CardPlace {
    /// On one wall.
    Wall {
        /// Index of the wall in the stage.
        wall: usize,
        /// Its middle: parts of the wall's width from the left and of its height from the top.
        uv: [f64; 2],
        /// Width and height along the surface, metres.
        size_m: [f64; 2],
    },
    /// In a direction from the outer view's eye, on every wall there.
    Direction {
        /// From -Z towards +X, radians.
        azimuth_rad: f64,
        /// Upwards, radians.
        elevation_rad: f64,
        /// Opening angles horizontally and vertically, radians, each below π.
        size_rad: [f64; 2],
    },
}

/// A light card.
#[derive(Clone, Debug, PartialEq)]
pub struct LightCard {
    /// Name by which an operator finds it again; unique among the cards.
    pub name: String,
    /// Whether it shines.
    pub on: bool,
    /// Where.
    pub place: CardPlace,
    /// Turn about its middle, clockwise as the audience sees it, radians.
    pub roll_rad: f64,
    /// Outline.
    pub shape: CardShape,
    /// Linear light, sRGB primaries.
    pub color: [f64; 3],
    /// What the colour is multiplied by.
    pub gain: f64,
    /// How much of what is behind it it hides, 0 to 1.
    pub opacity: f64,
    /// Width of the soft edge as a part of half its size, 0 to 1.
    pub feather: f64,
    /// Whether cameras see it: else it lies under their inner frusta.
    pub over_inner: bool,
}

impl Default for LightCard {
    fn default() -> Self {
        Self {
            name: String::new(),
            on: true,
            place: CardPlace::Direction {
                azimuth_rad: 0.0,
                elevation_rad: 0.5,
                size_rad: [0.35; 2],
            },
            roll_rad: 0.0,
            shape: CardShape::Rectangle,
            color: [1.0; 3],
            gain: 1.0,
            opacity: 1.0,
            feather: 0.2,
            over_inner: false,
        }
    }
}

impl LightCard {
    /// For a card in a direction: the rows are its right, its up, and the direction, as unit vectors of the stage.
    pub fn axes(azimuth_rad: f64, elevation_rad: f64) -> DMat3 {
        let (sin, cos) = azimuth_rad.sin_cos();
        let (rise, level) = elevation_rad.sin_cos();
        let towards = DVec3::new(sin * level, rise, -cos * level);
        let right = DVec3::new(cos, 0.0, sin);
        DMat3::from_cols(right, right.cross(towards), towards).transpose()
    }

    /// How much of the card there is at a place that lies so far right and up from its middle, in the unit of `half`
    /// (half its width and height): 1 inside, 0 beyond the edge.
    pub fn coverage(&self, right_up: DVec2, half: DVec2) -> f64 {
        let turned = DVec2::from_angle(self.roll_rad).rotate(right_up);
        let away = (turned / half).abs();
        let distance = match self.shape {
            CardShape::Rectangle => away.max_element(),
            CardShape::Ellipse => away.length(),
        };
        if distance >= 1.0 {
            return 0.0;
        }
        let soft = ((1.0 - distance) / self.feather.max(1e-4)).clamp(0.0, 1.0);
        self.opacity * soft * soft * (3.0 - 2.0 * soft)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::f64::consts::{FRAC_PI_2, FRAC_PI_4};

    #[test]
    fn a_direction_is_turned_from_the_wall_towards_the_right_and_up() {
        let ahead = LightCard::axes(0.0, 0.0);
        assert!(ahead.abs_diff_eq(
            DMat3::from_cols(DVec3::X, DVec3::Y, DVec3::NEG_Z).transpose(),
            1e-12
        ));
        let to_the_right = LightCard::axes(FRAC_PI_2, 0.0) * DVec3::X;
        assert!(to_the_right.abs_diff_eq(DVec3::Z, 1e-12), "{to_the_right}");
        let above = LightCard::axes(0.0, FRAC_PI_2) * DVec3::Y;
        assert!(above.abs_diff_eq(DVec3::Z, 1e-12), "{above}");
    }

    #[test]
    fn coverage_knows_outline_turn_and_edge() {
        let card = LightCard {
            feather: 0.5,
            opacity: 0.8,
            ..LightCard::default()
        };
        let half = DVec2::new(2.0, 1.0);
        assert_eq!(card.coverage(DVec2::ZERO, half), 0.8);
        // Halfway through the soft edge, and beyond it.
        assert!((card.coverage(DVec2::new(1.5, 0.0), half) - 0.4).abs() < 1e-12);
        assert_eq!(card.coverage(DVec2::new(0.0, 1.1), half), 0.0);
        let round = LightCard {
            shape: CardShape::Ellipse,
            ..card.clone()
        };
        let corner = DVec2::new(1.5, 0.75);
        assert!(card.coverage(corner, half) > 0.3 && round.coverage(corner, half) == 0.0);
        // Turned clockwise by 45°, its long side points right and down.
        let turned = LightCard {
            roll_rad: FRAC_PI_4,
            ..card
        };
        assert!(turned.coverage(DVec2::new(1.0, -1.0), half) > 0.5);
        assert_eq!(turned.coverage(DVec2::new(1.0, 1.0), half), 0.0);
    }
}
