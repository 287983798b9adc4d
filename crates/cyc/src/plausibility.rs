//! Whether what arrives can be people on a floor: a body of the wrong size has the wrong unit, one that lies or stands
//! below the floor has the wrong axis or origin.
//!
//! Only subjects with so many markers or segments that they must be bodies are judged, by their mean over seconds, so
//! that a jump or a fall is no finding. What must stay true: a person who does what people do is never accused.

use cyc_model::{MocapFrame, Point, Source};
use glam::DVec3;

/// Fewest points of a body; props and cameras have fewer.
const BODY_POINTS: usize = 15;
/// Frames before anything is said, and the time over which the mean is taken.
const FRAMES_MIN: u32 = 60;
const MEAN_FRAMES: f64 = 240.0;
/// Nobody's largest extent is outside, metres: from a child that crouches to arms stretched out.
const SIZE_M: (f64, f64) = (0.4, 3.5);
/// What the right unit would give, metres.
const LIKELY_M: (f64, f64) = (0.8, 2.6);
/// Whoever is so much longer than high lies.
const LYING: f64 = 0.4;
/// So far below the floor nobody stands, metres.
const BELOW_M: f64 = -0.4;

/// What does not look right.
#[derive(Clone, Debug, PartialEq)]
pub enum Doubt {
    /// Too large or too small; `factor` would make it a person, if a usual one does.
    Size { size_m: f64, factor: Option<f64> },
    /// Longer than high.
    Lying,
    /// Under the floor.
    Below { depth_m: f64 },
}

impl Doubt {
    /// The message about a subject: its key and arguments.
    pub fn said(&self, subject: String) -> (&'static str, Vec<(&'static str, String)>) {
        let subject = ("subject", subject);
        match self {
            Self::Size {
                size_m,
                factor: Some(factor),
            } => {
                let size = ("metres", format!("{size_m:.3}"));
                let right = ("right", format!("{:.2}", size_m * factor));
                let factor = ("factor", factor.to_string());
                ("listen-unit", vec![subject, size, factor, right])
            }
            Self::Size { size_m, .. } => {
                let size = ("metres", format!("{size_m:.3}"));
                ("listen-size", vec![subject, size])
            }
            Self::Lying => ("listen-lying", vec![subject]),
            Self::Below { depth_m } => {
                let depth = ("metres", format!("{depth_m:.2}"));
                ("listen-below", vec![subject, depth])
            }
        }
    }
}

/// The mean shape of the largest body of a source.
#[derive(Clone, Debug, Default)]
pub struct Plausibility {
    subject: String,
    frames: u32,
    extent_m: DVec3,
    lowest_m: f64,
}

impl Plausibility {
    /// Takes a frame.
    pub fn frame(&mut self, frame: &MocapFrame) {
        let bodies = (0..frame.roster.subjects().len()).filter_map(|s| {
            let (low, high, points) = bounds(frame, s)?;
            (points >= BODY_POINTS).then_some((s, low, high))
        });
        let size = |b: &(usize, DVec3, DVec3)| (b.2 - b.1).max_element();
        let Some((subject, low, high)) = bodies.max_by(|a, b| size(a).total_cmp(&size(b))) else {
            return;
        };
        let name = &frame.roster.subjects()[subject].name;
        if self.subject != *name {
            *self = Self {
                subject: name.clone(),
                ..Self::default()
            };
        }
        self.frames = self.frames.saturating_add(1);
        let pace = 1.0 / f64::from(self.frames).min(MEAN_FRAMES);
        self.extent_m += (high - low - self.extent_m) * pace;
        self.lowest_m += (low.y - self.lowest_m) * pace;
    }

    /// What does not look right, and with whom.
    pub fn doubt(&self) -> Option<(&str, Doubt)> {
        if self.frames < FRAMES_MIN {
            return None;
        }
        let size_m = self.extent_m.max_element();
        let doubt = if !(SIZE_M.0..=SIZE_M.1).contains(&size_m) {
            let usual = [0.001, 0.01, 0.0254, 0.3048, 39.37, 100.0, 1000.0];
            let makes_a_person = |f: &f64| (LIKELY_M.0..=LIKELY_M.1).contains(&(f * size_m));
            let factor = usual.into_iter().find(makes_a_person);
            Doubt::Size { size_m, factor }
        } else if size_m > LIKELY_M.0 && self.extent_m.y < LYING * size_m {
            Doubt::Lying
        } else if self.lowest_m < BELOW_M {
            let depth_m = -self.lowest_m;
            Doubt::Below { depth_m }
        } else {
            return None;
        };
        Some((&self.subject, doubt))
    }
}

/// The box around a subject's markers, or around its segments when it has no markers, and how many points are in it.
fn bounds(frame: &MocapFrame, subject: usize) -> Option<(DVec3, DVec3, usize)> {
    let markers = frame.markers_of(subject).iter().flatten().copied();
    let segments = frame.segments_of(subject).iter().flatten();
    let segments = segments.map(|pose| pose.translation());
    let around = |points: &mut dyn Iterator<Item = Point<Source>>| {
        let (mut low, mut high, mut count) = (DVec3::INFINITY, DVec3::NEG_INFINITY, 0);
        for point in points {
            low = low.min(point.metres());
            high = high.max(point.metres());
            count += 1;
        }
        (count > 0).then_some((low, high, count))
    };
    around(&mut markers.into_iter()).or_else(|| around(&mut segments.into_iter()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::{Roster, SubjectInfo};
    use std::sync::Arc;

    /// Twenty points between head and feet of somebody 1.7 m high, after a change of axes or units.
    fn seen(change: impl Fn(DVec3) -> DVec3, frames: usize) -> Option<Doubt> {
        let ann = SubjectInfo {
            name: "Ann".into(),
            segments: vec![],
            markers: (0..20).map(|m| format!("M{m}")).collect(),
        };
        let staff = SubjectInfo {
            name: "Staff".into(),
            segments: vec![],
            markers: vec!["A".into(), "B".into(), "C".into()],
        };
        let roster = Arc::new(Roster::build(vec![ann, staff]).unwrap());
        let mut frame = MocapFrame::default();
        let mut plausibility = Plausibility::default();
        for n in 0..frames {
            frame.reset(&roster);
            for (i, marker) in frame.markers.iter_mut().take(20).enumerate() {
                let part = i as f64 / 19.0;
                let side = if i % 2 == 0 { -0.3 } else { 0.3 };
                let at = DVec3::new(side, 0.05 + 1.65 * part, 0.1 * part + n as f64 * 0.01);
                *marker = Point::new(change(at));
            }
            // A prop lies, hangs and is long: nobody minds.
            for (i, marker) in frame.markers.iter_mut().skip(20).enumerate() {
                *marker = Point::new(DVec3::new(9.0 * i as f64, -2.0, 0.0));
            }
            plausibility.frame(&frame);
        }
        plausibility.doubt().map(|(name, doubt)| {
            assert_eq!(name, "Ann");
            doubt
        })
    }

    #[test]
    fn a_person_on_the_floor_is_not_accused() {
        assert_eq!(seen(|p| p, 300), None);
        // Who crouches, and a child.
        assert_eq!(seen(|p| p * DVec3::new(1.0, 0.5, 1.0), 300), None);
        assert_eq!(seen(|p| p * 0.6, 300), None);
    }

    #[test]
    fn wrong_units_are_named_with_the_right_one() {
        let factor_of = |scale: f64| match seen(|p| p * scale, 300) {
            Some(Doubt::Size { factor, .. }) => factor,
            other => panic!("{scale}: {other:?}"),
        };
        assert_eq!(factor_of(1000.0), Some(0.001));
        assert_eq!(factor_of(100.0), Some(0.01));
        assert_eq!(factor_of(0.001), Some(1000.0));
        assert_eq!(factor_of(1.0 / 7000.0), None);
    }

    #[test]
    fn wrong_axes_are_named_and_a_short_fall_is_not() {
        let z_up = |p: DVec3| DVec3::new(p.x, p.z, p.y);
        assert_eq!(seen(z_up, 300), Some(Doubt::Lying));
        assert_eq!(seen(z_up, 59), None, "too early to say");
        let upside_down = seen(|p| -p, 300);
        assert!(matches!(upside_down, Some(Doubt::Below { depth_m }) if depth_m > 1.6));
    }
}
