//! Where each millisecond goes: every leg of a frame's way since the start and over the last ten seconds, and the budget that
//! they make up, from the packet to the light.
//!
//! What must stay true: the legs of the budget follow one another without a gap or an overlap.

use crate::demo::report::leg_key;
use crate::table::aligned;
use crate::text::Text;
use cyc_engine::latency::LatencyBook;
use cyc_model::{HostNs, Nanos};
use cyc_telemetry::{LatencySummary, LatencyWindow};
use serde_json::{Map, Value, json};

/// A leg of the way.
#[derive(Clone, Debug, Default)]
pub struct LegReading {
    /// Its stable name.
    pub name: &'static str,
    /// Since the start.
    pub all: LatencySummary,
    /// Over the last ten seconds.
    pub lately: LatencySummary,
}

/// The sliding views on the legs of a book.
#[derive(Default)]
pub struct Delays {
    windows: Vec<LatencyWindow>,
}

impl Delays {
    /// Reads every leg. To be called at least once a second.
    pub fn read(&mut self, now: HostNs, book: &LatencyBook) -> Vec<LegReading> {
        let legs = book.histograms();
        self.windows.resize_with(legs.len(), LatencyWindow::default);
        let read = legs.into_iter().zip(&mut self.windows);
        read.map(|((leg, histogram), window)| LegReading {
            name: leg.name,
            all: histogram.snapshot().summary(),
            lately: window.view(now, histogram).summary(),
        })
        .collect()
    }
}

/// The legs that follow one another from the packet to the picture.
const BUDGET: [&str; 7] = [
    "receive",
    "queue",
    "solve",
    "publish",
    "wait_for_frame",
    "encode",
    "draw",
];
/// Width of the budget's bars, characters.
const BAR: f64 = 30.0;

/// A share of the whole as a bar.
fn bar(share: f64) -> String {
    "█".repeat((share * BAR).round().max(0.0) as usize)
}

/// The budget: a row each leg, with what a display of so much adds, and the sums.
pub fn table(legs: &[LegReading], display: Nanos, text: &Text) -> String {
    let heard = |leg: &&LegReading| leg.all.count > 0;
    let in_budget = |leg: &&LegReading| BUDGET.contains(&leg.name);
    let mean_ns: i64 = legs.iter().filter(in_budget).map(|l| l.lately.mean.0).sum();
    let whole_ns = (mean_ns + display.0).max(1) as f64;
    let keys = [
        "run-delay",
        "run-p50",
        "run-p99",
        "run-p99-9",
        "run-max",
        "run-max-ever",
    ];
    let mut rows = vec![keys.map(|key| text.get(key, &[])).to_vec()];
    let ms = |time: Nanos| format!("{:.2}", time.millis());
    let row = |leg: &LegReading, bar: String| {
        let s = leg.lately;
        let times = [s.p50, s.p99, s.p99_9, s.max, leg.all.max].map(ms);
        let name = text.get(leg_key(leg.name), &[]);
        [vec![name], times.to_vec(), vec![bar]].concat()
    };
    for leg in legs.iter().filter(in_budget).filter(heard) {
        rows.push(row(leg, bar(leg.lately.mean.0 as f64 / whole_ns)));
    }
    if display > Nanos::ZERO {
        let name = text.get("run-display", &[]);
        let blank = std::iter::repeat_n(String::new(), 4);
        let cells = [name, ms(display)].into_iter().chain(blank);
        let bar = bar(display.0 as f64 / whole_ns);
        rows.push(cells.chain([bar]).collect());
    }
    for leg in legs.iter().filter(|l| !in_budget(l)).filter(heard) {
        rows.push(row(leg, String::new()));
    }
    aligned(&rows)
}

/// The last ten seconds, for programs.
pub fn as_json(legs: &[LegReading]) -> Value {
    let mut object = Map::new();
    for leg in legs {
        object.insert(leg.name.to_owned(), figures(&leg.lately));
    }
    Value::Object(object)
}

/// The figures of a leg, microseconds.
pub fn figures(s: &LatencySummary) -> Value {
    json!({
        "count": s.count, "mean_us": s.mean.micros(), "p50_us": s.p50.micros(),
        "p99_us": s.p99.micros(), "p99_9_us": s.p99_9.micros(), "max_us": s.max.micros(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use cyc_engine::latency::LEGS;
    use cyc_model::{Hop, Stamps};

    #[test]
    fn the_budget_goes_from_the_packet_to_the_picture_without_a_gap() {
        let mut at = Hop::Heard;
        for name in BUDGET {
            let leg = LEGS.iter().find(|l| l.name == name).unwrap();
            assert_eq!(leg.from, at, "{name}");
            at = leg.to;
        }
        assert_eq!(at, Hop::Presented);
    }

    #[test]
    fn the_table_has_every_leg_with_its_share() {
        let book = LatencyBook::default();
        let mut delays = Delays::default();
        delays.read(HostNs(0), &book);
        let mut stamps = Stamps::default();
        for (i, hop) in Hop::ALL.into_iter().enumerate() {
            stamps.stamp(hop, HostNs(1_000_000 * i as i64));
        }
        book.record(&stamps, Hop::Heard, Hop::Presented);
        let legs = delays.read(HostNs(500_000_000), &book);
        for language in [Language::English, Language::Chinese] {
            let page = table(&legs, Nanos::from_millis(7), &Text::new(language));
            // Seven legs of 1 ms beside a display of 7 ms: a fourteenth and a half of 30 characters.
            let bars = page.lines().filter(|l| l.ends_with("██")).count();
            assert_eq!(bars, 8, "{page}");
            assert!(
                page.contains(&"█".repeat(15)) && page.contains("7.00"),
                "{page}"
            );
        }
        assert_eq!(as_json(&legs)["end_to_end"]["count"], 1);
    }
}
