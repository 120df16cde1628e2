import { EditorState, Extension, RangeSetBuilder, StateEffect } from '@codemirror/state';
import { Decoration, DecorationSet, EditorView, ViewPlugin, ViewUpdate } from '@codemirror/view';
import { citedIn, ICited, writing } from '../citations';
import { ISources } from '../tokens';
import { isMarkdown, isVerbatim } from './context';

/** The library changed: what is known must be looked up again. */
export const libraryChanged = StateEffect.define<null>();

const unknown = Decoration.mark({ class: 'octavo-unknown', attributes: { 'aria-invalid': 'true' } });
const known = Decoration.mark({ class: 'octavo-known' });

/** The citation at a place of the text. */
export function citedAt(state: EditorState, place: number): ICited | null {
  const line = state.doc.lineAt(place);
  for (const one of citedIn(line.text)) {
    const found = { key: one.key, from: line.from + one.from, to: line.from + one.to };
    if (found.from <= place && place <= found.to && !isVerbatim(state, found.from + 1)) {
      return found;
    }
  }
  return null;
}

/** Citations are marked in what is in view; an unknown key is underlined. */
export function marks(sources: ISources): Extension {
  return ViewPlugin.fromClass(
    class {
      decorations: DecorationSet;

      constructor(view: EditorView) {
        this.decorations = decorate(view, sources);
        this._renew = () => view.dispatch({ effects: libraryChanged.of(null) });
        sources.changed.connect(this._renew);
      }

      update(update: ViewUpdate): void {
        const renewed = update.transactions.some(t => t.effects.some(e => e.is(libraryChanged)));
        if (update.docChanged || update.viewportChanged || update.selectionSet || renewed) {
          this.decorations = decorate(update.view, sources);
        }
      }

      destroy(): void {
        sources.changed.disconnect(this._renew);
      }

      private _renew: () => void;
    },
    { decorations: plugin => plugin.decorations }
  );
}

function decorate(view: EditorView, sources: ISources): DecorationSet {
  const builder = new RangeSetBuilder<Decoration>();
  if (!isMarkdown(view.state) || !sources.sources.length) {
    return builder.finish();
  }
  const head = view.state.selection.main.head;
  const line = view.state.doc.lineAt(head);
  const query = view.hasFocus ? writing(view.state.sliceDoc(line.from, head)) : null;
  const typed = query ? line.from + query.from : Infinity;
  let last = -1;
  for (const { from, to } of view.visibleRanges) {
    const start = view.state.doc.lineAt(from).from;
    for (const one of citedIn(view.state.sliceDoc(start, to))) {
      const [begin, end] = [start + one.from, start + one.to];
      // What is being written is not wrong yet: a key, or the first of some words.
      const unfinished = end > typed && begin < head;
      // Two ranges in view may be of one line.
      if (begin > last && !isVerbatim(view.state, begin + 1)) {
        last = begin;
        const mark = sources.find(one.key) ? known : /^(doi|arxiv|isbn|pmid|https?):/i.test(one.key) ? null : unknown;
        if (mark && !(mark === unknown && unfinished)) {
          builder.add(begin, end, mark);
        }
      }
    }
  }
  return builder.finish();
}
