//! What an operator has changed on a running stage: black and frozen walls, test patterns, exposure, inner frusta, light
//! cards. The stage file is left as it is: this lies over it, and the default changes nothing.
//!
//! It is plain data. Whoever takes commands fills it in and checks it; the view reads the newest one before each picture.

use crate::{
    CardPlace, ChromaKey, ColorWindow, EXPOSURE_RANGE_EV, InnerFrustum, LIGHT_CARDS_MAX, LightCard,
    Stage, TestPattern, WALL_LENGTH_MAX_M,
};
use cyc_model::{NAME_BYTES_MAX, Nanos};
use std::f64::consts::PI;
use std::ops::RangeInclusive;
use thiserror::Error;

/// What lies over a whole stage.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StageOverride {
    /// By the index of the wall; a wall without an entry is as its file says.
    pub walls: Vec<WallOverride>,
    /// By the index of the camera; the same.
    pub cameras: Vec<CameraOverride>,
    /// Light cards; later ones lie over earlier ones.
    pub cards: Vec<LightCard>,
    /// Exposure of everything that is scene, beside the stage file's, stops.
    pub exposure_ev: f64,
}

/// What lies over one wall. Black wins over frozen, frozen over a pattern.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct WallOverride {
    /// It shows nothing.
    pub blackout: bool,
    /// It goes on showing what it shows.
    pub frozen: bool,
    /// It shows a pattern in place of the scene.
    pub pattern: Option<TestPattern>,
    /// Exposure of the scene on this wall beside the stage's, stops.
    pub exposure_ev: f64,
    /// Another colour window than the stage file's.
    pub window: Option<ColorWindow>,
}

/// What lies over one camera's inner frustum; `None` leaves what the stage file says.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct CameraOverride {
    /// Whether the walls show it.
    pub inner_on: Option<bool>,
    /// Whether it stays where it is.
    pub frozen: Option<bool>,
    /// Of two cameras that see one wall pixel, the higher one is shown.
    pub priority: Option<u8>,
    /// One colour in place of the scene: `Some(None)` takes the file's key away.
    pub key: Option<Option<ChromaKey>>,
    /// Exposure of this camera's view, beside the file's, stops.
    pub exposure_ev: f64,
    /// Another colour window than the stage file's.
    pub window: Option<ColorWindow>,
}

impl CameraOverride {
    /// The settings that result for a camera's inner frustum.
    pub fn over(&self, inner: InnerFrustum) -> InnerFrustum {
        InnerFrustum {
            on: self.inner_on.unwrap_or(inner.on),
            frozen: self.frozen.unwrap_or(inner.frozen),
            priority: self.priority.unwrap_or(inner.priority),
            key: self.key.unwrap_or(inner.key),
            window: self.window.unwrap_or(inner.window),
            exposure_ev: inner.exposure_ev + self.exposure_ev,
            ..inner
        }
    }
}

/// Why an override cannot be.
#[derive(Clone, Debug, PartialEq, Error)]
pub enum OverrideError {
    /// A number outside its range, or not finite.
    #[error("{what} must be from {min} to {max}")]
    OutOfRange {
        /// Which number, like `exposure_ev`.
        what: &'static str,
        /// Smallest value taken.
        min: f64,
        /// Largest value taken.
        max: f64,
    },
    /// An index beyond the stage's walls, cameras or light cards.
    #[error("there is no {what} number {index}: the stage has {count}")]
    None {
        /// `wall`, `camera` or `light card`.
        what: &'static str,
        /// Which one.
        index: usize,
        /// How many there are, or how many are taken.
        count: usize,
    },
    /// A light card with an empty, too long or repeated name.
    #[error("the light card's name '{name}' is empty, too long or used twice")]
    BadName {
        /// The name.
        name: String,
    },
}

impl OverrideError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::OutOfRange { .. } => "stage-override-out-of-range",
            Self::None { .. } => "stage-override-none",
            Self::BadName { .. } => "stage-override-bad-name",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::OutOfRange { what, min, max } => vec![
                ("what", (*what).to_owned()),
                ("min", format!("{min:.3}")),
                ("max", format!("{max:.3}")),
            ],
            Self::None { what, index, count } => vec![
                ("what", (*what).to_owned()),
                ("index", index.to_string()),
                ("count", count.to_string()),
            ],
            Self::BadName { name } => vec![("name", name.clone())],
        }
    }
}

fn ranged(what: &'static str, value: f64, range: RangeInclusive<f64>) -> Result<(), OverrideError> {
    if range.contains(&value) {
        return Ok(());
    }
    let (min, max) = range.into_inner();
    Err(OverrideError::OutOfRange { what, min, max })
}

fn within(what: &'static str, index: usize, count: usize) -> Result<(), OverrideError> {
    if index < count {
        return Ok(());
    }
    Err(OverrideError::None { what, index, count })
}

/// Largest gain of a light card, and of a colour: 16 times what the wall can do is surely white.
pub(crate) const CARD_GAIN_MAX: f64 = 16.0;

impl StageOverride {
    /// What lies over a stage that was just opened: its file's light cards, and nothing else.
    pub fn of(stage: &Stage) -> Self {
        Self {
            cards: stage.light_cards().to_vec(),
            ..Self::default()
        }
    }

    /// The wall's entry.
    pub fn wall(&self, index: usize) -> WallOverride {
        self.walls.get(index).copied().unwrap_or_default()
    }

    /// The camera's entry.
    pub fn camera(&self, index: usize) -> CameraOverride {
        self.cameras.get(index).copied().unwrap_or_default()
    }

    /// The wall's entry, to be changed; made when it is not there. `None` beyond the stage's walls.
    pub fn wall_mut(&mut self, stage: &Stage, index: usize) -> Option<&mut WallOverride> {
        if self.walls.len() < stage.walls().len() {
            self.walls
                .resize(stage.walls().len(), WallOverride::default());
        }
        self.walls.get_mut(index)
    }

    /// The camera's entry, to be changed; made when it is not there. `None` beyond the stage's cameras.
    pub fn camera_mut(&mut self, stage: &Stage, index: usize) -> Option<&mut CameraOverride> {
        if self.cameras.len() < stage.cameras().len() {
            let count = stage.cameras().len();
            self.cameras.resize(count, CameraOverride::default());
        }
        self.cameras.get_mut(index)
    }

    /// Whether every index and number can be, for this stage.
    pub fn check(&self, stage: &Stage) -> Result<(), OverrideError> {
        if self.walls.len() > stage.walls().len() {
            within("wall", self.walls.len() - 1, stage.walls().len())?;
        }
        if self.cameras.len() > stage.cameras().len() {
            within("camera", self.cameras.len() - 1, stage.cameras().len())?;
        }
        if self.cards.len() > LIGHT_CARDS_MAX {
            within("light card", self.cards.len() - 1, LIGHT_CARDS_MAX)?;
        }
        let exposures = (self.walls.iter().map(|w| w.exposure_ev))
            .chain(self.cameras.iter().map(|c| c.exposure_ev));
        for ev in exposures.chain([self.exposure_ev]) {
            ranged("exposure_ev", ev, EXPOSURE_RANGE_EV)?;
        }
        for wall in &self.walls {
            if let Some(TestPattern::Flash(pace)) = wall.pattern {
                flash_ok(pace.period, pace.on)?;
            }
        }
        let windows = (self.walls.iter().filter_map(|w| w.window))
            .chain(self.cameras.iter().filter_map(|c| c.window));
        for window in windows {
            window_ok(&window)?;
        }
        for key in self.cameras.iter().filter_map(|c| c.key.flatten()) {
            key_ok(&key)?;
        }
        for (nth, card) in self.cards.iter().enumerate() {
            let before = self.cards.get(..nth).unwrap_or(&[]);
            let twice = before.iter().any(|c| c.name == card.name);
            if card.name.trim().is_empty() || card.name.len() > NAME_BYTES_MAX || twice {
                let name = card.name.clone();
                return Err(OverrideError::BadName { name });
            }
            card_ok(card, stage)?;
        }
        Ok(())
    }
}

fn flash_ok(period: Nanos, on: Nanos) -> Result<(), OverrideError> {
    // Down to two pictures of 480 a second, up to a minute.
    ranged("flash period", period.0 as f64 * 1e-9, 0.004..=60.0)?;
    ranged("flash length", on.0 as f64, 1.0..=period.0 as f64)
}

fn window_ok(window: &ColorWindow) -> Result<(), OverrideError> {
    for (what, triple, range) in [
        ("window gain", window.gain, 0.0..=CARD_GAIN_MAX),
        ("window offset", window.offset, -1.0..=1.0),
        ("window gamma", window.gamma, 0.1..=10.0),
    ] {
        for part in triple.to_array() {
            ranged(what, part, range.clone())?;
        }
    }
    ranged("window saturation", window.saturation, 0.0..=4.0)
}

fn key_ok(key: &ChromaKey) -> Result<(), OverrideError> {
    for part in key.color {
        ranged("key color", part, 0.0..=1.0)?;
    }
    let Some(markers) = key.markers else {
        return Ok(());
    };
    for part in markers.color {
        ranged("marker color", part, 0.0..=1.0)?;
    }
    ranged("marker size", markers.size_m, 0.001..=10.0)?;
    ranged("marker spacing", markers.spacing_m, 0.01..=50.0)
}

fn card_ok(card: &LightCard, stage: &Stage) -> Result<(), OverrideError> {
    match card.place {
        CardPlace::Wall { wall, uv, size_m } => {
            within("wall", wall, stage.walls().len())?;
            for part in uv {
                ranged("card uv", part, -1.0..=2.0)?;
            }
            for side in size_m {
                ranged("card size", side, 0.001..=WALL_LENGTH_MAX_M)?;
            }
        }
        CardPlace::Direction {
            azimuth_rad,
            elevation_rad,
            size_rad,
        } => {
            ranged("card azimuth", azimuth_rad, -2.0 * PI..=2.0 * PI)?;
            ranged("card elevation", elevation_rad, -PI / 2.0..=PI / 2.0)?;
            for side in size_rad {
                ranged("card size", side, 0.001..=PI - 0.01)?;
            }
        }
    }
    ranged("card roll", card.roll_rad, -2.0 * PI..=2.0 * PI)?;
    for part in card.color {
        ranged("card color", part, 0.0..=CARD_GAIN_MAX)?;
    }
    ranged("card gain", card.gain, 0.0..=CARD_GAIN_MAX)?;
    ranged("card opacity", card.opacity, 0.0..=1.0)?;
    ranged("card feather", card.feather, 0.0..=1.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FlashPace;

    fn stage() -> Stage {
        Stage::from_toml(
            "name = \"x\"\n[[wall]]\nname = \"w\"\nkind = \"plane\"\nposition_m = [0, 0, -3]\n\
             width_m = 2\nheight_m = 1\ncabinets = [2, 1]\ncabinet_px = [2, 2]\ncanvas_px = [0, 0]\n",
        )
        .unwrap()
    }

    #[test]
    fn the_default_changes_nothing() {
        let none = StageOverride::default();
        none.check(&stage()).unwrap();
        let inner = InnerFrustum {
            frozen: true,
            exposure_ev: -1.0,
            ..InnerFrustum::default()
        };
        assert_eq!(none.camera(3).over(inner), inner);
        assert_eq!(none.wall(7), WallOverride::default());
    }

    #[test]
    fn entries_are_made_for_the_walls_there_are() {
        let mut over = StageOverride::default();
        over.wall_mut(&stage(), 0).unwrap().blackout = true;
        assert!(over.wall_mut(&stage(), 1).is_none());
        assert!(over.camera_mut(&stage(), 0).is_none());
        over.check(&stage()).unwrap();
        assert!(over.wall(0).blackout);
    }

    #[test]
    fn what_cannot_be_is_refused_by_name() {
        let card = LightCard {
            name: "key".to_owned(),
            ..LightCard::default()
        };
        let with = |card: LightCard| StageOverride {
            cards: vec![card],
            ..StageOverride::default()
        };
        with(card.clone()).check(&stage()).unwrap();
        let refused = |over: &StageOverride| over.check(&stage()).unwrap_err().to_string();
        let loud = LightCard {
            gain: f64::NAN,
            ..card.clone()
        };
        assert!(refused(&with(loud)).starts_with("card gain must be"));
        let nowhere = LightCard {
            place: CardPlace::Wall {
                wall: 1,
                uv: [0.5; 2],
                size_m: [1.0; 2],
            },
            ..card.clone()
        };
        assert_eq!(
            refused(&with(nowhere)),
            "there is no wall number 1: the stage has 1"
        );
        let twice = StageOverride {
            cards: vec![card.clone(), card.clone()],
            ..StageOverride::default()
        };
        assert!(refused(&twice).contains("used twice"));
        let many = (0..=LIGHT_CARDS_MAX).map(|n| LightCard {
            name: n.to_string(),
            ..card.clone()
        });
        let many = StageOverride {
            cards: many.collect(),
            ..StageOverride::default()
        };
        assert!(refused(&many).contains("light card"));
        let fast = StageOverride {
            walls: vec![WallOverride {
                pattern: Some(TestPattern::Flash(FlashPace {
                    period: Nanos(0),
                    on: Nanos(1),
                })),
                ..WallOverride::default()
            }],
            ..StageOverride::default()
        };
        assert!(refused(&fast).starts_with("flash period"));
    }
}
