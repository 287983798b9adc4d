//! All outputs of a program.

use crate::counters::OutputCounters;
use crate::error::OutputError;
use crate::limits::OUTPUTS_MAX;
use crate::output_url::OutputUrl;
use crate::pulse::Pulse;
use crate::transmitter::Transmitter;
use crate::wall_colours::WallColours;
use crate::writer::{AnyWriter, Feed, Opener};
use cyc_model::MocapFrame;
use std::sync::Arc;

/// Running outputs. They end when this is dropped, or stopped.
#[derive(Default)]
pub struct Outputs {
    frames: Vec<(OutputUrl, Transmitter<MocapFrame>)>,
    colours: Vec<(OutputUrl, Transmitter<WallColours>)>,
    counters: Vec<(OutputUrl, Arc<OutputCounters>)>,
    pulses: Vec<(OutputUrl, Arc<Pulse>)>,
}

impl Outputs {
    /// Opens every socket and file, and starts a thread for each.
    ///
    /// # Errors
    /// When there are too many, or one cannot be opened; those before it have ended then.
    pub fn start(urls: &[OutputUrl]) -> Result<Self, OutputError> {
        if urls.len() > OUTPUTS_MAX {
            return Err(OutputError::TooMany {
                count: urls.len(),
                limit: OUTPUTS_MAX,
            });
        }
        let mut outputs = Self::default();
        for (i, url) in urls.iter().enumerate() {
            let (name, counters) = (format!("tx-{i}"), Arc::<OutputCounters>::default());
            let counted = Arc::clone(&counters);
            match url.recipe().open()? {
                AnyWriter::Frames(writer) => {
                    let transmitter =
                        Transmitter::start(&name, writer, frames_again(url), counted)?;
                    let pulse = Arc::clone(transmitter.pulse());
                    outputs.pulses.push((url.clone(), pulse));
                    outputs.frames.push((url.clone(), transmitter));
                }
                AnyWriter::Colours(writer) => {
                    let transmitter =
                        Transmitter::start(&name, writer, colours_again(url), counted)?;
                    let pulse = Arc::clone(transmitter.pulse());
                    outputs.pulses.push((url.clone(), pulse));
                    outputs.colours.push((url.clone(), transmitter));
                }
            }
            outputs.counters.push((url.clone(), counters));
        }
        Ok(outputs)
    }

    /// Whether any output takes this.
    pub fn takes(&self, feed: Feed) -> bool {
        match feed {
            Feed::Frames => !self.frames.is_empty(),
            Feed::Colours => !self.colours.is_empty(),
        }
    }

    /// Gives a frame to every output that takes frames. Never waits; allocates nothing once warm.
    pub fn frame(&mut self, frame: &MocapFrame) {
        for (_, output) in &mut self.frames {
            output.give(frame);
        }
    }

    /// The same with the colours of the walls.
    pub fn colours(&mut self, colours: &WallColours) {
        for (_, output) in &mut self.colours {
            output.give(colours);
        }
    }

    /// Becomes the outputs of `urls`: those that run already go on, the others are taken from `fresh`. What is in neither is
    /// left out; what is not wanted any more comes back, to be stopped where nobody waits.
    #[must_use = "what comes back waits for its threads when it is dropped"]
    pub fn exchange(&mut self, urls: &[OutputUrl], mut fresh: Self) -> Self {
        let mut next = Self::default();
        for url in urls {
            for from in [&mut *self, &mut fresh] {
                let place = from.counters.iter().position(|(u, _)| u == url);
                let Some(place) = place else { continue };
                next.counters.push(from.counters.swap_remove(place));
                next.pulses.push(from.pulses.swap_remove(place));
                let is_it = |u: &OutputUrl| u == url;
                if let Some(i) = from.frames.iter().position(|(u, _)| is_it(u)) {
                    next.frames.push(from.frames.swap_remove(i));
                } else if let Some(i) = from.colours.iter().position(|(u, _)| is_it(u)) {
                    next.colours.push(from.colours.swap_remove(i));
                }
                break;
            }
        }
        std::mem::replace(self, next)
    }

    /// What each output counts, in the order given.
    pub fn counters(&self) -> &[(OutputUrl, Arc<OutputCounters>)] {
        &self.counters
    }

    /// The sign of life of each output's thread, in the order given.
    pub fn pulses(&self) -> &[(OutputUrl, Arc<Pulse>)] {
        &self.pulses
    }

    /// Ends all: what was given is still written.
    pub fn stop(&mut self) {
        self.frames.iter_mut().for_each(|(_, o)| o.stop());
        self.colours.iter_mut().for_each(|(_, o)| o.stop());
    }
}

/// Opens an output of frames anew.
fn frames_again(url: &OutputUrl) -> Opener<MocapFrame> {
    let url = url.clone();
    Box::new(move |times| match url.recipe().open_again(times)? {
        AnyWriter::Frames(writer) => Ok(writer),
        AnyWriter::Colours(_) => Err(other_kind()),
    })
}

/// The same for one of colours.
fn colours_again(url: &OutputUrl) -> Opener<WallColours> {
    let url = url.clone();
    Box::new(move |times| match url.recipe().open_again(times)? {
        AnyWriter::Colours(writer) => Ok(writer),
        AnyWriter::Frames(_) => Err(other_kind()),
    })
}

fn other_kind() -> OutputError {
    let reason = "it is made of something else now".to_owned();
    OutputError::System { reason }
}

impl Drop for Outputs {
    fn drop(&mut self) {
        self.stop();
    }
}
