//! The machine that a report was made on, so that its figures can be compared later. No name, no path.

use super::outcome::Outcome;
use crate::text::Text;
use cyc_machine::Place;
use cyc_renderer::Gpu;

/// Facts as rows of the report.
pub fn facts(text: &Text, gpu: &Gpu, outcome: &Outcome) -> Vec<(String, String)> {
    let t = |key: &str| text.get(key, &[]);
    let place = Place::here();
    let report = gpu.report();
    let yes_no = |b: bool| if b { t("machine-yes") } else { t("machine-no") };
    let mut rows = vec![
        ("cyc".to_owned(), env!("CARGO_PKG_VERSION").to_owned()),
        (
            t("machine-system"),
            cyc_machine::os_name(&place).unwrap_or_default(),
        ),
        (t("machine-processor"), processor()),
        (
            t("machine-adapter"),
            format!("{} ({}, {})", report.name, report.backend, report.driver),
        ),
        (t("machine-software"), yes_no(report.software)),
        (t("machine-real-time"), yes_no(outcome.real_time)),
        (t("machine-took"), format!("{:.0} s", outcome.wall_clock_s)),
    ];
    rows.retain(|(_, value)| !value.is_empty());
    rows
}

fn processor() -> String {
    let info = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = info
        .lines()
        .find_map(|l| l.strip_prefix("model name"))
        .unwrap_or_default();
    let model = model.trim_start_matches([' ', '\t', ':']);
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    format!("{model} × {cores}")
}
