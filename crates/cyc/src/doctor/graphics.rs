//! What draws and what shows: the Vulkan loader, its drivers, a display, the libraries of a window.
//!
//! Only files are read. Whether the adapter really works is known when the renderer has opened it.

use super::{Check, Verdict};
use crate::text::Text;
use cyc_machine::{
    Display, Driver, DriverKind, DriverState, Libraries, Place, VULKAN_LOADER, display, drivers,
};

/// What `winit` opens while running, with the Debian and Ubuntu packages.
const WINDOW_LIBRARIES: [(&str, &str); 9] = [
    ("libX11.so.6", "libx11-6"),
    ("libX11-xcb.so.1", "libx11-xcb1"),
    ("libxcb.so.1", "libxcb1"),
    ("libXcursor.so.1", "libxcursor1"),
    ("libXi.so.6", "libxi6"),
    ("libXrandr.so.2", "libxrandr2"),
    ("libxkbcommon.so.0", "libxkbcommon0"),
    ("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    ("libwayland-client.so.0", "libwayland-client0"),
];

/// The checks of this page of the report.
pub fn checks(place: &Place, libraries: &Libraries, text: &Text) -> Vec<Check> {
    vec![
        loader(libraries, text),
        driver(&drivers(place, libraries), text),
        screen(place, text),
        window_libraries(libraries, text),
    ]
}

fn loader(libraries: &Libraries, text: &Text) -> Check {
    let (name, title) = ("vulkan-loader", text.get("doctor-vulkan-loader", &[]));
    match libraries.find(VULKAN_LOADER) {
        Some(path) => {
            let detail = path.display().to_string();
            Check {
                name,
                title,
                verdict: Verdict::Good,
                detail,
                fix: None,
            }
        }
        None => Check::new(
            text,
            name,
            title,
            Verdict::Missing,
            "doctor-vulkan-loader-missing",
            &[],
        ),
    }
}

fn driver(drivers: &[Driver], text: &Text) -> Check {
    let title = text.get("doctor-vulkan-driver", &[]);
    let check = |verdict, key, names: Vec<String>| {
        let args = [("names", names.join(", "))];
        Check::new(text, "vulkan-driver", title.clone(), verdict, key, &args)
    };
    let usable = |kind| {
        let fits = move |d: &&Driver| d.state == DriverState::Usable && d.kind == kind;
        drivers
            .iter()
            .filter(fits)
            .map(manifest_name)
            .collect::<Vec<_>>()
    };
    let (gpu, software) = (usable(DriverKind::Gpu), usable(DriverKind::Software));
    if !gpu.is_empty() {
        return check(Verdict::Good, "doctor-vulkan-driver-gpu", gpu);
    }
    if !software.is_empty() {
        return check(Verdict::Good, "doctor-vulkan-driver-software", software);
    }
    if drivers.is_empty() {
        return check(Verdict::Missing, "doctor-vulkan-driver-none", Vec::new());
    }
    let names = drivers.iter().map(manifest_name).collect();
    check(Verdict::Missing, "doctor-vulkan-driver-broken", names)
}

fn manifest_name(driver: &Driver) -> String {
    driver
        .manifest
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

fn screen(place: &Place, text: &Text) -> Check {
    let (name, title) = ("display", text.get("doctor-display", &[]));
    match display(place) {
        Display::Wayland(socket) => {
            let detail = format!("Wayland {socket}");
            Check {
                name,
                title,
                verdict: Verdict::Good,
                detail,
                fix: None,
            }
        }
        Display::X11(number) => {
            let detail = format!("X11 {number}");
            Check {
                name,
                title,
                verdict: Verdict::Good,
                detail,
                fix: None,
            }
        }
        Display::Unreachable(number) => {
            let args = [("name", number)];
            Check::new(
                text,
                name,
                title,
                Verdict::Limited,
                "doctor-display-unreachable",
                &args,
            )
        }
        Display::None => Check::new(
            text,
            name,
            title,
            Verdict::Limited,
            "doctor-display-none",
            &[],
        ),
    }
}

fn window_libraries(libraries: &Libraries, text: &Text) -> Check {
    let (name, title) = ("window-libraries", text.get("doctor-window-libraries", &[]));
    let missing: Vec<_> = WINDOW_LIBRARIES
        .iter()
        .filter(|(soname, _)| libraries.find(soname).is_none())
        .collect();
    if missing.is_empty() {
        return Check::new(
            text,
            name,
            title,
            Verdict::Good,
            "doctor-window-libraries-good",
            &[],
        );
    }
    let join = |words: Vec<&str>, by: &str| words.join(by);
    let args = [
        (
            "names",
            join(missing.iter().map(|(soname, _)| *soname).collect(), ", "),
        ),
        (
            "packages",
            join(missing.iter().map(|(_, package)| *package).collect(), " "),
        ),
    ];
    let key = "doctor-window-libraries-missing";
    Check::new(text, name, title, Verdict::Limited, key, &args)
}
