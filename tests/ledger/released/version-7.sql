-- A ledger of version 7, as `send` left it. It must never change: ledgers like it exist.
PRAGMA application_id = 1835626100;
PRAGMA user_version = 7;
CREATE TABLE meeting (
    id TEXT NOT NULL,
    called_off INTEGER NOT NULL DEFAULT 0
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
CREATE TABLE head (
    id INTEGER PRIMARY KEY,
    digest BLOB NOT NULL UNIQUE,
    text TEXT NOT NULL
);
CREATE TABLE snapshot (
    id INTEGER PRIMARY KEY,
    head INTEGER NOT NULL REFERENCES head (id),
    tail TEXT NOT NULL
);
CREATE VIEW snapshot_text AS
    SELECT snapshot.id AS id, head.text || snapshot.tail AS text
    FROM snapshot JOIN head ON head.id = snapshot.head;
CREATE TABLE "entry" (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL,
    person TEXT NOT NULL,
    room TEXT NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    organizer TEXT NOT NULL,
    wanted INTEGER NOT NULL,
    called_off INTEGER NOT NULL DEFAULT 0,
    moderator INTEGER NOT NULL,
    fingerprint BLOB NOT NULL,
    -- That of the snapshot's text, to compare it without reading it.
    digest INTEGER NOT NULL,
    snapshot INTEGER NOT NULL REFERENCES snapshot (id),
    -- The last ones handed out.
    sequence INTEGER NOT NULL DEFAULT -1,
    stamp INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE "message" (
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
    snapshot INTEGER NOT NULL REFERENCES snapshot (id),
    -- Of a cancellation. In those of earlier versions, the snapshot has it.
    reason TEXT,
    hash BLOB NOT NULL,
    state TEXT NOT NULL,
    tries INTEGER NOT NULL DEFAULT 0,
    next_try INTEGER NOT NULL DEFAULT 0,
    reply TEXT,
    updated INTEGER NOT NULL
);
CREATE UNIQUE INDEX entry_uid ON entry (uid);
CREATE UNIQUE INDEX message_numbers ON message (entry, medium, sequence, kind, copy);
-- An entry that was erased: its calendar identity, and numbers.
CREATE TABLE erased (
    id INTEGER PRIMARY KEY,
    uid BLOB NOT NULL UNIQUE,
    -- An HMAC of person, room and start, as the roster had them last.
    place BLOB NOT NULL,
    reason TEXT NOT NULL,
    -- Whether the roster had the person then.
    wanted INTEGER NOT NULL,
    start INTEGER NOT NULL,
    end INTEGER NOT NULL,
    sequence INTEGER NOT NULL,
    stamp INTEGER NOT NULL,
    since INTEGER NOT NULL,
    -- An HMAC of the organizer, by whom calendars know the event. NULL if an earlier version has erased it.
    organizer BLOB
);
CREATE INDEX erased_place ON erased (place);
-- In the order in which the messages were recorded.
CREATE TABLE erased_message (
    id INTEGER PRIMARY KEY,
    erased INTEGER NOT NULL REFERENCES erased (id),
    medium TEXT NOT NULL,
    kind TEXT NOT NULL,
    state TEXT NOT NULL,
    sequence INTEGER NOT NULL,
    copy INTEGER NOT NULL,
    updated INTEGER NOT NULL
);
CREATE INDEX erased_message_of_entry ON erased_message (erased, id);
-- People who are left out of later rosters, by an HMAC of their address.
CREATE TABLE left_out (
    address BLOB PRIMARY KEY,
    reason TEXT NOT NULL,
    since INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO meeting (id, called_off) VALUES
    ('00112233445566778899aabbccddeeff', 0);
INSERT INTO meta (key, value) VALUES
    ('reminded https://meet.example.org', '2026-11-27');
INSERT INTO head (id, digest, text) VALUES
    (1, X'7d3d8760174961a578bed572f3193cb196a179619be5034976eac5be6624c8fc', '{"facts":{"title":"Jährliche Versammlung","room":"Große Halle","start":1931000400,"end":1931005800,"zone":"Europe/Berlin","organizer":"Büro <events@example.org>","server":{"base":"https://meet.example.org","issuer":"acme","audience":"jitsi","subject":"meet.example.org","algorithm":"HS256","key_id":null,"key":"5f6a2b994d9e41e9"},"role":{"name":"moderator","moderator":true,"features":[],"link":[]},"opens":1930998600,"closes":1931013000');
INSERT INTO head (id, digest, text) VALUES
    (2, X'64ebeaae93ddba91eff39df960d8fdb1370ac34b331a240944a6cdc09113d21c', '{"facts":{"title":"Jährliche Versammlung","room":"Große Halle","start":1931000400,"end":1931005800,"zone":"Europe/Berlin","organizer":"Büro <events@example.org>","server":{"base":"https://meet.example.org","issuer":"acme","audience":"jitsi","subject":"meet.example.org","algorithm":"HS256","key_id":null,"key":"5f6a2b994d9e41e9"},"role":{"name":"speaker","moderator":false,"features":["recording","screen-sharing"],"link":[["config.startWithAudioMuted",false],["config.subject","Ж"]]},"opens":1930996800,"closes":1931013000');
INSERT INTO head (id, digest, text) VALUES
    (3, X'5240a274d5a1f5b92ae95283448a82d28780afe1455ccdd66250752b8627dfeb', '{"facts":{"title":"Jährliche Versammlung","room":"Große Halle","start":1931000400,"end":1931005800,"zone":"Europe/Berlin","organizer":"Büro <events@example.org>","server":{"base":"https://meet.example.org","issuer":"acme","audience":"jitsi","subject":"meet.example.org","algorithm":"HS256","key_id":null,"key":"5f6a2b994d9e41e9"},"role":{"name":"participant","moderator":false,"features":[],"link":[]},"opens":1930998600,"closes":1931013000');
INSERT INTO snapshot (id, head, tail) VALUES
    (1, 1, ',"name":"Ada","id":"ada@example.org","language":null},"address":"Ada@example.org","own_id":null,"avatar":null,"zone":null,"extra":[["seat","4"]],"several_zones":true}');
INSERT INTO snapshot (id, head, tail) VALUES
    (2, 2, ',"name":"Zoë \"Zo\" O’Neill","id":"№ 7","language":"de"},"address":"zoe@xn--e1afmkfd.example","own_id":"№ 7","avatar":null,"zone":"Asia/Tokyo","extra":[["seat",""]],"several_zones":true}');
INSERT INTO snapshot (id, head, tail) VALUES
    (3, 3, ',"name":"Bob","id":"bob@example.org","language":null},"address":"bob@example.org","own_id":null,"avatar":null,"zone":null,"extra":[["seat",""]],"several_zones":true}');
INSERT INTO entry (id, uid, person, room, start, end, organizer, wanted, called_off, moderator, fingerprint, digest, snapshot, sequence, stamp) VALUES
    (1, X'b4f9990aba4c31760cc64ac98bd39f70', 'ada@example.org', 'gro%c3%9fe%20halle', 1931000400, 1931005800, 'events@example.org', 1, 0, 1, X'a90250b1830af9f591d23b33e5b7ba64', -1660027237682623734, 1, 0, 1795806749);
INSERT INTO entry (id, uid, person, room, start, end, organizer, wanted, called_off, moderator, fingerprint, digest, snapshot, sequence, stamp) VALUES
    (2, X'3e2065a64b51e3b20c8892f59817591c', 'zoe@xn--e1afmkfd.example', 'gro%c3%9fe%20halle', 1931000400, 1931005800, 'events@example.org', 1, 0, 0, X'360a9f93bbec7ebb707936f9ae515e52', 151342197851266502, 2, 0, 1795806749);
INSERT INTO entry (id, uid, person, room, start, end, organizer, wanted, called_off, moderator, fingerprint, digest, snapshot, sequence, stamp) VALUES
    (3, X'72bc3eb70efc0d60b9dba6a70b874a6a', 'bob@example.org', 'gro%c3%9fe%20halle', 1931000400, 1931005800, 'events@example.org', 1, 0, 0, X'7304ebf623a903e6b52fb56f727790eb', -6268148575156971916, 3, 0, 1795806749);
INSERT INTO message (id, entry, address, medium, kind, sequence, copy, round, stamp, fingerprint, snapshot, reason, hash, state, tries, next_try, reply, updated) VALUES
    (1, 1, 'Ada@example.org', 'smtp', 'invite', 0, 0, NULL, 1795806749, X'a90250b1830af9f591d23b33e5b7ba64', 1, NULL, X'0fe581ce5304962351f417034d723da5e18f20589f17f51f62907fa4c86f39ed', 'accepted', 1, 0, '250 2.0.0 Ok', 1795806749);
INSERT INTO message (id, entry, address, medium, kind, sequence, copy, round, stamp, fingerprint, snapshot, reason, hash, state, tries, next_try, reply, updated) VALUES
    (2, 2, 'zoe@xn--e1afmkfd.example', 'smtp', 'invite', 0, 0, NULL, 1795806749, X'360a9f93bbec7ebb707936f9ae515e52', 2, NULL, X'22f634c4d440286327a74edfd99dab01b42ce52c04f949c7afbca803600b5ed8', 'accepted', 1, 0, '250 2.0.0 Ok', 1795806749);
INSERT INTO message (id, entry, address, medium, kind, sequence, copy, round, stamp, fingerprint, snapshot, reason, hash, state, tries, next_try, reply, updated) VALUES
    (3, 3, 'bob@example.org', 'smtp', 'invite', 0, 0, NULL, 1795806749, X'7304ebf623a903e6b52fb56f727790eb', 3, NULL, X'b27a41ea64b56d87005201661923cdf313d6125461759e0d6e478b9727ec336d', 'accepted', 1, 0, '250 2.0.0 Ok', 1795806749);
-- A fourth person was sent an invitation, and then forgotten.
INSERT INTO erased (id, uid, place, reason, wanted, start, end, sequence, stamp, since) VALUES
    (1, X'1244541362cf2e35b0925138a9864472', X'1244541362cf2e35b0925138a9864472', 'forgotten', 0, 1931000400, 1931005800, 0, 1795806749, 1795806800);
INSERT INTO erased_message (id, erased, medium, kind, state, sequence, copy, updated) VALUES
    (1, 1, 'smtp', 'invite', 'accepted', 0, 0, 1795806749);
INSERT INTO left_out (address, reason, since) VALUES (X'83364f72dea3201083b688cdf42ec808', 'forgotten', 1795806800);
