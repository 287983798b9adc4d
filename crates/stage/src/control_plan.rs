//! By what ways a running stage may be steered, and where its takes go.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// By what ways a running stage may be steered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ControlPlan {
    /// Where the panel and programs reach it, on this machine; port 0 is any free one. `None` when nobody shall.
    pub http: Option<SocketAddr>,
    /// Where OSC commands are heard; `None` when nowhere.
    pub osc: Option<SocketAddr>,
    /// Other machines that may send OSC commands.
    pub osc_allow: Vec<IpAddr>,
    /// Folder that takes are written to, relative to the stage file's.
    pub takes: String,
    /// Where figures are served to monitoring systems, on this machine; `None` when nowhere.
    pub metrics: Option<SocketAddr>,
}

impl Default for ControlPlan {
    fn default() -> Self {
        Self {
            http: Some(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
            osc: None,
            osc_allow: Vec::new(),
            takes: "takes".to_owned(),
            metrics: None,
        }
    }
}
