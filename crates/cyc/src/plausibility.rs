//! Whether what arrives can be people on a floor: a body of the wrong size has the wrong unit, one that lies or stands
//! below the floor has the wrong axis or origin.
//!
//! Only subjects with so many markers or segments that they must be bodies are judged, by their mean over seconds, so
//! that a jump or a fall is no finding. A body that lies from one look to the next, all of it, did not fall: that is judged at
//! once, whichever of the bodies shows it, for one that is bent when the axes change has no height to lose.
//! What must stay true: a person who does what people do is never accused.

use cyc_model::{HostNs, MocapFrame, Nanos, Point, Roster, Source};
use glam::DVec3;
use std::sync::Arc;

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
/// Nobody's height changes by such a share of her length from one look to the next, thirty a second.
const TURNED: f64 = 0.4;
/// As long as the same points are seen, and she is as long as she was, within this share.
const SAME_LENGTH: f64 = 0.2;
/// Looks that are farther apart than this were kept from looking: meanwhile somebody may well have fallen.
const LOOKS_APART_MAX: Nanos = Nanos::from_millis(100);
/// A body that is looked at stays so until another one is so much larger: of people who are alike it is not another one with
/// each frame.
const LARGER: f64 = 1.5;
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

/// A body as one frame has it.
#[derive(Clone, Copy, Debug)]
struct Body {
    subject: usize,
    extent_m: DVec3,
    lowest_m: f64,
    points: usize,
    heard: HostNs,
}

impl Body {
    fn length_m(&self) -> f64 {
        self.extent_m.max_element()
    }

    /// How much of her is height.
    fn upright(&self) -> f64 {
        self.extent_m.y / self.length_m()
    }

    /// Whether she stands who lay at the last look, or the other way round: with axes that were changed, not by falling.
    fn has_turned_since(&self, before: &Self) -> bool {
        let (length, before_m) = (self.length_m(), before.length_m());
        self.points == before.points
            && self.heard - before.heard <= LOOKS_APART_MAX
            && (length - before_m).abs() < SAME_LENGTH * before_m
            && (self.upright() - before.upright()).abs() > TURNED
    }
}

/// The mean shape of the largest body of a source.
#[derive(Clone, Debug, Default)]
pub struct Plausibility {
    subject: String,
    frames: u32,
    extent_m: DVec3,
    lowest_m: f64,
    roster: Option<Arc<Roster>>,
    /// Every subject that is a body, as the frame before had it.
    before: Vec<Option<Body>>,
}

impl Plausibility {
    /// Takes a frame.
    pub fn frame(&mut self, frame: &MocapFrame) {
        let subjects = frame.roster.subjects();
        let is_known = |known: &Arc<Roster>| Arc::ptr_eq(known, &frame.roster);
        if !self.roster.as_ref().is_some_and(is_known) {
            self.roster = Some(Arc::clone(&frame.roster));
            self.before = vec![None; subjects.len()];
        }
        let mut turned = Turned::default();
        let mut largest: Option<(f64, Body)> = None;
        for (place, before) in self.before.iter_mut().enumerate() {
            let body = body(frame, place);
            let was = std::mem::replace(before, body);
            let Some(body) = body else { continue };
            if was.is_some_and(|was| body.has_turned_since(&was)) {
                turned.note(body);
            }
            // The one that is looked at already counts for more.
            let is_known = subjects.get(place).is_some_and(|s| s.name == self.subject);
            let size = body.length_m() * if is_known { LARGER } else { 1.0 };
            if largest.is_none_or(|(most, _)| size > most) {
                largest = Some((size, body));
            }
        }
        let turned = turned.telling();
        let Some(body) = turned.or(largest.map(|(_, body)| body)) else {
            return;
        };
        let name = subjects.get(body.subject).map(|s| &s.name);
        if let Some(name) = name.filter(|name| self.subject != **name) {
            self.subject.clone_from(name);
            self.frames = 0;
        }
        if turned.is_some() {
            // What was the mean is of another space.
            (self.extent_m, self.lowest_m) = (body.extent_m, body.lowest_m);
            self.frames = self.frames.max(FRAMES_MIN);
        }
        self.frames = self.frames.saturating_add(1);
        let pace = 1.0 / f64::from(self.frames).min(MEAN_FRAMES);
        self.extent_m += (body.extent_m - self.extent_m) * pace;
        self.lowest_m += (body.lowest_m - self.lowest_m) * pace;
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

/// The bodies that turned from one frame to the next.
#[derive(Default)]
struct Turned {
    lying: (usize, Option<Body>),
    standing: (usize, Option<Body>),
}

impl Turned {
    fn note(&mut self, body: Body) {
        let side = match body.upright() < LYING {
            true => &mut self.lying,
            false => &mut self.standing,
        };
        side.0 += 1;
        let larger = side.1.filter(|known| known.length_m() >= body.length_m());
        side.1 = Some(larger.unwrap_or(body));
    }

    /// One of those who show how the axes are now: who performs on the floor stands when they become wrong.
    fn telling(self) -> Option<Body> {
        match self.lying.0 >= self.standing.0 {
            true => self.lying.1,
            false => self.standing.1,
        }
    }
}

/// The box around a subject's markers, or around its segments when it has no markers; `None` when there are too few points
/// for a body.
fn body(frame: &MocapFrame, subject: usize) -> Option<Body> {
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
        (count > 0).then_some(Body {
            subject,
            extent_m: high - low,
            lowest_m: low.y,
            points: count,
            heard: frame.heard,
        })
    };
    let body = around(&mut markers.into_iter()).or_else(|| around(&mut segments.into_iter()));
    body.filter(|body| body.points >= BODY_POINTS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::{Roster, SubjectInfo};
    use std::cell::Cell;
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
        // Another axis from one frame to the next: nobody falls like that, and who gets up again is not accused.
        let points = Cell::new(0);
        let turned = |p: DVec3| {
            points.set(points.get() + 1);
            if points.get() > 20 * 200 { z_up(p) } else { p }
        };
        assert_eq!(seen(turned, 201), Some(Doubt::Lying));
        points.set(0);
        // Over a third of a second it is a fall.
        let falls = |p: DVec3| {
            points.set(points.get() + 1);
            let part = (f64::from(points.get() / 20 - 200) / 10.0).clamp(0.0, 1.0);
            p.lerp(z_up(p), part)
        };
        assert_eq!(seen(falls, 220), None);
        let upside_down = seen(|p| -p, 300);
        assert!(matches!(upside_down, Some(Doubt::Below { depth_m }) if depth_m > 1.6));
    }

    /// Two people who lie, now the one and now the other with arms further out: who is looked at does not change with each
    /// frame, or nothing would ever be said.
    #[test]
    fn people_who_are_alike_are_judged_too() {
        let person = |name: &str| SubjectInfo {
            name: name.into(),
            segments: vec![],
            markers: (0..20).map(|m| format!("M{m}")).collect(),
        };
        let roster = Arc::new(Roster::build(vec![person("Ann"), person("Bo")]).unwrap());
        let mut frame = MocapFrame::default();
        let mut plausibility = Plausibility::default();
        for n in 0..61 {
            frame.reset(&roster);
            for (i, marker) in frame.markers.iter_mut().enumerate() {
                let length = if i / 20 == n % 2 { 1.7 } else { 1.6 };
                let part = (i % 20) as f64 / 19.0;
                *marker = Point::new(DVec3::new(0.1 * part, 0.1, length * part));
            }
            plausibility.frame(&frame);
        }
        let (_, doubt) = plausibility.doubt().unwrap();
        assert_eq!(doubt, Doubt::Lying);
    }

    /// Six people of a source, of whom the one who is looked at first is bent and one performs on the floor, while the
    /// axes change and change back.
    #[test]
    fn changed_axes_are_named_at_once_by_whoever_shows_them() {
        let name = |i: usize| format!("P{i}");
        let person = |i| SubjectInfo {
            name: name(i),
            segments: vec![],
            markers: (0..20).map(|m| format!("M{m}")).collect(),
        };
        let roster = Arc::new(Roster::build((0..6).map(person).collect()).unwrap());
        // Where the parts of each are between her feet and head.
        let body = |who: usize, part: f64| match who {
            0 => DVec3::new(0.2 * part, 0.9 * part, 1.3 * part),
            1 => DVec3::new(0.1 * part, 0.15, 1.65 * part),
            _ => DVec3::new(0.2 * part, 1.6 * part, 0.1 * part),
        };
        let mut frame = MocapFrame::default();
        let mut plausibility = Plausibility::default();
        let mut look = |n: i64, wrong: bool| {
            frame.reset(&roster);
            frame.heard = HostNs(n * 33_000_000);
            for (i, marker) in frame.markers.iter_mut().enumerate() {
                let at = body(i / 20, (i % 20) as f64 / 19.0);
                let at = if wrong {
                    DVec3::new(at.x, at.z, -at.y)
                } else {
                    at
                };
                *marker = Point::new(at);
            }
            plausibility.frame(&frame);
            let doubt = plausibility.doubt();
            doubt.map(|(name, doubt)| (name.to_owned(), doubt))
        };
        // The largest is the one who lies: she is given her seconds before anything is said, and here they are not over.
        for n in 0..50 {
            assert_eq!(look(n, false), None, "{n}");
        }
        let (who, doubt) = look(50, true).expect("named at once");
        assert!(who != name(0) && who != name(1), "{who}");
        assert_eq!(doubt, Doubt::Lying);
        assert!(look(51, true).is_some());
        assert_eq!(look(52, false), None, "mended");
        // After a pause in which everybody may have lain down nobody is accused.
        assert_eq!(look(70, true), None);
    }
}
