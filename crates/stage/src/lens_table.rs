//! A zoom lens: what it is at some positions of its rings, and between them. `cyc align` measures the points.
//!
//! Between points of one focus every figure follows the curve of Fritsch and Carlson (1980), which has no bulges that
//! nobody measured: the focal length by its logarithm, as zoom rings are cut. Between two focus positions it is a straight
//! line. Beyond the last point the last point holds.

use crate::{Frustum, FrustumError, Tangents, covering_tangents};
use cyc_model::{Body, CameraBody, Lens, LensSample, LensSpec, Pupil, RingPosition, Stage, Xf};
use glam::{DQuat, DVec3};

/// A lens at one position of its rings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LensPoint {
    /// Position of the zoom ring as its source sends it: 0 to 1, or the encoder's count.
    pub zoom: f64,
    /// The same of the focus ring; 0 where nothing hangs on it.
    pub focus: f64,
    /// The lens there.
    pub lens: Lens,
    /// Where the entrance pupil is there.
    pub body_from_pupil: Xf<CameraBody, Pupil>,
}

/// What a camera sees with at a moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LensView {
    /// Where the entrance pupil is on the body.
    pub body_from_pupil: Xf<CameraBody, Pupil>,
    /// The lens.
    pub lens: LensSpec,
    /// The undistorted opening that contains all that the lens sees.
    pub covering: Tangents,
}

/// Why points are no table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LensTableProblem {
    /// Fewer than two, or more than are taken.
    Count,
    /// Two are at one position.
    Twice(usize),
    /// This one's lens folds within its picture.
    Folds(usize),
    /// This one's distortion goes the other way than the first one's.
    OtherWay(usize),
}

/// Points of a table at most: 24 zooms at 8 distances.
pub const LENS_POINTS_MAX: usize = 192;

/// Logarithm of the focal length, principal point, radial and tangential coefficients, the pupil's place and turn (against
/// the first point's), the covering opening times the focal length.
const FIGURES: usize = 21;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Knot {
    zoom: f64,
    figures: [f64; FIGURES],
}

/// Steps between two measured points in which the covering view is known.
const BETWEEN: usize = 4;

/// A checked table.
#[derive(Clone, Debug, PartialEq)]
pub struct LensTable {
    /// By focus, each with its points by zoom.
    rows: Vec<(f64, Vec<Knot>)>,
    like: LensSpec,
    turn: DQuat,
}

impl LensTable {
    /// From two points or more, in any order.
    ///
    /// # Errors
    /// See [`LensTableProblem`].
    pub fn build(points: &[LensPoint]) -> Result<Self, LensTableProblem> {
        let first = points.first().ok_or(LensTableProblem::Count)?;
        if !(2..=LENS_POINTS_MAX).contains(&points.len()) {
            return Err(LensTableProblem::Count);
        }
        let (like, turn) = (*first.lens.spec(), first.body_from_pupil.rotation());
        let mut rows: Vec<(f64, Vec<Knot>)> = Vec::new();
        for (nth, point) in points.iter().enumerate() {
            if point.lens.spec().direction != like.direction {
                return Err(LensTableProblem::OtherWay(nth));
            }
            let figures = figures(point, turn).ok_or(LensTableProblem::Folds(nth))?;
            let knot = Knot {
                zoom: point.zoom,
                figures,
            };
            match rows.iter_mut().find(|(focus, _)| *focus == point.focus) {
                Some((_, knots)) if knots.iter().any(|k| k.zoom == point.zoom) => {
                    return Err(LensTableProblem::Twice(nth));
                }
                Some((_, knots)) => knots.push(knot),
                None => rows.push((point.focus, vec![knot])),
            }
        }
        rows.sort_by(|a, b| a.0.total_cmp(&b.0));
        for (_, knots) in &mut rows {
            knots.sort_by(|a, b| a.zoom.total_cmp(&b.zoom));
        }
        let mut table = Self { rows, like, turn };
        table.rows = table.rows.iter().map(|row| table.filled(row)).collect();
        Ok(table)
    }

    /// A row with points between those that were measured, whose covering view is that of the lens there: it bends more
    /// than what it is made of, and is too dear to be found with every frame.
    fn filled(&self, (focus, knots): &(f64, Vec<Knot>)) -> (f64, Vec<Knot>) {
        let mut filled = Vec::with_capacity(knots.len() * BETWEEN);
        for (a, b) in knots.iter().zip(knots.iter().skip(1)) {
            filled.push(*a);
            for nth in 1..BETWEEN {
                let zoom = a.zoom + (b.zoom - a.zoom) * nth as f64 / BETWEEN as f64;
                let mut figures = along(knots, zoom);
                let view = self.view(&figures);
                let own = Lens::build(view.lens).ok();
                if let Some(t) = own.and_then(|lens| covering_tangents(&lens).ok()) {
                    let focal = view.lens.focal_length_m;
                    let [.., left, right, bottom, top] = &mut figures;
                    (*left, *right) = (t.left * focal, t.right * focal);
                    (*bottom, *top) = (t.bottom * focal, t.top * focal);
                }
                filled.push(Knot { zoom, figures });
            }
        }
        filled.extend(knots.last());
        (*focus, filled)
    }

    /// The lens at positions of its rings.
    pub fn at(&self, zoom: f64, focus: f64) -> LensView {
        let above = self.rows.partition_point(|(at, _)| *at < focus);
        let row = |nth: usize| self.rows.get(nth).or(self.rows.last());
        let below = row(above.saturating_sub(1));
        let figures = match (below, row(above)) {
            (Some((a, low)), Some((b, high))) if b > a && focus > *a => {
                let part = ((focus - a) / (b - a)).clamp(0.0, 1.0);
                let (low, high) = (along(low, zoom), along(high, zoom));
                let mut between: [f64; FIGURES] =
                    std::array::from_fn(|i| low[i] + (high[i] - low[i]) * part);
                // A lens breathes by so many millimetres a turn of its focus ring, not by so many parts.
                between[0] = (low[0].exp() * (1.0 - part) + high[0].exp() * part).ln();
                between
            }
            (_, Some((_, knots))) | (Some((_, knots)), None) => along(knots, zoom),
            (None, None) => [0.0; FIGURES],
        };
        self.view(&figures)
    }

    /// The lens that a source tells the rings of; `None` when it does not tell the zoom.
    pub fn of_sample(&self, sample: &LensSample) -> Option<LensView> {
        let knots = || self.rows.iter().flat_map(|(_, knots)| knots);
        let is_whole = knots().all(|k| k.zoom <= 1.0);
        let zoom = position(sample.zoom, is_whole)?;
        let is_whole = self.rows.iter().all(|(focus, _)| *focus <= 1.0);
        let focus = position(sample.focus, is_whole).unwrap_or_default();
        Some(self.at(zoom, focus))
    }

    fn view(&self, figures: &[f64; FIGURES]) -> LensView {
        let [ln_f, x, y, k1, k2, k3, k4, k5, k6, p1, p2, rest @ ..] = *figures;
        let [px, py, pz, tx, ty, tz, left, right, bottom, top] = rest;
        let focal = ln_f.exp();
        let turn = self.turn * DQuat::from_scaled_axis(DVec3::new(tx, ty, tz));
        LensView {
            body_from_pupil: Xf::saturating(turn, DVec3::new(px, py, pz)),
            lens: LensSpec {
                focal_length_m: focal,
                principal_point_m: [x, y],
                radial: [k1, k2, k3, k4, k5, k6],
                tangential: [p1, p2],
                ..self.like
            },
            covering: Tangents {
                left: left / focal,
                right: right / focal,
                bottom: bottom / focal,
                top: top / focal,
            },
        }
    }
}

fn position(ring: RingPosition, is_whole: bool) -> Option<f64> {
    if is_whole {
        ring.normalised
    } else {
        ring.raw.map(f64::from)
    }
}

fn figures(point: &LensPoint, turn: DQuat) -> Option<[f64; FIGURES]> {
    let spec = point.lens.spec();
    let t = covering_tangents(&point.lens).ok()?;
    let focal = spec.focal_length_m;
    let [x, y] = spec.principal_point_m;
    let [k1, k2, k3, k4, k5, k6] = spec.radial;
    let [p1, p2] = spec.tangential;
    let place = point.body_from_pupil.translation().metres();
    let mut between = turn.conjugate() * point.body_from_pupil.rotation();
    if between.w < 0.0 {
        between = -between;
    }
    let turned = between.to_scaled_axis();
    let [left, right, bottom, top] = [t.left, t.right, t.bottom, t.top].map(|v| v * focal);
    Some([
        focal.ln(),
        x,
        y,
        k1,
        k2,
        k3,
        k4,
        k5,
        k6,
        p1,
        p2,
        place.x,
        place.y,
        place.z,
        turned.x,
        turned.y,
        turned.z,
        left,
        right,
        bottom,
        top,
    ])
}

/// All figures at a zoom.
fn along(knots: &[Knot], zoom: f64) -> [f64; FIGURES] {
    let (Some(first), Some(last)) = (knots.first(), knots.last()) else {
        return [0.0; FIGURES];
    };
    let above = knots.partition_point(|k| k.zoom <= zoom);
    let (Some(a), Some(b)) = (
        above.checked_sub(1).and_then(|n| knots.get(n)),
        knots.get(above),
    ) else {
        return if above == 0 {
            first.figures
        } else {
            last.figures
        };
    };
    let (width, part) = (b.zoom - a.zoom, (zoom - a.zoom) / (b.zoom - a.zoom));
    // Hermite's basis.
    let (s, t) = (part, 1.0 - part);
    let (h00, h10) = ((1.0 + 2.0 * s) * t * t, s * t * t);
    let (h01, h11) = (s * s * (3.0 - 2.0 * s), -s * s * t);
    std::array::from_fn(|i| {
        let (m0, m1) = (slope(knots, above - 1, i), slope(knots, above, i));
        h00 * a.figures[i] + h10 * width * m0 + h01 * b.figures[i] + h11 * width * m1
    })
}

/// The slope of a figure at a knot, so that it never rises beyond its neighbours (Fritsch and Butland's harmonic mean).
fn slope(knots: &[Knot], nth: usize, figure: usize) -> f64 {
    let secant = |from: usize| {
        let (a, b) = (knots.get(from)?, knots.get(from + 1)?);
        let width = b.zoom - a.zoom;
        Some((width, (b.figures[figure] - a.figures[figure]) / width))
    };
    let before = nth.checked_sub(1).and_then(secant);
    match (before, secant(nth)) {
        (Some((w0, d0)), Some((w1, d1))) if d0 * d1 > 0.0 => {
            let (a, b) = (2.0 * w1 + w0, w1 + 2.0 * w0);
            (a + b) / (a / d0 + b / d1)
        }
        (Some(_), Some(_)) => 0.0,
        // At an end: that of the curve through three points, as far as it does not turn back.
        (None, Some((w0, d0))) => end_slope((w0, d0), secant(nth + 1)),
        (Some((w0, d0)), None) => end_slope((w0, d0), nth.checked_sub(2).and_then(secant)),
        (None, None) => 0.0,
    }
}

fn end_slope((w0, d0): (f64, f64), next: Option<(f64, f64)>) -> f64 {
    let Some((w1, d1)) = next else { return d0 };
    let slope = ((2.0 * w0 + w1) * d0 - w0 * d1) / (w0 + w1);
    if slope * d0 <= 0.0 {
        0.0
    } else if d0 * d1 <= 0.0 && slope.abs() > 3.0 * d0.abs() {
        3.0 * d0
    } else {
        slope
    }
}

impl LensView {
    /// The entrance pupil, from the tracked body.
    pub fn stage_from_pupil(&self, stage_from_body: Xf<Stage, Body>) -> Xf<Stage, Pupil> {
        stage_from_body.relabel::<Stage, CameraBody>() * self.body_from_pupil
    }

    /// Half of the smaller opening angle, radians.
    pub fn half_angle_rad(&self) -> f64 {
        let t = self.covering;
        let half = |a: f64, b: f64| (b.atan() - a.atan()) / 2.0;
        half(t.left, t.right).min(half(t.bottom, t.top))
    }

    /// What the wall must show: the covering view with overscan.
    pub fn inner(
        &self,
        stage_from_pupil: Xf<Stage, Pupil>,
        overscan: f64,
    ) -> Result<Frustum, FrustumError> {
        Frustum::inner(
            stage_from_pupil,
            self.covering,
            overscan,
            crate::camera::NEAR_M,
        )
    }

    /// What the sensor itself sees, without distortion and without overscan.
    pub fn sensor(&self, stage_from_pupil: Xf<Stage, Pupil>) -> Result<Frustum, FrustumError> {
        let lens = Lens::build(self.lens).map_err(|_| FrustumError::EmptyView)?;
        let tangents = Tangents::new(lens.tangents());
        Frustum::inner(stage_from_pupil, tangents, 1.0, crate::camera::NEAR_M)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A zoom of 24 to 70 mm whose pupil goes forward, by formulas that have nothing of a table.
    fn truth(zoom: f64) -> (f64, f64, f64) {
        let focal_mm = 24.0 * (70.0f64 / 24.0).powf(zoom);
        (
            focal_mm,
            -0.12 * (1.0 - zoom).powi(2) + 0.03 * zoom,
            0.02 + 0.05 * zoom * zoom,
        )
    }

    fn point(zoom: f64, focus: f64) -> LensPoint {
        let (focal_mm, k1, ahead_m) = truth(zoom);
        let spec = LensSpec {
            radial: [k1, 0.0, 0.0, 0.0, 0.0, 0.0],
            ..LensSpec::pinhole(0.036, 0.020_25, focal_mm * 1e-3 * (1.0 + 0.02 * focus))
        };
        LensPoint {
            zoom,
            focus,
            lens: Lens::build(spec).unwrap(),
            body_from_pupil: Xf::saturating(
                DQuat::from_rotation_y(0.3),
                DVec3::new(0.0, -0.1, -ahead_m),
            ),
        }
    }

    #[test]
    fn between_points_a_zoom_is_what_it_is() {
        let points: Vec<_> = [0.6, 0.0, 1.0, 0.2, 0.8, 0.4]
            .map(|z| point(z, 0.0))
            .to_vec();
        let table = LensTable::build(&points).unwrap();
        for nth in 0..=50 {
            let zoom = f64::from(nth) / 50.0;
            let (seen, (focal_mm, k1, ahead_m)) = (table.at(zoom, 0.0), truth(zoom));
            assert!(
                (seen.lens.focal_length_m * 1e3 / focal_mm - 1.0).abs() < 1e-9,
                "{zoom}"
            );
            assert!(
                (seen.lens.radial[0] - k1).abs() < 8e-4,
                "{zoom}: {} {k1}",
                seen.lens.radial[0]
            );
            assert!(
                (seen.body_from_pupil.translation().metres().z + ahead_m).abs() < 5e-4,
                "{zoom}"
            );
            let exact = covering_tangents(&Lens::build(seen.lens).unwrap()).unwrap();
            assert!(
                (seen.covering.right / exact.right - 1.0).abs() < 2e-3,
                "{zoom}"
            );
        }
        // Beyond its ends it stays.
        assert_eq!(table.at(-3.0, 0.0), table.at(0.0, 0.5));
        assert_eq!(table.at(9.0, 0.0), table.at(1.0, 0.0));
        // Between two distances.
        let near: Vec<_> = points
            .iter()
            .copied()
            .chain([0.0, 0.5, 1.0].map(|z| point(z, 1.0)))
            .collect();
        let table = LensTable::build(&near).unwrap();
        let focal = |focus| table.at(0.5, focus).lens.focal_length_m * 1e3 / truth(0.5).0;
        assert!((focal(1.0) - 1.02).abs() < 1e-6 && (focal(0.5) - 1.01).abs() < 1e-6);
    }

    #[test]
    fn rings_are_read_as_their_source_sends_them() {
        let counts = [0.0, 30_000.0, 60_000.0].map(|count| LensPoint {
            zoom: count,
            ..point(count / 60_000.0, 0.0)
        });
        let table = LensTable::build(&counts).unwrap();
        let mut sample = LensSample::default();
        assert_eq!(table.of_sample(&sample), None);
        sample.zoom.normalised = Some(0.5);
        assert_eq!(table.of_sample(&sample), None);
        sample.zoom.raw = Some(30_000);
        assert_eq!(table.of_sample(&sample).unwrap(), table.at(30_000.0, 0.0));
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let build = LensTable::build;
        assert_eq!(build(&[]), Err(LensTableProblem::Count));
        assert_eq!(build(&[point(0.1, 0.0)]), Err(LensTableProblem::Count));
        let twice = [point(0.1, 0.0), point(0.2, 0.0), point(0.1, 0.0)];
        assert_eq!(build(&twice), Err(LensTableProblem::Twice(2)));
        let mut folds = [point(0.1, 0.0), point(0.2, 0.0)];
        let spec = LensSpec {
            radial: [-3.0, 0.0, 0.0, 0.0, 0.0, 0.0],
            ..*folds[1].lens.spec()
        };
        folds[1].lens = Lens::build(spec).unwrap();
        assert_eq!(build(&folds), Err(LensTableProblem::Folds(1)));
    }
}
