//! Where nDisplay's things are: transforms through their parents, and the engine's axes against the stage's.

use super::NDisplayError;
use glam::{DMat3, DVec3};
use serde_json::{Map, Value};

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

/// What has a place in the scene, by the file's own words.
pub(super) const XFORMS: &str = "xforms";
pub(super) const SCREENS: &str = "screens";
pub(super) const CAMERAS: &str = "cameras";

/// Something of the scene, and where in the file it is.
pub(super) struct Thing<'a> {
    pub(super) entry: &'a Value,
    pub(super) at: String,
}

/// The thing of a name that is the first of these kinds to have it. The engine does not tell cases apart in names.
pub(super) fn thing<'a>(scene: &'a Value, kinds: &[&str], name: &str) -> Option<Thing<'a>> {
    let found = kinds.iter().find_map(|kind| {
        let (name, entry) = named(scene[*kind].as_object()?, name)?;
        Some((kind, name, entry))
    });
    found.map(|(kind, name, entry)| Thing {
        entry,
        at: format!("scene.{kind}.{name}"),
    })
}

/// An entry by its name: as it is written, else in other cases.
pub(super) fn named<'a>(
    entries: &'a Map<String, Value>,
    name: &str,
) -> Option<(&'a String, &'a Value)> {
    let in_other_case = || entries.iter().find(|(k, _)| k.eq_ignore_ascii_case(name));
    entries.get_key_value(name).or_else(in_other_case)
}

/// A place through all its parents.
pub(super) fn place_of(scene: &Value, thing: &Thing<'_>) -> Result<Place, NDisplayError> {
    let mut place = own_place(thing)?;
    let (mut child, mut parent) = (thing.at.clone(), parent_of(thing.entry));
    for _ in 0..DEPTH_MAX {
        let Some(name) = parent else {
            return Ok(place);
        };
        let Some(above) = self::thing(scene, &[XFORMS, SCREENS, CAMERAS], name) else {
            return Err(NDisplayError::NoParent {
                at: child,
                parent: name.to_owned(),
            });
        };
        let stands = own_place(&above)?;
        place = Place {
            axes: stands.axes * place.axes,
            at_cm: stands.at_cm + stands.axes * place.at_cm,
        };
        parent = parent_of(above.entry);
        child = above.at;
    }
    match parent {
        None => Ok(place),
        Some(_) => Err(NDisplayError::Circle {
            at: thing.at.clone(),
            limit: DEPTH_MAX,
        }),
    }
}

fn parent_of(entry: &Value) -> Option<&str> {
    entry["parentId"].as_str().filter(|name| !name.is_empty())
}

/// A place against the parent's.
fn own_place(thing: &Thing<'_>) -> Result<Place, NDisplayError> {
    let bad = || NDisplayError::BadPlace {
        at: thing.at.clone(),
    };
    let at = numbers(&thing.entry["location"], ["x", "y", "z"]).ok_or_else(bad)?;
    let turn = numbers(&thing.entry["rotation"], ["pitch", "yaw", "roll"]).ok_or_else(bad)?;
    Ok(Place {
        axes: rotator(turn.map(f64::to_radians)),
        at_cm: DVec3::from_array(at),
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
