//! A renderer that outlives its device.
//!
//! Drivers reset, cables are pulled, a shader is edited in the middle of a show. wgpu rebuilds nothing by itself, so what
//! everything is made from is kept here on the processor's side: the stage, the characters, the settings, what an
//! operator wants, the last frame. When the device is lost a new one is opened, all of it is built again and the frame is
//! drawn again; whoever draws notices only the time. What lives on the GPU alone is lost: a held wall shows the present
//! and is held from there.

use crate::present::Presenter;
use crate::readback::IN_FLIGHT_MAX;
use crate::shader_folder::{ShaderFault, ShaderFolder};
use crate::{
    DisplayReport, FrameReport, Gpu, Pictures, PlateUpload, RenderError, RenderSettings, Renderer,
    WallWindow, Wanted, WindowCopy,
};
use cyc_character::Character;
use cyc_model::StageFrame;
use cyc_stage::{OverrideError, Stage, StageOverride};
use std::sync::Arc;
use std::sync::mpsc::SyncSender;
use std::time::{Duration, Instant};

/// Opens a device; asked again after each loss.
pub type OpenGpu = dyn FnMut() -> Result<Gpu, RenderError> + Send;

/// How often a device may be lost with fewer than [`CALM_FRAMES`] frames in between before it is given up: a driver that
/// dies of what is drawn would be fed it for ever.
const LOSSES_MAX: u32 = 3;

/// Frames after which a loss is a new story: ten seconds of film.
const CALM_FRAMES: u32 = 240;

/// How often the shaders' folder is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// What was built anew, for whoever watches.
#[derive(Clone, Debug, Default)]
pub struct Rebuilds {
    /// Devices lost.
    pub losses: u64,
    /// Shader edits taken.
    pub edits: u64,
    /// How long the last rebuild took.
    pub last: Option<Duration>,
    /// What is wrong with the last shader edit, which was not taken.
    pub fault: Option<ShaderFault>,
}

/// Whether another device may do what this one does not. A lost one often refuses a command before the driver says that it
/// is lost, and what was refused once is refused for ever.
fn is_of_the_device(error: &RenderError) -> bool {
    matches!(
        error,
        RenderError::DeviceLost { .. } | RenderError::Refused { .. } | RenderError::OutOfMemory
    )
}

/// The frames whose pictures were not yet taken, the oldest first, in memory that is used again.
#[derive(Default)]
struct Untaken {
    slots: [(StageFrame, Wanted); IN_FLIGHT_MAX],
    first: usize,
    count: usize,
}

impl Untaken {
    fn push(&mut self, frame: &StageFrame, wanted: Wanted) {
        let is_read = wanted.canvas || wanted.camera.is_some() || wanted.wide;
        if !is_read || wanted.window_only {
            return;
        }
        if self.count == IN_FLIGHT_MAX {
            self.pop();
        }
        let slot = &mut self.slots[(self.first + self.count) % IN_FLIGHT_MAX];
        slot.0.copy_from(frame);
        slot.1 = wanted;
        self.count += 1;
    }

    fn pop(&mut self) {
        if self.count > 0 {
            self.first = (self.first + 1) % IN_FLIGHT_MAX;
            self.count -= 1;
        }
    }

    fn iter(&self) -> impl Iterator<Item = &(StageFrame, Wanted)> {
        (0..self.count).map(|nth| &self.slots[(self.first + nth) % IN_FLIGHT_MAX])
    }
}

/// A renderer and all that it is made from.
pub struct KeptRenderer {
    renderer: Renderer,
    /// The walls' windows, and what draws into them.
    windows: Vec<WallWindow>,
    presenter: Option<Presenter>,
    /// Who takes copies of what they show.
    copies_to: Option<SyncSender<WindowCopy>>,
    open: Box<OpenGpu>,
    stage: Stage,
    characters: Vec<Option<Arc<Character>>>,
    settings: RenderSettings,
    over: StageOverride,
    untaken: Untaken,
    /// Losses since the last calm, and frames since the last loss.
    losses_in_a_row: u32,
    frames_since_loss: u32,
    shaders: Option<(ShaderFolder, Instant)>,
    rebuilds: Rebuilds,
}

impl KeptRenderer {
    /// Opens a device and builds everything on it.
    pub fn new(
        mut open: Box<OpenGpu>,
        stage: &Stage,
        characters: &[Option<Arc<Character>>],
        settings: RenderSettings,
    ) -> Result<Self, RenderError> {
        let gpu = open()?;
        Ok(Self {
            renderer: Renderer::new(&gpu, stage, characters, settings)?,
            windows: Vec::new(),
            presenter: None,
            copies_to: None,
            open,
            stage: stage.clone(),
            characters: characters.to_vec(),
            settings,
            over: StageOverride::of(stage),
            untaken: Untaken::default(),
            losses_in_a_row: 0,
            frames_since_loss: 0,
            shaders: None,
            rebuilds: Rebuilds::default(),
        })
    }

    /// Opens a device that can present to the walls' windows; the best one of all when there are none.
    ///
    /// # Errors
    /// No adapter can, or it does not open.
    pub fn gpu_for(windows: &[WallWindow]) -> Result<Gpu, RenderError> {
        match windows.first() {
            Some(first) => Gpu::for_window(&first.window),
            None => Gpu::headless(),
        }
    }

    /// Shows the walls in these windows from now on: see [`Self::acquire`]. After a loss of the device `open` must give
    /// one that can present to them ([`Self::gpu_for`]).
    ///
    /// # Errors
    /// The adapter cannot present to one of them.
    pub fn show_in(&mut self, windows: &[WallWindow]) -> Result<(), RenderError> {
        // A window has one surface at a time.
        self.presenter = None;
        self.windows = windows.to_vec();
        self.presenter = self.presenter_on(self.renderer.gpu())?;
        Ok(())
    }

    /// Goes on where another renderer was: its outer eye's place and, on the same device, its windows, without a picture in
    /// between.
    pub fn go_on_from(&mut self, from: &mut Self) {
        self.renderer.resume_outer_eye(from.renderer.outer_eye());
        if self.renderer.gpu().device() == from.renderer.gpu().device() {
            self.windows = std::mem::take(&mut from.windows);
            self.copies_to = from.copies_to.take();
            self.presenter = from.presenter.take();
        }
    }

    fn presenter_on(&self, gpu: &Gpu) -> Result<Option<Presenter>, RenderError> {
        if self.windows.is_empty() {
            return Ok(None);
        }
        Presenter::new(gpu, &self.windows, self.copies_to.as_ref()).map(Some)
    }

    /// Gives copies of what the walls' windows show to somebody who reads them elsewhere, when [`Self::copy_next`] asks for
    /// them. To be called before [`Self::show_in`]; the channel needs room for one copy a window.
    pub fn copy_to(&mut self, taker: SyncSender<WindowCopy>) {
        self.copies_to = Some(taker);
    }

    /// Asks for copies of what the windows show next. A window whose last copy is still being read gives its own later.
    pub fn copy_next(&mut self) {
        if let Some(presenter) = &mut self.presenter {
            presenter.ask_for_copies();
        }
    }

    /// Lets copies that are on the card come, while nothing is drawn.
    pub fn tend_copies(&mut self) {
        // A device that is lost is told of with the next picture.
        let _ = self.renderer.gpu().device().poll(wgpu::PollType::Poll);
    }

    /// Whether copies are asked for that were not made yet.
    pub fn owes_copies(&self) -> bool {
        self.presenter.as_ref().is_some_and(Presenter::owes_copies)
    }

    /// Waits until the walls' windows want a picture: to be called before the frame that [`Self::render`] is given is
    /// chosen. Nothing without windows.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn acquire(&mut self) -> Result<(), RenderError> {
        match self.presenter.as_mut().map(Presenter::acquire) {
            // It is said here or at the next frame that the device is lost with the windows.
            Some(Err(error)) if self.renderer.gpu().check().is_ok() => Err(error),
            _ => Ok(()),
        }
    }

    /// Shows the last frame on the walls' windows.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn present(&mut self) -> Result<(), RenderError> {
        let Some(presenter) = &mut self.presenter else {
            return Ok(());
        };
        match self.renderer.present(presenter) {
            Err(error) if is_of_the_device(&error) => self.recover(error),
            other => other,
        }
    }

    /// How the walls' windows fare.
    pub fn displays(&self) -> Vec<DisplayReport> {
        self.presenter
            .as_ref()
            .map_or_else(Vec::new, |p| p.reports().collect())
    }

    /// Takes edits of the shaders from a folder from now on.
    pub fn watch_shaders(&mut self, folder: ShaderFolder) {
        self.shaders = Some((folder, Instant::now()));
    }

    /// The renderer as it is now; its textures are others after a rebuild.
    pub fn renderer(&self) -> &Renderer {
        &self.renderer
    }

    /// What was built anew.
    pub fn rebuilds(&self) -> &Rebuilds {
        &self.rebuilds
    }

    /// Takes what an operator wants, from the next frame on; see [`Renderer::set_override`].
    pub fn set_override(&mut self, over: &StageOverride) -> Result<(), OverrideError> {
        self.renderer.set_override(over)?;
        if self.over != *over {
            self.over.clone_from(over);
        }
        Ok(())
    }

    /// Shows a picture as one of the stage's plates; see [`Renderer::set_plate`]. Pictures are not kept: after a rebuild
    /// they must be given again, see [`Self::rebuilds`].
    pub fn set_plate(&mut self, plate: usize, upload: &PlateUpload<'_>) -> bool {
        self.renderer.set_plate(plate, upload)
    }

    /// Takes a picture as the stage's sky; see [`Renderer::set_sky`], and [`Self::set_plate`] for rebuilds.
    pub fn set_sky(&mut self, upload: &PlateUpload<'_>) -> bool {
        self.renderer.set_sky(upload)
    }

    /// Stands a model in the stage's world; see [`Renderer::set_model`], and [`Self::set_plate`] for rebuilds.
    pub fn set_model(&mut self, character: &Arc<Character>) -> bool {
        self.renderer.set_model(character)
    }

    /// Draws a frame; see [`Renderer::render`].
    ///
    /// # Errors
    /// The device is lost again and again, or no other one can be opened; or what is no loss.
    pub fn render(
        &mut self,
        frame: &StageFrame,
        wanted: Wanted,
    ) -> Result<FrameReport, RenderError> {
        self.take_edits();
        loop {
            match self.renderer.render(frame, wanted) {
                Err(error) if is_of_the_device(&error) => self.recover(error)?,
                Err(error) => return Err(error),
                Ok(report) => {
                    self.frames_since_loss = self.frames_since_loss.saturating_add(1);
                    self.untaken.push(frame, wanted);
                    return Ok(report);
                }
            }
        }
    }

    /// Takes the oldest frame's pictures; see [`Renderer::take_pictures`]. Frames that were lost with their device are
    /// drawn again.
    ///
    /// # Errors
    /// As [`Self::render`].
    pub fn take_pictures(&mut self, out: &mut Pictures) -> Result<bool, RenderError> {
        loop {
            match self.renderer.take_pictures(out) {
                Err(error) if is_of_the_device(&error) => self.recover(error)?,
                Err(error) => return Err(error),
                Ok(taken) => {
                    if taken {
                        self.untaken.pop();
                    }
                    return Ok(taken);
                }
            }
        }
    }

    /// Opens another device and builds everything on it.
    fn recover(&mut self, error: RenderError) -> Result<(), RenderError> {
        let begun = Instant::now();
        if self.frames_since_loss >= CALM_FRAMES {
            self.losses_in_a_row = 0;
        }
        self.losses_in_a_row += 1;
        self.frames_since_loss = 0;
        self.rebuilds.losses += 1;
        if self.losses_in_a_row > LOSSES_MAX {
            return Err(error);
        }
        self.presenter = None;
        let gpu = (self.open)()?;
        self.renderer = self.built_on(&gpu)?;
        self.presenter = self.presenter_on(&gpu)?;
        for (frame, wanted) in self.untaken.iter() {
            self.renderer.render(frame, *wanted)?;
        }
        self.rebuilds.last = Some(begun.elapsed());
        Ok(())
    }

    fn built_on(&self, gpu: &Gpu) -> Result<Renderer, RenderError> {
        let mut made = Renderer::new(gpu, &self.stage, &self.characters, self.settings)?;
        // It was checked when it was set.
        let _ = made.set_override(&self.over);
        made.resume_outer_eye(self.renderer.outer_eye());
        Ok(made)
    }

    /// Looks for edited shaders now and then. What does not compile is said, and what was goes on.
    fn take_edits(&mut self) {
        let Some((folder, looked_at)) = &mut self.shaders else {
            return;
        };
        if looked_at.elapsed() < LOOK_EVERY {
            return;
        }
        *looked_at = Instant::now();
        let edit = match folder.edited() {
            Ok(Some(edit)) => edit,
            Ok(None) => return,
            Err(fault) => {
                self.rebuilds.fault = Some(fault);
                return;
            }
        };
        let begun = Instant::now();
        let before = edit.apply();
        let gpu = self.renderer.gpu().clone();
        // What the driver or wgpu refuses beyond the language's own rules must not count as a fault of the device.
        let scope = gpu.device().push_error_scope(wgpu::ErrorFilter::Validation);
        let built = self.built_on(&gpu);
        let refused = pollster::block_on(scope.pop());
        match (built, refused) {
            (Ok(renderer), None) => {
                self.renderer = renderer;
                self.untaken = Untaken::default();
                self.rebuilds.edits += 1;
                self.rebuilds.fault = None;
                self.rebuilds.last = Some(begun.elapsed());
            }
            (built, refused) => {
                let reason = refused.map(|e| e.to_string());
                let reason = reason.or_else(|| built.err().map(|e| e.to_string()));
                before.apply();
                self.rebuilds.fault = Some(ShaderFault::refused(reason.unwrap_or_default()));
            }
        }
    }
}
