//! VMC: corpus and damage.

use crate::{corpus, damage};
use cyc_model::{HostNs, HumanBone, MocapFrame, Roster, SegmentInfo, SubjectInfo, Xf};
use cyc_wire::osc::{OscArgument, put_message};
use cyc_wire::vmc::{Decoder, Encoder};
use std::sync::Arc;

fn avatar() -> MocapFrame {
    let segment = |bone: &HumanBone| SegmentInfo {
        name: bone.vrm_name().to_owned(),
        parent: None,
        parent_from_segment: None,
    };
    let subject = SubjectInfo {
        name: "Ann".to_owned(),
        segments: HumanBone::ALL.iter().take(9).map(segment).collect(),
        markers: vec![],
    };
    let mut frame = MocapFrame::default();
    frame.reset(&Arc::new(Roster::build(vec![subject]).unwrap()));
    frame.segments.fill(Some(Xf::IDENTITY));
    frame
}

fn bundle() -> Vec<u8> {
    let mut datagrams = Vec::new();
    Encoder::default().encode_frame(&avatar(), &mut datagrams);
    datagrams.remove(0)
}

/// Whether the bytes, sent twice with a frame's time between, make a frame.
fn read(bytes: &[u8]) -> bool {
    let (mut decoder, mut out) = (Decoder::new("Ann"), MocapFrame::default());
    let mut is_whole = false;
    for heard in [0, 16_000_000, 32_000_000] {
        is_whole |= decoder.decode(bytes, HostNs(heard), &mut out) == Ok(true);
        assert_eq!(out.segments.len(), out.roster.segment_count());
    }
    is_whole
}

#[test]
fn the_corpus() {
    let good = bundle();
    let message = |address: &str, arguments: &[OscArgument<'_>]| {
        let mut bytes = Vec::new();
        put_message(address, arguments, &mut bytes);
        bytes
    };
    let name = OscArgument::Text("Hips");
    let seeds = [
        ("good_bones.bin", good.clone()),
        ("cut_in_a_bone.bin", good[..good.len() - 6].to_vec()),
        (
            "time_alone.bin",
            message("/VMC/Ext/T", &[OscArgument::Float(1.8e9)]),
        ),
        ("unknown_address.bin", message("/VMC/Ext/Nonsense", &[name])),
        (
            "last_bone.bin",
            message("/VMC/Ext/Bone/Pos", &[OscArgument::Text("LastBone")]),
        ),
    ];
    corpus::run("vmc", &seeds, read);
}

#[test]
fn damage_is_survived() {
    damage::inflict(&bundle(), 2000, |bytes| {
        read(bytes);
    });
}
