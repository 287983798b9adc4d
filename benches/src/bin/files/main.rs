//! How fast C3D and BVH files are read, beside the readers that others use.
//!
//! `CYC_PEER_PYTHON=… cargo run --release -p cyc-benches --bin files`. Files come from `../shared/data` and from
//! `assets/performances`; each is read once before it is timed, so that it lies in memory.

mod peers;

use cyc_benches::report::Report;
use cyc_benches::rounds::{Contender, in_turn};
use cyc_take::{bvh, c3d};
use peers::Peers;
use std::cell::RefCell;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::Instant;

const ROUNDS: usize = 21;

const ABOUT: &str = "Time to open and read a file that lies in memory, medians of 21 rounds in which every contender \
                     runs once. Ours reads it whole and parses it into metres with Y up, residuals and cameras \
                     included; the test `c3d_ezc3d` asserts that the points are those of ezc3d.";

/// A kind of file: how we read it, and who else does.
struct Kind {
    ours: &'static str,
    read: fn(&[u8]) -> bool,
    peers: &'static [(&'static str, &'static str)],
}

const C3D: Kind = Kind {
    ours: "cyc c3d",
    read: |bytes| black_box(c3d::read(bytes)).is_ok(),
    peers: &[("ezc3d", "ezc3d 1.7.2 (Python)")],
};

const BVH: Kind = Kind {
    ours: "cyc bvh",
    read: |bytes| black_box(bvh::read(bytes, &bvh::BvhReadOptions::default())).is_ok(),
    peers: &[("pybvh", "pybvh 0.9.0 (Python)")],
};

fn main() -> std::io::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut files: Vec<(&Kind, PathBuf)> = Vec::new();
    let recordings = [
        "pycgm/Movement_trial.c3d",
        "pycgm/Static_trial.c3d",
        "cmu/cmu_02_05.c3d",
        "cmu/cmu_dribble_shoot_basketball.c3d",
    ];
    files.extend(recordings.map(|name| (&C3D, root.join("../shared/data").join(name))));
    let performances = ["walk_dance.bvh", "action.bvh"];
    files.extend(performances.map(|name| (&BVH, root.join("assets/performances").join(name))));
    let peers = RefCell::new(Peers::start());
    if peers.borrow().is_none() {
        eprintln!("SKIPPED: peers (set CYC_PEER_PYTHON)");
    }
    let mut report = Report::new("Files", ABOUT);
    for (kind, file) in &files {
        match std::fs::metadata(file) {
            Ok(about) => measure(&mut report, kind, file, about.len(), &peers),
            Err(_) => eprintln!("SKIPPED: {} is not there", file.display()),
        }
    }
    report.paragraph(
        "Ours in bold. The machine is a shared one with two cores, on which others were working.",
    );
    let path = report.finish("files.md")?;
    eprintln!("written: {}", path.display());
    Ok(())
}

fn measure(
    report: &mut Report,
    kind: &Kind,
    file: &Path,
    bytes: u64,
    peers: &RefCell<Option<Peers>>,
) {
    let megabytes = bytes as f64 / 1e6;
    let figures = move |ms: f64| vec![ms, megabytes / ms * 1e3];
    let ours = || {
        let begin = Instant::now();
        let whole = std::fs::read(file).is_ok_and(|b| (kind.read)(&b));
        assert!(whole, "{} cannot be read", file.display());
        figures(begin.elapsed().as_secs_f64() * 1e3)
    };
    let mut contenders = vec![Contender {
        name: kind.ours,
        is_ours: true,
        run: Box::new(ours),
    }];
    for (reader, name) in kind.peers {
        let time =
            |peers: &RefCell<Option<Peers>>| peers.borrow_mut().as_mut()?.time_ms(reader, file);
        if time(peers).is_none() {
            eprintln!("SKIPPED: {name}");
            continue;
        }
        let run = move || figures(time(peers).unwrap_or(f64::NAN));
        contenders.push(Contender {
            name,
            is_ours: false,
            run: Box::new(run),
        });
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let question = format!("{name}, {megabytes:.2} MB");
    report.table(&question, &["ms", "MB/s"], &in_turn(ROUNDS, contenders));
}
