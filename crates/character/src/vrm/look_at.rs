//! VRM's lookAt: how far the eyes may turn, and whether bones or expressions turn them.
//!
//! A range maps the angle of gaze: `output = min(angle, input_max) / input_max * output_max`, in degrees for bones, in
//! weights for expressions. Sources: VRM 0 `firstPerson`, VRM 1.0 `VRMC_vrm` lookAt. VRM 0's curves are taken as
//! straight, which is what exporters write.

use gltf::json;
use serde_json::Value;

/// How one direction of gaze is scaled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LookRange {
    /// Gaze beyond this is held, degrees.
    pub input_max_deg: f32,
    /// The eye's turn (degrees) or the expression's weight there.
    pub output_max: f32,
}

impl LookRange {
    /// What an angle of gaze becomes.
    pub fn output(&self, angle_deg: f32) -> f32 {
        angle_deg.clamp(0.0, self.input_max_deg) / self.input_max_deg * self.output_max
    }
}

/// What turns the eyes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LookBy {
    /// The eyes' bones.
    Bones,
    /// The expressions `lookUp`, `lookDown`, `lookLeft`, `lookRight`.
    Expressions,
}

/// How the eyes follow a gaze.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LookAt {
    /// What turns them.
    pub by: LookBy,
    /// Towards the nose.
    pub inward: LookRange,
    /// Towards the temple.
    pub outward: LookRange,
    /// Down.
    pub down: LookRange,
    /// Up.
    pub up: LookRange,
}

/// Reads it; `None` when the file is not VRM or says nothing of it.
pub(crate) fn read(root: &json::Root) -> Option<LookAt> {
    let extensions = &root.extensions.as_ref()?.others;
    if let Some(one) = extensions.get("VRMC_vrm") {
        let look = one.get("lookAt")?;
        let by = match look.get("type").and_then(Value::as_str) {
            Some("expression") => LookBy::Expressions,
            _ => LookBy::Bones,
        };
        let usual = if by == LookBy::Bones { 10.0 } else { 1.0 };
        let of = |key| range(look.get(key), ("inputMaxValue", "outputScale"), usual);
        return Some(LookAt {
            by,
            inward: of("rangeMapHorizontalInner"),
            outward: of("rangeMapHorizontalOuter"),
            down: of("rangeMapVerticalDown"),
            up: of("rangeMapVerticalUp"),
        });
    }
    let look = extensions.get("VRM")?.get("firstPerson")?;
    let by = match look.get("lookAtTypeName").and_then(Value::as_str) {
        Some("BlendShape") => LookBy::Expressions,
        _ => LookBy::Bones,
    };
    let usual = if by == LookBy::Bones { 10.0 } else { 1.0 };
    let of = |key| range(look.get(key), ("xRange", "yRange"), usual);
    Some(LookAt {
        by,
        inward: of("lookAtHorizontalInner"),
        outward: of("lookAtHorizontalOuter"),
        down: of("lookAtVerticalDown"),
        up: of("lookAtVerticalUp"),
    })
}

fn range(value: Option<&Value>, (input, output): (&str, &str), usual: f32) -> LookRange {
    let number = |key: &str| {
        let number = value.and_then(|v| v.get(key)).and_then(Value::as_f64)?;
        Some(number as f32).filter(|v| v.is_finite())
    };
    LookRange {
        input_max_deg: number(input)
            .filter(|v| *v > 0.0)
            .unwrap_or(90.0)
            .min(180.0),
        output_max: number(output).unwrap_or(usual).clamp(0.0, 90.0),
    }
}
