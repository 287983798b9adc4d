//! The eye that looks at the stage in the panel: it turns about a point, comes near and goes away.
//!
//! Stage space: metres, right-handed, Y up. Pure: what a drag or a key means in metres and radians is decided here.

/// Points nearer to the eye than this are cut away, metres.
const NEAR_M: f32 = 0.05;
/// How steeply one may look down or up, radians: just short of straight, where "up" would turn over.
const PITCH_MAX: f32 = 1.5;
const DISTANCE_M: [f32; 2] = [0.5, 200.0];

type Vec3 = [f32; 3];

/// A point as the eye sees it: right and down in units of the picture's half height, and its depth in metres.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Projected {
    /// To the right.
    pub x: f32,
    /// Downwards.
    pub y: f32,
    /// Away from the eye, metres.
    pub depth_m: f32,
}

/// The eye.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Orbit {
    /// What it looks at, metres.
    pub target_m: Vec3,
    /// Its direction about the vertical; 0 looks along -Z, radians.
    pub yaw: f32,
    /// How steeply it looks down, radians.
    pub pitch: f32,
    /// Its distance from the target, metres.
    pub distance_m: f32,
}

impl Orbit {
    /// Focal length in half heights: an angle of 45 degrees from top to bottom.
    const FOCAL: f32 = 2.414;

    /// An eye that sees all of these points, from behind the cameras and a little above.
    pub fn fit(points: impl Iterator<Item = Vec3>) -> Self {
        let (mut least, mut most) = ([f32::MAX; 3], [f32::MIN; 3]);
        for point in points.filter(|p| p.iter().all(|v| v.is_finite())) {
            for axis in 0..3 {
                least[axis] = least[axis].min(point[axis]);
                most[axis] = most[axis].max(point[axis]);
            }
        }
        if least[0] > most[0] {
            (least, most) = ([-3.0, 0.0, -3.0], [3.0, 3.0, 3.0]);
        }
        let middle = [0, 1, 2].map(|axis| (least[axis] + most[axis]) / 2.0);
        let radius = length(minus(most, middle)).max(0.5);
        Self {
            target_m: middle,
            yaw: 0.5,
            pitch: 0.42,
            distance_m: (radius * 1.6).clamp(DISTANCE_M[0], DISTANCE_M[1]),
        }
    }

    /// Turns by a drag, in half heights of the picture.
    pub fn turn(&mut self, right: f32, down: f32) {
        self.yaw = (self.yaw - right * 1.5) % std::f32::consts::TAU;
        self.pitch = (self.pitch + down * 1.5).clamp(-PITCH_MAX, PITCH_MAX);
    }

    /// Moves the target so that what is under the pointer stays there.
    pub fn pan(&mut self, right: f32, down: f32) {
        let [side, up, _] = self.axes();
        let metres = self.distance_m / Self::FOCAL;
        for axis in 0..3 {
            self.target_m[axis] += (-side[axis] * right + up[axis] * down) * metres;
        }
    }

    /// Comes nearer by a factor below 1, or goes away.
    pub fn zoom(&mut self, factor: f32) {
        if factor.is_finite() && factor > 0.0 {
            self.distance_m = (self.distance_m * factor).clamp(DISTANCE_M[0], DISTANCE_M[1]);
        }
    }

    /// A point as it is seen, or `None` behind the eye.
    pub fn project(&self, point: Vec3) -> Option<Projected> {
        let seen = self.seen(point);
        (seen[2] >= NEAR_M).then(|| Self::picture(seen))
    }

    /// A line as it is seen, cut where it goes behind the eye.
    pub fn project_line(&self, from: Vec3, to: Vec3) -> Option<[Projected; 2]> {
        let (mut a, mut b) = (self.seen(from), self.seen(to));
        if a[2] < NEAR_M && b[2] < NEAR_M {
            return None;
        }
        for (near, far) in [(&mut a, b), (&mut b, self.seen(from))] {
            if near[2] < NEAR_M {
                let share = (NEAR_M - near[2]) / (far[2] - near[2]);
                for axis in 0..3 {
                    near[axis] += (far[axis] - near[axis]) * share;
                }
            }
        }
        let is_finite = |v: &Vec3| v.iter().all(|x| x.is_finite());
        (is_finite(&a) && is_finite(&b)).then(|| [Self::picture(a), Self::picture(b)])
    }

    /// Right, up and forward in stage space.
    fn axes(&self) -> [Vec3; 3] {
        let ((sy, cy), (sp, cp)) = (self.yaw.sin_cos(), self.pitch.sin_cos());
        [
            [cy, 0.0, -sy],
            [-sy * sp, cp, -cy * sp],
            [-sy * cp, -sp, -cy * cp],
        ]
    }

    /// A point in the eye's own space: right, up, forward.
    fn seen(&self, point: Vec3) -> Vec3 {
        let axes = self.axes();
        let away = minus(point, self.target_m);
        let along = axes.map(|axis| dot(axis, away));
        [along[0], along[1], along[2] + self.distance_m]
    }

    fn picture(seen: Vec3) -> Projected {
        Projected {
            x: seen[0] / seen[2] * Self::FOCAL,
            y: -seen[1] / seen[2] * Self::FOCAL,
            depth_m: seen[2],
        }
    }
}

fn minus(a: Vec3, b: Vec3) -> Vec3 {
    [a[0] - b[0], a[1] - b[1], a[2] - b[2]]
}

fn dot(a: Vec3, b: Vec3) -> f32 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn length(a: Vec3) -> f32 {
    dot(a, a).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const AHEAD: Orbit = Orbit {
        target_m: [0.0, 0.0, 0.0],
        yaw: 0.0,
        pitch: 0.0,
        distance_m: 10.0,
    };

    #[test]
    fn an_eye_without_turns_looks_along_minus_z_with_x_at_the_right() {
        let seen = AHEAD.project([1.0, 2.0, -10.0]).unwrap();
        // 20 m away: one to the right and two up, by similar triangles.
        let unit = Orbit::FOCAL / 20.0;
        assert!((seen.x - unit).abs() < 1e-6 && (seen.y + 2.0 * unit).abs() < 1e-6);
        assert!((seen.depth_m - 20.0).abs() < 1e-5);
        assert_eq!(AHEAD.project([0.0, 0.0, 11.0]), None);
    }

    #[test]
    fn a_quarter_turn_looks_along_minus_x_and_pitch_looks_down() {
        let mut eye = AHEAD;
        eye.yaw = std::f32::consts::FRAC_PI_2;
        let seen = eye.project([-5.0, 0.0, 0.0]).unwrap();
        assert!((seen.depth_m - 15.0).abs() < 1e-4 && seen.x.abs() < 1e-4);
        let mut eye = AHEAD;
        eye.pitch = std::f32::consts::FRAC_PI_4;
        // Looking down from above, what is further away on the floor stands higher in the picture.
        assert!(eye.project([0.0, 0.0, -1.0]).unwrap().y < 0.0);
    }

    #[test]
    fn a_pan_keeps_what_is_under_the_pointer_there() {
        let mut eye = AHEAD;
        (eye.yaw, eye.pitch) = (0.7, 0.4);
        let before = eye.project(eye.target_m).unwrap();
        let point = eye.target_m;
        eye.pan(0.25, -0.5);
        let after = eye.project(point).unwrap();
        assert!((after.x - before.x - 0.25).abs() < 1e-4, "{after:?}");
        assert!((after.y - before.y + 0.5).abs() < 1e-4, "{after:?}");
    }

    #[test]
    fn lines_are_cut_at_the_eye_and_nothing_is_ever_infinite() {
        let line = AHEAD
            .project_line([0.0, 1.0, 0.0], [0.0, 1.0, 30.0])
            .unwrap();
        assert!((line[0].depth_m - 10.0).abs() < 1e-5);
        assert!((line[1].depth_m - NEAR_M).abs() < 1e-5);
        assert_eq!(AHEAD.project_line([0.0, 1.0, 11.0], [0.0, 1.0, 30.0]), None);
        assert_eq!(AHEAD.project([f32::NAN; 3]), None);
        let bad = AHEAD.project_line([f32::NAN; 3], [0.0; 3]);
        assert_eq!(bad, None);
    }

    #[test]
    fn a_fit_sees_everything() {
        let points = [[-5.0, 0.0, -5.0], [5.0, 4.5, 2.0], [0.0, 1.5, 6.0]];
        let eye = Orbit::fit(points.into_iter());
        for point in points {
            let seen = eye.project(point).unwrap();
            assert!(seen.x.abs() < 1.3 && seen.y.abs() < 1.0, "{seen:?}");
        }
        assert!(Orbit::fit(std::iter::empty()).distance_m > 1.0);
    }
}
