//! What a stage has learnt while it ran, kept for the case that it ends without being asked: the calibrations
//! of bodies and of faces at rest.
//!
//! Calibrating takes a performer seven seconds, and an audience does not wait that long twice. What is read is believed as
//! little as any other file: a rig that does not fit its performer's marker set, was another body's, or is older than a working
//! day or than the rig file that the stage names now, is left alone, and she is calibrated as on the first day.

use super::cast::{Cast, Member};
use crate::demo::files::beside;
use crate::state_folder::{read_small, state_folder, write_whole};
use cyc_character::NeutralFace;
use cyc_model::{FaceShape, FaceWeights, Rig};
use cyc_solver::{parse_rig, write_rig};
use cyc_stage::{PerformerSlot, Stage};
use serde_json::{Map, Value, json};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

/// Version of the file's shape.
const FORMAT: u64 = 1;
/// Performers come back the next day with their markers elsewhere: a working day.
const BELIEVED_FOR: Duration = Duration::from_secs(12 * 3600);
/// Bytes of the file: 64 performers with rigs and faces of 64 kB.
const BYTES_MAX: usize = 64 * 64 * 1024;

/// The file of one stage.
#[derive(Clone, Debug)]
pub struct SessionFile(PathBuf);

/// What a stage learns of a performer while it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Learnt {
    /// The rig that she was calibrated to.
    Rig,
    /// How her face rests.
    FaceRest,
}

/// A calibration that is used again.
pub struct Reused {
    /// Whose.
    pub name: String,
    /// Of what.
    pub what: Learnt,
    /// How old it is.
    pub age: Duration,
}

impl SessionFile {
    /// Of the stage in a file; `None` where nothing can be kept.
    pub fn of(stage_file: &Path) -> Option<Self> {
        Some(Self::within(&state_folder()?, stage_file))
    }

    fn within(folder: &Path, stage_file: &Path) -> Self {
        let path = std::fs::canonicalize(stage_file);
        let mut hasher = DefaultHasher::new();
        path.unwrap_or_else(|_| stage_file.to_owned())
            .hash(&mut hasher);
        let name = format!("{:016x}.session.json", hasher.finish());
        Self(folder.join("sessions").join(name))
    }

    /// What is to be kept of a stage: the rigs that its performers were calibrated to while it ran, and how their faces rest.
    pub fn content<'m>(stage: &Stage, members: impl Iterator<Item = &'m Member>) -> Value {
        let kept = |(slot, member): (&PerformerSlot, &Member)| {
            let mut kept = Map::new();
            if let Some(at) = member.calibrated_at {
                kept.insert("calibrated_unix_s".into(), unix_s(at)?.into());
                kept.insert("rig".into(), write_rig(&member.rig).ok()?.into());
            }
            if let Some((rest, at)) = member.face_rest {
                kept.insert("face_rest_unix_s".into(), unix_s(at)?.into());
                kept.insert("face_rest".into(), face_json(&rest));
            }
            (!kept.is_empty()).then(|| {
                kept.insert("name".into(), member.name.clone().into());
                kept.insert("subject".into(), slot.tracked.subject.clone().into());
                Value::from(kept)
            })
        };
        let all = stage.performers().iter().zip(members);
        let performers: Vec<Value> = all.filter_map(kept).collect();
        json!({ "format": FORMAT, "performers": performers })
    }

    /// Keeps it. Forces it to the disk, so it is not for a thread that somebody waits for.
    pub fn keep(&self, content: &Value) -> std::io::Result<()> {
        write_whole(&self.0, content.to_string().as_bytes())
    }

    /// Gives the performers of a stage the rigs that they were calibrated to and their faces at rest, where these are still
    /// to be believed.
    pub fn restore(&self, cast: &mut Cast) -> Vec<Reused> {
        self.restore_at(SystemTime::now(), cast).unwrap_or_default()
    }

    fn restore_at(&self, now: SystemTime, cast: &mut Cast) -> Option<Vec<Reused>> {
        let bytes = read_small(&self.0, BYTES_MAX)?;
        let kept: Value = serde_json::from_slice(&bytes).ok()?;
        if kept["format"].as_u64() != Some(FORMAT) {
            return None;
        }
        let kept = kept["performers"].as_array()?;
        let mut reused = Vec::new();
        for (slot, member) in cast.stage.performers().iter().zip(&mut cast.members) {
            let is_hers = |p: &&Value| {
                p["name"].as_str() == Some(member.name.as_str())
                    && p["subject"].as_str() == Some(slot.tracked.subject.as_str())
            };
            let Some(hers) = kept.iter().find(is_hers) else {
                continue;
            };
            if let Some((rest, at)) = face_at_rest(hers)
                && let Some(age) = believed_age(now, at)
            {
                member.face_rest = Some((rest, at));
                let (name, what) = (member.name.clone(), Learnt::FaceRest);
                reused.push(Reused { name, what, age });
            }
            let Some((rig, at)) = calibration(hers) else {
                continue;
            };
            let Some(age) = believed_age(now, at) else {
                continue;
            };
            let file = slot.rig.as_deref();
            let written = file.and_then(|file| written_at(&beside(&cast.stage_file, file)));
            // Whoever has written her another rig since wants that one.
            let is_overtaken = written.is_some_and(|written| written > at);
            if has_markers_of(&rig, &member.rig) && !is_overtaken {
                (member.rig, member.calibrated) = (rig, true);
                member.calibrated_at = Some(at);
                let (name, what) = (member.name.clone(), Learnt::Rig);
                reused.push(Reused { name, what, age });
            }
        }
        Some(reused)
    }
}

/// A kept rig, and when it was made.
fn calibration(kept: &Value) -> Option<(Rig, SystemTime)> {
    let at = time_of(&kept["calibrated_unix_s"])?;
    Some((parse_rig(kept["rig"].as_str()?).ok()?, at))
}

/// A kept face at rest, and when it was seen. A weight that is none is left out, as is a shape that nobody knows.
fn face_at_rest(kept: &Value) -> Option<(NeutralFace, SystemTime)> {
    let at = time_of(&kept["face_rest_unix_s"])?;
    let mut weights = FaceWeights::default();
    for (name, weight) in kept["face_rest"].as_object()? {
        if let (Some(shape), Some(weight)) = (FaceShape::from_arkit_name(name), weight.as_f64()) {
            weights.set(shape, weight as f32);
        }
    }
    Some((NeutralFace::from_weights(&weights), at))
}

/// A face at rest by ARKit's names; shapes that rest at zero are left out.
fn face_json(rest: &NeutralFace) -> Value {
    let weights = rest.weights();
    let named = FaceShape::ALL.map(|shape| (shape.arkit_name(), weights.get(shape)));
    let known = named.into_iter().filter(|(_, weight)| *weight > 0.0);
    Value::from_iter(known)
}

fn unix_s(at: SystemTime) -> Option<u64> {
    let since = at.duration_since(SystemTime::UNIX_EPOCH);
    Some(since.ok()?.as_secs())
}

fn time_of(unix_s: &Value) -> Option<SystemTime> {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(unix_s.as_u64()?))
}

/// How old something is that is still to be believed. A clock that was set back since makes it one of the future, which
/// nobody can believe.
fn believed_age(now: SystemTime, at: SystemTime) -> Option<Duration> {
    let age = now.duration_since(at).ok()?;
    (age <= BELIEVED_FOR).then_some(age)
}

fn written_at(file: &Path) -> Option<SystemTime> {
    std::fs::metadata(file).and_then(|m| m.modified()).ok()
}

/// The same markers in the same order.
fn has_markers_of(rig: &Rig, template: &Rig) -> bool {
    let names = |rig: &Rig| -> Vec<String> {
        let markers = rig.markers().iter();
        markers.map(|m| m.name.clone()).collect()
    };
    names(rig) == names(template)
}

#[cfg(test)]
mod tests {
    use super::*;
    use cyc_character::Character;
    use cyc_model::Point;
    use cyc_solver::{
        HUMAN_SKELETON, PLUG_IN_GAIT_39, PRODUCTION_53, build_rig, parse_markerset, parse_skeleton,
    };
    use std::sync::Arc;

    /// When the calibrations of these tests were made.
    fn then() -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_800_000_000)
    }

    fn template(set: &str) -> Rig {
        let skeleton = parse_skeleton(HUMAN_SKELETON).unwrap();
        build_rig(&skeleton, &parse_markerset(set).unwrap()).unwrap()
    }

    /// Where a rig's first marker lies in its joint, metres.
    fn first_marker_m(rig: &Rig) -> [f64; 3] {
        rig.markers()[0].in_joint.metres().to_array()
    }

    /// A rig that is nobody's template: its first marker lies elsewhere.
    fn own_rig(set: &str) -> Rig {
        let template = template(set);
        let mut markers = template.markers().to_vec();
        markers[0].in_joint = Point::xyz(0.012_345, -0.067_89, 0.001);
        let (name, skeleton) = (template.name().to_owned(), template.skeleton().clone());
        let (dofs, humanoid) = (template.dofs().to_vec(), template.humanoid().clone());
        Rig::build(name, skeleton, dofs, markers, humanoid).unwrap()
    }

    fn cast(folder: &Path, performers: &[(&str, &str)], set: &str) -> Cast {
        let mut text = "name = 's'\n[[source]]\nname = 'v'\nurl = 'vicon://127.0.0.1'\n".to_owned();
        for (name, more) in performers {
            text += &format!(
                "[[performer]]\nname = '{name}'\nsource = 'v'\nmarkerset = 'm'\ncharacter = 'c'\n{more}\n"
            );
        }
        let stage = Stage::from_toml(&text).unwrap();
        let member = |slot: &PerformerSlot| Member {
            name: slot.name.clone(),
            source: 0,
            rig: template(set),
            calibrated: slot.rig.is_some(),
            calibrated_at: None,
            face_rest: None,
            character: Arc::new(Character::default()),
            character_file: String::new(),
            map: None,
            settings: Arc::default(),
        };
        Cast {
            members: stage.performers().iter().map(member).collect(),
            stage,
            stage_text: text,
            stage_file: folder.join("stage.toml"),
            outputs: Vec::new(),
        }
    }

    const ANN: (&str, &str) = ("Ann", "subject = 'Ann'");

    /// A stage whose performers were all calibrated but the last one, and what is kept of it.
    fn kept(folder: &Path) -> SessionFile {
        let people = [ANN, ("Ben", "subject = 'Ben'"), ("Cleo", "subject = 'C'")];
        let mut before = cast(folder, &people, PRODUCTION_53);
        for member in &mut before.members[..2] {
            (member.rig, member.calibrated) = (own_rig(PRODUCTION_53), true);
            member.calibrated_at = Some(then());
        }
        let file = SessionFile::within(folder, &before.stage_file);
        let content = SessionFile::content(&before.stage, before.members.iter());
        file.keep(&content).unwrap();
        file
    }

    fn restored(file: &SessionFile, after_s: i64, cast: &mut Cast) -> Vec<(String, u64)> {
        let now = then() + Duration::from_secs(100_000);
        let now = now - Duration::from_secs((100_000 - after_s) as u64);
        let reused = file.restore_at(now, cast).unwrap_or_default();
        let said = |r: Reused| (r.name, r.age.as_secs());
        reused.into_iter().map(said).collect()
    }

    #[test]
    fn whoever_was_calibrated_has_her_rig_again_and_nobody_else() {
        let folder = tempfile::tempdir().unwrap();
        let file = kept(folder.path());
        let people = [ANN, ("Ben", "subject = 'Bob'"), ("Cleo", "subject = 'C'")];
        let mut now = cast(folder.path(), &people, PRODUCTION_53);
        // Another body plays Ben, and Cleo never was calibrated.
        assert_eq!(restored(&file, 60, &mut now), [("Ann".to_owned(), 60)]);
        let [ann, ben, cleo] = now.members.as_slice() else {
            panic!("three performers")
        };
        let own = first_marker_m(&own_rig(PRODUCTION_53));
        assert_eq!(first_marker_m(&ann.rig), own);
        assert_ne!(first_marker_m(&cleo.rig), own);
        assert!(ann.calibrated && !ben.calibrated && !cleo.calibrated);
        // She is kept again as old as she is, however often the stage is started.
        let again = SessionFile::content(&now.stage, now.members.iter());
        file.keep(&again).unwrap();
        let mut later = cast(folder.path(), &[ANN], PRODUCTION_53);
        assert_eq!(restored(&file, 900, &mut later), [("Ann".to_owned(), 900)]);
    }

    /// Her rig is of a file, so that nothing is kept of her but her face.
    #[test]
    fn a_face_at_rest_comes_back_with_its_shapes_for_a_working_day() {
        let folder = tempfile::tempdir().unwrap();
        let mut before = cast(folder.path(), &[ANN], PRODUCTION_53);
        let mut weights = FaceWeights::default();
        weights.set(FaceShape::BrowInnerUp, 0.25);
        weights.set(FaceShape::MouthRight, 0.5);
        let rest = NeutralFace::from_weights(&weights);
        before.members[0].face_rest = Some((rest, then()));
        let file = SessionFile::within(folder.path(), &before.stage_file);
        let content = SessionFile::content(&before.stage, before.members.iter());
        file.keep(&content).unwrap();
        for (after_s, is_believed) in [(60, true), (12 * 3600 + 1, false), (-1, false)] {
            let mut now = cast(folder.path(), &[ANN], PRODUCTION_53);
            let reused = restored(&file, after_s, &mut now);
            assert_eq!(!reused.is_empty(), is_believed, "{after_s} s");
            let found = now.members[0].face_rest;
            assert_eq!(found, is_believed.then_some((rest, then())), "{after_s} s");
            assert!(!now.members[0].calibrated, "her body is as it was");
            let begins = now.parts()[0].face_rest;
            assert_eq!(begins == rest, is_believed, "{begins:?}");
        }
        // What nobody can have been like is read as what it can mean, or not at all.
        let written = content.to_string();
        let broken = written
            .replace("0.25", "1e300")
            .replace("mouthRight", "noseWest");
        assert_ne!(broken, written);
        std::fs::write(&file.0, broken).unwrap();
        let mut now = cast(folder.path(), &[ANN], PRODUCTION_53);
        assert_eq!(restored(&file, 1, &mut now).len(), 1);
        let (rest, _) = now.members[0].face_rest.unwrap();
        assert_eq!(rest.get(FaceShape::MouthRight), 0.0);
        assert!(rest.get(FaceShape::BrowInnerUp) < 0.9);
    }

    #[test]
    fn what_is_old_or_of_the_future_or_does_not_fit_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let file = kept(folder.path());
        let ann = |set| cast(folder.path(), &[ANN], set);
        for (after_s, is_believed) in [(12 * 3600, true), (12 * 3600 + 1, false), (-1, false)] {
            let reused = restored(&file, after_s, &mut ann(PRODUCTION_53));
            assert_eq!(!reused.is_empty(), is_believed, "{after_s} s");
        }
        // She wears other markers now.
        assert!(restored(&file, 1, &mut ann(PLUG_IN_GAIT_39)).is_empty());
        // Another stage has its own; a broken file is none.
        let other = SessionFile::within(folder.path(), Path::new("other.toml"));
        assert!(restored(&other, 1, &mut ann(PRODUCTION_53)).is_empty());
        for broken in ["", "{}", "{\"format\":1", "[1,2]"] {
            std::fs::write(&file.0, broken).unwrap();
            assert!(
                restored(&file, 1, &mut ann(PRODUCTION_53)).is_empty(),
                "{broken}"
            );
        }
    }

    #[test]
    fn a_rig_file_that_is_newer_than_the_calibration_goes_before_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = kept(folder.path());
        let rig = folder.path().join("ann.toml");
        let rig_file = std::fs::File::create(&rig).unwrap();
        for (written_s, is_reused) in [(-5, true), (5, false)] {
            let from = then() - Duration::from_secs(10);
            let written = from + Duration::from_secs((10 + written_s) as u64);
            rig_file.set_modified(written).unwrap();
            let ann = ("Ann", "subject = 'Ann'\nrig = 'ann.toml'");
            let mut now = cast(folder.path(), &[ann], PRODUCTION_53);
            let reused = restored(&file, 60, &mut now);
            assert_eq!(!reused.is_empty(), is_reused, "{written_s} s");
        }
    }
}
