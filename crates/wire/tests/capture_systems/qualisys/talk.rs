//! Both ends talking, in virtual time and without a network.

use super::{Pair, server_settings};
use crate::sameness::{SINGLE_M, SINGLE_RAD, same_values};
use crate::scene;
use cyc_model::{MocapFrame, Nanos, Point, Roster, TimecodeRate, Xf};
use cyc_wire::UpAxis;
use cyc_wire::qualisys::{ClientEvent, ClientSettings, Component, ComponentSet, ServerSettings};
use glam::{DQuat, DVec3};
use proptest::prelude::*;
use std::sync::Arc;

fn settings() -> ClientSettings {
    ClientSettings {
        timecode_rate: Some(TimecodeRate::Fps30),
        ..ClientSettings::default()
    }
}

/// The scene's loose markers are a subject of their own there; on this wire they keep its name in their labels.
fn as_told(roster: &Roster) -> Vec<(String, Vec<String>)> {
    let skeletons = roster.subjects().iter().filter(|s| s.segments.len() > 1);
    let bodies = roster.subjects().iter().filter(|s| s.is_rigid_body());
    let both = skeletons.chain(bodies);
    let mut all: Vec<_> = both.map(|s| (s.name.clone(), s.markers.clone())).collect();
    let loose = ["Wall_left", "Wall_right"].map(str::to_owned);
    all.push(("Markers".to_owned(), loose.into()));
    all
}

/// Without the loose markers, whose subject has another name afterwards.
fn without_wall(frame: &MocapFrame) -> MocapFrame {
    let subjects = frame.roster.subjects();
    let kept = subjects.iter().filter(|s| s.name != "Wall").cloned();
    let roster = Arc::new(Roster::build(kept.collect()).unwrap());
    let mut out = MocapFrame::default();
    out.reset(&roster);
    let wall = frame.roster.find("Wall").unwrap();
    let span = frame.roster.spans()[wall].markers();
    let markers = frame.markers.iter().enumerate();
    let markers = markers.filter(|(i, _)| !span.contains(i)).map(|(_, m)| *m);
    out.markers = markers.collect();
    out.segments.clone_from(&frame.segments);
    out
}

#[test]
fn what_is_served_is_read_over_both_ways() {
    let roster = scene::roster();
    for udp_port in [None, Some(6734)] {
        for up in [UpAxis::Z, UpAxis::Y, UpAxis::MinusX] {
            let client = ClientSettings {
                udp_port,
                ..settings()
            };
            let server = ServerSettings { up };
            let mut pair = Pair::new(client, server);
            pair.server.set_roster(&roster, scene::RATE_HZ);
            pair.talk();
            let connected = &pair.events[0];
            assert_eq!((connected, pair.events.len()), (&ClientEvent::Connected, 2));
            let sent = scene::frame(&roster, 41);
            let (stream, datagram) = pair.offer(&sent);
            assert_eq!(
                (stream > 0, datagram > 0),
                (udp_port.is_none(), udp_port.is_some())
            );
            assert_eq!(pair.events.last(), Some(&ClientEvent::Frame));
            let got = &pair.frame;
            let names = got.roster.subjects().iter();
            let names: Vec<_> = names.map(|s| (s.name.clone(), s.markers.clone())).collect();
            assert_eq!(names, as_told(&roster));
            same_values(&without_wall(&sent), got, SINGLE_M, 4.0 * SINGLE_RAD);
            assert_eq!((got.number, got.timecode), (sent.number, sent.timecode));
            assert_eq!(got.rate_hz, scene::RATE_HZ);
            for (a, b) in sent.unlabelled.iter().zip(&got.unlabelled) {
                assert!(a.at.distance_m(b.at) < SINGLE_M && a.trajectory == b.trajectory);
            }
            assert_eq!(pair.client.counts().refused, Default::default());
            same_rests(&roster, &got.roster);
        }
    }
}

/// Segments within segments come in another order than they were sent in.
fn same_rests(sent: &Roster, got: &Roster) {
    for name in ["Ann", "Bo"] {
        let of = |r: &Roster| r.subjects()[r.find(name).unwrap()].segments.clone();
        let (sent, got) = (of(sent), of(got));
        assert_eq!(sent.len(), got.len());
        for a in &sent {
            let b = got.iter().find(|b| b.name == a.name).unwrap();
            let parent = |of: &[cyc_model::SegmentInfo], p: Option<u16>| {
                p.map(|p| of[usize::from(p)].name.clone())
            };
            assert_eq!(parent(&sent, a.parent), parent(&got, b.parent));
            let (a, b) = (
                a.parent_from_segment.unwrap(),
                b.parent_from_segment.unwrap(),
            );
            assert!(a.translation().distance_m(b.translation()) < 1e-6);
            assert!(a.rotation().dot(b.rotation()).abs() > 1.0 - 1e-9);
        }
    }
}

#[test]
fn bodies_by_angles_and_by_matrices_are_the_same() {
    let roster = scene::roster();
    for component in [Component::BodiesEuler, Component::BodiesEulerResidual] {
        let components = ComponentSet::default().with(component);
        let client = ClientSettings {
            components,
            ..settings()
        };
        let mut pair = Pair::new(client, server_settings());
        pair.server.set_roster(&roster, scene::RATE_HZ);
        pair.talk();
        let sent = scene::frame(&roster, 3);
        pair.offer(&sent);
        let pose = |f: &MocapFrame, s| crate::sameness::pose_of(f, s, s);
        for subject in ["Camera", "Staff"] {
            let (a, b) = (pose(&sent, subject), pose(&pair.frame, subject));
            crate::sameness::same_pose(a, b, (SINGLE_M, 1e-5), subject);
        }
    }
}

#[test]
fn new_subjects_are_told_and_a_silent_server_is_asked_again() {
    let mut pair = Pair::new(settings(), server_settings());
    let one = Arc::new(Roster::build(vec![scene::body("Camera")]).unwrap());
    pair.server.set_roster(&one, scene::RATE_HZ);
    pair.talk();
    pair.offer(&scene::frame(&one, 1));
    let two = scene::roster();
    pair.offer(&scene::frame(&two, 2));
    pair.talk();
    let sent = scene::frame(&two, 3);
    pair.offer(&sent);
    same_values(
        &without_wall(&sent),
        &pair.frame,
        SINGLE_M,
        4.0 * SINGLE_RAD,
    );

    pair.said.clear();
    pair.talk();
    assert!(pair.said.is_empty());
    pair.now += Nanos::from_secs(3);
    pair.talk();
    let said = String::from_utf8_lossy(&pair.said).into_owned();
    assert!(
        said.contains("GetParameters") && said.contains("StreamFrames"),
        "{said}"
    );
}

proptest! {
    #[test]
    fn poses_and_markers_come_back(
        q in prop::array::uniform4(-1.0..1.0f64), t in prop::array::uniform3(-10.0..10.0f64),
        seen: bool,
    ) {
        let q = DQuat::from_array(q);
        prop_assume!(q.length() > 0.1);
        let roster = Arc::new(Roster::build(vec![scene::body("Camera")]).unwrap());
        let mut pair = Pair::new(settings(), server_settings());
        pair.server.set_roster(&roster, scene::RATE_HZ);
        pair.talk();
        let mut sent = MocapFrame::default();
        sent.reset(&roster);
        sent.segments[0] = seen.then(|| Xf::saturating(q, DVec3::from_array(t)));
        sent.markers[1] = seen.then(|| Point::xyz(t[1], t[2], t[0]));
        pair.offer(&sent);
        same_values(&sent, &pair.frame, SINGLE_M, 4.0 * SINGLE_RAD);
    }
}
