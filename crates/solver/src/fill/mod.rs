//! Fills hidden markers from the solved skeleton, and says so.
//!
//! A marker is never quite where the rig has it: skin slides, and the rig is not perfect. What a marker was off by when
//! it was last seen, in its bone's frame, is carried through the gap, together with what the bone's other markers have
//! been off by since; at a glance back over a whole take the far side of the gap is known too, and both are blended.
//! Live uses only the past. Confidence falls with the length of the gap and with how little of the bone is seen.
//!
//! How a marker's weight fades back in after a gap is the fit's business; what is filled here eases over from the filled
//! to the seen place in the same few frames, so nothing pops.

mod gap;

pub use gap::fill_take;

use crate::fit::{FitSettings, Fitter};
use cyc_model::{Point, Rig, Stage};
use glam::DVec3;

/// What a marker was off by is carried this long, and then fades to what it is off by in the long run, seconds.
const CARRIED_S: f64 = 0.6;
/// Time over which the long run is learnt, seconds.
const LEARN_S: f64 = 1.0;
/// How much of what the bone's other markers do meanwhile a hidden one does too.
const SHARED: f64 = 0.5;
/// Frames over which a marker that is back eases from the filled to the seen place.
const RETURN_FRAMES: u32 = 5;
/// The confidence in a filled marker falls to half in this time, seconds.
const HALF_S: f64 = 0.5;

/// A pose that many hidden markers leave open stays near where it was going; less lets it drift with what is left,
/// m²/rad².
const PREDICTED_WEIGHT_MIN: f64 = 0.04 * 0.04;

/// A marker, seen or filled.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FilledMarker {
    /// Where it is.
    pub at: Point<Stage>,
    /// Whether it was seen in this frame.
    pub is_seen: bool,
    /// How sure the place is, 0 to 1; 1 when it was seen and has been for a few frames.
    pub confidence: f32,
}

#[derive(Clone, Copy, Debug)]
struct Trace {
    /// Off by, in the bone's frame, metres: now (or when last seen), and in the long run.
    recent: DVec3,
    usual: DVec3,
    usual_s: f64,
    /// The mean of what the bone's seen markers were off by when this one was last seen.
    mates: DVec3,
    hidden_s: f64,
    back: u32,
    /// The last filled place minus the seen one when the marker came back, stage metres.
    jump: DVec3,
}

/// Fills the markers of one performer. Owns all its memory.
#[derive(Clone, Debug)]
pub struct Filler {
    joints: Vec<usize>,
    traces: Vec<Trace>,
    filled: Vec<FilledMarker>,
    off: Vec<Option<DVec3>>,
    bones: Vec<Bone>,
}

/// What the seen markers of a bone are off by, added up; how many are seen, and how many there are.
#[derive(Clone, Copy, Debug, Default)]
struct Bone {
    sum: DVec3,
    seen: usize,
    all: usize,
}

impl Filler {
    /// The fit that fills best: as given, but a joint that few markers show is held nearer to its prediction.
    pub fn fit_settings(settings: FitSettings) -> FitSettings {
        FitSettings {
            predicted_weight: settings.predicted_weight.max(PREDICTED_WEIGHT_MIN),
            ..settings
        }
    }

    /// Prepares for a rig; all allocation happens here.
    pub fn new(rig: &Rig) -> Self {
        let count = rig.markers().len();
        let fresh = Trace {
            recent: DVec3::ZERO,
            usual: DVec3::ZERO,
            usual_s: 0.0,
            mates: DVec3::ZERO,
            hidden_s: 0.0,
            back: RETURN_FRAMES,
            jump: DVec3::ZERO,
        };
        let nowhere = FilledMarker {
            at: Point::ORIGIN,
            is_seen: false,
            confidence: 0.0,
        };
        let mut bones = vec![Bone::default(); rig.skeleton().len()];
        for marker in rig.markers() {
            bones[marker.joint.idx()].all += 1;
        }
        Self {
            bones,
            joints: rig.markers().iter().map(|m| m.joint.idx()).collect(),
            traces: vec![fresh; count],
            filled: vec![nowhere; count],
            off: vec![None; count],
        }
    }

    /// Fills one frame after it was fitted, `dt_s` seconds after the one before. `markers` is what was fitted; what is
    /// missing, beyond its end or `None`, was not seen. The result is in the rig's order.
    pub fn fill(
        &mut self,
        fitter: &Fitter,
        markers: &[Option<Point<Stage>>],
        dt_s: f64,
    ) -> &[FilledMarker] {
        let dt_s = if dt_s.is_finite() {
            dt_s.clamp(0.0, 1.0)
        } else {
            0.0
        };
        for (m, off) in self.off.iter_mut().enumerate() {
            let turn = fitter.globals()[self.joints[m]].rotation();
            let fitted = fitter.fitted_markers()[m].metres();
            let seen = markers.get(m).copied().flatten();
            *off = seen.map(|at| turn.conjugate() * (at.metres() - fitted));
        }
        self.add_up();
        for m in 0..self.traces.len() {
            let (mates, share) = self.mates_of(m);
            let turn = fitter.globals()[self.joints[m]].rotation();
            let fitted = fitter.fitted_markers()[m].metres();
            let trace = &mut self.traces[m];
            self.filled[m] = match self.off[m] {
                Some(off) => trace.see(fitted + turn * off, off, mates, dt_s, self.filled[m]),
                None => {
                    trace.hidden_s += dt_s;
                    trace.back = 0;
                    let off = trace.off(mates);
                    let sure = 0.5f64.powf(trace.hidden_s / HALF_S) * (0.3 + 0.7 * share);
                    FilledMarker {
                        at: Point::saturating(fitted + turn * off),
                        is_seen: false,
                        confidence: sure as f32,
                    }
                }
            };
        }
        &self.filled
    }

    /// The last frame, in the rig's order.
    pub fn markers(&self) -> &[FilledMarker] {
        &self.filled
    }

    /// What the seen markers of a marker's bone are off by on average, itself left out, and which part of them is seen.
    fn mates_of(&self, marker: usize) -> (Option<DVec3>, f64) {
        let Bone { sum, seen, all } = self.bones[self.joints[marker]];
        let (sum, seen) = match self.off[marker] {
            Some(own) => (sum - own, seen - 1),
            None => (sum, seen),
        };
        let mean = (seen > 0).then(|| sum / seen as f64);
        (mean, seen as f64 / (all - 1).max(1) as f64)
    }

    /// Adds up what each bone's markers are off by.
    fn add_up(&mut self) {
        for bone in &mut self.bones {
            (bone.sum, bone.seen) = (DVec3::ZERO, 0);
        }
        for (off, joint) in self.off.iter().zip(&self.joints) {
            if let Some(off) = off {
                self.bones[*joint].sum += *off;
                self.bones[*joint].seen += 1;
            }
        }
    }
}

impl Trace {
    /// What a hidden marker is off by.
    fn off(&self, mates: Option<DVec3>) -> DVec3 {
        let kept = (1.0 - self.hidden_s / CARRIED_S).max(0.0);
        let shared = mates.map_or(DVec3::ZERO, |m| (m - self.mates) * SHARED);
        self.usual + (self.recent - self.usual + shared) * kept
    }

    /// Takes a marker that is seen; eases over from where it was filled.
    fn see(
        &mut self,
        at: DVec3,
        off: DVec3,
        mates: Option<DVec3>,
        dt_s: f64,
        before: FilledMarker,
    ) -> FilledMarker {
        if self.hidden_s > 0.0 {
            self.jump = if before.confidence > 0.0 {
                before.at.metres() - at
            } else {
                DVec3::ZERO
            };
        }
        self.hidden_s = 0.0;
        self.recent = off;
        if let Some(mates) = mates {
            self.mates = mates;
        }
        self.usual += (off - self.usual) * (dt_s / (self.usual_s + dt_s).max(1e-9)).min(1.0);
        self.usual_s = (self.usual_s + dt_s).min(LEARN_S);
        self.back = (self.back + 1).min(RETURN_FRAMES);
        let left = 1.0 - f64::from(self.back) / f64::from(RETURN_FRAMES);
        FilledMarker {
            at: Point::saturating(at + self.jump * left),
            is_seen: true,
            confidence: (1.0 - 0.5 * left) as f32,
        }
    }
}
