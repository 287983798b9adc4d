//! The protocols that can be sent, a file each: how its URL is read, and what encodes and sends.
//!
//! A protocol is a row of [`PROTOCOLS`] and nothing else in this crate.

mod adm_osc;
mod freed;
mod lights;
mod ltc;
mod opentrackio;
mod vmc;

use crate::error::OutputError;
use crate::output_url::UrlParts;
use crate::writer::{AnyWriter, Feed};
use std::fmt;

/// How one protocol is sent.
#[derive(Debug)]
pub(crate) struct Protocol {
    /// What its URLs begin with.
    pub(crate) scheme: &'static str,
    /// What it is made of.
    pub(crate) feed: Feed,
    /// Reads and checks the rest of a URL.
    pub(crate) read: fn(&UrlParts<'_>) -> Result<Box<dyn Recipe>, OutputError>,
}

/// A checked URL: enough to open the output. Displayed, it is the URL in full, without its options.
pub(crate) trait Recipe: fmt::Debug + fmt::Display + Send + Sync {
    /// Opens its socket or its file.
    fn open(&self) -> Result<AnyWriter, OutputError>;

    /// Opens it anew after a fault of the program, for the `times`th time. What was written before stays.
    fn open_again(&self, _times: u64) -> Result<AnyWriter, OutputError> {
        self.open()
    }
}

/// Every protocol, in the order in which people are told of them.
pub(crate) const PROTOCOLS: &[Protocol] = &[
    vmc::PROTOCOL,
    opentrackio::PROTOCOL,
    freed::PROTOCOL,
    adm_osc::PROTOCOL,
    lights::SACN,
    lights::ARTNET,
    ltc::PROTOCOL,
];
