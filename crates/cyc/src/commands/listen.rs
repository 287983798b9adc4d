//! `cyc listen`: what arrives from capture systems, live, and why when nothing does.

mod bridge;
mod diagnosis;
mod display;
mod observer;

use crate::Session;
use crate::command_line::subcommand;
use crate::demo::files::read_text;
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use crate::in_place::InPlace;
use crate::interrupt;
use crate::outgoing::{self, OutputFigures};
use crate::stage_file::stage_of_text;
use crate::text::Text;
use bridge::{BridgeSink, SharedOutputs};
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use cyc_capture::{PlayStart, SourceConfig, SourceUrl, StopFlag, source_of};
use cyc_emit::Outputs;
use cyc_engine::playback::{source_config, source_config_of, source_url};
use cyc_model::SourceId;
use cyc_stage::Stage;
use observer::{Observed, State};
use std::io::IsTerminal;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// The command's name.
pub const NAME: &str = "listen";

/// The example of the help page.
const EXAMPLE: &str = "cyc listen vicon://127.0.0.1:8801 vicon-udp://:51001 --seconds 10";

/// How often the table is renewed on a terminal, and a line written elsewhere.
const RENEW_EVERY: Duration = Duration::from_millis(500);
const WRITE_EVERY: Duration = Duration::from_secs(1);
/// How soon Ctrl-C is noticed.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// Longest time that is taken.
const SECONDS_MAX: f64 = 1e7;

/// What can go wrong with listening itself.
#[derive(Clone, Debug, PartialEq)]
enum ListenError {
    /// Not a time.
    BadSeconds { value: String },
    /// Sources from which nothing came.
    Nothing { urls: String },
}

impl Explain for ListenError {
    fn key(&self) -> &'static str {
        match self {
            Self::BadSeconds { .. } => "listen-bad-seconds",
            Self::Nothing { .. } => "listen-nothing",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::BadSeconds { value } => vec![("value", value.clone())],
            Self::Nothing { urls } => vec![("urls", urls.clone())],
        }
    }
}

/// The command line of `cyc listen`.
pub fn describe(text: &Text) -> Command {
    let (about, usage) = (text.get("listen-about", &[]), text.get("listen-usage", &[]));
    let known = SourceUrl::schemes().collect::<Vec<_>>().join(", ");
    subcommand(text, NAME, about, usage, EXAMPLE).args([
        Arg::new("url")
            .value_name("URL")
            .required_unless_present("stage")
            .action(ArgAction::Append)
            .num_args(1..)
            .help_heading(text.get("cli-heading-arguments", &[]))
            .help(text.get("listen-url-help", &[("known", known)])),
        Arg::new("stage")
            .long("stage")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help(text.get("listen-stage-help", &[])),
        Arg::new("seconds")
            .long("seconds")
            .value_name("N")
            .allow_negative_numbers(true)
            .help(text.get("listen-seconds-help", &[])),
        outgoing::argument(text),
    ])
}

/// Listens until the time is over, Ctrl-C, or the end of recordings when there is nothing else. Exit code 75 when nothing came from a source.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let time = seconds(matches)?;
    let together = PlayStart::default();
    let wanted = wanted(matches, &together)?;
    let outputs = outgoing::urls(matches)?;
    outgoing::without_walls(&outputs)?;
    let outputs = Outputs::start(&outputs)?;
    let figures = outputs.counters().to_vec();
    let outputs = (!figures.is_empty()).then(|| Arc::new(Mutex::new(outputs)));
    let stopped = interrupt::flag()?;
    let stop = StopFlag::default();
    let mut sources = Vec::new();
    let mut threads = Vec::new();
    for (i, wanted) in wanted.into_iter().enumerate() {
        let (source, thread) = start(i, wanted, outputs.clone(), &stop)?;
        sources.push(source);
        threads.push(thread);
    }
    show(&sources, time, &stopped, session)?;
    let told = tell(&sources, &figures, session);
    stop.raise();
    for thread in threads {
        // A panic there was said by its own hook.
        let _ = thread.join();
    }
    // The last owner: what was given is still sent.
    drop(outputs);
    told
}

/// A source that is asked for.
struct Wanted {
    /// As it was written.
    written: String,
    url: SourceUrl,
    config: SourceConfig,
    /// Names of subjects that a stage expects of it.
    expected: Vec<String>,
}

/// The sources of a stage file, as it describes them, then those of the command line.
fn wanted(matches: &ArgMatches, together: &PlayStart) -> Result<Vec<Wanted>, Failure> {
    let mut wanted = Vec::new();
    let id = |i: usize| u16::try_from(i).map(SourceId).map_err(Failure::internal);
    if let Some(path) = matches.get_one::<PathBuf>("stage") {
        let stage = stage_of_text(path, &read_text(path)?)?;
        for (i, source) in stage.sources().iter().enumerate() {
            wanted.push(Wanted {
                written: source.url.clone(),
                url: source_url(source)?,
                config: source_config_of(source, id(i)?, together),
                expected: expected_of(&stage, i),
            });
        }
    }
    for written in matches.get_many::<String>("url").into_iter().flatten() {
        wanted.push(Wanted {
            written: written.clone(),
            url: written.parse()?,
            config: source_config(id(wanted.len())?, together),
            expected: Vec::new(),
        });
    }
    Ok(wanted)
}

/// The subjects that a stage expects of a source, each once.
fn expected_of(stage: &Stage, source: usize) -> Vec<String> {
    let cameras = stage.cameras().iter().map(|c| &c.tracked);
    let performers = stage.performers().iter().map(|p| &p.tracked);
    let props = stage.props().iter().map(|p| &p.tracked);
    let all = cameras.chain(performers).chain(props);
    let mut names: Vec<String> = Vec::new();
    for tracked in all.filter(|t| t.source == source) {
        if !names.contains(&tracked.subject) {
            names.push(tracked.subject.clone());
        }
    }
    names
}

fn seconds(matches: &ArgMatches) -> Result<Option<Duration>, Failure> {
    let Some(value) = matches.get_one::<String>("seconds") else {
        return Ok(None);
    };
    match value.parse::<f64>() {
        Ok(s) if s > 0.0 && s <= SECONDS_MAX => Ok(Some(Duration::from_nanos((s * 1e9) as u64))),
        _ => {
            let value = value.clone();
            Err(Failure::new(
                Exit::Usage,
                &ListenError::BadSeconds { value },
            ))
        }
    }
}

fn start(
    i: usize,
    wanted: Wanted,
    outputs: Option<SharedOutputs>,
    stop: &StopFlag,
) -> Result<(Observed, JoinHandle<()>), Failure> {
    let mut source = source_of(&wanted.url, wanted.config);
    let observed = Observed::new(wanted.written, wanted.url.transport(), source.counters())
        .expecting(wanted.expected);
    let behind = observed.sink();
    let (mut sink, stop) = (BridgeSink { behind, outputs }, stop.clone());
    let thread = std::thread::Builder::new()
        .name(format!("rx-{i}"))
        .spawn(move || source.run(&mut sink, &stop))
        .map_err(Failure::internal)?;
    Ok((observed, thread))
}

/// Shows what comes: a table in place on a terminal, else lines.
fn show(
    sources: &[Observed],
    time: Option<Duration>,
    stopped: &AtomicBool,
    session: &Session,
) -> Result<(), Failure> {
    let quiet = session.output.is_quiet() || session.output.wants_json();
    let mut in_place = std::io::stdout().is_terminal().then(InPlace::default);
    let every = if in_place.is_some() {
        RENEW_EVERY
    } else {
        WRITE_EVERY
    };
    let (began, mut shown) = (Instant::now(), Instant::now());
    let has_ended = |source: &Observed| source.look(|seen| seen.state == State::Ended);
    while time.is_none_or(|t| began.elapsed() < t) && !stopped.load(Ordering::Relaxed) {
        std::thread::sleep(LOOK_EVERY);
        if sources.iter().all(has_ended) {
            break;
        }
        if quiet || shown.elapsed() < every {
            continue;
        }
        shown = Instant::now();
        match &mut in_place {
            Some(in_place) => in_place.show(&display::table(sources, &session.text)),
            None => session
                .output
                .result(&display::lines(sources, &session.text))?,
        }
    }
    if let Some(in_place) = &mut in_place {
        in_place.clear();
    }
    Ok(())
}

/// The last word: the table or the object, and a failure when a source gave nothing.
fn tell(sources: &[Observed], figures: &OutputFigures, session: &Session) -> Result<(), Failure> {
    if session.output.wants_json() {
        let mut object = display::as_json(sources, &session.text);
        object["outputs"] = outgoing::as_json(figures);
        session.output.object(&object)?;
    } else {
        let mut page = display::table(sources, &session.text);
        if !figures.is_empty() {
            page += "\n";
            page += &outgoing::table(figures, &session.text);
        }
        session.output.result(&page)?;
    }
    let mute = sources.iter().filter(|s| !s.look(|seen| seen.has_frames()));
    let urls: Vec<&str> = mute.map(|s| s.url.as_str()).collect();
    if urls.is_empty() {
        return Ok(());
    }
    let urls = urls.join(", ");
    Err(Failure::new(Exit::Retry, &ListenError::Nothing { urls }))
}
