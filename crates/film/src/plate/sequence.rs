//! Sequences: stills of one size whose names differ in a number alone, written `name.####.exr`.
//!
//! How many `#` there are says nothing about how many digits the numbers have; a number that is missing between two others
//! is a frame that cannot be had.

use super::still::{StillKind, read_still, still_size};
use super::{PLATE_FRAMES_MAX, PlateFault, PlatePicture};
use std::path::{Path, PathBuf};

/// The stills of a folder that a pattern means.
pub(super) struct Sequence {
    pattern: PathBuf,
    kind: StillKind,
    /// Number and file, ascending.
    stills: Vec<(u64, PathBuf)>,
    size_px: [u32; 2],
}

/// Text before and after the `#`s of a name; `None` without any.
pub(super) fn around_number(name: &str) -> Option<(&str, &str)> {
    let first = name.find('#')?;
    let rest = &name[first..];
    let after = rest.trim_start_matches('#');
    (!after.contains('#')).then_some((&name[..first], after))
}

impl Sequence {
    /// Looks for the files of a pattern.
    pub(super) fn open(pattern: &Path) -> Result<Self, PlateFault> {
        let kind = StillKind::of(pattern).ok_or_else(|| {
            PlateFault::unknown(pattern, "a sequence is of .png, .exr, .jpg or .hdr files")
        })?;
        let name = pattern.file_name().and_then(|n| n.to_str());
        let (before, after) = name
            .and_then(around_number)
            .ok_or_else(|| PlateFault::unknown(pattern, "one run of # stands for the number"))?;
        let folder = pattern.parent().filter(|f| !f.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        let say = |e: std::io::Error| PlateFault::cannot_read(folder, &e);
        let mut stills = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(say)? {
            let entry = entry.map_err(say)?;
            let name = entry.file_name();
            let number = name.to_str().and_then(|name| {
                let digits = name.strip_prefix(before)?.strip_suffix(after)?;
                let is_number = digits.bytes().all(|b| b.is_ascii_digit());
                is_number.then(|| digits.parse().ok())?
            });
            if let Some(number) = number
                && stills.len() < PLATE_FRAMES_MAX
            {
                stills.push((number, entry.path()));
            }
        }
        stills.sort();
        stills.dedup_by_key(|(number, _)| *number);
        let Some((_, first)) = stills.first() else {
            return Err(PlateFault::EmptySequence {
                path: pattern.to_owned(),
            });
        };
        Ok(Self {
            size_px: still_size(first, kind)?,
            pattern: pattern.to_owned(),
            kind,
            stills,
        })
    }

    pub(super) fn size_px(&self) -> [u32; 2] {
        self.size_px
    }

    /// Its first and last number.
    pub(super) fn numbers(&self) -> [u64; 2] {
        let number = |still: Option<&(u64, PathBuf)>| still.map_or(0, |(number, _)| *number);
        [number(self.stills.first()), number(self.stills.last())]
    }

    pub(super) fn read(&self, frame: u64, into: &mut PlatePicture) -> Result<(), PlateFault> {
        let broken =
            |reason: &dyn std::fmt::Display| PlateFault::broken(&self.pattern, frame, reason);
        let at = self
            .stills
            .binary_search_by_key(&frame, |(number, _)| *number);
        let still = at.ok().and_then(|at| self.stills.get(at));
        let (_, path) = still.ok_or_else(|| broken(&"there is no file of this number"))?;
        read_still(path, self.kind, into).map_err(|e| broken(&e))?;
        if into.size_px != self.size_px {
            return Err(broken(&"it has another size than the first one"));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::around_number;

    #[test]
    fn one_run_of_hashes_stands_for_the_number() {
        assert_eq!(around_number("fire.####.exr"), Some(("fire.", ".exr")));
        assert_eq!(around_number("#.png"), Some(("", ".png")));
        assert_eq!(around_number("fire.0001.exr"), None);
        assert_eq!(around_number("a#b#.png"), None);
    }
}
