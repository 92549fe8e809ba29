-- Rooms of tenants: `room@conference.TENANT.domain` is `[TENANT]room@conference.domain`.

local base = module:get_option_string("muc_mapper_domain_base");
local pattern = "^(.-)@conference%.([^.]+)%." .. base:gsub("%p", "%%%0") .. "(.*)$";

local function map(event)
	local to = event.stanza.attr.to;
	local node, tenant, resource = (to or ""):match(pattern);
	if tenant then
		event.stanza.attr.to = ("[%s]%s@conference.%s%s"):format(tenant, node, base, resource);
	end
end

for _, kind in ipairs { "presence", "message", "iq" } do
	for _, to in ipairs { "bare", "full" } do
		module:hook("pre-" .. kind .. "/" .. to, map, 10);
	end
end
