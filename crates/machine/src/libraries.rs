//! Which shared libraries the dynamic linker would find.
//!
//! `winit` and the Vulkan loader open their libraries while running, so a missing one is not a link error but a
//! window that never appears. The search reads folders instead of asking `ldconfig`: it is the same on every
//! distribution, costs about a millisecond, and works without the cache being fresh.

use crate::Place;
use std::path::PathBuf;

/// The folders that the dynamic linker searches, in order.
#[derive(Clone, Debug)]
pub struct Libraries {
    folders: Vec<PathBuf>,
}

impl Libraries {
    /// Reads the search path of a machine: `LD_LIBRARY_PATH`, `/etc/ld.so.conf.d`, and the usual folders.
    pub fn of(place: &Place) -> Self {
        let triplet = format!("{}-linux-gnu", std::env::consts::ARCH);
        let mut folders = place.folders("LD_LIBRARY_PATH", "");
        folders.extend(configured(place));
        for base in ["/lib", "/usr/lib", "/usr/local/lib"] {
            folders.push(format!("{base}/{triplet}"));
            folders.push(base.to_string());
            folders.push(format!("{base}64"));
        }
        Self {
            folders: folders.iter().map(|folder| place.path(folder)).collect(),
        }
    }

    /// Where a library such as `libX11.so.6` lies, if the linker would find it.
    pub fn find(&self, soname: &str) -> Option<PathBuf> {
        self.folders
            .iter()
            .map(|folder| folder.join(soname))
            .find(|path| path.exists())
    }
}

fn configured(place: &Place) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(place.path("/etc/ld.so.conf.d")) else {
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.sort();
    let lines = files
        .iter()
        .filter_map(|file| std::fs::read_to_string(file).ok());
    lines
        .flat_map(|text| {
            text.lines()
                .map(str::trim)
                .filter(|line| line.starts_with('/'))
                .map(str::to_string)
                .collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn finds_a_library_in_a_configured_folder_and_misses_an_absent_one() {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("etc/ld.so.conf.d")).unwrap();
        fs::create_dir_all(root.path().join("opt/studio/lib")).unwrap();
        fs::write(
            root.path().join("etc/ld.so.conf.d/a.conf"),
            "# comment\n/opt/studio/lib\n",
        )
        .unwrap();
        fs::write(root.path().join("opt/studio/lib/libX11.so.6"), "").unwrap();
        let libraries = Libraries::of(&Place::under(root.path(), &[]));
        assert!(libraries.find("libX11.so.6").is_some());
        assert!(libraries.find("libXi.so.6").is_none());
    }
}
