//! The walls in full depth: their light as half floats, their signal as codes. For stills, films and other programs; it
//! waits for the GPU.

use super::Renderer;
use crate::RenderError;
use crate::texture::read_bytes;
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
        let bytes = read_bytes(&self.gpu, &light.texture, light.size_px, 8)?;
        Ok(bytes
            .chunks_exact(2)
            .map(|half| f16::from_le_bytes([half[0], half[1]]))
            .collect())
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
