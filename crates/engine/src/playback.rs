//! Takes as sources: joins the source that plays recordings with the reader of takes, which do not know each other.

use cyc_capture::{PlayStart, Playback, RecordedFrames, SourceConfig};
use cyc_model::{HostNs, MocapFrame, SourceId};
use cyc_take::{TakeError, TakeFrame, TakeReader};
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
