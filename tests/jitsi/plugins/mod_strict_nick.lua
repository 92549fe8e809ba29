-- Lets people into rooms only under the name that their address begins with: on a component of rooms.

local st = require "util.stanza";
local jid = require "util.jid";
local is_admin = require "core.usermanager".is_admin;

module:hook("muc-occupant-pre-join", function (event)
	local stanza = event.stanza;
	if is_admin(stanza.attr.from, module.host) then return; end
	local node = jid.node(stanza.attr.from);
	if jid.resource(stanza.attr.to) ~= node:sub(1, 8) then
		event.origin.send(st.error_reply(stanza, "cancel", "not-allowed", "Resource does not match the user"));
		return true;
	end
end);
