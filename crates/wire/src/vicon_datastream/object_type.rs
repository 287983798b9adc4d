//! The object types of the protocol, and sets of them that cost nothing to copy.
//!
//! Types are numbers on the wire; those that this crate knows have a place in a 64-bit set. A type that is not known
//! is never an error: newer servers send more than older readers understand.

/// An object type by its number on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectType(pub u32);

/// Whether a type is sent once or with every frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lifetime {
    /// Part of the static set, which is replaced as a whole.
    Static,
    /// Part of the frame, which is replaced as a whole.
    Dynamic,
    /// Control: in neither set.
    Control,
}

macro_rules! object_types {
    ($($(#[$doc:meta])* $name:ident = $value:literal, $lifetime:ident;)*) => {
        impl ObjectType {
            $($(#[$doc])* pub const $name: Self = Self($value);)*
        }
        /// Every type this crate has a name for; the position is the bit in a [`TypeSet`].
        const KNOWN: &[(ObjectType, Lifetime)] = &[$((ObjectType($value), Lifetime::$lifetime),)*];
    };
}

object_types! {
    /// Rate of the stream.
    STREAM_INFO = 1, Static;
    /// A subject's names and tree.
    SUBJECT_INFO = 2, Static;
    /// Analogue device.
    DEVICE_INFO = 3, Static;
    /// Analogue channel.
    CHANNEL_INFO = 4, Static;
    /// Frame number.
    FRAME_INFO = 5, Dynamic;
    /// Labelled markers.
    LABELLED_RECONS = 6, Dynamic;
    /// Markers without a label.
    UNLABELLED_RECONS = 7, Dynamic;
    /// Segment poses in their parents.
    LOCAL_SEGMENTS = 8, Dynamic;
    /// Segment poses in the volume.
    GLOBAL_SEGMENTS = 9, Dynamic;
    /// Forces.
    FORCE_FRAME = 10, Dynamic;
    /// Moments.
    MOMENT_FRAME = 11, Dynamic;
    /// Centres of pressure.
    CENTRE_OF_PRESSURE_FRAME = 12, Dynamic;
    /// Voltages.
    VOLTAGE_FRAME = 13, Dynamic;
    /// Camera names.
    CAMERA_INFO = 14, Static;
    /// Centroid tracks.
    CENTROID_TRACKS = 15, Dynamic;
    /// Centroids.
    CENTROIDS = 16, Dynamic;
    /// Greyscale blobs.
    GREYSCALE_BLOBS = 17, Dynamic;
    /// Edge pairs.
    EDGE_PAIRS = 18, Dynamic;
    /// Camera calibration.
    CAMERA_CALIBRATION_INFO = 19, Static;
    /// Force plates.
    FORCE_PLATE_INFO = 20, Static;
    /// Video.
    VIDEO_FRAME = 22, Dynamic;
    /// Timecode.
    TIMECODE = 23, Dynamic;
    /// Rays of unlabelled markers.
    UNLABELLED_RECON_RAYS = 24, Dynamic;
    /// Rays of labelled markers.
    LABELLED_RECON_RAYS = 25, Dynamic;
    /// Where time was spent in the server.
    LATENCY_INFO = 26, Dynamic;
    /// Health of the camera calibration.
    CAMERA_CALIBRATION_HEALTH = 27, Static;
    /// A subject's neutral pose.
    SUBJECT_TOPOLOGY = 28, Static;
    /// A subject's health.
    SUBJECT_HEALTH = 29, Static;
    /// Calibration wand in 2D.
    CAMERA_WAND_2D = 30, Dynamic;
    /// Calibration wand in 3D.
    CAMERA_WAND_3D = 31, Dynamic;
    /// Eye tracker samples.
    EYE_TRACKER_FRAME = 32, Dynamic;
    /// Eye trackers.
    EYE_TRACKER_INFO = 33, Static;
    /// Units of channels.
    CHANNEL_INFO_EXTRA = 34, Static;
    /// Haptic devices to switch on.
    APEX_HAPTICS = 35, Control;
    /// The cameras' own frame number.
    HARDWARE_FRAME_INFO = 36, Dynamic;
    /// The server's axes.
    APPLICATION_INFO = 37, Static;
    /// Start ticks of devices.
    DEVICE_INFO_EXTRA = 38, Static;
    /// Named frame rates.
    FRAME_RATE_INFO = 39, Dynamic;
    /// Quality of rigid bodies.
    OBJECT_QUALITY = 40, Static;
    /// Weights of centroids.
    CENTROID_WEIGHTS = 41, Dynamic;
    /// Ping, and its echo.
    PING = 42, Control;
    /// Calibration of moving cameras.
    DYNAMIC_CAMERA_CALIBRATION_INFO = 43, Dynamic;
    /// Segment poses in their parents, small.
    LIGHTWEIGHT_SEGMENTS = 901, Dynamic;
    /// Camera modes.
    CAMERA_SENSOR_INFO = 1401, Static;
    /// Greyscale blobs, subsampled.
    GREYSCALE_SUBSAMPLED_BLOBS = 1701, Dynamic;
    /// A subject's segment scales.
    SUBJECT_SCALE = 28001, Static;
    /// Camera timing.
    CAMERA_TIMING_INFO = 65001, Static;
    /// Which types the sender supports or wants.
    OBJECT_ENUMS = 100_001, Control;
    /// Start or stop streaming, or send one frame.
    REQUEST_FRAME = 100_002, Control;
    /// Nothing, said to keep the connection.
    KEEP_ALIVE = 100_003, Control;
    /// What a packet holds.
    CONTENTS = 100_004, Control;
    /// Send by multicast.
    START_MULTICAST_SENDER = 100_005, Control;
    /// Send no more by multicast.
    STOP_MULTICAST_SENDER = 100_006, Control;
    /// Which subjects are wanted.
    FILTER = 100_007, Control;
    /// Send the next frames.
    REQUEST_NEXT_FRAME = 100_008, Control;
}

const _: () = assert!(KNOWN.len() <= 64);

/// What [`NEAR`] holds where there is no type.
const NONE: u8 = u8::MAX;

/// The position in [`KNOWN`] of each small number, which nearly all types have: looked up instead of searched for, since
/// every block of every frame asks.
const NEAR: [u8; 64] = {
    let mut near = [NONE; 64];
    let mut position = 0;
    while position < KNOWN.len() {
        let number = KNOWN[position].0.0 as usize;
        if number < near.len() {
            near[number] = position as u8;
        }
        position += 1;
    }
    near
};

/// The position of the first type whose number is larger.
const FAR: usize = {
    let mut position = 0;
    while position < KNOWN.len() && (KNOWN[position].0.0 as usize) < NEAR.len() {
        position += 1;
    }
    position
};

impl ObjectType {
    fn known(self) -> Option<(u32, Lifetime)> {
        let position = match NEAR.get(self.0 as usize) {
            Some(&NONE) => return None,
            Some(near) => usize::from(*near),
            None => FAR + KNOWN[FAR..].iter().position(|(t, _)| *t == self)?,
        };
        Some((position as u32, KNOWN[position].1))
    }

    /// Whether the type is static, dynamic or control; control for what is not known.
    pub fn lifetime(self) -> Lifetime {
        self.known().map_or(Lifetime::Control, |(_, l)| l)
    }
}

/// A set of known object types.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct TypeSet(u64);

impl TypeSet {
    /// No type.
    pub const EMPTY: Self = Self(0);

    /// The set of the given types.
    pub fn of(types: &[ObjectType]) -> Self {
        let mut set = Self::EMPTY;
        for t in types {
            set.insert(*t);
        }
        set
    }

    /// Adds a type; one that is not known is left out.
    pub fn insert(&mut self, t: ObjectType) {
        if let Some((bit, _)) = t.known() {
            self.0 |= 1 << bit;
        }
    }

    /// Takes a type out.
    pub fn remove(&mut self, t: ObjectType) {
        if let Some((bit, _)) = t.known() {
            self.0 &= !(1 << bit);
        }
    }

    /// Whether the type is in the set.
    pub fn contains(self, t: ObjectType) -> bool {
        t.known().is_some_and(|(bit, _)| self.0 & (1 << bit) != 0)
    }

    /// Types that are in both.
    #[must_use]
    pub fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    /// Types that are in either.
    #[must_use]
    pub fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether nothing is in the set.
    pub fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many types.
    pub fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// The types in the order of their numbers.
    pub fn iter(self) -> impl Iterator<Item = ObjectType> {
        let all = KNOWN.iter().enumerate();
        let members = all.filter(move |(i, _)| self.0 & (1 << i) != 0);
        members.map(|(_, (t, _))| *t)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_in_rising_order_so_that_sets_are_written_sorted() {
        assert!(KNOWN.windows(2).all(|w| w[0].0 < w[1].0));
    }

    #[test]
    fn every_type_is_found_at_its_own_place_and_no_number_beside_them() {
        for number in (0..70_000).chain(99_990..100_020).chain([u32::MAX]) {
            let place = KNOWN.iter().position(|(t, _)| t.0 == number);
            let found = ObjectType(number).known();
            let wanted = place.map(|at| (at as u32, KNOWN[at].1));
            assert_eq!(found, wanted, "{number}");
        }
    }

    #[test]
    fn a_type_that_is_not_known_is_in_no_set() {
        let mut set = TypeSet::of(&[ObjectType::PING]);
        set.insert(ObjectType(4711));
        assert_eq!((set.len(), set.contains(ObjectType(4711))), (1, false));
        assert_eq!(ObjectType(4711).lifetime(), Lifetime::Control);
    }
}
