//! What a recording is called and what it says about itself: the options that every command that records has.

use crate::Session;
use crate::demo::error::DemoError;
use crate::demo::take_config;
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use crate::text::Text;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use cyc_engine::run::{RecordReport, RecordSetup};
use cyc_take::{RecorderOptions, TakeConfig};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Bytes of a file's name that are made of the slate; file systems take 255 in all.
const NAME_BYTES_MAX: usize = 120;

/// What ends a take's name.
const ENDING: &str = ".take.mcap";

/// What a person says of a take.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slate {
    /// Scene and shot, as on the clapper.
    pub slate: Option<String>,
    /// The number of the take.
    pub take: Option<u32>,
    /// Anything else.
    pub notes: Option<String>,
}

/// What is recorded into.
#[derive(Clone, Debug)]
pub struct Recording {
    /// The file.
    pub path: PathBuf,
    /// What is said of it.
    pub slate: Slate,
    /// Whether a finished take is replaced, and how much room there must be.
    pub options: RecorderOptions,
    /// Whether packets are kept as they were received.
    pub packets: bool,
}

/// A take that is not whole, though it was sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
enum RecordingError {
    /// The disk was full.
    DiskFull { path: String },
}

impl Explain for RecordingError {
    fn key(&self) -> &'static str {
        match self {
            Self::DiskFull { .. } => "recording-disk-full",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::DiskFull { path } => vec![("path", path.clone())],
        }
    }
}

/// `--slate`, `--take`, `--notes`, `--overwrite`, `--no-raw` and `--least-minutes`.
pub fn arguments(text: &Text) -> [Arg; 6] {
    let text_of = |key: &str| text.get(key, &[]);
    [
        Arg::new("slate")
            .long("slate")
            .value_name("TEXT")
            .help(text_of("recording-slate-help")),
        Arg::new("take")
            .long("take")
            .value_name("N")
            .value_parser(value_parser!(u32))
            .help(text_of("recording-take-help")),
        Arg::new("notes")
            .long("notes")
            .value_name("TEXT")
            .help(text_of("recording-notes-help")),
        Arg::new("overwrite")
            .long("overwrite")
            .action(ArgAction::SetTrue)
            .help(text_of("recording-overwrite-help")),
        Arg::new("no-raw")
            .long("no-raw")
            .action(ArgAction::SetTrue)
            .help(text_of("recording-no-raw-help")),
        Arg::new("least-minutes")
            .long("least-minutes")
            .value_name("N")
            .value_parser(value_parser!(f64))
            .help(text_of("recording-least-minutes-help")),
    ]
}

/// What was given; `None` when nothing is to be recorded. `option` names the file, or a folder in which the name is made of
/// slate and take.
pub fn given(matches: &ArgMatches, option: &str) -> Option<Recording> {
    let named = matches.get_one::<PathBuf>(option)?;
    let text = |name: &str| matches.get_one::<String>(name).cloned();
    let slate = Slate {
        slate: text("slate"),
        take: matches.get_one::<u32>("take").copied(),
        notes: text("notes"),
    };
    let path = if named.is_dir() {
        named.join(slate.file_name())
    } else {
        named.clone()
    };
    let mut options = RecorderOptions {
        overwrite: matches.get_flag("overwrite"),
        ..RecorderOptions::default()
    };
    if let Some(minutes) = matches.get_one::<f64>("least-minutes") {
        options.least_minutes = *minutes;
    }
    Some(Recording {
        path,
        slate,
        options,
        packets: !matches.get_flag("no-raw"),
    })
}

/// Unfinished takes in the folder of a take that is about to begin: what interrupted recordings left.
fn leftovers(path: &Path) -> Vec<PathBuf> {
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let entries = std::fs::read_dir(folder.unwrap_or(Path::new(".")));
    let paths = entries.into_iter().flatten().flatten().map(|e| e.path());
    let is_part = |path: &PathBuf| path.to_string_lossy().ends_with(".mcap.part");
    let mut parts: Vec<_> = paths.filter(is_part).collect();
    parts.sort();
    parts
}

/// Says which unfinished takes lie beside a take that is about to begin, and how they are recovered.
pub fn tell_leftovers(to: &Recording, session: &Session) {
    for part in leftovers(&to.path) {
        let path = ("path", part.display().to_string());
        let said = session.text.get("recording-leftover", &[path]);
        session.output.remark(&said);
    }
}

/// What became of a take, as a failure when it is not what was wished for.
pub fn outcome(to: &Recording, report: &RecordReport) -> Result<(), Failure> {
    let path = to.path.clone();
    if let Some(reason) = &report.failed {
        let reason = reason.clone();
        return Err(DemoError::CannotWrite { path, reason }.into());
    }
    if report.disk_was_full {
        let path = path.display().to_string();
        let error = RecordingError::DiskFull { path };
        return Err(Failure::new(Exit::Device, &error));
    }
    Ok(())
}

/// A take's figures for scripts.
pub fn as_json(to: &Recording, report: &RecordReport) -> Value {
    json!({
        "path": to.path,
        "mocap_frames": report.mocap_frames,
        "stage_frames": report.stage_frames,
        "raw_packets": report.packets,
        "left_out": report.left_out,
        "disk_was_full": report.disk_was_full,
    })
}

impl Slate {
    /// A file's name of slate and take: letters and digits of any script, `-` and `.` within stay, everything else becomes
    /// `_`, so that no slate leads to another folder, hides the file, or cannot be written.
    fn file_name(&self) -> String {
        let slate = self.slate.as_deref().unwrap_or("take");
        let is_kept = |c: char| c.is_alphanumeric() || c == '-' || c == '.';
        let mut name = String::new();
        for c in slate.chars() {
            let c = if is_kept(c) { c } else { '_' };
            if name.len() + c.len_utf8() > NAME_BYTES_MAX {
                break;
            }
            name.push(c);
        }
        let name = name.trim_matches(['.', '_']);
        let name = if name.is_empty() { "take" } else { name };
        match self.take {
            Some(take) => format!("{name}_T{take:02}{ENDING}"),
            None => format!("{name}{ENDING}"),
        }
    }
}

impl Recording {
    /// A recording that is named by its slate, in a folder; a take of that name stays as it is.
    pub fn in_folder(folder: &Path, slate: Slate) -> Self {
        Self {
            path: folder.join(slate.file_name()),
            slate,
            options: RecorderOptions::default(),
            packets: true,
        }
    }

    /// What the engine records, with what the take says about itself.
    pub fn setup(&self, config: TakeConfig, stage_frames: bool) -> RecordSetup {
        let mut setup = RecordSetup::new(self.path.clone(), config);
        setup.options = self.options.clone();
        setup.stage_frames = stage_frames;
        setup.packets = self.packets;
        setup
    }

    /// What the take says about itself: of a stage when there is one (name, the file's path and text), and of sources by
    /// name and URL.
    pub fn config<'a>(
        &self,
        stage: Option<(&str, &Path, &str)>,
        sources: impl Iterator<Item = (&'a str, &'a str)>,
    ) -> TakeConfig {
        let (name, text) = stage.map_or(("", ""), |(name, _, text)| (name, text));
        let mut config = take_config(self.slate.slate.as_deref().unwrap_or(name), text);
        let entries = &mut config.entries;
        let mut enter = |key: &str, value: String| entries.insert(key.to_owned(), value);
        if let Some(slate) = &self.slate.slate {
            enter("slate", slate.clone());
        }
        if let Some(take) = self.slate.take {
            enter("take", take.to_string());
        }
        if let Some(notes) = &self.slate.notes {
            enter("notes", notes.clone());
        }
        if let Some((_, path, _)) = stage {
            let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
            enter("stage_file", path.display().to_string());
        } else {
            config.files.clear();
        }
        for (place, (name, url)) in sources.enumerate() {
            let entries = &mut config.entries;
            entries.insert(format!("source.{place}.name"), name.to_owned());
            entries.insert(format!("source.{place}.url"), url.to_owned());
        }
        config
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(slate: &str, take: Option<u32>) -> String {
        let slate = Slate {
            slate: Some(slate.to_owned()),
            take,
            notes: None,
        };
        slate.file_name()
    }

    #[test]
    fn no_slate_leads_elsewhere() {
        assert_eq!(name("12A", Some(3)), "12A_T03.take.mcap");
        assert_eq!(name("第 3 场", None), "第_3_场.take.mcap");
        for slate in [
            "../../etc/passwd",
            "/etc/x",
            "..",
            ".hidden",
            "a\0b",
            "",
            "///",
        ] {
            let name = name(slate, None);
            assert!(!name.contains(['/', '\0', '\\']), "{name}");
            assert!(!name.starts_with('.'), "{name}");
            assert_eq!(Path::new(&name).components().count(), 1, "{name}");
        }
        assert!(name(&"很".repeat(500), Some(1)).len() < 140);
    }

    #[test]
    fn what_is_said_of_a_take_is_in_it() {
        let recording = Recording {
            path: "a.take.mcap".into(),
            slate: Slate {
                slate: Some("12A".into()),
                take: Some(3),
                notes: Some("rain".into()),
            },
            options: RecorderOptions::default(),
            packets: true,
        };
        let stage = Some(("Hall", Path::new("hall.toml"), "name = \"Hall\""));
        let config = recording.config(stage, [("vicon", "vicon://h")].into_iter());
        assert_eq!(config.title, "12A");
        let entry = |key: &str| config.entries.get(key).map(String::as_str);
        assert_eq!(entry("take"), Some("3"));
        assert_eq!(entry("notes"), Some("rain"));
        assert_eq!(entry("source.0.url"), Some("vicon://h"));
        assert_eq!(config.files[0].data, b"name = \"Hall\"");
        assert!(recording.config(None, std::iter::empty()).files.is_empty());
    }
}
