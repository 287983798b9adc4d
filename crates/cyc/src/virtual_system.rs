//! The virtual capture system that `cyc demo` and `cyc sim` serve: a performer on a stage, a film camera, a prop.

use crate::demo::files::{ShowFiles, read};
use crate::failure::Failure;
use cyc_character::{LoadOptions, load};
use cyc_model::{LensSample, Point, RingPosition, RosterError, Source};
use cyc_simulator::performance::{
    CameraMove, CameraMoveSettings, Clip, Landmarks, MarkerRealism, OcclusionSettings, Performer,
    Placement, PropMove, RecordedMarkers, Together, TruthState, TruthWriter, VirtualVolume,
    VolumeSettings, placement_from_model,
};
use cyc_simulator::servers::FrameProducer;
use cyc_stage::Stage;
use cyc_take::c3d::C3dTake;
use glam::DVec3;
use std::path::Path;

/// The body that the virtual performer has.
pub const BODY: &str = "assets/human/human.glb";
/// Where the markers go on it.
pub const LANDMARKS: &str = "assets/human/landmarks.json";

/// The performer's name on a stage that names none.
const PERFORMER: &str = "Performer";
/// Where the prop is kept, stage metres.
const PROP_HOME_M: [f64; 3] = [1.2, 1.0, -0.6];

/// What may be chosen.
#[derive(Clone, Debug)]
pub struct VirtualSetup<'p> {
    /// Frames a second.
    pub rate_hz: f64,
    /// Decides everything that is random.
    pub seed: u64,
    /// Share of marker-frames that are hidden.
    pub occlusion: f64,
    /// Where the truth goes.
    pub truth: Option<&'p Path>,
}

/// Puts performer (with a clip), camera and prop of a stage into a virtual volume.
pub fn build(
    files: &ShowFiles,
    stage: &Stage,
    clip: Option<Clip>,
    setup: &VirtualSetup<'_>,
) -> Result<VirtualVolume, Failure> {
    let occlusion = OcclusionSettings {
        share: setup.occlusion,
        ..OcclusionSettings::default()
    };
    let realism = MarkerRealism {
        occlusion,
        ..MarkerRealism::default()
    };
    let mut performers = Vec::new();
    if let Some(clip) = clip {
        let body = load(&read(&files.path(BODY))?, &LoadOptions::default())?;
        let landmarks = Landmarks::parse(&read(&files.path(LANDMARKS))?)?;
        let name = performer_name(stage);
        performers.push(Performer::new(
            name, &body, &landmarks, clip, setup.seed, realism,
        )?);
    }
    let settings = volume_settings(stage, setup, realism);
    let truth = match setup.truth {
        Some(path) => Some(TruthWriter::create(
            path,
            setup.rate_hz,
            &settings.stage_from_source,
        )?),
        None => None,
    };
    let camera = stage.cameras().first();
    let camera = camera.map(|_| CameraMove::new(setup.seed, camera_settings(stage)));
    let prop = stage.props().first();
    let prop = prop.map(|_| PropMove::new(setup.seed, PROP_HOME_M));
    Ok(VirtualVolume::new(
        settings, performers, camera, prop, truth,
    )?)
}

/// How the volume of a stage's first performer, camera and prop is set up.
fn volume_settings(
    stage: &Stage,
    setup: &VirtualSetup<'_>,
    realism: MarkerRealism,
) -> VolumeSettings {
    let stage_from_source = stage_from_source(stage);
    let camera = stage.cameras().first();
    let pupil_from_body = camera.map_or(Placement::IDENTITY, |c| {
        placement_from_model(c.body_from_pupil).inverse()
    });
    let prop = stage.props().first();
    let subject = |name: Option<&str>| name.unwrap_or_default().to_owned();
    VolumeSettings {
        rate_hz: setup.rate_hz,
        seed: setup.seed,
        stage_from_source,
        pupil_from_body,
        camera_subject: subject(camera.map(|c| c.tracked.subject.as_str())),
        camera_lens: camera.map(|c| LensSample {
            zoom: RingPosition {
                normalised: Some(0.5),
                ..RingPosition::default()
            },
            ..LensSample::of_lens(c.lens.spec())
        }),
        prop_subject: subject(prop.map(|p| p.tracked.subject.as_str())),
        realism,
        start_s: 0.0,
    }
}

/// The stage's first film camera alone, on a tripod: it stands where it would begin to walk.
pub fn still_camera(stage: &Stage, rate_hz: f64) -> Result<Box<dyn FrameProducer>, Failure> {
    let setup = VirtualSetup {
        rate_hz,
        seed: 1,
        occlusion: 0.0,
        truth: None,
    };
    let realism = MarkerRealism::default();
    let settings = VolumeSettings {
        prop_subject: String::new(),
        ..volume_settings(stage, &setup, realism)
    };
    let still = CameraMoveSettings {
        stop_s: f64::MAX,
        hand_m: 0.0,
        hand_rad: 0.0,
        ..camera_settings(stage)
    };
    let camera = CameraMove::new(setup.seed, still);
    let volume = VirtualVolume::new(settings, Vec::new(), Some(camera), None, None)?;
    Ok(Box::new(volume))
}

/// Recorded markers instead of a performer, moved to the middle of the stage, beside the virtual camera and prop. The
/// rate is the recording's, whatever `setup` says.
pub fn build_recorded(
    files: &ShowFiles,
    stage: &Stage,
    take: &C3dTake,
    setup: &VirtualSetup<'_>,
) -> Result<(Box<dyn FrameProducer>, Option<TruthState>), Failure> {
    let rate_hz = take.rate_hz();
    let setup = VirtualSetup {
        rate_hz,
        ..setup.clone()
    };
    let volume = build(files, stage, None, &setup)?;
    let truth = volume.truth_state();
    let mut all: Box<dyn FrameProducer> = Box::new(volume);
    let points = centred(take, stage);
    // From the last to the first, so that the performer of the stage comes first in the roster.
    for (name, columns) in subjects(take, performer_name(stage)).into_iter().rev() {
        let markers = recorded(take, &points, &name, &columns)?;
        all = Box::new(Together::new(Box::new(markers), all)?);
    }
    Ok((all, truth))
}

/// Each subject of a recording with the positions of its labels. The first one gets the stage's name for a performer,
/// since that is whom the stage waits for; labels that name no subject are its too.
fn subjects(take: &C3dTake, first: &str) -> Vec<(String, Vec<usize>)> {
    let names = take.subjects();
    let mut subjects: Vec<(String, Vec<usize>)> = vec![(first.to_owned(), Vec::new())];
    subjects.extend(names.iter().skip(1).map(|n| ((*n).to_owned(), Vec::new())));
    for (column, label) in take.labels().iter().enumerate() {
        let named = label.subject.as_deref();
        let place = names.iter().position(|n| Some(*n) == named).unwrap_or(0);
        if let Some((_, columns)) = subjects.get_mut(place) {
            columns.push(column);
        }
    }
    subjects
}

fn recorded(
    take: &C3dTake,
    points: &[Vec<Option<Point<Source>>>],
    name: &str,
    columns: &[usize],
) -> Result<RecordedMarkers, RosterError> {
    let label = |c: &usize| take.labels().get(*c).map(|l| l.name.clone());
    let labels = columns.iter().filter_map(label).collect();
    let of = |frame: &Vec<Option<Point<Source>>>| {
        columns
            .iter()
            .map(|c| frame.get(*c).copied().flatten())
            .collect()
    };
    RecordedMarkers::new(
        name,
        labels,
        take.rate_hz(),
        points.iter().map(of).collect(),
    )
}

/// The recorded points, moved over the floor so that their middle is the stage's, in the source's space.
fn centred(take: &C3dTake, stage: &Stage) -> Vec<Vec<Option<Point<Source>>>> {
    let seen = || take.points().iter().flatten();
    let count = seen().count().max(1) as f64;
    let sum = seen().fold(DVec3::ZERO, |s, p| s + p.metres());
    let middle = DVec3::new(sum.x / count, 0.0, sum.z / count);
    let source_from_stage = stage_from_source(stage).inverse();
    let moved = |p: Point<Source>| {
        let in_source = source_from_stage.point((p.metres() - middle).to_array());
        Point::saturating(DVec3::from_array(in_source))
    };
    (0..take.frame_count())
        .map(|f| take.frame(f).iter().map(|p| p.map(moved)).collect())
        .collect()
}

/// The performer's subject on this stage.
pub fn performer_name(stage: &Stage) -> &str {
    stage
        .performers()
        .first()
        .map_or(PERFORMER, |p| p.tracked.subject.as_str())
}

/// Where the volume of the performer's capture system lies on the stage.
fn stage_from_source(stage: &Stage) -> Placement {
    let source = stage.performers().first().map_or(0, |p| p.tracked.source);
    stage
        .sources()
        .get(source)
        .map_or(Placement::IDENTITY, |s| {
            placement_from_model(s.stage_from_source)
        })
}

/// The camera looks at the place where the digital human acts.
fn camera_settings(stage: &Stage) -> CameraMoveSettings {
    let mut settings = CameraMoveSettings::default();
    if let Some(performer) = stage.performers().first() {
        let at = performer.stage_from_performance.translation().metres();
        settings.target_m = [at.x, at.y + settings.target_m[1], at.z];
    }
    settings
}
