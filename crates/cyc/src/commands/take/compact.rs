//! What `cyc take info` says of a compact take beside what it says of every take.

use crate::demo::files;
use crate::failure::Failure;
use crate::table::aligned;
use crate::text::Text;
use cyc_take::{CompactTake, TakeError, looks_compact};
use serde_json::{Value, json};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Opens a compact take and decodes all of it, so that damage is found.
fn read_whole(path: &Path) -> Result<CompactTake, Failure> {
    let take = CompactTake::open(files::read(path)?).map_err(TakeError::from)?;
    take.check().map_err(TakeError::from)?;
    Ok(take)
}

/// The compact take of a file; `None` for any other file.
pub fn read(path: &Path) -> Result<Option<CompactTake>, Failure> {
    let mut head = Vec::new();
    let opened = File::open(path).and_then(|file| file.take(16).read_to_end(&mut head));
    if opened.is_err() || !looks_compact(&head) {
        return Ok(None);
    }
    read_whole(path).map(Some)
}

/// For scripts.
pub fn as_json(take: &CompactTake) -> Value {
    let tracks = take.tracks().map(|t| {
        json!({
            "name": t.name, "frames": t.frames, "joints": t.shape.joints, "points": t.shape.points,
            "bytes": t.bytes, "chunks": t.chunks,
        })
    });
    json!({
        "bytes": take.byte_count(), "error_mm": take.error_m() * 1e3, "tracks": tracks.collect::<Vec<_>>(),
    })
}

/// For people.
pub fn as_text(take: &CompactTake, text: &Text) -> String {
    let args = [
        ("bytes", take.byte_count().to_string()),
        ("error", format!("{}", take.error_m() * 1e3)),
    ];
    let mut rows = vec![vec![
        text.get("take-info-compact", &[]),
        text.get("take-info-compact-said", &args),
    ]];
    for track in take.tracks() {
        let args = [
            ("frames", track.frames.to_string()),
            ("joints", track.shape.joints.to_string()),
            ("points", track.shape.points.to_string()),
            ("bytes", track.bytes.to_string()),
        ];
        let name = [("name", track.name.to_owned())];
        rows.push(vec![
            text.get("take-info-track", &name),
            text.get("take-info-track-said", &args),
        ]);
    }
    aligned(&rows)
}
