//! `cyc align`: where a source is on the stage, or where a camera's pupil is on its body and what lens it has.

use crate::Session;
use crate::align::{
    self, AddedView, AlignFault, Lined, LinedCamera, LinedSource, LinedZoom, StageEdit, StageText,
    TouchedPoint,
};
use crate::command_line::subcommand;
use crate::failure::Failure;
use crate::table::aligned;
use crate::text::Text;
use clap::{Arg, ArgAction, ArgGroup, ArgMatches, Command, value_parser};
use cyc_align::{LensFreedom, PoseNoise, PoseOff, Tremble};
use serde_json::json;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The command's name.
pub const NAME: &str = "align";

/// The example of the help page.
const EXAMPLE: &str = "cyc align stage.toml --source vicon --points corners.toml --live 2 --write";

/// Seconds to listen for.
const LIVE_S: (f64, f64) = (0.1, 600.0);

/// A tracker's noise: millimetres or degrees.
const NOISE: (f64, f64) = (1e-4, 100.0);

/// Points of a camera that are shown, the worst first.
const SHOWN: usize = 8;

/// A tip that lies further from where it was at another point is worth a word, millimetres.
const TIP_DIFFERS_MM: f64 = 2.0;

/// The command line of `cyc align`.
pub fn describe(text: &Text) -> Command {
    let help = |key: &str| text.get(key, &[]);
    let option = |name: &'static str, value: &'static str, help: String| {
        Arg::new(name).long(name).value_name(value).help(help)
    };
    let file = |arg: Arg| arg.value_parser(value_parser!(PathBuf));
    let (about, usage) = (help("align-about"), help("align-usage"));
    subcommand(text, NAME, about, usage, EXAMPLE)
        .args([
            Arg::new("stage")
                .value_name("STAGE")
                .required(true)
                .value_parser(value_parser!(PathBuf))
                .help_heading(help("cli-heading-arguments"))
                .help(help("align-stage-help")),
            option("source", "NAME", help("align-source-help")).requires("points"),
            file(option("points", "FILE", help("align-points-help"))),
            option("live", "SECONDS", help("align-live-help")).value_parser(value_parser!(f64)),
            option("wand", "SUBJECT", help("align-wand-help"))
                .requires("source")
                .requires("touch")
                .requires("live"),
            option("touch", "POINT", help("align-touch-help")).requires("wand"),
            option("camera", "NAME", help("align-camera-help")).requires("views"),
            file(option("views", "FILE", help("align-views-help"))),
            file(option("photo", "FILE", help("align-photo-help")))
                .num_args(1..)
                .action(ArgAction::Append)
                .requires("camera"),
            option("lens", "WHAT", help("align-lens-help"))
                .value_parser(["full", "focal", "fixed"])
                .default_value("full")
                .hide_default_value(true)
                .hide_possible_values(true),
            option("tracker-noise", "MM DEG", help("align-tracker-noise-help"))
                .value_names(["MM", "DEG"])
                .num_args(2)
                .value_parser(value_parser!(f64))
                .requires("camera"),
            Arg::new("write")
                .long("write")
                .action(ArgAction::SetTrue)
                .help(help("align-write-help")),
        ])
        .group(
            ArgGroup::new("what")
                .args(["source", "camera"])
                .required(true),
        )
}

/// Lines up, says how well, and writes the stage file when that is wanted.
pub fn run(matches: &ArgMatches, session: &Session) -> Result<(), Failure> {
    let path = |name: &str| matches.get_one::<PathBuf>(name).cloned();
    let stage = StageText::read(&path("stage").unwrap_or_default())?;
    let mut edit = StageEdit::new(&stage)?;
    let (mut object, page) = if let Some(name) = matches.get_one::<String>("source") {
        let points = path("points").unwrap_or_default();
        if let Some(wand) = matches.get_one::<String>("wand") {
            let point = matches.get_one::<String>("touch").cloned();
            let time = live(matches)?.unwrap_or_default();
            let point = point.unwrap_or_default();
            let touched = align::touch(&stage, (name, wand), (&points, &point), time)?;
            return tell_touch(&touched, (&point, &points), session);
        }
        let lined = align::source(&stage, name, &points, live(matches)?)?;
        edit.source(name, &lined);
        (source_json(&lined), source_page(&lined, &session.text))
    } else {
        let name = matches.get_one::<String>("camera").cloned();
        let name = name.unwrap_or_default();
        let freedom = freedom(matches);
        let views = path("views").unwrap_or_default();
        let photos = matches.get_many::<PathBuf>("photo");
        let photos: Vec<PathBuf> = photos.into_iter().flatten().cloned().collect();
        if let Some(time) = live(matches)? {
            return add_view((&stage, &name), (&views, &photos), time, session);
        }
        match align::camera(&stage, &name, &views, &photos, (freedom, tremble(matches)?))? {
            Lined::Camera(lined) => {
                edit.camera(&name, &lined.found, freedom);
                let page = camera_page(&lined, &session.text);
                (camera_json(&lined, &session.text), page)
            }
            Lined::Zoom(lined) => {
                edit.zoom(&name, &lined);
                let page = zoom_page(&lined, &session.text);
                (zoom_json(&lined, &session.text), page)
            }
        }
    };
    let is_written = matches.get_flag("write");
    if is_written {
        edit.write()?;
    } else {
        edit.text()?;
    }
    if session.output.wants_json() {
        object["changes"] = json!(edit.changed());
        object["written"] = json!(is_written);
        return session.output.object(&object);
    }
    let page = page + "\n" + &changes(&edit, (&stage.path, is_written), &session.text);
    session.output.result(&page)
}

fn live(matches: &ArgMatches) -> Result<Option<Duration>, Failure> {
    match matches.get_one::<f64>("live") {
        Some(s) if *s >= LIVE_S.0 && *s <= LIVE_S.1 => {
            Ok(Some(Duration::from_nanos((*s * 1e9) as u64)))
        }
        Some(s) => Err(Failure::bad_number("live", *s, LIVE_S)),
        None => Ok(None),
    }
}

fn freedom(matches: &ArgMatches) -> LensFreedom {
    match matches.get_one::<String>("lens").map(String::as_str) {
        Some("fixed") => LensFreedom::Fixed,
        Some("focal") => LensFreedom::Focal,
        _ => LensFreedom::Full,
    }
}

fn tremble(matches: &ArgMatches) -> Result<Tremble, Failure> {
    let given = matches.get_many::<f64>("tracker-noise");
    let given: Vec<f64> = given.into_iter().flatten().copied().collect();
    let [place_mm, turn_deg] = given[..] else {
        return Ok(Tremble::default());
    };
    let is_bad = |v: &&f64| !(**v >= NOISE.0 && **v <= NOISE.1);
    if let Some(bad) = given.iter().find(is_bad) {
        return Err(Failure::bad_number("tracker-noise", *bad, NOISE));
    }
    Ok(Tremble {
        body: PoseNoise::new(place_mm, turn_deg),
        ..Tremble::default()
    })
}

fn source_json(lined: &LinedSource) -> serde_json::Value {
    let found = &lined.found;
    json!({
        "points": found.residuals_mm.len(),
        "rms_mm": found.rms_mm,
        "max_mm": found.residuals_mm.get(found.worst),
        "worst": lined.names.get(found.worst),
    })
}

fn source_page(lined: &LinedSource, text: &Text) -> String {
    let found = &lined.found;
    let mut rows = vec![vec![
        text.get("align-point", &[]),
        text.get("align-off", &[]),
    ]];
    for (nth, (name, mm)) in lined.names.iter().zip(&found.residuals_mm).enumerate() {
        let mut row = vec![name.clone(), format!("{mm:.2} mm")];
        if nth == found.worst {
            row.push(text.get("align-worst", &[]));
        }
        rows.push(row);
    }
    let told = [
        ("points", lined.names.len().to_string()),
        ("rms", format!("{:.2}", found.rms_mm)),
    ];
    format!(
        "{}\n\n{}",
        text.get("align-source-found", &told),
        aligned(&rows)
    )
}

/// A point that a wand touched.
fn tell_touch(
    touched: &TouchedPoint,
    (point, path): (&str, &Path),
    session: &Session,
) -> Result<(), Failure> {
    let found = &touched.touch;
    if session.output.wants_json() {
        return session.output.object(&json!({
            "point": point,
            "source_m": found.point.metres().to_array(),
            "tip_m": found.tip_m.to_array(),
            "rms_mm": found.rms_mm,
            "error_mm": found.error_mm,
            "turned_deg": found.turned_deg,
            "poses": touched.poses,
            "tip_off_mm": touched.tip_off.as_ref().map(|(_, mm)| mm),
            "left": touched.left,
        }));
    }
    let text = &session.text;
    let told = [
        ("point", point.to_owned()),
        ("path", path.display().to_string()),
        ("poses", touched.poses.to_string()),
        ("deg", format!("{:.0}", found.turned_deg)),
        ("rms", format!("{:.2}", found.rms_mm)),
        ("error", format!("{:.2}", found.error_mm)),
        ("tip", format!("{:.1}", found.tip_m.length() * 1e3)),
    ];
    let mut page = text.get("align-touched", &told) + "\n";
    if let Some((other, mm)) = touched
        .tip_off
        .as_ref()
        .filter(|(_, mm)| *mm > TIP_DIFFERS_MM)
    {
        let told = [("other", other.clone()), ("mm", format!("{mm:.1}"))];
        page += &(text.get("align-tip-differs", &told) + "\n");
    }
    let next = match touched.left.as_slice() {
        [] => text.get("align-touched-all", &[]),
        left => text.get("align-touch-next", &[("points", left.join(", "))]),
    };
    session.output.result(&(page + &next + "\n"))
}

/// One view more in a file.
fn add_view(
    (stage, name): (&StageText, &str),
    (views, photos): (&Path, &[PathBuf]),
    time: Duration,
    session: &Session,
) -> Result<(), Failure> {
    let [photo] = photos else {
        let (photos, views) = (photos.len(), 1);
        return Err(AlignFault::PhotoCount { photos, views }.into());
    };
    let AddedView {
        view,
        corners,
        went_m,
    } = align::add_view(stage, name, views, photo, time)?;
    if session.output.wants_json() {
        return session
            .output
            .object(&json!({ "view": view, "points": corners, "body_moved_mm": went_m * 1e3 }));
    }
    let told = [
        ("view", view.to_string()),
        ("path", views.display().to_string()),
        ("points", corners.to_string()),
        ("mm", format!("{:.2}", went_m * 1e3)),
    ];
    session
        .output
        .result(&(session.text.get("align-view-added", &told) + "\n"))
}

fn camera_json(lined: &LinedCamera, text: &Text) -> serde_json::Value {
    let found = &lined.found;
    let (view, point) = found.worst;
    let bodies = BodiesOff::of(lined);
    let largest = found.residuals_px.get(view).and_then(|v| v.get(point));
    json!({
        "views": found.residuals_px.len(),
        "points": found.residuals_px.iter().map(Vec::len).sum::<usize>(),
        "left_out": left_out(&lined.left_out, text),
        "rms_px": found.rms_px,
        "max_px": largest,
        "worst": { "view": lined.views.get(view), "point": point + 1 },
        "focal_length_mm": found.lens.focal_length_m * 1e3,
        "place_error_mm": found.uncertainty.place_mm,
        "turn_error_deg": found.uncertainty.turn_deg,
        "focal_error_percent": found.uncertainty.focal_percent,
        "bodies_off": { "rms_mm": bodies.rms.place_mm, "rms_deg": bodies.rms.turn_deg, "worst_view": bodies.view },
        "source_moved": found.source_shift.map(|_| json!({
            "mm": found.source_off.place_mm,
            "deg": found.source_off.turn_deg,
        })),
    })
}

/// What the tracker's poses were off by: root mean square, and the worst view with its own.
struct BodiesOff {
    rms: PoseOff,
    view: Option<usize>,
    worst: PoseOff,
}

impl BodiesOff {
    fn of(lined: &LinedCamera) -> Self {
        let all = &lined.found.bodies_off;
        let rms = |of: fn(&PoseOff) -> f64| {
            let squares: f64 = all.iter().map(|off| of(off).powi(2)).sum();
            (squares / all.len().max(1) as f64).sqrt()
        };
        let (place_mm, turn_deg) = (rms(|off| off.place_mm), rms(|off| off.turn_deg));
        // A millimetre and a degree are compared by how many times the usual they are.
        let times = |off: &PoseOff| {
            (off.place_mm / place_mm.max(1e-9)).max(off.turn_deg / turn_deg.max(1e-9))
        };
        let worst = (0..all.len()).max_by(|a, b| times(&all[*a]).total_cmp(&times(&all[*b])));
        Self {
            rms: PoseOff { place_mm, turn_deg },
            view: worst.and_then(|at| lined.views.get(at).copied()),
            worst: worst.map_or(PoseOff::default(), |at| all[at]),
        }
    }
}

/// What tracker and source were off by.
fn tracker_page(lined: &LinedCamera, text: &Text) -> String {
    let off = BodiesOff::of(lined);
    let told = [
        ("mm", format!("{:.3}", off.rms.place_mm)),
        ("deg", format!("{:.4}", off.rms.turn_deg)),
        ("view", off.view.unwrap_or_default().to_string()),
        ("worstmm", format!("{:.3}", off.worst.place_mm)),
        ("worstdeg", format!("{:.4}", off.worst.turn_deg)),
    ];
    let mut page = text.get("align-tracker-off", &told) + "\n";
    if lined.found.source_shift.is_some() {
        let moved = lined.found.source_off;
        let told = [
            ("mm", format!("{:.2}", moved.place_mm)),
            ("deg", format!("{:.4}", moved.turn_deg)),
        ];
        page += &(text.get("align-source-moved", &told) + "\n");
    }
    page
}

fn camera_page(lined: &LinedCamera, text: &Text) -> String {
    let found = &lined.found;
    let sure = &found.uncertainty;
    let place = found.body_from_pupil.translation().metres() * 1e3;
    let told = [
        ("views", found.residuals_px.len().to_string()),
        ("rms", format!("{:.3}", found.rms_px)),
        (
            "place",
            format!("{:.1}, {:.1}, {:.1}", place.x, place.y, place.z),
        ),
        ("placeerror", format!("{:.2}", sure.place_mm)),
        ("turnerror", format!("{:.4}", sure.turn_deg)),
        ("focal", format!("{:.3}", found.lens.focal_length_m * 1e3)),
        ("focalerror", format!("{:.2}", sure.focal_percent)),
    ];
    let mut all: Vec<(usize, usize, f64)> = Vec::new();
    for (misses, view) in found.residuals_px.iter().zip(&lined.views) {
        let misses = misses.iter().enumerate();
        all.extend(misses.map(|(point, px)| (*view, point, *px)));
    }
    all.sort_by(|a, b| b.2.total_cmp(&a.2));
    let heading = ["align-view", "align-point", "align-off"];
    let mut rows = vec![heading.map(|key| text.get(key, &[])).to_vec()];
    for (view, point, px) in all.into_iter().take(SHOWN) {
        let numbers = [view, point + 1].map(|n| n.to_string());
        rows.push([&numbers[..], &[format!("{px:.2} px")]].concat());
    }
    let found = text.get("align-camera-found", &told) + "\n" + &tracker_page(lined, text);
    let page = found + "\n" + &aligned(&rows);
    page + &left_out_page(&lined.left_out, text)
}

fn left_out(faults: &[AlignFault], text: &Text) -> Vec<String> {
    let each = faults.iter();
    each.map(|fault| text.get(fault.key(), &fault.args()))
        .collect()
}

fn left_out_page(faults: &[AlignFault], text: &Text) -> String {
    let mut page = String::new();
    if !faults.is_empty() {
        page += &format!("\n{}\n", text.get("align-left-out", &[]));
    }
    for said in left_out(faults, text) {
        page += &format!("  {said}\n");
    }
    page
}

fn zoom_json(lined: &LinedZoom, text: &Text) -> serde_json::Value {
    let point = |p: &align::FoundPoint| {
        json!({
            "zoom": p.rings[0],
            "focus": p.rings[1],
            "views": p.views,
            "focal_length_mm": p.found.lens.focal_length_m * 1e3,
            "rms_px": p.found.rms_px,
            "rms_mm": p.rms_mm,
            "foretold_px": p.foretold_px,
            "place_error_mm": p.found.uncertainty.place_mm,
        })
    };
    json!({
        "lens_points": lined.points.iter().map(point).collect::<Vec<_>>(),
        "worst": lined.points.get(lined.worst).map(|p| p.rings),
        "left_out": left_out(&lined.left_out, text),
    })
}

fn zoom_page(lined: &LinedZoom, text: &Text) -> String {
    let heading = [
        "align-zoom",
        "align-focus",
        "align-focal",
        "align-off",
        "align-on-wall",
        "align-foretold",
    ];
    let mut rows = vec![heading.map(|key| text.get(key, &[])).to_vec()];
    for (nth, point) in lined.points.iter().enumerate() {
        let foretold = point.foretold_px;
        let mut row = vec![
            point.rings[0].to_string(),
            point.rings[1].to_string(),
            format!("{:.2} mm", point.found.lens.focal_length_m * 1e3),
            format!("{:.3} px", point.found.rms_px),
            format!("{:.2} mm", point.rms_mm),
            foretold.map_or_else(|| "-".to_owned(), |px| format!("{px:.2} px")),
        ];
        if nth == lined.worst {
            row.push(text.get("align-worst", &[]));
        }
        rows.push(row);
    }
    let told = [("points", lined.points.len().to_string())];
    let page = text.get("align-zoom-found", &told) + "\n\n" + &aligned(&rows);
    page + &left_out_page(&lined.left_out, text)
}

fn changes(edit: &StageEdit<'_>, (path, is_written): (&Path, bool), text: &Text) -> String {
    let key = if is_written {
        "align-written"
    } else {
        "align-not-written"
    };
    let mut page = text.get(key, &[("path", path.display().to_string())]);
    for change in edit.changed() {
        page += &format!("\n  {change}");
    }
    page + "\n"
}
