//! Stages for the tests: one that is well, and one on which much is wrong.

use cyc_console::Seen;
use cyc_control::*;
use std::sync::Arc;

fn said(en: &str, zh_cn: &str) -> Said {
    Said {
        en: en.into(),
        zh_cn: zh_cn.into(),
    }
}

fn light(chain: Chain, mood: Mood, age_ms: f64, figure: f64, unit: Unit) -> Light {
    Light {
        chain,
        mood,
        age_ms: Some(age_ms),
        figure: Some(figure),
        unit,
    }
}

fn queue(queue: &str, about: &str, [waiting, capacity, most, dropped]: [u64; 4]) -> QueueDocument {
    QueueDocument {
        queue: queue.into(),
        about: about.into(),
        waiting,
        capacity,
        most,
        dropped,
    }
}

fn leg(leg: &str, is_sum: bool, p50_us: f64) -> LatencyDocument {
    let figures = |scale: f64| LatencyFigures {
        count: 2400,
        p50_us: p50_us * scale,
        p99_us: p50_us * scale * 1.7,
        p999_us: p50_us * scale * 2.0,
        max_us: p50_us * scale * 2.6,
    };
    LatencyDocument {
        leg: leg.into(),
        is_sum,
        since_start: figures(1.15),
        last_10_s: figures(1.0),
    }
}

fn source(name: &str, url: &str, rate_hz: f64) -> SourceDocument {
    SourceDocument {
        name: name.into(),
        url: url.into(),
        state: "live".into(),
        mood: Mood::Good,
        on: true,
        rate_hz,
        loss: 0.0,
        jitter_ms: 0.3,
        age_ms: Some(4.0),
        frames: 48_000,
        frames_lost: 2,
    }
}

fn performer(name: &str, source: &str) -> PerformerDocument {
    PerformerDocument {
        name: name.into(),
        source: source.into(),
        mood: Mood::Good,
        calibrated: true,
        quality: "live".into(),
        quality_age_ms: 0.0,
        marker_rms_mm: 8.4,
        markers_seen: 53,
        markers: 53,
        missing: vec![],
        character: "human.glb".into(),
    }
}

fn entry(number: u64, at_s: f64, via: &str, command: &str) -> LogEntry {
    LogEntry {
        number,
        at_s,
        via: via.into(),
        command: command.into(),
        done: true,
        why_not: None,
    }
}

/// Every field that the panel shows, as on a good day.
pub fn healthy() -> StageDocument {
    StageDocument {
        format: DOCUMENT_FORMAT,
        stage: "Demo volume".into(),
        number: 900,
        uptime_s: 4521.0,
        state: StageState::Running,
        state_age_s: 4498.0,
        lights: vec![
            light(Chain::Source, Mood::Good, 4.0, 120.0, Unit::Hertz),
            light(Chain::Solve, Mood::Good, 5.0, 0.2, Unit::Milliseconds),
            light(Chain::Render, Mood::Good, 21.0, 24.0, Unit::Hertz),
            light(Chain::Record, Mood::Good, 40.0, 735.0, Unit::Seconds),
            light(Chain::Sync, Mood::Good, 4.0, 0.4, Unit::Milliseconds),
        ],
        sources: vec![
            source("vicon", "vicon://127.0.0.1:8801", 120.0),
            source("vicon-objects", "vicon-udp://127.0.0.1:51001", 120.0),
        ],
        performers: vec![performer("Ann", "vicon"), performer("Bo", "vicon")],
        cameras: ["A", "B"]
            .into_iter()
            .map(|name| CameraDocument {
                name: name.into(),
                source: "vicon-objects".into(),
                mood: Mood::Good,
                quality: "live".into(),
                on_air: name == "A",
                inner: true,
                frozen: false,
                chroma_key: false,
                priority: u8::from(name == "A"),
                jumps: Vec::new(),
            })
            .collect(),
        walls: [("main", [4032, 1296]), ("ceiling", [1008, 720])]
            .into_iter()
            .map(|(name, size_px)| WallDocument {
                name: name.into(),
                size_px,
                pattern: "off".into(),
            })
            .collect(),
        show: ShowDocument {
            frozen: false,
            blackout: false,
            exposure_stops: 0.0,
            light_cards: vec![LightCardDocument {
                name: "key light".into(),
                on: true,
                gain: 2.0,
                azimuth_deg: -40.0,
                elevation_deg: 30.0,
                size_deg: [20.0, 12.0],
                color: [1.0, 0.9, 0.8],
            }],
        },
        take: TakeDocument {
            state: TakeState::Rolling,
            slate: "A-12".into(),
            take: 3,
            notes: String::new(),
            path: "takes/A-12_003.take.mcap".into(),
            seconds: 735.0,
            frames: 88_200,
            frames_dropped: 0,
            minutes_left: Some(412.0),
        },
        latency: vec![
            leg("receive", false, 40.0),
            leg("queue", false, 30.0),
            leg("solve", false, 180.0),
            leg("publish", false, 2.0),
            leg("wait_for_frame", false, 8_600.0),
            leg("encode", false, 900.0),
            leg("draw", false, 12_000.0),
            leg("packet_to_pose", true, 252.0),
            leg("end_to_end", true, 21_700.0),
        ],
        queues: vec![
            queue("live", "vicon", [0, 8, 2, 0]),
            queue("record_packets", "vicon", [3, 1024, 40, 0]),
            queue("output", "vmc://10.0.0.7:39539", [4, 4, 4, 1_312]),
            queue("stage_walls", "", [0, 1, 1, 86_400]),
        ],
        render: RenderDocument {
            on: true,
            adapter: "NVIDIA RTX 6000".into(),
            software: false,
            rate_hz: 24.0,
            frame_budget_ms: Some(41.7),
            drawn: 108_000,
            age_ms: Some(21.0),
            genlock: "free".into(),
            ..RenderDocument::default()
        },
        timecode: Some("10:24:31:12".into()),
        real_time: true,
        log: vec![
            entry(
                1,
                3601.0,
                "panel",
                r#"{"command":"take_arm","slate":"A-12","take":3}"#,
            ),
            entry(2, 3786.0, "key", r#"{"command":"take_roll"}"#),
        ],
        undo: None,
        ..StageDocument::default()
    }
}

fn finding(key: &str, mood: Mood, what: Said, fix: Said) -> FindingDocument {
    FindingDocument {
        key: key.into(),
        mood,
        about: "vicon".into(),
        age_s: 12,
        what,
        fix,
    }
}

/// A source silent, a performer half seen, a disk nearly full, a command refused.
pub fn faulty() -> StageDocument {
    let mut d = healthy();
    d.state = StageState::Degraded;
    d.state_age_s = 12.0;
    d.findings = vec![
        finding(
            "run-silent",
            Mood::Red,
            said(
                "vicon-objects has fallen silent.",
                "vicon-objects 没有数据了。",
            ),
            said(
                "Check the capture program and the cable. “cyc listen vicon-udp://127.0.0.1:51001” says more. The last pose is held for a second.",
                "检查采集程序和网线。“cyc listen vicon-udp://127.0.0.1:51001” 会说得更多。最后的姿态保持一秒。",
            ),
        ),
        finding(
            "run-few-markers",
            Mood::Amber,
            said(
                "Only 31 of 53 markers of Bo are seen.",
                "Bo 的 53 个标记点只看到 31 个。",
            ),
            said(
                "Look for lost or covered markers.",
                "查找丢失或被遮住的标记点。",
            ),
        ),
        finding(
            "run-recording-loses",
            Mood::Amber,
            said(
                "The recording has lost 12 frames in the last seconds.",
                "最近几秒录制丢了 12 帧。",
            ),
            said(
                "The disk is too slow or busy: record to another one.",
                "磁盘太慢或太忙：请录到另一块磁盘。",
            ),
        ),
    ];
    d.lights[0] = light(Chain::Source, Mood::Red, 12_400.0, 60.0, Unit::Hertz);
    d.lights[1].mood = Mood::Amber;
    d.lights[3].mood = Mood::Amber;
    let silent = &mut d.sources[1];
    (silent.state, silent.mood, silent.rate_hz) = ("silent".into(), Mood::Red, 0.0);
    silent.age_ms = Some(12_400.0);
    d.sources[0].loss = 0.032;
    let bo = &mut d.performers[1];
    (bo.mood, bo.markers_seen, bo.marker_rms_mm) = (Mood::Amber, 31, 23.7);
    bo.missing = [
        "LFHD", "RFHD", "LBHD", "RBHD", "LSHO", "RSHO", "LUPA", "LELB",
    ]
    .map(str::to_owned)
    .into();
    d.cameras[0].mood = Mood::Red;
    d.cameras[0].quality = "held".into();
    d.cameras[1].chroma_key = true;
    d.show.frozen = true;
    d.take.frames_dropped = 12;
    d.take.minutes_left = Some(4.2);
    d.render.software = true;
    d.render.adapter = "llvmpipe".into();
    d.log
        .push(entry(3, 4300.0, "osc", r#"{"command":"freeze","on":true}"#));
    d.log.push(LogEntry {
        done: false,
        why_not: Some(said("No camera has the name C.", "没有名为 C 的机位。")),
        ..entry(
            4,
            4400.0,
            "http",
            r#"{"command":"camera_cut","camera":"C"}"#,
        )
    });
    d.undo = Some("freeze".into());
    d
}

/// A wall of a third of a circle, two cameras and two people of a few joints.
fn scene() -> (SceneShapes, SceneFrame) {
    let (columns, rows) = (16_u32, 4_u32);
    let mut wall = WallShape {
        name: "main".into(),
        ..WallShape::default()
    };
    for row in 0..=rows {
        for column in 0..=columns {
            let angle = (column as f32 / columns as f32 - 0.5) * 2.8;
            let height = row as f32 * 4.5 / rows as f32;
            wall.corners_m
                .push([5.0 * angle.sin(), height, -5.0 * angle.cos()]);
        }
    }
    let at = |row: u32, column: u32| row * (columns + 1) + column;
    for row in 0..rows {
        for column in 0..columns {
            let [a, b] = [at(row, column), at(row + 1, column)];
            wall.triangles.extend([[a, a + 1, b], [b, a + 1, b + 1]]);
        }
    }
    for column in 0..columns {
        wall.edges.push([at(0, column), at(0, column + 1)]);
        wall.edges.push([at(rows, column), at(rows, column + 1)]);
    }
    wall.edges
        .extend([[at(0, 0), at(rows, 0)], [at(0, columns), at(rows, columns)]]);
    let camera = |x: f32, z: f32| SceneCamera {
        is_present: true,
        eye_m: [x, 1.5, z],
        picture_m: [[-0.5, 1.8], [0.5, 1.8], [0.5, 1.2], [-0.5, 1.2]]
            .map(|[dx, y]| [x + dx, y, z - 1.0]),
    };
    // Hips, spine, head, shoulders to hands, hips to feet.
    let body = [
        [0.0, 0.95, 0.0],
        [0.0, 1.25, 0.0],
        [0.0, 1.65, 0.0],
        [0.2, 1.42, 0.0],
        [0.45, 1.15, 0.05],
        [0.55, 0.9, 0.15],
        [-0.2, 1.42, 0.0],
        [-0.4, 1.6, 0.1],
        [-0.5, 1.85, 0.15],
        [0.1, 0.9, 0.0],
        [0.15, 0.5, 0.06],
        [0.16, 0.06, 0.0],
        [-0.1, 0.9, 0.0],
        [-0.14, 0.5, -0.1],
        [-0.16, 0.06, -0.2],
    ];
    let parents = vec![-1, 0, 1, 1, 3, 4, 1, 6, 7, 0, 9, 10, 0, 12, 13];
    let moved = |dx: f32, dz: f32| body.map(|[x, y, z]| [x + dx, y, z + dz]).to_vec();
    let performers = vec![moved(-0.8, -1.5), moved(0.9, -0.9)];
    let markers_m = performers
        .iter()
        .flatten()
        .map(|[x, y, z]| [x + 0.05, y + 0.02, z + 0.08])
        .collect();
    // Two that a prop hides.
    let mut markers_m: Vec<[f32; 3]> = markers_m;
    let hidden_markers_m = markers_m.drain(..2).collect();
    let shapes = SceneShapes {
        walls: vec![wall],
        outer_eye_m: [0.0, 1.6, 0.0],
        cameras: vec!["A".into(), "B".into()],
        performer_parents: vec![parents.clone(), parents],
    };
    let frame = SceneFrame {
        number: 900,
        cameras: vec![camera(0.35, 2.4), camera(-2.6, 2.0)],
        performers,
        markers_m,
        hidden_markers_m,
    };
    (shapes, frame)
}

/// A stage as the panel has just heard it.
pub fn seen(document: StageDocument) -> Seen {
    let (shapes, scene) = scene();
    Seen {
        document: Some(Arc::new(document)),
        age_s: 0.1,
        shapes: Some(Arc::new(shapes)),
        scene: Some(Arc::new(scene)),
        trouble: None,
    }
}
