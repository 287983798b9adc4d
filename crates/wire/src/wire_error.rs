//! What the decoding errors of all protocols have in common.

/// What kind of thing was wrong; each kind has its counter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WireErrorKind {
    /// The cutting of packets and blocks: another protocol, another version, or damaged.
    Framing,
    /// An object that is too short or too odd for what it says it is.
    Object,
    /// Subjects that cannot be: broken trees, names or ids used twice, too many.
    Subjects,
}

/// Why bytes are no frame.
pub trait WireError: std::error::Error + Send + Sync + 'static {
    /// What kind of thing was wrong.
    fn kind(&self) -> WireErrorKind;

    /// The message that tells this to a person: a key of `wire.ftl`.
    fn key(&self) -> &'static str;

    /// The arguments of the message.
    fn args(&self) -> Vec<(&'static str, String)>;
}
