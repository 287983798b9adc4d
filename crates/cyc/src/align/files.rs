//! The files of measured points and of pictures. A point of the stage is given in metres, or as a pixel of a wall: a mark in a
//! test pattern, the corner of a cabinet.

use super::error::AlignFault;
use cyc_model::{CameraBody, Point, Source, Stage as StageSpace, Xf};
use cyc_stage::Stage;
use glam::{DQuat, DVec2, DVec3};
use serde::Deserialize;
use std::path::Path;

/// A point of the stage.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Place {
    /// Metres on the stage.
    pub stage_m: Option<[f64; 3]>,
    /// A wall by its name,
    pub wall: Option<String>,
    /// and a pixel of it, from its upper left corner; the middle of the first one is (0.5, 0.5).
    pub wall_px: Option<[f64; 2]>,
}

impl Place {
    /// Where that is on a stage; `point` names it in errors.
    pub fn on(&self, stage: &Stage, point: &str) -> Result<Point<StageSpace>, AlignFault> {
        let none = || AlignFault::NoPlace {
            point: point.to_owned(),
        };
        if let Some(metres) = self.stage_m {
            return Point::new(DVec3::from_array(metres)).ok_or_else(none);
        }
        let (Some(name), Some(pixel)) = (&self.wall, self.wall_px) else {
            return Err(none());
        };
        let wall = stage.walls().iter().find(|w| w.name() == name);
        let wall = wall.ok_or_else(|| AlignFault::no_wall(stage, name))?;
        let [width, height] = wall.size_px();
        let st = DVec2::from_array(pixel) / DVec2::new(f64::from(width), f64::from(height));
        if !((0.0..=1.0).contains(&st.x) && (0.0..=1.0).contains(&st.y)) {
            return Err(AlignFault::OffWall {
                point: point.to_owned(),
                wall: name.clone(),
                size: format!("{width} × {height}"),
            });
        }
        Ok(wall.point_of_st(st))
    }
}

/// A point that is known on both sides.
#[derive(Clone, Debug, Deserialize)]
pub struct MeasuredPoint {
    /// Its name: with `--live` that of a marker.
    pub name: String,
    /// Where it is on the stage.
    #[serde(flatten)]
    pub place: Place,
    /// Where the source sees it, metres, Y up, as `cyc listen` counts.
    pub source_m: Option<[f64; 3]>,
    /// The wand that it was touched with,
    pub wand: Option<String>,
    /// and where that one's tip is on its body, metres.
    pub wand_tip_m: Option<[f64; 3]>,
}

/// A file of measured points.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PointsFile {
    /// The points.
    #[serde(rename = "point")]
    pub points: Vec<MeasuredPoint>,
}

impl PointsFile {
    /// Reads one; `path` is for errors.
    pub fn parse(path: &Path, text: &str) -> Result<Self, AlignFault> {
        toml::from_str(text).map_err(|e| AlignFault::bad_file(path, text, &e))
    }
}

/// A point of the stage in a picture.
#[derive(Clone, Debug, Deserialize)]
pub struct SeenPoint {
    /// Where it is on the stage.
    #[serde(flatten)]
    pub place: Place,
    /// Where it is in the picture, pixels from the upper left corner.
    pub image_px: [f64; 2],
}

/// A picture of points.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureView {
    /// Where the tracked body was in its source, metres.
    pub body_m: [f64; 3],
    /// How it was turned.
    pub body_rotation_xyzw: [f64; 4],
    /// Where the zoom ring was, as the source sends it; a zoom's views say it.
    pub zoom: Option<f64>,
    /// Where the focus ring was.
    pub focus: Option<f64>,
    /// The picture of the walls' marker pattern, beside the file of the views.
    pub photo: Option<String>,
    /// Points that were found in the picture otherwise.
    #[serde(default)]
    pub points: Vec<SeenPoint>,
}

impl PictureView {
    /// The body's pose; `path` and number are for errors.
    pub fn body(&self, path: &Path, nth: usize) -> Result<Xf<Source, CameraBody>, AlignFault> {
        let turn = DQuat::from_array(self.body_rotation_xyzw);
        Xf::new(turn, DVec3::from_array(self.body_m)).ok_or_else(|| AlignFault::BadPose {
            path: path.display().to_string(),
            view: nth + 1,
        })
    }
}

/// A file of pictures.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ViewsFile {
    /// The pictures.
    #[serde(rename = "view", default)]
    pub views: Vec<PictureView>,
}

impl ViewsFile {
    /// Reads one; `path` is for errors.
    pub fn parse(path: &Path, text: &str) -> Result<Self, AlignFault> {
        toml::from_str(text).map_err(|e| AlignFault::bad_file(path, text, &e))
    }
}
