//! From what the stage file says of a source to what receives it; and takes as sources: joins the source that plays
//! recordings with the reader of takes, which do not know each other.

use crate::core::SourceTiming;
use cyc_capture::{
    PlayStart, Playback, RecordedFrames, SourceConfig, SourceCorrection, SourceUrl, SourceUrlError,
};
use cyc_model::{HostNs, MocapFrame, SourceId};
use cyc_stage::{CaptureSource, DropoutPlan};
use cyc_take::{TakeError, TakeFrame, TakeReader};
use cyc_timing::GapPolicy;
use std::fs::File;
use std::io::BufReader;

/// The usual settings of a source, with which it can play takes too. Sources that share `start` begin together.
pub fn source_config(source: SourceId, start: &PlayStart) -> SourceConfig {
    SourceConfig {
        playback: Playback {
            open: Some(open),
            start: start.clone(),
        },
        ..SourceConfig::new(source)
    }
}

/// Where a source of a stage is heard, by whom it may be sent, and on which interface: a URL with all of it, for each of its
/// paths.
///
/// # Errors
/// When the URL is wrong, or its protocol knows no interface or senders: it connects to one server.
pub fn source_url(source: &CaptureSource) -> Result<SourceUrl, SourceUrlError> {
    let access = &source.access;
    let mut options = Vec::new();
    if let Some(interface) = &access.interface {
        options.push(format!("interface={interface}"));
    }
    if !access.allow.is_empty() {
        options.push(format!("allow={}", access.allow.join(",")));
    }
    if options.is_empty() {
        return source.url.parse();
    }
    let with_options = |path: &str| {
        let joint = if path.contains('?') { '&' } else { '?' };
        format!("{path}{joint}{}", options.join("&"))
    };
    let paths: Vec<String> = source.url.split('|').map(with_options).collect();
    paths.join("|").parse()
}

/// The settings with which a source of a stage is received. Sources that share `start` begin to play together.
pub fn source_config_of(source: &CaptureSource, id: SourceId, start: &PlayStart) -> SourceConfig {
    let mut config = source_config(id, start);
    let policy = &source.policy;
    config.declared_rate_hz = policy.rate_hz.unwrap_or(config.declared_rate_hz);
    config.silent_after = policy.silent_after.unwrap_or(config.silent_after);
    config.reorder.frames = policy.reorder_frames.unwrap_or(config.reorder.frames);
    config.reorder.time = policy.reorder_time.unwrap_or(config.reorder.time);
    let names = source.subjects.iter();
    config.correction = SourceCorrection {
        names: names
            .map(|n| (n.sent.clone(), n.known_as.clone()))
            .collect(),
        scale: source.calibration.scale,
        latency: source.calibration.latency,
    };
    config
}

/// How the jitter and the gaps of a stage's source are dealt with.
pub fn source_timing_of(source: &CaptureSource) -> SourceTiming {
    let usual = SourceTiming::default();
    let dropout = source.policy.dropout;
    SourceTiming {
        playout_max: source.policy.playout_max.unwrap_or(usual.playout_max),
        body_gap: gap_of(dropout, usual.body_gap),
        performer_gap: gap_of(dropout, usual.performer_gap),
    }
}

fn gap_of(dropout: DropoutPlan, usual: GapPolicy) -> GapPolicy {
    GapPolicy {
        prediction_max: dropout.predict.unwrap_or(usual.prediction_max),
        ease: dropout.ease.unwrap_or(usual.ease),
        return_fade: dropout.fade.unwrap_or(usual.return_fade),
    }
}

fn open(path: &str, source: Option<SourceId>) -> Result<Box<dyn RecordedFrames>, String> {
    let mut reader = TakeReader::open(path).map_err(|e| reason(&e))?;
    reader.only_source(source);
    Ok(Box::new(TakeFrames {
        reader,
        damaged: 0,
        span: None,
    }))
}

/// What the system says, without the path, which the caller knows.
fn reason(error: &TakeError) -> String {
    match error {
        TakeError::Io { source, .. } => source.to_string(),
        other => other.to_string(),
    }
}

struct TakeFrames {
    reader: TakeReader<BufReader<File>>,
    damaged: u64,
    span: Option<[HostNs; 2]>,
}

impl RecordedFrames for TakeFrames {
    fn next(&mut self, out: &mut MocapFrame) -> Result<bool, String> {
        loop {
            let read = match self.reader.next_frame() {
                Ok(Some(TakeFrame::Mocap(frame))) => {
                    out.copy_from(frame);
                    Ok(true)
                }
                Ok(Some(_)) => continue,
                // One that was cut off is played as far as it goes.
                Ok(None) | Err(TakeError::Unfinished { .. }) => Ok(false),
                Err(TakeError::Damaged { .. }) => {
                    self.damaged += 1;
                    continue;
                }
                Err(other) => Err(reason(&other)),
            };
            self.span = self.reader.heard_span();
            return read;
        }
    }

    fn passed(&self) -> Option<[HostNs; 2]> {
        self.span
    }

    fn damaged(&self) -> u64 {
        self.damaged
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_capture::DatagramPlace;
    use cyc_model::{Nanos, Xf};
    use cyc_stage::{SourceAccess, SourceCalibration, SourcePolicy, SubjectName};

    fn source(url: &str) -> CaptureSource {
        CaptureSource {
            name: "face".into(),
            url: url.into(),
            stage_from_source: Xf::IDENTITY,
            access: SourceAccess {
                interface: Some("127.0.0.3".into()),
                allow: vec!["10.0.0.9".into(), "10.0.0.8".into()],
            },
            calibration: SourceCalibration {
                scale: 2.0,
                latency: Nanos::from_millis(7),
            },
            policy: SourcePolicy {
                rate_hz: Some(60.0),
                reorder_frames: Some(0),
                playout_max: Some(Nanos::ZERO),
                dropout: DropoutPlan {
                    predict: Some(Nanos::from_millis(11)),
                    ..DropoutPlan::default()
                },
                ..SourcePolicy::default()
            },
            subjects: vec![SubjectName {
                sent: "Ann 01".into(),
                known_as: "Ann".into(),
            }],
        }
    }

    #[test]
    fn an_interface_and_senders_hold_for_every_path() {
        let said = |url: &str| format!("{:?}", source_url(&source(url)).unwrap());
        let place = DatagramPlace {
            bind: "127.0.0.3:39539".parse().unwrap(),
            group: None,
            allow: vec!["10.0.0.9".parse().unwrap(), "10.0.0.8".parse().unwrap()],
            server: None,
        };
        assert!(
            said("vmc://").contains(&format!("{place:?}")),
            "{}",
            said("vmc://")
        );
        let both = said("vicon-udp://:51001|vicon-udp://:51002");
        for port in [51001, 51002] {
            assert!(both.contains(&format!("bind: 127.0.0.3:{port}")), "{both}");
        }
        assert_eq!(both.matches("10.0.0.8").count(), 2, "{both}");
        // A server that is connected to has neither: said, rather than silently without effect.
        let error = source_url(&source("vicon://h")).unwrap_err();
        assert_eq!(error.key(), "capture-url-bad-option");
    }

    #[test]
    fn what_is_written_takes_the_place_of_the_usual() {
        let source = source("vmc://");
        let config = source_config_of(&source, SourceId(3), &PlayStart::default());
        assert_eq!(
            (config.source, config.declared_rate_hz),
            (SourceId(3), 60.0)
        );
        assert_eq!(config.reorder.frames, 0);
        assert_eq!(config.reorder.time, cyc_timing::REORDER_TIME);
        assert_eq!(config.silent_after, Nanos::from_millis(500));
        assert_eq!(config.correction.scale, 2.0);
        assert_eq!(
            config.correction.names,
            [("Ann 01".to_owned(), "Ann".to_owned())]
        );
        let timing = source_timing_of(&source);
        assert_eq!(timing.playout_max, Nanos::ZERO);
        assert_eq!(timing.body_gap.prediction_max, Nanos::from_millis(11));
        assert_eq!(timing.performer_gap.ease, GapPolicy::PERFORMER.ease);
    }
}
