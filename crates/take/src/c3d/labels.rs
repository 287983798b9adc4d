//! Which points are positions, what they are called, and whose they are.

use super::C3dLabel;
use super::parameters::Parameters;
use std::collections::HashSet;

/// Groups of points that are no positions. Each is a list of labels in `POINT`.
const NO_POSITIONS: [&str; 6] = [
    "ANGLES",
    "FORCES",
    "MOMENTS",
    "POWERS",
    "SCALARS",
    "REACTIONS",
];

/// Labels of a file's points.
pub(super) struct Labels {
    /// Which points are positions.
    pub kept: Vec<usize>,
    /// Their labels.
    pub labels: Vec<C3dLabel>,
    /// The labels of the others.
    pub skipped: Vec<String>,
}

/// Reads the labels of so many points.
pub(super) fn read(parameters: &Parameters<'_>, points: usize) -> Labels {
    let given = parameters.numbered_texts("POINT", "LABELS");
    let others = labels_of_no_positions(parameters);
    let prefixes = Prefixes::read(parameters);
    let mut found = Labels {
        kept: Vec::new(),
        labels: Vec::new(),
        skipped: Vec::new(),
    };
    for point in 0..points {
        let label = given.get(point).map_or("", String::as_str);
        let (subject, name) = prefixes.split(label);
        if !name.is_empty() && (others.contains(name) || others.contains(label)) {
            found.skipped.push(label.to_owned());
            continue;
        }
        found.kept.push(point);
        found.labels.push(C3dLabel {
            subject: subject.filter(|s| !s.is_empty()),
            name: match name {
                "" => format!("marker_{point}"),
                name => name.to_owned(),
            },
        });
    }
    found
}

/// `TYPE_GROUPS` names a file's own groups, each with the parameter that holds its unit: what is not a length is no
/// position.
fn labels_of_no_positions(parameters: &Parameters<'_>) -> HashSet<String> {
    let mut groups: Vec<String> = NO_POSITIONS.map(str::to_owned).to_vec();
    let named = parameters.texts("POINT", "TYPE_GROUPS");
    for pair in named.chunks_exact(2) {
        let [group, unit] = pair else { continue };
        let unit = parameters.texts("POINT", unit).into_iter().next();
        let length = unit.is_none_or(|u| u.is_empty() || metres_in(&u).is_some());
        if !length && !groups.contains(group) {
            groups.push(group.clone());
        }
    }
    let labels = groups
        .iter()
        .flat_map(|g| parameters.numbered_texts("POINT", g));
    labels.collect()
}

/// What stands before a subject's labels. Nearly always a name and a colon; a file may say otherwise.
struct Prefixes {
    /// A prefix and the subject it stands for.
    declared: Vec<(String, String)>,
}

impl Prefixes {
    fn read(parameters: &Parameters<'_>) -> Self {
        let uses = parameters
            .numbers("SUBJECTS", "USES_PREFIXES")
            .unwrap_or_default();
        let names = parameters.texts("SUBJECTS", "NAMES");
        let prefixes = parameters.texts("SUBJECTS", "LABEL_PREFIXES");
        let declared = prefixes
            .into_iter()
            .enumerate()
            .filter(|(i, p)| !p.is_empty() && uses.get(*i).is_none_or(|u| *u != 0.0))
            .map(|(i, prefix)| {
                let name = names.get(i).filter(|n| !n.is_empty()).cloned();
                let plain = || prefix.trim_end_matches([':', '_', '.', ' ']).to_owned();
                let name = name.unwrap_or_else(plain);
                (prefix, name)
            })
            .collect();
        Self { declared }
    }

    /// The subject and the marker of a label.
    fn split<'l>(&self, label: &'l str) -> (Option<String>, &'l str) {
        let longest = self
            .declared
            .iter()
            .filter(|(prefix, _)| label.len() > prefix.len() && label.starts_with(prefix.as_str()))
            .max_by_key(|(prefix, _)| prefix.len());
        if let Some((prefix, subject)) = longest {
            let name = label.get(prefix.len()..).unwrap_or(label);
            return (Some(subject.clone()), name.trim());
        }
        match label.rsplit_once(':') {
            Some((subject, name)) => (Some(subject.trim().to_owned()), name.trim()),
            None => (None, label),
        }
    }
}

/// Metres in a unit of length, by the names that programs give it.
pub(super) fn metres_in(unit: &str) -> Option<f64> {
    match unit.to_ascii_lowercase().as_str() {
        "mm" | "millimeter" | "millimeters" | "millimetre" | "millimetres" => Some(0.001),
        "cm" | "centimeter" | "centimeters" | "centimetre" | "centimetres" => Some(0.01),
        "dm" | "decimeter" | "decimeters" | "decimetre" | "decimetres" => Some(0.1),
        "m" | "meter" | "meters" | "metre" | "metres" => Some(1.0),
        "in" | "inch" | "inches" => Some(0.0254),
        "ft" | "foot" | "feet" => Some(0.3048),
        _ => None,
    }
}
