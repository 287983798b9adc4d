//! When the next picture is due: a grid of moments, one a picture, that follows a clock.
//!
//! *Free* runs on the computer's own steady clock. *Timecode* puts the grid where the source's timecode frames begin, and
//! *PTP* where the system clock's frames begin, counted from its epoch: two machines whose clocks are held together (by
//! `ptp4l` and `phc2sys`, or the like) then change their pictures in the same moment, without a cable between them.
//! A reference is followed slowly, so that its jitter moves no picture; one that has jumped is jumped after, as soon as it
//! is sure that it has, and one of another rate is not followed. A pure function of the times that it is given.
//!
//! What must stay true: every moment of the grid that passes without a picture is counted once.

use cyc_model::{HostNs, Nanos};
use cyc_stage::{FrameRate, Genlock};
use std::time::SystemTime;

/// Share of an error that is taken away with each reading of the reference: a jitter of a millisecond moves the grid by a
/// fiftieth of it, an error is gone to a tenth within two seconds of film.
const GAIN: f64 = 0.05;
/// Error beyond which a reading says that the reference has jumped, or is of another rate.
const JUMP: f64 = 0.25;
/// So many of those readings that agree are a jump. Those of another rate wander over the whole period.
const JUMP_READINGS: u32 = 4;
/// Share of a period within which a reading says that the grid is locked.
const LOCKED: f64 = 0.1;
/// So many of those in a row make it so, and a third as many others unmake it: one late packet is no loss of the reference.
const LOCKED_READINGS: u32 = 9;
/// Without a reading for so long the grid runs free, from where it was.
const LOST: Nanos = Nanos::from_secs(2);

/// How the grid lies.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct PaceFigures {
    /// Moments that passed without a picture.
    pub missed: u64,
    /// How far the reference was from the grid at the last reading; `None` while there is none.
    pub error: Option<Nanos>,
    /// Whether the grid follows its reference.
    pub is_locked: bool,
}

/// The grid.
#[derive(Clone, Debug)]
pub struct FramePacer {
    genlock: Genlock,
    rate: FrameRate,
    /// A picture is drawn at each so-manieth moment only.
    every: u64,
    phase: Nanos,
    /// Moment number zero.
    origin: Option<HostNs>,
    /// The moment that is next.
    next: u64,
    read_at: Option<HostNs>,
    /// The last readings that were far off and agreed: their error, and how many they are.
    far: (i64, u32),
    /// How sure it is that the grid is locked, up to [`LOCKED_READINGS`].
    sure: u32,
    figures: PaceFigures,
}

impl FramePacer {
    /// A grid of a rate. `at_most_hz` leaves moments out where whoever draws is slower than that.
    pub fn new(rate: FrameRate, (genlock, phase): (Genlock, Nanos), at_most_hz: f64) -> Self {
        Self {
            genlock,
            rate,
            every: (rate.hz() / at_most_hz).ceil().max(1.0) as u64,
            phase,
            origin: None,
            next: 0,
            read_at: None,
            far: (0, 0),
            sure: 0,
            figures: PaceFigures::default(),
        }
    }

    /// The same with what was missed before.
    pub fn with_missed(mut self, missed: u64) -> Self {
        self.figures.missed += missed;
        self
    }

    /// What it follows.
    pub fn genlock(&self) -> Genlock {
        self.genlock
    }

    /// How it lies.
    pub fn figures(&self) -> PaceFigures {
        self.figures
    }

    fn period(&self) -> Nanos {
        self.rate.time_of(1)
    }

    fn moment(&self, origin: HostNs, number: u64) -> HostNs {
        origin + self.rate.time_of(number) + self.phase
    }

    /// The moment of the next picture.
    pub fn due(&mut self, now: HostNs) -> HostNs {
        let origin = *self.origin.get_or_insert(now);
        if self.read_at.is_some_and(|at| now - at > LOST) {
            self.sure = 0;
            self.figures.is_locked = false;
            self.figures.error = None;
        }
        self.moment(origin, self.next)
    }

    /// A picture is begun `now`: the next one is due at the first moment after that. Those that passed are missed.
    pub fn begun(&mut self, now: HostNs) {
        let Some(origin) = self.origin else { return };
        self.next += self.every;
        let mut passed = 0;
        // Later than a whole step: a picture that is a little late still has its moment.
        while self.moment(origin, self.next) + self.rate.time_of(self.every) <= now {
            // By the clock's own number, so that a machine that slept for a night does not count up to the morning.
            let behind = now - self.moment(origin, self.next);
            let step = self.rate.time_of(self.every).0.max(1);
            let skipped = (behind.0 / step).max(1).unsigned_abs();
            self.next += skipped * self.every;
            passed += skipped;
        }
        self.figures.missed += passed;
    }

    /// The reference's frame began at `at`, as it is known `now`.
    pub fn reference(&mut self, at: HostNs, now: HostNs) {
        let origin = *self.origin.get_or_insert(at);
        let period = self.period().0.max(1);
        let off = (at - origin).0.rem_euclid(period);
        let off = if off > period / 2 { off - period } else { off };
        let share = |ns: i64| ns.abs() as f64 / period as f64;
        let is_first = self.read_at.is_none_or(|read| now - read > LOST);
        let step = if is_first || self.is_jump(off, period) {
            off
        } else if share(off) > JUMP {
            0
        } else {
            (off as f64 * GAIN) as i64
        };
        self.origin = Some(origin + Nanos(step));
        self.read_at = Some(now);
        self.figures.error = Some(Nanos(off));
        self.sure = match share(off) <= LOCKED {
            true => (self.sure + 1).min(LOCKED_READINGS),
            false => self.sure.saturating_sub(3),
        };
        match self.sure {
            0 => self.figures.is_locked = false,
            LOCKED_READINGS => self.figures.is_locked = true,
            _ => {}
        }
    }

    /// Whether a reading is the last of enough that are equally far off.
    fn is_jump(&mut self, off: i64, period: i64) -> bool {
        let limit = JUMP * period as f64;
        if off.abs() as f64 <= limit {
            self.far.1 = 0;
            return false;
        }
        // Half a period before the grid is half a period after it.
        let apart = (off - self.far.0).rem_euclid(period);
        let apart = apart.min(period - apart) as f64;
        let count = if apart <= limit / 2.0 {
            self.far.1 + 1
        } else {
            1
        };
        self.far = (off, count % JUMP_READINGS);
        count >= JUMP_READINGS
    }

    /// Reads the system clock: `since_epoch` is what it says `now`.
    pub fn read_clock(&mut self, since_epoch: Nanos, now: HostNs) {
        let frames = self.rate.frames_in(since_epoch);
        let began = self.rate.time_of(frames);
        self.reference(now - (since_epoch - began), now);
    }
}

/// What the system clock says.
pub fn since_epoch() -> Option<Nanos> {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .ok()?;
    i64::try_from(now.as_nanos()).ok().map(Nanos)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILM: FrameRate = FrameRate {
        numerator: 24_000,
        denominator: 1001,
    };

    fn pacer(genlock: Genlock, phase_ms: i64) -> FramePacer {
        FramePacer::new(FILM, (genlock, Nanos::from_millis(phase_ms)), 1e3)
    }

    /// Draws for a while; the moments at which pictures were due.
    fn draw(pacer: &mut FramePacer, from: HostNs, frames: usize) -> Vec<HostNs> {
        let mut now = from;
        let mut due = Vec::new();
        for _ in 0..frames {
            let at = pacer.due(now);
            now = now.max(at);
            due.push(at);
            pacer.begun(now);
        }
        due
    }

    #[test]
    fn a_free_grid_is_even_and_exact_after_a_day() {
        let mut pacer = pacer(Genlock::Free, 0);
        let due = draw(&mut pacer, HostNs(7), 100_000);
        // By hand: frame n of 24000/1001 is at n × 1001/24000 s.
        let at = |n: i128| 7 + n * 1001 * 1_000_000_000 / 24_000;
        for n in [0, 1, 2, 999, 24_000, 99_999] {
            assert_eq!(i128::from(due[n as usize].0), at(n), "{n}");
        }
        assert_eq!(pacer.figures().missed, 0);
    }

    #[test]
    fn each_moment_that_passes_is_missed_once() {
        let mut pacer = pacer(Genlock::Free, 0);
        draw(&mut pacer, HostNs(0), 10);
        // The tenth is begun five and a half periods late: five moments after it have passed.
        let period = 41_708_333;
        let due = pacer.due(HostNs(0));
        let late = due + Nanos(period * 11 / 2);
        pacer.begun(late);
        assert_eq!(pacer.figures().missed, 4);
        let next = pacer.due(late);
        assert!((next - due).0 - 5 * period < 10, "{next:?}");
        assert!(next + Nanos(period) > late);
        // A night without a picture is counted at once.
        pacer.begun(late + Nanos::from_secs(8 * 3600));
        assert!((690_000..691_000).contains(&pacer.figures().missed));
    }

    #[test]
    fn a_slow_renderer_takes_each_so_manieth_moment_and_misses_none() {
        let mut pacer = FramePacer::new(FILM, (Genlock::Free, Nanos::ZERO), 6.0);
        let due = draw(&mut pacer, HostNs(0), 50);
        assert_eq!((due[1] - due[0]).0, 4 * 1001 * 1_000_000_000 / 24_000);
        assert_eq!(pacer.figures().missed, 0);
    }

    /// Two machines with clocks of their own, held to the same system clock, and two that are not.
    #[test]
    fn machines_whose_clocks_agree_draw_in_the_same_moment() {
        let epoch_ns = 1_795_000_000_123_456_789;
        let moments = |begun_ns: i64, genlock, phase_ms| {
            let mut pacer = pacer(genlock, phase_ms);
            let mut now = HostNs(0);
            let mut due = HostNs(0);
            for _ in 0..200 {
                let clock = Nanos(epoch_ns + begun_ns + now.0);
                if genlock == Genlock::Ptp {
                    pacer.read_clock(clock, now);
                }
                due = pacer.due(now);
                now = now.max(due);
                pacer.begun(now);
            }
            // By the system clock, within a frame of it.
            let at = i128::from(epoch_ns + begun_ns + due.0);
            (at * 24_000 % (1001 * 1_000_000_000)) as f64 / 24_000.0 * 1e-6
        };
        let (a, b) = (
            moments(0, Genlock::Ptp, 0),
            moments(17_771_003, Genlock::Ptp, 0),
        );
        let near = |a: f64, b: f64| {
            let off = (a - b).rem_euclid(41.708_333);
            off.min(41.708_333 - off) < 0.001
        };
        assert!(near(a, 0.0) && near(b, 0.0), "{a} {b} ms");
        assert!(near(moments(5_000_000, Genlock::Ptp, 10), 10.0));
        assert!(!near(moments(17_771_003, Genlock::Free, 0), 0.0));
    }

    #[test]
    fn jitter_hardly_moves_the_grid_and_a_jump_is_followed_at_once() {
        let mut pacer = pacer(Genlock::Timecode, 0);
        let frame = |n: u64| HostNs(1_000_000_000) + FILM.time_of(n);
        for n in 0..200u64 {
            let jitter = Nanos([0, 2_000_000, -2_000_000, 1_000_000][n as usize % 4]);
            let at = frame(n) + jitter;
            pacer.reference(at, at);
            let due = pacer.due(at);
            pacer.begun(due.max(at));
            if n > 100 {
                let off = (due - frame(0)).0.rem_euclid(41_708_333);
                let off = off.min(41_708_333 - off);
                assert!(off < 600_000, "{n}: {off} ns");
            }
        }
        assert!(pacer.figures().is_locked);
        // It has jumped when a few frames say so, not before.
        let jumped = |n: u64| frame(n) + Nanos(15_000_000);
        for n in 200..203 {
            assert!(pacer.figures().is_locked, "one late packet is no loss");
            pacer.reference(jumped(n), jumped(n));
        }
        assert!(!pacer.figures().is_locked);
        let before = pacer.due(jumped(203));
        pacer.reference(jumped(203), jumped(203));
        assert!((pacer.due(jumped(203)) - before).0.abs() > 10_000_000);
        for n in 204..215 {
            pacer.reference(jumped(n), jumped(n));
        }
        let next = jumped(214);
        assert!(pacer.figures().is_locked);
        // When nothing is heard of it any more, that is said, and pictures go on.
        let later = next + Nanos::from_secs(5);
        pacer.due(later);
        assert_eq!(
            (pacer.figures().is_locked, pacer.figures().error),
            (false, None)
        );
    }

    #[test]
    fn a_reference_of_another_rate_moves_no_picture_far() {
        let mut pacer = pacer(Genlock::Timecode, 0);
        let (mut now, mut last, mut locked) = (HostNs(0), HostNs(0), 0);
        for n in 0..300u64 {
            // 30 a second for pictures at 23.976.
            let at = HostNs(n as i64 * 33_333_333);
            pacer.reference(at, at);
            locked += u32::from(pacer.figures().is_locked);
            while now <= at {
                let due = pacer.due(now);
                now = due.max(HostNs(now.0 + 1));
                pacer.begun(due);
                let step = (due - last).0;
                assert!(
                    last.0 == 0 || (step - 41_708_333).abs() < 1_000_000,
                    "{n}: {step}"
                );
                last = due;
            }
        }
        assert_eq!(locked, 0);
    }
}
