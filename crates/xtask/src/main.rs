//! Set-up, tests, tidy and asset building: the two README commands and what they need.
//!
//! `cargo xtask demo` and `cargo xtask test` are all that a newcomer must know; the other commands are the steps they
//! are made of. Developers read this program's output, so it speaks English only; everything an operator reads comes
//! from `cyc` and is translated.

mod assets;
mod bench;
mod demo;
mod font;
mod fuzz;
mod promises;
mod setup;
mod stop;
mod test;
mod tidy;
mod workspace;

use setup::Purpose;
use stop::Stop;
use workspace::Workspace;

const HELP: &str = "\
usage: cargo xtask COMMAND

  demo [ARGS…]   set up, build in release, run `cyc demo ARGS…`
  test           set up, then every check: format, clippy, tidy, tests, loom
  bench [NAME [NUMBER…]…]
                 measurements beside other people's programs, all of them or those named
  fuzz [--publish] [--seconds N] [--seed N] [TARGET…]
                 damaged bytes for every decoder, from its corpus and a seed
  promises [FILE]
                 the fault matrix' tests, and the README's table of what they prove; from a
                 file with what `cargo xtask test` said, without running them again
  setup [test]   install what the demo (or the tests) need and this machine lacks
  tidy           the house's invariants, see crates/README.md
  assets         rebuild everything under assets/ that is made from other people's data
  font           cut the embedded font to the glyphs that the texts use
";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let Err(error) = run(&arguments) {
        let code = error.downcast_ref::<Stop>().map_or(70, |stop| stop.code);
        eprintln!("xtask: {error:#}");
        std::process::exit(code);
    }
}

fn run(arguments: &[String]) -> anyhow::Result<()> {
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let workspace = Workspace::find()?;
    match words.as_slice() {
        ["demo", rest @ ..] => demo::run(&workspace, rest),
        ["test"] => test::run(&workspace),
        ["setup"] => setup::run(&workspace, Purpose::Demo).map(|_| ()),
        ["setup", "test"] => setup::run(&workspace, Purpose::Test).map(|_| ()),
        ["bench", names @ ..] => bench::run(&workspace, names),
        ["fuzz", rest @ ..] => fuzz::run(&workspace, rest),
        ["promises"] => promises::run(&workspace, None),
        ["promises", said] => promises::run(&workspace, Some(said)),
        ["tidy"] => tidy::run(&workspace),
        ["font"] => font::run(&workspace),
        ["assets", ..] => {
            assets::run(&arguments[1..])?;
            for folder in ["assets/human", "assets/performances"] {
                font::checksum::record_folder(&workspace, folder)?;
            }
            font::run(&workspace)
        }
        [] | ["help" | "--help" | "-h", ..] => {
            print!("{HELP}");
            Ok(())
        }
        _ => Err(Stop::usage(format!("unknown command `{}`\n\n{HELP}", words.join(" "))).into()),
    }
}
