//! The files in docs/schemas are made from the types that are printed, and from what their documentation says.

use std::fs;

use meetmint_app::{
    CheckReport, DeliveryReport, ExportRecord, ForgetReport, InspectedToken, LedgerCheckReport,
    LinkLine, PlanReport, PruneReport, PublicKeyReport, ServersReport, StatusReport, TokenReport,
};
use schemars::generate::SchemaSettings;
use schemars::transform::{Transform, transform_subschemas};
use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::Value;

use crate::support::repository_path;

/// A file in docs/schemas.
struct File {
    name: &'static str,
    /// What prints such JSON.
    command: &'static str,
    /// What is to say about the command, after what the type says.
    note: &'static str,
    schema: fn(SchemaGenerator) -> Schema,
}

fn file<T: JsonSchema>(name: &'static str, command: &'static str, note: &'static str) -> File {
    File { name, command, note, schema: SchemaGenerator::into_root_schema_for::<T> }
}

fn files() -> [File; 13] {
    let per_line = "One object per link, each on a line.";
    let same = "`send --dry-run --format json` prints the same.";
    let family = "If several people share the address, one object per line.";
    [
        file::<CheckReport>("check", "meetmint check --format json", ""),
        file::<ServersReport>("doctor", "meetmint doctor --format json", ""),
        file::<InspectedToken>("inspect", "meetmint inspect --format json", per_line),
        file::<LedgerCheckReport>("ledger-check", "meetmint ledger check --format json", ""),
        file::<ExportRecord>("ledger-export", "meetmint ledger export", ""),
        file::<ForgetReport>("ledger-forget", "meetmint ledger forget --format json", ""),
        file::<PruneReport>("ledger-prune", "meetmint ledger prune --format json", ""),
        file::<LinkLine<'static>>("links", "meetmint links --format jsonl", ""),
        file::<PlanReport>("plan", "meetmint plan --format json", same),
        file::<PublicKeyReport>("public-key", "meetmint token --public-key --format json", ""),
        file::<DeliveryReport>("send", "meetmint send --format json", ""),
        file::<StatusReport>("status", "meetmint status --format json", ""),
        file::<TokenReport>("token", "meetmint token --format json", family),
    ]
}

impl File {
    /// What the file should contain.
    fn text(&self) -> String {
        // Of what is written: a key that is always there is required, also one that may be null.
        let settings = SchemaSettings::draft2020_12().for_serialize();
        let settings = settings.with_transform(ForReaders).with_transform(Closed);
        let mut schema = (self.schema)(settings.into_generator());
        let of_type = schema.get("description").and_then(Value::as_str).unwrap_or_default();
        let description = format!("{of_type} {}", self.note).trim_end().to_owned();
        let mut json = serde_json::Map::new();
        json.insert("$schema".to_owned(), schema.remove("$schema").unwrap());
        json.insert("title".to_owned(), self.command.into());
        json.insert("description".to_owned(), description.into());
        for (key, value) in schema.as_object().unwrap() {
            json.entry(key).or_insert_with(|| value.clone());
        }
        serde_json::to_string_pretty(&json).unwrap() + "\n"
    }
}

/// Makes a schema one for people who do not know the sources.
#[derive(Clone)]
struct ForReaders;

impl Transform for ForReaders {
    fn transform(&mut self, schema: &mut Schema) {
        // The name of a type in Rust, such as `uint64`. No standard has such a format.
        schema.remove("format");
        if let Some(Value::String(description)) = schema.get_mut("description") {
            // The documentation of the types is on several lines, and speaks of values in Rust.
            *description = description.replace('\n', " ").replace("`None`", "null");
        }
        transform_subschemas(self, schema);
    }
}

/// Allows no other key in an object than those that are described.
#[derive(Clone)]
struct Closed;

impl Transform for Closed {
    fn transform(&mut self, schema: &mut Schema) {
        const VARIANTS: [&str; 3] = ["oneOf", "anyOf", "allOf"];
        let has_variants = VARIANTS.into_iter().any(|key| schema.get(key).is_some());
        if schema.get("properties").is_none() || schema.get("additionalProperties").is_some() {
            transform_subschemas(self, schema);
        } else if has_variants {
            // `additionalProperties` would know nothing of the keys that the variants describe. They describe the same object,
            // so each by itself is open.
            schema.insert("unevaluatedProperties".to_owned(), false.into());
            self.close_values(schema);
            for key in VARIANTS {
                let variants = schema.get_mut(key).and_then(Value::as_array_mut);
                for variant in variants.into_iter().flatten() {
                    self.close_values(variant.try_into().unwrap());
                }
            }
        } else {
            schema.insert("additionalProperties".to_owned(), false.into());
            transform_subschemas(self, schema);
        }
    }
}

impl Closed {
    /// Closes the objects that are values of an object.
    fn close_values(&mut self, object: &mut Schema) {
        let properties = object.get_mut("properties").and_then(Value::as_object_mut);
        for property in properties.into_iter().flat_map(serde_json::Map::values_mut) {
            self.transform(property.try_into().unwrap());
        }
    }
}

/// What is wrong with the descriptions in a schema, for people who do not know the sources.
fn obscure(schema: &Value, found: &mut Vec<String>) {
    if let Some(description) = schema.get("description").and_then(Value::as_str) {
        let of_rust =
            ["[`", "::", "None", "Some("].into_iter().any(|word| description.contains(word));
        if of_rust || description.is_empty() {
            found.push(format!("{description:?} is about Rust"));
        }
    }
    for (key, property) in schema.get("properties").and_then(Value::as_object).into_iter().flatten()
    {
        // The only value of a key, a part that has a description where it is defined, or a variant that has one around it.
        let others = ["description", "const", "$ref", "properties"];
        if others.into_iter().all(|other| property.get(other).is_none()) {
            found.push(format!("`{key}` has no description"));
        }
    }
    match schema {
        Value::Object(parts) => parts.values().for_each(|part| obscure(part, found)),
        Value::Array(parts) => parts.iter().for_each(|part| obscure(part, found)),
        _ => {}
    }
}

#[test]
fn everything_is_described_in_words_for_readers() {
    for file in files() {
        let mut found = Vec::new();
        obscure(&serde_json::from_str(&file.text()).unwrap(), &mut found);
        assert!(found.is_empty(), "{}: {found:#?}", file.name);
    }
}

#[test]
fn the_schemas_are_those_of_the_types() {
    let folder = repository_path("docs/schemas");
    let is_update = std::env::var_os("MEETMINT_UPDATE").is_some();
    let mut outdated = Vec::new();
    for file in files() {
        let path = folder.join(format!("{}.json", file.name));
        let text = file.text();
        if is_update {
            fs::write(path, text).unwrap();
        } else if fs::read_to_string(path).unwrap_or_default() != text {
            outdated.push(file.name);
        }
    }
    assert!(
        outdated.is_empty(),
        "docs/schemas is not what the types say: run `just docs` to write {outdated:?} anew, and read the \
         difference: what scripts rely on must stay (docs/stability.md)"
    );
    let names = fs::read_dir(&folder).unwrap();
    let mut names: Vec<String> =
        names.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    let expected = files().map(|file| format!("{}.json", file.name));
    assert_eq!(names, expected, "each file in docs/schemas has a type");
}
