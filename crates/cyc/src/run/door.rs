//! The door of a running stage: its server, and the file by which programs of this machine find it.

use super::steering::BothTexts;
use crate::failure::Failure;
use cyc_control::server::{ControlServer, OscDoor, ServerSetup};
use cyc_control::{DOCUMENT_FORMAT, Door, KeptDoor, Order, Role, StageDocument, Tokens};
use cyc_stage::Stage;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

/// The open door.
pub struct OpenDoor {
    /// The server.
    pub server: ControlServer,
    kept: KeptDoor,
}

impl OpenDoor {
    /// Opens a stage's door, if the stage file has not closed it. Orders come out of what is returned with it.
    pub fn open(
        stage: &Stage,
        texts: &Arc<BothTexts>,
    ) -> Result<Option<(Self, Receiver<Order>)>, Failure> {
        let plan = stage.control();
        let Some(http) = plan.http else {
            return Ok(None);
        };
        let no_randomness = || Failure::internal("the system gives no randomness for tokens");
        let tokens = Tokens::random().ok_or_else(no_randomness)?;
        let setup = ServerSetup {
            http,
            osc: plan.osc.map(|address| OscDoor {
                address,
                allow: plan.osc_allow.clone(),
            }),
            tokens: tokens.clone(),
            voice: texts.voice(),
        };
        let (server, orders) = ControlServer::start(setup)?;
        // Whoever comes before the first reading sees a stage that starts.
        server.published.put_state(&StageDocument {
            format: DOCUMENT_FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            stage: stage.name().to_owned(),
            ..StageDocument::default()
        });
        let token = |role| tokens.of(role).to_owned();
        let door = Door {
            address: server.http,
            view: token(Role::View),
            operate: token(Role::Operate),
            configure: token(Role::Configure),
            stage: stage.name().to_owned(),
            pid: std::process::id(),
        };
        let kept = door.keep(&Door::folder())?;
        Ok(Some((Self { server, kept }, orders)))
    }

    /// The file by which it is found.
    pub fn path(&self) -> &Path {
        self.kept.path()
    }
}
