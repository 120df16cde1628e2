import {
  autocompletion,
  Completion,
  CompletionContext,
  CompletionResult,
  pickedCompletion,
  startCompletion
} from '@codemirror/autocomplete';
import { isolateHistory } from '@codemirror/commands';
import { Extension } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { ISource } from '../api';
import { makeCard } from '../card';
import { IWriting, locating, writing, written } from '../citations';
import { ISources } from '../tokens';
import { isMarkdown, isVerbatim } from './context';

const SHOWN = 50;

interface ISourceCompletion extends Completion {
  source?: ISource;
}

/** The views whose next completion offers locators: a source has just been chosen there. */
const asked = new WeakSet<EditorView>();

/** The list that opens behind an at sign. */
export function citing(sources: ISources): Extension {
  return autocompletion({
    override: [context => complete(sources, context)],
    activateOnTyping: true,
    activateOnTypingDelay: 10,
    interactionDelay: 0,
    updateSyncTime: 20,
    defaultKeymap: false,
    closeOnBlur: true,
    icons: false,
    maxRenderedOptions: SHOWN,
    tooltipClass: () => 'octavo-completions',
    optionClass: completion => ((completion as ISourceCompletion).source ? 'octavo-source' : 'octavo-locator'),
    addToOptions: [{ render: completion => row(completion), position: 20 }]
  });
}

function row(completion: ISourceCompletion): HTMLElement | null {
  const source = completion.source;
  if (!source) {
    return null;
  }
  const node = document.createElement('span');
  node.className = 'octavo-row';
  for (const [name, text] of [
    ['by', source.author.split(';')[0].split(',')[0] || source.key],
    ['year', source.year],
    ['title', source.title],
    ['note', source.note ? '✎' : '']
  ]) {
    const part = document.createElement('span');
    part.className = `octavo-row-${name}`;
    part.textContent = text;
    if (name === 'note' && text) {
      part.title = 'There is a reading note';
    }
    node.append(part);
  }
  return node;
}

function complete(
  sources: ISources,
  context: CompletionContext
): CompletionResult | Promise<CompletionResult | null> | null {
  if (!isMarkdown(context.state) || !sources.sources.length) {
    return null;
  }
  const line = context.state.doc.lineAt(context.pos);
  // A cluster may go on over lines; three lines are more than anyone breaks it into.
  const start = context.state.doc.line(Math.max(1, line.number - 3)).from;
  const before = context.state.sliceDoc(start, context.pos);
  const view = context.view;
  const place = locating(before);
  if (place && sources.find(place.key) && ((view && asked.has(view)) || place.text || context.explicit)) {
    return locators(sources, place.key, start + place.from, context.pos);
  }
  const query = writing(before);
  if (!query || isVerbatim(context.state, context.pos)) {
    return null;
  }
  const from = start + query.from;
  const options = sources.search(query.query, SHOWN).map(source => option(sources, source, query.bracketed));
  if (!options.length && context.explicit) {
    return nearest(sources, query, from);
  }
  return options.length ? { from, options, filter: false } : null;
}

/** What is asked for by hand, and nothing is found: the keys that are most like it. */
async function nearest(sources: ISources, query: IWriting, from: number): Promise<CompletionResult | null> {
  const card = await sources.card(query.query).catch(() => null);
  const found = (card?.nearest ?? []).map(key => sources.find(key)).filter(source => source !== undefined);
  const options = found.map(source => option(sources, source, query.bracketed));
  return options.length ? { from, options, filter: false } : null;
}

function option(sources: ISources, source: ISource, bracketed: boolean): ISourceCompletion {
  return {
    label: source.key,
    source,
    info: () => makeCard(sources, source.key),
    apply: (view, completion, from, to) => insert(view, completion, from, to, bracketed)
  };
}

/** Put the key in, close the bracket, and offer the locators; one step for undo. */
function insert(view: EditorView, completion: Completion, from: number, to: number, bracketed: boolean): void {
  const { state } = view;
  const braced = state.sliceDoc(from - 1, from) === '{';
  const start = braced ? from - 1 : from;
  const key = written(completion.label);
  const rest = state.sliceDoc(to, state.doc.lineAt(to).to);
  const open = bracketed && !/^[^[]*\]/.test(rest);
  view.dispatch({
    changes: { from: start, to, insert: open ? `${key}]` : key },
    selection: { anchor: start + key.length },
    annotations: [pickedCompletion.of(completion), isolateHistory.of('full')],
    scrollIntoView: true,
    userEvent: 'input.complete'
  });
  if (bracketed) {
    asked.add(view);
    window.setTimeout(() => startCompletion(view));
  }
}

async function locators(
  sources: ISources,
  key: string,
  from: number,
  to: number
): Promise<CompletionResult | null> {
  const card = await sources.card(key).catch(() => null);
  const pages = card?.pages ?? [];
  const none: Completion = { label: 'no page', detail: '↵', apply: view => done(view, from, to, ''), boost: 1 };
  const options = pages.map(page => {
    const label = /^\d/.test(page) ? (/[–-]/.test(page) ? 'pp. ' : 'p. ') : '';
    const locator = `, ${label}${page}`;
    return {
      label: locator.slice(2),
      detail: 'quoted in your note',
      apply: (view: EditorView) => done(view, from, to, locator)
    };
  });
  return options.length ? { from, to, options: [none, ...options], filter: false } : null;
}

function done(view: EditorView, from: number, to: number, locator: string): void {
  asked.delete(view);
  if (locator) {
    view.dispatch({
      changes: { from, to, insert: locator },
      selection: { anchor: from + locator.length },
      annotations: isolateHistory.of('full'),
      userEvent: 'input.complete'
    });
  }
}

/** The writer went on typing: no locator was wanted. */
export function forgetLocator(view: EditorView): void {
  asked.delete(view);
}
