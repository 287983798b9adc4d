//! What a stage shows beside its people, running or drawn: plates, its sky's picture, its set; their files opened, what is
//! in them brought to the renderer.
//!
//! A plate's file lies in the stage file's folder or below it, like all that a stage shows. Live, each is decoded ahead on a
//! thread of its own and the one who draws takes what is there; offline, every frame is waited for.

use crate::character_file::load_character;
use crate::failure::Failure;
use crate::stage_file::path_below;
use cyc_character::Character;
use cyc_control::Mood;
use cyc_film::{PlateFault, PlateFile, PlatePicture, PlatePlayer, PlayRange};
use cyc_model::{HostNs, Nanos, Timecode};
use cyc_renderer::{KeptRenderer, PlateUpload, Renderer};
use cyc_stage::{FrameRate, Plate, Stage};
use std::path::Path;
use std::sync::Arc;

/// An opened plate.
pub struct OpenPlate {
    plate: Plate,
    file: PlateFile,
    range: PlayRange,
    rate: FrameRate,
}

impl OpenPlate {
    /// Opens a plate of a stage; nothing of it is decoded.
    ///
    /// # Errors
    /// Its file is not there, cannot be used, or has none of the frames between in and out point.
    pub fn open(stage_file: &Path, stage: &Stage, plate: &Plate) -> Result<Self, PlateFault> {
        let path =
            path_below(stage_file, &plate.file).map_err(|reason| PlateFault::CannotRead {
                path: plate.file.clone().into(),
                reason,
            })?;
        let file = PlateFile::open(&path)?;
        let info = file.info();
        let range = PlayRange::new(&info, plate.first, plate.last, plate.is_loop);
        let range = range.ok_or(PlateFault::NoSuchFrames {
            path,
            first: info.first,
            last: info.last,
        })?;
        let own = info.rate.map(|[numerator, denominator]| FrameRate {
            numerator,
            denominator,
        });
        Ok(Self {
            plate: plate.clone(),
            file,
            range,
            rate: plate
                .frame_rate
                .or(own)
                .unwrap_or(stage.timing().frame_rate),
        })
    }

    fn open_all(stage_file: &Path, stage: &Stage) -> Result<Vec<Self>, Failure> {
        let plates = stage.plates().iter();
        let open = |plate| Self::open(stage_file, stage, plate).map_err(Failure::from);
        plates.map(open).collect()
    }
}

fn upload(picture: &PlatePicture, is_still: bool) -> PlateUpload<'_> {
    use cyc_film::PlateTexels as Decoded;
    use cyc_renderer::PlateTexels as Drawn;
    PlateUpload {
        size_px: picture.size_px,
        texels: match &picture.texels {
            Decoded::Srgb(codes) => Drawn::Srgb(codes),
            Decoded::Light(light) => Drawn::Light(light),
        },
        is_still,
    }
}

/// Opens the picture that is a stage's sky, if it has one.
///
/// # Errors
/// It is not there, or is no still.
pub fn open_sky(stage_file: &Path, stage: &Stage) -> Result<Option<PlateFile>, PlateFault> {
    let Some(sky) = stage.sky() else {
        return Ok(None);
    };
    let cannot_read = |reason| PlateFault::CannotRead {
        path: sky.file.clone().into(),
        reason,
    };
    let path = path_below(stage_file, &sky.file).map_err(cannot_read)?;
    PlateFile::open(&path).map(Some)
}

fn decoded_sky(stage_file: &Path, stage: &Stage) -> Result<Option<PlatePicture>, Failure> {
    let Some(mut file) = open_sky(stage_file, stage)? else {
        return Ok(None);
    };
    let mut picture = PlatePicture::default();
    file.read(file.info().first, &mut picture)?;
    Ok(Some(picture))
}

/// Reads the model that stands in a stage's world, if it has one.
///
/// # Errors
/// It is not there, or no model that can be drawn.
pub fn read_set(stage_file: &Path, stage: &Stage) -> Result<Option<Arc<Character>>, Failure> {
    let Some(set) = stage.set() else {
        return Ok(None);
    };
    let cannot_read = |reason| PlateFault::CannotRead {
        path: set.file.clone().into(),
        reason,
    };
    let path = path_below(stage_file, &set.file).map_err(cannot_read)?;
    Ok(Some(Arc::new(load_character(&path, None)?)))
}

/// The plates of a stage that is drawn offline.
pub struct OfflinePlates {
    /// The sky's picture, until the renderer has it.
    sky: Option<PlatePicture>,
    set: Option<Arc<Character>>,
    plates: Vec<OpenPlate>,
    /// The frame of each that the renderer has.
    shown: Vec<Option<u64>>,
    picture: PlatePicture,
}

impl OfflinePlates {
    /// Opens all plates of a stage.
    pub fn open(stage_file: &Path, stage: &Stage) -> Result<Self, Failure> {
        let plates = OpenPlate::open_all(stage_file, stage)?;
        Ok(Self {
            sky: decoded_sky(stage_file, stage)?,
            set: read_set(stage_file, stage)?,
            shown: vec![None; plates.len()],
            plates,
            picture: PlatePicture::default(),
        })
    }

    /// Gives the renderer what is due so long after the film began. Every frame must be there: nothing is late offline.
    pub fn show(
        &mut self,
        renderer: &mut Renderer,
        since_begin: Nanos,
        timecode: Option<Timecode>,
    ) -> Result<(), Failure> {
        if let Some(set) = self.set.take() {
            renderer.set_model(&set);
        }
        if let Some(sky) = self.sky.take() {
            renderer.set_sky(&upload(&sky, true));
        }
        let all = self.plates.iter_mut().zip(&mut self.shown).enumerate();
        for (index, (open, shown)) in all {
            let position = open.plate.position(since_begin, timecode, open.rate);
            let frame = open.range.frame(position.unwrap_or(0));
            if *shown == Some(frame) {
                continue;
            }
            open.file.read(frame, &mut self.picture)?;
            let is_still = open.range.count == 1;
            if renderer.set_plate(index, &upload(&self.picture, is_still)) {
                *shown = Some(frame);
            }
        }
        Ok(())
    }
}

/// A plate that plays.
struct Playing {
    plate: Plate,
    player: PlatePlayer,
    rate: FrameRate,
    is_still: bool,
    position: u64,
    before: u64,
    lately: u64,
}

/// How a plate fares.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlateReading {
    /// Its name.
    pub name: String,
    /// Frames that were shown.
    pub shown: u64,
    /// Frames that were due and not there.
    pub late: u64,
    /// Those of the last two seconds.
    pub late_lately: u64,
    /// What is wrong with its file.
    pub fault: Option<PlateFault>,
}

/// Frames of a plate that may be late in that time: while it begins, or a timecode jumps.
pub const LATE_MAX: u64 = 6;

impl PlateReading {
    /// How well it is: red is what stands still on the wall.
    pub fn mood(&self) -> Mood {
        match self.late_lately {
            _ if self.fault.is_some() => Mood::Red,
            late if late > LATE_MAX => Mood::Amber,
            _ => Mood::Good,
        }
    }
}

/// Late frames are counted over this time.
const OVER: Nanos = Nanos(2_000_000_000);

/// The plates of a running stage.
#[derive(Default)]
pub struct StagePlates {
    sky: Option<PlatePicture>,
    set: Option<Arc<Character>>,
    playing: Vec<Playing>,
    began: Option<HostNs>,
    counted: Option<HostNs>,
    /// Devices lost and shaders edited when pictures were given last.
    rebuilds: (u64, u64),
    /// Whether the renderer has none of the pictures.
    again: bool,
}

impl StagePlates {
    /// Opens all plates of a stage, each with its thread.
    pub fn open(stage_file: &Path, stage: &Stage) -> Result<Self, Failure> {
        let mut playing = Vec::new();
        for open in OpenPlate::open_all(stage_file, stage)? {
            let is_still = open.range.count == 1;
            let player = PlatePlayer::start(open.file, open.range, 0);
            playing.push(Playing {
                plate: open.plate,
                player: player.map_err(|e| Failure::internal(format!("plate: {e}")))?,
                rate: open.rate,
                is_still,
                position: 0,
                before: 0,
                lately: 0,
            });
        }
        Ok(Self {
            sky: decoded_sky(stage_file, stage)?,
            set: read_set(stage_file, stage)?,
            playing,
            // Nothing has the sky yet.
            again: true,
            ..Self::default()
        })
    }

    /// Whether another picture may be due without anything else on the stage moving.
    pub fn are_playing(&self) -> bool {
        self.playing
            .iter()
            .any(|p| !p.is_still || p.player.shown().is_none())
    }

    /// Goes on with what plays as before in another set; what is left over there ends when that is dropped.
    pub fn adopt(&mut self, before: &mut Self) {
        for next in &mut self.playing {
            let same =
                |old: &&mut Playing| old.plate.plays_as(&next.plate) && old.rate == next.rate;
            if let Some(old) = before.playing.iter_mut().find(same) {
                std::mem::swap(&mut old.player, &mut next.player);
                (next.position, next.before) = (old.position, old.before);
            }
        }
        self.began = before.began;
        self.again = true;
    }

    /// The renderer is another one.
    pub fn show_again(&mut self) {
        self.again = true;
    }

    /// Gives the renderer what is due. Waits for nothing.
    pub fn show(&mut self, renderer: &mut KeptRenderer, now: HostNs, timecode: Option<Timecode>) {
        let since = now - *self.began.get_or_insert(now);
        let built = renderer.rebuilds();
        let rebuilds = (built.losses, built.edits);
        let again = std::mem::take(&mut self.again) || rebuilds != self.rebuilds;
        self.rebuilds = rebuilds;
        if let Some(set) = self.set.as_ref().filter(|_| again) {
            renderer.set_model(set);
        }
        if let Some(sky) = self.sky.as_ref().filter(|_| again) {
            renderer.set_sky(&upload(sky, true));
        }
        for (index, playing) in self.playing.iter_mut().enumerate() {
            // Without timecode a chasing plate holds.
            let position = playing.plate.position(since, timecode, playing.rate);
            playing.position = position.unwrap_or(playing.position);
            if let Some((picture, is_new)) = playing.player.due(playing.position)
                && (is_new || again)
            {
                renderer.set_plate(index, &upload(picture, playing.is_still));
            }
        }
        if self.counted.is_none_or(|counted| now - counted > OVER) {
            self.counted = Some(now);
            for playing in &mut self.playing {
                let late = playing.player.counts().late;
                playing.lately = late.saturating_sub(playing.before);
                playing.before = late;
            }
        }
    }

    /// How they fare.
    pub fn read(&self) -> Vec<PlateReading> {
        let read = |playing: &Playing| {
            let counts = playing.player.counts();
            PlateReading {
                name: playing.plate.name.clone(),
                shown: counts.shown,
                late: counts.late,
                late_lately: playing.lately,
                fault: playing.player.fault(),
            }
        };
        self.playing.iter().map(read).collect()
    }
}
