-- What a Jitsi server says of a token, written for the tests from the fact sheet (`jitsi-tokens`, §1, §3 and §9). It
-- is not Jitsi's code: this is a second opinion, in another language and with other libraries than meetmint's own.

local base64 = require "util.encodings".base64.decode;
local hex = require "util.hex".encode;
local sha256 = require "util.hashes".sha256;
local json = require "cjson.safe".new();
local null = require "cjson".null;
local digest = require "openssl.digest";
local hmac = require "openssl.hmac";
local pkey = require "openssl.pkey";
local http = require "net.http";
local async = require "util.async";

-- How old the plugins are that this stands for, as in meetmint's `plugins`.
local age = module:get_option_string("token_plugins_age", "2026-08");

-- Where Jitsi's plugins meet a value that they did not expect, their code fails, and nobody gets an answer.
local function never(what)
	error("no answer: " .. what, 0);
end

-- Characters from outside of the alphabet make a part unreadable, `=` is skipped wherever it stands, and bits at the
-- end that are no whole octet are dropped.
local function decoded(part)
	local text = part:gsub("=", "");
	if text:find("[^%w_-]") then return nil; end
	-- A single character left over has no octet.
	if #text % 4 == 1 then text = text:sub(1, -2); end
	text = text:gsub("-", "+"):gsub("_", "/");
	return base64(text .. ("="):rep(-#text % 4));
end

-- The parts between dots and backslashes; empty ones do not count.
local function parts(token)
	local found = {};
	for part in token:gmatch("[^.\\]+") do found[#found + 1] = part; end
	return found;
end

local function read_json(part)
	local text = decoded(part);
	if text == nil then never("a character from outside of the alphabet"); end
	return json.decode(text);
end

local digests = { ["256"] = "sha256", ["384"] = "sha384", ["512"] = "sha512" };

local function is_signed(algorithm, text, signature, key)
	local family, size = algorithm:match("^([HR]S)(%d+)$");
	local hash = digests[size];
	if family == "HS" then return hmac.new(key, hash):final(text) == signature; end
	local public = pkey.new(key);
	return public:verify(signature, digest.new(hash):update(text));
end

local function lists(list, value)
	for _, entry in ipairs(list) do
		if entry == "*" or entry == value then return true; end
	end
	return false;
end

-- A member of a decoded value, as Lua would read it: other values than objects, lists and texts have none.
local function member(value, name)
	if type(value) == "table" then return value[name]; end
	if type(value) == "string" then return nil; end
	never("a value without members");
end

local Tokens = {};
Tokens.__index = Tokens;

-- By the options of a virtual host.
function Tokens.new(host)
	local self = setmetatable({}, Tokens);
	self.secret = host:get_option_string("app_secret");
	self.key_server = host:get_option_string("asap_key_server");
	self.algorithm = host:get_option_string("signature_algorithm", self.key_server and "RS256" or "HS256");
	self.issuers = host:get_option_array("asap_accepted_issuers", { host:get_option_string("app_id") });
	self.audiences = host:get_option_array("asap_accepted_audiences", { "*" });
	self.guests = host:get_option_boolean("allow_empty_token", false);
	self.domain_verification = host:get_option_boolean("enable_domain_verification", true);
	self.domain = host:get_option_string("muc_mapper_domain_base");
	self.keys = {};
	return self;
end

-- The public key with this id, asked for once.
function Tokens:public_key(kid)
	if self.keys[kid] then return self.keys[kid]; end
	local wait, done = async.waiter();
	http.request(("%s/%s.pem"):format(self.key_server, hex(sha256(kid))), nil, function (content, code)
		if code == 200 then self.keys[kid] = content; end
		done();
	end);
	wait();
	return self.keys[kid];
end

-- With a key server: the key for this token, or the condition and the text that refuse it.
function Tokens:key_for(token)
	local first = token:match("^([^.]*)%.");
	if not first then return nil, "not-allowed", "Invalid token"; end
	if age >= "2026-08" and not decoded(first) then return nil, "not-allowed", "Invalid token"; end
	local header, problem = read_json(first);
	if problem then return nil, "not-allowed", "bad token format"; end
	local kid = member(header, "kid");
	if kid == nil then return nil, "not-allowed", "'kid' claim is missing"; end
	local alg = member(header, "alg");
	if alg == nil then return nil, "not-allowed", "'alg' claim is missing"; end
	if type(alg) ~= "string" then never("alg is not a text"); end
	if alg:sub(1, 2) ~= "RS" then return nil, "not-allowed", "'kid' claim only support with RS family"; end
	if type(kid) == "number" then kid = tostring(kid); end
	if type(kid) ~= "string" then never("kid is not a text"); end
	local key = self:public_key(kid);
	if not key then return nil, "not-allowed", "could not obtain public key"; end
	return key;
end

-- Gate A, at login. The claims (nothing for a guest), or `false`, the condition and the text that refuse the token.
function Tokens:verify(token)
	if token == nil then
		if self.guests then return nil; end
		return false, "not-allowed", "token required";
	end
	local key = self.secret;
	if self.key_server then
		local condition, text;
		key, condition, text = self:key_for(token);
		if not key then return false, condition, text; end
	end
	local claims, text = self:claims(token, key);
	if not claims then return false, "not-allowed", text; end
	if claims.room == nil then
		if age < "2026-08" then never("no room"); end
		return false, "not-authorized", "room claim is missing";
	end
	if claims.sub == nil and age >= "2026-08" then
		return false, "not-authorized", "sub claim is missing";
	end
	local context = claims.context;
	if context ~= nil then
		-- Its members are read here.
		member(context, "user");
	end
	return claims;
end

-- The claims of a token that is signed and in force, or nothing and the text that refuses it.
function Tokens:claims(token, key)
	local found = parts(token);
	if #found ~= 3 then return nil, "Invalid token"; end
	local header, problem = read_json(found[1]);
	if problem then return nil, "Invalid header"; end
	local body;
	body, problem = read_json(found[2]);
	if problem then return nil, "Invalid body"; end
	local signature = decoded(found[3]);
	if not signature then return nil, "Invalid signature"; end
	if member(header, "typ") ~= "JWT" then return nil, "Invalid typ"; end
	if member(header, "alg") ~= self.algorithm then return nil, "Invalid or incorrect alg"; end
	if not is_signed(self.algorithm, found[1] .. "." .. found[2], signature, key) then
		return nil, "Invalid signature";
	end
	local exp, nbf, now = member(body, "exp"), member(body, "nbf"), os.time();
	-- `false` counts as absent, `null` does not.
	if exp and type(exp) ~= "number" then return nil, "exp must be number"; end
	if nbf and type(nbf) ~= "number" then return nil, "nbf must be number"; end
	if exp and now >= exp then return nil, self:expired(exp, member(body, "iat"), now); end
	if nbf and now < nbf then return nil, "Not acceptable by nbf"; end
	local iss, aud = member(body, "iss"), member(body, "aud");
	if iss == nil then return nil, "'iss' claim is missing"; end
	if not lists(self.issuers, iss) then return nil, "invalid 'iss' claim"; end
	if aud == nil then return nil, "'aud' claim is missing"; end
	if not lists(self.audiences, aud) then return nil, "invalid 'aud' claim"; end
	return body;
end

function Tokens:expired(exp, iat, now)
	if age < "2024-06" then return "Not acceptable by exp"; end
	local valid = "";
	if iat then
		-- A text of digits is as good as a number here; anything else is not.
		local from = type(iat) ~= "boolean" and iat ~= null and type(iat) ~= "table" and tonumber(iat);
		if not from then never("iat is not a number"); end
		valid = (", valid for:%s sec"):format(exp - from);
	end
	return ("Not acceptable by exp (%s sec since expired%s)"):format(now - exp, valid);
end

-- Gate B, when a room is joined. `node` is the room's, with `[tenant]` in front of it if there is one. `true`, or
-- `false` and the text that refuses.
function Tokens:verify_room(claims, node)
	if claims == nil then
		-- People without a token come from here, or from a virtual host for guests.
		if self.guests or not self.domain_verification then return true; end
		return false, age >= "2025-09" and "Room name cannot be matched to the one from token." or nil;
	end
	local mismatch = false;
	local room, sub = claims.room, claims.sub;
	if type(room) == "string" then
		room = room:lower();
	elseif age < "2023-09" and room then
		-- `lower` takes a number for a text, and fails for all others.
		room = type(room) == "number" and tostring(room):lower() or never("room is not a text");
	end
	local tenant, name = node:match("^%[([^%]]+)%](.+)$");
	if not self.domain_verification then
		if not room or room == "*" or node == room then return true; end
		if type(room) ~= "string" and type(room) ~= "number" then never("room is not a text"); end
		-- The end of the node: of `[tenant]room`, the room.
		if node:sub(-#tostring(room) - 1) == "]" .. room then return true; end
		return mismatch, age >= "2025-09" and "Room does not match the room from token" or nil;
	end
	name = name or node;
	if room ~= "*" then
		local detail = claims.context and member(claims.context, "room");
		local is_pattern = detail and member(detail, "regex");
		if is_pattern == true or is_pattern == "true" then
			local ok, found = pcall(string.match, name, room);
			if not ok then
				if age < "2026-08" then never("a broken pattern"); end
				return false, "Room claim is not a valid Lua pattern";
			end
			room = found;
		end
		if not room then
			return mismatch, age >= "2025-09" and "Room name cannot be matched to the one from token." or nil;
		end
	else
		room = name;
	end
	if age >= "2024-06" and claims.context then
		local other = member(claims.context, "tenant");
		-- Another tenant is only logged, but the text is looked at.
		if other and type(other) ~= "string" and type(other) ~= "number" then never("tenant is not a text"); end
	end
	if type(sub) ~= "string" and type(sub) ~= "number" then never("sub is not a text"); end
	sub = tostring(sub):lower();
	if type(room) ~= "string" and type(room) ~= "number" then never("room is not a text"); end
	return room == name and (sub == "*" or sub == (tenant or self.domain));
end

return Tokens;
