//! The texts as the windows of `cyc-console` ask for them.

use crate::language::Language;
use crate::text::Text;
use cyc_console::Wording;

/// The texts of one language, for a window.
pub struct WindowText(Text);

impl WindowText {
    /// The texts of a language.
    pub fn new(language: Language) -> Self {
        Self(Text::new(language))
    }

    /// The texts in the reader's language, and in the other.
    pub fn both(language: Language) -> [Box<dyn Wording>; 2] {
        let other = match language {
            Language::English => Language::Chinese,
            Language::Chinese => Language::English,
        };
        [Box::new(Self::new(language)), Box::new(Self::new(other))]
    }
}

impl Wording for WindowText {
    fn language(&self) -> cyc_console::Language {
        match self.0.language() {
            Language::English => cyc_console::Language::English,
            Language::Chinese => cyc_console::Language::Chinese,
        }
    }

    fn get(&self, key: &str, args: &[(&str, String)]) -> String {
        self.0.get(key, args)
    }

    fn fix(&self, key: &str, args: &[(&str, String)]) -> Option<String> {
        self.0.fix(key, args)
    }
}
