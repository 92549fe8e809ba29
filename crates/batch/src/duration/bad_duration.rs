//! Why a text is not a duration.

/// A text is not a duration.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadDuration {
    /// No number with a unit, negative, not whole seconds, or more than a year.
    #[error("not a duration of at most a year, such as `90m` or `1h 30m`")]
    Unreadable,
    /// Zero, where something has to last.
    #[error("the duration is zero")]
    Zero,
    /// A small number alone, or one with a decimal point: hours are as likely as minutes.
    #[error("it does not say whether these are minutes or hours")]
    NoUnit(String),
}

impl BadDuration {
    /// What to write instead.
    pub fn hint(&self) -> String {
        match self {
            BadDuration::NoUnit(number) => format!("write `{number} min` or `{number} h`"),
            _ => "write a number and a unit: `90m` or `1h 30m`".to_owned(),
        }
    }
}
