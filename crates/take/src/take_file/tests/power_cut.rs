//! Fault row 36: the power fails. The writing and synchronising of a recording is made in virtual time, with a disk that takes
//! as long to synchronise as the slowest that was measured; then every prefix of what was done to the disk is what is left.

use super::super::encoder::TakeEncoder;
use super::super::recorder::Keeper;
use super::damage::Chance;
use super::*;

/// What was done to the disk, in order, with the virtual time.
enum Done {
    Write(Vec<u8>),
    /// Everything before the place in the trace lasts.
    Kept(usize),
}

/// Longest time that a disk took to synchronise, of 25 runs (10 ms), doubled.
const SYNC_TAKES_NS: u64 = 20_000_000;
const MS: u64 = 1_000_000;
const FRAME_NS: u64 = 4_166_667;

/// Three seconds of 240 Hz: the trace with its times, and the times of the frames.
fn record() -> (Vec<(u64, Done)>, Vec<u64>) {
    let mut encoder = TakeEncoder::new(&config());
    let (mut trace, mut frames) = (Vec::new(), Vec::new());
    let mut keeper = Keeper::default();
    let mut syncing: Option<(u64, usize, u64)> = None;
    let roster = roster(&["LASI", "RASI"]);
    let mut blocks = 0;
    for now_ns in (0..3000 * MS).step_by(MS as usize) {
        while frames.len() as u64 * FRAME_NS <= now_ns {
            let i = frames.len() as u64;
            let mut frame = mocap(&roster, 0, i % 50);
            frame.heard = HostNs((i * FRAME_NS) as i64);
            encoder.mocap(&frame);
            frames.push(i * FRAME_NS);
        }
        if !encoder.ready().is_empty() {
            trace.push((now_ns, Done::Write(encoder.take_ready(Vec::new()))));
            blocks += 1;
        }
        if let Some((until, place, kept)) = syncing
            && until <= now_ns
        {
            trace.push((now_ns, Done::Kept(place)));
            keeper.done(kept);
            syncing = None;
        }
        if syncing.is_none() && keeper.is_due(now_ns, blocks) {
            keeper.begin(now_ns);
            syncing = Some((now_ns + SYNC_TAKES_NS, trace.len(), blocks));
        }
    }
    (trace, frames)
}

/// The newest frame that is read of what is left.
fn newest(bytes: &[u8]) -> Option<u64> {
    let mut reader = TakeReader::from_reader(bytes).ok()?;
    let mut newest = None;
    loop {
        match reader.next_frame() {
            Ok(Some(TakeFrame::Mocap(frame))) => newest = Some(frame.heard.0 as u64),
            Ok(Some(_)) | Err(TakeError::Damaged { .. }) => {}
            _ => return newest,
        }
    }
}

#[test]
fn row_36_a_power_cut_at_any_moment_costs_a_quarter_of_a_second() {
    let (trace, frames) = record();
    assert!(trace.len() > 120, "{}", trace.len());
    let mut chance = Chance(36);
    let (mut worst_ns, mut kept_until, mut cuts) = (0, 0, 0);
    for (place, (_, done)) in trace.iter().enumerate() {
        if let Done::Kept(until) = done {
            kept_until = *until;
        }
        // The power fails just before the next thing happens.
        let cut_ns = trace.get(place + 1).map_or(3000 * MS, |next| next.0);
        let written = |from: usize, to: usize| -> Vec<u8> {
            let of = trace[from..to].iter();
            of.filter_map(|(_, done)| match done {
                Done::Write(bytes) => Some(bytes.as_slice()),
                Done::Kept(_) => None,
            })
            .collect::<Vec<_>>()
            .concat()
        };
        let kept = written(0, kept_until);
        let unsure = written(kept_until.min(place + 1), place + 1);
        let heard = frames.iter().filter(|at| **at < cut_ns).max();
        let heard_ns = heard.map_or(0, |at| at + FRAME_NS);
        // What was not yet kept may be there, be there in part, be zeros, or lack pages in its middle.
        let part = (chance.next() % (unsure.len() as u64 + 1)) as usize;
        let mut holes = unsure.clone();
        for page in holes.chunks_mut(512) {
            if chance.next().is_multiple_of(2) {
                page.fill(0);
            }
        }
        let zeros = vec![0; unsure.len()];
        for behind in [&[][..], &unsure[..part], &unsure, &zeros, &holes] {
            let left = [&kept[..], behind].concat();
            let saved_ns = newest(&left).map_or(0, |at| at + FRAME_NS);
            worst_ns = worst_ns.max(heard_ns.saturating_sub(saved_ns));
            cuts += 1;
        }
    }
    println!(
        "PROMISE 36: {cuts} cuts, at most {:.0} ms lost, with a disk that takes {} ms to synchronise",
        worst_ns as f64 / 1e6,
        SYNC_TAKES_NS / MS
    );
    assert!(worst_ns <= 250 * MS, "{worst_ns} ns");
    // Without the synchronising everything would be lost: the trace does tell.
    assert!(worst_ns > 100 * MS, "{worst_ns} ns");
}
