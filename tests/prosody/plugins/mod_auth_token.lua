-- Gate A: the login of people with a token, which stands in the address of their connection.

local Tokens = module:require "tokens";
local formdecode = require "util.http".formdecode;
local generate_uuid = require "util.uuid".generate;

local tokens = Tokens.new(module);

local function read_address(event)
	local query = event.request.url.query;
	local token = query and formdecode(query).token;
	local bearer = event.request.headers.authorization;
	event.session.rig_token = token or (bearer and bearer:match("^Bearer (.+)$"));
end

module:hook_global("bosh-session", read_address);
module:hook_global("websocket-session", read_address);

local handler = {};
local handler_of = { __index = handler };

function handler:mechanisms()
	return { ANONYMOUS = true };
end

function handler:select(mechanism)
	self.selected = mechanism == "ANONYMOUS" and mechanism or nil;
	return self.selected;
end

function handler:process()
	local claims, condition, text = tokens:verify(self.session.rig_token);
	if claims == false then return "failure", condition, text; end
	self.session.rig_claims = claims;
	self.username = generate_uuid();
	return "success";
end

function handler:clean_clone()
	return setmetatable({ session = self.session }, handler_of);
end

module:provides("auth", {
	get_sasl_handler = function (session) return setmetatable({ session = session }, handler_of); end;
});
