//! The light card's table of the stage file: a bright shape on a wall, or in a direction from the outer eye.

use super::build_parts::{angle_rad, ranged};
use crate::file::{CardShapeFile, LightCardFile};
use crate::locate::Located;
use crate::stage_override::CARD_GAIN_MAX;
use crate::{CardPlace, CardShape, LightCard, Problem, StageError, WALL_LENGTH_MAX_M, Wall};

pub(super) fn light_card(
    at: Located<'_>,
    file: &LightCardFile,
    walls: &[Wall],
) -> Result<LightCard, StageError> {
    let number = |key: &str, value: Option<f64>, usual: f64, most: f64| {
        ranged(at, key, value.unwrap_or(usual), 0.0..=most)
    };
    let color = file.color.unwrap_or([1.0; 3]);
    for part in color {
        ranged(at, "color", part, 0.0..=CARD_GAIN_MAX)?;
    }
    Ok(LightCard {
        name: file.name.clone(),
        on: file.on.unwrap_or(true),
        place: place(at, file, walls)?,
        roll_rad: angle_rad(at, "roll_deg", file.roll_deg)?,
        shape: match file.shape {
            None | Some(CardShapeFile::Rectangle) => CardShape::Rectangle,
            Some(CardShapeFile::Ellipse) => CardShape::Ellipse,
        },
        color,
        gain: number("gain", file.gain, 1.0, CARD_GAIN_MAX)?,
        opacity: number("opacity", file.opacity, 1.0, 1.0)?,
        feather: number("feather", file.feather, 0.2, 1.0)?,
        over_inner: file.over_inner.unwrap_or(false),
    })
}

fn place(at: Located<'_>, file: &LightCardFile, walls: &[Wall]) -> Result<CardPlace, StageError> {
    let on_wall = [("uv", file.uv.is_some()), ("size_m", file.size_m.is_some())];
    let in_direction = [
        ("azimuth_deg", file.azimuth_deg.is_some()),
        ("elevation_deg", file.elevation_deg.is_some()),
        ("size_deg", file.size_deg.is_some()),
    ];
    let foreign: &[(&str, bool)] = match &file.wall {
        Some(_) => &in_direction,
        None => &on_wall,
    };
    if let Some((key, _)) = foreign.iter().find(|(_, is_there)| *is_there) {
        return Err(at.error(key, Problem::Unused));
    }
    let Some(name) = &file.wall else {
        let elevation = file.elevation_deg.unwrap_or(30.0);
        let size = file.size_deg.unwrap_or([20.0; 2]);
        for side in size {
            ranged(at, "size_deg", side, 0.1..=179.0)?;
        }
        return Ok(CardPlace::Direction {
            azimuth_rad: angle_rad(at, "azimuth_deg", file.azimuth_deg)?,
            elevation_rad: ranged(at, "elevation_deg", elevation, -90.0..=90.0)?.to_radians(),
            size_rad: size.map(f64::to_radians),
        });
    };
    let wall = walls.iter().position(|w| w.name() == name);
    let unknown = || Problem::Unknown { name: name.clone() };
    let wall = wall.ok_or_else(|| at.error("wall", unknown()))?;
    let uv = file.uv.unwrap_or([0.5; 2]);
    for part in uv {
        ranged(at, "uv", part, -1.0..=2.0)?;
    }
    let size_m = file.size_m;
    let size_m = size_m.ok_or_else(|| at.error("size_m", Problem::Missing))?;
    for side in size_m {
        ranged(at, "size_m", side, 0.001..=WALL_LENGTH_MAX_M)?;
    }
    Ok(CardPlace::Wall { wall, uv, size_m })
}
