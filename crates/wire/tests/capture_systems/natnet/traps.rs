//! One test for each thing that readers and writers of this protocol are known to get wrong.

use super::golden::{frame, info, model};
use super::{Pair, client, frame_of, served};
use crate::sameness::{SINGLE_M, SINGLE_RAD, same_values};
use crate::scene;
use cyc_model::{HostNs, MocapFrame, Nanos};
use cyc_wire::UpAxis;
use cyc_wire::natnet::{
    BoneSpace, ClientEvent, ClientSettings, Server, ServerSettings, Version, Wish,
};
use std::net::SocketAddr;

#[test]
fn connect_is_answered_whatever_its_length() {
    for bytes in [0, 5, 264, 270, 1000] {
        let mut server = Server::new(ServerSettings::default());
        let mut connect = vec![0, 0, 0, 0];
        connect.resize(4 + bytes, b'x');
        let mut answer = Vec::new();
        assert_eq!(server.take(&connect, &mut answer), Ok(Wish::DataPort));
        assert_eq!((answer.len(), &answer[..2]), (283, &[1, 0][..]), "{bytes}");
    }
}

#[test]
fn unicast_goes_to_the_command_socket_and_to_the_data_port() {
    let client = SocketAddr::from(([127, 0, 0, 1], 40_000));
    let mut server = Server::new(ServerSettings::default());
    let data = SocketAddr::from(([127, 0, 0, 1], 1511));
    let keep_alive = server.take(&[10, 0, 0, 0], &mut Vec::new()).unwrap();
    assert_eq!(server.receivers_of(client, keep_alive), [client, data]);
    assert_eq!(server.receivers_of(data, keep_alive), [data]);
    assert_eq!(server.receivers_of(client, Wish::DataPort), [data]);
    server.settings_mut().multicast = Some([239, 255, 42, 99].into());
    assert_eq!(server.receivers_of(client, keep_alive), []);
}

#[test]
fn sections_have_sizes_from_4_1_on_and_marker_names_from_4_0_on() {
    // A reader that is off by one version reads garbage or fails: each frame is read by its own version only.
    let versions = [[3, 1], [4, 0], [4, 1]];
    for sent in versions {
        for read in versions {
            let mut ours = client(ClientSettings::default(), &info(read), &model(read));
            let mut got = MocapFrame::default();
            let taken = ours.take(&frame(sent, 0), HostNs(0), &mut got);
            let same_layout = (sent >= [4, 1]) == (read >= [4, 1]);
            assert_eq!(taken.is_ok(), same_layout, "{sent:?} as {read:?}");
            let mut ours = cyc_wire::natnet::Client::new(ClientSettings::default());
            ours.take(&info(read), HostNs(0), &mut got).unwrap();
            let models = ours.take(&model(sent), HostNs(0), &mut got);
            let expected = ["Bo", "Wand"];
            let understood = models.is_ok_and(|_| {
                let roster = ours.roster().cloned().unwrap_or_default();
                let names: Vec<_> = roster.subjects().iter().map(|s| s.name.clone()).collect();
                names.starts_with(&expected.map(str::to_owned))
            });
            assert_eq!(understood, sent == read, "{sent:?} as {read:?}");
        }
    }
}

#[test]
fn the_size_in_the_header_is_not_believed() {
    let mut ours = client(ClientSettings::default(), &info([4, 1]), &model([4, 1]));
    let mut datagram = frame([4, 1], 0);
    datagram[2..4].copy_from_slice(&[0xff, 0xff]);
    frame_of(&mut ours, &datagram, HostNs(0));
    datagram[2..4].copy_from_slice(&[0, 0]);
    frame_of(&mut ours, &datagram, HostNs(0));
}

#[test]
fn local_bones_are_composed_and_nothing_hangs_on_an_untracked_one() {
    let (mut sent, roster) = (scene::frame(&scene::roster(), 3), scene::roster());
    for bones in [BoneSpace::Global, BoneSpace::Local] {
        let mut pair = Pair::new(
            ClientSettings {
                bones,
                ..ClientSettings::default()
            },
            ServerSettings {
                bones,
                ..ServerSettings::default()
            },
        );
        pair.server.set_roster(&roster, 120.0, HostNs(0));
        pair.talk();
        if bones == BoneSpace::Local {
            // In parents, what hangs on an occluded bone cannot be told.
            for span in sent.roster.spans().to_vec() {
                for (k, place) in span.segments().enumerate() {
                    let subject = sent.roster.spans().iter().position(|s| *s == span).unwrap();
                    let parent = sent.roster.subjects()[subject].segments[k].parent;
                    let parent = parent.map(|p| span.segments().start + usize::from(p));
                    if parent.is_some_and(|p| sent.segments[p].is_none()) {
                        sent.segments[place] = None;
                    }
                }
            }
        }
        pair.offer(&sent);
        same_values(&sent, &pair.frame, 4.0 * SINGLE_M, 4.0 * SINGLE_RAD);
    }
}

#[test]
fn either_axis_may_be_up() {
    let sent = scene::frame(&scene::roster(), 3);
    for up in [UpAxis::Y, UpAxis::Z] {
        for told in [UpAxis::Y, UpAxis::Z] {
            let mut pair = Pair::new(
                ClientSettings {
                    up: told,
                    ..ClientSettings::default()
                },
                ServerSettings {
                    up,
                    ..ServerSettings::default()
                },
            );
            pair.server.set_roster(&sent.roster, 120.0, HostNs(0));
            pair.talk();
            pair.offer(&sent);
            let seen = pair.frame.segments[0].unwrap().translation();
            let off = seen.distance_m(sent.segments[0].unwrap().translation());
            assert_eq!(off < SINGLE_M, up == told, "{up:?} {told:?}: {off}");
        }
    }
}

#[test]
fn a_restarted_server_with_other_models_is_found_again() {
    let [info, model, frame] = served(Version::V4_1);
    let mut ours = client(ClientSettings::default(), &info, &model);
    let at = |ms| HostNs(Nanos::from_millis(ms).0);
    frame_of(&mut ours, &frame, at(10));
    let mut out = Vec::new();
    let mut says = |ours: &mut cyc_wire::natnet::Client, ms| {
        let mut ids = Vec::new();
        while ours.poll_transmit(at(ms), &mut out) {
            ids.push(u16::from_le_bytes([out[0], out[1]]));
            out.clear();
        }
        ids
    };
    assert_eq!(
        says(&mut ours, 20),
        [2, 10],
        "the rate, and that it is there"
    );
    assert_eq!(says(&mut ours, 30), [0u16; 0]);
    assert_eq!(
        says(&mut ours, 2100),
        [0, 2, 10],
        "it introduces itself again"
    );
    let connected = ours.take(&info, at(2200), &mut MocapFrame::default());
    assert!(matches!(connected, Ok(Some(ClientEvent::Connected(_)))));
    assert_eq!(says(&mut ours, 2210), [4, 2], "and asks for models again");
}
