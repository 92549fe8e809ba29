-- Makes a moderator of whoever has the boolean `moderator` at the top of the claims, and of nobody else.

local is_admin = require "core.usermanager".is_admin;

module:hook("muc-occupant-joined", function (event)
	local claims, occupant = event.origin.rig_claims, event.occupant;
	if not claims or is_admin(occupant.bare_jid, module.host) then return; end
	event.room:set_affiliation(true, occupant.bare_jid, claims.moderator == true and "owner" or "member");
end);
