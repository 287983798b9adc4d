//! What was marked in a trial: the `EVENT` group, or the few that the header of an old file has room for.

use super::bytes::Bytes;
use super::error::C3dError;
use super::parameters::Parameters;

/// A moment of a trial that was marked.
#[derive(Clone, Debug, PartialEq)]
pub struct C3dEvent {
    /// Whose or which side: `Left`, `Right`, `General`; empty when the file does not say.
    pub context: String,
    /// What: `Foot Strike`.
    pub label: String,
    /// The performer; empty when the file does not say.
    pub subject: String,
    /// When, seconds on the trial's clock, on which frame number 1 is at 0.
    pub time_s: f64,
}

/// The word that says that events in the header have labels of four characters.
const LABELS_ARE_FOUR_CHARACTERS: u16 = 12345;
/// Events that a header has room for.
const HEADER_EVENTS_MAX: u16 = 18;
/// Byte offsets in the header: key, count, times, display flags, labels (words 150, 151, 153, 189 and 199).
const KEY_AT: usize = 298;
const COUNT_AT: usize = 300;
const TIMES_AT: usize = 304;
const FLAGS_AT: usize = 376;
const LABELS_AT: usize = 396;

/// The events of a file. Those whose time is not finite are left out.
pub(super) fn read(
    bytes: &Bytes<'_>,
    parameters: &Parameters<'_>,
) -> Result<Vec<C3dEvent>, C3dError> {
    let events = of_parameters(parameters);
    if events.is_empty() {
        return of_header(bytes);
    }
    Ok(events)
}

/// `TIMES` holds pairs of minutes and seconds.
fn of_parameters(parameters: &Parameters<'_>) -> Vec<C3dEvent> {
    let times = parameters.numbered_numbers("EVENT", "TIMES");
    let labels = parameters.numbered_texts("EVENT", "LABELS");
    let contexts = parameters.numbered_texts("EVENT", "CONTEXTS");
    let subjects = parameters.numbered_texts("EVENT", "SUBJECTS");
    let used = parameters.number("EVENT", "USED").unwrap_or(f64::INFINITY);
    let at = |texts: &[String], i: usize| texts.get(i).cloned().unwrap_or_default();
    let pairs = times.chunks_exact(2).enumerate();
    let counted = pairs.take_while(|(i, _)| (*i as f64) < used);
    counted
        .filter_map(|(i, pair)| {
            let [minutes, seconds] = <[f64; 2]>::try_from(pair).ok()?;
            let time_s = minutes * 60.0 + seconds;
            time_s.is_finite().then(|| C3dEvent {
                context: at(&contexts, i),
                label: at(&labels, i),
                subject: at(&subjects, i),
                time_s,
            })
        })
        .collect()
}

fn of_header(bytes: &Bytes<'_>) -> Result<Vec<C3dEvent>, C3dError> {
    if bytes.u16(KEY_AT, "header")? != LABELS_ARE_FOUR_CHARACTERS {
        return Ok(Vec::new());
    }
    let count = bytes.u16(COUNT_AT, "header")?.min(HEADER_EVENTS_MAX);
    let mut events = Vec::new();
    for i in 0..usize::from(count) {
        let time_s = f64::from(bytes.f32(TIMES_AT + 4 * i, "header")?);
        let mut label = String::new();
        for k in 0..4 {
            label.push(char::from(bytes.u8(LABELS_AT + 4 * i + k, "header")?));
        }
        let label = label.trim_matches(['\0', ' ']).to_owned();
        // An event that is switched off was taken back.
        let shown = bytes.u8(FLAGS_AT + i, "header")? == 0;
        if shown && time_s.is_finite() {
            events.push(C3dEvent {
                context: String::new(),
                label,
                subject: String::new(),
                time_s,
            });
        }
    }
    Ok(events)
}
