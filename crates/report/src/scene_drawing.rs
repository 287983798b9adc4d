//! A flat view of things in space as SVG: bones as lines, markers as dots, both axes in the same scale.

use crate::escape::escape;
use crate::style::SERIES;
use std::fmt::Write as _;

/// Lines and dots of one kind.
#[derive(Clone, Debug, Default)]
pub struct Layer {
    /// Its name in the legend; without one it is not listed.
    pub name: String,
    /// From and to, right and up.
    pub lines: Vec<[(f64, f64); 2]>,
    /// Places, right and up.
    pub dots: Vec<(f64, f64)>,
    /// Dots are rings.
    pub hollow: bool,
}

/// Layers over each other, the first at the back. A number that is not finite leaves its line or dot out.
#[derive(Clone, Debug, Default)]
pub struct SceneDrawing {
    /// Title above the drawing.
    pub title: String,
    /// The layers.
    pub layers: Vec<Layer>,
    /// The height of the floor, drawn as a line.
    pub floor: Option<f64>,
}

const WIDTH: f64 = 580.0;
const HEIGHT: f64 = 620.0;
const TOP: f64 = 64.0;
const MARGIN: f64 = 24.0;

impl SceneDrawing {
    /// Draws the scene as large as it fits.
    pub fn to_svg(&self) -> String {
        let to_page = self.view();
        let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">\n");
        let _ = writeln!(
            svg,
            "<text class=\"name\" x=\"14\" y=\"22\">{}</text>",
            escape(&self.title)
        );
        if let Some(floor) = self.floor.filter(|f| f.is_finite()) {
            let (_, y) = to_page((0.0, floor));
            let _ = writeln!(
                svg,
                "<line class=\"grid\" x1=\"{MARGIN}\" x2=\"{}\" y1=\"{y:.1}\" y2=\"{y:.1}\" />",
                WIDTH - MARGIN
            );
        }
        let mut legend_x = 14.0;
        for (i, layer) in self.layers.iter().enumerate() {
            let color = SERIES[i % SERIES.len()];
            draw(&mut svg, layer, color, &to_page);
            if !layer.name.is_empty() {
                let _ = writeln!(
                    svg,
                    "<circle cx=\"{:.1}\" cy=\"38\" r=\"4\" fill=\"{color}\" /><text x=\"{:.1}\" y=\"42\">{}</text>",
                    legend_x + 4.0,
                    legend_x + 14.0,
                    escape(&layer.name)
                );
                legend_x += 180.0;
            }
        }
        svg.push_str("</svg>\n");
        svg
    }

    /// From the scene to the page: the whole scene fits, its middle in the middle.
    fn view(&self) -> impl Fn((f64, f64)) -> (f64, f64) + use<> {
        let lines = self.layers.iter().flat_map(|l| l.lines.iter().flatten());
        let dots = self.layers.iter().flat_map(|l| &l.dots);
        let (mut low, mut high) = (
            (f64::INFINITY, f64::INFINITY),
            (f64::NEG_INFINITY, f64::NEG_INFINITY),
        );
        for p in lines.chain(dots).filter(|p| finite(p)) {
            low = (low.0.min(p.0), low.1.min(p.1));
            high = (high.0.max(p.0), high.1.max(p.1));
        }
        let empty = low.0 > high.0;
        let (low, high) = if empty {
            ((0.0, 0.0), (1.0, 1.0))
        } else {
            (low, high)
        };
        let (w, h) = (WIDTH - 2.0 * MARGIN, HEIGHT - TOP - MARGIN);
        let scale = (w / (high.0 - low.0).max(1e-9)).min(h / (high.1 - low.1).max(1e-9));
        let middle = ((low.0 + high.0) / 2.0, (low.1 + high.1) / 2.0);
        move |p| {
            (
                WIDTH / 2.0 + (p.0 - middle.0) * scale,
                TOP + h / 2.0 - (p.1 - middle.1) * scale,
            )
        }
    }
}

fn finite(p: &(f64, f64)) -> bool {
    p.0.is_finite() && p.1.is_finite()
}

fn draw(svg: &mut String, layer: &Layer, color: &str, to_page: &impl Fn((f64, f64)) -> (f64, f64)) {
    for [a, b] in layer.lines.iter().filter(|l| l.iter().all(finite)) {
        let ((x1, y1), (x2, y2)) = (to_page(*a), to_page(*b));
        let _ = writeln!(
            svg,
            "<line x1=\"{x1:.1}\" y1=\"{y1:.1}\" x2=\"{x2:.1}\" y2=\"{y2:.1}\" stroke=\"{color}\" stroke-width=\"2.5\" stroke-linecap=\"round\" />"
        );
    }
    let look = if layer.hollow {
        format!("fill=\"none\" stroke=\"{color}\" stroke-width=\"1.2\" r=\"5\"")
    } else {
        format!("fill=\"{color}\" r=\"3\"")
    };
    for (x, y) in layer.dots.iter().filter(|p| finite(p)).map(|p| to_page(*p)) {
        let _ = writeln!(svg, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" {look} />");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_lies_on_the_page_in_one_scale() {
        let layer = Layer {
            dots: vec![(0.0, 0.0), (4.0, 0.0), (0.0, 4.0), (f64::NAN, 1.0)],
            ..Layer::default()
        };
        let drawing = SceneDrawing {
            layers: vec![layer],
            ..SceneDrawing::default()
        };
        let page = drawing.view();
        let (a, b, c) = (page((0.0, 0.0)), page((4.0, 0.0)), page((0.0, 4.0)));
        assert!((b.0 - a.0 - (a.1 - c.1)).abs() < 1e-9 && b.0 > a.0 && c.1 < a.1);
        for (x, y) in [a, b, c] {
            assert!((0.0..=WIDTH).contains(&x) && (TOP..=HEIGHT).contains(&y));
        }
        assert_eq!(drawing.to_svg().matches("<circle").count(), 3);
    }

    #[test]
    fn nothing_is_a_drawing_too() {
        let svg = SceneDrawing::default().to_svg();
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }
}
