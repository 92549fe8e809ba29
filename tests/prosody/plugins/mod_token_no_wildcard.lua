-- Refuses tokens for more than one room or tenant, before the room is looked at.

local st = require "util.stanza";
local is_admin = require "core.usermanager".is_admin;

local function verify(event)
	local claims, stanza = event.origin.rig_claims or {}, event.stanza;
	if is_admin(stanza.attr.from, module.host) then return; end
	local context = claims.context;
	local room = context and context.room;
	local regex = room and room.regex;
	local text;
	if claims.room == "*" then
		text = "Wildcard room in token not allowed";
	elseif claims.sub == "*" then
		text = "Wildcard sub in token not allowed";
	elseif regex == true or regex == "true" then
		text = "Regex support not allowed for token";
	end
	if text then
		event.origin.send(st.error_reply(stanza, "cancel", "not-allowed", text));
		return true;
	end
end

module:hook("muc-room-pre-create", verify, 100);
module:hook("muc-occupant-pre-join", verify, 100);
