//! The JSON schema (draft 2020-12) of the stage file, for editors that complete and check TOML by one.
//!
//! It says which keys there are and of what kind they are. Ranges, and what holds only for the whole, are `cyc config
//! check`'s.

use crate::text::Text;
use cyc_stage::{KeyGiven, KeyKind, StageKey};
use serde_json::{Map, Value, json};

/// The schema.
pub fn schema(text: &Text) -> Value {
    let mut schema = table("", text);
    schema["$schema"] = json!("https://json-schema.org/draft/2020-12/schema");
    schema["title"] = json!("Cyclorama stage");
    schema
}

fn table(path: &str, text: &Text) -> Value {
    let (mut properties, mut required) = (Map::new(), Vec::new());
    for key in StageKey::of(path) {
        let mut value = kind(key, text);
        value["description"] = json!(text.get(key.text, &[]));
        // What is a TOML value is a JSON value as well, for the kinds that keys have.
        if let KeyGiven::Usual(usual) = key.given
            && let Ok(usual) = serde_json::from_str::<Value>(usual)
        {
            value["default"] = usual;
        }
        if matches!(key.given, KeyGiven::Must(_)) {
            required.push(key.key);
        }
        properties.insert(key.key.to_owned(), value);
    }
    json!({
        "type": "object", "properties": properties, "required": required, "additionalProperties": false,
    })
}

fn kind(key: &StageKey, text: &Text) -> Value {
    let number = || json!({ "type": "number" });
    let integer = || json!({ "type": "integer", "minimum": 0 });
    let exactly = |items: Value, count: usize| json!({ "type": "array", "items": items, "minItems": count, "maxItems": count });
    let any = |items: Value| json!({ "type": "array", "items": items });
    match key.kind {
        KeyKind::Text => json!({ "type": "string" }),
        KeyKind::Number => number(),
        KeyKind::Integer => integer(),
        KeyKind::Flag => json!({ "type": "boolean" }),
        KeyKind::Words(words) => json!({ "enum": words }),
        KeyKind::NumberOr(word) => json!({ "anyOf": [number(), { "const": word }] }),
        KeyKind::Numbers(count) => exactly(number(), count),
        KeyKind::Integers(count) => exactly(integer(), count),
        KeyKind::Texts => any(json!({ "type": "string" })),
        KeyKind::Points => any(exactly(number(), 2)),
        KeyKind::IntegerList => any(integer()),
        KeyKind::Matrix => exactly(exactly(number(), 3), 3),
        KeyKind::Names => {
            json!({ "type": "object", "additionalProperties": { "type": "string" } })
        }
        KeyKind::Table => table(&key.path(), text),
        KeyKind::Tables => any(table(&key.path(), text)),
    }
}
