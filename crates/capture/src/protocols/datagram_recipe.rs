//! What the checked URLs of all protocols of datagrams are: a place, settings, and what makes the decoder.
//!
//! So a protocol's file holds how its URL is read and how its decoder is driven, and nothing else.

use super::Recipe;
use crate::datagram_place::DatagramPlace;
use crate::datagram_source::DatagramSource;
use crate::decoder::DatagramDecoder;
use crate::intake::{DatagramIntake, Intake};
use crate::source::{FrameSource, SourceConfig};
use crate::source_url::UrlParts;
use cyc_model::HostNs;
use std::fmt;

/// The recipe of a source of datagrams. Displayed, it is where they come from: the server that is asked, or the address
/// that is listened on.
pub(crate) struct DatagramRecipe<S, D> {
    scheme: &'static str,
    /// Options without which the source would be another.
    shown_options: String,
    /// Where datagrams come from.
    pub(crate) place: DatagramPlace,
    /// What the decoder is made with.
    pub(crate) settings: S,
    decoder: fn(&S) -> D,
}

impl<S, D> DatagramRecipe<S, D> {
    /// The recipe of a URL whose place and settings were read.
    pub(crate) fn new(
        url: &UrlParts<'_>,
        place: DatagramPlace,
        settings: S,
        decoder: fn(&S) -> D,
    ) -> Self {
        Self {
            scheme: url.protocol.scheme,
            shown_options: String::new(),
            place,
            settings,
            decoder,
        }
    }

    /// The same, displayed with options.
    pub(crate) fn showing(self, options: String) -> Self {
        Self {
            shown_options: options,
            ..self
        }
    }
}

impl<S: fmt::Debug, D> fmt::Debug for DatagramRecipe<S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DatagramRecipe")
            .field("scheme", &self.scheme)
            .field("place", &self.place)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl<S, D> fmt::Display for DatagramRecipe<S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = self.place.server.unwrap_or(self.place.bind);
        write!(f, "{}://{at}", self.scheme)?;
        match self.shown_options.as_str() {
            "" => Ok(()),
            options => write!(f, "?{options}"),
        }
    }
}

impl<S, D> Recipe for DatagramRecipe<S, D>
where
    S: fmt::Debug + Send + Sync,
    D: DatagramDecoder + 'static,
{
    fn source(&self, config: SourceConfig) -> Box<dyn FrameSource> {
        let decoder = (self.decoder)(&self.settings);
        Box::new(DatagramSource::new(config, self.place.clone(), decoder))
    }

    fn intake(&self, config: &SourceConfig, now: HostNs) -> Option<Box<dyn Intake>> {
        let decoder = (self.decoder)(&self.settings);
        let allow = self.place.allow.clone();
        Some(Box::new(DatagramIntake::new(config, decoder, allow, now)))
    }
}
