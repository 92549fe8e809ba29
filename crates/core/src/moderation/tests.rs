use serde_json::Value;

use super::*;
use crate::{
    Attendee, Deployment, DisplayName, HmacAlgorithm, Mint, Role, Room, Server, SigningKey, Window,
};

/// Every set of rules.
fn all() -> impl Iterator<Item = Vec<RoleRule>> {
    (0..1_u32 << RoleRule::ALL.len()).map(|set| {
        let rules = RoleRule::ALL.into_iter().enumerate();
        rules.filter(|(at, _)| set >> at & 1 == 1).map(|(_, rule)| rule).collect()
    })
}

#[test]
fn the_rules_of_a_server_come_to_one_sentence() {
    use RoleRule::{Everybody, First, Jaas, TokenAffiliation, TokenModeration};
    let cases: [(&[RoleRule], &str); 12] = [
        (&[], "nobody becomes a moderator, whatever their role here says"),
        (&[First], "whoever joins first becomes a moderator, whatever their role here says"),
        (
            &[Everybody],
            "everybody who joins with a link becomes a moderator, whatever their role here says",
        ),
        (
            &[First, Everybody],
            "everybody who joins with a link becomes a moderator, whatever their role here says",
        ),
        (&[TokenAffiliation], "moderators are the people whose role here says so, and nobody else"),
        (&[TokenModeration], "moderators are the people whose role here says so, and nobody else"),
        (
            &[TokenModeration, TokenAffiliation],
            "moderators are the people whose role here says so, and nobody else",
        ),
        (&[Jaas], "moderators are the people whose role here says so, and nobody else"),
        // Nobody else can become a moderator with this plugin.
        (
            &[First, TokenModeration],
            "moderators are the people whose role here says so, and nobody else",
        ),
        (
            &[First, TokenAffiliation],
            "people become moderators if their role here says so, and so does whoever joins first",
        ),
        (
            &[Everybody, TokenAffiliation],
            "everybody who joins with a link becomes a moderator, whatever their role here says",
        ),
        (
            &[TokenModeration, Everybody],
            "everybody who joins with a link becomes a moderator, whatever their role here says",
        ),
    ];
    for (rules, clause) in cases {
        assert_eq!(Moderation::of(rules).clause(), clause, "{rules:?}");
    }
}

#[test]
fn the_remedy_names_what_is_still_in_the_way() {
    use RoleRule::{Everybody, First, TokenAffiliation, TokenModeration};
    #[track_caller]
    fn case(kind: ServerKind, rules: &[RoleRule], expected: Option<&str>) {
        let remedy = moderation_remedy(kind, rules, room_modules(kind));
        let steps = remedy.map(|remedy| remedy.steps.join("; "));
        assert_eq!(steps.as_deref(), expected);
    }
    case(
        ServerKind::Debian,
        &[First],
        Some(
            "add token_affiliation to modules_enabled of the MUC component in Prosody's file (Jitsi has this plugin since mid-2026; before, it was at github.com/jitsi-contrib/prosody-plugins); add the line `jicofo.conference.enable-auto-owner = false` at the end of /etc/jitsi/jicofo/jicofo.conf, after the last `}`",
        ),
    );
    case(
        ServerKind::Debian,
        &[First, TokenAffiliation],
        Some(
            "add the line `jicofo.conference.enable-auto-owner = false` at the end of /etc/jitsi/jicofo/jicofo.conf, after the last `}`",
        ),
    );
    case(
        ServerKind::Debian,
        &[],
        Some(
            "add token_affiliation to modules_enabled of the MUC component in Prosody's file (Jitsi has this plugin since mid-2026; before, it was at github.com/jitsi-contrib/prosody-plugins)",
        ),
    );
    case(
        ServerKind::Docker,
        &[Everybody],
        Some(
            "add token_affiliation to XMPP_MUC_MODULES in the server's .env (Jitsi has this plugin since mid-2026; before, it was at github.com/jitsi-contrib/prosody-plugins); remove muc_allowners from XMPP_MUC_MODULES in the server's .env, if it is there; set JICOFO_ENABLE_AUTH=0 and ENABLE_AUTO_OWNER=0 in the server's .env; if XMPP_MUC_MODULES has muc_wait_for_host, set WAIT_FOR_HOST_DISABLE_AUTO_OWNERS=1 as well",
        ),
    );
    case(
        ServerKind::Docker,
        &[First, TokenAffiliation],
        Some("set ENABLE_AUTO_OWNER=0 in the server's .env"),
    );
    case(
        ServerKind::Docker,
        &[Everybody, TokenAffiliation],
        Some(
            "remove muc_allowners from XMPP_MUC_MODULES in the server's .env, if it is there; set JICOFO_ENABLE_AUTH=0 and ENABLE_AUTO_OWNER=0 in the server's .env; if XMPP_MUC_MODULES has muc_wait_for_host, set WAIT_FOR_HOST_DISABLE_AUTO_OWNERS=1 as well",
        ),
    );
    case(
        ServerKind::Debian,
        &[Everybody, TokenAffiliation],
        Some(
            "remove muc_allowners from modules_enabled of the MUC component in Prosody's file, if it is there; if muc_wait_for_host is there, set wait_for_host_disable_auto_owners = true in the same file; remove the block `authentication` from /etc/jitsi/jicofo/jicofo.conf, if it is there; add the line `jicofo.conference.enable-auto-owner = false` at the end of /etc/jitsi/jicofo/jicofo.conf, after the last `}`",
        ),
    );
    case(
        ServerKind::Debian,
        &[Everybody, TokenModeration],
        Some("remove muc_allowners from modules_enabled of the MUC component in Prosody's file"),
    );
    for kind in [ServerKind::Debian, ServerKind::Docker] {
        case(kind, &[TokenAffiliation], None);
        case(kind, &[TokenModeration, First], None);
    }
    for rules in all() {
        case(ServerKind::Jaas, &rules, None);
        let modules = room_modules(ServerKind::Docker);
        // What the hint writes at its end is a set of rules in which nothing but roles counts.
        if let Some(remedy) = moderation_remedy(ServerKind::Docker, &rules, modules) {
            assert_eq!(Moderation::of(&[remedy.rule]), Moderation::ByRole);
            let end = format!("; then write roles = [\"{}\"] under [server.accepts]", remedy.rule);
            assert!(remedy.line().ends_with(&end), "{}", remedy.line());
        }
    }
}

/// Whether a plugin makes the person of a token a moderator, by the table of `jitsi-tokens` facts, §3.
fn is_granted(rule: RoleRule, claims: &Value) -> bool {
    let user = &claims["context"]["user"];
    match rule {
        RoleRule::First => false,
        RoleRule::Everybody => true,
        RoleRule::TokenAffiliation => {
            user["moderator"] == true
                || ["owner", "moderator", "teacher"].iter().any(|word| user["affiliation"] == *word)
        }
        RoleRule::TokenModeration => claims["moderator"] == true,
        RoleRule::Jaas => user["moderator"] == true || user["moderator"] == "true",
    }
}

#[test]
fn what_is_said_is_what_plugins_make_of_the_tokens() {
    let url = Some("https://meet.example.org");
    let server =
        Server::new(&Deployment { url, ..Deployment::new(ServerKind::Debian, "acme") }).unwrap();
    let key = SigningKey::from_secret(&[b'x'; 32], HmacAlgorithm::Hs256).unwrap();
    let mint = Mint::new(server, key).unwrap();
    let claims = |role: &Role| {
        let name = DisplayName::clean("Ada").unwrap();
        let ada =
            Attendee { own_id: None, email: None, name, avatar: None, namesake: 1, family: None };
        let window = Window::new(1_930_912_200, 1_930_926_600).unwrap();
        let template = mint.template(role, &Room::parse("x").unwrap(), window);
        template.invite(&ada).unwrap().link.claims()
    };
    for role in [Role::moderator(), Role::participant()] {
        let claims = claims(&role);
        for rules in all() {
            let granted = rules.iter().any(|rule| is_granted(*rule, &claims));
            let is_first_promoted = rules.contains(&RoleRule::First);
            let expected = match Moderation::of(&rules).includes(role.moderator) {
                Becomes::Yes => granted,
                Becomes::No => {
                    // With `token_moderation`, nobody is promoted for being the first.
                    !granted && (!is_first_promoted || rules.contains(&RoleRule::TokenModeration))
                }
                Becomes::Perhaps => {
                    is_first_promoted && !granted || rules.contains(&RoleRule::TokenModeration)
                }
            };
            assert!(expected, "{rules:?} {}", role.name);
        }
    }
}
