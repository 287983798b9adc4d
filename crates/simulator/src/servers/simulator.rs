//! Starting and stopping a virtual capture system.

use super::config::{ServerConfig, ServerWriter, SimulatorConfig};
use super::counters::ServerCounters;
use super::datagrams::DatagramSender;
use super::error::SimulatorError;
use super::faults::FaultDice;
use super::pace::{Channel, Outlet, Pace};
use super::producer::FrameProducer;
use super::protocol::Protocol;
use super::stream::{Listening, serve};
use cyc_model::HostNs;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use tokio::sync::watch;

/// Where a protocol is served: the address that is listened on, or the one that is sent to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ServerAddress {
    /// The protocol.
    pub protocol: Protocol,
    /// The address, with the port that was really taken.
    pub address: SocketAddr,
    /// Where requests are answered, for a protocol of datagrams in which clients ask.
    pub requests: Option<SocketAddr>,
}

impl ServerAddress {
    /// The address as receivers on this machine take it: a source's URL.
    pub fn url(&self) -> String {
        let (name, address) = (self.protocol.scheme(), self.address);
        let group = Some(address.ip()).filter(IpAddr::is_multicast);
        let port = address.port();
        match (self.requests.filter(|r| r.ip().is_loopback()), group) {
            (Some(asked), Some(group)) => {
                format!("{name}://{asked}?data={port}&multicast={group}")
            }
            (Some(asked), None) => format!("{name}://{asked}?data={port}"),
            (None, Some(group)) => format!("{name}://:{port}?multicast={group}"),
            (None, None) if self.protocol.is_calling() => format!("{name}://{address}?tcp=true"),
            (None, None) => format!("{name}://{address}"),
        }
    }
}

/// Starts virtual capture systems.
#[derive(Debug)]
pub struct Simulator;

/// A virtual capture system that runs. Dropping it stops it.
#[derive(Debug)]
pub struct SimulatorHandle {
    addresses: Vec<ServerAddress>,
    counters: Arc<ServerCounters>,
    stop: Arc<AtomicBool>,
    stop_net: watch::Sender<bool>,
    clock: Option<JoinHandle<()>>,
    net: Option<JoinHandle<()>>,
}

impl Simulator {
    /// Opens every socket, then starts the threads: when it returns, clients can connect.
    pub fn start(
        config: SimulatorConfig,
        producer: Box<dyn FrameProducer>,
    ) -> Result<SimulatorHandle, SimulatorError> {
        let rate_hz = producer.rate_hz();
        if !(1.0..=1000.0).contains(&rate_hz) {
            return Err(SimulatorError::BadRate { rate_hz });
        }
        config.faults.validate()?;
        config.source_faults.validate()?;
        if config.servers.is_empty() {
            return Err(SimulatorError::NoServer);
        }
        let counters = Arc::new(ServerCounters::default());
        let (mut channels, mut listening, mut addresses) = (Vec::new(), Vec::new(), Vec::new());
        for (i, server) in config.servers.into_iter().enumerate() {
            let (mut outlet, address) = open(server, &mut listening)?;
            if let Outlet::Datagrams(sender) = &mut outlet {
                sender.introduce(&producer.roster(), rate_hz);
            }
            addresses.push(address);
            channels.push(Channel {
                outlet,
                dice: FaultDice::new(config.faults, config.seed, i),
                last_due: HostNs::default(),
            });
        }
        let stop = Arc::new(AtomicBool::new(false));
        let (stop_net, stopped) = watch::channel(false);
        let mut handle = SimulatorHandle {
            addresses,
            counters: Arc::clone(&counters),
            stop: Arc::clone(&stop),
            stop_net,
            clock: None,
            net: None,
        };
        if !listening.is_empty() {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .map_err(system("runtime"))?;
            let counters = Arc::clone(&counters);
            let net = move || serve(&runtime, listening, counters, stopped);
            handle.net = Some(spawn("sim-net", net)?);
        }
        let numbers = (config.first_number, config.frames_max);
        let faults = (config.source_faults, config.seed);
        let pace = Pace::new(producer, channels, counters, stop, numbers, faults);
        handle.clock = Some(spawn("sim-clock", move || pace.run())?);
        Ok(handle)
    }
}

fn spawn(
    name: &'static str,
    work: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, SimulatorError> {
    let thread = std::thread::Builder::new().name(name.to_owned());
    thread.spawn(work).map_err(system(name))
}

fn system(what: &'static str) -> impl FnOnce(std::io::Error) -> SimulatorError {
    move |source| SimulatorError::System { what, source }
}

fn open(
    config: ServerConfig,
    listening: &mut Vec<Listening>,
) -> Result<(Outlet, ServerAddress), SimulatorError> {
    let (protocol, address) = (config.protocol, config.address);
    match config.writer {
        ServerWriter::Stream(server) => {
            let cannot = |source| SimulatorError::Bind { address, source };
            let listener = std::net::TcpListener::bind(address).map_err(cannot)?;
            listener.set_nonblocking(true).map_err(cannot)?;
            let address = listener.local_addr().map_err(cannot)?;
            let calls = server.is_called().then(|| calls_at(address));
            let cannot = |source| SimulatorError::Bind { address, source };
            let (newest, receiver) = watch::channel(None);
            listening.push(Listening {
                listener,
                calls: calls.transpose().map_err(cannot)?,
                newest: receiver,
                server,
            });
            let outlet = Outlet::Stream(newest);
            let address = ServerAddress {
                protocol,
                address,
                requests: None,
            };
            Ok((outlet, address))
        }
        ServerWriter::Datagrams { encoder, requests } => {
            let cannot = |source| match requests {
                Some(address) => SimulatorError::Bind { address, source },
                None => system("udp socket")(source),
            };
            let sender = DatagramSender::new(address, requests, encoder, protocol.is_calling())
                .map_err(cannot)?;
            let address = ServerAddress {
                protocol,
                address: sender.to(),
                requests: sender.requests(),
            };
            Ok((Outlet::Datagrams(sender), address))
        }
    }
}

/// A socket for clients that call rather than connect, on the port that others connect to.
fn calls_at(address: SocketAddr) -> std::io::Result<std::net::UdpSocket> {
    let socket = std::net::UdpSocket::bind(address)?;
    socket.set_nonblocking(true)?;
    Ok(socket)
}

impl SimulatorHandle {
    /// What is served where, in the order of the configuration.
    pub fn addresses(&self) -> &[ServerAddress] {
        &self.addresses
    }

    /// The first address of a protocol.
    pub fn address_of(&self, protocol: Protocol) -> Option<SocketAddr> {
        let mut all = self.addresses.iter();
        all.find(|a| a.protocol == protocol).map(|a| a.address)
    }

    /// What was done so far.
    pub fn counters(&self) -> &ServerCounters {
        &self.counters
    }

    /// Whether frames are still made.
    pub fn is_running(&self) -> bool {
        self.clock.as_ref().is_some_and(|c| !c.is_finished())
    }

    /// Waits until the performance has ended and its clients have been told goodbye.
    pub fn wait(&mut self) {
        for thread in [self.clock.take(), self.net.take()].into_iter().flatten() {
            // A panic in a thread is reported by its own hook; there is nothing left to end.
            let _ = thread.join();
        }
    }

    /// Ends it now: no more frames, every connection closed.
    pub fn stop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        self.stop_net.send_replace(true);
        self.wait();
    }
}

impl Drop for SimulatorHandle {
    fn drop(&mut self) {
        self.stop();
    }
}
