//! Who is let in: the right token for the role, from a page of this machine, and not after too many wrong ones.
//!
//! A right token is never locked out, or a stranger on the same machine could lock out the operator; wrong ones only get
//! slower answers. Names of other hosts are refused, so that a page on the web cannot reach the stage through the
//! browser of somebody who has one open (DNS rebinding).

use crate::Role;
use crate::limits::{WRONG_ADDRESSES_MAX, WRONG_TOKENS_A_MINUTE};
use crate::token::Tokens;
use hyper::header::{AUTHORIZATION, HOST, HeaderMap, ORIGIN};
use std::collections::{HashMap, VecDeque};
use std::net::IpAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// No token was shown.
    NoToken,
    /// It is nobody's.
    WrongToken,
    /// Too many wrong ones lately.
    TooMany,
    /// The token is for less.
    Role(Role),
    /// From another site.
    Foreign,
}

/// What was let in and what was not, since the start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct GateFigures {
    /// Requests let in.
    pub let_in: u64,
    /// Requests refused.
    pub refused: u64,
    /// Connections turned away because there were too many.
    pub crowded: u64,
}

/// The gate.
pub struct Gate {
    tokens: Tokens,
    wrong: Mutex<HashMap<IpAddr, VecDeque<Instant>>>,
    let_in: AtomicU64,
    refused: AtomicU64,
    pub(super) crowded: AtomicU64,
}

const MINUTE: Duration = Duration::from_secs(60);

impl Gate {
    pub(super) fn new(tokens: Tokens) -> Self {
        Self {
            tokens,
            wrong: Mutex::default(),
            let_in: AtomicU64::new(0),
            refused: AtomicU64::new(0),
            crowded: AtomicU64::new(0),
        }
    }

    pub(super) fn figures(&self) -> GateFigures {
        GateFigures {
            let_in: self.let_in.load(Ordering::Relaxed),
            refused: self.refused.load(Ordering::Relaxed),
            crowded: self.crowded.load(Ordering::Relaxed),
        }
    }

    /// The caller's role, if it is at least `least`.
    pub(super) fn enter(
        &self,
        head: &HeaderMap,
        from: IpAddr,
        least: Role,
        now: Instant,
    ) -> Result<Role, Refused> {
        let role = self.judge(head, from, least, now);
        let counter = if role.is_ok() {
            &self.let_in
        } else {
            &self.refused
        };
        counter.fetch_add(1, Ordering::Relaxed);
        role
    }

    fn judge(
        &self,
        head: &HeaderMap,
        from: IpAddr,
        least: Role,
        now: Instant,
    ) -> Result<Role, Refused> {
        let word = |name| head.get(name).map(|v| v.to_str().unwrap_or("?"));
        if !is_from_here(head) {
            return Err(Refused::Foreign);
        }
        let token = word(AUTHORIZATION).ok_or(Refused::NoToken)?;
        // The scheme's case does not count (RFC 9110, section 11.1).
        let (scheme, token) = token.split_once(' ').ok_or(Refused::NoToken)?;
        if !scheme.eq_ignore_ascii_case("Bearer") {
            return Err(Refused::NoToken);
        }
        match self.tokens.role_of(token.trim()) {
            Some(role) if role >= least => Ok(role),
            Some(_) => Err(Refused::Role(least)),
            None if self.is_too_many(from, now) => Err(Refused::TooMany),
            None => Err(Refused::WrongToken),
        }
    }

    fn is_too_many(&self, from: IpAddr, now: Instant) -> bool {
        let mut wrong = self.wrong.lock().unwrap_or_else(PoisonError::into_inner);
        if !wrong.contains_key(&from) && wrong.len() >= WRONG_ADDRESSES_MAX {
            wrong.retain(|_, times| times.back().is_some_and(|t| now - *t < MINUTE));
            if wrong.len() >= WRONG_ADDRESSES_MAX {
                return true;
            }
        }
        let times = wrong.entry(from).or_default();
        while times.front().is_some_and(|t| now - *t >= MINUTE) {
            times.pop_front();
        }
        if times.len() >= WRONG_TOKENS_A_MINUTE {
            return true;
        }
        times.push_back(now);
        false
    }
}

/// The host of an origin, with its port.
fn site_of(origin: &str) -> &str {
    origin.split_once("://").map_or("", |(_, site)| site)
}

/// Whether a request names this machine, and comes from no page of another one: a page on the web must not reach what is
/// served here through the browser of somebody who has one open.
pub(super) fn is_from_here(head: &HeaderMap) -> bool {
    let word = |name| head.get(name).map(|v| v.to_str().unwrap_or("?"));
    word(HOST).is_none_or(is_here) && word(ORIGIN).is_none_or(|o| is_here(site_of(o)))
}

/// Whether a host, with or without a port, is this machine by a name that cannot be made to point elsewhere.
fn is_here(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    let bare = name.trim_start_matches('[').trim_end_matches(']');
    let is_loopback = |ip: IpAddr| ip.is_loopback();
    bare.eq_ignore_ascii_case("localhost") || bare.parse().is_ok_and(is_loopback)
}

#[cfg(test)]
mod tests {
    use super::*;
    use hyper::header::HeaderValue;

    fn head(pairs: &[(hyper::header::HeaderName, String)]) -> HeaderMap {
        let pairs = pairs.iter().cloned();
        pairs
            .map(|(n, v)| (n, HeaderValue::from_str(&v).expect("a value")))
            .collect()
    }

    fn gate() -> (Gate, Tokens) {
        let tokens = Tokens::random().expect("randomness");
        (Gate::new(tokens.clone()), tokens)
    }

    const HERE: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn a_role_may_do_what_lesser_ones_may_and_no_more() {
        let (gate, tokens) = gate();
        for shown in Role::ALL {
            for least in Role::ALL {
                let scheme = ["Bearer", "bearer"][least as usize % 2];
                let bearer = format!("{scheme} {}", tokens.of(shown));
                let got = gate.enter(
                    &head(&[(AUTHORIZATION, bearer)]),
                    HERE,
                    least,
                    Instant::now(),
                );
                let expected = if shown as u8 >= least as u8 {
                    Ok(shown)
                } else {
                    Err(Refused::Role(least))
                };
                assert_eq!(got, expected);
            }
        }
    }

    #[test]
    fn guessing_is_slowed_and_the_right_token_never_is() {
        let (gate, tokens) = gate();
        let wrong = head(&[(AUTHORIZATION, "Bearer 1234".into())]);
        let right = head(&[(
            AUTHORIZATION,
            format!("Bearer {}", tokens.of(Role::Operate)),
        )]);
        let begin = Instant::now();
        let enter =
            |h: &HeaderMap, s| gate.enter(h, HERE, Role::View, begin + Duration::from_secs(s));
        for _ in 0..WRONG_TOKENS_A_MINUTE {
            assert_eq!(enter(&wrong, 1), Err(Refused::WrongToken));
        }
        assert_eq!(enter(&wrong, 2), Err(Refused::TooMany));
        assert_eq!(enter(&right, 2), Ok(Role::Operate));
        assert_eq!(enter(&wrong, 62), Err(Refused::WrongToken));
        assert_eq!(gate.figures().refused, 7);
    }

    #[test]
    fn pages_from_elsewhere_are_refused_even_with_a_token() {
        let (gate, tokens) = gate();
        let bearer = format!("Bearer {}", tokens.of(Role::View));
        let table = [
            (ORIGIN, "http://127.0.0.1:8470", true),
            (ORIGIN, "http://localhost:3000", true),
            (ORIGIN, "http://stage.example.org", false),
            (ORIGIN, "null", false),
            (HOST, "127.0.0.1:9", true),
            (HOST, "[::1]:9", true),
            (HOST, "localhost", true),
            (HOST, "localhost.example.org:9", false),
            (HOST, "127.0.0.1.example.org", false),
        ];
        for (name, value, is_let_in) in table {
            let head = head(&[(AUTHORIZATION, bearer.clone()), (name, value.into())]);
            let got = gate.enter(&head, HERE, Role::View, Instant::now());
            assert_eq!(got.is_ok(), is_let_in, "{value}");
        }
    }

    #[test]
    fn what_is_remembered_is_bounded() {
        let (gate, _) = gate();
        let wrong = head(&[(AUTHORIZATION, "Bearer x".into())]);
        let now = Instant::now();
        for i in 0..10_000u32 {
            let from = IpAddr::V4(std::net::Ipv4Addr::from(i));
            let _ = gate.enter(&wrong, from, Role::View, now);
        }
        assert!(gate.wrong.lock().expect("unpoisoned").len() <= WRONG_ADDRESSES_MAX);
    }
}
