//! A counting allocator proves that labelling, fitting and retargeting a frame allocate nothing.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use cyc_allocation::{CountingAllocator, allocations};
use cyc_model::{Point, Xf};
use cyc_solver::plug_in_gait::output::values;
use cyc_solver::plug_in_gait::{
    Marker, MarkerColumns, PlugInGait, SubjectMeasurements, Trial, TrialConstants,
};
use cyc_solver::{
    FitSettings, Fitter, HUMAN_SKELETON, LabelRig, LabelSettings, Labeller, PRODUCTION_53,
    RetargetSettings, Retargeter, RigPrecision, build_rig, parse_markerset, parse_skeleton,
};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Counts what a Plug-in Gait frame allocates, whole and with gaps, through to the numbers that are put out.
#[test]
fn a_gait_frame_allocates_nothing() {
    let subject = SubjectMeasurements::from_named(|name| match name {
        "LeftLegLength" | "RightLegLength" => Some(900.0),
        name => name.ends_with("Width").then_some(80.0),
    })
    .unwrap();
    let points: Vec<_> = (0..Marker::ALL.len())
        .map(|i| {
            let t = i as f64;
            Some(Point::xyz(
                (1.3 * t).sin(),
                (0.7 * t).cos(),
                (2.1 * t).sin(),
            ))
        })
        .collect();
    let mut gaps = points.clone();
    gaps[..20].fill(None);
    let columns = MarkerColumns::in_order();
    let constants = TrialConstants::of(&subject, &columns, &[&points]);
    let model = PlugInGait::new(subject, columns, constants, Trial::Dynamic);
    let before = allocations();
    for markers in [&points, &gaps, &points] {
        let _ = std::hint::black_box(values(&model.frame(markers)));
    }
    assert_eq!(allocations() - before, 0);
}

#[test]
fn a_frame_allocates_nothing() {
    let set = parse_markerset(PRODUCTION_53).unwrap();
    let rig = build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &set).unwrap();
    let rest = Fitter::new(&rig, FitSettings::default());
    let seen: Vec<_> = rest.fitted_markers().iter().map(|m| Some(*m)).collect();
    let mut hidden = seen.clone();
    for marker in hidden.iter_mut().skip(20) {
        *marker = None;
    }
    let mut swapped = seen.clone();
    swapped.rotate_left(7);
    let nothing = vec![None; seen.len()];
    let mut fitter = Fitter::new(&rig, FitSettings::default());
    let body = (rig.skeleton(), rig.humanoid());
    let mut retargeter = Retargeter::build(body, body, &RetargetSettings::default()).unwrap();
    let mut everything = RetargetSettings::default();
    everything.hands.strength = 1.0;
    everything.fingers.relaxed_curl_deg = 30.0;
    let mut out = vec![Xf::IDENTITY; rig.skeleton().len()];
    let labelled = LabelRig {
        rig: rig.clone(),
        precision: RigPrecision::Calibrated,
    };
    let mut labeller = Labeller::new(&[labelled], LabelSettings::default()).unwrap();
    let cloud: Vec<_> = rest.fitted_markers().to_vec();
    let before = allocations();
    // From nothing, warm, with gaps, with everything wrong (which starts anew), with nothing seen.
    for markers in [&seen, &seen, &hidden, &swapped, &nothing, &seen] {
        fitter.fit(markers);
        retargeter.run(fitter.globals(), 0.01, &mut out);
    }
    // Everything on, settings on their way, a jump in time.
    for dt_s in [0.01, 0.01, 1.0, 0.01] {
        retargeter.set_settings(&everything);
        retargeter.run(fitter.globals(), dt_s, &mut out);
    }
    fitter.reset();
    fitter.fit(&hidden);
    // Found from nothing, followed, with a limb lost and found again, with nothing seen until it is lost.
    for seen in [53, 53, 30, 30, 30, 53, 53, 53, 0, 0, 0, 0, 0, 53] {
        labeller.label(&cloud[..seen], 0.2);
    }
    assert!(
        labeller.stats().first_labellings > 1,
        "{:?}",
        labeller.stats()
    );
    assert_eq!(allocations() - before, 0);
    // The counter does count.
    let noticed = allocations();
    drop(std::hint::black_box(vec![0u8; 100]));
    assert!(allocations() > noticed);
}
