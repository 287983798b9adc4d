//! The character that a motion goes to.

use super::RetargetArgs;
use super::error::RetargetCommandError;
use crate::character_file::CharacterFile;
use crate::failure::Failure;
use cyc_character::{Character, ExportMotion, NotHumanoid, export_glb, load};
use cyc_model::{HumanBone, JointFrame, Skeleton, Stage, Xf};
use std::sync::Arc;

/// A humanoid character, and its file.
#[derive(Debug)]
pub struct Target {
    /// Itself.
    pub character: Arc<Character>,
    /// Its joints.
    pub skeleton: Skeleton,
    file: CharacterFile,
}

impl Target {
    /// Loads the character; one that is no human is refused with the reason.
    pub fn load(args: &RetargetArgs) -> Result<Self, Failure> {
        let file = CharacterFile::open(&args.character, args.map.as_deref())?;
        let character = Character {
            skin_blend: args.skin_blend,
            ..file.with(load)?
        };
        let refuse = |why| RetargetCommandError::NotHumanoid {
            path: file.path.clone(),
            why,
        };
        if let Some(why) = &character.not_humanoid {
            return Err(refuse(why.clone()).into());
        }
        let Some(skeleton) = character.skeleton.clone() else {
            return Err(refuse(NotHumanoid::NoJoints).into());
        };
        let bones: Vec<HumanBone> = character.humanoid.missing_required().collect();
        if !bones.is_empty() {
            return Err(refuse(NotHumanoid::MissingBones { bones }).into());
        }
        Ok(Self {
            character: Arc::new(character),
            skeleton,
            file,
        })
    }

    /// The character's file with a motion: frame after frame all joints, and all morph weights or none.
    pub fn export(
        &self,
        name: &str,
        rate_hz: f64,
        joints: &[Xf<Stage, JointFrame>],
        morph_weights: &[f32],
    ) -> Result<Vec<u8>, Failure> {
        let motion = ExportMotion {
            name,
            rate_hz,
            joints,
            morph_weights,
        };
        self.file
            .with(|bytes, options| export_glb(bytes, options, &self.character, &motion))
    }

    /// Bones that a performer may have and the character has not.
    pub fn missing(&self) -> Vec<&'static str> {
        let absent = |b: &HumanBone| self.character.humanoid.joint(*b).is_none();
        let all = HumanBone::ALL.into_iter().filter(absent);
        all.map(HumanBone::vrm_name).collect()
    }
}
