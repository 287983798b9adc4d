//! Outputs on the command line: `--output URL`, what they need to be fed with, and what became of them.

use crate::exit::Exit;
use crate::failure::{Explain, Failure};
use crate::table::aligned;
use crate::text::Text;
use clap::{Arg, ArgAction, ArgMatches};
use cyc_emit::{Feed, OutputCounters, OutputUrl};
use serde_json::{Map, Value, json};
use std::sync::Arc;

/// The counters of each output, in the order given.
pub type OutputFigures = Vec<(OutputUrl, Arc<OutputCounters>)>;

/// An output that is made of something that a command has not.
#[derive(Clone, Debug, PartialEq, Eq)]
struct NoWalls {
    url: String,
}

impl Explain for NoWalls {
    fn key(&self) -> &'static str {
        "outgoing-no-walls"
    }

    fn args(&self) -> Vec<(&'static str, String)> {
        vec![("url", self.url.clone())]
    }
}

/// The argument, which may be given several times.
pub fn argument(text: &Text) -> Arg {
    let known = OutputUrl::schemes().collect::<Vec<_>>().join(", ");
    Arg::new("output")
        .long("output")
        .value_name("URL")
        .action(ArgAction::Append)
        .help(text.get("outgoing-help", &[("known", known)]))
}

/// What was given.
pub fn urls(matches: &ArgMatches) -> Result<Vec<OutputUrl>, Failure> {
    let given = matches.get_many::<String>("output").into_iter().flatten();
    Ok(given.map(|url| url.parse()).collect::<Result<_, _>>()?)
}

/// Refuses outputs of wall colours, for a command without walls.
pub fn without_walls(urls: &[OutputUrl]) -> Result<(), Failure> {
    match urls.iter().find(|url| url.feed() == Feed::Colours) {
        Some(url) => {
            let url = url.to_string();
            Err(Failure::new(Exit::Usage, &NoWalls { url }))
        }
        None => Ok(()),
    }
}

/// A line for each output, for people; empty without outputs.
pub fn table(figures: &OutputFigures, text: &Text) -> String {
    if figures.is_empty() {
        return String::new();
    }
    let heading = [
        "outgoing-output",
        "outgoing-frames",
        "outgoing-sent",
        "outgoing-dropped",
        "outgoing-refused",
        "outgoing-without",
        "outgoing-beyond",
    ];
    let mut rows = vec![heading.map(|key| text.get(key, &[])).to_vec()];
    for (url, counters) in figures {
        let mut row = vec![url.to_string()];
        row.extend(
            [
                &counters.frames,
                &counters.sent,
                &counters.frames_dropped,
                &counters.refused,
                &counters.frames_without,
                &counters.values_beyond,
            ]
            .map(|count| count.get().to_string()),
        );
        rows.push(row);
    }
    aligned(&rows)
}

/// The list of `--json`: every counter by its name.
pub fn as_json(figures: &OutputFigures) -> Value {
    let one = |(url, counters): &(OutputUrl, Arc<OutputCounters>)| {
        let mut object = Map::new();
        object.insert("url".to_owned(), json!(url.to_string()));
        counters.each(|name, value| {
            object.insert(name.to_owned(), json!(value));
        });
        Value::Object(object)
    };
    figures.iter().map(one).collect()
}
