//! A camera that is lined up by pictures of the walls: points that stand in a file, photographs of the marker pattern, and
//! views that are added to the file while the camera stands still.

use super::error::AlignFault;
use super::files::ViewsFile;
use super::live::{BodyMean, hear};
use super::zoom::{LinedZoom, zoom};
use super::{StageText, photo};
use crate::demo::files::{beside, read_text};
use crate::failure::Failure;
use crate::interrupt;
use cyc_align::{CameraAlignment, LensFreedom, Sight, Tremble, View, align_camera};
use cyc_model::{CameraBody, Source, Stage as StageSpace, Xf};
use cyc_stage::Camera;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How far a body may go while it is heard, metres: more is a hand, not a tracker's noise.
const STILL_M: f64 = 0.005;

/// A camera that was lined up.
pub struct LinedCamera {
    /// The answer.
    pub found: CameraAlignment,
    /// Where each view of the answer stands in the file, from 1.
    pub views: Vec<usize>,
    /// Photographs that cannot be relied on.
    pub left_out: Vec<AlignFault>,
}

/// A view that was added to a file.
pub struct AddedView {
    /// Its number, from 1.
    pub view: usize,
    /// Corners that its photograph shows.
    pub corners: usize,
    /// How far the body went meanwhile, metres.
    pub went_m: f64,
}

fn camera_of<'s>(stage: &'s StageText, name: &str) -> Result<&'s Camera, AlignFault> {
    let mut cameras = stage.stage.cameras().iter();
    let camera = cameras.find(|c| c.name == name);
    camera.ok_or_else(|| AlignFault::no_camera(&stage.stage, name))
}

/// The views of a file.
#[derive(Default)]
pub struct SeenViews {
    /// Those that show points.
    pub views: Vec<View>,
    /// Where each stands in the file, from 1.
    pub numbers: Vec<usize>,
    /// Zoom and focus of each, as far as the file says.
    pub rings: Vec<Option<[f64; 2]>>,
    /// Photographs that cannot be relied on.
    pub left_out: Vec<AlignFault>,
}

/// What was lined up.
pub enum Lined {
    /// One lens.
    Camera(Box<LinedCamera>),
    /// A zoom.
    Zoom(LinedZoom),
}

/// The views of a file with all points that they show, each with its place in the file; photographs that cannot be relied
/// on are left out, unless they all are.
pub fn views(
    stage: &StageText,
    camera: &Camera,
    path: &Path,
    photos: &[PathBuf],
) -> Result<SeenViews, Failure> {
    let source = stage.stage.sources().get(camera.tracked.source);
    let stage_from_source: Xf<StageSpace, Source> =
        source.map_or(Xf::IDENTITY, |s| s.stage_from_source);
    let file = ViewsFile::parse(path, &read_text(path)?)?;
    if !photos.is_empty() && photos.len() != file.views.len() {
        let (photos, views) = (photos.len(), file.views.len());
        return Err(AlignFault::PhotoCount { photos, views }.into());
    }
    let mut seen = SeenViews::default();
    for (nth, view) in file.views.iter().enumerate() {
        let body: Xf<Source, CameraBody> = view.body(path, nth)?;
        let mut sights = Vec::with_capacity(view.points.len());
        for point in &view.points {
            let of = format!("{}", nth + 1);
            sights.push(Sight {
                stage: point.place.on(&stage.stage, &of)?,
                image_px: point.image_px.into(),
            });
        }
        let named = view.photo.as_ref().map(|name| beside(path, name));
        if let Some(photo) = photos.get(nth).cloned().or(named) {
            match photo::sights(&stage.stage, camera.picture_px, &photo) {
                Ok(found) => sights.extend(found),
                Err(fault) => seen.left_out.push(fault),
            }
            if sights.is_empty() {
                continue;
            }
        }
        seen.numbers.push(nth + 1);
        let rings = view.zoom.map(|zoom| [zoom, view.focus.unwrap_or_default()]);
        seen.rings.push(rings);
        seen.views.push(View {
            stage_from_body: stage_from_source * body,
            sights,
        });
    }
    match seen.left_out.first() {
        Some(fault) if seen.views.is_empty() => Err(fault.clone().into()),
        _ => Ok(seen),
    }
}

/// Finds a camera's pupil on its body, and its lens; `asked` is what of the lens is looked for, and what its tracker's poses are
/// known to.
pub fn camera(
    stage: &StageText,
    name: &str,
    path: &Path,
    photos: &[PathBuf],
    asked: (LensFreedom, Tremble),
) -> Result<Lined, Failure> {
    let camera = camera_of(stage, name)?;
    let seen = views(stage, camera, path, photos)?;
    if let Some(lined) = zoom(camera, &seen, asked)? {
        return Ok(Lined::Zoom(lined));
    }
    let lens = camera.lens.spec();
    let found = align_camera(&seen.views, camera.picture_px, lens, asked)?;
    Ok(Lined::Camera(Box::new(LinedCamera {
        found,
        views: seen.numbers,
        left_out: seen.left_out,
    })))
}

/// Adds a view to a file: a photograph that was taken just now, and the body that still stands there.
pub fn add_view(
    stage: &StageText,
    name: &str,
    path: &Path,
    photo: &Path,
    time: Duration,
) -> Result<AddedView, Failure> {
    let camera = camera_of(stage, name)?;
    let corners = photo::sights(&stage.stage, camera.picture_px, photo)?.len();
    let before = if path.exists() {
        ViewsFile::parse(path, &read_text(path)?)?.views.len()
    } else {
        0
    };
    let subject = camera.tracked.subject.as_str();
    let source = stage.stage.sources().get(camera.tracked.source);
    let source = source.ok_or_else(|| AlignFault::no_source(&stage.stage, ""))?;
    let stop = interrupt::flag()?;
    let heard = hear(source, BodyMean::new(subject), time, &stop, |_| ())?;
    let (place, turn, went_m) = heard.mean().ok_or_else(|| AlignFault::BodyUnheard {
        subject: subject.to_owned(),
        url: source.url.clone(),
    })?;
    if went_m > STILL_M {
        let (subject, mm) = (subject.to_owned(), format!("{:.1}", went_m * 1e3));
        return Err(AlignFault::BodyMoved { subject, mm }.into());
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    // A photograph beside the file goes where the file goes.
    let relative = photo.strip_prefix(folder).map(Path::to_owned);
    let named = relative.or_else(|_| std::path::absolute(photo));
    let named = named.map_err(|e| cannot_write(path, &e))?;
    let text = format!(
        "[[view]]\nphoto = {}\nbody_m = {:?}\nbody_rotation_xyzw = {:?}\n{}\n",
        toml::Value::String(named.display().to_string()),
        place.to_array(),
        turn.to_array(),
        heard.rings(),
    );
    let mut file = std::fs::OpenOptions::new();
    let file = file.append(true).create(true).open(path);
    let mut file = file.map_err(|e| cannot_write(path, &e))?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all());
    written.map_err(|e| cannot_write(path, &e))?;
    Ok(AddedView {
        view: before + 1,
        corners,
        went_m,
    })
}

fn cannot_write(path: &Path, error: &std::io::Error) -> AlignFault {
    AlignFault::CannotWrite {
        path: path.display().to_string(),
        reason: error.to_string(),
    }
}
