//! glTF and VRM bytes to a built character: skeleton, skins, morph targets, humanoid map.
