//! `cyc stage check`: whether a stage file can be used, what it says, and a plan of it.

mod drawing;
mod export;
pub mod findings;
mod import;
mod perspective;
mod plan;
mod raster;

use crate::Session;
use crate::command_line::subcommand;
use crate::demo::files::read_text;
use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use crate::table::aligned;
use crate::text::Text;
use clap::{Arg, ArgMatches, Command};
use cyc_stage::{Stage, Surface, Wall};
use findings::Finding;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The command's name.
pub const NAME: &str = "stage";

/// The part that checks.
const CHECK: &str = "check";

/// The example of the help page.
const EXAMPLE: &str = "cyc stage check rigs/stages/demo.toml --picture plan.png";

/// A stage file that cannot be used.
struct NotUsable {
    path: PathBuf,
    count: usize,
}

impl Explain for NotUsable {
    fn key(&self) -> &'static str {
        "stage-check-not-usable"
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        let path = ("path", self.path.display().to_string());
        vec![path, ("count", self.count.to_string())]
    }
}

/// The command line of the part that checks; `cyc config` has it too.
pub fn describe_check(text: &Text) -> Command {
    let about = text.get("stage-check-about", &[]);
    let usage = text.get("stage-check-usage", &[]);
    subcommand(text, CHECK, about, usage, EXAMPLE).args([
        Arg::new("file")
            .value_name("FILE")
            .required(true)
            .help_heading(text.get("cli-heading-arguments", &[]))
            .help(text.get("stage-check-file-help", &[])),
        Arg::new("picture")
            .long("picture")
            .value_name("PNG")
            .help(text.get("stage-check-picture-help", &[])),
    ])
}

/// The command line of `cyc stage`.
pub fn describe(text: &Text) -> Command {
    let about = text.get("stage-check-about", &[]);
    let usage = text.get("stage-check-usage", &[]);
    subcommand(text, NAME, about, usage, EXAMPLE)
        .subcommand_help_heading(text.get("cli-heading-commands", &[]))
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(describe_check(text))
        .subcommand(import::describe(text))
        .subcommand(export::describe(text))
}

/// Checks, says what is there, draws. Exit code 64 when the file cannot be used.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let matches = match matches.subcommand() {
        Some((CHECK, matches)) => matches,
        Some((import::IMPORT, matches)) => return import::run(matches, session),
        Some((export::EXPORT, matches)) => return export::run(matches, session),
        _ => return Err(Failure::internal(NAME)),
    };
    let path = |name: &str| matches.get_one::<String>(name).map(PathBuf::from);
    let file = path("file").unwrap_or_default();
    let written = read_text(&file)?;
    let (stage, findings) = findings::check(&file, &written);
    let drawn = match (&stage, path("picture")) {
        (Some(stage), Some(picture)) => {
            drawing::draw(stage).write_png(&picture)?;
            Some(picture)
        }
        _ => None,
    };
    if session.output.wants_json() {
        let object = as_json(stage.as_ref(), &findings, drawn.as_deref(), &session.text);
        session.output.object(&object)?;
    } else {
        let mut page = stage
            .as_ref()
            .map_or_else(String::new, |s| as_text(s, &session.text));
        for finding in &findings {
            page += &finding.say(&file, &session.text);
            page.push('\n');
        }
        if let Some(picture) = drawn {
            let args = [("path", picture.display().to_string())];
            page += &format!("{}\n", session.text.get("stage-check-drawn", &args));
        }
        if findings.is_empty() {
            page += &session.text.get("stage-check-good", &[]);
        }
        session.output.result(&page)?;
    }
    if findings.is_empty() {
        return Ok(());
    }
    let count = findings.len();
    Err(Failure::new(Exit::Config, &NotUsable { path: file, count }))
}

fn kind(wall: &Wall) -> &'static str {
    match wall.surface() {
        Surface::Plane { .. } => "plane",
        Surface::Cylinder { .. } => "cylinder",
        Surface::Folded(_) => "folded",
        Surface::Mesh(_) => "mesh",
    }
}

fn as_text(stage: &Stage, text: &Text) -> String {
    let [width, height] = stage.canvas_px().map(|px| px.to_string());
    let args = [
        ("name", stage.name().to_owned()),
        ("width", width),
        ("height", height),
        ("rate", format!("{:.3}", stage.timing().frame_rate.hz())),
    ];
    let mut rows: Vec<_> = stage.walls().iter().map(|w| wall_row(w, text)).collect();
    for camera in stage.cameras() {
        let lens = camera.lens.spec();
        rows.push(vec![
            text.get("stage-check-camera", &[]),
            camera.name.clone(),
            subject(stage, camera.tracked.source, &camera.tracked.subject),
            format!("{} × {} px", camera.picture_px[0], camera.picture_px[1]),
            format!("{:.1} mm", lens.focal_length_m * 1000.0),
        ]);
    }
    if let Some(follow) = stage.outer_follow() {
        let name = stage.cameras().get(follow.camera).map_or("", |c| &c.name);
        rows.push(vec![
            text.get("stage-check-outer", &[]),
            text.get("stage-check-outer-follows", &[("camera", name.to_owned())]),
            format!("{:.2} s", follow.time_s),
            format!("≤ {:.2} m/s", follow.speed_m_s),
            format!("≤ {:.2} m", follow.reach_m),
        ]);
    }
    for performer in stage.performers() {
        let tracked = &performer.tracked;
        rows.push(vec![
            text.get("stage-check-performer", &[]),
            performer.name.clone(),
            subject(stage, tracked.source, &tracked.subject),
            performer.markerset.clone(),
            performer.character.clone(),
        ]);
    }
    for prop in stage.props() {
        let label = text.get("stage-check-prop", &[]);
        let tracked = subject(stage, prop.tracked.source, &prop.tracked.subject);
        rows.push(vec![label, prop.name.clone(), tracked]);
    }
    for source in stage.sources() {
        let label = text.get("stage-check-source", &[]);
        rows.push(vec![label, source.name.clone(), source.url.clone()]);
    }
    for output in stage.outputs() {
        let label = text.get("stage-check-output", &[]);
        rows.push(vec![label, output.name.clone(), output.url.clone()]);
    }
    format!(
        "{}\n{}\n",
        text.get("stage-check-heading", &args),
        aligned(&rows)
    )
}

fn wall_row(wall: &Wall, text: &Text) -> Vec<String> {
    let ([width, height], pitch) = (wall.size_px(), wall.pitch_m());
    let kind = match wall.surface() {
        Surface::Plane { .. } => text.get("stage-check-plane", &[]),
        Surface::Cylinder { .. } => text.get("stage-check-cylinder", &[]),
        Surface::Folded(_) => text.get("stage-check-folded", &[]),
        Surface::Mesh(_) => text.get("stage-check-mesh", &[]),
    };
    let surface = wall.surface();
    vec![
        text.get("stage-check-wall", &[]),
        wall.name().to_owned(),
        kind,
        format!("{:.2} × {:.2} m", surface.length_m(), surface.height_m()),
        format!("{width} × {height} px"),
        format!("{:.2} mm", pitch[0] * 1000.0),
    ]
}

fn subject(stage: &Stage, source: usize, subject: &str) -> String {
    let source = stage.sources().get(source).map_or("", |s| s.name.as_str());
    format!("{source}/{subject}")
}

fn as_json(
    stage: Option<&Stage>,
    findings: &[Finding],
    picture: Option<&Path>,
    text: &Text,
) -> Value {
    let wall = |w: &Wall| {
        let (canvas, surface) = (w.canvas(), w.surface());
        json!({
            "name": w.name(), "kind": kind(w), "px": w.size_px(),
            "canvas_px": [canvas.x, canvas.y], "size_m": [surface.length_m(), surface.height_m()],
            "pitch_mm": w.pitch_m().map(|p| p * 1000.0), "brightness_nit": w.brightness_nit(),
            "color_profile": w.color_profile(), "display_latency_ms": w.display_latency().0 as f64 * 1e-6,
            "display": w.display().and_then(|d| stage.map(|s| s.displays()[d].name.clone())),
        })
    };
    let camera = |c: &cyc_stage::Camera| {
        json!({
            "name": c.name, "subject": c.tracked.subject, "picture_px": c.picture_px,
            "focal_length_mm": c.lens.spec().focal_length_m * 1000.0, "inner": c.inner.on,
        })
    };
    let outer = |s: &Stage| {
        let follow = s.outer_follow().map(|f| {
            json!({
                "camera": s.cameras().get(f.camera).map(|c| &c.name), "time_s": f.time_s,
                "speed_m_s": f.speed_m_s, "reach_m": f.reach_m,
            })
        });
        json!({ "eye_m": s.outer_eye().metres().to_array(), "follow": follow })
    };
    let source = |s: &cyc_stage::CaptureSource| json!({ "name": s.name, "url": s.url });
    let output = |o: &cyc_stage::StageOutput| json!({ "name": o.name, "url": o.url });
    let performer = |p: &cyc_stage::PerformerSlot| json!({ "name": p.name, "subject": p.tracked.subject, "character": p.character });
    let error =
        |f: &Finding| json!({ "line": f.line, "column": f.column, "message": f.message(text) });
    json!({
        "name": stage.map(Stage::name),
        "canvas_px": stage.map(Stage::canvas_px),
        "walls": stage.map_or_else(Vec::new, |s| s.walls().iter().map(wall).collect()),
        "cameras": stage.map_or_else(Vec::new, |s| s.cameras().iter().map(camera).collect()),
        "outer": stage.map(outer),
        "sources": stage.map_or_else(Vec::new, |s| s.sources().iter().map(source).collect()),
        "outputs": stage.map_or_else(Vec::new, |s| s.outputs().iter().map(output).collect()),
        "performers": stage.map_or_else(Vec::new, |s| s.performers().iter().map(performer).collect()),
        "errors": findings.iter().map(error).collect::<Vec<_>>(),
        "picture": picture.map(|p| p.display().to_string()),
    })
}
