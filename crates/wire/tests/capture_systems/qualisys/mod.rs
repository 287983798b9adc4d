//! Qualisys' real-time protocol.

mod broken;
mod golden;
mod talk;
mod traps;

use crate::scene;
use cyc_model::{HostNs, MocapFrame};
use cyc_wire::qualisys::{
    Client, ClientEvent, ClientSettings, DecodeError, Server, ServerSettings,
};

/// Feeds bytes and takes all events; the last frame is in `frame`.
fn feed(
    client: &mut Client,
    bytes: &[u8],
    frame: &mut MocapFrame,
) -> Result<Vec<ClientEvent>, DecodeError> {
    client.feed(bytes, HostNs(5));
    let mut events = Vec::new();
    while let Some(event) = client.poll(frame)? {
        events.push(event);
    }
    Ok(events)
}

/// Both ends with a wire between them.
struct Pair {
    client: Client,
    server: Server,
    now: HostNs,
    frame: MocapFrame,
    events: Vec<ClientEvent>,
    /// What the client said.
    said: Vec<u8>,
}

impl Pair {
    fn new(client: ClientSettings, server: ServerSettings) -> Self {
        let peer = Some([127, 0, 0, 1].into());
        Self {
            client: Client::new(client),
            server: Server::new(server, peer),
            now: HostNs(1_000_000_000),
            frame: MocapFrame::default(),
            events: Vec::new(),
            said: Vec::new(),
        }
    }

    /// Passes on what both have to say until neither has.
    fn talk(&mut self) {
        loop {
            let (mut answers, mut commands) = (Vec::new(), Vec::new());
            self.server.poll_transmit(&mut answers);
            self.events
                .extend(feed(&mut self.client, &answers, &mut self.frame).unwrap());
            self.client.poll_transmit(self.now, &mut commands);
            self.server.feed(&commands).unwrap();
            self.said.extend_from_slice(&commands);
            if answers.is_empty() && commands.is_empty() {
                return;
            }
        }
    }

    /// Offers a frame; how many bytes went over the connection and as a datagram.
    fn offer(&mut self, frame: &MocapFrame) -> (usize, usize) {
        let (mut stream, mut datagram) = (Vec::new(), Vec::new());
        self.server.encode_frame(frame, &mut stream, &mut datagram);
        let events = feed(&mut self.client, &stream, &mut self.frame);
        self.events.extend(events.unwrap());
        if !datagram.is_empty() {
            let event = self
                .client
                .take_datagram(&datagram, HostNs(6), &mut self.frame);
            self.events.extend(event.unwrap());
        }
        (stream.len(), datagram.len())
    }
}

fn server_settings() -> ServerSettings {
    ServerSettings::default()
}

/// What a server sends a usual client: greeting and answers, and a frame.
fn served() -> (Vec<u8>, Vec<u8>) {
    let mut server = Server::new(server_settings(), None);
    let frame = scene::frame(&scene::roster(), 7);
    server.set_roster(&frame.roster, scene::RATE_HZ);
    for command in [
        "Version 1.25",
        "GetParameters All",
        "StreamFrames AllFrames 3D 3DNoLabelsRes 6D 6DEulerRes Timecode Skeleton:global",
    ] {
        server
            .feed(&golden::packet(1, command.as_bytes(), true))
            .unwrap();
    }
    let (mut answers, mut stream) = (Vec::new(), Vec::new());
    server.poll_transmit(&mut answers);
    server.encode_frame(&frame, &mut stream, &mut Vec::new());
    (answers, stream)
}
