//! The limits of files read here, in one place, with their arithmetic.

/// Bytes of a BVH or C3D file: an hour of 60 joints at 120 Hz as BVH text is 1.2 GB; longer takes belong into MCAP.
pub const TEXT_BYTES_MAX: u64 = 2 << 30;

/// Frames of one interchange file: 24 hours at 240 Hz are 20.7 M.
pub const FRAMES_MAX: u64 = 1 << 25;

/// Poses (joints times frames) of one BVH file: 56 bytes each, 2^26 of them are 3.5 GiB.
pub const POSES_MAX: u64 = 1 << 26;

/// Parameters of a C3D file: the format has 127 groups; the richest files have some 300 parameters in all.
pub const C3D_PARAMETERS_MAX: usize = 1 << 14;

/// Elements of one C3D parameter that are looked at: a label for each of the 65 535 points that the format can count.
pub const C3D_ELEMENTS_MAX: usize = 1 << 16;

/// Bytes of a line that holds a joint's name.
pub const LINE_BYTES_MAX: usize = 4096;

/// Uncompressed bytes at which a take's chunk is closed.
pub const CHUNK_BYTES_TARGET: u64 = 256 << 10;

/// Time of frames after which a take's chunk is closed. With the frame that closes it (16.7 ms at 60 Hz), the nap of the
/// thread that records (5 ms) and the writing, less than 50 ms are in memory when the program is killed.
pub const CHUNK_SPAN_MAX_NS: u64 = 20_000_000;

/// After this time the definitions of channels, and the rosters in use, are repeated: some kilobytes a second, so that what
/// follows damage is understood a second later at most.
pub const DEFINITIONS_EVERY_NS: u64 = 1_000_000_000;

/// How often the disk is made to keep what it was given. A frame waits 20 ms for its chunk and up to this for the
/// synchronising, which may itself take 80 ms until 250 ms are lost to a power cut; measured are 3 ms, and 10 ms at worst.
pub const SYNC_EVERY_NS: u64 = 150_000_000;

/// Expected rate of a recording, bytes a second: six performers at 240 Hz, raw packets included.
pub const EXPECTED_BYTES_PER_S: u64 = 2_000_000;

/// Minutes of room on the disk without which a recording does not begin, unless less is asked for.
pub const LEAST_MINUTES: f64 = 10.0;

/// Room that is set aside on the disk for the end of a take: what waits in memory ([`BACKLOG_BYTES_MAX`]) and the index,
/// 32 MiB of it, which are seven hours of 50 chunks a second at some 130 bytes and five channels. A longer take ends
/// without an index when the disk is full.
pub const TAIL_BYTES: u64 = 64 << 20;

/// Room that is set aside at once beyond that: eight seconds of the expected rate.
pub const RESERVE_BYTES: u64 = 16 << 20;

/// Bytes that may wait for the disk: four seconds of four times the expected rate.
pub const BACKLOG_BYTES_MAX: u64 = 32 << 20;

/// Waiting time of the oldest frame from which raw packets are left out. They matter least: the frames tell the same.
pub const RAW_WAIT_NS: i64 = 4_000_000_000;

/// The same for stage frames, which can be solved again from capture frames.
pub const STAGE_WAIT_NS: i64 = 6_000_000_000;

/// The same for capture frames and events, which nothing brings back.
pub const MOCAP_WAIT_NS: i64 = 8_000_000_000;

/// Bytes of one raw packet: the longest datagram has 65 507; more of a stream comes as several.
pub const RAW_BYTES_MAX: usize = 64 << 10;

/// Bytes of an event's content: a page of findings has some kilobytes.
pub const EVENT_BYTES_MAX: usize = 64 << 10;

/// Gaps of a take that are listed; more are counted.
pub const GAPS_LISTED_MAX: usize = 1024;

/// Bytes that are decompressed in vain while a damaged take is searched for whole chunks; some seconds. A file that is made
/// of heads that each claim all that follows would be searched for ever.
pub const SEARCH_BYTES_MAX: u64 = 4 << 30;

/// Bytes of one record of a take, chunks included, compressed or not. The largest frame, 64 humans of 512 joints at 56
/// bytes, is 1.8 MiB.
pub const RECORD_BYTES_MAX: u64 = 64 << 20;

/// Bytes that a whole take may decompress to: a day of 4 MB/s.
pub const TAKE_BYTES_MAX: u64 = 512 << 30;

/// Bytes of all attachments together that are kept.
pub const ATTACHMENT_BYTES_MAX: u64 = 64 << 20;

/// Bytes of everything else that gives a take's messages their meaning and is kept while it is read: what it says about
/// itself, rosters, schemas, channels. A roster of six performers has some 10 kB; [`ROSTERS_MAX`] of them have 40 MB.
pub const MEANING_BYTES_MAX: u64 = 64 << 20;

/// What one entry of these costs beside its bytes: two texts and a place in a map.
pub const ENTRY_BYTES: u64 = 96;

/// Rosters of one take: one each time that a source's subjects change.
pub const ROSTERS_MAX: usize = 4096;

/// Channels of one take.
pub const CHANNELS_MAX: usize = 1024;

/// Bytes of a compact take that is read: it is held in memory whole. An hour of six performers with markers has some
/// 300 MB.
pub const COMPACT_BYTES_MAX: u64 = 1 << 30;

/// Bytes of what a compact take says about itself, decompressed.
pub const COMPACT_TEXT_BYTES_MAX: usize = 64 << 20;
