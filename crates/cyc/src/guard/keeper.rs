//! The guard's process: it holds the newest pictures that the stage handed it, under the stage's windows or over everything.

use super::KEPT_FOR;
use super::files::{GuardFiles, Holder};
use super::picture_file::{PictureReader, ReadPicture};
use super::plan::{FORMAT, GuardPlan, GuardStatus, Phase};
use crate::failure::Failure;
use crate::interrupt;
use cyc_display::{DisplayError, GuardScreen};
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

/// How soon the end of the stage is noticed.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A window's pictures.
struct Held {
    name: String,
    reader: PictureReader,
    /// Number of the picture that is shown; 0 is black.
    shown: Option<u64>,
}

/// What is held.
struct Keeper {
    screen: GuardScreen,
    plan: GuardPlan,
    held: Vec<Held>,
    picture: ReadPicture,
    told: GuardStatus,
    /// Since when no stage lives.
    alone_since: Option<Instant>,
}

/// Guards the screen of the environment until the stage has ended in order, nobody comes any more, or it is told to end.
pub fn keep() -> Result<(), Failure> {
    let stop = interrupt::flag()?;
    let Some(files) = GuardFiles::of_screen().map_err(|e| Failure::internal(e.key()))? else {
        return Ok(());
    };
    // Another one guards it.
    let Some(_lives) = files.lock(Holder::Guard).map_err(Failure::internal)? else {
        return Ok(());
    };
    let mut status = GuardStatus {
        format: FORMAT,
        pid: std::process::id(),
        ..GuardStatus::default()
    };
    let kept = GuardScreen::open().and_then(|screen| {
        let mut keeper = Keeper {
            screen,
            plan: GuardPlan::default(),
            held: Vec::new(),
            picture: ReadPicture::default(),
            told: GuardStatus::default(),
            alone_since: None,
        };
        while !stop.load(Ordering::Relaxed) && keeper.advance(&files)? {
            let held = keeper.held.iter().filter(|h| h.shown.is_some()).count();
            status.held = held;
            if keeper.told != status {
                // Who cannot be told sees no guard, and the pictures are held all the same.
                let _ = files.put_status(&status);
                keeper.told.clone_from(&status);
            }
            std::thread::sleep(LOOK_EVERY);
        }
        Ok(())
    });
    if let Err(e) = &kept {
        status.fault = Some(e.to_string());
        let _ = files.put_status(&status);
    }
    kept.map_err(Failure::from)
}

/// Ends a guard that waits for a stage; whether there was one. One whose stage lives goes on.
pub fn end() -> Result<bool, Failure> {
    let Some(files) = GuardFiles::of_screen().map_err(|e| Failure::internal(e.key()))? else {
        return Ok(false);
    };
    if !files.is_held(Holder::Guard) || files.is_held(Holder::Stage) {
        return Ok(false);
    }
    let mut plan = files.plan().unwrap_or_default();
    plan.phase = Phase::Ended;
    files.put_plan(&plan).map_err(Failure::internal)?;
    Ok(true)
}

impl Keeper {
    /// One look; whether there is anything left to guard.
    fn advance(&mut self, files: &GuardFiles) -> Result<bool, DisplayError> {
        if let Some(plan) = files
            .plan()
            .filter(|p| p.format == FORMAT && *p != self.plan)
        {
            self.take(plan, files)?;
        }
        if self.plan.phase == Phase::Ended {
            return Ok(false);
        }
        self.show()?;
        let lives = files.is_held(Holder::Stage);
        if lives {
            self.alone_since = None;
        }
        self.screen.keep_above(match self.plan.phase {
            _ if !lives => true,
            phase => phase == Phase::Starting,
        })?;
        self.screen.advance()?;
        Ok(lives || self.is_needed())
    }

    fn take(&mut self, plan: GuardPlan, files: &GuardFiles) -> Result<(), DisplayError> {
        let places: Vec<_> = plan.windows.iter().map(|w| w.place()).collect();
        self.screen.hold(&places)?;
        let before: Vec<_> = self.plan.windows.iter().map(|w| w.place()).collect();
        if places != before {
            let held = places.iter().map(|place| Held {
                reader: files.reader(&place.name),
                // The screen knows which windows have a picture already; it is given the newest again.
                shown: None,
                name: place.name.clone(),
            });
            self.held = held.collect();
        }
        self.plan = plan;
        Ok(())
    }

    /// Shows the newest pictures.
    fn show(&mut self) -> Result<(), DisplayError> {
        for (index, held) in self.held.iter_mut().enumerate() {
            let window = self.plan.windows.get(index);
            let is_dark = window.is_some_and(|w| w.name == held.name && w.is_dark);
            if is_dark {
                if held.shown != Some(0) {
                    self.screen.show(index, None)?;
                    held.shown = Some(0);
                }
                continue;
            }
            let than = held.shown.unwrap_or(0);
            if held.reader.read_newer(than, &mut self.picture) {
                let picture = (self.picture.size_px, self.picture.pixels.as_slice());
                self.screen.show(index, Some(picture))?;
                held.shown = Some(self.picture.number);
            }
        }
        Ok(())
    }

    /// Whether a stage that is gone may still come again, and something is held for it.
    fn is_needed(&mut self) -> bool {
        let since = *self.alone_since.get_or_insert_with(Instant::now);
        let holds = self.held.iter().any(|h| h.shown.is_some());
        holds && self.plan.phase != Phase::Leaving && since.elapsed() < KEPT_FOR
    }
}
