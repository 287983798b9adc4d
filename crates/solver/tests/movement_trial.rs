//! A real take on the vendor's own skeleton: 323 frames of an acrobatic movement, 39 markers, 44 degrees of freedom.
//!
//! The optimum of plain least squares is 12.392 mm; several other solvers end there.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

mod minimal_c3d;

use cyc_model::{Point, Stage};
use cyc_solver::{
    CalibrateSettings, FitSettings, Fitter, HUMAN_SKELETON, Loss, PLUG_IN_GAIT_39, PRODUCTION_53,
    build_rig, calibrate, parse_markerset, parse_skeleton, recognise_markerset, vsk,
};

type Frames = Vec<Vec<Option<Point<Stage>>>>;

fn trial() -> Option<(cyc_model::Rig, Frames)> {
    let text = minimal_c3d::shared_file("pycgm/Test.vsk")?;
    let take = minimal_c3d::read(&minimal_c3d::shared_file("pycgm/Movement_trial.c3d")?);
    let rig = vsk::parse(&String::from_utf8(text).unwrap()).unwrap().rig;
    let names: Vec<&str> = rig.markers().iter().map(|m| m.name.as_str()).collect();
    let frames = take.ordered(&names);
    Some((rig, frames))
}

/// The RMS over all seen markers of the take, millimetres, and the iterations it took.
fn rms_mm(rig: &cyc_model::Rig, frames: &Frames, settings: FitSettings) -> (f64, usize) {
    let mut fitter = Fitter::new(rig, settings);
    let (mut sum, mut seen, mut iterations) = (0.0, 0, 0);
    for frame in frames {
        let report = fitter.fit(frame);
        iterations += report.iterations;
        for (measured, fitted) in frame.iter().zip(fitter.fitted_markers()) {
            if let Some(m) = measured {
                sum += m.distance_m(*fitted).powi(2);
                seen += 1;
            }
        }
    }
    ((sum / f64::from(seen)).sqrt() * 1e3, iterations)
}

#[test]
fn the_vsk_holds_44_degrees_of_freedom_and_39_markers() {
    let Some((rig, frames)) = trial() else { return };
    assert_eq!((rig.dof_count(), rig.markers().len()), (44, 39));
    assert_eq!(rig.humanoid().missing_required().count(), 0);
    assert_eq!(frames.len(), 323);
    assert!(frames.iter().flatten().filter(|m| m.is_some()).count() > 12_000);
}

#[test]
fn least_squares_ends_at_the_known_optimum() {
    let Some((rig, frames)) = trial() else { return };
    let (rms, iterations) = rms_mm(&rig, &frames, FitSettings::least_squares());
    eprintln!("least squares: {rms:.4} mm, {iterations} iterations");
    assert!((12.39..=12.40).contains(&rms), "{rms} mm");
    // As tight as it goes: nothing lower hides behind the stopping rule.
    let tight = FitSettings {
        tolerance: 1e-10,
        max_iterations: 100,
        ..FitSettings::least_squares()
    };
    let (rms, _) = rms_mm(&rig, &frames, tight);
    assert!((12.39..=12.395).contains(&rms), "{rms} mm at the end");
}

#[test]
fn the_live_settings_fit_within_what_is_promised() {
    let Some((rig, frames)) = trial() else { return };
    let (rms, iterations) = rms_mm(&rig, &frames, FitSettings::default());
    eprintln!("live settings: {rms:.4} mm, {iterations} iterations");
    assert!(rms <= 12.5, "{rms} mm");
}

/// The robust cost of a whole take, by the losses' textbook formulas.
fn robust_cost(rig: &cyc_model::Rig, frames: &Frames, settings: FitSettings) -> f64 {
    let mut fitter = Fitter::new(rig, settings);
    let mut cost = 0.0;
    for frame in frames {
        fitter.fit(frame);
        for (measured, fitted) in frame.iter().zip(fitter.fitted_markers()) {
            let Some(m) = measured else { continue };
            let s = m.distance_m(*fitted).powi(2);
            cost += match settings.loss {
                Loss::Squared => s,
                Loss::GemanMcClure { sigma_m } => s / (1.0 + s / (sigma_m * sigma_m)),
                Loss::Cauchy { sigma_m } => sigma_m.powi(2) * (1.0 + s / sigma_m.powi(2)).ln(),
            };
        }
    }
    cost
}

#[test]
fn robust_losses_reach_their_own_optimum() {
    let Some((rig, frames)) = trial() else { return };
    let gm = |sigma_m| Loss::GemanMcClure { sigma_m };
    let cauchy = |sigma_m| Loss::Cauchy { sigma_m };
    for (loss, known_mm) in [
        (gm(0.03), 12.68),
        (gm(0.05), 12.43),
        (gm(0.1), 12.40),
        (cauchy(0.02), 12.54),
        (cauchy(0.03), 12.44),
        (cauchy(0.05), 12.40),
    ] {
        let live = FitSettings {
            loss,
            ..FitSettings::least_squares()
        };
        let tight = FitSettings {
            tolerance: 1e-9,
            max_iterations: 100,
            ..live
        };
        let (rms, iterations) = rms_mm(&rig, &frames, live);
        let (best_rms, _) = rms_mm(&rig, &frames, tight);
        let over = robust_cost(&rig, &frames, live) / robust_cost(&rig, &frames, tight) - 1.0;
        eprintln!(
            "{loss:?}: {rms:.3} mm, optimum {best_rms:.3}, {iterations} iterations, cost +{over:.6}"
        );
        assert!(
            (best_rms - known_mm).abs() < 0.02,
            "{loss:?}: {best_rms} mm"
        );
        assert!(over < 1e-3, "{loss:?}: cost {over} over its optimum");
    }
}

#[test]
fn every_tenth_frame_can_be_the_first() {
    let Some((rig, frames)) = trial() else { return };
    let mut warm = Fitter::new(&rig, FitSettings::default());
    for (f, frame) in frames.iter().enumerate() {
        let followed = warm.fit(frame).rms_m;
        if f % 10 == 0 {
            let cold = Fitter::new(&rig, FitSettings::default()).fit(frame);
            assert!(cold.cold);
            assert!(
                cold.rms_m < followed + 1e-3,
                "frame {f}: {} mm from nothing, {} mm followed",
                cold.rms_m * 1e3,
                followed * 1e3
            );
        }
    }
}

#[test]
fn the_take_can_be_solved_without_its_vsk() {
    let Some(bytes) = minimal_c3d::shared_file("pycgm/Movement_trial.c3d") else {
        return;
    };
    let take = minimal_c3d::read(&bytes);
    let labels: Vec<&str> = take.labels.iter().map(String::as_str).collect();
    let sets = [PRODUCTION_53, PLUG_IN_GAIT_39].map(|t| parse_markerset(t).unwrap());
    let found = recognise_markerset(&labels, &sets).unwrap();
    assert_eq!((found.set, found.matched), (1, 39));
    let template = build_rig(&parse_skeleton(HUMAN_SKELETON).unwrap(), &sets[found.set]).unwrap();
    let names: Vec<&str> = template.markers().iter().map(|m| m.name.as_str()).collect();
    let frames = take.ordered(&names);
    let start = std::time::Instant::now();
    let done = calibrate(&template, &frames, &CalibrateSettings::default()).unwrap();
    let took = start.elapsed().as_secs_f64();
    let (before, _) = rms_mm(&template, &frames, FitSettings::least_squares());
    let (after, _) = rms_mm(&done.rig, &frames, FitSettings::least_squares());
    let (live, _) = rms_mm(&done.rig, &frames, FitSettings::default());
    eprintln!(
        "template {before:.1} mm, calibrated {after:.2} mm (live settings {live:.2} mm), {took:.1} s, scale {:.3}",
        done.report.scale
    );
    assert!(after < 6.0, "{after} mm");
}
