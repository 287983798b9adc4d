//! Tokens: what a caller shows to be let in, one for each role.

use crate::Role;
use std::fmt;

/// Random bytes of a token: nobody guesses 2²⁵⁶.
const TOKEN_BYTES: usize = 32;

/// A token for each role.
#[derive(Clone, PartialEq, Eq)]
pub struct Tokens {
    of_role: [String; Role::ALL.len()],
}

/// Tokens are never shown by accident.
impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Tokens(hidden)")
    }
}

impl Tokens {
    /// New ones, from the system's own randomness; `None` when it gives none.
    pub fn random() -> Option<Self> {
        let mut of_role: [String; Role::ALL.len()] = Default::default();
        for token in &mut of_role {
            let mut bytes = [0u8; TOKEN_BYTES];
            getrandom::fill(&mut bytes).ok()?;
            *token = bytes.iter().map(|b| format!("{b:02x}")).collect();
        }
        Some(Self { of_role })
    }

    /// The token of a role.
    pub fn of(&self, role: Role) -> &str {
        &self.of_role[role as usize]
    }

    /// The role that a token gives. Takes as long for a near miss as for a far one.
    pub fn role_of(&self, token: &str) -> Option<Role> {
        let mut found = None;
        for role in Role::ALL {
            if is_same(self.of(role).as_bytes(), token.as_bytes()) {
                found = Some(role);
            }
        }
        found
    }
}

fn is_same(a: &[u8], b: &[u8]) -> bool {
    let differing = a.iter().zip(b).fold(0u8, |d, (x, y)| d | (x ^ y));
    a.len() == b.len() && differing == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_token_gives_its_role_and_nothing_else_gives_any() {
        let tokens = Tokens::random().expect("randomness");
        for role in Role::ALL {
            assert_eq!(tokens.role_of(tokens.of(role)), Some(role));
            let cut = &tokens.of(role)[1..];
            assert_eq!(tokens.role_of(cut), None);
        }
        assert_eq!(tokens.role_of(""), None);
        assert!(!format!("{tokens:?}").contains(tokens.of(Role::View)));
    }
}
