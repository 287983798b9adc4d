//! Whether a source's clock follows the reference that it is to follow.

/// What a source tells of the reference of its clock (genlock, PTP, NTP).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum ClockReference {
    /// It tells nothing, or has none.
    #[default]
    Untold,
    /// Its clock follows it.
    Locked,
    /// Its clock runs free, though it has one to follow.
    Lost,
}

impl ClockReference {
    /// From its number, as atomics keep it.
    #[must_use]
    pub fn from_u8(number: u8) -> Self {
        match number {
            n if n == Self::Locked as u8 => Self::Locked,
            n if n == Self::Lost as u8 => Self::Lost,
            _ => Self::Untold,
        }
    }
}
