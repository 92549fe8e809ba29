use super::*;
use crate::{Avatar, Bypass, Deployment, DisplayName, Email, Server, ServerKind, SigningKey};

fn mint(deployment: &Deployment<'_>) -> Mint {
    let server = Server::new(deployment).unwrap();
    let secret = if deployment.has_key {
        std::fs::read(format!("{}/tests/keys/pkcs8.pem", env!("CARGO_MANIFEST_DIR"))).unwrap()
    } else {
        b"a secret of at least thirty-two octets".to_vec()
    };
    let key = SigningKey::read(&secret, server.algorithm()).unwrap();
    Mint::new(server, key).unwrap()
}

fn deployments() -> [Deployment<'static>; 3] {
    let debian = Deployment::new(ServerKind::Debian, "acme");
    [
        Deployment { url: Some("https://meet.example.org"), ..debian },
        Deployment { url: Some("https://meet.example.org:8443/team"), ..debian },
        Deployment { key_id: Some("4f"), ..Deployment::new(ServerKind::Jaas, "acme") },
    ]
}

fn ada(avatar: usize) -> Attendee {
    let avatar = format!("https://example.org/{}", "a".repeat(avatar));
    Attendee {
        own_id: None,
        email: Some(Email::parse("ada@example.org").unwrap()),
        name: DisplayName::clean("Ada \"König\"").unwrap(),
        avatar: Some(Avatar::parse(&avatar).unwrap()),
        namesake: 1,
        family: None,
    }
}

#[test]
fn a_request_is_measured_as_it_would_be_sent() {
    for deployment in deployments() {
        let mint = mint(&deployment);
        let path = mint
            .server()
            .base()
            .splitn(4, '/')
            .nth(3)
            .map_or_else(String::new, |tenant| format!("/{tenant}"));
        for (name, role) in [("x", Role::moderator()), ("Town Hall é", Role::participant())] {
            let room = Room::parse(name).unwrap();
            for avatar in [1, 2, 3, 5000] {
                let ada = ada(avatar);
                let link = mint.template(&role, &room, window()).invite(&ada).unwrap().link;
                let node = room.node();
                let token = link.reveal_token();
                let connection =
                    format!("GET {path}/xmpp-websocket?room={node}&token={token} HTTP/1.1");
                let size = LinkSize::new(&mint, &role);
                assert_eq!(size.request_line(&room, size.user(&ada)), connection.len());
            }
        }
    }
}

#[test]
fn every_right_of_a_role_is_measured() {
    let mint = mint(&deployments()[0]);
    let room = Room::parse("x").unwrap();
    let watching = Role {
        visitor: true,
        bypass: Bypass { lobby: true, security: true },
        ..Role::named("watching")
    };
    let size = LinkSize::new(&mint, &watching);
    // Base64 makes four characters of three octets, so few octets more may make no difference.
    for avatar in 1..8 {
        let ada = ada(avatar);
        let link = mint.template(&watching, &room, window()).invite(&ada).unwrap().link;
        let connection =
            format!("GET /xmpp-websocket?room=x&token={} HTTP/1.1", link.reveal_token());
        assert_eq!(size.request_line(&room, size.user(&ada)), connection.len());
        // The quick measure is never below the exact one.
        let values: usize = parts(&ada).iter().map(|(_, octets)| octets).sum();
        assert!(size.user(&ada) <= values * ESCAPED + USER);
    }
}

#[test]
fn a_link_that_is_too_long_is_refused_with_what_makes_it_long() {
    let room = Room::parse("x").unwrap();
    for deployment in deployments() {
        let size = LinkSize::new(&mint(&deployment), &Role::participant());
        let length = |avatar| size.request_line(&room, size.user(&ada(avatar)));
        let most = (1..9000).take_while(|avatar| length(*avatar) <= 8190).last().unwrap();
        assert_eq!(size.check(&room, &ada(most)), Ok(()));
        let bad = size.check(&room, &ada(most + 1)).unwrap_err();
        assert_eq!(bad.longest(), LinkPart::Avatar);
        let octets = length(most + 1);
        let avatar = "https://example.org/".len() + most + 1;
        assert_eq!(
            bad.to_string(),
            format!(
                "the link is too long for the server: {octets} octets in a request, and at most 8190 are accepted; the avatar takes {avatar}"
            )
        );
    }
}

#[test]
fn room_and_tenant_share_the_length_of_a_node() {
    let [alone, tenant, _] =
        deployments().map(|deployment| LinkSize::new(&mint(&deployment), &Role::participant()));
    let room = Room::parse(&"x".repeat(1018)).unwrap();
    assert_eq!(alone.check(&room, &ada(1)), Ok(()));
    assert_eq!(tenant.check(&room, &ada(1)), Err(LinkTooLong::Room { octets: 1024 }));
    let room = Room::parse(&"x".repeat(1017)).unwrap();
    assert_eq!(tenant.check(&room, &ada(1)), Ok(()));
}
