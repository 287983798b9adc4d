//! `cyc take pack`: a take for the library, in a fraction of its bytes.

use crate::Session;
use crate::command_line::subcommand;
use crate::demo::files::read;
use crate::failure::Failure;
use crate::solve::check_folder;
use crate::text::Text;
use clap::{Arg, ArgMatches, Command, value_parser};
use cyc_solver::parse_rig;
use cyc_take::{
    LeftOut, PackOptions, PackedTake, TakeConfig, TakeError, TakeReader, bvh, c3d, pack_c3d,
    pack_clip, pack_take,
};
use serde_json::json;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::{Path, PathBuf};

/// The part's name.
pub const NAME: &str = "pack";

/// Smallest and largest error, millimetres.
const ERROR_MM: (f64, f64) = (0.001, 100.0);
/// The usual error: what an animator does not see and no capture system measures.
const USUAL_ERROR_MM: f64 = 0.1;

/// The command line of `cyc take pack`.
pub fn describe(text: &Text) -> Command {
    let about = text.get("take-pack-about", &[]);
    let usage = text.get("take-pack-usage", &[]);
    let example = "cyc take pack takes/12A_T03.take.mcap --out library/12A_T03.cyctake";
    subcommand(text, NAME, about, usage, example).args([
        Arg::new("file")
            .value_name("TAKE")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help_heading(text.get("cli-heading-arguments", &[]))
            .help(text.get("take-pack-file-help", &[])),
        Arg::new("out")
            .long("out")
            .value_name("FILE")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help(text.get("take-pack-out-help", &[])),
        Arg::new("error-mm")
            .long("error-mm")
            .value_name("MM")
            .value_parser(value_parser!(f64))
            .allow_negative_numbers(true)
            .help(text.get("take-pack-error-help", &[])),
    ])
}

/// Packs the take.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let path = |name: &str| {
        matches
            .get_one::<PathBuf>(name)
            .cloned()
            .unwrap_or_default()
    };
    let (from, to) = (path("file"), path("out"));
    let error_mm = matches
        .get_one::<f64>("error-mm")
        .copied()
        .unwrap_or(USUAL_ERROR_MM);
    if !(ERROR_MM.0..=ERROR_MM.1).contains(&error_mm) {
        return Err(Failure::bad_number("error-mm", error_mm, ERROR_MM));
    }
    refuse_existing(&to)?;
    let whole = read(&from)?;
    let options = PackOptions {
        error_m: error_mm * 1e-3,
        ..PackOptions::default()
    };
    let packed = packed(&from, &whole, options)?;
    write_new(&to, &packed.bytes)?;
    if session.output.wants_json() {
        let part = packed.bytes.len() as f64 / whole.len().max(1) as f64;
        let left = packed.left_out;
        session.output.object(&json!({
            "path": to, "bytes": packed.bytes.len(), "bytes_before": whole.len(), "part": part,
            "error_mm": error_mm, "mocap_frames": packed.mocap_frames, "stage_frames": packed.stage_frames,
            "left_out": {
                "raw_packets": left.raw_packets, "events": left.events, "faces": left.faces,
                "lenses": left.lenses, "humans": left.humans, "damaged": left.damaged,
            },
        }))
    } else {
        session
            .output
            .result(&said(&to, whole.len(), &packed, &session.text))
    }
}

/// Makes any kind of take compact; what it is, is told by its first bytes.
fn packed(from: &Path, whole: &[u8], options: PackOptions) -> Result<PackedTake, Failure> {
    let stem = from.file_stem().unwrap_or_default();
    let config = TakeConfig {
        title: stem.to_string_lossy().into_owned(),
        program: format!("cyc {}", env!("CARGO_PKG_VERSION")),
        ..TakeConfig::default()
    };
    let start = whole.trim_ascii_start();
    let start = start.strip_prefix(b"\xef\xbb\xbf").unwrap_or(start);
    let is_bvh = start
        .get(..9)
        .is_some_and(|word| word.eq_ignore_ascii_case(b"HIERARCHY"));
    if is_bvh {
        let clip = bvh::read(whole, &bvh::BvhReadOptions::default())?;
        let bytes = pack_clip(&clip, &config, options)?;
        return Ok(PackedTake {
            bytes,
            stage_frames: clip.frame_count() as u64,
            ..PackedTake::default()
        });
    }
    if c3d::looks_like_c3d(whole) {
        return Ok(pack_c3d(&c3d::read(whole)?, &config, options)?);
    }
    let mut reader = TakeReader::from_reader(whole)?;
    // What the take says about itself stands before its first frame.
    match reader.next_frame() {
        Ok(_) | Err(TakeError::Damaged { .. } | TakeError::Unfinished { .. }) => {}
        Err(other) => return Err(other.into()),
    }
    let trees = trees_of(reader.config())?;
    let mut reader = TakeReader::from_reader(whole)?;
    Ok(pack_take(&mut reader, &trees, options)?)
}

/// The trees of the performers' skeletons, by the rigs that the take was recorded with.
fn trees_of(config: &TakeConfig) -> Result<Vec<Vec<Option<u16>>>, Failure> {
    let rigs = config
        .files
        .iter()
        .filter(|f| f.name.starts_with("rig-") && f.name.ends_with(".toml"));
    let mut trees = Vec::new();
    for file in rigs {
        let rig = parse_rig(&String::from_utf8_lossy(&file.data))?;
        let joints = rig.skeleton().joints().iter();
        trees.push(joints.map(|j| j.parent.map(|p| p.0)).collect());
    }
    Ok(trees)
}

/// Nothing is written over.
pub(super) fn refuse_existing(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        let path = path.to_owned();
        return Err(TakeError::Exists { path }.into());
    }
    Ok(check_folder(path)?)
}

/// Writes a file that was not there.
pub(super) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let file = OpenOptions::new().write(true).create_new(true).open(path);
    let written = file.and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()));
    written.map_err(|source| {
        let path = path.to_owned();
        TakeError::Io { path, source }.into()
    })
}

fn said(to: &Path, before: usize, packed: &PackedTake, text: &Text) -> String {
    let percent = packed.bytes.len() as f64 * 100.0 / before.max(1) as f64;
    let args = [
        ("path", to.display().to_string()),
        ("bytes", packed.bytes.len().to_string()),
        ("percent", format!("{percent:.1}")),
        (
            "frames",
            (packed.mocap_frames + packed.stage_frames).to_string(),
        ),
    ];
    let mut page = text.get("take-pack-done", &args);
    let LeftOut {
        raw_packets,
        events,
        faces,
        lenses,
        humans,
        damaged,
    } = packed.left_out;
    if [raw_packets, events, faces, lenses, humans, damaged]
        .iter()
        .any(|n| *n > 0)
    {
        let args = [
            ("packets", raw_packets.to_string()),
            ("events", events.to_string()),
            ("faces", faces.to_string()),
            ("lenses", lenses.to_string()),
            ("humans", humans.to_string()),
            ("damaged", damaged.to_string()),
        ];
        page.push('\n');
        page += &text.get("take-pack-left-out", &args);
    }
    page
}
