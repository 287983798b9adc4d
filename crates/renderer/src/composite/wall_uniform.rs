//! A wall as the composite's shaders read it: what it is, and what an operator made of it.

use super::window_uniform::{WindowUniform, tone_number};
use cyc_model::HostNs;
use cyc_stage::{
    ColorWindow, MarkerGrid, StageOverride, TestPattern, Wall, WallColor, WallOverride,
};

/// A wall, as the shader reads it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct WallUniform {
    stage_from_wall: [[f32; 4]; 4],
    shape: [f32; 4],
    canvas: [f32; 4],
    grid: [f32; 4],
    pattern: [f32; 4],
    shown: [f32; 4],
    window: WindowUniform,
}

pub(crate) const WALL_BYTES: u64 = size_of::<WallUniform>() as u64;

impl WallUniform {
    /// The `index`th wall; `canvas_px` is the whole canvas, `scale` is canvas pixels per texture pixel.
    pub(crate) fn new(wall: &Wall, index: usize, canvas_px: [u32; 2], scale: f64) -> Self {
        let [across, down] = wall.pitch_m();
        let bend = wall.surface().bend_m().unwrap_or(0.0);
        let pose = wall.stage_from_wall().to_matrix().as_mat4();
        let [width, height] = wall.size_px().map(|px| px as f32);
        let [cabinet_width, cabinet_height] = wall.map().cabinet_px().map(|px| px as f32);
        Self {
            stage_from_wall: pose.to_cols_array_2d(),
            shape: [bend, across, down, wall.brightness_nit()].map(|v| v as f32),
            canvas: [canvas_px[0] as f32, canvas_px[1] as f32, scale as f32, 1.0],
            grid: [width, height, cabinet_width, cabinet_height],
            pattern: [0.0, (index + 1) as f32, 0.0, 0.0],
            shown: [1.0, 0.0, 0.0, 0.0],
            window: WindowUniform::new(&ColorWindow::default()),
        }
        .with_color(wall.color())
    }

    /// The same wall with another colour.
    pub(crate) fn with_color(mut self, color: &WallColor) -> Self {
        self.shown[1] = tone_number(color.tone_map);
        self.window = WindowUniform::new(&color.window);
        self
    }

    /// Takes what an operator made of the wall, for a picture that is due at a time after another one.
    fn take(&mut self, wall: &Wall, over: &WallOverride, due: HostNs, before: Option<HostNs>) {
        let window = over.window.unwrap_or(wall.color().window);
        self.window = WindowUniform::new(&window);
        self.canvas[3] = 2f64.powf(over.exposure_ev) as f32;
        self.shown[0] = if over.blackout { 0.0 } else { 1.0 };
        let (kind, flash, white) = match over.pattern {
            None => (0.0, 0, false),
            Some(TestPattern::Grid) => (1.0, 0, false),
            Some(TestPattern::Ids) => (2.0, 0, false),
            Some(TestPattern::Ramps) => (3.0, 0, false),
            Some(TestPattern::Flash(pace)) => {
                let (flash, white) = pace.at(due, before);
                (4.0, flash, white)
            }
            Some(TestPattern::Alignment) => (5.0, 0, false),
            Some(TestPattern::Markers) => (6.0, 0, false),
        };
        self.pattern[0] = kind;
        self.pattern[2] = match over.pattern {
            Some(TestPattern::Markers) => MarkerGrid::of(wall).cell_px as f32,
            _ => f32::from(u8::from(white)),
        };
        // As many as twelve squares can count.
        self.pattern[3] = flash.rem_euclid(1 << 12) as f32;
    }
}

/// How a wall takes part in a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WallShow {
    /// It shows the scene.
    Scene,
    /// It keeps the light that it has.
    Held,
    /// It shows a pattern; true when it changed since the last picture.
    Pattern(bool),
}

/// All walls' uniforms and how they take part.
pub(super) struct WallStates {
    pub(super) uniforms: Vec<WallUniform>,
    pub(super) shows: Vec<WallShow>,
    /// Which walls have light to be held.
    lit: Vec<bool>,
    before: Option<HostNs>,
}

impl WallStates {
    pub(super) fn new(uniforms: Vec<WallUniform>) -> Self {
        Self {
            shows: vec![WallShow::Scene; uniforms.len()],
            lit: vec![false; uniforms.len()],
            uniforms,
            before: None,
        }
    }

    /// Takes the operator's wishes for a picture; true when a wall's uniform changed.
    pub(super) fn update(&mut self, walls: &[Wall], over: &StageOverride, due: HostNs) -> bool {
        let mut changed = false;
        let states = self.uniforms.iter_mut().zip(&mut self.shows);
        let states = states.zip(&mut self.lit).zip(walls);
        for (index, (((uniform, show), lit), wall)) in states.enumerate() {
            let (wish, was) = (over.wall(index), *uniform);
            uniform.take(wall, &wish, due, self.before);
            let is_other = was != *uniform;
            changed |= is_other;
            *show = match wish.pattern {
                // There must be something to hold: a device that was built anew has nothing yet.
                _ if wish.frozen && *lit => WallShow::Held,
                Some(_) => WallShow::Pattern(is_other),
                None => WallShow::Scene,
            };
            *lit = true;
        }
        self.before = Some(due);
        changed
    }
}
