//! A share of a window for whoever draws into it.

use cyc_renderer::PresentWindow;
use std::sync::atomic::{AtomicU64, Ordering};
use wgpu::rwh::{DisplayHandle, HandleError, HasDisplayHandle, HasWindowHandle, WindowHandle};
use winit::dpi::PhysicalSize;
use winit::window::Window;

/// A window with its size at hand: asking the window system would wait for its answer.
pub(crate) struct WallHandle {
    window: Window,
    size_px: AtomicU64,
}

impl WallHandle {
    pub(crate) fn new(window: Window) -> Self {
        let handle = Self {
            size_px: AtomicU64::new(0),
            window,
        };
        handle.resized(handle.window.inner_size());
        handle
    }

    pub(crate) fn window(&self) -> &Window {
        &self.window
    }

    /// The window system told another size.
    pub(crate) fn resized(&self, size: PhysicalSize<u32>) {
        let packed = u64::from(size.width) << 32 | u64::from(size.height);
        self.size_px.store(packed, Ordering::Relaxed);
    }
}

impl PresentWindow for WallHandle {
    fn size_px(&self) -> [u32; 2] {
        let packed = self.size_px.load(Ordering::Relaxed);
        [(packed >> 32) as u32, packed as u32]
    }
}

impl HasWindowHandle for WallHandle {
    fn window_handle(&self) -> Result<WindowHandle<'_>, HandleError> {
        self.window.window_handle()
    }
}

impl HasDisplayHandle for WallHandle {
    fn display_handle(&self) -> Result<DisplayHandle<'_>, HandleError> {
        self.window.display_handle()
    }
}
