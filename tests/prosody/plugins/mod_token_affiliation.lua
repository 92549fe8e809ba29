-- Makes a moderator of whoever has the rights in `context.user`, and of nobody else.

local is_admin = require "core.usermanager".is_admin;

local owners = { owner = true, moderator = true, teacher = true };

module:hook("muc-occupant-pre-join", function (event)
	local claims, occupant = event.origin.rig_claims, event.occupant;
	if not claims or is_admin(occupant.bare_jid, module.host) then return; end
	local context = type(claims.context) == "table" and claims.context or {};
	local user = type(context.user) == "table" and context.user or {};
	local owns = user.moderator == true or user.moderator == "true"
		or type(user.affiliation) == "string" and owners[user.affiliation];
	event.room:set_affiliation(true, occupant.bare_jid, owns and "owner" or "member");
	if owns then occupant.role = "moderator"; end
end, -4);
