//! An outer eye that follows a camera slowly.
//!
//! Beside the camera's picture the walls light the set and stand in its reflections. From a fixed eye these are wrong as
//! soon as the camera walks; from the camera's own place they are right, but swim with every step of it. So the eye goes
//! after the camera with a time constant and no faster than a limit, and only where every wall is still before it. It
//! stands while the camera stands, and where it is while the camera is lost: it never jumps.

use super::room::EyeRoom;
use super::{OuterFacet, OuterPlan};
use crate::Stage;
use cyc_model::{HostNs, Point, Stage as StageSpace};

/// How an outer eye goes after a camera.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EyeFollow {
    /// The camera's place in the stage's cameras.
    pub camera: usize,
    /// After this long (seconds) 63 % of a step are made up for, where the speed allows it.
    pub time_s: f64,
    /// Most speed, metres a second.
    pub speed_m_s: f64,
    /// How far (metres) it goes from where it rests.
    pub reach_m: f64,
}

impl EyeFollow {
    /// For a camera, with the usual manners: a walk of a metre takes the eye some five seconds.
    pub fn of(camera: usize) -> Self {
        Self {
            camera,
            time_s: 2.0,
            speed_m_s: 0.25,
            reach_m: 3.0,
        }
    }
}

/// Within this distance (metres) the eye stands: what is left of a walk, and what a tracker trembles. It moves what lies far
/// behind a wall by as much on the wall, less than a pixel of the finest walls.
const STANDING_M: f64 = 0.001;

/// Longest time (seconds) that one picture makes up for: after a pause the eye goes on, it does not leap.
const STEP_MAX_S: f64 = 0.25;

/// The eye, from picture to picture.
#[derive(Clone, Debug)]
pub struct EyeFollower {
    follow: EyeFollow,
    room: EyeRoom,
    eye: Point<StageSpace>,
    /// When the last picture was due, once there was one.
    at: Option<HostNs>,
    /// Whether it has been anywhere already.
    begun: bool,
}

impl EyeFollower {
    /// Where a stage's outer eye rests; `None` when it is fixed.
    pub fn new(stage: &Stage, plan: &OuterPlan) -> Option<Self> {
        let facets = plan.facets.as_slice();
        Some(Self::of(stage.outer_follow()?, facets, stage.outer_eye()))
    }

    fn of(follow: EyeFollow, facets: &[OuterFacet], rest: Point<StageSpace>) -> Self {
        Self {
            follow,
            room: EyeRoom::new(facets, rest, follow.reach_m),
            eye: rest,
            at: None,
            begun: false,
        }
    }

    /// The camera that it follows.
    pub fn camera(&self) -> usize {
        self.follow.camera
    }

    /// Where it is.
    pub fn eye(&self) -> Point<StageSpace> {
        self.eye
    }

    /// Goes on from where another one was, as far as it may be there.
    pub fn resume(&mut self, eye: Point<StageSpace>) {
        self.eye = self.room.nearest(eye);
        self.begun = true;
    }

    /// Where it is when a picture is due, with where the camera's entrance pupil is then; `None` while the camera is lost.
    /// Nobody has seen anything before the first picture: if the camera is there already, the eye begins with it.
    pub fn follow(&mut self, due: HostNs, camera: Option<Point<StageSpace>>) -> Point<StageSpace> {
        let since_s = self.at.map_or(0.0, |at| (due - at).secs());
        self.at = Some(due);
        let is_first = !std::mem::replace(&mut self.begun, true);
        let Some(camera) = camera else {
            return self.eye;
        };
        let there = self.room.nearest(camera);
        if is_first {
            self.eye = there;
            return self.eye;
        }
        let far_m = self.eye.distance_m(there);
        if since_s > 0.0 && far_m > STANDING_M {
            let since_s = since_s.min(STEP_MAX_S);
            let drawn_m = far_m * (1.0 - (-since_s / self.follow.time_s).exp());
            let step_m = drawn_m.min(self.follow.speed_m_s * since_s);
            self.eye = self.eye.lerp(there, step_m / far_m);
        }
        self.eye
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Problem, StageError};
    use glam::DVec3;

    const FPS: i64 = 48;

    fn due(nth: i64) -> HostNs {
        HostNs(nth * 1_000_000_000 / FPS)
    }

    /// Two walls at a right angle before an eye that follows camera A.
    fn stage(follow: &str) -> Stage {
        Stage::from_toml(&text(follow)).unwrap()
    }

    fn text(follow: &str) -> String {
        let wall = |name: &str, place: &str, more: &str, canvas: u32| {
            format!(
                "[[wall]]\nname = '{name}'\nkind = 'plane'\nposition_m = {place}\n{more}\ncabinets = [8, 4]\n\
                 cabinet_px = [16, 16]\ncanvas_px = [0, {canvas}]\n"
            )
        };
        let text = [
            "name = 'box'".to_owned(),
            format!("[outer]\neye_m = [0.0, 1.6, 0.0]\n[outer.follow]\ncamera = 'A'\n{follow}"),
            wall("front", "[0, 0, -4]", "width_m = 8\nheight_m = 4", 0),
            wall("left", "[-4, 0, 0]", "yaw_deg = 90\nwidth_m = 8\nheight_m = 4", 64),
            "[[source]]\nname = 's'\nurl = 'freed://127.0.0.1:40000'\n".to_owned(),
            "[[camera]]\nname = 'A'\nsource = 's'\nsubject = '1'\n[camera.lens]\nsensor_mm = [36.0, 20.25]\nfocal_length_mm = 30.0\n"
                .to_owned(),
        ];
        text.join("\n")
    }

    fn follower(follow: &str) -> EyeFollower {
        let stage = stage(follow);
        let mut made = EyeFollower::new(&stage, &stage.outer_plan()).unwrap();
        made.resume(stage.outer_eye());
        made
    }

    const REST: DVec3 = DVec3::new(0.0, 1.6, 0.0);

    fn at(x: f64, y: f64, z: f64) -> Option<Point<StageSpace>> {
        Some(Point::xyz(x, y, z))
    }

    #[test]
    fn what_is_wrong_is_said_with_its_line() {
        let fault = |text: String| match Stage::from_toml(&text).unwrap_err() {
            StageError::Value {
                line,
                path,
                problem,
                ..
            } => (line, path, problem),
            other => panic!("{other}"),
        };
        let good = text("speed_m_s = 0.5");
        let name = "B".to_owned();
        assert_eq!(
            fault(good.replacen("camera = 'A'", "camera = 'B'", 1)),
            (
                5,
                "outer.follow.camera".to_owned(),
                Problem::Unknown { name }
            )
        );
        let (line, path, problem) = fault(good.replace("0.5", "nan"));
        assert_eq!((line, &*path), (6, "outer.follow.speed_m_s"));
        assert!(matches!(problem, Problem::OutOfRange { .. }));
    }

    /// The pages of a textbook: 1 - 1/e, 1 - 1/e², 1 - 1/e³ of a step after one, two, three time constants, at any rate of
    /// pictures.
    #[test]
    fn it_makes_up_for_a_step_with_the_time_constant_that_is_written() {
        let camera = at(1.0, 1.6, 0.0);
        for pictures in [24, 60, 119] {
            let mut eye = follower("time_s = 1.5\nspeed_m_s = 10.0");
            let time = |nth: i64| HostNs(nth * 1_500_000_000 / pictures);
            eye.follow(time(0), camera);
            for (constants, wanted) in [(1, 0.632_121), (2, 0.864_665), (3, 0.950_213)] {
                for nth in (constants - 1) * pictures + 1..=constants * pictures {
                    eye.follow(time(nth), camera);
                }
                let x = eye.eye().metres().x;
                assert!((x - wanted).abs() < 1e-5, "{pictures}, {constants}: {x}");
            }
        }
    }

    #[test]
    fn it_is_no_faster_than_its_limit_however_the_camera_leaps() {
        let mut eye = follower("time_s = 0.5\nspeed_m_s = 0.2");
        let mut before = eye.eye();
        for nth in 0..20 * FPS {
            let camera = match nth / (4 * FPS) % 2 {
                0 => at(2.0, 1.6, 1.0),
                _ => at(-1.0, 2.4, -1.0),
            };
            let now = eye.follow(due(nth), camera);
            let moved = now.distance_m(before);
            assert!(moved <= 0.2 / FPS as f64 + 1e-9, "{nth}: {moved}");
            before = now;
        }
        assert!(before.metres().distance(REST) > 0.3);
    }

    #[test]
    fn it_stands_when_the_camera_stands_and_does_not_tremble_with_its_tracker() {
        let mut eye = follower("time_s = 0.5\nspeed_m_s = 1.0");
        // Half a millimetre this way and that: what is left of the step must be more than that, or it moves for ever.
        let tremble = |nth: i64| at(1.0 + 0.0005 * [1.0, -1.0][nth as usize % 2], 1.6, 0.0);
        for nth in 0..10 * FPS {
            eye.follow(due(nth), tremble(nth));
        }
        let stood = eye.eye();
        assert!(stood.metres().distance(DVec3::new(1.0, 1.6, 0.0)) < 0.002);
        for nth in 10 * FPS..20 * FPS {
            assert_eq!(eye.follow(due(nth), tremble(nth)), stood);
        }
    }

    #[test]
    fn it_holds_while_the_camera_is_lost_and_does_not_jump_when_it_is_back() {
        let mut eye = follower("time_s = 1.0\nspeed_m_s = 0.5");
        for nth in 0..FPS {
            eye.follow(due(nth), at(1.0, 1.6, 0.0));
        }
        let held = eye.eye();
        assert!(held.metres().x > 0.2);
        for nth in FPS..5 * FPS {
            assert_eq!(eye.follow(due(nth), None), held);
        }
        let back = eye.follow(due(5 * FPS), at(-2.0, 1.6, 0.0));
        assert!(back.distance_m(held) <= 0.5 / FPS as f64 + 1e-9);
        // Pictures that stopped for a minute are no minute of walking, and time that went back is none.
        let before = eye.eye();
        let after = eye.follow(due(65 * FPS), at(-2.0, 1.6, 0.0));
        assert!(after.distance_m(before) <= 0.5 * STEP_MAX_S + 1e-9);
        assert_eq!(eye.follow(due(10), at(-2.0, 1.6, 0.0)), after);
    }

    #[test]
    fn it_begins_with_a_camera_that_is_there_and_rests_until_one_comes() {
        let stage = stage("");
        let new = || EyeFollower::new(&stage, &stage.outer_plan()).unwrap();
        let (mut there, mut later) = (new(), new());
        assert_eq!(
            there.follow(due(0), at(1.0, 1.4, 0.5)),
            Point::xyz(1.0, 1.4, 0.5)
        );
        assert_eq!(later.follow(due(0), None), stage.outer_eye());
        let moved = later
            .follow(due(1), at(1.0, 1.4, 0.5))
            .distance_m(stage.outer_eye());
        assert!(moved > 0.0 && moved < 0.01, "{moved}");
        // Another one that goes on from there.
        let mut next = new();
        next.resume(later.eye());
        assert_eq!(next.follow(due(2), None), later.eye());
    }

    /// Wherever the camera goes, the eye stays within its reach and half a metre before each wall, and every wall is seen
    /// whole.
    #[test]
    fn it_stays_before_the_walls_and_within_its_reach() {
        let stage = stage("reach_m = 3.8\ntime_s = 0.1\nspeed_m_s = 10.0");
        let plan = stage.outer_plan();
        let mut eye = EyeFollower::new(&stage, &plan).unwrap();
        let mut nearest = f64::INFINITY;
        for nth in 0..2000 {
            // All over a cube of 20 m, half a second at each place.
            let spread = |factor: i64| ((nth / 25) * factor % 997) as f64 / 49.85 - 10.0;
            let camera = at(spread(7), spread(31), spread(173));
            let place = eye.follow(due(nth), camera).metres();
            assert!(place.distance(REST) < 3.8 + 1e-9, "{place}");
            assert!(place.z > -3.5 - 1e-9 && place.x > -3.5 - 1e-9, "{place}");
            nearest = nearest.min(place.z + 4.0).min(place.x + 4.0);
            for facet in &plan.facets {
                let mut facet = facet.clone();
                assert!(facet.look_from(eye.eye()), "{place}");
                for (u, v) in [(0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (0.3, 0.6)] {
                    let point = stage.walls()[facet.wall].point_of_st((u, v).into());
                    let ndc = facet.frustum.project(point).unwrap();
                    assert!(ndc.abs().max_element() < 1.0, "{ndc}");
                }
            }
        }
        assert!(nearest < 0.51, "{nearest}");
    }
}
