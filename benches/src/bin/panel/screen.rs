//! A screen without a monitor, for the panel.

use crate::Outcome;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// An X server; it ends with this.
pub struct Screen {
    server: Child,
    /// Its name, as `DISPLAY` wants it.
    pub display: String,
}

impl Screen {
    /// Starts one of the panel's size.
    pub fn open() -> Outcome<Self> {
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1280x800x24"])
            .args(["-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("Xvfb: {e}"))?;
        let mut number = String::new();
        let told = server.stdout.take().ok_or("no pipe")?;
        BufReader::new(told).read_line(&mut number)?;
        let display = format!(":{}", number.trim());
        Ok(Self { server, display })
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        // Gone already is as good.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}
