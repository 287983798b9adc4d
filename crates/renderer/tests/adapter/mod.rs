//! The adapter for tests: a test without one says so, or fails where one is required.

use cyc_renderer::Gpu;

/// A device, when there is one.
pub fn gpu() -> Option<Gpu> {
    match Gpu::headless() {
        Ok(gpu) => Some(gpu),
        Err(error) => {
            let required = std::env::var("CYC_GPU").is_ok_and(|v| v == "required")
                || std::env::var("CI").is_ok_and(|v| v == "true");
            assert!(!required, "a graphics adapter is required: {error}");
            eprintln!("SKIPPED: {error}");
            None
        }
    }
}
