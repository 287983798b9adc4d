//! The three performances: which clips follow each other, how they are cut and set on the stage.
//!
//! The stage is about 4 × 4 m around the origin; the audience and the film camera are toward +Z.

use std::collections::BTreeMap;
use std::f64::consts::{PI, TAU};

use anyhow::{Context, Result};
use glam::DVec3;

use super::authored;
use super::body::Body;
use super::clip::Clip;
use super::foot::{contacts, floor_height_m};
use super::timeline::{Piece, RATE_HZ, Timeline};

/// Length of a straight leg of the recorded humanoid, metres.
const RECORDED_LEG_M: f64 = 0.831_416;

/// The recorded clips, brought to the body's size and floor.
#[derive(Debug)]
pub struct Library<'a> {
    body: &'a Body,
    clips: BTreeMap<String, (Clip, f64)>,
}

/// A performance before it is fitted to the body.
#[derive(Clone, Debug)]
pub struct Performance {
    /// File name without its ending.
    pub name: &'static str,
    /// Seed of fingers and face.
    pub seed: u64,
    /// The joined motion.
    pub line: Timeline,
    /// For each foot (right, left) and frame, whether it stands.
    pub contacts: [Vec<bool>; 2],
    /// Until when the body holds its rest pose, seconds.
    pub rest_until_s: f64,
    /// When the performer talks: start and end, seconds.
    pub speech_s: Vec<(f64, f64)>,
}

impl<'a> Library<'a> {
    /// Reads every clip and measures where its floor is.
    pub fn read(body: &'a Body, texts: &BTreeMap<String, String>) -> Result<Self> {
        let scale = body.leg_length_m() / RECORDED_LEG_M;
        let mut clips = BTreeMap::new();
        for (name, text) in texts {
            let mut clip = Clip::parse(name, text)?;
            for pose in &mut clip.poses {
                pose.root_m *= scale;
            }
            let whole = Piece::new(clip.track()?, 0.0, clip.duration_s()).poses(0, 0);
            let floor_m = floor_height_m(body, &whole);
            clips.insert(name.clone(), (clip, floor_m));
        }
        Ok(Self { body, clips })
    }

    /// A cut of a clip, repeated as often as `to_s` needs.
    fn cut(&self, name: &str, from_s: f64, to_s: f64) -> Result<Piece> {
        let (clip, floor_m) = self
            .clips
            .get(name)
            .with_context(|| format!("the archive has no clip {name}"))?;
        let last_s = from_s.max(to_s);
        let track = if last_s > clip.duration_s() && clip.wraps {
            clip.repeated((last_s / clip.duration_s()).ceil() as usize + 1)
                .track()?
        } else {
            clip.track()?
        };
        Ok(Piece {
            lift_m: -floor_m,
            ..Piece::new(track, from_s, to_s)
        })
    }

    /// A whole clip.
    fn whole(&self, name: &str) -> Result<Piece> {
        let duration_s = self
            .clips
            .get(name)
            .map_or(0.0, |(clip, _)| clip.duration_s());
        self.cut(name, 0.0, duration_s)
    }

    /// A whole clip played backwards.
    fn backwards(&self, name: &str) -> Result<Piece> {
        let piece = self.whole(name)?;
        Ok(Piece {
            from_s: piece.to_s,
            to_s: 0.0,
            ..piece
        })
    }

    fn rest(&self, duration_s: f64) -> Result<Piece> {
        let track = authored::rest(self.body, duration_s)?;
        Ok(Piece {
            rest: 1.0,
            ..Piece::new(track, 0.0, duration_s)
        })
    }

    fn settle(&self, duration_s: f64) -> Result<Piece> {
        let track = authored::settle(self.body, duration_s)?;
        Ok(Piece::new(track, 0.0, duration_s))
    }

    fn stand(&self, duration_s: f64) -> Result<Piece> {
        let track = authored::stand(self.body, duration_s)?;
        Ok(Piece {
            blend_s: 0.7,
            ..Piece::new(track, 0.0, duration_s)
        })
    }

    /// Calm: rest pose, range of motion, a walk in a circle, dance.
    pub fn walk_dance(&self) -> Result<Performance> {
        let pieces = [
            self.rest(1.7)?,
            Piece {
                rate: 1.3,
                ..Piece::new(authored::range_of_motion(self.body)?, 0.0, 7.3)
            },
            Piece {
                blend_s: 0.6,
                stride: 0.9,
                ..self.cut("walk", 0.25, 1.52)?
            },
            Piece {
                blend_s: 0.3,
                stride: 0.8,
                steer_rad: TAU,
                ..self.cut("walk", 0.25, 4.05)?
            },
            Piece {
                blend_s: 0.6,
                ..self.whole("dance_b")?
            },
            Piece {
                blend_s: 0.5,
                ..self.whole("dance_a")?
            },
            Piece {
                blend_s: 0.5,
                mirrored: true,
                ..self.whole("dance_b")?
            },
            Piece {
                blend_s: 0.5,
                mirrored: true,
                ..self.whole("dance_a")?
            },
            self.stand(1.6)?,
        ];
        let speech_s = vec![(2.2, 4.6), (7.6, 10.4), (14.6, 17.0)];
        self.performance(
            "walk_dance",
            11,
            &pieces,
            DVec3::new(-0.5, 0.0, -1.1),
            0.0,
            speech_s,
        )
    }

    /// Fast: a run in a circle, punch, kick, spin kick, cartwheel, back flip, jump.
    pub fn action(&self) -> Result<Performance> {
        let pieces = [
            self.rest(1.2)?,
            self.settle(1.2)?,
            Piece {
                blend_s: 0.5,
                stride: 0.6,
                rate: 0.92,
                steer_rad: TAU,
                fist: 0.7,
                ..self.cut("run", 0.2, 2.6)?
            },
            Piece {
                blend_s: 0.5,
                fist: 1.0,
                ..self.whole("punch")?
            },
            Piece {
                blend_s: 0.4,
                fist: 1.0,
                ..self.whole("kick")?
            },
            Piece {
                blend_s: 0.5,
                fist: 0.9,
                ..self.whole("spinkick")?
            },
            Piece {
                blend_s: 0.6,
                ..self.whole("cartwheel")?
            },
            Piece {
                blend_s: 0.5,
                fist: 0.3,
                ..self.whole("backflip")?
            },
            Piece {
                blend_s: 0.5,
                fist: 0.3,
                ..self.whole("jump")?
            },
            self.stand(1.5)?,
        ];
        let speech_s = vec![(0.5, 1.6), (17.0, 18.3)];
        self.performance(
            "action",
            23,
            &pieces,
            DVec3::new(-1.3, 0.0, -1.75),
            0.0,
            speech_s,
        )
    }

    /// On the floor: lie down, get up, roll, lie down, crawl, get up.
    pub fn floor(&self) -> Result<Performance> {
        let pieces = [
            self.rest(1.2)?,
            self.settle(1.2)?,
            Piece {
                blend_s: 0.8,
                rate: 1.15,
                heading_rad: 0.4 * PI,
                ..self.backwards("getup_faceup")?
            },
            Piece {
                blend_s: 0.4,
                ..self.whole("getup_faceup")?
            },
            Piece {
                blend_s: 0.5,
                ..self.whole("roll")?
            },
            Piece {
                blend_s: 0.5,
                rate: 1.15,
                ..self.backwards("getup_facedown")?
            },
            Piece {
                blend_s: 0.6,
                ..self.whole("crawl")?
            },
            Piece {
                blend_s: 0.6,
                ..self.whole("getup_facedown")?
            },
            self.stand(1.5)?,
        ];
        let speech_s = vec![(0.6, 2.2), (6.0, 8.0), (19.5, 21.0)];
        self.performance(
            "floor",
            37,
            &pieces,
            DVec3::new(-0.4, 0.0, 0.2),
            0.0,
            speech_s,
        )
    }

    fn performance(
        &self,
        name: &'static str,
        seed: u64,
        pieces: &[Piece],
        origin_m: DVec3,
        heading_rad: f64,
        speech_s: Vec<(f64, f64)>,
    ) -> Result<Performance> {
        let line = Timeline::join(pieces, origin_m, heading_rad)?;
        let contacts = self.contacts(pieces, &line);
        let rest_until_s = pieces.first().map_or(0.0, Piece::duration_s);
        Ok(Performance {
            name,
            seed,
            line,
            contacts,
            rest_until_s,
            speech_s,
        })
    }

    /// Contacts are read off the untouched clips: steering and longer steps would look like sliding.
    fn contacts(&self, pieces: &[Piece], line: &Timeline) -> [Vec<bool>; 2] {
        let margin = RATE_HZ as usize;
        let mut out = [vec![false; line.poses.len()], vec![false; line.poses.len()]];
        for (number, piece) in pieces.iter().enumerate() {
            let plain = Piece {
                stride: 1.0,
                steer_rad: 0.0,
                ..piece.clone()
            };
            let own = contacts(self.body, &plain.poses(margin, margin));
            for k in (0..line.poses.len()).filter(|&k| line.piece[k] == number) {
                let index = (k + margin).saturating_sub(line.starts[number]);
                for side in [0, 1] {
                    out[side][k] = own[side].get(index).copied().unwrap_or(false);
                }
            }
        }
        out
    }
}
