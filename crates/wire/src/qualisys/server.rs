//! The server's side of one connection: what its client asked for, and the packet for a frame. No socket, no clock.

use super::component::{Component, ComponentSet};
use super::encode::encode_frame;
use super::error::DecodeError;
use super::limits::{COMMAND_MAX, DATAGRAM_MAX};
use super::packet::{Assembler, PacketType, block, text, text_of, write};
use super::parameters_text::{Sections, Told, parameters};
use crate::little_endian::{PutLe, Reader};
use crate::up_axis::UpAxis;
use cyc_model::{Epoch, FrameNumber, MocapFrame, Roster};
use std::net::IpAddr;
use std::sync::Arc;

/// Minor numbers of version 1 that are spoken.
const MINORS: std::ops::RangeInclusive<u32> = 1..=28;

/// Questions for parameters that wait for the first frame.
const WAITING_MAX: usize = 16;

/// The event of a client that is connected to something that measures.
const EVENT_CONNECTED: u8 = 1;
/// The event of names and settings that are others.
const EVENT_SETTINGS_CHANGED: u8 = 11;

/// What a server does.
#[derive(Clone, Debug, PartialEq)]
pub struct ServerSettings {
    /// Which axis is up on the wire.
    pub up: UpAxis,
}

impl Default for ServerSettings {
    fn default() -> Self {
        Self { up: UpAxis::Z }
    }
}

/// Where a client wants frames as datagrams: its own address, and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DatagramTarget {
    /// The port.
    pub port: u16,
}

/// The state of one connection.
#[derive(Debug)]
pub struct Server {
    settings: ServerSettings,
    peer: Option<IpAddr>,
    assembler: Assembler,
    roster: Option<Arc<Roster>>,
    rate_hz: f64,
    minor: u32,
    stream: Option<Stream>,
    /// Components of a single frame that was asked for.
    single: Option<ComponentSet>,
    greeted: bool,
    changed: bool,
    answers: Vec<u8>,
    /// Parameters that were asked for before the subjects are known.
    waiting: Vec<Sections>,
    commands_refused: u64,
    frames_unsendable: u64,
}

/// What a client is sent.
#[derive(Clone, Copy, Debug)]
struct Stream {
    components: ComponentSet,
    target: Option<DatagramTarget>,
    /// Frames sent for each frame made, 0 to 1.
    share: f64,
    /// The first frame of the stream, from which the share is counted.
    first: FrameNumber,
    last: Option<(Epoch, FrameNumber)>,
}

impl Stream {
    /// Whether a frame is due: each time that the share of the frames so far passes a whole number.
    fn is_due(&self, frame: &MocapFrame) -> bool {
        let since = |number: FrameNumber| number.0.saturating_sub(self.first.0);
        let passed = |number: FrameNumber| (since(number) as f64 * self.share).floor();
        match self.last {
            Some((epoch, number)) if epoch == frame.epoch => passed(frame.number) > passed(number),
            _ => true,
        }
    }
}

impl Server {
    /// A server for a client that has just connected from an address.
    pub fn new(settings: ServerSettings, peer: Option<IpAddr>) -> Self {
        Self {
            settings,
            peer,
            assembler: Assembler::new(COMMAND_MAX),
            roster: None,
            rate_hz: 0.0,
            minor: 1,
            stream: None,
            single: None,
            greeted: false,
            changed: false,
            answers: Vec::new(),
            waiting: Vec::new(),
            commands_refused: 0,
            frames_unsendable: 0,
        }
    }

    /// Tells which subjects there are, and how many frames a second.
    pub fn set_roster(&mut self, roster: &Arc<Roster>, rate_hz: f64) {
        self.rate_hz = rate_hz;
        let known = self.roster.as_ref();
        if known.is_some_and(|r| Arc::ptr_eq(r, roster)) {
            return;
        }
        self.changed |= known.is_some();
        self.roster = Some(Arc::clone(roster));
        self.tell_parameters();
    }

    /// Appends the greeting and answers; false when there are none.
    pub fn poll_transmit(&mut self, out: &mut Vec<u8>) -> bool {
        let before = out.len();
        if !std::mem::replace(&mut self.greeted, true) {
            text(PacketType::COMMAND, "QTM RT Interface connected", out);
        }
        if std::mem::take(&mut self.changed) {
            write(PacketType::EVENT, out, |out| {
                out.put_u8(EVENT_SETTINGS_CHANGED);
            });
        }
        out.append(&mut self.answers);
        out.len() > before
    }

    /// Takes bytes from the client. After an error the connection is to be closed.
    pub fn feed(&mut self, bytes: &[u8]) -> Result<(), DecodeError> {
        self.assembler.feed(bytes);
        let mut assembler = std::mem::replace(&mut self.assembler, Assembler::new(0));
        let took = loop {
            match assembler.next_packet() {
                Ok(None) => break Ok(()),
                Ok(Some((PacketType::COMMAND, body))) => self.take(&text_of(body)),
                Ok(Some(_)) => self.commands_refused += 1,
                Err(e) => break Err(e),
            }
        };
        self.assembler = assembler;
        took
    }

    fn take(&mut self, command: &str) {
        let mut words = command.split_ascii_whitespace();
        let name = words.next().unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            "version" => self.version(words.next()),
            "byteorder" => self.answer("Byte order is little endian"),
            "qtmversion" => self.answer("QTM Version is 2023.3 (Cyclorama)"),
            "checklicense" => self.answer("License pass"),
            "takecontrol" => self.answer("You are now master"),
            "releasecontrol" => self.answer("You are now a regular client"),
            "getstate" => write(PacketType::EVENT, &mut self.answers, |out| {
                out.put_u8(EVENT_CONNECTED);
            }),
            "getparameters" => self.parameters(words),
            "streamframes" => self.stream(words),
            "getcurrentframe" => match components(words) {
                Some(wanted) => self.single = Some(wanted),
                None => self.refuse("Parse error"),
            },
            _ => self.refuse("Parse error"),
        }
    }

    fn answer(&mut self, words: &str) {
        text(PacketType::COMMAND, words, &mut self.answers);
    }

    fn refuse(&mut self, words: &str) {
        self.commands_refused += 1;
        text(PacketType::ERROR, words, &mut self.answers);
    }

    fn version(&mut self, number: Option<&str>) {
        let Some(number) = number else {
            return self.answer(&format!("Version is 1.{}", self.minor));
        };
        let minor = number.strip_prefix("1.").and_then(|m| m.parse().ok());
        match minor.filter(|m| MINORS.contains(m)) {
            Some(minor) => {
                self.minor = minor;
                self.answer(&format!("Version set to 1.{minor}"));
            }
            None => self.refuse("Version NOT supported"),
        }
    }

    fn parameters<'w>(&mut self, words: impl Iterator<Item = &'w str>) {
        let mut sections = Sections::default();
        for word in words {
            match word.to_ascii_lowercase().as_str() {
                "all" => {
                    sections = Sections {
                        general: true,
                        markers: true,
                        bodies: true,
                        skeletons: true,
                    };
                }
                "general" => sections.general = true,
                "3d" => sections.markers = true,
                "6d" => sections.bodies = true,
                "skeleton" | "skeleton:global" => sections.skeletons = true,
                // What this system has not: calibration, analog, force, images, gaze.
                _ => {}
            }
        }
        if sections.is_empty() {
            return self.refuse("Parse error");
        }
        if self.waiting.len() < WAITING_MAX {
            self.waiting.push(sections);
        }
        self.tell_parameters();
    }

    /// Answers what was asked before there was anybody to tell of.
    fn tell_parameters(&mut self) {
        if let Some(roster) = self.roster.clone() {
            for sections in std::mem::take(&mut self.waiting) {
                self.write_parameters(&roster, sections);
            }
        }
    }

    fn write_parameters(&mut self, roster: &Roster, sections: Sections) {
        let told = Told {
            roster,
            rate_hz: self.rate_hz,
            up: self.settings.up,
            minor: self.minor,
            sections,
        };
        let xml = parameters(&told);
        text(PacketType::XML, &xml, &mut self.answers);
    }

    fn stream<'w>(&mut self, mut words: impl Iterator<Item = &'w str>) {
        let Some(rate) = words.next() else {
            return self.refuse("Parse error");
        };
        let rate = rate.to_ascii_lowercase();
        if rate == "stop" {
            self.stream = None;
            return;
        }
        let number = |prefix| rate.strip_prefix(prefix).and_then(|n: &str| n.parse().ok());
        let share = if rate == "allframes" {
            Some(1.0)
        } else if let Some(divisor) = number("frequencydivisor:") {
            Some(1.0 / f64::max(divisor, 1.0))
        } else {
            let wanted: Option<f64> = number("frequency:");
            wanted.map(|hz| hz / self.rate_hz)
        };
        let mut words = words.peekable();
        let target = match words.peek().map(|w| w.to_ascii_lowercase()) {
            Some(word) if word.starts_with("udp") => {
                words.next();
                match self.target(&word) {
                    Some(target) => Some(target),
                    None => return self.refuse("Parse error"),
                }
            }
            _ => None,
        };
        let share = share.filter(|s| s.is_finite() && *s > 0.0);
        let (Some(share), Some(components)) = (share, components(words)) else {
            return self.refuse("Parse error");
        };
        self.stream = Some(Stream {
            components,
            target,
            share: share.min(1.0),
            first: FrameNumber(0),
            last: None,
        });
    }

    /// `udp:[address:]port`. An address other than the client's own is refused: a server that sends where it is told
    /// can be turned against others.
    fn target(&self, word: &str) -> Option<DatagramTarget> {
        let place = word.strip_prefix("udp:")?;
        let (address, port) = match place.rsplit_once(':') {
            Some((address, port)) => (Some(address), port),
            None => (None, place),
        };
        if let Some(address) = address {
            let address: IpAddr = address.parse().ok()?;
            if self.peer.is_some_and(|peer| peer.to_canonical() != address) {
                return None;
            }
        }
        let port = port.parse().ok().filter(|p| *p != 0)?;
        Some(DatagramTarget { port })
    }

    /// Where frames of the stream go: to the connection when `None`.
    pub fn target_of_stream(&self) -> Option<DatagramTarget> {
        self.stream.and_then(|s| s.target)
    }

    /// Whether the client asked to be sent frames as they come.
    pub fn is_streaming(&self) -> bool {
        self.stream.is_some()
    }

    /// Whether the client waits for this frame.
    pub fn wants(&self, frame: &MocapFrame) -> bool {
        self.single.is_some() || self.stream.is_some_and(|s| s.is_due(frame))
    }

    /// Appends the packet of a frame to what goes over the connection, and to what goes as a datagram, as far as the
    /// client wants it and has not had it. Give it an empty datagram. Whether anything was appended.
    pub fn encode_frame(
        &mut self,
        frame: &MocapFrame,
        connection: &mut Vec<u8>,
        datagram: &mut Vec<u8>,
    ) -> bool {
        self.set_roster(&frame.roster, frame.rate_hz);
        let (on_connection, on_datagram) = (connection.len(), datagram.len());
        if let Some(components) = self.single.take() {
            encode_frame(frame, components, self.settings.up, connection);
        }
        if let Some(stream) = self.stream.as_mut().filter(|s| s.is_due(frame)) {
            if stream.last.is_none_or(|(epoch, _)| epoch != frame.epoch) {
                stream.first = frame.number;
            }
            stream.last = Some((frame.epoch, frame.number));
            let out = match stream.target {
                Some(_) => &mut *datagram,
                None => &mut *connection,
            };
            encode_frame(frame, stream.components, self.settings.up, out);
            if datagram.len() > DATAGRAM_MAX {
                datagram.truncate(on_datagram);
                self.frames_unsendable += 1;
            }
        }
        connection.len() > on_connection || datagram.len() > on_datagram
    }

    /// Frames that no datagram can hold.
    pub fn frames_unsendable(&self) -> u64 {
        self.frames_unsendable
    }

    /// Commands that could not be followed.
    pub fn commands_refused(&self) -> u64 {
        self.commands_refused
    }
}

/// The components that words name; `None` when one is not known, or there is none. Components that exist but have no
/// place here, such as 2D and analog, are passed over as long as another is there.
fn components<'w>(words: impl Iterator<Item = &'w str>) -> Option<ComponentSet> {
    const ELSEWHERE: [&str; 10] = [
        "2d",
        "2dlin",
        "analog",
        "analogsingle",
        "force",
        "forcesingle",
        "gazevector",
        "eyetracker",
        "image",
        "all",
    ];
    let mut set = ComponentSet::default();
    for word in words {
        match Component::named(word) {
            Some(component) => set = set.with(component),
            None if ELSEWHERE.contains(&word.to_ascii_lowercase().as_str()) => {}
            None => return None,
        }
    }
    (!set.is_empty()).then_some(set)
}

/// The answer to a datagram on the discovery port, and the port of its sender that it goes to; `None` when it is no
/// question. `base_port` is one below the port that is listened on.
pub fn discovery_answer(question: &[u8], host: &str, base_port: u16) -> Option<(u16, Vec<u8>)> {
    let mut r = Reader::new(question);
    let (size, kind) = (r.u32().ok()?, r.u32().ok()?);
    if size != 10 || PacketType(kind) != PacketType::DISCOVER {
        return None;
    }
    // The one number of the protocol whose high byte comes first.
    let port = u16::from_be_bytes(r.bytes(2).ok()?.try_into().ok()?);
    let mut answer = Vec::new();
    block(PacketType::COMMAND.0, &mut answer, |out| {
        out.put_nul_ended(&format!("{host}, QTM 2023.3 (Cyclorama), 0 cameras"));
        out.extend_from_slice(&base_port.to_be_bytes());
    });
    Some((port, answer))
}
