//! The server: a thread of its own with HTTP and OSC, that serves copies and hands commands over.
//!
//! It holds nothing that the show needs. The stage publishes its document whenever it likes; should this thread hang, or
//! everybody in the world connect to it, publishing goes on and costs the same.

mod callers;
mod ending;
mod gate;
mod http;
mod metrics;
mod osc;
mod published;
mod voice;

pub use gate::GateFigures;
pub use metrics::MetricsServer;
pub use osc::OscDoor;
pub use published::Published;
pub use voice::Voice;

use crate::order::{Order, OrderDesk};
use crate::token::Tokens;
use gate::Gate;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::Receiver;
use std::thread::JoinHandle;
use std::time::Duration;
use thiserror::Error;
use tokio::sync::watch;

/// How the server is set up.
pub struct ServerSetup {
    /// Where HTTP is served: loopback only. Port 0 takes any free one.
    pub http: SocketAddr,
    /// Where OSC is heard, if anywhere.
    pub osc: Option<OscDoor>,
    /// Who may do what.
    pub tokens: Tokens,
    /// Puts errors into words, in both languages.
    pub voice: Voice,
}

/// Why there is no server.
#[derive(Debug, Error)]
pub enum ServerError {
    /// HTTP has no encryption: it stays on this machine.
    #[error("{address} is not on this machine; control is served on loopback only")]
    NotLoopback {
        /// What was asked for.
        address: SocketAddr,
    },
    /// OSC knows no tokens: other machines must be named.
    #[error("OSC on {address} is open to every machine; name those that may send")]
    OscOpen {
        /// What was asked for.
        address: SocketAddr,
    },
    /// The address cannot be used.
    #[error("{address}: {reason}")]
    Bind {
        /// What was asked for.
        address: SocketAddr,
        /// What the system said.
        reason: String,
    },
    /// No thread or runtime.
    #[error("the control thread cannot be started: {reason}")]
    Thread {
        /// What the system said.
        reason: String,
    },
}

impl ServerError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::NotLoopback { .. } => "control-not-loopback",
            Self::OscOpen { .. } => "control-osc-open",
            Self::Bind { .. } => "control-bind",
            Self::Thread { .. } => "control-thread",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::NotLoopback { address } | Self::OscOpen { address } => {
                vec![("address", address.to_string())]
            }
            Self::Bind { address, reason } => {
                vec![("address", address.to_string()), ("reason", reason.clone())]
            }
            Self::Thread { reason } => vec![("reason", reason.clone())],
        }
    }
}

/// What all connections share.
struct Shared {
    published: Arc<Published>,
    desk: OrderDesk,
    gate: Gate,
    voice: Voice,
}

/// The running server.
pub struct ControlServer {
    /// Where HTTP is served.
    pub http: SocketAddr,
    /// Where OSC is heard.
    pub osc: Option<SocketAddr>,
    /// Where the stage puts what is served.
    pub published: Arc<Published>,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl ControlServer {
    /// Starts it; commands come out of the receiver, each to be answered.
    pub fn start(setup: ServerSetup) -> Result<(Self, Receiver<Order>), ServerError> {
        if !setup.http.ip().is_loopback() {
            return Err(ServerError::NotLoopback {
                address: setup.http,
            });
        }
        let listener = bound(setup.http, std::net::TcpListener::bind(setup.http))?;
        let http = bound(setup.http, listener.local_addr())?;
        bound(http, listener.set_nonblocking(true))?;
        let osc = setup.osc.map(OscDoor::bind).transpose()?;
        let osc_address = osc.as_ref().map(|o| o.address);
        let (desk, orders) = OrderDesk::open();
        let published = Arc::<Published>::default();
        let shared = Arc::new(Shared {
            published: Arc::clone(&published),
            desk,
            gate: Gate::new(setup.tokens),
            voice: setup.voice,
        });
        let (stop, stopped) = watch::channel(false);
        let no_thread = |e: std::io::Error| ServerError::Thread {
            reason: e.to_string(),
        };
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(no_thread)?;
        let serving = Arc::clone(&shared);
        let thread = std::thread::Builder::new()
            .name("control".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    let heard = osc::hear(osc, Arc::clone(&serving), stopped.clone());
                    tokio::join!(http::serve(listener, serving, stopped.clone()), heard);
                });
                runtime.shutdown_timeout(Duration::from_millis(100));
            })
            .map_err(no_thread)?;
        let server = Self {
            http,
            osc: osc_address,
            published,
            shared,
            stop,
            thread: Some(thread),
        };
        Ok((server, orders))
    }

    /// Where commands that come another way (keys of a window) are handed in.
    pub fn desk(&self) -> OrderDesk {
        self.shared.desk.clone()
    }

    /// What was let in and what was not.
    pub fn figures(&self) -> GateFigures {
        self.shared.gate.figures()
    }
}

impl Drop for ControlServer {
    fn drop(&mut self) {
        ending::end(&self.stop, self.thread.take());
    }
}

fn bound<T>(address: SocketAddr, result: std::io::Result<T>) -> Result<T, ServerError> {
    result.map_err(|e| ServerError::Bind {
        address,
        reason: e.to_string(),
    })
}
