//! The live figures of the window: plain numbers from the drawing thread, words on the window's side.

use crate::text::Text;
use cyc_console::{LiveFigure, Mood};
use cyc_engine::latency::LatencyBook;
use cyc_engine::run::{SourceState, SourceStatus};
use cyc_model::StageFrame;
use cyc_telemetry::LatencySummary;
use std::sync::{Arc, Mutex};
use std::time::Instant;

/// One source as the window shows it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SourceNumbers {
    state: SourceState,
    rate_hz: f64,
    lost: u64,
}

/// What the window shows, in numbers.
#[derive(Clone, Debug, Default)]
pub struct LiveNumbers {
    /// The sources' names, once they are not those that the window began with.
    names: Option<Vec<String>>,
    sources: Vec<SourceNumbers>,
    pose: LatencySummary,
    picture: LatencySummary,
    residual_mm: f64,
    markers: (u16, u16),
    timecode: String,
    drawn: u64,
}

/// Shared between the drawing thread and the window's; neither is on the live path.
pub type Board = Arc<Mutex<LiveNumbers>>;

/// Reads the engine for the board.
pub struct BoardWriter {
    pub board: Board,
    status: Vec<Arc<SourceStatus>>,
    before: Vec<(Instant, u64)>,
}

impl BoardWriter {
    /// For other sources.
    pub fn watch(&mut self, names: Vec<String>, status: Vec<Arc<SourceStatus>>) {
        let board = Self::new(Arc::clone(&self.board), status);
        *self = board;
        if let Ok(mut numbers) = self.board.lock() {
            numbers.sources.clear();
            numbers.names = Some(names);
        }
    }

    /// For the sources of an engine.
    pub fn new(board: Board, status: Vec<Arc<SourceStatus>>) -> Self {
        let before = status
            .iter()
            .map(|s| (Instant::now(), s.frames.get()))
            .collect();
        Self {
            board,
            status,
            before,
        }
    }

    /// Writes what is known now.
    pub fn post(&mut self, frame: &StageFrame, latency: &LatencyBook, drawn: u64) {
        let summaries = latency.summaries();
        let leg = |name| {
            summaries
                .iter()
                .find(|(n, _)| *n == name)
                .map(|l| l.1)
                .unwrap_or_default()
        };
        let performer = frame.performers.first().copied().unwrap_or_default();
        let Ok(mut numbers) = self.board.lock() else {
            return;
        };
        numbers.pose = leg("packet_to_pose");
        numbers.picture = leg("end_to_end");
        numbers.residual_mm = f64::from(performer.marker_rms_m) * 1000.0;
        numbers.markers = (performer.markers_seen, performer.markers_all);
        numbers.timecode = frame.timecode.map(|t| t.to_string()).unwrap_or_default();
        numbers.drawn = drawn;
        numbers
            .sources
            .resize(self.status.len(), SourceNumbers::default());
        for ((shown, status), (since, frames)) in numbers
            .sources
            .iter_mut()
            .zip(&self.status)
            .zip(&mut self.before)
        {
            shown.state = status.state();
            shown.lost = status.lost.get();
            let elapsed_s = since.elapsed().as_secs_f64();
            if elapsed_s > 0.9 {
                let now = status.frames.get();
                shown.rate_hz = (now - *frames) as f64 / elapsed_s;
                (*since, *frames) = (Instant::now(), now);
            }
        }
    }
}

/// The words of the board, fetched once in the reader's language.
pub struct BoardWords {
    source: Box<dyn Fn(&str) -> String + Send + Sync>,
    names: Vec<String>,
    lost: String,
    connecting: String,
    silent: String,
    ended: String,
    labels: [String; 6],
}

impl BoardWords {
    /// For sources of the given names.
    pub fn new(text: &Text, names: &[String]) -> Self {
        let t = |key: &str| text.get(key, &[]);
        let own = Text::new(text.language());
        let source = move |n: &str| own.get("window-source", &[("name", n.to_owned())]);
        Self {
            source: Box::new(source),
            names: names.to_vec(),
            lost: t("window-lost"),
            connecting: t("window-source-connecting"),
            silent: t("window-source-silent"),
            ended: t("listen-state-ended"),
            labels: [
                t("window-pose"),
                t("window-picture"),
                t("window-residual"),
                t("window-markers"),
                t("window-timecode"),
                t("window-drawn"),
            ],
        }
    }

    /// The figures for the window.
    pub fn figures(&self, n: &LiveNumbers) -> Vec<LiveFigure> {
        let names = n.names.as_ref().unwrap_or(&self.names);
        let mut figures: Vec<LiveFigure> = names
            .iter()
            .zip(&n.sources)
            .map(|(name, s)| self.figure(&(self.source)(name), s))
            .collect();
        let p50_p99 =
            |s: &LatencySummary| format!("{:.2} ms   p99 {:.2} ms", s.p50.millis(), s.p99.millis());
        let (seen, all) = n.markers;
        let values = [
            (p50_p99(&n.pose), mood(n.pose.p99.millis(), 1.0, 8.0)),
            (p50_p99(&n.picture), Mood::Good),
            (
                format!("{:.1} mm", n.residual_mm),
                mood(n.residual_mm, 15.0, 40.0),
            ),
            (
                format!("{seen} / {all}"),
                mood(f64::from(all - seen.min(all)), 8.0, 20.0),
            ),
            (n.timecode.clone(), Mood::Good),
            (n.drawn.to_string(), Mood::Good),
        ];
        for (label, (value, mood)) in self.labels.iter().zip(values) {
            figures.push(LiveFigure {
                label: label.clone(),
                value,
                mood,
            });
        }
        figures
    }

    fn figure(&self, label: &str, s: &SourceNumbers) -> LiveFigure {
        let (value, mood) = match s.state {
            SourceState::Live => {
                let mood = if s.lost == 0 { Mood::Good } else { Mood::Amber };
                (
                    format!("{:.0} Hz   {} {}", s.rate_hz, s.lost, self.lost),
                    mood,
                )
            }
            SourceState::Silent | SourceState::Disconnected => (self.silent.clone(), Mood::Red),
            SourceState::Ended => (self.ended.clone(), Mood::Amber),
            SourceState::Connecting | SourceState::Connected => {
                (self.connecting.clone(), Mood::Amber)
            }
        };
        LiveFigure {
            label: label.to_owned(),
            value,
            mood,
        }
    }
}

fn mood(value: f64, amber: f64, red: f64) -> Mood {
    if value > red {
        Mood::Red
    } else if value > amber {
        Mood::Amber
    } else {
        Mood::Good
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;

    #[test]
    fn a_silent_source_is_red_in_both_languages() {
        for language in [Language::English, Language::Chinese] {
            let words = BoardWords::new(&Text::new(language), &["vicon".into()]);
            let silent = SourceNumbers {
                state: SourceState::Silent,
                ..SourceNumbers::default()
            };
            let numbers = LiveNumbers {
                sources: vec![silent],
                ..LiveNumbers::default()
            };
            let figures = words.figures(&numbers);
            assert_eq!((figures.len(), figures[0].mood), (7, Mood::Red));
        }
    }
}
