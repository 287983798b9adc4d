//! Metallic-roughness materials and the pictures that they use.
//!
//! Only pictures that a material uses are decoded, each once, within the limits of [`crate::limits`].

use crate::accessor::Source;
use crate::amount::Amount;
use crate::character::{AlphaMode, Material, Picture, TextureRef, TextureWrap};
use crate::error::{CharacterError, invalid};
use crate::limits::{MATERIALS_MAX, PICTURE_SIDE_MAX_PX};
use crate::material_layers;
use crate::note::CharacterNote;
use crate::place::Place;
use crate::rule::BrokenRule;
use crate::uri::{Resolver, fetch};
use glam::{Vec2, Vec3, Vec4};
use gltf::json;
use gltf::json::validation::Checked;
use std::io::Cursor;

/// Reads materials, and the pictures on the way.
pub(crate) struct MaterialReader<'a> {
    /// The document.
    pub root: &'a json::Root,
    /// The bytes.
    pub source: &'a Source<'a>,
    /// The caller's way to external pictures.
    pub resolver: Option<Resolver<'a>>,
    /// Pictures decoded so far.
    pub pictures: Vec<Picture>,
    /// For each image of the file, its picture.
    pub picture_of_image: Vec<Option<usize>>,
    /// Remarks.
    pub notes: Vec<CharacterNote>,
}

/// How a texture is named in a material.
struct Reference<'a> {
    texture: usize,
    set: u32,
    transform: Option<&'a json::extensions::texture::TextureTransform>,
}

impl MaterialReader<'_> {
    /// All materials in the file's order, then glTF's default material.
    pub fn read(&mut self) -> Result<Vec<Material>, CharacterError> {
        if self.root.materials.len() > MATERIALS_MAX || self.root.images.len() > MATERIALS_MAX {
            return Err(CharacterError::TooLarge {
                what: Amount::Materials,
                size: self.root.materials.len().max(self.root.images.len()) as u64,
                limit: MATERIALS_MAX as u64,
            });
        }
        self.picture_of_image = vec![None; self.root.images.len()];
        let mut materials = Vec::with_capacity(self.root.materials.len() + 1);
        for (m, entry) in self.root.materials.iter().enumerate() {
            materials.push(self.material(m, entry)?);
        }
        materials.push(Material {
            name: "default".into(),
            base_color: Vec4::ONE,
            metallic: 1.0,
            roughness: 1.0,
            normal_scale: 1.0,
            ..Material::default()
        });
        Ok(materials)
    }

    fn material(&mut self, m: usize, entry: &json::Material) -> Result<Material, CharacterError> {
        let name = match entry.name.as_deref() {
            Some(name) if !name.is_empty() => name.chars().take(128).collect(),
            _ => format!("material_{m}"),
        };
        let pbr = &entry.pbr_metallic_roughness;
        let extensions = entry.extensions.as_ref();
        let strength = extensions.and_then(|e| e.emissive_strength.as_ref());
        let strength = strength.map_or(1.0, |s| s.emissive_strength.0);
        let alpha = match &entry.alpha_mode {
            Checked::Valid(json::material::AlphaMode::Mask) => AlphaMode::Mask {
                cutoff: entry.alpha_cutoff.map_or(0.5, |c| c.0),
            },
            Checked::Valid(json::material::AlphaMode::Blend) => AlphaMode::Blend,
            _ => AlphaMode::Opaque,
        };
        let normal = entry.normal_texture.as_ref();
        let occlusion = entry.occlusion_texture.as_ref();
        let built = Material {
            base_color: Vec4::from_array(pbr.base_color_factor.0),
            base_color_texture: self.info(pbr.base_color_texture.as_ref(), &name)?,
            metallic: pbr.metallic_factor.0,
            roughness: pbr.roughness_factor.0,
            metallic_roughness_texture: self
                .info(pbr.metallic_roughness_texture.as_ref(), &name)?,
            normal_texture: match normal {
                Some(n) => {
                    let others = n.extensions.as_ref().map(|e| &e.others);
                    self.plain((n.index.value(), n.tex_coord), others, &name)?
                }
                None => None,
            },
            normal_scale: normal.map_or(1.0, |n| n.scale),
            occlusion_texture: match occlusion {
                Some(o) => {
                    let others = o.extensions.as_ref().map(|e| &e.others);
                    self.plain((o.index.value(), o.tex_coord), others, &name)?
                }
                None => None,
            },
            emissive: Vec3::from_array(entry.emissive_factor.0) * strength,
            emissive_texture: self.info(entry.emissive_texture.as_ref(), &name)?,
            alpha,
            double_sided: entry.double_sided,
            unlit: extensions.is_some_and(|e| e.unlit.is_some()),
            layers: material_layers::read(self.root, m, &name, &mut self.notes),
            name,
        };
        let cutoff = match built.alpha {
            AlphaMode::Mask { cutoff } => cutoff,
            _ => 0.0,
        };
        let numbers = [built.metallic, built.roughness, built.normal_scale, cutoff];
        let finite = numbers.iter().all(|v| v.is_finite())
            && built.base_color.is_finite()
            && built.emissive.is_finite();
        if !finite {
            return Err(CharacterError::NotFinite {
                what: Place::Path("materials".to_owned()),
                element: m,
            });
        }
        Ok(clamped(built))
    }

    fn info(
        &mut self,
        info: Option<&json::texture::Info>,
        material: &str,
    ) -> Result<Option<TextureRef>, CharacterError> {
        let Some(info) = info else {
            return Ok(None);
        };
        let transform = info
            .extensions
            .as_ref()
            .and_then(|e| e.texture_transform.as_ref());
        self.texture(
            Reference {
                texture: info.index.value(),
                set: transform
                    .and_then(|t| t.tex_coord)
                    .unwrap_or(info.tex_coord),
                transform,
            },
            material,
        )
    }

    /// Normal and occlusion textures, whose transform the `gltf` crate leaves as bare JSON.
    fn plain(
        &mut self,
        (texture, set): (usize, u32),
        extensions: Option<&serde_json::Map<String, serde_json::Value>>,
        material: &str,
    ) -> Result<Option<TextureRef>, CharacterError> {
        let bare = extensions.and_then(|e| e.get("KHR_texture_transform"));
        let transform: Option<json::extensions::texture::TextureTransform> = match bare {
            Some(value) => Some(
                serde_json::from_value(value.clone())
                    .map_err(|e| invalid(Place::Texture(texture), BrokenRule::parser(&e)))?,
            ),
            None => None,
        };
        let transform = transform.as_ref();
        self.texture(
            Reference {
                texture,
                set: transform.and_then(|t| t.tex_coord).unwrap_or(set),
                transform,
            },
            material,
        )
    }

    fn texture(
        &mut self,
        reference: Reference<'_>,
        material: &str,
    ) -> Result<Option<TextureRef>, CharacterError> {
        if reference.set != 0 {
            let material = material.to_owned();
            let note = CharacterNote::TextureSetIgnored { material };
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
            return Ok(None);
        }
        let place = || Place::Texture(reference.texture);
        let entry = self.root.textures.get(reference.texture);
        let entry = entry.ok_or_else(|| invalid(place(), BrokenRule::NotThere))?;
        let sampler = entry
            .sampler
            .and_then(|s| self.root.samplers.get(s.value()));
        let (mut scale, mut offset, mut rotation_rad) = (Vec2::ONE, Vec2::ZERO, 0.0);
        if let Some(t) = reference.transform {
            (scale, offset) = (Vec2::from_array(t.scale.0), Vec2::from_array(t.offset.0));
            rotation_rad = t.rotation.0;
            if !(scale.is_finite() && offset.is_finite() && rotation_rad.is_finite()) {
                return Err(invalid(place(), BrokenRule::TextureTransform));
            }
        }
        let picture = self.picture(entry.source.value())?;
        Ok(Some(TextureRef {
            picture,
            wrap: sampler.map_or([TextureWrap::Repeat; 2], |s| {
                [wrap(&s.wrap_s), wrap(&s.wrap_t)]
            }),
            scale,
            offset,
            rotation_rad,
        }))
    }

    fn picture(&mut self, image: usize) -> Result<usize, CharacterError> {
        if let Some(known) = self.picture_of_image.get(image).copied().flatten() {
            return Ok(known);
        }
        let place = Place::Image(image);
        let Some(entry) = self.root.images.get(image) else {
            return Err(invalid(place, BrokenRule::NotThere));
        };
        let fetched;
        let bytes = match (&entry.buffer_view, &entry.uri) {
            (Some(view), _) => self.source.view(view.value())?,
            (None, Some(uri)) => {
                fetched = fetch(uri, &place, self.resolver)?;
                &fetched
            }
            (None, None) => return Err(invalid(place, BrokenRule::NoPictureData)),
        };
        let picture = decode(bytes, image, self.source)?;
        self.pictures.push(picture);
        let index = self.pictures.len() - 1;
        if let Some(slot) = self.picture_of_image.get_mut(image) {
            *slot = Some(index);
        }
        Ok(index)
    }
}

fn clamped(mut m: Material) -> Material {
    m.metallic = m.metallic.clamp(0.0, 1.0);
    m.roughness = m.roughness.clamp(0.0, 1.0);
    m.base_color = m.base_color.clamp(Vec4::ZERO, Vec4::ONE);
    m.emissive = m.emissive.clamp(Vec3::ZERO, Vec3::splat(1e6));
    m
}

fn wrap(mode: &Checked<json::texture::WrappingMode>) -> TextureWrap {
    match mode {
        Checked::Valid(json::texture::WrappingMode::ClampToEdge) => TextureWrap::Clamp,
        Checked::Valid(json::texture::WrappingMode::MirroredRepeat) => TextureWrap::Mirror,
        _ => TextureWrap::Repeat,
    }
}

/// PNG or JPEG, known by their first bytes (the file's MIME type is only a claim), to RGBA.
fn decode(bytes: &[u8], picture: usize, source: &Source<'_>) -> Result<Picture, CharacterError> {
    let refuse = |e: image::ImageError| CharacterError::Picture {
        picture,
        reason: e.to_string(),
    };
    let format = image::guess_format(bytes).ok();
    let known =
        |f: &image::ImageFormat| matches!(f, image::ImageFormat::Png | image::ImageFormat::Jpeg);
    let format = format
        .filter(known)
        .ok_or(CharacterError::PictureFormat { picture })?;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(PICTURE_SIDE_MAX_PX);
    limits.max_image_height = Some(PICTURE_SIDE_MAX_PX);
    let mut size = image::ImageReader::with_format(Cursor::new(bytes), format);
    size.limits(limits.clone());
    let (width_px, height_px) = size.into_dimensions().map_err(refuse)?;
    if width_px.max(height_px) > PICTURE_SIDE_MAX_PX {
        return Err(CharacterError::TooLarge {
            what: Amount::PictureSide,
            size: u64::from(width_px.max(height_px)),
            limit: u64::from(PICTURE_SIDE_MAX_PX),
        });
    }
    source.spend(4 * u64::from(width_px) * u64::from(height_px))?;
    let mut reader = image::ImageReader::with_format(Cursor::new(bytes), format);
    reader.limits(limits);
    let rgba = reader.decode().map_err(refuse)?.into_rgba8();
    Ok(Picture {
        width_px: rgba.width(),
        height_px: rgba.height(),
        rgba: rgba.into_raw(),
    })
}
