//! What a picture of 8 bits holds for linear light: IEC 61966-2-1.

/// The code, 0 to 255, not rounded.
pub fn code(light: f64) -> f64 {
    let light = light.clamp(0.0, 1.0);
    let signal = if light <= 0.003_130_8 {
        light * 12.92
    } else {
        1.055 * light.powf(1.0 / 2.4) - 0.055
    };
    signal * 255.0
}
