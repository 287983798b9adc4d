//! The committed stages, their geometry, and the faults that are found in a file.

use super::*;
use crate::{Problem, SOURCES_MAX, Surface};
use glam::{DVec2, DVec3};
use std::path::PathBuf;

fn stage_text(name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../rigs/stages")
        .join(name);
    std::fs::read_to_string(path).unwrap()
}

fn value_error(text: &str) -> (usize, usize, String, Problem) {
    match Stage::from_toml(text).unwrap_err() {
        StageError::Value {
            line,
            column,
            path,
            problem,
        } => (line, column, path, problem),
        other => panic!("{other}"),
    }
}

#[test]
fn the_committed_stages_are_stages() {
    for name in ["demo.toml", "flat.toml"] {
        let stage = Stage::from_toml(&stage_text(name)).unwrap();
        assert!(stage.lit_px() >= 4_000_000, "{name}: {}", stage.lit_px());
        assert_eq!(stage.cameras().len(), 1);
        assert!(!stage.outer_plan().facets.is_empty());
    }
    let demo = Stage::from_toml(&stage_text("demo.toml")).unwrap();
    assert!(matches!(
        demo.walls()[0].surface(),
        Surface::Cylinder { radius_m: 5.0, .. }
    ));
}

#[test]
fn wall_points_canvas_pixels_and_rays_agree() {
    let stage = Stage::from_toml(&stage_text("demo.toml")).unwrap();
    let eye = Point::xyz(0.4, 1.5, 1.2);
    for wall in stage.walls() {
        let r = wall.canvas();
        for (u, v) in [(0.01, 0.02), (0.3, 0.9), (0.5, 0.5), (0.99, 0.4)] {
            let px = DVec2::new(
                f64::from(r.x) + u * f64::from(r.width),
                f64::from(r.y) + v * f64::from(r.height),
            );
            let point = wall.point_of_canvas(px).unwrap();
            assert!(wall.canvas_of_point(point).unwrap().distance(px) < 1e-8);
            let ray = Vector::saturating((point.metres() - eye.metres()) * 0.7);
            let (_, hit) = stage.intersect(eye, ray).unwrap();
            assert!(hit.point.distance_m(point) < 1e-9, "{}", wall.name());
            assert!((hit.t_ray - 1.0 / 0.7).abs() < 1e-9);
        }
    }
}

#[test]
fn walls_stand_where_the_file_says() {
    let stage = Stage::from_toml(&stage_text("demo.toml")).unwrap();
    let main = &stage.walls()[0];
    let middle = main.point_of_st(DVec2::new(0.5, 1.0)).metres();
    assert!(
        middle.distance(DVec3::new(0.0, 0.0, -5.0)) < 1e-9,
        "{middle}"
    );
    let left = main.point_of_st(DVec2::new(0.0, 0.5)).metres();
    assert!(left.x < -4.9 && left.y == 2.25, "{left}");
    // The ceiling shines down; its upper canvas edge is behind the camera.
    let ceiling = &stage.walls()[1];
    let normal = ceiling.normal_of_st(DVec2::splat(0.5)).metres();
    assert!(normal.distance(DVec3::NEG_Y) < 1e-9, "{normal}");
    let (upper, lower) = (
        ceiling.point_of_st(DVec2::new(0.5, 0.0)).metres(),
        ceiling.point_of_st(DVec2::new(0.5, 1.0)).metres(),
    );
    assert!(upper.z > lower.z);
}

/// Every piece of every wall is seen whole by its facet, and every facet is 60° wide at most.
fn patches_lie_in_their_facets(stage: &Stage) {
    let plan = stage.outer_plan();
    for patch in &plan.patches {
        let wall = &stage.walls()[patch.wall];
        let facet = &plan.facets[patch.facet.unwrap()];
        assert_eq!(facet.wall, patch.wall);
        for [a, b, c] in &patch.triangles {
            for place in [a.place, b.place, c.place, (a.place + b.place) * 0.5] {
                let point = wall.point_of_place(place);
                let ndc = facet.frustum.project(point).unwrap();
                assert!(ndc.abs().max_element() < 0.99, "{} {ndc}", wall.name());
                assert!(point.distance_m(patch.centre) < patch.radius_m + 1e-9);
            }
        }
    }
}

#[test]
fn every_wall_point_lies_inside_its_facet() {
    for name in ["demo.toml", "flat.toml"] {
        let stage = Stage::from_toml(&stage_text(name)).unwrap();
        patches_lie_in_their_facets(&stage);
    }
}

#[test]
fn says_where_the_fault_is() {
    let good = stage_text("demo.toml");
    let line_of = |needle: &str| good.lines().position(|l| l.contains(needle)).unwrap() + 1;

    let (line, _, path, problem) = value_error(&good.replace("radius_m = 5.0", "radius_m = -5.0"));
    assert_eq!(
        (line, path.as_str()),
        (line_of("radius_m"), "wall 'main'.radius_m")
    );
    assert!(matches!(problem, Problem::OutOfRange { .. }));

    let (_, _, _, problem) = value_error(&good.replace("radius_m = 5.0", "radius_m = nan"));
    assert!(matches!(problem, Problem::OutOfRange { .. }));

    let (_, _, path, problem) =
        value_error(&good.replace("eye_m = [0.0, 1.6, 0.0]", "eye_m = [0.0, 1.6, -6.0]"));
    assert_eq!(path, "outer.eye_m");
    assert!(matches!(problem, Problem::EyeBehindWall { .. }));

    let (_, _, _, problem) =
        value_error(&good.replacen("source = \"vicon\"", "source = \"vikon\"", 1));
    assert_eq!(
        problem,
        Problem::Unknown {
            name: "vikon".into()
        }
    );

    match Stage::from_toml(&good.replace("arc_deg", "arc_degrees")).unwrap_err() {
        StageError::Syntax { line, message, .. } => {
            assert_eq!(line, line_of("arc_deg"));
            assert!(message.contains("arc_degrees"));
        }
        other => panic!("{other}"),
    }
}

/// Nothing is a stage too: what is listened to, solved and sent on needs no wall.
#[test]
fn a_stage_may_be_empty_and_is_never_too_large() {
    let empty = Stage::from_toml("name = 'x'").unwrap();
    assert!(empty.walls().is_empty() && empty.performers().is_empty());
    assert_eq!(empty.canvas_px(), [0, 0]);
    assert!(empty.outer_plan().facets.is_empty());
    let sources: String = (0..=SOURCES_MAX)
        .map(|i| format!("[[source]]\nname = 's{i}'\nurl = 'psn://'\n"))
        .collect();
    let (_, _, path, problem) = value_error(&format!("name = 'x'\n{sources}"));
    let (count, limit) = (SOURCES_MAX + 1, SOURCES_MAX);
    assert_eq!(problem, Problem::TooMany { count, limit });
    assert!(path.contains("source"), "{path}");
}

#[test]
fn outputs_are_read_in_their_order_and_their_faults_are_placed() {
    let with = |more: &str| format!("{}\n{more}", stage_text("flat.toml"));
    let lines = stage_text("flat.toml").lines().count() + 1;
    let two = "[[output]]\nname = \"sound\"\nurl = \"adm-osc://\"\n\n\
               [[output]]\nname = \"lens\"\nurl = \"freed://10.0.0.9\"\n";
    let stage = Stage::from_toml(&with(two)).unwrap();
    let read: Vec<_> = stage
        .outputs()
        .iter()
        .map(|o| (&*o.name, &*o.url))
        .collect();
    assert_eq!(
        read,
        [("sound", "adm-osc://"), ("lens", "freed://10.0.0.9")]
    );

    let (line, column, path, problem) = value_error(&with(&two.replace("lens", "sound")));
    assert_eq!(
        (line, column, &*path),
        (lines + 6, 1, "output 'sound'.name")
    );
    assert_eq!(problem, Problem::BadName);
    let (line, _, path, _) = value_error(&with(&two.replace("adm-osc://", " ")));
    assert_eq!((line, &*path), (lines + 3, "output 'sound'.url"));
    match Stage::from_toml(&with(&two.replacen("url", "uri", 1))).unwrap_err() {
        StageError::Syntax {
            line,
            column,
            message,
        } => {
            assert_eq!((line, column), (lines + 3, 1), "{message}");
            assert!(message.contains("uri"));
        }
        other => panic!("{other}"),
    }
}

#[test]
fn frame_rates_are_fractions() {
    let rate = |text: &str| {
        let stage = format!(
            "{}\n[timing]\nframe_rate = \"{text}\"",
            stage_text("flat.toml").split("[timing]").next().unwrap()
        );
        Stage::from_toml(&stage).map(|s| s.timing().frame_rate)
    };
    let is = |text, numerator, denominator| {
        let wanted = FrameRate {
            numerator,
            denominator,
        };
        assert_eq!(rate(text).unwrap(), wanted, "{text}");
    };
    is("24", 24, 1);
    is("23.976", 24000, 1001);
    is("29.97", 30000, 1001);
    is("60000/1001", 60000, 1001);
    assert!(rate("fast").is_err() && rate("0").is_err() && rate("25.5").is_err());
    let film = FrameRate {
        numerator: 24000,
        denominator: 1001,
    };
    assert_eq!(film.time_of(24000), Nanos(1_001_000_000_000));
}

#[test]
fn a_prediction_is_chosen_by_word_and_its_lead_is_measured_or_given() {
    let with = |table: &str| {
        let text = stage_text("flat.toml");
        let lines = text.lines().count();
        (
            Stage::from_toml(&format!("{text}\n[prediction]\n{table}\n")),
            lines,
        )
    };
    let plan = |table: &str| with(table).0.unwrap().prediction();
    let lead = |ms| Some(Nanos::from_millis(ms));
    assert_eq!(plan(""), PredictionPlan::default());
    assert_eq!(plan("lead_ms = \"measured\"").lead, None);
    assert_eq!(plan("lead_ms = 117").lead, lead(117));
    for method in Prediction::ALL {
        assert_eq!(
            plan(&format!("method = \"{}\"", method.word())).method,
            method
        );
    }
    for (table, key) in [
        ("method = \"magic\"", "method"),
        ("lead_ms = 151.0", "lead_ms"),
        ("lead_ms = \"guess\"", "lead_ms"),
        ("lead_ms = nan", "lead_ms"),
    ] {
        let (refused, lines) = with(table);
        match refused.unwrap_err() {
            StageError::Value { line, path, .. } => {
                assert_eq!(
                    (line, path),
                    (lines + 3, format!("prediction.{key}")),
                    "{table}"
                );
            }
            other => panic!("{other}"),
        }
    }
}

const SOURCE: &str = "[[source]]\nname = \"face\"\nurl = \"vmc://\"\n";

#[test]
fn a_source_says_who_is_heard_and_what_its_gaps_become() {
    let written = format!(
        "{}\n{SOURCE}interface = \"10.0.0.5\"\nallow = [\"10.0.0.9\", \"::1\"]\nrate_hz = 60.0\n\
         silent_after_ms = 900\nreorder_frames = 5\nreorder_ms = 20.5\nplayout_max_ms = 0\nscale = 0.0254\n\
         latency_ms = 12.5\ndropout = {{ predict_ms = 20, fade_ms = 0 }}\n\
         subjects = {{ \"Ann 01\" = \"Ann\", Bob = \"Robert\" }}\n",
        stage_text("demo.toml")
    );
    let stage = Stage::from_toml(&written).unwrap();
    let source = stage.sources().last().unwrap();
    assert_eq!(source.access.interface.as_deref(), Some("10.0.0.5"));
    assert_eq!(source.access.allow, ["10.0.0.9", "::1"]);
    let policy = source.policy;
    assert_eq!(
        (policy.rate_hz, policy.reorder_frames),
        (Some(60.0), Some(5))
    );
    assert_eq!(policy.silent_after, Some(Nanos::from_millis(900)));
    assert_eq!(policy.reorder_time, Some(Nanos::from_micros(20_500)));
    assert_eq!(policy.playout_max, Some(Nanos::ZERO));
    let dropout = policy.dropout;
    assert_eq!(
        (dropout.predict, dropout.ease),
        (Some(Nanos::from_millis(20)), None)
    );
    assert_eq!(dropout.fade, Some(Nanos::ZERO));
    assert_eq!(source.calibration.scale, 0.0254);
    assert_eq!(source.calibration.latency, Nanos::from_micros(12_500));
    let names: Vec<_> = source
        .subjects
        .iter()
        .map(|n| (&*n.sent, &*n.known_as))
        .collect();
    assert_eq!(names, [("Ann 01", "Ann"), ("Bob", "Robert")]);
    // Without any of it nothing is said.
    let plain = Stage::from_toml(&format!("{}\n{SOURCE}", stage_text("demo.toml"))).unwrap();
    let source = plain.sources().last().unwrap();
    assert_eq!(source.policy, crate::SourcePolicy::default());
    assert_eq!(source.access, crate::SourceAccess::default());
    assert_eq!(source.calibration, crate::SourceCalibration::default());
}

#[test]
fn every_fault_of_a_source_is_placed_in_its_line_and_column() {
    let good = format!("{}\n{SOURCE}", stage_text("demo.toml"));
    let first = good.lines().count() + 1;
    let address = Problem::BadAddress;
    let range = |min, max| Problem::OutOfRange { min, max };
    for (line, column, key, problem) in [
        ("interface = \"eth1\"", 1, "interface", address.clone()),
        (
            "  allow = [\"10.0.0.9\", \"desk\"]",
            3,
            "allow",
            address.clone(),
        ),
        ("allow = []", 1, "allow", address),
        ("rate_hz = 0", 1, "rate_hz", range(1.0, 10_000.0)),
        (
            "silent_after_ms = 10",
            1,
            "silent_after_ms",
            range(50.0, 60_000.0),
        ),
        ("reorder_frames = 9", 1, "reorder_frames", range(0.0, 8.0)),
        ("reorder_ms = nan", 1, "reorder_ms", range(0.0, 100.0)),
        (
            "playout_max_ms = 101",
            1,
            "playout_max_ms",
            range(0.0, 100.0),
        ),
        ("scale = 0.0", 1, "scale", range(0.001, 1000.0)),
        ("latency_ms = -1.0", 1, "latency_ms", range(0.0, 500.0)),
        (
            "dropout = { ease_ms = 0 }",
            11,
            "dropout.ease_ms",
            range(1.0, 500.0),
        ),
        (
            "subjects = { a = \"x\", b = \"x\" }",
            12,
            "subjects.b",
            Problem::BadName,
        ),
    ] {
        let found = value_error(&format!("{good}{line}\n"));
        let path = format!("source 'face'.{key}");
        assert_eq!(found, (first, column, path, problem), "{line}");
    }
    let table = format!("{good}[source{}]\nfade_ms = 501\n", ".dropout");
    let (line, column, path, _) = value_error(&table);
    assert_eq!(
        (line, column, &*path),
        (first + 1, 1, "source 'face'.dropout.fade_ms")
    );
    // A key that is not known is an error where it stands.
    match Stage::from_toml(&format!("{good}reorder_frame = 3\n")).unwrap_err() {
        StageError::Syntax { line, column, .. } => assert_eq!((line, column), (first, 1)),
        other => panic!("{other}"),
    }
}
