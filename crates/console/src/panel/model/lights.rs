//! The five lights: one a chain, each with its figure and the age of the newest thing that went through.

use crate::panel::figures;
use crate::wording::Wording;
use cyc_control::{Chain, Light, Mood, StageDocument, Unit};

/// One light.
#[derive(Clone, Debug, PartialEq)]
pub struct LightTile {
    /// The chain's name.
    pub name: String,
    /// How it is doing; `Off` while the stage does not answer, since nobody knows.
    pub mood: Mood,
    /// The same as a word.
    pub mood_word: String,
    /// Its figure.
    pub figure: String,
    /// Age of the newest.
    pub age: String,
}

/// A light for each chain, in their order, whether the stage names it or not.
pub fn tiles(document: &StageDocument, is_stale: bool, text: &dyn Wording) -> Vec<LightTile> {
    let light = |chain| document.lights.iter().find(|light| light.chain == chain);
    let tile = |chain| tile(chain, light(chain).filter(|_| !is_stale), text);
    Chain::ALL.into_iter().map(tile).collect()
}

fn tile(chain: Chain, light: Option<&Light>, text: &dyn Wording) -> LightTile {
    let name = light_key(chain);
    let mood = light.map_or(Mood::Off, |light| light.mood);
    let figure = light.and_then(|light| light.figure.map(|figure| (figure, light.unit)));
    let dash = || "–".to_owned();
    LightTile {
        name: text.get(name, &[]),
        mood,
        mood_word: mood_word(mood, text),
        figure: figure.map_or_else(dash, |(figure, unit)| match unit {
            Unit::Hertz => figures::hertz(figure, text),
            Unit::Milliseconds => figures::milliseconds(figure, text),
            Unit::Seconds => figures::age(figure * 1000.0, text),
        }),
        age: light
            .and_then(|light| light.age_ms)
            .map_or_else(dash, |ms| figures::age(ms, text)),
    }
}

/// The text of a chain's name.
pub fn light_key(chain: Chain) -> &'static str {
    match chain {
        Chain::Source => "panel-light-source",
        Chain::Solve => "panel-light-solve",
        Chain::Render => "panel-light-render",
        Chain::Record => "panel-light-record",
        Chain::Sync => "panel-light-sync",
    }
}

/// A mood as a word, for those who do not see its colour.
pub fn mood_word(mood: Mood, text: &dyn Wording) -> String {
    let key = match mood {
        Mood::Off => "panel-mood-off",
        Mood::Good => "panel-mood-good",
        Mood::Amber => "panel-mood-amber",
        Mood::Red => "panel-mood-red",
    };
    text.get(key, &[])
}
