//! The stage in peace, beside a panel, beside one that hangs, and with its control thread blocked.

use crate::Outcome;
use crate::screen::Screen;
use cyc_benches::running_stage::{RunningStage, lately};
use cyc_benches::virtual_systems::pid_of;
use cyc_control::StageDocument;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

/// What was counted in one part.
pub struct Cost {
    name: &'static str,
    drawn: u64,
    missed: u64,
    displaced: u64,
    p50_us: f64,
    p99_us: f64,
    max_us: f64,
}

/// Runs the parts one after the other; what each cost, and what the panel's pictures took.
pub fn measure(
    stage: &RunningStage,
    folder: &Path,
    part: Duration,
) -> Outcome<(Vec<Cost>, String)> {
    let rest = || -> Outcome<()> {
        std::thread::sleep(part);
        Ok(())
    };
    let mut costs = vec![watch("in peace", stage, rest)?];
    let screen = Screen::open()?;
    let seconds = part.as_secs_f64();
    let panel = || -> Outcome<Child> {
        let mut command = RunningStage::command(folder)?;
        command.env("DISPLAY", &screen.display);
        // Some seconds more than it is looked at, for its start.
        command.args([
            "panel",
            "--json",
            "--seconds",
            &format!("{:.1}", seconds + 4.0),
        ]);
        Ok(command.stdout(Stdio::piped()).spawn()?)
    };
    let drawing = panel()?;
    std::thread::sleep(Duration::from_secs(4));
    costs.push(watch("beside a panel", stage, rest)?);
    let said = drawing.wait_with_output()?;
    let mut hanging = panel()?;
    std::thread::sleep(Duration::from_secs(4));
    let pid = pid_of(&hanging)?;
    kill(pid, Signal::SIGSTOP)?;
    costs.push(watch("beside a panel that hangs", stage, rest)?);
    hanging.kill()?;
    hanging.wait()?;
    let control = stage.thread("control")?;
    costs.push(watch("with the control thread blocked", stage, || {
        blocked(control, rest)
    })?);
    costs.push(watch("in peace again", stage, rest)?);
    Ok((costs, frames(&said.stdout)?))
}

/// Stops one thread of another process, as a debugger does, for as long as something takes.
pub fn blocked<T>(thread: Pid, meanwhile: impl FnOnce() -> Outcome<T>) -> Outcome<T> {
    ptrace::seize(thread, Options::empty())?;
    ptrace::interrupt(thread)?;
    waitpid(thread, Some(WaitPidFlag::__WALL))?;
    let outcome = meanwhile();
    ptrace::detach(thread, None)?;
    outcome
}

/// Looks at the stage before and after a part. Its delays are of its last ten seconds, all of which lie in the part.
fn watch(
    name: &'static str,
    stage: &RunningStage,
    part: impl FnOnce() -> Outcome<()>,
) -> Outcome<Cost> {
    eprintln!("{name}");
    let before = stage.state()?;
    part()?;
    let after = stage.state()?;
    let displaced = |state: &StageDocument| -> u64 {
        let live = state.queues.iter().filter(|q| q.queue == "live");
        live.map(|q| q.dropped).sum()
    };
    let leg = lately(&after, "packet_to_pose").ok_or("no pose was published")?;
    Ok(Cost {
        name,
        drawn: after.render.drawn - before.render.drawn,
        missed: after.render.missed - before.render.missed,
        displaced: displaced(&after) - displaced(&before),
        p50_us: leg.p50_us,
        p99_us: leg.p99_us,
        max_us: leg.max_us,
    })
}

/// All parts side by side.
pub fn table(costs: &[Cost]) -> String {
    let mut table = String::from(
        "| | pictures | late pictures | frames displaced before the solver | packet to pose p50, µs | p99 | worst |\n\
         |---|---:|---:|---:|---:|---:|---:|\n",
    );
    for cost in costs {
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "| {} | {} | {} | {} | {:.0} | {:.0} | {:.0} |",
            cost.name,
            cost.drawn,
            cost.missed,
            cost.displaced,
            cost.p50_us,
            cost.p99_us,
            cost.max_us
        );
    }
    table
}

/// What the panel says of its own pictures when it closes.
fn frames(said: &[u8]) -> Outcome<String> {
    let said: Value =
        serde_json::from_slice(said).map_err(|e| format!("the panel said nothing: {e}"))?;
    let of = |what: &str, which: &str| said[what][which].as_f64().unwrap_or(f64::NAN);
    let mut table = String::from("| | p50, ms | p99 | worst |\n|---|---:|---:|---:|\n");
    for (name, what) in [
        ("work on a picture, without the wait for the screen", "work"),
        ("from one picture to the next (33 asked for)", "apart"),
    ] {
        let figures = ["p50_ms", "p99_ms", "max_ms"].map(|which| format!("{:.1}", of(what, which)));
        let _ = writeln!(table, "| {name} | {} |", figures.join(" | "));
    }
    let _ = writeln!(
        table,
        "\n{} pictures. Where a processor draws them, it does so in the wait for the screen.",
        said["frames"]
    );
    Ok(table)
}
