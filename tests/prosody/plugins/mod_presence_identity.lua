-- Tells everybody in the room who comes, by `context.user` and `context.group`. What XML has no room for ends in an
-- error, and the join in no answer.

local age = module:get_option_string("token_plugins_age", "2026-08");

local function identify(event)
	local claims, stanza = event.origin.rig_claims, event.stanza;
	local context = claims and claims.context;
	if type(context) ~= "table" then return; end
	local user, group = context.user, context.group;
	if not user then return; end
	if type(user) ~= "table" then error("no answer: user is no object", 0); end
	stanza:tag("identity"):tag("user");
	for key, value in pairs(user) do
		if type(key) ~= "string" then error("no answer: user is a list", 0); end
		if age < "2026-08" or key:find("^[%a_][%w.:_-]*$") then
			stanza:text_tag(key, tostring(value));
		end
	end
	stanza:up();
	if group then stanza:text_tag("group", group); end
	stanza:up();
end

module:hook("pre-presence/bare", identify, 5);
module:hook("pre-presence/full", identify, 5);
