//! What a recording is called and what it says about itself: the options that every command that records has.

use crate::demo::take_config;
use crate::text::Text;
use clap::{Arg, ArgAction, ArgMatches, value_parser};
use cyc_take::TakeConfig;
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// The file.
    pub path: PathBuf,
    /// What is said of it.
    pub slate: Slate,
    /// Whether a finished take of that name is replaced.
    pub overwrite: bool,
}

/// `--slate`, `--take`, `--notes` and `--overwrite`.
pub fn arguments(text: &Text) -> [Arg; 4] {
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
    Some(Recording {
        path,
        slate,
        overwrite: matches.get_flag("overwrite"),
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
            overwrite: false,
        }
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
            overwrite: false,
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
