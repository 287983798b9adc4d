//! The wall's table of the stage file: shape, cabinets, pixels, and what shows them.

use super::build_color::color;
use super::build_parts::{angle_rad, milliseconds, place_m, ranged, xf};
use crate::file::{DisplayFile, DisplayKind, MapFile, UnitFile, UpFile, WallFile, WallKind};
use crate::locate::Located;
use crate::mesh_file::{MeshReading, read_mesh};
use crate::{
    CABINETS_MAX, CANVAS_BLOCKS_MAX, CANVAS_SIDE_MAX_PX, CanvasMap, CanvasRect, Display,
    DisplayTarget, Folded, PANELS_MAX, Problem, QuarterTurn, StageError, Surface,
    WALL_LENGTH_MAX_M, Wall,
};
use cyc_model::NAME_BYTES_MAX;
use glam::{DQuat, DVec2, EulerRot};
use std::sync::Arc;

/// Brings the bytes of a file that the stage file names, by the name that is written there; the error is a reason.
pub type Files<'a> = dyn FnMut(&str) -> Result<Vec<u8>, String> + 'a;

pub(super) fn wall(
    at: Located<'_>,
    file: &WallFile,
    displays: &[Display],
    files: &mut Files<'_>,
) -> Result<Wall, StageError> {
    let position_m = match (file.position_m, file.kind) {
        (Some(position_m), _) => position_m,
        (None, WallKind::Mesh | WallKind::Folded) => [0.0; 3],
        (None, _) => return Err(at.error("position_m", Problem::Missing)),
    };
    let position_m = place_m(at, "position_m", position_m)?;
    // A floor lies with its upper edge towards the wall, a ceiling with its lower one.
    let lying_deg = match file.kind {
        WallKind::Floor => Some(-90.0),
        WallKind::Ceiling => Some(90.0),
        _ => None,
    };
    if lying_deg.is_some() && file.pitch_deg.is_some() {
        return Err(at.error("pitch_deg", Problem::Unused));
    }
    let yaw = angle_rad(at, "yaw_deg", file.yaw_deg)?;
    let pitch = angle_rad(at, "pitch_deg", file.pitch_deg.or(lying_deg))?;
    let roll = angle_rad(at, "roll_deg", file.roll_deg)?;
    let map = map(at, file)?;
    let profile = file.color_profile.clone();
    if profile
        .as_deref()
        .is_some_and(|p| p.trim().is_empty() || p.len() > NAME_BYTES_MAX)
    {
        return Err(at.error("color_profile", Problem::BadName));
    }
    let nit = file.brightness_nit.unwrap_or(1500.0);
    let brightness_nit = ranged(at, "brightness_nit", nit, 1.0..=20_000.0)?;
    Ok(Wall {
        name: file.name.clone(),
        surface: surface(at, file, files)?,
        stage_from_wall: xf(
            DQuat::from_euler(EulerRot::YXZ, yaw, pitch, roll),
            position_m,
        ),
        display: display_of(at, file, &map, displays)?,
        map,
        display_latency: milliseconds(at, "display_latency_ms", file.display_latency_ms, 0.0)?,
        color_profile: profile,
        color: color(at, file, brightness_nit, files)?,
        brightness_nit,
        shows_outer: file.outer.unwrap_or(true),
    })
}

fn map(at: Located<'_>, file: &WallFile) -> Result<CanvasMap, StageError> {
    for (key, [columns, rows], most) in [
        ("cabinets", file.cabinets, CABINETS_MAX),
        ("cabinet_px", file.cabinet_px, CANVAS_SIDE_MAX_PX),
    ] {
        let count = columns.saturating_mul(rows);
        let most = if key == "cabinets" { most } else { most * most };
        if columns == 0 || rows == 0 || count > most {
            let (min, max) = (1.0, f64::from(most));
            return Err(at.error(key, Problem::OutOfRange { min, max }));
        }
    }
    let [columns, rows] = file.cabinets;
    let (key, blocks) = match (&file.map, file.canvas_px) {
        (None, Some(corner)) => {
            let px = file.cabinet_px;
            let upright = QuarterTurn::Upright;
            let whole = CanvasMap::block(0..columns, 0..rows, px, corner, upright);
            ("canvas_px", vec![whole])
        }
        (None, None) => return Err(at.error("canvas_px", Problem::Missing)),
        (Some(_), Some(_)) => return Err(at.error("canvas_px", Problem::Unused)),
        (Some(_), None) if file.kind == WallKind::Mesh => {
            return Err(at.error("map", Problem::Unused));
        }
        (Some(map), None) if map.len() > CANVAS_BLOCKS_MAX => {
            let (count, limit) = (map.len(), CANVAS_BLOCKS_MAX);
            return Err(at.error("map", Problem::TooMany { count, limit }));
        }
        (Some(map), None) => {
            let blocks = map.iter().map(|part| block(at, file.cabinet_px, part));
            ("map", blocks.collect::<Result<Vec<_>, _>>()?)
        }
    };
    let limit_px = CANVAS_SIDE_MAX_PX;
    let beyond = |c: &CanvasRect| c.right() > limit_px || c.bottom() > limit_px;
    let wide = [0, 1].map(|i: usize| file.cabinets[i].saturating_mul(file.cabinet_px[i]));
    if blocks.iter().any(|b| beyond(&b.canvas)) || wide[0].max(wide[1]) > limit_px {
        return Err(at.error(key, Problem::BeyondCanvas { limit_px }));
    }
    CanvasMap::new(file.cabinets, file.cabinet_px, blocks)
        .ok_or_else(|| at.error(key, Problem::BadMap))
}

fn block(
    at: Located<'_>,
    cabinet_px: [u32; 2],
    part: &MapFile,
) -> Result<crate::CanvasBlock, StageError> {
    let turn = QuarterTurn::from_degrees(part.turn_deg.unwrap_or(0.0)).ok_or_else(|| {
        let words = "0, 90, 180, 270".to_owned();
        at.error("map", Problem::NotOneOf { words })
    })?;
    let [column, row, columns, rows] = part.cabinets;
    Ok(CanvasMap::block(
        column..column.saturating_add(columns),
        row..row.saturating_add(rows),
        cabinet_px,
        part.canvas_px,
        turn,
    ))
}

fn display_of(
    at: Located<'_>,
    file: &WallFile,
    map: &CanvasMap,
    displays: &[Display],
) -> Result<Option<usize>, StageError> {
    let Some(name) = &file.display else {
        return Ok(None);
    };
    let Some(index) = displays.iter().position(|d| d.name == *name) else {
        let name = name.clone();
        return Err(at.error("display", Problem::Unknown { name }));
    };
    let inside = |b: &crate::CanvasBlock| displays[index].canvas.holds(&b.canvas);
    if map.blocks().iter().all(inside) {
        return Ok(Some(index));
    }
    let display = name.clone();
    Err(at.error("display", Problem::OutsideDisplay { display }))
}

pub(super) fn display(at: Located<'_>, file: &DisplayFile) -> Result<Display, StageError> {
    let [x, y] = file.canvas_px;
    let [width, height] = file.size_px;
    let canvas = CanvasRect {
        x,
        y,
        width,
        height,
    };
    let limit_px = CANVAS_SIDE_MAX_PX;
    if width == 0 || height == 0 || canvas.right() > limit_px || canvas.bottom() > limit_px {
        return Err(at.error("size_px", Problem::BeyondCanvas { limit_px }));
    }
    for (key, name) in [("node", &file.node), ("monitor", &file.monitor)] {
        if name
            .as_ref()
            .is_some_and(|n| n.trim().is_empty() || n.len() > NAME_BYTES_MAX)
        {
            return Err(at.error(key, Problem::BadName));
        }
    }
    let target = match file.kind {
        DisplayKind::Window => DisplayTarget::Window {
            monitor: file.monitor.clone(),
            is_guarded: file.guard.unwrap_or(true),
        },
        DisplayKind::Offscreen => {
            let written = [
                ("monitor", file.monitor.is_some()),
                ("guard", file.guard.is_some()),
            ];
            if let Some((key, _)) = written.iter().find(|(_, is_written)| *is_written) {
                return Err(at.error(key, Problem::Unused));
            }
            DisplayTarget::Offscreen
        }
    };
    Ok(Display {
        name: file.name.clone(),
        node: file.node.clone(),
        target,
        canvas,
    })
}

/// The settings of a wall's shape that a kind of wall knows.
fn known_keys(kind: WallKind) -> &'static [&'static str] {
    match kind {
        WallKind::Plane => &["width_m", "height_m"],
        WallKind::Floor | WallKind::Ceiling => &["width_m", "depth_m"],
        WallKind::Cylinder => &["radius_m", "arc_deg", "height_m"],
        WallKind::Folded => &["feet_m", "panel_columns", "height_m"],
        WallKind::Mesh => &["file", "object", "unit", "up", "flip"],
    }
}

fn surface(at: Located<'_>, file: &WallFile, files: &mut Files<'_>) -> Result<Surface, StageError> {
    let given = [
        ("width_m", file.width_m.is_some()),
        ("depth_m", file.depth_m.is_some()),
        ("height_m", file.height_m.is_some()),
        ("radius_m", file.radius_m.is_some()),
        ("arc_deg", file.arc_deg.is_some()),
        ("feet_m", file.feet_m.is_some()),
        ("panel_columns", file.panel_columns.is_some()),
        ("file", file.file.is_some()),
        ("object", file.object.is_some()),
        ("unit", file.unit.is_some()),
        ("up", file.up.is_some()),
        ("flip", file.flip.is_some()),
    ];
    let known = known_keys(file.kind);
    if let Some((key, _)) = given
        .iter()
        .find(|(key, there)| *there && !known.contains(key))
    {
        return Err(at.error(key, Problem::Unused));
    }
    let length = |key: &str, value: Option<f64>| match value {
        Some(value) => ranged(at, key, value, 0.01..=WALL_LENGTH_MAX_M),
        None => Err(at.error(key, Problem::Missing)),
    };
    Ok(match file.kind {
        WallKind::Plane => Surface::Plane {
            width_m: length("width_m", file.width_m)?,
            height_m: length("height_m", file.height_m)?,
        },
        WallKind::Floor | WallKind::Ceiling => Surface::Plane {
            width_m: length("width_m", file.width_m)?,
            height_m: length("depth_m", file.depth_m)?,
        },
        WallKind::Cylinder => {
            let arc_deg = file
                .arc_deg
                .ok_or_else(|| at.error("arc_deg", Problem::Missing))?;
            Surface::Cylinder {
                radius_m: length("radius_m", file.radius_m)?,
                arc_rad: ranged(at, "arc_deg", arc_deg, 1.0..=350.0)?.to_radians(),
                height_m: length("height_m", file.height_m)?,
            }
        }
        WallKind::Folded => {
            let height_m = length("height_m", file.height_m)?;
            Surface::Folded(folded(at, file, height_m)?)
        }
        WallKind::Mesh => mesh(at, file, files)?,
    })
}

fn folded(at: Located<'_>, file: &WallFile, height_m: f64) -> Result<Folded, StageError> {
    let feet = file
        .feet_m
        .as_ref()
        .ok_or_else(|| at.error("feet_m", Problem::Missing))?;
    if feet.len() > PANELS_MAX + 1 {
        let (count, limit) = (feet.len(), PANELS_MAX + 1);
        return Err(at.error("feet_m", Problem::TooMany { count, limit }));
    }
    for coordinate in feet.iter().flatten() {
        ranged(
            at,
            "feet_m",
            *coordinate,
            -WALL_LENGTH_MAX_M..=WALL_LENGTH_MAX_M,
        )?;
    }
    let feet: Vec<_> = feet.iter().map(|f| DVec2::from_array(*f)).collect();
    let columns = match &file.panel_columns {
        Some(columns) => columns.clone(),
        None => shared_out(&feet, file.cabinets[0])
            .ok_or_else(|| at.error("panel_columns", Problem::Missing))?,
    };
    let sum = columns.iter().fold(0u32, |sum, c| sum.saturating_add(*c));
    if sum != file.cabinets[0] {
        return Err(at.error("panel_columns", Problem::BadFolds));
    }
    Folded::new(&feet, &columns, height_m).ok_or_else(|| at.error("feet_m", Problem::BadFolds))
}

/// Columns by the panels' widths; `None` when whole columns would make pitches differ by more than 2 %.
fn shared_out(feet: &[DVec2], columns: u32) -> Option<Vec<u32>> {
    let widths: Vec<f64> = feet
        .windows(2)
        .map(|pair| pair[0].distance(pair[1]))
        .collect();
    let each = widths.iter().sum::<f64>() / f64::from(columns);
    widths
        .iter()
        .map(|width| {
            let count = (width / each).round();
            let even = count >= 1.0 && (width / count / each - 1.0).abs() <= 0.02;
            even.then_some(count as u32)
        })
        .collect()
}

fn mesh(at: Located<'_>, file: &WallFile, files: &mut Files<'_>) -> Result<Surface, StageError> {
    let name = file
        .file
        .as_deref()
        .ok_or_else(|| at.error("file", Problem::Missing))?;
    let bytes = bytes_of(at, "file", name, files)?;
    let unit_m = match file.unit.unwrap_or(UnitFile::M) {
        UnitFile::M => 1.0,
        UnitFile::Dm => 0.1,
        UnitFile::Cm => 0.01,
        UnitFile::Mm => 0.001,
        UnitFile::In => 0.0254,
        UnitFile::Ft => 0.3048,
        UnitFile::Yd => 0.9144,
    };
    let reading = MeshReading {
        unit_m,
        z_up: file.up == Some(UpFile::Z),
        flipped: file.flip.unwrap_or(false),
        object: file.object.as_deref(),
    };
    let mesh = read_mesh(&bytes, &reading, &mut |path| {
        let path = match name.rfind(['/', '\\']) {
            Some(folder) => format!("{}{path}", &name[..=folder]),
            None => path.to_owned(),
        };
        match stays_inside(&path) {
            true => files(&path),
            false => Err(path),
        }
    });
    let mesh = mesh.map_err(|error| {
        let file = name.to_owned();
        at.error("file", Problem::BadMesh { file, error })
    })?;
    Ok(Surface::Mesh(Arc::new(mesh)))
}

/// The bytes of a file that a key names.
pub(super) fn bytes_of(
    at: Located<'_>,
    key: &str,
    name: &str,
    files: &mut Files<'_>,
) -> Result<Vec<u8>, StageError> {
    if !stays_inside(name) {
        return Err(at.error(key, Problem::OutsideFolder));
    }
    files(name).map_err(|reason| {
        let file = name.to_owned();
        at.error(key, Problem::NotRead { file, reason })
    })
}

/// Whether a path leads only downwards: no root, no drive, no way up.
pub(super) fn stays_inside(path: &str) -> bool {
    let upwards = path.split(['/', '\\']).any(|part| part == "..");
    !path.trim().is_empty() && !path.starts_with(['/', '\\']) && !path.contains(':') && !upwards
}
