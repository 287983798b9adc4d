//! A running stage's door, as a script has it: the door file that `cyc run` names, over HTTP that is written by hand here.

use super::{Running, root};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The way into a running stage.
pub struct Door(Value);

impl Door {
    /// That of a stage that was started, and the file that it stands in.
    pub fn of(stage: &Running) -> (Self, PathBuf) {
        let told = stage.line_with(".door.json");
        let path = told.split_whitespace().find(|w| w.contains(".door.json"));
        let path = PathBuf::from(path.unwrap().trim_end_matches('.'));
        let text = std::fs::read_to_string(&path).unwrap();
        (Self(serde_json::from_str(&text).unwrap()), path)
    }

    /// Sends a request; the status and the body.
    pub fn ask(&self, role: &str, head: &str, body: &str) -> (u16, Value) {
        let mut stream = TcpStream::connect(self.0["address"].as_str().unwrap()).unwrap();
        stream.set_read_timeout(Some(super::PATIENCE)).unwrap();
        let (token, length) = (self.0[role].as_str().unwrap(), body.len());
        let request = format!(
            "{head} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        (
            head[9..12].parse().unwrap(),
            serde_json::from_str(body).unwrap(),
        )
    }

    /// Gives a command.
    pub fn tell(&self, command: Value) -> (u16, Value) {
        self.ask("configure", "POST /v1/commands", &command.to_string())
    }

    /// The stage's document.
    pub fn state(&self) -> Value {
        let (status, state) = self.ask("view", "GET /v1/state", "");
        assert_eq!(status, 200);
        state
    }

    /// Waits until the state is as wished.
    pub fn until(&self, what: &str, wished: impl Fn(&Value) -> bool) -> Value {
        let until = Instant::now() + super::PATIENCE;
        loop {
            let state = self.state();
            if wished(&state) {
                return state;
            }
            assert!(Instant::now() < until, "{what}: {state:#}");
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

/// The demo's stage with other addresses, somewhere else.
pub fn stage_file(folder: &Path, stream: &str, datagrams: &str) -> String {
    let text = std::fs::read_to_string(root().join("rigs/stages/demo.toml")).unwrap();
    let text = text
        .replace("127.0.0.1:8801", stream)
        .replace("127.0.0.1:51001", datagrams)
        .replace("../markersets", "rigs/markersets")
        .replace("../../assets", "assets");
    let path = folder.join("stage.toml");
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

/// What is wrong now, by key.
pub fn keys(state: &Value) -> Vec<&str> {
    let findings = state["findings"].as_array().unwrap().iter();
    findings.map(|f| f["key"].as_str().unwrap()).collect()
}
