//! With a display: the live part in a window. The window owns the program's first thread, the show runs beside it.

use super::board::{Board, BoardWords};
use super::live::{self, LiveResult};
use super::live_view::LiveViewSetup;
use super::progress::Progress;
use super::show::Show;
use super::{DemoArgs, FONT};
use crate::Session;
use crate::failure::Failure;
use cyc_console::{LivePictures, Window, WindowKeys, WindowLabels};
use cyc_machine::{Display, Place};
use cyc_queue::latest_value_array;
use cyc_renderer::Gpu;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError};

/// Whether a window is to be opened.
pub fn wanted(args: &DemoArgs) -> bool {
    !args.headless && is_possible()
}

/// Whether there is a display.
pub fn is_possible() -> bool {
    let display = cyc_machine::display(&Place::here());
    matches!(display, Display::Wayland(_) | Display::X11(_))
}

/// Plays the show in a window. A person who closes it ends the live part early; the take is kept.
pub fn play(
    show: &Show,
    gpu: &Gpu,
    args: &DemoArgs,
    session: &Session,
) -> Result<LiveResult, Failure> {
    let names = show.stage.sources().iter().map(|s| s.name.clone());
    let stop = Arc::new(AtomicBool::new(false));
    open(names.collect(), session, &stop, None, |view| {
        let progress = Progress::new(session);
        live::run(show, gpu, args, Some(view), &progress, &stop)
    })
}

/// Opens a window for sources of the given names and does `work` beside it; `keys` tell the stage something. When one
/// of the two ends, `stop` is raised for the other.
pub fn open<T: Send>(
    sources: Vec<String>,
    session: &Session,
    stop: &Arc<AtomicBool>,
    keys: Option<WindowKeys>,
    work: impl FnOnce(LiveViewSetup) -> Result<T, Failure> + Send,
) -> Result<T, Failure> {
    let text = &session.text;
    let t = |key: &str| text.get(key, &[]);
    let (writer, [reader]) = latest_value_array::<LivePictures, 1>(LivePictures::default);
    let board: Board = Arc::default();
    let shown = Arc::clone(&board);
    let words = BoardWords::new(text, &sources);
    let window = Window {
        labels: WindowLabels {
            title: t("window-title"),
            canvas: t("window-canvas"),
            camera: t("window-camera"),
            figures: t("window-figures"),
            waiting: t("window-waiting"),
        },
        font: FONT,
        pictures: reader,
        figures: Box::new(move || {
            words.figures(&shown.lock().unwrap_or_else(PoisonError::into_inner))
        }),
        keys,
        stop: Arc::clone(stop),
    };
    std::thread::scope(|scope| {
        let playing = std::thread::Builder::new()
            .name("show".to_owned())
            .spawn_scoped(scope, || {
                let pictures = writer;
                let result = work(LiveViewSetup { pictures, board });
                stop.store(true, Ordering::Relaxed);
                result
            });
        let playing = playing.map_err(|e| Failure::internal(format!("show: {e}")))?;
        let window_ended = window.run();
        stop.store(true, Ordering::Relaxed);
        let played = playing
            .join()
            .unwrap_or_else(|_| Err(Failure::internal("show panicked")));
        if let Err(error) = window_ended {
            session.output.remark(&Failure::from(error).explain(text));
        }
        played
    })
}
