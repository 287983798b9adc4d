//! What may be wrong with a stage, and in one sentence each what it is and what to do.

use super::program_fault::ProgramFault;
use super::reload::RefusedEdit;
use crate::guard::GuardFault;
use crate::plausibility::Doubt;
use crate::text::Text;
use cyc_control::Mood;
use cyc_engine::run::CannotReceive;
use cyc_film::PlateFault;

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Finding {
    /// A source was never heard.
    NotHeard { name: String, url: String },
    /// A source cannot be received on this computer.
    CannotReceive { name: String, why: CannotReceive },
    /// A source was heard and is not any more.
    Silent { name: String, url: String },
    /// A source loses frames.
    Losing { name: String, percent: f64 },
    /// What a source sends cannot be people on a floor: its axes or its unit look wrong.
    Implausible {
        name: String,
        subject: String,
        doubt: Doubt,
    },
    /// A source began to count anew, or its clock jumped.
    Restarted { name: String },
    /// A source's clock has lost the reference that it is to follow.
    ReferenceLost { name: String },
    /// The clock of this computer was set.
    ClockJumped { seconds: f64 },
    /// A performer has no rig yet.
    Calibrating { name: String },
    /// A performer is not seen.
    NotSeen { name: String },
    /// Solving a performer failed again and again, so that she is left alone.
    SetAside { name: String },
    /// Another source sends a subject of the same name.
    Claimed { name: String, other: String },
    /// Something is wrong with the program itself.
    Program(ProgramFault),
    /// A performer's source mixes the names of her markers up.
    Mislabelled { name: String },
    /// Two of a performer's markers took each other's names.
    Swapped { name: String },
    /// Few of a performer's markers are seen.
    FewMarkers { name: String, seen: u16, all: u16 },
    /// A performer's markers are not where her rig has them.
    Misfit { name: String, mm: f64 },
    /// A film camera is not seen.
    CameraNotSeen { name: String },
    /// A film camera's source tells no lens, though it is to.
    LensNotTold { name: String },
    /// The monitor of a display is not there.
    MonitorMissing { name: String, monitor: String },
    /// A monitor is smaller than what it is to show.
    DisplayCut {
        name: String,
        part_px: [u32; 2],
        window_px: [u32; 2],
    },
    /// A display could not be given pictures lately.
    PicturesMissed { name: String, pictures: u64 },
    /// Nothing keeps the walls' last picture should the program die.
    Unguarded(GuardFault),
    /// A plate's file is damaged: it holds the last picture that was whole.
    PlateBroken { name: String, fault: PlateFault },
    /// A plate's frames are not decoded in time.
    PlateLate { name: String, frames: u64 },
    /// Pictures do not follow the reference that they should.
    NotLocked { reference: &'static str },
    /// Stage frames come, and no picture.
    PictureStalled { seconds: f64 },
    /// An output's thread hangs: what it should send is dropped.
    OutputHangs { url: String },
    /// An output failed by a fault of its own, and began again a moment ago.
    OutputRestarted { url: String },
    /// An output's thread ended by a fault of its own.
    OutputFailed { url: String },
    /// The recording loses frames.
    RecordingLoses { frames: u64 },
    /// A take could not be written to its end.
    RecordingFailed { reason: String },
    /// The recording's disk does not keep up, and something is left out of the take.
    DiskSlow,
    /// The recording's disk is full: the take was sealed.
    DiskFull,
    /// The disk will soon be full.
    DiskNearlyFull { minutes: f64 },
    /// The stage file was saved with something wrong in it; the stage goes on as it was.
    EditRefused(RefusedEdit),
    /// An edit of the stage file waits for the end of the take.
    EditWaits,
}

impl Finding {
    /// Its stable name, which is the key of its text.
    pub fn key(&self) -> &'static str {
        self.said().0
    }

    /// Whom it is about; empty for the stage.
    pub fn about(&self) -> &str {
        match self {
            Self::NotHeard { name, .. }
            | Self::CannotReceive { name, .. }
            | Self::Silent { name, .. }
            | Self::Losing { name, .. }
            | Self::Implausible { name, .. }
            | Self::Restarted { name }
            | Self::ReferenceLost { name }
            | Self::Calibrating { name }
            | Self::NotSeen { name }
            | Self::SetAside { name }
            | Self::Claimed { name, .. }
            | Self::Mislabelled { name }
            | Self::Swapped { name }
            | Self::FewMarkers { name, .. }
            | Self::Misfit { name, .. }
            | Self::MonitorMissing { name, .. }
            | Self::DisplayCut { name, .. }
            | Self::PicturesMissed { name, .. }
            | Self::PlateBroken { name, .. }
            | Self::PlateLate { name, .. }
            | Self::LensNotTold { name }
            | Self::CameraNotSeen { name } => name,
            Self::OutputHangs { url }
            | Self::OutputFailed { url }
            | Self::OutputRestarted { url } => url,
            Self::Program(fault) => fault.about(),
            _ => "",
        }
    }

    /// How bad it is: red is what the audience sees, or what is lost for good.
    pub fn mood(&self) -> Mood {
        match self {
            Self::NotHeard { .. }
            | Self::CannotReceive { .. }
            | Self::Silent { .. }
            | Self::NotSeen { .. }
            | Self::CameraNotSeen { .. }
            | Self::SetAside { .. }
            | Self::Implausible { .. }
            | Self::PictureStalled { .. }
            | Self::MonitorMissing { .. }
            | Self::DisplayCut { .. }
            | Self::PicturesMissed { .. }
            | Self::PlateBroken { .. }
            | Self::OutputHangs { .. }
            | Self::OutputFailed { .. }
            | Self::RecordingLoses { .. }
            | Self::RecordingFailed { .. }
            | Self::DiskSlow
            | Self::DiskFull => Mood::Red,
            Self::Program(fault) => fault.mood(),
            Self::Unguarded(fault) => fault.mood(),
            Self::Losing { percent, .. } if *percent > LOSS_SEEN_PERCENT => Mood::Red,
            Self::DiskNearlyFull { minutes } if *minutes < 1.0 => Mood::Red,
            // Worth a look, but nothing is amiss: one capture system may well send the same on two ways.
            Self::Claimed { .. } => Mood::Off,
            _ => Mood::Amber,
        }
    }

    /// What is wrong, then what to do.
    pub fn sentences(&self, text: &Text) -> [String; 2] {
        if let Self::EditRefused(why) = self {
            return why.said(text);
        }
        let (key, mut args) = self.said();
        if let Self::PlateBroken { fault, .. } = self {
            args.push(("why", text.get(fault.key(), &fault.args())));
        }
        if let Self::CannotReceive {
            why: (key_of_why, args_of_why),
            ..
        } = self
        {
            args.push(("why", text.get(key_of_why, args_of_why)));
            let fix = text.fix(key_of_why, args_of_why);
            return [text.get(key, &args), fix.unwrap_or_default()];
        }
        [
            text.get(key, &args),
            text.fix(key, &args).unwrap_or_default(),
        ]
    }

    fn said(&self) -> (&'static str, Vec<(&'static str, String)>) {
        let named = |name: &String| ("name", name.clone());
        match self {
            Self::NotHeard { name, url } => {
                ("run-not-heard", vec![named(name), ("url", url.clone())])
            }
            Self::CannotReceive { name, .. } => ("run-cannot-receive", vec![named(name)]),
            Self::Silent { name, url } => ("run-silent", vec![named(name), ("url", url.clone())]),
            Self::Losing { name, percent } => {
                let percent = ("percent", format!("{percent:.1}"));
                ("run-losing", vec![named(name), percent])
            }
            Self::Implausible { subject, doubt, .. } => doubt.said(subject.clone()),
            Self::Restarted { name } => ("run-restarted", vec![named(name)]),
            Self::ReferenceLost { name } => ("run-reference-lost", vec![named(name)]),
            Self::OutputHangs { url } => ("run-output-hangs", vec![("url", url.clone())]),
            Self::OutputFailed { url } => ("run-output-failed", vec![("url", url.clone())]),
            Self::OutputRestarted { url } => ("run-output-restarted", vec![("url", url.clone())]),
            Self::ClockJumped { seconds } => (
                "run-clock-jumped",
                vec![("seconds", format!("{seconds:+.1}"))],
            ),
            Self::Calibrating { name } => ("run-calibrating", vec![named(name)]),
            Self::NotSeen { name } => ("run-not-seen", vec![named(name)]),
            Self::Program(fault) => fault.said(),
            Self::SetAside { name } => ("run-set-aside", vec![named(name)]),
            Self::Claimed { name, other } => {
                let other = ("other", other.clone());
                ("run-claimed", vec![named(name), other])
            }
            Self::Mislabelled { name } => ("run-mislabelled", vec![named(name)]),
            Self::Swapped { name } => ("run-swapped", vec![named(name)]),
            Self::FewMarkers { name, seen, all } => {
                let counts = [("seen", seen.to_string()), ("all", all.to_string())];
                ("run-few-markers", [&[named(name)], &counts[..]].concat())
            }
            Self::Misfit { name, mm } => {
                ("run-misfit", vec![named(name), ("mm", format!("{mm:.0}"))])
            }
            Self::CameraNotSeen { name } => ("run-camera-not-seen", vec![named(name)]),
            Self::LensNotTold { name } => ("run-lens-not-told", vec![named(name)]),
            Self::RecordingLoses { frames } => {
                ("run-recording-loses", vec![("frames", frames.to_string())])
            }
            Self::RecordingFailed { reason } => {
                ("run-recording-failed", vec![("reason", reason.clone())])
            }
            // Its sentence is made of another one.
            Self::EditRefused(why) => ("run-edit-refused", vec![("place", why.place.clone())]),
            Self::EditWaits => ("run-edit-waits", vec![]),
            Self::DiskSlow => ("run-disk-slow", vec![]),
            Self::DiskFull => ("run-disk-full", vec![]),
            Self::DiskNearlyFull { minutes } => (
                "run-disk-nearly-full",
                vec![("minutes", format!("{minutes:.1}"))],
            ),
            Self::MonitorMissing { .. }
            | Self::DisplayCut { .. }
            | Self::PicturesMissed { .. }
            | Self::Unguarded(_)
            | Self::PlateBroken { .. }
            | Self::PlateLate { .. }
            | Self::NotLocked { .. }
            | Self::PictureStalled { .. } => self.said_of_pictures(),
        }
    }

    fn said_of_pictures(&self) -> (&'static str, Vec<(&'static str, String)>) {
        let named = |name: &String| ("name", name.clone());
        match self {
            Self::MonitorMissing { name, monitor } => {
                let monitor = ("monitor", monitor.clone());
                ("run-monitor-missing", vec![named(name), monitor])
            }
            Self::DisplayCut {
                name,
                part_px,
                window_px,
            } => {
                let size = |[width, height]: &[u32; 2]| format!("{width} × {height}");
                let sizes = [("part", size(part_px)), ("window", size(window_px))];
                ("run-display-cut", [&[named(name)], &sizes[..]].concat())
            }
            Self::PicturesMissed { name, pictures } => {
                let pictures = ("pictures", pictures.to_string());
                ("run-pictures-missed", vec![named(name), pictures])
            }
            Self::Unguarded(fault) => (fault.key(), fault.args()),
            Self::PlateBroken { name, .. } => ("run-plate-broken", vec![named(name)]),
            Self::PlateLate { name, frames } => {
                let frames = ("frames", frames.to_string());
                ("run-plate-late", vec![named(name), frames])
            }
            Self::NotLocked { reference } => (
                "run-not-locked",
                vec![("reference", (*reference).to_owned())],
            ),
            Self::PictureStalled { seconds } => (
                "run-picture-stalled",
                vec![("seconds", format!("{seconds:.1}"))],
            ),
            // The others are not about pictures.
            _ => ("", vec![]),
        }
    }
}

/// Loss that prediction cannot hide from the audience, per cent.
const LOSS_SEEN_PERCENT: f64 = 25.0;
