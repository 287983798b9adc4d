//! What `cyc sim` prints is what `cyc listen` takes: every protocol at once, as a person copies it from one terminal to the
//! other.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use cyc_simulator::servers::PROTOCOLS;
use program::{cyc, object, run, said};
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::time::Duration;

/// A simulator that is ended with the test.
struct Sim(Child);

impl Drop for Sim {
    fn drop(&mut self) {
        self.0.kill().unwrap();
        self.0.wait().unwrap();
    }
}

/// Starts `cyc sim` with everything and reads the addresses from what it tells people. Another program may have one of the
/// ports just now: then it says so and ends, and is started again.
fn everything() -> (Sim, Vec<String>) {
    let mut arguments = vec!["sim"];
    arguments.extend(PROTOCOLS.iter().map(|p| p.name()));
    arguments.extend(["--seconds", "60", "--occlusion", "0"]);
    for _ in 0..20 {
        let mut sim = cyc(&arguments).stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(sim.stdout.take().unwrap());
        let sim = Sim(sim);
        let mut urls = Vec::new();
        for line in out.lines().map_while(Result::ok) {
            let words = line.split_whitespace().filter(|word| word.contains("://"));
            urls.extend(words.map(str::to_owned));
            if urls.len() == PROTOCOLS.len() {
                return (sim, urls);
            }
        }
        std::thread::sleep(Duration::from_secs(2));
    }
    panic!("cyc sim did not start with every protocol");
}

#[test]
fn every_address_that_sim_prints_can_be_listened_to() {
    let (_sim, urls) = everything();
    let mut arguments = vec!["listen", "--json", "--seconds", "6"];
    arguments.extend(urls.iter().map(String::as_str));
    let output = run(&arguments);
    let heard = object(&output);
    let sources = heard["sources"].as_array().unwrap();
    assert_eq!(sources.len(), PROTOCOLS.len());
    for source in sources {
        let frames = source["frames"].as_u64().unwrap();
        assert!(frames >= 20 && source["state"] == "live", "{source}");
        let subjects = source["subjects"].as_array().unwrap();
        assert!(!subjects.is_empty(), "{source}");
        // Whatever a loaded machine loses: nothing of it is read wrongly.
        let wrong = ["unit", "axis", "floor", "protocol"];
        let diagnosis = source["diagnosis"].as_str().unwrap_or_default();
        assert!(
            !wrong.iter().any(|word| diagnosis.contains(word)),
            "{source}"
        );
    }
    assert!(output.status.success(), "{}", said(&output));
}
