//! Colours and fonts: readable across a dark room, Chinese included.

use crate::Mood;
use egui::{Color32, FontData, FontDefinitions, FontFamily, Visuals};
use std::sync::Arc;

/// The room around the pictures.
pub const BACKGROUND: Color32 = Color32::from_rgb(13, 16, 21);
/// Labels.
pub const SOFT: Color32 = Color32::from_rgb(143, 160, 179);
/// Values.
pub const STRONG: Color32 = Color32::from_rgb(232, 238, 245);

/// The light of a mood. Shape differs too (see the figures), for people who do not tell red from green.
pub fn mood_color(mood: Mood) -> Color32 {
    match mood {
        Mood::Good => Color32::from_rgb(76, 195, 138),
        Mood::Amber => Color32::from_rgb(242, 184, 75),
        Mood::Red => Color32::from_rgb(240, 97, 109),
    }
}

/// Sets colours, sizes and the font that has every glyph of our texts.
pub fn apply(ctx: &egui::Context, font: &'static [u8]) {
    let mut fonts = FontDefinitions::default();
    fonts.font_data.insert(
        "cyclorama".to_owned(),
        Arc::new(FontData::from_static(font)),
    );
    for family in [FontFamily::Proportional, FontFamily::Monospace] {
        // Behind egui's own Latin font: the figures keep their shapes, Chinese comes from ours.
        fonts
            .families
            .entry(family)
            .or_default()
            .push("cyclorama".to_owned());
    }
    ctx.set_fonts(fonts);
    let mut visuals = Visuals::dark();
    visuals.panel_fill = BACKGROUND;
    visuals.window_fill = BACKGROUND;
    visuals.override_text_color = Some(STRONG);
    ctx.set_visuals(visuals);
}
