//! The live figures: one line each, a light before it that tells how it is doing by colour and by shape.

use crate::look::{SOFT, STRONG, mood_shape};
use crate::{LiveFigure, Mood};
use egui::{RichText, Sense, Ui, Vec2};

/// Draws the figures.
pub fn show(ui: &mut Ui, heading: &str, figures: &[LiveFigure]) {
    ui.add_space(6.0);
    ui.label(RichText::new(heading).size(20.0).strong());
    ui.add_space(8.0);
    egui::ScrollArea::vertical()
        .auto_shrink([false; 2])
        .show(ui, |ui| {
            for figure in figures {
                ui.horizontal(|ui| {
                    light(ui, figure.mood);
                    ui.vertical(|ui| {
                        ui.label(RichText::new(&figure.label).size(14.0).color(SOFT));
                        ui.label(RichText::new(&figure.value).size(19.0).color(STRONG));
                    });
                });
                ui.add_space(6.0);
            }
        });
}

fn light(ui: &mut Ui, mood: Mood) {
    let (rect, _) = ui.allocate_exact_size(Vec2::splat(18.0), Sense::hover());
    mood_shape(ui.painter(), rect.center(), 7.0, mood.into());
}
