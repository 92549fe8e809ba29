-- A ledger of version 4, as `send` left it. It must never change: ledgers like it exist.
PRAGMA application_id = 1835626100;
PRAGMA user_version = 4;
CREATE TABLE meeting (
    id TEXT NOT NULL,
    called_off INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE entry (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    person TEXT NOT NULL,
    room TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    wanted INTEGER NOT NULL,
    called_off INTEGER NOT NULL DEFAULT 0,
    moderator INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    sheet TEXT NOT NULL,
    -- The last ones handed out.
    sequence INTEGER NOT NULL DEFAULT -1,
    stamp INTEGER NOT NULL DEFAULT 0
, organizer TEXT NOT NULL DEFAULT '');
CREATE TABLE message (
    id INTEGER PRIMARY KEY,
    entry INTEGER NOT NULL REFERENCES entry (id),
    address TEXT NOT NULL,
    medium TEXT NOT NULL,
    kind TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    copy INTEGER NOT NULL,
    round INTEGER,
    stamp INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    sheet TEXT NOT NULL,
    hash BLOB NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_try INTEGER NOT NULL DEFAULT 0,
    reply TEXT,
    updated INTEGER NOT NULL
);
CREATE TABLE round (
    id INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    medium TEXT NOT NULL,
    begun INTEGER NOT NULL,
    finished INTEGER
);
CREATE TABLE round_entry (
    round INTEGER NOT NULL REFERENCES round (id),
    entry INTEGER NOT NULL REFERENCES entry (id),
    PRIMARY KEY (round, entry)
) WITHOUT ROWID;
CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE UNIQUE INDEX entry_uid ON entry (uid);
CREATE UNIQUE INDEX message_numbers ON message (entry, medium, sequence, kind, copy);
INSERT INTO meeting (id, called_off) VALUES
    ('00112233445566778899aabbccddeeff', 0);
INSERT INTO meta (key, value) VALUES
    ('tried https://meet.example.org', '2026-11-27');
INSERT INTO entry (id, uid, person, room, start, end, wanted, called_off, moderator, fingerprint, sheet, sequence, stamp, organizer) VALUES
    (1, X'b4f9990aba4c31760cc64ac98bd39f70', 'ada@example.org', 'gro%c3%9fe%20halle', 1931000400, 1931005800, 1, 0, 1, X'a90250b1830af9f591d23b33e5b7ba64', '{"facts":{"title":"Jährliche Versammlung","room":"Große Halle","start":1931000400,"end":1931005800,"zone":"Europe/Berlin","organizer":"Büro <events@example.org>","server":{"base":"https://meet.example.org","issuer":"acme","audience":"jitsi","subject":"meet.example.org","algorithm":"HS256","key_id":null,"key":"5f6a2b994d9e41e9"},"role":{"name":"moderator","moderator":true,"features":[],"link":[]},"opens":1930998600,"closes":1931013000,"name":"Ada","id":"ada@example.org","language":null},"address":"Ada@example.org","own_id":null,"avatar":null,"zone":null,"extra":[["seat","4"]]}', 0, 1795747785, 'events@example.org');
INSERT INTO entry (id, uid, person, room, start, end, wanted, called_off, moderator, fingerprint, sheet, sequence, stamp, organizer) VALUES
    (2, X'3e2065a64b51e3b20c8892f59817591c', 'zoe@xn--e1afmkfd.example', 'gro%c3%9fe%20halle', 1931000400, 1931005800, 1, 0, 0, X'360a9f93bbec7ebb707936f9ae515e52', '{"facts":{"title":"Jährliche Versammlung","room":"Große Halle","start":1931000400,"end":1931005800,"zone":"Europe/Berlin","organizer":"Büro <events@example.org>","server":{"base":"https://meet.example.org","issuer":"acme","audience":"jitsi","subject":"meet.example.org","algorithm":"HS256","key_id":null,"key":"5f6a2b994d9e41e9"},"role":{"name":"speaker","moderator":false,"features":["recording","screen-sharing"],"link":[["config.startWithAudioMuted",false],["config.subject","Ж"]]},"opens":1930996800,"closes":1931013000,"name":"Zoë \"Zo\" O’Neill","id":"№ 7","language":"de"},"address":"zoe@xn--e1afmkfd.example","own_id":"№ 7","avatar":null,"zone":"Asia/Tokyo","extra":[["seat",""]]}', 0, 1795747785, 'events@example.org');
INSERT INTO entry (id, uid, person, room, start, end, wanted, called_off, moderator, fingerprint, sheet, sequence, stamp, organizer) VALUES
    (3, X'72bc3eb70efc0d60b9dba6a70b874a6a', 'bob@example.org', 'gro%c3%9fe%20halle', 1931000400, 1931005800, 1, 0, 0, X'7304ebf623a903e6b52fb56f727790eb', '{"facts":{"title":"Jährliche Versammlung","room":"Große Halle","start":1931000400,"end":1931005800,"zone":"Europe/Berlin","organizer":"Büro <events@example.org>","server":{"base":"https://meet.example.org","issuer":"acme","audience":"jitsi","subject":"meet.example.org","algorithm":"HS256","key_id":null,"key":"5f6a2b994d9e41e9"},"role":{"name":"participant","moderator":false,"features":[],"link":[]},"opens":1930998600,"closes":1931013000,"name":"Bob","id":"bob@example.org","language":null},"address":"bob@example.org","own_id":null,"avatar":null,"zone":null,"extra":[["seat",""]]}', 0, 1795747785, 'events@example.org');
INSERT INTO message (id, entry, address, medium, kind, sequence, copy, round, stamp, fingerprint, sheet, hash, state, tries, next_try, reply, updated) VALUES
    (1, 1, 'Ada@example.org', 'smtp', 'invite', 0, 0, NULL, 1795747785, X'a90250b1830af9f591d23b33e5b7ba64', '{"facts":{"title":"Jährliche Versammlung","room":"Große Halle","start":1931000400,"end":1931005800,"zone":"Europe/Berlin","organizer":"Büro <events@example.org>","server":{"base":"https://meet.example.org","issuer":"acme","audience":"jitsi","subject":"meet.example.org","algorithm":"HS256","key_id":null,"key":"5f6a2b994d9e41e9"},"role":{"name":"moderator","moderator":true,"features":[],"link":[]},"opens":1930998600,"closes":1931013000,"name":"Ada","id":"ada@example.org","language":null},"address":"Ada@example.org","own_id":null,"avatar":null,"zone":null,"extra":[["seat","4"]]}', X'6c77b5802d371f115394210e8ab9a1de815e6702f4fcba3431c9712a3f00256f', 'accepted', 1, 0, '250 2.0.0 ok', 1795747785);
INSERT INTO message (id, entry, address, medium, kind, sequence, copy, round, stamp, fingerprint, sheet, hash, state, tries, next_try, reply, updated) VALUES
    (2, 2, 'zoe@xn--e1afmkfd.example', 'smtp', 'invite', 0, 0, NULL, 1795747785, X'360a9f93bbec7ebb707936f9ae515e52', '{"facts":{"title":"Jährliche Versammlung","room":"Große Halle","start":1931000400,"end":1931005800,"zone":"Europe/Berlin","organizer":"Büro <events@example.org>","server":{"base":"https://meet.example.org","issuer":"acme","audience":"jitsi","subject":"meet.example.org","algorithm":"HS256","key_id":null,"key":"5f6a2b994d9e41e9"},"role":{"name":"speaker","moderator":false,"features":["recording","screen-sharing"],"link":[["config.startWithAudioMuted",false],["config.subject","Ж"]]},"opens":1930996800,"closes":1931013000,"name":"Zoë \"Zo\" O’Neill","id":"№ 7","language":"de"},"address":"zoe@xn--e1afmkfd.example","own_id":"№ 7","avatar":null,"zone":"Asia/Tokyo","extra":[["seat",""]]}', X'2b2352508a9f1000b78b4d0518b10863e095c0a705d7789361640fe42c6301ef', 'accepted', 1, 0, '250 2.0.0 ok', 1795747785);
INSERT INTO message (id, entry, address, medium, kind, sequence, copy, round, stamp, fingerprint, sheet, hash, state, tries, next_try, reply, updated) VALUES
    (3, 3, 'bob@example.org', 'smtp', 'invite', 0, 0, NULL, 1795747785, X'7304ebf623a903e6b52fb56f727790eb', '{"facts":{"title":"Jährliche Versammlung","room":"Große Halle","start":1931000400,"end":1931005800,"zone":"Europe/Berlin","organizer":"Büro <events@example.org>","server":{"base":"https://meet.example.org","issuer":"acme","audience":"jitsi","subject":"meet.example.org","algorithm":"HS256","key_id":null,"key":"5f6a2b994d9e41e9"},"role":{"name":"participant","moderator":false,"features":[],"link":[]},"opens":1930998600,"closes":1931013000,"name":"Bob","id":"bob@example.org","language":null},"address":"bob@example.org","own_id":null,"avatar":null,"zone":null,"extra":[["seat",""]]}', X'9dca0c968fa3ba39d7589da74c7248c27408e6cf4592749a53850a2292d8e3c6', 'accepted', 1, 0, '250 2.0.0 ok', 1795747785);
