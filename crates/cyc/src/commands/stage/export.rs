//! `cyc stage export`: the stage's walls and cameras as a glTF scene, for other programs.

use crate::Session;
use crate::command_line::subcommand;
use crate::demo::files::read_text;
use crate::failure::Failure;
use crate::stage_file::stage_of_text;
use crate::text::Text;
use clap::{Arg, ArgMatches, Command};
use serde_json::json;
use std::path::PathBuf;

/// The part's name.
pub const EXPORT: &str = "export";

/// The example of the help page.
const EXAMPLE: &str = "cyc stage export rigs/stages/demo.toml --out demo.glb";

/// The command line of `cyc stage export`.
pub fn describe(text: &Text) -> Command {
    let help = |key: &str| text.get(key, &[]);
    let (about, usage) = (help("stage-export-about"), help("stage-export-usage"));
    subcommand(text, EXPORT, about, usage, EXAMPLE).args([
        Arg::new("file")
            .value_name("STAGE")
            .required(true)
            .help_heading(help("cli-heading-arguments"))
            .help(help("stage-check-file-help")),
        Arg::new("out")
            .long("out")
            .value_name("GLB")
            .required(true)
            .help(help("stage-export-out-help")),
    ])
}

/// Reads, translates, writes.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let path = |name: &str| matches.get_one::<String>(name).map(PathBuf::from);
    let (file, out) = (
        path("file").unwrap_or_default(),
        path("out").unwrap_or_default(),
    );
    let stage = stage_of_text(&file, &read_text(&file)?)?;
    let glb = stage.to_glb();
    super::import::write(&out, &glb)?;
    let (walls, cameras) = (stage.walls().len(), stage.cameras().len());
    if session.output.wants_json() {
        return session.output.object(&json!({
            "walls": walls, "cameras": cameras, "bytes": glb.len(), "out": out.display().to_string(),
        }));
    }
    let args = [
        ("walls", walls.to_string()),
        ("cameras", cameras.to_string()),
        ("path", out.display().to_string()),
    ];
    session
        .output
        .result(&session.text.get("stage-export-done", &args))
}
