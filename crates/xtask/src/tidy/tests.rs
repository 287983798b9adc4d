//! Every rule is shown to fail: a small house with one seeded violation, and the same house without it.
//!
//! The house is a real workspace in a temporary folder, so the dependency rules run on what cargo itself says of it.

use super::{FONT, Finding, RULES, Tree};
use std::fs;
use std::path::Path;

/// A house in which every rule holds.
fn house() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    write(
        root,
        "Cargo.toml",
        "[workspace]\nresolver = \"3\"\nmembers = [\"crates/*\"]\n",
    );
    let mut rows = String::new();
    for (folder, name) in [
        ("model", "cyc-model"),
        ("solver", "cyc-solver"),
        ("stage", "cyc-stage"),
        ("capture", "cyc-capture"),
        ("take", "cyc-take"),
        ("console", "cyc-console"),
    ] {
        manifest(root, folder, name, "");
        write(
            root,
            &format!("crates/{folder}/src/lib.rs"),
            "//! What it is.\n",
        );
        rows += &format!("| L | `{folder}` | The {name}. | nothing |\n");
    }
    let rules: String = RULES
        .iter()
        .map(|rule| format!("- holds (`{}`)\n", rule.name))
        .collect();
    write(root, "crates/README.md", &format!("{rows}\n{rules}"));
    write(
        root,
        "assets/text/en/a.ftl",
        "a-one = One { $n }\n    .fix = Do\n",
    );
    write(
        root,
        "assets/text/zh-CN/a.ftl",
        "a-one = 一 { $n }\n    .fix = 做\n",
    );
    write(
        root,
        "crates/take/src/error.rs",
        "//! Errors.\nfn key() -> &'static str { \"a-one\" }\n",
    );
    write_bytes(root, FONT, &font("One { $n }Do一做.fix=a-"));
    let sum = crate::font::checksum::of(&root.join(FONT)).unwrap();
    write(root, "assets/CHECKSUMS.sha256", &format!("{sum}  {FONT}\n"));
    folder
}

fn manifest(root: &Path, folder: &str, name: &str, dependencies: &str) {
    let text = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\ndescription = \"The {name}.\"\n\
         [dependencies]\n{dependencies}\n"
    );
    write(root, &format!("crates/{folder}/Cargo.toml"), &text);
}

/// A package outside the crates that carries the name of a foreign one.
fn stand_in(root: &Path, name: &str, dependencies: &str) {
    let text = format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\n{dependencies}\n"
    );
    write(root, &format!("foreign/{name}/Cargo.toml"), &text);
    write(
        root,
        &format!("foreign/{name}/src/lib.rs"),
        "//! Stands in.\n",
    );
}

fn write(root: &Path, path: &str, text: &str) {
    write_bytes(root, path, text.as_bytes());
}

fn write_bytes(root: &Path, path: &str, bytes: &[u8]) {
    let path = root.join(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// A font that is nothing but a `cmap` of format 12 with one group a character.
fn font(characters: &str) -> Vec<u8> {
    let codes: Vec<u32> = characters.chars().map(u32::from).collect();
    let mut cmap = Vec::new();
    cmap.extend([0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12]);
    cmap.extend([0, 12, 0, 0]);
    cmap.extend((16 + 12 * codes.len() as u32).to_be_bytes());
    cmap.extend(0_u32.to_be_bytes());
    cmap.extend((codes.len() as u32).to_be_bytes());
    for (glyph, code) in codes.iter().enumerate() {
        cmap.extend(code.to_be_bytes());
        cmap.extend(code.to_be_bytes());
        cmap.extend((glyph as u32 + 1).to_be_bytes());
    }
    let mut font = vec![0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0];
    font.extend(b"cmap");
    font.extend([0; 4]);
    font.extend(28_u32.to_be_bytes());
    font.extend((cmap.len() as u32).to_be_bytes());
    font.extend(cmap);
    font
}

fn findings(root: &Path, rule: &str) -> Vec<Finding> {
    let tree = Tree::read(root).unwrap();
    let rule = RULES
        .iter()
        .find(|known| known.name == rule)
        .expect("a known rule");
    (rule.check)(&tree).unwrap()
}

/// The seeded file breaks the rule, with a finding that says where; without it the rule holds.
#[track_caller]
fn refuses(rule: &str, path: &str, text: &str, expected: &str) {
    let house = house();
    assert_eq!(
        findings(house.path(), rule),
        [],
        "{rule} holds in the clean house"
    );
    write(house.path(), path, text);
    expect(&findings(house.path(), rule), expected);
}

#[track_caller]
fn expect(found: &[Finding], expected: &str) {
    let said = found
        .iter()
        .any(|f| format!("{}:{}: {}", f.path, f.line, f.message).contains(expected));
    assert!(said, "no finding says \"{expected}\": {found:?}");
}

#[test]
fn the_clean_house_has_no_finding() {
    let house = house();
    for rule in RULES {
        assert_eq!(findings(house.path(), rule.name), [], "{}", rule.name);
    }
}

#[test]
fn promises_refuse_what_no_test_gave() {
    let marks = [
        "<!-- promises: made by cargo xtask promises -->\n",
        "<!-- end of promises -->",
    ];
    let text = format!("{}| 1 | all is well |\n{}\n", marks[0], marks[1]);
    refuses("promises", "README.md", &text, "run cargo xtask promises");
}

#[test]
fn layers_refuse_a_sideways_arrow() {
    for (folder, name, other, target) in [
        ("solver", "cyc-solver", "stage", "cyc-stage"),
        ("capture", "cyc-capture", "take", "cyc-take"),
        ("model", "cyc-model", "solver", "cyc-solver"),
    ] {
        let house = house();
        let arrow = format!("{target} = {{ path = \"../{other}\" }}");
        manifest(house.path(), folder, name, &arrow);
        expect(
            &findings(house.path(), "layers"),
            &format!("`{name}` must not depend on"),
        );
    }
}

#[test]
fn layers_refuse_a_crate_that_nobody_placed() {
    let house = house();
    manifest(house.path(), "attic", "cyc-attic", "");
    write(house.path(), "crates/attic/src/lib.rs", "//! Attic.\n");
    expect(
        &findings(house.path(), "layers"),
        "`cyc-attic` has no layer",
    );
}

#[test]
fn layers_allow_down_and_tests_any() {
    let house = house();
    let text = "cyc-model = { path = \"../model\" }\n[dev-dependencies]\ncyc-stage = { path = \"../stage\" }";
    manifest(house.path(), "solver", "cyc-solver", text);
    assert_eq!(findings(house.path(), "layers"), []);
}

#[test]
fn the_data_plane_refuses_a_runtime_behind_another_crate() {
    let house = house();
    stand_in(house.path(), "tokio", "");
    stand_in(house.path(), "innocent", "tokio = { path = \"../tokio\" }");
    manifest(
        house.path(),
        "solver",
        "cyc-solver",
        "innocent = { path = \"../../foreign/innocent\" }",
    );
    expect(
        &findings(house.path(), "data-plane"),
        "cyc-solver → innocent → tokio",
    );
}

#[test]
fn graphics_refuse_wgpu_in_a_device_crate() {
    let house = house();
    stand_in(house.path(), "wgpu", "");
    manifest(
        house.path(),
        "capture",
        "cyc-capture",
        "wgpu = { path = \"../../foreign/wgpu\" }",
    );
    expect(
        &findings(house.path(), "graphics"),
        "`cyc-capture` depends on wgpu",
    );
}

#[test]
fn doors_refuse_sockets_files_and_clocks() {
    let path = "crates/solver/src/fit.rs";
    let code = |line: &str| {
        format!("//! Fits.\n\n/// UdpSocket std::fs Instant::now\nfn f() {{ {line} }}\n")
    };
    refuses(
        "sockets",
        path,
        &code("std::net::UdpSocket::bind(a);"),
        "fit.rs:4: `UdpSocket`",
    );
    refuses(
        "files",
        path,
        &code("std::fs::read(a);"),
        "fit.rs:4: `std::fs`",
    );
    refuses(
        "sans-io",
        path,
        &code("let now = Instant::now();"),
        "fit.rs:4: `Instant::now`",
    );
    let take = code("std::net::TcpStream::connect(a);");
    refuses(
        "sockets",
        "crates/take/src/a.rs",
        &take,
        "a.rs:4: `TcpStream`",
    );
}

#[test]
fn shape_refuses_long_nameless_and_unfinished_files() {
    let path = "crates/stage/src/wall.rs";
    let long = format!("//! Walls.\n{}", "// a\n".repeat(500));
    refuses("file-length", path, &long, "501 lines");
    refuses("file-length", "shaders/sky.wgsl", &long, "501 lines");
    let function = format!(
        "//! W.\nfn draw(a: u8) {{\n{}}}\n",
        "    a;\n\n    // why\n".repeat(71)
    );
    refuses(
        "function-length",
        path,
        &function,
        "wall.rs:2: fn draw has 71 lines",
    );
    refuses("file-name", "crates/stage/src/utils.rs", "//! U.\n", "noun");
    refuses("module-doc", path, "fn f() {}\n", "wall.rs:1: ");
    refuses(
        "unfinished",
        path,
        concat!("//! W.\nfn f() { to", "do!() }\n"),
        concat!("wall.rs:2: `to", "do!`"),
    );
    refuses(
        "unfinished",
        path,
        concat!("//! W.\nfn f() { unimple", "mented!() }\n"),
        concat!("`unimple", "mented!`"),
    );
    refuses(
        "unwrap",
        path,
        "//! W.\nfn f() { g().unwrap(); }\n",
        "wall.rs:2: `.unwrap()`",
    );
}

#[test]
fn tests_may_unwrap() {
    let house = house();
    let text = "//! W.\n#[cfg(test)]\nmod tests { #[test] fn f() { g().unwrap(); } }\n";
    write(house.path(), "crates/stage/src/wall.rs", text);
    write(
        house.path(),
        "crates/stage/tests/proof.rs",
        "//! P.\nfn f() { g().unwrap(); }\n",
    );
    assert_eq!(findings(house.path(), "unwrap"), []);
}

#[test]
fn the_catalogue_refuses_a_stale_row_and_an_unnamed_rule() {
    let house = house();
    let text = fs::read_to_string(house.path().join("crates/README.md")).unwrap();
    write(
        house.path(),
        "crates/README.md",
        &text.replace("The cyc-stage.", "Another."),
    );
    expect(&findings(house.path(), "catalogue"), "says \"Another.\"");
    write(
        house.path(),
        "crates/README.md",
        &text.replace("`stage`", "`stages`"),
    );
    expect(&findings(house.path(), "catalogue"), "no row for `stage`");
    expect(&findings(house.path(), "catalogue"), "a row for `stages`");
    write(
        house.path(),
        "crates/README.md",
        &text.replace("(`unwrap`)", ""),
    );
    expect(&findings(house.path(), "invariants"), "(`unwrap`)");
}

#[test]
fn places_refuse_homes_and_mirrors() {
    let home = concat!("see /ho", "me/ada/take.c3d\n");
    refuses("machine-paths", "README.md", home, "README.md:1");
    let mirror = concat!("[sour", "ce.crates-io]\n");
    refuses("registries", ".cargo/config.toml", mirror, "config.toml:1");
    let lock = "source = \"registry+https://mirror.example/index\"\n";
    refuses("registries", "Cargo.lock", lock, "Cargo.lock:1");
}

#[test]
fn languages_refuse_a_missing_key_a_double_and_a_strange_variable() {
    let english = "assets/text/en/a.ftl";
    refuses(
        "languages",
        english,
        "a-one = { $n }\n    .fix = Do\na-two = Two\n",
        "`a-two` is missing",
    );
    refuses(
        "languages",
        english,
        "a-one = { $m }\n    .fix = Do\n",
        "`a-one` uses $m",
    );
    refuses(
        "languages",
        english,
        "a-one = { $n }\n",
        "`a-one.fix` is missing",
    );
    refuses(
        "languages",
        english,
        "a-one = { $n }\n    .fix = D\na-one = x\n",
        "stands twice",
    );
}

#[test]
fn texts_refuse_an_unknown_and_an_unused_key() {
    let key =
        "//! C.\nimpl E { fn key(&self) -> &'static str { match self { E::A => \"a-gone\" } } }\n";
    refuses(
        "text-keys",
        "crates/take/src/e.rs",
        key,
        "e.rs:2: no text `a-gone`",
    );
    let call = "//! C.\nfn f() { text.get(\n    \"a-lost\", &[]); }\n";
    refuses(
        "text-keys",
        "crates/console/src/e.rs",
        call,
        "e.rs:3: no text `a-lost`",
    );
    let area = "//! C.\nfn f() { say(\"a-away\"); say(\"b-away\"); }\n";
    refuses(
        "text-keys",
        "crates/console/src/e.rs",
        area,
        "e.rs:2: no text `a-away`",
    );
    let spare = "a-one = { $n }\n    .fix = Do\na-spare = x\n";
    refuses(
        "unused-texts",
        "assets/text/en/a.ftl",
        spare,
        "a.ftl:3: no code names `a-spare`",
    );
}

#[test]
fn literals_refuse_words_for_people() {
    let print = "//! C.\nfn f() { println!(\"{n} frames\"); }\n";
    refuses(
        "literals",
        "crates/console/src/e.rs",
        print,
        "e.rs:2: \"{n} frames\"",
    );
    let label = "//! C.\nfn f() { ui.label(\"Latency\"); }\n";
    refuses(
        "literals",
        "crates/console/src/e.rs",
        label,
        "\"Latency\" belongs in assets/text",
    );
}

#[test]
fn checksums_refuse_a_changed_a_strange_and_a_lost_file() {
    refuses("checksums", FONT, "another", "CHECKSUMS.sha256:1: ");
    refuses(
        "checksums",
        "assets/human/body.glb",
        "glTF",
        "assets/human/body.glb:0: has no sum",
    );
    let house = house();
    fs::remove_file(house.path().join(FONT)).unwrap();
    expect(&findings(house.path(), "checksums"), "is not there");
}

#[test]
fn glyphs_refuse_a_character_that_the_font_lacks() {
    refuses(
        "glyphs",
        "assets/text/zh-CN/a.ftl",
        "a-one = 灯 { $n }\n",
        "no glyph for 灯",
    );
    let house = house();
    fs::remove_file(house.path().join(FONT)).unwrap();
    expect(&findings(house.path(), "glyphs"), "cargo xtask font");
}
