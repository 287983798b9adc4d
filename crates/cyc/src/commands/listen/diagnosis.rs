//! What is wrong with a source and what to do: one sentence, the worst first.
//!
//! What a source's thread saw decides, and for one that hears nothing what the kernel threw away meanwhile: datagrams that
//! come to this machine where nobody listens are another port or another interface. What must stay true: a source that is
//! well is told nothing, and each sentence is produced for real in `tests/diagnoses.rs`.

use super::observer::{Observed, State};
use crate::text::Text;
use cyc_capture::{Transport, now_host};
use cyc_machine::interface_addresses;
use cyc_model::ClockReference;

/// Loss that is worth a word, and the same of frames that come in another order.
const WORTH_A_WORD: f64 = 0.005;

/// Datagrams a second that nobody listens for, from which on they can be a capture system's: its slowest frames, twice.
const UNHEARD_WORTH_A_WORD: f64 = 20.0;

/// A message's key and arguments.
type Said = (&'static str, Vec<(&'static str, String)>);

/// What is wrong with a source and what to do; `None` when nothing is.
pub fn diagnosis(source: &Observed, text: &Text) -> Option<String> {
    let (state, refused) = source.look(|s| (s.state.clone(), s.refused.clone()));
    let (key, args) = match state {
        State::Disconnected { key, args } => (key, args),
        State::Connecting if source.transport == Transport::CallingStream => {
            ("listen-nobody-calls", vec![])
        }
        State::Connecting => ("listen-still-connecting", vec![]),
        State::Ended => return None,
        State::Live => live(source)?,
        State::Silent | State::Connected => silent(source),
    };
    let mut said = text.get(key, &args);
    if let Some((key, args)) = refused.filter(|_| key == "listen-foreign") {
        said += "\n";
        said += &text.get(key, &args);
    }
    if let Some(fix) = text.fix(key, &args) {
        said += "\n";
        said += &text.get("cli-fix", &[("fix", fix)]);
    }
    Some(said)
}

/// Frames come.
fn live(source: &Observed) -> Option<Said> {
    let counters = &source.counters;
    let frames = counters.frames.get().max(1);
    let late = counters.frames_late.get();
    let disordered = counters.frames_reordered.get() + late;
    let percent = |share: f64| ("percent", format!("{:.1}", share * 100.0));
    let share = disordered as f64 / frames as f64;
    if share > WORTH_A_WORD {
        let late = ("late", late.to_string());
        return Some(("listen-disordered", vec![percent(share), late]));
    }
    if source.loss() > WORTH_A_WORD {
        let missing = ("missing", counters.frames_missing.get().to_string());
        return Some(("listen-losing", vec![percent(source.loss()), missing]));
    }
    let (names, has_timecode) = source.look(|s| {
        let names = s.subjects().into_iter().map(|subject| subject.name);
        (names.collect::<Vec<_>>(), s.timecode().is_some())
    });
    if names.is_empty() && !has_timecode {
        return Some(("listen-no-subjects", vec![]));
    }
    if counters.names_refused.get() > 0 {
        return Some(("listen-names-refused", vec![]));
    }
    if let Some(missing) = source.expected.iter().find(|e| !names.contains(e)) {
        let args = vec![("subject", missing.clone()), ("subjects", names.join(", "))];
        return Some(("listen-missing-subject", args));
    }
    if let Some((subject, doubt)) = source.look(|s| s.doubt()) {
        return Some(doubt.said(subject));
    }
    let is_lost = source.look(|s| s.reference()) == ClockReference::Lost;
    is_lost.then(|| ("listen-reference-lost", vec![]))
}

/// No frame comes.
fn silent(source: &Observed) -> Said {
    let counters = &source.counters;
    let (has_frames, last_heard) = source.look(|s| (s.has_frames(), s.last_heard()));
    if has_frames {
        let silent_s = last_heard.map_or(0.0, |t| (now_host() - t).secs());
        return (
            "listen-stopped",
            vec![("seconds", format!("{silent_s:.1}"))],
        );
    }
    let strangers = counters.strangers.get();
    let foreign = counters.errors_framing.get()
        + counters.errors_object.get()
        + counters.errors_subjects.get()
        + counters.oversized.get();
    let is_datagrams = source.transport == Transport::Datagrams;
    if foreign > 0 {
        return ("listen-foreign", vec![("count", foreign.to_string())]);
    }
    if strangers > 0 {
        return ("listen-strangers", vec![("count", strangers.to_string())]);
    }
    let is_stream = matches!(
        source.transport,
        Transport::Stream | Transport::CallingStream
    );
    if !is_stream && counters.bytes.get() == 0 {
        let unheard = source.unheard_hz();
        if let Some(hz) = unheard.filter(|hz| *hz >= UNHEARD_WORTH_A_WORD) {
            let addresses = interface_addresses();
            let addresses = addresses.iter().map(ToString::to_string);
            let addresses = addresses.collect::<Vec<_>>().join(", ");
            let args = vec![("hz", format!("{hz:.0}")), ("addresses", addresses)];
            return ("listen-elsewhere", args);
        }
    }
    match () {
        () if is_datagrams => ("listen-silent-port", vec![]),
        () if counters.bytes.get() == 0 => ("listen-mute-server", vec![]),
        () => ("listen-silent-server", vec![]),
    }
}
