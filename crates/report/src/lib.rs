//! Self-contained HTML reports: figures, tables, pictures and charts in one file.
//!
//! A report must open on any machine, years later, without a network: pictures are data URIs, charts are SVG, the
//! font with Chinese glyphs travels inside. All text comes from the caller, already in the reader's language; this
//! crate adds none. Everything is escaped. The result is well-formed XML too, so that a test can parse it.

mod escape;
mod line_chart;
mod page;
mod scene_drawing;
mod span_chart;
mod style;

pub use line_chart::{LineChart, Series};
pub use page::{Figure, PictureKind, Report, State};
pub use scene_drawing::{Layer, SceneDrawing};
pub use span_chart::{Span, SpanChart};
