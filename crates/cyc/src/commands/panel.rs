//! `cyc panel`: the operator's panel, a process beside the stage that it watches.

use crate::Session;
use crate::command_line::subcommand;
use crate::demo::FONT;
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use crate::flight::FlightFolder;
use crate::text::Text;
use crate::wording::WindowText;
use clap::{Arg, ArgMatches, Command, value_parser};
use cyc_console::{Finder, FrameTimes, PanelFrames, PanelWindow, PolledStage};
use cyc_control::{Access, Door};
use serde_json::json;
use std::path::PathBuf;
use std::time::Duration;

/// The command's name.
pub const NAME: &str = "panel";

/// What is wrong with the command line.
enum PanelUsage {
    /// An address without a token.
    TokenMissing,
}

impl Explain for PanelUsage {
    fn key(&self) -> &'static str {
        match self {
            Self::TokenMissing => "panel-token-missing",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        Vec::new()
    }
}

/// The command line of `cyc panel`.
pub fn describe(text: &Text) -> Command {
    let (about, usage) = (text.get("panel-about", &[]), text.get("panel-usage", &[]));
    subcommand(text, NAME, about, usage, "cyc panel")
        .args(arguments(text))
        .arg(super::run::seconds_argument(text))
}

/// Which stage is meant.
pub fn arguments(text: &Text) -> [Arg; 3] {
    [
        Arg::new("address")
            .value_name("ADDRESS")
            .help_heading(text.get("cli-heading-arguments", &[]))
            .help(text.get("panel-address-help", &[])),
        Arg::new("token")
            .long("token")
            .value_name("TOKEN")
            .help(text.get("panel-token-help", &[])),
        Arg::new("door")
            .long("door")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .conflicts_with("address")
            .help(text.get("panel-door-help", &[])),
    ]
}

/// Opens the panel until a person closes it.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let (access, find) = way(matches)?;
    let time = super::run::time_of(matches)?;
    let address = access.address().to_owned();
    let stage = PolledStage::start(access, find)
        .map_err(|e| Failure::internal(format!("threads of the panel: {e}")))?;
    let window = PanelWindow {
        title: session.text.get("panel-title", &[]),
        font: FONT,
        texts: WindowText::both(session.text.language()),
        link: Box::new(stage),
        // Without a thread for them there are none.
        flights: FlightFolder::start()
            .ok()
            .map(|flights| Box::new(flights) as _),
        time,
    };
    let PanelFrames { work, apart } = window.run()?;
    if session.output.wants_json() {
        let figures = |times: &FrameTimes| {
            let ms = |time: Duration| time.as_secs_f64() * 1e3;
            json!({
                "p50_ms": ms(times.quantile(0.5)), "p99_ms": ms(times.quantile(0.99)),
                "max_ms": ms(times.longest()),
            })
        };
        session.output.object(&json!({
            "address": address, "frames": work.count(), "work": figures(&work), "apart": figures(&apart),
        }))?;
    }
    Ok(())
}

/// The way to the stage, and how to look for it again when it does not answer.
pub fn way(matches: &ArgMatches) -> Result<(Access, Finder), Failure> {
    let word = |name: &str| matches.get_one::<String>(name);
    if let Some(address) = word("address") {
        let token =
            word("token").ok_or_else(|| Failure::new(Exit::Usage, &PanelUsage::TokenMissing))?;
        return Ok((Access::new(address, token)?, Box::new(|| None)));
    }
    by_door(matches)
}

/// The way to the stage whose door file is named, or to the only one that runs.
pub fn by_door(matches: &ArgMatches) -> Result<(Access, Finder), Failure> {
    if let Some(path) = matches.get_one::<PathBuf>("door").cloned() {
        let access = Access::of(&Door::read(&path)?);
        let find = move || Door::read(&path).ok().map(|door| Access::of(&door));
        return Ok((access, Box::new(find)));
    }
    let folder = Door::folder();
    let (_, door) = Door::find(&folder)?;
    // Another stage that is started later is not this one: the name must stay.
    let stage = door.stage.clone();
    let find = move || {
        let mut doors = Door::running(&folder).into_iter();
        let same = doors.find(|(_, door)| door.stage == stage);
        same.map(|(_, door)| Access::of(&door))
    };
    Ok((Access::of(&door), Box::new(find)))
}
