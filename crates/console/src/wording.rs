//! Texts for people: the console asks by key, whoever opens a window answers in the reader's language.

use cyc_control::Said;

/// A language that every text exists in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

impl Language {
    /// The sentence of a stage in this language.
    pub fn of(self, said: &Said) -> &str {
        match self {
            Self::English => &said.en,
            Self::Chinese => &said.zh_cn,
        }
    }
}

/// All texts in one language.
pub trait Wording {
    /// The language.
    fn language(&self) -> Language;
    /// The text of `key` with its variables filled in; the key itself when there is none.
    fn get(&self, key: &str, args: &[(&str, String)]) -> String;
    /// What to do about it: the attribute `.fix` of `key`, if it has one.
    fn fix(&self, key: &str, args: &[(&str, String)]) -> Option<String>;
}
