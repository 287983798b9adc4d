//! What a rig puts before every joint's name: `mixamorig:`, `CATRig`, `Genesis8Male_`.

use super::bone_words::{Side, take_side, words_of};

/// How many bytes most names begin with, ending where a word ends: a rig's own name says nothing of its bones.
pub(super) fn common_prefix(names: &[&str]) -> usize {
    let Some(most) = names.get(names.len() / 2).filter(|_| names.len() >= 8) else {
        return 0;
    };
    let shared = |end: usize| {
        let prefix = most.get(..end).unwrap_or("");
        let with = names.iter().filter(|n| n.starts_with(prefix)).count();
        10 * with >= 6 * names.len()
    };
    let ends = most.char_indices().map(|(i, _)| i).skip(1);
    let mut best = 0;
    for end in ends.take_while(|e| shared(*e)) {
        let (before, after) = (most.get(..end), most.get(end..));
        let last = before.and_then(|b| b.chars().next_back());
        let first = after.and_then(|a| a.chars().next());
        let word_ends = last.is_some_and(|c| !c.is_alphanumeric())
            || (first.is_some_and(char::is_uppercase) && !last.is_some_and(char::is_uppercase))
            || last
                .zip(first)
                .is_some_and(|(l, f)| l.is_uppercase() && f.is_uppercase());
        // A skeleton of one half of a body shares its side, which does say something.
        let sided = take_side(&mut words_of(before.unwrap_or(""))) != Side::Middle;
        if word_ends && !sided {
            best = end;
        }
    }
    best
}
