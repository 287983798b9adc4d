//! Real motion: the committed performances, and the takes that lie beside the repository.

use super::judge::{packed, within};
use cyc_compact::{CompactTake, PackOptions, Track, pack};
use cyc_take::{bvh, c3d};
use std::path::{Path, PathBuf};

#[test]
fn the_performances_keep_the_error() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/performances");
    let mut found = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "bvh") {
            continue;
        }
        found += 1;
        let clip = bvh::read(&std::fs::read(&path).unwrap(), &Default::default()).unwrap();
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
        let (bytes, worst) = packed(
            &track,
            PackOptions {
                error_m: 1e-4,
                tune: false,
            },
        );
        let per_pose = bytes as f64 / track.frames as f64;
        eprintln!(
            "{}: {} joints, {bytes} bytes, {per_pose:.1} a pose, worst {:.5} mm",
            path.display(),
            joints.len(),
            worst * 1e3
        );
        assert!(within(worst, 1e-4, 10.0), "{}: {worst}", path.display());
    }
    assert!(found >= 3);
}

fn shared(file: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../shared/data")).join(file);
    if path.exists() {
        return Some(path);
    }
    let required = std::env::var("CYC_SHARED").is_ok_and(|v| v == "required");
    assert!(!required, "{} is not there", path.display());
    eprintln!("SKIPPED: {} is not there", path.display());
    None
}

/// Markers in at most a fifth of the C3D's bytes, each within a tenth of a millimetre, seen exactly when it was seen.
#[test]
fn the_markers_of_real_takes_keep_the_error_in_a_fifth_of_the_bytes() {
    for file in [
        "cmu/cmu_02_05.c3d",
        "cmu/cmu_dribble_shoot_basketball.c3d",
        "pycgm/Movement_trial.c3d",
        "pycgm/Static_trial.c3d",
    ] {
        let Some(path) = shared(file) else { return };
        let whole = std::fs::read(&path).unwrap();
        let take = c3d::read(&whole).unwrap();
        let track = Track {
            name: "markers".into(),
            frames: take.frame_count(),
            points: take.points().to_vec(),
            ..Track::default()
        };
        let bytes = pack(b"", &[track], PackOptions::default()).unwrap();
        let part = bytes.len() as f64 / whole.len() as f64;
        eprintln!(
            "{file}: {} bytes of {}, {part:.3}",
            bytes.len(),
            whole.len()
        );
        assert!(part <= 0.2, "{file}: {part}");
        let compact = CompactTake::open(bytes).unwrap();
        let mut cursor = compact.cursor(0).unwrap();
        for f in 0..take.frame_count() {
            for (a, b) in cursor.frame(f).unwrap().points().zip(take.frame(f)) {
                assert_eq!(a.is_some(), b.is_some());
                if let (Some(a), Some(b)) = (a, b) {
                    assert!((a.metres() - b.metres()).length() <= 1e-4 + 1e-12);
                }
            }
        }
    }
}
