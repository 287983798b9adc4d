//! Frusta: the eye, and the matrix from stage points to clip space.
//!
//! Depth is reversed with an infinite far plane: z/w is 1 at the near plane and falls to 0 at infinity, which spreads
//! the precision of a 32-bit float evenly. Source of the off-axis projection: Kooima 2008, "Generalized Perspective
//! Projection".

use cyc_model::{Point, Pupil, Stage, Xf};
use glam::{DMat4, DVec2, DVec3, DVec4};
use thiserror::Error;

/// Why there is no frustum.
#[derive(Clone, Copy, Debug, PartialEq, Error)]
pub enum FrustumError {
    /// The eye is in the screen's plane or behind it: a state of the stage, shown as such, not a division by zero.
    #[error("the eye is {behind_m:.3} m behind the screen")]
    EyeBehindScreen {
        /// Distance behind the plane; zero in it.
        behind_m: f64,
    },
    /// The three corners do not span a rectangle.
    #[error("the corners do not span a screen")]
    NoScreen,
    /// The opening angles, overscan or near distance are not those of a view.
    #[error("the opening of the view is empty or not finite")]
    EmptyView,
}

/// A rectangular screen by three of its corners, as its audience sees it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Screen {
    /// Lower left corner.
    pub lower_left: Point<Stage>,
    /// Lower right corner.
    pub lower_right: Point<Stage>,
    /// Upper left corner.
    pub upper_left: Point<Stage>,
}

/// Tangents of a view's opening angles from its axis; left and bottom are negative for an axis inside the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Tangents {
    /// Left edge.
    pub left: f64,
    /// Right edge.
    pub right: f64,
    /// Lower edge.
    pub bottom: f64,
    /// Upper edge.
    pub top: f64,
}

impl Tangents {
    /// From left, right, bottom, top.
    pub fn new([left, right, bottom, top]: [f64; 4]) -> Self {
        Self {
            left,
            right,
            bottom,
            top,
        }
    }

    /// Widened about the picture's centre by `factor` in both directions.
    pub fn widened(self, factor: f64) -> Self {
        let (cx, cy) = (
            (self.left + self.right) / 2.0,
            (self.bottom + self.top) / 2.0,
        );
        Self {
            left: cx + (self.left - cx) * factor,
            right: cx + (self.right - cx) * factor,
            bottom: cy + (self.bottom - cy) * factor,
            top: cy + (self.top - cy) * factor,
        }
    }

    /// Whether the opening is finite and not empty.
    fn is_view(self) -> bool {
        let finite = [self.left, self.right, self.bottom, self.top]
            .iter()
            .all(|t| t.is_finite());
        finite && self.right > self.left && self.top > self.bottom
    }
}

/// A view of the stage from one eye.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Frustum {
    clip_from_stage: DMat4,
    eye: Point<Stage>,
    near_m: f64,
}

impl Frustum {
    /// The off-axis view of an eye onto a screen. `near_m` is the distance of the near plane.
    pub fn off_axis(screen: Screen, eye: Point<Stage>, near_m: f64) -> Result<Self, FrustumError> {
        let corner = screen.lower_left.metres();
        let right = (screen.lower_right.metres() - corner).try_normalize();
        let up = (screen.upper_left.metres() - corner).try_normalize();
        let (Some(right), Some(up)) = (right, up) else {
            return Err(FrustumError::NoScreen);
        };
        if right.dot(up).abs() > 1e-6 {
            return Err(FrustumError::NoScreen);
        }
        let normal = right.cross(up);
        let to_corner = corner - eye.metres();
        let distance = -to_corner.dot(normal);
        if !distance.is_finite() || distance <= 0.0 {
            return Err(FrustumError::EyeBehindScreen {
                behind_m: -distance,
            });
        }
        let to_right = screen.lower_right.metres() - eye.metres();
        let to_top = screen.upper_left.metres() - eye.metres();
        let tangents = Tangents {
            left: right.dot(to_corner) / distance,
            right: right.dot(to_right) / distance,
            bottom: up.dot(to_corner) / distance,
            top: up.dot(to_top) / distance,
        };
        Self::from_axes([right, up, normal], eye, tangents, near_m)
    }

    /// The view of a camera at its entrance pupil, widened by `overscan`.
    pub fn inner(
        stage_from_pupil: Xf<Stage, Pupil>,
        tangents: Tangents,
        overscan: f64,
        near_m: f64,
    ) -> Result<Self, FrustumError> {
        let rotation = stage_from_pupil.rotation();
        let axes = [
            rotation * DVec3::X,
            rotation * DVec3::Y,
            rotation * DVec3::Z,
        ];
        Self::from_axes(
            axes,
            stage_from_pupil.translation(),
            tangents.widened(overscan),
            near_m,
        )
    }

    /// From the view's axes (right, up, backwards), orthonormal.
    pub(crate) fn from_axes(
        [right, up, back]: [DVec3; 3],
        eye: Point<Stage>,
        tangents: Tangents,
        near_m: f64,
    ) -> Result<Self, FrustumError> {
        if !(tangents.is_view() && near_m.is_finite() && near_m > 0.0) {
            return Err(FrustumError::EmptyView);
        }
        let Tangents {
            left: l,
            right: r,
            bottom: b,
            top: t,
        } = tangents;
        let row = |axis: DVec3| axis.extend(-axis.dot(eye.metres()));
        let (x, y, z) = (row(right), row(up), row(back));
        let clip_x = x * (2.0 / (r - l)) + z * ((r + l) / (r - l));
        let clip_y = y * (2.0 / (t - b)) + z * ((t + b) / (t - b));
        let clip_z = DVec4::new(0.0, 0.0, 0.0, near_m);
        let clip_from_stage = DMat4::from_cols(clip_x, clip_y, clip_z, -z).transpose();
        Ok(Self {
            clip_from_stage,
            eye,
            near_m,
        })
    }

    /// The matrix to clip space, for column vectors.
    pub fn clip_from_stage(&self) -> DMat4 {
        self.clip_from_stage
    }

    /// Where the view is seen from.
    pub fn eye(&self) -> Point<Stage> {
        self.eye
    }

    /// Distance of the near plane.
    pub fn near_m(&self) -> f64 {
        self.near_m
    }

    /// Where a point appears, in normalised device coordinates (x right, y up, both -1 to 1 in the picture); `None`
    /// for a point nearer than the near plane or behind the eye.
    pub fn project(&self, point: Point<Stage>) -> Option<DVec2> {
        let clip = self.clip_from_stage * point.metres().extend(1.0);
        (clip.w >= self.near_m).then(|| DVec2::new(clip.x / clip.w, clip.y / clip.w))
    }

    /// The direction of the ray through normalised device coordinates, as an affine map: `d0 + x·dx + y·dy`, in stage
    /// axes, with a length of one along the view's axis.
    pub fn ray_basis(&self) -> [DVec3; 3] {
        let rows = self.clip_from_stage.transpose();
        let (x, y, w) = (
            rows.x_axis.truncate(),
            rows.y_axis.truncate(),
            rows.w_axis.truncate(),
        );
        // Solve [x; y; w] d = [ndc.x; ndc.y; 1] by the reciprocal basis.
        let volume = w.dot(x.cross(y));
        [
            x.cross(y) / volume,
            y.cross(w) / volume,
            w.cross(x) / volume,
        ]
    }
}
