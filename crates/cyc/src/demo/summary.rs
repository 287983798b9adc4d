//! The last lines on the terminal: what happened, for someone who only sees these.

use super::outcome::Outcome;
use crate::outgoing;
use crate::text::Text;

/// Ten lines at most, and one for each output.
pub fn lines(text: &Text, o: &Outcome) -> String {
    let leg = |name: &str| {
        o.latency
            .iter()
            .find(|l| l.0 == name)
            .map(|l| l.1)
            .unwrap_or_default()
    };
    let (pose, total) = (leg("packet_to_pose"), leg("end_to_end"));
    let n = |v: u64| v.to_string();
    let mut lines = vec![
        text.get(
            "demo-done-performance",
            &[
                ("performance", o.performance.clone()),
                ("seconds", format!("{:.1}", o.live_s)),
                ("rate", format!("{:.0}", o.rate_hz)),
            ],
        ),
        text.get(
            "demo-done-frames",
            &[
                ("in", n(o.frames_in)),
                ("lost", n(o.frames_lost)),
                ("predicted", n(o.frames_predicted)),
                ("superseded", n(o.frames_superseded)),
            ],
        ),
        text.get(
            "demo-done-latency",
            &[
                ("p50", format!("{:.0}", pose.p50.micros())),
                ("p99", format!("{:.0}", pose.p99.micros())),
                ("total", format!("{:.0}", total.p50.millis())),
            ],
        ),
        text.get(
            "demo-done-markers",
            &[
                ("rms", format!("{:.1}", o.marker_rms_mm)),
                (
                    "before",
                    format!(
                        "{:.1}",
                        o.calibration.map_or(o.marker_rms_mm, |c| c.before_mm)
                    ),
                ),
            ],
        ),
        joints(text, o),
        text.get("demo-done-proof", &[("proof", proofs(text, o))]),
        pictures(text, o),
        film(text, o),
        text.get(
            "demo-done-report",
            &[("report", o.report.display().to_string())],
        ),
    ];
    lines.push(text.get(
        "demo-done-took",
        &[
            ("seconds", format!("{:.0}", o.wall_clock_s)),
            ("adapter", o.adapter.clone()),
        ],
    ));
    if !o.outputs.is_empty() {
        lines.push(outgoing::table(&o.outputs, text));
    }
    lines.join("\n")
}

fn film(text: &Text, o: &Outcome) -> String {
    let none = || text.get("demo-film-none", &[]);
    let file = o.film.as_ref().map(|f| f.display().to_string());
    text.get(
        "demo-done-film",
        &[
            ("film", file.unwrap_or_else(none)),
            ("frames", o.frames_film.to_string()),
            ("rate", format!("{:.0}", o.film_hz)),
        ],
    )
}

fn joints(text: &Text, o: &Outcome) -> String {
    match &o.joints {
        Some(j) => text.get(
            "demo-done-joints",
            &[
                ("performer", format!("{:.1}", j.performer_mean_mm)),
                ("human", format!("{:.1}", j.human_mean_mm)),
            ],
        ),
        None => text.get("demo-done-joints-none", &[]),
    }
}

fn proofs(text: &Text, o: &Outcome) -> String {
    if o.proofs.is_empty() {
        return text.get("demo-proof-none", &[]);
    }
    let one = |p: &super::outcome::ProofFigures| {
        text.get(
            "demo-proof-part",
            &[
                ("wall", text.get(p.wall, &[])),
                ("p99", format!("{:.2}", p.p99_px)),
                ("psnr", format!("{:.1}", p.psnr_db)),
            ],
        )
    };
    o.proofs.iter().map(one).collect::<Vec<_>>().join(", ")
}

fn pictures(text: &Text, o: &Outcome) -> String {
    let folder = o
        .report
        .parent()
        .map(|p| p.display().to_string())
        .unwrap_or_default();
    text.get(
        "demo-done-pictures",
        &[
            ("n", o.pictures.len().to_string()),
            ("folder", folder),
            ("width", o.canvas_px[0].to_string()),
            ("height", o.canvas_px[1].to_string()),
            ("scale", format!("{:.0}", o.canvas_scale * 100.0)),
        ],
    )
}
