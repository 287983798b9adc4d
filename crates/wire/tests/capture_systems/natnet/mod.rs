//! OptiTrack NatNet.

mod broken;
mod golden;
mod talk;
mod traps;

use crate::scene;
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::natnet::{Client, ClientEvent, ClientSettings, Server, ServerSettings, Version};

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

impl Pair {
    fn new(client: ClientSettings, server: ServerSettings) -> Self {
        Self {
            client: Client::new(client),
            server: Server::new(server),
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
            self.server.take(&datagram, &mut answer).unwrap();
            if !answer.is_empty() {
                let event = self.client.take(&answer, self.now, &mut self.frame);
                self.events.extend(event.unwrap());
            }
            datagram.clear();
        }
        said
    }

    /// Offers a frame.
    fn offer(&mut self, frame: &MocapFrame) {
        let mut datagram = Vec::new();
        self.server
            .encode_frame(frame, self.now, &mut datagram)
            .unwrap();
        let event = self.client.take(&datagram, self.now, &mut self.frame);
        self.events.extend(event.unwrap());
    }
}

/// The message of a scene's frame, its models, and the server's introduction.
fn served(version: Version) -> [Vec<u8>; 3] {
    let settings = ServerSettings {
        version,
        ..ServerSettings::default()
    };
    let mut server = Server::new(settings);
    let frame = scene::frame(&scene::roster(), 7);
    server.set_roster(&frame.roster, scene::RATE_HZ, HostNs(0));
    let mut ask = |id: u16| {
        let mut answer = Vec::new();
        let message = [id.to_le_bytes(), [0, 0]].concat();
        server.take(&message, &mut answer).unwrap();
        answer
    };
    let (info, model) = (ask(0), ask(4));
    let mut datagram = Vec::new();
    server
        .encode_frame(&frame, HostNs(2_010_000_000), &mut datagram)
        .unwrap();
    [info, model, datagram]
}
