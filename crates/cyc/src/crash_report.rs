//! What is kept of a panic: where, why, in which thread, what the program was asked to do, and what is to be done with it.
//!
//! A panic costs one performer, or one thread, and the show goes on; nobody reads a terminal then. The report is a small file
//! that `cyc doctor` finds. It is written by a thread of its own, so that the disk holds up nobody who carries frames:
//! others wait for it a moment, since the program may end with them.

use crate::state_folder::{state_folder, write_whole};
use crate::text::Text;
use std::backtrace::Backtrace;
use std::panic::PanicHookInfo;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::time::{Duration, SystemTime};

/// How a report ends.
const ENDING: &str = ".crash.txt";
/// Reports of one run of the program: the first ones tell the most.
const REPORTS_MAX: usize = 8;
/// Reports that are kept of all runs.
const KEPT_MAX: usize = 32;
/// How long a thread waits for its report.
const WAIT: Duration = Duration::from_millis(500);
/// Threads that carry frames, by how their names begin.
const CARRIES_FRAMES: [&str; 3] = ["solve", "rx-", "render-"];

/// A report on its way, and who waits for it.
struct Written {
    text: String,
    done: SyncSender<()>,
}

/// The folder of the reports.
pub fn folder() -> Option<PathBuf> {
    Some(state_folder()?.join("crashes"))
}

/// From now on a panic is reported as well as printed.
pub fn install(text: &Text) {
    if let Some(folder) = folder() {
        install_into(folder, text);
    }
}

fn install_into(folder: PathBuf, text: &Text) {
    // Nothing is looked up in a thread that has just failed.
    let what_to_do = text.fix("doctor-crashes-found", &[]).unwrap_or_default();
    let (reports, coming) = sync_channel(REPORTS_MAX);
    let writer = std::thread::Builder::new().name("crash-report".to_owned());
    if writer.spawn(move || write_all(&folder, &coming)).is_err() {
        return;
    }
    let print = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        print(info);
        report(info, &what_to_do, &reports);
    }));
}

fn report(info: &PanicHookInfo<'_>, what_to_do: &str, reports: &SyncSender<Written>) {
    let thread = std::thread::current();
    let name = thread.name().unwrap_or("?");
    let carries_frames = CARRIES_FRAMES.iter().any(|begin| name.starts_with(begin));
    let arguments: Vec<String> = std::env::args().collect();
    let text = format!(
        "{what_to_do}\n\ncyc {} ({} {})\n{}\nthread {name}\n{info}\n\n{}\n",
        env!("CARGO_PKG_VERSION"),
        std::env::consts::OS,
        std::env::consts::ARCH,
        arguments.join(" "),
        // To walk the stack takes longer than a frame.
        if carries_frames {
            Backtrace::disabled()
        } else {
            Backtrace::force_capture()
        },
    );
    let (done, is_done) = sync_channel(1);
    let is_sent = reports.try_send(Written { text, done }).is_ok();
    if is_sent && !carries_frames {
        let _ = is_done.recv_timeout(WAIT);
    }
}

fn write_all(folder: &Path, coming: &Receiver<Written>) {
    for (number, report) in coming.iter().take(REPORTS_MAX).enumerate() {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let at_s = now.unwrap_or_default().as_secs();
        let name = format!("{at_s}-{}-{number}{ENDING}", std::process::id());
        // It was printed already; a disk that takes nothing cannot be helped here.
        let _ = write_whole(&folder.join(name), report.text.as_bytes());
        let mut old = found(folder);
        for (path, _) in old.split_off(old.len().min(KEPT_MAX)) {
            let _ = std::fs::remove_file(path);
        }
        let _ = report.done.try_send(());
    }
}

/// The reports in a folder with their ages, the newest first.
pub fn found(folder: &Path) -> Vec<(PathBuf, Duration)> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let report = |entry: std::fs::DirEntry| {
        let path = entry.path();
        path.to_str()?.ends_with(ENDING).then_some(())?;
        let written = entry.metadata().and_then(|m| m.modified()).ok()?;
        Some((path, written.elapsed().unwrap_or_default()))
    };
    let mut reports: Vec<_> = entries.flatten().filter_map(report).collect();
    reports.sort_by(|a, b| (a.1, &b.0).cmp(&(b.1, &a.0)));
    reports
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language::Language;
    use std::time::Instant;

    /// A panic of this very process, as the program meets one.
    #[test]
    fn a_panic_leaves_where_and_why_it_was_and_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        install_into(folder.path().to_owned(), &Text::new(Language::English));
        for (thread, has_stack) in [("solve", false), ("calibrate", true)] {
            let began = Instant::now();
            let panicking = std::thread::Builder::new().name(thread.to_owned());
            let reason = format!("the marker {thread} of a test");
            let panicking = panicking.spawn(move || panic!("{reason}"));
            assert!(panicking.unwrap().join().is_err());
            let report = loop {
                let texts = found(folder.path()).into_iter();
                let mut texts = texts.filter_map(|(path, _)| std::fs::read_to_string(path).ok());
                let name = format!("thread {thread}\n");
                if let Some(text) = texts.find(|text| text.contains(&name)) {
                    break text;
                }
                assert!(began.elapsed() < Duration::from_secs(20), "no report");
                std::thread::sleep(Duration::from_millis(5));
            };
            let arguments = std::env::args().next().unwrap();
            let why = format!("the marker {thread} of a test");
            for part in [
                "Send the file to",
                env!("CARGO_PKG_VERSION"),
                "src/crash_report.rs:",
                &arguments,
                &why,
            ] {
                assert!(report.contains(part), "{part}: {report}");
            }
            // A thread that carries frames is not kept from them.
            let frame = "crash_report::tests::a_panic_leaves";
            assert_eq!(report.contains(frame), has_stack, "{report}");
        }
    }

    #[test]
    fn reports_are_written_and_the_oldest_make_room() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("crashes");
        assert!(found(&folder).is_empty());
        std::fs::create_dir_all(&folder).unwrap();
        for i in 0..40 {
            std::fs::write(folder.join(format!("{i}{ENDING}")), "old").unwrap();
        }
        std::fs::write(folder.join("notes.txt"), "not one").unwrap();
        let (reports, coming) = sync_channel(4);
        let (done, is_done) = sync_channel(1);
        let text = "thread solve panicked".to_owned();
        reports.send(Written { text, done }).unwrap();
        drop(reports);
        write_all(&folder, &coming);
        is_done.try_recv().unwrap();
        let all = found(&folder);
        assert_eq!(all.len(), KEPT_MAX);
        let newest = std::fs::read_to_string(&all[0].0).unwrap();
        assert!(newest.contains("thread solve"), "{newest}");
        assert!(folder.join("notes.txt").exists());
    }
}
