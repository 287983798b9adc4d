//! Writes C3D files for the tests, in every processor's form and encoding, from the format's description alone.

#![allow(
    dead_code,
    clippy::unwrap_used,
    reason = "each test uses its part, and fails by panicking"
)]

/// What kind of computer wrote the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Intel,
    Dec,
    Sgi,
}

impl Form {
    pub const ALL: [Self; 3] = [Self::Intel, Self::Dec, Self::Sgi];

    fn byte(self) -> u8 {
        match self {
            Self::Intel => 84,
            Self::Dec => 85,
            Self::Sgi => 86,
        }
    }

    pub fn u16(self, v: u16) -> [u8; 2] {
        match self {
            Self::Sgi => v.to_be_bytes(),
            Self::Intel | Self::Dec => v.to_le_bytes(),
        }
    }

    pub fn f32(self, v: f32) -> [u8; 4] {
        match self {
            Self::Intel => v.to_le_bytes(),
            Self::Sgi => v.to_be_bytes(),
            Self::Dec => {
                let [a, b, c, d] = (v * 4.0).to_le_bytes();
                [c, d, a, b]
            }
        }
    }
}

/// The elements of a parameter.
#[derive(Clone, Debug)]
pub enum Value {
    Texts(Vec<String>),
    Integers(Vec<u16>),
    Floats(Vec<u8>, Vec<f32>),
    /// Type, dimensions and bytes as they are.
    Raw(u8, Vec<u8>, Vec<u8>),
}

/// A point in the file's units with its fourth word; `None` is written as not seen.
pub type RawPoint = Option<([f32; 3], u16)>;

/// A file to be written. Header and parameters agree unless a field says otherwise.
#[derive(Clone, Debug)]
pub struct C3dFile {
    pub form: Form,
    pub floats: bool,
    pub scale: f32,
    pub rate_hz: f32,
    pub first: u16,
    pub labels: Vec<String>,
    pub frames: Vec<Vec<RawPoint>>,
    pub analog_per_frame: u16,
    /// Group, name, value; a parameter of the same name replaces the usual one.
    pub parameters: Vec<(&'static str, &'static str, Value)>,
    /// Byte offset in the header, bytes.
    pub header: Vec<(usize, Vec<u8>)>,
    /// Blocks that the parameter section says it has; all when `None`.
    pub blocks_said: Option<u8>,
}

impl C3dFile {
    pub fn new(form: Form, floats: bool, labels: &[&str], frames: Vec<Vec<RawPoint>>) -> Self {
        Self {
            form,
            floats,
            scale: 0.1,
            rate_hz: 100.0,
            first: 1,
            labels: labels.iter().map(|l| (*l).to_owned()).collect(),
            frames,
            analog_per_frame: 0,
            parameters: Vec::new(),
            header: Vec::new(),
            blocks_said: None,
        }
    }

    fn signed_scale(&self) -> f32 {
        if self.floats { -self.scale } else { self.scale }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let section = self.section();
        let data_block = 2 + section.len() / 512;
        let form = self.form;
        let mut file = vec![2u8, 0x50];
        let last = self
            .first
            .wrapping_add(self.frames.len() as u16)
            .wrapping_sub(1);
        for v in [
            self.labels.len() as u16,
            self.analog_per_frame,
            self.first,
            last,
            10,
        ] {
            file.extend(form.u16(v));
        }
        file.extend(form.f32(self.signed_scale()));
        file.extend(form.u16(data_block as u16));
        file.extend(form.u16(self.analog_per_frame));
        file.extend(form.f32(self.rate_hz));
        file.resize(512, 0);
        for (at, bytes) in &self.header {
            file[*at..at + bytes.len()].copy_from_slice(bytes);
        }
        file.extend(section);
        for frame in &self.frames {
            for point in frame {
                self.point(*point, &mut file);
            }
            for _ in 0..self.analog_per_frame {
                self.number(7.0, &mut file);
            }
        }
        let whole = file.len().next_multiple_of(512);
        file.resize(whole, 0);
        file
    }

    fn point(&self, point: RawPoint, out: &mut Vec<u8>) {
        let ([x, y, z], word) = match point {
            Some((at, word)) => (at, f32::from(word)),
            None => ([0.0; 3], -1.0),
        };
        for v in [x, y, z, word] {
            self.number(v, out);
        }
    }

    fn number(&self, v: f32, out: &mut Vec<u8>) {
        if self.floats {
            out.extend(self.form.f32(v));
        } else {
            out.extend(self.form.u16(v as i16 as u16));
        }
    }

    fn section(&self) -> Vec<u8> {
        let usual = [
            ("USED", Value::Integers(vec![self.labels.len() as u16])),
            ("SCALE", Value::Floats(vec![], vec![self.signed_scale()])),
            ("RATE", Value::Floats(vec![], vec![self.rate_hz])),
            ("FRAMES", Value::Integers(vec![self.frames.len() as u16])),
            ("UNITS", Value::Texts(vec!["mm".into()])),
            ("DATA_START", Value::Integers(vec![0])),
        ];
        let mut all: Vec<(String, String, Value)> = Vec::new();
        for (name, value) in usual {
            all.push(("POINT".into(), name.into(), value));
        }
        for (i, labels) in self.labels.chunks(255).enumerate() {
            let name = if i == 0 {
                "LABELS".to_owned()
            } else {
                format!("LABELS{}", i + 1)
            };
            all.push(("POINT".into(), name, Value::Texts(labels.to_vec())));
        }
        let analog = u16::from(self.analog_per_frame > 0) * self.analog_per_frame;
        all.push((
            "ANALOG".into(),
            "USED".into(),
            Value::Integers(vec![analog]),
        ));
        all.push((
            "ANALOG".into(),
            "RATE".into(),
            Value::Floats(vec![], vec![self.rate_hz]),
        ));
        for (group, name, value) in &self.parameters {
            all.retain(|(g, n, _)| (g.as_str(), n.as_str()) != (*group, *name));
            all.push(((*group).into(), (*name).into(), value.clone()));
        }
        let mut groups: Vec<String> = Vec::new();
        let mut section = vec![0, 0, 0, self.form.byte()];
        for (group, name, value) in &all {
            let known = groups.iter().position(|g| g == group);
            let id = known.unwrap_or(groups.len()) as i8 + 1;
            let body = self.body(value);
            self.record(&mut section, name, id, &body);
            if known.is_none() {
                groups.push(group.clone());
            }
        }
        // Groups come after their parameters, which the format allows.
        for (i, group) in groups.iter().enumerate() {
            self.record(&mut section, group, -(i as i8 + 1), &[0]);
        }
        section.extend([0, 0]);
        let whole = section.len().next_multiple_of(512);
        section.resize(whole, 0);
        section[2] = self.blocks_said.unwrap_or((section.len() / 512) as u8);
        section
    }

    fn body(&self, value: &Value) -> Vec<u8> {
        let (kind, dims, data): (u8, Vec<u8>, Vec<u8>) = match value {
            Value::Texts(texts) => {
                let width = texts.iter().map(String::len).max().unwrap_or(0);
                let mut data = Vec::new();
                for text in texts {
                    data.extend(text.bytes());
                    data.resize(data.len() + width - text.len(), b' ');
                }
                (255, vec![width as u8, texts.len() as u8], data)
            }
            Value::Integers(all) => {
                let dims = if all.len() == 1 {
                    vec![]
                } else {
                    vec![all.len() as u8]
                };
                (
                    2,
                    dims,
                    all.iter().flat_map(|v| self.form.u16(*v)).collect(),
                )
            }
            Value::Floats(dims, all) => (
                4,
                dims.clone(),
                all.iter().flat_map(|v| self.form.f32(*v)).collect(),
            ),
            Value::Raw(kind, dims, data) => (*kind, dims.clone(), data.clone()),
        };
        let mut body = vec![kind, dims.len() as u8];
        body.extend(dims);
        body.extend(data);
        body.push(0);
        body
    }

    fn record(&self, section: &mut Vec<u8>, name: &str, group: i8, body: &[u8]) {
        section.extend([name.len() as u8, group as u8]);
        section.extend(name.as_bytes());
        section.extend(self.form.u16(body.len() as u16 + 2));
        section.extend(body);
    }
}
