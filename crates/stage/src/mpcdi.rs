//! MPCDI calibrations (VESA, 1.0 and 2.0) to stage files: a ZIP archive of `mpcdi.xml` and float maps (PFM).
//!
//! Each region becomes a mesh wall whose pixels stand where its map says. What that is depends on the profile:
//! - `a3`: the map holds places. Nothing is guessed but the axes.
//! - `3d`: the map holds places on the picture of a frustum, so that directions are known and distances are not: the wall
//!   is laid at a distance from the eye. The outer view is right for that eye whatever the distance is.
//! - `sl`: the same about the projector's own place and axes (`coordinateFrame`, `distortionMap`).
//! - `2d`: the map holds places on a flat picture, whose size is not in the file.
//!
//! Axes are read as right-handed, Y up, -Z ahead; yaw turns to the right, pitch upwards, roll clockwise. A map's outer
//! samples are at the region's outer edges. Blending maps (alpha, beta) are for projectors that overlap; they are named and
//! left out.

mod archive;
mod document;
mod float_map;
mod grid;

use crate::imported_stage::free_name;
use crate::{ImportedStage, LeftOut, LeftOutReason};
use archive::Archive;
use document::{Document, Profile, Region};
use float_map::FloatMap;
use glam::{DMat3, DVec3};
use grid::Grid;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use thiserror::Error;

/// What the file does not say.
#[derive(Clone, Debug, PartialEq)]
pub struct MpcdiReading {
    /// Width of a flat picture (`2d`), metres.
    pub width_m: f64,
    /// How far away walls are that are known by their directions alone (`2d`, `3d`, `sl`), metres.
    pub distance_m: f64,
    /// Height of the eye above the floor, metres.
    pub eye_height_m: f64,
    /// Whether the map's Z is up (`a3`); else its Y.
    pub z_up: bool,
}

impl Default for MpcdiReading {
    fn default() -> Self {
        Self {
            width_m: 4.0,
            distance_m: 5.0,
            eye_height_m: 1.6,
            z_up: false,
        }
    }
}

/// What there can be too much of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MpcdiAmount {
    /// Bytes, unpacked where they are packed.
    Bytes,
    /// Files of the archive.
    Files,
    /// Samples of a map.
    Samples,
    /// Regions.
    Regions,
}

impl MpcdiAmount {
    /// The word by which the texts tell the amounts apart.
    fn word(self) -> &'static str {
        match self {
            Self::Bytes => "bytes",
            Self::Files => "files",
            Self::Samples => "samples",
            Self::Regions => "regions",
        }
    }
}

/// Why an archive is no calibration that can be taken.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum MpcdiError {
    /// Not a ZIP archive, or a damaged one.
    #[error("is no MPCDI archive: {reason}")]
    NotAnArchive {
        /// Why.
        reason: String,
    },
    /// More bytes, files, samples or regions than are taken.
    #[error("{name} has {count} {of:?}, at most {limit} are taken")]
    TooLarge {
        /// The file of the archive; empty for the archive itself.
        name: String,
        /// What there is too much of.
        of: MpcdiAmount,
        /// How much of it there is; where counting stopped.
        count: u64,
        /// The limit.
        limit: u64,
    },
    /// A file that `mpcdi.xml` names, or itself.
    #[error("holds no file '{name}'")]
    NoFile {
        /// Its name.
        name: String,
    },
    /// A part that is missing or has no sense.
    #[error("{part} is missing or has no sense")]
    BadPart {
        /// Where it is, by the names of the document: `region[left]/frustum`. These are the same in every language.
        part: String,
    },
}

impl MpcdiError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotAnArchive { .. } => "stage-mpcdi-no-archive",
            Self::TooLarge { name, .. } if name.is_empty() => "stage-mpcdi-archive-too-large",
            Self::TooLarge { .. } => "stage-mpcdi-too-large",
            Self::NoFile { .. } => "stage-mpcdi-no-file",
            Self::BadPart { .. } => "stage-mpcdi-bad-part",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotAnArchive { .. } => Vec::new(),
            Self::TooLarge {
                name,
                of,
                count,
                limit,
            } => vec![
                ("name", name.clone()),
                ("of", of.word().to_owned()),
                ("count", count.to_string()),
                ("limit", limit.to_string()),
            ],
            Self::NoFile { name } => vec![("name", name.clone())],
            Self::BadPart { part } => vec![("part", part.clone())],
        }
    }
}

/// The archive's document.
const DOCUMENT: &str = "mpcdi.xml";

fn bad(part: impl Into<String>) -> MpcdiError {
    MpcdiError::BadPart { part: part.into() }
}

/// Translates an archive. The walls' shapes are files that belong beside the stage file.
///
/// # Errors
/// What the archive lacks, or what in it has no sense.
pub fn import_mpcdi(bytes: &[u8], reading: &MpcdiReading) -> Result<ImportedStage, MpcdiError> {
    let (mut archive, document) = open(bytes)?;
    let eye_m = [0.0, reading.eye_height_m, 0.0];
    let mut out = ImportedStage {
        toml: format!(
            "# From an MPCDI calibration {}, profile {}.\nname = \"MPCDI\"\n\n[outer]\neye_m = [0.0, {:?}, 0.0]\n",
            document.version,
            document.profile.name(),
            reading.eye_height_m
        ),
        walls: 0,
        left_out: Vec::new(),
        files: Vec::new(),
    };
    let mut names = BTreeSet::new();
    for (nth, region) in document.regions.iter().enumerate() {
        let (size, points) = read_points(&mut archive, &document, region, reading, true)?;
        let grid = Grid::new(size, points, DVec3::from_array(eye_m));
        let file = format!("region-{}.obj", nth + 1);
        let obj = grid
            .obj()
            .ok_or_else(|| bad(format!("region[{}]: {}", region.name, region.map_file)))?;
        let name = free_name(&names, &region.name, &region.buffer);
        wall(&mut out.toml, (region, &name), &file, grid.deviation_m);
        names.insert(name);
        out.files.push((file, obj));
        out.walls += 1;
        let blending = region.blending.iter().map(|map| LeftOut {
            part: region.name.clone(),
            kind: map.clone(),
            what: map.clone(),
            reason: LeftOutReason::Blending,
        });
        out.left_out.extend(blending);
    }
    Ok(out)
}

/// The shape of one region of an archive.
pub(crate) struct RegionShape {
    /// As an OBJ file.
    pub(crate) obj: String,
    /// Blending maps that it has, by their names.
    pub(crate) blending: Vec<String>,
}

/// The shape of a region that another program's configuration names by buffer and region; an empty name is any. `place` is
/// where that program has the archive's axes (right, up, back) on the stage, `eye` where the wall is looked at from.
///
/// # Errors
/// As [`import_mpcdi`]; no such region, or several where none is named.
pub(crate) fn region_shape(
    bytes: &[u8],
    [buffer, name]: [&str; 2],
    reading: &MpcdiReading,
    (at_m, axes): (DVec3, DMat3),
    eye: DVec3,
) -> Result<RegionShape, MpcdiError> {
    let (mut archive, document) = open(bytes)?;
    let is_meant = |region: &&Region| {
        (buffer.is_empty() || region.buffer == buffer) && (name.is_empty() || region.id == name)
    };
    let mut meant = document.regions.iter().filter(is_meant);
    let (Some(region), None) = (meant.next(), meant.next()) else {
        return Err(bad(format!("buffer[{buffer}]/region[{name}]")));
    };
    // The archive's own origin is where the other program puts it.
    let reading = MpcdiReading {
        eye_height_m: 0.0,
        ..reading.clone()
    };
    let (size, points) = read_points(&mut archive, &document, region, &reading, false)?;
    let on_stage = |p: DVec3| at_m + axes * p;
    let points = points.into_iter().map(|p| p.map(on_stage)).collect();
    let obj = Grid::new(size, points, eye).obj();
    Ok(RegionShape {
        obj: obj.ok_or_else(|| bad(format!("region[{}]: {}", region.name, region.map_file)))?,
        blending: region.blending.clone(),
    })
}

fn open(bytes: &[u8]) -> Result<(Archive<'_>, Document), MpcdiError> {
    let mut archive = Archive::open(bytes)?;
    let xml = archive.read(DOCUMENT, crate::STAGE_FILE_BYTES_MAX as u64)?;
    let xml = String::from_utf8(xml).map_err(|_| bad(DOCUMENT))?;
    let document = Document::read(&xml)?;
    Ok((archive, document))
}

/// The size of a region's map, and where its samples stand.
fn read_points(
    archive: &mut Archive<'_>,
    document: &Document,
    region: &Region,
    reading: &MpcdiReading,
    shifts: bool,
) -> Result<([usize; 2], Vec<Option<DVec3>>), MpcdiError> {
    let map = archive.read(&region.map_file, float_map::FILE_BYTES_MAX)?;
    let map = FloatMap::read(&map, &region.map_file)?;
    let points = points(document, region, &map, reading, shifts)?;
    Ok((map.size, points))
}

fn wall(toml: &mut String, (region, name): (&Region, &str), file: &str, deviation_m: f64) {
    let name = toml::Value::String(name.to_owned());
    let [width, height] = region.size_px;
    let [x, y] = region.canvas_px;
    // Writing to a string cannot fail.
    let _ = write!(
        toml,
        "\n[[wall]]\nname = {name}\nkind = \"mesh\"\nfile = \"{file}\"  # at most {:.1} mm beside the map's own samples\n\
         cabinets = [1, 1]\ncabinet_px = [{width}, {height}]\ncanvas_px = [{x}, {y}]\n",
        deviation_m * 1e3
    );
}

/// Where each sample of a map stands, stage axes and metres; `None` where nothing is mapped. `shifts` from where the map's own
/// origin is to the middle of the floor.
fn points(
    document: &Document,
    region: &Region,
    map: &FloatMap,
    reading: &MpcdiReading,
    shifts: bool,
) -> Result<Vec<Option<DVec3>>, MpcdiError> {
    let eye = DVec3::new(0.0, reading.eye_height_m, 0.0);
    let samples = map.samples.iter().copied();
    Ok(match document.profile {
        Profile::A3 => {
            let places = region.places(samples, reading);
            let lowest = places
                .iter()
                .flatten()
                .fold(f64::INFINITY, |low, p| low.min(p.y));
            let shift = match shifts {
                true => region.origin_shift(lowest, reading),
                false => DVec3::ZERO,
            };
            places.into_iter().map(|p| p.map(|p| p + shift)).collect()
        }
        Profile::TwoD => {
            let height_m = reading.width_m * region.buffer_aspect;
            let low = DVec3::new(-reading.width_m / 2.0, 0.0, -reading.distance_m);
            let flat = |uv: DVec3| low + DVec3::new(uv.x * reading.width_m, uv.y * height_m, 0.0);
            samples.map(|s| s.map(flat)).collect()
        }
        Profile::ThreeD | Profile::ShaderLamps => {
            let frustum = region
                .frustum
                .ok_or_else(|| bad(format!("region[{}]/frustum", region.name)))?;
            let (from, axes) = match (document.profile, region.frame) {
                (Profile::ShaderLamps, None) => {
                    return Err(bad(format!("region[{}]/coordinateFrame", region.name)));
                }
                (Profile::ShaderLamps, Some((at, axes))) => (at, axes),
                _ => (eye, DMat3::IDENTITY),
            };
            let away = |uv: DVec3| {
                let towards = axes * frustum.direction(uv.x, uv.y);
                from + towards.normalize_or_zero() * reading.distance_m
            };
            samples.map(|s| s.map(away)).collect()
        }
    })
}
