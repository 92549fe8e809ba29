-- People of a tenant see the addresses of rooms as they wrote them: on the virtual host, with `muc_domain_mapper`.

local filters = require "util.filters";
local st = require "util.stanza";

local base = module:get_option_string("muc_mapper_domain_base");
local pattern = "^%[([^%]]+)%](.-)@conference%." .. base:gsub("%p", "%%%0") .. "(.*)$";

filters.add_filter_hook(function (session)
	if session.host ~= module.host then return; end
	filters.add_filter(session, "stanzas/out", function (stanza)
		-- What comes before the login may be a text.
		local tenant, node, resource = (stanza.attr and stanza.attr.from or ""):match(pattern);
		if not tenant then return stanza; end
		-- The room sends the same stanza to others.
		local copy = st.clone(stanza);
		copy.attr.from = ("%s@conference.%s.%s%s"):format(node, tenant, base, resource);
		return copy;
	end);
end);
