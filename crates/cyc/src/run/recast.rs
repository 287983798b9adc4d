//! Another digital human for a performer while the stage runs.
//!
//! The file is read and joined to her skeleton at once, so that what is wrong is the command's answer. A renderer for
//! it is built on a thread of its own; when it is there, engine and picture change over together. Between the two the
//! human is hidden for at most a picture, never drawn with joints of another.

use super::calibrations::Calibrations;
use super::cast::Cast;
use super::refusal::{Kind, Refusal, place_of};
use crate::Session;
use crate::character_file::load_skinned;
use crate::demo::files::beside;
use crate::demo::{Drawing, LiveView};
use crate::failure::Failure;
use cyc_character::Character;
use cyc_engine::bring_up::performer_job;
use cyc_engine::run::Engine;
use cyc_model::PerformerIdx;
use cyc_renderer::KeptRenderer;
use std::sync::Arc;
use std::thread::JoinHandle;

type Drawn = Option<Box<KeptRenderer>>;

/// A change that is being prepared.
struct Change {
    performer: usize,
    file: String,
    character: Arc<Character>,
    renderer: JoinHandle<Result<Drawn, Failure>>,
}

/// The changes under way: one at a time.
#[derive(Default)]
pub struct Recasting {
    change: Option<Change>,
}

impl Recasting {
    /// Begins a change. Reads the file; what is wrong with it, or with her on it, is the refusal.
    pub fn begin(
        &mut self,
        (performer, file): (&str, &str),
        (calibrations, cast): (&Calibrations, &Cast),
        view: Option<&LiveView>,
    ) -> Result<(), Refusal> {
        let names = calibrations.members().map(|m| m.name.as_str());
        let names: Vec<&str> = names.collect();
        let at = place_of(Kind::Performer, performer, names.iter().copied())?;
        if let Some(change) = &self.change {
            let file = change.file.clone();
            return Err(Refusal::Recasting { file });
        }
        let path = beside(&cast.stage_file, file);
        let slot = cast.stage.performers().get(at);
        let skinning = slot.map(|slot| slot.skinning).unwrap_or_default();
        let character = Arc::new(load_skinned(&path, None, skinning)?);
        let member = calibrations.members().nth(at);
        if let Some(member) = member {
            let job = performer_job(member.rig.clone(), &character, &member.settings);
            job.map_err(Failure::from)?;
        }
        let mut characters: Vec<_> = calibrations
            .members()
            .map(|m| Some(Arc::clone(&m.character)))
            .collect();
        if let Some(place) = characters.get_mut(at) {
            *place = Some(Arc::clone(&character));
        }
        let (gpu, stage) = (view.map(|v| v.gpu().clone()), cast.stage.clone());
        let walls = view.map(|v| v.walls().to_vec()).unwrap_or_default();
        let build = move || {
            let Some(gpu) = gpu else { return Ok(None) };
            Ok(Some(LiveView::renderer_for(
                &gpu,
                (&stage, &walls),
                &characters,
            )?))
        };
        let thread = std::thread::Builder::new().name("recast".to_owned());
        let thread = thread.spawn(build);
        let renderer = thread.map_err(|e| Failure::internal(format!("recast: {e}")))?;
        self.change = Some(Change {
            performer: at,
            file: file.to_owned(),
            character,
            renderer,
        });
        Ok(())
    }

    /// Whether a change is under way.
    pub fn is_under_way(&self) -> bool {
        self.change.is_some()
    }

    /// Changes over when everything is prepared. To be called often; never waits.
    pub fn advance(
        &mut self,
        engine: &mut Engine,
        calibrations: &mut Calibrations,
        view: Option<&LiveView>,
        session: &Session,
    ) {
        let Some(change) = self.change.take_if(|c| c.renderer.is_finished()) else {
            return;
        };
        let built = change.renderer.join();
        let built = built.unwrap_or_else(|_| Err(Failure::internal("recast panicked")));
        let done = built.and_then(|renderer| {
            let Some(member) = calibrations.member_mut(change.performer) else {
                return Ok(());
            };
            if member.calibrated {
                let rig = member.rig.clone();
                let job = performer_job(rig, &change.character, &member.settings)?;
                let index = PerformerIdx(u16::try_from(change.performer).unwrap_or(u16::MAX));
                if !engine.use_job(index, job) {
                    return Err(Failure::internal("the engine has too many jobs"));
                }
            }
            member.character = Arc::clone(&change.character);
            member.character_file.clone_from(&change.file);
            if let (Some(view), Some(renderer)) = (view, renderer) {
                let drawing = Drawing {
                    renderer: Some(renderer),
                    ..Drawing::default()
                };
                // One that is on its way already was made for her as well.
                let _ = view.draw_with(Box::new(drawing));
            }
            let name = ("name", member.name.clone());
            let file = ("file", change.file.clone());
            session
                .output
                .remark(&session.text.get("run-recast", &[name, file]));
            Ok(())
        });
        if let Err(why) = done {
            session.output.remark(&why.explain(&session.text));
        }
    }
}
