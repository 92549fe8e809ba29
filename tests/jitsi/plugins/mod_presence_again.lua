-- Tells everybody their own role again and again, as older plugins do that grant roles: in a component of rooms.

local st = require "util.stanza";

local TIMES, PAUSE = 200, 0.1;

module:hook("muc-occupant-joined", function (event)
	local room, nick = event.room, event.nick;
	local left = TIMES;
	module:add_timer(PAUSE, function ()
		local occupant = room:get_occupant_by_nick(nick);
		if not occupant then return; end
		room:publicise_occupant_status(occupant, st.stanza("x", { xmlns = "http://jabber.org/protocol/muc#user" }));
		left = left - 1;
		return left > 0 and PAUSE or nil;
	end);
end, -10);
