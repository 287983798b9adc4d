//! The command line: what every command has in common, in the person's language.
//!
//! Built at run time from the texts, so `--help` speaks both languages; clap's own words (headings, "possible
//! values", defaults) are replaced or hidden, because they exist in English only.

use crate::commands;
use crate::text::Text;
use clap::{Arg, ArgAction, Command};

/// The whole command line.
pub fn command(text: &Text) -> Command {
    let root = Command::new("cyc")
        .version(env!("CARGO_PKG_VERSION"))
        .about(text.get("cli-about", &[]))
        .override_usage(text.get("cli-usage", &[]))
        .subcommand_help_heading(text.get("cli-heading-commands", &[]))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .disable_help_subcommand(true)
        .disable_version_flag(true)
        .arg(
            Arg::new("version")
                .long("version")
                .short('V')
                .action(ArgAction::Version)
                .help(text.get("cli-version-help", &[]))
                .help_heading(text.get("cli-heading-options", &[])),
        )
        .args(shared(text));
    commands::all(text)
        .into_iter()
        .fold(with_help(text, root), Command::subcommand)
}

/// A command of its own: about, usage and an example from the texts; arguments are added by its file.
pub fn subcommand(
    text: &Text,
    name: &'static str,
    about: String,
    usage: String,
    example: &str,
) -> Command {
    let command = Command::new(name)
        .about(about)
        .override_usage(usage)
        .next_help_heading(text.get("cli-heading-options", &[]))
        .after_help(format!("{}\n  {example}", text.get("cli-example", &[])));
    with_help(text, command)
}

/// `--lang`, `--json` and `--quiet`, before or after the command's name.
fn shared(text: &Text) -> [Arg; 3] {
    let heading = text.get("cli-heading-options", &[]);
    let flag = |name: &'static str| {
        Arg::new(name)
            .long(name)
            .global(true)
            .action(ArgAction::SetTrue)
            .help_heading(heading.clone())
    };
    [
        Arg::new("lang")
            .long("lang")
            .global(true)
            .value_name("zh|en")
            .value_parser(["zh", "en", "zh-CN"])
            .hide_possible_values(true)
            .help_heading(heading.clone())
            .help(text.get("cli-lang-help", &[])),
        flag("json").help(text.get("cli-json-help", &[])),
        flag("quiet")
            .short('q')
            .help(text.get("cli-quiet-help", &[])),
    ]
}

fn with_help(text: &Text, command: Command) -> Command {
    let usage = text.get("cli-heading-usage", &[]);
    command
        .disable_help_flag(true)
        .help_template(format!(
            "{{about}}\n\n{usage} {{usage}}\n\n{{all-args}}{{after-help}}"
        ))
        .arg(
            Arg::new("help")
                .long("help")
                .short('h')
                .action(ArgAction::Help)
                .help(text.get("cli-help-help", &[]))
                .help_heading(text.get("cli-heading-options", &[])),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn the_command_line_is_consistent() {
        command(&Text::new(Language::English)).debug_assert();
        command(&Text::new(Language::Chinese)).debug_assert();
    }

    #[test]
    fn help_in_chinese_has_no_english_sentence_left() {
        let text = Text::new(Language::Chinese);
        let mut root = command(&text);
        let names: Vec<String> = root
            .get_subcommands()
            .map(|c| c.get_name().to_string())
            .collect();
        let mut pages = vec![root.render_long_help().to_string()];
        for name in names {
            let page = root
                .find_subcommand_mut(&name)
                .map(|c| c.render_long_help().to_string());
            pages.extend(page);
        }
        for page in pages {
            for word in [
                "Usage",
                "Options",
                "Commands",
                "Print",
                "possible",
                "default",
                "Arguments",
            ] {
                assert!(!page.contains(word), "\"{word}\" in:\n{page}");
            }
        }
    }
}
