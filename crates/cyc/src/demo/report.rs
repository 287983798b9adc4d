//! The report of a run: one HTML file that holds everything.

use super::outcome::Outcome;
use crate::text::Text;
use cyc_film::Picture;
use cyc_report::{Figure, LineChart, PictureKind, Report, Series, Span, SpanChart, State};
use cyc_telemetry::LatencySummary;

/// Width at which pictures are kept in the report, pixels.
const PICTURE_WIDTH_PX: u32 = 1600;
const JPEG_QUALITY: u8 = 86;

/// A picture with its caption's text key.
pub struct Shown<'p> {
    /// The picture.
    pub picture: &'p Picture,
    /// Text key of its caption.
    pub caption: &'static str,
}

/// Writes the page.
pub fn page(
    text: &Text,
    outcome: &Outcome,
    pictures: &[Shown<'_>],
    machine: &[(String, String)],
    font: &[u8],
) -> String {
    let t = |key: &str| text.get(key, &[]);
    let subtitle = text.get(
        "report-subtitle",
        &[
            ("performance", outcome.performance.clone()),
            ("stage", outcome.stage.clone()),
            ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ],
    );
    let mut report = Report::new(text.language().tag(), &t("report-title"), &subtitle);
    report.embed_font(font);
    report.figures(&figures(text, outcome));
    if let Some(name) = outcome.film.as_ref().and_then(|f| f.file_name()) {
        report.film(&name.to_string_lossy(), &t("report-film-caption"));
    }
    put_pictures(&mut report, text, pictures);
    put_latency(&mut report, text, outcome);
    put_solve(&mut report, text, outcome);
    put_proof(&mut report, text, outcome);
    report.section(&t("report-machine"));
    report.table(
        &[t("report-what"), t("report-value")],
        &machine
            .iter()
            .map(|(a, b)| vec![a.clone(), b.clone()])
            .collect::<Vec<_>>(),
    );
    report.to_html()
}

fn figure(text: &Text, key: &str, value: String, note: String, state: State) -> Figure {
    Figure {
        label: text.get(key, &[]),
        value,
        note,
        state,
    }
}

fn figures(text: &Text, o: &Outcome) -> Vec<Figure> {
    let leg = |name: &str| {
        o.latency
            .iter()
            .find(|l| l.0 == name)
            .map(|l| l.1)
            .unwrap_or_default()
    };
    let (pose, total) = (leg("packet_to_pose"), leg("end_to_end"));
    let mut out = frame_figures(text, o);
    out.push(figure(
        text,
        "report-packet-to-pose",
        format!("{:.0} µs", pose.p50.micros()),
        p50_p99(&pose),
        State::Ok,
    ));
    out.push(figure(
        text,
        "report-end-to-end",
        format!("{:.1} ms", total.p50.millis()),
        p50_p99(&total),
        State::Plain,
    ));
    out.extend(pose_figures(text, o));
    out
}

fn p50_p99(s: &LatencySummary) -> String {
    let (p50, p99) = (s.p50.millis(), s.p99.millis());
    format!("p50 {p50:.2} ms, p99 {p99:.2} ms")
}

/// How many frames came, were lost and were drawn.
fn frame_figures(text: &Text, o: &Outcome) -> Vec<Figure> {
    let lost_state = if o.frames_lost == 0 {
        State::Ok
    } else {
        State::Warn
    };
    vec![
        figure(
            text,
            "report-frames-in",
            o.frames_in.to_string(),
            format!("{:.0} Hz, {:.1} s", o.rate_hz, o.live_s),
            State::Ok,
        ),
        figure(
            text,
            "report-frames-lost",
            o.frames_lost.to_string(),
            text.get(
                "report-superseded",
                &[("n", o.frames_superseded.to_string())],
            ),
            lost_state,
        ),
        figure(
            text,
            "report-frames-rendered",
            (o.frames_live + o.frames_film).to_string(),
            text.get(
                "report-frames-split",
                &[
                    ("live", o.frames_live.to_string()),
                    ("film", o.frames_film.to_string()),
                ],
            ),
            State::Ok,
        ),
    ]
}

/// How well markers and joints were met.
fn pose_figures(text: &Text, o: &Outcome) -> Vec<Figure> {
    let mut out = vec![
        figure(
            text,
            "report-marker-rms",
            format!("{:.1} mm", o.marker_rms_mm),
            o.calibration.map_or_else(String::new, |c| {
                text.get(
                    "report-calibrated",
                    &[
                        ("before", format!("{:.1}", c.before_mm)),
                        ("after", format!("{:.1}", c.after_mm)),
                        ("took", format!("{:.1}", c.took_s)),
                    ],
                )
            }),
            State::Ok,
        ),
        figure(
            text,
            "report-predicted",
            o.frames_predicted.to_string(),
            text.get("report-predicted-note", &[]),
            State::Plain,
        ),
    ];
    if let Some(j) = &o.joints {
        let state = if j.performer_mean_mm <= 20.0 {
            State::Ok
        } else {
            State::Bad
        };
        out.push(figure(
            text,
            "report-joint-error",
            format!("{:.1} mm", j.performer_mean_mm),
            text.get(
                "report-joint-note",
                &[("p99", format!("{:.1}", j.performer_p99_mm))],
            ),
            state,
        ));
    }
    out
}

fn put_pictures(report: &mut Report, text: &Text, pictures: &[Shown<'_>]) {
    report.section(&text.get("report-pictures", &[]));
    for shown in pictures {
        let p = shown.picture;
        let fitted = if p.width_px() > PICTURE_WIDTH_PX {
            let height = u64::from(p.height_px()) * u64::from(PICTURE_WIDTH_PX);
            p.resized(PICTURE_WIDTH_PX, (height / u64::from(p.width_px())) as u32)
        } else {
            p.clone()
        };
        // A picture that cannot be encoded is left out; its file stands beside the report.
        if let Ok(bytes) = fitted.to_jpeg(JPEG_QUALITY) {
            report.picture(PictureKind::Jpeg, &bytes, &text.get(shown.caption, &[]));
        }
    }
}

fn put_latency(report: &mut Report, text: &Text, o: &Outcome) {
    let t = |key: &str| text.get(key, &[]);
    report.section(&t("report-latency"));
    report.paragraph(&t("report-latency-text"));
    let measured = || o.latency.iter().filter(|(_, s)| s.count > 0);
    let spans = measured()
        .map(|(name, s)| Span {
            name: t(leg_key(name)),
            p50: s.p50.micros(),
            p99: s.p99.micros(),
            max: s.max.micros(),
        })
        .collect();
    report.span_chart(&SpanChart {
        title: t("report-latency-chart"),
        unit: "µs".into(),
        spans,
    });
    let header = [
        t("report-leg"),
        t("report-count"),
        "p50 µs".into(),
        "p99 µs".into(),
        "p99.9 µs".into(),
        t("report-max"),
    ];
    let rows: Vec<Vec<String>> = measured()
        .map(|(name, s)| {
            let us = |n: cyc_model::Nanos| format!("{:.1}", n.micros());
            vec![
                t(leg_key(name)),
                s.count.to_string(),
                us(s.p50),
                us(s.p99),
                us(s.p99_9),
                us(s.max),
            ]
        })
        .collect();
    report.table(&header, &rows);
}

/// The text key of a leg of the way.
pub fn leg_key(name: &str) -> &'static str {
    match name {
        "receive" => "leg-receive",
        "queue" => "leg-queue",
        "solve" => "leg-solve",
        "publish" => "leg-publish",
        "wait_for_frame" => "leg-wait-for-frame",
        "encode" => "leg-encode",
        "draw" => "leg-draw",
        "packet_to_pose" => "leg-packet-to-pose",
        "packet_to_submit" => "leg-packet-to-submit",
        "pose_to_picture" => "leg-pose-to-picture",
        _ => "leg-end-to-end",
    }
}

fn put_solve(report: &mut Report, text: &Text, o: &Outcome) {
    let t = |key: &str| text.get(key, &[]);
    report.section(&t("report-solve"));
    let curve = Series {
        name: t("report-marker-rms"),
        points: o.marker_curve.clone(),
    };
    report.line_chart(&LineChart {
        title: t("report-residual-chart"),
        x_label: "s".into(),
        y_label: "mm".into(),
        series: vec![curve],
        ..LineChart::default()
    });
    let Some(joints) = &o.joints else {
        report.paragraph(&t("report-no-truth"));
        return;
    };
    report.paragraph(&text.get(
        "report-joints-text",
        &[
            ("frames", joints.frames.to_string()),
            ("performer", format!("{:.1}", joints.performer_mean_mm)),
            ("human", format!("{:.1}", joints.human_mean_mm)),
        ],
    ));
    let rows: Vec<Vec<String>> = joints
        .by_bone
        .iter()
        .map(|(b, mm)| vec![(*b).to_owned(), format!("{mm:.1}")])
        .collect();
    report.table(&[t("report-bone"), t("report-mean-mm")], &rows);
}

fn put_proof(report: &mut Report, text: &Text, o: &Outcome) {
    let t = |key: &str| text.get(key, &[]);
    report.section(&t("report-proof"));
    report.paragraph(&t("report-proof-text"));
    let header = [
        t("report-wall"),
        t("report-fiducials"),
        t("report-p99-px"),
        t("report-mean-px"),
        "PSNR dB".into(),
        t("report-psnr-ideal"),
    ];
    let rows: Vec<Vec<String>> = o
        .proofs
        .iter()
        .map(|p| {
            vec![
                t(p.wall),
                p.fiducials.to_string(),
                format!("{:.3}", p.p99_px),
                format!("{:.3}", p.mean_px),
                format!("{:.1}", p.psnr_db),
                format!("{:.1}", p.psnr_ideal_db),
            ]
        })
        .collect();
    report.table(&header, &rows);
}
