//! Tells whoever sits before the program how the stage is, and the take what changed.

use super::finding::Finding;
use super::health::{self, StageState};
use super::{Running, page};
use crate::Session;
use crate::failure::Failure;
use crate::in_place::InPlace;
use serde_json::json;
use std::io::IsTerminal;
use std::time::{Duration, Instant};

/// How often the page is renewed on a terminal.
const RENEW_EVERY: Duration = Duration::from_millis(500);

/// Tells how the stage is: a page in place on a terminal, elsewhere a few lines whenever that changes.
pub struct Teller<'s> {
    session: &'s Session,
    /// The page, where standard output is a terminal.
    in_place: Option<InPlace>,
    told_at: Instant,
    said: String,
    noted: String,
}

impl<'s> Teller<'s> {
    /// Has told nothing yet.
    pub fn new(session: &'s Session) -> Self {
        let quiet = session.output.is_quiet() || session.output.wants_json();
        Self {
            session,
            in_place: (!quiet && std::io::stdout().is_terminal()).then(InPlace::default),
            told_at: Instant::now(),
            said: String::new(),
            noted: String::new(),
        }
    }

    /// To be called often: tells when it is time.
    pub fn tell(&mut self, running: &mut Running) -> Result<(), Failure> {
        if self.told_at.elapsed() < RENEW_EVERY {
            return Ok(());
        }
        self.told_at = Instant::now();
        let (state, findings, reading) = running.read();
        self.note(running, state, &findings);
        let text = &self.session.text;
        if let Some(in_place) = &mut self.in_place {
            in_place.show(&page::page(state, &findings, &reading, text));
            return Ok(());
        }
        // Figures within a sentence change all the time; a change of kind is worth a line.
        let kinds = findings.iter().map(Finding::key);
        let kind = format!("{state:?} {:?}", kinds.collect::<Vec<_>>());
        if kind != self.said {
            self.said = kind;
            self.session
                .output
                .remark(&page::lines(state, &findings, text));
        }
        Ok(())
    }

    /// What changed is in the take too.
    fn note(&mut self, running: &Running, state: StageState, findings: &[Finding]) {
        let sentences = findings.iter().map(|f| f.sentences(&self.session.text));
        let whats: Vec<String> = sentences.map(|[what, _]| what).collect();
        let kinds = findings.iter().map(Finding::key);
        let kind = format!("{state:?} {:?}", kinds.collect::<Vec<_>>());
        if kind != self.noted {
            self.noted = kind;
            let content = json!({ "state": health::state_name(state), "findings": whats });
            let events = running.engine.events();
            events.note(cyc_capture::now_host(), "state", content.to_string());
        }
    }

    /// Takes the page off the terminal.
    pub fn clear(&mut self) {
        if let Some(in_place) = &mut self.in_place {
            in_place.clear();
        }
    }
}
