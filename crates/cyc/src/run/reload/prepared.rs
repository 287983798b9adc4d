//! A saved stage file made ready, off the threads that solve and draw: read, checked, and everything built that it needs.
//! What is wrong with it is a refusal with its place; then nothing has changed.

use super::changes::Changes;
use super::refused::RefusedEdit;
use crate::character_file::load_skinned;
use crate::commands::check_stage_file;
use crate::demo::files::{beside, read_text};
use crate::demo::{LiveView, NextLights, NextOutputs};
use crate::failure::Failure;
use crate::outgoing;
use crate::run::cast::{Cast, Member, job_settings, load_member};
use crate::stage_plates::StagePlates;
use cyc_emit::OutputUrl;
use cyc_engine::bring_up::{core_setup, sources};
use cyc_engine::core::CoreSetup;
use cyc_engine::run::{NextSource, RunSource};
use cyc_renderer::{Gpu, KeptRenderer, WallWindow};
use cyc_stage::{LabelPolicy, PerformerSlot, Stage};
use std::sync::Arc;

/// What an edit is held against.
pub struct Ground {
    /// What runs, with the performers as they are now.
    pub cast: Cast,
    /// Outputs of the command line, which no edit takes away.
    pub own_outputs: Vec<OutputUrl>,
    /// What draws, if anything does, and the walls' windows.
    pub gpu: Option<(Gpu, Vec<WallWindow>)>,
}

/// What the engine is to be exchanged for.
pub struct NextEngine {
    /// Its core.
    pub core: CoreSetup,
    /// Its sources.
    pub sources: Vec<NextSource>,
    /// See [`cyc_engine::run::ExchangeSetup::keeps_labels`].
    pub keeps_labels: bool,
    /// See [`cyc_engine::run::ExchangeSetup::performers`].
    pub performers: Vec<Option<usize>>,
}

/// An edit that can be taken over.
pub struct Prepared {
    /// Who plays then.
    pub cast: Cast,
    /// What changed.
    pub changes: Changes,
    /// For each source its place before.
    pub sources: Vec<Option<usize>>,
    /// For each performer the one before whose rig, character and calibration she goes on with.
    pub members: Vec<Option<usize>>,
    /// The engine, unless it can stay as it is.
    pub engine: Option<NextEngine>,
    /// The renderer, unless it can stay as it is.
    pub renderer: Option<Box<KeptRenderer>>,
    /// Its plates, with another renderer.
    pub plates: Option<StagePlates>,
    /// Outputs and lights, unless they can stay as they are.
    pub outputs: Option<(Box<NextOutputs>, NextLights)>,
}

/// Tables of the stage file that are seen in the picture.
const DRAWN: [&str; 8] = [
    "plate",
    "wall",
    "display",
    "environment",
    "outer",
    "camera",
    "performer",
    "timing",
];
/// Tables that say what outputs send, and where to.
const SENT: [&str; 5] = ["output", "camera", "performer", "prop", "wall"];

impl Prepared {
    /// Reads, checks and builds. Takes as long as it takes.
    pub fn make(ground: &Ground, text: String) -> Result<Box<Self>, RefusedEdit> {
        let before = &ground.cast;
        let path = &before.stage_file;
        let (stage, findings) = check_stage_file(path, &text);
        let first = findings.into_iter().next();
        let stage = match (stage, first) {
            (Some(stage), None) => stage.as_running(&before.stage),
            (_, Some(finding)) => return Err(RefusedEdit::at(path, finding)),
            (None, None) => return Err(RefusedEdit::whole(path, Failure::internal("no stage"))),
        };
        let mut changes = Changes::between(&before.stage_text, &text);
        let sources = same_sources(&before.stage, &stage);
        let mut members = Vec::new();
        let mut carried = Vec::new();
        for slot in stage.performers() {
            let old = carried_member(before, &stage, slot);
            let member = match old {
                Some(old) => next_member(before, old, slot),
                None => load_member(path, slot),
            };
            let member = member.map_err(|why| RefusedEdit::value(path, &text, slot, why))?;
            if let Some(was) = old.and_then(|old| before.members.get(old))
                && !is_driven_alike(was, &member)
            {
                changes.beside(&slot.name);
            }
            members.push(member);
            carried.push(old);
        }
        let cast = Cast {
            outputs: outputs(&stage, ground).map_err(|why| RefusedEdit::whole(path, why))?,
            stage,
            stage_text: text,
            stage_file: path.clone(),
            members,
        };
        let places = (sources, carried);
        Self::build(ground, cast, changes, places).map_err(|why| RefusedEdit::whole(path, why))
    }

    fn build(
        ground: &Ground,
        cast: Cast,
        changes: Changes,
        (sources, members): (Vec<Option<usize>>, Vec<Option<usize>>),
    ) -> Result<Box<Self>, Failure> {
        let before = &ground.cast;
        let places = (sources.as_slice(), members.as_slice());
        let engine = match is_heard_otherwise(before, &cast) {
            true => Some(NextEngine::build(before, &cast, places)?),
            false => None,
        };
        let renderer = match &ground.gpu {
            Some((gpu, walls)) if changes.has(&DRAWN) => {
                let characters = cast.members.iter().map(|m| Some(Arc::clone(&m.character)));
                let characters: Vec<_> = characters.collect();
                Some(LiveView::renderer_for(
                    gpu,
                    (&cast.stage, walls),
                    &characters,
                )?)
            }
            _ => None,
        };
        let plates = match &renderer {
            Some(_) => Some(StagePlates::open(&cast.stage_file, &cast.stage)?),
            None => None,
        };
        // Frames of another configuration are other frames.
        let outputs = match engine.is_some() || changes.has(&SENT) {
            true => {
                let rigs: Vec<_> = cast.members.iter().map(|m| m.rig.clone()).collect();
                let urls = (cast.outputs.as_slice(), before.outputs.as_slice());
                let frames = NextOutputs::open((&cast.stage, &rigs), urls)?;
                Some((frames, NextLights::open(&cast.stage, urls)?))
            }
            false => None,
        };
        Ok(Box::new(Self {
            cast,
            changes,
            sources,
            members,
            engine,
            renderer,
            plates,
            outputs,
        }))
    }
}

impl NextEngine {
    fn build(
        before: &Cast,
        cast: &Cast,
        (places, members): (&[Option<usize>], &[Option<usize>]),
    ) -> Result<Self, Failure> {
        let stage = &cast.stage;
        let mut core = core_setup(stage, cast.parts())?;
        let mut performers = Vec::new();
        for (new, carried) in members.iter().enumerate() {
            let goes_on =
                carried.filter(|old| is_solved_alike((before, *old), (cast, new), places));
            performers.push(goes_on);
            let is_same = carried.is_some_and(|old| is_same_job((before, old), (cast, new)));
            if let (Some(_), true, Some(setup)) = (goes_on, is_same, core.performers.get_mut(new)) {
                // She goes on with the job that she has.
                setup.job = None;
            }
        }
        let all: Vec<RunSource> = sources(stage)?;
        let next = |(source, old): (RunSource, &Option<usize>)| match old {
            Some(old) => NextSource::Kept(*old),
            None => NextSource::New(source),
        };
        Ok(Self {
            core,
            sources: all.into_iter().zip(places).map(next).collect(),
            keeps_labels: labelled(before, None) == labelled(cast, Some(members)),
            performers,
        })
    }
}

/// For each source its place before: one that is heard as it was, wherever it stands now.
fn same_sources(before: &Stage, after: &Stage) -> Vec<Option<usize>> {
    let place = |source: &cyc_stage::CaptureSource| {
        let mut old = before.sources().iter();
        old.position(|old| old.is_heard_like(source))
    };
    after.sources().iter().map(place).collect()
}

/// The performer before whose rig a slot goes on with: the same name, on the same rig or marker set, from the same source
/// in the same units.
fn carried_member(before: &Cast, stage: &Stage, slot: &PerformerSlot) -> Option<usize> {
    let source_of = |stage: &Stage, slot: &PerformerSlot| {
        let source = stage.sources().get(slot.tracked.source);
        source.map(|s| (s.name.clone(), s.url.clone(), s.calibration.scale))
    };
    let mut old = before.stage.performers().iter();
    old.position(|old| {
        old.name == slot.name
            && old.rig == slot.rig
            && old.markerset == slot.markerset
            && old.tracked.subject == slot.tracked.subject
            && source_of(&before.stage, old) == source_of(stage, slot)
    })
}

/// A performer who goes on, with another character if the file names another one than before.
fn next_member(before: &Cast, old: usize, slot: &PerformerSlot) -> Result<Member, Failure> {
    let known = before
        .members
        .get(old)
        .zip(before.stage.performers().get(old));
    let Some((member, old_slot)) = known else {
        return load_member(&before.stage_file, slot);
    };
    let mut member = member.clone();
    member.source = slot.tracked.source;
    let file = &before.stage_file;
    let map = slot.map.as_ref().map(|map| read_text(&beside(file, map)));
    // A character that an operator chose stays while the file names the same one with the same corrections.
    if old_slot.character != slot.character || map.transpose()? != member.map {
        let loaded = load_member(file, slot)?;
        (member.character, member.character_file) = (loaded.character, loaded.character_file);
        member.map = loaded.map;
    } else if old_slot.skinning != slot.skinning {
        // An operator's choice has no corrections.
        let map = slot.map.as_ref().map(|map| beside(file, map));
        let map = map.filter(|_| member.character_file == slot.character);
        let path = beside(file, &member.character_file);
        let character = load_skinned(&path, map.as_deref(), slot.skinning)?;
        member.character = Arc::new(character);
    }
    member.settings = Arc::new(job_settings(file, slot)?);
    Ok(member)
}

/// Whether what is heard and solved is another list than before: then the engine is exchanged.
fn is_heard_otherwise(before: &Cast, after: &Cast) -> bool {
    let (a, b) = (&before.stage, &after.stage);
    let cameras = |stage: &Stage| -> Vec<_> {
        let cameras = stage.cameras().iter();
        cameras
            .map(|c| (c.name.clone(), c.tracked.clone()))
            .collect()
    };
    let people = before.members.iter().zip(&after.members);
    let mut people = people.map(|(a, b)| is_driven_alike(a, b));
    a.sources() != b.sources()
        || a.props() != b.props()
        || a.performers() != b.performers()
        || cameras(a) != cameras(b)
        || !people.all(|same| same)
}

/// Whether a performer's state may go on: her source stands where it stood, and her markers go by the same names.
fn is_solved_alike(
    (before, old): (&Cast, usize),
    (after, new): (&Cast, usize),
    sources: &[Option<usize>],
) -> bool {
    let slots = before
        .stage
        .performers()
        .get(old)
        .zip(after.stage.performers().get(new));
    let Some((a, b)) = slots else { return false };
    let placed = |cast: &Cast, at: usize| {
        let source = cast.stage.sources().get(at);
        source.map(|s| s.stage_from_source)
    };
    sources.get(b.tracked.source) == Some(&Some(a.tracked.source))
        && a.labels == b.labels
        && placed(before, a.tracked.source) == placed(after, b.tracked.source)
}

/// Whether she is solved on the same rig for the same digital human.
fn is_same_job((before, old): (&Cast, usize), (after, new): (&Cast, usize)) -> bool {
    let members = before.members.get(old).zip(after.members.get(new));
    members.is_some_and(|(a, b)| is_driven_alike(a, b))
}

/// Whether she drives the same digital human in the same way.
fn is_driven_alike(a: &Member, b: &Member) -> bool {
    Arc::ptr_eq(&a.character, &b.character) && a.settings == b.settings
}

/// Who is labelled from which source's cloud, in order: when that is the same before and after, the labellers go on. A performer
/// who does not go on as she was has no name here that anybody else has.
fn labelled(cast: &Cast, carried: Option<&[Option<usize>]>) -> Vec<(usize, String, String)> {
    let slots = cast.stage.performers().iter().enumerate();
    let known = slots.filter(|(_, slot)| slot.labels != LabelPolicy::Source);
    let known = known.map(|(i, slot)| {
        let is_new = carried.is_some_and(|places| places.get(i).is_none_or(Option::is_none));
        let source = cast.stage.sources().get(slot.tracked.source);
        let place = source.map_or(String::new(), |s| {
            format!(
                "{} {} {:?}",
                s.url, s.calibration.scale, s.stage_from_source
            )
        });
        let name = if is_new {
            format!("{}\n", slot.name)
        } else {
            slot.name.clone()
        };
        (slot.tracked.source, place, name)
    });
    known.collect()
}

fn outputs(stage: &Stage, ground: &Ground) -> Result<Vec<OutputUrl>, Failure> {
    let written = stage.outputs().iter().map(|output| output.url.parse());
    let mut outputs = written.collect::<Result<Vec<OutputUrl>, _>>()?;
    outputs.extend_from_slice(&ground.own_outputs);
    if ground.gpu.is_none() {
        outgoing::without_walls(&outputs)?;
    }
    Ok(outputs)
}
