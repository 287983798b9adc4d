//! Light cards as the composite's shader reads them.

use cyc_model::{Point, Stage};
use cyc_stage::{CardPlace, CardShape, LIGHT_CARDS_MAX, LightCard, Wall};

#[repr(C)]
#[derive(Clone, Copy, Debug, Default, bytemuck::Pod, bytemuck::Zeroable)]
struct CardUniform {
    right: [f32; 4],
    up: [f32; 4],
    towards: [f32; 4],
    color: [f32; 4],
    style: [f32; 4],
}

/// All cards, and the eye that they are seen from.
#[repr(C)]
#[derive(Clone, Copy, Debug, Default, bytemuck::Pod, bytemuck::Zeroable)]
pub(super) struct CardsUniform {
    eye: [f32; 4],
    list: [CardUniform; LIGHT_CARDS_MAX],
}

pub(super) const CARDS_BYTES: u64 = size_of::<CardsUniform>() as u64;

impl CardsUniform {
    /// Those of the cards that shine.
    pub(super) fn new(eye: Point<Stage>, cards: &[LightCard], walls: &[Wall]) -> Self {
        let mut made = Self::default();
        let mut count = 0;
        for card in cards.iter().filter(|card| card.on) {
            let (Some(slot), Some(uniform)) =
                (made.list.get_mut(count), CardUniform::new(card, walls))
            else {
                continue;
            };
            *slot = uniform;
            count += 1;
        }
        let eye = eye.metres().as_vec3();
        made.eye = eye.extend(count as f32).to_array();
        made
    }
}

impl CardUniform {
    fn new(card: &LightCard, walls: &[Wall]) -> Option<Self> {
        let light = card.color.map(|part| (part * card.gain) as f32);
        let round = f32::from(u8::from(card.shape == CardShape::Ellipse));
        let over = f32::from(u8::from(card.over_inner));
        let (right, up, towards, wall) = match card.place {
            CardPlace::Wall { wall, uv, size_m } => {
                let shape = walls.get(wall)?;
                let [width, height] = shape.size_px().map(f64::from);
                let [across, down] = shape.pitch_m();
                let middle = [uv[0] * width * across, uv[1] * height * down];
                let right = [middle[0], middle[1], 0.0, size_m[0] / 2.0];
                let up = [0.0, 0.0, 0.0, size_m[1] / 2.0];
                (right, up, [0.0; 3], wall as f32)
            }
            CardPlace::Direction {
                azimuth_rad,
                elevation_rad,
                size_rad,
            } => {
                let axes = LightCard::axes(azimuth_rad, elevation_rad).transpose();
                let half = size_rad.map(|side| (side / 2.0).tan());
                let right = axes.x_axis.extend(half[0]).to_array();
                let up = axes.y_axis.extend(half[1]).to_array();
                (right, up, axes.z_axis.to_array(), -1.0)
            }
        };
        let [x, y, z] = towards;
        Some(Self {
            right: right.map(|v| v as f32),
            up: up.map(|v| v as f32),
            towards: [x, y, z, card.roll_rad].map(|v| v as f32),
            color: [light[0], light[1], light[2], card.opacity as f32],
            style: [card.feather as f32, round, wall, over],
        })
    }
}
