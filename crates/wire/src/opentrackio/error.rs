//! Why a datagram is no OpenTrackIO.

use super::limits::SAMPLE_BYTES_MAX;
use crate::wire_error::{WireError, WireErrorKind};
use thiserror::Error;

/// What is wrong with a datagram, or with the sample that it completes. It costs these, not the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum DecodeError {
    /// Shorter than its header, or not as long as it says.
    #[error("{bytes} bytes are there, and the packet needs {needed}")]
    Length {
        /// Its length.
        bytes: usize,
        /// What it should be.
        needed: usize,
    },
    /// It does not begin with `OTrk`.
    #[error("it begins with {found:02x?} and not with OTrk")]
    NotOpenTrackIo {
        /// Its first four bytes.
        found: [u8; 4],
    },
    /// The checksum is wrong.
    #[error("the checksum is {found:#06x} where {computed:#06x} is right")]
    Checksum {
        /// What it should be.
        computed: u16,
        /// What it is.
        found: u16,
    },
    /// Neither JSON nor CBOR.
    #[error("the encoding {encoding} is neither JSON (1) nor CBOR (2)")]
    Encoding {
        /// Its number; 128 and more belong to makers.
        encoding: u8,
    },
    /// A segment beyond the largest sample.
    #[error("a sample of {bytes} bytes is over the limit of {SAMPLE_BYTES_MAX}")]
    SampleTooLarge {
        /// Where the segment ends.
        bytes: usize,
    },
    /// Not JSON, or a field of another type than it must have.
    #[error("the sample cannot be read at line {line}, column {column}")]
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// Not CBOR, or a field of another type than it must have.
    #[error("the sample cannot be read as CBOR")]
    Cbor {
        /// Where, when the reader tells.
        offset: Option<usize>,
    },
}

impl WireError for DecodeError {
    fn kind(&self) -> WireErrorKind {
        match self {
            Self::Json { .. } | Self::Cbor { .. } => WireErrorKind::Object,
            _ => WireErrorKind::Framing,
        }
    }

    fn key(&self) -> &'static str {
        match self {
            Self::Length { .. } => "opentrackio-length",
            Self::NotOpenTrackIo { .. } => "opentrackio-not",
            Self::Checksum { .. } => "opentrackio-checksum",
            Self::Encoding { .. } => "opentrackio-encoding",
            Self::SampleTooLarge { .. } => "opentrackio-sample-too-large",
            Self::Json { .. } => "opentrackio-json",
            Self::Cbor { .. } => "opentrackio-cbor",
        }
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::Length { bytes, needed } => {
                vec![("bytes", bytes.to_string()), ("needed", needed.to_string())]
            }
            Self::NotOpenTrackIo { found } => vec![("found", format!("{found:02x?}"))],
            Self::Checksum { computed, found } => vec![
                ("computed", format!("{computed:#06x}")),
                ("found", format!("{found:#06x}")),
            ],
            Self::Encoding { encoding } => vec![("encoding", encoding.to_string())],
            Self::SampleTooLarge { bytes } => vec![
                ("bytes", bytes.to_string()),
                ("limit", SAMPLE_BYTES_MAX.to_string()),
            ],
            Self::Json { line, column } => {
                vec![("line", line.to_string()), ("column", column.to_string())]
            }
            Self::Cbor { offset } => {
                let offset = offset.map_or_else(|| "?".to_owned(), |o| o.to_string());
                vec![("offset", offset)]
            }
        }
    }
}
