//! Plants the feet of a joined motion: every stand gets one footprint, steps are put in where two
//! pieces disagree about it, and between stands the recorded swing is carried from print to print.
//!
//! Inside a stand the foot comes from its footprint alone, so it cannot slide; it may turn about its
//! ball where the body turns further than a leg can take up ([`Pivot`]). Into and out of a stand the
//! foot fades over a few frames of the neighbouring swings with a C² weight.

use std::ops::Range;

use glam::{DQuat, DVec3};

use super::body::{Body, Leg};
use super::foot::{FootPose, Footprint, MOST_BEND_RAD, facings, recorded_feet, runs};
use super::performer::Pose;
use super::pivot::{Facing, Pivot, wrapped};
use super::smooth;
use super::timeline::Timeline;

/// Two prints nearer than this are one stand, metres.
const SAME_PLACE_M: f64 = 0.03;

/// Two prints with less turn than this are one stand, radians.
const SAME_YAW_RAD: f64 = 0.2;

/// Shortest and longest time that a foot is given to get from print to print, frames.
const STEP: [f64; 2] = [14.0, 44.0];

/// What a correction of one metre adds to that time, frames.
const STEP_PER_M: f64 = 110.0;

/// A stand shorter than this is given up for the sake of a calm step, frames.
const SHORTEST_STAND: usize = 10;

/// How high a foot is lifted at least between two prints that are a step apart, metres.
const STEP_HEIGHT_M: f64 = 0.06;

/// Standard deviation of the low-pass that keeps toes from snapping, frames.
const TOE_SIGMA: f64 = 4.0;

/// Over how many frames of the swing a foot leaves its footprint or comes to it.
const FADE: usize = 14;

/// A planted foot in one frame.
#[derive(Clone, Copy, Debug)]
pub struct FootFrame {
    /// Where the foot is.
    pub pose: FootPose,
    /// Bend of the toes against the foot, radians, up positive.
    pub toe_bend_rad: f64,
    /// 1 where the foot stands, 0 in the middle of a swing.
    pub weight: f64,
}

/// One stand of one foot.
#[derive(Clone, Debug)]
struct Stand {
    frames: Range<usize>,
    /// Ball of the foot, metres, y = 0.
    ball_m: DVec3,
    pivot: Pivot,
}

/// One foot as it was recorded, lifted out of the floor.
struct Recorded<'a> {
    leg: &'a Leg,
    feet: Vec<FootPose>,
    facing: Vec<Facing>,
    /// 0 right, 1 left.
    side: usize,
}

/// Plants both feet (right, left). `contacts` says for every foot and frame whether it stands.
pub fn plant(body: &Body, line: &Timeline, contacts: &[Vec<bool>; 2]) -> [Vec<FootFrame>; 2] {
    let feet: Vec<[FootPose; 2]> = line
        .poses
        .iter()
        .map(|pose: &Pose| recorded_feet(body, pose))
        .collect();
    [0, 1].map(|side| {
        let leg = &body.legs[side];
        let recorded = Recorded {
            leg,
            side,
            facing: line.poses.iter().map(|pose| facings(pose)[side]).collect(),
            feet: feet.iter().map(|both| cleared(both[side], leg)).collect(),
        };
        let stands = stands(&recorded, line, &contacts[side]);
        walk(leg, &recorded.feet, &stands)
    })
}

/// A foot lifted so that its sole is not more than a few millimetres under the floor.
fn cleared(mut foot: FootPose, leg: &Leg) -> FootPose {
    foot.ankle_m.y += smooth::positive_part(-foot.lowest_m(leg) - 0.003, 0.004);
    foot
}

/// The stands of one foot with their prints. Stands of different pieces that touch are joined when
/// they agree; where the foot has to move between two prints, it gets the time for it.
fn stands(recorded: &Recorded, line: &Timeline, standing: &[bool]) -> Vec<Stand> {
    let mut out: Vec<Stand> = Vec::new();
    for run in runs(standing) {
        for frames in by_piece(&run, &line.piece) {
            add_stand(recorded, &mut out, recorded.stand(frames));
        }
    }
    out
}

/// Adds a stand after the ones before it, joining, trimming or giving up the shorter one.
fn add_stand(recorded: &Recorded, out: &mut Vec<Stand>, mut next: Stand) {
    let (leg, raw) = (recorded.leg, &recorded.feet[..]);
    while let Some(last) = out.last_mut() {
        let gap = next.frames.start - last.frames.end;
        if gap < STEP[0] as usize && agree(last, &next) {
            last.frames.end = next.frames.end;
            last.pivot = recorded.pivot(last.frames.clone());
            return;
        }
        let leaving = last.shift(leg, raw, last.frames.end - 1);
        let landing = next.shift(leg, raw, next.frames.start);
        let correction_m = leaving.by_m.distance(landing.by_m);
        let apart_m = if gap == 0 {
            last.ball_m.distance(next.ball_m)
        } else {
            0.0
        };
        let wanted = STEP[0] + STEP_PER_M * correction_m.max(apart_m);
        let missing = (wanted.min(STEP[1]) as usize).saturating_sub(gap);
        // Touching stands: the right foot steps before the cut, the left after it, so that they take
        // turns. Others give the time from both sides.
        let early = match (gap, recorded.side) {
            (0, 0) => missing,
            (0, _) => 0,
            _ => missing / 2,
        };
        let late = missing - early;
        if last.frames.len() >= early + SHORTEST_STAND && next.frames.len() >= late + SHORTEST_STAND
        {
            last.frames.end -= early;
            next.frames.start += late;
            break;
        }
        if next.frames.len() <= last.frames.len() {
            return;
        }
        out.pop();
    }
    out.push(next);
}

/// Splits a run of frames where the ruling piece changes.
fn by_piece(run: &Range<usize>, piece: &[usize]) -> Vec<Range<usize>> {
    let mut out: Vec<Range<usize>> = Vec::new();
    for k in run.clone() {
        match out.last_mut() {
            Some(part) if piece[part.start] == piece[k] => part.end = k + 1,
            _ => out.push(k..k + 1),
        }
    }
    out
}

fn agree(last: &Stand, next: &Stand) -> bool {
    let left_rad = last.pivot.yaw_rad(last.frames.end - 1);
    let met_rad = next.pivot.yaw_rad(next.frames.start);
    last.ball_m.distance(next.ball_m) < SAME_PLACE_M
        && wrapped(left_rad - met_rad).abs() < SAME_YAW_RAD
}

impl Recorded<'_> {
    /// The stand of these frames: the ball where it is on average over their middle half.
    fn stand(&self, frames: Range<usize>) -> Stand {
        let quarter = frames.len() / 4;
        let middle = &self.feet[frames.start + quarter..frames.end - quarter];
        let mut ball_m = DVec3::ZERO;
        for foot in middle {
            ball_m += foot.sole_m(self.leg)[1];
        }
        ball_m /= middle.len().max(1) as f64;
        Stand {
            ball_m: ball_m.with_y(0.0),
            pivot: self.pivot(frames.clone()),
            frames,
        }
    }

    /// How the foot turns while it stands in these frames.
    fn pivot(&self, frames: Range<usize>) -> Pivot {
        let out_sign = [-1.0, 1.0][self.side];
        Pivot::following(&self.facing[frames.clone()], frames.start, out_sign)
    }
}

impl Stand {
    /// The foot standing here at frame `k`.
    fn foot(&self, leg: &Leg, raw: &[FootPose], k: usize) -> FootPose {
        let print = Footprint {
            ball_m: self.ball_m,
            yaw_rad: self.pivot.yaw_rad(k),
        };
        print.foot(leg, raw[k].pitch_rad())
    }

    /// What brings the recorded foot of frame `k` onto the print.
    fn shift(&self, leg: &Leg, raw: &[FootPose], k: usize) -> Shift {
        Shift::between(raw[k], self.foot(leg, raw, k))
    }
}

/// What has to be added to the recorded foot to stand on a print.
#[derive(Clone, Copy)]
struct Shift {
    by_m: DVec3,
    turn: DVec3,
}

impl Shift {
    fn between(raw: FootPose, stand: FootPose) -> Self {
        let mut turn = stand.rotation * raw.rotation.inverse();
        if turn.w < 0.0 {
            turn = -turn;
        }
        Self {
            by_m: stand.ankle_m - raw.ankle_m,
            turn: turn.to_scaled_axis(),
        }
    }

    fn mixed(self, other: Self, weight: f64) -> Self {
        Self {
            by_m: self.by_m.lerp(other.by_m, weight),
            turn: self.turn.lerp(other.turn, weight),
        }
    }

    fn applied(self, foot: FootPose) -> FootPose {
        FootPose {
            ankle_m: foot.ankle_m + self.by_m,
            rotation: DQuat::from_scaled_axis(self.turn) * foot.rotation,
        }
    }
}

/// The foot's whole way: stands from their prints, swings from the recording carried over.
fn walk(leg: &Leg, raw: &[FootPose], stands: &[Stand]) -> Vec<FootFrame> {
    let on_print = |stand: &Stand, k: usize| stand.foot(leg, raw, k);
    let shift_at = |stand: &Stand, k: usize| stand.shift(leg, raw, k);
    let mut frames: Vec<FootFrame> = Vec::with_capacity(raw.len());
    for k in 0..raw.len() {
        let next = stands.iter().position(|stand| k < stand.frames.end);
        let (before, after) = match next {
            Some(i) => (i.checked_sub(1).map(|i| &stands[i]), Some(&stands[i])),
            None => (stands.last(), None),
        };
        if let Some(stand) = after.filter(|stand| stand.frames.contains(&k)) {
            frames.push(frame(leg, on_print(stand, k), 1.0));
            continue;
        }
        let left_at = before.map(|stand| stand.frames.end - 1);
        let lands_at = after.map(|stand| stand.frames.start);
        let leaving = before.zip(left_at).map(|(stand, at)| shift_at(stand, at));
        let landing = after.zip(lands_at).map(|(stand, at)| shift_at(stand, at));
        let progress = match (left_at, lands_at) {
            (Some(left), Some(lands)) => (k - left) as f64 / (lands - left) as f64,
            _ => 0.0,
        };
        let still = Shift {
            by_m: DVec3::ZERO,
            turn: DVec3::ZERO,
        };
        let shift = match (leaving, landing) {
            (Some(a), Some(b)) => a.mixed(b, smooth::step(progress)),
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => still,
        };
        let mut swing = shift.applied(raw[k]);
        swing.ankle_m.y += missing_height_m(leg, raw, before, after) * smooth::bump(progress);
        let swing = cleared(swing, leg);
        let fade = match (left_at, lands_at) {
            (Some(left), Some(lands)) => FADE.min((lands - left) / 2).max(1),
            _ => FADE,
        } as f64;
        let out_of = left_at.map_or(0.0, |at| 1.0 - smooth::step((k - at) as f64 / fade));
        let into = lands_at.map_or(0.0, |at| 1.0 - smooth::step((at - k) as f64 / fade));
        let from = before.map_or(swing, |stand| on_print(stand, k));
        let to = after.map_or(swing, |stand| on_print(stand, k));
        let pose = cleared(mixed(mixed(swing, from, out_of), to, into), leg);
        frames.push(frame(leg, pose, out_of.max(into)));
    }
    let bends: Vec<f64> = frames.iter().map(|frame| frame.toe_bend_rad).collect();
    for (frame, bend_rad) in frames.iter_mut().zip(smooth::gaussian(&bends, TOE_SIGMA)) {
        frame.toe_bend_rad = bend_rad;
    }
    frames
}

/// What a swing between two prints lacks in height, when it leads somewhere else, metres.
fn missing_height_m(
    leg: &Leg,
    raw: &[FootPose],
    before: Option<&Stand>,
    after: Option<&Stand>,
) -> f64 {
    let (Some(before), Some(after)) = (before, after) else {
        return 0.0;
    };
    let apart_m = before.ball_m.distance(after.ball_m);
    let swing = &raw[before.frames.end..after.frames.start];
    let highest_m = swing
        .iter()
        .map(|foot| foot.lowest_m(leg))
        .fold(0.0, f64::max);
    (STEP_HEIGHT_M.min(0.02 + 0.3 * apart_m) - highest_m).max(0.0)
}

/// A frame of a foot; one that stands with its heel up keeps its toes on the floor.
fn frame(leg: &Leg, pose: FootPose, weight: f64) -> FootFrame {
    let [_, ball, _] = pose.sole_m(leg);
    let near_floor = 1.0 - smooth::step(ball.y / 0.06);
    let bend = smooth::positive_part(pose.pitch_rad(), 0.04) - 0.02;
    FootFrame {
        pose,
        toe_bend_rad: (bend * near_floor).clamp(0.0, MOST_BEND_RAD),
        weight,
    }
}

fn mixed(a: FootPose, b: FootPose, weight: f64) -> FootPose {
    FootPose {
        ankle_m: a.ankle_m.lerp(b.ankle_m, weight),
        rotation: a.rotation.slerp(b.rotation, weight),
    }
}
