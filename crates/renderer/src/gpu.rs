//! The adapter and the device on it.
//!
//! What the driver reports asynchronously (a lost device, a refused command) is kept here and turned into an error
//! at the next frame; nothing panics.

use crate::RenderError;
use crate::present::PresentWindow;
use std::sync::{Arc, Mutex, PoisonError};

/// What people want to know about the adapter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AdapterReport {
    /// The adapter's name.
    pub name: String,
    /// The interface to it, like `Vulkan`.
    pub backend: String,
    /// The driver and its version.
    pub driver: String,
    /// Whether it draws on the processor.
    pub software: bool,
    /// Largest side of a texture, pixels.
    pub texture_side_max_px: u32,
    /// Whether it can tell how long a pass took.
    pub timestamps: bool,
}

#[derive(Debug, Default)]
struct Fault(Mutex<Option<RenderError>>);

impl Fault {
    /// Keeps the first fault; a lost device replaces it, since it explains the others.
    fn set(&self, error: RenderError) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.is_none() || matches!(error, RenderError::DeviceLost { .. }) {
            *kept = Some(error);
        }
    }
}

/// An open device.
#[derive(Clone, Debug)]
pub struct Gpu {
    instance: wgpu::Instance,
    adapter: wgpu::Adapter,
    device: wgpu::Device,
    queue: wgpu::Queue,
    report: Arc<AdapterReport>,
    fault: Arc<Fault>,
}

impl Gpu {
    /// Opens the best adapter without a window: a GPU when there is one, else Mesa's software driver.
    pub fn headless() -> Result<Self, RenderError> {
        Self::open(None)
    }

    /// Opens the best adapter that can present to a window.
    pub(crate) fn for_window(window: &Arc<dyn PresentWindow>) -> Result<Self, RenderError> {
        Self::open(Some(window))
    }

    fn open(window: Option<&Arc<dyn PresentWindow>>) -> Result<Self, RenderError> {
        let instance = wgpu::Instance::new(Self::instance_descriptor());
        let surface = window.map(|w| surface_of(&instance, w));
        let surface = surface
            .transpose()
            .map_err(|reason| RenderError::NoAdapter { reason })?;
        let options = wgpu::RequestAdapterOptions {
            power_preference: wgpu::PowerPreference::HighPerformance,
            compatible_surface: surface.as_ref(),
            ..Default::default()
        };
        let adapter = pollster::block_on(instance.request_adapter(&options)).map_err(|error| {
            RenderError::NoAdapter {
                reason: error.to_string(),
            }
        })?;
        Self::on(instance, adapter)
    }

    fn instance_descriptor() -> wgpu::InstanceDescriptor {
        wgpu::InstanceDescriptor {
            backends: wgpu::Backends::VULKAN,
            ..wgpu::InstanceDescriptor::new_without_display_handle()
        }
    }

    /// All adapters, for people; opens none.
    pub fn adapters() -> Vec<AdapterReport> {
        let instance = wgpu::Instance::new(Self::instance_descriptor());
        pollster::block_on(instance.enumerate_adapters(wgpu::Backends::VULKAN))
            .iter()
            .map(report)
            .collect()
    }

    fn on(instance: wgpu::Instance, adapter: wgpu::Adapter) -> Result<Self, RenderError> {
        let report = report(&adapter);
        let optional = wgpu::Features::TIMESTAMP_QUERY;
        let descriptor = wgpu::DeviceDescriptor {
            label: Some("cyclorama"),
            required_features: adapter.features() & optional,
            required_limits: wgpu::Limits {
                max_texture_dimension_2d: report.texture_side_max_px,
                max_buffer_size: adapter.limits().max_buffer_size,
                max_storage_buffer_binding_size: adapter.limits().max_storage_buffer_binding_size,
                ..wgpu::Limits::default()
            },
            ..Default::default()
        };
        let (device, queue) =
            pollster::block_on(adapter.request_device(&descriptor)).map_err(|error| {
                RenderError::NoDevice {
                    adapter: report.name.clone(),
                    reason: error.to_string(),
                }
            })?;
        let fault = Arc::new(Fault::default());
        let at_loss = fault.clone();
        device.set_device_lost_callback(move |_, reason| {
            at_loss.set(RenderError::DeviceLost { reason });
        });
        let at_error = fault.clone();
        device.on_uncaptured_error(Arc::new(move |error: wgpu::Error| {
            at_error.set(match error {
                wgpu::Error::OutOfMemory { .. } => RenderError::OutOfMemory,
                other => RenderError::Refused {
                    reason: other.to_string(),
                },
            });
        }));
        Ok(Self {
            instance,
            adapter,
            device,
            queue,
            report: Arc::new(report),
            fault,
        })
    }

    /// The adapter.
    pub fn report(&self) -> &AdapterReport {
        &self.report
    }

    /// The adapter that the device is on.
    pub(crate) fn adapter(&self) -> &wgpu::Adapter {
        &self.adapter
    }

    /// The surface of a window; what the system said when there can be none.
    pub(crate) fn surface(
        &self,
        window: &Arc<dyn PresentWindow>,
    ) -> Result<wgpu::Surface<'static>, String> {
        surface_of(&self.instance, window)
    }

    /// The device, to share with a window.
    pub fn device(&self) -> &wgpu::Device {
        &self.device
    }

    /// The queue, to share with a window.
    pub fn queue(&self) -> &wgpu::Queue {
        &self.queue
    }

    /// What the driver has reported since the device was opened. A device that was lost stays lost.
    pub fn check(&self) -> Result<(), RenderError> {
        let kept = self.fault.0.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone().map_or(Ok(()), Err)
    }

    /// Waits until everything submitted is done.
    pub fn wait(&self) -> Result<(), RenderError> {
        let polled = self.device.poll(wgpu::PollType::wait_indefinitely());
        self.check()?;
        polled.map(|_| ()).map_err(|error| RenderError::Refused {
            reason: error.to_string(),
        })
    }
}

fn surface_of(
    instance: &wgpu::Instance,
    window: &Arc<dyn PresentWindow>,
) -> Result<wgpu::Surface<'static>, String> {
    let target = wgpu::SurfaceTarget::DisplayAndWindow(Box::new(Arc::clone(window)));
    instance.create_surface(target).map_err(|e| e.to_string())
}

fn report(adapter: &wgpu::Adapter) -> AdapterReport {
    let info = adapter.get_info();
    AdapterReport {
        name: info.name,
        backend: format!("{:?}", info.backend),
        driver: format!("{} {}", info.driver, info.driver_info),
        software: info.device_type == wgpu::DeviceType::Cpu,
        texture_side_max_px: adapter.limits().max_texture_dimension_2d.min(16_384),
        timestamps: adapter.features().contains(wgpu::Features::TIMESTAMP_QUERY),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::Gpu;

    /// The adapter that the tests draw on; without one they are skipped, or fail where one is required.
    pub(crate) fn gpu() -> Option<Gpu> {
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
}
