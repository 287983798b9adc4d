//! `cyc latency`: the delay of a display, from a film of it, and that of a stage that runs, from steps of its camera.
//!
//! A camera films a reference that flashes at once (a lamp, or the operator's own monitor) and the wall that flashes after
//! it, while the stage shows its flashing test pattern. Frames are read one after the other; only the brightness of the
//! two parts is kept.

mod error;
mod film_frames;
mod flash_lag;
mod step_test;

pub use error::LatencyFault;
use film_frames::Frames;
use flash_lag::{FlashLag, flash_lag};
use std::path::PathBuf;
pub use step_test::{StepArgs, measure as measure_steps};

/// A part of a picture, pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl Part {
    /// From `X,Y,WIDTH,HEIGHT`.
    pub fn parse(written: &str) -> Option<Self> {
        let mut numbers = written.split(',').map(|n| n.trim().parse::<u32>().ok());
        let part = Self {
            x: numbers.next()??,
            y: numbers.next()??,
            width: numbers.next()??,
            height: numbers.next()??,
        };
        (numbers.next().is_none() && part.width > 0 && part.height > 0).then_some(part)
    }
}

/// What may be chosen.
#[derive(Clone, Debug)]
pub struct LatencyArgs {
    /// A Y4M film, or a folder of pictures in the order of their names.
    pub film: PathBuf,
    /// What flashes at once.
    pub reference: Part,
    /// What flashes after it.
    pub wall: Part,
    /// Frames a second of the film, when it does not say.
    pub fps: Option<f64>,
    /// How long a frame takes to be read from its first row to its last, of the frame's time.
    pub readout: f64,
}

/// The delay of a display.
#[derive(Clone, Copy, Debug)]
pub struct DisplayDelay {
    /// As it was seen, the shutter's rows taken into account.
    pub lag: FlashLag,
    /// Frames a second, if they are known.
    pub fps: Option<f64>,
    /// Frames of the film.
    pub frames: usize,
}

/// Measures the delay.
pub fn measure(args: &LatencyArgs) -> Result<DisplayDelay, LatencyFault> {
    let mut frames = Frames::open(&args.film)?;
    let fps = args.fps.or(frames.fps());
    let (mut reference, mut wall) = (Vec::new(), Vec::new());
    let mut rows = 1u32;
    while let Some(frame) = frames.next_frame()? {
        rows = frame.height;
        reference.push(frame.mean(args.reference)?);
        wall.push(frame.mean(args.wall)?);
    }
    let mut lag = flash_lag(&reference, &wall).map_err(LatencyFault::NoLag)?;
    let middle = |part: Part| f64::from(part.y) + 0.5 * f64::from(part.height);
    // What is read later sees a flash earlier.
    lag.frames += args.readout * (middle(args.wall) - middle(args.reference)) / f64::from(rows);
    Ok(DisplayDelay {
        lag,
        fps,
        frames: reference.len(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    const LEFT: Part = Part {
        x: 2,
        y: 2,
        width: 8,
        height: 8,
    };
    const RIGHT: Part = Part {
        x: 20,
        y: 20,
        ..LEFT
    };

    fn args(film: PathBuf) -> LatencyArgs {
        LatencyArgs {
            film,
            reference: LEFT,
            wall: RIGHT,
            fps: None,
            readout: 0.0,
        }
    }

    /// 32 × 32 pixels that flash on the left at frame 10 of 30, and on the right five frames later.
    fn luma(frame: usize) -> Vec<u8> {
        let is_white = |late: usize| (10..12).contains(&(frame.wrapping_sub(late) % 30));
        let pixel = |i: usize| {
            let late = if i % 32 < 16 { 0 } else { 5 };
            if is_white(late) { 220 } else { 20 }
        };
        (0..32 * 32).map(pixel).collect()
    }

    #[test]
    fn a_y4m_film_and_a_folder_of_pictures_say_the_same() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("film.y4m");
        let mut film = std::fs::File::create(&path).unwrap();
        film.write_all(b"YUV4MPEG2 W32 H32 F24000:1001 Ip A1:1 C420jpeg\n")
            .unwrap();
        let pictures = folder.path().join("pictures");
        std::fs::create_dir(&pictures).unwrap();
        for frame in 0..90 {
            film.write_all(b"FRAME\n").unwrap();
            film.write_all(&luma(frame)).unwrap();
            film.write_all(&[128; 2 * 16 * 16]).unwrap();
            let picture = image::GrayImage::from_raw(32, 32, luma(frame)).unwrap();
            picture
                .save(pictures.join(format!("{frame:04}.png")))
                .unwrap();
        }
        drop(film);
        let by_film = measure(&args(path)).unwrap();
        let by_pictures = measure(&args(pictures)).unwrap();
        assert_eq!((by_film.lag.frames, by_film.frames), (5.0, 90));
        assert!(by_film.fps.is_some_and(|f| (f - 23.976).abs() < 1e-3));
        assert_eq!(by_pictures.lag, by_film.lag);
        assert_eq!(by_pictures.fps, None);
    }

    #[test]
    fn what_cannot_be_measured_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("film.y4m");
        let key = |args: &LatencyArgs| match measure(args) {
            Err(fault) => crate::failure::Explain::key(&fault),
            Ok(_) => "",
        };
        assert_eq!(key(&args(path.clone())), "latency-cannot-read");
        std::fs::write(&path, b"RIFF").unwrap();
        assert_eq!(key(&args(path.clone())), "latency-bad-film");
        std::fs::write(&path, b"YUV4MPEG2 W99999999 H99999999 F24:1\n").unwrap();
        assert_eq!(key(&args(path.clone())), "latency-bad-film");
        let mut dark = b"YUV4MPEG2 W32 H32 F24:1 Cmono\n".to_vec();
        for _ in 0..40 {
            dark.extend(b"FRAME\n");
            dark.extend([20; 32 * 32]);
        }
        std::fs::write(&path, &dark).unwrap();
        assert_eq!(key(&args(path.clone())), "latency-reference-dark");
        let outside = LatencyArgs {
            wall: Part { x: 30, ..RIGHT },
            ..args(path.clone())
        };
        assert_eq!(key(&outside), "latency-outside");
        std::fs::write(&path, &dark[..dark.len() - 5]).unwrap();
        assert_eq!(key(&args(path)), "latency-bad-film");
    }

    #[test]
    fn parts_are_four_numbers() {
        assert_eq!(Part::parse("2, 2,8,8"), Some(LEFT));
        for bad in ["", "1,2,3", "1,2,3,4,5", "1,2,0,4", "-1,2,3,4", "a,b,c,d"] {
            assert_eq!(Part::parse(bad), None, "{bad}");
        }
    }
}
