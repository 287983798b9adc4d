//! What the demo and the tests need from the system, package by package, with the reason.
//!
//! A need is satisfied by the thing itself (a library, a program, a driver), never by the package's name: on a
//! machine with a GPU vendor's driver or self-built Mesa nothing is installed.

use super::Purpose;
use cyc_machine::{DriverKind, DriverState, Libraries, Place, VULKAN_LOADER, drivers};
use std::path::PathBuf;

/// One thing that must be there, and the Debian and Ubuntu package that brings it.
#[derive(Debug)]
pub struct Need {
    /// The package that brings it.
    pub package: &'static str,
    /// Why it is needed, for the person who is asked to install it.
    pub why: &'static str,
    thing: Thing,
    tests_only: bool,
}

#[derive(Debug)]
enum Thing {
    Library(&'static str),
    Program(&'static str),
    CppCompiler,
    AnyDriver,
    SoftwareDriver,
    VenvModule,
}

const fn library(package: &'static str, soname: &'static str, why: &'static str) -> Need {
    Need {
        package,
        why,
        thing: Thing::Library(soname),
        tests_only: false,
    }
}

const fn for_tests(package: &'static str, thing: Thing, why: &'static str) -> Need {
    Need {
        package,
        why,
        thing,
        tests_only: true,
    }
}

const NEEDS: &[Need] = &[
    Need {
        package: "g++",
        why: "the film encoder is built from its C++ source",
        thing: Thing::CppCompiler,
        tests_only: false,
    },
    library(
        "libvulkan1",
        VULKAN_LOADER,
        "the Vulkan loader: every picture is drawn through it",
    ),
    Need {
        package: "mesa-vulkan-drivers",
        why: "no usable Vulkan driver was found: Mesa draws on the GPU, or on the processor",
        thing: Thing::AnyDriver,
        tests_only: false,
    },
    library("libx11-6", "libX11.so.6", "windows under X11"),
    library("libx11-xcb1", "libX11-xcb.so.1", "windows under X11"),
    library("libxcb1", "libxcb.so.1", "windows under X11"),
    library(
        "libxcursor1",
        "libXcursor.so.1",
        "the mouse pointer under X11",
    ),
    library("libxi6", "libXi.so.6", "mouse and keyboard under X11"),
    library(
        "libxrandr2",
        "libXrandr.so.2",
        "the list of screens under X11",
    ),
    library("libxkbcommon0", "libxkbcommon.so.0", "keyboard layouts"),
    library(
        "libxkbcommon-x11-0",
        "libxkbcommon-x11.so.0",
        "keyboard layouts under X11",
    ),
    library(
        "libwayland-client0",
        "libwayland-client.so.0",
        "windows under Wayland",
    ),
    for_tests(
        "mesa-vulkan-drivers",
        Thing::SoftwareDriver,
        "lavapipe: image tests compare pictures drawn by the same software everywhere",
    ),
    for_tests(
        "xvfb",
        Thing::Program("Xvfb"),
        "a display for the tests that open a window",
    ),
    for_tests("xauth", Thing::Program("xauth"), "xvfb-run needs it"),
    for_tests(
        "python3",
        Thing::Program("python3"),
        "third-party peers that we are tested against",
    ),
    for_tests(
        "python3-venv",
        Thing::VenvModule,
        "keeps those peers out of the system's Python",
    ),
    for_tests(
        "liblo-tools",
        Thing::Program("oscdump"),
        "OSC programs that nobody here wrote: they must read what we send, and we what they send",
    ),
    for_tests(
        "libltc11",
        Thing::Library("libltc.so.11"),
        "linear timecode that nobody here wrote: it must read what we write, and we what it writes",
    ),
];

/// What the bench beside three.js alone needs.
pub const CHROMIUM: Need = for_tests(
    "chromium",
    Thing::Program("chromium"),
    "the browser that three.js draws in, beside ours",
);

impl Need {
    /// The thing itself, as a person would look for it.
    pub fn what(&self) -> String {
        match self.thing {
            Thing::Library(soname) => format!("the library {soname}"),
            Thing::Program(name) => format!("the program {name}"),
            Thing::CppCompiler => "a C++ compiler".into(),
            Thing::AnyDriver => "a usable Vulkan driver".into(),
            Thing::SoftwareDriver => "a Vulkan driver that draws on the processor".into(),
            Thing::VenvModule => "Python's venv module".into(),
        }
    }

    /// Whether it is there.
    pub fn is_met(&self, place: &Place, libraries: &Libraries, venv_is_ready: bool) -> bool {
        let usable = |wanted: fn(DriverKind) -> bool| {
            let found = drivers(place, libraries);
            found
                .iter()
                .any(|driver| driver.state == DriverState::Usable && wanted(driver.kind))
        };
        match self.thing {
            Thing::Library(soname) => libraries.find(soname).is_some(),
            Thing::Program(name) => program(place, name).is_some(),
            Thing::CppCompiler => {
                let named = place.variable("CXX").is_some();
                named
                    || ["c++", "g++", "clang++"]
                        .iter()
                        .any(|name| program(place, name).is_some())
            }
            Thing::AnyDriver => usable(|_| true),
            Thing::SoftwareDriver => usable(|kind| kind == DriverKind::Software),
            Thing::VenvModule => venv_is_ready || super::venv::any_interpreter_makes_venvs(place),
        }
    }
}

/// What this machine lacks for `purpose`, each package once.
pub fn missing(
    purpose: Purpose,
    place: &Place,
    libraries: &Libraries,
    venv_is_ready: bool,
) -> Vec<&'static Need> {
    let mut missing: Vec<&'static Need> = Vec::new();
    for need in NEEDS
        .iter()
        .filter(|need| purpose == Purpose::Test || !need.tests_only)
    {
        let listed = missing.iter().any(|other| other.package == need.package);
        if !listed && !need.is_met(place, libraries, venv_is_ready) {
            missing.push(need);
        }
    }
    missing
}

/// Where a program lies on the machine's `PATH`.
pub fn program(place: &Place, name: &str) -> Option<PathBuf> {
    let folders = place.folders("PATH", "/usr/local/bin:/usr/bin:/bin");
    folders
        .iter()
        .map(|folder| place.path(folder).join(name))
        .find(|path| path.is_file())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packages(purpose: Purpose, place: &Place) -> Vec<&'static str> {
        let libraries = Libraries::of(place);
        missing(purpose, place, &libraries, false)
            .iter()
            .map(|need| need.package)
            .collect()
    }

    #[test]
    fn a_bare_machine_lacks_every_package_once() {
        let root = tempfile::tempdir().unwrap();
        let place = Place::under(root.path(), &[]);
        let demo = packages(Purpose::Demo, &place);
        assert!(demo.contains(&"mesa-vulkan-drivers") && demo.contains(&"libxkbcommon-x11-0"));
        assert!(
            !demo.contains(&"xvfb"),
            "the demo does not need the tests' display"
        );
        let tests = packages(Purpose::Test, &place);
        assert_eq!(
            tests
                .iter()
                .filter(|package| **package == "mesa-vulkan-drivers")
                .count(),
            1
        );
        assert!(tests.contains(&"xvfb") && tests.contains(&"python3-venv"));
    }

    #[test]
    fn what_is_there_is_not_asked_for() {
        let root = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(root.path().join("usr/lib")).unwrap();
        std::fs::write(root.path().join("usr/lib/libX11.so.6"), "").unwrap();
        let demo = packages(Purpose::Demo, &Place::under(root.path(), &[]));
        assert!(!demo.contains(&"libx11-6"));
        assert!(demo.contains(&"libxi6"));
    }
}
