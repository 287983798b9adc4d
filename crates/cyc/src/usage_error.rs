//! A wrong command line, said in the person's language.
//!
//! clap words its errors in English; only their kind and their context are used here.

use crate::text::Text;
use clap::Error;
use clap::error::{ContextKind, ContextValue, ErrorKind};

/// What is wrong with the command line, and where to look.
pub fn explain(text: &Text, error: &Error) -> String {
    let message = text.get("cli-error", &[("message", message(text, error))]);
    let see = text.get("cli-see-help", &[("command", help_command(error))]);
    format!("{message}\n{see}")
}

fn message(text: &Text, error: &Error) -> String {
    let argument = || ("argument", context(error, ContextKind::InvalidArg));
    let value = || ("value", context(error, ContextKind::InvalidValue));
    let similar = |kind| ("similar", context(error, kind));
    match error.kind() {
        ErrorKind::UnknownArgument => match similar(ContextKind::SuggestedArg) {
            (_, none) if none.is_empty() => text.get("cli-unknown-argument", &[argument()]),
            similar => text.get("cli-unknown-argument-similar", &[argument(), similar]),
        },
        ErrorKind::InvalidSubcommand => {
            let command = ("command", context(error, ContextKind::InvalidSubcommand));
            match similar(ContextKind::SuggestedSubcommand) {
                (_, none) if none.is_empty() => text.get("cli-unknown-command", &[command]),
                similar => text.get("cli-unknown-command-similar", &[command, similar]),
            }
        }
        ErrorKind::MissingSubcommand => text.get("cli-missing-command", &[]),
        ErrorKind::MissingRequiredArgument => text.get("cli-missing-argument", &[argument()]),
        ErrorKind::InvalidValue if value().1.is_empty() => {
            text.get("cli-missing-value", &[argument()])
        }
        ErrorKind::InvalidValue => {
            let possible = ("possible", context(error, ContextKind::ValidValue));
            if possible.1.is_empty() {
                return text.get("cli-invalid-value", &[argument(), value()]);
            }
            text.get(
                "cli-invalid-value-possible",
                &[argument(), value(), possible],
            )
        }
        ErrorKind::ValueValidation => text.get("cli-invalid-value", &[argument(), value()]),
        ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => {
            text.get("cli-missing-value", &[argument()])
        }
        ErrorKind::TooManyValues => text.get("cli-unexpected-value", &[argument(), value()]),
        ErrorKind::ArgumentConflict => {
            let other = ("other", context(error, ContextKind::PriorArg));
            text.get("cli-repeated-argument", &[argument(), other])
        }
        _ => text.get("cli-usage-error", &[]),
    }
}

fn context(error: &Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(one)) => one.clone(),
        Some(ContextValue::Strings(many)) => many.join(", "),
        Some(ContextValue::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// `cyc doctor --help` when the error lies in a command, else `cyc --help`, read from the usage line's first words.
fn help_command(error: &Error) -> String {
    let usage = match error.get(ContextKind::Usage) {
        Some(ContextValue::StyledStr(usage)) => usage.to_string(),
        _ => String::new(),
    };
    let words = usage.split_whitespace().skip_while(|word| *word != "cyc");
    let plain = |word: &&str| word.chars().all(|c| c.is_ascii_lowercase() || c == '-');
    let command: Vec<&str> = words.take_while(plain).collect();
    if command.is_empty() {
        "cyc --help".into()
    } else {
        format!("{} --help", command.join(" "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command_line::command;
    use crate::language::Language;

    #[track_caller]
    fn check(language: Language, arguments: &[&str], expected: &str) {
        let text = Text::new(language);
        let error = command(&text).try_get_matches_from(arguments).unwrap_err();
        assert_eq!(explain(&text, &error), expected);
    }

    #[test]
    fn usage_errors_are_said_in_both_languages() {
        use Language::{Chinese, English};
        let english = "Error: --jsom is not an argument of this command. Did you mean --json?\nSee: cyc doctor --help";
        check(English, &["cyc", "doctor", "--jsom"], english);
        let chinese = "错误：没有名为“docter”的命令。是否要用 doctor？\n参见：cyc --help";
        check(Chinese, &["cyc", "docter"], chinese);
        let chinese =
            "错误：“de”不是 --lang <zh|en> 的有效值。可用的值：zh, en, zh-CN。\n参见：cyc --help";
        check(Chinese, &["cyc", "--lang", "de", "doctor"], chinese);
        let english = "Error: --lang <zh|en> needs a value.\nSee: cyc --help";
        check(English, &["cyc", "--lang"], english);
        let english = "Error: --json takes no value, but got \"yes\".\nSee: cyc doctor --help";
        check(English, &["cyc", "doctor", "--json=yes"], english);
    }
}
