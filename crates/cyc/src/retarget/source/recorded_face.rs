//! The face of a recording whose markers are solved anew: what was shown or captured when each frame of markers was heard.

use crate::failure::Failure;
use cyc_model::{FaceWeights, SourceId};
use cyc_take::{TakeError, TakeFrame, TakeReader};
use std::collections::BTreeMap;

/// A face with the time that it was shown or heard at, nanoseconds.
type Timed = (i64, FaceWeights);

/// The face at each of `frames` frames of the source that has so many; empty when the recording has no face, or none moves.
pub fn faces(bytes: &[u8], frames: usize) -> Result<Vec<FaceWeights>, Failure> {
    let mut reader = TakeReader::from_reader(bytes)?;
    let mut heard: BTreeMap<SourceId, Vec<i64>> = BTreeMap::new();
    let (mut shown, mut captured): (Vec<Timed>, Vec<Timed>) = Default::default();
    loop {
        match reader.next_frame() {
            Ok(Some(TakeFrame::Mocap(frame))) => {
                heard.entry(frame.source).or_default().push(frame.heard.0);
                let first = frame.faces.first();
                captured.extend(first.map(|f| (frame.heard.0, f.weights)));
            }
            Ok(Some(TakeFrame::Stage(frame))) => {
                shown.extend(frame.faces.first().map(|f| (frame.due.0, *f)));
            }
            Ok(None) | Err(TakeError::Unfinished { .. }) => break,
            Err(TakeError::Damaged { .. }) => {}
            Err(other) => return Err(other.into()),
        }
    }
    let moves = |faces: &[Timed]| {
        let mut weights = faces.iter().flat_map(|(_, f)| f.all());
        weights.any(|w| *w != 0.0)
    };
    let times = heard.into_values().find(|times| times.len() == frames);
    let faces = [shown, captured].into_iter().find(|f| moves(f));
    let (Some(times), Some(mut faces)) = (times, faces) else {
        return Ok(Vec::new());
    };
    faces.sort_by_key(|(at, _)| *at);
    let newest = |at: &i64| {
        let after = faces.partition_point(|(t, _)| t <= at);
        let face = faces.get(after.saturating_sub(1));
        face.map(|(_, f)| *f).unwrap_or_default()
    };
    Ok(times.iter().map(newest).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::{FaceShape, HostNs, MocapFrame, Quality, Roster, StageFrame};
    use cyc_take::{TakeConfig, TakeWriter};
    use std::sync::Arc;

    #[test]
    fn each_frame_has_the_face_that_was_shown_when_it_was_heard() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.mcap");
        let mut writer = TakeWriter::create(&path, &TakeConfig::default()).unwrap();
        let roster = Arc::new(Roster::build(Vec::new()).unwrap());
        for f in 0..4i64 {
            let mut mocap = MocapFrame::default();
            mocap.reset(&roster);
            mocap.heard = HostNs(f * 10_000_000);
            writer.write_mocap(&mocap).unwrap();
            // The stage shows two frames for each, the first a little later than it was heard.
            for (late, part) in [(2_000_000, 0.0), (7_000_000, 0.5)] {
                let mut face = FaceWeights::default();
                face.set(FaceShape::JawOpen, (f as f32 + part) / 4.0);
                let mut stage = StageFrame {
                    due: HostNs(f * 10_000_000 + late),
                    ..StageFrame::default()
                };
                stage.push_human(Quality::Live, &[], face);
                writer.write_stage(&stage).unwrap();
            }
        }
        writer.finish().unwrap();
        let bytes = std::fs::read(&path).unwrap();
        let jaws = |frames| -> Vec<f32> {
            let faces = faces(&bytes, frames).unwrap();
            faces.iter().map(|f| f.get(FaceShape::JawOpen)).collect()
        };
        assert_eq!(jaws(4), [0.0, 0.125, 0.375, 0.625]);
        assert!(jaws(3).is_empty());
    }
}
