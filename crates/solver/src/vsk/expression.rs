//! The arithmetic that a VSK's parameters and positions are written in.
//!
//! `+ - * /`, parentheses, numbers, parameter names, sines and cosines, as in `( 0.1288 * LeftLegLength ) - 48.56` or `C * sin(
//! Theta )`. A parameter's value may itself be an expression; nesting is bounded, and so is how many names one value looks
//! up, so that parameters that name themselves, or each other twice over, are an error and not a hang.

use crate::limits::{EXPRESSION_DEPTH_MAX, EXPRESSION_NAMES_MAX};
use std::cell::Cell;
use std::collections::HashMap;

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ExpressionFault {
    /// Not readable at this text.
    Syntax(String),
    /// A name that is no parameter.
    Unknown(String),
    /// Nested too deeply, or a parameter that names itself.
    TooDeep,
    /// A division by zero, or an overflow.
    NotFinite,
}

/// The parameters of a document, by name.
#[derive(Debug, Default)]
pub(crate) struct Parameters<'a> {
    values: HashMap<&'a str, &'a str>,
}

impl<'a> Parameters<'a> {
    pub(crate) fn insert(&mut self, name: &'a str, value: &'a str) {
        self.values.insert(name, value);
    }

    pub(crate) fn len(&self) -> usize {
        self.values.len()
    }

    /// The value of an expression.
    pub(crate) fn evaluate(&self, text: &str) -> Result<f64, ExpressionFault> {
        self.evaluate_at(text, 0, &Cell::new(0))
    }

    /// `names` counts the parameters that were looked up for the value that was asked for.
    fn evaluate_at(
        &self,
        text: &str,
        depth: usize,
        names: &Cell<usize>,
    ) -> Result<f64, ExpressionFault> {
        if depth > EXPRESSION_DEPTH_MAX {
            return Err(ExpressionFault::TooDeep);
        }
        let mut parser = Parser {
            parameters: self,
            rest: text,
            depth,
            names,
        };
        let value = parser.sum()?;
        if !parser.rest.trim_start().is_empty() {
            return Err(ExpressionFault::Syntax(parser.rest.trim().to_owned()));
        }
        if value.is_finite() {
            Ok(value)
        } else {
            Err(ExpressionFault::NotFinite)
        }
    }
}

struct Parser<'p, 't> {
    parameters: &'p Parameters<'p>,
    rest: &'t str,
    depth: usize,
    names: &'p Cell<usize>,
}

impl Parser<'_, '_> {
    fn next(&mut self) -> Option<char> {
        self.rest = self.rest.trim_start();
        self.rest.chars().next()
    }

    fn eat(&mut self, wanted: char) -> bool {
        let found = self.next() == Some(wanted);
        if found {
            self.rest = &self.rest[wanted.len_utf8()..];
        }
        found
    }

    fn syntax(&self) -> ExpressionFault {
        ExpressionFault::Syntax(self.rest.trim().to_owned())
    }

    fn sum(&mut self) -> Result<f64, ExpressionFault> {
        let mut value = self.product()?;
        loop {
            if self.eat('+') {
                value += self.product()?;
            } else if self.eat('-') {
                value -= self.product()?;
            } else {
                return Ok(value);
            }
        }
    }

    fn product(&mut self) -> Result<f64, ExpressionFault> {
        let mut value = self.factor()?;
        loop {
            if self.eat('*') {
                value *= self.factor()?;
            } else if self.eat('/') {
                value /= self.factor()?;
            } else {
                return Ok(value);
            }
        }
    }

    fn factor(&mut self) -> Result<f64, ExpressionFault> {
        let mut sign = 1.0;
        // A loop, not a recursion, so that a long row of signs costs no stack.
        loop {
            if self.eat('-') {
                sign = -sign;
            } else if !self.eat('+') {
                break;
            }
        }
        if self.eat('(') {
            self.depth += 1;
            if self.depth > EXPRESSION_DEPTH_MAX {
                return Err(ExpressionFault::TooDeep);
            }
            let value = self.sum()?;
            self.depth -= 1;
            return if self.eat(')') {
                Ok(sign * value)
            } else {
                Err(self.syntax())
            };
        }
        match self.next() {
            Some(c) if c.is_ascii_digit() || c == '.' => Ok(sign * self.number()?),
            Some(c) if c.is_alphabetic() || c == '_' => Ok(sign * self.name()?),
            _ => Err(self.syntax()),
        }
    }

    fn number(&mut self) -> Result<f64, ExpressionFault> {
        let bytes = self.rest.as_bytes();
        let mut end = 0;
        while let Some(&b) = bytes.get(end) {
            let exponent_sign =
                (b == b'-' || b == b'+') && end > 0 && matches!(bytes[end - 1], b'e' | b'E');
            if !(b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E') || exponent_sign) {
                break;
            }
            end += 1;
        }
        let (text, rest) = self.rest.split_at(end);
        let value = text.parse().map_err(|_| self.syntax())?;
        self.rest = rest;
        Ok(value)
    }

    fn name(&mut self) -> Result<f64, ExpressionFault> {
        let end = self
            .rest
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(end);
        self.rest = rest;
        if let Some(text) = self.parameters.values.get(name) {
            self.names.set(self.names.get() + 1);
            if self.names.get() > EXPRESSION_NAMES_MAX {
                return Err(ExpressionFault::TooDeep);
            }
            return self
                .parameters
                .evaluate_at(text, self.depth + 1, self.names);
        }
        let function: fn(f64) -> f64 = match name {
            "sin" => f64::sin,
            "cos" => f64::cos,
            _ => return Err(ExpressionFault::Unknown(name.to_owned())),
        };
        if self.next() != Some('(') {
            return Err(self.syntax());
        }
        Ok(function(self.factor()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn parameters() -> Parameters<'static> {
        let mut p = Parameters::default();
        p.insert("Leg", "877");
        p.insert("Half", "Leg / 2");
        p.insert("Loop", "Loop + 1");
        p
    }

    #[test]
    fn values_as_a_person_would_compute_them() {
        for (text, value) in [
            ("1.5", 1.5),
            ("-Leg", -877.0),
            ("( 0.1288 * Leg ) - 48.56", 0.1288 * 877.0 - 48.56),
            ("1 - 2 - 3", -4.0),
            ("8/2/2*3", 6.0),
            ("--Half", 438.5),
            ("2.220e-016", 2.220e-16),
            ("2*(3+4)", 14.0),
            ("Leg * sin( 0.5 ) / cos(0)", 877.0 * 0.5_f64.sin()),
            ("-sin(-Half)", 438.5_f64.sin()),
        ] {
            assert_eq!(parameters().evaluate(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn says_what_is_wrong() {
        let p = parameters();
        assert_eq!(
            p.evaluate("Arm"),
            Err(ExpressionFault::Unknown("Arm".into()))
        );
        assert_eq!(p.evaluate("Loop"), Err(ExpressionFault::TooDeep));
        assert_eq!(p.evaluate("1/0"), Err(ExpressionFault::NotFinite));
        assert_eq!(p.evaluate(&"(".repeat(500)), Err(ExpressionFault::TooDeep));
        for bad in ["", "1 2", "*", "(1", "1e", "1+", "sin 1", "sin", "cos(1"] {
            assert!(
                matches!(p.evaluate(bad), Err(ExpressionFault::Syntax(_))),
                "{bad}"
            );
        }
    }

    #[test]
    fn names_that_double_end_soon() {
        let names: Vec<String> = (0..40).map(|i| format!("P{i}")).collect();
        let values: Vec<String> = (1..=40).map(|i| format!("P{i} + P{i}")).collect();
        let mut p = Parameters::default();
        for (name, value) in names.iter().zip(&values) {
            p.insert(name, value);
        }
        p.insert("P30", "1");
        assert_eq!(p.evaluate("P25"), Ok(32.0));
        // Two to the thirtieth look-ups, if they were counted by depth alone.
        assert_eq!(p.evaluate("P0"), Err(ExpressionFault::TooDeep));
    }

    proptest! {
        #[test]
        fn no_text_brings_it_down(text in "[-+*/(). a-zA-Z0-9_]{0,40}|\\PC{0,20}") {
            let _ = parameters().evaluate(&text);
        }
    }
}
