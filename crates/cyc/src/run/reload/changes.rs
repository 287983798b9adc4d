//! What an edit of a stage file changes, by its tables and keys, and what of that has to wait for a restart.

use std::collections::BTreeSet;
use toml::{Table, Value};

/// Keys that a running stage keeps until it is started again: by them programs and people have found it, and the walls'
/// windows are open.
pub const KEPT: [&str; 6] = [
    "name",
    "display",
    "control.http",
    "control.osc",
    "control.osc_allow",
    "telemetry.metrics",
];

/// What is different between two texts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Each change, like `wall main: brightness_nit`, `+ source opti` or `- prop Staff`.
    pub said: Vec<String>,
    /// The tables of the file in which something changed.
    pub tables: BTreeSet<String>,
}

/// Most changes that are named; the others are counted.
const NAMED_MAX: usize = 12;

impl Changes {
    /// From the text that the stage runs with to another one. Texts that cannot be read have no tables.
    pub fn between(before: &str, after: &str) -> Self {
        let read = |text: &str| text.parse::<Table>().unwrap_or_default();
        let (before, after) = (read(before), read(after));
        let mut changes = Self::default();
        let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
        for key in keys {
            let pair = (before.get(key), after.get(key));
            if pair.0 != pair.1 {
                changes.tables.insert(key.clone());
                changes.table(key, pair);
            }
        }
        changes
    }

    /// Everything that changed, for the log: the tables' own names and keys are the same in every language.
    pub fn summary(&self) -> String {
        let named = self.said.iter().take(NAMED_MAX).cloned();
        let mut named: Vec<String> = named.collect();
        let more = self.said.len().saturating_sub(NAMED_MAX);
        if more > 0 {
            named.push(format!("… +{more}"));
        }
        named.join("; ")
    }

    /// A file that a performer's table names says something else now; nothing is added when her table changed as well.
    pub fn beside(&mut self, performer: &str) {
        let own = format!("performer {performer}");
        if !self.said.iter().any(|said| said.contains(&own)) {
            self.tables.insert("performer".to_owned());
            self.said.push(own);
        }
    }

    /// Whether nothing changed at all.
    pub fn is_empty(&self) -> bool {
        self.said.is_empty()
    }

    /// Whether something in one of these tables changed.
    pub fn has(&self, tables: &[&str]) -> bool {
        tables.iter().any(|table| self.tables.contains(*table))
    }

    fn table(&mut self, key: &str, pair: (Option<&Value>, Option<&Value>)) {
        match pair {
            (Some(Value::Table(before)), Some(Value::Table(after))) => {
                self.said
                    .push(format!("{key}: {}", different(before, after)));
            }
            (before, after) if is_list(before) || is_list(after) => self.list(key, before, after),
            (None, Some(_)) => self.said.push(format!("+ {key}")),
            (Some(_), None) => self.said.push(format!("- {key}")),
            _ => self.said.push(key.to_owned()),
        }
    }

    fn list(&mut self, kind: &str, before: Option<&Value>, after: Option<&Value>) {
        let (before, after) = (entries(before), entries(after));
        for (name, _) in &before {
            if !after.iter().any(|(other, _)| other == name) {
                self.said.push(format!("- {kind} {name}"));
            }
        }
        let is_known = |name: &&str| before.iter().any(|(other, _)| other == name);
        for (name, entry) in &after {
            match before.iter().find(|(other, _)| other == name) {
                None => self.said.push(format!("+ {kind} {name}")),
                Some((_, old)) if old != entry => {
                    let keys = different(old, entry);
                    self.said.push(format!("{kind} {name}: {keys}"));
                }
                Some(_) => {}
            }
        }
        let names = |list: &[(&str, &Table)]| -> Vec<String> {
            let names = list.iter().map(|(name, _)| (*name).to_owned());
            names.collect()
        };
        let known: Vec<_> = after.iter().copied().filter(|(n, _)| is_known(n)).collect();
        let stayed = |name: &str| after.iter().any(|(other, _)| *other == name);
        let old: Vec<_> = before.iter().copied().filter(|(n, _)| stayed(n)).collect();
        if names(&known) != names(&old) {
            self.said.push(format!("{kind}: order"));
        }
    }
}

fn is_list(value: Option<&Value>) -> bool {
    value.is_some_and(Value::is_array)
}

/// The tables of a list, by name.
fn entries(list: Option<&Value>) -> Vec<(&str, &Table)> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    let named = |value| {
        let table = Value::as_table(value)?;
        Some((table.get("name")?.as_str()?, table))
    };
    list.filter_map(named).collect()
}

/// The keys that differ.
fn different(before: &Table, after: &Table) -> String {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    let keys = keys.into_iter().filter(|k| before.get(*k) != after.get(*k));
    keys.map(String::as_str).collect::<Vec<_>>().join(", ")
}

/// Keys of [`KEPT`] that the newest text has otherwise than the one that the stage was started with.
pub fn kept(started: &str, now: &str) -> Vec<&'static str> {
    let read = |text: &str| text.parse::<Table>().unwrap_or_default();
    let (started, now) = (read(started), read(now));
    fn get<'t>(table: &'t Table, path: &str) -> Option<&'t Value> {
        match path.split_once('.') {
            Some((table_name, key)) => table.get(table_name)?.as_table()?.get(key),
            None => table.get(path),
        }
    }
    let differs = |path: &&str| get(&started, path) != get(&now, path);
    KEPT.into_iter().filter(differs).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEFORE: &str = "name = \"s\"\n[control]\nhttp = \"off\"\n[[wall]]\nname = \"a\"\nx = 1\ny = 2\n[[wall]]\nname = \"b\"\n";

    #[test]
    fn every_change_is_named_once() {
        let after = "name = \"s\"\n[outer]\ny = 2\n[[wall]]\nname = \"c\"\n[[wall]]\nname = \"a\"\nx = 1\ny = 3\nz = 4\n";
        let changes = Changes::between(BEFORE, after);
        assert_eq!(
            changes.said,
            [
                "- control",
                "+ outer",
                "- wall b",
                "+ wall c",
                "wall a: y, z"
            ]
        );
        assert!(changes.has(&["source", "wall"]) && !changes.has(&["source"]));
        assert_eq!(Changes::between(BEFORE, BEFORE), Changes::default());
        let turned = "name = \"s\"\n[control]\nhttp = \"off\"\n[[wall]]\nname = \"b\"\n[[wall]]\nname = \"a\"\nx = 1\ny = 2\n";
        assert_eq!(Changes::between(BEFORE, turned).summary(), "wall: order");
    }

    #[test]
    fn what_waits_for_a_restart_is_named() {
        assert!(kept(BEFORE, BEFORE).is_empty());
        let after = "name = \"t\"\n[control]\nosc = \"127.0.0.1:1\"\ntakes = \"x\"\n";
        assert_eq!(kept(BEFORE, after), ["name", "control.http", "control.osc"]);
    }
}
