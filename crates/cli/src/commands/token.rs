//! `meetmint token`: one personal link on standard output.

use std::path::Path;

use meetmint_batch::{Roles, RosterRow, RosterTokens, Selection, quoted, seconds};
use meetmint_core::{Attendee, DisplayName, Invite, JoinLink, Mint, Role, Room, Window};
use serde_json::json;

use crate::cli::{Token, TokenFormat};
use crate::failure::{Exit, Failure};
use crate::prepare;
use crate::report::Report;
use crate::settings;
use crate::world::World;
use crate::{key, prepare::Prepared};

/// How long before now a link for anybody begins to work: servers' clocks differ (`jitsi-tokens` facts, §0).
const SLACK: i64 = 5 * 60;

/// A link and what it is, for whichever form is asked for.
struct Minted {
    email: Option<String>,
    name: String,
    role: String,
    room: String,
    window: Window,
    link: JoinLink,
}

pub(crate) fn run(
    args: &Token,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Exit, Failure> {
    let minted = match (&args.email, &args.name) {
        (Some(email), _) => of_roster(args, email, meeting, report, world)?,
        (None, Some(name)) => of_anybody(args, name, meeting, report, world)?,
        (None, None) => {
            return Err(Failure::Usage {
                message: "nobody is named".to_owned(),
                hint: Some("give an address, or `--name`".to_owned()),
            });
        }
    };
    let text = match args.format {
        TokenFormat::Link => minted.link.reveal().to_owned(),
        TokenFormat::Token => minted.link.reveal_token().to_owned(),
        TokenFormat::Json => json!({
            "email": minted.email,
            "name": minted.name,
            "role": minted.role,
            "room": minted.room,
            "valid_from": minted.window.opens().to_string(),
            "valid_until": minted.window.closes().to_string(),
            "link": minted.link.reveal(),
            "token": minted.link.reveal_token(),
            "claims": minted.link.claims(),
        })
        .to_string(),
    };
    report.data(&format!("{text}\n"))?;
    Ok(Exit::Done)
}

/// The link of a person of the roster: the same bytes as every other command makes.
fn of_roster(
    args: &Token,
    address: &str,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Minted, Failure> {
    let prepared = prepare::find(meeting, false, world)?.sound()?;
    let key = prepare::email(address)?.key().into_owned();
    let room = args.room.as_deref().map(room).transpose()?;
    let passes = RosterTokens::new(&prepared.mint, &prepared.roster, prepared.settings.windows)
        .map_err(|empty| Failure::broken("no link can be made", empty))?;
    let choice = Selection { only: vec![key], ..Selection::default() };
    let mut found = Vec::new();
    let mint = |people: &[RosterRow<'_>]| {
        let wanted = people.iter().filter(|person| {
            let held = &prepared.roster.meeting_of(&person.entry).room;
            room.as_ref().is_none_or(|room| room.node() == held.node())
        });
        wanted.map(|person| minted(&prepared, &passes, person)).collect::<Result<Vec<_>, _>>()
    };
    prepared.roster.each(
        &prepared.survey,
        &choice,
        256,
        mint,
        |minted: Result<Vec<_>, Failure>| {
            found.extend(minted?);
            Ok(())
        },
    )?;
    prepare::speak_of_key(&prepared.mint, report);
    let many = found.len() > 1;
    match found.pop() {
        Some(minted) if !many => {
            if minted.window.opens() > world.now {
                let opens =
                    prepare::moment(minted.window.not_before(), &prepared.roster.meeting().zone);
                report.note(
                    &format!(
                        "this link works from {opens}; `token --name` makes one that works now"
                    ),
                    None,
                );
            }
            Ok(minted)
        }
        Some(last) => {
            let rooms = found.iter().any(|minted| minted.room != last.room);
            let all = format!("`meetmint links --only {address}` writes all");
            let hint = if rooms {
                format!("say which by `--room`, like `--room {}`; {all}", last.room)
            } else {
                all
            };
            Err(Failure::wrong(
                format!("{} has {} meetings", quoted(address), found.len() + 1),
                hint,
            ))
        }
        None if args.room.is_some() && prepared.choose_one(&choice.only[0])? => {
            Err(Failure::wrong(
                format!("{} has no meeting in that room", quoted(address)),
                "leave out `--room`",
            ))
        }
        None => Err(prepared.absent(&choice.only[0], address)?),
    }
}

fn minted(
    prepared: &Prepared,
    passes: &RosterTokens<'_>,
    person: &RosterRow<'_>,
) -> Result<Minted, Failure> {
    let Invite { attendee, window, link } = passes.invite(&person.entry)?;
    Ok(Minted {
        email: attendee.email.as_ref().map(ToString::to_string),
        name: attendee.name.to_string(),
        role: prepared.role_name(person.entry.role).to_owned(),
        room: prepared.roster.meeting_of(&person.entry).room.name().to_owned(),
        window,
        link,
    })
}

/// A link for anybody, from five minutes ago: no roster is read.
fn of_anybody(
    args: &Token,
    name: &str,
    meeting: Option<&Path>,
    report: Report,
    world: &World,
) -> Result<Minted, Failure> {
    let lasts = args.lasts.as_deref().unwrap_or_default();
    let lasts = seconds(lasts).ok().filter(|lasts| *lasts > 0).ok_or_else(|| Failure::Usage {
        message: format!("{} is not a length of time", quoted(lasts)),
        hint: Some("write it like `--for 1h` or `--for 30m`".to_owned()),
    })?;
    let loaded = settings::load(meeting)?;
    let (Some(settings), Some(roles), true) =
        (loaded.settings, loaded.roles, loaded.problems.is_empty())
    else {
        return Err(Failure::Problems { problems: loaded.problems, more: 0 });
    };
    let name = DisplayName::clean(name).ok_or_else(|| {
        Failure::wrong("nothing of the name can be seen", "write the name that the meeting shows")
    })?;
    let email = args.address.as_deref().map(prepare::email).transpose()?;
    let room = match &args.room {
        Some(text) => room(text)?,
        None => settings.room.clone(),
    };
    let role = role(args, &roles)?;
    let signing = key::fetch(&settings.key).map_err(Failure::problem)?;
    let mint = Mint::new(settings.server, signing)
        .map_err(|wrong| Failure::broken("no link can be made", wrong))?;
    let now = world.now.as_second();
    let window = Window::new(now - SLACK, now + lasts)
        .map_err(|empty| Failure::broken("no link can be made", empty))?;
    let attendee = Attendee { own_id: None, email, name, avatar: None, namesake: 1 };
    let pass = if args.any_room {
        mint.template_for_any_room(role, &room, window)
    } else {
        mint.template(role, &room, window)
    };
    let link = pass.invite(&attendee)?.link;
    prepare::speak_of_key(&mint, report);
    if args.any_room {
        report.warning(
            "this link opens every room of the server, not this one alone",
            Some("keep it to yourself"),
        );
    }
    Ok(Minted {
        email: attendee.email.as_ref().map(ToString::to_string),
        name: attendee.name.to_string(),
        role: role.name.clone(),
        room: room.name().to_owned(),
        window,
        link,
    })
}

fn role<'r>(args: &Token, roles: &'r Roles) -> Result<&'r Role, Failure> {
    let at = match &args.role {
        Some(name) => roles.named(name).ok_or_else(|| prepare::unknown_role(name, roles))?,
        None => roles.default(),
    };
    Ok(&roles.all()[at])
}

fn room(text: &str) -> Result<Room, Failure> {
    Room::parse(text)
        .map_err(|bad| Failure::wrong(bad.to_string(), format!("`{}` would work", bad.suggestion)))
}
