//! Jumps of film cameras from one picture to the next, with the times of the picture that shows them.
//!
//! A tracked camera on a stage does not move by a hand's breadth within a picture: when it does, its tracker was set, its
//! subject was taken for another, or somebody measures the stage's delay with a step. Whoever reads them later finds when
//! each was shown.
//!
//! What must stay true: nothing allocates while pictures are drawn; a reader that holds the list costs the pictures nothing.

use cyc_model::{Hop, HostNs, Quality, StageFrame};
use glam::DVec3;
use std::sync::{Arc, Mutex, PoisonError};

/// A camera that moved farther than this within a picture has jumped: 4 m/s at 24 pictures a second, metres.
pub const JUMP_M: f64 = 0.15;
/// Jumps that are remembered.
pub const JUMPS_KEPT: usize = 32;

/// A jump.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CameraJump {
    /// Its number since the start, from 1.
    pub number: u64,
    /// The camera, by its place in the stage.
    pub camera: usize,
    /// How far, metres.
    pub by_m: f64,
    /// When the packet that the picture shows was heard, on the host's clock.
    pub heard: Option<HostNs>,
    /// When the picture's poses were taken.
    pub latched: HostNs,
    /// When the picture was handed over to be shown.
    pub presented: HostNs,
}

/// What is read of the jumps.
#[derive(Clone, Debug, Default)]
pub struct JumpList(Arc<Mutex<Vec<CameraJump>>>);

impl JumpList {
    /// The last jumps, the oldest first.
    pub fn read(&self) -> Vec<CameraJump> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}

/// Watches the pictures.
#[derive(Debug)]
pub struct JumpWatch {
    /// Where each camera was in the picture before, while it was seen.
    before: Vec<Option<DVec3>>,
    config: u32,
    jumps: Vec<CameraJump>,
    jumped: u64,
    is_told: bool,
    list: JumpList,
}

impl JumpWatch {
    /// With the list that it tells.
    pub fn new(list: JumpList) -> Self {
        Self {
            before: Vec::new(),
            config: 0,
            jumps: Vec::with_capacity(JUMPS_KEPT),
            jumped: 0,
            is_told: true,
            list,
        }
    }

    /// Looks at a picture's frame once it is presented.
    pub fn look(&mut self, frame: &StageFrame) {
        if frame.config != self.config || frame.cameras.len() != self.before.len() {
            self.config = frame.config;
            self.before.clear();
            self.before.resize(frame.cameras.len(), None);
        }
        for (camera, (body, before)) in frame.cameras.iter().zip(&mut self.before).enumerate() {
            let is_seen = !matches!(body.quality, Quality::Absent);
            let at = body.stage_from_body.translation().metres();
            let was = before.take();
            *before = is_seen.then_some(at);
            let by_m = was.filter(|_| is_seen).map_or(0.0, |was| was.distance(at));
            let times = (
                frame.stamps.at(Hop::Latched),
                frame.stamps.at(Hop::Presented),
            );
            if by_m < JUMP_M {
                continue;
            }
            let (Some(latched), Some(presented)) = times else {
                continue;
            };
            if self.jumps.len() == JUMPS_KEPT {
                self.jumps.remove(0);
            }
            self.jumped += 1;
            self.jumps.push(CameraJump {
                number: self.jumped,
                camera,
                by_m,
                heard: frame.stamps.at(Hop::Heard),
                latched,
                presented,
            });
            self.is_told = false;
        }
        self.tell();
    }

    /// Tells them, unless somebody reads just now: then with the next picture.
    fn tell(&mut self) {
        if !self.is_told
            && let Ok(mut list) = self.list.0.try_lock()
        {
            list.clear();
            list.extend_from_slice(&self.jumps);
            self.is_told = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::{TrackedBody, Xf};

    fn frame(x_m: f64, number: i64) -> StageFrame {
        let mut frame = StageFrame::default();
        frame.cameras.push(TrackedBody {
            stage_from_body: Xf::from_translation(DVec3::new(x_m, 1.5, 3.0)),
            quality: Quality::Live,
        });
        for (hop, ms) in [(Hop::Heard, 0), (Hop::Latched, 20), (Hop::Presented, 25)] {
            let at = HostNs(number * 40_000_000 + ms * 1_000_000);
            frame.stamps.stamp(hop, at);
        }
        frame
    }

    #[test]
    fn a_jump_is_told_with_the_times_of_its_picture_and_a_walk_is_none() {
        let list = JumpList::default();
        let mut watch = JumpWatch::new(list.clone());
        for n in 0..50 {
            watch.look(&frame(0.05 * n as f64, n));
        }
        assert_eq!(list.read(), []);
        watch.look(&frame(3.0, 50));
        let [jump] = list.read()[..] else {
            panic!("{:?}", list.read());
        };
        assert_eq!((jump.number, jump.camera), (1, 0));
        assert!((jump.by_m - 0.55).abs() < 1e-5, "{jump:?}");
        assert_eq!(jump.presented, HostNs(50 * 40_000_000 + 25_000_000));
        assert_eq!(jump.heard, Some(HostNs(50 * 40_000_000)));
    }

    #[test]
    fn who_was_away_has_not_jumped_and_a_reader_delays_only_the_telling() {
        let list = JumpList::default();
        let mut watch = JumpWatch::new(list.clone());
        watch.look(&frame(0.0, 0));
        let mut away = frame(1.0, 1);
        away.cameras[0].quality = Quality::Absent;
        watch.look(&away);
        watch.look(&frame(2.0, 2));
        assert_eq!(list.read(), []);
        let held = list.0.lock().unwrap();
        watch.look(&frame(3.0, 3));
        drop(held);
        assert_eq!(list.read(), []);
        watch.look(&frame(3.0, 4));
        assert_eq!(list.read().len(), 1);
        for n in 5..100 {
            watch.look(&frame(f64::from((n % 2) as u8), n));
        }
        let kept = list.read();
        assert_eq!(kept.len(), JUMPS_KEPT);
        assert!(kept.windows(2).all(|w| w[1].number == w[0].number + 1));
    }
}
