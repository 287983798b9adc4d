//! Curves over a common axis as SVG.

use crate::escape::escape;
use crate::style::{ALONE, SERIES};
use std::fmt::Write as _;

/// One curve.
#[derive(Clone, Debug, Default)]
pub struct Series {
    /// Its name in the legend.
    pub name: String,
    /// x ascending. A y that is not finite breaks the line: a gap is shown as a gap.
    pub points: Vec<(f64, f64)>,
}

/// Curves over a common axis; y starts at zero.
#[derive(Clone, Debug, Default)]
pub struct LineChart {
    /// Title above the chart.
    pub title: String,
    /// What x is, with its unit.
    pub x_label: String,
    /// What y is, with its unit.
    pub y_label: String,
    /// The curves.
    pub series: Vec<Series>,
    /// Stretches of x that are marked behind the curves, from and to.
    pub bands: Vec<(f64, f64)>,
}

const WIDTH: f64 = 1180.0;
const HEIGHT: f64 = 280.0;
const LEFT: f64 = 64.0;
const RIGHT: f64 = 20.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 40.0;
/// More points than this are thinned by keeping each bucket's extremes, so that a spike is never lost.
const POINTS_MAX: usize = 1200;

impl LineChart {
    /// Draws the chart.
    pub fn to_svg(&self) -> String {
        let finite = || {
            self.series
                .iter()
                .flat_map(|s| &s.points)
                .filter(|p| p.0.is_finite() && p.1.is_finite())
        };
        let x_min = finite().map(|p| p.0).fold(f64::INFINITY, f64::min);
        let x_max = finite().map(|p| p.0).fold(f64::NEG_INFINITY, f64::max);
        let y_max = nice_ceiling(finite().map(|p| p.1).fold(0.0, f64::max));
        let (x_min, x_max) = if x_min < x_max {
            (x_min, x_max)
        } else {
            (0.0, 1.0)
        };
        let x = |v: f64| LEFT + (v - x_min) / (x_max - x_min) * (WIDTH - LEFT - RIGHT);
        let y = |v: f64| HEIGHT - BOTTOM - v / y_max * (HEIGHT - TOP - BOTTOM);
        let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\">\n");
        let _ = writeln!(
            svg,
            "<text class=\"name\" x=\"{LEFT}\" y=\"20\">{}</text>",
            escape(&self.title)
        );
        self.put_bands(&mut svg, (x_min, x_max), x);
        for i in 0..=4 {
            let value = y_max * f64::from(i) / 4.0;
            let at = y(value);
            let _ = writeln!(
                svg,
                "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at:.1}\" y2=\"{at:.1}\" />",
                WIDTH - RIGHT
            );
            let _ = writeln!(
                svg,
                "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 8.0,
                at + 4.0,
                short(value)
            );
        }
        for i in 0..=6 {
            let value = x_min + (x_max - x_min) * f64::from(i) / 6.0;
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                x(value),
                HEIGHT - BOTTOM + 18.0,
                short(value)
            );
        }
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            HEIGHT - 6.0,
            escape(&self.x_label)
        );
        let _ = writeln!(
            svg,
            "<text x=\"8\" y=\"38\">{}</text>",
            escape(&self.y_label)
        );
        self.put_series(&mut svg, x, y);
        svg.push_str("</svg>\n");
        svg
    }

    /// Several charts, one below the other, as a picture that stands alone: a file that pages and browsers show.
    pub fn stacked_file(charts: &[Self]) -> String {
        let height = HEIGHT * charts.len() as f64;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {height}\" width=\"{WIDTH}\" height=\"{height}\">\n\
             <style>{ALONE}</style>\n<rect width=\"100%\" height=\"100%\" fill=\"#18202a\" />\n"
        );
        for (i, chart) in charts.iter().enumerate() {
            let y = HEIGHT * i as f64;
            let place = format!("<svg y=\"{y}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" ");
            svg += &chart.to_svg().replacen("<svg ", &place, 1);
        }
        svg + "</svg>\n"
    }

    /// The marked stretches, as far as they lie within the axis.
    fn put_bands(&self, svg: &mut String, (low, high): (f64, f64), x: impl Fn(f64) -> f64) {
        for (from, to) in self.bands.iter().filter(|b| b.0 <= b.1) {
            let (from, to) = (x(from.clamp(low, high)), x(to.clamp(low, high)));
            let _ = writeln!(
                svg,
                "<rect class=\"band\" x=\"{from:.1}\" y=\"{TOP}\" width=\"{:.1}\" height=\"{}\" />",
                (to - from).max(0.5),
                HEIGHT - TOP - BOTTOM
            );
        }
    }

    /// The curves, each with its name in the legend.
    fn put_series(&self, svg: &mut String, x: impl Fn(f64) -> f64, y: impl Fn(f64) -> f64) {
        for (i, series) in self.series.iter().enumerate() {
            let color = SERIES[i % SERIES.len()];
            let _ = writeln!(
                svg,
                "<path fill=\"none\" stroke=\"{color}\" stroke-width=\"1.4\" d=\"{}\" />",
                path(&series.points, &x, &y)
            );
            let at = LEFT + 260.0 + 150.0 * i as f64;
            let _ = writeln!(
                svg,
                "<rect x=\"{at}\" y=\"11\" width=\"12\" height=\"3\" fill=\"{color}\" />"
            );
            let _ = writeln!(
                svg,
                "<text x=\"{}\" y=\"18\">{}</text>",
                at + 18.0,
                escape(&series.name)
            );
        }
    }
}

fn path(points: &[(f64, f64)], x: impl Fn(f64) -> f64, y: impl Fn(f64) -> f64) -> String {
    let mut d = String::new();
    let mut pen_down = false;
    for p in thinned(points) {
        if p.0.is_finite() && p.1.is_finite() {
            let _ = write!(
                d,
                "{}{:.1} {:.1}",
                if pen_down { 'L' } else { 'M' },
                x(p.0),
                y(p.1)
            );
            pen_down = true;
        } else {
            pen_down = false;
        }
    }
    d
}

fn thinned(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let bucket = points.len().div_ceil(POINTS_MAX / 2).max(1);
    if bucket <= 2 {
        return points.to_vec();
    }
    let mut out = Vec::with_capacity(POINTS_MAX + 2);
    for chunk in points.chunks(bucket) {
        if let Some(gap) = chunk.iter().find(|p| !p.1.is_finite()) {
            out.push(*gap);
            continue;
        }
        let by_y = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
        if let (Some(low), Some(high)) = (chunk.iter().min_by(by_y), chunk.iter().max_by(by_y)) {
            out.extend(if low.0 <= high.0 {
                [*low, *high]
            } else {
                [*high, *low]
            });
        }
    }
    out
}

/// The next of 1, 2, 2.5, 5 × 10ⁿ above a value.
fn nice_ceiling(value: f64) -> f64 {
    if !(value > 0.0) {
        return 1.0;
    }
    let magnitude = 10f64.powf(value.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0];
    steps
        .iter()
        .map(|s| s * magnitude)
        .find(|c| *c >= value * 0.999_999)
        .unwrap_or(value)
}

/// A number with as many digits as an axis needs.
pub fn short(value: f64) -> String {
    let digits = if value == 0.0 || value.abs() >= 100.0 {
        0
    } else if value.abs() >= 10.0 {
        1
    } else {
        2
    };
    let text = format!("{value:.digits$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thinning_keeps_the_spike_and_the_gap() {
        let mut points: Vec<_> = (0..50_000).map(|i| (f64::from(i), 1.0)).collect();
        points[33_333].1 = 99.0;
        points[40_000].1 = f64::NAN;
        let thin = thinned(&points);
        assert!(thin.len() <= POINTS_MAX + 2);
        assert!(thin.iter().any(|p| p.1 == 99.0) && thin.iter().any(|p| p.1.is_nan()));
    }

    #[test]
    fn axes_end_on_round_numbers() {
        assert_eq!(
            [0.0, 0.9, 12.0, 2.1, 5.0].map(nice_ceiling),
            [1.0, 1.0, 20.0, 2.5, 5.0]
        );
        assert_eq!(
            [0.0, 0.25, 12.5, 1000.0].map(short),
            ["0", "0.25", "12.5", "1000"]
        );
    }

    #[test]
    fn bands_lie_behind_the_curves_and_within_the_axes() {
        let series = vec![Series {
            name: String::new(),
            points: vec![(0.0, 1.0), (10.0, 2.0)],
        }];
        let chart = LineChart {
            series,
            bands: vec![(5.0, 20.0), (f64::NAN, 3.0)],
            ..LineChart::default()
        };
        let svg = chart.to_svg();
        let half = (WIDTH - LEFT - RIGHT) / 2.0;
        let band = format!("x=\"{:.1}\" y=\"{TOP}\" width=\"{half:.1}\"", LEFT + half);
        assert_eq!(svg.matches("class=\"band\"").count(), 1);
        assert!(
            svg.find(&band).unwrap() < svg.find("<path").unwrap(),
            "{svg}"
        );
    }

    #[test]
    fn an_empty_chart_is_still_a_chart() {
        let svg = LineChart::default().to_svg();
        assert!(!svg.contains("NaN") && !svg.contains("inf"));
    }
}
