//! The face of a recording whose markers are solved anew: what was shown or captured when each frame of markers was heard.

use crate::failure::Failure;
use cyc_model::{CapturedFace, FaceWeights, MocapFrame, SourceId};
use cyc_stage::Stage;
use cyc_take::{TakeError, TakeFrame, TakeReader};
use std::collections::BTreeMap;

/// A face with the time that it was shown or heard at, nanoseconds.
type Timed = (i64, FaceWeights);

/// The face at each of `frames` frames of the source that has so many; empty when the recording has no face, or none moves.
/// `whose` is the performer's name among the sources' subjects; `None` where she is the only one.
pub fn faces(
    bytes: &[u8],
    frames: usize,
    whose: Option<&str>,
) -> Result<Vec<FaceWeights>, Failure> {
    let owner = match whose {
        Some(name) => Owner::among_several(bytes, name)?,
        None => Owner::default(),
    };
    let mut reader = TakeReader::from_reader(bytes)?;
    let mut heard: BTreeMap<SourceId, Vec<i64>> = BTreeMap::new();
    let (mut shown, mut captured): (Vec<Timed>, Vec<Timed>) = Default::default();
    loop {
        match reader.next_frame() {
            Ok(Some(TakeFrame::Mocap(frame))) => {
                heard.entry(frame.source).or_default().push(frame.heard.0);
                let own = frame.faces.iter().find(|face| owner.is_hers(frame, face));
                captured.extend(own.map(|f| (frame.heard.0, f.weights)));
            }
            Ok(Some(TakeFrame::Stage(frame))) => {
                let own = owner.shown.and_then(|at| frame.faces.get(at));
                shown.extend(own.map(|f| (frame.due.0, *f)));
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

/// Which faces of a recording are one performer's.
struct Owner {
    /// Her place on the stage; `None` for somebody whom the stage does not know.
    shown: Option<usize>,
    /// Whose face was captured for her, by the subject's name; `None` for anybody's.
    captured: Option<String>,
}

impl Default for Owner {
    /// The only performer: every face is hers.
    fn default() -> Self {
        Self {
            shown: Some(0),
            captured: None,
        }
    }
}

impl Owner {
    /// By the stage that the recording holds: faces are shown in the order of its performers, and may be captured under
    /// another name than the body's.
    fn among_several(bytes: &[u8], name: &str) -> Result<Self, Failure> {
        let mut reader = TakeReader::from_reader(bytes)?;
        // What the take says about itself stands before its first frame, which may be damaged.
        let _ = reader.next_frame();
        let mut files = reader.config().files.iter();
        let file = files.find(|file| file.name == "stage.toml");
        let text = file.map(|file| String::from_utf8_lossy(&file.data));
        let stage = text.and_then(|text| Stage::from_toml(&text).ok());
        let performers = stage.as_ref().map_or(&[][..], |stage| stage.performers());
        let place = performers.iter().position(|p| p.tracked.subject == name);
        let slot = place.and_then(|place| performers.get(place));
        let seen = slot.and_then(|slot| slot.face_seen.as_ref());
        let captured = seen.map_or_else(|| name.to_owned(), |seen| seen.subject.clone());
        Ok(Self {
            shown: place,
            captured: Some(captured),
        })
    }

    fn is_hers(&self, frame: &MocapFrame, face: &CapturedFace) -> bool {
        let subject = frame.roster.subjects().get(usize::from(face.subject));
        let name = self.captured.as_ref();
        name.is_none_or(|name| subject.is_some_and(|subject| subject.name == *name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_model::{FaceShape, HostNs, Quality, Roster, StageFrame, SubjectInfo};
    use cyc_take::{TakeConfig, TakeFile, TakeWriter};
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
            let faces = faces(&bytes, frames, None).unwrap();
            faces.iter().map(|f| f.get(FaceShape::JawOpen)).collect()
        };
        assert_eq!(jaws(4), [0.0, 0.125, 0.375, 0.625]);
        assert!(jaws(3).is_empty());
    }

    /// Two performers, whose faces are captured under other names than their bodies, in another order than the stage's.
    #[test]
    fn each_of_several_performers_has_her_own_face() {
        let performer = |name: &str| {
            format!(
                "[[performer]]\nname = '{name}'\nsource = 'v'\nmarkerset = 'm'\ncharacter = 'c'\n\
                 face_source = 'f'\nface_subject = '{name} face'\n"
            )
        };
        let sources = "name = 's'\n[[source]]\nname = 'v'\nurl = 'vicon://127.0.0.1'\n\
                       [[source]]\nname = 'f'\nurl = 'livelink-face://127.0.0.1:11111'\n";
        let stage = format!("{sources}{}{}", performer("Ann"), performer("Ben"));
        Stage::from_toml(&stage).expect("a stage");
        let config = TakeConfig {
            files: vec![TakeFile {
                name: "stage.toml".into(),
                media_type: "application/toml".into(),
                data: stage.into_bytes(),
            }],
            ..TakeConfig::default()
        };
        let subject = |name: &str| SubjectInfo {
            name: name.into(),
            segments: vec![],
            markers: vec![],
        };
        let phones = ["Ben face", "Ann face"].map(subject).to_vec();
        let phones = Arc::new(Roster::build(phones).unwrap());
        let jaw = |weight| {
            let mut face = FaceWeights::default();
            face.set(FaceShape::JawOpen, weight);
            face
        };
        for is_shown in [true, false] {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("a.mcap");
            let mut writer = TakeWriter::create(&path, &config).unwrap();
            for f in 0..3i64 {
                let mut mocap = MocapFrame::default();
                mocap.reset(&phones);
                mocap.heard = HostNs(f * 10_000_000);
                for (subject, weight) in [(0, 0.75), (1, 0.25)] {
                    assert!(mocap.set_face(CapturedFace {
                        subject,
                        weights: jaw(weight),
                        ..CapturedFace::default()
                    }));
                }
                writer.write_mocap(&mocap).unwrap();
                if is_shown {
                    let mut stage = StageFrame {
                        due: mocap.heard,
                        ..StageFrame::default()
                    };
                    stage.push_human(Quality::Live, &[], jaw(0.25));
                    stage.push_human(Quality::Live, &[], jaw(0.75));
                    writer.write_stage(&stage).unwrap();
                }
            }
            writer.finish().unwrap();
            let bytes = std::fs::read(&path).unwrap();
            for (name, weight) in [("Ann", 0.25), ("Ben", 0.75)] {
                let faces = faces(&bytes, 3, Some(name)).unwrap();
                assert_eq!(faces, [jaw(weight); 3], "{name}, shown: {is_shown}");
            }
            assert!(faces(&bytes, 3, Some("Cleo")).unwrap().is_empty());
        }
    }
}
