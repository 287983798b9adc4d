//! The character drawn for the report: at some moments of the take, and each of the 52 face shapes that it has.
//!
//! The renderer that draws the wall draws these too, on the demo's stage, seen directly. Pictures are a help, not the
//! result: without a graphics adapter or the stage's file the report does without them and says why.

use super::outcome::Outcome;
use crate::demo::files::{ShowFiles, read_text};
use crate::demo::progress::Progress;
use crate::failure::Failure;
use cyc_character::{Character, FaceInput, FaceRetarget, FaceSettings};
use cyc_film::Picture;
use cyc_model::HumanBone::{Head, LeftEye, LeftFoot, LeftUpperLeg, RightEye, RightUpperLeg};
use cyc_model::{FaceShape, FaceWeights, HumanBone, JointFrame, Point, Quality, StageFrame, Xf};
use cyc_renderer::{Gpu, Layers, RenderSettings, Renderer};
use cyc_stage::Stage;
use glam::{DMat4, DVec3, DVec4};
use std::sync::Arc;

/// The stage that lends its light.
const STAGE: &str = "rigs/stages/demo.toml";
/// Size of a body's picture, pixels.
const BODY_PX: [u32; 2] = [420, 560];
/// Size of a face's picture, pixels.
const FACE_PX: [u32; 2] = [150, 180];
/// Opening of the lens, up and down, radians: a long one, so that faces are not drawn wide.
const OPENING_RAD: f64 = 0.42;
/// Nothing nearer to the eye is drawn, metres.
const NEAR_M: f64 = 0.05;
const JPEG_QUALITY: u8 = 84;

/// A joint's place and turn on the stage.
type Joint = Xf<cyc_model::Stage, JointFrame>;

/// What was drawn, as JPEG.
#[derive(Clone, Debug, Default)]
pub struct Drawn {
    /// The body, with the frame that it shows.
    pub bodies: Vec<(usize, Vec<u8>)>,
    /// Faces: at rest (`None`), then each shape that moves something.
    pub faces: Vec<(Option<FaceShape>, Vec<u8>)>,
}

/// Draws the character at some frames, and its face.
pub fn draw(
    outcome: &Outcome,
    frames: &[usize],
    progress: &Progress<'_>,
) -> Result<Drawn, Failure> {
    let files = ShowFiles::find()?;
    let stage = Stage::from_toml(&read_text(&files.path(STAGE))?)?;
    let gpu = Gpu::headless()?;
    let settings = RenderSettings {
        canvas_scale: 0.05,
        samples: 4,
        sky_px: 256,
        ..RenderSettings::for_adapter(gpu.report())
    };
    let character = Arc::clone(&outcome.target.character);
    let shown = [Some(Arc::clone(&character))];
    let mut artist = Artist {
        renderer: Renderer::new(&gpu, &stage, &shown, settings)?,
        character,
        frame: StageFrame::default(),
    };
    let shapes: Vec<FaceShape> = FaceShape::ALL
        .into_iter()
        .filter(|s| artist.character.face.drives().iter().any(|d| d.shape == *s))
        .collect();
    progress.step("retarget-step-draw", &[]);
    let bar = progress.bar((frames.len() + shapes.len()) as u64);
    let mut drawn = Drawn::default();
    for f in frames {
        let face = outcome.source.faces.get(*f).copied().unwrap_or_default();
        let picture = artist.body(outcome.track.frame(*f), face)?;
        drawn.bodies.push((*f, picture));
        bar.inc(1);
    }
    artist.renderer.set_layers(Layers {
        set: false,
        fiducials: false,
        ..Layers::ALL
    });
    if !shapes.is_empty() {
        drawn.faces.push((None, artist.face(None)?));
    }
    for shape in shapes {
        drawn.faces.push((Some(shape), artist.face(Some(shape))?));
        bar.inc(1);
    }
    bar.finish_and_clear();
    Ok(drawn)
}

/// The shape beside which another one means something: lips close over an open jaw, and a tongue comes out of one.
pub fn shown_with(shape: FaceShape) -> Option<FaceShape> {
    let with_jaw = matches!(shape, FaceShape::MouthClose | FaceShape::TongueOut);
    with_jaw.then_some(FaceShape::JawOpen)
}

struct Artist {
    renderer: Renderer,
    character: Arc<Character>,
    frame: StageFrame,
}

impl Artist {
    /// The whole body, from in front and a little from its left.
    fn body(&mut self, joints: &[Joint], face: FaceWeights) -> Result<Vec<u8>, Failure> {
        let height = self.height_m();
        let hips = self.at(joints, HumanBone::Hips).unwrap_or_default();
        let middle = DVec3::new(hips.x, 0.5 * height, hips.z);
        let aside = (self.forward(joints) + 0.35 * self.forward(joints).cross(DVec3::Y))
            .normalize_or(DVec3::Z);
        let eye = middle - aside * DVec3::new(-1.0, 0.0, -1.0) * (3.0 * height)
            + DVec3::Y * (0.25 * height);
        self.draw(joints, face, eye, middle, BODY_PX)
    }

    /// The face at rest, or with one shape at its full weight.
    fn face(&mut self, shape: Option<FaceShape>) -> Result<Vec<u8>, Failure> {
        let mut face = FaceWeights::default();
        if let Some(shape) = shape {
            face.set(shape, 1.0);
            if let Some(with) = shown_with(shape) {
                face.set(with, 1.0);
            }
        }
        let skeleton = self.character.skeleton.as_ref();
        let rest = skeleton.map_or(&[][..], |s| s.rest_global());
        let mut joints: Vec<Joint> = rest.iter().map(|j| j.relabel()).collect();
        let input = FaceInput {
            weights: face,
            ..FaceInput::default()
        };
        let turned = FaceRetarget::build(&self.character, &FaceSettings::default());
        turned.turn_joints(&turned.pose(&input), &mut joints);
        let head = self.at(&joints, Head).unwrap_or_default();
        let height = self.height_m();
        // From the neck to the crown, whatever the style.
        let size = (height - head.y).clamp(0.08 * height, 0.5 * height);
        let middle = match [LeftEye, RightEye].map(|b| self.at(&joints, b)) {
            [Some(left), Some(right)] => 0.5 * (left + right) - DVec3::Y * (0.15 * size),
            _ => head + DVec3::Y * (0.5 * size),
        };
        let aside = DVec3::new(0.22, 0.02, 1.0).normalize_or(DVec3::Z);
        let eye = middle + aside * (3.2 * size);
        self.draw(&joints, face, eye, middle, FACE_PX)
    }

    fn draw(
        &mut self,
        joints: &[Joint],
        face: FaceWeights,
        eye: DVec3,
        at: DVec3,
        size_px: [u32; 2],
    ) -> Result<Vec<u8>, Failure> {
        self.frame.clear();
        self.frame.push_human(Quality::Live, joints, face);
        let clip_from_stage = lens(size_px) * view(eye, at);
        let eye = Point::saturating(eye);
        let rgba = self
            .renderer
            .draw_direct(&self.frame, clip_from_stage, eye, size_px)?;
        let picture = Picture::new(size_px[0], size_px[1], rgba)?;
        Ok(picture.to_jpeg(JPEG_QUALITY)?)
    }

    fn at(&self, joints: &[Joint], bone: HumanBone) -> Option<DVec3> {
        let joint = self.character.humanoid.joint(bone)?;
        Some(joints.get(joint.idx())?.translation().metres())
    }

    /// Where the hips look, along the floor.
    fn forward(&self, joints: &[Joint]) -> DVec3 {
        match [LeftUpperLeg, RightUpperLeg].map(|b| self.at(joints, b)) {
            [Some(left), Some(right)] => (left - right).cross(DVec3::Y).normalize_or(DVec3::Z),
            _ => DVec3::Z,
        }
    }

    /// From the floor to the crown at rest: the mesh's, unless it is out of all proportion to the bones'.
    fn height_m(&self) -> f64 {
        let skeleton = self.character.skeleton.as_ref();
        let rest = skeleton.map_or(&[][..], |s| s.rest_global());
        let joint = |bone| {
            let joint = self.character.humanoid.joint(bone)?;
            Some(rest.get(joint.idx())?.translation().metres().y)
        };
        let mesh = f64::from(self.character.height_m).max(0.1);
        match (joint(Head), joint(LeftFoot)) {
            (Some(head), Some(foot)) => {
                let bones = 1.1 * (head - foot).max(0.1);
                mesh.clamp(bones, 2.0 * bones)
            }
            _ => mesh,
        }
    }
}

/// A lens that looks along -Z, with reversed depth: 1 near, 0 at infinity.
fn lens(size_px: [u32; 2]) -> DMat4 {
    let [width, height] = size_px.map(f64::from);
    let long = 1.0 / (0.5 * OPENING_RAD).tan();
    DMat4::from_cols(
        DVec4::X * (long * height / width),
        DVec4::Y * long,
        DVec4::NEG_W,
        DVec4::Z * NEAR_M,
    )
}

/// The stage as an upright eye sees it.
fn view(eye: DVec3, at: DVec3) -> DMat4 {
    let back = (eye - at).normalize_or(DVec3::Z);
    let right = DVec3::Y.cross(back).normalize_or(DVec3::X);
    let axes = [right, back.cross(right), back].map(|a| a.extend(0.0));
    DMat4::from_cols(axes[0], axes[1], axes[2], eye.extend(1.0)).inverse()
}
