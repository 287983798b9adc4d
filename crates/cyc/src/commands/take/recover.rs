//! `cyc take recover`: what an interrupted recording left, made into a whole take.

use super::{Lossy, as_json};
use crate::Session;
use crate::command_line::subcommand;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::text::Text;
use clap::{Arg, ArgMatches, Command, value_parser};
use cyc_take::{Recovered, recover_take, recovered_path};
use serde_json::json;
use std::path::PathBuf;

/// The part's name.
pub const NAME: &str = "recover";

/// The command line of `cyc take recover`.
pub fn describe(text: &Text) -> Command {
    let about = text.get("take-recover-about", &[]);
    let usage = text.get("take-recover-usage", &[]);
    let example = "cyc take recover takes/12A_T03.take.mcap.part";
    subcommand(text, NAME, about, usage, example).args([
        Arg::new("file")
            .value_name("FILE")
            .required(true)
            .value_parser(value_parser!(PathBuf))
            .help_heading(text.get("cli-heading-arguments", &[]))
            .help(text.get("take-recover-file-help", &[])),
        Arg::new("out")
            .long("out")
            .value_name("FILE")
            .value_parser(value_parser!(PathBuf))
            .help(text.get("take-recover-out-help", &[])),
    ])
}

/// Recovers the take. Exit code 67 when parts of the original were damaged; that it has no end is no damage.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let from = path("file").unwrap_or_default();
    let to = path("out").unwrap_or_else(|| recovered_path(&from));
    let recovered = recover_take(&from, &to)?;
    if session.output.wants_json() {
        session.output.object(&figures(&recovered))?;
    } else {
        session.output.result(&said(&recovered, &session.text))?;
    }
    if recovered.damaged == 0 {
        return Ok(());
    }
    let lossy = Lossy {
        damaged: recovered.damaged,
        finished: true,
    };
    Err(Failure::new(Exit::TakeLossy, &lossy))
}

fn figures(recovered: &Recovered) -> serde_json::Value {
    let mut object = as_json(&recovered.info);
    let info = &recovered.info;
    let [bytes, whole] = recovered.bytes;
    object["path"] = json!(recovered.path);
    object["frames_recovered"] = json!(info.mocap_frames.values().sum::<u64>());
    object["first_frame_ns"] = json!(info.first.map(|t| t.0));
    object["last_frame_ns"] = json!(info.last.map(|t| t.0));
    object["messages"] = json!(recovered.messages);
    object["messages_unknown"] = json!(recovered.messages_unknown);
    object["damaged"] = json!(recovered.damaged);
    object["bytes"] = json!(bytes);
    object["bytes_cut_off"] = json!(bytes.saturating_sub(whole));
    object
}

fn said(recovered: &Recovered, text: &Text) -> String {
    let info = &recovered.info;
    let [bytes, whole] = recovered.bytes;
    let length_s = super::duration_s(info);
    let args = [
        ("path", recovered.path.display().to_string()),
        (
            "frames",
            info.mocap_frames.values().sum::<u64>().to_string(),
        ),
        ("seconds", format!("{length_s:.2}")),
        ("bytes", bytes.saturating_sub(whole).to_string()),
    ];
    text.get("take-recover-done", &args)
}
