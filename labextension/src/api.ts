import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

/** A source as lists show it. */
export interface ISource {
  key: string;
  type: string;
  author: string;
  year: string;
  title: string;
  container: string;
  cited: number;
  note: string;
  status: string;
}

/** A place in the workspace that cites a source. */
export interface IPlace {
  path: string;
  line: number;
  sentence: string;
  section: string;
}

/** A source in full, or the nearest keys of an unknown one. */
export interface ICard {
  key: string;
  known: boolean;
  nearest?: string[];
  reference?: string;
  abstract?: string;
  note?: string;
  pages?: string[];
  places?: IPlace[];
}

/** A diagnostic of the engine; `cell` is -1 where it belongs to no cell. */
export interface IProblem {
  code: string;
  severity: 'error' | 'warning';
  message: string;
  hint: string;
  path: string | null;
  line: number;
  column: number;
  here?: boolean;
  cell?: number;
  cell_line?: number;
}

/** What the server is and has. */
export interface IStatus {
  version: string;
  title: string;
  style: string;
  essays: string;
  notes: string;
  forms: string[];
  collaboration: boolean;
}

/** A cell as the server reads it; `values` are those of its inline expressions. */
export interface IDraftCell {
  id: string;
  kind: string;
  source: string;
  tags: string[];
  outputs?: unknown[];
  values?: string[];
}

/** An essay as it stands in the editor. */
export interface IDraft {
  path: string;
  text?: string;
  cells?: IDraftCell[];
  kernel?: string;
}

/** The server refused; the message is for the reader. */
export class OctavoError extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly problems: IProblem[] = []
  ) {
    super(message);
  }
}

const settings = ServerConnection.makeSettings();

/** Ask an endpoint below `/octavo`; the XSRF header is the connection's. */
export async function request(name: string, init: RequestInit = {}): Promise<Response> {
  const url = URLExt.join(settings.baseUrl, 'octavo', name);
  const response = await ServerConnection.makeRequest(url, init, settings);
  if (response.ok || response.status === 304) {
    return response;
  }
  const data = await response.json().catch(() => ({}));
  const problems: IProblem[] = data.diagnostics ?? [];
  const message = problems[0]?.message ?? data.message ?? response.statusText;
  throw new OctavoError(response.status, message, problems);
}

/** Read JSON from an endpoint. */
export async function get<T>(name: string): Promise<T> {
  return (await request(name)).json();
}

/** Send JSON to an endpoint and read its answer. */
export async function post<T>(name: string, body: object, signal?: AbortSignal): Promise<T> {
  const init: RequestInit = { method: 'POST', body: JSON.stringify(body) };
  if (signal) {
    init.signal = signal;
  }
  return (await request(name, init)).json();
}

/** Send JSON, and read the lines of JSON that come while the server works. */
export async function* lines<T>(name: string, body: object, signal: AbortSignal): AsyncGenerator<T> {
  const response = await request(name, { method: 'POST', body: JSON.stringify(body), signal });
  const reader = (response.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    rest += decoder.decode(value, { stream: !done });
    const whole = rest.split('\n');
    rest = done ? '' : (whole.pop() ?? '');
    for (const line of whole.filter(Boolean)) {
      yield JSON.parse(line) as T;
    }
    if (done) {
      return;
    }
  }
}

/** Make a note, an essay or a reference; the value is its path or citekey. */
export async function make(what: 'note' | 'essay' | 'reference', text: string): Promise<string> {
  const answer = await post<{ value: string; diagnostics: IProblem[] }>('new', {
    make: what,
    text
  });
  if (!answer.value) {
    const problem = answer.diagnostics[0];
    throw new OctavoError(422, [problem?.message, problem?.hint].filter(Boolean).join('. '));
  }
  return answer.value;
}
