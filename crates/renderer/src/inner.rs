//! The inner frusta of a frame: which cameras' views the walls show, from where, and how wide.
//!
//! Cameras are taken by ascending priority: the last one drawn wins. A frozen one stays where it was. Where overscan is
//! automatic the view fills only a part of its target, so that a wall pixel always sees equally many pixels of the view
//! and the picture does not shimmer while the frustum grows and shrinks.

use crate::composite::InnerShown;
use cyc_model::{HostNs, Nanos, Pupil, Stage as StageSpace, Xf};
use cyc_stage::{CameraOverride, InnerFrustum, LensView, OverscanFollower, Stage};

struct One {
    /// As it was set.
    base: InnerFrustum,
    /// With what an operator wants.
    inner: InnerFrustum,
    over: CameraOverride,
    follower: OverscanFollower,
    /// Where it was when it was frozen, and how wide.
    frozen_at: Option<(Xf<StageSpace, Pupil>, f64, LensView)>,
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
        due: HostNs,
        pupils: &[Option<Xf<StageSpace, Pupil>>],
        lenses: &[LensView],
        out: &mut Vec<InnerShown>,
    ) {
        out.clear();
        for index in &self.order {
            let (Some(lens), Some(one)) = (lenses.get(*index), self.cameras.get_mut(*index)) else {
                continue;
            };
            let pupil = pupils.get(*index).copied().flatten();
            let now = pupil.map(|pupil| {
                let half = lens.half_angle_rad();
                let overscan = one.inner.overscan;
                let factor = one
                    .follower
                    .follow(overscan, due, pupil, self.latency, half);
                (pupil, factor.min(one.most), *lens)
            });
            one.frozen_at = match (one.inner.frozen, one.frozen_at) {
                (false, _) => None,
                (true, held) => held.or(now),
            };
            let Some((pupil, overscan, lens)) = one.frozen_at.or(now) else {
                continue;
            };
            if let (true, Ok(frustum)) = (one.inner.on, lens.inner(pupil, overscan)) {
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

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::LensSample;

    const STAGE: &str = r#"
name = "zoom"
[[wall]]
name = "w"
kind = "plane"
position_m = [0, 0, -5]
width_m = 10
height_m = 4
cabinets = [20, 8]
cabinet_px = [16, 16]
canvas_px = [0, 0]
[[source]]
name = "s"
url = "freed://127.0.0.1:40000"
[[camera]]
name = "A"
source = "s"
subject = "1"
inner = { overscan = 1.0 }
[camera.lens]
sensor_mm = [36.0, 20.25]
focal_length_mm = 30.0
points = [
  { zoom = 0.0, focal_length_mm = 24.0, pupil_m = [0.0, 0.0, -0.02] },
  { zoom = 1.0, focal_length_mm = 72.0, pupil_m = [0.0, 0.0, -0.08] },
]
"#;

    /// Half the width of the view at a metre, and how far ahead of the body its eye is.
    fn seen(zoom: Option<f64>) -> (f64, f64) {
        let stage = Stage::from_toml(STAGE).unwrap();
        let mut sample = LensSample::default();
        sample.zoom.normalised = zoom;
        let lens = stage.cameras()[0].view(Some(&sample));
        let pupil = lens.stage_from_pupil(Xf::IDENTITY);
        let mut out = Vec::new();
        let mut views = InnerViews::new(&stage);
        views.plan(HostNs(0), &[Some(pupil)], &[lens], &mut out);
        // The first row of a projection is near / half width.
        let across = out[0].frustum.clip_from_stage().row(0).truncate().length();
        (1.0 / across, -pupil.translation().metres().z)
    }

    #[test]
    fn the_ring_of_a_zoom_decides_what_the_wall_shows() {
        let near = |(a, b): (f64, f64), (c, d): (f64, f64)| {
            assert!(
                (a - c).abs() < 1e-6 && (b - d).abs() < 1e-9,
                "{a} {b}, wanted {c} {d}"
            );
        };
        near(seen(Some(0.0)), (18.0 / 24.0, 0.02));
        near(seen(Some(1.0)), (18.0 / 72.0, 0.08));
        // The ring is cut by the logarithm.
        near(seen(Some(0.5)), (18.0 / (24.0 * 3f64.sqrt()), 0.05));
        // A source that says nothing: the file's lens.
        near(seen(None), (18.0 / 30.0, 0.0));
    }
}
