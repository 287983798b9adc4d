//! What the checked URLs of all protocols over TCP are: a server, settings, and what makes the decoder.

use super::Recipe;
use crate::decoder::StreamDecoder;
use crate::source::{FrameSource, SourceConfig};
use crate::source_url::UrlParts;
use crate::stream_source::StreamSource;
use std::fmt;

/// The recipe of a source that connects to a server. Displayed, it is the server, with the object that is heard of it when
/// one is named.
pub(crate) struct StreamRecipe<S, D> {
    scheme: &'static str,
    object: Option<String>,
    /// Its name or address, without brackets.
    pub(crate) host: String,
    pub(crate) port: u16,
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
        Self {
            scheme: url.protocol.scheme,
            object: None,
            host: host.to_owned(),
            port,
            settings,
            decoder,
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
            .field("host", &self.host)
            .field("port", &self.port)
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
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

impl<S, D> Recipe for StreamRecipe<S, D>
where
    S: fmt::Debug + Send + Sync,
    D: StreamDecoder + 'static,
{
    fn source(&self, config: SourceConfig) -> Box<dyn FrameSource> {
        let decoder = (self.decoder)(&self.settings);
        let host = self.host.clone();
        Box::new(StreamSource::new(config, host, self.port, decoder))
    }
}
