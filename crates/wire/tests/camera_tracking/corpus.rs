//! What the corpus calls good is a frame, and everything else is refused or shows nothing.

use cyc_model::{HostNs, MocapFrame};
use cyc_wire::{freed, mosys_f4, opentrackio, posistagenet};

fn files(protocol: &str) -> Vec<(String, Vec<u8>)> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus/");
    let files = std::fs::read_dir(format!("{folder}{protocol}")).unwrap();
    let named = files.map(|f| f.unwrap()).map(|f| {
        let name = f.file_name().into_string().unwrap();
        (name, std::fs::read(f.path()).unwrap())
    });
    named.collect()
}

fn judge(protocol: &str, decode: impl Fn(&[u8], &mut MocapFrame) -> Option<bool>) {
    let all = files(protocol);
    assert!(
        all.iter()
            .filter(|(name, _)| name.starts_with("good"))
            .count()
            >= 2
    );
    for (name, bytes) in all {
        let mut frame = MocapFrame::default();
        let whole = decode(&bytes, &mut frame);
        let seen = frame.segments.iter().flatten().count();
        if name.starts_with("good_info") {
            assert_eq!(whole, Some(false), "{protocol}/{name}");
        } else if name.starts_with("good") {
            assert_eq!(whole, Some(true), "{protocol}/{name}");
            assert!(seen > 0, "{protocol}/{name} shows nothing");
        } else {
            let shows = whole == Some(true) && seen > 0;
            assert!(
                !shows || name.starts_with("not_finite"),
                "{protocol}/{name}"
            );
        }
    }
}

#[test]
fn every_good_file_is_a_frame() {
    judge("freed", |bytes, out| {
        freed::Decoder::default()
            .decode(bytes, HostNs(0), out)
            .ok()
            .map(|_| true)
    });
    judge("mosys_f4", |bytes, out| {
        mosys_f4::Decoder::default()
            .decode(bytes, HostNs(0), out)
            .ok()
            .map(|_| true)
    });
    judge("opentrackio", |bytes, out| {
        opentrackio::Decoder::default()
            .decode(bytes, HostNs(0), out)
            .ok()
    });
    judge("posistagenet", |bytes, out| {
        posistagenet::Decoder::default()
            .decode(bytes, HostNs(0), out)
            .ok()
    });
}

#[test]
fn two_segments_of_the_corpus_are_one_sample() {
    let read = |name: &str| {
        let all = files("opentrackio");
        all.into_iter().find(|(n, _)| n == name).unwrap().1
    };
    let (whole, first, last) = (
        read("good_json.bin"),
        read("segment_first.bin"),
        read("segment_last.bin"),
    );
    let (mut a, mut b) = (MocapFrame::default(), MocapFrame::default());
    opentrackio::Decoder::default()
        .decode(&whole, HostNs(0), &mut a)
        .unwrap();
    let mut decoder = opentrackio::Decoder::default();
    assert!(!decoder.decode(&last, HostNs(0), &mut b).unwrap());
    assert!(decoder.decode(&first, HostNs(0), &mut b).unwrap());
    assert_eq!(
        (a.segments, a.lenses, a.timecode),
        (b.segments, b.lenses, b.timecode)
    );
}
