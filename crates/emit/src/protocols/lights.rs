//! `sacn://[host][:5568][?universe=1&wall=NAME,NAME&cells=8x4&curve=srgb|linear&priority=100&name=TEXT]` and
//! `artnet://[host][:6454][?universe=0&wall=NAME,NAME&cells=8x4&curve=srgb|linear]`: the colours of walls for lights.
//!
//! Each wall is cut into cells, columns by rows; each is three channels, red, green, blue, in rows from the upper left, wall
//! after wall in the order named (all walls when none is). A universe holds 170 cells, the next ones go to the next
//! universe. sACN without a host goes to each universe's group. A wall that is not there keeps its cells, dark.

use super::{Protocol, Recipe};
use crate::counters::OutputCounters;
use crate::error::OutputError;
use crate::limits::{CELLS_MAX, CELLS_PER_UNIVERSE, GRID_MAX, WALLS_MAX};
use crate::output_url::{UrlParts, names};
use crate::send_socket::{SendPlace, SendSocket};
use crate::wall_colours::{Curve, WallColours};
use crate::writer::{AnyWriter, Feed, Writer};
use cyc_wire::{artnet, sacn};
use std::fmt;
use std::net::Ipv4Addr;

/// The row of sACN.
pub(super) const SACN: Protocol = Protocol {
    scheme: "sacn",
    feed: Feed::Colours,
    read: |url| Ok(Box::new(Lights::read(url, Kind::Sacn)?)),
};

/// The row of Art-Net.
pub(super) const ARTNET: Protocol = Protocol {
    scheme: "artnet",
    feed: Feed::Colours,
    read: |url| Ok(Box::new(Lights::read(url, Kind::ArtNet)?)),
};

/// Cells of a wall when not told.
const CELLS: [usize; 2] = [8, 4];

/// Times that the end of a universe is told.
const END_TIMES: usize = 3;

/// What makes the id of the sender; the universe is its last two bytes.
const CID: [u8; 14] = *b"cyclorama-wall";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Sacn,
    ArtNet,
}

#[derive(Clone, Debug)]
struct Lights {
    kind: Kind,
    place: SendPlace,
    walls: Vec<String>,
    cells: [usize; 2],
    curve: Curve,
    first_universe: u16,
    priority: u8,
    name: String,
}

impl Lights {
    fn read(url: &UrlParts<'_>, kind: Kind) -> Result<Self, OutputError> {
        let (port, first) = match kind {
            Kind::Sacn => (sacn::DEFAULT_PORT, 1),
            Kind::ArtNet => (artnet::DEFAULT_PORT, 0),
        };
        let (mut walls, mut cells, mut curve) = (Vec::new(), CELLS, Curve::default());
        let (mut universe, mut priority) = (first, sacn::DEFAULT_PRIORITY);
        let mut name = String::from("cyclorama");
        let is_sacn = kind == Kind::Sacn;
        let place = url.send_place(port, |option, value| {
            let taken = match option {
                "universe" => value.parse().ok().map(|first| universe = first),
                "wall" => names(value)
                    .filter(|names| names.len() <= WALLS_MAX)
                    .map(|names| walls = names),
                "cells" => grid(value).map(|grid| cells = grid),
                "curve" => Curve::of_name(value).map(|named| curve = named),
                "priority" if is_sacn => value
                    .parse()
                    .ok()
                    .filter(|p| *p <= sacn::limits::PRIORITY_MAX)
                    .map(|p| priority = p),
                "name" if is_sacn => Some(value)
                    .filter(|value| !value.is_empty())
                    .map(|value| name = value.to_owned()),
                _ => None,
            };
            taken.is_some()
        })?;
        let lights = Self {
            kind,
            place: match kind {
                Kind::Sacn => place,
                Kind::ArtNet => place.or_to(Ipv4Addr::LOCALHOST),
            },
            walls,
            cells,
            curve,
            first_universe: universe,
            priority,
            name,
        };
        if !lights.fits() {
            return Err(url.bad_option("universe", &universe.to_string()));
        }
        Ok(lights)
    }

    /// Whether the first universe, and the last one as far as the walls are named, are universes.
    fn fits(&self) -> bool {
        let cells = self.walls.len().max(1) * self.cells.iter().product::<usize>();
        let more = (cells.div_ceil(CELLS_PER_UNIVERSE) - 1) as u16;
        let Some(last) = self.first_universe.checked_add(more) else {
            return false;
        };
        let is_one = |universe| match self.kind {
            Kind::Sacn => sacn::limits::UNIVERSE.contains(&universe),
            Kind::ArtNet => universe <= artnet::limits::UNIVERSE_MAX,
        };
        cells <= CELLS_MAX && is_one(self.first_universe) && is_one(last)
    }

    fn encoder(&self, universe: u16) -> Option<UniverseEncoder> {
        match self.kind {
            Kind::Sacn => {
                let group = sacn::group_of(universe)?;
                let mut cid = [0; 16];
                let id = CID.into_iter().chain(universe.to_be_bytes());
                for (slot, byte) in cid.iter_mut().zip(id) {
                    *slot = byte;
                }
                let encoder = sacn::Encoder::new(sacn::Header {
                    cid,
                    name: self.name.clone(),
                    priority: self.priority,
                    universe,
                });
                Some(UniverseEncoder::Sacn(encoder, group))
            }
            Kind::ArtNet => (universe <= artnet::limits::UNIVERSE_MAX)
                .then(|| UniverseEncoder::ArtNet(artnet::Encoder::new(universe))),
        }
    }
}

/// `8x4`: columns and rows.
fn grid(text: &str) -> Option<[usize; 2]> {
    let (columns, rows) = text.split_once('x')?;
    let count = |text: &str, max: usize| text.parse().ok().filter(|n| (1..=max).contains(n));
    Some([count(columns, GRID_MAX[0])?, count(rows, GRID_MAX[1])?])
}

impl fmt::Display for Lights {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (scheme, group) = match self.kind {
            Kind::Sacn => (SACN.scheme, sacn::group_of(self.first_universe)),
            Kind::ArtNet => (ARTNET.scheme, None),
        };
        let place = match group {
            Some(group) => self.place.clone().or_to(group),
            None => self.place.clone(),
        };
        write!(f, "{scheme}://{place}")
    }
}

impl Recipe for Lights {
    fn open(&self) -> Result<AnyWriter, OutputError> {
        let group = sacn::group_of(self.first_universe).filter(|_| self.kind == Kind::Sacn);
        Ok(AnyWriter::Colours(Box::new(LightsWriter {
            socket: self.place.open(group)?,
            to_groups: self.place.host.is_none(),
            lights: self.clone(),
            universes: Vec::new(),
            channels: Vec::new(),
        })))
    }
}

enum UniverseEncoder {
    Sacn(sacn::Encoder, Ipv4Addr),
    ArtNet(artnet::Encoder),
}

struct LightsWriter {
    lights: Lights,
    socket: SendSocket,
    to_groups: bool,
    universes: Vec<UniverseEncoder>,
    channels: Vec<u8>,
}

impl LightsWriter {
    /// A packet for each universe that the channels reach.
    fn send_channels(&mut self, counters: &OutputCounters) {
        let channels = std::mem::take(&mut self.channels);
        for (at, channels) in channels.chunks(3 * CELLS_PER_UNIVERSE).enumerate() {
            if at == self.universes.len() {
                let universe = u16::try_from(at).ok();
                let universe = universe.and_then(|at| self.lights.first_universe.checked_add(at));
                let Some(encoder) = universe.and_then(|u| self.lights.encoder(u)) else {
                    counters.values_beyond.increment();
                    break;
                };
                self.universes.push(encoder);
            }
            match self.universes.get_mut(at) {
                Some(UniverseEncoder::Sacn(encoder, group)) => {
                    let (packet, group) = (encoder.encode(channels), *group);
                    self.send(&packet, Some(group), counters);
                }
                Some(UniverseEncoder::ArtNet(encoder)) => {
                    let packet = encoder.encode(channels);
                    self.send(&packet, None, counters);
                }
                None => {}
            }
        }
        self.channels = channels;
    }

    fn send(&self, packet: &[u8], group: Option<Ipv4Addr>, counters: &OutputCounters) {
        match group.filter(|_| self.to_groups) {
            Some(group) => self.socket.send_to(packet, group.into(), counters),
            None => self.socket.send(packet, counters),
        }
    }
}

impl Writer<WallColours> for LightsWriter {
    fn write(&mut self, colours: &WallColours, counters: &OutputCounters) {
        let (cells, curve) = (self.lights.cells, self.lights.curve);
        self.channels.clear();
        if self.lights.walls.is_empty() {
            for wall in &colours.walls {
                wall.channels(cells, curve, &mut self.channels);
            }
        }
        for name in &self.lights.walls {
            match colours.walls.iter().find(|wall| wall.name == *name) {
                Some(wall) => wall.channels(cells, curve, &mut self.channels),
                None => {
                    let dark = self.channels.len() + 3 * cells.iter().product::<usize>();
                    self.channels.resize(dark, 0);
                    counters.frames_without.increment();
                }
            }
        }
        self.send_channels(counters);
    }

    /// The last channels again.
    fn keep_alive(&mut self, counters: &OutputCounters) {
        self.send_channels(counters);
    }

    /// sACN says that it ends, three times, so that receivers need not wait for 2.5 s. Art-Net cannot.
    fn end(&mut self, counters: &OutputCounters) {
        for _ in 0..END_TIMES {
            for at in 0..self.universes.len() {
                if let Some(UniverseEncoder::Sacn(encoder, group)) = self.universes.get_mut(at) {
                    let (packet, group) = (encoder.encode_end(), *group);
                    self.send(&packet, Some(group), counters);
                }
            }
        }
    }
}
