//! A colour window as the shaders read it.

use cyc_stage::{ColorWindow, ToneMap};
use glam::DVec3;

/// A colour window, as the shader reads it.
#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq, bytemuck::Pod, bytemuck::Zeroable)]
pub(crate) struct WindowUniform {
    gain: [f32; 4],
    offset: [f32; 4],
    power: [f32; 4],
}

impl WindowUniform {
    pub(crate) fn new(window: &ColorWindow) -> Self {
        let wide = |v: DVec3, w: f64| v.extend(w).as_vec4().to_array();
        Self {
            gain: wide(window.gain, f64::from(u8::from(window.is_neutral()))),
            offset: wide(window.offset, 0.0),
            power: wide(window.gamma.recip(), window.saturation),
        }
    }
}

/// The shaders' number of a tone map.
pub(crate) fn tone_number(map: ToneMap) -> f32 {
    match map {
        ToneMap::None => 0.0,
        ToneMap::Aces => 1.0,
        ToneMap::AgX => 2.0,
        ToneMap::Neutral => 3.0,
    }
}
