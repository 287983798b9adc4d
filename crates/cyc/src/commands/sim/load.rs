//! What the virtual system shows: a motion on the virtual performer, or recorded markers.

use super::arguments::Arguments;
use crate::demo::error::DemoError;
use crate::demo::files::{ShowFiles, read, read_text};
use crate::failure::Failure;
use crate::stage_file::stage_of_text;
use crate::virtual_system::{VirtualSetup, build, build_recorded};
use cyc_simulator::performance::{Clip, TruthState, Unlabelled};
use cyc_simulator::servers::FrameProducer;
use cyc_take::bvh::{self, BvhReadOptions};
use cyc_take::c3d;

/// The performance that is shown when none is named.
const PERFORMANCE: &str = "assets/performances/walk_dance.bvh";
/// The stage that names the subjects when none is named.
const STAGE: &str = "rigs/stages/demo.toml";

/// Everything that is needed to serve.
pub struct Loaded {
    /// What makes the frames.
    pub producer: Box<dyn FrameProducer>,
    /// How the writing of the truth goes.
    pub truth: Option<TruthState>,
    /// The performance's file name.
    pub performance: String,
    /// Its length, seconds.
    pub length_s: f64,
    /// Whether the rate is that of a recording.
    pub has_own_rate: bool,
    /// The subjects' names.
    pub subjects: Vec<String>,
    /// How many markers they have together.
    pub markers: usize,
}

/// Reads stage and performance, and sets the volume up.
pub fn load(arguments: &Arguments) -> Result<Loaded, Failure> {
    let files = ShowFiles::find()?;
    let stage_path = arguments.stage.clone().unwrap_or_else(|| files.path(STAGE));
    let stage = stage_of_text(&stage_path, &read_text(&stage_path)?)?;
    let path = arguments
        .performance
        .clone()
        .unwrap_or_else(|| files.path(PERFORMANCE));
    let setup = VirtualSetup {
        rate_hz: arguments.sampled_rate_hz(),
        seed: arguments.seed,
        occlusion: arguments.occlusion,
        truth: arguments.truth.as_deref(),
    };
    let ending = path.extension().map(|e| e.to_string_lossy().to_lowercase());
    let (producer, truth, length_s, has_own_rate) = match ending.as_deref() {
        Some("bvh") => {
            let motion = bvh::read(&read(&path)?, &BvhReadOptions::default())?;
            let length_s = motion.duration().secs();
            let volume = build(&files, &stage, Some(Clip::from_bvh(&motion)), &setup)?;
            let truth = volume.truth_state();
            (
                Box::new(volume) as Box<dyn FrameProducer>,
                truth,
                length_s,
                false,
            )
        }
        Some("c3d") => {
            let take = c3d::read(&read(&path)?)?;
            let (producer, truth) = build_recorded(&files, &stage, &take, &setup)?;
            (producer, truth, take.duration().secs(), true)
        }
        _ => return Err(DemoError::UnknownPerformance { path }.into()),
    };
    let producer = if arguments.is_unlabelled {
        let unlabelled = Unlabelled::new(producer, arguments.seed)?;
        Box::new(unlabelled) as Box<dyn FrameProducer>
    } else {
        producer
    };
    let roster = producer.roster();
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned());
    Ok(Loaded {
        truth,
        performance: name.unwrap_or_default(),
        length_s,
        has_own_rate,
        subjects: roster.subjects().iter().map(|s| s.name.clone()).collect(),
        markers: roster.subjects().iter().map(|s| s.markers.len()).sum(),
        producer,
    })
}
