//! Points to metres.
//!
//! One loop for each encoding, so that nothing is decided per number.

use super::bytes::{Bytes, Processor};
use super::layout::Layout;
use super::{C3dTake, UpAxis};
use cyc_model::Point;
use glam::DVec3;

/// The fourth word of a point that was not seen.
const UNSEEN: u16 = 0x8000;

/// Reads the kept points of all frames.
pub(super) fn read(
    bytes: &Bytes<'_>,
    layout: &Layout,
    kept: &[usize],
    metres_per_unit: f64,
    take: &mut C3dTake,
) {
    let up = take.up;
    let scale = if layout.floats { 1.0 } else { layout.scale } * metres_per_unit;
    let mut points = Points {
        bytes,
        layout,
        kept,
        take,
        place: |p: DVec3| y_up(up, p * scale),
    };
    match (bytes.processor, layout.floats) {
        (Processor::Intel | Processor::Dec, false) => {
            points.read(|b| of_integers(b, i16::from_le_bytes));
        }
        (Processor::Sgi, false) => points.read(|b| of_integers(b, i16::from_be_bytes)),
        (Processor::Intel, true) => points.read(|b| of_floats(b, f32::from_le_bytes)),
        (Processor::Sgi, true) => points.read(|b| of_floats(b, f32::from_be_bytes)),
        (Processor::Dec, true) => points.read(|b| of_floats(b, |b| Processor::Dec.f32(b))),
    }
}

/// A point as the file has it: coordinates in its units and axes, and the fourth word; negative when not seen.
type Raw = (DVec3, i16);

fn of_integers(bytes: &[u8; 8], number: fn([u8; 2]) -> i16) -> Raw {
    let [a, b, c, d, e, f, g, h] = *bytes;
    let (x, y, z) = (number([a, b]), number([c, d]), number([e, f]));
    (
        DVec3::new(f64::from(x), f64::from(y), f64::from(z)),
        number([g, h]),
    )
}

fn of_floats(bytes: &[u8; 16], number: impl Fn([u8; 4]) -> f32) -> Raw {
    let [x, y, z, word] = std::array::from_fn(|i| {
        let [a, b, c, d] = [4 * i, 4 * i + 1, 4 * i + 2, 4 * i + 3].map(|k| bytes[k]);
        number([a, b, c, d])
    });
    let at = DVec3::new(f64::from(x), f64::from(y), f64::from(z));
    // The cast saturates, and takes what is no number for 0. A small negative residual must stay negative.
    let word = if word < 0.0 { -1 } else { word as i16 };
    (at, word)
}

struct Points<'a, F> {
    bytes: &'a Bytes<'a>,
    layout: &'a Layout,
    kept: &'a [usize],
    take: &'a mut C3dTake,
    place: F,
}

impl<F: Fn(DVec3) -> DVec3> Points<'_, F> {
    fn read<const N: usize>(&mut self, decode: impl Fn(&[u8; N]) -> Raw) {
        // The range was checked against the file's length when the frames were counted.
        let frames = self.bytes.data.get(self.layout.start..).unwrap_or(&[]);
        let frames = frames.chunks_exact(self.layout.frame_bytes().max(1));
        for frame in frames.take(self.layout.frames) {
            let (points, _) = frame.as_chunks::<N>();
            for point in self.kept {
                let (at, word) = points.get(*point).map_or((DVec3::ZERO, -1), &decode);
                self.push(at, word);
            }
        }
    }

    fn push(&mut self, at: DVec3, word: i16) {
        // A negative word says "not seen". So do the exact origin and three times no number, which some exporters
        // write instead.
        let unseen = word < 0 || at == DVec3::ZERO || at.is_nan_mask().all();
        let point = if unseen {
            None
        } else {
            Point::new((self.place)(at))
        };
        self.take.refused += u64::from(!unseen && point.is_none());
        let word = if point.is_some() { word as u16 } else { UNSEEN };
        self.take.points.push(point);
        self.take.words.push(word);
    }
}

/// The rotation that turns the file's up axis to +Y; for +Z it keeps X.
fn y_up(up: UpAxis, p: DVec3) -> DVec3 {
    match up {
        UpAxis::PlusX => DVec3::new(-p.y, p.x, p.z),
        UpAxis::MinusX => DVec3::new(p.y, -p.x, p.z),
        UpAxis::PlusY => p,
        UpAxis::MinusY => DVec3::new(p.x, -p.y, -p.z),
        UpAxis::PlusZ => DVec3::new(p.x, p.z, -p.y),
        UpAxis::MinusZ => DVec3::new(p.x, -p.z, p.y),
    }
}
