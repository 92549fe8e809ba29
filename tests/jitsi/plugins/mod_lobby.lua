-- A lobby before every room: in a component of rooms. Whoever is no member waits, unless they may skip the lobby.

local st = require "util.stanza";
local is_admin = require "core.usermanager".is_admin;

-- `waiting-for-host`, or nothing.
local reason = module:get_option_string("lobby_reason");
-- Whether moderators, by their claim, pass it, and open the room for everybody.
local has_hosts = module:get_option_boolean("lobby_has_hosts", false);
local room_address = "lobby." .. module.host:match("^[^.]+%.(.+)$");

module:hook("muc-occupant-pre-join", function (event)
	local stanza, room = event.stanza, event.room;
	if is_admin(stanza.attr.from, module.host) or room:get_affiliation(stanza.attr.from) then return; end
	local claims = event.origin.rig_claims;
	if has_hosts and claims and claims.moderator then room.lobby_is_open = true; end
	if room.lobby_is_open or claims and claims.context.user.lobby_bypass then return; end
	local name = stanza:get_child_text("nick", "http://jabber.org/protocol/nick");
	local reply;
	-- While a host is waited for, nobody is asked for a name.
	if not reason and (name or "") == "" then
		reply = st.error_reply(stanza, "modify", "not-acceptable");
		reply:tag("displayname-required", { xmlns = "http://jitsi.org/jitmeet", lobby = "true" }):up();
	else
		reply = st.error_reply(stanza, "auth", "registration-required");
		if reason then reply:tag(reason, { xmlns = "http://jitsi.org/jitmeet" }):up(); end
		local address = room.jid:match("^(.-)@") .. "@" .. room_address;
		reply:tag("lobbyroom", { xmlns = "http://jitsi.org/jitmeet" }):text(address):up():up();
		-- Once more outside of the error, for old clients.
		reply:tag("lobbyroom"):text(address):up();
	end
	event.origin.send(reply);
	return true;
end, -3);
