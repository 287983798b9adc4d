//! What the checked URLs of all protocols over TCP are: a server, settings, and what makes the decoder.

use super::{Recipe, Transport};
use crate::decoder::StreamDecoder;
use crate::source::{FrameSource, SourceConfig};
use crate::source_url::UrlParts;
use crate::stream_place::StreamPlace;
use crate::stream_source::StreamSource;
use std::fmt;

/// The recipe of a source that connects to a server. Displayed, it is the server, with the object that is heard of it when
/// one is named.
pub(crate) struct StreamRecipe<S, D> {
    scheme: &'static str,
    object: Option<String>,
    /// Options without which the source would be another.
    shown_options: &'static str,
    /// Where it comes from.
    pub(crate) place: StreamPlace,
    /// What the decoder is made with.
    pub(crate) settings: S,
    decoder: fn(&S) -> D,
}

impl<S, D> StreamRecipe<S, D> {
    /// The recipe of a URL whose server and settings were read.
    pub(crate) fn new(
        url: &UrlParts<'_>,
        (host, port): (&str, u16),
        settings: S,
        decoder: fn(&S) -> D,
    ) -> Self {
        let host = host.to_owned();
        Self::at(url, StreamPlace::Server { host, port }, settings, decoder)
    }

    /// The same for a place of any kind.
    pub(crate) fn at(
        url: &UrlParts<'_>,
        place: StreamPlace,
        settings: S,
        decoder: fn(&S) -> D,
    ) -> Self {
        Self {
            scheme: url.protocol.scheme,
            object: None,
            shown_options: "",
            place,
            settings,
            decoder,
        }
    }

    /// The same, displayed with options.
    pub(crate) fn showing(self, options: &'static str) -> Self {
        Self {
            shown_options: options,
            ..self
        }
    }

    /// The same, displayed with the object that is heard.
    pub(crate) fn of(self, object: Option<String>) -> Self {
        Self { object, ..self }
    }
}

impl<S: fmt::Debug, D> fmt::Debug for StreamRecipe<S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StreamRecipe")
            .field("scheme", &self.scheme)
            .field("place", &self.place)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

impl<S, D> fmt::Display for StreamRecipe<S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://", self.scheme)?;
        if let Some(object) = &self.object {
            write!(f, "{object}@")?;
        }
        write!(f, "{}", self.place)?;
        match self.shown_options {
            "" => Ok(()),
            options => write!(f, "?{options}"),
        }
    }
}

impl<S, D> Recipe for StreamRecipe<S, D>
where
    S: fmt::Debug + Send + Sync,
    D: StreamDecoder + 'static,
{
    fn transport(&self) -> Option<Transport> {
        Some(match self.place {
            StreamPlace::Server { .. } => Transport::Stream,
            StreamPlace::Caller { .. } => Transport::CallingStream,
        })
    }

    fn source(&self, config: SourceConfig) -> Box<dyn FrameSource> {
        let decoder = (self.decoder)(&self.settings);
        Box::new(StreamSource::new(config, self.place.clone(), decoder))
    }
}
