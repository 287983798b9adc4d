//! Where each part of the base mesh's texture layout goes in our own textures.
//!
//! Most of the body's layout belongs to skin that the suit hides. What stays (face, ears, mouth, hands,
//! neck) is packed anew, and the face chart is stretched so that eyes, brows and lips get the texels.

use glam::Vec2;

/// An axis-aligned rectangle of texture space, origin at the upper left.
#[derive(Debug, Clone, Copy)]
struct Rect {
    low: Vec2,
    high: Vec2,
}

impl Rect {
    const fn new(left: f32, top: f32, right: f32, bottom: f32) -> Self {
        Self {
            low: Vec2::new(left, top),
            high: Vec2::new(right, bottom),
        }
    }

    fn holds(&self, point: Vec2) -> bool {
        point.cmpge(self.low).all() && point.cmple(self.high).all()
    }

    fn fraction(&self, point: Vec2) -> Vec2 {
        (point - self.low) / (self.high - self.low)
    }

    fn at(&self, fraction: Vec2) -> Vec2 {
        self.low + fraction * (self.high - self.low)
    }
}

/// Face chart of the base layout, and where it goes.
const FACE: (Rect, Rect) = (
    Rect::new(0.636, 0.176, 0.997, 0.858),
    Rect::new(0.004, 0.004, 0.996, 0.716),
);

/// The other charts of the base layout that can be seen, and where they go.
const OTHERS: [(Rect, Rect); 5] = [
    (
        Rect::new(0.35, 0.795, 0.566, 0.995),
        Rect::new(0.004, 0.724, 0.294, 0.996),
    ),
    (
        Rect::new(0.566, 0.795, 0.7647, 0.995),
        Rect::new(0.298, 0.724, 0.565, 0.996),
    ),
    (
        Rect::new(0.7648, 0.8581, 0.93, 0.995),
        Rect::new(0.57, 0.724, 0.72, 0.85),
    ),
    (
        Rect::new(0.0, 0.36, 0.16, 0.46),
        Rect::new(0.57, 0.856, 0.78, 0.996),
    ),
    (
        Rect::new(0.0, 0.0, 0.635, 0.355),
        Rect::new(0.725, 0.724, 0.996, 0.852),
    ),
];

/// Texel density along one axis of the face chart: 1 plus a bump of `gain` at `centre`.
#[derive(Debug, Clone, Copy)]
struct Stretch {
    centre: f32,
    width: f32,
    gain: f32,
}

impl Stretch {
    /// Integral of the density from 0, for the bump 1 / (1 + ((x - c) / w)²).
    fn integral(&self, x: f32) -> f32 {
        let bump = |x: f32| self.gain * self.width * libm::atanf((x - self.centre) / self.width);
        x + bump(x) - bump(0.0)
    }

    /// A monotonic map of 0..1 onto itself.
    fn map(&self, x: f32) -> f32 {
        self.integral(x) / self.integral(1.0)
    }
}

const ACROSS: Stretch = Stretch {
    centre: 0.66,
    width: 0.13,
    gain: 3.0,
};
const DOWN: Stretch = Stretch {
    centre: 0.5,
    width: 0.09,
    gain: 4.0,
};

/// Place of a point of the base layout (upper-left origin) in the skin textures.
///
/// Points of charts that are never shown land in the last rectangle or are clamped into it.
pub fn skin(uv: Vec2) -> Vec2 {
    if FACE.0.holds(uv) {
        let fraction = FACE.0.fraction(uv);
        return FACE
            .1
            .at(Vec2::new(ACROSS.map(fraction.x), DOWN.map(fraction.y)));
    }
    let (from, to) = OTHERS
        .iter()
        .find(|(from, _)| from.holds(uv))
        .unwrap_or(&OTHERS[4]);
    to.at(from.fraction(uv).clamp(Vec2::ZERO, Vec2::ONE))
}

/// Stretches a chart's bounds in the base layout (upper-left origin) to the whole texture.
pub fn spread(left: f32, top: f32, right: f32, bottom: f32) -> impl Fn(Vec2) -> Vec2 {
    let from = Rect::new(left, top, right, bottom);
    move |uv| 0.005 + 0.99 * from.fraction(uv)
}
