//! `cyc take unpack`: a compact take as the take, or the BVH, that it was made of.

use super::pack::{refuse_existing, write_new};
use crate::Session;
use crate::command_line::subcommand;
use crate::demo::files::read;
use crate::failure::Failure;
use crate::text::Text;
use clap::{Arg, ArgMatches, Command, value_parser};
use cyc_take::bvh::{self, BvhWriteOptions};
use cyc_take::{
    CompactError, TakeError, TakeFrame, TakeReader, TakeWriter, clip_of, looks_compact,
};
use serde_json::json;
use std::path::{Path, PathBuf};

/// The part's name.
pub const NAME: &str = "unpack";

/// The command line of `cyc take unpack`.
pub fn describe(text: &Text) -> Command {
    let about = text.get("take-unpack-about", &[]);
    let usage = text.get("take-unpack-usage", &[]);
    let example = "cyc take unpack library/12A_T03.cyctake --out 12A_T03.take.mcap";
    subcommand(text, NAME, about, usage, example).args([
        Arg::new("file")
            .value_name("FILE")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help_heading(text.get("cli-heading-arguments", &[]))
            .help(text.get("take-unpack-file-help", &[])),
        Arg::new("out")
            .long("out")
            .value_name("FILE")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help(text.get("take-unpack-out-help", &[])),
    ])
}

/// Unpacks the take.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let path = |name: &str| {
        matches
            .get_one::<PathBuf>(name)
            .cloned()
            .unwrap_or_default()
    };
    let (from, to) = (path("file"), path("out"));
    refuse_existing(&to)?;
    let bytes = read(&from)?;
    if !looks_compact(&bytes) {
        return Err(TakeError::Compact(CompactError::NotCompact).into());
    }
    let frames = match clip_of(&bytes)? {
        Some(clip) => {
            let text = bvh::write(&clip, &BvhWriteOptions::default())?;
            write_new(&to, text.as_bytes())?;
            clip.frame_count() as u64
        }
        None => write_take(&bytes, &to)?,
    };
    if session.output.wants_json() {
        session
            .output
            .object(&json!({"path": to, "frames": frames}))
    } else {
        let args = [
            ("path", to.display().to_string()),
            ("frames", frames.to_string()),
        ];
        session
            .output
            .result(&session.text.get("take-unpack-done", &args))
    }
}

fn write_take(bytes: &[u8], to: &Path) -> Result<u64, Failure> {
    // What the take says about itself is read with its first frame.
    let mut reader = TakeReader::from_reader(bytes)?;
    reader.next_frame()?;
    let mut writer = TakeWriter::create(to, reader.config())?;
    let mut reader = TakeReader::from_reader(bytes)?;
    let mut frames = 0;
    while let Some(frame) = reader.next_frame()? {
        match frame {
            TakeFrame::Mocap(frame) => writer.write_mocap(frame)?,
            TakeFrame::Stage(frame) => writer.write_stage(frame)?,
        }
        frames += 1;
    }
    writer.finish()?;
    Ok(frames)
}
