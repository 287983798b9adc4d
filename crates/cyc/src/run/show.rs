//! What the operator has done to the picture: a plain value that lies over the stage, and that an undo brings back.

use super::refusal::{Kind, Refusal, place_of};
use cyc_control::{CameraDocument, Command, LightCardDocument, Pattern, ShowDocument};
use cyc_stage::{
    CameraOverride, CardPlace, ChromaKey, FlashPace, LIGHT_CARDS_MAX, LightCard, Stage,
    StageOverride, TestPattern, WallOverride,
};

/// The colour of a key that the stage file does not name: the green of painted walls, linear light.
const GREEN: [f64; 3] = [0.0, 0.5, 0.06];

/// What the operator has done to the picture.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Show {
    /// What lies over the stage.
    pub over: StageOverride,
    /// The camera that is on air, by its place in the stage.
    pub on_air: usize,
}

impl Show {
    /// Nothing is done; on air is the camera that lies on top.
    pub fn new(stage: &Stage) -> Self {
        let on_top = stage.cameras().iter().enumerate();
        let on_top = on_top.max_by_key(|(i, c)| (c.inner.priority, usize::MAX - i));
        Self {
            over: StageOverride::of(stage),
            on_air: on_top.map_or(0, |(i, _)| i),
        }
    }

    /// The same on another stage: walls and cameras of the same name are as they were.
    pub fn moved(&self, before: &Stage, after: &Stage) -> Self {
        let mut next = Self::new(after);
        let wall = |name: &str| before.walls().iter().position(|w| w.name() == name);
        let camera = |name: &str| before.cameras().iter().position(|c| c.name == name);
        for (i, w) in after.walls().iter().enumerate() {
            if let Some(old) = wall(w.name())
                && let Some(place) = next.over.wall_mut(after, i)
            {
                *place = self.over.wall(old);
            }
        }
        for (i, c) in after.cameras().iter().enumerate() {
            let Some(old) = camera(&c.name) else { continue };
            if old == self.on_air {
                next.on_air = i;
            }
            if let Some(place) = next.over.camera_mut(after, i) {
                *place = self.over.camera(old);
            }
        }
        next.over.cards = moved_cards(&self.over.cards, before, after);
        next.over.exposure_ev = self.over.exposure_ev;
        next
    }

    /// Does a command that is about the picture. The result is checked: what cannot be is refused whole.
    pub fn apply(&mut self, stage: &Stage, command: &Command) -> Result<(), Refusal> {
        let mut next = self.clone();
        next.change(stage, command)?;
        next.over.check(stage).map_err(|e| Refusal::Other {
            key: e.key(),
            args: e.args(),
        })?;
        *self = next;
        Ok(())
    }

    fn change(&mut self, stage: &Stage, command: &Command) -> Result<(), Refusal> {
        match command {
            Command::Freeze { on } => self.each_wall(stage, None, |w| w.frozen = *on),
            Command::Blackout { on } => self.each_wall(stage, None, |w| w.blackout = *on),
            Command::TestPattern { wall, pattern } => {
                let pattern = pattern_of(*pattern);
                self.each_wall(stage, wall.as_deref(), |w| w.pattern = pattern)
            }
            Command::InnerFrustum { camera, on } => {
                self.camera(stage, camera, |c| c.inner_on = Some(*on))
            }
            Command::InnerFreeze { camera, on } => {
                self.camera(stage, camera, |c| c.frozen = Some(*on))
            }
            Command::CameraPriority { camera, priority } => {
                self.camera(stage, camera, |c| c.priority = Some(*priority))
            }
            Command::ChromaKey { camera, on } => {
                let at = camera_at(stage, camera)?;
                let own = stage.cameras().get(at).and_then(|c| c.inner.key);
                let key = own.unwrap_or(ChromaKey {
                    color: GREEN,
                    markers: None,
                });
                self.camera(stage, camera, |c| c.key = Some(on.then_some(key)))
            }
            Command::CameraCut { camera } => {
                self.on_air = camera_at(stage, camera)?;
                for (i, camera) in stage.cameras().iter().enumerate() {
                    let top = if i == self.on_air {
                        Some(u8::MAX)
                    } else {
                        None
                    };
                    self.camera(stage, &camera.name, |c| c.priority = top)?;
                }
                Ok(())
            }
            Command::Exposure { stops } => {
                self.over.exposure_ev = *stops;
                Ok(())
            }
            Command::LightCard { .. } => self.card(stage, command),
            Command::LightCardRemove { card } => {
                let names = self.over.cards.iter().map(|c| c.name.as_str());
                let at = place_of(Kind::Card, card, names)?;
                self.over.cards.remove(at);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn each_wall(
        &mut self,
        stage: &Stage,
        only: Option<&str>,
        mut change: impl FnMut(&mut WallOverride),
    ) -> Result<(), Refusal> {
        let names = stage.walls().iter().map(|w| w.name());
        let walls = match only {
            Some(name) => {
                let at = place_of(Kind::Wall, name, names)?;
                at..at + 1
            }
            None => 0..stage.walls().len(),
        };
        for at in walls {
            self.over.wall_mut(stage, at).map(&mut change);
        }
        Ok(())
    }

    fn camera(
        &mut self,
        stage: &Stage,
        name: &str,
        change: impl FnOnce(&mut CameraOverride),
    ) -> Result<(), Refusal> {
        let at = camera_at(stage, name)?;
        self.over.camera_mut(stage, at).map(change);
        Ok(())
    }

    fn card(&mut self, stage: &Stage, command: &Command) -> Result<(), Refusal> {
        let Command::LightCard {
            card,
            on,
            gain,
            azimuth_deg,
            elevation_deg,
            size_deg,
            color,
        } = command
        else {
            return Ok(());
        };
        let cards = &mut self.over.cards;
        let at = match cards.iter().position(|c| c.name == *card) {
            Some(at) => at,
            None if cards.len() >= LIGHT_CARDS_MAX => {
                return Err(Refusal::TooManyCards {
                    limit: LIGHT_CARDS_MAX,
                });
            }
            None => {
                cards.push(LightCard {
                    name: card.clone(),
                    ..LightCard::default()
                });
                cards.len() - 1
            }
        };
        let Some(card) = cards.get_mut(at) else {
            return Ok(());
        };
        card.on = on.unwrap_or(card.on);
        card.gain = gain.unwrap_or(card.gain);
        card.color = color.unwrap_or(card.color);
        let placed = [azimuth_deg, elevation_deg].iter().any(|a| a.is_some());
        if !placed && size_deg.is_none() {
            return Ok(());
        }
        let [azimuth, elevation, width, height] = direction_deg(stage, card);
        card.place = CardPlace::Direction {
            azimuth_rad: azimuth_deg.unwrap_or(azimuth).to_radians(),
            elevation_rad: elevation_deg.unwrap_or(elevation).to_radians(),
            size_rad: size_deg.unwrap_or([width, height]).map(f64::to_radians),
        };
        Ok(())
    }

    /// The document's part about all walls.
    pub fn document(&self, stage: &Stage) -> ShowDocument {
        let walls = &self.over.walls;
        let all = |is: fn(&WallOverride) -> bool| !walls.is_empty() && walls.iter().all(is);
        let card = |card: &LightCard| {
            let [azimuth_deg, elevation_deg, width, height] = direction_deg(stage, card);
            LightCardDocument {
                name: card.name.clone(),
                on: card.on,
                gain: card.gain,
                azimuth_deg,
                elevation_deg,
                size_deg: [width, height],
                color: card.color,
            }
        };
        ShowDocument {
            frozen: all(|w| w.frozen),
            blackout: all(|w| w.blackout),
            exposure_stops: self.over.exposure_ev,
            light_cards: self.over.cards.iter().map(card).collect(),
        }
    }

    /// Fills in how a camera's inner frustum is shown.
    pub fn describe_camera(&self, stage: &Stage, at: usize, document: &mut CameraDocument) {
        let Some(camera) = stage.cameras().get(at) else {
            return;
        };
        let inner = self.over.camera(at).over(camera.inner);
        document.on_air = at == self.on_air;
        document.inner = inner.on;
        document.frozen = inner.frozen;
        document.chroma_key = inner.key.is_some();
        document.priority = inner.priority;
    }

    /// The pattern on a wall.
    pub fn pattern_on(&self, wall: usize) -> Pattern {
        match self.over.wall(wall).pattern {
            None => Pattern::Off,
            Some(TestPattern::Grid) => Pattern::Grid,
            Some(TestPattern::Ids) => Pattern::Ids,
            Some(TestPattern::Ramps) => Pattern::Ramps,
            Some(TestPattern::Flash(_)) => Pattern::Flash,
            Some(TestPattern::Alignment) => Pattern::Alignment,
            Some(TestPattern::Markers) => Pattern::Markers,
        }
    }
}

/// Light cards on another stage: those of the file are the new file's, where nobody has changed or removed them; those that
/// somebody changed or added stay as they are, as long as their wall is there.
fn moved_cards(cards: &[LightCard], before: &Stage, after: &Stage) -> Vec<LightCard> {
    let named = |list: &[LightCard], name: &str| list.iter().find(|c| c.name == name).cloned();
    let of_file = |card: &LightCard| named(before.light_cards(), &card.name);
    let is_removed = |card: &&LightCard| {
        of_file(card).as_ref() == Some(card) && named(cards, &card.name).is_none()
    };
    let own = cards
        .iter()
        .filter(|card| of_file(card).as_ref() != Some(card));
    let own: Vec<LightCard> = own
        .filter_map(|card| moved_card(card, before, after))
        .collect();
    let fresh = after.light_cards().iter().filter(|card| !is_removed(card));
    let fresh = fresh.map(|card| named(&own, &card.name).unwrap_or_else(|| card.clone()));
    let mut next: Vec<LightCard> = fresh.collect();
    for card in own {
        if named(&next, &card.name).is_none() && next.len() < LIGHT_CARDS_MAX {
            next.push(card);
        }
    }
    next
}

fn moved_card(card: &LightCard, before: &Stage, after: &Stage) -> Option<LightCard> {
    let CardPlace::Wall { wall, uv, size_m } = card.place else {
        return Some(card.clone());
    };
    let name = before.walls().get(wall)?.name();
    let wall = after.walls().iter().position(|w| w.name() == name)?;
    Some(LightCard {
        place: CardPlace::Wall { wall, uv, size_m },
        ..card.clone()
    })
}

fn camera_at(stage: &Stage, name: &str) -> Result<usize, Refusal> {
    let names = stage.cameras().iter().map(|c| c.name.as_str());
    place_of(Kind::Camera, name, names)
}

fn pattern_of(pattern: Pattern) -> Option<TestPattern> {
    Some(match pattern {
        Pattern::Off => return None,
        Pattern::Grid => TestPattern::Grid,
        Pattern::Ids => TestPattern::Ids,
        Pattern::Ramps => TestPattern::Ramps,
        Pattern::Flash => TestPattern::Flash(FlashPace::default()),
        Pattern::Alignment => TestPattern::Alignment,
        Pattern::Markers => TestPattern::Markers,
    })
}

/// Azimuth, elevation, width and height of a card, degrees; of one on a wall, as the outer view's eye sees it there.
fn direction_deg(stage: &Stage, card: &LightCard) -> [f64; 4] {
    let (wall, uv, size_m) = match card.place {
        CardPlace::Direction {
            azimuth_rad,
            elevation_rad,
            size_rad: [width, height],
        } => return [azimuth_rad, elevation_rad, width, height].map(f64::to_degrees),
        CardPlace::Wall { wall, uv, size_m } => (wall, uv, size_m),
    };
    let Some(wall) = stage.walls().get(wall) else {
        return [0.0; 4];
    };
    let seen = wall.point_of_st(uv.into()).metres() - stage.outer_eye().metres();
    let distance = seen.length().max(1e-3);
    let [width, height] = size_m.map(|side| 2.0 * (side / 2.0 / distance).atan());
    let azimuth = seen.x.atan2(-seen.z);
    let elevation = (seen.y / distance).clamp(-1.0, 1.0).asin();
    [azimuth, elevation, width, height].map(f64::to_degrees)
}
