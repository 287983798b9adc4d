//! Both ends talking, in virtual time and without a network.

use crate::scene;
use cyc_model::{HostNs, MocapFrame, Nanos, Roster};
use cyc_wire::ServerAxes;
use cyc_wire::vicon_datastream::{
    Client, ClientEvent, ClientSettings, Filter, Object, ObjectType, Server, ServerSettings,
    ServerStatics, StreamMode, decode_payload,
};
use std::sync::Arc;

/// A client and a server with a wire between them.
pub struct Pair {
    pub client: Client,
    pub server: Server,
    pub now: HostNs,
    pub axes: ServerAxes,
    statics: Option<Arc<ServerStatics>>,
    pub frame: MocapFrame,
    /// What the server sent last.
    pub packet: Vec<u8>,
    pub events: Vec<String>,
}

impl Pair {
    pub fn new(client: ClientSettings, server: ServerSettings) -> Self {
        Self {
            client: Client::new(client),
            server: Server::new(server),
            now: HostNs(1_000_000_000),
            axes: ServerAxes::ZUp,
            statics: None,
            frame: MocapFrame::default(),
            packet: Vec::new(),
            events: Vec::new(),
        }
    }

    /// Greets and answers.
    pub fn connected(client: ClientSettings, server: ServerSettings) -> Self {
        let mut pair = Self::new(client, server);
        pair.greet();
        pair
    }

    pub fn greet(&mut self) {
        let mut hello = Vec::new();
        assert!(self.server.poll_transmit(&mut hello));
        self.deliver(&hello);
    }

    /// Gives bytes to the client, takes its events, and gives its requests to the server. Frames received.
    pub fn deliver(&mut self, bytes: &[u8]) -> usize {
        let mut frames = 0;
        self.client.feed(bytes, self.now);
        while let Some(event) = self.client.poll(&mut self.frame).unwrap() {
            match event {
                ClientEvent::Frame => frames += 1,
                ClientEvent::Connected(_) => self.events.push("connected".into()),
                ClientEvent::RosterChanged(r) => {
                    self.events.push(format!("roster {}", r.subjects().len()));
                }
            }
        }
        self.send_requests();
        frames
    }

    pub fn send_requests(&mut self) {
        let mut requests = Vec::new();
        if self.client.poll_transmit(self.now, &mut requests) {
            self.server.feed(&requests).unwrap();
        }
    }

    /// The server has a new frame: sends it when the client wants it. Frames received.
    pub fn offer(&mut self, frame: &MocapFrame) -> usize {
        self.now += Nanos::from_millis(4);
        if !self.server.wants(frame) {
            return 0;
        }
        let statics = self.statics_of(&frame.roster);
        let mut packet = Vec::new();
        let sent = self
            .server
            .encode_frame(&statics, frame, self.now, &mut packet);
        if !sent.unwrap() {
            return 0;
        }
        self.packet = packet.clone();
        self.deliver(&packet)
    }

    fn statics_of(&mut self, roster: &Arc<Roster>) -> Arc<ServerStatics> {
        let known = self.statics.clone().filter(|s| s.is_of(roster));
        let statics =
            known.unwrap_or_else(|| Arc::new(ServerStatics::new(roster, 120.0, self.axes)));
        self.statics = Some(Arc::clone(&statics));
        statics
    }

    pub fn sent_objects(&self) -> Vec<Object> {
        decode_payload(&self.packet[8..]).unwrap()
    }
}

#[test]
fn push_brings_every_frame_with_everything_in_it() {
    let roster = scene::roster(3, 20, 39);
    for axes in [ServerAxes::ZUp, ServerAxes::YUp] {
        let mut pair = Pair::connected(ClientSettings::default(), ServerSettings::default());
        pair.axes = axes;
        // Twenty pings, ten a second.
        for number in 1..500 {
            let mut sent = scene::frame(&roster, number);
            sent.segments[5] = None;
            sent.markers[number as usize % 100] = None;
            sent.taken = Some(pair.now);
            assert_eq!(pair.offer(&sent), 1);
            scene::assert_same(&sent, &pair.frame, 1e-12, 1e-12);
            assert_eq!(pair.frame.rate_hz, 120.0);
            // The server says how long it held the frame; the wire took no time.
            let taken = pair.frame.taken.unwrap() - sent.taken.unwrap();
            assert!(taken.0.abs() <= 1, "{taken:?}");
        }
        assert_eq!(pair.events, ["connected", "roster 4"]);
        assert_eq!(pair.client.counts().refused, Default::default());
        assert_eq!(pair.client.figures()[0].health, Some(1.0));
        assert_eq!(pair.client.figures()[3].quality, Some(1.0));
        assert!(pair.client.network_latency().is_some());
    }
}

#[test]
fn pull_is_silent_until_asked_and_never_repeats_a_frame() {
    let roster = scene::roster(1, 4, 4);
    let settings = ClientSettings {
        mode: StreamMode::ClientPull,
        ..ClientSettings::default()
    };
    let mut pair = Pair::connected(settings, ServerSettings::default());
    assert_eq!(pair.offer(&scene::frame(&roster, 1)), 1);
    assert_eq!(pair.offer(&scene::frame(&roster, 2)), 0);
    pair.client.request_frame();
    pair.send_requests();
    assert_eq!(pair.offer(&scene::frame(&roster, 1)), 0, "had it already");
    assert_eq!(pair.offer(&scene::frame(&roster, 3)), 1);
    assert_eq!(pair.offer(&scene::frame(&roster, 4)), 0);
}

#[test]
fn prefetch_asks_for_the_next_frame_by_itself() {
    let roster = scene::roster(1, 4, 4);
    let settings = ClientSettings {
        mode: StreamMode::PreFetch,
        ..ClientSettings::default()
    };
    let mut pair = Pair::connected(settings, ServerSettings::default());
    for number in 1..20 {
        assert_eq!(pair.offer(&scene::frame(&roster, number)), 1);
    }
}

#[test]
fn a_client_that_said_nothing_is_sent_nothing() {
    let mut pair = Pair::new(ClientSettings::default(), ServerSettings::default());
    let mut nothing = Vec::new();
    assert!(!pair.client.poll_transmit(pair.now, &mut nothing));
    assert!(!pair.server.wants(&scene::frame(&scene::roster(1, 1, 1), 1)));
}

#[test]
fn a_changed_roster_is_told_and_the_frame_that_brings_it_is_whole() {
    let (one, two) = (scene::roster(1, 4, 4), scene::roster(2, 4, 4));
    let mut pair = Pair::connected(ClientSettings::default(), ServerSettings::default());
    pair.offer(&scene::frame(&one, 1));
    let known = Arc::clone(pair.client.roster());
    pair.offer(&scene::frame(&one, 2));
    assert!(
        Arc::ptr_eq(&known, pair.client.roster()),
        "rebuilt without need"
    );
    let sent = scene::frame(&two, 3);
    assert_eq!(pair.offer(&sent), 1);
    scene::assert_same(&sent, &pair.frame, 1e-12, 1e-12);
    assert_eq!(pair.events, ["connected", "roster 2", "roster 3"]);
}

#[test]
fn types_that_are_switched_off_are_not_sent() {
    let roster = scene::roster(1, 4, 4);
    let settings = ClientSettings {
        markers: false,
        unlabelled: false,
        ..ClientSettings::default()
    };
    let mut pair = Pair::connected(settings.clone(), ServerSettings::default());
    pair.offer(&scene::frame(&roster, 1));
    let is_marker =
        |o: &Object| matches!(o, Object::LabelledRecons(_) | Object::UnlabelledRecons(_));
    assert!(!pair.sent_objects().iter().any(is_marker));
    assert!(pair.frame.markers.iter().all(Option::is_none));
    pair.client.set_settings(ClientSettings {
        markers: true,
        ..settings
    });
    pair.send_requests();
    pair.offer(&scene::frame(&roster, 2));
    assert!(pair.frame.markers.iter().all(Option::is_some));
}

#[test]
fn a_filter_lets_only_its_subjects_through() {
    let roster = scene::roster(2, 4, 4);
    let mut pair = Pair::connected(ClientSettings::default(), ServerSettings::default());
    // Subject ids count from 1: only the second actor's global segments and markers.
    pair.client.set_filter(Filter(vec![
        (ObjectType::GLOBAL_SEGMENTS, vec![2]),
        (ObjectType::LABELLED_RECONS, vec![2, u32::MAX]),
    ]));
    pair.send_requests();
    pair.offer(&scene::frame(&roster, 1));
    let seen = |i: usize| {
        let (s, m) = (pair.frame.segments_of(i), pair.frame.markers_of(i));
        (s.iter().all(Option::is_some), m.iter().all(Option::is_some))
    };
    assert_eq!(
        [seen(0), seen(1), seen(2)],
        [(false, false), (true, true), (false, false)]
    );
    let info = |o: &Object| matches!(o, Object::SubjectInfo(_));
    assert_eq!(pair.sent_objects().iter().filter(|o| info(o)).count(), 3);
}

#[test]
fn bytes_may_be_cut_anywhere() {
    let roster = scene::roster(2, 8, 8);
    let mut whole = Pair::connected(ClientSettings::default(), ServerSettings::default());
    let mut bytes = Vec::new();
    for number in 1..4 {
        whole.offer(&scene::frame(&roster, number));
        bytes.extend_from_slice(&whole.packet);
    }
    for cut in [1, 3, 7, 8, 9, 1000, 4096] {
        let mut pair = Pair::new(ClientSettings::default(), ServerSettings::default());
        let frames: usize = bytes.chunks(cut).map(|c| pair.deliver(c)).sum();
        assert_eq!(frames, 3, "cut every {cut} bytes");
        scene::assert_same(&scene::frame(&roster, 3), &pair.frame, 1e-12, 1e-12);
        assert_eq!(pair.client.pending_bytes(), 0);
    }
}
