-- Gate B: who may join a room.

local Tokens = module:require "tokens";
local st = require "util.stanza";
local is_admin = require "core.usermanager".is_admin;

-- The options of tokens stand at the virtual host, not at the component of its rooms.
local tokens = Tokens.new(module:context(module.host:match("^[^.]+%.(.+)$")));
local age = module:get_option_string("token_plugins_age", "2026-08");

local function verify(event)
	local session, stanza = event.origin, event.stanza;
	if is_admin(stanza.attr.from, module.host) then return; end
	local node = stanza.attr.to:match("^(.-)@");
	if age >= "2025-09" and not event.room then
		session.send(st.error_reply(stanza, "cancel", "not-allowed", "Room does not exist"));
		return true;
	end
	local accepted, text = tokens:verify_room(session.rig_claims, node);
	if not accepted then
		session.send(st.error_reply(stanza, "cancel", "not-allowed", text or "Room and token mismatched"));
		return true;
	end
end

module:hook("muc-room-pre-create", function (event) return verify { origin = event.origin, stanza = event.stanza }; end, 99);
module:hook("muc-occupant-pre-join", verify, 99);
