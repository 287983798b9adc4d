//! Every text that a person sees, by key, in the chosen language.
//!
//! The texts are fluent files under `assets/text`, embedded by the build script. Tidy proves that both languages have
//! the same keys and variables and that every key asked for exists; should one be missing all the same, the person
//! sees the key rather than nothing, and a test fails.

use crate::language::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

mod embedded {
    //! The tables that the build script wrote.
    include!(concat!(env!("OUT_DIR"), "/texts.rs"));
}

/// The variables of one text, as error enums give them.
pub type Args<'a> = &'a [(&'a str, String)];

/// All texts in one language. It can be shared between threads.
pub struct Text {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Text {
    /// Reads the embedded texts of a language.
    pub fn new(language: Language) -> Self {
        let tag = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![tag]);
        // Isolation marks protect right-to-left scripts; in terminals and fonts here they are empty boxes.
        bundle.set_use_isolating(false);
        let files = match language {
            Language::English => embedded::ENGLISH,
            Language::Chinese => embedded::CHINESE,
        };
        for (area, content) in files {
            let (resource, broken) = match FluentResource::try_new((*content).to_string()) {
                Ok(resource) => (resource, Vec::new()),
                Err((resource, errors)) => (resource, errors),
            };
            debug_assert!(
                broken.is_empty(),
                "{area}.ftl ({}): {broken:?}",
                language.tag()
            );
            let doubled = bundle.add_resource(resource);
            debug_assert!(
                doubled.is_ok(),
                "{area}.ftl ({}): {doubled:?}",
                language.tag()
            );
        }
        Self { language, bundle }
    }

    /// The language of these texts.
    pub fn language(&self) -> Language {
        self.language
    }

    /// The text of `key` with its variables filled in; the key itself when there is none.
    pub fn get(&self, key: &str, args: Args) -> String {
        let text = self.filled(key, None, args);
        debug_assert!(
            text.is_some() || cfg!(not(test)),
            "no text {key} in {}",
            self.language.tag()
        );
        text.unwrap_or_else(|| key.to_string())
    }

    /// What to do about it: the attribute `.fix` of `key`, if it has one.
    pub fn fix(&self, key: &str, args: Args) -> Option<String> {
        self.filled(key, Some("fix"), args)
    }

    fn filled(&self, key: &str, attribute: Option<&str>, args: Args) -> Option<String> {
        let message = self.bundle.get_message(key)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let mut values = FluentArgs::new();
        for (name, value) in args {
            values.set(*name, value_of(value));
        }
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(&values), &mut errors);
        debug_assert!(errors.is_empty() || cfg!(not(test)), "{key}: {errors:?}");
        Some(text.into_owned())
    }
}

/// Numbers become numbers, so that texts can choose a plural; names that look like one (`007`, `1e5`) stay words.
fn value_of(value: &str) -> FluentValue<'_> {
    let digits = value.strip_prefix('-').unwrap_or(value);
    let plain = digits.chars().all(|c| c.is_ascii_digit() || c == '.');
    let padded = digits.len() > 1 && digits.starts_with('0') && !digits.starts_with("0.");
    if plain && !padded && digits.len() < 16 {
        FluentValue::try_number(value)
    } else {
        FluentValue::from(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_languages_parse_and_speak() {
        for language in [Language::English, Language::Chinese] {
            let text = Text::new(language);
            assert!(!text.get("cli-about", &[]).is_empty());
            let fix = text.fix("cli-internal", &[("version", "0.1.0".into())]);
            assert!(fix.is_some_and(|fix| fix.contains("0.1.0")));
        }
    }

    #[test]
    fn windows_and_reports_may_share_the_texts_between_threads() {
        fn shared<T: Send + Sync>(_: &T) {}
        shared(&Text::new(Language::English));
    }

    #[test]
    fn values_are_shown_as_they_were_given() {
        let text = Text::new(Language::English);
        for value in [
            "3.20",
            "007",
            "-5",
            "1e5",
            "0.50",
            "take 3",
            "12345678901234567890",
            ".",
        ] {
            let said = text.get("cli-missing-argument", &[("argument", value.into())]);
            assert_eq!(said, format!("{value} is missing."));
        }
    }

    #[test]
    #[should_panic(expected = "no text no-such-key")]
    fn a_missing_key_fails_in_tests() {
        Text::new(Language::English).get("no-such-key", &[]);
    }
}
