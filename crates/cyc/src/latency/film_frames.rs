//! The frames of a film, one after the other, as brightness: an MP4 or QuickTime film in H.264, as cameras and phones
//! record it, a Y4M file, or a folder of PNG and JPEG pictures.
//!
//! What must stay true: a header cannot make this allocate more than a large picture takes.

use super::{LatencyFault, Part};
use cyc_film::{PlateFile, PlatePicture, PlateTexels};
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

/// Pixels of a picture: more than 8192 × 8192, which no camera takes.
const PIXELS_MAX: u64 = 1 << 26;
/// Bytes of a header line.
const LINE_MAX: u64 = 1024;

/// The brightness of a picture, a byte a pixel, row by row from the top.
pub struct Luma {
    pub width: u32,
    pub height: u32,
    pixels: Vec<u8>,
}

impl Luma {
    /// The picture turned by 90 degrees clockwise, so many times: as a player shows it, and a person reads places off it.
    fn turned(self, quarters: u8) -> Self {
        let (width, height) = (self.width as usize, self.height as usize);
        let from = |column: usize, row: usize| match quarters {
            1 => (row, height - 1 - column),
            2 => (width - 1 - column, height - 1 - row),
            3 => (width - 1 - row, column),
            _ => (column, row),
        };
        let (columns, rows) = match quarters {
            0 => return self,
            1 | 3 => (height, width),
            _ => (width, height),
        };
        let places = (0..rows).flat_map(|row| (0..columns).map(move |column| (column, row)));
        let pixel = |(column, row)| {
            let (x, y) = from(column, row);
            self.pixels.get(y * width + x).copied().unwrap_or(0)
        };
        Self {
            width: columns as u32,
            height: rows as u32,
            pixels: places.map(pixel).collect(),
        }
    }

    /// The mean of a part, 0 to 255.
    pub fn mean(&self, part: Part) -> Result<f64, LatencyFault> {
        let right = part.x.checked_add(part.width).filter(|r| *r <= self.width);
        let bottom = part.y.checked_add(part.height);
        let (Some(right), Some(bottom)) = (right, bottom.filter(|b| *b <= self.height)) else {
            let (width, height) = (self.width, self.height);
            return Err(LatencyFault::Outside { width, height });
        };
        let row = |y: u32| {
            let start = y as usize * self.width as usize;
            let columns = start + part.x as usize..start + right as usize;
            self.pixels.get(columns).unwrap_or_default()
        };
        let bytes = (part.y..bottom).flat_map(row);
        let sum: u64 = bytes.map(|b| u64::from(*b)).sum();
        Ok(sum as f64 / (f64::from(part.width) * f64::from(part.height)))
    }
}

/// A film that is open.
pub enum Frames {
    Film(Y4m),
    Coded(Box<Coded>),
    Pictures(std::vec::IntoIter<PathBuf>),
}

/// An open film of a camera.
pub struct Coded {
    path: PathBuf,
    film: PlateFile,
    next: u64,
    picture: PlatePicture,
}

/// An open Y4M film.
pub struct Y4m {
    path: PathBuf,
    reader: BufReader<File>,
    width: u32,
    height: u32,
    /// Bytes of the colours that follow a frame's brightness.
    colours: u64,
    fps: Option<f64>,
}

fn cannot_read(path: &Path, error: impl std::fmt::Display) -> LatencyFault {
    LatencyFault::CannotRead {
        path: path.to_owned(),
        reason: error.to_string(),
    }
}

impl Frames {
    /// Opens a film, or lists the pictures of a folder.
    pub fn open(path: &Path) -> Result<Self, LatencyFault> {
        if !path.is_dir() {
            return match is_coded(path)? {
                true => Coded::open(path).map(|film| Self::Coded(Box::new(film))),
                false => Y4m::open(path).map(Self::Film),
            };
        }
        let mut pictures = Vec::new();
        for entry in std::fs::read_dir(path).map_err(|e| cannot_read(path, e))? {
            let file = entry.map_err(|e| cannot_read(path, e))?.path();
            let extension = file.extension().and_then(|e| e.to_str());
            let extension = extension.unwrap_or_default().to_ascii_lowercase();
            if ["png", "jpg", "jpeg"].contains(&extension.as_str()) {
                pictures.push(file);
            }
        }
        pictures.sort();
        Ok(Self::Pictures(pictures.into_iter()))
    }

    /// Frames a second, if the film says so.
    pub fn fps(&self) -> Option<f64> {
        match self {
            Self::Film(film) => film.fps,
            Self::Coded(coded) => coded.fps(),
            Self::Pictures(_) => None,
        }
    }

    /// When the frame that was given last is shown, seconds after the first one, if the film says so of each.
    pub fn shown_s(&self) -> Option<f64> {
        match self {
            Self::Coded(coded) => coded.shown_s(),
            Self::Film(_) | Self::Pictures(_) => None,
        }
    }

    /// The next frame; `None` after the last one.
    pub fn next_frame(&mut self) -> Result<Option<Luma>, LatencyFault> {
        match self {
            Self::Film(film) => film.next_frame(),
            Self::Coded(coded) => coded.next_frame(),
            Self::Pictures(paths) => paths.next().map(|path| picture(&path)).transpose(),
        }
    }
}

fn picture(path: &Path) -> Result<Luma, LatencyFault> {
    let mut reader = image::ImageReader::open(path).map_err(|e| cannot_read(path, e))?;
    let mut limits = image::Limits::default();
    limits.max_image_width = Some(1 << 14);
    limits.max_image_height = Some(1 << 14);
    reader.limits(limits);
    let decoded = reader.decode().map_err(|e| cannot_read(path, e))?;
    let grey = decoded.to_luma8();
    Ok(Luma {
        width: grey.width(),
        height: grey.height(),
        pixels: grey.into_raw(),
    })
}

/// Whether a file begins like MP4 and QuickTime.
fn is_coded(path: &Path) -> Result<bool, LatencyFault> {
    let mut file = File::open(path).map_err(|e| cannot_read(path, e))?;
    let mut head = [0; 8];
    match file.read_exact(&mut head) {
        Ok(()) => Ok(&head[4..] == b"ftyp"),
        Err(e) if e.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(e) => Err(cannot_read(path, e)),
    }
}

impl Coded {
    fn open(path: &Path) -> Result<Self, LatencyFault> {
        let film = PlateFile::open(path).map_err(|fault| Self::fault(path, &fault))?;
        Ok(Self {
            path: path.to_owned(),
            film,
            next: 0,
            picture: PlatePicture::default(),
        })
    }

    fn fault(path: &Path, fault: &cyc_film::PlateFault) -> LatencyFault {
        // The reason alone: which file it is, is said with it.
        let args = fault.args();
        let reason = args.iter().find(|(name, _)| *name == "reason");
        LatencyFault::BadVideo {
            path: path.to_owned(),
            reason: reason.map_or_else(|| fault.to_string(), |(_, reason)| reason.clone()),
        }
    }

    fn fps(&self) -> Option<f64> {
        let [frames, seconds] = self.film.info().rate?;
        Some(f64::from(frames) / f64::from(seconds))
    }

    fn shown_s(&self) -> Option<f64> {
        let shown = self.film.shown_at(self.next.checked_sub(1)?)?;
        Some(shown.as_secs_f64())
    }

    fn next_frame(&mut self) -> Result<Option<Luma>, LatencyFault> {
        if self.next > self.film.info().last {
            return Ok(None);
        }
        let read = self.film.read(self.next, &mut self.picture);
        read.map_err(|fault| Self::fault(&self.path, &fault))?;
        self.next += 1;
        let PlateTexels::Srgb(codes) = &self.picture.texels else {
            return Ok(None);
        };
        let [width, height] = self.picture.size_px;
        let upright = Luma {
            width,
            height,
            pixels: codes.as_chunks().0.iter().map(brightness).collect(),
        };
        Ok(Some(upright.turned(self.film.quarter_turns())))
    }
}

/// The brightness of a pixel, of 255 (ITU-R BT.709 in parts of 256).
fn brightness(&[red, green, blue, _]: &[u8; 4]) -> u8 {
    let [red, green, blue] = [red, green, blue].map(u32::from);
    ((54 * red + 183 * green + 19 * blue) >> 8) as u8
}

impl Y4m {
    fn open(path: &Path) -> Result<Self, LatencyFault> {
        let bad = |what| LatencyFault::BadFilm {
            path: path.to_owned(),
            what,
        };
        let mut reader = BufReader::new(File::open(path).map_err(|e| cannot_read(path, e))?);
        let line = line(path, &mut reader)?;
        let mut words = line.split(' ');
        if words.next() != Some("YUV4MPEG2") {
            return Err(bad("YUV4MPEG2"));
        }
        let (mut width, mut height, mut fps, mut colours) = (0u32, 0u32, None, "420");
        for word in words {
            let Some((kind, value)) = word.split_at_checked(1) else {
                continue;
            };
            match kind {
                "W" => width = value.parse().unwrap_or(0),
                "H" => height = value.parse().unwrap_or(0),
                "F" => fps = rate(value),
                "C" => colours = value,
                _ => {}
            }
        }
        let pixels = u64::from(width) * u64::from(height);
        if pixels == 0 || pixels > PIXELS_MAX {
            return Err(bad("W, H"));
        }
        let half = |side: u32| u64::from(side.div_ceil(2));
        let colours = match colours {
            "mono" => 0,
            "420" | "420jpeg" | "420mpeg2" | "420paldv" => 2 * half(width) * half(height),
            "422" => 2 * half(width) * u64::from(height),
            "444" => 2 * pixels,
            _ => return Err(bad("C")),
        };
        Ok(Self {
            path: path.to_owned(),
            reader,
            width,
            height,
            colours,
            fps,
        })
    }

    fn next_frame(&mut self) -> Result<Option<Luma>, LatencyFault> {
        let line = line(&self.path, &mut self.reader)?;
        if line.is_empty() {
            return Ok(None);
        }
        let cut = |what| LatencyFault::BadFilm {
            path: self.path.clone(),
            what,
        };
        if !line.starts_with("FRAME") {
            return Err(cut("FRAME"));
        }
        let mut pixels = vec![0; self.width as usize * self.height as usize];
        let read = self.reader.read_exact(&mut pixels);
        read.map_err(|_| cut("FRAME"))?;
        let mut colours = self.reader.by_ref().take(self.colours);
        let skipped = std::io::copy(&mut colours, &mut std::io::sink());
        if skipped.map_err(|e| cannot_read(&self.path, e))? < self.colours {
            return Err(cut("FRAME"));
        }
        Ok(Some(Luma {
            width: self.width,
            height: self.height,
            pixels,
        }))
    }
}

/// A line of a header; empty at the end of the file.
fn line(path: &Path, reader: &mut BufReader<File>) -> Result<String, LatencyFault> {
    let mut bytes = Vec::new();
    let mut limited = reader.take(LINE_MAX);
    let read = limited.read_until(b'\n', &mut bytes);
    read.map_err(|e| cannot_read(path, e))?;
    Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
}

/// `24000:1001` as frames a second.
fn rate(written: &str) -> Option<f64> {
    let (above, below) = written.split_once(':')?;
    let (above, below): (f64, f64) = (above.parse().ok()?, below.parse().ok()?);
    let fps = above / below;
    (fps.is_finite() && fps > 0.0).then_some(fps)
}
