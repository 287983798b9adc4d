//! What a stage file names and others read: pictures of plates, the sky's picture, the set's model.

use super::Renderer;
use crate::PlateUpload;
use crate::sky::SkyTurn;
use cyc_character::Character;
use cyc_stage::PlatePlace;
use glam::{DMat4, DQuat, DVec3};
use std::sync::Arc;

impl Renderer {
    /// Takes an equirectangular picture as the stage's sky, with its light, from the next frame on; false when the stage file
    /// names none, or the picture cannot be taken. Waits for the graphics card: for the beginning, not for each frame.
    pub fn set_sky(&mut self, upload: &PlateUpload<'_>) -> bool {
        let Some(sky) = self.stage.sky() else {
            return false;
        };
        let turn = SkyTurn {
            yaw_rad: sky.yaw_rad as f32,
            gain: sky.gain as f32,
        };
        let (device, queue) = (self.gpu.device(), self.gpu.queue());
        let plate = self.stage.plates().len();
        let at = (plate, self.gpu.report().texture_side_max_px);
        let Some((view, _)) = self.plates.upload(device, queue, at, upload) else {
            return false;
        };
        self.world.set_sky(&self.gpu, view, upload, turn);
        let picture = (view, upload.size_px);
        self.world.set_plate(&self.gpu, (plate, true), picture);
        self.outer.invalidate();
        self.everything = true;
        true
    }

    /// Stands a model in the stage's world as its set, from the next frame on; false when the stage file names none.
    pub fn set_model(&mut self, character: &Arc<Character>) -> bool {
        let Some(set) = self.stage.set() else {
            return false;
        };
        let stage_from_model = DMat4::from_scale_rotation_translation(
            DVec3::splat(set.scale),
            DQuat::from_rotation_y(set.yaw_rad),
            set.position_m.into(),
        );
        self.world
            .set_model(&self.gpu, character, stage_from_model.as_mat4());
        self.outer.invalidate();
        self.everything = true;
        true
    }

    /// Shows a picture as one of the stage's plates, from the next frame on; false for a plate that the stage has not, or a
    /// picture that has not as many texels as it says or is larger than the device takes.
    pub fn set_plate(&mut self, plate: usize, upload: &PlateUpload<'_>) -> bool {
        let Some(place) = self.stage.plates().get(plate).map(|p| &p.place) else {
            return false;
        };
        let (device, queue) = (self.gpu.device(), self.gpu.queue());
        let side_max_px = self.gpu.report().texture_side_max_px;
        let at = (plate, side_max_px);
        let Some((view, is_other)) = self.plates.upload(device, queue, at, upload) else {
            return false;
        };
        let whole_view = match place {
            PlatePlace::Wall { .. } => {
                if is_other {
                    self.composite.set_plate(device, plate, view);
                }
                false
            }
            PlatePlace::Card { .. } | PlatePlace::Dome { .. } => {
                if is_other {
                    let picture = (view, upload.size_px);
                    self.world
                        .set_plate(&self.gpu, (plate, upload.is_still), picture);
                }
                upload.is_still || matches!(place, PlatePlace::Dome { .. })
            }
        };
        if whole_view {
            self.outer.invalidate();
        }
        self.everything |= whole_view;
        true
    }
}
