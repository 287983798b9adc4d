//! `cyc top`: a running stage in a terminal, from anywhere on this machine. It talks to the control interface alone, as the panel
//! does: however it is used, the stage notices a reader more.

use super::last_minute;
use super::panel::{self, arguments};
use crate::Session;
use crate::command_line::subcommand;
use crate::demo::report::leg_key;
use crate::failure::Failure;
use crate::in_place::InPlace;
use crate::interrupt;
use crate::language::Language;
use crate::table::{aligned, columns};
use crate::text::Text;
use clap::{Arg, ArgMatches, Command};
use cyc_console::queue_key;
use cyc_control::{
    Chain, ControlClient, Mood, QueueDocument, Said, StageDocument, StageState, TakeState, Unit,
};
use serde_json::json;
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// The command's name.
pub const NAME: &str = "top";

/// How often the stage is asked.
const EVERY: Duration = Duration::from_millis(500);
/// Log entries that are shown.
const LOG: usize = 5;

/// The command line of `cyc top`.
pub fn describe(text: &Text) -> Command {
    let (about, usage) = (text.get("top-about", &[]), text.get("top-usage", &[]));
    subcommand(text, NAME, about, usage, "cyc top")
        .args(arguments(text))
        .arg(super::run::seconds_argument(text))
        .arg(
            Arg::new("flight")
                .long("flight")
                .value_name("FILE")
                .value_parser(clap::value_parser!(PathBuf))
                .conflicts_with_all(["address", "door", "seconds"])
                .help(text.get("top-flight-help", &[])),
        )
}

/// Shows the stage until it is told to end; elsewhere than on a terminal, and with `--json`, once.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    if let Some(flight) = matches.get_one::<PathBuf>("flight") {
        return last_minute::show(flight, session);
    }
    let (access, find) = panel::way(matches)?;
    let time = super::run::time_of(matches)?;
    let mut client = ControlClient::new(access);
    let first = client.state()?;
    if session.output.wants_json() {
        return session.output.object(&json!(first));
    }
    let text = &session.text;
    if !std::io::stdout().is_terminal() {
        return session.output.result(&page(&first, text));
    }
    let (stop, began) = (interrupt::flag()?, Instant::now());
    let mut shown = page(&first, text);
    let mut in_place = InPlace::default();
    loop {
        in_place.show(&shown);
        std::thread::sleep(EVERY);
        if stop.load(Ordering::Relaxed) || time.is_some_and(|time| began.elapsed() >= time) {
            return Ok(());
        }
        match client.state() {
            Ok(document) => shown = page(&document, text),
            Err(why) => {
                shown = Failure::from(why).explain(text);
                // It may have been started again, behind another door.
                if let Some(access) = find() {
                    client = ControlClient::new(access);
                }
            }
        }
    }
}

/// What was said, in the reader's language.
pub fn own_words(said: &Said, text: &Text) -> String {
    match text.language() {
        Language::English => said.en.clone(),
        Language::Chinese => said.zh_cn.clone(),
    }
}

/// The whole page.
pub fn page(d: &StageDocument, text: &Text) -> String {
    let t = |key: &str| text.get(key, &[]);
    let mut page = format!("{}  {}", d.stage, t(state_key(d.state)));
    page += &format!("  {}", duration(d.uptime_s));
    if let Some(timecode) = &d.timecode {
        page += &format!("  {timecode}");
    }
    page.push('\n');
    page += &lights(d, text);
    for finding in &d.findings {
        let own = |said: &Said| own_words(said, text);
        let (sign, age) = (sign(finding.mood), finding.age_s);
        page += &format!(
            "{sign} {} ({age} s)\n    {}\n",
            own(&finding.what),
            own(&finding.fix)
        );
    }
    for rows in [
        sources(d, text),
        performers(d, text),
        cameras(d, text),
        delays(d, text),
        queues(d, text),
    ] {
        if rows.len() > 1 {
            page.push('\n');
            page += &aligned(&rows);
        }
    }
    page.push('\n');
    page += &take(d, text);
    let skipped = d.log.len().saturating_sub(LOG);
    for entry in d.log.iter().skip(skipped) {
        let sign = if entry.done { '✓' } else { '✗' };
        page += &cut(&format!("{sign} {} ({})", entry.command, entry.via));
        page.push('\n');
    }
    page
}

/// Longest line, columns: a page is written over by its lines, so that none may take two.
const WIDTH: usize = 100;

fn cut(line: &str) -> String {
    let mut short = String::new();
    for c in line.chars() {
        if columns(&short) + 2 > WIDTH {
            short.push('…');
            break;
        }
        short.push(c);
    }
    short
}

/// The word of a state.
pub fn state_key(state: StageState) -> &'static str {
    match state {
        StageState::Starting => "panel-state-starting",
        StageState::Running => "panel-state-running",
        StageState::Degraded => "panel-state-degraded",
        StageState::Holding => "panel-state-holding",
        StageState::Failed => "panel-state-failed",
    }
}

/// A mood by its shape: colours are not everybody's, nor every terminal's.
pub fn sign(mood: Mood) -> char {
    match mood {
        Mood::Off => '○',
        Mood::Good => '●',
        Mood::Amber => '▲',
        Mood::Red => '■',
    }
}

fn duration(seconds: f64) -> String {
    let s = seconds.max(0.0) as u64;
    format!("{}:{:02}:{:02}", s / 3600, s / 60 % 60, s % 60)
}

fn lights(d: &StageDocument, text: &Text) -> String {
    let light = |light: &cyc_control::Light| {
        let name = text.get(
            match light.chain {
                Chain::Source => "panel-light-source",
                Chain::Solve => "panel-light-solve",
                Chain::Render => "panel-light-render",
                Chain::Record => "panel-light-record",
                Chain::Sync => "panel-light-sync",
            },
            &[],
        );
        let unit = match light.unit {
            Unit::Hertz => "Hz",
            Unit::Milliseconds => "ms",
            Unit::Seconds => "s",
        };
        let figure = light.figure.map(|figure| format!(" {figure:.1} {unit}"));
        format!("{} {name}{}", sign(light.mood), figure.unwrap_or_default())
    };
    let lights: Vec<String> = d.lights.iter().map(light).collect();
    format!("{}\n", lights.join("   "))
}

fn heading(keys: &[&str], text: &Text) -> Vec<Vec<String>> {
    vec![keys.iter().map(|key| text.get(key, &[])).collect()]
}

fn sources(d: &StageDocument, text: &Text) -> Vec<Vec<String>> {
    let keys = [
        "run-source",
        "listen-rate",
        "listen-loss",
        "listen-jitter",
        "run-frames",
    ];
    let mut rows = heading(&keys, text);
    rows.extend(d.sources.iter().map(|s| {
        vec![
            format!("{} {}", sign(s.mood), s.name),
            format!("{:.1} Hz", s.rate_hz),
            format!("{:.1} %", s.loss * 100.0),
            format!("{:.2} ms", s.jitter_ms),
            s.frames.to_string(),
        ]
    }));
    rows
}

/// The words of a quality.
fn quality(quality: &str, text: &Text) -> String {
    let key = match quality {
        "live" | "interpolated" => "panel-quality-live",
        "predicted" => "panel-quality-predicted",
        "held" => "panel-quality-held",
        _ => "panel-quality-absent",
    };
    text.get(key, &[])
}

fn performers(d: &StageDocument, text: &Text) -> Vec<Vec<String>> {
    let keys = [
        "run-performer",
        "run-quality",
        "listen-markers",
        "run-residual",
    ];
    let mut rows = heading(&keys, text);
    rows.extend(d.performers.iter().map(|p| {
        let quality = if p.calibrated {
            quality(&p.quality, text)
        } else {
            text.get("run-quality-uncalibrated", &[])
        };
        vec![
            format!("{} {}", sign(p.mood), p.name),
            quality,
            format!("{}/{}", p.markers_seen, p.markers),
            format!("{:.1} mm", p.marker_rms_mm),
        ]
    }));
    rows
}

fn cameras(d: &StageDocument, text: &Text) -> Vec<Vec<String>> {
    let mut rows = heading(&["top-camera", "run-quality"], text);
    rows.extend(d.cameras.iter().map(|c| {
        let on_air = if c.on_air { " *" } else { "" };
        let name = format!("{} {}{on_air}", sign(c.mood), c.name);
        vec![name, quality(&c.quality, text)]
    }));
    rows
}

/// Over the last ten seconds, and the worst since the start.
fn delays(d: &StageDocument, text: &Text) -> Vec<Vec<String>> {
    let keys = [
        "run-delay",
        "run-p50",
        "run-p99",
        "run-p99-9",
        "run-max",
        "run-max-ever",
    ];
    let mut rows = heading(&keys, text);
    let heard = d.latency.iter().filter(|leg| leg.since_start.count > 0);
    rows.extend(heard.map(|leg| {
        let s = leg.last_10_s;
        let times = [
            s.p50_us,
            s.p99_us,
            s.p999_us,
            s.max_us,
            leg.since_start.max_us,
        ];
        let times = times.map(|us| format!("{:.2}", us * 1e-3));
        let name = text.get(leg_key(&leg.leg), &[]);
        [vec![name], times.to_vec()].concat()
    }));
    rows
}

/// Queues that are shown: those with losses first, then the fullest that ever were.
const QUEUES: usize = 8;

/// Rings alone: what a cell of one value skips is what it is for.
fn queues(d: &StageDocument, text: &Text) -> Vec<Vec<String>> {
    let keys = [
        "top-queue",
        "panel-queue-waiting",
        "panel-queue-most",
        "top-capacity",
        "panel-queue-lost",
    ];
    let mut rings: Vec<_> = d.queues.iter().filter(|q| q.capacity > 1).collect();
    let filled = |q: &QueueDocument| q.most as f64 / q.capacity as f64;
    rings.sort_by(|a, b| {
        let lost = (b.dropped > 0).cmp(&(a.dropped > 0));
        lost.then(filled(b).total_cmp(&filled(a)))
    });
    let mut rows = heading(&keys, text);
    rows.extend(rings.into_iter().take(QUEUES).map(|q| {
        let word = queue_key(&q.queue).map_or_else(|| q.queue.clone(), |key| text.get(key, &[]));
        let sign = sign(if q.dropped > 0 {
            Mood::Amber
        } else {
            Mood::Good
        });
        let name = format!("{sign} {word} {}", q.about);
        let figures = [q.waiting, q.most, q.capacity, q.dropped].map(|n| n.to_string());
        [vec![name.trim_end().to_owned()], figures.to_vec()].concat()
    }));
    rows
}

fn take(d: &StageDocument, text: &Text) -> String {
    let take = &d.take;
    let word = text.get(
        match take.state {
            TakeState::Idle => "panel-take-idle",
            TakeState::Armed => "panel-take-armed",
            TakeState::Rolling => "panel-take-rolling",
        },
        &[],
    );
    if take.state == TakeState::Idle {
        return format!("{word}\n");
    }
    let (slate, number) = (&take.slate, take.take);
    format!("{word}  {slate} {number}  {}\n", duration(take.seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_control::{
        FindingDocument, LatencyDocument, LatencyFigures, Light, LogEntry, PerformerDocument,
        SourceDocument, TakeDocument,
    };

    fn document() -> StageDocument {
        let said = |en: &str, zh_cn: &str| Said {
            en: en.to_owned(),
            zh_cn: zh_cn.to_owned(),
        };
        StageDocument {
            stage: "Demo volume".into(),
            state: StageState::Degraded,
            uptime_s: 3725.0,
            findings: vec![FindingDocument {
                mood: Mood::Red,
                what: said("vicon is silent.", "vicon 没有数据。"),
                fix: said("Start it.", "请启动它。"),
                ..FindingDocument::default()
            }],
            lights: vec![Light {
                chain: Chain::Source,
                mood: Mood::Red,
                age_ms: None,
                figure: Some(119.9),
                unit: Unit::Hertz,
            }],
            sources: vec![SourceDocument {
                name: "vicon".into(),
                rate_hz: 119.9,
                loss: 0.25,
                ..SourceDocument::default()
            }],
            performers: vec![PerformerDocument {
                name: "Ann".into(),
                calibrated: true,
                quality: "held".into(),
                marker_rms_mm: 4.2,
                markers_seen: 50,
                markers: 53,
                ..PerformerDocument::default()
            }],
            latency: vec![LatencyDocument {
                leg: "receive".into(),
                last_10_s: LatencyFigures {
                    p99_us: 250.0,
                    ..LatencyFigures::default()
                },
                since_start: LatencyFigures {
                    count: 5,
                    max_us: 1750.0,
                    ..LatencyFigures::default()
                },
                ..LatencyDocument::default()
            }],
            queues: vec![
                QueueDocument {
                    queue: "stage_walls".into(),
                    capacity: 1,
                    dropped: 7_777,
                    ..QueueDocument::default()
                },
                QueueDocument {
                    queue: "record_packets".into(),
                    about: "vicon".into(),
                    waiting: 3,
                    capacity: 1024,
                    most: 1021,
                    dropped: 0,
                },
            ],
            take: TakeDocument {
                state: TakeState::Rolling,
                slate: "12A".into(),
                take: 3,
                seconds: 61.0,
                ..TakeDocument::default()
            },
            log: vec![LogEntry {
                command: "x".repeat(400),
                via: "file".into(),
                done: true,
                ..LogEntry::default()
            }],
            ..StageDocument::default()
        }
    }

    #[test]
    fn everything_that_is_wrong_and_every_figure_stands_on_the_page() {
        let said = [
            (Language::English, "vicon is silent.", "Start it.", "held"),
            (Language::Chinese, "vicon 没有数据。", "请启动它。", "保持"),
        ];
        for (language, what, fix, held) in said {
            let page = page(&document(), &Text::new(language));
            for piece in [
                what, fix, held, "1:02:05", "■", "119.9 Hz", "25.0 %", "50/53", "4.2 mm", "0.25",
                "1.75", "12A 3", "0:01:01", "1021", "1024",
            ] {
                assert!(page.contains(piece), "{piece}\n{page}");
            }
            assert!(!page.contains("7777"), "{page}");
            assert!(page.lines().all(|line| columns(line) <= WIDTH), "{page}");
        }
    }
}
