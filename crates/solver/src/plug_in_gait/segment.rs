//! The model's segments: which there are, and where one is in a frame.
//!
//! What is put out is what Vicon puts out: the frames of the bones that are drawn. Their origins are joint centres except
//! at the ends of limbs (head, feet, toes, hands), where the drawn bone is placed by its proportions, and the thorax is
//! drawn upside down (its y points right, its z down).

use super::Gap;
use cyc_model::{Point, Stage};
use glam::{DMat3, DVec3};

macro_rules! segments {
    ($($name:ident $code:literal $what:literal;)*) => {
        /// A segment of the model.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Segment {
            $(#[doc = concat!($what, ": `", $code, "`.")] $name,)*
        }

        impl Segment {
            /// All segments.
            pub const ALL: [Self; [$($code),*].len()] = [$(Self::$name),*];

            /// Vicon's code for it.
            pub fn code(self) -> &'static str {
                match self { $(Self::$name => $code),* }
            }

            /// The labels that Vicon gives its origin and the ends of its anterior, lateral and proximal axes.
            pub fn point_labels(self) -> [&'static str; 4] {
                match self {
                    $(Self::$name => [
                        concat!($code, "O"), concat!($code, "A"), concat!($code, "L"), concat!($code, "P"),
                    ]),*
                }
            }
        }
    };
}

segments! {
    Pelvis "PEL" "Pelvis, at the middle of the hip joints";
    LeftFemur "LFE" "Left thigh, at the knee joint";
    LeftTibia "LTI" "Left shank with its torsion, at the ankle joint";
    LeftFoot "LFO" "Left foot";
    LeftToe "LTO" "Left toes, aligned with the foot";
    RightFemur "RFE" "Right thigh, at the knee joint";
    RightTibia "RTI" "Right shank with its torsion, at the ankle joint";
    RightFoot "RFO" "Right foot";
    RightToe "RTO" "Right toes, aligned with the foot";
    Head "HED" "Head";
    Thorax "TRX" "Thorax, drawn upside down, at its top in front";
    LeftClavicle "LCL" "Left clavicle, at the shoulder joint";
    LeftHumerus "LHU" "Left upper arm, at the elbow joint";
    LeftRadius "LRA" "Left forearm, at the wrist joint";
    LeftHand "LHN" "Left hand, at its tip";
    RightClavicle "RCL" "Right clavicle, at the shoulder joint";
    RightHumerus "RHU" "Right upper arm, at the elbow joint";
    RightRadius "RRA" "Right forearm, at the wrist joint";
    RightHand "RHN" "Right hand, at its tip";
}

/// One segment in one frame. Each part has its own reason when it is missing.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SegmentFrame {
    /// Its origin.
    pub origin: Result<Point<Stage>, Gap>,
    /// Its axes in stage coordinates, as columns: x forward, y to the left, z up along the bone, orthonormal.
    pub stage_from_segment: Result<DMat3, Gap>,
    /// The length that the bone is drawn with, metres.
    pub length_m: Result<f64, Gap>,
}

impl SegmentFrame {
    #[inline]
    pub(super) fn new(
        origin: Result<DVec3, Gap>,
        axes: Result<DMat3, Gap>,
        length_m: Result<f64, Gap>,
    ) -> Self {
        Self {
            origin: origin.map(Point::saturating),
            stage_from_segment: axes,
            length_m,
        }
    }

    /// The four points that Vicon writes for a segment: origin, and the ends of the anterior, lateral and proximal axes,
    /// each as far away as the bone is long.
    pub fn points(&self) -> [Result<Point<Stage>, Gap>; 4] {
        let tip = |axis: fn(&DMat3) -> DVec3| {
            let (axes, length_m) = (self.stage_from_segment?, self.length_m?);
            let tip = self.origin?.metres() + axis(&axes) * length_m;
            Ok(Point::saturating(tip))
        };
        [
            self.origin,
            tip(|m| m.x_axis),
            tip(|m| m.y_axis),
            tip(|m| m.z_axis),
        ]
    }
}

/// Orthonormal axes from the bone's direction (z, kept) and a lateral direction (y, made square to it).
#[inline]
pub(super) fn axes_along(proximal: DVec3, lateral: DVec3) -> Option<DMat3> {
    let z = proximal.try_normalize()?;
    let x = lateral.cross(z).try_normalize()?;
    Some(DMat3::from_cols(x, z.cross(x), z))
}
