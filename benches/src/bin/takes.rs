//! What two hundred kills of a recorder cost, and a million flipped bits of a take: the two long tests of fault rows 35 and 37,
//! run in whole, and their figures as a page.
//!
//! The tests judge; this only asks them, reads the lines that they print, and writes `benches/results/takes.md`. A test that
//! fails fails the bench, and the page stays as it was.

use cyc_benches::report::Report;
use std::process::Command;
use std::time::Instant;

/// What went wrong, in words.
type Why = Box<dyn std::error::Error>;

/// Upper borders of the table of losses, milliseconds.
const BORDERS_MS: [f64; 6] = [5.0, 10.0, 15.0, 20.0, 30.0, 50.0];

/// A recorder that was killed, as the test tells it.
struct Killed {
    lost_ms: f64,
    frames: u64,
    never_sent: u64,
    left_bytes: u64,
    recovered_bytes: u64,
}

/// Runs a test that is left out otherwise; what it printed, and for how long it ran, seconds.
fn test(arguments: &[&str]) -> Result<(String, f64), Why> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let began = Instant::now();
    let output = Command::new(cargo)
        .args(["test", "--locked", "--quiet"])
        .args(arguments)
        .args(["--ignored", "--nocapture"])
        .output()?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{said}\n{errors}").into());
    }
    Ok((said, began.elapsed().as_secs_f64()))
}

/// The numbers of the lines that begin with a word.
fn numbers(said: &str, word: &str) -> Vec<Vec<f64>> {
    let lines = said.lines().filter_map(|line| line.strip_prefix(word));
    lines
        .map(|line| line.split_whitespace().flat_map(str::parse).collect())
        .collect()
}

fn killed(said: &str) -> Vec<Killed> {
    let rows = numbers(said, "KILLED ");
    let killed = |row: Vec<f64>| match row[..] {
        [lost_ms, frames, left, recovered, never_sent] => Some(Killed {
            lost_ms,
            frames: frames as u64,
            never_sent: never_sent as u64,
            left_bytes: left as u64,
            recovered_bytes: recovered as u64,
        }),
        _ => None,
    };
    rows.into_iter().filter_map(killed).collect()
}

fn kills(report: &mut Report) -> Result<(), Why> {
    let (said, seconds) = test(&["--package", "cyc", "--test", "kill", "--", "two_hundred"])?;
    let mut all = killed(&said);
    if all.is_empty() {
        return Err("the test of the kills printed nothing".into());
    }
    all.sort_by(|a, b| a.lost_ms.total_cmp(&b.lost_ms));
    let count = all.len();
    let lost = |share: f64| all[((count - 1) as f64 * share).round() as usize].lost_ms;
    let sum = |of: fn(&Killed) -> u64| all.iter().map(of).sum::<u64>();
    let mean_ms = all.iter().map(|k| k.lost_ms).sum::<f64>() / count as f64;
    report.paragraph(&format!(
        "## {count} recorders killed with `kill -9`\n\nTwo recorders at a time listen to a virtual capture system of 240 Hz and are killed after 150 to \
         1350 ms. What `cyc take recover` makes of each unfinished take is compared with the system's own truth: lost is what was sent before the kill and \
         is not in it. A debug build, {seconds:.0} s in all."
    ));
    report.paragraph(&format!(
        "| | |\n|---|---:|\n| **lost at most** (50 ms are promised) | **{:.1} ms** |\n| 99 of 100 lost at most | {:.1} ms |\n| half lost at most | {:.1} ms |\n\
         | on average | {mean_ms:.1} ms |\n| takes that could not be recovered, or were damaged before their end | 0 |\n| frames recovered | {} |\n| bytes of the \
         unfinished takes; of those recovered | {}; {} |\n| frames in between that the machine had no time to send to a recorder | {} |",
        lost(1.0),
        lost(0.99),
        lost(0.5),
        sum(|k| k.frames),
        sum(|k| k.left_bytes),
        sum(|k| k.recovered_bytes),
        sum(|k| k.never_sent),
    ));
    let mut table = "| lost, ms | recorders |\n|---|---:|".to_owned();
    let mut from = 0.0;
    for to in BORDERS_MS {
        let within = all.iter().filter(|k| k.lost_ms < to && k.lost_ms >= from);
        table += &format!("\n| {from:.0} to {to:.0} | {} |", within.count());
        from = to;
    }
    report.paragraph(&table);
    Ok(())
}

fn flips(report: &mut Report) -> Result<(), Why> {
    let arguments = [
        "--release",
        "--package",
        "cyc-take",
        "--lib",
        "--",
        "a_million",
    ];
    let (said, seconds) = test(&arguments)?;
    let rows = numbers(&said, "FLIPPED ");
    let Some([flips, bytes, chunks, in_chunks, harmless, all_lost]) = rows.first().map(|r| &r[..])
    else {
        return Err("the test of the flipped bits printed nothing".into());
    };
    report.paragraph(&format!(
        "## {flips:.0} flipped bits\n\nOne bit a time of a take of {bytes:.0} bytes in {chunks:.0} chunks, anywhere in it: definitions, chunks, index. After each the take is \
         read to its end and recovered, and another program's reader looks which messages are there. A release build, {seconds:.0} s with its building."
    ));
    report.paragraph(&format!(
        "| | |\n|---|---:|\n| panics | 0 |\n| chunks lost that were not hit | 0 |\n| flips that hit a chunk | {in_chunks:.0} |\n| of these such that nothing was lost all \
         the same | {harmless:.0} |\n| flips after which the file held no take any more | {all_lost:.0} |"
    ));
    Ok(())
}

fn main() -> Result<(), Why> {
    let about = "What is lost of a take when the recorder is killed, and when bits of it flip: the long tests of fault rows 35 and 37. Again: `cargo xtask bench takes`.";
    let mut report = Report::new("Takes", about);
    kills(&mut report)?;
    flips(&mut report)?;
    report.finish("takes.md")?;
    Ok(())
}
