//! The labeller of one source: what the source saw without names, or with names that nobody waits for, becomes the
//! markers of the performers that it is known to see.
//!
//! All points of a frame go into the cloud, those with names too: a performer whom the source labels itself then owns
//! her points, and cannot lend them to somebody else. The labeller rests while every performer's names come from the
//! source. To find a performer from nothing takes many frames' time, so the engine defers that to a thread of its own.

use cyc_model::{MocapFrame, Point, Source, SourceId, Stage, UNLABELLED_MAX, Xf};
use cyc_solver::{
    LabelAnswer, LabelError, LabelQuestion, LabelReport, LabelRig, LabelSearch, LabelSettings,
    LabelSubject, Labeller,
};

/// The labeller of one source, and who its subjects are.
#[derive(Clone, Debug)]
pub struct SourceLabels {
    /// The source.
    pub source: SourceId,
    /// The place in the stage of each subject of the labeller.
    performers: Vec<usize>,
    labeller: Labeller,
    cloud: Vec<Point<Stage>>,
    last: LabelReport,
}

impl SourceLabels {
    /// For performers of a source: each one's place among the stage's performers, with her rig or template.
    ///
    /// # Errors
    /// When there are too many, or a rig has too few markers to be told apart.
    pub fn new(source: SourceId, known: &[(usize, LabelRig)]) -> Result<Self, LabelError> {
        let rigs: Vec<LabelRig> = known.iter().map(|(_, rig)| rig.clone()).collect();
        Ok(Self {
            source,
            performers: known.iter().map(|(performer, _)| *performer).collect(),
            labeller: Labeller::new(&rigs, LabelSettings::default())?,
            cloud: Vec::with_capacity(UNLABELLED_MAX),
            last: LabelReport::default(),
        })
    }

    /// Labels a frame that comes `dt_s` after the one before. Points beyond [`UNLABELLED_MAX`] are counted in the report.
    pub fn label(&mut self, frame: &MocapFrame, stage_from_source: Xf<Stage, Source>, dt_s: f64) {
        let unlabelled = frame.unlabelled.iter().map(|m| m.at);
        let all = unlabelled.chain(frame.markers.iter().flatten().copied());
        self.cloud.clear();
        let room = all.clone().take(UNLABELLED_MAX);
        self.cloud.extend(room.map(|p| stage_from_source * p));
        self.last = self.labeller.label(&self.cloud, dt_s);
        self.last.ignored += all.count().saturating_sub(UNLABELLED_MAX);
    }

    /// The markers of a performer in the last frame, in her rig's order; `None` when she is not followed.
    pub fn markers_of(&self, performer: usize) -> Option<&[Option<Point<Stage>>]> {
        let subject = self.subject_of(performer)?;
        self.labeller
            .is_followed(subject)
            .then(|| self.labeller.markers(subject))
    }

    /// Labels a performer by another rig from now on; gives back what is no longer used.
    pub fn replace(&mut self, performer: usize, with: LabelSubject) -> LabelSubject {
        match self.subject_of(performer) {
            Some(subject) => self.labeller.replace(subject, with),
            None => with,
        }
    }

    /// Goes on with the labeller of the same source and the same performers, wherever they stand now.
    pub fn continue_from(&mut self, before: &mut Self) {
        std::mem::swap(self, before);
        std::mem::swap(&mut self.source, &mut before.source);
        std::mem::swap(&mut self.performers, &mut before.performers);
    }

    /// From now on searches from nothing are left to the returned search: what [`Self::question`] gives is to be answered
    /// by it.
    pub fn defer_searches(&mut self) -> LabelSearch {
        self.labeller.defer_searches()
    }

    /// Who is to be looked for, once a question.
    pub fn question(&mut self) -> Option<&LabelQuestion> {
        self.labeller.question()
    }

    /// Takes an answer; returns how many performers are followed from it.
    pub fn answer(&mut self, answer: &LabelAnswer) -> usize {
        self.labeller.answer(answer)
    }

    /// Which of the labeller's subjects a performer is.
    pub fn subject_of(&self, performer: usize) -> Option<usize> {
        self.performers.iter().position(|p| *p == performer)
    }

    /// Most markers of a performer here.
    pub fn markers_max(&self) -> usize {
        self.labeller.markers_max()
    }

    /// What the last frame came to.
    pub fn last(&self) -> LabelReport {
        self.last
    }
}
