//! The other side of the door: asks a stage how it is, and tells it what to do.
//!
//! Blocking, with an end to every wait: whoever uses it does so on a thread of its own. A request is sent once: a
//! command that may have arrived is never repeated. Connections are kept between requests and made anew when the
//! stage has closed them. It follows no redirection and no proxy, since a token goes with every request.

use crate::limits::{
    ADDRESS_BYTES_MAX, ANSWER_BYTES_MAX, COMMAND_MS, CONNECT_MS, IDLE_CONNECTIONS, IDLE_S, READ_MS,
};
use crate::{Command, Door, Reply, Role, Said, SceneFrame, SceneShapes, StageDocument};
use serde::de::DeserializeOwned;
use std::time::Duration;
use thiserror::Error;

/// The header that names by what way a command came.
const VIA: &str = "X-Cyclorama-Via";

/// Where a stage listens, and what is shown there.
#[derive(Clone, PartialEq, Eq)]
pub struct Access {
    base: String,
    /// In the order of [`Role::ALL`].
    tokens: [String; 3],
}

/// Tokens go into no log.
impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Access").field(&self.base).finish()
    }
}

/// Why the stage gave no answer that helps.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ClientError {
    /// The address is none.
    #[error("`{address}` is no address of a stage")]
    BadAddress {
        /// What was given.
        address: String,
    },
    /// Nobody answers there, or not in time.
    #[error("{address} does not answer: {reason}")]
    NoAnswer {
        /// The address.
        address: String,
        /// What the system said.
        reason: String,
    },
    /// Something answers that is no stage of this version.
    #[error("the answer of {address} is not understood: {reason}")]
    NotUnderstood {
        /// The address.
        address: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The stage refuses to be asked: a wrong token, most likely.
    #[error("{address} refuses ({status}): {}", what.en)]
    Refused {
        /// The address.
        address: String,
        /// The HTTP status.
        status: u16,
        /// The stage's own words.
        what: Said,
        /// What it says to do.
        fix: Said,
    },
}

impl ClientError {
    /// The message's key in the texts.
    pub fn key(&self) -> &'static str {
        match self {
            Self::BadAddress { .. } => "control-bad-address",
            Self::NoAnswer { .. } => "control-no-connection",
            Self::NotUnderstood { .. } => "control-not-understood",
            Self::Refused { .. } => "control-not-let-in",
        }
    }

    /// The message's arguments.
    pub fn args(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::BadAddress { address } => vec![("address", address.clone())],
            Self::NoAnswer { address, reason } | Self::NotUnderstood { address, reason } => {
                vec![("address", address.clone()), ("reason", reason.clone())]
            }
            Self::Refused {
                address, status, ..
            } => vec![("address", address.clone()), ("status", status.to_string())],
        }
    }
}

impl Access {
    /// The way in that a door file tells.
    pub fn of(door: &Door) -> Self {
        Self {
            base: format!("http://{}", door.address),
            tokens: Role::ALL.map(|role| door.token(role).to_owned()),
        }
    }

    /// A way in by hand: `127.0.0.1:4711` or `http://127.0.0.1:4711`, and one token for whatever it allows.
    pub fn new(address: &str, token: &str) -> Result<Self, ClientError> {
        let bad = || ClientError::BadAddress {
            address: address.chars().take(ADDRESS_BYTES_MAX).collect(),
        };
        let place = address.strip_prefix("http://").unwrap_or(address);
        let place = place.strip_suffix('/').unwrap_or(place);
        let (host, port) = place.rsplit_once(':').ok_or_else(bad)?;
        let is_host = |c: char| c.is_ascii_alphanumeric() || "-._:[]".contains(c);
        let is_fine = (1..=ADDRESS_BYTES_MAX).contains(&host.len())
            && host.chars().all(is_host)
            && port.parse::<u16>().is_ok_and(|port| port > 0);
        let is_token = !token.is_empty() && token.chars().all(|c| c.is_ascii_graphic());
        if !is_fine || !is_token {
            return Err(bad());
        }
        Ok(Self {
            base: format!("http://{place}"),
            tokens: Role::ALL.map(|_| token.to_owned()),
        })
    }

    /// The address, for people.
    pub fn address(&self) -> &str {
        &self.base
    }

    fn bearer(&self, role: Role) -> String {
        let at = Role::ALL.iter().position(|r| *r == role);
        let token = at.and_then(|at| self.tokens.get(at));
        format!("Bearer {}", token.map_or("", String::as_str))
    }
}

/// Asks one stage. Each thread has its own.
#[derive(Debug)]
pub struct ControlClient {
    access: Access,
    agent: ureq::Agent,
}

impl ControlClient {
    /// Connects when first asked.
    pub fn new(access: Access) -> Self {
        let agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .proxy(None)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .max_idle_connections(IDLE_CONNECTIONS)
            .max_idle_age(Duration::from_secs(IDLE_S))
            .timeout_connect(Some(Duration::from_millis(CONNECT_MS)))
            .timeout_global(Some(Duration::from_millis(READ_MS)))
            .build()
            .new_agent();
        Self { access, agent }
    }

    /// The stage as it is now.
    pub fn state(&self) -> Result<StageDocument, ClientError> {
        self.read("/v1/state")
    }

    /// What stands still.
    pub fn shapes(&self) -> Result<SceneShapes, ClientError> {
        self.read("/v1/shapes")
    }

    /// What moves.
    pub fn scene(&self) -> Result<SceneFrame, ClientError> {
        self.read("/v1/scene")
    }

    /// Gives a command, with the least token that allows it; `via` is `panel` or `key`. A stage that refuses says so
    /// in its reply.
    pub fn give(&self, command: &Command, via: &str) -> Result<Reply, ClientError> {
        let body = serde_json::to_vec(command).map_err(|e| self.not_understood(e.to_string()))?;
        let answer = self
            .agent
            .post(format!("{}/v1/commands", self.access.base))
            .header("Authorization", self.access.bearer(command.role()))
            .header("Content-Type", "application/json")
            .header(VIA, via)
            .config()
            .timeout_global(Some(Duration::from_millis(COMMAND_MS)))
            .build()
            .send(&body[..]);
        let (status, body) = self.body(answer)?;
        let reply: Reply = self.understood(status, &body)?;
        if (status == 200) == reply.done {
            return Ok(reply);
        }
        Err(self.not_understood(format!("HTTP {status}, \"done\": {}", reply.done)))
    }

    fn read<T: DeserializeOwned>(&self, path: &str) -> Result<T, ClientError> {
        let answer = self
            .agent
            .get(format!("{}{path}", self.access.base))
            .header("Authorization", self.access.bearer(Role::View))
            .call();
        let (status, body) = self.body(answer)?;
        if status == 200 {
            return self.understood(status, &body);
        }
        let reply: Reply = self.understood(status, &body)?;
        Err(ClientError::Refused {
            address: self.access.base.clone(),
            status,
            what: reply.what.unwrap_or_default(),
            fix: reply.fix.unwrap_or_default(),
        })
    }

    /// The status and the whole body, within bounds of time and size.
    fn body(
        &self,
        answer: Result<ureq::http::Response<ureq::Body>, ureq::Error>,
    ) -> Result<(u16, Vec<u8>), ClientError> {
        let mut answer = answer.map_err(|e| self.failed(&e))?;
        let body = answer.body_mut().with_config().limit(ANSWER_BYTES_MAX);
        let body = body.read_to_vec().map_err(|e| self.failed(&e))?;
        Ok((answer.status().as_u16(), body))
    }

    fn understood<T: DeserializeOwned>(&self, status: u16, body: &[u8]) -> Result<T, ClientError> {
        serde_json::from_slice(body).map_err(|e| self.not_understood(format!("HTTP {status}: {e}")))
    }

    fn not_understood(&self, reason: String) -> ClientError {
        ClientError::NotUnderstood {
            address: self.access.base.clone(),
            reason,
        }
    }

    fn failed(&self, error: &ureq::Error) -> ClientError {
        use ureq::Error::{ConnectionFailed, HostNotFound, Io, Timeout};
        let (address, reason) = (self.access.base.clone(), error.to_string());
        match error {
            Io(_) | Timeout(_) | HostNotFound | ConnectionFailed => {
                ClientError::NoAnswer { address, reason }
            }
            _ => self.not_understood(reason),
        }
    }
}
