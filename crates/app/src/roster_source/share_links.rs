//! Links that show a list instead of sending it, and how to change them. No advice quotes a link: it is a secret.

use crate::settings::WebAddress;

const SHARE: &str = "the address must send the file itself, to everybody who has it: open it in a private browser window, which should download the list";

/// What to do about an address that leads to a web page.
pub(super) fn advice(address: &WebAddress) -> &'static str {
    let url = address.url();
    let (host, path) = (address.host(), url.path());
    match host {
        "docs.google.com" if path.starts_with("/spreadsheets/") => google_sheet(path),
        "drive.google.com" if path.starts_with("/file/d/") => {
            "write the address https://drive.google.com/uc?export=download&id=ID, with the part between `/d/` and `/view` as ID; the file must be shared with everybody who has the link"
        }
        "dropbox.com" | "www.dropbox.com" if !has_parameter(address, "dl", "1") => {
            "let the address end in `dl=1` instead of `dl=0`"
        }
        "1drv.ms" | "onedrive.live.com" => {
            "name the file in your synchronized OneDrive folder with `file` instead: links of a personal OneDrive lead to a page"
        }
        _ if host.ends_with(".sharepoint.com") && !has_parameter(address, "download", "1") => {
            if url.query().is_some() {
                "add `&download=1` to the end of the address; the file must be shared with everybody who has the link"
            } else {
                "add `?download=1` to the end of the address; the file must be shared with everybody who has the link"
            }
        }
        _ if is_nextcloud_share(path) => "add `/download` to the end of the address",
        _ => SHARE,
    }
}

fn google_sheet(path: &str) -> &'static str {
    let last = path.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    match last {
        "export" | "pub" => {
            "the sheet is not shared: choose `Share` in Google Sheets, and let everybody who has the link view it"
        }
        "pubhtml" => {
            "in the address, write `pub?output=csv` instead of `pubhtml` and everything after it"
        }
        "edit" => {
            "in the address, write `export?format=csv` instead of `edit` and everything after it; for another sheet than the first, add `&gid=` and the number after `gid=`"
        }
        "view" | "preview" | "htmlview" | "copy" => {
            "in the address, write `export?format=csv` instead of the last part; for another sheet than the first, add `&gid=` and the number after `gid=`"
        }
        // The address ends in the id of the sheet.
        _ => "add `/export?format=csv` to the end of the address",
    }
}

fn has_parameter(address: &WebAddress, name: &str, value: &str) -> bool {
    address.url().query_pairs().any(|(key, found)| key == name && found == value)
}

/// Whether a path ends in `/s/TOKEN`, as the public links of Nextcloud and ownCloud do.
fn is_nextcloud_share(path: &str) -> bool {
    let mut parts = path.trim_end_matches('/').rsplit('/');
    let token = parts.next().unwrap_or_default();
    let is_token = token.len() >= 10 && token.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_token && parts.next() == Some("s")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::web_address;

    #[test]
    fn each_kind_of_link_has_its_own_advice() {
        for (url, words) in [
            (
                "https://docs.google.com/spreadsheets/d/1AbC/edit?usp=sharing#gid=7",
                "instead of `edit`",
            ),
            ("https://docs.google.com/spreadsheets/u/0/d/1AbC/edit", "export?format=csv"),
            ("https://docs.google.com/spreadsheets/d/1AbC/htmlview", "instead of the last part"),
            ("https://docs.google.com/spreadsheets/d/1AbC", "add `/export?format=csv`"),
            ("https://docs.google.com/spreadsheets/d/e/2PACX-1/pubhtml?gid=0", "pub?output=csv"),
            ("https://docs.google.com/spreadsheets/d/1AbC/export?format=csv", "is not shared"),
            ("https://docs.google.com/forms/d/1AbC/edit", "private browser window"),
            ("https://drive.google.com/file/d/1AbC/view", "uc?export=download"),
            ("https://www.dropbox.com/scl/fi/abc/list.csv?rlkey=x&dl=0", "`dl=1`"),
            ("https://www.dropbox.com/scl/fi/abc/list.csv?dl=1", "private browser window"),
            ("https://1drv.ms/x/c/abc/Eabc", "`file`"),
            ("https://acme-my.sharepoint.com/:x:/g/personal/x/Eabc?e=abc", "`&download=1`"),
            ("https://acme.sharepoint.com/:x:/g/personal/x/Eabc", "`?download=1`"),
            ("https://cloud.example.org/s/yxcFKRWBJqYYzp4", "add `/download`"),
            ("https://cloud.example.org/index.php/s/yxcFKRWBJqYYzp4/", "add `/download`"),
            ("https://cloud.example.org/s/yxcFKRWBJqYYzp4/download", "private browser window"),
            ("https://example.org/list.csv", "private browser window"),
        ] {
            let advice = advice(&web_address(url));
            assert!(advice.contains(words), "{url}: {advice}");
            for secret in ["1AbC", "2PACX", "Eabc", "yxcFKRWBJqYYzp4"] {
                assert!(!advice.contains(secret), "{url}: {advice}");
            }
        }
    }
}
