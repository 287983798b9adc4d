//! `cyc sim ltc --out FILE.wav`: a tape with linear timecode, written at once instead of served.

use super::error::SimError;
use crate::Session;
use crate::failure::Failure;
use clap::ArgMatches;
use cyc_emit::OutputError;
use cyc_model::{Timecode, TimecodeRate};
use cyc_simulator::write_timecode_sound;
use serde_json::json;
use std::path::{Path, PathBuf};

/// The name among the protocols.
pub const NAME: &str = "ltc";

/// The first label when none is named, as the virtual capture system begins its day.
const START: &str = "10:00:00:00";
/// The rate when none is named.
const RATE: &str = "25";
/// Seconds when not told.
const SECONDS: f64 = 10.0;
/// Longest tape: a WAV file ends at 4 GiB, which is 12 hours.
const SECONDS_MAX: f64 = 12.0 * 3600.0;

/// Whether timecode is among what is asked for.
pub fn is_asked_for(matches: &ArgMatches) -> bool {
    let named = matches.get_many::<String>("protocol");
    named.into_iter().flatten().any(|name| name == NAME)
}

/// Writes the tape.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let tape = Tape::read(matches)?;
    write_timecode_sound(&tape.path, tape.first, tape.labels).map_err(|e| OutputError::File {
        path: tape.path.display().to_string(),
        reason: e.to_string(),
    })?;
    let last = tape.first.frame_of_day() + tape.labels as i64 - 1;
    let last = Timecode::from_frame_of_day(tape.first.rate(), last).to_string();
    let (path, first) = (tape.path.display().to_string(), tape.first.to_string());
    if session.output.wants_json() {
        let object = json!({ "path": path, "labels": tape.labels, "first": first, "last": last });
        return session.output.object(&object);
    }
    let args = [
        ("path", path),
        ("labels", tape.labels.to_string()),
        ("first", first),
        ("last", last),
    ];
    let said = session.text.get("sim-tape-written", &args);
    session.output.result(&said)
}

#[derive(Debug, PartialEq)]
struct Tape {
    path: PathBuf,
    first: Timecode,
    labels: u64,
}

impl Tape {
    fn read(matches: &ArgMatches) -> Result<Self, SimError> {
        let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
        let named = matches.get_many::<String>("protocol").into_iter().flatten();
        if named.into_iter().any(|name| name != NAME) {
            return Err(SimError::NotAlone);
        }
        let out = text("out").map(Path::new);
        let is_wav = |path: &&Path| {
            path.extension()
                .is_some_and(|e| e.eq_ignore_ascii_case("wav"))
        };
        let path = out.filter(is_wav).ok_or(SimError::NoOut)?;
        let (written, start) = (text("rate").unwrap_or(RATE), text("start").unwrap_or(START));
        let bad_start = || SimError::BadStart {
            start: start.to_owned(),
            rate: written.to_owned(),
        };
        let rate = rate_of(written, start.contains(';')).ok_or_else(bad_start)?;
        let first = label(start, rate).ok_or_else(bad_start)?;
        let seconds = match text("seconds").map(str::parse) {
            None => SECONDS,
            Some(Ok(seconds)) if seconds > 0.0 && seconds <= SECONDS_MAX => seconds,
            Some(_) => {
                return Err(SimError::BadNumber {
                    argument: "--seconds",
                    value: text("seconds").unwrap_or_default().to_owned(),
                    min: 0.0,
                    max: SECONDS_MAX,
                });
            }
        };
        let (num, den) = rate.fraction();
        let labels = (seconds * f64::from(num) / f64::from(den)).round().max(1.0);
        Ok(Self {
            path: path.to_owned(),
            first,
            labels: labels as u64,
        })
    }
}

/// A rate that sound carries. A semicolon in the label says that it drops.
fn rate_of(written: &str, drops: bool) -> Option<TimecodeRate> {
    Some(match (written, drops) {
        ("23.976", false) => TimecodeRate::Fps23_976,
        ("24", false) => TimecodeRate::Fps24,
        ("25", false) => TimecodeRate::Fps25,
        ("29.97", false) => TimecodeRate::Fps29_97,
        ("29.97", true) => TimecodeRate::Fps29_97Drop,
        ("30", false) => TimecodeRate::Fps30,
        _ => return None,
    })
}

/// `HH:MM:SS:FF` or `HH:MM:SS;FF`.
fn label(written: &str, rate: TimecodeRate) -> Option<Timecode> {
    let fields: Option<Vec<u8>> = written
        .split([':', ';'])
        .map(|field| field.parse().ok())
        .collect();
    let [hours, minutes, seconds, frames] = fields?.try_into().ok()?;
    Timecode::new(rate, hours, minutes, seconds, frames).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use crate::text::Text;

    fn read(words: &[&str]) -> Result<Tape, SimError> {
        let text = Text::new(Language::English);
        let words = ["sim", "ltc"].iter().chain(words);
        let command = super::super::arguments::describe(&text, "sim");
        Tape::read(&command.try_get_matches_from(words).unwrap())
    }

    #[test]
    fn a_tape_is_read_with_its_first_label_and_length() {
        let plain = read(&["--out", "a.wav"]).unwrap();
        assert_eq!(
            (plain.first.to_string(), plain.labels),
            ("10:00:00:00".into(), 250)
        );
        let drops = [
            "--out",
            "a.wav",
            "--rate",
            "29.97",
            "--start",
            "00:00:59;20",
            "--seconds",
            "60",
        ];
        let drops = read(&drops).unwrap();
        assert_eq!(drops.first.rate(), TimecodeRate::Fps29_97Drop);
        assert_eq!(
            (drops.first.to_string(), drops.labels),
            ("00:00:59;20".into(), 1798)
        );
    }

    #[test]
    fn what_is_no_tape_says_why() {
        let key = |words: &[&str]| read(words).unwrap_err().key();
        assert_eq!(key(&[]), "sim-no-out");
        assert_eq!(key(&["--out", "a.mp3"]), "sim-no-out");
        assert_eq!(key(&["vicon", "--out", "a.wav"]), "sim-not-alone");
        for (start, rate) in [
            ("1:2:3", "25"),
            ("10:00:00:25", "25"),
            ("10:01:00;00", "29.97"),
            ("10:00:00;00", "25"),
            ("10:00:00:00", "60"),
        ] {
            let words = ["--out", "a.wav", "--start", start, "--rate", rate];
            assert_eq!(key(&words), "sim-bad-start", "{start} at {rate}");
        }
        assert_eq!(
            key(&["--out", "a.wav", "--seconds", "99999"]),
            "sim-bad-number"
        );
    }
}
