//! Performers without a rig of their own are calibrated while the stage runs.
//!
//! Once a performer's source has been live for some seconds, the markers that the engine remembers of her are fitted to the
//! template on a thread of their own, and the engine solves her with the result from its next frame on. What does not
//! work (she is not there yet, too few markers) is said and tried again.

use super::cast::{Cast, Member};
use super::refusal::{Kind, Refusal, place_of};
use crate::Session;
use crate::failure::Failure;
use cyc_character::NeutralFace;
use cyc_engine::bring_up::performer_job;
use cyc_engine::core::PerformerJob;
use cyc_engine::run::{Engine, SourceState};
use cyc_model::{PerformerIdx, Rig};
use cyc_solver::{CalibrateSettings, calibrate};
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

/// How long she is looked at: standing, then moving every joint.
pub const LOOK: Duration = Duration::from_secs(7);
/// Until the next try after one that failed.
const AGAIN: Duration = Duration::from_secs(3);

/// A calibration that worked.
struct Done {
    rig: Rig,
    job: PerformerJob,
    before_mm: f64,
    after_mm: f64,
}

/// How far one performer is.
enum Step {
    Waiting { live_since: Option<Instant> },
    Working(JoinHandle<Result<Done, Failure>>),
    Calibrated,
}

/// The performers of a stage, with how far each is.
pub struct Calibrations {
    members: Vec<(Member, Step)>,
    changes: u64,
    has_news: bool,
}

impl Calibrations {
    /// Nobody is calibrated yet but those who came with a rig.
    pub fn new(cast: &Cast) -> Self {
        let first = |member: &Member| {
            if member.calibrated {
                Step::Calibrated
            } else {
                Step::Waiting { live_since: None }
            }
        };
        let members = cast.members.iter();
        Self {
            members: members.map(|m| (m.clone(), first(m))).collect(),
            changes: 0,
            has_news: false,
        }
    }

    /// Who plays now: rigs and characters change while the stage runs.
    pub fn members(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().map(|(member, _)| member)
    }

    /// How often a performer's rig, face at rest or character has changed.
    pub fn changes(&self) -> u64 {
        self.changes
    }

    /// Goes on with other performers, each as the one before whose place is given. A calibration under way goes on when it
    /// is for the character that she still drives.
    pub fn exchange(&mut self, members: &[Member], before: &[Option<usize>]) {
        let old = std::mem::take(&mut self.members).into_iter();
        let mut old: Vec<_> = old.map(Some).collect();
        for (i, member) in members.iter().enumerate() {
            let place = before.get(i).copied().flatten();
            let known = place.and_then(|place| old.get_mut(place)?.take());
            let step = match known {
                Some((was, Step::Working(thread))) if is_same_job(&was, member) => {
                    Step::Working(thread)
                }
                Some((_, Step::Waiting { live_since })) => Step::Waiting { live_since },
                _ if member.calibrated => Step::Calibrated,
                _ => Step::Waiting { live_since: None },
            };
            self.members.push((member.clone(), step));
        }
    }

    /// A performer's member, to be changed.
    pub fn member_mut(&mut self, performer: usize) -> Option<&mut Member> {
        self.changes += 1;
        self.members.get_mut(performer).map(|(member, _)| member)
    }

    /// Calibrates a performer from what she has done in the last seconds.
    pub fn begin_now(&mut self, name: &str, engine: &mut Engine) -> Result<(), Refusal> {
        let names = self.members.iter().map(|(m, _)| m.name.as_str());
        let at = place_of(Kind::Performer, name, names)?;
        let Some((member, step)) = self.members.get_mut(at) else {
            return Ok(());
        };
        if matches!(step, Step::Working(_)) {
            let name = name.to_owned();
            return Err(Refusal::Calibrating { name });
        }
        let performer = PerformerIdx(u16::try_from(at).unwrap_or(u16::MAX));
        *step = begin(member, performer, engine);
        Ok(())
    }

    /// A performer's face was taken to rest like this.
    pub fn rest_face(&mut self, performer: usize, rest: NeutralFace) {
        if let Some(member) = self.member_mut(performer) {
            member.face_rest = Some((rest, SystemTime::now()));
            self.has_news = true;
        }
    }

    /// Whether somebody was calibrated, or her face, since the last time that this was asked.
    pub fn take_news(&mut self) -> bool {
        std::mem::take(&mut self.has_news)
    }

    /// Whether a performer is solved.
    pub fn is_calibrated(&self, performer: usize) -> bool {
        let member = self.members.get(performer);
        member.is_some_and(|(member, _)| member.calibrated)
    }

    /// Takes every performer a step further. To be called often; never waits for long.
    pub fn advance(&mut self, engine: &mut Engine, session: &Session) {
        for (i, (member, step)) in self.members.iter_mut().enumerate() {
            let performer = PerformerIdx(u16::try_from(i).unwrap_or(u16::MAX));
            let next = match step {
                Step::Calibrated => continue,
                Step::Waiting { live_since } => {
                    let status = engine.status.get(member.source);
                    if status.is_none_or(|s| s.state() != SourceState::Live) {
                        *live_since = None;
                        continue;
                    }
                    let since = *live_since.get_or_insert_with(Instant::now);
                    if since.elapsed() < LOOK {
                        continue;
                    }
                    begin(member, performer, engine)
                }
                Step::Working(thread) if !thread.is_finished() => continue,
                Step::Working(_) => {
                    let waiting = Step::Waiting { live_since: None };
                    let Step::Working(thread) = std::mem::replace(step, waiting) else {
                        continue;
                    };
                    let next = end(thread, member, performer, engine, session);
                    self.changes += 1;
                    self.has_news |= matches!(next, Step::Calibrated);
                    // One who had a rig goes on with it when another calibration did not work.
                    if member.calibrated {
                        Step::Calibrated
                    } else {
                        next
                    }
                }
            };
            *step = next;
        }
    }
}

fn is_same_job(was: &Member, is: &Member) -> bool {
    Arc::ptr_eq(&was.character, &is.character) && was.settings == is.settings
}

fn begin(member: &Member, performer: PerformerIdx, engine: &mut Engine) -> Step {
    let again = Step::Waiting {
        live_since: Instant::now().checked_sub(LOOK.saturating_sub(AGAIN)),
    };
    let Some(frames) = engine.marker_memory(performer) else {
        return again;
    };
    let (template, character) = (member.rig.clone(), member.character.clone());
    let settings = Arc::clone(&member.settings);
    let work = move || {
        let calibrated = calibrate(&template, &frames, &CalibrateSettings::default())?;
        let job = performer_job(calibrated.rig.clone(), &character, &settings)?;
        Ok(Done {
            rig: calibrated.rig,
            job,
            before_mm: calibrated.report.rms_before_m * 1000.0,
            after_mm: calibrated.report.rms_after_m * 1000.0,
        })
    };
    let thread = std::thread::Builder::new().name("calibrate".to_owned());
    thread.spawn(work).map_or(again, Step::Working)
}

fn end(
    thread: JoinHandle<Result<Done, Failure>>,
    member: &mut Member,
    performer: PerformerIdx,
    engine: &mut Engine,
    session: &Session,
) -> Step {
    let again = Step::Waiting {
        live_since: Instant::now().checked_sub(LOOK.saturating_sub(AGAIN)),
    };
    let done = thread
        .join()
        .unwrap_or_else(|_| Err(Failure::internal("calibrate panicked")));
    let name = ("name", member.name.clone());
    let text = &session.text;
    match done {
        Ok(done) => {
            if !engine.use_job(performer, done.job) {
                return again;
            }
            (member.rig, member.calibrated) = (done.rig, true);
            member.calibrated_at = Some(SystemTime::now());
            let before = ("before", format!("{:.1}", done.before_mm));
            let after = ("after", format!("{:.1}", done.after_mm));
            let said = text.get("run-calibrated", &[name, before, after]);
            session.output.remark(&said);
            Step::Calibrated
        }
        Err(why) => {
            let seconds = ("seconds", AGAIN.as_secs().to_string());
            let said = text.get("run-not-calibrated", &[name, seconds]);
            session.output.remark(&said);
            session.output.remark(&why.explain(text));
            again
        }
    }
}
