//! A command on its way to the stage, with the way back for the answer.

use crate::{Command, Reply, Role};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use tokio::sync::oneshot;

/// By what way a command came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Via {
    /// The HTTP interface.
    Http,
    /// The operator's panel.
    Panel,
    /// A key in a window of the stage.
    Key,
    /// OSC.
    Osc,
}

impl Via {
    /// Its name in the log.
    pub fn name(self) -> &'static str {
        match self {
            Self::Http => "http",
            Self::Panel => "panel",
            Self::Key => "key",
            Self::Osc => "osc",
        }
    }
}

/// A command that waits for its answer.
#[derive(Debug)]
pub struct Order {
    /// The command; its values have been looked at.
    pub command: Command,
    /// How it came.
    pub via: Via,
    /// What whoever gave it may do.
    pub role: Role,
    answer: oneshot::Sender<Reply>,
}

impl Order {
    /// Answers it. Whoever asked may have gone away: then nobody hears.
    pub fn answer(self, reply: Reply) {
        let _ = self.answer.send(reply);
    }
}

/// Why a command was not handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotTaken {
    /// Too many wait already.
    Busy,
    /// The stage has ended.
    Ended,
}

/// Where commands are handed in. Never waits.
#[derive(Clone, Debug)]
pub struct OrderDesk {
    orders: SyncSender<Order>,
}

impl OrderDesk {
    /// A desk, and where the stage takes the orders from.
    pub fn open() -> (Self, Receiver<Order>) {
        let (orders, taken) = sync_channel(crate::limits::ORDERS_MAX);
        (Self { orders }, taken)
    }

    /// Hands a command in; the answer comes out of what is returned.
    pub fn give(
        &self,
        command: Command,
        via: Via,
        role: Role,
    ) -> Result<oneshot::Receiver<Reply>, NotTaken> {
        let (answer, answered) = oneshot::channel();
        let order = Order {
            command,
            via,
            role,
            answer,
        };
        match self.orders.try_send(order) {
            Ok(()) => Ok(answered),
            Err(TrySendError::Full(_)) => Err(NotTaken::Busy),
            Err(TrySendError::Disconnected(_)) => Err(NotTaken::Ended),
        }
    }
}
