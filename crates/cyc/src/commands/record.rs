//! `cyc record`: what sources send, into a take, without solving or drawing.

use super::run::{seconds_argument, time_of};
use crate::Session;
use crate::command_line::subcommand;
use crate::demo::files::read_text;
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use crate::interrupt;
use crate::recording::{self, Recording};
use crate::stage_file::stage_of_text;
use crate::table::aligned;
use crate::text::Text;
use clap::{Arg, ArgAction, ArgMatches, Command, value_parser};
use cyc_capture::SourceUrl;
use cyc_engine::bring_up::{run_sources, sources};
use cyc_engine::core::{CoreSetup, SourceSetup, SourceTiming};
use cyc_engine::run::{Engine, EngineSetup, RecordReport, SourceState};
use cyc_model::{SourceId, Xf};
use cyc_stage::Stage;
use cyc_take::RecorderState;
use serde_json::json;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// The command's name.
pub const NAME: &str = "record";

/// How soon a wish to end is noticed.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// Why there is nothing to record, or nothing was.
#[derive(Clone, Debug, PartialEq, Eq)]
enum RecordError {
    /// A stage file beside other sources: the numbers of a take's sources are places in one stage.
    StageAmongUrls { path: String },
    /// Nothing came from any source.
    Nothing { urls: String },
}

impl Explain for RecordError {
    fn key(&self) -> &'static str {
        match self {
            Self::StageAmongUrls { .. } => "record-stage-among-urls",
            Self::Nothing { .. } => "listen-nothing",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::StageAmongUrls { path } => vec![("path", path.clone())],
            Self::Nothing { urls } => vec![("urls", urls.clone())],
        }
    }
}

/// The command line of `cyc record`.
pub fn describe(text: &Text) -> Command {
    let (about, usage) = (text.get("record-about", &[]), text.get("record-usage", &[]));
    let example = "cyc record vicon://tracker-pc freed://:40000 --out takes --slate 12A --take 3";
    let known = SourceUrl::schemes().collect::<Vec<_>>().join(", ");
    subcommand(text, NAME, about, usage, example)
        .args([
            Arg::new("source")
                .value_name("SOURCE")
                .required(true)
                .action(ArgAction::Append)
                .num_args(1..)
                .help_heading(text.get("cli-heading-arguments", &[]))
                .help(text.get("record-source-help", &[("known", known)])),
            Arg::new("out")
                .long("out")
                .value_name("FILE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help(text.get("record-out-help", &[])),
        ])
        .args(recording::arguments(text))
        .arg(seconds_argument(text))
}

/// What is listened to: names and URLs, and the stage that they are of.
struct Heard {
    sources: Vec<(String, String)>,
    stage: Option<(Stage, PathBuf, String)>,
}

impl Heard {
    fn read(given: &[String]) -> Result<Self, Failure> {
        let is_stage =
            |text: &String| text.parse::<SourceUrl>().is_err() && Path::new(text).is_file();
        if let [path] = given
            && is_stage(path)
        {
            let path = PathBuf::from(path);
            let text = read_text(&path)?;
            let stage = stage_of_text(&path, &text)?;
            let named = stage.sources().iter();
            return Ok(Self {
                sources: named.map(|s| (s.name.clone(), s.url.clone())).collect(),
                stage: Some((stage, path, text)),
            });
        }
        if let Some(path) = given.iter().find(|text| is_stage(text)) {
            let path = path.clone();
            let error = RecordError::StageAmongUrls { path };
            return Err(Failure::new(Exit::Usage, &error));
        }
        let named = given.iter().enumerate();
        Ok(Self {
            sources: named.map(|(i, url)| (i.to_string(), url.clone())).collect(),
            stage: None,
        })
    }

    fn each(&self) -> impl Iterator<Item = (&str, &str)> {
        self.sources.iter().map(|(n, u)| (n.as_str(), u.as_str()))
    }

    /// The threads that record them: an engine with nobody to solve.
    fn engine(&self, to: &Recording) -> Result<Engine, Failure> {
        let stage = self.stage.as_ref();
        let stage = stage.map(|(s, path, text)| (s.name(), path.as_path(), text.as_str()));
        let each = |place: usize| SourceSetup {
            id: SourceId(place as u16),
            stage_from_source: Xf::IDENTITY,
            timing: SourceTiming::default(),
        };
        let setup = EngineSetup {
            record_at_once: true,
            core: CoreSetup {
                sources: (0..self.sources.len()).map(each).collect(),
                cameras: Vec::new(),
                props: Vec::new(),
                performers: Vec::new(),
                labels: Vec::new(),
            },
            sources: match &self.stage {
                Some((stage, ..)) => sources(stage)?,
                None => run_sources(self.each())?,
            },
            readers: 1,
            record: Some(to.setup(to.config(stage, self.each()), false)),
        };
        let (engine, _readers) = Engine::start(setup)?;
        Ok(engine)
    }
}

/// Records until the time is over or a person ends it.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let given = matches.get_many("source").into_iter().flatten();
    let heard = Heard::read(&given.cloned().collect::<Vec<String>>())?;
    let time = time_of(matches)?;
    let to = recording::given(matches, "out").ok_or_else(|| Failure::internal("out"))?;
    let stop = interrupt::flag()?;
    recording::tell_leftovers(&to, session);
    let engine = heard.engine(&to)?;
    let path = ("path", to.path.display().to_string());
    let said = session.text.get("record-begins", &[path]);
    session.output.remark(&said);
    let began = Instant::now();
    let mut disk = (RecorderState::Recording, None);
    let mut states = vec![SourceState::default(); heard.sources.len()];
    while time.is_none_or(|t| began.elapsed() < t) && !stop.load(Ordering::Relaxed) {
        std::thread::sleep(LOOK_EVERY);
        tell_states(&engine, &heard, &mut states, session);
        if states.iter().all(|s| *s == SourceState::Ended)
            || !tell_disk(&engine, &mut disk, session)
        {
            break;
        }
    }
    let seconds = began.elapsed().as_secs_f64();
    let status = engine.status.clone();
    let (recorded, _) = engine.stop();
    let recorded = recorded.unwrap_or_default();
    let counts = status
        .iter()
        .map(|s| [s.frames.get(), s.lost.get(), s.not_recorded.get()]);
    let counts: Vec<_> = counts.collect();
    tell(&heard, &counts, &recorded, &to, seconds, session)?;
    recording::outcome(&to, &recorded)?;
    if recorded.mocap_frames == 0 {
        let urls: Vec<&str> = heard.each().map(|(_, url)| url).collect();
        let urls = urls.join(", ");
        return Err(Failure::new(Exit::Retry, &RecordError::Nothing { urls }));
    }
    Ok(())
}

/// Says how the disk is when that changes; false when nothing more can be recorded.
fn tell_disk(engine: &Engine, told: &mut (RecorderState, Option<u64>), session: &Session) -> bool {
    let Some(take) = engine.record_status().take() else {
        return true;
    };
    let now = (take.state(), take.warning_minutes());
    if now != std::mem::replace(told, now) {
        let key = match now.0 {
            RecorderState::Losing => "run-disk-slow",
            RecorderState::DiskFull | RecorderState::Failed => return false,
            RecorderState::Recording => "run-disk-nearly-full",
        };
        if let Some(minutes) = now.1.or((now.0 == RecorderState::Losing).then_some(0)) {
            let minutes = ("minutes", minutes.to_string());
            let said = session.text.get(key, std::slice::from_ref(&minutes));
            session.output.remark(&said);
        }
    }
    true
}

/// Says which sources are in another state than before.
fn tell_states(engine: &Engine, heard: &Heard, states: &mut [SourceState], session: &Session) {
    for ((status, (_, url)), state) in engine.status.iter().zip(heard.each()).zip(states) {
        let now = status.state();
        if now == *state {
            continue;
        }
        *state = now;
        let word = session.text.get(state_key(now), &[]);
        session.output.remark(&format!("{url}: {word}"));
    }
}

fn state_key(state: SourceState) -> &'static str {
    match state {
        SourceState::Connecting => "listen-state-connecting",
        SourceState::Connected => "listen-state-connected",
        SourceState::Live => "listen-state-live",
        SourceState::Silent => "listen-state-silent",
        SourceState::Disconnected => "listen-state-disconnected",
        SourceState::Ended => "listen-state-ended",
    }
}

fn tell(
    heard: &Heard,
    counts: &[[u64; 3]],
    recorded: &RecordReport,
    to: &Recording,
    seconds: f64,
    session: &Session,
) -> Result<(), Failure> {
    let each = || heard.each().zip(counts);
    if session.output.wants_json() {
        let source = |((name, url), [frames, lost, not_recorded]): ((&str, &str), &[u64; 3])| {
            json!({
                "name": name, "url": url, "frames": frames, "lost": lost,
                "not_recorded": not_recorded,
            })
        };
        let mut object = recording::as_json(to, recorded);
        object["seconds"] = json!(seconds);
        object["sources"] = each().map(source).collect();
        return session.output.object(&object);
    }
    let text = &session.text;
    let heading = ["run-source", "run-frames", "listen-loss"];
    let mut rows = vec![heading.map(|key| text.get(key, &[])).to_vec()];
    for ((_, url), [frames, lost, _]) in each() {
        rows.push(vec![url.to_owned(), frames.to_string(), lost.to_string()]);
    }
    let path = ("path", to.path.display().to_string());
    let frames = ("frames", recorded.mocap_frames.to_string());
    let mut page = aligned(&rows);
    page.push('\n');
    page += &text.get("run-recorded", &[path, frames]);
    session.output.result(&page)
}
