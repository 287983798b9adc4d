//! What the keys of a stage's window tell the stage.
//!
//! A key gives the same typed command as a button of the panel, so it is acknowledged and logged like one. Whatever the
//! audience would notice needs Shift: a keyboard on a stage is leaned on. Pure: what a key means depends on what the
//! stage says of itself, and is decided here without a window.

use cyc_control::{Command, LogEntry, Pattern, StageDocument, TakeState};
use egui::Key;

/// What the meaning of the keys depends on.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KeyContext {
    /// Every wall is black.
    pub blackout: bool,
    /// Every wall keeps its picture.
    pub frozen: bool,
    /// The test pattern on the first wall.
    pub pattern: Pattern,
    /// The camera on air, and whether its inner frustum is a chroma key.
    pub on_air: Option<(String, bool)>,
    /// How far the take is.
    pub take: TakeState,
    /// The newest command that came by a key.
    pub newest: Option<LogEntry>,
}

impl KeyContext {
    /// What a stage's document says about it.
    pub fn of(document: &StageDocument) -> Self {
        let on_air = document.cameras.iter().find(|camera| camera.on_air);
        let pattern = document.walls.first().map(|wall| wall.pattern.as_str());
        let known = Pattern::ALL.into_iter();
        Self {
            blackout: document.show.blackout,
            frozen: document.show.frozen,
            pattern: known
                .into_iter()
                .find(|p| Some(p.name()) == pattern)
                .unwrap_or_default(),
            on_air: on_air.map(|camera| (camera.name.clone(), camera.chroma_key)),
            take: document.take.state,
            newest: document.log.iter().rfind(|e| e.via == "key").cloned(),
        }
    }
}

/// The keys that tell the stage something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageKey {
    /// Every wall black, or not any more.
    Blackout,
    /// Every wall keeps its picture, or not any more.
    Freeze,
    /// The next test pattern on all walls.
    Pattern,
    /// The chroma key of the camera on air.
    ChromaKey,
    /// Take the last step back.
    Undo,
    /// Roll the armed take, or cut the rolling one.
    Take,
}

/// What a key press comes to.
#[derive(Clone, Debug, PartialEq)]
pub enum KeyAnswer {
    /// A command for the stage.
    Give(Command),
    /// Only with Shift: the audience or the recording would notice.
    WantsShift(StageKey),
    /// The stage has nothing that it could act on: no camera on air, no armed take.
    NothingToDo(StageKey),
}

impl StageKey {
    /// All of them, in the order of the help.
    pub const ALL: [Self; 6] = [
        Self::Blackout,
        Self::Freeze,
        Self::Pattern,
        Self::ChromaKey,
        Self::Undo,
        Self::Take,
    ];

    /// The key on the keyboard.
    pub fn on_keyboard(self) -> Key {
        match self {
            Self::Blackout => Key::B,
            Self::Freeze => Key::F,
            Self::Pattern => Key::T,
            Self::ChromaKey => Key::K,
            Self::Undo => Key::U,
            Self::Take => Key::R,
        }
    }

    /// Its meaning now, or `None` when the stage has nothing that it could act on.
    pub fn command(self, context: &KeyContext) -> Option<Command> {
        Some(match self {
            Self::Blackout => Command::Blackout {
                on: !context.blackout,
            },
            Self::Freeze => Command::Freeze {
                on: !context.frozen,
            },
            Self::Pattern => Command::TestPattern {
                wall: None,
                pattern: next(context.pattern),
            },
            Self::ChromaKey => {
                let (camera, on) = context.on_air.clone()?;
                Command::ChromaKey { camera, on: !on }
            }
            Self::Undo => Command::Undo {},
            Self::Take => match context.take {
                TakeState::Armed => Command::TakeRoll {},
                TakeState::Rolling => Command::TakeCut {},
                TakeState::Idle => return None,
            },
        })
    }

    /// What a press of it comes to.
    pub fn pressed(self, shift: bool, context: &KeyContext) -> KeyAnswer {
        match self.command(context) {
            None => KeyAnswer::NothingToDo(self),
            Some(command) if command.is_dangerous() && !shift => KeyAnswer::WantsShift(self),
            Some(command) => KeyAnswer::Give(command),
        }
    }
}

fn next(pattern: Pattern) -> Pattern {
    let at = Pattern::ALL.iter().position(|p| *p == pattern).unwrap_or(0);
    Pattern::ALL[(at + 1) % Pattern::ALL.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_control::{CameraDocument, WallDocument};

    fn document() -> StageDocument {
        StageDocument {
            cameras: ["A", "B"]
                .map(|name| CameraDocument {
                    name: name.into(),
                    on_air: name == "B",
                    ..CameraDocument::default()
                })
                .into(),
            walls: vec![WallDocument {
                name: "main".into(),
                pattern: "ids".into(),
                ..WallDocument::default()
            }],
            ..StageDocument::default()
        }
    }

    #[test]
    fn what_the_audience_would_notice_needs_shift_and_the_way_back_does_not() {
        let mut context = KeyContext::of(&document());
        let black = |on| KeyAnswer::Give(Command::Blackout { on });
        let wants = KeyAnswer::WantsShift(StageKey::Blackout);
        assert_eq!(StageKey::Blackout.pressed(false, &context), wants);
        assert_eq!(StageKey::Blackout.pressed(true, &context), black(true));
        context.blackout = true;
        assert_eq!(StageKey::Blackout.pressed(false, &context), black(false));
        context.take = TakeState::Rolling;
        let wants = KeyAnswer::WantsShift(StageKey::Take);
        assert_eq!(StageKey::Take.pressed(false, &context), wants);
        let cut = KeyAnswer::Give(Command::TakeCut {});
        assert_eq!(StageKey::Take.pressed(true, &context), cut);
    }

    #[test]
    fn keys_act_on_what_the_stage_has() {
        let mut context = KeyContext::of(&document());
        let key = KeyAnswer::Give(Command::ChromaKey {
            camera: "B".into(),
            on: true,
        });
        assert_eq!(StageKey::ChromaKey.pressed(false, &context), key);
        let pattern = |pattern| {
            KeyAnswer::Give(Command::TestPattern {
                wall: None,
                pattern,
            })
        };
        let after_ids = StageKey::Pattern.pressed(true, &context);
        assert_eq!(after_ids, pattern(Pattern::Ramps));
        context.pattern = Pattern::Markers;
        // Back to the show, without Shift.
        let after_last = StageKey::Pattern.pressed(false, &context);
        assert_eq!(after_last, pattern(Pattern::Off));
        let nothing = KeyAnswer::NothingToDo(StageKey::Take);
        assert_eq!(StageKey::Take.pressed(true, &context), nothing);
        context.take = TakeState::Armed;
        let roll = KeyAnswer::Give(Command::TakeRoll {});
        assert_eq!(StageKey::Take.pressed(false, &context), roll);
        let empty = KeyContext::default();
        let nothing = KeyAnswer::NothingToDo(StageKey::ChromaKey);
        assert_eq!(StageKey::ChromaKey.pressed(true, &empty), nothing);
    }
}
