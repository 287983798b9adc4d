//! A picture as large as its place allows, in its own proportions.

use crate::RgbaPicture;
use crate::look::SOFT;
use egui::{Color32, ColorImage, Rect, Sense, TextureHandle, TextureOptions, Ui, Vec2, pos2};

/// A picture with its texture.
#[derive(Default)]
pub struct PicturePane {
    texture: Option<TextureHandle>,
}

impl PicturePane {
    /// Uploads a new picture; one that is not whole is ignored.
    pub fn update(&mut self, ctx: &egui::Context, name: &str, picture: &RgbaPicture) {
        if !picture.is_whole() {
            return;
        }
        let size = [picture.width_px as usize, picture.height_px as usize];
        let image = ColorImage::from_rgba_unmultiplied(size, &picture.rgba);
        match &mut self.texture {
            Some(texture) => texture.set(image, TextureOptions::LINEAR),
            None => self.texture = Some(ctx.load_texture(name, image, TextureOptions::LINEAR)),
        }
    }

    /// Draws the picture in the given place, with a caption beneath; `waiting` stands there until one has come.
    pub fn show(&self, ui: &mut Ui, place: Vec2, caption: &str, waiting: &str) {
        ui.vertical(|ui| {
            let caption_height = 24.0;
            let room = Vec2::new(place.x, (place.y - caption_height).max(10.0));
            let (rect, _) = ui.allocate_exact_size(room, Sense::hover());
            let painter = ui.painter_at(rect);
            match &self.texture {
                Some(texture) => {
                    let size = texture.size_vec2();
                    let scale = (room.x / size.x).min(room.y / size.y);
                    let shown = Rect::from_center_size(rect.center(), size * scale);
                    let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
                    painter.image(texture.id(), shown, whole, Color32::WHITE);
                }
                None => {
                    painter.rect_filled(rect, 4.0, Color32::from_rgb(20, 25, 32));
                    let font = egui::FontId::proportional(18.0);
                    painter.text(
                        rect.center(),
                        egui::Align2::CENTER_CENTER,
                        waiting,
                        font,
                        SOFT,
                    );
                }
            }
            ui.label(egui::RichText::new(caption).color(SOFT).size(14.0));
        });
    }
}
