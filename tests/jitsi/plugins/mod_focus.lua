-- The one who opens rooms and makes people moderators, for the tests: what Jicofo answers, written from the fact sheet
-- (`jitsi-tokens`, §3 and §8). A component: `Component "focus.DOMAIN" "focus"`.

local st = require "util.stanza";
local jid = require "util.jid";
local json = require "util.json";
local new_id = require "util.id".short;

-- What it answers: `ready`, `silent`, `not-authorized`, `reservation`, or `disconnected`, which is what the component
-- answers while Jicofo is not there.
local answer = module:get_option_string("focus_answer", "ready");
-- How often a room is not ready before it is.
local unready = module:get_option_number("focus_unready", 0);
-- Whom it makes a moderator: `nobody`, `first` (the first to arrive while the room has no owner), `authenticated`
-- (whoever it knows from a request of their own) or `all`. And how many seconds after they came.
local grants = module:get_option_string("focus_grants", "nobody");
local delay = module:get_option_number("focus_delay", 0.01);
-- Whether people have to be known, and rooms are opened for them only.
local authenticates = module:get_option_boolean("focus_authenticates", false);
-- How many seconds it stays in a room that nobody enters.
local patience = module:get_option_number("focus_patience", 15);

local domain = module.host:match("^[^.]+%.(.+)$");
local me = "focus@" .. module.host .. "/focus";
-- By address: who is there, in the order in which they came, and the one whom it takes for the owner.
local rooms = {};
-- How often somebody has asked for a room that was not ready.
local asked = {};
-- The addresses of those whom it knows.
local known = {};

local function grant(room, member)
	module:send(st.iq({ type = "set", id = new_id(), from = me, to = room.address })
		:query("http://jabber.org/protocol/muc#admin")
		:tag("item", { affiliation = "owner", jid = jid.bare(member.jid) }));
end

local function grant_later(room, member)
	-- Never within the join itself: it takes Jicofo a moment.
	module:add_timer(delay, function () grant(room, member); end);
end

local function elect(room)
	if room.owner then return; end
	for _, member in ipairs(room.members) do
		if member.affiliation == "owner" then room.owner = member; return; end
	end
	room.owner = room.members[1];
	if room.owner then grant_later(room, room.owner); end
end

local function leave(room)
	rooms[room.address] = nil;
	module:send(st.presence({ type = "unavailable", from = me, to = room.address .. "/focus" }));
end

local function came(room, nick, item)
	for _, member in ipairs(room.members) do
		if member.nick == nick then
			member.affiliation = item.attr.affiliation;
			return;
		end
	end
	local member = { nick = nick, jid = item.attr.jid, affiliation = item.attr.affiliation };
	table.insert(room.members, member);
	-- What the client can do.
	module:send(st.iq({ type = "get", id = new_id(), from = me, to = room.address .. "/" .. nick })
		:query("http://jabber.org/protocol/disco#info"));
	if grants == "first" then
		elect(room);
	elseif grants == "all" or grants == "authenticated" and known[member.jid] then
		if member.affiliation ~= "owner" then grant_later(room, member); end
	end
end

local function left(room, nick)
	for index, member in ipairs(room.members) do
		if member.nick == nick then
			table.remove(room.members, index);
			if room.owner == member then room.owner = nil; end
			break;
		end
	end
	if #room.members == 0 then return leave(room); end
	if grants == "first" then elect(room); end
end

module:hook("presence/full", function (event)
	local stanza = event.stanza;
	local address, nick = jid.bare(stanza.attr.from), jid.resource(stanza.attr.from);
	local room = rooms[address];
	if not room then return true; end
	local details = stanza:get_child("x", "http://jabber.org/protocol/muc#user");
	if nick == "focus" then
		if stanza.attr.type then rooms[address] = nil; else room.joined = true; end
	elseif stanza.attr.type == "unavailable" then
		left(room, nick);
	elseif not stanza.attr.type and details then
		came(room, nick, details:get_child("item"));
	end
	return true;
end);

-- Whatever else rooms send.
for _, kind in ipairs { "iq-result/full", "iq-error/full", "iq-get/full", "message/full", "presence/bare", "message/bare" } do
	module:hook(kind, function () return true; end);
end

-- The room's address in Prosody: that of a tenant's room has the tenant in front.
local function real_address(address)
	local node, host = jid.split(address);
	local tenant = host and host:match("^conference%.([^.]+)%." .. domain:gsub("%p", "%%%0") .. "$");
	if not tenant then return address; end
	return ("[%s]%s@conference.%s"):format(tenant, node, domain);
end

-- Enters a room. Whether it is in there then.
local function open(address)
	if rooms[address] then return rooms[address].joined; end
	local room = { address = address, members = {} };
	rooms[address] = room;
	module:send(st.presence({ from = me, to = address .. "/focus" }):tag("x", { xmlns = "http://jabber.org/protocol/muc" }));
	-- Whoever asks again makes it try again.
	if not room.joined then
		rooms[address] = nil;
		return false;
	end
	module:add_timer(patience, function ()
		if rooms[address] == room and #room.members == 0 then leave(room); end
	end);
	return true;
end

-- Whether the room is ready, or the condition and the text that refuse it.
local function request(address, machine, from)
	if authenticates then
		if from and jid.host(from) == domain then
			if (machine or "") == "" then
				return nil, "not-acceptable", "Missing mandatory attribute 'machine-uid'";
			end
			known[from] = true;
		elseif not rooms[address] then
			return nil, "not-authorized", "not authorized user domain";
		end
	end
	if answer == "not-authorized" then return nil, "not-authorized", "not authorized user domain"; end
	if answer == "reservation" then return nil, "service-unavailable", "The room is reserved for somebody else"; end
	asked[address] = (asked[address] or 0) + 1;
	return asked[address] > unready and open(address) or false;
end

module:hook("iq-set/host/http://jitsi.org/protocol/focus:conference", function (event)
	local stanza = event.stanza;
	local query = stanza:get_child("conference", "http://jitsi.org/protocol/focus");
	if answer == "silent" then return true; end
	if answer == "disconnected" then
		event.origin.send(st.error_reply(stanza, "cancel", "service-unavailable"));
		return true;
	end
	local ready, condition, text = request(real_address(query.attr.room), query.attr["machine-uid"], stanza.attr.from);
	if ready == nil then
		local reply = st.error_reply(stanza, answer == "reservation" and "cancel" or "auth", condition, text);
		if answer == "reservation" then
			reply:tag("reservation-error", { xmlns = "http://jitsi.org/protocol/focus", ["error-code"] = "409" });
		end
		event.origin.send(reply);
		return true;
	end
	event.origin.send(st.reply(stanza):tag("conference", {
		xmlns = "http://jitsi.org/protocol/focus";
		room = query.attr.room;
		ready = tostring(ready);
		focusjid = jid.bare(me);
	}):tag("property", { name = "authentication", value = tostring(authenticates) }));
	return true;
end);

-- The same over HTTP, where nobody is known.
module:depends "http";
module:provides("http", {
	default_path = "/conference-request";
	route = {
		["POST /v1"] = function (event)
			local query = json.decode(event.request.body);
			if type(query) ~= "table" or type(query.room) ~= "string" then return 400; end
			if answer == "silent" then return true; end
			local ready, condition = request(real_address(query.room), query.machineUid, nil);
			if condition then return condition == "not-authorized" and 403 or 500; end
			event.response.headers.content_type = "application/json";
			return json.encode { room = query.room, ready = ready, focusJid = jid.bare(me), properties = { authentication = "false" } };
		end;
	};
});
