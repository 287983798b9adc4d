//! The inner frusta of a frame: which cameras' views the walls show, from where, and how wide.
//!
//! Cameras are taken by ascending priority: the last one drawn wins. A frozen one stays where it was. Where overscan is
//! automatic the view fills only a part of its target, so that a wall pixel always sees equally many pixels of the view
//! and the picture does not shimmer while the frustum grows and shrinks.

use crate::composite::InnerShown;
use cyc_model::{HostNs, Nanos, Pupil, Stage as StageSpace, Xf};
use cyc_stage::{CameraOverride, InnerFrustum, OverscanFollower, Stage};

struct One {
    /// As it was set.
    base: InnerFrustum,
    /// With what an operator wants.
    inner: InnerFrustum,
    over: CameraOverride,
    follower: OverscanFollower,
    /// Where it was when it was frozen, and how wide.
    frozen_at: Option<(Xf<StageSpace, Pupil>, f64)>,
    /// The overscan that its target was made for.
    most: f64,
}

/// The settings and the memory of all cameras' inner frusta.
pub(crate) struct InnerViews {
    cameras: Vec<One>,
    /// By ascending priority.
    order: Vec<usize>,
    latency: Nanos,
}

impl InnerViews {
    pub(crate) fn new(stage: &Stage) -> Self {
        let one = |camera: &cyc_stage::Camera| One {
            base: camera.inner,
            inner: camera.inner,
            over: CameraOverride::default(),
            follower: OverscanFollower::default(),
            frozen_at: None,
            most: camera.inner.overscan.most(),
        };
        let mut made = Self {
            cameras: stage.cameras().iter().map(one).collect(),
            order: (0..stage.cameras().len()).collect(),
            latency: stage.latency(),
        };
        made.sort();
        made
    }

    fn sort(&mut self) {
        let cameras = &self.cameras;
        self.order
            .sort_by_key(|index| cameras.get(*index).map(|one| one.inner.priority));
    }

    /// Other settings for a camera.
    pub(crate) fn set(&mut self, camera: usize, inner: InnerFrustum) {
        if let Some(one) = self.cameras.get_mut(camera) {
            one.base = inner;
            one.inner = one.over.over(inner);
        }
        self.sort();
    }

    /// What an operator wants of a camera.
    pub(crate) fn set_override(&mut self, camera: usize, over: CameraOverride) {
        if let Some(one) = self.cameras.get_mut(camera) {
            one.over = over;
            one.inner = over.over(one.base);
        }
        self.sort();
    }

    /// The views of a frame, in the order in which they are drawn.
    pub(crate) fn plan(
        &mut self,
        stage: &Stage,
        due: HostNs,
        pupils: &[Option<Xf<StageSpace, Pupil>>],
        out: &mut Vec<InnerShown>,
    ) {
        out.clear();
        for index in &self.order {
            let (Some(camera), Some(one)) =
                (stage.cameras().get(*index), self.cameras.get_mut(*index))
            else {
                continue;
            };
            let pupil = pupils.get(*index).copied().flatten();
            let now = pupil.map(|pupil| {
                let half = camera.half_angle_rad();
                let overscan = one.inner.overscan;
                let factor = one
                    .follower
                    .follow(overscan, due, pupil, self.latency, half);
                (pupil, factor.min(one.most))
            });
            one.frozen_at = match (one.inner.frozen, one.frozen_at) {
                (false, _) => None,
                (true, held) => held.or(now),
            };
            let Some((pupil, overscan)) = one.frozen_at.or(now) else {
                continue;
            };
            if let (true, Ok(frustum)) = (one.inner.on, camera.inner_view(pupil, overscan)) {
                out.push(InnerShown {
                    camera: *index,
                    frustum,
                    inner: one.inner,
                    part: overscan / one.most,
                });
            }
        }
    }
}
