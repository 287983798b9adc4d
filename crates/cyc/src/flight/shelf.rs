//! The flights of this machine for a panel: a thread looks for them and reads the one that is opened; the window never waits.

use super::found::{Flight, all, folder, read};
use cyc_console::{FlightShelf, FlightTitle, OpenFlight};
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How often is looked, and the flight of a stage that runs read again.
const EVERY: Duration = Duration::from_secs(1);
/// Wishes that wait: a person presses one at a time.
const WISHES: usize = 4;

#[derive(Default)]
struct Known {
    titles: Vec<FlightTitle>,
    opened: OpenFlight,
}

/// See the module's page. Its thread ends with it.
pub struct FlightFolder {
    known: Arc<Mutex<Known>>,
    wishes: SyncSender<Option<String>>,
}

impl FlightFolder {
    /// Begins to look when the panel first asks for a flight or shows them.
    pub fn start() -> std::io::Result<Self> {
        let known = Arc::<Mutex<Known>>::default();
        let (wishes, wished) = sync_channel(WISHES);
        let shared = Arc::clone(&known);
        let thread = std::thread::Builder::new().name("flights".to_owned());
        thread.spawn(move || look(folder(), &wished, &shared))?;
        Ok(Self { known, wishes })
    }
}

impl FlightShelf for FlightFolder {
    fn titles(&mut self) -> Vec<FlightTitle> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.titles.clone()
    }

    fn open(&mut self, name: Option<&str>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.opened = match name {
            Some(_) => OpenFlight::Reading,
            None => OpenFlight::None,
        };
        // What does not fit is pressed again.
        let _ = self.wishes.try_send(name.map(str::to_owned));
    }

    fn opened(&mut self) -> OpenFlight {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.opened.clone()
    }
}

/// The name by which the panel knows a flight: its process and when that began.
fn name_of(flight: &Flight) -> String {
    let file = flight.paths.first().and_then(|path| path.file_name());
    let name = file.unwrap_or_default().to_string_lossy();
    name.split('.').next().unwrap_or_default().to_owned()
}

fn look(folder: Option<PathBuf>, wished: &Receiver<Option<String>>, known: &Mutex<Known>) {
    let mut wanted: Option<String> = None;
    let mut is_read = false;
    loop {
        let flights = folder.as_deref().map(all).unwrap_or_default();
        let title = |flight: &Flight| FlightTitle {
            name: name_of(flight),
            age_s: flight.age.as_secs_f64(),
            is_running: flight.is_running,
        };
        let titles = flights.iter().map(title).collect();
        let is_wanted = |flight: &&Flight| Some(name_of(flight)) == wanted;
        let due = flights.iter().find(is_wanted);
        let due = due.filter(|flight| flight.is_running || !is_read);
        let opened = due.and_then(|flight| flight.paths.first()).map(|path| {
            read(path).map_or_else(
                |e| OpenFlight::Unreadable(e.to_string()),
                |documents| OpenFlight::Read(Arc::new(documents)),
            )
        });
        let is_gone = wanted.is_some() && !flights.iter().any(|f| is_wanted(&f)) && !is_read;
        {
            let mut known = known.lock().unwrap_or_else(PoisonError::into_inner);
            known.titles = titles;
            is_read |= opened.is_some();
            if let Some(opened) = opened {
                known.opened = opened;
            } else if is_gone {
                let gone = std::io::Error::from(std::io::ErrorKind::NotFound);
                known.opened = OpenFlight::Unreadable(gone.to_string());
            }
        }
        match wished.recv_timeout(EVERY) {
            Ok(wish) => (wanted, is_read) = (wish, false),
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}
