-- Counts the sessions, and the rooms with people: `GET /census` on the virtual host.

local sessions = module:shared("/*/bosh/sessions");
-- It listens before all hosts are loaded.
local is_complete = false;
module:hook_global("server-started", function () is_complete = true; end);

module:depends "http";
module:provides("http", {
	default_path = "/census";
	route = {
		GET = function (event)
			if not is_complete then return 503; end
			local here, rooms = 0, 0;
			for _, session in pairs(sessions) do
				if session.host == module.host or session.host == "guest." .. module.host then here = here + 1; end
			end
			local muc = prosody.hosts["conference." .. module.host].modules.muc;
			for room in muc.all_rooms() do
				local people = 0;
				for nick in room:each_occupant() do
					if nick ~= room.jid .. "/focus" then people = people + 1; end
				end
				if people > 0 then rooms = rooms + 1; end
			end
			return ("%d sessions, %d rooms with people"):format(here, rooms);
		end;
	};
});
