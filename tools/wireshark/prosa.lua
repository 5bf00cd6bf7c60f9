-- A dissector for Wireshark of the protocol in docs/protocol.md; docs/wire.md says how to use it.
--
-- The tracker is known by its port. A connection between peers is known by its first line, USER.
-- Every segment is read by itself, so that lines without a line end can be seen: they are marked.

local prosa = Proto("prosa", "Prosa chat")

prosa.prefs.port = Pref.uint("Port of the tracker", 10000, "Connections with this port are those of a tracker")

-- What each word at the start of a line means, between a client and its tracker, and between peers.
local VERBS = {
    USER = { request = "registers", peer = "says its name" },
    LIST = { request = "asks who is active", reply = "tells who is active" },
    KEEP = { request = "is still there" },
    ADDR = { request = "asks where somebody listens", reply = "tells where" },
    DISC = { request = "leaves", peer = "leaves" },
}

local fields = {
    line = ProtoField.string("prosa.line", "Line"),
    verb = ProtoField.string("prosa.verb", "Verb"),
    kind = ProtoField.string("prosa.kind", "Kind"), -- request, reply, peer
    name = ProtoField.string("prosa.name", "Name"),
    host = ProtoField.string("prosa.host", "Host"),
    port = ProtoField.uint32("prosa.port", "Port"),
    names = ProtoField.string("prosa.names", "Active users"),
    text = ProtoField.string("prosa.text", "Message"),
    edition = ProtoField.uint32("prosa.edition", "Edition of the assignment"),
    ending = ProtoField.string("prosa.ending", "Line end"), -- CRLF, LF, none
    unterminated = ProtoField.bool("prosa.unterminated", "No line end"),
    glued = ProtoField.bool("prosa.glued", "Two instructions with no line end between them"),
}
prosa.fields = fields

local no_end = ProtoExpert.new(
    "prosa.no_end", "No line end: most programs wait for one", expert.group.PROTOCOL, expert.severity.WARN)
local not_known = ProtoExpert.new(
    "prosa.not_known", "No instruction of the protocol", expert.group.PROTOCOL, expert.severity.WARN)
prosa.experts = { no_end, not_known }

local tcp_stream = Field.new("tcp.stream")
local first_user = {} -- by TCP stream: the frame with the USER that begins it

function prosa.init()
    first_user = {}
end

-- "host:port" with an IPv4 address, localhost, or an IPv6 address, bare or in brackets; nil if it is none.
local function host_and_port(text)
    local host, port = text:match("^%s*(.-)%s*:%s*(%d+)%s*$")
    if host == nil then return nil end
    local bare = host:match("^%[(.*)%]$") or host
    if bare:match("^%d+%.%d+%.%d+%.%d+$") or bare == "localhost" or bare:match("^%x*:[%x:.]*$") then
        return bare, tonumber(port)
    end
    return nil
end

local function add_address(tree, range, rest)
    local host, port = host_and_port(rest)
    local name
    if host ~= nil then
        tree:add(fields.edition, range, 2024):set_generated()
    else
        name, rest = rest:match("^(.-):(.*)$")
        if name == nil then return false end
        host, port = host_and_port(rest)
        if host == nil then return false end
        tree:add(fields.name, range, name)
        tree:add(fields.edition, range, 2026):set_generated()
    end
    tree:add(fields.host, range, host)
    tree:add(fields.port, range, port)
    return true
end

-- Whether a line is two instructions with nothing between them, such as KEEPLIST.
local function is_glued(line)
    for before in pairs(VERBS) do
        if before ~= "USER" and before ~= "ADDR" then
            for after in pairs(VERBS) do
                if line:sub(1, 8) == before .. after then return true end
            end
        end
    end
    for after in pairs(VERBS) do
        if line:match("^USER .*:%d+" .. after) then return true end
    end
    return false
end

-- Adds what a line is, and returns a few words for the packet list.
local function add_meaning(tree, range, line, kind, is_first)
    local verb, rest = line:match("^(%u%u%u%u)%s(.*)$")
    if verb == nil then verb, rest = line:match("^(%u%u%u%u)$"), "" end
    local known = verb ~= nil and VERBS[verb] ~= nil and VERBS[verb][kind] ~= nil
    if kind == "peer" then
        local trimmed = line:match("^ *(.-) *$")
        if trimmed == "DISC" or trimmed == "/bye" then
            verb, known = "DISC", true
            tree:add(fields.edition, range, 2024):set_generated()
        else
            known = known and verb == "USER" and is_first
        end
        if not known then
            tree:add(fields.text, range, line)
            return "text"
        end
    end
    if kind == "request" and is_glued(line) then
        tree:add(fields.glued, range, true):set_generated()
        tree:add_proto_expert_info(not_known)
        return "glued together"
    end
    if not known then
        tree:add_proto_expert_info(not_known)
        return "not known"
    end
    tree:add(fields.verb, range, verb)
    if verb == "USER" then
        local name, port = rest:match("^%s*(.-)%s*:%s*(%d+)%s*$")
        tree:add(fields.name, range, name or rest)
        if port ~= nil then tree:add(fields.port, range, tonumber(port)) end
    elseif verb == "ADDR" and kind == "request" then
        tree:add(fields.name, range, rest)
    elseif verb == "ADDR" then
        if not add_address(tree, range, rest) then tree:add_proto_expert_info(not_known) end
    elseif verb == "LIST" and kind == "reply" then
        tree:add(fields.names, range, rest)
    end
    return VERBS[verb][kind]
end

function prosa.dissector(buffer, pinfo, root)
    if buffer:len() == 0 then return 0 end
    pinfo.cols.protocol = "Prosa"
    local port = prosa.prefs.port
    local kind = "peer"
    if pinfo.dst_port == port then kind = "request" elseif pinfo.src_port == port then kind = "reply" end
    local stream = tcp_stream().value
    local tree = root:add(prosa, buffer())
    local shown = {}
    local at, length = 0, buffer:len()
    while at < length do
        local stop = at
        while stop < length and buffer(stop, 1):uint() ~= 10 do stop = stop + 1 end
        local ending, last = "none", stop
        if stop < length then
            ending = "LF"
            if stop > at and buffer(stop - 1, 1):uint() == 13 then ending, last = "CRLF", stop - 1 end
        end
        local whole = math.min(stop + 1, length) - at
        local line = last > at and buffer(at, last - at):string(ENC_UTF_8) or ""
        local branch = tree:add(fields.line, buffer(at, whole), line)
        branch:add(fields.kind, buffer(at, whole), kind):set_generated()
        branch:add(fields.ending, buffer(at, whole), ending)
        if kind == "peer" and line:match("^USER ") and not pinfo.visited and first_user[stream] == nil then
            first_user[stream] = pinfo.number
        end
        local is_first = first_user[stream] == pinfo.number and at == 0
        local meaning = add_meaning(branch, buffer(at, whole), line, kind, is_first)
        if ending == "none" then
            branch:add(fields.unterminated, buffer(at, whole), true):set_generated()
            branch:add_proto_expert_info(no_end)
            meaning = meaning .. ", no line end"
        end
        branch:append_text(" (" .. meaning .. ")")
        shown[#shown + 1] = line
        at = at + whole
    end
    pinfo.cols.info = table.concat(shown, " | ")
    return length
end

local tcp_ports = DissectorTable.get("tcp.port")

local added = nil
local function use_port()
    if added ~= nil then tcp_ports:remove(added, prosa) end
    added = prosa.prefs.port
    tcp_ports:add(added, prosa)
end

function prosa.prefs_changed()
    use_port()
end

use_port()

prosa:register_heuristic("tcp", function(buffer, pinfo, root)
    if buffer:len() < 6 or buffer(0, 5):string() ~= "USER " then return false end
    pinfo.conversation = prosa
    prosa.dissector(buffer, pinfo, root)
    return true
end)
