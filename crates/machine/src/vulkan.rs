//! Which Vulkan drivers the loader would offer, read from its manifests without loading one.
//!
//! Source: "Vulkan Loader and Driver Interface", section "Driver discovery on Linux". A manifest alone proves little:
//! containers carry manifests of GPUs that they cannot reach. So a driver counts as usable only when its library is
//! there and, for a GPU, the device node that it would open is there too. What the adapter can do is asked later by
//! the renderer.

use crate::{Libraries, Place};
use std::path::PathBuf;

/// The Vulkan loader's soname.
pub const VULKAN_LOADER: &str = "libvulkan.so.1";

/// Whether a driver draws on a GPU or on the processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriverKind {
    /// A graphics card or an integrated GPU.
    Gpu,
    /// The processor: Mesa's lavapipe, or SwiftShader.
    Software,
}

/// Whether the driver can be expected to work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DriverState {
    /// Library and device are there.
    Usable,
    /// The manifest names a library that the linker does not find.
    LibraryMissing,
    /// The library is there, but no device that it could open.
    DeviceMissing,
}

/// One driver manifest ("ICD") that the loader would read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Driver {
    /// The manifest's path on this machine.
    pub manifest: PathBuf,
    /// The library that it names, as written there.
    pub library: String,
    /// GPU or processor.
    pub kind: DriverKind,
    /// Whether it can be expected to work.
    pub state: DriverState,
}

/// All drivers of a machine, in the loader's order; manifests that are not JSON, or are for another word size, are
/// left out as the loader leaves them out.
pub fn drivers(place: &Place, libraries: &Libraries) -> Vec<Driver> {
    manifests(place)
        .into_iter()
        .filter_map(|path| read(place, libraries, path))
        .collect()
}

fn manifests(place: &Place) -> Vec<PathBuf> {
    for variable in ["VK_DRIVER_FILES", "VK_ICD_FILENAMES"] {
        if place.variable(variable).is_some() {
            return place
                .folders(variable, "")
                .iter()
                .map(|file| place.path(file))
                .collect();
        }
    }
    let mut found: Vec<PathBuf> = place
        .folders("VK_ADD_DRIVER_FILES", "")
        .iter()
        .map(|file| place.path(file))
        .collect();
    for folder in manifest_folders(place) {
        let Ok(entries) = std::fs::read_dir(place.path(&folder)) else {
            continue;
        };
        let mut files: Vec<PathBuf> = entries
            .filter_map(|entry| Some(entry.ok()?.path()))
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "json")
            })
            .collect();
        files.sort();
        found.extend(files);
    }
    found
}

fn manifest_folders(place: &Place) -> Vec<String> {
    let home = place.variable("HOME").unwrap_or("/nonexistent");
    let mut bases = place.folders("XDG_CONFIG_HOME", &format!("{home}/.config"));
    bases.extend(place.folders("XDG_CONFIG_DIRS", "/etc/xdg"));
    bases.push("/etc".into());
    bases.extend(place.folders("XDG_DATA_HOME", &format!("{home}/.local/share")));
    bases.extend(place.folders("XDG_DATA_DIRS", "/usr/local/share:/usr/share"));
    let mut folders: Vec<String> = Vec::new();
    for base in bases {
        let folder = format!("{}/vulkan/icd.d", base.trim_end_matches('/'));
        if !folders.contains(&folder) {
            folders.push(folder);
        }
    }
    folders
}

fn read(place: &Place, libraries: &Libraries, manifest: PathBuf) -> Option<Driver> {
    let text = std::fs::read_to_string(&manifest).ok()?;
    let json: serde_json::Value = serde_json::from_str(&text).ok()?;
    let icd = json.get("ICD")?;
    let word_size = if cfg!(target_pointer_width = "64") {
        "64"
    } else {
        "32"
    };
    if icd
        .get("library_arch")
        .and_then(|v| v.as_str())
        .is_some_and(|arch| arch != word_size)
    {
        return None;
    }
    let library = icd.get("library_path")?.as_str()?.to_string();
    let library_found = if library.starts_with('/') {
        place.path(&library).exists()
    } else if library.contains('/') {
        manifest
            .parent()
            .is_some_and(|folder| folder.join(&library).exists())
    } else {
        libraries.find(&library).is_some()
    };
    let kind = kind_of(&library);
    let state = match (library_found, kind) {
        (false, _) => DriverState::LibraryMissing,
        (true, DriverKind::Software) => DriverState::Usable,
        (true, DriverKind::Gpu) if device_found(place, &library) => DriverState::Usable,
        (true, DriverKind::Gpu) => DriverState::DeviceMissing,
    };
    Some(Driver {
        manifest,
        library,
        kind,
        state,
    })
}

fn kind_of(library: &str) -> DriverKind {
    let software = ["lvp", "swrast", "swiftshader", "llvmpipe"];
    if software.iter().any(|name| library.contains(name)) {
        DriverKind::Software
    } else {
        DriverKind::Gpu
    }
}

fn device_found(place: &Place, library: &str) -> bool {
    if library.contains("nvidia") || library.contains("libGLX") {
        return place.path("/dev/nvidiactl").exists();
    }
    if library.contains("dzn") {
        return place.path("/dev/dxg").exists();
    }
    let Ok(entries) = std::fs::read_dir(place.path("/dev/dri")) else {
        return false;
    };
    entries
        .flatten()
        .any(|entry| entry.file_name().to_string_lossy().starts_with("renderD"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    fn machine(files: &[(&str, &str)]) -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        for (path, text) in files {
            let path = root.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        root
    }

    fn states(
        root: &tempfile::TempDir,
        variables: &[(&str, &str)],
    ) -> Vec<(DriverKind, DriverState)> {
        let place = Place::under(root.path(), variables);
        drivers(&place, &Libraries::of(&place))
            .iter()
            .map(|d| (d.kind, d.state))
            .collect()
    }

    const LAVAPIPE: &str =
        r#"{"ICD":{"api_version":"1.3.2","library_path":"/usr/lib/libvulkan_lvp.so"}}"#;
    const NVIDIA: &str = r#"{"ICD":{"api_version":"1.4.1","library_path":"libGLX_nvidia.so.0"}}"#;

    #[test]
    fn a_bare_machine_has_no_driver() {
        assert!(states(&machine(&[]), &[]).is_empty());
    }

    #[test]
    fn lavapipe_needs_its_library_and_no_device() {
        let manifest = ("usr/share/vulkan/icd.d/lvp_icd.json", LAVAPIPE);
        let bare = machine(&[manifest]);
        assert_eq!(
            states(&bare, &[]),
            [(DriverKind::Software, DriverState::LibraryMissing)]
        );
        let whole = machine(&[manifest, ("usr/lib/libvulkan_lvp.so", "")]);
        assert_eq!(
            states(&whole, &[]),
            [(DriverKind::Software, DriverState::Usable)]
        );
    }

    #[test]
    fn a_gpu_manifest_without_its_device_is_not_usable() {
        let files = [
            ("etc/vulkan/icd.d/nvidia_icd.json", NVIDIA),
            ("usr/lib/libGLX_nvidia.so.0", ""),
        ];
        let container = machine(&files);
        assert_eq!(
            states(&container, &[]),
            [(DriverKind::Gpu, DriverState::DeviceMissing)]
        );
        fs::create_dir_all(container.path().join("dev")).unwrap();
        fs::write(container.path().join("dev/nvidiactl"), "").unwrap();
        assert_eq!(
            states(&container, &[]),
            [(DriverKind::Gpu, DriverState::Usable)]
        );
    }

    #[test]
    fn the_override_variable_hides_every_other_manifest() {
        let root = machine(&[
            ("usr/share/vulkan/icd.d/lvp_icd.json", LAVAPIPE),
            ("usr/lib/libvulkan_lvp.so", ""),
            ("opt/other.json", NVIDIA),
        ]);
        let only_other = states(&root, &[("VK_DRIVER_FILES", "/opt/other.json")]);
        assert_eq!(only_other, [(DriverKind::Gpu, DriverState::LibraryMissing)]);
    }

    #[test]
    fn broken_and_foreign_manifests_are_left_out() {
        let root = machine(&[
            ("usr/share/vulkan/icd.d/a.json", "not json"),
            (
                "usr/share/vulkan/icd.d/b.json",
                r#"{"ICD":{"library_path":"/x.so","library_arch":"32"}}"#,
            ),
        ]);
        assert!(states(&root, &[]).is_empty());
    }
}
