//! Where a performer's hidden markers are, for whoever looks at the stage.

use cyc_model::{HiddenMarker, PerformerIdx, Quality, StageFrame};
use cyc_solver::Filler;

/// Below this confidence a place says nothing any more: a marker that has been gone for two seconds.
const SAYS_NOTHING: f32 = 0.06;

/// Adds the hidden markers of the performer that is written next.
pub fn put_hidden_markers(filler: &Filler, quality: Quality, out: &mut StageFrame) {
    if !quality.is_present() {
        return;
    }
    let performer = PerformerIdx(out.performers.len() as u16);
    let markers = filler.markers().iter().enumerate();
    let hidden = markers.filter(|(_, m)| !m.is_seen && m.confidence > SAYS_NOTHING);
    out.hidden_markers
        .extend(hidden.map(|(number, m)| HiddenMarker {
            performer,
            marker: number as u16,
            at: m.at,
            confidence: m.confidence,
        }));
}
