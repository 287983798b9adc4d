//! The command line of `cyc sim`, read and checked.

use super::error::SimError;
use super::tape;
use crate::command_line::subcommand;
use crate::text::Text;
use clap::{Arg, ArgAction, ArgMatches, Command};
use cyc_model::Nanos;
use cyc_simulator::loopback::{resolve, resolve_with_port};
use cyc_simulator::performance::OcclusionSettings;
use cyc_simulator::servers::{NetworkFaults, PROTOCOLS, Protocol, SourceFaults};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

/// The example of the help page.
const EXAMPLE: &str =
    "cyc sim vicon vicon-udp --rate 120 --loss 0.01 --truth truth.jsonl --seconds 60";

/// Frames a second of a performance that has no markers of its own to keep in step with.
const RATE_HZ: f64 = 120.0;

/// Frames of a burst of losses when nothing else is said: 50 ms at 240 Hz.
const BURST_FRAMES: u32 = 12;

/// What is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct Arguments {
    /// The protocols, each once, in the order given, with where a stream listens and datagrams go.
    pub protocols: Vec<(Protocol, SocketAddr)>,
    /// The performance; `None` for the one that comes with the program.
    pub performance: Option<PathBuf>,
    /// The stage; `None` for the one that comes with the program.
    pub stage: Option<PathBuf>,
    /// Frames a second, if given.
    pub rate_hz: Option<f64>,
    /// The seed.
    pub seed: u64,
    /// How long; `None` until Ctrl-C.
    pub seconds: Option<f64>,
    /// What the network does.
    pub faults: NetworkFaults,
    /// What is wrong with the capture system itself.
    pub source_faults: SourceFaults,
    /// Share of marker-frames that are hidden.
    pub occlusion: f64,
    /// Whether the markers go out without names.
    pub is_unlabelled: bool,
    /// Where the truth goes.
    pub truth: Option<PathBuf>,
}

/// The command line.
pub fn describe(text: &Text, name: &'static str) -> Command {
    let (about, usage) = (text.get("sim-about", &[]), text.get("sim-usage", &[]));
    let value = |name: &'static str, value: &'static str, help: String| {
        Arg::new(name)
            .long(name)
            .value_name(value)
            .allow_negative_numbers(true)
            .help(help)
    };
    subcommand(text, name, about, usage, EXAMPLE).args([
        Arg::new("protocol")
            .value_name("PROTOCOL")
            .required(true)
            .action(ArgAction::Append)
            .num_args(1..)
            .value_parser(
                PROTOCOLS
                    .iter()
                    .map(Protocol::name)
                    .chain([tape::NAME])
                    .collect::<Vec<_>>(),
            )
            .hide_possible_values(true)
            .help_heading(text.get("cli-heading-arguments", &[]))
            .help(text.get(
                "sim-protocol-help",
                &[("known", format!("{}, {}", known(|_| true), tape::NAME))],
            )),
        value("bind", "HOST[:PORT]", text.get("sim-bind-help", &[])),
        value("to", "HOST[:PORT]", text.get("sim-to-help", &[])),
        value("performance", "FILE", text.get("sim-performance-help", &[])),
        value("stage", "FILE", text.get("sim-stage-help", &[])),
        value("rate", "HZ", text.get("sim-rate-help", &[])),
        value("seed", "N", text.get("sim-seed-help", &[])),
        value("seconds", "N", text.get("sim-seconds-help", &[])),
        value("loss", "P", text.get("sim-loss-help", &[])),
        value("reorder", "P", text.get("sim-reorder-help", &[])),
        value("duplicate", "P", text.get("sim-duplicate-help", &[])),
        value("jitter-ms", "X", text.get("sim-jitter-help", &[])),
        value("occlusion", "P", text.get("sim-occlusion-help", &[])),
        Arg::new("unlabelled")
            .long("unlabelled")
            .action(ArgAction::SetTrue)
            .help(text.get("sim-unlabelled-help", &[])),
        value("burst", "P", text.get("sim-burst-help", &[])),
        value("burst-frames", "N", text.get("sim-burst-frames-help", &[])),
        value("drift-ppm", "X", text.get("sim-drift-help", &[])),
        value("reference-lost", "S", text.get("sim-reference-help", &[])),
        value("restart-every", "S", text.get("sim-restart-help", &[])),
        value("swaps", "P", text.get("sim-swaps-help", &[])),
        value("flood", "N", text.get("sim-flood-help", &[])),
        value("truth", "FILE", text.get("sim-truth-help", &[])),
        value("out", "FILE", text.get("sim-out-help", &[])),
        value("start", "LABEL", text.get("sim-start-help", &[])),
    ])
}

impl Arguments {
    /// Reads what the parser has accepted.
    pub fn read(matches: &ArgMatches) -> Result<Self, SimError> {
        let text = |name: &str| matches.get_one::<String>(name);
        let path = |name: &str| text(name).map(PathBuf::from);
        let protocols = protocols(matches);
        for (name, argument) in [("out", "--out"), ("start", "--start")] {
            if text(name).is_some() {
                let protocols = tape::NAME.to_owned();
                return Err(SimError::NotServed {
                    argument,
                    protocols,
                });
            }
        }
        let served = addresses(&protocols, "--bind", text("bind"), Protocol::is_stream)?;
        let sent = addresses(&protocols, "--to", text("to"), |p| !p.is_stream())?;
        let of = |p: &Protocol| served.iter().chain(&sent).find(|(q, _)| q == p).copied();
        let number = |name, argument, min, max| number(matches, name, argument, min, max);
        let share = |name, argument, max| number(name, argument, 0.0, max);
        let jitter_ms = number("jitter-ms", "--jitter-ms", 0.0, 10_000.0)?;
        Ok(Self {
            protocols: protocols.iter().filter_map(of).collect(),
            performance: path("performance"),
            stage: path("stage"),
            rate_hz: number("rate", "--rate", 1.0, 1000.0)?,
            seed: whole(matches, "seed", "--seed")?.unwrap_or(1),
            seconds: number("seconds", "--seconds", 0.01, 1e7)?,
            faults: NetworkFaults {
                loss: share("loss", "--loss", 1.0)?.unwrap_or(0.0),
                duplicate: share("duplicate", "--duplicate", 1.0)?.unwrap_or(0.0),
                reorder: share("reorder", "--reorder", 1.0)?.unwrap_or(0.0),
                burst: share("burst", "--burst", 1.0)?.unwrap_or(0.0),
                burst_frames: number("burst-frames", "--burst-frames", 1.0, 1000.0)?
                    .map_or(BURST_FRAMES, |n| n as u32),
                jitter: Nanos::from_secs_real(jitter_ms.unwrap_or(0.0) / 1000.0),
            },
            source_faults: SourceFaults {
                drift_ppm: number("drift-ppm", "--drift-ppm", -10_000.0, 10_000.0)?.unwrap_or(0.0),
                restart_every: number("restart-every", "--restart-every", 1.0, 1e6)?
                    .map(Nanos::from_secs_real),
                reference_lost_after: number("reference-lost", "--reference-lost", 0.0, 1e6)?
                    .map(Nanos::from_secs_real),
                swap: share("swaps", "--swaps", 1.0)?.unwrap_or(0.0),
                flood_hz: number("flood", "--flood", 0.0, 100_000.0)?.unwrap_or(0.0),
            },
            occlusion: share("occlusion", "--occlusion", 0.9)?
                .unwrap_or(OcclusionSettings::default().share),
            is_unlabelled: matches.get_flag("unlabelled"),
            truth: path("truth"),
        })
    }

    /// Frames a second for a performance that is sampled at any rate.
    pub fn sampled_rate_hz(&self) -> f64 {
        self.rate_hz.unwrap_or(RATE_HZ)
    }
}

fn protocols(matches: &ArgMatches) -> Vec<Protocol> {
    let named = matches
        .get_many::<String>("protocol")
        .into_iter()
        .flatten()
        .filter_map(|name| PROTOCOLS.iter().find(|p| p.name() == name).copied());
    let mut protocols = Vec::new();
    for protocol in named {
        if !protocols.contains(&protocol) {
            protocols.push(protocol);
        }
    }
    protocols
}

/// The names of protocols, for a text.
fn known(kind: impl Fn(&Protocol) -> bool) -> String {
    let names = PROTOCOLS.iter().filter(|p| kind(p)).map(Protocol::name);
    names.collect::<Vec<_>>().join(", ")
}

/// Where the protocols of a kind are served, from the argument that names it for all of them.
fn addresses(
    protocols: &[Protocol],
    argument: &'static str,
    value: Option<&String>,
    kind: impl Fn(&Protocol) -> bool,
) -> Result<Vec<(Protocol, SocketAddr)>, SimError> {
    let of_kind: Vec<_> = protocols.iter().copied().filter(&kind).collect();
    let Some(value) = value else {
        return Ok(of_kind.into_iter().map(|p| (p, p.address())).collect());
    };
    if of_kind.is_empty() {
        let protocols = known(kind);
        return Err(SimError::NotServed {
            argument,
            protocols,
        });
    }
    let mut addresses = Vec::new();
    for protocol in of_kind {
        addresses.push((protocol, address(value, argument, protocol.port())?));
    }
    // A port that is named is the same for all of them.
    let mut ports = addresses.iter().map(|(_, address)| address.port());
    let first = ports.next();
    if first != Some(0) && ports.any(|port| Some(port) == first) {
        return Err(SimError::SharedPort {
            argument,
            value: value.clone(),
        });
    }
    Ok(addresses)
}

fn number(
    matches: &ArgMatches,
    name: &str,
    argument: &'static str,
    min: f64,
    max: f64,
) -> Result<Option<f64>, SimError> {
    let Some(value) = matches.get_one::<String>(name) else {
        return Ok(None);
    };
    match value.parse::<f64>() {
        Ok(number) if (min..=max).contains(&number) => Ok(Some(number)),
        _ => Err(SimError::BadNumber {
            argument,
            value: value.clone(),
            min,
            max,
        }),
    }
}

/// Seeds: as many as JSON numbers hold exactly, so that a report can repeat one.
const SEED_MAX: u64 = 1 << 53;

fn whole(
    matches: &ArgMatches,
    name: &str,
    argument: &'static str,
) -> Result<Option<u64>, SimError> {
    let Some(value) = matches.get_one::<String>(name) else {
        return Ok(None);
    };
    match value.parse::<u64>() {
        Ok(number) if number <= SEED_MAX => Ok(Some(number)),
        _ => Err(SimError::BadNumber {
            argument,
            value: value.clone(),
            min: 0.0,
            max: SEED_MAX as f64,
        }),
    }
}

/// `HOST`, `HOST:PORT` or `:PORT`, where HOST is an address or a name; without one, this machine only.
fn address(value: &str, argument: &'static str, port: u16) -> Result<SocketAddr, SimError> {
    let bad = || SimError::BadAddress {
        argument,
        value: value.to_owned(),
    };
    let bare = value.trim_start_matches('[').trim_end_matches(']');
    if let Ok(ip) = bare.parse::<std::net::IpAddr>() {
        return Ok(SocketAddr::new(ip, port));
    }
    if let Some(port) = value.strip_prefix(':') {
        let port = port.parse().map_err(|_| bad())?;
        return Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
    }
    let found = if value.contains(':') {
        resolve_with_port(value)
    } else {
        resolve(value, port)
    };
    found.map_err(|_| bad())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    fn read(words: &[&str]) -> Result<Arguments, SimError> {
        let text = Text::new(Language::English);
        let words = std::iter::once(&"sim").chain(words);
        let matches = describe(&text, "sim").try_get_matches_from(words).unwrap();
        Arguments::read(&matches)
    }

    #[test]
    fn without_wishes_only_this_machine_hears_it() {
        let arguments = read(&["vicon", "vicon-udp", "vicon"]).unwrap();
        let served = arguments.protocols.iter();
        let served: Vec<_> = served.map(|(p, at)| (p.name(), at.to_string())).collect();
        assert_eq!(
            served,
            [
                ("vicon", "127.0.0.1:8801".to_owned()),
                ("vicon-udp", "127.0.0.1:51001".to_owned())
            ]
        );
        assert_eq!(arguments.seconds, None);
    }

    #[test]
    fn addresses_are_read_as_people_write_them() {
        for (written, bind) in [
            ("0.0.0.0", "0.0.0.0:8801"),
            ("10.1.2.3:801", "10.1.2.3:801"),
            (":0", "127.0.0.1:0"),
            ("localhost:9", "127.0.0.1:9"),
            ("::1", "[::1]:8801"),
            ("[::1]:7", "[::1]:7"),
        ] {
            let arguments = read(&["vicon", "--bind", written]).unwrap();
            assert_eq!(arguments.protocols[0].1.to_string(), bind, "{written}");
        }
        for written in ["", ":", ":x", "host:70000", "1.2.3.4:"] {
            let error = read(&["vicon", "--bind", written]).unwrap_err();
            assert_eq!(error.key(), "sim-bad-address", "{written}");
        }
    }

    #[test]
    fn numbers_out_of_range_are_named_with_their_range() {
        for words in [
            ["--rate", "0"],
            ["--rate", "nan"],
            ["--rate", "1e9"],
            ["--loss", "1.5"],
            ["--loss", "-0.1"],
            ["--occlusion", "1"],
            ["--burst", "2"],
            ["--burst-frames", "0"],
            ["--drift-ppm", "1e6"],
            ["--reference-lost", "-1"],
            ["--restart-every", "0.1"],
            ["--swaps", "-1"],
            ["--flood", "1e9"],
            ["--jitter-ms", "inf"],
            ["--seconds", "-3"],
            ["--seed", "-1"],
            ["--seed", "ten"],
        ] {
            let error = read(&["vicon", words[0], words[1]]).unwrap_err();
            let SimError::BadNumber {
                argument, value, ..
            } = &error
            else {
                panic!("{words:?}: {error:?}");
            };
            assert_eq!((*argument, value.as_str()), (words[0], words[1]));
        }
    }

    #[test]
    fn an_address_of_a_protocol_that_is_not_served_is_a_mistake() {
        let error = read(&["vicon", "--to", "127.0.0.1"]).unwrap_err();
        assert_eq!(error.key(), "sim-not-served");
    }
}
