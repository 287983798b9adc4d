//! Names that people gave, with characters that no font here has.
//!
//! Our own font has the characters of our texts; names may have any. The system's fonts stand in where there are some.
//! What still has no glyph is shown by its number, `[821E]`: two names that differ must not look the same, as they
//! would with boxes. That it happened is remembered for the frame, so that the panel can say what helps.

use egui::{Context, FontId, Id, Ui};
use std::borrow::Cow;

/// Whether something in this frame could not be shown as it is.
fn mark() -> Id {
    Id::unique("panel-illegible")
}

/// The text as it can be drawn.
pub fn legible<'t>(ui: &Ui, text: &'t str) -> Cow<'t, str> {
    // Every font here has these; most texts end here.
    if text.bytes().all(|b| b.is_ascii_graphic() || b == b' ') {
        return Cow::Borrowed(text);
    }
    // Our font's curly quotes are as wide as a Chinese character; among Latin letters they tear a line apart.
    let is_latin = !text.chars().any(|c| c > '\u{2FFF}');
    if is_latin && text.contains(['“', '”', '‘', '’']) {
        let straight = text.replace(['“', '”'], "\"").replace(['‘', '’'], "'");
        return Cow::Owned(legible(ui, &straight).into_owned());
    }
    let font = FontId::proportional(16.0);
    let lacks = |c: char| c.is_control() || !ui.ctx().fonts_mut(|fonts| fonts.has_glyph(&font, c));
    let shown = substituted(text, lacks);
    if matches!(shown, Cow::Owned(_)) {
        ui.ctx().data_mut(|data| data.insert_temp(mark(), true));
    }
    shown
}

/// Whether a name of this frame was not legible; asked once a frame, it begins anew.
pub fn was_illegible(ctx: &Context) -> bool {
    ctx.data_mut(|data| data.remove_temp::<bool>(mark()))
        .is_some()
}

fn substituted(text: &str, lacks: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.chars().any(&lacks) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() * 2);
    for c in text.chars() {
        if lacks(c) {
            shown.push_str(&format!("[{:X}]", u32::from(c)));
        } else {
            shown.push(c);
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_without_a_glyph_is_shown_by_its_number() {
        let lacks = |c: char| c == '舞' || c == '\u{7}';
        assert_eq!(substituted("主舞台", lacks), "主[821E]台");
        assert_eq!(substituted("a\u{7}b", lacks), "a[7]b");
        assert!(matches!(substituted("台", lacks), Cow::Borrowed(_)));
    }
}
