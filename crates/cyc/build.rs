//! Embeds every text of `assets/text` in the program, so that it speaks both languages from a single file.
//!
//! Writes one table a language: area name and content of each `.ftl` file. A new file is picked up by itself.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let manifest = env::var_os("CARGO_MANIFEST_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    let texts = manifest.join("../../assets/text");
    let mut code = String::new();
    for (table, folder) in [("ENGLISH", "en"), ("CHINESE", "zh-CN")] {
        code += &table_of(table, &texts.join(folder))?;
    }
    let out = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    fs::write(out.join("texts.rs"), code)
}

fn table_of(name: &str, folder: &Path) -> io::Result<String> {
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "ftl") {
            files.push(path);
        }
    }
    files.sort();
    let mut code = format!("pub const {name}: &[(&str, &str)] = &[\n");
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let area = file
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let content = fs::read_to_string(&file)?;
        writeln!(code, "    ({area:?}, {content:?}),").map_err(io::Error::other)?;
    }
    code += "];\n";
    Ok(code)
}
