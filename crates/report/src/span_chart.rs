//! Where the time goes: median, 99th percentile and maximum of each hop on a logarithmic axis.

use crate::escape::escape;
use crate::line_chart::short;
use std::fmt::Write as _;

/// One row of a [`SpanChart`].
#[derive(Clone, Debug, Default)]
pub struct Span {
    /// What is measured.
    pub name: String,
    /// Median.
    pub p50: f64,
    /// 99th percentile.
    pub p99: f64,
    /// Largest.
    pub max: f64,
}

/// Rows on a common logarithmic axis.
#[derive(Clone, Debug, Default)]
pub struct SpanChart {
    /// Title above the chart.
    pub title: String,
    /// Unit of the values.
    pub unit: String,
    /// The rows.
    pub spans: Vec<Span>,
}

const WIDTH: f64 = 1180.0;
const LEFT: f64 = 230.0;
const RIGHT: f64 = 40.0;
const TOP: f64 = 44.0;
const ROW: f64 = 30.0;

impl SpanChart {
    /// Draws the chart.
    pub fn to_svg(&self) -> String {
        let positive = || {
            self.spans
                .iter()
                .flat_map(|s| [s.p50, s.p99, s.max])
                .filter(|v| *v > 0.0 && v.is_finite())
        };
        let low = positive()
            .fold(f64::INFINITY, f64::min)
            .min(1e9)
            .log10()
            .floor();
        let high = positive()
            .fold(0.0, f64::max)
            .max(1e-9)
            .log10()
            .ceil()
            .max(low + 1.0);
        let x = |v: f64| {
            let at = if v > 0.0 {
                v.log10().clamp(low, high)
            } else {
                low
            };
            LEFT + (at - low) / (high - low) * (WIDTH - LEFT - RIGHT)
        };
        let bottom = TOP + ROW * self.spans.len() as f64;
        let height = bottom + 34.0;
        let mut svg = format!("<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n");
        let _ = writeln!(
            svg,
            "<text class=\"name\" x=\"14\" y=\"22\">{}</text>",
            escape(&self.title)
        );
        for decade in low as i32..=high as i32 {
            let value = 10f64.powi(decade);
            let at = x(value);
            let _ = writeln!(
                svg,
                "<line class=\"grid\" x1=\"{at:.1}\" x2=\"{at:.1}\" y1=\"{}\" y2=\"{bottom}\" />",
                TOP - 6.0
            );
            let _ = writeln!(
                svg,
                "<text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{} {}</text>",
                bottom + 20.0,
                decade_label(value),
                escape(&self.unit)
            );
        }
        self.put_spans(&mut svg, x);
        svg.push_str("</svg>\n");
        svg
    }

    /// The rows: a bar from the median to the 99th percentile, and a line to the maximum.
    fn put_spans(&self, svg: &mut String, x: impl Fn(f64) -> f64) {
        for (i, span) in self.spans.iter().enumerate() {
            let y = TOP + ROW * i as f64 + ROW / 2.0;
            let (p50, p99, max) = (x(span.p50), x(span.p99), x(span.max));
            let _ = writeln!(
                svg,
                "<text class=\"name\" x=\"14\" y=\"{:.1}\">{}</text>",
                y + 4.0,
                escape(&span.name)
            );
            let _ = writeln!(
                svg,
                "<line x1=\"{p99:.1}\" x2=\"{max:.1}\" y1=\"{y:.1}\" y2=\"{y:.1}\" stroke=\"#8fa0b3\" />"
            );
            let _ = writeln!(
                svg,
                "<rect x=\"{p50:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"12\" rx=\"2\" fill=\"#5aa9ff\" opacity=\"0.55\" />",
                y - 6.0,
                (p99 - p50).max(1.0)
            );
            let _ = writeln!(
                svg,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"3\" height=\"18\" fill=\"#5aa9ff\" />",
                p50 - 1.5,
                y - 9.0
            );
            let _ = writeln!(
                svg,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"2\" height=\"10\" fill=\"#f0616d\" />",
                max - 1.0,
                y - 5.0
            );
        }
    }
}

fn decade_label(value: f64) -> String {
    if value < 0.01 {
        format!("{value:e}")
    } else {
        short(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zero_and_nothing_can_be_drawn() {
        let zero = Span {
            name: "a".into(),
            ..Span::default()
        };
        for spans in [vec![], vec![zero]] {
            let svg = SpanChart {
                spans,
                ..SpanChart::default()
            }
            .to_svg();
            assert!(!svg.contains("NaN") && !svg.contains("inf"), "{svg}");
        }
    }
}
