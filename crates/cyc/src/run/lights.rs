//! The five lights: one glance tells which chain is in trouble.

use super::document::{mood_of_quality, mood_of_source};
use super::finding::Finding;
use super::health::{PerformerReading, Reading};
use cyc_control::{Chain, LatencyDocument, Light, Mood, TakeDocument, TakeState, Unit};
use cyc_stage::Genlock;

/// The lights of a reading, in the order in which they are shown.
pub fn lights(
    reading: &Reading,
    (take, latency): (&TakeDocument, &[LatencyDocument]),
    findings: &[Finding],
) -> Vec<Light> {
    let sources = || reading.sources.iter().filter(|s| s.is_on);
    let oldest_ms = sources().filter_map(|s| s.age_ms).reduce(f64::max);
    vec![
        Light {
            chain: Chain::Source,
            mood: worst(reading.sources.iter().map(mood_of_source)),
            age_ms: oldest_ms,
            figure: sources().map(|s| s.rate_hz).reduce(f64::min),
            unit: Unit::Hertz,
        },
        Light {
            chain: Chain::Solve,
            mood: worst(reading.performers.iter().map(mood_of_performer)),
            age_ms: oldest_ms,
            figure: pose_ms(latency),
            unit: Unit::Milliseconds,
        },
        render(reading, findings),
        record(take, findings),
        sync(reading, oldest_ms),
    ]
}

/// Of several things the worst counts, as long as they are in use.
fn worst(moods: impl Iterator<Item = Mood>) -> Mood {
    moods.max().unwrap_or(Mood::Off)
}

/// How a performer is doing.
pub fn mood_of_performer(performer: &PerformerReading) -> Mood {
    if performer.is_calibrated {
        mood_of_quality(performer.quality)
    } else {
        Mood::Amber
    }
}

/// 99 of 100 poses were out within this time lately.
fn pose_ms(latency: &[LatencyDocument]) -> Option<f64> {
    let pose = latency.iter().find(|l| l.leg == "packet_to_pose")?;
    let lately = pose.last_10_s;
    (lately.count > 0).then_some(lately.p99_us / 1e3)
}

fn render(reading: &Reading, findings: &[Finding]) -> Light {
    use Finding::{DisplayCut, MonitorMissing, PictureStalled, PicturesMissed};
    let is_dark = |f: &Finding| {
        matches!(
            f,
            PictureStalled { .. }
                | MonitorMissing { .. }
                | DisplayCut { .. }
                | PicturesMissed { .. }
        )
    };
    let pictures = reading.pictures;
    Light {
        chain: Chain::Render,
        mood: match pictures {
            None => Mood::Off,
            Some(_) if findings.iter().any(is_dark) => Mood::Red,
            Some(_) => Mood::Good,
        },
        age_ms: pictures.map(|p| p.age_s * 1e3),
        figure: pictures.map(|p| p.rate_hz),
        unit: Unit::Hertz,
    }
}

fn record(take: &TakeDocument, findings: &[Finding]) -> Light {
    use Finding::{DiskFull, DiskNearlyFull, DiskSlow, RecordingFailed, RecordingLoses};
    let about_it = findings.iter().filter(|f| {
        matches!(
            f,
            RecordingLoses { .. }
                | RecordingFailed { .. }
                | DiskSlow
                | DiskFull
                | DiskNearlyFull { .. }
        )
    });
    let is_rolling = take.state == TakeState::Rolling;
    let usual = if is_rolling { Mood::Good } else { Mood::Off };
    Light {
        chain: Chain::Record,
        mood: about_it.map(Finding::mood).max().unwrap_or(usual),
        age_ms: None,
        figure: is_rolling.then_some(take.seconds),
        unit: Unit::Seconds,
    }
}

/// Time that things have in common: the sources' timecode, and what the pictures follow. Its figure is how far they are from that.
fn sync(reading: &Reading, oldest_ms: Option<f64>) -> Light {
    let led = reading.pictures.filter(|p| p.genlock != Genlock::Free);
    let has_timecode = reading.timecode.is_some();
    Light {
        chain: Chain::Sync,
        mood: match led {
            _ if reading.clock_jumped_s.is_some() => Mood::Amber,
            Some(pictures) if !pictures.pace.is_locked => Mood::Amber,
            None if !has_timecode => Mood::Off,
            _ => Mood::Good,
        },
        age_ms: oldest_ms.filter(|_| has_timecode),
        figure: led.and_then(|p| p.pace.error).map(|e| e.millis().abs()),
        unit: Unit::Milliseconds,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::run::health::{PictureReading, SourceReading};
    use cyc_engine::run::SourceState;
    use cyc_model::Quality;

    fn source(state: SourceState) -> SourceReading {
        SourceReading {
            state,
            is_on: true,
            was_heard: true,
            rate_hz: 120.0,
            age_ms: Some(4.0),
            ..SourceReading::default()
        }
    }

    fn moods(reading: &Reading, take: TakeState, findings: &[Finding]) -> [Mood; 5] {
        let take = TakeDocument {
            state: take,
            ..TakeDocument::default()
        };
        let lights = lights(reading, (&take, &[]), findings);
        let chains: Vec<Chain> = lights.iter().map(|l| l.chain).collect();
        assert_eq!(chains, Chain::ALL);
        std::array::from_fn(|i| lights[i].mood)
    }

    #[test]
    fn each_chain_has_the_light_of_its_worst_part() {
        let mut reading = Reading::default();
        assert_eq!(moods(&reading, TakeState::Idle, &[]), [Mood::Off; 5]);
        reading.sources = vec![source(SourceState::Live), source(SourceState::Live)];
        reading.performers = vec![PerformerReading {
            is_calibrated: true,
            quality: Quality::Live,
            ..PerformerReading::default()
        }];
        reading.pictures = Some(PictureReading::default());
        reading.timecode = Some("01:00:00:00".into());
        let good = moods(&reading, TakeState::Rolling, &[]);
        assert_eq!(good, [Mood::Good; 5]);
        reading.sources[1].state = SourceState::Silent;
        reading.performers[0].quality = Quality::Absent;
        reading.clock_jumped_s = Some(5.0);
        let findings = [
            Finding::PictureStalled { seconds: 3.0 },
            Finding::DiskNearlyFull { minutes: 4.0 },
        ];
        let bad = moods(&reading, TakeState::Rolling, &findings);
        let expected = [Mood::Red, Mood::Red, Mood::Red, Mood::Amber, Mood::Amber];
        assert_eq!(bad, expected);
        // Pictures that should follow something and do not.
        let mut pictures = PictureReading {
            genlock: Genlock::Ptp,
            ..PictureReading::default()
        };
        reading.clock_jumped_s = None;
        reading.pictures = Some(pictures);
        assert_eq!(moods(&reading, TakeState::Idle, &[])[4], Mood::Amber);
        pictures.pace.is_locked = true;
        (reading.pictures, reading.timecode) = (Some(pictures), None);
        assert_eq!(moods(&reading, TakeState::Idle, &[])[4], Mood::Good);
        // Who is turned off is not missed.
        reading.sources[1].is_on = false;
        assert_eq!(moods(&reading, TakeState::Idle, &[])[0], Mood::Good);
    }
}
