//! The figures of a running stage, read by Prometheus' own parser, and what nobody may do to the stage through them.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod program;

use program::Running;
use program::door::{Door, stage_file};
use program::python::{python, python_with};
use serde_json::Value;
use std::io::{Read, Write};
use std::net::{TcpStream, UdpSocket};
use std::time::{Duration, Instant};

fn ask(address: &str, head: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(program::PATIENCE)).unwrap();
    let request = format!("{head}\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head[9..12].parse().unwrap(), body.to_owned())
}

/// Reads the text from its standard input; prints each sample by its name and labels.
const PARSE: &str = "
import json, sys
from prometheus_client.parser import text_string_to_metric_families
found = {}
for family in text_string_to_metric_families(sys.stdin.read()):
    assert family.type in ('gauge', 'counter', 'summary'), family
    for sample in family.samples:
        labels = ','.join(f'{k}={v}' for k, v in sorted(sample.labels.items()))
        name = sample.name + ('|' + labels if labels else '')
        assert name not in found, name
        found[name] = sample.value
print(json.dumps(found))
";

#[test]
fn prometheus_reads_the_figures_and_they_are_the_stages_own() {
    let folder = tempfile::tempdir().unwrap();
    let free = UdpSocket::bind("127.0.0.1:0").unwrap();
    let datagrams = free.local_addr().unwrap().to_string();
    drop(free);
    let to = ["--bind", ":0", "--to", &datagrams, "--json"];
    let system = Running::start(&[&["sim", "vicon", "vicon-udp"], &to[..]].concat());
    let path = stage_file(folder.path(), &system.address("vicon"), &datagrams);
    let text = std::fs::read_to_string(&path).unwrap();
    let output = "[[output]]\nname = \"o\"\nurl = \"vmc://127.0.0.1:9?subject=Performer\"\n";
    let telemetry = "\n[telemetry]\nmetrics = \"127.0.0.1:0\"\n";
    std::fs::write(&path, text + telemetry + output).unwrap();
    let stage = Running::start(&["run", &path, "--no-picture", "--json"]);
    let (door, _) = Door::of(&stage);
    let told = stage.line_with("/metrics");
    let address = told.split("http://").nth(1).unwrap();
    let address = address.trim_end().trim_end_matches("/metrics").to_owned();
    // Delays are counted from the first performer on that is solved: she is calibrated after seven seconds.
    let solved = |s: &Value| s["performers"][0]["calibrated"] == true;
    let heard = |s: &Value| s["latency"][0]["since_start"]["count"].as_u64() > Some(200);
    door.until("solved", |s| solved(s) && heard(s));
    let get = "GET /metrics HTTP/1.1\r\nHost: localhost";
    // What is not asked for is not given, nor to a page from elsewhere.
    for (head, status) in [
        ("GET / HTTP/1.1\r\nHost: localhost", 404),
        (
            "POST /metrics HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0",
            405,
        ),
        ("GET /metrics HTTP/1.1\r\nHost: stage.example.org", 403),
        (
            "GET /metrics HTTP/1.1\r\nHost: localhost\r\nOrigin: http://example.org",
            403,
        ),
        (get, 200),
    ] {
        assert_eq!(ask(&address, head).0, status, "{head}");
    }
    if let Some(interpreter) = python_with("prometheus_client") {
        let before = door.state();
        std::thread::sleep(Duration::from_millis(700));
        let (_, body) = ask(&address, get);
        // Document and text are renewed each in its own time: what is read at once may be older than what was read before.
        std::thread::sleep(Duration::from_millis(700));
        let after = door.state();
        let parsed = python(&interpreter, PARSE, &[], &body);
        assert!(parsed.status.success(), "{}", program::said(&parsed));
        let found: Value = serde_json::from_slice(&parsed.stdout).unwrap();
        let of = |name: &str| {
            found[name]
                .as_f64()
                .unwrap_or_else(|| panic!("{name}: {found:#}"))
        };
        // The document was read before and after: what counts up lies between.
        let frames = |s: &Value| s["sources"][0]["frames"].as_f64().unwrap();
        let counted = of("cyclorama_source_frames_total|source=vicon");
        assert!(
            (frames(&before)..=frames(&after)).contains(&counted),
            "{counted}"
        );
        let legs = ["receive", "queue", "solve", "publish", "packet_to_pose"];
        for leg in legs {
            assert!(of(&format!("cyclorama_latency_seconds_count|leg={leg}")) > 100.0);
            assert!(
                of(&format!(
                    "cyclorama_latency_seconds|leg={leg},quantile=0.99"
                )) > 0.0
            );
        }
        let states = ["starting", "running", "degraded", "holding", "failed"];
        let states = states.map(|s| of(&format!("cyclorama_state|state={s}")));
        assert_eq!(states.iter().sum::<f64>(), 1.0);
        let rate = of("cyclorama_source_rate_hertz|source=vicon");
        assert!((60.0..240.0).contains(&rate), "{rate}");
        of("cyclorama_performer_markers|performer=Performer");
        let queue = |family: &str, queue: &str, about: &str| {
            of(&format!(
                "cyclorama_queue_{family}|about={about},queue={queue}"
            ))
        };
        // What the ring to the solver lost came late; what went through it was once in it.
        assert_eq!(queue("capacity", "live", "vicon"), 8.0);
        assert!((1.0..=8.0).contains(&queue("most", "live", "vicon")));
        assert!(queue("waiting", "live", "vicon") <= queue("most", "live", "vicon"));
        assert_eq!(queue("most", "stage_figures", ""), 1.0);
        // Nothing is recorded, so that nothing ever waited to be.
        assert_eq!(queue("most", "record_packets", "vicon"), 0.0);
        let url = "vmc://127.0.0.1:9";
        assert!(queue("most", "output", url) >= 1.0);
        let documents = after["queues"].as_array().unwrap();
        let families = found.as_object().unwrap().keys();
        let told = families.filter(|name| name.starts_with("cyclorama_queue_capacity"));
        assert_eq!(told.count(), documents.len());
        for document in documents {
            let name = |key: &str| document[key].as_str().unwrap();
            let capacity = queue("capacity", name("queue"), name("about"));
            assert_eq!(document["capacity"].as_f64(), Some(capacity));
        }
        of("cyclorama_receive_total|count=strangers,source=vicon-objects");
        assert!(
            found
                .as_object()
                .unwrap()
                .keys()
                .any(|k| k.starts_with("cyclorama_output_total|"))
        );
    }
    // Half-open requests take no place from who asks: the oldest of them goes.
    let leaning: Vec<_> = (0..200)
        .map(|_| TcpStream::connect(&address).unwrap())
        .collect();
    let began = Instant::now();
    assert_eq!(ask(&address, get).0, 200);
    assert!(began.elapsed() < Duration::from_secs(10));
    drop(leaning);
    assert_eq!(stage.terminate().0, Some(0));
}
