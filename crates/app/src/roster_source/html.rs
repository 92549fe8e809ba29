//! Telling a web page from a list.

/// What a page begins with, after a comment or an XML declaration.
const BEGINNINGS: [&str; 6] = ["<!doctype html", "<html", "<head", "<body", "<title", "<script"];

/// Whether text is the beginning of a web page, in any encoding of ASCII letters in one or two octets.
pub(super) fn is_page(beginning: &[u8]) -> bool {
    // UTF-16 has a zero beside each letter.
    let ascii = beginning.iter().filter(|byte| byte.is_ascii() && **byte != 0);
    let text: String = ascii.map(|byte| char::from(byte.to_ascii_lowercase())).collect();
    let mut rest = text.trim_start();
    loop {
        let end = match rest {
            _ if rest.starts_with("<!--") => "-->",
            _ if rest.starts_with("<?xml") => "?>",
            _ => return BEGINNINGS.iter().any(|beginning| rest.starts_with(beginning)),
        };
        match rest.split_once(end) {
            Some((_, after)) => rest = after.trim_start(),
            None => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_from_lists() {
        for page in [
            "<!DOCTYPE html><html>",
            "\u{feff}\r\n<!doctype HTML PUBLIC \"-//W3C//DTD HTML 4.01//EN\">",
            "<html lang=\"en\">",
            "<!-- saved --> <!-- twice --><HTML>",
            "<?xml version=\"1.0\"?>\n<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML\">",
            "<head><title>Sign in</title>",
            "<script>location.href='/login'</script>",
        ] {
            assert!(is_page(page.as_bytes()), "{page}");
            let utf16: Vec<u8> = page.encode_utf16().flat_map(u16::to_le_bytes).collect();
            assert!(is_page(&utf16), "{page} in UTF-16");
        }
        for list in [
            "",
            "email,name\nada@example.org,Ada\n",
            "<ada@example.org>\n",
            "<!-- email",
            "<?xml version=\"1.0\"?><Workbook>",
            "html,email\n",
            "PK\x03\x04",
        ] {
            assert!(!is_page(list.as_bytes()), "{list}");
        }
    }
}
