//! The live figures: one line each, a light before it that tells how it is doing by colour and by shape.

use crate::look::{SOFT, STRONG, mood_color};
use crate::{LiveFigure, Mood};
use egui::{RichText, Sense, Stroke, Ui, Vec2};

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
    let (painter, center, color) = (ui.painter(), rect.center(), mood_color(mood));
    match mood {
        Mood::Good => painter.circle_filled(center, 6.0, color),
        Mood::Amber => painter.circle_stroke(center, 5.0, Stroke::new(3.0, color)),
        Mood::Red => painter.rect_filled(rect.shrink(2.0), 1.0, color),
    };
}
