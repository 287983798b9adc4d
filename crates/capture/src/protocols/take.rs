//! `take:FILE[?source=0&speed=1&repeat=true]`: a recording as a source.
//!
//! `source` is the recorded source's number, its place in the stage that was recorded; without it the first one that the
//! take has a frame of is played. Where the file is written in a stage file, it is taken from where the program was started.

use super::{Protocol, Recipe, Transport};
use crate::recording_source::{PlaybackPlace, RecordingSource};
use crate::source::{FrameSource, SourceConfig};
use crate::source_url::{SourceUrlError, UrlParts};
use cyc_model::SourceId;
use std::fmt;

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "take",
    transport: Transport::Local,
    read: |url| Ok(Box::new(read(url)?)),
};

/// Slowest and fastest playing: a minute in a second, and a second in a minute and a half.
const SPEED: std::ops::RangeInclusive<f64> = 0.01..=60.0;

#[derive(Debug)]
struct Take(PlaybackPlace);

fn read(url: &UrlParts<'_>) -> Result<Take, SourceUrlError> {
    if url.place.is_empty() {
        return Err(url.no_file());
    }
    let mut place = PlaybackPlace {
        path: url.place.to_owned(),
        source: None,
        speed: 1.0,
        repeat: false,
    };
    for (option, value) in url.options() {
        let bad = || url.bad_option(option, value);
        match option {
            "source" => place.source = Some(SourceId(value.parse().map_err(|_| bad())?)),
            "speed" => {
                let speed: f64 = value.parse().map_err(|_| bad())?;
                place.speed = Some(speed).filter(|s| SPEED.contains(s)).ok_or_else(bad)?;
            }
            "repeat" => place.repeat = value.parse().map_err(|_| bad())?,
            _ => return Err(bad()),
        }
    }
    Ok(Take(place))
}

impl fmt::Display for Take {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", PROTOCOL.scheme, self.0.path)?;
        match self.0.source {
            Some(source) => write!(f, "?source={}", source.0),
            None => Ok(()),
        }
    }
}

impl Recipe for Take {
    fn source(&self, config: SourceConfig) -> Box<dyn FrameSource> {
        Box::new(RecordingSource::new(config, self.0.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_url::SourceUrl;

    #[test]
    fn a_file_and_how_it_is_played_are_read() {
        let read = |url| {
            UrlParts::split(url)
                .and_then(|parts| read(&parts))
                .unwrap()
                .0
        };
        let plain = read("take:takes/day 1.take.mcap");
        assert_eq!(plain.path, "takes/day 1.take.mcap");
        assert_eq!(
            (plain.source, plain.speed, plain.repeat),
            (None, 1.0, false)
        );
        let told = read("take:///a.mcap?source=3&speed=0.5&repeat=true");
        assert_eq!(told.path, "/a.mcap");
        assert_eq!(
            (told.source, told.speed, told.repeat),
            (Some(SourceId(3)), 0.5, true)
        );
        for (url, key) in [
            ("take:", "capture-url-no-file"),
            ("take:a?source=x", "capture-url-bad-option"),
            ("take:a?speed=0", "capture-url-bad-option"),
            ("take:a?speed=nan", "capture-url-bad-option"),
            ("take:a?speed=-1", "capture-url-bad-option"),
            ("take:a?loop=true", "capture-url-bad-option"),
        ] {
            assert_eq!(url.parse::<SourceUrl>().unwrap_err().key(), key, "{url}");
        }
        let url: SourceUrl = "take:a.mcap?source=1".parse().unwrap();
        assert_eq!(url.to_string(), "take:a.mcap?source=1");
    }
}
