//! The report of a solve: one HTML file that holds everything.

use super::outcome::Outcome;
use super::rig_choice::Found;
use super::track::Track;
use crate::demo::FONT;
use crate::text::Text;
use cyc_report::{Figure, Layer, LineChart, Report, SceneDrawing, Series, Span, SpanChart, State};
use glam::DVec3;

/// Above this RMS a solve is worth a look, metres: twice what the skin moves on a well calibrated performer.
const RMS_WARN_M: f64 = 0.015;

/// Writes the page.
pub fn page(text: &Text, outcome: &Outcome) -> String {
    let t = |key: &str| text.get(key, &[]);
    let subtitle = text.get(
        "solve-report-subtitle",
        &[
            ("take", outcome.take.clone()),
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ],
    );
    let title = t("solve-report-title");
    let mut report = Report::new(text.language().tag(), &title, &subtitle);
    report.embed_font(FONT);
    report.figures(&figures(text, outcome));
    put_times(&mut report, text, outcome);
    for track in &outcome.tracks {
        put_track(&mut report, text, outcome, track);
    }
    report.to_html()
}

/// What a performer's rig was recognised by.
pub fn recognised(text: &Text, track: &Track) -> String {
    let key = match track.found {
        Found::RigFile => "solve-found-rig",
        Found::Named => "solve-found-named",
        Found::Labels => "solve-found-labels",
        Found::Shape => "solve-found-shape",
    };
    let args = [
        ("subject", subject(text, track)),
        ("rig", track.rig.name().to_owned()),
        ("matched", track.matched.to_string()),
        ("markers", track.rig.markers().len().to_string()),
    ];
    text.get(key, &args)
}

/// How good the labels are, when they were found by shape: one line, or two where the take has labels to compare with.
pub fn labelled(text: &Text, track: &Track) -> Vec<String> {
    let percent = |part: f64| format!("{:.2}", part * 100.0);
    let Some(labelling) = track.labelling else {
        return Vec::new();
    };
    let mut lines = vec![text.get("solve-labelling", &[("sure", percent(labelling.sure))])];
    if let Some(agreement) = labelling.agreement() {
        let args = [
            ("percent", percent(agreement)),
            ("agreed", labelling.agreed.to_string()),
            ("compared", labelling.compared.to_string()),
        ];
        lines.push(text.get("solve-labelling-agreement", &args));
    }
    lines
}

/// What the calibration did, when there was one.
pub fn calibrated(text: &Text, track: &Track) -> Option<String> {
    let calibration = track.calibration.as_ref()?;
    let report = &calibration.report;
    let args = [
        ("frames", report.frames.to_string()),
        ("seconds", format!("{:.1}", calibration.took_s)),
        ("before", format!("{:.1}", report.rms_before_m * 1e3)),
        ("after", format!("{:.2}", report.rms_after_m * 1e3)),
        ("scale", format!("{:.3}", report.scale)),
    ];
    Some(text.get("solve-calibrated", &args))
}

fn subject(text: &Text, track: &Track) -> String {
    if track.subject.is_empty() {
        text.get("solve-no-name", &[])
    } else {
        track.subject.clone()
    }
}

fn figures(text: &Text, outcome: &Outcome) -> Vec<Figure> {
    let figure = |key: &str, value: String, note: String, state: State| Figure {
        label: text.get(key, &[]),
        value,
        note,
        state,
    };
    let rms_mm = outcome.rms_mm();
    let rms_state = if rms_mm <= RMS_WARN_M * 1e3 {
        State::Ok
    } else {
        State::Warn
    };
    let counts = outcome.counts();
    let seconds = outcome.frames() as f64 / outcome.rate_hz;
    let lost: usize = outcome
        .tracks
        .iter()
        .map(|t| t.frames.iter().filter(|f| !f.posed).count())
        .sum();
    let lost_state = if lost == 0 { State::Ok } else { State::Warn };
    let loss = if outcome.robust {
        "solve-robust"
    } else {
        "solve-least-squares"
    };
    vec![
        figure(
            "solve-figure-frames",
            outcome.frames().to_string(),
            format!("{:.0} Hz, {seconds:.1} s", outcome.rate_hz),
            State::Plain,
        ),
        figure(
            "solve-figure-markers",
            outcome.markers().to_string(),
            outcome.tracks.len().to_string() + " × " + &text.get("solve-performer", &[]),
            State::Plain,
        ),
        figure(
            "solve-figure-rms",
            format!("{rms_mm:.2} mm"),
            text.get(loss, &[]),
            rms_state,
        ),
        figure(
            "solve-figure-time",
            format!("{:.1} µs", outcome.time_us(0.5)),
            format!("p99 {:.1} µs", outcome.time_us(0.99)),
            State::Plain,
        ),
        figure(
            "solve-figure-labelled",
            format!("{:.2} %", outcome.labelled_ratio() * 100.0),
            String::new(),
            State::Plain,
        ),
        figure(
            "solve-figure-filled",
            counts.filled.to_string(),
            text.get("solve-filled-note", &[]),
            State::Plain,
        ),
        figure(
            "solve-figure-lost",
            lost.to_string(),
            String::new(),
            lost_state,
        ),
    ]
}

fn put_times(report: &mut Report, text: &Text, outcome: &Outcome) {
    let span = Span {
        name: text.get("solve-fit", &[]),
        p50: outcome.time_us(0.5),
        p99: outcome.time_us(0.99),
        max: outcome.time_us(1.0),
    };
    report.section(&text.get("solve-report-times", &[]));
    report.span_chart(&SpanChart {
        title: text.get("solve-times-chart", &[]),
        unit: "µs".into(),
        spans: vec![span],
    });
}

fn put_track(report: &mut Report, text: &Text, outcome: &Outcome, track: &Track) {
    let t = |key: &str| text.get(key, &[]);
    report.section(&subject(text, track));
    report.paragraph(&recognised(text, track));
    for line in labelled(text, track) {
        report.paragraph(&line);
    }
    if let Some(line) = calibrated(text, track) {
        report.paragraph(&line);
    }
    let worst = track.worst_frame();
    let number = |f: usize| (outcome.first_frame + f as u64).to_string();
    let args = [
        ("frame", number(worst)),
        (
            "rms",
            format!(
                "{:.1}",
                track.frames.get(worst).map_or(0.0, |f| f.rms_m * 1e3)
            ),
        ),
        (
            "marker",
            track
                .worst_marker()
                .map_or_else(String::new, |m| m.label.clone()),
        ),
        (
            "marker_rms",
            format!("{:.1}", track.worst_marker().map_or(0.0, |m| m.rms_m * 1e3)),
        ),
    ];
    report.paragraph(&text.get("solve-worst", &args));
    report.scene_drawings(&drawings(text, track, worst, &number(worst)));
    let at = |f: usize| f as f64 / outcome.rate_hz;
    let over_time = |value: fn(&super::track::FrameFigures) -> f64| {
        let points = track.frames.iter().enumerate();
        points.map(|(f, v)| (at(f), value(v))).collect::<Vec<_>>()
    };
    report.line_chart(&LineChart {
        title: t("solve-chart-residual"),
        x_label: "s".into(),
        y_label: "mm".into(),
        series: vec![Series {
            name: t("solve-figure-rms"),
            points: over_time(|f| if f.posed { f.rms_m * 1e3 } else { f64::NAN }),
        }],
        ..LineChart::default()
    });
    report.line_chart(&LineChart {
        title: t("solve-chart-seen"),
        x_label: "s".into(),
        y_label: String::new(),
        series: vec![Series {
            name: t("solve-seen"),
            points: over_time(|f| f.seen as f64),
        }],
        ..LineChart::default()
    });
    put_markers(report, text, outcome, track);
    put_joints(report, text, track);
    put_bones(report, text, track);
}

/// Every joint, the least sure first.
fn put_joints(report: &mut Report, text: &Text, track: &Track) {
    let t = |key: &str| text.get(key, &[]);
    let mut joints: Vec<_> = track.by_joint.iter().collect();
    joints.sort_by(|a, b| a.quality.total_cmp(&b.quality));
    let row = |j: &&super::track::JointFigures| {
        vec![
            j.name.clone(),
            format!("{:.2}", j.quality),
            j.unsure.to_string(),
        ]
    };
    report.paragraph(&t("solve-joint-quality-note"));
    let header = [
        t("solve-joint"),
        t("solve-joint-quality"),
        t("solve-joint-unsure"),
    ];
    let rows: Vec<_> = joints.iter().map(row).collect();
    report.table(&header, &rows);
}

fn put_markers(report: &mut Report, text: &Text, outcome: &Outcome, track: &Track) {
    let t = |key: &str| text.get(key, &[]);
    let mut rows: Vec<_> = track.by_marker.iter().collect();
    rows.sort_by(|a, b| b.rms_m.total_cmp(&a.rms_m));
    let all = track.frames.len().max(1) as f64;
    let row = |m: &&super::track::MarkerFigures| {
        vec![
            m.label.clone(),
            format!("{:.2}", m.rms_m * 1e3),
            format!("{:.1}", m.max_m * 1e3),
            (outcome.first_frame + m.worst_frame as u64).to_string(),
            format!("{:.1} %", m.seen as f64 / all * 100.0),
        ]
    };
    let header = [
        t("solve-marker"),
        t("solve-rms-mm"),
        t("solve-max-mm"),
        t("solve-worst-frame"),
        t("solve-seen"),
    ];
    let rows: Vec<_> = rows.iter().map(row).collect();
    report.table(&header, &rows);
}

fn put_bones(report: &mut Report, text: &Text, track: &Track) {
    let t = |key: &str| text.get(key, &[]);
    let Some(calibration) = &track.calibration else {
        return;
    };
    let row = |b: &cyc_solver::BoneChange| {
        vec![
            b.joint.clone(),
            format!("{:.1}", b.before_m * 1e3),
            format!("{:.1}", b.after_m * 1e3),
        ]
    };
    let rows: Vec<_> = calibration.report.bones.iter().map(row).collect();
    report.table(
        &[
            t("solve-bone"),
            t("solve-template-mm"),
            t("solve-performer-mm"),
        ],
        &rows,
    );
}

/// The frame from in front of the performer and from the left: bones, markers as measured, and where the pose puts them.
fn drawings(text: &Text, track: &Track, frame: usize, number: &str) -> Vec<SceneDrawing> {
    // Seen along the line of the hips, so that the body is not drawn edge on.
    let right = facing_right(track, frame);
    let backward = right.cross(DVec3::Y);
    [("solve-view-front", -right), ("solve-view-left", backward)]
        .into_iter()
        .map(|(key, across)| {
            let args = [("frame", number.to_owned())];
            view(text, track, frame, across, text.get(key, &args))
        })
        .collect()
}

/// The performer's right, in the plane of the floor.
fn facing_right(track: &Track, frame: usize) -> DVec3 {
    use cyc_model::HumanBone::{LeftUpperLeg, RightUpperLeg};
    let joints = track.joints_of(frame);
    let at = |bone| {
        let joint = track.rig.humanoid().joint(bone)?;
        Some(joints.get(joint.idx())?.translation().metres())
    };
    let across = match (at(LeftUpperLeg), at(RightUpperLeg)) {
        (Some(left), Some(right)) => (right - left) * DVec3::new(1.0, 0.0, 1.0),
        _ => DVec3::NEG_X,
    };
    across.normalize_or(DVec3::NEG_X)
}

fn view(text: &Text, track: &Track, frame: usize, across: DVec3, title: String) -> SceneDrawing {
    let flat = |p: DVec3| (p.dot(across), p.y);
    let joints = track.joints_of(frame);
    let at = |j: usize| joints.get(j).map(|x| x.translation().metres());
    let mut bones = Layer {
        name: text.get("solve-legend-bones", &[]),
        ..Layer::default()
    };
    for (j, joint) in track.rig.skeleton().joints().iter().enumerate() {
        let ends = joint.parent.and_then(|p| Some((at(p.idx())?, at(j)?)));
        if let Some((from, to)) = ends {
            bones.lines.push([flat(from), flat(to)]);
        }
    }
    let mut measured = Layer {
        name: text.get("solve-legend-measured", &[]),
        ..Layer::default()
    };
    let mut fitted = Layer {
        name: text.get("solve-legend-fitted", &[]),
        hollow: true,
        ..Layer::default()
    };
    for k in 0..track.rig.markers().len() {
        let seen = track.markers.get(frame).and_then(|m| *m.get(k)?);
        let posed = track.fitted(frame, k).map(|p| flat(p.metres()));
        fitted.dots.extend(posed);
        if let Some(seen) = seen.map(|p| flat(p.metres())) {
            measured.dots.push(seen);
            measured.lines.extend(posed.map(|p| [seen, p]));
        }
    }
    SceneDrawing {
        title,
        layers: vec![bones, measured, fitted],
        floor: Some(0.0),
    }
}
