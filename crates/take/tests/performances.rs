//! The committed performances, as the demo reads them.

#![allow(clippy::unwrap_used)]

use cyc_model::{JointFrame, ModelSpace, Nanos, Xf};
use cyc_take::bvh::{BvhReadOptions, BvhUnits, read};

#[test]
fn the_demo_performances_are_whole() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../assets/performances");
    let mut found = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|e| e != "bvh") {
            continue;
        }
        found += 1;
        let clip = read(&std::fs::read(&path).unwrap(), &BvhReadOptions::default());
        let clip = clip.unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(matches!(
            clip.units(),
            BvhUnits::Guessed {
                metres_per_unit: 0.01,
                ..
            }
        ));
        assert!((clip.rate_hz() - 120.0).abs() < 1e-3, "{}", clip.rate_hz());
        assert!(clip.duration() >= Nanos::from_secs(15));
        assert_eq!(clip.numbers_ignored(), 0);
        let mut globals = vec![Xf::<ModelSpace, JointFrame>::IDENTITY; clip.skeleton().len()];
        let hips = clip.skeleton().find("mixamorig:Hips").unwrap().idx();
        for frame in 0..clip.frame_count() {
            clip.skeleton()
                .globals_from_locals(clip.locals(frame), &mut globals);
            let at = globals[hips].translation().metres();
            // A dancer is within five metres of the centre and between the floor and a high jump.
            assert!(at.x.hypot(at.z) < 5.0 && (0.0..2.5).contains(&at.y), "{at}");
        }
    }
    assert!(found >= 3, "{found} performances");
}
