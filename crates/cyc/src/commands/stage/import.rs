//! `cyc stage import`: another program's configuration becomes a stage file, and is checked as one.

use crate::Session;
use crate::command_line::subcommand;
use crate::demo::files::read;
use crate::exit::Exit;
use crate::failure::{Explain, Failure, explained};
use crate::text::Text;
use clap::{Arg, ArgAction, ArgMatches, Command};
use cyc_stage::{
    LeftOut, MpcdiError, MpcdiReading, NDisplayError, Stage, import_mpcdi, import_ndisplay,
};
use serde_json::json;
use std::path::{Path, PathBuf};

/// The part's name.
pub const IMPORT: &str = "import";

/// The example of the help page.
const EXAMPLE: &str = "cyc stage import volume.ndisplay --out volume.toml";

explained! {
    NDisplayError => Exit::Asset;
    MpcdiError => Exit::Asset;
}

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
        number("width", help("stage-import-width-help")),
        number("distance", help("stage-import-distance-help")),
        number("eye-height", help("stage-import-eye-help")),
        Arg::new("z-up")
            .long("z-up")
            .help(help("stage-import-up-help"))
            .action(ArgAction::SetTrue),
    ])
}

/// A length, metres.
fn number(name: &'static str, help: String) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("M")
        .value_parser(clap::value_parser!(f64))
        .help(help)
}

/// What an MPCDI archive does not say.
fn reading(matches: &ArgMatches) -> Result<MpcdiReading, Failure> {
    let default = MpcdiReading::default();
    let metres = |name: &'static str, default: f64| {
        let metres = matches.get_one::<f64>(name).copied().unwrap_or(default);
        if (0.1..=100.0).contains(&metres) {
            Ok(metres)
        } else {
            Err(Failure::bad_number(name, metres, (0.1, 100.0)))
        }
    };
    Ok(MpcdiReading {
        width_m: metres("width", default.width_m)?,
        distance_m: metres("distance", default.distance_m)?,
        eye_height_m: metres("eye-height", default.eye_height_m)?,
        z_up: matches.get_flag("z-up"),
    })
}

/// Reads, translates, writes, checks.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let path = |name: &str| matches.get_one::<String>(name).map(PathBuf::from);
    let (file, out) = (
        path("file").unwrap_or_default(),
        path("out").unwrap_or_default(),
    );
    let bytes = read(&file)?;
    let reading = reading(matches)?;
    // An archive is MPCDI's, whatever its name is.
    let imported = if bytes.starts_with(b"PK") {
        import_mpcdi(&bytes, &reading)?
    } else {
        let imported = import_ndisplay(&bytes, &reading, &mut |name| {
            let beside = read(&file.with_file_name(name));
            beside.map_err(|_| name.to_owned())
        });
        imported.map_err(in_archive)?
    };
    let stem = out.file_stem().unwrap_or_default().to_string_lossy();
    // Characters that no path of a stage file may have.
    let imported = imported.named_after(&stem.replace([':', '\\'], "-"));
    write(&out, imported.toml.as_bytes())?;
    for (name, text) in &imported.files {
        write(&out.with_file_name(name), text.as_bytes())?;
    }
    let checked = Stage::from_toml_with(&imported.toml, &mut |name| {
        let file = imported.files.iter().find(|(file, _)| file == name);
        file.map(|(_, text)| text.clone().into_bytes())
            .ok_or_else(|| name.to_owned())
    });
    if session.output.wants_json() {
        let skipped = |left: &LeftOut| {
            json!({
                "viewport": left.part, "policy": left.kind, "what": left.what,
                "message": session.text.get(left.key(), &left.args()),
            })
        };
        session.output.object(&json!({
            "walls": imported.walls,
            "skipped": imported.left_out.iter().map(skipped).collect::<Vec<_>>(),
            "out": out.display().to_string(),
        }))?;
    } else {
        let args = [
            ("walls", imported.walls.to_string()),
            ("path", out.display().to_string()),
        ];
        let mut page = session.text.get("stage-import-done", &args);
        for left in &imported.left_out {
            page.push('\n');
            page += &session.text.get(left.key(), &left.args());
            if let Some(fix) = session.text.fix(left.key(), &left.args()) {
                page += "\n  ";
                page += &session.text.get("cli-fix", &[("fix", fix)]);
            }
        }
        session.output.result(&page)?;
    }
    // What was written is there to be mended by hand; what is wrong with it is said with its line.
    checked.map(|_| ()).map_err(Failure::from)
}

/// What is wrong with an archive that a configuration names is said with its viewport and its name.
fn in_archive(error: NDisplayError) -> Failure {
    let place = match &error {
        NDisplayError::Archive { viewport, file, .. } => {
            vec![("viewport", viewport.clone()), ("file", file.clone())]
        }
        _ => return error.into(),
    };
    Failure::from(error).within("stage-import-in-archive", place)
}

/// Writes a file.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    std::fs::write(path, bytes).map_err(|error| {
        let not_written = NotWritten {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        Failure::new(Exit::Device, &not_written)
    })
}
