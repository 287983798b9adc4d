//! Time inside the program: signed nanoseconds of the host's monotonic clock.
//!
//! An `i64` of nanoseconds lasts 292 years and subtracts exactly. Time is never held in an `f32`, and wall-clock
//! time is decoration only.

use std::ops::{Add, AddAssign, Sub};

/// An instant of the host's monotonic clock, nanoseconds since an origin that is fixed for the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct HostNs(pub i64);

/// A length of time in nanoseconds; may be negative.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Nanos(pub i64);

impl Nanos {
    /// No time.
    pub const ZERO: Self = Self(0);

    /// From microseconds.
    pub const fn from_micros(us: i64) -> Self {
        Self(us.saturating_mul(1_000))
    }

    /// From milliseconds.
    pub const fn from_millis(ms: i64) -> Self {
        Self(ms.saturating_mul(1_000_000))
    }

    /// From seconds.
    pub const fn from_secs(s: i64) -> Self {
        Self(s.saturating_mul(1_000_000_000))
    }

    /// From seconds as a real number, rounded to the nearest nanosecond; saturates, and NaN becomes zero.
    pub fn from_secs_real(s: f64) -> Self {
        Self((s * 1e9).round() as i64)
    }

    /// The period of a rate in hertz, rounded; zero for a rate that is not positive.
    pub fn period_of_hz(rate_hz: f64) -> Self {
        if rate_hz > 0.0 {
            Self::from_secs_real(1.0 / rate_hz)
        } else {
            Self::ZERO
        }
    }

    /// In seconds.
    pub fn secs(self) -> f64 {
        self.0 as f64 * 1e-9
    }

    /// In milliseconds.
    pub fn millis(self) -> f64 {
        self.0 as f64 * 1e-6
    }

    /// In microseconds.
    pub fn micros(self) -> f64 {
        self.0 as f64 * 1e-3
    }
}

impl Sub for HostNs {
    type Output = Nanos;
    fn sub(self, earlier: Self) -> Nanos {
        Nanos(self.0.saturating_sub(earlier.0))
    }
}

impl Add<Nanos> for HostNs {
    type Output = Self;
    fn add(self, d: Nanos) -> Self {
        Self(self.0.saturating_add(d.0))
    }
}

impl Sub<Nanos> for HostNs {
    type Output = Self;
    fn sub(self, d: Nanos) -> Self {
        Self(self.0.saturating_sub(d.0))
    }
}

impl AddAssign<Nanos> for HostNs {
    fn add_assign(&mut self, d: Nanos) {
        *self = *self + d;
    }
}

impl Add for Nanos {
    type Output = Self;
    fn add(self, d: Self) -> Self {
        Self(self.0.saturating_add(d.0))
    }
}

impl Sub for Nanos {
    type Output = Self;
    fn sub(self, d: Self) -> Self {
        Self(self.0.saturating_sub(d.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversions_round_and_saturate() {
        assert_eq!(Nanos::from_secs_real(1.0 / 3.0), Nanos(333_333_333));
        assert_eq!(Nanos::from_secs_real(f64::NAN), Nanos::ZERO);
        assert_eq!(Nanos::from_secs(i64::MAX), Nanos(i64::MAX));
        assert_eq!(Nanos::period_of_hz(120.0), Nanos(8_333_333));
        assert_eq!(Nanos::period_of_hz(0.0), Nanos::ZERO);
        assert_eq!(HostNs(5) - HostNs(9), Nanos(-4));
    }
}
