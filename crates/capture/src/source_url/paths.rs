//! `a|b`: one source over two paths, or more.

use super::{SourceUrl, SourceUrlError};
use crate::decoder::Numbering;
use crate::intake::{Intake, PathsIntake};
use crate::paths_source::PathsSource;
use crate::protocols::Recipe;
use crate::source::{FrameSource, SourceConfig};
use cyc_model::{HostNs, SourceId};
use std::fmt;
use std::sync::Arc;

/// Paths of one source: two networks, and a second sender on each.
const PATHS_MAX: usize = 4;

/// The URLs of the paths.
#[derive(Debug)]
struct Paths {
    paths: Vec<SourceUrl>,
    numbering: Numbering,
}

/// Reads each path; all must number their frames alike.
pub(super) fn read(url: &str) -> Result<SourceUrl, SourceUrlError> {
    let paths = url.split('|').map(str::parse);
    let paths: Vec<SourceUrl> = paths.collect::<Result<_, _>>()?;
    let numbering = |path: &SourceUrl| {
        let source = path.recipe().source(SourceConfig::new(SourceId(0)));
        source.numbering()
    };
    let mut all = paths.iter().map(numbering);
    let first = all.next().filter(|n| *n != Numbering::Arrival);
    let (Some(first), true, Some(path)) = (
        first,
        paths.len() <= PATHS_MAX && all.all(|n| Some(n) == first),
        paths.first(),
    ) else {
        return Err(SourceUrlError::NoPaths {
            url: url.to_owned(),
            limit: PATHS_MAX,
        });
    };
    Ok(SourceUrl {
        protocol: path.protocol,
        recipe: Arc::new(Paths {
            numbering: first,
            paths,
        }),
    })
}

impl fmt::Display for Paths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, path) in self.paths.iter().enumerate() {
            let before = if i == 0 { "" } else { "|" };
            write!(f, "{before}{path}")?;
        }
        Ok(())
    }
}

impl Recipe for Paths {
    fn source(&self, config: SourceConfig) -> Box<dyn FrameSource> {
        let as_came = SourceConfig {
            as_came: true,
            ..config.clone()
        };
        let path = |url: &SourceUrl| url.recipe().source(as_came.clone());
        let paths = self.paths.iter().map(path).collect();
        Box::new(PathsSource::new(config, paths, self.numbering))
    }

    fn intake(&self, config: &SourceConfig, now: HostNs) -> Option<Box<dyn Intake>> {
        let as_came = SourceConfig {
            as_came: true,
            ..config.clone()
        };
        let path = |url: &SourceUrl| url.recipe().intake(&as_came, now);
        let paths = self.paths.iter().map(path).collect::<Option<_>>()?;
        let paths = PathsIntake::new(paths, config, self.numbering, now)?;
        Some(Box::new(paths))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_paths_of_one_system_are_one_source() {
        let both = "vicon://10.0.0.5:801|vicon://10.1.0.5:801";
        let url: SourceUrl = both.parse().unwrap();
        assert_eq!(url.to_string(), both);
        let source = url.recipe().source(SourceConfig::new(SourceId(3)));
        assert_eq!(source.paths().len(), 2);
        let many = ["vicon://h"; 5].join("|");
        for (url, key) in [
            ("vicon://a|", "capture-url-no-protocol"),
            (many.as_str(), "capture-url-no-paths"),
        ] {
            assert_eq!(url.parse::<SourceUrl>().unwrap_err().key(), key, "{url}");
        }
    }
}
