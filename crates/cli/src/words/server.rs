//! What was read from a server's own files, in words.

use meetmint_app::ServerValue;

/// One line for each setting, under the label `server`.
pub(crate) fn server(values: &[ServerValue]) -> String {
    let labels = std::iter::once("server").chain(std::iter::repeat(""));
    // As wide as the labels in the overview of `check`.
    let line = |(label, value): (&str, &ServerValue)| {
        let ServerValue { name, value, place } = value;
        format!("{label:<12}{name}: {value} ({place})\n")
    };
    labels.zip(values).map(line).collect()
}
