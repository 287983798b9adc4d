//! Lists that are longer than they may be.
//!
//! The TOML reader takes as many values of a list as it wants and says nothing of the others: `position_m = [1, 2, 3, 4]` would
//! be three of them. How many there are is in the table of keys.

use crate::{KeyKind, StageKey};
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// A list that is too long.
pub(crate) struct Surplus {
    /// Where it begins, bytes.
    pub(crate) at: usize,
    /// How many values it has.
    pub(crate) found: usize,
    /// How many it may have.
    pub(crate) wanted: usize,
}

/// The first list of a stage file that is too long. A text that is no TOML has none.
pub(crate) fn surplus(text: &str) -> Option<Surplus> {
    let file = DeTable::parse(text).ok()?;
    in_table("", file.get_ref())
}

fn in_table(path: &str, table: &DeTable<'_>) -> Option<Surplus> {
    let mut found = table.iter().filter_map(|(name, value)| {
        let name = name.get_ref();
        let key = StageKey::of(path).find(|key| key.key == &**name)?;
        in_value(key, value)
    });
    found.next()
}

fn in_value(key: &StageKey, value: &Spanned<DeValue<'_>>) -> Option<Surplus> {
    match key.kind {
        KeyKind::Numbers(wanted) | KeyKind::Integers(wanted) => in_list(value, wanted),
        KeyKind::Points => entries(value).find_map(|pair| in_list(pair, 2)),
        KeyKind::Matrix => {
            in_list(value, 3).or_else(|| entries(value).find_map(|row| in_list(row, 3)))
        }
        KeyKind::Table | KeyKind::Tables => {
            let own = value.get_ref().as_table();
            let listed = entries(value).filter_map(|entry| entry.get_ref().as_table());
            own.into_iter()
                .chain(listed)
                .find_map(|table| in_table(&key.path(), table))
        }
        _ => None,
    }
}

fn in_list(value: &Spanned<DeValue<'_>>, wanted: usize) -> Option<Surplus> {
    let found = entries(value).count();
    (found > wanted).then(|| Surplus {
        at: value.span().start,
        found,
        wanted,
    })
}

/// The entries of a list; of anything else none.
fn entries<'v, 'i>(
    value: &'v Spanned<DeValue<'i>>,
) -> impl Iterator<Item = &'v Spanned<DeValue<'i>>> {
    value
        .get_ref()
        .as_array()
        .into_iter()
        .flat_map(|a| a.iter())
}
