//! The summary in words: a line for each question that the server answered.

use meetmint_core::counted;

use super::summary::{
    CertificateAnswer, ClockAnswer, ClockOwner, ConfigAnswer, LoginAnswer, OwnRoleAnswer,
    PluginsAnswer, Summary,
};
use super::unauthorized::Admission;
use super::words::lasting;

impl Summary {
    /// Each question and its answer, in the order of a report. What is not known has no line, or says so.
    pub fn rows(&self) -> Vec<(&'static str, String)> {
        let mut rows = vec![("reached", self.reached_words())];
        rows.extend(self.certificate.as_ref().map(|it| ("certificate", certificate(it))));
        if !self.reached {
            return rows;
        }
        rows.push(("login", self.login_words()));
        for (name, admissions) in [
            ("refused", &[Admission::Refused][..]),
            ("not refused", &[Admission::Admitted, Admission::Waits]),
            ("not tested", &[Admission::Unknown]),
        ] {
            let people = self.unauthorized_who(admissions);
            rows.extend((!people.is_empty()).then(|| (name, people.join(", "))));
        }
        rows.push(("moderators", self.moderators.words.clone()));
        rows.extend(self.waiting().map(|words| ("waiting", words.to_owned())));
        let features = [
            ("moderators", &self.moderator_features),
            ("participants", &self.participant_features),
        ];
        for (who, features) in features {
            rows.extend(
                features.as_ref().map(|list| ("features", format!("{who}: {}", any(list)))),
            );
        }
        rows.extend(self.own_roles.iter().map(|role| ("role", own_role(role))));
        rows.extend(self.clock.map(|it| ("clock", clock(it))));
        rows.extend(self.plugins.as_ref().map(|it| ("plugins", plugins(it))));
        rows
    }

    fn reached_words(&self) -> String {
        if !self.reached {
            let because = self.unreached.as_deref().unwrap_or("no test user tried");
            return format!("no: {because}");
        }
        let from = match self.config {
            ConfigAnswer::Read => "as config.js says",
            _ => "the usual address, because config.js could not be read",
        };
        format!("yes, at {} ({from})", self.bosh)
    }

    fn login_words(&self) -> String {
        match (self.login, &self.login_because) {
            (LoginAnswer::Accepted, _) => "people with a personal link get in".to_owned(),
            (_, Some(because)) => because.clone(),
            (_, None) => "people with a personal link get in, or wait".to_owned(),
        }
    }

    fn unauthorized_who(&self, admissions: &[Admission]) -> Vec<&'static str> {
        let unauthorized = &self.unauthorized;
        let all = [
            (unauthorized.no_token, "people without a personal link"),
            (unauthorized.expired, "expired links"),
            (unauthorized.foreign_key, "links with a wrong signature"),
            (unauthorized.other_room, "links for another room"),
        ];
        all.into_iter().filter(|(it, _)| admissions.contains(it)).map(|(_, name)| name).collect()
    }

    /// Said also if nobody has to, but only if that is known.
    fn waiting(&self) -> Option<&'static str> {
        match (self.lobby, self.wait_for_host) {
            (true, true) => Some("people wait in a lobby or for a host"),
            (true, false) => Some("people wait in a lobby until a moderator lets them in"),
            (false, true) => Some("people wait until a host joins"),
            (false, false) => (self.login == LoginAnswer::Accepted).then_some("nobody has to wait"),
        }
    }
}

fn certificate(certificate: &CertificateAnswer) -> String {
    let left = match u64::try_from(certificate.days_left) {
        Ok(days) => format!("{} left", counted(days, "day")),
        Err(_) => "expired".to_owned(),
    };
    let issuer = match certificate.issuer.as_str() {
        "" => String::new(),
        issuer => format!(", issued by {issuer}"),
    };
    match certificate.names.as_slice() {
        [] => format!("{left}{issuer}; it names no host"),
        names => format!("valid for {}, {left}{issuer}", names.join(", ")),
    }
}

fn any(list: &[String]) -> String {
    if list.is_empty() { "none".to_owned() } else { list.join(", ") }
}

fn own_role(role: &OwnRoleAnswer) -> String {
    let what = match (role.moderator, &role.because) {
        (Some(true), _) => "joined as a moderator",
        (Some(false), _) => "joined without moderator rights",
        (None, Some(because)) => because,
        (None, None) => "did not get in",
    };
    let features = match &role.features {
        Some(features) => format!(", features: {}", any(features)),
        None => String::new(),
    };
    format!("{}: {what}{features}", role.role)
}

fn clock(clock: ClockAnswer) -> String {
    let whose = if clock.of == ClockOwner::Prosody { "the server's" } else { "the web server's" };
    let time = lasting(clock.ahead.unsigned_abs());
    match clock.ahead {
        0 => format!("{whose} agrees with this machine's"),
        1.. => format!("{whose} is {time} ahead of this machine's"),
        _ => format!("{whose} is {time} behind this machine's"),
    }
}

fn plugins(plugins: &PluginsAnswer) -> String {
    let since = match plugins.at_least.as_str() {
        "2022-07" if plugins.at_most == "2022-07" => "before June 2024",
        "2024-06" => "June 2024 or later",
        "2025-09" => "September 2025 or later",
        "2026-08" => "August 2026 or later",
        other => other,
    };
    format!("the server's part that checks links is from {since}")
}
