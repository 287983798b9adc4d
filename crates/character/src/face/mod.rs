//! The face: how ARKit's 52 shapes reach a character's morph targets, expressions, eyes and head.
//!
//! For each shape the first of these that the character has is taken: what its map says, an expression of the shape's own
//! name (PerfectSync), a morph target of its name, and the tables of `rigs/face` (VRoid, VRM's presets). The result is a
//! [`FaceBinding`]: plain weights that run per frame without allocation. [`FaceRetarget`] is what a performer's face goes
//! through before: neutral face, gain, mirror, eyes and head.

mod names;
mod neutral;
mod retarget;
mod settings;
mod table;

pub use neutral::NeutralFace;
pub use retarget::{FaceInput, FacePose, FaceRetarget};
pub use settings::{DEFAULT_FACE, EyeSettings, EyesBy, FaceSettings, HeadSettings, parse_face};
pub use table::{FACE_VRM, FACE_VROID, FaceTable, FaceTableTargets};

use crate::character::{Character, FaceMorphs};
use crate::limits::{EXPRESSIONS_MAX, FACE_TARGETS_MAX};
use crate::map_file::{CharacterMapError, FaceLine, nearest};
use crate::vrm::expression::{Expression, Override};
use cyc_model::{FaceShape, FaceWeights};

/// Before an expression's name in a map.
const EXPRESSION: &str = "expression:";

/// What a shape moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaceTarget {
    /// A morph target of the character.
    Morph(u16),
    /// An expression of the character.
    Expression(u16),
}

/// Why a shape moves what it moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaceSource {
    /// The person's map.
    Map,
    /// An expression of the shape's name.
    PerfectSync,
    /// A morph target of the shape's name.
    Name,
    /// A table of another maker's names.
    Table,
}

/// A shape with one thing that it moves.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct FaceDrive {
    /// The shape.
    pub shape: FaceShape,
    /// What it moves.
    pub target: FaceTarget,
    /// How far at the shape's full weight.
    pub weight: f32,
}

/// How the 52 shapes reach a character.
#[derive(Clone, Debug, PartialEq)]
pub struct FaceBinding {
    drives: Vec<FaceDrive>,
    sources: [Option<FaceSource>; FaceShape::COUNT],
}

impl Default for FaceBinding {
    fn default() -> Self {
        Self {
            drives: Vec::new(),
            sources: [None; FaceShape::COUNT],
        }
    }
}

impl FaceBinding {
    /// Finds what each shape moves.
    ///
    /// # Errors
    /// When the map names a target that the character has not.
    pub(crate) fn find(
        morphs: &[String],
        expressions: &[Expression],
        map: &[FaceLine],
    ) -> Result<Self, CharacterMapError> {
        let mut built = Self::default();
        for line in map {
            built.take_line(morphs, expressions, line)?;
        }
        for shape in FaceShape::ALL {
            if built.source(shape).is_some() {
                continue;
            }
            let plain = shape.arkit_name().to_ascii_lowercase();
            let own = |e: &Expression| !e.is_preset && names::is_called(&e.name, &plain);
            let synced = expressions.iter().position(own);
            if let Some(e) = synced.and_then(|e| u16::try_from(e).ok()) {
                built.add(
                    shape,
                    FaceTarget::Expression(e),
                    1.0,
                    FaceSource::PerfectSync,
                );
            } else if let Some(morph) = names::target_of(shape, morphs) {
                built.add(shape, FaceTarget::Morph(morph), 1.0, FaceSource::Name);
            }
        }
        for table in FaceTable::committed() {
            built.take_table(&table, morphs, expressions);
        }
        Ok(built)
    }

    fn add(&mut self, shape: FaceShape, target: FaceTarget, weight: f32, source: FaceSource) {
        self.drives.push(FaceDrive {
            shape,
            target,
            weight,
        });
        if let Some(slot) = self.sources.get_mut(shape as usize) {
            *slot = Some(source);
        }
    }

    fn take_line(
        &mut self,
        morphs: &[String],
        expressions: &[Expression],
        line: &FaceLine,
    ) -> Result<(), CharacterMapError> {
        // A shape that the map gives nothing moves nothing.
        if let Some(slot) = self.sources.get_mut(line.shape as usize) {
            *slot = Some(FaceSource::Map);
        }
        for (name, weight) in line.targets.iter().take(FACE_TARGETS_MAX) {
            let target = match name.strip_prefix(EXPRESSION) {
                Some(wanted) => expressions.iter().position(|e| e.name == wanted).map(|e| {
                    // There are at most `EXPRESSIONS_MAX`.
                    FaceTarget::Expression(e as u16)
                }),
                None => morphs.iter().position(|m| m == name).map(|m| {
                    // There are at most `MORPHS_MAX`.
                    FaceTarget::Morph(m as u16)
                }),
            };
            let target = target.ok_or_else(|| {
                let expressions: Vec<String> = expressions
                    .iter()
                    .map(|e| format!("{EXPRESSION}{}", e.name))
                    .collect();
                let all = morphs.iter().chain(&expressions).map(String::as_str);
                CharacterMapError::UnknownTarget {
                    place: line.place,
                    target: name.clone(),
                    nearest: nearest(name, all),
                }
            })?;
            self.add(line.shape, target, *weight, FaceSource::Map);
        }
        Ok(())
    }

    fn take_table(&mut self, table: &FaceTable, morphs: &[String], expressions: &[Expression]) {
        let find = |name: &str| -> Option<FaceTarget> {
            match table.targets {
                FaceTableTargets::Expression => {
                    let mut all = expressions.iter();
                    let at = all.position(|e| e.is_preset && e.name == name)?;
                    Some(FaceTarget::Expression(at as u16))
                }
                FaceTableTargets::Morph => {
                    let words = name.split(|c: char| !c.is_alphanumeric());
                    let plain = words.collect::<String>().to_lowercase();
                    let at = morphs.iter().position(|m| names::is_called(m, &plain))?;
                    Some(FaceTarget::Morph(at as u16))
                }
            }
        };
        // Several rows of one table may share a shape, but none is added to what was there before the table.
        let before = self.sources;
        let is_free = |shape: &FaceShape| before.get(*shape as usize) == Some(&None);
        for row in &table.drives {
            if row.unless.iter().any(|name| find(name).is_some()) {
                continue;
            }
            let Some(target) = find(&row.target) else {
                continue;
            };
            for (shape, weight) in row.shapes.iter().filter(|(s, _)| is_free(s)) {
                self.add(*shape, target, *weight, FaceSource::Table);
            }
        }
    }

    /// Every shape with what it moves.
    pub fn drives(&self) -> &[FaceDrive] {
        &self.drives
    }

    /// Why a shape moves what it moves; `None` for one that moves nothing.
    pub fn source(&self, shape: FaceShape) -> Option<FaceSource> {
        self.sources.get(shape as usize).copied().flatten()
    }

    /// What a shape moves, by the names that a map uses.
    pub fn targets_of(&self, character: &Character, shape: FaceShape) -> Vec<(String, f32)> {
        let own = self.drives.iter().filter(|d| d.shape == shape);
        own.filter_map(|d| {
            let name = match d.target {
                FaceTarget::Morph(m) => character.morph_names.get(usize::from(m))?.clone(),
                FaceTarget::Expression(e) => {
                    let expression = character.expressions.get(usize::from(e))?;
                    format!("{EXPRESSION}{}", expression.name)
                }
            };
            Some((name, d.weight))
        })
        .collect()
    }

    /// The morph target of each shape that moves exactly one, fully.
    pub(crate) fn plain_morphs(&self) -> FaceMorphs {
        let mut morphs = FaceMorphs::default();
        for (slot, shape) in morphs.0.iter_mut().zip(FaceShape::ALL) {
            let mut own = self.drives.iter().filter(|d| d.shape == shape);
            if let (Some(only), None) = (own.next(), own.next())
                && let FaceTarget::Morph(morph) = only.target
                && only.weight == 1.0
            {
                *slot = Some(morph);
            }
        }
        morphs
    }
}

impl Character {
    /// Writes the weight of every morph target, in [`Self::morph_names`]' order, for a face; `out` beyond them is zero.
    /// Allocates nothing.
    pub fn morph_weights(&self, face: &FaceWeights, out: &mut [f32]) {
        let mut expressions = [0.0; EXPRESSIONS_MAX];
        out.fill(0.0);
        for drive in &self.face.drives {
            let weight = face.get(drive.shape) * drive.weight;
            let slot = match drive.target {
                FaceTarget::Morph(m) => out.get_mut(usize::from(m)),
                FaceTarget::Expression(e) => expressions.get_mut(usize::from(e)),
            };
            if let Some(slot) = slot {
                *slot += weight;
            }
        }
        self.settle_expressions(&mut expressions);
        for (expression, weight) in self.expressions.iter().zip(expressions) {
            for (morph, full) in expression.morphs.iter().filter(|_| weight != 0.0) {
                if let Some(slot) = out.get_mut(usize::from(*morph)) {
                    *slot += weight * full;
                }
            }
        }
        for slot in out {
            *slot = slot.clamp(-1.0, 1.0);
        }
    }

    /// Writes the weight of every expression, in [`Self::expressions`]' order, for a face: on or off for binary ones, and
    /// less where another overrides it. Allocates nothing.
    pub fn expression_weights(&self, face: &FaceWeights, out: &mut [f32]) {
        let mut weights = [0.0; EXPRESSIONS_MAX];
        for drive in &self.face.drives {
            if let FaceTarget::Expression(e) = drive.target
                && let Some(slot) = weights.get_mut(usize::from(e))
            {
                *slot += face.get(drive.shape) * drive.weight;
            }
        }
        self.settle_expressions(&mut weights);
        out.fill(0.0);
        for (slot, weight) in out.iter_mut().zip(weights) {
            *slot = weight;
        }
    }

    /// VRM 1.0, `expressions.md`: binary expressions act from half their weight on, and overrides multiply.
    fn settle_expressions(&self, weights: &mut [f32; EXPRESSIONS_MAX]) {
        let mut left = [1.0f32; 3];
        for (expression, weight) in self.expressions.iter().zip(weights.iter_mut()) {
            *weight = weight.clamp(0.0, 1.0);
            if expression.is_binary {
                *weight = if *weight > 0.5 { 1.0 } else { 0.0 };
            }
            let overrides = [
                expression.overrides_blink,
                expression.overrides_look_at,
                expression.overrides_mouth,
            ];
            for (left, kind) in left.iter_mut().zip(overrides) {
                *left *= match kind {
                    Override::None => 1.0,
                    Override::Block if *weight > 0.0 => 0.0,
                    Override::Block => 1.0,
                    Override::Blend => 1.0 - *weight,
                };
            }
        }
        for (expression, weight) in self.expressions.iter().zip(weights) {
            let [blink, look, mouth] = left;
            *weight *= match expression.name.as_str() {
                _ if !expression.is_preset => 1.0,
                "blink" | "blinkLeft" | "blinkRight" => blink,
                "lookUp" | "lookDown" | "lookLeft" | "lookRight" => look,
                "aa" | "ih" | "ou" | "ee" | "oh" => mouth,
                _ => 1.0,
            };
        }
    }
}
