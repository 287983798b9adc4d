//! The guard of a running stage, or why there is none.

use super::fault::GuardFault;
use super::files::GuardFiles;
use super::link::{GuardLink, GuardReading};
use cyc_display::OpenWindow;
use cyc_renderer::{DisplayReport, WindowCopy};
use std::sync::mpsc::SyncSender;

/// The names of the displays that are guarded; none when there is nothing to guard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuardWish(pub Vec<String>);

/// The guard of a running stage, if it has one.
#[derive(Default)]
pub struct WallGuard {
    link: Option<GuardLink>,
    /// How it is while there is no link.
    none: GuardReading,
    is_left: bool,
}

impl WallGuard {
    /// Before the walls' windows are opened: a guard that holds a picture of a stage that is gone is told that one comes, or to
    /// end when this one has nothing to guard.
    pub fn announce(wish: GuardWish) -> Self {
        let mut guard = Self::default();
        match link(wish) {
            Ok(link) => guard.link = link,
            Err(fault) => guard.none.fault = Some(fault),
        }
        guard
    }

    /// See [`GuardLink::open`].
    pub fn open(&mut self, windows: &[OpenWindow]) -> Option<SyncSender<WindowCopy>> {
        self.link.as_mut()?.open(windows)
    }

    /// See [`GuardLink::advance`].
    pub fn advance(&mut self, displays: &[DisplayReport], is_dark: impl Fn(&str) -> bool) {
        if let Some(link) = &mut self.link {
            link.advance(displays, is_dark);
        }
    }

    /// How it fares.
    pub fn reading(&self) -> GuardReading {
        let link = self.link.as_ref();
        link.map_or_else(|| self.none.clone(), GuardLink::reading)
    }

    /// See [`GuardLink::leave`].
    pub fn leave(&mut self) {
        self.is_left = true;
        if let Some(link) = &mut self.link {
            link.leave();
        }
    }

    /// The stage has ended; in order, when it has left.
    pub fn end(&mut self) {
        if let Some(link) = self.link.take_if(|_| self.is_left) {
            link.end();
        }
    }
}

fn link(wish: GuardWish) -> Result<Option<GuardLink>, GuardFault> {
    let Some(files) = GuardFiles::of_screen()? else {
        // Without an X screen there is none to be found, and none can be made.
        return if wish.0.is_empty() {
            Ok(None)
        } else {
            Err(GuardFault::Wayland)
        };
    };
    let link = GuardLink::take(files, wish.0)?;
    if link.guards_nothing() {
        link.end();
        return Ok(None);
    }
    Ok(Some(link))
}
