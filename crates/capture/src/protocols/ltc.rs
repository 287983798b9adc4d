//! `ltc:FILE.wav[?rate=25&channel=1&repeat=true]`: linear timecode in sound.
//!
//! `ltc:/dev/stdin` listens to a WAV that another program writes while it records, such as `arecord`. The rate is measured
//! when it is not told; tape at another speed needs it told.

use super::{Protocol, Recipe, Transport};
use crate::sound_source::{SoundPlace, SoundSource};
use crate::source::{FrameSource, SourceConfig};
use crate::source_url::{SourceUrlError, UrlParts};
use std::fmt;

/// The row of the table.
pub(super) const PROTOCOL: Protocol = Protocol {
    scheme: "ltc",
    transport: Transport::Local,
    read: |url| Ok(Box::new(read(url)?)),
};

/// What a program that records is listened to at.
const LIVE: &str = "/dev/stdin";

/// Highest rate of labels in sound.
const LABELS_PER_SECOND_MAX: u32 = 30;

#[derive(Debug)]
struct Ltc(SoundPlace);

fn read(url: &UrlParts<'_>) -> Result<Ltc, SourceUrlError> {
    let ending = url.place.rsplit_once('.').map(|(_, ending)| ending);
    let is_wav = ending.is_some_and(|ending| ending.eq_ignore_ascii_case("wav"));
    if !is_wav && url.place != LIVE {
        return Err(SourceUrlError::NotWav {
            place: url.place.to_owned(),
        });
    }
    let mut place = SoundPlace {
        path: url.place.to_owned(),
        channel: 1,
        rate: None,
        repeat: false,
    };
    for (option, value) in url.options() {
        let bad = || url.bad_option(option, value);
        match option {
            "rate" => {
                let rate = url.timecode_rate(option, value)?;
                let is_slow = rate.labels_per_second() <= LABELS_PER_SECOND_MAX;
                place.rate = Some(is_slow.then_some(rate).ok_or_else(bad)?);
            }
            "channel" => {
                let channel: u16 = value.parse().map_err(|_| bad())?;
                place.channel = Some(channel).filter(|c| *c > 0).ok_or_else(bad)?;
            }
            "repeat" => place.repeat = value.parse().map_err(|_| bad())?,
            _ => return Err(bad()),
        }
    }
    Ok(Ltc(place))
}

impl fmt::Display for Ltc {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", PROTOCOL.scheme, self.0.path)
    }
}

impl Recipe for Ltc {
    fn source(&self, config: SourceConfig) -> Box<dyn FrameSource> {
        Box::new(SoundSource::new(config, self.0.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source_url::SourceUrl;
    use cyc_model::TimecodeRate;

    #[test]
    fn files_and_what_records_are_read() {
        let read = |url| {
            UrlParts::split(url)
                .and_then(|parts| read(&parts))
                .unwrap()
                .0
        };
        let plain = read("ltc:takes/day 1.WAV");
        assert_eq!((&*plain.path, plain.channel), ("takes/day 1.WAV", 1));
        assert_eq!((plain.rate, plain.repeat), (None, false));
        let told = read("ltc:/dev/stdin?rate=29.97df&channel=2&repeat=true");
        assert_eq!((&*told.path, told.channel), ("/dev/stdin", 2));
        assert_eq!(
            (told.rate, told.repeat),
            (Some(TimecodeRate::Fps29_97Drop), true)
        );
        for (url, key) in [
            ("ltc:", "capture-url-not-wav"),
            ("ltc:hw:0", "capture-url-not-wav"),
            ("ltc://default", "capture-url-not-wav"),
            ("ltc:a.wav?rate=60", "capture-url-bad-option"),
            ("ltc:a.wav?channel=0", "capture-url-bad-option"),
            ("ltc:a.wav?speed=2", "capture-url-bad-option"),
        ] {
            assert_eq!(url.parse::<SourceUrl>().unwrap_err().key(), key, "{url}");
        }
    }
}
