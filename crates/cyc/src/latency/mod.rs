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
    /// An MP4 or Y4M film, or a folder of pictures in the order of their names.
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
    /// The delay in seconds, if that is known.
    pub seconds: Option<f64>,
    /// Frames of the film.
    pub frames: usize,
}

/// Measures the delay.
pub fn measure(args: &LatencyArgs) -> Result<DisplayDelay, LatencyFault> {
    let mut frames = Frames::open(&args.film)?;
    let fps = args.fps.or(frames.fps());
    let (mut reference, mut wall, mut taken_s) = (Vec::new(), Vec::new(), Vec::new());
    let mut rows = 1u32;
    while let Some(frame) = frames.next_frame()? {
        rows = frame.height;
        reference.push(frame.mean(args.reference)?);
        wall.push(frame.mean(args.wall)?);
        // What is said on the command line is right, and what the film says was stretched by a slow motion.
        taken_s.extend(frames.shown_s().filter(|_| args.fps.is_none()));
    }
    let mut lag = flash_lag(&reference, &wall, &taken_s).map_err(LatencyFault::NoLag)?;
    let middle = |part: Part| f64::from(part.y) + 0.5 * f64::from(part.height);
    // What is read later sees a flash earlier.
    let later = args.readout * (middle(args.wall) - middle(args.reference)) / f64::from(rows);
    lag.frames += later;
    let seconds = match (lag.seconds, fps) {
        (Some(seconds), Some(fps)) => Some(seconds + later / fps),
        (_, fps) => fps.map(|fps| lag.frames / fps),
    };
    Ok(DisplayDelay {
        lag,
        fps,
        seconds,
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

    /// A camera's film: the lamp in the upper left, and a field for each delay of 1 to 15 frames.
    fn filmed(path: &std::path::Path) {
        const WIDTH: usize = 160;
        const HEIGHT: usize = 64;
        let mut film =
            cyc_film::FilmWriter::create(path, WIDTH as u32, HEIGHT as u32, 60.0).unwrap();
        for frame in 0..150 {
            let pixel = |i: usize| {
                let late = i % WIDTH / 40 + 4 * (i / WIDTH / 16);
                let is_lit = (12..15).contains(&(frame as i64 - late as i64).rem_euclid(40));
                // A room with some light in it, and some noise.
                let noise = ((i * 31 + frame * 17) % 7) as u8;
                let code = if is_lit { 210 } else { 24 } + noise;
                [code, code, code / 2, 255]
            };
            let rgba: Vec<u8> = (0..WIDTH * HEIGHT).flat_map(pixel).collect();
            film.frame(&rgba).unwrap();
        }
        film.finish().unwrap();
    }

    fn field(late: u32) -> Part {
        Part {
            x: late % 4 * 40 + 8,
            y: late / 4 * 16 + 4,
            width: 24,
            height: 8,
        }
    }

    #[test]
    fn a_phone_s_film_tells_delays_of_one_to_fifteen_frames() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("film.mp4");
        filmed(&path);
        let args = |late| LatencyArgs {
            reference: field(0),
            wall: field(late),
            ..args(path.clone())
        };
        for late in 1..=15 {
            let found = measure(&args(late)).unwrap();
            let error = found.lag.frames - f64::from(late);
            assert!(error.abs() <= 0.5, "{late}: {found:?}");
            let ms = found.seconds.unwrap() * 1e3;
            assert!(
                (ms - found.lag.frames / 60.0 * 1e3).abs() < 0.2,
                "{late}: {ms} ms"
            );
            assert_eq!((found.frames, found.lag.flashes), (150, 4));
        }
        // A slow motion was taken faster than it is shown.
        let slow = LatencyArgs {
            fps: Some(240.0),
            ..args(6)
        };
        let found = measure(&slow).unwrap();
        assert!((found.seconds.unwrap() - found.lag.frames / 240.0).abs() < 1e-9);
        // The same film, held upright: its frames are 64 wide and 160 high for who looks at it.
        let mut bytes = std::fs::read(&path).unwrap();
        let head = bytes.windows(4).position(|w| w == b"tkhd").unwrap() + 4;
        let quarter: [i32; 5] = [0, 1 << 16, 0, -(1 << 16), 0];
        for (nth, part) in quarter.into_iter().enumerate() {
            let at = head + 40 + 4 * nth;
            bytes[at..at + 4].copy_from_slice(&part.to_be_bytes());
        }
        std::fs::write(&path, bytes).unwrap();
        let turned = |part: Part| Part {
            x: 64 - part.y - part.height,
            y: part.x,
            width: part.height,
            height: part.width,
        };
        let upright = LatencyArgs {
            reference: turned(field(0)),
            wall: turned(field(9)),
            ..args(9)
        };
        let found = measure(&upright).unwrap();
        assert!((found.lag.frames - 9.0).abs() <= 0.5, "{found:?}");
    }

    #[test]
    fn a_film_that_is_cut_off_or_coded_otherwise_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("film.mp4");
        filmed(&path);
        let whole = std::fs::read(&path).unwrap();
        let said = |bytes: &[u8]| {
            std::fs::write(&path, bytes).unwrap();
            let args = LatencyArgs {
                reference: field(0),
                wall: field(3),
                ..args(path.clone())
            };
            let fault = measure(&args).unwrap_err();
            let key = crate::failure::Explain::key(&fault);
            let text = crate::text::Text::new(crate::language::Language::English);
            (key, crate::failure::Failure::from(fault).explain(&text))
        };
        let place = |kind: &[u8; 4]| whole.windows(4).position(|w| w == kind).unwrap();
        // As phones code by default: HEVC.
        let mut other = whole.clone();
        let coding = place(b"avc1");
        other[coding..coding + 4].copy_from_slice(b"hvc1");
        let (key, text) = said(&other);
        assert_eq!(key, "latency-bad-video");
        assert!(text.contains("H.264") && text.contains("ffmpeg"), "{text}");
        for length in [9, 40, place(b"moov") + 20, whole.len() - 30] {
            assert_eq!(said(&whole[..length]).0, "latency-bad-video", "{length}");
        }
        // Pictures that are noise: nothing is decoded, or no flash is in it.
        let mut noise = whole.clone();
        let media = place(b"mdat") + 4;
        for (i, byte) in noise[media..media + 2000].iter_mut().enumerate() {
            *byte = (i * 73 % 251) as u8;
        }
        assert_eq!(said(&noise).0, "latency-bad-video");
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
