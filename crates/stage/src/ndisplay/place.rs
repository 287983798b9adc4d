//! Where nDisplay's things are: transforms through their parents, and the engine's axes against the stage's.

use super::{NDisplayError, bad};
use glam::{DMat3, DVec3};
use serde_json::Value;

/// Where something is: axes by columns and place, in nDisplay's own axes and centimetres.
#[derive(Clone, Copy)]
pub(super) struct Place {
    axes: DMat3,
    at_cm: DVec3,
}

impl Place {
    /// The root of everything.
    pub(super) const ROOT: Self = Self {
        axes: DMat3::IDENTITY,
        at_cm: DVec3::ZERO,
    };

    /// On the stage, metres.
    pub(super) fn metres(&self) -> DVec3 {
        turned(self.at_cm) * 0.01
    }

    /// Right, up and back of whoever is there and looks along its X, by columns, stage axes.
    pub(super) fn stage_axes(&self) -> DMat3 {
        DMat3::from_cols(
            turned(self.axes.y_axis),
            turned(self.axes.z_axis),
            -turned(self.axes.x_axis),
        )
    }
}

/// Levels of transforms; deeper ones are circles.
const DEPTH_MAX: usize = 32;

/// A place through all its parents.
pub(super) fn place_of(
    scene: &Value,
    entry: &Value,
    what: &str,
    depth: usize,
) -> Result<Place, NDisplayError> {
    let at = numbers(&entry["location"], ["x", "y", "z"]).ok_or_else(|| bad(what))?;
    let turn = numbers(&entry["rotation"], ["pitch", "yaw", "roll"]).ok_or_else(|| bad(what))?;
    let own = Place {
        axes: rotator(turn.map(f64::to_radians)),
        at_cm: DVec3::from_array(at),
    };
    let parent = entry["parentId"].as_str().unwrap_or_default();
    if parent.is_empty() {
        return Ok(own);
    }
    if depth >= DEPTH_MAX {
        return Err(bad(what));
    }
    let kinds = ["xforms", "screens", "cameras"];
    let above = kinds
        .iter()
        .map(|kind| &scene[*kind][parent])
        .find(|v| v.is_object());
    let above = above.ok_or_else(|| bad(format!("parent '{parent}' of {what}")))?;
    let above = place_of(scene, above, what, depth + 1)?;
    Ok(Place {
        axes: above.axes * own.axes,
        at_cm: above.at_cm + above.axes * own.at_cm,
    })
}

/// The axes of a rotator by columns: the engine's own convention, written out.
fn rotator([pitch, yaw, roll]: [f64; 3]) -> DMat3 {
    let ((sp, cp), (sy, cy), (sr, cr)) = (pitch.sin_cos(), yaw.sin_cos(), roll.sin_cos());
    DMat3::from_cols(
        DVec3::new(cp * cy, cp * sy, sp),
        DVec3::new(sr * sp * cy - cr * sy, sr * sp * sy + cr * cy, -sr * cp),
        DVec3::new(-(cr * sp * cy + sr * sy), cy * sr - cr * sp * sy, cr * cp),
    )
}

/// A direction in the stage's axes: forward is -Z, right X, up Y.
fn turned(v: DVec3) -> DVec3 {
    DVec3::new(v.y, v.z, -v.x)
}

/// Finite numbers of an object, by their keys.
pub(super) fn numbers<const N: usize>(value: &Value, keys: [&str; N]) -> Option<[f64; N]> {
    let mut out = [0.0; N];
    for (slot, key) in out.iter_mut().zip(keys) {
        *slot = value[key].as_f64().filter(|v| v.abs() <= 1e6)?;
    }
    Some(out)
}
