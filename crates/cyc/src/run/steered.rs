//! What a running stage shows of itself, and what it is told.
//!
//! Called some fifty times a second by the thread that a person waits for. Nothing here is on a frame's way.

use super::calibrations::Calibrations;
use super::cast::Cast;
use super::document::{DocumentWriter, Written};
use super::door::OpenDoor;
use super::finding::Finding;
use super::gauge::{Gauge, LatencyGauge};
use super::health::Reading;
use super::keys::StageKeys;
use super::recast::Recasting;
use super::scene::{self, SceneReader};
use super::steering::{BothTexts, Helm, Steering, log_line};
use super::takes::TakeDesk;
use crate::Session;
use crate::demo::{LiveView, LiveWish};
use crate::failure::Failure;
use cyc_control::{OrderDesk, StageDocument};
use cyc_engine::run::{Engine, NextShown};
use cyc_queue::LatestWriter;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How often the scene is renewed: what moves looks smooth.
const SCENE_EVERY: Duration = Duration::from_millis(33);
/// How often the document is renewed: a fault is seen well within a second.
const DOCUMENT_EVERY: Duration = Duration::from_millis(100);

/// What a running stage shows of itself, and what it is told.
pub struct Steered {
    /// The door, unless the stage file has closed it.
    pub door: Option<OpenDoor>,
    /// Its commands.
    pub steering: Steering,
    /// The keys of the window, if there is one.
    keys: Option<StageKeys>,
    texts: Arc<BothTexts>,
    recasting: Recasting,
    scene: SceneReader,
    scene_at: Instant,
    writer: DocumentWriter,
    latency: LatencyGauge,
    document_at: Instant,
    edits: u32,
}

/// The running stage, as far as it is steered and shown.
pub struct Subject<'s> {
    /// Who plays.
    pub cast: &'s Cast,
    /// The engine.
    pub engine: &'s mut Engine,
    /// How far performers are calibrated.
    pub calibrations: &'s mut Calibrations,
    /// What reads it.
    pub gauge: &'s mut Gauge,
    /// The live picture, if anything is drawn.
    pub view: Option<&'s LiveView>,
}

impl Steered {
    /// Opens the door of a stage.
    pub fn new(
        cast: &Cast,
        (scene, takes): (SceneReader, TakeDesk),
        (wishes, keys): (Option<LatestWriter<LiveWish>>, Option<StageKeys>),
    ) -> Result<Self, Failure> {
        let texts = BothTexts::new();
        let (door, desk, orders) = match OpenDoor::open(&cast.stage, &texts)? {
            Some((door, orders)) => {
                let desk = door.server.desk();
                (Some(door), desk, orders)
            }
            // Closed to programs; the keys of the window stay.
            None => {
                let (desk, orders) = OrderDesk::open();
                (None, desk, orders)
            }
        };
        if let Some(keys) = &keys {
            keys.connect(desk);
        }
        if let Some(door) = &door {
            door.server.published.put_shapes(&scene::shapes(cast));
        }
        let long_ago = Instant::now();
        Ok(Self {
            door,
            steering: Steering::new(cast, orders, Arc::clone(&texts), takes, wishes),
            keys,
            texts,
            recasting: Recasting::default(),
            scene,
            scene_at: long_ago,
            writer: DocumentWriter::new(),
            latency: LatencyGauge::default(),
            document_at: long_ago,
            edits: 0,
        })
    }

    /// Does what was ordered and renews the scene.
    pub fn advance(&mut self, on: &mut Subject<'_>, session: &Session) {
        let told = self.steering.obey(Helm {
            engine: on.engine,
            calibrations: on.calibrations,
            cast: on.cast,
            recasting: &mut self.recasting,
            view: on.view,
        });
        for entry in &told {
            session.output.remark(&log_line(entry, &session.text));
        }
        self.recasting
            .advance(on.engine, on.calibrations, on.view, session);
        if self.scene_at.elapsed() >= SCENE_EVERY {
            self.scene_at = Instant::now();
            let gauge = &mut *on.gauge;
            let look = |source: usize, frame: &_| gauge.look(source, frame);
            let scene = self.scene.read(&on.cast.stage, look);
            if let Some(door) = &self.door {
                door.server.published.put_scene(scene);
            }
        }
    }

    /// Whether another digital human is on its way.
    pub fn is_recasting(&self) -> bool {
        self.recasting.is_under_way()
    }

    /// Goes on with another stage.
    pub fn exchange(
        &mut self,
        (before, after): (&Cast, &Cast),
        (edit, sources): (u32, &[Option<usize>]),
        (config, shown): (u32, Option<Vec<NextShown>>),
    ) {
        self.scene.exchange(&after.stage, config, shown);
        self.steering.exchange((before, after), (edit, sources));
        if let Some(door) = &self.door {
            door.server.published.put_shapes(&scene::shapes(after));
        }
        self.edits = edit;
    }

    /// Whether a new document is due.
    pub fn is_due(&self) -> bool {
        self.document_at.elapsed() >= DOCUMENT_EVERY || self.steering.has_answers()
    }

    /// Writes the document; it is given back for others who read it.
    pub fn write(
        &mut self,
        (reading, findings): (&Reading, &[Finding]),
        (cast, engine, calibrations): (&Cast, &Engine, &Calibrations),
        view: Option<&LiveView>,
    ) -> StageDocument {
        self.document_at = Instant::now();
        let with = Written {
            cast,
            calibrations,
            steering: &self.steering,
            take: self.steering.takes.document(engine, reading),
            latency: self.latency.read(&engine.latency),
            adapter: view.map(|v| {
                let report = v.gpu().report();
                (report.name.clone(), report.software)
            }),
            real_time: engine.is_real_time(),
            edits: self.edits,
        };
        let document = self.writer.write(reading, findings, &self.texts, with);
        if let Some(door) = &self.door {
            door.server.published.put_state(&document);
        }
        if let Some(keys) = &self.keys {
            keys.renew(&document);
        }
        document
    }
}
