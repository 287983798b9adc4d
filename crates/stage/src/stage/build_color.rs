//! The colour of a wall, and colour windows, as the stage file says them.

use super::build_parts::ranged;
use super::build_wall::Files;
use crate::file::{
    ColorFile, LutSpaceFile, PrimariesFile, ToneMapFile, TransferFile, WallFile, WindowFile,
};
use crate::locate::Located;
use crate::{
    ColorWindow, CubeFile, LutSpace, Primaries, Problem, StageError, ToneMap, Transfer, WallColor,
};
use glam::{DMat3, DVec3};
use std::ops::RangeInclusive;
use toml::Spanned;

/// Entries of a calibration's matrix.
const MATRIX_RANGE: RangeInclusive<f64> = -8.0..=8.0;

/// Smallest determinant of one: below it a colour is lost.
const DETERMINANT_MIN: f64 = 1e-4;

/// The wall's colour; `peak_nit` is its brightness.
pub(super) fn color(
    at: Located<'_>,
    wall: &WallFile,
    peak_nit: f64,
    files: &mut Files<'_>,
) -> Result<WallColor, StageError> {
    let plain = WallColor::plain(peak_nit);
    let Some(file) = &wall.color else {
        return Ok(plain);
    };
    let title = format!("wall '{}'.color", wall.name);
    let (at, file) = (at.at(file.span().start, &title), file.get_ref());
    let transfer = transfer(at, file)?;
    let bits = file.bits.unwrap_or(plain.bits);
    if !(8..=16).contains(&bits) {
        let (min, max) = (8.0, 16.0);
        return Err(at.error("bits", Problem::OutOfRange { min, max }));
    }
    let tables = tables(at, file, files)?;
    Ok(WallColor {
        tone_map: match file.tone_map {
            None | Some(ToneMapFile::Aces) => ToneMap::Aces,
            Some(ToneMapFile::None) => ToneMap::None,
            Some(ToneMapFile::Agx) => ToneMap::AgX,
            Some(ToneMapFile::Neutral) => ToneMap::Neutral,
        },
        window: window(at, "window", file.window.as_ref())?,
        matrix: matrix(at, file)?,
        transfer,
        unit_nit: ranged(
            at,
            "unit_nit",
            file.unit_nit.unwrap_or(peak_nit),
            1.0..=20_000.0,
        )?,
        peak_nit,
        lut_space: match file.lut_space {
            None | Some(LutSpaceFile::Signal) => LutSpace::Signal,
            Some(LutSpaceFile::Light) => LutSpace::Light,
        },
        curve: tables.curve,
        lut: tables.lut,
        bits,
        // Steps of twelve bits are below what eyes see.
        is_dithered: file.dither.unwrap_or(bits <= 10),
    })
}

fn transfer(at: Located<'_>, file: &ColorFile) -> Result<Transfer, StageError> {
    let is_gamma = file.transfer == Some(TransferFile::Gamma);
    if file.gamma.is_some() && !is_gamma {
        return Err(at.error("gamma", Problem::Unused));
    }
    Ok(match file.transfer {
        None | Some(TransferFile::Srgb) => Transfer::Srgb,
        Some(TransferFile::Linear) => Transfer::Linear,
        Some(TransferFile::Gamma) => {
            let gamma = file.gamma.unwrap_or(2.4);
            Transfer::Gamma(ranged(at, "gamma", gamma, 1.0..=4.0)?)
        }
        Some(TransferFile::Pq) => Transfer::Pq,
        Some(TransferFile::Hlg) => Transfer::Hlg,
    })
}

/// To the wall's primaries, then its calibration.
fn matrix(at: Located<'_>, file: &ColorFile) -> Result<DMat3, StageError> {
    let primaries = match file.primaries {
        None | Some(PrimariesFile::Rec709) => Primaries::Rec709,
        Some(PrimariesFile::P3D65) => Primaries::P3D65,
        Some(PrimariesFile::Rec2020) => Primaries::Rec2020,
    };
    let Some(rows) = &file.matrix else {
        return Ok(primaries.from_scene());
    };
    for entry in rows.iter().flatten() {
        ranged(at, "matrix", *entry, MATRIX_RANGE)?;
    }
    let calibration = DMat3::from_cols_array_2d(rows).transpose();
    if calibration.determinant().abs() < DETERMINANT_MIN {
        return Err(at.error("matrix", Problem::NoInverse));
    }
    Ok(calibration * primaries.from_scene())
}

/// Curve and cube out of the one or two files.
fn tables(
    at: Located<'_>,
    file: &ColorFile,
    files: &mut Files<'_>,
) -> Result<CubeFile, StageError> {
    let mut found = CubeFile {
        curve: None,
        lut: None,
    };
    for (key, name) in [("curve", &file.curve), ("lut", &file.lut)] {
        let Some(name) = name else { continue };
        let read = read_table(at, key, name, files)?;
        let is_wrong = match key {
            "curve" => read.lut.is_some(),
            _ => read.lut.is_none() || (found.curve.is_some() && read.curve.is_some()),
        };
        if is_wrong {
            let words = "LUT_1D_SIZE: curve, LUT_3D_SIZE: lut".to_owned();
            return Err(at.error(key, Problem::NotOneOf { words }));
        }
        found.curve = found.curve.or(read.curve);
        found.lut = read.lut;
    }
    if file.lut_space.is_some() && found.curve.is_none() && found.lut.is_none() {
        return Err(at.error("lut_space", Problem::Unused));
    }
    Ok(found)
}

fn read_table(
    at: Located<'_>,
    key: &str,
    name: &str,
    files: &mut Files<'_>,
) -> Result<CubeFile, StageError> {
    let bytes = super::build_wall::bytes_of(at, key, name, files)?;
    CubeFile::read(&bytes).map_err(|error| {
        let file = name.to_owned();
        at.error(key, Problem::BadTable { file, error })
    })
}

/// A colour window; the default when there is none.
pub(super) fn window(
    at: Located<'_>,
    key: &str,
    file: Option<&Spanned<WindowFile>>,
) -> Result<ColorWindow, StageError> {
    let default = ColorWindow::default();
    let Some(file) = file else {
        return Ok(default);
    };
    let title = format!("{}.{key}", at.table());
    let (at, file) = (at.at(file.span().start, &title), file.get_ref());
    let triple =
        |key: &str, value: Option<[f64; 3]>, default: DVec3, range: RangeInclusive<f64>| {
            let value = value.map_or(default, DVec3::from_array);
            for part in value.to_array() {
                ranged(at, key, part, range.clone())?;
            }
            Ok::<_, StageError>(value)
        };
    Ok(ColorWindow {
        gain: triple("gain", file.gain, default.gain, 0.0..=16.0)?,
        offset: triple("offset", file.offset, default.offset, -1.0..=1.0)?,
        gamma: triple("gamma", file.gamma, default.gamma, 0.1..=10.0)?,
        saturation: ranged(
            at,
            "saturation",
            file.saturation.unwrap_or(default.saturation),
            0.0..=4.0,
        )?,
    })
}
