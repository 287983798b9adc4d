//! The addresses that people give to sources: `vicon://host`, `vicon-udp://:51001`.
//!
//! What a URL's place and options mean is the protocol's; it reads them with [`UrlParts`], so that `allow`, `interface`
//! and the rest mean the same everywhere. `a|b` is one source over two paths.

mod error;
mod parts;
mod paths;

pub use error::SourceUrlError;
pub(crate) use parts::{UrlParts, ip_address, names};

use crate::protocols::{PROTOCOLS, Protocol, Recipe, Transport};
use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

/// A source by protocol and place, checked.
#[derive(Clone, Debug)]
pub struct SourceUrl {
    /// The first path's, when there are several.
    protocol: &'static Protocol,
    recipe: Arc<dyn Recipe>,
}

impl SourceUrl {
    /// The protocol's name, as URLs begin with.
    pub fn scheme(&self) -> &'static str {
        self.protocol.scheme
    }

    /// What carries the protocol.
    pub fn transport(&self) -> Transport {
        let own = self.recipe.transport();
        own.unwrap_or(self.protocol.transport)
    }

    /// The names of all protocols that can be received.
    pub fn schemes() -> impl Iterator<Item = &'static str> {
        PROTOCOLS.iter().map(|protocol| protocol.scheme)
    }

    pub(crate) fn recipe(&self) -> &dyn Recipe {
        &*self.recipe
    }
}

impl FromStr for SourceUrl {
    type Err = SourceUrlError;

    fn from_str(url: &str) -> Result<Self, SourceUrlError> {
        if url.contains('|') {
            return paths::read(url);
        }
        let parts = UrlParts::split(url)?;
        let recipe = (parts.protocol.read)(&parts)?;
        Ok(Self {
            protocol: parts.protocol,
            recipe: recipe.into(),
        })
    }
}

impl fmt::Display for SourceUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.recipe.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_written_as_it_is_read() {
        for url in [
            "vicon://h:801",
            "vicon://[::1]:8801",
            "vicon-udp://127.0.0.1:51001",
            "natnet://127.0.0.1:1510",
            "qualisys://h:22223",
        ] {
            assert_eq!(url.parse::<SourceUrl>().unwrap().to_string(), url);
        }
    }

    #[test]
    fn what_names_no_protocol_says_which_there_are() {
        let error = "tracker-pc".parse::<SourceUrl>().unwrap_err();
        assert_eq!(error.key(), "capture-url-no-protocol");
        let error = "gopher://x".parse::<SourceUrl>().unwrap_err();
        assert_eq!(error.key(), "capture-url-unknown-protocol");
        let (_, known) = &error.args()[1];
        assert!(SourceUrl::schemes().all(|scheme| known.contains(scheme)));
        assert!("127.0.0.1:801".parse::<SourceUrl>().is_err());
    }

    #[test]
    fn no_two_protocols_share_a_name() {
        let mut names: Vec<_> = SourceUrl::schemes().collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), PROTOCOLS.len());
    }
}
