//! The keys of a stage's window: listens to them, shows what they mean, and tells what became of the last one.

use crate::look::{BACKGROUND, SOFT, STRONG, mood_color};
use crate::stage_keys::{KeyAnswer, KeyContext, StageKey};
use crate::wording::Wording;
use cyc_control::{Command, LogEntry, Mood};
use egui::{Align2, Color32, Context, Frame, Id, Key, Order, RichText, Stroke};

/// The keys of a stage's window.
pub struct WindowKeys {
    /// The texts.
    pub text: Box<dyn Wording>,
    /// Asked whenever a key is pressed, and several times a second.
    pub context: Box<dyn FnMut() -> KeyContext>,
    /// Given each command; must not wait.
    pub give: Box<dyn FnMut(Command)>,
}

/// For how long a word about a key stays, seconds.
const WORD_S: f64 = 4.0;

/// A word about the last key.
struct Word {
    text: String,
    mood: Mood,
    until_s: f64,
}

/// The keys with what is shown of them.
pub struct KeysPane {
    keys: WindowKeys,
    is_help_open: bool,
    word: Option<Word>,
    /// Number of the newest answered key command that has been told.
    told: u64,
}

impl KeysPane {
    /// The keys; what they came to earlier is not told again.
    pub fn new(mut keys: WindowKeys) -> Self {
        let newest = (keys.context)().newest;
        Self {
            keys,
            is_help_open: false,
            word: None,
            told: newest.map_or(0, |entry| entry.number),
        }
    }

    /// Listens to the keys of this frame and draws the words over the window.
    pub fn show(&mut self, ctx: &Context) {
        let now_s = ctx.input(|i| i.time);
        let context = (self.keys.context)();
        self.listen(ctx, &context, now_s);
        self.tell_newest(&context, now_s);
        if self.word.as_ref().is_some_and(|w| w.until_s < now_s) {
            self.word = None;
        }
        if let Some(word) = &self.word {
            overlay(ctx, "key-word", Align2::CENTER_BOTTOM, |ui| {
                ui.label(
                    RichText::new(&word.text)
                        .size(22.0)
                        .color(mood_color(word.mood)),
                );
            });
        }
        if self.is_help_open {
            self.help(ctx, &context);
        }
    }

    fn listen(&mut self, ctx: &Context, context: &KeyContext, now_s: f64) {
        let (shift, is_plain) = ctx.input(|i| {
            let held = i.modifiers;
            (held.shift, !held.ctrl && !held.alt && !held.command)
        });
        let pressed = |key: Key| ctx.input(|i| i.key_pressed(key));
        if pressed(Key::F1) || pressed(Key::Questionmark) {
            self.is_help_open = !self.is_help_open;
        }
        if pressed(Key::Escape) {
            self.is_help_open = false;
        }
        let stage_keys = StageKey::ALL.into_iter();
        for stage_key in stage_keys.filter(|k| is_plain && pressed(k.on_keyboard())) {
            match stage_key.pressed(shift, context) {
                KeyAnswer::Give(command) => (self.keys.give)(command),
                KeyAnswer::WantsShift(stage_key) => {
                    let arguments = [
                        ("key", stage_key.on_keyboard().name().to_owned()),
                        ("what", meaning(stage_key, self.keys.text.as_ref())),
                    ];
                    let text = self.keys.text.get("console-key-wants-shift", &arguments);
                    self.say(text, Mood::Amber, now_s);
                }
                KeyAnswer::NothingToDo(stage_key) => {
                    let key = match stage_key {
                        StageKey::ChromaKey => "console-key-no-camera",
                        _ => "console-key-no-take",
                    };
                    let text = self.keys.text.get(key, &[]);
                    self.say(text, Mood::Amber, now_s);
                }
            }
        }
    }

    fn tell_newest(&mut self, context: &KeyContext, now_s: f64) {
        let Some(entry) = context.newest.as_ref().filter(|e| e.number > self.told) else {
            return;
        };
        self.told = entry.number;
        let (text, mood) = outcome(entry, self.keys.text.as_ref());
        self.say(text, mood, now_s);
    }

    fn say(&mut self, text: String, mood: Mood, now_s: f64) {
        let until_s = now_s + WORD_S;
        self.word = Some(Word {
            text,
            mood,
            until_s,
        });
    }

    fn help(&self, ctx: &Context, context: &KeyContext) {
        let text = self.keys.text.as_ref();
        overlay(ctx, "key-help", Align2::CENTER_CENTER, |ui| {
            ui.label(RichText::new(text.get("console-key-title", &[])).size(24.0));
            ui.add_space(10.0);
            egui::Grid::new("keys")
                .num_columns(2)
                .spacing([24.0, 10.0])
                .show(ui, |ui| {
                    for stage_key in StageKey::ALL {
                        let name = stage_key.on_keyboard().name();
                        let wants_shift =
                            matches!(stage_key.pressed(false, context), KeyAnswer::WantsShift(_));
                        let name = if wants_shift {
                            format!("Shift + {name}")
                        } else {
                            name.to_owned()
                        };
                        ui.label(RichText::new(name).size(20.0).monospace().color(STRONG));
                        ui.label(RichText::new(meaning(stage_key, text)).size(20.0));
                        ui.end_row();
                    }
                });
            ui.add_space(10.0);
            ui.label(
                RichText::new(text.get("console-key-close", &[]))
                    .size(16.0)
                    .color(SOFT),
            );
        });
    }
}

fn meaning(stage_key: StageKey, text: &dyn Wording) -> String {
    let key = match stage_key {
        StageKey::Blackout => "console-key-blackout",
        StageKey::Freeze => "console-key-freeze",
        StageKey::Pattern => "console-key-pattern",
        StageKey::ChromaKey => "console-key-chroma-key",
        StageKey::Undo => "console-key-undo",
        StageKey::Take => "console-key-take",
    };
    text.get(key, &[])
}

fn outcome(entry: &LogEntry, text: &dyn Wording) -> (String, Mood) {
    match &entry.why_not {
        Some(why) if !entry.done => (text.language().of(why).to_owned(), Mood::Red),
        _ if entry.done => (text.get("console-key-done", &[]), Mood::Good),
        _ => (text.get("console-key-refused", &[]), Mood::Red),
    }
}

fn overlay(ctx: &Context, id: &str, at: Align2, inside: impl FnOnce(&mut egui::Ui)) {
    let away = if at == Align2::CENTER_BOTTOM {
        -28.0
    } else {
        0.0
    };
    egui::Area::new(Id::unique(id))
        .order(Order::Foreground)
        .anchor(at, [0.0, away])
        .interactable(false)
        .show(ctx, |ui| {
            Frame::new()
                .fill(BACKGROUND)
                .stroke(Stroke::new(1.0, Color32::from_rgb(70, 82, 96)))
                .corner_radius(6.0)
                .inner_margin(20.0)
                .show(ui, inside);
        });
}
