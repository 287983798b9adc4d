//! The computer's clock is set, as a stage sees it: a small stage that asks for the time by way of libfaketime, which says
//! what a file says. The real clock is the whole machine's, and stays.

use crate::Outcome;
use crate::faults::{Fault, Watching};
use cyc_benches::running_stage::{RunningStage, StageShape};
use cyc_benches::virtual_systems::VirtualSystems;
use cyc_control::Said;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

const NAME: &str = "clock of the computer set";
/// How far it is set.
const AN_HOUR_ON: &str = "+3600";

/// Sets it.
pub fn set(folder: &Path, systems: &VirtualSystems) -> Outcome<Fault> {
    eprintln!("{NAME}");
    let Some(library) = library() else {
        return Ok(Fault {
            name: NAME,
            after: None,
            said: Said::default(),
            note: "not seeded here: `faketime` is not installed (sudo apt-get install faketime)"
                .to_owned(),
        });
    };
    let folder = folder.join("clock");
    std::fs::create_dir_all(&folder)?;
    let time = folder.join("time");
    std::fs::write(&time, "+0")?;
    let environment = [
        ("LD_PRELOAD", library),
        ("FAKETIME_TIMESTAMP_FILE", time.clone().into_os_string()),
        // It is to read the file whenever it is asked for the time, and to leave the steady clock as it is.
        ("FAKETIME_NO_CACHE", OsString::from("1")),
        ("FAKETIME_DONT_FAKE_MONOTONIC", OsString::from("1")),
    ];
    let shape = StageShape {
        has_performers: false,
        draws: false,
    };
    let stage = RunningStage::start_in(&folder, shape, systems, &environment)?;
    let mut watching = Watching::of(&stage)?;
    // Its findings are read before the clock is set.
    std::thread::sleep(Duration::from_secs(2));
    let before = watching.findings();
    // Whole at once: the stage may read at any time.
    let next = folder.join("next");
    std::fs::write(&next, AN_HOUR_ON)?;
    let since = Instant::now();
    std::fs::rename(&next, &time)?;
    let (after, said) = watching.wait_for((&["run-clock-jumped"], ""), &before, since);
    Ok(Fault {
        name: NAME,
        after,
        said,
        note: String::new(),
    })
}

/// The library that the program `faketime` puts before all others.
fn library() -> Option<OsString> {
    let told = Command::new("faketime")
        .args(["-f", "+0", "printenv", "LD_PRELOAD"])
        .output()
        .ok()?;
    let told = String::from_utf8(told.stdout).ok()?;
    let library = told.split(':').find(|part| !part.trim().is_empty())?;
    Some(library.trim().into())
}
