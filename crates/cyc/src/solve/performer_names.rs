//! What performers are called on the command line and in messages.

/// Names by which performers are told apart: those without one are numbered, as are those of a name that is taken.
pub fn told_apart(names: impl Iterator<Item = String>) -> Vec<String> {
    let mut apart: Vec<String> = Vec::new();
    for (i, name) in names.enumerate() {
        let number = (i + 1).to_string();
        let named = match name.as_str() {
            "" => number,
            taken if apart.iter().any(|other| other == taken) => format!("{taken}-{number}"),
            _ => name,
        };
        apart.push(named);
    }
    apart
}
