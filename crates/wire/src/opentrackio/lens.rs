//! The lens of a sample against ours: millimetres and metres, alternating coefficients, and the direction of y.
//!
//! OpenLensIO's polynomial is on the sensor in millimetres with `l1 l3 l5` in the numerator and `l2 l4 l6` in the
//! denominator; the scale to metres is its power of a thousand. A tangential coefficient is 1/mm by the same formula
//! (the published note on OpenCV divides by F² where the formula needs F; the formula is followed here). The sensor's y
//! points down, as in the note, where ours points up.

use super::inline::{List, Real, Text, Whole};
use super::sample::{DistortionPart, IrisFocusZoom, LensPart, Offset, RawIrisFocusZoom};
use cyc_model::{Distortion, LensSample, RingPosition, SensorDistortion};

const MM_PER_M: f64 = 1000.0;
const D_U: &str = "Brown-Conrady D-U";
const U_D: &str = "Brown-Conrady U-D";

/// The lens of a sample. The second value is how many distortions have a model that is not known.
pub(crate) fn lens_of(part: &LensPart) -> (LensSample, u64) {
    let (encoders, raw) = (
        part.encoders.unwrap_or_default(),
        part.raw_encoders.unwrap_or_default(),
    );
    let ring = |share: Option<Real>, raw: Option<Whole>| RingPosition {
        raw: raw.and_then(|w| u32::try_from(w.0).ok()),
        normalised: finite(share).filter(|s| (0.0..=1.0).contains(s)),
    };
    let all = part.distortion.unwrap_or_default();
    let known = all.as_slice().iter().filter_map(distortion_of);
    let unknown = all.as_slice().len() - known.clone().count();
    let sample = LensSample {
        zoom: ring(encoders.zoom, raw.zoom),
        focus: ring(encoders.focus, raw.focus),
        iris: ring(encoders.iris, raw.iris),
        focal_length_m: positive(part.pinhole_focal_length).map(|mm| mm / MM_PER_M),
        focus_distance_m: positive(part.focus_distance),
        entrance_pupil_offset_m: finite(part.entrance_pupil_offset),
        f_stop: positive(part.f_stop),
        t_stop: positive(part.t_stop),
        projection_offset_m: part.projection_offset.and_then(offset_m),
        distortion_offset_m: part.distortion_offset.and_then(offset_m),
        distortion: known.clone().next(),
        ..LensSample::default()
    };
    (sample, unknown as u64)
}

fn finite(v: Option<Real>) -> Option<f64> {
    v.map(|r| r.0).filter(|v| v.is_finite())
}

fn positive(v: Option<Real>) -> Option<f64> {
    finite(v).filter(|v| *v > 0.0)
}

fn offset_m(offset: Offset) -> Option<[f64; 2]> {
    let (x, y) = (finite(Some(offset.x))?, finite(Some(offset.y))?);
    Some([x / MM_PER_M, -y / MM_PER_M])
}

/// `None` for a model that is not known, or numbers that are none.
fn distortion_of(part: &DistortionPart) -> Option<SensorDistortion> {
    let direction = match part.model {
        None => Distortion::DistortedToUndistorted,
        Some(model) => match model.as_str() {
            D_U => Distortion::DistortedToUndistorted,
            U_D => Distortion::UndistortedToDistorted,
            _ => return None,
        },
    };
    let (radial, tangential) = (part.radial?, part.tangential.unwrap_or_default());
    let all = radial.as_slice().iter().chain(tangential.as_slice());
    if !all.clone().all(|r| r.0.is_finite()) || radial.as_slice().len() > 6 {
        return None;
    }
    let l = |i: usize| radial.as_slice().get(i).map_or(0.0, |r| r.0);
    let q = |i: usize| tangential.as_slice().get(i).map_or(0.0, |r| r.0);
    let powers = [2, 4, 6].map(|n| MM_PER_M.powi(n));
    let [p2, p4, p6] = powers;
    Some(SensorDistortion {
        direction,
        numerator: [l(0) * p2, l(2) * p4, l(4) * p6],
        denominator: [l(1) * p2, l(3) * p4, l(5) * p6],
        tangential_per_m: [q(0) * MM_PER_M, q(1) * MM_PER_M],
        overscan: finite(part.overscan).filter(|o| *o >= 1.0),
    })
}

/// What a sample says of a lens; `None` when nothing.
pub(crate) fn part_of(lens: &LensSample) -> Option<LensPart> {
    let real = |v: Option<f64>| v.filter(|v| v.is_finite()).map(Real);
    let above_zero = |v: Option<f64>| real(v).filter(|r| r.0 > 0.0);
    let share = |ring: RingPosition| real(ring.normalised.map(|s| s.clamp(0.0, 1.0)));
    let count = |ring: RingPosition| ring.raw.map(|r| Whole(u64::from(r)));
    let offset = |m: Option<[f64; 2]>| {
        let [x, y] = m?;
        let both = Offset {
            x: Real(x * MM_PER_M),
            y: Real(-y * MM_PER_M),
        };
        (x.is_finite() && y.is_finite()).then_some(both)
    };
    let encoders = IrisFocusZoom {
        focus: share(lens.focus),
        iris: share(lens.iris),
        zoom: share(lens.zoom),
    };
    let raw_encoders = RawIrisFocusZoom {
        focus: count(lens.focus),
        iris: count(lens.iris),
        zoom: count(lens.zoom),
    };
    let part = LensPart {
        distortion: lens.distortion.and_then(distortion_part),
        distortion_offset: offset(lens.distortion_offset_m),
        encoders: (encoders != IrisFocusZoom::default()).then_some(encoders),
        raw_encoders: (raw_encoders != RawIrisFocusZoom::default()).then_some(raw_encoders),
        entrance_pupil_offset: real(lens.entrance_pupil_offset_m),
        f_stop: above_zero(lens.f_stop),
        t_stop: above_zero(lens.t_stop),
        pinhole_focal_length: above_zero(lens.focal_length_m.map(|f| f * MM_PER_M)),
        focus_distance: above_zero(lens.focus_distance_m),
        projection_offset: offset(lens.projection_offset_m),
    };
    (part != LensPart::default()).then_some(part)
}

fn distortion_part<const N: usize>(d: SensorDistortion) -> Option<List<DistortionPart, N>> {
    let [p2, p4, p6] = [2, 4, 6].map(|n| MM_PER_M.powi(n));
    let ([n1, n2, n3], [d1, d2, d3]) = (d.numerator, d.denominator);
    let (mut radial, mut tangential) = (List::default(), List::default());
    for l in [n1 / p2, d1 / p2, n2 / p4, d2 / p4, n3 / p6, d3 / p6] {
        radial.push(Real(l));
    }
    for p in d.tangential_per_m {
        tangential.push(Real(p / MM_PER_M));
    }
    let model = match d.direction {
        Distortion::DistortedToUndistorted => D_U,
        Distortion::UndistortedToDistorted => U_D,
    };
    let part = DistortionPart {
        model: Some(Text::cut(model)),
        radial: Some(radial),
        tangential: Some(tangential),
        overscan: d.overscan.filter(|o| *o >= 1.0 && o.is_finite()).map(Real),
    };
    let mut list = List::default();
    let is_finite = |l: &List<Real, _>| l.as_slice().iter().all(|r| r.0.is_finite());
    (is_finite(&radial) && is_finite(&tangential) && list.push(part)).then_some(list)
}
