//! Where the time goes: bars for each leg of a frame's way, against the time that a frame has.

use crate::wording::Wording;
use cyc_control::{LatencyDocument, LatencyFigures, StageDocument};

/// A leg's figures over one window of time, milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spread {
    /// Median.
    pub p50_ms: f64,
    /// 99 of 100 are below.
    pub p99_ms: f64,
    /// The worst.
    pub max_ms: f64,
}

/// One leg.
#[derive(Clone, Debug, PartialEq)]
pub struct LegRow {
    /// Its name.
    pub name: String,
    /// Whether it is the sum of others.
    pub is_sum: bool,
    /// Since the start, if any frame came.
    pub since_start: Option<Spread>,
    /// Over the last ten seconds, if any frame came.
    pub last_10_s: Option<Spread>,
    /// Median, p99 and worst of the last ten seconds, milliseconds.
    pub cells: [String; 3],
}

/// All legs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LatencyModel {
    /// The time that one frame has, if the stage says it.
    pub budget_ms: Option<f64>,
    /// The same for people.
    pub budget: String,
    /// The length of the longest bar.
    pub scale_ms: f64,
    /// The legs, in the order of a frame's way.
    pub legs: Vec<LegRow>,
}

impl LatencyModel {
    /// The legs of a document.
    pub fn of(document: &StageDocument, text: &dyn Wording) -> Self {
        let legs: Vec<LegRow> = document.latency.iter().map(|leg| row(leg, text)).collect();
        let known = document.render.frame_budget_ms;
        let budget_ms = known.filter(|ms| ms.is_finite() && *ms > 0.0);
        let windows = legs.iter().flat_map(|leg| [leg.last_10_s, leg.since_start]);
        let longest = windows.flatten().map(|s| s.p99_ms).fold(1.0, f64::max);
        let budget = budget_ms.map(|ms| text.get("panel-budget", &[("n", format!("{ms:.1}"))]));
        Self {
            budget_ms,
            budget: budget.unwrap_or_default(),
            scale_ms: round_up(longest.max(budget_ms.unwrap_or(0.0) * 1.1)),
            legs,
        }
    }
}

fn row(leg: &LatencyDocument, text: &dyn Wording) -> LegRow {
    let last_10_s = spread(&leg.last_10_s);
    let shown = last_10_s.map(|s| [s.p50_ms, s.p99_ms, s.max_ms]);
    LegRow {
        name: leg_word(&leg.leg, text),
        is_sum: leg.is_sum,
        since_start: spread(&leg.since_start),
        last_10_s,
        cells: match shown {
            Some(figures) => figures.map(|ms| format!("{ms:.2}")),
            None => ["–"; 3].map(str::to_owned),
        },
    }
}

fn spread(figures: &LatencyFigures) -> Option<Spread> {
    let all = [figures.p50_us, figures.p99_us, figures.max_us];
    (figures.count > 0 && all.iter().all(|us| us.is_finite())).then(|| Spread {
        p50_ms: figures.p50_us / 1000.0,
        p99_ms: figures.p99_us / 1000.0,
        max_ms: figures.max_us / 1000.0,
    })
}

/// The next of 1, 2, 5, 10, 20, 50 …: a scale that follows each figure would make every bar jump.
fn round_up(ms: f64) -> f64 {
    let mut step = 1.0;
    for factor in [2.0, 2.5, 2.0].iter().cycle().take(24) {
        if step >= ms {
            break;
        }
        step *= factor;
    }
    step
}

fn leg_word(leg: &str, text: &dyn Wording) -> String {
    let key = match leg {
        "receive" => "panel-leg-receive",
        "queue" => "panel-leg-queue",
        "solve" => "panel-leg-solve",
        "publish" => "panel-leg-publish",
        "wait_for_frame" => "panel-leg-wait-for-frame",
        "encode" => "panel-leg-encode",
        "draw" => "panel-leg-draw",
        "packet_to_pose" => "panel-leg-packet-to-pose",
        "packet_to_submit" => "panel-leg-packet-to-submit",
        "pose_to_picture" => "panel-leg-pose-to-picture",
        "end_to_end" => "panel-leg-end-to-end",
        other => return other.to_owned(),
    };
    text.get(key, &[])
}
