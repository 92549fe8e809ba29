//! The time from one moment to another. Nearly everybody in a meeting reads the same, so its texts are made once.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use tera::Value;

use super::{Moment, duration, zone_in_words};

/// The most spans that are remembered: those of a meeting for people in thirty zones.
const MOST: usize = 64;

/// The time from a start to an end, in all forms that templates show.
#[derive(Debug)]
pub(crate) struct Span {
    first: Moment,
    /// The start, as templates read its fields.
    pub(crate) start: Value,
    /// The end.
    pub(crate) end: Value,
    /// Both, as the person reads them.
    pub(crate) in_words: String,
    /// Both in the meeting's zone, if the person reads them in another one.
    pub(crate) there: Option<String>,
    /// How long it is, in words.
    pub(crate) duration: String,
}

/// Everything that the texts of a span depend on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct SpanKey<'a> {
    pub(crate) start: Timestamp,
    pub(crate) end: Timestamp,
    /// The meeting's zone.
    pub(crate) zone: &'a TimeZone,
    /// The person's zone and whether an offset is shown: as in [`Moment::new`].
    pub(crate) own: Option<&'a TimeZone>,
    pub(crate) with_offset: bool,
}

/// The spans of the last messages.
#[derive(Debug, Default)]
pub(crate) struct Spans(Mutex<Vec<(Known, Arc<Span>)>>);

/// A key that owns its zones.
#[derive(Debug)]
struct Known {
    start: Timestamp,
    end: Timestamp,
    zone: TimeZone,
    own: Option<TimeZone>,
    with_offset: bool,
}

impl Span {
    pub(crate) fn new(key: SpanKey<'_>) -> Span {
        let moment = |at| Moment::new(at, key.zone, key.own, key.with_offset);
        let (first, last) = (moment(key.start), moment(key.end));
        Span {
            start: Value::from_serializable(&first),
            end: Value::from_serializable(&last),
            in_words: first.until(&last),
            there: first.until_there(&last, &zone_in_words(key.zone, key.start)),
            duration: duration(key.end.duration_since(key.start)),
            first,
        }
    }

    /// Whether the person reads another time of day for the start than for that of `other`.
    pub(crate) fn starts_differently(&self, other: &Span) -> bool {
        self.first.is_read_differently(&other.first)
    }
}

impl Spans {
    /// The span of a key, which is made if it is not among the last ones.
    pub(crate) fn get(&self, key: SpanKey<'_>) -> Arc<Span> {
        let spans = || self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, span)) = spans().iter().find(|(known, _)| known.is(&key)) {
            return Arc::clone(span);
        }
        let span = Arc::new(Span::new(key));
        let mut spans = spans();
        if spans.len() >= MOST {
            spans.remove(0);
        }
        let SpanKey { start, end, with_offset, .. } = key;
        let known =
            Known { start, end, zone: key.zone.clone(), own: key.own.cloned(), with_offset };
        spans.push((known, Arc::clone(&span)));
        span
    }
}

impl Known {
    fn is(&self, key: &SpanKey<'_>) -> bool {
        let SpanKey { start, end, zone, own, with_offset } = *key;
        // Two names of one zone are equal to jiff, but people read the name.
        let same =
            |one: &TimeZone, other: &TimeZone| one.iana_name() == other.iana_name() && one == other;
        (self.start, self.end, self.with_offset) == (start, end, with_offset)
            && same(&self.zone, zone)
            && match (&self.own, own) {
                (Some(one), Some(other)) => same(one, other),
                (None, None) => true,
                _ => false,
            }
    }
}

#[cfg(test)]
mod tests {
    use meetmint_core::known_zone;

    use super::*;

    #[test]
    fn a_remembered_span_is_the_one_that_would_be_made() {
        let zones: Vec<TimeZone> =
            ["Europe/Berlin", "Europe/Copenhagen", "Asia/Tokyo", "Etc/GMT-1", "UTC"]
                .map(|name| known_zone(name).unwrap())
                .into_iter()
                .chain([TimeZone::fixed(jiff::tz::Offset::constant(1))])
                .collect();
        let at = |hour: i64| Timestamp::from_second(1_804_766_400 + hour * 3600).unwrap();
        let owns = || zones.iter().map(Some).chain([None]);
        let mut keys = Vec::new();
        for (start, end) in [(1, 2), (1, 3), (0, 3)].map(|(start, end)| (at(start), at(end))) {
            for zone in &zones {
                for own in owns() {
                    keys.extend([false, true].map(|with_offset| SpanKey {
                        start,
                        end,
                        zone,
                        own,
                        with_offset,
                    }));
                }
            }
        }
        let spans = Spans::default();
        // Near ones are remembered, and those of the whole list more than fit.
        for key in keys.chunks(MOST / 2).flat_map(|keys| [keys, keys]).flatten() {
            let (found, made) = (spans.get(*key), Span::new(*key));
            assert_eq!(format!("{found:?}"), format!("{made:?}"), "{key:?}");
        }
        assert!(spans.0.into_inner().unwrap().len() <= MOST);
        let spans = Spans::default();
        assert!(Arc::ptr_eq(&spans.get(keys[0]), &spans.get(keys[0])));
    }
}
