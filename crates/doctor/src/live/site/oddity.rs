//! What is said of a setting of `config.js` that is not used, or that leads elsewhere.

use meetmint_core::quoted;

use super::super::observed::SiteOddity;

impl SiteOddity {
    /// Whether something should be done about it. Where the page connects to another machine over TLS, nothing is wrong.
    pub fn is_problem(&self) -> bool {
        !matches!(self, SiteOddity::OtherMachine { .. })
    }

    /// What it is, for a finding.
    pub fn message(&self) -> String {
        match self {
            SiteOddity::NotADomain { setting, value } => format!(
                "`{setting}` in config.js is {}, which is not a valid domain, so it was not used",
                quoted(value)
            ),
            SiteOddity::NotAnAddress { setting, value } => format!(
                "`{setting}` in config.js is {}, which is not a valid web address, so it was not used",
                quoted(value)
            ),
            SiteOddity::ClearText { setting, address } => format!(
                "`{setting}` in config.js is {}: tokens would be sent without encryption, so it was not used",
                quoted(address)
            ),
            SiteOddity::OtherMachine { setting, host } => format!(
                "config.js sends people to another host: `{setting}` is at {}, and doctor used it",
                quoted(host)
            ),
        }
    }

    /// What to do about it; empty if nothing is wrong.
    pub fn cure(&self) -> &'static str {
        match self {
            SiteOddity::NotADomain { .. } => {
                "write a domain without blanks and quotation marks; with Docker, it is made of XMPP_DOMAIN, XMPP_MUC_DOMAIN and XMPP_GUEST_DOMAIN in the server's .env. Browsers use it as it is"
            }
            SiteOddity::NotAnAddress { .. } => {
                "write an address that begins with https://, or a path such as /http-bind: browsers use it as it is"
            }
            SiteOddity::ClearText { .. } => {
                "write https:// there: from a page over https, browsers do not connect to it either"
            }
            SiteOddity::OtherMachine { .. } => "",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_says_what_became_of_the_setting() {
        let value = || "muc. \u{1b}[2Jmeet.jitsi".to_owned();
        for (oddity, is_problem, part) in [
            (
                SiteOddity::NotADomain { setting: "hosts.muc", value: value() },
                true,
                "`hosts.muc` in config.js is `muc. \u{fffd}[2Jmeet.jitsi`, which is not a valid domain",
            ),
            (
                SiteOddity::NotAnAddress { setting: "bosh", value: value() },
                true,
                "which is not a valid web address",
            ),
            (
                SiteOddity::ClearText { setting: "bosh", address: "http://a.org/b".to_owned() },
                true,
                "`bosh` in config.js is `http://a.org/b`: tokens would be sent without encryption",
            ),
            (
                SiteOddity::OtherMachine { setting: "bosh", host: "a.org:444".to_owned() },
                false,
                "another host: `bosh` is at `a.org:444`, and doctor used it",
            ),
        ] {
            assert!(oddity.message().contains(part), "{}", oddity.message());
            assert_eq!(oddity.is_problem(), is_problem);
            assert_eq!(oddity.cure().is_empty(), !is_problem);
        }
    }
}
