//! What the README promises is what the tests of the fault matrix gave.

use super::{Finding, Tree};
use crate::promises::{README, RESULTS, table_in};

/// The README's table is that of the results.
pub fn promises(tree: &Tree) -> anyhow::Result<Vec<Finding>> {
    let table = |path: &str| tree.file(path).and_then(|file| table_in(&file.text));
    let (promised, proven) = (table(README), table(RESULTS));
    if promised == proven {
        return Ok(Vec::new());
    }
    let message = format!("the promises are not those of {RESULTS}; run cargo xtask promises");
    Ok(vec![Finding::whole(README, message)])
}
