//! Bounds of everything that comes in from outside, with the arithmetic.

/// Longest name (camera, wall, performer, slate) in characters: the stage file's own names are at most this long.
pub const NAME_CHARS_MAX: usize = 128;
/// Longest path of a file, in bytes: what Linux takes.
pub const PATH_BYTES_MAX: usize = 4096;
/// Longest note of a take, in characters: a paragraph.
pub const NOTE_CHARS_MAX: usize = 2000;
/// Largest take number: four digits on a slate.
pub const TAKE_NUMBER_MAX: u32 = 9999;
/// Largest change of exposure either way, stops: beyond eight a wall is black or white.
pub const STOPS_MAX: f64 = 8.0;
/// Largest gain of a light card: sixteen times what the wall can do is surely white.
pub const GAIN_MAX: f64 = 16.0;
/// Smallest light card, degrees as the outer eye sees it: a hand at arm's length is ten times that.
pub const CARD_DEG_MIN: f64 = 0.5;
/// Largest light card, degrees: less than a half turn, where a flat card would have no edge.
pub const CARD_DEG_MAX: f64 = 170.0;
/// Commands that the log keeps: an hour of one every two seconds; older ones are in the take.
pub const LOG_ENTRIES: usize = 1800;
/// Of those, what one state document carries.
pub const LOG_SHOWN: usize = 32;
/// Steps that can be taken back.
pub const UNDO_STEPS: usize = 64;
/// Longest door file: an address, three tokens of 64 characters and a stage's name, ten times over.
pub const DOOR_BYTES_MAX: usize = 4096;
/// Longest file name made of a stage's name: the system takes 255 bytes, and endings want some of them.
pub const DOOR_NAME_BYTES_MAX: usize = 128;
/// Entries of the folder of doors that are looked at: nobody runs that many stages on one machine.
pub const DOOR_FILES_MAX: usize = 1024;

/// Largest body of a request: the longest command has a path of 4 KiB, or a note of 2000 characters of four bytes.
pub const BODY_BYTES_MAX: usize = 32 * 1024;
/// Connections at once: a panel has two, a dozen scripts and pages one each, and as many again.
pub const CONNECTIONS_MAX: usize = 64;
/// Longest wait for a request's head, seconds: who trickles it is let go.
pub const HEAD_S: u64 = 10;
/// Longest wait for a request's body, seconds.
pub const BODY_S: u64 = 10;
/// Longest wait for a caller to take what it asked for, seconds: who does not read holds one of few connections.
pub const TAKE_S: u64 = 10;
/// Longest wait for the stage to answer a command, seconds; the stage looks fifty times a second.
pub const ANSWER_S: u64 = 3;
/// Commands that wait for the stage at once.
pub const ORDERS_MAX: usize = 64;
/// Wrong tokens a minute from one address before it is told to wait.
pub const WRONG_TOKENS_A_MINUTE: usize = 5;
/// Addresses that wrong tokens are remembered of.
pub const WRONG_ADDRESSES_MAX: usize = 256;
/// Longest host of an address that is typed: what the names of the net take.
pub const ADDRESS_BYTES_MAX: usize = 253;
/// Largest answer of a stage: the shapes of a stage of a million corners (36 bytes each as text) take 36 MB; no more.
pub const ANSWER_BYTES_MAX: u64 = 40 * 1024 * 1024;
/// How long a client waits for a connection, milliseconds: a stage is on this machine or on the same net.
pub const CONNECT_MS: u64 = 1000;
/// How long a client waits for a whole answer, milliseconds: after that the stage does not answer.
pub const READ_MS: u64 = 2000;
/// How long a client waits for the answer to a command, milliseconds: longer than the stage takes to give up itself.
pub const COMMAND_MS: u64 = 5000;
/// Connections that a client keeps: one thread asks one thing at a time.
pub const IDLE_CONNECTIONS: usize = 1;
/// How long a client keeps one that it does not use, seconds: the stage closes it after [`HEAD_S`], and who asks in that very
/// moment would be told that the stage is gone.
pub const IDLE_S: u64 = HEAD_S / 2;
/// Longest text of metrics: 16 sources of 30 figures, 64 performers, cameras and outputs of ten and ten legs of eight, 200
/// bytes each, make 0.4 MB; as much again.
pub const METRICS_BYTES_MAX: usize = 1024 * 1024;
