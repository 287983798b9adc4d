//! Which language the program speaks.
//!
//! The language must be known before the command line is parsed, since help and usage errors are texts too. So
//! `--lang` is looked for first in the raw arguments; whether its value is allowed is checked by the parser later.

use std::ffi::OsString;

/// A language that every text exists in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// `--lang`, else the first that is set of `CYC_LANG`, `LC_ALL`, `LC_MESSAGES` and `LANG`, else the system's locale.
    pub fn choose(
        arguments: &[OsString],
        variable: impl Fn(&str) -> Option<String>,
        system: Option<String>,
    ) -> Self {
        let set = |name: &&str| variable(name).filter(|value| !value.is_empty());
        let wish = asked_for(arguments).or_else(|| {
            ["CYC_LANG", "LC_ALL", "LC_MESSAGES", "LANG"]
                .iter()
                .find_map(set)
                .or(system)
        });
        match wish {
            Some(wish) if wish.to_lowercase().starts_with("zh") => Self::Chinese,
            _ => Self::English,
        }
    }

    /// The BCP 47 tag, which is also the folder of its texts.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Chinese => "zh-CN",
        }
    }
}

fn asked_for(arguments: &[OsString]) -> Option<String> {
    let words: Vec<&str> = arguments
        .iter()
        .map(|word| word.to_str().unwrap_or_default())
        .collect();
    let before_rest = words.split(|word| *word == "--").next()?;
    let glued = before_rest
        .iter()
        .find_map(|word| word.strip_prefix("--lang="));
    let apart = || {
        before_rest
            .windows(2)
            .find(|pair| pair[0] == "--lang")
            .map(|pair| pair[1])
    };
    glued.or_else(apart).map(str::to_string)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(arguments: &[&str], variables: &[(&str, &str)], system: Option<&str>) -> Language {
        let arguments: Vec<OsString> = arguments.iter().map(OsString::from).collect();
        let lookup = |name: &str| {
            variables
                .iter()
                .find(|(known, _)| *known == name)
                .map(|(_, value)| value.to_string())
        };
        Language::choose(&arguments, lookup, system.map(str::to_string))
    }

    #[test]
    fn the_argument_wins_over_variables_and_those_over_the_system() {
        use Language::{Chinese, English};
        assert_eq!(
            choose(&["cyc", "--lang", "zh"], &[("LANG", "en_US.UTF-8")], None),
            Chinese
        );
        assert_eq!(
            choose(&["cyc", "--lang=en"], &[("CYC_LANG", "zh")], None),
            English
        );
        assert_eq!(choose(&["cyc", "--", "--lang=zh"], &[], None), English);
        assert_eq!(
            choose(&["cyc"], &[("CYC_LANG", "zh"), ("LC_ALL", "C")], None),
            Chinese
        );
        assert_eq!(
            choose(&["cyc"], &[("LC_ALL", "C"), ("LANG", "zh_CN.UTF-8")], None),
            English
        );
        assert_eq!(
            choose(&["cyc"], &[("LC_ALL", ""), ("LANG", "zh_CN.UTF-8")], None),
            Chinese
        );
        assert_eq!(choose(&["cyc"], &[], Some("zh-Hans-CN")), Chinese);
        assert_eq!(choose(&["cyc"], &[], None), English);
    }
}
