//! The plate's table of the stage file: which frames of which file are shown where.

use super::build_parts::{angle_rad, parse_rate, place_m, ranged, xf};
use super::build_wall::stays_inside;
use crate::file::{PlateFile, PlateKind};
use crate::locate::Located;
use crate::{
    FRAME_RATE_RANGE_HZ, FrameRate, PLATE_FRAMES_MAX, PLATE_GAIN_MAX, Plate, PlatePlace, Problem,
    StageError, WALL_LENGTH_MAX_M, Wall,
};
use glam::{DQuat, EulerRot};

pub(super) fn plate(
    at: Located<'_>,
    file: &PlateFile,
    walls: &[Wall],
) -> Result<Plate, StageError> {
    only_its_own(at, file)?;
    if !stays_inside(&file.file) {
        return Err(at.error("file", Problem::OutsideFolder));
    }
    let frame = |key: &str, value: Option<u64>| match value {
        Some(number) if number > PLATE_FRAMES_MAX => {
            let (min, max) = (0.0, PLATE_FRAMES_MAX as f64);
            Err(at.error(key, Problem::OutOfRange { min, max }))
        }
        value => Ok(value),
    };
    let first = frame("in_frame", file.in_frame)?;
    let last = frame("out_frame", file.out_frame)?;
    if let (Some(first), Some(last)) = (first, last)
        && last < first
    {
        let (min, max) = (first as f64, PLATE_FRAMES_MAX as f64);
        return Err(at.error("out_frame", Problem::OutOfRange { min, max }));
    }
    let gain = file.gain.unwrap_or(1.0);
    Ok(Plate {
        name: file.name.clone(),
        file: file.file.clone(),
        place: place(at, file, walls)?,
        first,
        last,
        is_loop: file.is_loop.unwrap_or(true),
        frame_rate: frame_rate(at, file.frame_rate.as_deref())?,
        start: start(at, file.timecode.as_deref())?,
        gain: ranged(at, "gain", gain, 0.0..=PLATE_GAIN_MAX)?,
    })
}

/// Keys that say where a plate of another kind is.
fn only_its_own(at: Located<'_>, file: &PlateFile) -> Result<(), StageError> {
    use PlateKind::{Card, Dome, Wall};
    let given: [(&str, bool, &[PlateKind]); 8] = [
        ("wall", file.wall.is_some(), &[Wall]),
        ("part", file.part.is_some(), &[Wall]),
        ("position_m", file.position_m.is_some(), &[Card]),
        ("yaw_deg", file.yaw_deg.is_some(), &[Card, Dome]),
        ("pitch_deg", file.pitch_deg.is_some(), &[Card]),
        ("roll_deg", file.roll_deg.is_some(), &[Card]),
        ("width_m", file.width_m.is_some(), &[Card]),
        ("height_m", file.height_m.is_some(), &[Card]),
    ];
    let foreign = given
        .iter()
        .find(|(_, is_there, of)| *is_there && !of.contains(&file.kind));
    foreign.map_or(Ok(()), |(key, ..)| Err(at.error(key, Problem::Unused)))
}

fn place(at: Located<'_>, file: &PlateFile, walls: &[Wall]) -> Result<PlatePlace, StageError> {
    match file.kind {
        PlateKind::Wall => {
            let name = file.wall.clone();
            let name = name.ok_or_else(|| at.error("wall", Problem::Missing))?;
            let wall = walls.iter().position(|w| w.name() == name);
            let wall = wall.ok_or_else(|| at.error("wall", Problem::Unknown { name }))?;
            let part = file.part.unwrap_or([0.0, 0.0, 1.0, 1.0]);
            for edge in part {
                ranged(at, "part", edge, -10.0..=10.0)?;
            }
            let [left, top, right, bottom] = part;
            // A picture may be larger than its wall, but must have a side.
            ranged(at, "part", right - left, 0.001..=20.0)?;
            ranged(at, "part", bottom - top, 0.001..=20.0)?;
            Ok(PlatePlace::Wall { wall, part })
        }
        PlateKind::Card => {
            let position_m = file.position_m;
            let position_m = position_m.ok_or_else(|| at.error("position_m", Problem::Missing))?;
            let position_m = place_m(at, "position_m", position_m)?;
            let yaw = angle_rad(at, "yaw_deg", file.yaw_deg)?;
            let pitch = angle_rad(at, "pitch_deg", file.pitch_deg)?;
            let roll = angle_rad(at, "roll_deg", file.roll_deg)?;
            let turn = DQuat::from_euler(EulerRot::YXZ, yaw, pitch, roll);
            let side = |key: &str, value: Option<f64>| {
                let checked = value.map(|v| ranged(at, key, v, 0.01..=WALL_LENGTH_MAX_M));
                checked.transpose()
            };
            let size_m = [
                side("width_m", file.width_m)?,
                side("height_m", file.height_m)?,
            ];
            if size_m == [None, None] {
                return Err(at.error("width_m", Problem::Missing));
            }
            Ok(PlatePlace::Card {
                stage_from_card: xf(turn, position_m),
                size_m,
            })
        }
        PlateKind::Dome => Ok(PlatePlace::Dome {
            yaw_rad: angle_rad(at, "yaw_deg", file.yaw_deg)?,
        }),
    }
}

fn frame_rate(at: Located<'_>, text: Option<&str>) -> Result<Option<FrameRate>, StageError> {
    let Some(text) = text else { return Ok(None) };
    let rate = parse_rate(text).ok_or_else(|| at.error("frame_rate", Problem::BadFrameRate))?;
    ranged(at, "frame_rate", rate.hz(), FRAME_RATE_RANGE_HZ)?;
    Ok(Some(rate))
}

/// "10:00:00:00", or with a `;` before the frames as drop-frame labels are written.
fn start(at: Located<'_>, text: Option<&str>) -> Result<Option<[u8; 4]>, StageError> {
    let Some(text) = text else { return Ok(None) };
    let parts: Vec<Option<u8>> = text.split([':', ';']).map(|p| p.parse().ok()).collect();
    let label = match parts.as_slice() {
        [Some(h), Some(m), Some(s), Some(f)] if *h < 24 && *m < 60 && *s < 60 && *f < 60 => {
            [*h, *m, *s, *f]
        }
        _ => return Err(at.error("timecode", Problem::BadTimecode)),
    };
    Ok(Some(label))
}
