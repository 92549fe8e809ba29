//! `meetmint token`.

use meetmint_app::{AnybodyRequest, Context, Error, TokenRequest};
use serde::Serialize;

use crate::cli::{Token, TokenFormat};
use crate::exit::Exit;
use crate::terminal::Terminal;

pub(crate) fn run(args: Token, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    if args.public_key {
        return public_key(args.format, terminal, context);
    }
    let request = match (args.email, args.name) {
        (Some(email), _) => TokenRequest::Attendee { email, room: args.room },
        (None, name) => TokenRequest::Anybody(AnybodyRequest {
            // clap requires `--name` and `--for` where there is no address.
            name: name.unwrap_or_default(),
            email: args.address,
            role: args.role,
            room: args.room,
            lasts: args.lasts.unwrap_or_default(),
            any_room: args.any_room,
        }),
    };
    // One line each for several people with one address.
    for report in meetmint_app::token(context, &request)? {
        let text = match args.format {
            // Showing the credential is what this command is for.
            TokenFormat::Link => report.link.reveal().to_owned(),
            TokenFormat::Token => report.link.reveal_token().to_owned(),
            TokenFormat::Json => json(&report)?,
        };
        terminal.data(&format!("{text}\n"))?;
    }
    Ok(Exit::Done)
}

fn public_key(format: TokenFormat, terminal: &Terminal, context: &Context) -> Result<Exit, Error> {
    if format == TokenFormat::Token {
        let message = "`--public-key` prints no token";
        return Err(
            Error::usage("public-key-format", message).with_hint("leave out `--format token`")
        );
    }
    let report = meetmint_app::public_key(context)?;
    match format {
        TokenFormat::Json => terminal.data(&format!("{}\n", json(&report)?))?,
        TokenFormat::Link | TokenFormat::Token => terminal.data(&report.public_key)?,
    }
    Ok(Exit::Done)
}

fn json(report: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(report).map_err(|error| Error::output(error.into()))
}
