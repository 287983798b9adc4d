//! The markers that Plug-in Gait reads, and where a take keeps them.
//!
//! A take brings its points in its own order and under its own labels (`LASI`, `Subject:LASI`). [`MarkerColumns`]
//! looks them up once, so that a frame is read by index and nothing is compared per frame.

use super::Gap;
use crate::rig_file::plain_label;
use cyc_model::{Point, Stage};
use glam::DVec3;

/// Left or right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodySide {
    /// The subject's left.
    Left,
    /// The subject's right.
    Right,
}

impl BodySide {
    /// Both, left first.
    pub const BOTH: [Self; 2] = [Self::Left, Self::Right];

    /// +1 on the left, where the lateral axes of the model point outward; -1 on the right.
    pub(super) fn sign(self) -> f64 {
        match self {
            Self::Left => 1.0,
            Self::Right => -1.0,
        }
    }

    /// `Left` or `Right`, as names in a VSK begin.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Left => "Left",
            Self::Right => "Right",
        }
    }

    /// Position in a table of both sides.
    pub(super) fn index(self) -> usize {
        self as usize
    }
}

macro_rules! markers {
    ($($label:ident)*) => {
        /// A marker of the full-body Plug-in Gait set, by the label that Vicon gives it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[allow(clippy::upper_case_acronyms, reason = "these are the markers' names")]
        pub enum Marker {
            $(#[doc = concat!("`", stringify!($label), "`.")] $label,)*
        }

        impl Marker {
            /// All that the model reads. (`RBAK`, `LUPA`, `LFRM` and their partners only tell the sides apart.)
            pub const ALL: [Self; [$(stringify!($label)),*].len()] = [$(Self::$label),*];

            /// The label.
            pub fn label(self) -> &'static str {
                match self { $(Self::$label => stringify!($label)),* }
            }
        }
    };
}

markers! {
    LFHD RFHD LBHD RBHD C7 T10 CLAV STRN
    LSHO LELB LWRA LWRB LFIN RSHO RELB RWRA RWRB RFIN
    LASI RASI LPSI RPSI SACR
    LTHI LKNE LTIB LANK LHEE LTOE RTHI RKNE RTIB RANK RHEE RTOE
}

/// The markers of one leg.
pub(super) struct LegMarkers {
    pub thigh: Marker,
    pub knee: Marker,
    pub tibia: Marker,
    pub ankle: Marker,
    pub heel: Marker,
    pub toe: Marker,
}

/// The markers of one arm.
pub(super) struct ArmMarkers {
    pub shoulder: Marker,
    pub elbow: Marker,
    /// On the thumb's side.
    pub wrist_a: Marker,
    /// On the little finger's side.
    pub wrist_b: Marker,
    pub finger: Marker,
}

impl BodySide {
    pub(super) fn leg(self) -> LegMarkers {
        use Marker::{LANK, LHEE, LKNE, LTHI, LTIB, LTOE, RANK, RHEE, RKNE, RTHI, RTIB, RTOE};
        let [thigh, knee, tibia, ankle, heel, toe] = match self {
            Self::Left => [LTHI, LKNE, LTIB, LANK, LHEE, LTOE],
            Self::Right => [RTHI, RKNE, RTIB, RANK, RHEE, RTOE],
        };
        LegMarkers {
            thigh,
            knee,
            tibia,
            ankle,
            heel,
            toe,
        }
    }

    pub(super) fn arm(self) -> ArmMarkers {
        use Marker::{LELB, LFIN, LSHO, LWRA, LWRB, RELB, RFIN, RSHO, RWRA, RWRB};
        let [shoulder, elbow, wrist_a, wrist_b, finger] = match self {
            Self::Left => [LSHO, LELB, LWRA, LWRB, LFIN],
            Self::Right => [RSHO, RELB, RWRA, RWRB, RFIN],
        };
        ArmMarkers {
            shoulder,
            elbow,
            wrist_a,
            wrist_b,
            finger,
        }
    }
}

/// Where a take keeps the markers of one subject.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkerColumns {
    columns: [Option<usize>; Marker::ALL.len()],
    ambiguous: Vec<Marker>,
}

impl MarkerColumns {
    /// Looks the markers up among a take's labels. A subject before a colon is not compared, so the labels given must
    /// be those of one subject. A label that is there twice is not guessed at: its marker counts as missing, and
    /// [`ambiguous`](Self::ambiguous) names it.
    pub fn find<'a>(labels: impl IntoIterator<Item = &'a str>) -> Self {
        let mut found = Self {
            columns: [None; Marker::ALL.len()],
            ambiguous: Vec::new(),
        };
        for (column, label) in labels.into_iter().enumerate() {
            let plain = plain_label(label);
            let Some(marker) = Marker::ALL.into_iter().find(|m| m.label() == plain) else {
                continue;
            };
            let place = &mut found.columns[marker as usize];
            if found.ambiguous.contains(&marker) {
                continue;
            }
            if place.is_some() {
                *place = None;
                found.ambiguous.push(marker);
            } else {
                *place = Some(column);
            }
        }
        found
    }

    /// The columns for frames whose points are in the order of [`Marker::ALL`].
    pub fn in_order() -> Self {
        Self {
            columns: std::array::from_fn(Some),
            ambiguous: Vec::new(),
        }
    }

    /// Whether the take has this marker.
    pub fn has(&self, marker: Marker) -> bool {
        self.columns[marker as usize].is_some()
    }

    /// Markers that the take does not have. `SACR` stands for `LPSI` and `RPSI`, so neither way of marking the back of
    /// the pelvis is missed when the other is there.
    pub fn missing(&self) -> impl Iterator<Item = Marker> {
        let sacrum = self.has(Marker::SACR);
        let posterior = self.has(Marker::LPSI) && self.has(Marker::RPSI);
        Marker::ALL.into_iter().filter(move |m| {
            let excused = match m {
                Marker::SACR => posterior,
                Marker::LPSI | Marker::RPSI => sacrum,
                _ => false,
            };
            !self.has(*m) && !excused
        })
    }

    /// Markers whose label stands more than once in the take.
    pub fn ambiguous(&self) -> &[Marker] {
        &self.ambiguous
    }

    pub(super) fn read<'a>(&'a self, points: &'a [Option<Point<Stage>>]) -> Seen<'a> {
        Seen {
            columns: self,
            points,
        }
    }
}

/// One frame's markers.
#[derive(Clone, Copy)]
pub(super) struct Seen<'a> {
    columns: &'a MarkerColumns,
    points: &'a [Option<Point<Stage>>],
}

impl Seen<'_> {
    /// A marker's place, metres.
    #[inline]
    pub fn at(&self, marker: Marker) -> Result<DVec3, Gap> {
        self.columns.columns[marker as usize]
            .and_then(|column| self.points.get(column))
            .and_then(|point| point.map(Point::metres))
            .ok_or(Gap::Marker(marker))
    }

    /// Halfway between two markers, metres.
    #[inline]
    pub fn mid(&self, a: Marker, b: Marker) -> Result<DVec3, Gap> {
        Ok(0.5 * (self.at(a)? + self.at(b)?))
    }

    /// The back of the pelvis: the sacral marker where the take has one, else halfway between the posterior spines.
    pub fn sacrum(&self) -> Result<DVec3, Gap> {
        if self.columns.has(Marker::SACR) {
            self.at(Marker::SACR)
        } else {
            self.mid(Marker::LPSI, Marker::RPSI)
        }
    }
}
