//! The page: sections in the order they are added.

use crate::escape::escape;
use crate::style::SHEET;
use crate::{LineChart, SceneDrawing, SpanChart};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt::Write as _;

/// How a figure is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum State {
    /// Only information.
    #[default]
    Plain,
    /// As it should be.
    Ok,
    /// Worth a look.
    Warn,
    /// Not as it should be.
    Bad,
}

/// A figure with its label, as on a dashboard.
#[derive(Clone, Debug, Default)]
pub struct Figure {
    /// What it is.
    pub label: String,
    /// The figure with its unit.
    pub value: String,
    /// A line beneath it; may be empty.
    pub note: String,
    /// How it is doing.
    pub state: State,
}

/// The encoding of a picture's bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureKind {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
}

/// A report being written.
#[derive(Clone, Debug)]
pub struct Report {
    language: String,
    title: String,
    font: Option<String>,
    body: String,
}

impl Report {
    /// An empty report. `language` is a BCP 47 tag (`en`, `zh-CN`).
    pub fn new(language: &str, title: &str, subtitle: &str) -> Self {
        let body = format!(
            "<h1>{}</h1>\n<p class=\"soft\">{}</p>\n",
            escape(title),
            escape(subtitle)
        );
        Self {
            language: language.to_owned(),
            title: title.to_owned(),
            font: None,
            body,
        }
    }

    /// Embeds a TrueType font that is used where the reader's machine has no glyph.
    pub fn embed_font(&mut self, ttf: &[u8]) {
        self.font = Some(STANDARD.encode(ttf));
    }

    /// Starts a section.
    pub fn section(&mut self, heading: &str) {
        let _ = writeln!(self.body, "<h2>{}</h2>", escape(heading));
    }

    /// Adds a paragraph.
    pub fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.body, "<p>{}</p>", escape(text));
    }

    /// Adds figures side by side.
    pub fn figures(&mut self, figures: &[Figure]) {
        self.body.push_str("<div class=\"figures\">\n");
        for f in figures {
            let state = match f.state {
                State::Plain => "",
                State::Ok => " ok",
                State::Warn => " warn",
                State::Bad => " bad",
            };
            let _ = writeln!(
                self.body,
                "<div class=\"figure{state}\"><span>{}</span><b>{}</b><span>{}</span></div>",
                escape(&f.label),
                escape(&f.value),
                escape(&f.note)
            );
        }
        self.body.push_str("</div>\n");
    }

    /// Adds a table. Rows shorter than the header are filled up with empty cells.
    pub fn table(&mut self, header: &[String], rows: &[Vec<String>]) {
        let cells = |tag: &str, row: &[String]| {
            let mut line = String::from("<tr>");
            for i in 0..header.len() {
                let text = row.get(i).map(String::as_str).unwrap_or_default();
                let _ = write!(line, "<{tag}>{}</{tag}>", escape(text));
            }
            line + "</tr>\n"
        };
        let mut table = format!("<div class=\"wide\"><table>\n{}", cells("th", header));
        for row in rows {
            table.push_str(&cells("td", row));
        }
        self.body.push_str(&table);
        self.body.push_str("</table></div>\n");
    }

    /// Adds pictures side by side, each with its caption.
    pub fn pictures(&mut self, pictures: &[(PictureKind, &[u8], &str)]) {
        self.body.push_str("<div class=\"pictures\">\n");
        for (kind, bytes, caption) in pictures {
            self.picture(*kind, bytes, caption);
        }
        self.body.push_str("</div>\n");
    }

    /// Adds many small pictures, each with a word under it.
    pub fn contact_sheet(&mut self, pictures: &[(PictureKind, Vec<u8>, String)]) {
        self.body.push_str("<div class=\"sheet\">\n");
        for (kind, bytes, caption) in pictures {
            self.picture(*kind, bytes, caption);
        }
        self.body.push_str("</div>\n");
    }

    /// Adds a picture over the whole width.
    pub fn picture(&mut self, kind: PictureKind, bytes: &[u8], caption: &str) {
        let mime = match kind {
            PictureKind::Png => "image/png",
            PictureKind::Jpeg => "image/jpeg",
        };
        let caption = escape(caption);
        let _ = writeln!(
            self.body,
            "<figure><img alt=\"{caption}\" src=\"data:{mime};base64,{}\" /><figcaption>{caption}</figcaption></figure>",
            STANDARD.encode(bytes)
        );
    }

    /// Adds a film that stands beside the report under the given relative name.
    pub fn film(&mut self, file_name: &str, caption: &str) {
        let name = escape(file_name);
        let _ = writeln!(
            self.body,
            "<figure><video controls=\"controls\" loop=\"loop\" src=\"{name}\"></video><figcaption>{}</figcaption></figure>",
            escape(caption)
        );
    }

    /// Adds a line chart.
    pub fn line_chart(&mut self, chart: &LineChart) {
        self.body.push_str(&chart.to_svg());
    }

    /// Adds a chart of spans.
    pub fn span_chart(&mut self, chart: &SpanChart) {
        self.body.push_str(&chart.to_svg());
    }

    /// Adds drawings side by side.
    pub fn scene_drawings(&mut self, drawings: &[SceneDrawing]) {
        self.body.push_str("<div class=\"pictures\">\n");
        for drawing in drawings {
            self.body.push_str(&drawing.to_svg());
        }
        self.body.push_str("</div>\n");
    }

    /// The finished page.
    pub fn to_html(&self) -> String {
        let font = self.font.as_ref().map_or_else(String::new, |data| {
            format!(
                "@font-face {{ font-family: 'Cyclorama'; src: url(data:font/ttf;base64,{data}); }}"
            )
        });
        format!(
            "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\" />\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\" />\
             <title>{}</title><style>{font}{SHEET}</style></head>\n<body><main>\n{}</main></body></html>\n",
            escape(&self.language),
            escape(&self.title),
            self.body
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Series, Span};

    fn full() -> Report {
        let mut report = Report::new("zh-CN", "报告 <1>", "\"a\" & b");
        report.embed_font(&[0, 1, 2, 3]);
        report.section("延迟");
        report.paragraph("<script>alert(1)</script>");
        report.figures(&[Figure {
            label: "帧".into(),
            value: "1 200".into(),
            state: State::Ok,
            ..Figure::default()
        }]);
        report.table(
            &["a".into(), "b".into()],
            &[vec!["1".into()], vec!["2".into(), "<".into()]],
        );
        report.pictures(&[(PictureKind::Png, &[1, 2, 3], "图")]);
        report.contact_sheet(&[(PictureKind::Jpeg, vec![4, 5], "jawOpen".into())]);
        report.film("film.mp4", "影片");
        let line = Series {
            name: "rms".into(),
            points: vec![(0.0, 1.0), (1.0, 2.0)],
        };
        report.line_chart(&LineChart {
            title: "t".into(),
            x_label: "s".into(),
            y_label: "mm".into(),
            series: vec![line],
            bands: vec![(0.2, 0.4)],
        });
        let span = Span {
            name: "solve".into(),
            p50: 10.0,
            p99: 30.0,
            max: 500.0,
        };
        report.span_chart(&SpanChart {
            title: "t".into(),
            unit: "µs".into(),
            spans: vec![span],
        });
        report
    }

    #[test]
    fn is_well_formed_and_needs_nothing_from_outside() {
        let html = full().to_html();
        let xml = html.replacen("<!DOCTYPE html>\n", "", 1);
        let document = roxmltree::Document::parse(&xml).unwrap();
        for node in document.descendants() {
            assert_ne!(node.tag_name().name(), "script");
            for attribute in node.attributes() {
                let outside =
                    attribute.value().starts_with("http") || attribute.value().starts_with("//");
                assert!(!outside, "{}", attribute.value());
            }
        }
        let rows = document
            .descendants()
            .filter(|n| n.tag_name().name() == "tr");
        for row in rows {
            assert_eq!(
                row.children().filter(roxmltree::Node::is_element).count(),
                2
            );
        }
    }
}
