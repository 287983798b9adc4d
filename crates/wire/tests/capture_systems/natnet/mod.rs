//! OptiTrack NatNet.

mod broken;
mod golden;
mod talk;
mod traps;

use crate::scene;
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::natnet::{Client, ClientEvent, ClientSettings, Server, ServerSettings, Version};
use std::net::SocketAddr;

/// A client that was told of a server and its models.
fn client(settings: ClientSettings, info: &[u8], model: &[u8]) -> Client {
    let mut client = Client::new(settings);
    let mut frame = MocapFrame::default();
    let connected = client.take(info, HostNs(0), &mut frame).unwrap();
    assert!(matches!(connected, Some(ClientEvent::Connected(_))));
    let known = client.take(model, HostNs(0), &mut frame).unwrap();
    assert!(matches!(known, Some(ClientEvent::RosterChanged(_))));
    client
}

/// Takes a datagram that must be a frame.
fn frame_of(client: &mut Client, datagram: &[u8], heard: HostNs) -> MocapFrame {
    let mut frame = MocapFrame::default();
    let event = client.take(datagram, heard, &mut frame).unwrap();
    assert_eq!(event, Some(ClientEvent::Frame));
    frame
}

/// Both ends with a wire between them.
struct Pair {
    client: Client,
    server: Server,
    now: HostNs,
    frame: MocapFrame,
    events: Vec<ClientEvent>,
}

const COMMANDS: ([u8; 4], u16) = ([127, 0, 0, 1], 40_000);

impl Pair {
    fn new(client: ClientSettings, server: ServerSettings) -> Self {
        Self {
            client: Client::new(client),
            server: Server::new(server, scene::RATE_HZ),
            now: HostNs(1_000_000_000),
            frame: MocapFrame::default(),
            events: Vec::new(),
        }
    }

    /// Passes on what the client has to say, and the answers. What was said, by message id.
    fn talk(&mut self) -> Vec<u16> {
        let mut said = Vec::new();
        let mut datagram = Vec::new();
        while self.client.poll_transmit(self.now, &mut datagram) {
            said.push(u16::from_le_bytes([datagram[0], datagram[1]]));
            let mut answer = Vec::new();
            let from = SocketAddr::from(COMMANDS);
            self.server
                .take(from, &datagram, self.now, &mut answer)
                .unwrap();
            if !answer.is_empty() {
                let event = self.client.take(&answer, self.now, &mut self.frame);
                self.events.extend(event.unwrap());
            }
            datagram.clear();
        }
        said
    }

    /// Offers a frame; where it was sent to.
    fn offer(&mut self, frame: &MocapFrame) -> Vec<SocketAddr> {
        let mut sends = Vec::new();
        self.server.frame(frame, self.now, &mut sends).unwrap();
        for send in &sends {
            let event = self.client.take(&send.datagram, self.now, &mut self.frame);
            self.events.extend(event.unwrap());
        }
        sends.iter().map(|s| s.to).collect()
    }
}

/// The message of a scene's frame, its models, and the server's introduction.
fn served(version: Version) -> [Vec<u8>; 3] {
    let settings = ServerSettings {
        version,
        ..ServerSettings::default()
    };
    let mut server = Server::new(settings, scene::RATE_HZ);
    let frame = scene::frame(&scene::roster(), 7);
    let from = SocketAddr::from(COMMANDS);
    server.set_roster(&frame.roster, HostNs(0));
    let mut ask = |id: u16| {
        let mut answer = Vec::new();
        let message = [id.to_le_bytes(), [0, 0]].concat();
        server.take(from, &message, HostNs(0), &mut answer).unwrap();
        answer
    };
    let (info, model) = (ask(0), ask(4));
    let mut sends = Vec::new();
    server
        .frame(&frame, HostNs(2_010_000_000), &mut sends)
        .unwrap();
    [info, model, sends[0].datagram.to_vec()]
}
