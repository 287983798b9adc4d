//! Another way to draw, which a running live picture goes on with.

use super::emitting::NextLights;
use crate::stage_plates::StagePlates;
use cyc_engine::run::SourceStatus;
use cyc_renderer::KeptRenderer;
use cyc_stage::Timing;
use std::sync::Arc;

/// Another way to draw, from the first frame of a configuration on.
#[derive(Default)]
pub struct Drawing {
    /// The configuration that it begins with, see [`cyc_model::StageFrame::config`], and the edit of the stage, which wishes
    /// name. `None` goes on with both as they are.
    pub begins: Option<(u32, u32)>,
    /// The renderer, unless the one before goes on.
    pub renderer: Option<Box<KeptRenderer>>,
    /// Its plates, unless those before go on.
    pub plates: Option<StagePlates>,
    /// When the stage's pictures are due, and whether it has a camera.
    pub pace: Option<(Timing, bool)>,
    /// Names and states of its sources.
    pub sources: Option<(Vec<String>, Vec<Arc<SourceStatus>>)>,
    /// Its lights.
    pub lights: Option<NextLights>,
}
