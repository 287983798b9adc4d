//! The parameter section: groups of named arrays.
//!
//! Records are chained by relative offsets; each must lead forward, so that a damaged file ends the walk and never
//! loops it.

use super::bytes::{Bytes, Processor};
use super::error::{C3dError, C3dProblem};
use super::looks_like_c3d;
use crate::limits::{C3D_ELEMENTS_MAX, C3D_PARAMETERS_MAX};
use std::collections::{BTreeMap, HashMap};

/// The highest number at the end of a list's name: 258 lists of 255 hold a label for every point that can be counted.
const NUMBERED_MAX: usize = 258;

/// One parameter: a typed array in the file.
#[derive(Clone, Debug)]
struct Entry {
    /// -1 characters, 1 bytes, 2 integers, 4 floats.
    kind: i8,
    dims: Vec<u8>,
    at: usize,
}

/// All parameters, by group and name.
pub(super) struct Parameters<'a> {
    bytes: Bytes<'a>,
    entries: HashMap<(String, String), Entry>,
}

impl<'a> Parameters<'a> {
    /// Reads the section that the header's first byte points to; finds the processor type on the way.
    pub fn read(data: &'a [u8]) -> Result<Self, C3dError> {
        let mut bytes = Bytes {
            data,
            processor: Processor::Intel,
        };
        let block = bytes.u8(0, "header")?;
        bytes.u8(1, "header")?;
        if !looks_like_c3d(data) {
            return Err(C3dError::new(1, C3dProblem::NotC3d));
        }
        let start = (usize::from(block) - 1) * 512;
        let blocks = bytes.u8(start + 2, "parameter section")?;
        let found = bytes.u8(start + 3, "parameter section")?;
        bytes.processor = Processor::from_byte(found)
            .ok_or_else(|| C3dError::new(start + 3, C3dProblem::UnknownProcessor { found }))?;
        // Some writers leave the block count zero or forget to raise it; the chain ends by itself, and before the data.
        let counted = match blocks {
            0 => data.len(),
            n => start + usize::from(n) * 512,
        };
        let data_start = usize::from(bytes.u16(16, "header")?).saturating_sub(1) * 512;
        let end = data.len().min(counted.max(data_start));
        let mut parameters = Self {
            bytes,
            entries: HashMap::new(),
        };
        parameters.walk(start + 4, end)?;
        Ok(parameters)
    }

    /// The file's bytes, with the processor type known.
    pub fn bytes(&self) -> Bytes<'a> {
        self.bytes
    }

    fn walk(&mut self, start: usize, end: usize) -> Result<(), C3dError> {
        let mut groups: HashMap<i8, String> = HashMap::new();
        let mut pending: Vec<(i8, String, Entry)> = Vec::new();
        let mut at = start;
        while at + 2 <= end {
            let name_length = usize::from((self.bytes.u8(at, "parameter")? as i8).unsigned_abs());
            let group = self.bytes.u8(at + 1, "parameter")? as i8;
            if name_length == 0 || group == 0 {
                break;
            }
            let name = text(self.bytes.data.get(at + 2..at + 2 + name_length));
            let bad = || C3dProblem::BadParameter { name: name.clone() };
            let link = at + 2 + name_length;
            let step = usize::from(self.bytes.u16(link, "parameter")?);
            if group < 0 {
                groups.insert(group.saturating_neg(), name.to_ascii_uppercase());
            } else {
                if pending.len() >= C3D_PARAMETERS_MAX {
                    return Err(too_many_parameters(at));
                }
                // A type that the format has not is some program's own affair; its record can still be stepped over.
                let kind = self.bytes.u8(link + 2, "parameter")? as i8;
                if matches!(kind, -1 | 1 | 2 | 4) {
                    let entry = self.entry(link + 2);
                    let entry = entry.ok_or_else(|| C3dError::new(at, bad()))?;
                    pending.push((group, name.to_ascii_uppercase(), entry));
                }
            }
            if step == 0 {
                break;
            }
            // A record has at least its own link word and one byte more.
            if step < 3 {
                return Err(C3dError::new(at, bad()));
            }
            at = link + step;
        }
        for (group, name, entry) in pending {
            if let Some(group) = groups.get(&group) {
                self.entries.insert((group.clone(), name), entry);
            }
        }
        Ok(())
    }

    /// A parameter's type, dimensions and data; `None` when it does not lie within the file.
    fn entry(&self, at: usize) -> Option<Entry> {
        let kind = *self.bytes.data.get(at)? as i8;
        let n_dims = usize::from(*self.bytes.data.get(at + 1)?);
        let dims = self.bytes.data.get(at + 2..at + 2 + n_dims)?.to_vec();
        if n_dims > 7 {
            return None;
        }
        let mut size = usize::from(kind.unsigned_abs());
        for d in &dims {
            size = size.checked_mul(usize::from(*d))?;
        }
        let at = at + 2 + n_dims;
        self.bytes.data.get(at..at.checked_add(size)?)?;
        Some(Entry { kind, dims, at })
    }

    fn get(&self, group: &str, name: &str) -> Option<&Entry> {
        self.entries.get(&(group.to_owned(), name.to_owned()))
    }

    /// The first element of a number; 16-bit integers as they are, `None` for text and empty arrays.
    pub fn number(&self, group: &str, name: &str) -> Option<f64> {
        self.numbers(group, name)?.first().copied()
    }

    /// All elements as numbers.
    pub fn numbers(&self, group: &str, name: &str) -> Option<Vec<f64>> {
        let entry = self.get(group, name)?;
        let count = product(&entry.dims);
        let element = |i: usize| match entry.kind {
            1 => self.bytes.u8(entry.at + i, "parameter").ok().map(f64::from),
            2 => self
                .bytes
                .i16(entry.at + 2 * i, "parameter")
                .ok()
                .map(f64::from),
            4 => self
                .bytes
                .f32(entry.at + 4 * i, "parameter")
                .ok()
                .map(f64::from),
            _ => None,
        };
        (0..count).map(element).collect()
    }

    /// The first elements of all numbers of a group, by name in capitals.
    pub fn group_numbers(&self, group: &str) -> BTreeMap<String, f64> {
        self.entries
            .keys()
            .filter(|(g, _)| g == group)
            .filter_map(|(_, name)| Some((name.clone(), self.number(group, name)?)))
            .collect()
    }

    /// All elements of a list that goes on under numbered names, since a dimension counts to 255 only: `LABELS`,
    /// `LABELS2`, `LABELS3` …
    pub fn numbered_texts(&self, group: &str, name: &str) -> Vec<String> {
        let mut all = self.texts(group, name);
        for n in 2..=NUMBERED_MAX {
            let more = self.texts(group, &format!("{name}{n}"));
            if more.is_empty() || all.len() >= C3D_ELEMENTS_MAX {
                break;
            }
            all.extend(more);
        }
        all
    }

    /// The numbers of a list that goes on under numbered names.
    pub fn numbered_numbers(&self, group: &str, name: &str) -> Vec<f64> {
        let mut all = self.numbers(group, name).unwrap_or_default();
        for n in 2..=NUMBERED_MAX {
            let more = self.numbers(group, &format!("{name}{n}"));
            match more {
                Some(more) if !more.is_empty() && all.len() < C3D_ELEMENTS_MAX => all.extend(more),
                _ => break,
            }
        }
        all
    }

    /// An array of texts, trimmed; a plain text is an array of one.
    pub fn texts(&self, group: &str, name: &str) -> Vec<String> {
        let Some(entry) = self.get(group, name).filter(|e| e.kind == -1) else {
            return Vec::new();
        };
        // Without dimensions it is a single character.
        let width = entry.dims.first().map_or(1, |d| usize::from(*d));
        let count = if width == 0 {
            0
        } else {
            product(entry.dims.get(1..).unwrap_or(&[]))
        };
        (0..count)
            .map(|i| {
                let at = entry.at + i * width;
                text(self.bytes.data.get(at..at + width))
            })
            .collect()
    }
}

/// How many elements there are, as far as they are looked at.
fn product(dims: &[u8]) -> usize {
    let all = dims
        .iter()
        .fold(1usize, |n, d| n.saturating_mul(usize::from(*d)));
    all.min(C3D_ELEMENTS_MAX)
}

fn too_many_parameters(at: usize) -> C3dError {
    let problem = C3dProblem::TooLarge {
        what: "parameters",
        size: C3D_PARAMETERS_MAX as u64 + 1,
        limit: C3D_PARAMETERS_MAX as u64,
    };
    C3dError::new(at, problem)
}

fn text(bytes: Option<&[u8]>) -> String {
    let text = String::from_utf8_lossy(bytes.unwrap_or(&[]));
    let trimmed = text.trim_matches(|c: char| c.is_whitespace() || c == '\0');
    trimmed.to_owned()
}
