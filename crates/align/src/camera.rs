//! Where the entrance pupil is on the tracked body, and what lens it is: all views at once.
//!
//! The body's place is known in every view, so the offset to the pupil is one unknown transform for all of them (hand and
//! eye), solved together with the lens so that neither hides the other's error. It begins from a pose of each view taken
//! alone; the beginning that explains all views best is refined, first as if the tracker were exact, then with what each view's
//! body and the source were off by ([`crate::bundle`]).

use crate::answer::{Answer, Prepared};
use crate::bundle::{Bundle, Off};
use crate::freedom::{LensFreedom, Uncertainty};
use crate::least_squares::{Problem, solve};
use crate::pinhole::{Pinhole, pupil_from_picture};
use crate::pose::{first_pose, miss_px};
use crate::tremble::{PoseOff, Tremble};
use crate::{
    AlignError, FOCAL_ERROR_MAX, PLACE_ERROR_MAX_M, SIGHTS_MAX, SIGHTS_MIN, TURN_ERROR_MAX_RAD,
    Unknown, VIEWS_MAX, View,
};
use cyc_model::{CameraBody, Distortion, LensSpec, Pupil, Stage, Xf};
use glam::{DQuat, DVec2, DVec3};
use nalgebra::{DMatrix, DVector};

/// Where the pupil is, and the lens.
#[derive(Clone, Debug, PartialEq)]
pub struct CameraAlignment {
    /// From the entrance pupil to the tracked body.
    pub body_from_pupil: Xf<CameraBody, Pupil>,
    /// The lens; its distortion leads from undistorted to distorted when it was looked for.
    pub lens: LensSpec,
    /// What takes the source, where it was said to be on the stage, to where the views have it; `None` when it was not questioned,
    /// or when they do not contradict.
    pub source_shift: Option<Xf<Stage, Stage>>,
    /// How far that is; zero without.
    pub source_off: PoseOff,
    /// How far off each view's body was, as its points have it.
    pub bodies_off: Vec<PoseOff>,
    /// How far off each point is with its view's body put right, pixels, view by view.
    pub residuals_px: Vec<Vec<f64>>,
    /// Their root mean square.
    pub rms_px: f64,
    /// View and point of the largest.
    pub worst: (usize, usize),
    /// How sure it is.
    pub uncertainty: Uncertainty,
}

/// Residuals that weigh half at first, pixels: beginnings are this good.
const BEGIN_PX: f64 = 8.0;
/// Noise of a detected point at least, pixels. Perfect points say nothing about geometry that leaves something open.
const NOISE_MIN_PX: f64 = 0.1;
/// How often noise is learnt from what is left, and the answer found anew.
const ROUNDS: usize = 4;
/// Squared deviations of a source's six figures from which it stands elsewhere: chance does that once in a thousand times.
const SURE: f64 = 22.46;

struct AllViews<'a> {
    views: &'a [Prepared],
    answer: Answer,
    freedom: LensFreedom,
}

impl AllViews<'_> {
    fn stepped(&self, step: &[f64]) -> Answer {
        self.answer.stepped(step, self.freedom)
    }

    fn misses<'b>(&'b self, answer: &'b Answer) -> impl Iterator<Item = DVec2> + 'b {
        self.views.iter().flat_map(move |view| {
            let pose = answer.pose(view.body);
            let miss = move |(p, px): &(DVec3, DVec2)| miss_px(&answer.lens, &pose, *p, *px);
            view.points.iter().map(miss)
        })
    }

    fn usual_px(&self) -> f64 {
        let mut misses: Vec<f64> = self
            .misses(&self.answer)
            .flat_map(|m| [m.x.abs(), m.y.abs()])
            .collect();
        let middle = misses.len() / 2;
        // The median of a normal distribution's sizes is 0.6745 of its deviation.
        let (_, median, _) = misses.select_nth_unstable_by(middle, f64::total_cmp);
        *median / 0.6745
    }
}

impl Problem for AllViews<'_> {
    fn unknowns(&self) -> usize {
        6 + self.freedom.count()
    }

    fn residuals(&self, step: &[f64], out: &mut Vec<f64>) {
        let answer = self.stepped(step);
        out.clear();
        out.extend(self.misses(&answer).flat_map(|miss| miss.to_array()));
    }

    fn take(&mut self, step: &[f64]) {
        self.answer = self.stepped(step);
    }
}

fn prepared(views: &[View]) -> Result<Vec<Prepared>, AlignError> {
    let too_many = |what, given, most| Err(AlignError::TooMany { what, given, most });
    if views.is_empty() {
        return Err(AlignError::TooFewPoints {
            given: 0,
            least: SIGHTS_MIN,
        });
    }
    if views.len() > VIEWS_MAX {
        return too_many("views", views.len(), VIEWS_MAX);
    }
    let mut all = Vec::with_capacity(views.len());
    for (nth, view) in views.iter().enumerate() {
        let (given, least) = (view.sights.len(), SIGHTS_MIN);
        if given < least {
            let view = nth + 1;
            return Err(AlignError::ThinView { view, given, least });
        }
        if given > SIGHTS_MAX {
            return too_many("points", given, SIGHTS_MAX);
        }
        let body = view.stage_from_body;
        let points = view.sights.iter().filter(|s| s.image_px.is_finite());
        all.push(Prepared {
            body: (body.rotation(), body.translation().metres()),
            points: points.map(|s| (s.stage.metres(), s.image_px)).collect(),
        });
    }
    Ok(all)
}

/// The pupil on the body as one view alone has it.
fn alone(view: &Prepared, lens: &Pinhole) -> Option<(DQuat, DVec3)> {
    let pose = first_pose(lens, &view.points)?;
    let (body_turn, body_place) = view.body;
    let stage_from_pupil = pose.turn.conjugate() * pupil_from_picture().conjugate();
    let pupil = pose.turn.conjugate() * -pose.shift;
    let turn = body_turn.conjugate() * stage_from_pupil;
    Some((turn, body_turn.conjugate() * (pupil - body_place)))
}

/// Finds the pupil on the body and the lens, from views of pictures of a size. `begin` is the lens as far as it is known:
/// its focal length to some tens of per cent, its sensor's size exactly.
///
/// # Errors
/// Too few or too many views or points, a view that no pose fits, or views that leave something open.
pub fn align_camera(
    views: &[View],
    picture_px: [u32; 2],
    begin: &LensSpec,
    (freedom, tremble): (LensFreedom, Tremble),
) -> Result<CameraAlignment, AlignError> {
    check_start(picture_px, begin)?;
    let views = prepared(views)?;
    let mut lens = Pinhole::of_lens(begin, picture_px);
    if freedom == LensFreedom::Full && begin.direction == Distortion::DistortedToUndistorted {
        // Looked for in the other direction, so that it begins without any.
        (lens.radial, lens.below, lens.tangential) = ([0.0; 3], [0.0; 3], [0.0; 2]);
        lens.is_inverse = false;
    }
    let mut problem = AllViews {
        answer: best_beginning(&views, lens)?,
        views: &views,
        freedom: LensFreedom::Fixed,
    };
    let stages = [LensFreedom::Fixed, LensFreedom::Focal, LensFreedom::Full];
    for stage in stages.into_iter().filter(|s| s.count() <= freedom.count()) {
        problem.freedom = stage;
        solve(&mut problem, BEGIN_PX);
    }
    let noise_px = problem.usual_px().max(NOISE_MIN_PX);
    let begun = (problem.answer, noise_px);
    let mut bundle = refined(&views, begun, (freedom, tremble));
    let mut covariance = bundle.covariance();
    let shift = covariance.as_ref().and_then(|c| sure_shift(&bundle, c));
    if shift.is_none() && tremble.source.is_some() {
        // A source that stands where it was said to stand is left there, and the answer is the one for that.
        let (exact, source) = (
            Tremble {
                source: None,
                ..tremble
            },
            tremble.source,
        );
        bundle = refined(&views, begun, (freedom, exact));
        // What it is not known to is no less unknown for that.
        bundle.tremble.source = source;
        covariance = bundle.covariance();
    }
    let uncertainty = uncertainty(covariance, freedom)?;
    Ok(alignment(
        &bundle,
        (begin, picture_px),
        (shift, uncertainty),
    ))
}

/// The answer when noise is learnt from what is left.
fn refined<'v>(
    views: &'v [Prepared],
    (answer, noise_px): (Answer, f64),
    (freedom, tremble): (LensFreedom, Tremble),
) -> Bundle<'v> {
    let mut bundle = Bundle::new(views, answer, (freedom, tremble, noise_px));
    for _ in 0..ROUNDS {
        bundle.solve();
        bundle.learn(tremble.body, NOISE_MIN_PX);
    }
    bundle
}

/// Where the source is instead, when the views are sure of it.
fn sure_shift(bundle: &Bundle<'_>, covariance: &DMatrix<f64>) -> Option<Xf<Stage, Stage>> {
    bundle.tremble.source?;
    let first = covariance.nrows() - 6;
    let block = covariance.view((first, first), (6, 6)).into_owned();
    let off = DVector::from_column_slice(&bundle.state.source);
    // Turn and place hang together: each alone may be unsure where both are sure.
    let far = off.dot(&block.cholesky()?.solve(&off));
    let is_sure = far > SURE;
    let (turn, place) = bundle.source_shift();
    is_sure.then(|| Xf::saturating(turn, place))
}

fn off(off: &Off) -> PoseOff {
    let [a, b, c, x, y, z] = *off;
    PoseOff {
        place_mm: DVec3::new(x, y, z).length() * 1e3,
        turn_deg: DVec3::new(a, b, c).length().to_degrees(),
    }
}

/// How far off a view's points are for a lens at a place on the body, pixels.
pub fn view_misses_px(
    view: &View,
    picture_px: [u32; 2],
    lens: &LensSpec,
    body_from_pupil: Xf<CameraBody, Pupil>,
) -> Vec<f64> {
    let answer = Answer {
        turn: body_from_pupil.rotation(),
        place: body_from_pupil.translation().metres(),
        lens: Pinhole::of_lens(lens, picture_px),
    };
    let body = view.stage_from_body;
    let pose = answer.pose((body.rotation(), body.translation().metres()));
    let points = view.sights.iter();
    points
        .map(|s| miss_px(&answer.lens, &pose, s.stage.metres(), s.image_px).length())
        .collect()
}

fn check_start(picture_px: [u32; 2], begin: &LensSpec) -> Result<(), AlignError> {
    let figures = [
        ("picture width", f64::from(picture_px[0])),
        ("picture height", f64::from(picture_px[1])),
        ("sensor width", begin.sensor_width_m),
        ("sensor height", begin.sensor_height_m),
        ("focal length", begin.focal_length_m),
    ];
    let bad = figures
        .into_iter()
        .find(|(_, v)| !(v.is_finite() && *v > 0.0));
    bad.map_or(Ok(()), |(what, _)| Err(AlignError::BadStart { what }))
}

fn best_beginning(views: &[Prepared], lens: Pinhole) -> Result<Answer, AlignError> {
    let mut best: Option<(f64, Answer)> = None;
    for view in views {
        let Some((turn, place)) = alone(view, &lens) else {
            continue;
        };
        let answer = Answer { turn, place, lens };
        let problem = AllViews {
            views,
            answer,
            freedom: LensFreedom::Fixed,
        };
        // Far points count as far, not as how far.
        let miss: f64 = problem.misses(&answer).map(|m| m.length().min(500.0)).sum();
        if best.is_none_or(|(least, _)| miss < least) {
            best = Some((miss, answer));
        }
    }
    best.map(|(_, answer)| answer)
        .ok_or(AlignError::NoPose { view: 1 })
}

fn uncertainty(
    covariance: Option<DMatrix<f64>>,
    freedom: LensFreedom,
) -> Result<Uncertainty, AlignError> {
    let open = |unknown, error| Err(AlignError::Undetermined { unknown, error });
    let Some(covariance) = covariance else {
        return open(Unknown::Place, f64::INFINITY);
    };
    let worst = |first: usize| {
        let block = covariance.view((first, first), (3, 3)).into_owned();
        let largest = block.symmetric_eigenvalues().max();
        largest.max(0.0).sqrt()
    };
    let (turn, place) = (worst(0), worst(3));
    let focal = match freedom {
        LensFreedom::Fixed => 0.0,
        _ => covariance[(6, 6)].max(0.0).sqrt(),
    };
    if !(focal <= FOCAL_ERROR_MAX) {
        return open(Unknown::FocalLength, focal * 100.0);
    }
    if !(place <= PLACE_ERROR_MAX_M) {
        return open(Unknown::Place, place * 1e3);
    }
    if !(turn <= TURN_ERROR_MAX_RAD) {
        return open(Unknown::Turn, turn.to_degrees());
    }
    Ok(Uncertainty {
        place_mm: place * 1e3,
        turn_deg: turn.to_degrees(),
        focal_percent: focal * 100.0,
    })
}

fn alignment(
    bundle: &Bundle<'_>,
    (begin, picture_px): (&LensSpec, [u32; 2]),
    (source_shift, uncertainty): (Option<Xf<Stage, Stage>>, Uncertainty),
) -> CameraAlignment {
    let answer = &bundle.state.answer;
    let mut residuals_px = Vec::with_capacity(bundle.views.len());
    let (mut worst, mut largest, mut squares, mut count) = ((0, 0), -1.0, 0.0, 0usize);
    for nth in 0..bundle.views.len() {
        let misses = bundle.misses_px(nth);
        for (point, miss) in misses.iter().enumerate() {
            (squares, count) = (squares + miss * miss, count + 1);
            if *miss > largest {
                (largest, worst) = (*miss, (nth, point));
            }
        }
        residuals_px.push(misses);
    }
    let lens = match bundle.freedom {
        LensFreedom::Fixed => *begin,
        LensFreedom::Focal => LensSpec {
            focal_length_m: answer.lens.lens(begin, picture_px).focal_length_m,
            ..*begin
        },
        LensFreedom::Full => LensSpec {
            direction: Distortion::UndistortedToDistorted,
            ..answer.lens.lens(begin, picture_px)
        },
    };
    CameraAlignment {
        body_from_pupil: Xf::saturating(answer.turn, answer.place),
        lens,
        source_shift,
        source_off: source_shift.map_or(PoseOff::default(), |_| off(&bundle.state.source)),
        bodies_off: bundle.state.bodies.iter().map(off).collect(),
        residuals_px,
        rms_px: (squares / count.max(1) as f64).sqrt(),
        worst,
        uncertainty,
    }
}
