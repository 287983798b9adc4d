//! Finds what lies under every texel of a part's texture, and encodes what is painted there.

use std::io::Cursor;

use anyhow::Result;
use glam::{Vec2, Vec3};
use image::codecs::jpeg::JpegEncoder;
use image::{ExtendedColorType, ImageEncoder};

use crate::assets::human::glb::Picture;
use crate::assets::human::part::Part;

/// Texels beyond a chart's edge that take the colour of the edge, against bleeding.
const MARGIN_TEXELS: usize = 10;

/// The spot of a part that a texel shows.
#[derive(Debug, Clone, Copy)]
pub struct Spot {
    /// Index of the triangle.
    pub triangle: u32,
    /// Barycentric coordinates of its corners.
    pub shares: [f32; 3],
}

/// A square texture over a part.
pub struct Atlas<'a> {
    part: &'a Part,
    /// Edge length in texels.
    pub size: usize,
    spots: Vec<Option<Spot>>,
}

/// What a painter may ask about a texel.
pub struct Place<'a> {
    part: &'a Part,
    spot: Spot,
}

impl Place<'_> {
    /// A quantity given per vertex of the part, at this place.
    pub fn of<T>(&self, values: &[T]) -> T
    where
        T: Copy + std::ops::Add<Output = T> + std::ops::Mul<f32, Output = T>,
    {
        let [a, b, c] = self.part.triangles[self.spot.triangle as usize];
        let [wa, wb, wc] = self.spot.shares;
        values[a as usize] * wa + values[b as usize] * wb + values[c as usize] * wc
    }

    /// Rest position, metres.
    pub fn position_m(&self) -> Vec3 {
        self.of(&self.part.positions_m)
    }

    /// Unit normal.
    pub fn normal(&self) -> Vec3 {
        self.of(&self.part.normals).normalize_or_zero()
    }
}

impl<'a> Atlas<'a> {
    /// Rasterises the part's triangles into its texture.
    pub fn new(part: &'a Part, size: usize) -> Self {
        let mut atlas = Self {
            part,
            size,
            spots: vec![None; size * size],
        };
        for (index, triangle) in part.triangles.iter().enumerate() {
            let corners = triangle.map(|vertex| part.uvs[vertex as usize] * size as f32);
            atlas.fill(index as u32, corners);
        }
        atlas
    }

    fn fill(&mut self, triangle: u32, [a, b, c]: [Vec2; 3]) {
        const SLACK: f32 = 0.01;
        let area = (b - a).perp_dot(c - a);
        if area.abs() < 1e-9 {
            return;
        }
        let low = a.min(b).min(c).max(Vec2::ZERO);
        let high = a.max(b).max(c).min(Vec2::splat(self.size as f32 - 1.0));
        for y in low.y as usize..=high.y as usize {
            for x in low.x as usize..=high.x as usize {
                let p = Vec2::new(x as f32 + 0.5, y as f32 + 0.5);
                let wa = (b - p).perp_dot(c - p) / area;
                let wb = (c - p).perp_dot(a - p) / area;
                let shares = [wa, wb, 1.0 - wa - wb];
                if shares.iter().all(|&share| share >= -SLACK) {
                    self.spots[y * self.size + x] = Some(Spot { triangle, shares });
                }
            }
        }
    }

    /// Paints every texel that shows the part, then spreads the edges outward.
    pub fn paint<const N: usize>(
        &self,
        background: [f32; N],
        mut colour: impl FnMut(&Place) -> [f32; N],
    ) -> Painting<N> {
        let mut texels = vec![background; self.size * self.size];
        let mut done: Vec<bool> = self.spots.iter().map(Option::is_some).collect();
        for (index, spot) in self.spots.iter().enumerate() {
            if let Some(spot) = *spot {
                texels[index] = colour(&Place {
                    part: self.part,
                    spot,
                });
            }
        }
        for _ in 0..MARGIN_TEXELS {
            spread(&mut texels, &mut done, self.size);
        }
        Painting {
            size: self.size,
            texels,
        }
    }
}

fn spread<const N: usize>(texels: &mut [[f32; N]], done: &mut [bool], size: usize) {
    let before = done.to_vec();
    for index in 0..texels.len() {
        if before[index] {
            continue;
        }
        let (x, y) = (index % size, index / size);
        let neighbours = [
            (x > 0).then(|| index - 1),
            (x + 1 < size).then(|| index + 1),
            (y > 0).then(|| index - size),
            (y + 1 < size).then(|| index + size),
        ];
        if let Some(near) = neighbours.into_iter().flatten().find(|&near| before[near]) {
            texels[index] = texels[near];
            done[index] = true;
        }
    }
}

/// A painted square of `N` channels, 0 to 1.
pub struct Painting<const N: usize> {
    /// Edge length in texels.
    pub size: usize,
    /// Rows from the top.
    pub texels: Vec<[f32; N]>,
}

impl<const N: usize> Painting<N> {
    /// A painting that depends on the texture coordinates only.
    pub fn flat(size: usize, colour: impl Fn(Vec2) -> [f32; N]) -> Self {
        let at = |index: usize| Vec2::new((index % size) as f32, (index / size) as f32);
        let texels = (0..size * size)
            .map(|i| colour((at(i) + 0.5) / size as f32))
            .collect();
        Self { size, texels }
    }

    fn bytes(&self) -> Vec<u8> {
        let byte = |value: &f32| (value.clamp(0.0, 1.0) * 255.0 + 0.5) as u8;
        self.texels.iter().flatten().map(byte).collect()
    }

    /// Encodes as JPEG (three channels only).
    ///
    /// # Errors
    /// When the encoder refuses.
    pub fn jpeg(&self, quality: u8) -> Result<Picture> {
        let mut bytes = Vec::new();
        let size = self.size as u32;
        JpegEncoder::new_with_quality(&mut bytes, quality).write_image(
            &self.bytes(),
            size,
            size,
            ExtendedColorType::Rgb8,
        )?;
        Ok(Picture {
            mime: "image/jpeg",
            bytes,
        })
    }

    /// Encodes as PNG.
    ///
    /// # Errors
    /// When the encoder refuses.
    pub fn png(&self) -> Result<Picture> {
        let mut bytes = Cursor::new(Vec::new());
        let kind = if N == 4 {
            ExtendedColorType::Rgba8
        } else {
            ExtendedColorType::Rgb8
        };
        let size = self.size as u32;
        let encoder = image::codecs::png::PngEncoder::new_with_quality(
            &mut bytes,
            image::codecs::png::CompressionType::Best,
            image::codecs::png::FilterType::Adaptive,
        );
        encoder.write_image(&self.bytes(), size, size, kind)?;
        Ok(Picture {
            mime: "image/png",
            bytes: bytes.into_inner(),
        })
    }
}

/// A tangent-space normal map from a painted height in metres.
///
/// `texel_m` is the size of a texel on the surface, metres: charts are taken to be about isometric.
pub fn normal_map(height_m: &Painting<1>, texel_m: f32) -> Painting<3> {
    let size = height_m.size;
    let at = |x: usize, y: usize| height_m.texels[y.min(size - 1) * size + x.min(size - 1)][0];
    let texels = (0..size * size)
        .map(|index| {
            let (x, y) = (index % size, index / size);
            let across = at(x + 1, y) - at(x.saturating_sub(1), y);
            let down = at(x, y + 1) - at(x, y.saturating_sub(1));
            let normal = Vec3::new(-across, down, 2.0 * texel_m).normalize_or(Vec3::Z);
            (0.5 * normal + 0.5).to_array()
        })
        .collect();
    Painting { size, texels }
}
