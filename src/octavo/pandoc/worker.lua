-- A long-lived pandoc: requests on standard input, answers on standard output.
-- A request is one line "N M", N bytes of JSON (the task) and M bytes of payload (the document);
-- an answer is one line "ok N" or "error N" and N bytes.

local templates = {}

local function template(text)
  if text == nil then return nil end
  local compiled = templates[text]
  if compiled == nil then
    compiled = pandoc.template.compile(text)
    templates[text] = compiled
  end
  return compiled
end

local function options(task)
  local given = task.options or {}
  given.template = template(task.template)
  if task.standalone then
    local format = task.target:match("^%a[%w_]*")
    given.template = template(pandoc.template.default(format))
  end
  return pandoc.WriterOptions(given)
end

local function convert(task, payload)
  local document = pandoc.read(payload, task.source, pandoc.ReaderOptions(task.reader or {}))
  return pandoc.write(document, task.target, options(task))
end

local function answer(task, payload)
  if task.folder then
    return pandoc.system.with_working_directory(task.folder, function() return convert(task, payload) end)
  end
  return convert(task, payload)
end

while true do
  local header = io.read("l")
  if header == nil then break end
  local task_size, payload_size = header:match("^(%d+) (%d+)$")
  local task = pandoc.json.decode(io.read(tonumber(task_size)), false)
  local payload = tonumber(payload_size) > 0 and io.read(tonumber(payload_size)) or ""
  local ok, result = pcall(answer, task, payload)
  if not ok then result = tostring(result) end
  io.write(ok and "ok " or "error ", #result, "\n", result)
  io.flush()
end
