//! The delays of a stage, window after window, and what they say together.

use cyc_control::{LatencyFigures, StageDocument};
use std::fmt::Write;
use std::time::Duration;

/// What a stage calls lately.
pub const WINDOW: Duration = Duration::from_secs(10);

/// A leg's figures, window after window.
struct Leg {
    name: String,
    windows: Vec<LatencyFigures>,
}

/// All that was read of one part.
#[derive(Default)]
pub struct Windows {
    legs: Vec<Leg>,
    drawn: Vec<u64>,
    missed: Vec<u64>,
    superseded: Option<(u64, u64)>,
    adapter: String,
    is_real_time: bool,
}

/// The middle of some values.
fn median(values: impl Iterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

impl Leg {
    fn median(&self, figure: fn(&LatencyFigures) -> f64) -> f64 {
        median(self.windows.iter().map(figure))
    }

    fn worst(&self, figure: fn(&LatencyFigures) -> f64) -> f64 {
        self.windows.iter().map(figure).fold(0.0, f64::max)
    }
}

impl Windows {
    /// Takes what the stage tells of its last ten seconds.
    pub fn take(&mut self, state: &StageDocument) {
        for leg in &state.latency {
            if leg.last_10_s.count == 0 {
                continue;
            }
            match self.legs.iter_mut().find(|known| known.name == leg.leg) {
                Some(known) => known.windows.push(leg.last_10_s),
                None => self.legs.push(Leg {
                    name: leg.leg.clone(),
                    windows: vec![leg.last_10_s],
                }),
            }
        }
        self.drawn.push(state.render.drawn);
        self.missed.push(state.render.missed);
        let lost = state.queues.iter().filter(|q| q.queue == "live");
        let lost = lost.map(|q| q.dropped).sum();
        let first = self.superseded.map_or(lost, |(first, _)| first);
        self.superseded = Some((first, lost));
        self.adapter.clone_from(&state.render.adapter);
        self.is_real_time = state.real_time;
    }

    fn leg(&self, name: &str) -> Option<&Leg> {
        self.legs.iter().find(|leg| leg.name == name)
    }

    /// Every leg.
    pub fn table(&self) -> String {
        let mut table = String::from(
            "| leg | frames a window | p50 | p99 | p99.9 | p99 of the worst window | worst frame |\n\
             |---|---:|---:|---:|---:|---:|---:|\n",
        );
        for leg in &self.legs {
            let count = leg.median(|f| f.count as f64);
            let figures = [
                leg.median(|f| f.p50_us),
                leg.median(|f| f.p99_us),
                leg.median(|f| f.p999_us),
                leg.worst(|f| f.p99_us),
                leg.worst(|f| f.max_us),
            ]
            .map(|us| format!("{us:.0}"))
            .join(" | ");
            // Writing to a string cannot fail.
            let _ = writeln!(table, "| {} | {count:.0} | {figures} |", leg.name);
        }
        table
    }

    /// Aims beside figures: leg, quantile, microseconds at most.
    pub fn verdicts(&self, aims: &[(&str, &str, f64)]) -> String {
        let mut table = String::from("| aim | reached | |\n|---|---:|---|\n");
        for &(name, quantile, at_most) in aims {
            let figure = self.leg(name).map_or(f64::NAN, |leg| match quantile {
                "p50" => leg.median(|f| f.p50_us),
                _ => leg.median(|f| f.p99_us),
            });
            let verdict = if figure <= at_most {
                "reached"
            } else {
                "**missed**"
            };
            let _ = writeln!(
                table,
                "| `{name}` {quantile} ≤ {at_most:.0} µs | {figure:.0} µs | {verdict} |"
            );
        }
        table
    }

    /// What is good to know beside the figures.
    pub fn notes(&self) -> String {
        let between = |counts: &[u64]| match (counts.first(), counts.last()) {
            (Some(first), Some(last)) => last - first,
            _ => 0,
        };
        let (drawn, missed) = (between(&self.drawn), between(&self.missed));
        let lost = self.superseded.map_or(0, |(first, last)| last - first);
        let priority = if self.is_real_time { "with" } else { "without" };
        let adapter = match self.adapter.as_str() {
            "" => "nothing is drawn".to_owned(),
            adapter => format!("{adapter} draws"),
        };
        format!(
            "{priority} real-time priority; {adapter}; {drawn} pictures after the first window, {missed} of them missed their moment; \
             {lost} frames displaced before the solver"
        )
    }

    /// How constant the way of a frame is, in frames of the wall.
    pub fn constancy(&self, frame_hz: f64) -> String {
        let Some(leg) = self.leg("end_to_end") else {
            return "No picture showed a packet.".to_owned();
        };
        let medians = || leg.windows.iter().map(|f| f.p50_us);
        let (least, most) = (
            medians().fold(f64::INFINITY, f64::min),
            medians().fold(0.0, f64::max),
        );
        let frame_us = 1e6 / frame_hz;
        let off = 0.5 * (most - least) / frame_us;
        let spread = leg.worst(|f| f.p99_us - f.p50_us) / frame_us;
        let verdict = match leg.windows.len() {
            0 | 1 => "not judged by one window",
            _ if off <= 0.5 => "reached",
            _ => "**missed**",
        };
        format!(
            "From packet to picture the windows' medians lie between {:.2} and {:.2} ms: ±{off:.3} of a frame of {:.1} ms over {} windows (aim ±0.5: {verdict}). \
             Within the worst window 99 % of the frames are at most {spread:.2} of a frame later than its median.",
            least / 1000.0,
            most / 1000.0,
            frame_us / 1000.0,
            leg.windows.len()
        )
    }

    /// The work of a tracking packet on its way into a picture: all but the wait for the picture's moment.
    pub fn work(&self) -> String {
        let leg = self.leg("packet_to_submit");
        let [p50, p99] = [|f: &LatencyFigures| f.p50_us, |f: &LatencyFigures| f.p99_us]
            .map(|figure| leg.map_or(f64::NAN, |leg| leg.median(figure)));
        let verdict = if p99 <= 1000.0 {
            "reached"
        } else {
            "**missed**"
        };
        format!(
            "From tracking packet to the submit of the frame that shows it, without the wait for that frame's moment, frame by frame: p50 {p50:.0} µs, \
             p99 **{p99:.0} µs** (aim p99 ≤ 1000 µs of the processor: {verdict}; the time that others had it is in these figures). Windows: {}.",
            self.notes()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_control::LatencyDocument;

    #[test]
    fn medians_and_worst_windows_are_what_they_are_called() {
        let mut windows = Windows::default();
        for (p50_us, p99_us) in [(100.0, 400.0), (130.0, 2000.0), (110.0, 500.0)] {
            let leg = |leg: &str| LatencyDocument {
                leg: leg.into(),
                last_10_s: LatencyFigures {
                    count: 2400,
                    p50_us,
                    p99_us,
                    max_us: 3.0 * p99_us,
                    ..LatencyFigures::default()
                },
                ..LatencyDocument::default()
            };
            windows.take(&StageDocument {
                latency: vec![leg("packet_to_pose"), leg("end_to_end")],
                ..StageDocument::default()
            });
        }
        let table = windows.table();
        assert!(table.contains("| 110 | 500 | 0 | 2000 | 6000 |"), "{table}");
        let verdicts = windows.verdicts(&[("packet_to_pose", "p50", 109.0)]);
        assert!(verdicts.contains("110 µs | **missed**"), "{verdicts}");
        // 30 µs apart at a frame of a millisecond.
        let constant = windows.constancy(1000.0);
        assert!(
            constant.contains("±0.015 of a frame of 1.0 ms"),
            "{constant}"
        );
    }
}
