// Sends a personal link to everybody in a roster, with nodemailer's pool: what somebody would write instead of meetmint,
// for bench_send.py. No ledger, no checks: an error ends the program.
//
//     node sender.js ROSTER MEETING.json TEMPLATES SECRET HOST:PORT CONNECTIONS

import { createReadStream, readFileSync } from 'node:fs';
import { parse } from 'csv-parse';
import jwt from 'jsonwebtoken';
import nodemailer from 'nodemailer';
import nunjucks from 'nunjucks';

const [roster, meetingFile, templates, secretFile, server, connections] = process.argv.slice(2);
const meeting = JSON.parse(readFileSync(meetingFile, 'utf8'));
const secret = readFileSync(secretFile, 'utf8').trimEnd();
const [host, port] = server.split(':');
const html = new nunjucks.Environment(new nunjucks.FileSystemLoader(templates), { autoescape: true });
const text = new nunjucks.Environment(new nunjucks.FileSystemLoader(templates), { autoescape: false });
const transport = nodemailer.createTransport({
  pool: true,
  host,
  port: Number(port),
  secure: false,
  ignoreTLS: true,
  maxConnections: Number(connections),
  maxMessages: Infinity,
});

function link(row, number) {
  const moderator = row.role === 'moderator';
  const user = {
    id: row.email,
    name: row.name,
    email: row.email,
    ...(row.avatar && { avatar: row.avatar }),
    moderator,
    affiliation: moderator ? 'owner' : 'member',
  };
  const claims = {
    aud: 'jitsi',
    iss: meeting.app_id,
    sub: meeting.sub,
    room: meeting.room,
    nbf: meeting.nbf,
    exp: meeting.exp,
    moderator,
    context: { user },
    jti: String(number).padStart(22, '0'),
  };
  const token = jwt.sign(claims, secret, { algorithm: 'HS256', noTimestamp: true });
  return `${meeting.url}/${meeting.room}?jwt=${token}`;
}

function folded(line) {
  const out = [];
  let octets = 0;
  for (const character of line) {
    octets += Buffer.byteLength(character);
    if (octets > 74) {
      out.push('\r\n ');
      octets = Buffer.byteLength(character);
    }
    out.push(character);
  }
  return out.join('');
}

function calendar(row, number, address) {
  const id = String(number).padStart(32, '0');
  return [
    'BEGIN:VCALENDAR', 'PRODID:-//bare//1.0//EN', 'VERSION:2.0', 'CALSCALE:GREGORIAN', 'METHOD:REQUEST', 'BEGIN:VEVENT',
    `UID:${id}@example.org`, 'SEQUENCE:0', 'DTSTAMP:20310101T120000Z', 'DTSTART:20310311T130000Z', 'DTEND:20310311T143000Z',
    'SUMMARY:Bench', 'ORGANIZER;CN="Events":mailto:events@example.org',
    `ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN="${row.name.replaceAll('"', "'")}":mailto:${row.email}`,
    'LOCATION:Online (Jitsi Meet)', `URL:${address}`,
    `DESCRIPTION:Bench\\n\\nJoin with your personal link:\\n${address}\\n\\nThe link works on Tuesday\\, 11 March 2031\\, 13:30–17:30 (Berlin time). It is for you only: anyone who opens it joins the meeting under your name\\, so please do not share it.`,
    'STATUS:CONFIRMED', 'TRANSP:OPAQUE', 'CLASS:PRIVATE', 'END:VEVENT', 'END:VCALENDAR', '',
  ].map(folded).join('\r\n');
}

async function send(row, number) {
  const address = link(row, number);
  const values = {
    ...meeting.values,
    name: row.name,
    greeting: row.name,
    email: row.email,
    moderator: row.role === 'moderator',
    link: address,
  };
  await transport.sendMail({
    from: { name: 'Events', address: 'events@example.org' },
    to: { name: row.name, address: row.email },
    subject: text.render('invite.subject', values).trimEnd(),
    text: text.render('invite.txt', values),
    html: html.render('invite.html', values),
    icalEvent: { method: 'REQUEST', filename: 'invite.ics', content: calendar(row, number, address) },
    textEncoding: 'quoted-printable',
  });
}

let number = 0;
const rows = createReadStream(roster).pipe(parse({ columns: true }))[Symbol.asyncIterator]();
async function work() {
  for (;;) {
    const { value, done } = await rows.next();
    if (done) return;
    await send(value, number++);
  }
}
// Two messages for each connection: one on its way, and one ready.
await Promise.all(Array.from({ length: 2 * Number(connections) }, work));
transport.close();
console.log(`${number} accepted`);
