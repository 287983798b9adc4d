//! How much an output may hold.

/// Outputs of one program: as many as threads that send may take from two cores.
pub const OUTPUTS_MAX: usize = 16;

/// Longest silence where receivers give a silent sender up: E1.31 demands 800 to 1000 ms, Art-Net the same.
pub const KEEP_ALIVE: std::time::Duration = std::time::Duration::from_millis(850);

/// A thread that has not been round for so long hangs: it wakes each 50 ms, and the fault table gives other threads as long.
pub const HUNG_AFTER: std::time::Duration = std::time::Duration::from_millis(250);

/// How long it is told that an output began again after a fault: somebody looks at the panel within a minute.
pub const RESTART_TOLD: std::time::Duration = std::time::Duration::from_secs(60);

/// First and longest wait between tries to open an output again that fails again and again: nobody waits for it, and a fault
/// that comes with every frame must not keep a processor busy.
pub const REOPEN_AFTER: [std::time::Duration; 2] = [
    std::time::Duration::from_millis(300),
    std::time::Duration::from_millis(2400),
];

/// An output that wrote for so long did not fail for what it failed before, and is opened again at once.
pub const STEADY_AFTER: std::time::Duration = std::time::Duration::from_secs(10);

/// Frames that wait for an output: a thread that was not woken for 33 ms at 240 Hz is still whole; then the oldest go.
pub const QUEUE_FRAMES: usize = 8;

/// Sources that one output tells apart.
pub const SOURCES_MAX: usize = 16;

/// The kernel's buffer for sending: 100 ms of OpenTrackIO of four cameras at 240 Hz, 4 · 24 · 3 kB.
pub const KERNEL_BUFFER_BYTES: usize = 512 << 10;

/// Columns and rows of the colours of one wall: cabinets of 0.5 m on a wall of 32 m by 16 m.
pub const GRID_MAX: [usize; 2] = [64, 32];

/// Walls whose colours are carried.
pub const WALLS_MAX: usize = 32;

/// Cells of one output of lights, three channels each: 64 universes of 170 cells.
pub const CELLS_MAX: usize = 64 * CELLS_PER_UNIVERSE;

/// Cells of a universe: 512 channels hold 170 of three, and no cell is cut in two.
pub const CELLS_PER_UNIVERSE: usize = 170;

/// Labels that were missed and are written after all, so that sound keeps its time: two seconds of 30. A longer gap is a
/// jump.
pub const LTC_FILL_FRAMES_MAX: i64 = 60;

/// Samples of one WAV file: its sizes are 32-bit numbers of bytes, and a sample has two.
pub const WAV_SAMPLES_MAX: u64 = (u32::MAX as u64 - 1024) / 2;
