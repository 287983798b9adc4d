//! The walls in full depth: their light as half floats, their signal as codes. For stills, films and other programs it
//! waits for the GPU; the walls' own windows are given the signal on it.

use super::Renderer;
use crate::RenderError;
use crate::present::Presenter;
use crate::texture::{read_bytes, read_halves};
use half::f16;

impl Renderer {
    /// What the walls give in the last frame: linear, sRGB primaries, 1 = each wall's [`cyc_stage::WallColor::unit_nit`],
    /// the canvas row by row from the top, red, green, blue and one.
    ///
    /// # Errors
    /// What the device reports.
    pub fn read_light(&self) -> Result<Vec<f16>, RenderError> {
        self.gpu.check()?;
        let light = &self.composite.light;
        read_halves(&self.gpu, &light.texture, light.size_px)
    }

    /// Gives the signal of the last frame to the walls' windows, those that have an image.
    ///
    /// # Errors
    /// What the device reports.
    pub(crate) fn present(&mut self, presenter: &mut Presenter) -> Result<(), RenderError> {
        self.gpu.check()?;
        let device = self.gpu.device();
        let mut encoder = device.create_command_encoder(&wgpu::CommandEncoderDescriptor {
            label: Some("present"),
        });
        self.composite
            .set_window_bits(|canvas| presenter.bits_of(canvas));
        let [width_px, _] = self.stage.canvas_px();
        let target = self.composite.encode_signal(&self.gpu, &mut encoder);
        let scale = f64::from(target.size_px[0]) / f64::from(width_px);
        presenter.encode(&mut encoder, (&target.texture, &target.view), scale);
        self.gpu.queue().submit([encoder.finish()]);
        presenter.present();
        // Nobody waits for this frame, so it is here that a lost device is told and that what was used is given back.
        let _ = self.gpu.device().poll(wgpu::PollType::Poll);
        self.gpu.check()
    }

    /// What the walls' processors are told in the last frame: codes spread over 16 bits, the canvas row by row from the
    /// top, red, green, blue and the largest code (0 where no wall is).
    ///
    /// # Errors
    /// What the device reports.
    pub fn read_signal(&mut self) -> Result<Vec<u16>, RenderError> {
        self.gpu.check()?;
        let device = self.gpu.device();
        let mut encoder = device.create_command_encoder(&Default::default());
        let target = self.composite.encode_signal(&self.gpu, &mut encoder);
        let (texture, size_px) = (target.texture.clone(), target.size_px);
        self.gpu.queue().submit([encoder.finish()]);
        let bytes = read_bytes(&self.gpu, &texture, size_px, 8)?;
        Ok(bytes
            .chunks_exact(2)
            .map(|code| u16::from_le_bytes([code[0], code[1]]))
            .collect())
    }
}
