-- Ends the third session within some time before it can log in: on the virtual host.

local filters = require "util.filters";
local now = require "util.time".now;

-- In seconds. It is one for Jitsi; half of one leaves room for the delays of a busy machine.
local period = module:get_option_number("login_rate_period", 0.5);
local earlier = {};

module:hook_global("bosh-session", function (event)
	local session = event.session;
	if session.host ~= module.host then return; end
	local time = now();
	table.insert(earlier, time);
	local third = earlier[#earlier - 2];
	if not third or time - third >= period then return; end
	filters.add_filter(session, "stanzas/in", function ()
		session:close({ condition = "policy-violation", text = "Rate limit exceeded" });
		return nil;
	end);
end);
