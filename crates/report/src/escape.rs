//! Text into markup.

/// Escapes for element content and for attributes in double quotes; control characters that XML forbids are dropped.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            c if c.is_control() && !matches!(c, '\n' | '\t') => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::escape;

    #[test]
    fn nothing_gets_through_as_markup() {
        assert_eq!(
            escape("<a href=\"x\">'&\u{0}\u{7}"),
            "&lt;a href=&quot;x&quot;&gt;&#39;&amp;"
        );
    }
}
