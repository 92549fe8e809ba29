-- Tells moderators what they may do, in their own presence: on a component of rooms. Those whose token has a list of
-- features are told nothing.

local filters = require "util.filters";
local jid = require "util.jid";
local st = require "util.stanza";

local granted = { "livestreaming", "recording", "transcription", "send-groupchat" };

local function is_own_as_moderator(stanza)
	local details = stanza:get_child("x", "http://jabber.org/protocol/muc#user");
	local item = details and details:get_child("item");
	if not item or item.attr.role ~= "moderator" then return false; end
	for status in details:childtags("status") do
		if status.attr.code == "110" then return true; end
	end
	return false;
end

local function tell(stanza, session)
	if not stanza.attr or stanza.name ~= "presence" or stanza.attr.type or jid.host(stanza.attr.from) ~= module.host then return stanza; end
	local claims = session.rig_claims;
	local context = claims and claims.context;
	if session.rig_told or (context and context.features) or not is_own_as_moderator(stanza) then return stanza; end
	session.rig_told = true;
	-- The room sends the same stanza to others.
	stanza = st.clone(stanza);
	stanza:tag("permissions", { xmlns = "http://jitsi.org/jitmeet" });
	for _, name in ipairs(granted) do stanza:tag("p", { name = name, val = "true" }):up(); end
	return stanza:up();
end

filters.add_filter_hook(function (session)
	filters.add_filter(session, "stanzas/out", tell, 1);
end);
