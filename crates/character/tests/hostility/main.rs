//! Row 38 of the fault matrix: characters that lie. Each is refused with its reason, in bounded time and memory, and
//! nothing but what lies beside the file is asked for. The same files, whole and damaged by a seed, are what the loader
//! is fuzzed with.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod broken;
#[path = "../glb/mod.rs"]
mod glb;
#[path = "../../../wire/tests/fuzz/mutation.rs"]
mod mutation;

use cyc_allocation::{CountingAllocator, bytes_held, bytes_peak, reset_peak};
use cyc_character::{
    AnimatedModel, Character, CharacterError, ExportMotion, ExternalProblem, FILE_BYTES_MAX,
    LoadOptions, ModelPose, export_glb, load,
};
use glb::Glb;
use mutation::Mutator;
use std::cell::RefCell;
use std::path::PathBuf;
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator;

/// Damaged files in the ordinary run.
const RUNS: u64 = 20_000;

fn folder() -> PathBuf {
    PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/corpus"))
}

/// Every committed file: the key of its refusal (`good` for none), its name, its bytes.
fn corpus() -> Vec<(String, String, Vec<u8>)> {
    let mut all = Vec::new();
    for key in std::fs::read_dir(folder()).unwrap() {
        let key = key.unwrap();
        for file in std::fs::read_dir(key.path()).unwrap() {
            let file = file.unwrap();
            let name = |n: std::ffi::OsString| n.into_string().unwrap();
            let bytes = std::fs::read(file.path()).unwrap();
            all.push((name(key.file_name()), name(file.file_name()), bytes));
        }
    }
    all.sort();
    all
}

/// Bytes that are too many to be committed.
fn bombs() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let nodes = format!(
        "{{\"asset\":{{\"version\":\"2.0\"}},\"nodes\":[{}{{}}]}}",
        "{},".repeat(2_000_000)
    );
    let arrays = format!("{{\"asset\":{}", "[".repeat(3_000_000));
    let mut views = Glb::bar();
    // A thousand accessors of 12 M elements with one element behind them.
    let mut empty = views.json["accessors"][6].clone();
    empty["count"] = (3 << 22).into();
    views.json["accessors"] = (0..1000).map(|_| empty.clone()).collect();
    let primitives: Vec<_> = (0..1000)
        .map(|i| serde_json::json!({"attributes": {"POSITION": i}}))
        .collect();
    views.json["meshes"] = serde_json::json!([{"primitives": primitives}]);
    views.json["nodes"][3] = serde_json::json!({"mesh": 0});
    views.json["skins"] = serde_json::json!([]);
    vec![
        (
            "character-too-many-json-parts",
            "two million nodes",
            nodes.into_bytes(),
        ),
        (
            "character-too-many-json-parts",
            "three million brackets",
            arrays.into_bytes(),
        ),
        (
            "character-too-many-decoded-bytes",
            "a thousand empty accessors",
            views.build(),
        ),
    ]
}

/// Loads, and says what was asked for beside the file.
fn loaded(bytes: &[u8]) -> (Result<Character, CharacterError>, Vec<String>) {
    let asked = RefCell::new(Vec::new());
    let resolver = |path: &str| -> Result<Vec<u8>, ExternalProblem> {
        asked.borrow_mut().push(path.to_owned());
        Err(ExternalProblem::System("nothing is there".into()))
    };
    let options = LoadOptions {
        resolver: Some(&resolver),
        ..LoadOptions::default()
    };
    let result = load(bytes, &options);
    (result, asked.into_inner())
}

fn stays_below(path: &str) -> bool {
    !path.starts_with('/') && !path.contains(['\\', ':']) && path.split('/').all(|p| p != "..")
}

#[test]
fn row_38_hostile_characters_are_refused_with_their_reason() {
    let files = corpus();
    let hostile = files.iter().filter(|(key, _, _)| key != "good").count();
    assert!(hostile >= 40, "only {hostile} hostile files");
    let committed = files.into_iter();
    let bombs = bombs()
        .into_iter()
        .map(|(k, n, b)| (k.to_owned(), n.to_owned(), b));
    let (mut longest, mut most, mut count) = (Duration::ZERO, 0, 0);
    let mut wrong = Vec::new();
    for (key, name, bytes) in committed.chain(bombs) {
        let held = bytes_held();
        reset_peak();
        let began = Instant::now();
        let (result, asked) = if key == "character-uri-no-resolver" {
            (load(&bytes, &LoadOptions::default()), Vec::new())
        } else {
            loaded(&bytes)
        };
        longest = longest.max(began.elapsed());
        most = most.max(bytes_peak().saturating_sub(held));
        let found = result.as_ref().map_or_else(CharacterError::key, |_| "good");
        if found != key {
            wrong.push(format!("{name}: {found}, not {key}: {:?}", result.err()));
        }
        assert!(asked.iter().all(|p| stays_below(p)), "{name}: {asked:?}");
        count += usize::from(key != "good");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(most as u64 <= 2 * FILE_BYTES_MAX, "{most} bytes");
    println!(
        "PROMISE 38: {count} files refused with their reason, longest {:.2} s, at most {} MiB held, nothing read outside",
        longest.as_secs_f64(),
        most >> 20
    );
}

/// What is loaded keeps its promises, whatever it came from.
fn check(character: &Character) {
    let n = character.skeleton.as_ref().map_or(0, |s| s.len());
    assert!(character.humanoid.bones().all(|(_, j)| j.idx() < n));
    for p in &character.primitives {
        assert!(p.positions.iter().all(|v| v.is_finite()));
        assert!(p.indices.iter().all(|i| (*i as usize) < p.positions.len()));
        assert_eq!(p.normals.len(), p.positions.len());
        assert!(p.material < character.materials.len());
        assert_eq!(p.morphs.len(), character.morph_names.len());
        let joints = p.skin.map_or(0, |s| character.skins[s].joints.len());
        for (j, w) in p.joints.iter().zip(&p.weights) {
            assert!(j.iter().all(|j| usize::from(*j) < joints));
            assert!((w.iter().sum::<f32>() - 1.0).abs() < 1e-3);
        }
    }
    let mut weights = vec![0.0; character.morph_names.len()];
    character.morph_weights(&cyc_model::FaceWeights::default(), &mut weights);
    assert!(weights.iter().all(|w| w.is_finite()));
}

/// A motion put into a file that loads gives a file that loads, or a reason.
fn check_export(bytes: &[u8], character: &Character) {
    let rest = character
        .skeleton
        .as_ref()
        .map_or(&[][..], |s| s.rest_global());
    let motion = ExportMotion {
        name: "still",
        rate_hz: 25.0,
        joints: rest,
        morph_weights: &[],
    };
    if let Ok(glb) = export_glb(bytes, &LoadOptions::default(), character, &motion) {
        let again = load(&glb, &LoadOptions::default());
        assert!(again.is_ok(), "{:?}", again.err());
    }
}

/// Poses are finite at every time, those beyond the curves too.
fn check_motion(model: &AnimatedModel) {
    let mut pose = ModelPose::default();
    for animation in model.animations.iter().take(4) {
        let (from, to) = animation.span_s().unwrap_or((0.0, 1.0));
        for at in [from - 1.0, from, 0.5 * (from + to), to, f64::MAX] {
            model.sample(animation, at, &mut pose);
            assert!(pose.weights.iter().all(|w| w.is_finite()));
            let places = pose.joints.iter().map(|j| j.translation().metres());
            assert!(places.into_iter().all(|p| p.is_finite()));
        }
        assert!(animation.key_rate_hz().is_none_or(|r| r > 0.0));
    }
}

/// Damages the corpus until the time is over or the runs are done.
fn damage(seed: u64, runs: u64, time: Duration) -> (u64, Duration) {
    let seeds: Vec<Vec<u8>> = corpus().into_iter().map(|(_, _, bytes)| bytes).collect();
    let (mut mutator, mut input) = (Mutator::new(seed), Vec::new());
    let (began, mut longest, mut done) = (Instant::now(), Duration::ZERO, 0);
    while done < runs && began.elapsed() < time {
        mutator.next(&seeds, &mut input);
        let held = bytes_held();
        let started = Instant::now();
        let what = format!("seed {seed} run {done}");
        let result = std::panic::catch_unwind(|| {
            if let (Ok(character), _) = loaded(&input) {
                check(&character);
                check_export(&input, &character);
            }
            if let Ok(model) = AnimatedModel::read(&input, &LoadOptions::default()) {
                check_motion(&model);
            }
        });
        assert!(
            result.is_ok(),
            "{what}: {} bytes: {input:02x?}",
            input.len()
        );
        longest = longest.max(started.elapsed());
        assert!(bytes_held() <= held + (1 << 20), "{what} keeps memory");
        done += 1;
    }
    (done, longest)
}

#[test]
fn the_corpus_is_survived_damaged() {
    let (runs, _) = damage(1, RUNS, Duration::from_secs(60));
    assert!(runs > RUNS / 100, "{runs} runs in a minute");
}

/// For `cargo xtask fuzz`, which sets the variables.
#[test]
#[ignore = "runs for as long as it is told; see cargo xtask fuzz"]
fn fuzz() {
    let number = |name: &str, usual: u64| {
        let value = std::env::var(name).ok().map(|v| v.parse().unwrap());
        value.unwrap_or(usual)
    };
    let (seconds, seed) = (number("CYC_FUZZ_SECONDS", 60), number("CYC_FUZZ_SEED", 1));
    let began = Instant::now();
    let (runs, longest) = damage(seed, u64::MAX, Duration::from_secs(seconds));
    let per_run = began.elapsed().as_secs_f64() * 1e6 / runs as f64;
    eprintln!("fuzz: gltf: {runs} runs, {per_run:.2} us each, longest {longest:?}, no panic");
}

/// What the generator makes, as [`corpus`] reads it.
fn generated() -> Vec<(String, String, Vec<u8>)> {
    let refused = broken::all().into_iter().map(|broken| {
        let is_text = broken.bytes.starts_with(b"{");
        let ending = if is_text { "gltf" } else { "glb" };
        let name = format!("{}.{ending}", broken.name);
        (broken.key.to_owned(), name, broken.bytes)
    });
    let good = good_files().into_iter();
    let good = good.map(|(name, bytes)| ("good".to_owned(), name.to_owned(), bytes));
    let mut all: Vec<_> = refused.chain(good).collect();
    all.sort();
    all
}

/// The committed files are what the generator makes; with `CYC_WRITE_CORPUS` set they are written first, after a change
/// of it.
#[test]
fn the_committed_corpus_is_the_generated_one() {
    let generated = generated();
    if std::env::var_os("CYC_WRITE_CORPUS").is_some() {
        for (key, name, bytes) in &generated {
            let folder = folder().join(key);
            std::fs::create_dir_all(&folder).unwrap();
            std::fs::write(folder.join(name), bytes).unwrap();
        }
    }
    let committed = corpus();
    let names = |all: &[(String, String, Vec<u8>)]| -> Vec<String> {
        all.iter()
            .map(|(key, name, _)| format!("{key}/{name}"))
            .collect()
    };
    assert_eq!(names(&committed), names(&generated));
    for ((key, name, committed), (.., made)) in committed.iter().zip(&generated) {
        assert!(committed == made, "{key}/{name} differs");
    }
}

/// Files that load: what damage begins from besides the broken ones.
fn good_files() -> Vec<(&'static str, Vec<u8>)> {
    let bar = Glb::bar();
    let mut mirrored = Glb::bar();
    mirrored.json["nodes"][2]["scale"] = serde_json::json!([-1.0, 1.0, 1.0]);
    let mut vrm = Glb::bar();
    vrm.json["extensionsUsed"] = serde_json::json!(["VRMC_vrm"]);
    vrm.json["extensions"] = serde_json::json!({"VRMC_vrm": {
        "specVersion": "1.0",
        "humanoid": {"humanBones": {"hips": {"node": 1}, "spine": {"node": 2}}},
        "lookAt": {"type": "bone", "rangeMapHorizontalInner": {"inputMaxValue": 90, "outputScale": 8}},
        "expressions": {"preset": {"aa": {"morphTargetBinds": [{"node": 3, "index": 0, "weight": 1.0}],
            "overrideBlink": "blend"}}}
    }});
    let mut old = Glb::bar();
    old.json["extensionsUsed"] = serde_json::json!(["VRM"]);
    old.json["extensions"] = serde_json::json!({"VRM": {
        "humanoid": {"humanBones": [{"bone": "hips", "node": 1}, {"bone": "spine", "node": 2}]},
        "firstPerson": {"lookAtTypeName": "Bone", "lookAtHorizontalInner": {"xRange": 90, "yRange": 10}},
        "blendShapeMaster": {"blendShapeGroups": [{"name": "A", "presetName": "a",
            "binds": [{"mesh": 0, "index": 0, "weight": 100}]}]}
    }});
    vec![
        ("bar.glb", bar.build()),
        ("vrm_1.glb", vrm.build()),
        ("vrm_0.glb", old.build()),
        ("waving.glb", glb::waving().build()),
        ("packed.glb", glb::packed_bar().build()),
        ("mapped.glb", glb::mapped_bar().build()),
        ("mirrored.glb", mirrored.build()),
    ]
}
