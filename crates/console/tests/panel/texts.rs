//! The committed texts, read with the library that reads them in the program.

use cyc_console::{Language, Wording};
use fluent_bundle::{FluentArgs, FluentBundle, FluentResource};
use std::path::PathBuf;

/// The texts of a language.
pub struct Texts {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Texts {
    pub fn new(language: Language) -> Self {
        let tag = match language {
            Language::English => "en",
            Language::Chinese => "zh-CN",
        };
        let mut bundle = FluentBundle::new(vec![tag.parse().unwrap()]);
        bundle.set_use_isolating(false);
        let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../assets/text");
        for area in ["panel", "control"] {
            let path = folder.join(tag).join(format!("{area}.ftl"));
            let resource = FluentResource::try_new(std::fs::read_to_string(path).unwrap());
            bundle.add_resource(resource.unwrap()).unwrap();
        }
        Self { language, bundle }
    }

    pub fn both(language: Language) -> [Box<dyn Wording>; 2] {
        let other = match language {
            Language::English => Language::Chinese,
            Language::Chinese => Language::English,
        };
        [Box::new(Self::new(language)), Box::new(Self::new(other))]
    }

    fn filled(&self, key: &str, fix: bool, args: &[(&str, String)]) -> Option<String> {
        let message = self.bundle.get_message(key)?;
        let pattern = if fix {
            message.get_attribute("fix")?.value()
        } else {
            message.value()?
        };
        let mut values = FluentArgs::new();
        for (name, value) in args {
            values.set(*name, value.as_str());
        }
        let mut errors = Vec::new();
        let text = self
            .bundle
            .format_pattern(pattern, Some(&values), &mut errors);
        // A `.fix` is asked for without variables at times; what it says must be whole otherwise.
        assert!(errors.is_empty() || fix, "{key}: {errors:?}");
        Some(text.into_owned())
    }
}

impl Wording for Texts {
    fn language(&self) -> Language {
        self.language
    }

    fn get(&self, key: &str, args: &[(&str, String)]) -> String {
        let text = self.filled(key, false, args);
        text.unwrap_or_else(|| panic!("no text {key}"))
    }

    fn fix(&self, key: &str, args: &[(&str, String)]) -> Option<String> {
        self.filled(key, true, args)
    }
}
