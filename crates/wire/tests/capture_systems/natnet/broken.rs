//! Broken, cut and hostile bytes.

use super::golden::{frame, info, model};
use super::{client, served};
use crate::{corpus, damage};
use cyc_model::{HostNs, MocapFrame, SUBJECTS_MAX, UNLABELLED_MAX};
use cyc_wire::WireError;
use cyc_wire::natnet::{Client, ClientSettings, Server, ServerSettings, Version};

/// Gives bytes to a client that knows the models of `version`, and to a server. Whether the client took them.
fn drive(known: &Version, bytes: &[u8]) -> bool {
    let version = [known.major, known.minor];
    let mut ours = client(ClientSettings::default(), &info(version), &model(version));
    let mut frame = MocapFrame::default();
    let taken = ours.take(bytes, HostNs(0), &mut frame).is_ok();
    assert!(frame.unlabelled.len() <= UNLABELLED_MAX);
    assert!(ours.roster().unwrap().subjects().len() <= SUBJECTS_MAX);
    let mut server = Server::new(ServerSettings::default());
    let mut answer = Vec::new();
    let _ = server.take(bytes, &mut answer);
    assert!(answer.len() < 1000);
    taken
}

#[test]
fn damage_is_survived() {
    for version in [Version::V3_0, Version::V4_1] {
        let raw = [version.major, version.minor];
        for good in [info(raw), model(raw), frame(raw, 0)] {
            assert!(drive(&version, &good));
            damage::inflict(&good, 500, |bytes| {
                drive(&version, bytes);
            });
        }
        // A frame that is cut is never taken: its end is where its times are.
        let good = frame(raw, 0);
        for cut in 0..good.len() - 4 {
            assert!(!drive(&version, &good[..cut]), "cut at {cut}");
        }
    }
}

#[test]
fn too_many_subjects_and_broken_trees_are_refused_with_their_reason() {
    let mut all = (65u32).to_le_bytes().to_vec();
    for i in 0..65u8 {
        all.extend_from_slice(&[0, 0, 0, 0, b'A' + i % 26, b'a' + i / 26, 0, 0, 0, 0, 0]);
    }
    let mut ours = Client::new(ClientSettings::default());
    let mut out = MocapFrame::default();
    ours.take(&info([3, 1]), HostNs(0), &mut out).unwrap();
    let message = [&[5, 0, 0, 0], all.as_slice()].concat();
    let error = ours.take(&message, HostNs(0), &mut out).unwrap_err();
    assert_eq!(error.key(), "natnet-roster-too-many");
    let mut cycle = vec![5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0];
    cycle.extend_from_slice(b"Bo\0\x02\0\0\0\x02\0\0\0");
    for (name, id, parent) in [(b'a', 1, 2), (b'b', 2, 1)] {
        cycle.extend_from_slice(&[name, 0, id, 0, 0, 0, parent, 0, 0, 0]);
        cycle.extend_from_slice(&[0; 16]);
    }
    let error = ours.take(&cycle, HostNs(0), &mut out).unwrap_err();
    assert_eq!(error.key(), "natnet-broken-tree");
    let large = vec![0; cyc_wire::natnet::limits::DATAGRAM_MAX + 1];
    let error = ours.take(&large, HostNs(0), &mut out).unwrap_err();
    assert_eq!(error.key(), "natnet-too-large");
}

#[test]
fn the_corpus_of_4_1() {
    let good = frame([4, 1], 4);
    let mut huge = good.clone();
    huge[8..12].copy_from_slice(&u32::MAX.to_le_bytes());
    let mut long = good.clone();
    long[12..16].copy_from_slice(&u32::MAX.to_le_bytes());
    let [_, models, scene] = served(Version::V4_1);
    let seeds = [
        ("good_frame.bin", good.clone()),
        ("good_scene.bin", scene),
        ("good_models.bin", model([4, 1])),
        ("good_models_of_a_scene.bin", models.clone()),
        ("good_server_information.bin", info([4, 5])),
        ("cut_in_the_labelled_markers.bin", good[..400].to_vec()),
        ("cut_in_the_models.bin", models[..models.len() / 2].to_vec()),
        ("count_of_sets_is_huge.bin", huge),
        ("section_longer_than_datagram.bin", long),
        ("header_cut.bin", vec![7, 0, 1]),
        ("bitstream_2_10.bin", info([2, 10])),
    ];
    corpus::run("natnet", &seeds, |bytes| drive(&Version::V4_1, bytes));
}
