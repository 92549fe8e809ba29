//! Sends a personal link to everybody in a roster: what somebody would write instead of meetmint, for `bench_send.py`.
//!
//! One thread a connection, one reply at a time. No ledger, no checks: an error ends the program.

#![expect(clippy::print_stdout, reason = "it prints how many messages were accepted")]

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use jsonwebtoken::{Algorithm, EncodingKey, Header};
use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};
use lettre::transport::smtp::commands::{Data, Ehlo, Mail, Quit, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use serde::{Deserialize, Serialize};
use tera::{Context, Tera};

type Result<T> = std::result::Result<T, Box<dyn Error + Send + Sync>>;

#[derive(Deserialize)]
struct Row {
    email: String,
    name: String,
    role: String,
    avatar: Option<String>,
}

/// What is the same for everybody: the values for the templates, and the claims.
#[derive(Deserialize)]
struct Meeting {
    url: String,
    room: String,
    app_id: String,
    sub: String,
    nbf: i64,
    exp: i64,
    values: serde_json::Value,
}

#[derive(Serialize)]
struct Claims<'a> {
    aud: &'a str,
    iss: &'a str,
    sub: &'a str,
    room: &'a str,
    nbf: i64,
    exp: i64,
    moderator: bool,
    context: ClaimsContext<'a>,
    jti: String,
}

#[derive(Serialize)]
struct ClaimsContext<'a> {
    user: User<'a>,
}

#[derive(Serialize)]
struct User<'a> {
    id: &'a str,
    name: &'a str,
    email: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    avatar: Option<&'a str>,
    moderator: bool,
    affiliation: &'a str,
}

struct Sender {
    meeting: Meeting,
    key: EncodingKey,
    tera: Tera,
    values: Context,
    from: Mailbox,
}

impl Sender {
    fn new(meeting: Meeting, key: EncodingKey, templates: &str) -> Result<Sender> {
        let mut tera = Tera::default();
        let mut files = Vec::new();
        for file in fs::read_dir(templates)? {
            let path = file?.path();
            let name = path.file_name().and_then(|name| name.to_str()).ok_or("a strange name")?;
            files.push((name.to_owned(), fs::read_to_string(&path)?));
        }
        tera.add_raw_templates(files)?;
        let values = Context::from_serialize(&meeting.values)?;
        Ok(Sender { meeting, key, tera, values, from: "Events <events@example.org>".parse()? })
    }

    fn link(&self, row: &Row, number: usize) -> Result<String> {
        let meeting = &self.meeting;
        let moderator = row.role == "moderator";
        let user = User {
            id: &row.email,
            name: &row.name,
            email: &row.email,
            avatar: row.avatar.as_deref(),
            moderator,
            affiliation: if moderator { "owner" } else { "member" },
        };
        let claims = Claims {
            aud: "jitsi",
            iss: &meeting.app_id,
            sub: &meeting.sub,
            room: &meeting.room,
            nbf: meeting.nbf,
            exp: meeting.exp,
            moderator,
            context: ClaimsContext { user },
            jti: format!("{number:022}"),
        };
        let token = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.key)?;
        Ok(format!("{}/{}?jwt={token}", meeting.url, meeting.room))
    }

    fn message(&self, row: &Row, number: usize) -> Result<Message> {
        let link = self.link(row, number)?;
        let mut values = self.values.clone();
        values.insert("name", &row.name);
        values.insert("greeting", &row.name);
        values.insert("email", &row.email);
        values.insert("moderator", &(row.role == "moderator"));
        values.insert("link", &link);
        let calendar = calendar(row, number, &link)?;
        let alternatives = MultiPart::alternative()
            .singlepart(SinglePart::plain(self.tera.render("invite.txt", &values)?))
            .singlepart(SinglePart::html(self.tera.render("invite.html", &values)?))
            .singlepart(
                SinglePart::builder()
                    .header(ContentType::parse("text/calendar; charset=utf-8; method=REQUEST")?)
                    .body(calendar.clone()),
            );
        let file = Attachment::new("invite.ics".to_owned())
            .body(calendar, ContentType::parse("application/ics")?);
        Ok(Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(Some(row.name.clone()), row.email.parse()?))
            .subject(self.tera.render("invite.subject", &values)?.trim_end())
            .message_id(Some(format!("<{number:032}@example.org>")))
            .multipart(MultiPart::mixed().multipart(alternatives).singlepart(file))?)
    }

    /// Sends to every person whose number this connection is the first to take.
    fn run(&self, server: &str, rows: &[Row], next: &AtomicUsize) -> Result<usize> {
        let stream = TcpStream::connect(server)?;
        stream.set_nodelay(true)?;
        let mut session = Session(BufReader::new(stream));
        session.reply()?;
        session.say(&Ehlo::new(ClientId::Domain("bench.example.org".to_owned())))?;
        let mut accepted = 0;
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let Some(row) = rows.get(number) else { break };
            let message = self.message(row, number)?;
            let envelope = message.envelope();
            session.say(&Mail::new(envelope.from().cloned(), Vec::new()))?;
            for recipient in envelope.to() {
                session.say(&Rcpt::new(recipient.clone(), Vec::new()))?;
            }
            session.say(&Data)?;
            session.content(&message.formatted())?;
            accepted += 1;
        }
        session.say(&Quit)?;
        Ok(accepted)
    }
}

struct Session(BufReader<TcpStream>);

impl Session {
    fn reply(&mut self) -> Result<()> {
        let mut text = String::new();
        loop {
            let start = text.len();
            self.0.read_line(&mut text)?;
            if text.as_bytes().get(start + 3) != Some(&b'-') {
                break;
            }
        }
        let response: Response = text.parse()?;
        if response.is_positive() { Ok(()) } else { Err(format!("refused: {text}").into()) }
    }

    fn say(&mut self, command: &impl ToString) -> Result<()> {
        self.0.get_mut().write_all(command.to_string().as_bytes())?;
        self.reply()
    }

    fn content(&mut self, message: &[u8]) -> Result<()> {
        let mut out = Vec::with_capacity(message.len() + 64);
        for line in message.split_inclusive(|&byte| byte == b'\n') {
            if line.starts_with(b".") {
                out.push(b'.');
            }
            out.extend_from_slice(line);
        }
        out.extend_from_slice(b".\r\n");
        self.0.get_mut().write_all(&out)?;
        self.reply()
    }
}

fn calendar(row: &Row, number: usize, link: &str) -> Result<String> {
    let Row { name, email, .. } = row;
    let lines = format!(
        "BEGIN:VCALENDAR\nPRODID:-//bare//1.0//EN\nVERSION:2.0\nCALSCALE:GREGORIAN\nMETHOD:REQUEST\nBEGIN:VEVENT\n\
         UID:{number:032}@example.org\nSEQUENCE:0\nDTSTAMP:20310101T120000Z\nDTSTART:20310311T130000Z\n\
         DTEND:20310311T143000Z\nSUMMARY:Bench\nORGANIZER;CN=\"Events\":mailto:events@example.org\n\
         ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"{}\":mailto:{email}\n\
         LOCATION:Online (Jitsi Meet)\nURL:{link}\n\
         DESCRIPTION:Bench\\n\\nJoin with your personal link:\\n{link}\\n\\nThe link works on Tuesday\\, 11 March 2031\\, \
         13:30–17:30 (Berlin time). It is for you only: anyone who opens it joins the meeting under your name\\, so \
         please do not share it.\nSTATUS:CONFIRMED\nTRANSP:OPAQUE\nCLASS:PRIVATE\nEND:VEVENT\nEND:VCALENDAR\n",
        name.replace('"', "'"),
    );
    let mut out = String::with_capacity(lines.len() + 100);
    for line in lines.lines() {
        let mut rest = line;
        while rest.len() > 74 {
            let (piece, tail) =
                rest.split_at((0..=74).rev().find(|&at| rest.is_char_boundary(at)).unwrap_or(74));
            write!(out, "{piece}\r\n ")?;
            rest = tail;
        }
        out.push_str(rest);
        out.push_str("\r\n");
    }
    Ok(out)
}

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().collect();
    let [_, roster, meeting, templates, secret, server, connections] = &arguments[..] else {
        return Err(
            "usage: bare_sender ROSTER MEETING.json TEMPLATES SECRET HOST:PORT CONNECTIONS".into(),
        );
    };
    let rows: Vec<Row> =
        csv::Reader::from_path(roster)?.deserialize().collect::<std::result::Result<_, _>>()?;
    let key = EncodingKey::from_secret(fs::read_to_string(secret)?.trim_end().as_bytes());
    let sender = Sender::new(serde_json::from_str(&fs::read_to_string(meeting)?)?, key, templates)?;
    let next = AtomicUsize::new(0);
    let mut accepted = 0;
    thread::scope(|scope| -> Result<()> {
        let threads: Vec<_> = (0..connections.parse()?)
            .map(|_| scope.spawn(|| sender.run(server, &rows, &next)))
            .collect();
        for thread in threads {
            accepted += thread.join().map_err(|_| "a thread panicked")??;
        }
        Ok(())
    })?;
    println!("{accepted} accepted");
    Ok(())
}
