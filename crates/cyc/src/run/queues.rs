//! Every queue between the threads of a running stage, by its name: those of the engine, and those that begin here.

use crate::demo::Emitting;
use cyc_engine::run::{Engine, NamedQueue};
use cyc_queue::{LatestReader, QueueReading};

/// A queue as it is read.
#[derive(Clone, Debug, Default)]
pub struct QueueFigures {
    /// Its stable name.
    pub queue: &'static str,
    /// Whose it is, where there are several of that name.
    pub about: String,
    /// How full it is.
    pub figures: QueueReading,
}

/// The queues that begin outside the engine and last as long as the stage.
#[derive(Default)]
pub struct QueueBook {
    own: Vec<NamedQueue>,
}

impl QueueBook {
    /// Watches what a reader is given.
    pub fn watch<T>(&mut self, name: &'static str, reader: &LatestReader<T>) {
        self.own.push(NamedQueue::new(name, "", reader.gauge()));
    }

    /// Watches queues.
    pub fn extend(&mut self, queues: impl Iterator<Item = NamedQueue>) {
        self.own.extend(queues);
    }

    /// All of them now, on the way of a frame; each name once for each whom it is about.
    pub fn read(&self, engine: &Engine, emitting: Option<&Emitting>) -> Vec<QueueFigures> {
        let outputs: Vec<_> = emitting
            .map(Emitting::queues)
            .into_iter()
            .flatten()
            .collect();
        let all = engine.queues().chain(&self.own).chain(&outputs);
        let mut figures: Vec<QueueFigures> = Vec::new();
        for queue in all {
            let read = QueueFigures {
                queue: queue.name,
                about: queue.about.clone(),
                figures: queue.read(),
            };
            // An output that an edit ended and opened again is the one that is open.
            let same =
                |known: &&mut QueueFigures| known.queue == read.queue && known.about == read.about;
            match figures.iter_mut().find(same) {
                Some(known) => *known = read,
                None => figures.push(read),
            }
        }
        figures
    }
}
