//! The program's first thread while walls have windows: it opens them, and listens.

use crate::error::DisplayError;
use crate::monitor::{Monitor, choose};
use crate::plan::{OpenWindow, WindowPlan};
use crate::wall_handle::WallHandle;
use cyc_renderer::{Fit, WallWindow};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};
use winit::application::ApplicationHandler;
use winit::dpi::PhysicalSize;
use winit::event::{ElementState, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop};
use winit::keyboard::{Key, ModifiersState};
use winit::monitor::MonitorHandle;
use winit::window::{Fullscreen, Window, WindowAttributes, WindowId};

/// How often it is asked whether the show is over.
const LOOK_EVERY: Duration = Duration::from_millis(30);

/// The longer side of a window with a frame, at first.
const FRAMED_SIDE_PX: f64 = 1280.0;

/// A key that a person pressed on a wall's window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPress {
    /// What it writes, in capitals: `B`.
    pub text: String,
    /// Whether Shift is held. Keys with Ctrl, Alt or the system's own key are not told.
    pub shift: bool,
}

/// Whom the windows tell.
pub trait WindowEvents {
    /// The windows are open.
    fn opened(&mut self, windows: Vec<OpenWindow>);
    /// A key was pressed on one of them.
    fn pressed(&mut self, key: KeyPress);
    /// A person closed a window with a frame. One that fills a monitor cannot be closed: the wall would go dark.
    fn closed(&mut self, display: &str);
    /// Whether the windows are to be closed.
    fn is_over(&mut self) -> bool;
}

/// Opens these windows and listens to them until it is over. For the program's first thread, once in a program.
///
/// # Errors
/// There is no window system, or it refuses a window; then the others are closed again.
pub fn open(plans: &[WindowPlan], events: &mut dyn WindowEvents) -> Result<(), DisplayError> {
    let refused = |e: &dyn std::fmt::Display| DisplayError::NoWindowSystem {
        reason: e.to_string(),
    };
    let mut builder = EventLoop::builder();
    // On Linux any thread may have the windows; elsewhere it must be the program's first.
    #[cfg(target_os = "linux")]
    winit::platform::x11::EventLoopBuilderExtX11::with_any_thread(&mut builder, true);
    let event_loop = builder.build().map_err(|e| refused(&e))?;
    let mut windows = Windows {
        plans,
        events,
        open: HashMap::new(),
        held: ModifiersState::empty(),
        failed: None,
    };
    let ended = event_loop.run_app(&mut windows);
    match windows.failed {
        Some(failed) => Err(failed),
        None => ended.map_err(|e| refused(&e)),
    }
}

struct Shown {
    name: String,
    is_framed: bool,
    handle: Arc<WallHandle>,
}

struct Windows<'a> {
    plans: &'a [WindowPlan],
    events: &'a mut dyn WindowEvents,
    open: HashMap<WindowId, Shown>,
    held: ModifiersState,
    failed: Option<DisplayError>,
}

fn described(handle: &MonitorHandle, number: usize) -> Monitor {
    let size = handle.size();
    Monitor {
        name: handle.name().unwrap_or_else(|| number.to_string()),
        origin_px: handle.position().into(),
        size_px: [size.width, size.height],
        rate_hz: handle
            .refresh_rate_millihertz()
            .map(|mhz| f64::from(mhz) / 1000.0),
    }
}

/// The size of a window with a frame.
fn framed_px(plan: &WindowPlan) -> PhysicalSize<u32> {
    let [width, height] = [plan.canvas.width, plan.canvas.height].map(f64::from);
    let scale = (FRAMED_SIDE_PX / width.max(height)).min(1.0);
    PhysicalSize::new(
        ((width * scale).round() as u32).max(1),
        ((height * scale).round() as u32).max(1),
    )
}

impl Windows<'_> {
    fn open_all(&mut self, event_loop: &ActiveEventLoop) -> Result<(), DisplayError> {
        let handles: Vec<_> = event_loop.available_monitors().collect();
        let monitors: Vec<_> = handles
            .iter()
            .zip(0..)
            .map(|(h, i)| described(h, i))
            .collect();
        let mut opened = Vec::with_capacity(self.plans.len());
        for plan in self.plans {
            let chosen = choose(&monitors, plan.monitor.as_deref());
            let at = chosen.filter(|_| !plan.is_framed);
            let attributes = attributes(plan, at.and_then(|i| handles.get(i)));
            let window = event_loop.create_window(attributes);
            let window = window.map_err(|e| DisplayError::NoWindow {
                display: plan.name.clone(),
                reason: e.to_string(),
            })?;
            if at.is_some() {
                window.set_cursor_visible(false);
            }
            let id = window.id();
            let handle = Arc::new(WallHandle::new(window));
            opened.push(OpenWindow {
                window: WallWindow {
                    name: plan.name.clone(),
                    canvas: plan.canvas,
                    fit: at.map_or(Fit::Whole, |_| Fit::Pixels),
                    window: handle.clone(),
                },
                monitor: at.and_then(|i| monitors.get(i).cloned()),
                missing: plan.monitor.clone().filter(|_| chosen.is_none()),
                is_on_x11: is_on_x11(event_loop),
            });
            let shown = Shown {
                name: plan.name.clone(),
                is_framed: at.is_none(),
                handle,
            };
            self.open.insert(id, shown);
        }
        self.events.opened(opened);
        Ok(())
    }

    fn pressed(&mut self, key: &Key) {
        let held = self.held;
        if held.control_key() || held.alt_key() || held.super_key() {
            return;
        }
        if let Key::Character(text) = key {
            self.events.pressed(KeyPress {
                text: text.to_uppercase(),
                shift: held.shift_key(),
            });
        }
    }
}

#[cfg(target_os = "linux")]
fn is_on_x11(event_loop: &ActiveEventLoop) -> bool {
    winit::platform::x11::ActiveEventLoopExtX11::is_x11(event_loop)
}

#[cfg(not(target_os = "linux"))]
fn is_on_x11(_: &ActiveEventLoop) -> bool {
    false
}

fn attributes(plan: &WindowPlan, monitor: Option<&MonitorHandle>) -> WindowAttributes {
    let attributes = Window::default_attributes().with_title(&plan.title);
    let Some(monitor) = monitor else {
        return attributes.with_inner_size(framed_px(plan));
    };
    // Place and size as well: without a window manager nobody makes it fill the monitor.
    attributes
        .with_decorations(false)
        .with_position(monitor.position())
        .with_inner_size(monitor.size())
        .with_fullscreen(Some(Fullscreen::Borderless(Some(monitor.clone()))))
}

impl ApplicationHandler for Windows<'_> {
    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        if !self.open.is_empty() || self.failed.is_some() {
            return;
        }
        if let Err(failed) = self.open_all(event_loop) {
            self.failed = Some(failed);
            self.open.clear();
            event_loop.exit();
        }
    }

    fn window_event(&mut self, _: &ActiveEventLoop, id: WindowId, event: WindowEvent) {
        let Some(shown) = self.open.get(&id) else {
            return;
        };
        match event {
            WindowEvent::Resized(size) => shown.handle.resized(size),
            WindowEvent::ScaleFactorChanged { .. } => {
                shown.handle.resized(shown.handle.window().inner_size());
            }
            WindowEvent::CloseRequested if shown.is_framed => {
                let name = shown.name.clone();
                self.events.closed(&name);
            }
            WindowEvent::ModifiersChanged(held) => self.held = held.state(),
            WindowEvent::KeyboardInput { event, .. }
                if event.state == ElementState::Pressed && !event.repeat =>
            {
                self.pressed(&event.logical_key);
            }
            _ => {}
        }
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        if self.events.is_over() {
            event_loop.exit();
            return;
        }
        event_loop.set_control_flow(ControlFlow::WaitUntil(Instant::now() + LOOK_EVERY));
    }
}
