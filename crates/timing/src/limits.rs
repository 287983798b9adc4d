//! The numbers of the time and dropout policy, in one place.

use cyc_model::Nanos;

/// How long the smallest delay is remembered.
pub const CLOCK_WINDOW: Nanos = Nanos::from_secs(2);

/// Drift between two crystals beyond this is a measurement error: ordinary ones are within 100 ppm each.
pub const CLOCK_DRIFT_MAX_PPM: f64 = 300.0;

/// A clock that is off by more than this was set, it did not drift: at 300 ppm it would take 66 s.
pub const CLOCK_STEP_MIN: Nanos = Nanos::from_millis(20);

/// A forward step shows itself as delay, which a congested network can cause too: it must last this long.
pub const CLOCK_STEP_CONFIRM: Nanos = Nanos::from_millis(200);

/// A source that was silent this long may have restarted.
pub const RESTART_SILENCE: Nanos = Nanos::from_millis(100);

/// A frame number further ahead than this is not loss but another count: 4 s at 240 Hz.
pub const FRAME_JUMP_MAX: i64 = 960;

/// Frames back in which a late frame is told from a duplicate.
pub const FRAME_HISTORY: i64 = 64;

/// Frames that wait for one before them; at 240 Hz as long as [`REORDER_TIME`].
pub const REORDER_FRAMES: usize = 3;

/// Frames that may wait, however a source is set up: 33 ms at 240 Hz. Each has a place that exists from the beginning.
pub const REORDER_FRAMES_MAX: usize = 8;

/// Longest time that a frame waits for one before it.
pub const REORDER_TIME: Nanos = Nanos::from_micros(12_500);

/// Different frames under the number of the one before, in a row, at which the order of arrival is believed.
pub const STUCK_FRAMES: u32 = 2;

/// Poses kept of a track: 133 ms at 240 Hz, as long as the policy's longest transition.
pub const TRACK_SAMPLES: usize = 32;

/// Time constant with which a predicted velocity decays.
pub const PREDICTION_DECAY: Nanos = Nanos::from_millis(40);

/// A tracked camera is predicted for this long.
pub const CAMERA_PREDICTION_MAX: Nanos = Nanos::from_millis(33);

/// A performer is predicted for this long.
pub const PERFORMER_PREDICTION_MAX: Nanos = Nanos::from_millis(50);

/// After the prediction a body comes to rest within this time.
pub const EASE: Nanos = Nanos::from_millis(80);

/// After this it is absent.
pub const ABSENT_AFTER: Nanos = Nanos::from_secs(1);

/// A returning camera is cross-faded over this time.
pub const CAMERA_RETURN_FADE: Nanos = Nanos::from_millis(66);

/// A returning performer is cross-faded over this time.
pub const PERFORMER_RETURN_FADE: Nanos = Nanos::from_millis(120);

/// A return further off than this is a cut: a fade would sweep the frustum over half the wall. Metres.
pub const RETURN_CUT_M: f64 = 0.5;

/// Something newer is shown at least so often, while all is well: the engine renews the stage after 12 ms.
pub const SHOWN_EVERY: Nanos = Nanos::from_millis(20);

/// Velocity is measured over this time: long against the noise of one pose, short against a hand's movement.
pub const VELOCITY_SPAN: Nanos = Nanos::from_millis(20);

/// Poses from which on the times between them are believed: the first ones of a source come in a burst, or with a clock that
/// is not known yet, so that a step of 10 ms may look like one of 0.7 ms and a hand like one at 70 m/s.
pub(crate) const SAMPLES_TRUSTED: usize = 4;

/// Periods of a source after which a missing pose is a gap, and its return is faded: 17 ms at 240 Hz.
pub const GAP_PERIODS: i64 = 4;

/// Periods by which a source's usual one is known.
pub const PERIODS_REMEMBERED: usize = 9;

/// Poses kept of a performer: 66 ms at 240 Hz, enough for the velocity and for the longest playout delay of two wall frames.
pub const MOTION_SAMPLES: usize = 16;

/// Frames whose delays are remembered: about two seconds at 120 Hz.
pub const PLAYOUT_FRAMES: usize = 256;

/// The delay is thought over after so many frames.
pub const PLAYOUT_EVERY: usize = 32;

/// No more delay than this is added for jitter: two frames of a 60 Hz wall.
pub const PLAYOUT_MAX: Nanos = Nanos::from_millis(33);

/// Longest lead that is predicted over: beyond nine frames of 60 Hz a guess is worse than what is known.
pub const LEAD_MAX: Nanos = Nanos::from_millis(150);

/// The lead follows the measured latency by at most this share of the time that passes, so that no picture jumps.
pub const LEAD_SLEW: f64 = 0.05;

/// Time constant of the averages of the double exponential method.
pub const TREND_MEMORY: Nanos = Nanos::from_millis(15);

/// Time in which a body's acceleration fades to 1/e: limbs and hands on a camera change theirs within a tenth of a second.
pub const ACCELERATION_MEMORY: Nanos = Nanos::from_millis(40);

/// The estimated pose takes the place of the measured one over this lead, so that there is no step at none.
pub const LEVEL_BLEND: Nanos = Nanos::from_millis(10);

/// Velocities around this and below are noise: 0.05 mm over 20 ms are 2.5 mm/s.
pub const STILL_LINEAR_M_S: f64 = 0.006;

/// The same of turning: 0.003° over 20 ms are 0.003 rad/s.
pub const STILL_ANGULAR_RAD_S: f64 = 0.004;

/// Accelerations of performers and cameras, root mean square over an active take. The filter's gains depend on its ratio to
/// the noise: a higher one follows sooner and trembles more.
pub const KALMAN_ACCELERATION_M_S2: f64 = 8.0;

/// The same of turning.
pub const KALMAN_ACCELERATION_RAD_S2: f64 = 20.0;

/// Noise of a measured position: a solved joint trembles by about as much.
pub const KALMAN_NOISE_M: f64 = 0.002;

/// Noise of a measured attitude: 0.7°, what few markers on soft skin leave of a solved joint.
pub const KALMAN_NOISE_RAD: f64 = 0.0125;

/// Shown poses remembered for comparison: the longest lead at 3 ms each, and a frame of 24 a second.
pub const SLIP_SAMPLES: usize = 64;

/// Time constant of the mean slip: long enough to be steady, short enough to see a camera begin to move.
pub const SLIP_MEMORY: Nanos = Nanos::from_secs(2);

/// How far back the ways reach that a body's miss is foretold from: a sway of 1 to 5 Hz shows within a fifth of a second.
pub const LEARNED_WAYS: [Nanos; 4] = [
    Nanos::from_millis(25),
    Nanos::from_millis(50),
    Nanos::from_millis(100),
    Nanos::from_millis(200),
];

/// How long a miss is remembered: some sways long, short against a change of what the operator does.
pub const LEARNED_MEMORY: Nanos = Nanos::from_secs(3);

/// Past poses nearer to each other than this are as good as one.
pub const PAST_STEP: Nanos = Nanos::from_millis(4);

/// Poses remembered for learning: the longest way before the longest lead is 350 ms, 88 of them.
pub const PAST_SAMPLES: usize = 96;

/// Turns smaller than this teach nothing: 0.003°, what an optical system trembles by.
pub const STILL_TURN_RAD: f64 = 5e-5;

/// The same of shifts, metres.
pub const STILL_SHIFT_M: f64 = 5e-5;

/// A source's frames are counted over this time: jitter of 20 ms is a hundredth of it.
pub const RATE_OVER: Nanos = Nanos::from_secs(2);

/// A source of which nothing was heard for so long has no rate.
pub const RATE_SILENT_AFTER: Nanos = Nanos::from_secs(1);
