//! Each kind of fault, seeded in the running stage, and how soon its sentence has reached the panel.

use crate::Outcome;
use crate::cost::blocked;
use cyc_benches::running_stage::RunningStage;
use cyc_benches::virtual_systems::{Told, VirtualSystems};
use cyc_console::{PolledStage, StageLink};
use cyc_control::{Command, FindingDocument, Said};
use std::fmt::Write;
use std::path::Path;
use std::time::{Duration, Instant};

/// A fault, and when what was said.
pub struct Fault {
    /// What was done.
    pub name: &'static str,
    /// How soon it was said.
    pub after: Option<Duration>,
    /// The sentence.
    pub said: Said,
    /// Why it was not done.
    pub note: String,
}

/// How soon it should be named.
const AIM: Duration = Duration::from_secs(1);
/// What is not named by then is not named.
const PATIENCE: Duration = Duration::from_secs(15);
/// How long the stage may take to be well again.
const HEALED_IN: Duration = Duration::from_secs(60);
/// The disk that a take is begun on: hours' worth, of which nothing is taken before it is written.
const DISK: &str = "size=64g";
/// What becomes of it: a minute's worth at some MB a second.
const SMALL_DISK: &str = "remount,size=192m";

/// What the panel knows of the stage, by the threads that ask for it.
pub struct Watching(PolledStage);

impl Watching {
    /// Begins to ask.
    pub fn of(stage: &RunningStage) -> Outcome<Self> {
        let link = PolledStage::start(stage.access()?, Box::new(|| None))?;
        Ok(Self(link))
    }

    /// What is said to be wrong.
    pub fn findings(&mut self) -> Vec<FindingDocument> {
        let seen = self.0.seen();
        seen.document
            .map(|d| d.findings.clone())
            .unwrap_or_default()
    }

    /// Waits for a sentence of one of these keys that was not there before.
    pub fn wait_for(
        &mut self,
        (keys, about): (&[&str], &str),
        before: &[FindingDocument],
        since: Instant,
    ) -> (Option<Duration>, Said) {
        while since.elapsed() < PATIENCE {
            let is_new = |f: &&FindingDocument| {
                keys.contains(&f.key.as_str())
                    && (about.is_empty() || f.about == about)
                    && !before.iter().any(|b| b.key == f.key && b.about == f.about)
            };
            if let Some(found) = self.findings().iter().find(is_new) {
                return (Some(since.elapsed()), found.what.clone());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
        (None, Said::default())
    }

    /// Waits until nothing of these keys is said any more.
    fn heal(&mut self, keys: &[&str]) -> Outcome<()> {
        let until = Instant::now() + HEALED_IN;
        while self
            .findings()
            .iter()
            .any(|f| keys.contains(&f.key.as_str()))
        {
            if Instant::now() > until {
                return Err(format!("still said: {:?}", self.findings()).into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }
}

/// Seeds each fault and waits for its sentence.
pub fn measure(
    stage: &RunningStage,
    folder: &Path,
    systems: &mut VirtualSystems,
) -> Outcome<Vec<Fault>> {
    let mut watching = Watching::of(stage)?;
    let mut faults = Vec::new();
    let mut seed = |name: &'static str,
                    (keys, about): (&[&str], &str),
                    watching: &mut Watching,
                    sow: &mut dyn FnMut(bool) -> Outcome<()>|
     -> Outcome<()> {
        eprintln!("{name}");
        watching.heal(keys)?;
        let before = watching.findings();
        let since = Instant::now();
        let sown = sow(true);
        let ((after, said), note) = match &sown {
            Ok(()) => (
                watching.wait_for((keys, about), &before, since),
                String::new(),
            ),
            Err(why) => {
                // What it says may name places of this machine, which are nobody's business on the page.
                eprintln!("{name}: {why}");
                let note = "could not be seeded here: see what the bench said".to_owned();
                ((None, Said::default()), note)
            }
        };
        if sown.is_ok() {
            sow(false)?;
        }
        faults.push(Fault {
            name,
            after,
            said,
            note,
        });
        Ok(())
    };
    seed(
        "20 % loss",
        (&["run-losing"], "tracker"),
        &mut watching,
        &mut |on| Ok(systems.tell(if on { Told::Losing } else { Told::Sound })?),
    )?;
    seed(
        "markers swapped",
        (&["run-swapped", "run-mislabelled"], ""),
        &mut watching,
        &mut |on| Ok(systems.tell(if on { Told::Labels } else { Told::Sound })?),
    )?;
    seed(
        "source silent",
        (&["run-silent"], ""),
        &mut watching,
        &mut |on| systems.stand_still(on),
    )?;
    seed(
        "clock of a source jumped",
        (&["run-restarted"], "tracker"),
        &mut watching,
        &mut |on| Ok(systems.tell(if on { Told::Clock } else { Told::Sound })?),
    )?;
    let disk = folder.join("takes");
    let begun = begin_on_disk(stage, &disk);
    seed(
        "disk nearly full",
        (&["run-disk-nearly-full"], ""),
        &mut watching,
        &mut |on| match (&begun, on) {
            (Err(why), _) => Err(why.to_string().into()),
            (Ok(()), true) => run("mount", &["-o", SMALL_DISK, &disk.to_string_lossy()]),
            (Ok(()), false) => end_on_disk(stage, &disk),
        },
    )?;
    seed(
        "axes wrong",
        (&["listen-lying", "listen-below", "listen-size"], ""),
        &mut watching,
        &mut |on| Ok(systems.tell(if on { Told::Axes } else { Told::Sound })?),
    )?;
    faults.push(wall_stalled(stage, &mut watching)?);
    Ok(faults)
}

fn run(program: &str, arguments: &[&str]) -> Outcome<()> {
    let done = std::process::Command::new(program)
        .args(arguments)
        .output()?;
    match done.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&done.stderr).trim().into()),
    }
}

fn give(stage: &RunningStage, command: Command) -> Outcome<()> {
    let reply = stage.client().give(&command, "bench")?;
    match reply.done {
        true => Ok(()),
        false => Err(reply
            .what
            .map_or("refused".to_owned(), |what| what.en)
            .into()),
    }
}

/// A take begins on a disk of its own, which has room for hours.
fn begin_on_disk(stage: &RunningStage, folder: &Path) -> Outcome<()> {
    let place = folder.to_string_lossy();
    run("mount", &["-t", "tmpfs", "-o", DISK, "tmpfs", &place])?;
    let armed = give(
        stage,
        Command::TakeArm {
            slate: "Small disk".into(),
            take: None,
            notes: String::new(),
        },
    );
    let rolled = armed.and_then(|()| give(stage, Command::TakeRoll {}));
    if rolled.is_err() {
        // Nothing of it stays on the machine.
        run("umount", &[&place])?;
    }
    rolled
}

/// The take ends, and the disk goes.
fn end_on_disk(stage: &RunningStage, folder: &Path) -> Outcome<()> {
    give(stage, Command::TakeCut {})?;
    // The take is sealed where nobody waits for it.
    let until = Instant::now() + HEALED_IN;
    while let Err(why) = run("umount", &[&folder.to_string_lossy()]) {
        if Instant::now() > until {
            return Err(why);
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Ok(())
}

/// The thread that draws stands still: it is seen while it does.
fn wall_stalled(stage: &RunningStage, watching: &mut Watching) -> Outcome<Fault> {
    eprintln!("wall stalled");
    let before = watching.findings();
    let since = Instant::now();
    let (after, said) = blocked(stage.thread("render-0")?, || {
        Ok(watching.wait_for((&["run-picture-stalled"], ""), &before, since))
    })?;
    Ok(Fault {
        name: "wall stalled",
        after,
        said,
        note: String::new(),
    })
}

/// Each fault with its time and its sentence.
pub fn table(faults: &[Fault]) -> String {
    let mut table = String::from("| fault | named after | aim | sentence |\n|---|---:|---|---|\n");
    for fault in faults {
        let (after, verdict) = match fault.after {
            Some(after) => {
                let verdict = if after <= AIM {
                    "reached"
                } else {
                    "**missed**"
                };
                (format!("{:.2} s", after.as_secs_f64()), verdict)
            }
            None if fault.note.is_empty() => ("not".to_owned(), "**missed**"),
            None => ("–".to_owned(), "–"),
        };
        let sentence = match fault.note.as_str() {
            "" => format!("{} {}", fault.said.en, fault.said.zh_cn),
            note => note.to_owned(),
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "| {} | {after} | {verdict} | {sentence} |",
            fault.name
        );
    }
    let _ = writeln!(
        table,
        "\nThe time is from the seed to the sentence in what the panel's own threads have read; it draws thirty times a second. Aim: 1 s."
    );
    table
}
