//! Sun and shadow: what the shaders read about light, and where the shadow maps look.

use crate::scene::{FLAT_CENTRE_M, FLAT_RADIUS_M};
use crate::sky::Sky;
use glam::{Mat4, Vec2, Vec3};

/// Humans that shade the ground.
pub(crate) const SHADED_MAX: usize = 8;

/// Contacts that the ground darkens under: four a human.
pub(crate) const CONTACTS_MAX: usize = 4 * SHADED_MAX;

/// Side of the square of ground whose light is baked, metres.
pub(crate) const GROUND_LIGHT_SIDE_M: f32 = 44.0;

/// Half the side of the square in which set pieces cast shadows, metres.
const SET_SHADOW_HALF_M: f32 = 26.0;

/// Shadows of humans on the ground are cut off at this length, metres.
const SHADOW_LENGTH_MAX_M: f32 = 12.0;

/// What the shaders know about light.
#[repr(C)]
#[derive(Clone, Copy, Debug, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct LightUniform {
    to_sun: [f32; 4],
    sun: [f32; 4],
    sky: [[f32; 4]; 9],
    haze: [f32; 4],
    set_shadow_from_stage: [[f32; 4]; 4],
    human_shadow_from_stage: [[f32; 4]; 4],
    ground_light: [f32; 4],
    decals: [[f32; 4]; 2 * SHADED_MAX],
    contacts: [[f32; 4]; CONTACTS_MAX],
    counts: [f32; 4],
}

impl LightUniform {
    pub(crate) fn new(sky: &Sky, haze: f32) -> Self {
        let set_shadow = set_shadow_matrix(sky.to_sun);
        Self {
            to_sun: sky.to_sun.extend(0.0).to_array(),
            sun: sky.sun.extend(0.0).to_array(),
            sky: sky.harmonics,
            haze: [0.0008 + 0.0040 * haze, 1.0, 0.0, 0.0],
            set_shadow_from_stage: set_shadow.to_cols_array_2d(),
            human_shadow_from_stage: far_away().to_cols_array_2d(),
            ground_light: [
                FLAT_CENTRE_M.x,
                FLAT_CENTRE_M.y,
                1.0 / GROUND_LIGHT_SIDE_M,
                0.0,
            ],
            decals: [[0.0; 4]; 2 * SHADED_MAX],
            contacts: [[0.0; 4]; CONTACTS_MAX],
            counts: [0.0, 1.0, 0.0, 0.0],
        }
    }

    /// Takes the light of another sky; its sun stands where it stood.
    pub(crate) fn set_sky(&mut self, sky: &Sky) {
        self.sun = sky.sun.extend(0.0).to_array();
        self.sky = sky.harmonics;
    }

    /// Sets what depends on where the humans are; `None` when there are none.
    pub(crate) fn set_humans(
        &mut self,
        fit: Option<&HumanShadow>,
        decals: &[Decal],
        contacts: &[[f32; 4]],
    ) {
        for (pair, decal) in self.decals.chunks_exact_mut(2).zip(decals) {
            let (corner, along, across) = (decal.corner(), decal.along(), decal.across());
            pair[0] = [corner.x, corner.y, along.x, along.y];
            pair[1] = [across.x, across.y, 0.0, 0.0];
        }
        let count = contacts.len().min(CONTACTS_MAX);
        self.contacts[..count].copy_from_slice(&contacts[..count]);
        let matrix = fit.map_or(far_away(), |f| f.clip_from_stage);
        self.human_shadow_from_stage = matrix.to_cols_array_2d();
        let depth_m = fit.map_or(1.0, |f| f.depth_m);
        self.counts = [count as f32, depth_m, 0.0, 0.0];
    }
}

/// A shadow map that holds nothing: every point lies outside it.
fn far_away() -> Mat4 {
    Mat4::from_translation(Vec3::splat(50.0)) * Mat4::from_scale(Vec3::splat(1e-6))
}

/// Rotation into the light's axes: Z towards the sun.
fn light_axes(to_sun: Vec3) -> [Vec3; 3] {
    let right = Vec3::Y.cross(to_sun).normalize_or(Vec3::X);
    [right, to_sun.cross(right), to_sun]
}

/// An orthographic view along the light; depth 0 at the sun's side, 1 away from it.
fn light_view([right, up, back]: [Vec3; 3], low: Vec3, high: Vec3) -> Mat4 {
    let light_from_stage = Mat4::from_cols(
        Vec3::new(right.x, up.x, back.x).extend(0.0),
        Vec3::new(right.y, up.y, back.y).extend(0.0),
        Vec3::new(right.z, up.z, back.z).extend(0.0),
        Vec3::ZERO.extend(1.0),
    );
    let size = (high - low).max(Vec3::splat(1e-3));
    let middle = (high + low) * 0.5;
    let clip_from_light = Mat4::from_cols(
        Vec3::new(2.0 / size.x, 0.0, 0.0).extend(0.0),
        Vec3::new(0.0, 2.0 / size.y, 0.0).extend(0.0),
        Vec3::new(0.0, 0.0, -1.0 / size.z).extend(0.0),
        Vec3::new(
            -2.0 * middle.x / size.x,
            -2.0 * middle.y / size.y,
            high.z / size.z,
        )
        .extend(1.0),
    );
    clip_from_light * light_from_stage
}

/// The view of the sun on the set pieces near the acting area.
pub(crate) fn set_shadow_matrix(to_sun: Vec3) -> Mat4 {
    let axes = light_axes(to_sun);
    let centre = Vec3::new(FLAT_CENTRE_M.x, 0.0, FLAT_CENTRE_M.y);
    let middle = Vec3::from_array(axes.map(|axis| axis.dot(centre)));
    let half = Vec3::new(SET_SHADOW_HALF_M, SET_SHADOW_HALF_M, 60.0);
    light_view(axes, middle - half, middle + half)
}

/// Where the humans' shadow map looks in one frame.
#[derive(Clone, Copy, Debug)]
pub(crate) struct HumanShadow {
    pub clip_from_stage: Mat4,
    /// Metres of stage from depth 0 to 1.
    pub depth_m: f32,
}

/// The ground that a human or prop shades: a rectangle along the shadow.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Decal {
    /// Along the shadow, away from the sun; and across. The same for all decals of a world.
    axes: [Vec2; 2],
    /// Corners in these axes.
    low: Vec2,
    high: Vec2,
}

impl Decal {
    /// For a human in a box; `None` off the flat ground.
    pub(crate) fn of(to_sun: Vec3, low: Vec3, high: Vec3) -> Option<Self> {
        let flat = |v: Vec3| Vec2::new(v.x, v.z);
        let away = -flat(to_sun).normalize_or(Vec2::Y);
        let side = away.perp();
        let (foot, half) = ((flat(low) + flat(high)) * 0.5, flat(high - low) * 0.5);
        if (foot - FLAT_CENTRE_M).length() > FLAT_RADIUS_M {
            return None;
        }
        let reach = half.dot(away.abs()) + 0.1;
        let width = half.dot(side.abs()) + 0.1;
        let slope = flat(to_sun).length() / to_sun.y.max(1e-3);
        let length = (high.y.max(0.0) * slope).min(SHADOW_LENGTH_MAX_M);
        let middle = Vec2::new(foot.dot(away), foot.dot(side));
        Some(Self {
            axes: [away, side],
            low: middle - Vec2::new(reach, width),
            high: middle + Vec2::new(reach + length, width),
        })
    }

    /// Adds a decal; decals that overlap become one, since each darkens by all shadows that fall on it.
    pub(crate) fn add_to(mut self, decals: &mut Vec<Self>) {
        while let Some(at) = decals.iter().position(|other| self.overlaps(other)) {
            let other = decals.swap_remove(at);
            self.low = self.low.min(other.low);
            self.high = self.high.max(other.high);
        }
        if decals.len() < SHADED_MAX {
            decals.push(self);
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        self.low.cmplt(other.high).all() && other.low.cmplt(self.high).all()
    }

    fn corner(&self) -> Vec2 {
        self.axes[0] * self.low.x + self.axes[1] * self.low.y
    }

    fn along(&self) -> Vec2 {
        self.axes[0] * (self.high.x - self.low.x)
    }

    fn across(&self) -> Vec2 {
        self.axes[1] * (self.high.y - self.low.y)
    }

    /// Its corners on the ground.
    pub(crate) fn corners(&self) -> [Vec3; 4] {
        let (corner, along, across) = (self.corner(), self.along(), self.across());
        [
            corner,
            corner + along,
            corner + across,
            corner + along + across,
        ]
        .map(|at| Vec3::new(at.x, 0.0, at.y))
    }
}

/// Fits the shadow map to boxes around the humans. `texels` is the map's side: the view moves in whole texels and
/// grows in steps, so that still shadows do not shimmer.
pub(crate) fn fit_humans(to_sun: Vec3, low: Vec3, high: Vec3, texels: u32) -> HumanShadow {
    let axes = light_axes(to_sun);
    let mut light_low = Vec3::INFINITY;
    let mut light_high = Vec3::NEG_INFINITY;
    for corner in 0..8 {
        let pick = |bit: u32, a: f32, b: f32| if corner & bit == 0 { a } else { b };
        let at = Vec3::new(
            pick(1, low.x, high.x),
            pick(2, low.y, high.y),
            pick(4, low.z, high.z),
        );
        let in_light = Vec3::from_array(axes.map(|axis| axis.dot(at)));
        light_low = light_low.min(in_light);
        light_high = light_high.max(in_light);
    }
    let side = ((light_high - light_low).truncate().max_element() * 4.0).ceil() / 4.0 + 0.25;
    let texel = side / texels as f32;
    let middle = (light_low + light_high) * 0.5;
    let snapped = Vec2::new(middle.x, middle.y).map(|c| (c / texel).floor() * texel);
    // The ground behind the humans must lie inside the map's depth too.
    let depth = [light_high.z + 0.1, light_low.z - SHADOW_LENGTH_MAX_M - 2.0];
    let low = Vec3::new(snapped.x - side / 2.0, snapped.y - side / 2.0, depth[1]);
    let high = Vec3::new(snapped.x + side / 2.0, snapped.y + side / 2.0, depth[0]);
    HumanShadow {
        clip_from_stage: light_view(axes, low, high),
        depth_m: depth[0] - depth[1],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shadow_map_holds_the_human_and_the_shadow_on_the_ground() {
        let to_sun = Vec3::new(-0.6, 0.25, -0.7).normalize_or(Vec3::Y);
        let (low, high) = (Vec3::new(-0.5, 0.0, -7.5), Vec3::new(0.5, 1.8, -6.5));
        let fit = fit_humans(to_sun, low, high, 1024);
        let head = Vec3::new(0.1, 1.75, -7.0);
        let shadow = head - to_sun * (head.y / to_sun.y);
        for at in [low, high, head, shadow] {
            let p = fit.clip_from_stage.project_point3(at);
            assert!(
                p.x.abs() < 1.0 && p.y.abs() < 1.0 && (0.0..1.0).contains(&p.z),
                "{p}"
            );
        }
        // The same place on the map, further from the sun.
        let (a, b) = (
            fit.clip_from_stage.project_point3(head),
            fit.clip_from_stage.project_point3(shadow),
        );
        assert!((a.truncate() - b.truncate()).length() < 1e-4 && b.z > a.z);
        let decal = Decal::of(to_sun, low, high).unwrap();
        let at = Vec2::new(shadow.x, shadow.z) - decal.corner();
        for side in [decal.along(), decal.across()] {
            assert!((0.0..side.length_squared()).contains(&at.dot(side)));
        }
    }

    #[test]
    fn overlapping_decals_become_one() {
        let to_sun = Vec3::new(-0.9, 0.3, 0.1).normalize_or(Vec3::Y);
        let at = |x: f32, z: f32| {
            let low = Vec3::new(x - 0.4, 0.0, z - 0.4);
            Decal::of(to_sun, low, low + Vec3::new(0.8, 1.8, 0.8)).unwrap()
        };
        let mut decals = Vec::new();
        at(0.0, -8.0).add_to(&mut decals);
        at(0.0, -4.0).add_to(&mut decals);
        assert_eq!(decals.len(), 2);
        at(2.0, -7.6).add_to(&mut decals);
        assert_eq!(decals.len(), 2);
        for step in 0..6 {
            at(0.5, -7.2 + 0.6 * step as f32).add_to(&mut decals);
        }
        assert_eq!(decals.len(), 1);
    }
}
