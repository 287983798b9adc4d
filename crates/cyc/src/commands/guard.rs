//! `cyc guard`: the process that keeps the walls' last picture; `cyc run` starts it.

use crate::Session;
use crate::command_line::subcommand;
use crate::failure::Failure;
use crate::guard;
use crate::text::Text;
use clap::{Arg, ArgAction, ArgMatches, Command};

/// The command's name.
pub const NAME: &str = "guard";

/// The command line of `cyc guard`. Nobody needs it who is not told of it.
pub fn describe(text: &Text) -> Command {
    let (about, usage) = (text.get("guard-about", &[]), text.get("guard-usage", &[]));
    subcommand(text, NAME, about, usage, "cyc guard --end")
        .hide(true)
        .arg(
            Arg::new("end")
                .long("end")
                .action(ArgAction::SetTrue)
                .help(text.get("guard-end-help", &[])),
        )
}

/// Guards the walls, or ends who does.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    if !matches.get_flag("end") {
        return guard::keep();
    }
    let key = if guard::end()? {
        "guard-ended"
    } else {
        "guard-none"
    };
    session.output.result(&session.text.get(key, &[]))
}
