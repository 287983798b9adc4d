//! `cyc take`: what is in a recording, without playing it; what can be recovered of one; and its compact form.

mod compact;
mod pack;
mod recover;
mod unpack;

use crate::Session;
use crate::command_line::subcommand;
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use crate::table::aligned;
use crate::text::Text;
use clap::{Arg, ArgMatches, Command};
use cyc_model::SourceId;
use cyc_take::{GapKind, GapReason, TakeGap, TakeInfo, take_info};
use serde_json::{Value, json};
use std::path::PathBuf;

/// The command's name.
pub const NAME: &str = "take";

/// The part that tells what is in a take.
const INFO: &str = "info";

/// The example of the help page.
const EXAMPLE: &str = "cyc take info out/demo/demo.take.mcap";

/// A take that could be read, but not whole.
struct Lossy {
    damaged: u64,
    finished: bool,
}

impl Explain for Lossy {
    fn key(&self) -> &'static str {
        if self.finished {
            "take-info-damaged"
        } else {
            "take-info-unfinished"
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        vec![("damaged", self.damaged.to_string())]
    }
}

/// The command line of `cyc take`.
pub fn describe(text: &Text) -> Command {
    let about = text.get("take-info-about", &[]);
    let usage = text.get("take-info-usage", &[]);
    let info = subcommand(text, INFO, about, usage, EXAMPLE).arg(
        Arg::new("file")
            .value_name("FILE")
            .required(true)
            .help_heading(text.get("cli-heading-arguments", &[]))
            .help(text.get("take-info-file-help", &[])),
    );
    let (about, usage) = (text.get("take-about", &[]), text.get("take-usage", &[]));
    subcommand(text, NAME, about, usage, EXAMPLE)
        .subcommand_help_heading(text.get("cli-heading-commands", &[]))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(info)
        .subcommand(recover::describe(text))
        .subcommand(pack::describe(text))
        .subcommand(unpack::describe(text))
}

/// Reads through the take. Exit code 67 when parts of it are damaged or its end is missing.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let matches = match matches.subcommand() {
        Some((INFO, matches)) => matches,
        Some((recover::NAME, matches)) => return recover::run(matches, session),
        Some((pack::NAME, matches)) => return pack::run(matches, session),
        Some((unpack::NAME, matches)) => return unpack::run(matches, session),
        _ => return Err(Failure::internal(NAME)),
    };
    let path = matches.get_one::<String>("file").map(PathBuf::from);
    let path = path.unwrap_or_default();
    let info = take_info(&path).map_err(|error| Failure::of_take(&path, error))?;
    let compact = compact::read(&path)?;
    if session.output.wants_json() {
        let mut object = as_json(&info);
        object["compact"] = compact.as_ref().map_or(Value::Null, compact::as_json);
        session.output.object(&object)?;
    } else {
        let mut page = as_text(&info, &session.text);
        if let Some(take) = &compact {
            page += &compact::as_text(take, &session.text);
        }
        session.output.result(&page)?;
    }
    let lossy = Lossy {
        damaged: info.damaged,
        finished: info.finished,
    };
    if lossy.finished && lossy.damaged == 0 {
        return Ok(());
    }
    Err(Failure::new(Exit::TakeLossy, &lossy))
}

fn duration_s(info: &TakeInfo) -> f64 {
    match (info.first, info.last) {
        (Some(first), Some(last)) => (last - first).secs(),
        _ => 0.0,
    }
}

/// Frames a second, counted over the take's length.
fn rate_hz(frames: u64, duration_s: f64) -> f64 {
    if frames > 1 && duration_s > 0.0 {
        (frames - 1) as f64 / duration_s
    } else {
        0.0
    }
}

/// What was written of a source when the take began.
fn source_entry<'a>(info: &'a TakeInfo, source: SourceId, what: &str) -> Option<&'a str> {
    let key = format!("source.{}.{what}", source.0);
    info.config.entries.get(&key).map(String::as_str)
}

fn as_text(info: &TakeInfo, text: &Text) -> String {
    let length_s = duration_s(info);
    let row = |key: &str, value: String| vec![text.get(key, &[]), value];
    let counted = |frames: u64| {
        let rate = format!("{:.1}", rate_hz(frames, length_s));
        let args = [("frames", frames.to_string()), ("rate", rate)];
        text.get("take-info-frames", &args)
    };
    let entry = |key: &str| info.config.entries.get(key).cloned().unwrap_or_default();
    let timecode = info.start_timecode.map(|t| t.to_string());
    let mut rows = vec![
        row("take-info-title", info.config.title.clone()),
        row("take-info-take", entry("take")),
        row("take-info-notes", entry("notes")),
        row("take-info-timecode", timecode.unwrap_or_default()),
        row("take-info-program", info.config.program.clone()),
    ];
    let length = [("seconds", format!("{length_s:.2}"))];
    rows.push(row(
        "take-info-length",
        text.get("take-info-seconds", &length),
    ));
    for (source, frames) in &info.mocap_frames {
        let named = match source_entry(info, *source, "name") {
            Some(name) => format!("{} ({name})", source.0),
            None => source.0.to_string(),
        };
        let args = [("source", named)];
        rows.push(vec![text.get("take-info-source", &args), counted(*frames)]);
    }
    rows.push(row("take-info-stage", counted(info.stage_frames)));
    for (source, packets) in &info.raw_packets {
        let args = [("source", source.0.to_string())];
        let row = vec![text.get("take-info-raw", &args), packets.to_string()];
        rows.push(row);
    }
    if info.events > 0 {
        rows.push(row("take-info-events", info.events.to_string()));
    }
    for gap in &info.gaps {
        rows.push(row("take-info-gap", gap_text(info, gap, text)));
    }
    if info.messages_skipped > 0 {
        rows.push(row("take-info-skipped", info.messages_skipped.to_string()));
    }
    rows.retain(|row| row.last().is_some_and(|value| !value.is_empty()));
    aligned(&rows)
}

/// What is missing, from when to when after the take's beginning, and why.
fn gap_text(info: &TakeInfo, gap: &TakeGap, text: &Text) -> String {
    let [from, to] = gap_seconds(info, gap);
    let what = match gap.what {
        GapKind::Mocap => "take-info-gap-mocap",
        GapKind::Stage => "take-info-gap-stage",
        GapKind::Raw => "take-info-gap-raw",
        GapKind::Events => "take-info-gap-events",
    };
    let reason = match gap.reason {
        GapReason::SlowDisk => "take-info-gap-slow-disk",
        GapReason::QueueFull => "take-info-gap-queue-full",
        GapReason::Fault => "take-info-gap-fault",
    };
    let args = [
        ("count", gap.count.to_string()),
        ("what", text.get(what, &[])),
        ("from", format!("{from:.2}")),
        ("to", format!("{to:.2}")),
        ("reason", text.get(reason, &[])),
    ];
    text.get("take-info-gap-said", &args)
}

fn gap_seconds(info: &TakeInfo, gap: &TakeGap) -> [f64; 2] {
    let first = info.first.unwrap_or(gap.from);
    [gap.from, gap.to].map(|at| (at - first).secs())
}

fn as_json(info: &TakeInfo) -> Value {
    let length_s = duration_s(info);
    let source = |(id, frames): (&SourceId, &u64)| {
        json!({
            "source": id.0,
            "name": source_entry(info, *id, "name"),
            "url": source_entry(info, *id, "url"),
            "frames": frames,
            "rate_hz": rate_hz(*frames, length_s),
            "raw_packets": info.raw_packets.get(id).copied().unwrap_or(0),
        })
    };
    let entry = |key: &str| info.config.entries.get(key);
    let gap = |gap: &TakeGap| {
        let [from_s, to_s] = gap_seconds(info, gap);
        json!({
            "what": gap.what.name(), "source": gap.source.map(|s| s.0), "reason": gap.reason.name(),
            "from_s": from_s, "to_s": to_s, "count": gap.count,
        })
    };
    let frames = info.mocap_frames.values().sum::<u64>() + info.stage_frames;
    json!({
        "title": info.config.title,
        "slate": entry("slate"),
        "take": entry("take").and_then(|n| n.parse::<u32>().ok()),
        "notes": entry("notes"),
        "start_timecode": info.start_timecode.map(|t| t.to_string()),
        "created_unix_ns": info.config.created_unix_ns,
        "program": info.config.program,
        "frames": frames,
        "duration_s": length_s,
        "sources": info.mocap_frames.iter().map(source).collect::<Vec<_>>(),
        "stage_frames": info.stage_frames,
        "stage_rate_hz": rate_hz(info.stage_frames, length_s),
        "events": info.events,
        "gaps": info.gaps.iter().map(gap).collect::<Vec<_>>(),
        "gap_count": info.gap_count,
        "messages_skipped": info.messages_skipped,
        "damaged": info.damaged,
        "finished": info.finished,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use cyc_model::HostNs;

    fn two_seconds() -> TakeInfo {
        TakeInfo {
            mocap_frames: [(SourceId(0), 241), (SourceId(1), 101)].into(),
            stage_frames: 121,
            first: Some(HostNs(5_000_000_000)),
            last: Some(HostNs(7_000_000_000)),
            finished: true,
            ..TakeInfo::default()
        }
    }

    #[test]
    fn rates_are_counted_over_the_length() {
        let object = as_json(&two_seconds());
        assert_eq!(object["duration_s"], 2.0);
        assert_eq!(object["frames"], 463);
        assert_eq!(object["sources"][0]["rate_hz"], 120.0);
        assert_eq!(object["sources"][1]["rate_hz"], 50.0);
        assert_eq!(object["stage_rate_hz"], 60.0);
    }

    #[test]
    fn an_empty_take_has_no_rate_and_no_empty_rows() {
        for language in [Language::English, Language::Chinese] {
            let page = as_text(&TakeInfo::default(), &Text::new(language));
            assert!(!page.contains("NaN") && page.lines().count() == 2, "{page}");
        }
    }
}
