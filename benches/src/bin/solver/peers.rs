//! The same rig and the same frames in other people's solvers, in this run.
//!
//! The rig goes to them as plain joints and markers in a file; each builds its own model from it and gives back what it
//! reached, judged there by its own kinematics, and how long a frame and an iteration took it.

use crate::fit::Fitted;
use crate::takes::Frames;
use cyc_benches::report::Report;
use cyc_model::{Dof, Rig};
use serde_json::{Value, json};
use std::fmt::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Names the interpreter that has them; `cargo xtask bench` sets it.
const PYTHON: &str = "CYC_SOLVER_PEER_PYTHON";
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/peers/time_fits.py");

/// Adds the table of peers beside our own figures, or says why there is none.
pub fn measure((rig, frames): &(Rig, Frames), ours: &[Fitted; 2], report: &mut Report) {
    let mut table = String::from(
        "## The same rig and frames in other people's solvers, least squares\n\n\
         Times of a Python library are those of its native call alone, as it is asked frame by frame, warm. \"An iteration\" is for \
         peers the slope between few and many iterations, so that what a call costs besides is not in it; for us all of a frame's time over its steps. Medians. Ratios are to our first row, where most steps need no new matrix.\n\n\
         | | marker RMS mm | p50 a frame | p99 a frame | an iteration | a frame, ratio | an iteration, ratio |\n|---|---:|---:|---:|---:|---:|---:|\n",
    );
    let [used, every_step] = ours;
    table.push_str(&own("**ours**", used));
    table.push_str(&own("**ours**, a matrix at every step", every_step));
    for peer in ["momentum", "mujoco", "mink", "opensim"] {
        match ask(peer, rig, frames) {
            Ok(rows) => rows.iter().for_each(|row| line(&mut table, row, used)),
            Err(why) => {
                eprintln!("SKIPPED: {peer}: {why}");
                // Writing to a string cannot fail.
                let _ = writeln!(table, "| {peer}: not run here | | | | | | |");
            }
        }
    }
    report.paragraph(&table);
}

fn own(name: &str, fitted: &Fitted) -> String {
    format!(
        "| {name}, {:.2} steps a frame | {:.3} | {:.1} | {:.1} | {:.1} | | |\n",
        fitted.steps, fitted.rms_mm, fitted.p50_us, fitted.p99_us, fitted.step_us
    )
}

fn line(table: &mut String, row: &Value, ours: &Fitted) {
    let number = |key: &str| row.get(key).and_then(Value::as_f64);
    let show = |value: Option<f64>, digits: usize| {
        value.map_or_else(String::new, |v| format!("{v:.digits$}"))
    };
    let ratio = |value: Option<f64>, own: f64| {
        value.map_or_else(String::new, |v| format!("{:.1} ×", v / own))
    };
    let name = row.get("name").and_then(Value::as_str).unwrap_or("?");
    let (frame, step) = (number("p50_us"), number("iteration_us"));
    let _ = writeln!(
        table,
        "| {name} | {} | {} | {} | {} | {} | {} |",
        show(number("rms_mm"), 3),
        show(frame, 1),
        show(number("p99_us"), 1),
        show(step, 1),
        ratio(frame, ours.p50_us),
        ratio(step, ours.step_us),
    );
}

fn ask(peer: &str, rig: &Rig, frames: &Frames) -> Result<Vec<Value>, String> {
    let python = std::env::var_os(PYTHON).ok_or_else(|| format!("{PYTHON} is not set"))?;
    let folder = std::env::temp_dir().join(format!("cyc-solver-peers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(|e| e.to_string())?;
    let answer = write_model(&folder.join("model.json"), rig, frames).and_then(|model| {
        let output = Command::new(python)
            .arg(SCRIPT)
            .arg(peer)
            .arg(model)
            .current_dir(&folder)
            .stdin(Stdio::null())
            .stderr(Stdio::inherit())
            .output()
            .map_err(|e| e.to_string())?;
        let text = String::from_utf8_lossy(&output.stdout);
        let rows: Vec<Value> = text
            .lines()
            .filter_map(|l| serde_json::from_str(l).ok())
            .filter(Value::is_object)
            .collect();
        if !output.status.success() || rows.is_empty() {
            return Err(format!("it ended with {}", output.status));
        }
        Ok(rows)
    });
    // What stays behind is in the system's own folder for such things.
    let _ = std::fs::remove_dir_all(&folder);
    answer
}

fn write_model(path: &std::path::Path, rig: &Rig, frames: &Frames) -> Result<PathBuf, String> {
    let joints: Vec<Value> = rig
        .skeleton()
        .joints()
        .iter()
        .zip(rig.dofs())
        .map(|(joint, dofs)| {
            let rest = joint.parent_from_joint;
            let (kind, axes) = match dofs.dof {
                Dof::Free => ("free", vec![]),
                Dof::Ball => ("ball", vec![]),
                Dof::Universal { axes } => ("universal", axes.map(|a| a.to_array()).to_vec()),
                Dof::Hinge { axis } => ("hinge", vec![axis.to_array()]),
                Dof::Fixed => ("fixed", vec![]),
            };
            json!({
                "name": joint.name,
                "parent": joint.parent.map_or(-1, |p| p.idx() as i64),
                "offset_m": rest.translation().metres().to_array(),
                "rotation_xyzw": rest.rotation().to_array(),
                "kind": kind,
                "axes": axes,
            })
        })
        .collect();
    let markers: Vec<Value> = rig
        .markers()
        .iter()
        .map(|m| {
            let offset = m.in_joint.metres().to_array();
            json!({"name": m.name, "joint": m.joint.idx(), "offset_m": offset, "weight": m.weight})
        })
        .collect();
    let frames: Vec<Vec<Option<[f64; 3]>>> = frames
        .iter()
        .map(|frame| {
            frame
                .iter()
                .map(|p| p.map(|p| p.metres().to_array()))
                .collect()
        })
        .collect();
    let model = json!({"joints": joints, "markers": markers, "frames": frames});
    std::fs::write(path, model.to_string()).map_err(|e| e.to_string())?;
    Ok(path.to_path_buf())
}
