//! Colours and fonts: readable across a dark room, Chinese included.

use cyc_control::Mood;
use egui::{
    Color32, FontData, FontDefinitions, FontFamily, Painter, Pos2, Rect, Shape, Stroke, Vec2,
    Visuals,
};
use std::sync::Arc;

/// The room around the pictures.
pub const BACKGROUND: Color32 = Color32::from_rgb(13, 16, 21);
/// Labels.
pub const SOFT: Color32 = Color32::from_rgb(143, 160, 179);
/// Values.
pub const STRONG: Color32 = Color32::from_rgb(232, 238, 245);

/// Fields that hold something.
pub const FIELD: Color32 = Color32::from_rgb(20, 25, 32);
/// Buttons.
pub const BUTTON: Color32 = Color32::from_rgb(38, 47, 58);
/// Borders and lines between fields.
pub const LINE: Color32 = Color32::from_rgb(52, 63, 76);
/// What has the keyboard, and what is chosen.
pub const FOCUS: Color32 = Color32::from_rgb(104, 178, 255);

/// The light of a mood. Its shape differs too (see [`mood_shape`]), for people who do not tell red from green.
pub fn mood_color(mood: Mood) -> Color32 {
    match mood {
        Mood::Off => Color32::from_rgb(125, 139, 155),
        Mood::Good => Color32::from_rgb(76, 195, 138),
        Mood::Amber => Color32::from_rgb(242, 184, 75),
        Mood::Red => Color32::from_rgb(240, 97, 109),
    }
}

/// Draws a mood's shape: a ring for what is not in use, a disc, a triangle, and a square with a bar through it.
pub fn mood_shape(painter: &Painter, center: Pos2, radius: f32, mood: Mood) {
    let color = mood_color(mood);
    match mood {
        Mood::Off => {
            let stroke = Stroke::new((radius * 0.22).max(1.5), color);
            painter.circle_stroke(center, radius * 0.75, stroke);
        }
        Mood::Good => {
            painter.circle_filled(center, radius * 0.9, color);
        }
        Mood::Amber => {
            let corner = |x: f32, y: f32| center + Vec2::new(x, y) * radius;
            let corners = vec![corner(0.0, -1.0), corner(1.05, 0.85), corner(-1.05, 0.85)];
            painter.add(Shape::convex_polygon(corners, color, Stroke::NONE));
        }
        Mood::Red => {
            let square = Rect::from_center_size(center, Vec2::splat(radius * 1.8));
            painter.rect_filled(square, radius * 0.15, color);
            let bar = Vec2::new(radius * 1.2, radius * 0.36);
            painter.rect_filled(Rect::from_center_size(center, bar), 0.0, BACKGROUND);
        }
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
        // Latin and Chinese of one weight; figures in columns and timecode keep egui's own fixed width.
        let fonts = fonts.families.entry(family.clone()).or_default();
        let at = usize::from(family == FontFamily::Monospace);
        fonts.insert(at.min(fonts.len()), "cyclorama".to_owned());
    }
    ctx.set_fonts(fonts);
    let mut visuals = Visuals::dark();
    visuals.panel_fill = BACKGROUND;
    visuals.window_fill = BACKGROUND;
    visuals.override_text_color = Some(STRONG);
    visuals.extreme_bg_color = Color32::from_rgb(8, 10, 14);
    visuals.selection.bg_fill = Color32::from_rgb(38, 84, 130);
    visuals.selection.stroke = Stroke::new(2.0, FOCUS);
    ctx.set_visuals(visuals);
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Contrast by WCAG 2.2, section 1.4.3, from its own formula: 1 to 21.
    fn contrast(a: Color32, b: Color32) -> f64 {
        let linear = |byte: u8| {
            let v = f64::from(byte) / 255.0;
            if v <= 0.040_45 {
                v / 12.92
            } else {
                ((v + 0.055) / 1.055).powf(2.4)
            }
        };
        let light =
            |c: Color32| 0.2126 * linear(c.r()) + 0.7152 * linear(c.g()) + 0.0722 * linear(c.b());
        let (brighter, darker) = (light(a).max(light(b)), light(a).min(light(b)));
        (brighter + 0.05) / (darker + 0.05)
    }

    #[test]
    fn every_text_is_told_from_what_is_behind_it() {
        assert!((contrast(Color32::WHITE, Color32::BLACK) - 21.0).abs() < 1e-9);
        let moods = [Mood::Off, Mood::Good, Mood::Amber, Mood::Red].map(mood_color);
        for behind in [BACKGROUND, FIELD, BUTTON] {
            for ink in [STRONG, SOFT] {
                assert!(contrast(ink, behind) >= 4.5, "{ink:?} on {behind:?}");
            }
        }
        for color in moods.into_iter().chain([FOCUS]) {
            assert!(contrast(color, FIELD) >= 4.5, "{color:?} as a text");
            assert!(
                contrast(BACKGROUND, color) >= 4.5,
                "dark on a lit {color:?}"
            );
        }
    }
}
