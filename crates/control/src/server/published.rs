//! What is served: the newest state, shapes and scene, as bytes that any number of readers share.

use crate::{SceneFrame, SceneShapes, StageDocument};
use serde::Serialize;
use std::sync::{Arc, Mutex, PoisonError};

/// One thing that is served.
#[derive(Debug)]
struct Copy(Mutex<Arc<[u8]>>);

impl Default for Copy {
    fn default() -> Self {
        Self(Mutex::new(Arc::from(*b"null")))
    }
}

impl Copy {
    fn put<T: Serialize>(&self, value: &T) {
        // Plain data without maps cannot fail to become JSON; should it, the last copy stays.
        if let Ok(bytes) = serde_json::to_vec(value) {
            *self.0.lock().unwrap_or_else(PoisonError::into_inner) = bytes.into();
        }
    }

    fn get(&self) -> Arc<[u8]> {
        Arc::clone(&self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The newest of everything that is served. The lock is held for the length of a pointer's copy.
#[derive(Debug, Default)]
pub struct Published {
    state: Copy,
    shapes: Copy,
    scene: Copy,
}

impl Published {
    /// The stage as it is now.
    pub fn put_state(&self, document: &StageDocument) {
        self.state.put(document);
    }

    /// What stands still.
    pub fn put_shapes(&self, shapes: &SceneShapes) {
        self.shapes.put(shapes);
    }

    /// What moves.
    pub fn put_scene(&self, scene: &SceneFrame) {
        self.scene.put(scene);
    }

    pub(super) fn state(&self) -> Arc<[u8]> {
        self.state.get()
    }

    pub(super) fn shapes(&self) -> Arc<[u8]> {
        self.shapes.get()
    }

    pub(super) fn scene(&self) -> Arc<[u8]> {
        self.scene.get()
    }
}
