//! A first pose for a view: where the camera stood, from points of a plane by their homography (Zhang 2000), from others by
//! the direct linear transform. Good to some pixels, which is where least squares begin.

use crate::least_squares::{Problem, solve};
use crate::nearest_turn::{nalgebra_of, nearest_turn, outer};
use crate::pinhole::Pinhole;
use glam::{DMat3, DQuat, DVec2, DVec3};
use nalgebra::DMatrix;

/// A camera's place: points of the stage to the picture's axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct PicturePose {
    pub turn: DQuat,
    pub shift: DVec3,
}

impl PicturePose {
    pub(crate) fn apply(&self, stage: DVec3) -> DVec3 {
        self.turn * stage + self.shift
    }
}

/// Least third extent of points that count as not in a plane, of their first.
const DEPTH_MIN: f64 = 0.02;

/// Points that least squares begin from, pixels off: what a wrong focal length does.
const ROUGH_PX: f64 = 40.0;

/// Where a camera with a lens stood that sees stage points at pixels; `None` when nothing fits.
pub(crate) fn first_pose(lens: &Pinhole, points: &[(DVec3, DVec2)]) -> Option<PicturePose> {
    let middle = points.iter().map(|(p, _)| *p).sum::<DVec3>() / points.len() as f64;
    let spread: DMat3 = points
        .iter()
        .map(|(p, _)| outer(*p - middle, *p - middle))
        .sum();
    let eigen = nalgebra_of(spread).symmetric_eigen();
    let mut order = [0, 1, 2];
    order.sort_by(|a, b| eigen.eigenvalues[*b].total_cmp(&eigen.eigenvalues[*a]));
    let axis = |i: usize| {
        let column = eigen.eigenvectors.column(order[i]);
        DVec3::new(column[0], column[1], column[2])
    };
    let depth = (eigen.eigenvalues[order[2]].max(0.0) / eigen.eigenvalues[order[0]]).sqrt();
    let tangents: Vec<DVec2> = points.iter().map(|(_, px)| lens.tangents(*px)).collect();
    let plane = || planar(points, &tangents, middle, [axis(0), axis(1)]);
    let begun = if depth > DEPTH_MIN && points.len() >= 6 {
        let spatial = spatial(points, &tangents, middle);
        better(lens, points, [spatial, plane()])
    } else {
        plane()
    };
    let mut problem = OneView {
        lens,
        points,
        pose: begun?,
    };
    solve(&mut problem, ROUGH_PX);
    let is_before = |(p, _): &(DVec3, DVec2)| problem.pose.apply(*p).z > 0.0;
    points.iter().all(is_before).then_some(problem.pose)
}

fn better(
    lens: &Pinhole,
    points: &[(DVec3, DVec2)],
    poses: [Option<PicturePose>; 2],
) -> Option<PicturePose> {
    let miss = |pose: &PicturePose| {
        let each = points
            .iter()
            .map(|(p, px)| miss_px(lens, pose, *p, *px).length());
        each.sum::<f64>()
    };
    poses
        .into_iter()
        .flatten()
        .min_by(|a, b| miss(a).total_cmp(&miss(b)))
}

/// How far off a point is in the picture; far when it is behind the camera.
pub(crate) fn miss_px(lens: &Pinhole, pose: &PicturePose, stage: DVec3, image_px: DVec2) -> DVec2 {
    const FAR_PX: f64 = 1e4;
    let seen = lens.project(pose.apply(stage));
    seen.map_or(DVec2::splat(FAR_PX), |px| px - image_px)
}

struct OneView<'a> {
    lens: &'a Pinhole,
    points: &'a [(DVec3, DVec2)],
    pose: PicturePose,
}

impl OneView<'_> {
    fn stepped(&self, step: &[f64]) -> PicturePose {
        let [a, b, c, x, y, z] = std::array::from_fn(|i| step.get(i).copied().unwrap_or(0.0));
        let turn = DQuat::from_scaled_axis(DVec3::new(a, b, c));
        PicturePose {
            turn: (turn * self.pose.turn).normalize(),
            shift: turn * self.pose.shift + DVec3::new(x, y, z),
        }
    }
}

impl Problem for OneView<'_> {
    fn unknowns(&self) -> usize {
        6
    }

    fn residuals(&self, step: &[f64], out: &mut Vec<f64>) {
        let pose = self.stepped(step);
        out.clear();
        for (stage, image_px) in self.points {
            let miss = miss_px(self.lens, &pose, *stage, *image_px);
            out.extend(miss.to_array());
        }
    }

    fn take(&mut self, step: &[f64]) {
        self.pose = self.stepped(step);
    }
}

/// The vector that a matrix makes smallest.
fn null_vector(rows: &[Vec<f64>]) -> Option<Vec<f64>> {
    let columns = rows.first()?.len();
    let matrix = DMatrix::from_fn(rows.len(), columns, |r, c| rows[r][c]);
    let eigen = (matrix.transpose() * matrix).symmetric_eigen();
    let least = eigen.eigenvalues.imin();
    Some(eigen.eigenvectors.column(least).iter().copied().collect())
}

/// From points near a plane with these axes through their middle.
fn planar(
    points: &[(DVec3, DVec2)],
    tangents: &[DVec2],
    middle: DVec3,
    [right, up]: [DVec3; 2],
) -> Option<PicturePose> {
    let mut rows = Vec::with_capacity(points.len() * 2);
    for ((point, _), t) in points.iter().zip(tangents) {
        let (a, b) = ((*point - middle).dot(right), (*point - middle).dot(up));
        let on = [a, b, 1.0];
        let row = |at: usize, by: f64| {
            let mut row = vec![0.0; 9];
            for (i, v) in on.iter().enumerate() {
                row[at * 3 + i] = *v;
                row[6 + i] = -by * v;
            }
            row
        };
        rows.push(row(0, t.x));
        rows.push(row(1, t.y));
    }
    let h = null_vector(&rows)?;
    let column = |i: usize| DVec3::new(h[i], h[3 + i], h[6 + i]);
    let size = (column(0).length() + column(1).length()) / 2.0;
    // The middle of what is seen is before the camera.
    let size = size.copysign(column(2).z);
    let (first, second) = (column(0) / size, column(1) / size);
    let seen = DMat3::from_cols(first, second, first.cross(second));
    let plane = DMat3::from_cols(right, up, right.cross(up));
    let turn = nearest_turn(seen * plane.transpose(), false)?;
    let turn = DQuat::from_mat3(&turn);
    Some(PicturePose {
        turn,
        shift: column(2) / size - turn * middle,
    })
}

/// From points in space.
fn spatial(points: &[(DVec3, DVec2)], tangents: &[DVec2], middle: DVec3) -> Option<PicturePose> {
    let mut rows = Vec::with_capacity(points.len() * 2);
    for ((point, _), t) in points.iter().zip(tangents) {
        let p = *point - middle;
        let on = [p.x, p.y, p.z, 1.0];
        let row = |at: usize, by: f64| {
            let mut row = vec![0.0; 12];
            for (i, v) in on.iter().enumerate() {
                row[at * 4 + i] = *v;
                row[8 + i] = -by * v;
            }
            row
        };
        rows.push(row(0, t.x));
        rows.push(row(1, t.y));
    }
    let m = null_vector(&rows)?;
    let column = |i: usize| DVec3::new(m[i], m[4 + i], m[8 + i]);
    let turned = DMat3::from_cols(column(0), column(1), column(2));
    let size = turned.determinant().abs().cbrt().copysign(column(3).z);
    let turn = DQuat::from_mat3(&nearest_turn(turned * (1.0 / size), false)?);
    Some(PicturePose {
        turn,
        shift: column(3) / size - turn * middle,
    })
}
