//! What a stage said while it was recorded, as bytes: changes of state, findings, commands.

use super::fields::{Field, Fields, Put};
use crate::limits::EVENT_BYTES_MAX;
use cyc_model::HostNs;

/// The layout, as it stands in the take's schema.
pub(super) const LAYOUT: &str = "\
u8 version=1; i64 at_ns; text kind (u16 length, UTF-8), such as state, finding, command; u32 length; the content, UTF-8: \
JSON.";

/// The first byte of a message: the version of its layout.
const VERSION: u8 = 1;

/// Something that a stage said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakeEvent {
    /// When.
    pub at: HostNs,
    /// What it is: `state`, `finding`, `command` and the like.
    pub kind: String,
    /// The rest, as JSON; [`EVENT_BYTES_MAX`] bytes at most.
    pub content: String,
}

/// Appends an event. One that is too long is written without its content.
pub(super) fn encode(event: &TakeEvent, out: &mut Vec<u8>) {
    let mut put = Put(out);
    put.u8(VERSION);
    put.i64(event.at.0);
    put.text(&event.kind);
    let is_short = event.content.len() <= EVENT_BYTES_MAX;
    put.long_text(if is_short { &event.content } else { "" });
}

/// Reads an event.
pub(super) fn decode(bytes: &[u8]) -> Field<TakeEvent> {
    let mut fields = Fields(bytes);
    fields.version(VERSION)?;
    let event = TakeEvent {
        at: HostNs(fields.i64()?),
        kind: fields.text()?,
        content: fields.long_text()?,
    };
    fields.end()?;
    Ok(event)
}
