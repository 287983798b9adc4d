//! `cyc stage import`: another program's configuration becomes a stage file, and is checked as one.

use crate::Session;
use crate::command_line::subcommand;
use crate::demo::files::read;
use crate::exit::Exit;
use crate::failure::{Explain, Failure, explained};
use crate::text::Text;
use clap::{Arg, ArgMatches, Command};
use cyc_stage::{NDisplayError, Stage, import_ndisplay};
use serde_json::json;
use std::path::{Path, PathBuf};

/// The part's name.
pub const IMPORT: &str = "import";

/// The example of the help page.
const EXAMPLE: &str = "cyc stage import volume.ndisplay --out volume.toml";

explained! { NDisplayError => Exit::Asset; }

/// The stage file cannot be written.
struct NotWritten {
    path: PathBuf,
    reason: String,
}

impl Explain for NotWritten {
    fn key(&self) -> &'static str {
        "stage-import-not-written"
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        let path = ("path", self.path.display().to_string());
        vec![path, ("reason", self.reason.clone())]
    }
}

/// The command line of `cyc stage import`.
pub fn describe(text: &Text) -> Command {
    let help = |key: &str| text.get(key, &[]);
    let (about, usage) = (help("stage-import-about"), help("stage-import-usage"));
    subcommand(text, IMPORT, about, usage, EXAMPLE).args([
        Arg::new("file")
            .value_name("FILE")
            .required(true)
            .help_heading(help("cli-heading-arguments"))
            .help(help("stage-import-file-help")),
        Arg::new("out")
            .long("out")
            .value_name("TOML")
            .required(true)
            .help(help("stage-import-out-help")),
    ])
}

/// Reads, translates, writes, checks.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let path = |name: &str| matches.get_one::<String>(name).map(PathBuf::from);
    let (file, out) = (
        path("file").unwrap_or_default(),
        path("out").unwrap_or_default(),
    );
    let imported = import_ndisplay(&read(&file)?)?;
    write(&out, &imported.toml)?;
    let checked = Stage::from_toml(&imported.toml);
    if session.output.wants_json() {
        let skipped = |(viewport, policy): &(String, String)| json!({ "viewport": viewport, "policy": policy });
        session.output.object(&json!({
            "walls": imported.walls,
            "skipped": imported.skipped.iter().map(skipped).collect::<Vec<_>>(),
            "out": out.display().to_string(),
        }))?;
    } else {
        let args = [
            ("walls", imported.walls.to_string()),
            ("path", out.display().to_string()),
        ];
        let mut page = session.text.get("stage-import-done", &args);
        for (viewport, policy) in &imported.skipped {
            let args = [("viewport", viewport.clone()), ("policy", policy.clone())];
            page.push('\n');
            page += &session.text.get("stage-import-skipped", &args);
        }
        session.output.result(&page)?;
    }
    // What was written is there to be mended by hand; what is wrong with it is said with its line.
    checked.map(|_| ()).map_err(Failure::from)
}

fn write(path: &Path, toml: &str) -> Result<(), Failure> {
    std::fs::write(path, toml).map_err(|error| {
        let not_written = NotWritten {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        Failure::new(Exit::Device, &not_written)
    })
}
