//! Where a capture system's volume is on the stage: the rigid transform that takes measured points to where they are.
//!
//! The least-squares rotation by singular values (Kabsch 1976, Umeyama 1991). What only a mirror or another unit would
//! explain is said as that: both happen on every second stage, and a rigid fit hides them in a residual.

use crate::nearest_turn::{nalgebra_of, nearest_turn, outer};
use crate::{AlignError, BESIDE_LINE_MIN_M, POINTS_MAX, POINTS_MIN, SCALE_TOLERANCE};
use cyc_model::{Point, Source, Stage, Xf};
use glam::{DMat3, DQuat, DVec3};

/// A point whose place is known on both sides.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PointPair {
    /// Where the source sees it, metres.
    pub source: Point<Source>,
    /// Where it is on the stage, metres.
    pub stage: Point<Stage>,
}

/// Where a source is on the stage.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceAlignment {
    /// From the source to the stage.
    pub stage_from_source: Xf<Stage, Source>,
    /// Distance of each point from its place, millimetres.
    pub residuals_mm: Vec<f64>,
    /// Their root mean square.
    pub rms_mm: f64,
    /// The place of the largest among them.
    pub worst: usize,
}

struct Centred {
    source: Vec<DVec3>,
    stage: Vec<DVec3>,
    source_middle: DVec3,
    stage_middle: DVec3,
}

impl Centred {
    fn new(pairs: &[PointPair]) -> Self {
        let source: Vec<DVec3> = pairs.iter().map(|p| p.source.metres()).collect();
        let stage: Vec<DVec3> = pairs.iter().map(|p| p.stage.metres()).collect();
        let middle = |points: &[DVec3]| points.iter().sum::<DVec3>() / points.len() as f64;
        let (source_middle, stage_middle) = (middle(&source), middle(&stage));
        Self {
            source: source.iter().map(|p| *p - source_middle).collect(),
            stage: stage.iter().map(|p| *p - stage_middle).collect(),
            source_middle,
            stage_middle,
        }
    }

    /// How far the stage's points lie beside the line through them, root mean square, metres.
    fn beside_line_m(&self) -> f64 {
        let spread = nalgebra_of(self.stage.iter().map(|p| outer(*p, *p)).sum());
        let mut values: Vec<f64> = spread.symmetric_eigenvalues().iter().copied().collect();
        values.sort_by(f64::total_cmp);
        ((values[0].max(0.0) + values[1].max(0.0)) / self.stage.len() as f64).sqrt()
    }

    /// The best turn, or with `mirrored` the best turn of a mirror image, and the root mean square left, metres.
    fn fit(&self, mirrored: bool) -> (DMat3, f64) {
        let pairs = self.stage.iter().zip(&self.source);
        let moment = pairs.map(|(to, from)| outer(*to, *from)).sum();
        let Some(turn) = nearest_turn(moment, mirrored) else {
            return (DMat3::IDENTITY, f64::INFINITY);
        };
        let pairs = self.stage.iter().zip(&self.source);
        let left: f64 = pairs
            .map(|(to, from)| (*to - turn * *from).length_squared())
            .sum();
        (turn, (left / self.stage.len() as f64).sqrt())
    }

    /// Length on the stage of one metre of the source.
    fn scale(&self) -> f64 {
        let size = |points: &[DVec3]| points.iter().map(|p| p.length_squared()).sum::<f64>();
        (size(&self.stage) / size(&self.source)).sqrt()
    }
}

/// Finds where a source is on the stage.
///
/// # Errors
/// Fewer than three points or more than ten thousand, points on a line, points that only a mirror or another unit explains.
pub fn align_source(pairs: &[PointPair]) -> Result<SourceAlignment, AlignError> {
    let (given, least) = (pairs.len(), POINTS_MIN);
    if given < least {
        return Err(AlignError::TooFewPoints { given, least });
    }
    if given > POINTS_MAX {
        return Err(AlignError::TooMany {
            what: "points",
            given,
            most: POINTS_MAX,
        });
    }
    let centred = Centred::new(pairs);
    let beside_m = centred.beside_line_m();
    if beside_m < BESIDE_LINE_MIN_M {
        return Err(AlignError::OnALine {
            beside_mm: beside_m * 1e3,
        });
    }
    let factor = centred.scale();
    if !((factor - 1.0).abs() <= SCALE_TOLERANCE) {
        return Err(AlignError::WrongUnit { factor });
    }
    let (turn, turned_m) = centred.fit(false);
    let (_, mirrored_m) = centred.fit(true);
    // Points in a plane fit both ways: then the turn is taken.
    if mirrored_m < 0.2 * turned_m {
        return Err(AlignError::Mirrored {
            mirrored_mm: mirrored_m * 1e3,
            turned_mm: turned_m * 1e3,
        });
    }
    let rotation = DQuat::from_mat3(&turn);
    let translation_m = centred.stage_middle - rotation * centred.source_middle;
    let stage_from_source = Xf::saturating(rotation, translation_m);
    let far = |p: &PointPair| (stage_from_source * p.source - p.stage).metres().length() * 1e3;
    let residuals_mm: Vec<f64> = pairs.iter().map(far).collect();
    let squares: f64 = residuals_mm.iter().map(|r| r * r).sum();
    let numbered = residuals_mm.iter().enumerate();
    let worst = numbered
        .max_by(|a, b| a.1.total_cmp(b.1))
        .map_or(0, |(i, _)| i);
    Ok(SourceAlignment {
        stage_from_source,
        rms_mm: (squares / given as f64).sqrt(),
        residuals_mm,
        worst,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::{RngExt, SeedableRng};

    fn pairs(count: usize, noise_m: f64, map: impl Fn(DVec3) -> DVec3) -> Vec<PointPair> {
        let mut random = rand_chacha::ChaCha8Rng::seed_from_u64(5);
        let mut vector =
            |size: f64| DVec3::from_array([0; 3].map(|_| random.random_range(-1.0..1.0))) * size;
        let pair = |_| {
            let source = vector(3.0);
            let stage = map(source) + vector(noise_m);
            PointPair {
                source: Point::new(source).unwrap(),
                stage: Point::new(stage).unwrap(),
            }
        };
        (0..count).map(pair).collect()
    }

    /// About the unit axis (1, 2, 2)/3 by 90°, in Rodrigues' form and not by a quaternion.
    fn turned(p: DVec3) -> DVec3 {
        let k = DVec3::new(1.0, 2.0, 2.0) / 3.0;
        k.cross(p) + k * k.dot(p) + DVec3::new(0.5, -0.2, 7.0)
    }

    #[test]
    fn three_points_find_a_source_and_the_worst_of_many_is_named() {
        let found = align_source(&pairs(3, 0.0, turned)).unwrap();
        assert!(found.rms_mm < 1e-9, "{found:?}");
        let at = DVec3::new(0.3, -1.0, 2.0);
        let seen = found.stage_from_source * Point::new(at).unwrap();
        assert!((seen.metres() - turned(at)).length() < 1e-12);

        let mut many = pairs(12, 0.001, turned);
        let moved = many[7].stage.metres() + DVec3::new(0.0, 0.04, 0.0);
        many[7].stage = Point::new(moved).unwrap();
        let found = align_source(&many).unwrap();
        assert_eq!(found.worst, 7);
        assert!(
            found.residuals_mm[7] > 30.0 && found.rms_mm < 15.0,
            "{found:?}"
        );
    }

    #[test]
    fn a_mirror_another_unit_and_a_line_are_said_as_that() {
        let mirrored = pairs(6, 0.001, |p| turned(DVec3::new(-p.x, p.y, p.z)));
        let error = align_source(&mirrored).unwrap_err();
        assert!(matches!(error, AlignError::Mirrored { .. }), "{error}");
        let inches = pairs(6, 0.0, |p| turned(p * 0.0254));
        let AlignError::WrongUnit { factor } = align_source(&inches).unwrap_err() else {
            panic!()
        };
        assert!((factor - 0.0254).abs() < 1e-9);
        let line = pairs(6, 0.001, |p| DVec3::X * p.x);
        let line: Vec<_> = line
            .iter()
            .map(|p| PointPair {
                source: Point::new(DVec3::X * p.source.metres().x).unwrap(),
                ..*p
            })
            .collect();
        let error = align_source(&line).unwrap_err();
        assert!(matches!(error, AlignError::OnALine { .. }), "{error}");
        let two = align_source(&pairs(2, 0.0, turned)).unwrap_err();
        assert_eq!(two, AlignError::TooFewPoints { given: 2, least: 3 });
    }

    #[test]
    fn points_of_a_wall_find_a_source_too() {
        let wall = pairs(8, 0.0005, |p| turned(DVec3::new(p.x, p.y, 0.0)));
        let wall: Vec<_> = wall
            .iter()
            .map(|p| PointPair {
                source: Point::new(DVec3::new(p.source.metres().x, p.source.metres().y, 0.0))
                    .unwrap(),
                ..*p
            })
            .collect();
        let found = align_source(&wall).unwrap();
        let at = DVec3::new(0.3, -1.0, 1.0);
        let seen = found.stage_from_source * Point::new(at).unwrap();
        assert!((seen.metres() - turned(at)).length() < 0.001);
    }
}
