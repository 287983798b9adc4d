//! A zoom lens that is lined up at several positions of its rings: each position for itself, and how well those between are
//! foretold by their neighbours.

use super::camera::SeenViews;
use super::error::AlignFault;
use crate::failure::Failure;
use cyc_align::{CameraAlignment, LensFreedom, Tremble, View, align_camera, view_misses_px};
use cyc_model::Lens;
use cyc_stage::{Camera, LensPoint, LensTable};

/// Positions that are one: an encoder trembles by a few of its counts. Of a ring's whole way.
const ONE_POSITION: f64 = 0.002;
/// A ring's whole way where a source sends counts: 16 bits.
const COUNTS: f64 = 65_536.0;

/// One position of the rings.
pub struct FoundPoint {
    /// Zoom and focus, as the source sends them.
    pub rings: [f64; 2],
    /// Views of it.
    pub views: usize,
    /// What was found.
    pub found: CameraAlignment,
    /// Its residuals on the wall, root mean square, millimetres.
    pub rms_mm: f64,
    /// How far off the other points alone have this one's views, root mean square, pixels; of points between others.
    pub foretold_px: Option<f64>,
}

impl FoundPoint {
    fn lens_point(&self) -> Option<LensPoint> {
        Some(LensPoint {
            zoom: self.rings[0],
            focus: self.rings[1],
            lens: Lens::build(self.found.lens).ok()?,
            body_from_pupil: self.found.body_from_pupil,
        })
    }
}

/// A zoom that was lined up.
pub struct LinedZoom {
    /// Its points, by focus and zoom.
    pub points: Vec<FoundPoint>,
    /// The one with the largest residual.
    pub worst: usize,
    /// Photographs that cannot be relied on.
    pub left_out: Vec<AlignFault>,
}

struct Position {
    rings: [f64; 2],
    views: Vec<usize>,
}

/// The positions of the rings that the views were taken at, by focus and zoom; one when nothing is said of rings.
fn positions(seen: &SeenViews) -> Result<Vec<Position>, AlignFault> {
    let silent = seen.rings.iter().position(Option::is_none);
    if let Some(nth) = silent {
        if seen.rings.iter().all(Option::is_none) {
            let views = (0..seen.views.len()).collect();
            let rings = [0.0; 2];
            return Ok(vec![Position { rings, views }]);
        }
        let view = seen.numbers.get(nth).copied().unwrap_or_default();
        return Err(AlignFault::NoZoom { view });
    }
    let all: Vec<[f64; 2]> = seen.rings.iter().flatten().copied().collect();
    let way = |ring: usize| {
        let is_count = all.iter().any(|r| r[ring] > 1.0);
        if is_count { COUNTS } else { 1.0 }
    };
    let near = [0, 1].map(|ring| way(ring) * ONE_POSITION);
    let mut found: Vec<Position> = Vec::new();
    for (nth, rings) in all.iter().enumerate() {
        let is_same = |p: &&mut Position| {
            [0, 1]
                .iter()
                .all(|r| (p.rings[*r] - rings[*r]).abs() <= near[*r])
        };
        match found.iter_mut().find(is_same) {
            Some(position) => position.views.push(nth),
            None => found.push(Position {
                rings: *rings,
                views: vec![nth],
            }),
        }
    }
    // Points of one focus are one row of the table.
    for nth in 1..found.len() {
        let own = found[nth].rings[1];
        let same = found[..nth]
            .iter()
            .find(|p| (p.rings[1] - own).abs() <= near[1]);
        found[nth].rings[1] = same.map_or(own, |p| p.rings[1]);
    }
    found.sort_by(|a, b| {
        a.rings[1]
            .total_cmp(&b.rings[1])
            .then(a.rings[0].total_cmp(&b.rings[0]))
    });
    Ok(found)
}

/// Lines up a camera whose views were taken at several positions of its rings; `None` when they were not.
pub fn zoom(
    camera: &Camera,
    seen: &SeenViews,
    (freedom, tremble): (LensFreedom, Tremble),
) -> Result<Option<LinedZoom>, Failure> {
    let positions = positions(seen)?;
    if positions.len() < 2 {
        return Ok(None);
    }
    let picture_px = camera.picture_px;
    // The source is one for all points, so no point alone may move it.
    let tremble = Tremble {
        source: None,
        ..tremble
    };
    let mut points = Vec::with_capacity(positions.len());
    let mut taken: Vec<Vec<View>> = Vec::with_capacity(positions.len());
    for Position { rings, views } in &positions {
        let own: Vec<View> = views
            .iter()
            .filter_map(|v| seen.views.get(*v))
            .cloned()
            .collect();
        let found = align_camera(&own, picture_px, camera.lens.spec(), (freedom, tremble));
        let found = found.map_err(|e| {
            let told = vec![
                ("zoom", rings[0].to_string()),
                ("focus", rings[1].to_string()),
            ];
            Failure::from(e).within("align-at-lens-point", told)
        })?;
        points.push(FoundPoint {
            rings: *rings,
            views: own.len(),
            rms_mm: rms_mm(&own, picture_px, &found),
            found,
            foretold_px: None,
        });
        taken.push(own);
    }
    for nth in 0..points.len() {
        points[nth].foretold_px = foretold_px(&points, nth, &taken[nth], picture_px);
    }
    let by_rms = |a: &usize, b: &usize| points[*a].found.rms_px.total_cmp(&points[*b].found.rms_px);
    let worst = (0..points.len()).max_by(by_rms).unwrap_or_default();
    Ok(Some(LinedZoom {
        points,
        worst,
        left_out: seen.left_out.clone(),
    }))
}

fn rms(values: impl Iterator<Item = f64>) -> f64 {
    let (sum, count) = values.fold((0.0, 0.0), |(s, n), v| (s + v * v, n + 1.0));
    (sum / f64::max(count, 1.0)).sqrt()
}

/// Residuals on the wall: what a pixel covers at a point's distance.
fn rms_mm(views: &[View], picture_px: [u32; 2], found: &CameraAlignment) -> f64 {
    let lens = &found.lens;
    let focal_px = lens.focal_length_m / lens.sensor_width_m * f64::from(picture_px[0]);
    let each = views
        .iter()
        .zip(&found.residuals_px)
        .flat_map(|(view, misses)| {
            let pupil = (view.stage_from_body * found.body_from_pupil).translation();
            let far_m = move |at: usize| {
                view.sights
                    .get(at)
                    .map_or(0.0, |s| (s.stage.metres() - pupil.metres()).length())
            };
            misses
                .iter()
                .enumerate()
                .map(move |(at, px)| px / focal_px * far_m(at) * 1e3)
        });
    rms(each)
}

/// How far off the table without a point has that point's views; `None` at the ends of a row.
fn foretold_px(
    points: &[FoundPoint],
    nth: usize,
    views: &[View],
    picture_px: [u32; 2],
) -> Option<f64> {
    let [zoom, focus] = points[nth].rings;
    let row = || points.iter().filter(|p| p.rings[1] == focus);
    let is_between = row().any(|p| p.rings[0] < zoom) && row().any(|p| p.rings[0] > zoom);
    if !is_between {
        return None;
    }
    let others: Vec<LensPoint> = row()
        .filter(|p| p.rings[0] != zoom)
        .filter_map(FoundPoint::lens_point)
        .collect();
    let told = LensTable::build(&others).ok()?.at(zoom, focus);
    let misses = |view: &View| view_misses_px(view, picture_px, &told.lens, told.body_from_pupil);
    Some(rms(views.iter().flat_map(misses)))
}
