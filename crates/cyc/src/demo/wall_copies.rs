//! When copies of the walls' pictures are made for the guard: now and then, at once when the operator changes something, and
//! once more when the picture stands still, so that the last one is among them.

use cyc_capture::now_host;
use cyc_model::{HostNs, Nanos};
use cyc_renderer::{KeptRenderer, RenderError, WindowCopy};
use std::sync::mpsc::SyncSender;

/// How old the guard's picture is at most while everything moves: a copy of it costs a pass over the window's pixels.
const EVERY: Nanos = Nanos(250_000_000);

/// The copies' pace.
pub(super) struct WallCopies {
    /// Whether anybody takes them.
    is_on: bool,
    at: HostNs,
    /// Whether a picture was shown since.
    is_behind: bool,
    /// Whether there ever was one.
    has_shown: bool,
}

impl WallCopies {
    /// For whoever takes copies, if anybody does; to be called before the renderer is given its windows.
    pub(super) fn for_taker(
        taker: Option<SyncSender<WindowCopy>>,
        renderer: &mut KeptRenderer,
    ) -> Self {
        let is_on = taker.is_some();
        taker.into_iter().for_each(|to| renderer.copy_to(to));
        Self {
            is_on,
            at: HostNs(0),
            is_behind: false,
            has_shown: false,
        }
    }

    /// Before a picture is shown, which differs by what an operator wanted or not.
    pub(super) fn before(&mut self, renderer: &mut KeptRenderer, is_wished: bool) {
        if !self.is_on {
            return;
        }
        self.has_shown = true;
        self.is_behind = !(is_wished || self.is_due());
        if !self.is_behind {
            self.at = now_host();
            renderer.copy_next();
        }
    }

    /// While no other picture is drawn: the one that stands is shown again now and then, since the guard's windows may have
    /// lain over it, and copied if the last copy was of another one.
    ///
    /// # Errors
    /// As [`KeptRenderer::present`].
    pub(super) fn while_still(&mut self, renderer: &mut KeptRenderer) -> Result<(), RenderError> {
        if !self.is_on {
            return Ok(());
        }
        renderer.tend_copies();
        if !self.has_shown || !self.is_due() {
            return Ok(());
        }
        self.at = now_host();
        if std::mem::take(&mut self.is_behind) || renderer.owes_copies() {
            renderer.copy_next();
        }
        renderer.present()
    }

    fn is_due(&self) -> bool {
        now_host() - self.at >= EVERY
    }
}
