//! From one frame to the next: every marker of every subject is expected where it was heading, and all are assigned to
//! the cloud at once, so that two performers who cross do not take each other's markers.

use super::cloud::MarkerOwner;
use super::search::UNPLACED;
use super::subject::Subject;
use super::{LabelSettings, Labeller};
use crate::limits::LABEL_CANDIDATES_MAX;

const _: () = assert!(LABEL_CANDIDATES_MAX >= 2);

/// Noise and rounding, metres.
const GATE_MIN_M: f64 = 0.010;
/// A marker that is expected from the skeleton alone is expected less exactly, metres.
const GATE_HIDDEN_M: f64 = 0.020;
/// No marker is continued over more than this; beyond, it has to be found again by its pattern, metres.
const GATE_MAX_M: f64 = 0.080;
/// A new marker's speed is not known; people are rarely faster, m/s.
const UNKNOWN_SPEED_M_S: f64 = 4.0;

/// A marker that nothing around holds is continued for so long; beyond, it has to be found again, seconds.
const UNHELD_S: f64 = 0.1;

/// How far from where it is expected a marker may be; 0 when it cannot be expected.
fn gate_m(subject: &Subject, marker: usize, settings: &LabelSettings, dt_s: f64) -> f64 {
    let track = &subject.tracks[marker];
    if track.hidden_s > UNHELD_S && !subject.is_held(marker) {
        return 0.0;
    }
    let speeding = settings.acceleration_max_m_s2 * dt_s * dt_s;
    let gate = if track.run >= 2 {
        GATE_MIN_M + speeding
    } else if track.run == 1 && track.is_step_known {
        // The step is that of some frames ago.
        GATE_MIN_M + 2.0 * speeding
    } else if track.run == 1 {
        GATE_MIN_M + speeding + UNKNOWN_SPEED_M_S * dt_s
    } else {
        GATE_HIDDEN_M + speeding + settings.drift_m_s * track.hidden_s
    };
    gate.min(GATE_MAX_M)
}

/// How reserved a marker is about a point, as a part of its squared gate: one that is seen takes it before one that
/// was hidden, and that before one that nothing around holds.
fn reserve_of(subject: &Subject, marker: usize) -> f64 {
    match subject.tracks[marker].run {
        0 if subject.is_held(marker) => 0.4,
        0 => 0.7,
        _ => 0.0,
    }
}

impl Labeller {
    /// Gives the markers of all subjects that are followed their points.
    pub(super) fn continue_labels(&mut self, dt_s: f64) {
        self.assigner.begin(self.cloud.points.len());
        self.rows.clear();
        for (s, subject) in self.subjects.iter().enumerate() {
            if !subject.is_found {
                continue;
            }
            for (m, track) in subject.tracks.iter().enumerate() {
                let gate2 = gate_m(subject, m, &self.settings, dt_s).powi(2);
                let expected = track.at + track.step;
                self.assigner.add_row(1.0);
                let reserve = reserve_of(subject, m);
                self.rows.push(MarkerOwner {
                    subject: s as u16,
                    marker: m as u16,
                });
                for (p, at) in self.cloud.points.iter().enumerate() {
                    let d2 = at.distance_squared(expected);
                    if d2 < gate2 {
                        // In parts of its own gate: else one with a wide gate, which is the less sure where it is, would
                        // rather take its neighbour's point than stay alone.
                        self.assigner.offer(p, reserve + d2 / gate2);
                    }
                }
            }
        }
        self.assigner.solve();
        for (row, owner) in self.rows.iter().enumerate() {
            let place = self.assigner.column_of(row);
            if let Some(p) = place {
                self.cloud.owners[p] = Some(*owner);
            }
            self.subjects[usize::from(owner.subject)].places[usize::from(owner.marker)] =
                place.map_or(UNPLACED, |p| p as u16);
        }
    }
}
