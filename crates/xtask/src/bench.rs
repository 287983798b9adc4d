//! The measurements that are too heavy or too noisy for the tests: each one a program that prints its own table.

use crate::setup;
use crate::stop::Stop;
use crate::workspace::Workspace;
use anyhow::Context;

/// What is run, and what it measures.
const BENCHES: &[(&str, &[&str])] = &[
    (
        "queues beside crossbeam, rtrb, triple_buffer and std (writes benches/results/queue.md)",
        &["--package", "cyc-benches", "--bin", "queue"],
    ),
    (
        "C3D and BVH files beside ezc3d and pybvh (writes benches/results/files.md)",
        &["--package", "cyc-benches", "--bin", "files"],
    ),
    (
        "compact takes: bytes, and time of a pose in order, at random and cold (writes benches/results/compact.md)",
        &["--package", "cyc-benches", "--bin", "compact"],
    ),
    (
        "fit beside momentum, OpenSim and mink, calibration on real takes, six performers at 240 Hz (needs ../shared/data, writes benches/results/solver.md)",
        &["--package", "cyc-benches", "--bin", "solver"],
    ),
    (
        "labels found again: shares, swaps and time a frame, live and by shape alone (needs ../shared/data, writes benches/results/labels.md)",
        &["--package", "cyc-benches", "--bin", "labelling"],
    ),
    (
        "retargeting beside three.js, feet on every take and character (writes benches/results/retarget.md)",
        &["--package", "cyc-benches", "--bin", "retarget"],
    ),
    (
        "prediction of performers and cameras by method and lead (needs ../shared/data, writes benches/results/prediction.md)",
        &["--package", "cyc-benches", "--bin", "prediction"],
    ),
    (
        "the LED wall through the lens: every shape, lens and bug, seams, off-axis frusta, a frame's cost (writes benches/results/walls.md)",
        &["--package", "cyc-benches", "--bin", "walls"],
    ),
    (
        "a camera lined up by photographs of the walls, and the proof with what was found (writes benches/results/align.md)",
        &["--package", "cyc-benches", "--bin", "align"],
    ),
    (
        "ten skinned characters beside three.js in Chromium (writes benches/results/three_js.md)",
        &["--package", "cyc-benches", "--bin", "three_js"],
    ),
    (
        "lens shift and a whole scene beside Blender's Cycles (writes benches/results/cycles.md)",
        &["--package", "cyc-benches", "--bin", CYCLES],
    ),
    (
        "Plug-in Gait beside Vicon's own output (needs ../shared/data)",
        &["--package", "cyc-solver", "--example", "gait_figures"],
    ),
    (
        "decoding, a client's processor time beside motioncapture's, kernel to published frame, a flood (writes benches/results/capture.md)",
        &["--package", "cyc-benches", "--bin", "capture"],
    ),
    (
        "six performers and two recordings for half an hour, or for so many minutes as follow its name: memory, descriptors, latency (writes benches/results/soak.md)",
        &["--package", "cyc-benches", "--bin", "soak"],
    ),
    (
        "two hundred kills of a recorder, a million flipped bits of a take (writes benches/results/takes.md)",
        &["--package", "cyc-benches", "--bin", "takes"],
    ),
    (
        "the delays of a real cyc run, half a minute of each part or so many minutes as follow its name, the second number those of the camera alone (writes benches/results/latency.md)",
        &["--package", "cyc-benches", "--bin", LATENCY],
    ),
    (
        "what a panel costs, hung or not, its own pictures, and how soon it names a fault (needs Xvfb, writes benches/results/panel.md)",
        &["--package", "cyc-benches", "--bin", PANEL],
    ),
    (
        "what cyc retarget writes, opened by Blender: the tests of that name, which this installs Blender for",
        &["--package", "cyc", "--test", BLENDER],
    ),
];

/// The bench that is a test, and the environment that it needs.
const BLENDER: &str = "blender";

/// The benches that run the program itself, as it lies beside them.
const LATENCY: &str = "latency";
/// See [`LATENCY`].
const PANEL: &str = "panel";

/// The other bench that needs Blender.
const CYCLES: &str = "cycles";

/// A bench that is wanted, and what follows its name.
struct Wish<'w> {
    name: &'w str,
    numbers: Vec<&'w str>,
}

/// Runs every bench, or those that are named, in release, one after the other, on whatever this machine is doing besides; one
/// that fails does not stop the next.
/// Numbers after a name are that bench's own arguments.
pub fn run(workspace: &Workspace, words: &[&str]) -> anyhow::Result<()> {
    let known: Vec<&str> = BENCHES.iter().filter_map(|b| b.1.last().copied()).collect();
    let wishes = wishes(words, &known)?;
    let peers = peers(workspace, &wishes)?;
    let runs = |wish: &Wish| [LATENCY, PANEL].contains(&wish.name);
    if wishes.is_empty() || wishes.iter().any(runs) {
        build_program(workspace)?;
    }
    let mut failed = Vec::new();
    for (what, arguments) in BENCHES {
        let name = arguments.last().copied().unwrap_or_default();
        let wish = wishes.iter().find(|wish| wish.name == name);
        if !wishes.is_empty() && wish.is_none() {
            continue;
        }
        eprintln!("==> {what}");
        let is_test = arguments.contains(&"--test");
        let verb: &[&str] = if is_test {
            &["test", "--locked", "--quiet"]
        } else {
            &["run", "--release", "--locked", "--quiet"]
        };
        let shown: &[&str] = if is_test { &["--nocapture"] } else { &[] };
        let status = workspace
            .cargo()
            .args(verb)
            .args(*arguments)
            .arg("--")
            .args(shown)
            .args(wish.map_or(&[][..], |wish| &wish.numbers))
            .envs(peers.iter().map(|(variable, path)| (variable, path)))
            .status()
            .context("starting cargo")?;
        if !status.success() {
            // Those after it are measured all the same.
            failed.push(name);
        }
    }
    match failed.is_empty() {
        true => Ok(()),
        false => Err(Stop::failed(format!("failed: {}", failed.join(", "))).into()),
    }
}

/// The program, for those benches that run it.
fn build_program(workspace: &Workspace) -> anyhow::Result<()> {
    let built = workspace
        .cargo()
        .args([
            "build",
            "--release",
            "--locked",
            "--quiet",
            "--package",
            "cyc",
        ])
        .status()
        .context("starting cargo")?;
    match built.success() {
        true => Ok(()),
        false => Err(Stop::failed("cyc cannot be built".to_owned()).into()),
    }
}

fn wishes<'w>(words: &[&'w str], known: &[&str]) -> anyhow::Result<Vec<Wish<'w>>> {
    let mut wishes: Vec<Wish> = Vec::new();
    for word in words {
        match wishes.last_mut() {
            Some(last) if word.parse::<f64>().is_ok() => last.numbers.push(word),
            _ if known.contains(word) => wishes.push(Wish {
                name: word,
                numbers: Vec::new(),
            }),
            _ => {
                let text = format!("no bench `{word}`; there are {}", known.join(", "));
                return Err(Stop::usage(text).into());
            }
        }
    }
    Ok(wishes)
}

/// Other people's programs, made ready for those benches that ask for them: a variable, and what is in it.
fn peers(
    workspace: &Workspace,
    wishes: &[Wish],
) -> anyhow::Result<Vec<(&'static str, std::path::PathBuf)>> {
    let wanted =
        |names: &[&str]| wishes.is_empty() || wishes.iter().any(|wish| names.contains(&wish.name));
    let skipped = |who: &str, why: &anyhow::Error| eprintln!("SKIPPED: {who}: {why:#}");
    let mut peers = Vec::new();
    if wanted(&["files", "capture"]) {
        let ready = setup::ready_venv(workspace, setup::PEERS)?;
        peers.push(("CYC_PEER_PYTHON", ready));
    }
    // These need one version of Python; without it our own figures are still worth having.
    let venvs: [(&[&str], _, _); 2] = [
        (&["solver"], "CYC_SOLVER_PEER_PYTHON", setup::SOLVERS),
        (&[BLENDER, CYCLES], "CYC_BLENDER_PYTHON", setup::BLENDER),
    ];
    for (names, variable, venv) in venvs {
        if wanted(names) {
            match setup::ready_venv(workspace, venv) {
                Ok(ready) => peers.push((variable, ready)),
                Err(why) => skipped(&names.join(", "), &why),
            }
        }
    }
    if wanted(&["retarget", "three_js"]) {
        match setup::ready_node(workspace) {
            Ok(ready) => peers.push(("CYC_PEER_NODE_MODULES", ready)),
            Err(why) => skipped("peers that run in node", &why),
        }
    }
    if wanted(&["three_js"])
        && let Err(why) = setup::ready_browser()
    {
        skipped("three.js", &why);
    }
    Ok(peers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_belong_to_the_name_before_them() {
        let known = ["queue", "soak"];
        let wished = wishes(&["soak", "5", "queue"], &known).expect("known names");
        let wished: Vec<_> = wished.iter().map(|w| (w.name, w.numbers.len())).collect();
        assert_eq!(wished, [("soak", 1), ("queue", 0)]);
        assert!(wishes(&["5"], &known).is_err());
        assert!(wishes(&["soak", "long"], &known).is_err());
    }
}
