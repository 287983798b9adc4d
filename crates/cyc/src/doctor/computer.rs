//! The computer itself: system, cores, memory, disk, clock, and the priority it grants.

use super::{Check, Verdict};
use crate::crash_report;
use crate::flight;
use crate::text::Text;
use cyc_machine::{
    Place, RealTime, clock_source, cores, free_disk_bytes, memory_bytes, os_name, real_time,
};
use std::path::Path;

/// Receive, solve, render and record each keep a core busy at times; two can still take turns.
const CORES_LEAST: usize = 2;
/// A release build's demo with two software-drawn 4 Mpx targets stays below 2 GiB.
const MEMORY_LEAST_GIB: f64 = 2.0;
/// Frames of a ten-second film, a take and the pictures.
const DISK_LEAST_GIB: f64 = 2.0;
/// Reading these clocks leaves the processor and costs a microsecond or more.
const SLOW_CLOCKS: [&str; 4] = ["hpet", "acpi_pm", "jiffies", "refined-jiffies"];

/// The checks of this page of the report.
pub fn checks(place: &Place, text: &Text) -> Vec<Check> {
    vec![
        system(place, text),
        processor(text),
        memory(place, text),
        disk(text),
        clock(place, text),
        priority(place, text),
        crashes(text),
        flights(text),
    ]
}

fn system(place: &Place, text: &Text) -> Check {
    let title = text.get("doctor-system", &[]);
    match os_name(place) {
        Some(detail) => Check {
            name: "system",
            title,
            verdict: Verdict::Good,
            detail,
            fix: None,
        },
        None => Check::new(
            text,
            "system",
            title,
            Verdict::Limited,
            "doctor-system-unknown",
            &[],
        ),
    }
}

fn processor(text: &Text) -> Check {
    let cores = cores();
    let title = text.get("doctor-cores", &[]);
    let args = [
        ("cores", cores.to_string()),
        ("least", CORES_LEAST.to_string()),
    ];
    Check::new(
        text,
        "cores",
        title,
        good_if(cores >= CORES_LEAST),
        "doctor-cores-detail",
        &args,
    )
}

fn memory(place: &Place, text: &Text) -> Check {
    let title = text.get("doctor-memory", &[]);
    amount(
        text,
        "memory",
        title,
        memory_bytes(place),
        MEMORY_LEAST_GIB,
        "doctor-memory-detail",
    )
}

fn disk(text: &Text) -> Check {
    let title = text.get("doctor-disk", &[]);
    let bytes = free_disk_bytes(Path::new("."));
    amount(
        text,
        "disk",
        title,
        bytes,
        DISK_LEAST_GIB,
        "doctor-disk-detail",
    )
}

fn amount(
    text: &Text,
    name: &'static str,
    title: String,
    bytes: Option<u64>,
    least_gib: f64,
    key: &str,
) -> Check {
    let Some(bytes) = bytes else {
        return Check::new(text, name, title, Verdict::Limited, "doctor-unknown", &[]);
    };
    let gib = bytes as f64 / f64::from(1 << 30);
    let args = [
        ("gib", format!("{gib:.1}")),
        ("least", format!("{least_gib}")),
    ];
    Check::new(text, name, title, good_if(gib >= least_gib), key, &args)
}

fn clock(place: &Place, text: &Text) -> Check {
    let title = text.get("doctor-clock", &[]);
    let Some(source) = clock_source(place) else {
        return Check::new(
            text,
            "clock",
            title,
            Verdict::Limited,
            "doctor-unknown",
            &[],
        );
    };
    let verdict = good_if(!SLOW_CLOCKS.contains(&source.as_str()));
    Check::new(
        text,
        "clock",
        title,
        verdict,
        "doctor-clock-detail",
        &[("source", source)],
    )
}

fn priority(place: &Place, text: &Text) -> Check {
    let title = text.get("doctor-real-time", &[]);
    let user = ("user", place.variable("USER").unwrap_or("*").to_string());
    let (verdict, key, args) = match real_time(place) {
        Some(RealTime::Privileged) => (Verdict::Good, "doctor-real-time-granted", vec![]),
        Some(RealTime::UpTo(priority)) => {
            let args = vec![("priority", priority.to_string())];
            (Verdict::Good, "doctor-real-time-up-to", args)
        }
        Some(RealTime::Refused) => (Verdict::Limited, "doctor-real-time-refused", vec![user]),
        None => (Verdict::Limited, "doctor-unknown", vec![]),
    };
    Check::new(text, "real-time", title, verdict, key, &args)
}

/// What the program has left behind of its own faults.
fn crashes(text: &Text) -> Check {
    let title = text.get("doctor-crashes", &[]);
    let found = crash_report::folder().map(|folder| crash_report::found(&folder));
    let found = found.unwrap_or_default();
    let (verdict, key, args) = match found.first() {
        None => (Verdict::Good, "doctor-crashes-none", vec![]),
        Some((newest, age)) => {
            let hours = age.as_secs_f64() / 3600.0;
            let args = vec![
                ("count", found.len().to_string()),
                ("path", newest.display().to_string()),
                ("hours", format!("{hours:.1}")),
            ];
            (Verdict::Limited, "doctor-crashes-found", args)
        }
    };
    Check::new(text, "crashes", title, verdict, key, &args)
}

/// Stages that were cut off, with what they said in their last minute.
fn flights(text: &Text) -> Check {
    let title = text.get("doctor-flights", &[]);
    let found = flight::folder().map(|folder| flight::found(&folder));
    let found = found.unwrap_or_default();
    let newest = found.first().and_then(|f| Some((f, f.paths.first()?)));
    let (verdict, key, args) = match newest {
        None => (Verdict::Good, "doctor-flights-none", vec![]),
        Some((newest, path)) => {
            let hours = newest.age.as_secs_f64() / 3600.0;
            let args = vec![
                ("count", found.len().to_string()),
                ("path", path.display().to_string()),
                ("hours", format!("{hours:.1}")),
            ];
            (Verdict::Limited, "doctor-flights-found", args)
        }
    };
    Check::new(text, "flights", title, verdict, key, &args)
}

fn good_if(good: bool) -> Verdict {
    if good {
        Verdict::Good
    } else {
        Verdict::Limited
    }
}
