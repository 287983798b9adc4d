//! A second reader of BVH and its forward kinematics, as short as the format allows: words in, joint positions out.

use glam::{DMat4, DVec3};

/// One joint: its name, its parent's number, its offset and its channels.
struct Joint {
    name: String,
    parent: Option<usize>,
    offset: DVec3,
    channels: Vec<String>,
}

/// A BVH file.
pub struct Motion {
    joints: Vec<Joint>,
    /// Seconds from frame to frame.
    pub frame_s: f64,
    frames: Vec<Vec<f64>>,
}

impl Motion {
    /// Reads the words one after the other.
    pub fn read(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let mut joints: Vec<Joint> = Vec::new();
        let (mut open, mut at_end_site): (Vec<usize>, bool) = (Vec::new(), false);
        let number = |words: &mut dyn Iterator<Item = &str>| -> f64 {
            words.next().unwrap().parse().unwrap()
        };
        while let Some(word) = words.next() {
            match word {
                "ROOT" | "JOINT" => {
                    let name = words.next().unwrap().to_owned();
                    let (parent, offset) = (open.last().copied(), DVec3::ZERO);
                    open.push(joints.len());
                    joints.push(Joint {
                        name,
                        parent,
                        offset,
                        channels: vec![],
                    });
                }
                "End" => at_end_site = true,
                "OFFSET" => {
                    let offset = DVec3::from_array([0; 3].map(|_: i32| number(&mut words)));
                    if !at_end_site {
                        joints[*open.last().unwrap()].offset = offset;
                    }
                }
                "CHANNELS" => {
                    let count = number(&mut words) as usize;
                    let channels = (0..count).map(|_| words.next().unwrap().to_owned());
                    joints[*open.last().unwrap()].channels = channels.collect();
                }
                "}" if at_end_site => at_end_site = false,
                "}" => drop(open.pop()),
                "MOTION" => break,
                _ => {}
            }
        }
        let rest: Vec<&str> = words.collect();
        let after = |word: &str| rest.iter().position(|w| *w == word).unwrap() + 1;
        let (count, time_at): (usize, usize) =
            (rest[after("Frames:")].parse().unwrap(), after("Time:"));
        let values: Vec<f64> = rest[time_at + 1..]
            .iter()
            .map(|w| w.parse().unwrap())
            .collect();
        let width = joints.iter().map(|j| j.channels.len()).sum();
        let frames: Vec<_> = values.chunks(width).map(<[f64]>::to_vec).collect();
        assert_eq!(frames.len(), count);
        Self {
            joints,
            frame_s: rest[time_at].parse().unwrap(),
            frames,
        }
    }

    /// How many frames.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Each joint's name and position in a frame, in the file's units.
    pub fn positions(&self, frame: usize) -> Vec<(&str, DVec3)> {
        let mut values = self.frames[frame].iter();
        let mut globals: Vec<DMat4> = Vec::new();
        for joint in &self.joints {
            let (mut at, mut turn) = (joint.offset, DMat4::IDENTITY);
            for channel in &joint.channels {
                let value = *values.next().unwrap();
                let angle = value.to_radians();
                match channel.as_str() {
                    "Xposition" => at.x = value,
                    "Yposition" => at.y = value,
                    "Zposition" => at.z = value,
                    "Xrotation" => turn *= DMat4::from_rotation_x(angle),
                    "Yrotation" => turn *= DMat4::from_rotation_y(angle),
                    "Zrotation" => turn *= DMat4::from_rotation_z(angle),
                    other => panic!("channel {other}"),
                }
            }
            let local = DMat4::from_translation(at) * turn;
            globals.push(joint.parent.map_or(local, |p| globals[p] * local));
        }
        let named = self.joints.iter().zip(&globals);
        named
            .map(|(j, g)| (j.name.as_str(), g.w_axis.truncate()))
            .collect()
    }
}
