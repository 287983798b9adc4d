//! Reading one TOML text: bounded, strict, with the place of every fault.

use super::error::{Place, RigError};
use crate::limits::{OFFSET_MAX_M, TEXT_BYTES_MAX};
use cyc_model::HumanBone;
use glam::DVec3;
use serde::de::DeserializeOwned;
use toml::Spanned;

pub(crate) fn read<T: DeserializeOwned>(text: &str) -> Result<T, RigError> {
    if text.len() > TEXT_BYTES_MAX {
        return Err(RigError::TooLong { bytes: text.len() });
    }
    toml::from_str(text).map_err(|e| RigError::Toml {
        place: Place::of(text, e.span().map_or(0, |s| s.start)),
        reason: e.message().to_owned(),
    })
}

/// The place of a value.
pub(crate) fn place<T>(text: &str, value: &Spanned<T>) -> Place {
    Place::of(text, value.span().start)
}

pub(crate) fn bone(text: &str, name: &Spanned<String>) -> Result<HumanBone, RigError> {
    HumanBone::from_vrm_name(name.as_ref()).ok_or_else(|| RigError::UnknownBone {
        place: place(text, name),
        name: name.as_ref().clone(),
    })
}

/// An offset in metres, bounded.
pub(crate) fn offset(
    text: &str,
    owner: &Spanned<String>,
    metres: [f64; 3],
) -> Result<DVec3, RigError> {
    let offset = DVec3::from_array(metres);
    if offset.is_finite() && offset.abs().max_element() <= OFFSET_MAX_M {
        Ok(offset)
    } else {
        Err(out_of_bounds(text, owner))
    }
}

pub(crate) fn out_of_bounds(text: &str, owner: &Spanned<String>) -> RigError {
    RigError::OutOfBounds {
        place: place(text, owner),
        name: owner.as_ref().clone(),
    }
}

pub(crate) fn twice(text: &str, name: &Spanned<String>) -> RigError {
    RigError::Twice {
        place: place(text, name),
        name: name.as_ref().clone(),
    }
}
