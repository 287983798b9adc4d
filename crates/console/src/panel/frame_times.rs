//! How long the panel's own pictures take: counts in steps of a tenth of a millisecond, so that a day of them takes no more
//! memory than a minute.

use std::time::Duration;

/// One step.
const STEP: Duration = Duration::from_micros(100);
/// Steps; what takes longer than half a second is in the last one.
const STEPS: usize = 5000;

/// How long pictures took.
#[derive(Clone, Debug)]
pub struct FrameTimes {
    steps: Vec<u32>,
    count: u64,
    longest: Duration,
}

impl Default for FrameTimes {
    fn default() -> Self {
        Self {
            steps: vec![0; STEPS],
            count: 0,
            longest: Duration::ZERO,
        }
    }
}

impl FrameTimes {
    /// Counts a picture.
    pub fn add(&mut self, took: Duration) {
        let step = (took.as_nanos() / STEP.as_nanos()) as usize;
        if let Some(count) = self.steps.get_mut(step.min(STEPS - 1)) {
            *count = count.saturating_add(1);
        }
        self.count += 1;
        self.longest = self.longest.max(took);
    }

    /// How many there were.
    pub fn count(&self) -> u64 {
        self.count
    }

    /// The longest.
    pub fn longest(&self) -> Duration {
        self.longest
    }

    /// The time that a part of them (0 to 1) did not exceed, within a step.
    pub fn quantile(&self, part: f64) -> Duration {
        let wanted = (part * self.count as f64).ceil() as u64;
        let mut seen = 0;
        for (step, count) in (1u32..).zip(&self.steps) {
            seen += u64::from(*count);
            if seen >= wanted && seen > 0 {
                return (STEP * step).min(self.longest);
            }
        }
        self.longest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_within_a_step() {
        let mut times = FrameTimes::default();
        assert_eq!(times.quantile(0.5), Duration::ZERO);
        for ms in 1..=100 {
            times.add(Duration::from_millis(ms));
        }
        let off = |part, ms| times.quantile(part).abs_diff(Duration::from_millis(ms));
        assert!(off(0.5, 50) <= STEP && off(0.99, 99) <= STEP, "{times:?}");
        times.add(Duration::from_hours(2));
        assert_eq!(times.quantile(1.0), Duration::from_millis(500));
        assert_eq!(
            (times.count(), times.longest()),
            (101, Duration::from_hours(2))
        );
    }
}
