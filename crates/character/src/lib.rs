//! glTF and VRM bytes to a built character: skeleton, skins, morph targets, humanoid map.
//!
//! Bytes come in, a [`Character`] goes out, or an error that says what is wrong and where. Nothing is read from disk
//! or network here, and no input may panic or make the loader allocate more than its limits say.

mod character;

pub use character::{
    AlphaMode, Character, FaceMorphs, Material, MorphTarget, Picture, Primitive, Skin, TextureRef,
    TextureWrap,
};
