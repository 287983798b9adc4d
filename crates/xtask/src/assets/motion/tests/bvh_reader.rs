//! A small BVH reader for the tests. It shares nothing with the writer or with the fitting: matrices
//! instead of quaternions, channels taken as the file names them.

/// A 3 × 3 rotation, rows first.
pub type Matrix = [[f64; 3]; 3];

/// One joint of the hierarchy.
pub struct Joint {
    pub name: String,
    pub parent: Option<usize>,
    pub offset_cm: [f64; 3],
    channels: Vec<String>,
}

/// A BVH file.
pub struct Bvh {
    pub joints: Vec<Joint>,
    pub frame_time_s: f64,
    pub frames: Vec<Vec<f64>>,
}

/// Rotation and position (metres) of every joint in one frame.
pub type Placed = Vec<(Matrix, [f64; 3])>;

impl Bvh {
    pub fn parse(text: &str) -> Self {
        let mut words = text.split_whitespace();
        let mut joints: Vec<Joint> = Vec::new();
        let mut open: Vec<Option<usize>> = Vec::new();
        assert_eq!(words.next(), Some("HIERARCHY"));
        loop {
            let word = words.next().expect("a hierarchy that ends");
            match word {
                "ROOT" | "JOINT" => {
                    let parent = open.last().copied().flatten();
                    let name = words.next().expect("a joint's name").to_owned();
                    joints.push(Joint {
                        name,
                        parent,
                        offset_cm: [0.0; 3],
                        channels: Vec::new(),
                    });
                    assert_eq!(words.next(), Some("{"));
                    open.push(Some(joints.len() - 1));
                }
                "End" => {
                    assert_eq!(words.next(), Some("Site"));
                    assert_eq!(words.next(), Some("{"));
                    open.push(None);
                }
                "OFFSET" => {
                    let offset = [0; 3].map(|_| number(words.next()));
                    if let Some(Some(joint)) = open.last() {
                        joints[*joint].offset_cm = offset;
                    }
                }
                "CHANNELS" => {
                    let count = number(words.next()) as usize;
                    let joint = open.last().copied().flatten().expect("channels of a joint");
                    joints[joint].channels = (0..count)
                        .map(|_| words.next().expect("a channel").to_owned())
                        .collect();
                }
                "}" => {
                    open.pop();
                }
                "MOTION" => break,
                other => panic!("unexpected word {other}"),
            }
        }
        assert_eq!(words.next(), Some("Frames:"));
        let count = number(words.next()) as usize;
        assert_eq!((words.next(), words.next()), (Some("Frame"), Some("Time:")));
        let frame_time_s = number(words.next());
        let width: usize = joints.iter().map(|joint| joint.channels.len()).sum();
        let values: Vec<f64> = words.map(|word| number(Some(word))).collect();
        assert_eq!(values.len(), count * width, "numbers in the motion part");
        let frames = values.chunks(width).map(<[f64]>::to_vec).collect();
        Self {
            joints,
            frame_time_s,
            frames,
        }
    }

    /// Index of a joint by name, without the naming convention's prefix.
    pub fn find(&self, name: &str) -> usize {
        let full = format!("mixamorig:{name}");
        self.joints
            .iter()
            .position(|joint| joint.name == full)
            .expect("a joint of that name")
    }

    /// Local rotation of every joint, and the root's position in metres.
    pub fn locals(&self, frame: usize) -> (Vec<Matrix>, [f64; 3]) {
        let mut values = self.frames[frame].iter();
        let mut root_m = [0.0; 3];
        let mut locals = Vec::with_capacity(self.joints.len());
        for joint in &self.joints {
            let mut turn = IDENTITY;
            for channel in &joint.channels {
                let value = *values.next().expect("a value a channel");
                let axis = "XYZ".find(&channel[..1]).expect("a channel of x, y or z");
                if channel.ends_with("position") {
                    root_m[axis] = value / 100.0;
                } else {
                    turn = product(&turn, &about(axis, value.to_radians()));
                }
            }
            locals.push(turn);
        }
        (locals, root_m)
    }

    /// Global rotation and position of every joint.
    pub fn placed(&self, frame: usize) -> Placed {
        let (locals, root_m) = self.locals(frame);
        let mut out: Placed = Vec::with_capacity(self.joints.len());
        for (joint, local) in self.joints.iter().zip(&locals) {
            out.push(match joint.parent {
                None => (*local, root_m),
                Some(parent) => {
                    let (turn, at_m) = out[parent];
                    let offset = turned(&turn, joint.offset_cm.map(|cm| cm / 100.0));
                    (
                        product(&turn, local),
                        [0, 1, 2].map(|i| at_m[i] + offset[i]),
                    )
                }
            });
        }
        out
    }
}

const IDENTITY: Matrix = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];

fn number(word: Option<&str>) -> f64 {
    word.and_then(|word| word.parse().ok())
        .filter(|x: &f64| x.is_finite())
        .expect("a number")
}

fn about(axis: usize, angle: f64) -> Matrix {
    let (j, k) = ((axis + 1) % 3, (axis + 2) % 3);
    let mut m = IDENTITY;
    m[j][j] = angle.cos();
    m[k][k] = angle.cos();
    m[j][k] = -angle.sin();
    m[k][j] = angle.sin();
    m
}

pub fn product(a: &Matrix, b: &Matrix) -> Matrix {
    [0, 1, 2].map(|r| [0, 1, 2].map(|c| (0..3).map(|i| a[r][i] * b[i][c]).sum()))
}

pub fn transposed(a: &Matrix) -> Matrix {
    [0, 1, 2].map(|r| [0, 1, 2].map(|c| a[c][r]))
}

pub fn turned(m: &Matrix, v: [f64; 3]) -> [f64; 3] {
    [0, 1, 2].map(|r| (0..3).map(|c| m[r][c] * v[c]).sum())
}

/// The small rotation `m` as a vector along its axis.
pub fn axis_angle(m: &Matrix) -> [f64; 3] {
    [m[2][1] - m[1][2], m[0][2] - m[2][0], m[1][0] - m[0][1]].map(|x| 0.5 * x)
}
