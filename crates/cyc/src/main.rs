//! The one program: cyc demo, doctor, sim, listen, solve and the rest.
//!
//! This file only joins the parts: choose the language, read the command line, run one command, turn what went wrong
//! into a text and an exit code. Commands are one file each in `commands`; they never print an error and never exit.

mod align;
mod character_file;
mod command_line;
mod commands;
mod crash_report;
mod demo;
mod doctor;
mod exit;
mod explained;
mod failure;
mod flight;
mod guard;
mod in_place;
mod interrupt;
mod language;
mod latency;
mod manner_files;
mod outgoing;
mod output;
mod plausibility;
mod recording;
mod render;
mod retarget;
mod run;
mod solve;
mod stage_file;
mod stage_plates;
mod state_folder;
mod table;
mod text;
mod upright_clip;
mod usage_error;
mod virtual_system;
mod vulkan_layers;
mod wording;

use clap::error::ErrorKind;
use exit::Exit;
use language::Language;
use output::Output;
use std::ffi::OsString;
use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use text::Text;

/// What every command gets: the texts in the person's language, and where results and remarks go.
pub struct Session {
    /// Every text, in the chosen language.
    pub text: Text,
    /// Standard output and standard error.
    pub output: Output,
}

fn main() -> ExitCode {
    interrupt::keep_hangup_ignored();
    let arguments: Vec<OsString> = std::env::args_os().collect();
    vulkan_layers::leave_out_device_select(&arguments);
    let variable = |name: &str| std::env::var(name).ok();
    let text = Text::new(Language::choose(
        &arguments,
        variable,
        sys_locale::get_locale(),
    ));
    crash_report::install(&text);
    // A panic was printed and reported; scripts are told as well.
    let answered = std::panic::catch_unwind(AssertUnwindSafe(|| answer(text, arguments)));
    answered.unwrap_or(Exit::Internal).into()
}

fn answer(text: Text, arguments: Vec<OsString>) -> Exit {
    let matches = match command_line::command(&text).try_get_matches_from(arguments) {
        Ok(matches) => matches,
        Err(error) => return refuse(&text, &error),
    };
    let output = Output::new(matches.get_flag("json"), matches.get_flag("quiet"));
    let session = Session { text, output };
    let result = match matches.subcommand() {
        Some((name, matches)) => commands::run(name, matches, &session),
        None => Ok(()),
    };
    match result {
        Ok(()) => Exit::Success,
        Err(failure) => {
            session.output.error(&failure.explain(&session.text));
            failure.exit
        }
    }
}

/// Help and version are wishes, not errors; everything else that clap returns is a usage error.
fn refuse(text: &Text, error: &clap::Error) -> Exit {
    let output = Output::new(false, false);
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            match output.result(&error.render().to_string()) {
                Ok(()) => Exit::Success,
                Err(failure) => failure.exit,
            }
        }
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            output.error(&error.render().to_string());
            Exit::Usage
        }
        _ => {
            output.error(&usage_error::explain(text, error));
            Exit::Usage
        }
    }
}
