//! The queues between the stage's threads: what waits in each, the most that ever did, what was lost.

use crate::wording::Wording;
use cyc_control::{QueueDocument, StageDocument};

/// A queue.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueRow {
    /// Its name, and whose it is.
    pub name: String,
    /// How full it is, 0 to 1.
    pub filled: f64,
    /// How full it ever was.
    pub most: f64,
    /// Whether something was lost in it. A cell, which holds the newest value alone, loses nothing.
    pub has_lost: bool,
    /// What waits of the capacity, the most that ever waited, what was lost.
    pub cells: [String; 3],
}

/// The queues, in the stage's order.
pub fn rows(document: &StageDocument, text: &dyn Wording) -> Vec<QueueRow> {
    document.queues.iter().map(|q| row(q, text)).collect()
}

fn row(q: &QueueDocument, text: &dyn Wording) -> QueueRow {
    let share = |n: u64| (n as f64 / q.capacity.max(1) as f64).min(1.0);
    let word = match queue_key(&q.queue) {
        Some(key) => text.get(key, &[]),
        // A newer stage may have more of them.
        None => q.queue.clone(),
    };
    let name = match q.about.as_str() {
        "" => word,
        about => format!("{word}  {about}"),
    };
    QueueRow {
        name,
        filled: share(q.waiting),
        most: share(q.most),
        has_lost: q.dropped > 0 && q.capacity > 1,
        cells: [
            format!("{}/{}", q.waiting, q.capacity),
            q.most.to_string(),
            q.dropped.to_string(),
        ],
    }
}

/// The text of a queue's name; `None` for one that is not known here.
pub fn queue_key(queue: &str) -> Option<&'static str> {
    Some(match queue {
        "path" => "panel-queue-path",
        "live" => "panel-queue-live",
        "shown" => "panel-queue-shown",
        "record_frames" => "panel-queue-record-frames",
        "record_packets" => "panel-queue-record-packets",
        "record_stage" => "panel-queue-record-stage",
        "questions" => "panel-queue-questions",
        "answers" => "panel-queue-answers",
        "orders" => "panel-queue-orders",
        "stage_figures" => "panel-queue-stage-figures",
        "stage_outputs" => "panel-queue-stage-outputs",
        "stage_walls" => "panel-queue-stage-walls",
        "stage_panel" => "panel-queue-stage-panel",
        "wishes" => "panel-queue-wishes",
        "output" => "panel-queue-output",
        _ => return None,
    })
}
