//! How small takes become and how fast their frames come back: performances and markers, in order, at random, and cold.
//!
//! `cargo run --release -p cyc-benches --bin compact [BVH…]`. The performances of `assets/performances`, the recordings of
//! `../shared/data`, and whatever BVH files are named: `cyc solve` makes one of a recording.

use cyc_benches::report::Report;
use cyc_benches::rounds::{Contender, Figures, in_turn, ns_each};
use cyc_compact::{CompactTake, PackOptions, Track, TrackCursor, pack};
use cyc_model::{JointFrame, Xf};
use cyc_take::{bvh, c3d};
use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

const ROUNDS: usize = 41;

/// Poses asked for at random in one round.
const ASKED: usize = 5_000;

/// A prime number of frames to step by: every frame is met before one comes again, in no order.
const STRIDE: usize = 1_000_003;

const ABOUT: &str = "Poses and markers within 0.1 mm: of a joint's poses, no point 3 cm from it is farther from its place, in \
    the space of the whole body. The test `kept_error` holds that for every frame of these takes. *In order*: every pose of \
    the take from the first to the last, from whole numbers in the file to rotations and positions, chunks decoded on the \
    way; each pose's share. *At random*: poses in no order, while the chunks they are in are kept decoded (8 MiB are). *Seek \
    and play*: a frame whose chunk is not decoded, and the 119 after it; each pose's share. *One, cold*: a single pose whose chunk is not decoded, on \
    average half a chunk away from where decoding begins; the whole chunk is decoded for it.";

const TRIED: &str = "## What was tried\n\nKilobytes for the poses of `cmu_02_05` as our solver makes them (22 joints, 1854 frames), by the entropy of the \
    symbols, without headers and chunks. (ACL 2.1 is given 130 for this take at this error, ozz 298.)\n\n\
    | how poses become numbers, own past of four steps | alone | with neighbours |\n|---|---:|---:|\n\
    | each rotation in its parent; steps by the bone, shortened until errors that add up stay within the bound | 162 | 149 |\n\
    | each rotation makes good for the one above it | 100 | 89 |\n\
    | each rotation aims at where the children should be, so that positions do not drift either | 78 | 70 |\n\
    | the same, turns about a bone four times as coarse, frames that miss the bound (1 %) left to other aims: this is kept | 66 | 60 |\n\n\
    | how deviations become bytes (last row above, own past of three steps) | alone | with neighbours |\n|---|---:|---:|\n\
    | Rice codes, their parameter from the last deviations | 68.5 | 63.3 |\n\
    | one table of probabilities | 72.5 | 66.2 |\n\
    | a table for each channel | 68.0 | 61.7 |\n\
    | tables by the size of the last deviations (range coding): this is kept | 65.8 | 59.8 |\n\n\
    An own past of one, two, three and five steps: 60.6, 60.4, 59.8, 59.5. Pulling numbers towards their prediction as far as \
    the error allows gains nothing: what one frame saves the next one pays.";

type Pose = Xf<JointFrame, JointFrame>;

fn main() -> Result<(), Box<dyn Error>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut report = Report::new("Compact takes", ABOUT);
    let named = std::env::args().skip(1).map(PathBuf::from);
    let mut clips: Vec<PathBuf> = named.collect();
    clips.extend(
        ["walk_dance.bvh", "action.bvh", "floor.bvh"]
            .map(|f| root.join("assets/performances").join(f)),
    );
    for file in clips {
        let bytes = std::fs::read(&file)?;
        let clip = bvh::read(&bytes, &bvh::BvhReadOptions::default())?;
        let joints = clip.skeleton().joints();
        let track = Track {
            name: "clip".into(),
            frames: clip.frame_count(),
            parents: joints.iter().map(|j| j.parent.map(|p| p.0)).collect(),
            locals: (0..clip.frame_count())
                .flat_map(|f| clip.locals(f))
                .copied()
                .collect(),
            ..Track::default()
        };
        measure(&mut report, &file, bytes.len(), &track)?;
    }
    for name in [
        "cmu/cmu_02_05.c3d",
        "cmu/cmu_dribble_shoot_basketball.c3d",
        "pycgm/Movement_trial.c3d",
        "pycgm/Static_trial.c3d",
    ] {
        let file = root.join("../shared/data").join(name);
        let Ok(bytes) = std::fs::read(&file) else {
            eprintln!("SKIPPED: {} is not there", file.display());
            continue;
        };
        let take = c3d::read(&bytes)?;
        let track = Track {
            name: "markers".into(),
            frames: take.frame_count(),
            points: take.points().to_vec(),
            ..Track::default()
        };
        measure(&mut report, &file, bytes.len(), &track)?;
    }
    report.paragraph(TRIED);
    report.paragraph("The machine is a shared one with two cores, on which others were working.");
    let path = report.finish("compact.md")?;
    eprintln!("written: {}", path.display());
    Ok(())
}

fn measure(
    report: &mut Report,
    file: &Path,
    before: usize,
    track: &Track,
) -> Result<(), Box<dyn Error>> {
    let begin = Instant::now();
    let bytes = pack(b"", std::slice::from_ref(track), PackOptions::default())?;
    let seconds = begin.elapsed().as_secs_f64();
    let take = CompactTake::open(bytes)?;
    let joints = track.parents.len();
    let rows = vec![
        row("in order", joints, in_order, &take),
        row("at random", joints, at_random, &take),
        row(
            "seek and play 120",
            joints,
            |take, out| seek(take, out, 120),
            &take,
        ),
        row("one, cold", joints, |take, out| seek(take, out, 1), &take),
    ];
    let figures: Vec<Figures> = in_turn(ROUNDS, rows);
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let points = track.points.len().checked_div(track.frames).unwrap_or(0);
    let size = take.byte_count();
    let part = size as f64 / before.max(1) as f64;
    let question = format!(
        "{name}: {} frames, {joints} joints, {points} markers: {size} bytes, {part:.3} of the file's {before}, packed in {seconds:.1} s",
        track.frames
    );
    report.table(&question, &["ns a frame"], &figures);
    Ok(())
}

fn row<'a>(
    name: &'a str,
    joints: usize,
    time: impl Fn(&CompactTake, &mut [Pose]) -> f64 + 'a,
    take: &'a CompactTake,
) -> Contender<'a> {
    let mut out = vec![Pose::IDENTITY; joints];
    Contender {
        name,
        is_ours: true,
        run: Box::new(move || vec![time(take, &mut out)]),
    }
}

/// One frame, to its last joint and marker.
fn read(cursor: &mut TrackCursor, frame: usize, out: &mut [Pose]) {
    if let Ok(frame) = cursor.frame(frame) {
        frame.locals(out);
        frame.points().for_each(|p| {
            black_box(p);
        });
    }
    black_box(&out);
}

fn in_order(take: &CompactTake, out: &mut [Pose]) -> f64 {
    let Some(mut cursor) = take.cursor(0) else {
        return f64::NAN;
    };
    let frames = cursor.frames();
    ns_each(frames, || {
        (0..frames).for_each(|f| read(&mut cursor, f, out))
    })
}

fn at_random(take: &CompactTake, out: &mut [Pose]) -> f64 {
    let Some(mut cursor) = take.cursor(0) else {
        return f64::NAN;
    };
    let frames = cursor.frames().max(1);
    (0..frames).for_each(|f| read(&mut cursor, f, out));
    ns_each(ASKED, || {
        (0..ASKED).for_each(|i| read(&mut cursor, i.wrapping_mul(STRIDE) % frames, out))
    })
}

/// From the middle of the take on, with nothing decoded.
fn seek(take: &CompactTake, out: &mut [Pose], frames: usize) -> f64 {
    let Some(mut cursor) = take.cursor(0) else {
        return f64::NAN;
    };
    let first = cursor.frames() / 2;
    let last = (first + frames).min(cursor.frames());
    ns_each(last - first, || {
        (first..last).for_each(|f| read(&mut cursor, f, out))
    })
}
