//! Random numbers.

use crate::error::Error;

/// That many random octets, in hexadecimal digits.
///
/// # Errors
/// [`Failed`](crate::ErrorClass::Failed) if the operating system has none.
pub(crate) fn random_hex(octets: usize) -> Result<String, Error> {
    let mut bytes = vec![0; octets];
    getrandom::fill(&mut bytes).map_err(|error| {
        Error::failed("random", "the operating system provides no random numbers").caused_by(error)
    })?;
    Ok(bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")))
}
