//! Plates from files that others wrote (x264 and libavformat, `plates/make.py`) or that are written here byte by byte, and
//! what becomes of files that lie, are cut off, or have holes.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use cyc_film::{
    FilmWriter, LightPicture, Picture, PlateFault, PlateFile, PlateInfo, PlatePicture, PlatePlayer,
    PlateTexels, PlayRange,
};
use half::f16;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn film() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/plates/bframes.mp4")
}

fn codes(picture: &PlatePicture) -> &[u8] {
    match &picture.texels {
        PlateTexels::Srgb(codes) => codes,
        PlateTexels::Light(_) => panic!("light"),
    }
}

fn light(picture: &PlatePicture) -> Vec<f32> {
    match &picture.texels {
        PlateTexels::Light(light) => light.iter().map(|v| v.to_f32()).collect(),
        PlateTexels::Srgb(_) => panic!("codes"),
    }
}

fn texel(picture: &PlatePicture, x: usize, y: usize) -> [u8; 4] {
    let first = (y * picture.size_px[0] as usize + x) * 4;
    codes(picture)[first..first + 4].try_into().unwrap()
}

/// The number that a frame of the film shows, by the grey of its left half and the colour of its right half.
fn number_in(picture: &PlatePicture) -> u64 {
    // The bar is over the first place in frame 2.
    let [grey, ..] = texel(picture, 1, 20);
    let [other, ..] = texel(picture, 30, 20);
    let grey = if grey > 240 { other } else { grey };
    let number = (f64::from(grey) - 20.0) / 10.0;
    assert!((number - number.round()).abs() < 0.35, "{grey}");
    let [r, g, b, a] = texel(picture, 90, 20);
    let strongest = [r, g, b]
        .iter()
        .position(|c| *c == r.max(g).max(b))
        .unwrap();
    assert_eq!(strongest as u64, number.round() as u64 % 3);
    assert_eq!(a, 255);
    number.round() as u64
}

#[test]
fn a_film_with_b_frames_and_open_groups_gives_any_frame_in_any_order() {
    let mut plate = PlateFile::open(&film()).unwrap();
    let info = PlateInfo {
        size_px: [96, 64],
        first: 0,
        last: 19,
        rate: Some([25, 1]),
    };
    assert_eq!(plate.info(), info);
    let mut picture = PlatePicture::default();
    for frame in (0..20).chain([19, 3, 3, 18, 0, 9, 10, 8, 17, 5, 6, 7, 16, 1]) {
        plate.read(frame, &mut picture).unwrap();
        assert_eq!(number_in(&picture), frame);
    }
    // BT.709, limited range, as its parameter set says; by BT.601 the red would be 15 codes off.
    plate.read(3, &mut picture).unwrap();
    for (got, truth) in texel(&picture, 90, 20).into_iter().zip([200, 40, 40]) {
        assert!(got.abs_diff(truth) <= 3, "{got} {truth}");
    }
    // Shown in order, whatever the order of coding, 25 a second.
    for frame in 0..20 {
        let at = Duration::from_millis(40 * frame);
        assert_eq!(plate.shown_at(frame), Some(at), "{frame}");
    }
    assert_eq!((plate.shown_at(20), plate.quarter_turns()), (None, 0));
    let beyond = plate.read(20, &mut picture).unwrap_err();
    assert!(
        matches!(beyond, PlateFault::Broken { frame: 20, .. }),
        "{beyond}"
    );
}

#[test]
fn films_of_this_house_come_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.mp4");
    let mut writer = FilmWriter::create(&path, 64, 48, 24.0).unwrap();
    for frame in 0..30u8 {
        let rgba = [frame * 8, 100, 200 - frame * 4, 255];
        writer.frame(&rgba.repeat(64 * 48)).unwrap();
    }
    writer.finish().unwrap();
    let mut plate = PlateFile::open(&path).unwrap();
    assert_eq!(plate.info().last, 29);
    let [above, below] = plate.info().rate.unwrap();
    assert!((f64::from(above) / f64::from(below) - 24.0).abs() < 0.01);
    let mut picture = PlatePicture::default();
    for frame in [0u8, 29, 11, 12] {
        plate.read(u64::from(frame), &mut picture).unwrap();
        let truth = [frame * 8, 100, 200 - frame * 4, 255];
        for (got, truth) in texel(&picture, 20, 20).into_iter().zip(truth) {
            assert!(got.abs_diff(truth) <= 4, "{frame}: {got} {truth}");
        }
    }
}

#[test]
fn a_film_cut_off_anywhere_or_bent_anywhere_panics_nowhere() {
    let whole = std::fs::read(film()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("cut.mp4");
    let mut picture = PlatePicture::default();
    let mut opened = 0;
    for cut in (0..whole.len()).step_by(37) {
        std::fs::write(&path, &whole[..cut]).unwrap();
        opened += u32::from(PlateFile::open(&path).is_ok());
    }
    // Its tables stand at the end.
    assert_eq!(opened, 0);
    for at in (0..whole.len()).step_by(11) {
        let mut bent = whole.clone();
        bent[at] ^= 0xff;
        std::fs::write(&path, &bent).unwrap();
        if let Ok(mut plate) = PlateFile::open(&path) {
            for frame in [0, 7, 19] {
                let _ = plate.read(frame, &mut picture);
            }
        }
    }
}

/// With its tables first, as films for the net are: cut off, it has its first half.
#[test]
fn a_film_that_breaks_off_halfway_holds_the_last_picture_and_says_why() {
    let whole = std::fs::read(film()).unwrap();
    let damaged = {
        // The coded frames begin after the first box or two; from the tenth on they are noise.
        let mut bytes = whole.clone();
        let data = bytes.windows(4).position(|w| w == b"mdat").unwrap() + 4;
        let moov = bytes.windows(4).position(|w| w == b"moov").unwrap() - 4;
        let middle = data + (moov - data) * 3 / 4;
        for byte in &mut bytes[middle..moov] {
            *byte = 0xff;
        }
        bytes
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("damaged.mp4");
    std::fs::write(&path, damaged).unwrap();
    let plate = PlateFile::open(&path).unwrap();
    let range = PlayRange::new(&plate.info(), None, None, false).unwrap();
    let mut player = PlatePlayer::start(plate, range, 0).unwrap();
    let mut last = 0;
    let began = Instant::now();
    for position in 0..20 {
        let until = Instant::now() + Duration::from_millis(300);
        while Instant::now() < until && player.fault().is_none() {
            if let Some((picture, true)) = player.due(position) {
                last = number_in(picture);
                break;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    }
    assert!(began.elapsed() < Duration::from_secs(20));
    assert!((4..19).contains(&last), "{last}");
    let Some(PlateFault::Broken { frame, .. }) = player.fault() else {
        panic!("{:?}", player.fault());
    };
    assert!(frame >= last, "{frame} {last}");
    let held = player.due(19).map(|(picture, _)| number_in(picture));
    assert!(held >= Some(last), "{held:?}");
    assert!(player.counts().broken > 0);
}

#[test]
fn a_player_goes_round_and_follows_a_jump() {
    let plate = PlateFile::open(&film()).unwrap();
    let range = PlayRange::new(&plate.info(), Some(4), Some(9), true).unwrap();
    assert_eq!([range.first, range.count], [4, 6]);
    let mut player = PlatePlayer::start(plate, range, 0).unwrap();
    let mut wait_for = |position: u64| {
        let until = Instant::now() + Duration::from_secs(10);
        loop {
            let shown = player.due(position).map(|(picture, _)| number_in(picture));
            if shown == Some(range.frame(position)) || Instant::now() > until {
                return shown;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
    };
    for position in 0..15 {
        assert_eq!(wait_for(position), Some(4 + position % 6));
    }
    assert_eq!(wait_for(1000), Some(4 + 1000 % 6), "far ahead");
    assert_eq!(wait_for(3), Some(7), "and back");
    let counts = player.counts();
    assert!(counts.shown >= 17 && counts.broken == 0, "{counts:?}");
    // Drawn at a quarter of its rate, it is ahead by quarters: what is due next is there at the first asking.
    let mut at_once = 0;
    for position in (100..300).step_by(4) {
        let shown = player.due(position).map(|(picture, _)| number_in(picture));
        at_once += u32::from(shown == Some(range.frame(position)));
        std::thread::sleep(Duration::from_millis(15));
    }
    assert!(at_once > 5, "{at_once}");
    // Nobody waited for those.
    for position in 2000..2100 {
        player.due(position);
    }
    assert!(player.counts().late >= 90, "{:?}", player.counts());
}

#[test]
fn stills_of_every_kind_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let mut picture = PlatePicture::default();
    let mut read = |name: &str| {
        PlateFile::open(&at(name))
            .unwrap()
            .read(0, &mut picture)
            .unwrap();
        picture.clone()
    };
    let rgba: Vec<u8> = (0..4 * 6)
        .map(|n| if n % 4 == 3 { 255 } else { n * 9 })
        .collect();
    Picture::new(3, 2, rgba.clone())
        .unwrap()
        .write_png(&at("a.png"))
        .unwrap();
    let png = read("a.png");
    assert_eq!((png.size_px, codes(&png)), ([3, 2], rgba.as_slice()));

    let values: Vec<f16> = (0..4 * 6).map(|n| f16::from_f32(n as f32 * 1.5)).collect();
    let exr = LightPicture::new(3, 2, values.clone(), 100.0).unwrap();
    exr.write_exr(&at("a.exr")).unwrap();
    let exr = light(&read("a.exr"));
    for (nth, value) in exr.iter().enumerate() {
        let truth = if nth % 4 == 3 { 1.0 } else { nth as f32 * 1.5 };
        assert_eq!(*value, truth, "{nth}");
    }

    // Radiance HDR by hand: a header, then red, green, blue and exponent. 128 of exponent 130 is 128/256 × 2^2 = 2.
    let mut hdr = b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 2\n".to_vec();
    hdr.extend([128, 64, 0, 130, 128, 128, 128, 129]);
    std::fs::write(at("a.hdr"), hdr).unwrap();
    let hdr = light(&read("a.hdr"));
    for (got, truth) in hdr.iter().zip([2.0, 1.0, 0.0, 1.0, 1.0, 1.0, 1.0, 1.0]) {
        assert!((got - truth).abs() < 0.02, "{hdr:?}");
    }

    let jpeg = Picture::filled(16, 16, [200, 100, 50, 255])
        .to_jpeg(95)
        .unwrap();
    std::fs::write(at("a.jpg"), jpeg).unwrap();
    let jpeg = read("a.jpg");
    for (got, truth) in texel(&jpeg, 8, 8).into_iter().zip([200, 100, 50, 255]) {
        assert!(got.abs_diff(truth) <= 3, "{got} {truth}");
    }
}

#[test]
fn a_sequence_counts_by_its_names_and_misses_what_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    for number in [1001, 1002, 1004] {
        let grey = (number - 1000) as u8 * 10;
        let path = folder.path().join(format!("fire.{number}.png"));
        Picture::filled(4, 4, [grey, grey, grey, 255])
            .write_png(&path)
            .unwrap();
    }
    std::fs::write(folder.path().join("fire.1003.txt"), "x").unwrap();
    let mut plate = PlateFile::open(&folder.path().join("fire.####.png")).unwrap();
    let info = plate.info();
    assert_eq!([info.first, info.last], [1001, 1004]);
    let mut picture = PlatePicture::default();
    plate.read(1004, &mut picture).unwrap();
    assert_eq!(texel(&picture, 1, 1), [40, 40, 40, 255]);
    let hole = plate.read(1003, &mut picture).unwrap_err();
    assert!(
        matches!(hole, PlateFault::Broken { frame: 1003, .. }),
        "{hole}"
    );
    assert!(PlayRange::new(&info, Some(2000), None, true).is_none());
    let range = PlayRange::new(&info, Some(1002), Some(1_000_000), false).unwrap();
    assert_eq!(
        [range.frame(0), range.frame(2), range.frame(99)],
        [1002, 1004, 1004]
    );
    let none = PlateFile::open(&folder.path().join("smoke.####.png"));
    assert!(matches!(none, Err(PlateFault::EmptySequence { .. })));
}

#[test]
fn what_is_too_large_or_of_no_kind_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wide.hdr");
    std::fs::write(
        &path,
        b"#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 9 +X 70000\n",
    )
    .unwrap();
    let wide = PlateFile::open(&path).err().unwrap();
    assert!(
        matches!(
            wide,
            PlateFault::TooLarge {
                width_px: 70_000,
                ..
            }
        ),
        "{wide}"
    );
    let path = folder.path().join("text.mov");
    std::fs::write(&path, "no film, but a text that is long enough").unwrap();
    let text = PlateFile::open(&path).err().unwrap();
    assert!(matches!(text, PlateFault::UnknownKind { .. }), "{text}");
    let gone = PlateFile::open(&folder.path().join("gone.png"))
        .err()
        .unwrap();
    assert!(matches!(gone, PlateFault::CannotRead { .. }), "{gone}");
}
