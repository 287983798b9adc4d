//! The same points as PyPI `ezc3d` reads, from real files and from files written here in every form.
//!
//! The two differ in one thing. The format's guide ("Notes for programmers: integer 3D data") puts the cameras into the
//! high byte of the fourth word, since its top bit is the sign, and the residual into the low one; ezc3d 1.7 takes them
//! the other way round. So its residual is compared with our cameras, and its cameras with our residual.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod c3d_writer;

use c3d_writer::{C3dFile, Form, RawPoint, Value};
use cyc_model::Point;
use cyc_take::c3d::{C3dHead, C3dPoint, C3dTake, read, write};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The interpreter that has `ezc3d`; `None` after having said why the test is skipped.
fn peer_python() -> Option<PathBuf> {
    let named = std::env::var_os("CYC_PEER_PYTHON").map(PathBuf::from);
    let works = |p: &PathBuf| {
        let import = Command::new(p).args(["-c", "import ezc3d"]).output();
        import.is_ok_and(|o| o.status.success())
    };
    let usable = named.filter(works);
    if usable.is_none() {
        let required = std::env::var("CYC_PEERS").is_ok_and(|v| v == "required");
        assert!(
            !required,
            "CYC_PEERS=required, but no Python with `ezc3d` was found"
        );
        eprintln!("SKIPPED: no Python with `ezc3d` (set CYC_PEER_PYTHON)");
    }
    usable
}

/// What the peer read of one file.
struct Peer {
    labels: Vec<String>,
    frames: usize,
    rate_hz: f64,
    /// x, y, z, residual and camera flags of each point, frame after frame.
    values: Vec<[f64; 5]>,
}

impl Peer {
    fn parse(bytes: &[u8]) -> Self {
        let mut rest = bytes;
        let mut line = || {
            let end = rest.iter().position(|b| *b == b'\n').unwrap();
            let line = String::from_utf8(rest[..end].to_vec()).unwrap();
            rest = &rest[end + 1..];
            line
        };
        let head = line();
        let mut head = head.split(' ');
        let points: usize = head.next().unwrap().parse().unwrap();
        let frames = head.next().unwrap().parse().unwrap();
        let rate_hz = head.next().unwrap().parse().unwrap();
        let labels = (0..points).map(|_| line()).collect();
        let number = |b: &[u8]| f64::from_le_bytes(b.try_into().unwrap());
        let five = |b: &[u8]| std::array::from_fn(|i| number(&b[8 * i..8 * i + 8]));
        Self {
            labels,
            frames,
            rate_hz,
            values: rest.chunks_exact(40).map(five).collect(),
        }
    }
}

fn read_with_peer(python: &Path, folder: &Path, files: &[PathBuf]) -> Vec<Peer> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/peers/read_c3d.py");
    let out = |i: usize| folder.join(format!("{i}.out"));
    let mut command = Command::new(python);
    command.arg(script);
    for (i, file) in files.iter().enumerate() {
        command.arg(file).arg(out(i));
    }
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}");
    let read = |i| Peer::parse(&std::fs::read(out(i)).unwrap());
    (0..files.len()).map(read).collect()
}

/// Compares every point of a Z-up file in millimetres; returns how many were seen.
fn compare(name: &str, take: &C3dTake, peer: &Peer, scale_mm: f64) -> usize {
    assert_eq!(take.frame_count(), peer.frames, "{name}");
    assert!((take.rate_hz() - peer.rate_hz).abs() < 1e-9, "{name}");
    let n = peer.labels.len();
    assert_eq!(peer.values.len(), n * peer.frames);
    assert_eq!(
        take.labels().len() + take.skipped_labels().len(),
        n,
        "{name}"
    );
    let mut seen = 0;
    for (column, label) in take.labels().iter().enumerate() {
        let written = match &label.subject {
            Some(subject) => format!("{subject}:{}", label.name),
            None => label.name.clone(),
        };
        let theirs = peer.labels.iter().position(|l| *l == written).unwrap();
        for frame in 0..peer.frames {
            let [x, y, z, residual, cameras] = peer.values[frame * n + theirs];
            let place = format!("{name}: {written} in frame {frame}: {x} {y} {z}");
            let Some(point) = take.frame(frame)[column] else {
                assert!(x.is_nan() || (x, y, z) == (0.0, 0.0, 0.0), "{place}");
                continue;
            };
            let expected = glam::DVec3::new(x, z, -y) * 1e-3;
            assert!(
                point.metres().distance(expected) < 1e-9,
                "{place}, ours {point:?}"
            );
            let ours = take.measurement(frame, column).unwrap();
            let their_word_mm = f64::from(ours.cameras) * scale_mm;
            assert!(
                (their_word_mm - residual).abs() < 1e-6,
                "{place}: {ours:?} {residual}"
            );
            let low = (ours.residual_m * 1e3 / scale_mm).round() as u32;
            assert_eq!(low & 0x7f, cameras as u32, "{place}: {ours:?}");
            seen += 1;
        }
    }
    seen
}

#[test]
fn the_shared_recordings() {
    let Some(python) = peer_python() else { return };
    let mut root = Path::new(env!("CARGO_MANIFEST_DIR"));
    while !root.join("Cargo.lock").exists() {
        root = root.parent().unwrap();
    }
    let shared = root.join("../shared/data");
    if !shared.is_dir() {
        let required = std::env::var("CYC_SHARED").is_ok_and(|v| v == "required");
        assert!(
            !required,
            "CYC_SHARED=required, but ../shared/data is not there"
        );
        eprintln!("SKIPPED: ../shared/data is not there");
        return;
    }
    let names = [
        ("pycgm/Static_trial.c3d", 75_000),
        ("pycgm/Movement_trial.c3d", 50_000),
        ("cmu/cmu_02_05.c3d", 76_000),
        ("cmu/cmu_dribble_shoot_basketball.c3d", 20_000),
    ];
    let files = names.map(|(name, _)| shared.join(name));
    let folder = tempfile::tempdir().unwrap();
    let peers = read_with_peer(&python, folder.path(), &files);
    for (((name, least), file), peer) in names.iter().zip(&files).zip(&peers) {
        let bytes = std::fs::read(file).unwrap();
        let take = read(&bytes).unwrap();
        let seen = compare(name, &take, peer, scale_mm(&bytes));
        eprintln!("{name}: {seen} points equal");
        assert!(seen >= *least, "{name}: {seen}");
    }
}

/// The size of the header's scale.
fn scale_mm(file: &[u8]) -> f64 {
    let section = (usize::from(file[0]) - 1) * 512;
    let b: [u8; 4] = file[12..16].try_into().unwrap();
    let scale = match file[section + 3] {
        85 => f32::from_le_bytes([b[2], b[3], b[0], b[1]]) / 4.0,
        86 => f32::from_be_bytes(b),
        _ => f32::from_le_bytes(b),
    };
    f64::from(scale).abs()
}

/// Points all over the range, some not seen, with cameras and residuals.
fn points(frame: usize, count: usize) -> Vec<RawPoint> {
    let point = |p: usize| {
        let k = (frame * 7919 + p * 104_729) % 60_001;
        let at = [k as f32 - 30_000.0, (k / 3) as f32, 17.0 - (k % 977) as f32];
        let word = (k % 0x8000) as u16;
        (!(frame + p).is_multiple_of(11)).then_some((at, word))
    };
    (0..count).map(point).collect()
}

#[test]
fn every_form_with_more_points_than_a_parameter_holds() {
    let Some(python) = peer_python() else { return };
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<String> = (0..300).map(|i| format!("Ann:M{i}")).collect();
    let labels: Vec<&str> = names.iter().map(String::as_str).collect();
    let (mut files, mut written) = (Vec::new(), Vec::new());
    for form in [Form::Intel, Form::Dec] {
        for floats in [true, false] {
            let frames = (0..20).map(|f| points(f, labels.len())).collect();
            let mut file = C3dFile::new(form, floats, &labels, frames);
            file.scale = 0.25;
            file.analog_per_frame = 3;
            // What the peer asks for beyond what the format asks for.
            let none = || Value::Texts(vec!["a".into(), "b".into(), "c".into()]);
            let ones = || Value::Floats(vec![3], vec![1.0; 3]);
            file.parameters.push(("ANALOG", "LABELS", none()));
            file.parameters
                .push(("ANALOG", "GEN_SCALE", Value::Floats(vec![], vec![1.0])));
            file.parameters.push(("ANALOG", "SCALE", ones()));
            file.parameters
                .push(("ANALOG", "OFFSET", Value::Integers(vec![0; 3])));
            let path = folder.path().join(format!("{form:?}-{floats}.c3d"));
            std::fs::write(&path, file.bytes()).unwrap();
            files.push(path);
            written.push(file);
        }
    }
    let peers = read_with_peer(&python, folder.path(), &files);
    for ((path, file), peer) in files.iter().zip(&written).zip(&peers) {
        let take = read(&std::fs::read(path).unwrap()).unwrap();
        let name = format!("{:?}, floats: {}", file.form, file.floats);
        let seen = compare(&name, &take, peer, 0.25);
        assert!(seen > 5000, "{name}: {seen}");
        // The peer does not read SGI's form, so a file of it must say what its twin says.
        let twin = C3dFile {
            form: Form::Sgi,
            ..file.clone()
        };
        let twin = read(&twin.bytes()).unwrap();
        assert_eq!(twin.points(), take.points(), "{name}");
        let measured = |t: &C3dTake| (0..300).map(|i| t.measurement(7, i)).collect::<Vec<_>>();
        assert_eq!(measured(&twin), measured(&take), "{name}");
    }
}

#[test]
fn what_we_write_is_read_by_the_peer_and_by_us() {
    let folder = tempfile::tempdir().unwrap();
    // More labels than a parameter holds, and more frames than the header's numbers do.
    let sizes = [(300, 20, 1), (3, 70_000, 5)];
    let (mut files, mut written) = (Vec::new(), Vec::new());
    for (labels, count, first_frame) in sizes {
        let head = C3dHead {
            rate_hz: 119.88,
            first_frame,
            labels: (0..labels).map(|i| format!("Ann:M{i}")).collect(),
        };
        let point = |k: usize| {
            let [x, y, z] = [k as f64 * 1e-4, 1.5, 0.25 - k as f64 * 1e-3];
            (!k.is_multiple_of(11)).then(|| C3dPoint {
                at: Point::new(glam::DVec3::new(x, y, z)).unwrap(),
                is_seen: !k.is_multiple_of(7),
            })
        };
        let frames: Vec<Vec<_>> = (0..count)
            .map(|f| (0..labels).map(|p| point((f + p) % 1000)).collect())
            .collect();
        let bytes = write(&head, &frames).unwrap();
        let take = read(&bytes).unwrap();
        assert_eq!(take.frame_count(), count);
        assert_eq!(u64::from(take.first_frame()), first_frame);
        assert_eq!(take.labels().len(), labels);
        assert_eq!(take.labels()[labels - 1].subject.as_deref(), Some("Ann"));
        for f in [0, 1, 13, count - 1] {
            for p in [0, 1, labels - 1] {
                let (given, got) = (frames[f][p], take.frame(f)[p]);
                assert_eq!(given.is_some(), got.is_some());
                let (Some(given), Some(got)) = (given, got) else {
                    continue;
                };
                assert!(given.at.metres().distance(got.metres()) < 1e-6);
                let measured = take.measurement(f, p).unwrap();
                assert_eq!(measured.residual_m > 0.0, given.is_seen);
                assert_eq!(measured.cameras > 0, given.is_seen);
            }
        }
        let path = folder.path().join(format!("{labels}.c3d"));
        std::fs::write(&path, bytes).unwrap();
        files.push(path);
        written.push(frames);
    }
    let Some(python) = peer_python() else { return };
    let peers = read_with_peer(&python, folder.path(), &files);
    for (peer, frames) in peers.iter().zip(&written) {
        assert_eq!(peer.frames, frames.len());
        let labels = frames[0].len();
        assert_eq!(peer.labels[labels - 1], format!("Ann:M{}", labels - 1));
        assert!((peer.rate_hz - 119.88).abs() < 1e-4);
        for (given, [x, y, z, ..]) in frames.iter().flatten().zip(&peer.values) {
            let Some(given) = given else {
                assert!(x.is_nan(), "{x}");
                continue;
            };
            let got = glam::DVec3::new(*x, *z, -*y) * 1e-3;
            assert!(got.distance(given.at.metres()) < 1e-6, "{got} {given:?}");
        }
    }
}

#[test]
fn what_is_too_large_is_refused_with_the_limit() {
    let head = C3dHead {
        rate_hz: 120.0,
        first_frame: 1,
        labels: (0..70_000).map(|i| i.to_string()).collect(),
    };
    let refused = write(&head, &[]).unwrap_err();
    assert_eq!(
        refused.to_string(),
        "70000 points, and a C3D file holds 65535"
    );
}
