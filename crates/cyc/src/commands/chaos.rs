//! `cyc chaos`: the whole stage in virtual time, with everything going wrong that a seed can think of.
//!
//! Shows run faster than real time and open no socket. Exit code 70 when a promise was broken; the same seed breaks it again.

use crate::Session;
use crate::command_line::subcommand;
use crate::demo::files::{ShowFiles, read};
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use crate::interrupt;
use crate::table::aligned;
use crate::text::Text;
use clap::{Arg, ArgMatches, Command};
use cyc_model::Nanos;
use cyc_simulator::performance::Clip;
use cyc_simulator::whole_stage::{Fault, FaultKind, Outcome, RigMotion, ShowSettings, campaign};
use cyc_solver::{HUMAN_SKELETON, PRODUCTION_53, build_rig, parse_markerset, parse_skeleton};
use cyc_take::bvh::{self, BvhReadOptions};
use indicatif::{ProgressBar, ProgressDrawTarget};
use serde_json::json;

/// The command's name.
pub const NAME: &str = "chaos";

/// The performances of the shows.
const PERFORMANCES: [&str; 3] = [
    "assets/performances/walk_dance.bvh",
    "assets/performances/action.bvh",
    "assets/performances/floor.bvh",
];
/// Seeds when no number is named.
const SEEDS: &str = "20";
/// Longest show, minutes: a day.
const MINUTES_MAX: f64 = 1440.0;
/// Shortest show, minutes: it begins and ends calmly, and something must happen between.
const MINUTES_MIN: f64 = 0.2;
/// Seeds whose broken promises are told one by one.
const TOLD_MAX: usize = 10;

/// Why the command fails.
enum ChaosError {
    /// Promises were broken.
    Broken {
        /// The first seed.
        seed: u64,
        /// In how many shows.
        shows: usize,
        /// How long they were.
        minutes: f64,
    },
}

impl Explain for ChaosError {
    fn key(&self) -> &'static str {
        "chaos-broken"
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        let Self::Broken {
            seed,
            shows,
            minutes,
        } = self;
        vec![
            ("shows", shows.to_string()),
            ("command", command_of(*seed, *minutes)),
        ]
    }
}

/// What repeats a seed.
fn command_of(seed: u64, minutes: f64) -> String {
    format!("cyc {NAME} --seed {seed} --seeds 1 --minutes {minutes}")
}

/// The command line of `cyc chaos`.
pub fn describe(text: &Text) -> Command {
    let (about, usage) = (text.get("chaos-about", &[]), text.get("chaos-usage", &[]));
    let kinds: Vec<&str> = FaultKind::ALL.into_iter().map(FaultKind::name).collect();
    let option = |name: &'static str, value: &'static str, help: String| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let number = clap::value_parser!(u64);
    subcommand(
        text,
        NAME,
        about,
        usage,
        "cyc chaos --seed 7 --seeds 100 --minutes 1",
    )
    .args([
        option("seed", "N", text.get("chaos-seed-help", &[]))
            .value_parser(number)
            .hide_default_value(true)
            .default_value("1"),
        option("seeds", "N", text.get("chaos-seeds-help", &[]))
            .value_parser(number)
            .hide_default_value(true)
            .default_value(SEEDS),
        option("minutes", "T", text.get("chaos-minutes-help", &[]))
            .value_parser(clap::value_parser!(f64))
            .hide_default_value(true)
            .default_value("1"),
        option("faults", "KIND,…", {
            let known = kinds.join(", ");
            text.get("chaos-faults-help", &[("known", known)])
        })
        .value_delimiter(',')
        .value_parser(kinds)
        .hide_possible_values(true),
    ])
}

/// Runs the shows and reports.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let number = |name: &str| matches.get_one::<u64>(name).copied().unwrap_or(1);
    let minutes = matches.get_one::<f64>("minutes").copied().unwrap_or(1.0);
    if !(MINUTES_MIN..=MINUTES_MAX).contains(&minutes) {
        return Err(Failure::bad_number(
            "minutes",
            minutes,
            (MINUTES_MIN, MINUTES_MAX),
        ));
    }
    let seeds = number("seeds").max(1);
    let mut settings = ShowSettings::new(number("seed"), Nanos::from_secs_real(minutes * 60.0));
    if let Some(named) = matches.get_many::<String>("faults") {
        let named: Vec<&String> = named.collect();
        settings
            .kinds
            .retain(|kind| named.iter().any(|n| *n == kind.name()));
    }
    let motions = motions()?;
    let stop = interrupt::flag()?;
    let line = ProgressBar::with_draw_target(Some(seeds), ProgressDrawTarget::stderr());
    if session.output.is_quiet() {
        line.set_draw_target(ProgressDrawTarget::hidden());
    }
    let outcomes = campaign(&settings, seeds, &motions, &stop, &|_| line.inc(1))?;
    line.finish_and_clear();
    if session.output.wants_json() {
        session.output.object(&as_json(&outcomes, minutes))?;
    } else {
        let page = as_text(&outcomes, minutes, &session.text);
        session.output.result(&page)?;
    }
    let mut broken = outcomes.iter().filter(|o| !o.breaches.is_empty());
    let shows = broken.clone().count();
    match broken.next() {
        Some(first) => {
            let seed = first.seed;
            let error = ChaosError::Broken {
                seed,
                shows,
                minutes,
            };
            Err(Failure::new(Exit::Internal, &error))
        }
        None => Ok(()),
    }
}

/// The performances on the rig that comes with the house.
fn motions() -> Result<Vec<RigMotion>, Failure> {
    let files = ShowFiles::find()?;
    let rig = build_rig(
        &parse_skeleton(HUMAN_SKELETON)?,
        &parse_markerset(PRODUCTION_53)?,
    )?;
    let mut motions = Vec::new();
    for name in PERFORMANCES {
        let clip = bvh::read(&read(&files.path(name))?, &BvhReadOptions::default())?;
        let motion = RigMotion::new(Clip::from_bvh(&clip), &rig);
        motions.push(motion.map_err(cyc_simulator::performance::PerformerError::from)?);
    }
    Ok(motions)
}

/// Faults of a kind in all shows: how often, and how long together.
fn injected(outcomes: &[Outcome], kind: FaultKind) -> (usize, f64) {
    let all = outcomes.iter().flat_map(|outcome| &outcome.faults);
    let of: Vec<&Fault> = all.filter(|fault| fault.kind == kind).collect();
    let seconds = of
        .iter()
        .map(|fault| (fault.ends - fault.begins).secs())
        .sum();
    (of.len(), seconds)
}

/// The largest of a figure over all shows.
fn worst(outcomes: &[Outcome], figure: impl Fn(&Outcome) -> f64) -> f64 {
    outcomes.iter().map(figure).fold(0.0, f64::max)
}

/// Share of the measured performers whose markers say that the pose is not found yet.
fn unsure_share(outcomes: &[Outcome]) -> f64 {
    let measured = total(outcomes, |o| o.figures.measured_frames);
    total(outcomes, |o| o.figures.unsure_frames) as f64 / measured.max(1) as f64
}

fn total(outcomes: &[Outcome], count: impl Fn(&Outcome) -> u64) -> u64 {
    outcomes.iter().map(count).sum()
}

fn as_text(outcomes: &[Outcome], minutes: f64, text: &Text) -> String {
    let mut rows = vec![
        [
            text.get("chaos-head-fault", &[]),
            text.get("chaos-head-times", &[]),
            text.get("chaos-head-seconds", &[]),
        ]
        .to_vec(),
    ];
    for kind in FaultKind::ALL {
        let (times, seconds) = injected(outcomes, kind);
        if times > 0 {
            let name = text.get(kind.key(), &[]);
            rows.push(vec![name, times.to_string(), format!("{seconds:.1}")]);
        }
    }
    let mm = |figure: fn(&Outcome) -> f64| format!("{:.0}", worst(outcomes, figure) * 1e3);
    let pause = worst(outcomes, |o| o.figures.longest_pause.millis());
    let figures = [
        ("calm", mm(|o| o.figures.calm_error_m)),
        ("error", mm(|o| o.figures.error_m)),
        ("jump", mm(|o| o.figures.jump_m)),
        ("pause", format!("{pause:.0}")),
        (
            "frames",
            total(outcomes, |o| o.figures.published).to_string(),
        ),
        ("heard", total(outcomes, |o| o.figures.heard).to_string()),
        (
            "datagrams",
            total(outcomes, |o| o.figures.datagrams).to_string(),
        ),
        (
            "refused",
            total(outcomes, |o| o.figures.refused).to_string(),
        ),
        (
            "restarts",
            total(outcomes, |o| o.figures.restarts).to_string(),
        ),
        ("cuts", total(outcomes, |o| o.figures.cuts).to_string()),
        ("unsure", format!("{:.2}", unsure_share(outcomes) * 100.0)),
    ];
    let mut page = aligned(&rows);
    page += &format!("\n{}\n", text.get("chaos-figures", &figures));
    let broken: Vec<&Outcome> = outcomes.iter().filter(|o| !o.breaches.is_empty()).collect();
    for outcome in broken.iter().take(TOLD_MAX) {
        if let Some(breach) = outcome.breaches.first() {
            let args = [
                ("seed", outcome.seed.to_string()),
                ("at", format!("{:.3}", breach.at.secs())),
                ("promise", text.get(breach.promise.key(), &[])),
                ("seen", breach.seen.clone()),
                ("during", {
                    let kinds = breach.during.iter().map(|kind| text.get(kind.key(), &[]));
                    kinds.collect::<Vec<_>>().join(", ")
                }),
                ("command", command_of(outcome.seed, minutes)),
            ];
            page += &format!("{}\n", text.get("chaos-breach", &args));
        }
    }
    let verdict = [
        ("shows", outcomes.len().to_string()),
        ("minutes", minutes.to_string()),
        ("broken", broken.len().to_string()),
    ];
    let key = if broken.is_empty() {
        "chaos-verdict-kept"
    } else {
        "chaos-verdict-broken"
    };
    page + "\n" + &text.get(key, &verdict)
}

fn as_json(outcomes: &[Outcome], minutes: f64) -> serde_json::Value {
    let faults: Vec<_> = FaultKind::ALL
        .into_iter()
        .map(|kind| {
            let (times, seconds) = injected(outcomes, kind);
            json!({ "fault": kind.name(), "times": times, "seconds": seconds })
        })
        .collect();
    let broken = outcomes.iter().filter(|o| !o.breaches.is_empty());
    let broken: Vec<_> = broken
        .map(|outcome| {
            let breaches = outcome.breaches.iter().map(|breach| {
                json!({
                    "promise": breach.promise.name(), "at_s": breach.at.secs(), "seen": breach.seen,
                    "during": breach.during.iter().map(|kind| kind.name()).collect::<Vec<_>>(),
                })
            });
            json!({
                "seed": outcome.seed,
                "command": command_of(outcome.seed, minutes),
                "breaches": breaches.collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "shows": outcomes.len(),
        "minutes": minutes,
        "faults": faults,
        "calm_error_m": worst(outcomes, |o| o.figures.calm_error_m),
        "error_m": worst(outcomes, |o| o.figures.error_m),
        "jump_m": worst(outcomes, |o| o.figures.jump_m),
        "beyond_limit_rad": worst(outcomes, |o| o.figures.beyond_limit_rad),
        "longest_pause_ms": worst(outcomes, |o| o.figures.longest_pause.millis()),
        "stage_frames": total(outcomes, |o| o.figures.published),
        "frames_heard": total(outcomes, |o| o.figures.heard),
        "datagrams": total(outcomes, |o| o.figures.datagrams),
        "datagrams_refused": total(outcomes, |o| o.figures.refused),
        "unsure_share": unsure_share(outcomes),
        "restarts": total(outcomes, |o| o.figures.restarts),
        "cuts": total(outcomes, |o| o.figures.cuts),
        "broken": broken,
    })
}
