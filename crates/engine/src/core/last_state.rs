//! A fresh core goes on from the stage as it was last shown.
//!
//! Its performers, cameras and props have no past. What was shown last becomes one: until the next frames come it is shown
//! on, as old as it is, and what they bring is faded in, or cut to, as after any other gap.

use super::step::Core;
use cyc_model::{HostNs, Quality, StageFrame};

/// When something was measured that was shown for a time.
fn measured_at(due: HostNs, quality: Quality) -> HostNs {
    match quality {
        Quality::Predicted { age } | Quality::Held { age } => due - age,
        Quality::Live | Quality::Interpolated | Quality::Absent => due,
    }
}

impl Core {
    /// Goes on from what another core showed last. To be called before anything is stepped.
    pub fn go_on_from(&mut self, last: &StageFrame) {
        self.published = last.number;
        self.rate_hz = last.rate_hz;
        self.timecode = last.timecode;
        let shown = last.cameras.iter().chain(&last.props);
        let slots = self.cameras.iter_mut().chain(&mut self.props);
        for (slot, body) in slots.zip(shown) {
            if body.quality.is_present() {
                let at = measured_at(last.due, body.quality);
                slot.go_on_from(at, body.stage_from_body);
            }
        }
        for (i, slot) in self.performers.iter_mut().enumerate() {
            if let Some(span) = last.performers.get(i).filter(|s| s.quality.is_present()) {
                let at = measured_at(last.due, span.quality);
                let human = last.joints_of_human(i);
                let face = last.faces.get(i).copied().unwrap_or_default();
                slot.go_on_from((at, *span), last.joints_of_performer(i), human, face);
            }
        }
    }
}
