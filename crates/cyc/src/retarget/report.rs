//! The report of a retarget: one HTML file that holds everything.

use super::outcome::Outcome;
use super::pictures::{Drawn, shown_with};
use crate::demo::FONT;
use crate::failure::Failure;
use crate::text::Text;
use cyc_model::{FaceShape, HumanBone, HumanoidMap, JointFrame, Skeleton, Stage, Xf};
use cyc_report::{
    Figure, Layer, LineChart, PictureKind, Report, SceneDrawing, Series, Span, SpanChart, State,
};
use glam::DVec3;

/// What feet may do, and still be planted to the eye: millimetres a second, millimetres.
const SKATE_MEAN_MAX: f64 = 10.0;
const SKATE_P95_MAX: f64 = 25.0;
const DRIFT_MAX: f64 = 2.0;
const PENETRATION_MAX: f64 = 2.0;
const POP_MAX: f64 = 5.0;
const STANCE_MIN: f64 = 0.95;

/// Moments that are drawn, as shares of the take.
const DRAWN: [f64; 4] = [0.1, 0.35, 0.6, 0.85];

/// Frames that are drawn.
pub fn moments(outcome: &Outcome) -> [usize; DRAWN.len()] {
    let last = outcome.source.frames().saturating_sub(1);
    DRAWN.map(|share| (share * last as f64) as usize)
}

/// Writes the page.
pub fn page(text: &Text, outcome: &Outcome, pictures: &Result<Drawn, Failure>) -> String {
    let t = |key: &str| text.get(key, &[]);
    let args = [
        ("take", outcome.source.name.clone()),
        ("character", outcome.target.character.name.clone()),
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
    ];
    let subtitle = text.get("retarget-report-subtitle", &args);
    let mut report = Report::new(
        text.language().tag(),
        &t("retarget-report-title"),
        &subtitle,
    );
    report.embed_font(FONT);
    report.figures(&figures(text, outcome));
    report.section(&t("retarget-report-bodies"));
    for (key, args) in &outcome.source.remarks {
        report.paragraph(&text.get(key, args));
    }
    report.paragraph(&done_frames(text, outcome));
    if let Some(line) = missing(text, outcome) {
        report.paragraph(&line);
    }
    report.scene_drawings(&drawings(text, outcome));
    match pictures {
        Ok(drawn) => put_pictures(&mut report, text, drawn),
        Err(why) => {
            let why = [("why", why.explain(text))];
            report.paragraph(&text.get("retarget-no-pictures", &why));
        }
    }
    report.section(&t("retarget-report-feet"));
    report.paragraph(&t("retarget-report-feet-how"));
    put_feet(&mut report, text, outcome);
    put_stances(&mut report, text, outcome);
    report.section(&t("solve-report-times"));
    report.span_chart(&SpanChart {
        title: t("solve-times-chart"),
        unit: "µs".into(),
        spans: vec![Span {
            name: t("retarget-report-title"),
            p50: outcome.track.time_us(0.5),
            p99: outcome.track.time_us(0.99),
            max: outcome.track.time_us(1.0),
        }],
    });
    report.section(&t("retarget-report-bones"));
    put_bones(&mut report, text, outcome);
    report.to_html()
}

/// How many frames went where.
pub fn done_frames(text: &Text, outcome: &Outcome) -> String {
    let args = [
        ("frames", outcome.source.frames().to_string()),
        ("rate", format!("{:.0}", outcome.source.rate_hz)),
        ("character", outcome.target.character.name.clone()),
        (
            "bones",
            outcome
                .target
                .character
                .humanoid
                .bones()
                .count()
                .to_string(),
        ),
        ("scale", format!("{:.3}", outcome.track.scale)),
    ];
    text.get("retarget-done-frames", &args)
}

/// Bones that the character lacks, fingers together; nothing when it has all.
pub fn missing(text: &Text, outcome: &Outcome) -> Option<String> {
    let missing = outcome.target.missing();
    let is_finger = |b: &&&str| {
        let fingers = ["Thumb", "Index", "Middle", "Ring", "Little"];
        fingers.iter().any(|f| b.contains(f))
    };
    let fingers = missing.iter().filter(is_finger).count();
    let mut names: Vec<String> = missing
        .iter()
        .filter(|b| !is_finger(b))
        .map(|b| (*b).to_owned())
        .collect();
    if fingers > 0 {
        let count = [("count", fingers.to_string())];
        names.push(text.get("retarget-finger-bones", &count));
    }
    let bones = [("bones", names.join(", "))];
    (!names.is_empty()).then(|| text.get("retarget-missing", &bones))
}

/// How long a frame takes.
pub fn done_times(text: &Text, outcome: &Outcome) -> String {
    let us = |q: f64| format!("{:.1}", outcome.track.time_us(q));
    text.get("solve-done-times", &[("p50", us(0.5)), ("p99", us(0.99))])
}

/// What the feet come to.
pub fn done_feet(text: &Text, outcome: &Outcome) -> String {
    let feet = &outcome.track.figures;
    if feet.stance_s == 0.0 {
        return text.get("retarget-no-stance", &[]);
    }
    let one = |v: f64| format!("{v:.1}");
    text.get(
        "retarget-done-feet",
        &[
            ("mean", one(feet.skate_mean_mps * 1e3)),
            ("p95", one(feet.skate_p95_mps * 1e3)),
            ("source", one(feet.source_skate_mean_mps * 1e3)),
            ("drift", one(feet.drift_max_m.value * 1e3)),
            ("penetration", one(feet.penetration_max_m.value * 1e3)),
        ],
    )
}

fn figures(text: &Text, outcome: &Outcome) -> Vec<Figure> {
    let feet = &outcome.track.figures;
    let figure = |key: &str, value: String, note: String, state: State| Figure {
        label: text.get(key, &[]),
        value,
        note,
        state,
    };
    let judged = |good: bool| if good { State::Ok } else { State::Warn };
    let (mean, p95) = (feet.skate_mean_mps * 1e3, feet.skate_p95_mps * 1e3);
    let worst = |worst: cyc_solver::Worst| {
        let frame = [("frame", worst.frame.to_string())];
        (worst.value * 1e3, text.get("retarget-in-frame", &frame))
    };
    let (drift, drift_at) = worst(feet.drift_max_m);
    let (deep, deep_at) = worst(feet.penetration_max_m);
    let (pop, pop_at) = worst(feet.foot_pop_max_m);
    let seconds = outcome.source.frames() as f64 / outcome.source.rate_hz;
    let p95_note = [("p95", format!("{p95:.1}"))];
    vec![
        figure(
            "solve-figure-frames",
            outcome.source.frames().to_string(),
            format!("{:.0} Hz, {seconds:.1} s", outcome.source.rate_hz),
            State::Plain,
        ),
        figure(
            "solve-figure-time",
            format!("{:.1} µs", outcome.track.time_us(0.5)),
            format!("p99 {:.1} µs", outcome.track.time_us(0.99)),
            State::Plain,
        ),
        figure(
            "retarget-figure-skate",
            format!("{mean:.1} mm/s"),
            text.get("retarget-skate-note", &p95_note),
            judged(mean <= SKATE_MEAN_MAX && p95 <= SKATE_P95_MAX),
        ),
        figure(
            "retarget-figure-drift",
            format!("{drift:.1} mm"),
            drift_at,
            judged(drift <= DRIFT_MAX),
        ),
        figure(
            "retarget-figure-stance",
            format!("{:.1} %", feet.held_part * 100.0),
            format!("{:.1} s", feet.stance_s),
            judged(feet.held_part >= STANCE_MIN),
        ),
        figure(
            "retarget-figure-penetration",
            format!("{deep:.1} mm"),
            deep_at,
            judged(deep <= PENETRATION_MAX),
        ),
        figure(
            "retarget-figure-pop",
            format!("{pop:.1} mm"),
            pop_at,
            judged(pop <= POP_MAX),
        ),
    ]
}

/// The character itself at the same moments, and its face.
fn put_pictures(report: &mut Report, text: &Text, drawn: &Drawn) {
    let frame = |f: &usize| text.get("retarget-drawing", &[("frame", f.to_string())]);
    let captions: Vec<String> = drawn.bodies.iter().map(|(f, _)| frame(f)).collect();
    let bodies = drawn.bodies.iter().zip(&captions);
    let bodies: Vec<_> = bodies
        .map(|((_, jpeg), caption)| (PictureKind::Jpeg, jpeg.as_slice(), caption.as_str()))
        .collect();
    report.pictures(&bodies);
    if drawn.faces.is_empty() {
        report.paragraph(&text.get("retarget-no-face", &[]));
        return;
    }
    report.section(&text.get("retarget-report-face", &[]));
    let name = |shape: &Option<FaceShape>| match shape {
        Some(shape) => match shown_with(*shape) {
            Some(with) => format!("{} + {}", shape.arkit_name(), with.arkit_name()),
            None => shape.arkit_name().to_owned(),
        },
        None => text.get("retarget-face-rest", &[]),
    };
    let faces = drawn.faces.iter();
    let faces: Vec<_> = faces
        .map(|(shape, jpeg)| (PictureKind::Jpeg, jpeg.clone(), name(shape)))
        .collect();
    report.contact_sheet(&faces);
}

/// The performer, and the character beside her, at some moments: from in front of her.
fn drawings(text: &Text, outcome: &Outcome) -> Vec<SceneDrawing> {
    let one = |f: usize| {
        let performer = (&outcome.source.skeleton, outcome.source.frame(f));
        let human = (&outcome.target.skeleton, outcome.track.frame(f));
        let to_right = -facing_left(&outcome.source.humanoid, performer.1);
        // Seen from the front and a little from the side, so that no limb hides another.
        let across = (-to_right + 0.35 * to_right.cross(DVec3::Y)).normalize_or(DVec3::X);
        let wide = width(performer, across) + 0.5 * height(human.1);
        let frame = [("frame", f.to_string())];
        SceneDrawing {
            title: text.get("retarget-drawing", &frame),
            layers: vec![
                bones(text.get("retarget-performer", &[]), performer, across, 0.0),
                bones(text.get("retarget-character", &[]), human, across, wide),
            ],
            floor: Some(0.0),
        }
    };
    moments(outcome).into_iter().map(one).collect()
}

/// A body's left, in the plane of the floor.
fn facing_left(map: &HumanoidMap, joints: &[Xf<Stage, JointFrame>]) -> DVec3 {
    let at = |bone| Some(joints.get(map.joint(bone)?.idx())?.translation().metres());
    let across = match (at(HumanBone::LeftUpperLeg), at(HumanBone::RightUpperLeg)) {
        (Some(left), Some(right)) => (left - right) * DVec3::new(1.0, 0.0, 1.0),
        _ => DVec3::X,
    };
    across.normalize_or(DVec3::X)
}

fn height(joints: &[Xf<Stage, JointFrame>]) -> f64 {
    let y = joints.iter().map(|j| j.translation().metres().y);
    y.fold(0.5, f64::max)
}

fn width((_, joints): (&Skeleton, &[Xf<Stage, JointFrame>]), across: DVec3) -> f64 {
    let along: Vec<f64> = joints
        .iter()
        .map(|j| j.translation().metres().dot(across))
        .collect();
    let low = along.iter().copied().fold(f64::INFINITY, f64::min);
    let high = along.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    (high - low).max(0.0)
}

/// The bones of a body, its middle `aside` metres from the drawing's.
fn bones(
    name: String,
    (skeleton, joints): (&Skeleton, &[Xf<Stage, JointFrame>]),
    across: DVec3,
    aside: f64,
) -> Layer {
    let at = |j: usize| joints.get(j).map(|x| x.translation().metres());
    let middle = at(0).map_or(0.0, |p| p.dot(across));
    let flat = |p: DVec3| (p.dot(across) - middle + aside, p.y);
    let mut layer = Layer {
        name,
        ..Layer::default()
    };
    for (j, joint) in skeleton.joints().iter().enumerate() {
        let ends = joint.parent.and_then(|p| Some((at(p.idx())?, at(j)?)));
        layer.lines.extend(ends.map(|(a, b)| [flat(a), flat(b)]));
    }
    layer
}

/// Height and speed of each foot's ball, with the stances behind.
fn put_feet(report: &mut Report, text: &Text, outcome: &Outcome) {
    use HumanBone::{LeftFoot, LeftToes, RightFoot, RightToes};
    let rate = outcome.source.rate_hz;
    let feet = [
        ("retarget-foot-left", LeftToes, LeftFoot),
        ("retarget-foot-right", RightToes, RightFoot),
    ];
    for (foot, (key, toes, ankle)) in feet.into_iter().enumerate() {
        let joint = |map: &HumanoidMap| map.joint(toes).or(map.joint(ankle)).map(|j| j.idx());
        let (from, to) = (
            joint(&outcome.source.humanoid),
            joint(&outcome.target.character.humanoid),
        );
        let (Some(from), Some(to)) = (from, to) else {
            continue;
        };
        let frames = 0..outcome.source.frames();
        let place = |pose: &[Xf<Stage, JointFrame>], j: usize| {
            pose.get(j)
                .map_or(DVec3::ZERO, |x| x.translation().metres())
        };
        let performer: Vec<DVec3> = frames
            .clone()
            .map(|f| place(outcome.source.frame(f), from) * outcome.track.scale)
            .collect();
        let human: Vec<DVec3> = frames.map(|f| place(outcome.track.frame(f), to)).collect();
        let stands = outcome.track.stance.iter().map(|s| s[foot].ball);
        let bands = bands(stands, rate);
        let args = [("foot", text.get(key, &[]))];
        let series = |of: CurveOf| {
            let named = |key: &str, places: &[DVec3]| Series {
                name: text.get(key, &[]),
                points: of(places, rate),
            };
            vec![
                named("retarget-performer", &performer),
                named("retarget-character", &human),
            ]
        };
        report.line_chart(&LineChart {
            title: text.get("retarget-chart-height", &args),
            x_label: "s".into(),
            y_label: "mm".into(),
            series: series(heights),
            bands: bands.clone(),
        });
        report.line_chart(&LineChart {
            title: text.get("retarget-chart-speed", &args),
            x_label: "s".into(),
            y_label: "m/s".into(),
            series: series(speeds),
            bands,
        });
    }
}

/// A curve over time, seconds, of a joint's places at a rate.
type CurveOf = fn(&[DVec3], f64) -> Vec<(f64, f64)>;

fn heights(places: &[DVec3], rate: f64) -> Vec<(f64, f64)> {
    let all = places.iter().enumerate();
    all.map(|(f, p)| (f as f64 / rate, (p.y * 1e3).max(0.0)))
        .collect()
}

fn speeds(places: &[DVec3], rate: f64) -> Vec<(f64, f64)> {
    let steps = places.iter().zip(places.iter().skip(1)).enumerate();
    steps
        .map(|(f, (a, b))| {
            let along = *b - *a;
            ((f as f64 + 0.5) / rate, along.x.hypot(along.z) * rate)
        })
        .collect()
}

/// Runs of stance as stretches of time, seconds.
fn bands(stands: impl Iterator<Item = bool>, rate: f64) -> Vec<(f64, f64)> {
    let mut bands: Vec<(f64, f64)> = Vec::new();
    let mut before = false;
    for (f, stands) in stands.enumerate() {
        let at = f as f64 / rate;
        match bands.last_mut() {
            Some(last) if stands && before => last.1 = at,
            _ if stands => bands.push((at, at)),
            _ => {}
        }
        before = stands;
    }
    bands
}

fn put_stances(report: &mut Report, text: &Text, outcome: &Outcome) {
    let t = |key: &str| text.get(key, &[]);
    let rows: Vec<Vec<String>> = outcome
        .track
        .figures
        .worst_stances
        .iter()
        .map(|s| {
            let foot = match s.place.foot {
                0 => t("retarget-foot-left"),
                _ => t("retarget-foot-right"),
            };
            let point = match s.place.is_ball {
                true => t("retarget-ball"),
                false => t("retarget-heel"),
            };
            vec![
                format!("{foot}, {point}"),
                format!("{}–{}", s.first_frame, s.last_frame),
                format!("{:.2}", s.drift_m * 1e3),
                format!("{:.1}", s.skate_mean_mps * 1e3),
            ]
        })
        .collect();
    if rows.is_empty() {
        report.paragraph(&t("retarget-no-stance"));
        return;
    }
    report.table(
        &[
            t("retarget-worst-stance"),
            t("solve-figure-frames"),
            t("retarget-drift-mm"),
            t("retarget-skate-mm-s"),
        ],
        &rows,
    );
}

/// Which joint is which bone, on both bodies.
fn put_bones(report: &mut Report, text: &Text, outcome: &Outcome) {
    let t = |key: &str| text.get(key, &[]);
    let name = |skeleton: &Skeleton, map: &HumanoidMap, bone| {
        let joint = map.joint(bone).and_then(|j| skeleton.joint(j));
        joint.map_or_else(|| "—".to_owned(), |j| j.name.clone())
    };
    let rows: Vec<Vec<String>> = HumanBone::ALL
        .into_iter()
        .map(|bone| {
            vec![
                bone.vrm_name().to_owned(),
                name(&outcome.source.skeleton, &outcome.source.humanoid, bone),
                name(
                    &outcome.target.skeleton,
                    &outcome.target.character.humanoid,
                    bone,
                ),
            ]
        })
        .collect();
    report.table(
        &[
            t("solve-bone"),
            t("retarget-performer"),
            t("retarget-character"),
        ],
        &rows,
    );
}
