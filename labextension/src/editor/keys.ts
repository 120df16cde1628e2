import {
  acceptCompletion,
  closeCompletion,
  completionStatus,
  moveCompletionSelection,
  selectedCompletion,
  startCompletion
} from '@codemirror/autocomplete';
import { isolateHistory } from '@codemirror/commands';
import { Extension, Prec } from '@codemirror/state';
import { EditorView } from '@codemirror/view';
import { citedIn, openBracket } from '../citations';
import { IEssays, ISources } from '../tokens';
import { forgetLocator } from './completion';
import { isMarkdown, isVerbatim } from './context';
import { citedAt } from './marks';

/** The keys of the list. A keymap would be too late: arrows leave a cell before it is asked. */
export function keys(sources: ISources, essays: IEssays): Extension {
  return Prec.highest(
    EditorView.domEventHandlers({
      keydown: (event, view) => {
        if (event.isComposing || !isMarkdown(view.state)) {
          return false;
        }
        const used = inList(event, view) || anywhere(event, view, sources, essays);
        if (used) {
          event.preventDefault();
          event.stopPropagation();
        }
        return used;
      },
      keyup: event => event.key === 'Escape' && event.defaultPrevented
    })
  );
}

const MOVES: Record<string, (view: EditorView) => boolean> = {
  ArrowDown: moveCompletionSelection(true),
  ArrowUp: moveCompletionSelection(false),
  PageDown: moveCompletionSelection(true, 'page'),
  PageUp: moveCompletionSelection(false, 'page'),
  Enter: acceptCompletion,
  Tab: acceptCompletion,
  Escape: closeCompletion
};

function inList(event: KeyboardEvent, view: EditorView): boolean {
  if (completionStatus(view.state) !== 'active' || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) {
    return false;
  }
  const move = MOVES[event.key];
  if (!move) {
    return false;
  }
  if (event.key === 'Escape') {
    forgetLocator(view);
  }
  return move(view);
}

function anywhere(event: KeyboardEvent, view: EditorView, sources: ISources, essays: IEssays): boolean {
  if (event.key === ';' && !event.ctrlKey && !event.metaKey && !event.altKey) {
    return another(view);
  }
  if (event.key === 'Enter' && event.altKey) {
    const cited = citedAt(view.state, view.state.selection.main.head);
    if (!cited) {
      return false;
    }
    if (sources.find(cited.key)) {
      void essays.openNote(cited.key);
    } else {
      view.dispatch({ selection: { anchor: cited.to } });
      startCompletion(view);
    }
    return true;
  }
  if (event.key !== 'Shift' && event.key !== ',') {
    forgetLocator(view);
  }
  return false;
}

/** A semicolon in a cluster goes on to another source. */
function another(view: EditorView): boolean {
  const head = view.state.selection.main.head;
  const before = view.state.sliceDoc(Math.max(0, head - 500), head);
  const open = openBracket(before);
  if (open < 0 || isVerbatim(view.state, head)) {
    return false;
  }
  const chosen = completionStatus(view.state) === 'active' ? selectedCompletion(view.state) : null;
  if (chosen?.label && /@[^\s@;\][,]*$/.test(before) && 'source' in chosen) {
    acceptCompletion(view);
  } else if (!citedIn(before.slice(open)).length) {
    return false;
  }
  closeCompletion(view);
  forgetLocator(view);
  const place = view.state.selection.main.head;
  view.dispatch({
    changes: { from: place, insert: '; @' },
    selection: { anchor: place + 3 },
    annotations: isolateHistory.of('full'),
    userEvent: 'input.type'
  });
  window.setTimeout(() => startCompletion(view));
  return true;
}
