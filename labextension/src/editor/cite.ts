import { isolateHistory } from '@codemirror/commands';
import { EditorView } from '@codemirror/view';
import { openBracket, written } from '../citations';

/** Put a citation at a place: a new cluster, or one more source of the cluster that is there. */
export function cite(view: EditorView, key: string, place: number): void {
  const before = view.state.sliceDoc(Math.max(0, place - 500), place);
  const open = openBracket(before);
  const inside = open >= 0 && before.slice(open).includes('@');
  const space = inside || !before || /[\s([]$/.test(before) ? '' : ' ';
  const text = inside ? `; @${written(key)}` : `${space}[@${written(key)}]`;
  view.dispatch({
    changes: { from: place, insert: text },
    selection: { anchor: place + text.length },
    annotations: isolateHistory.of('full'),
    userEvent: 'input.drop'
  });
  view.focus();
}

/** Put a block at the cursor, with the blank lines that keep it from what stands around it. */
export function insertBlock(view: EditorView, text: string): void {
  const { doc, selection } = view.state;
  const { from, to } = selection.main;
  const before = doc.sliceString(Math.max(0, from - 2), from);
  const after = doc.sliceString(to, to + 2);
  const lead = !before || before === '\n\n' ? '' : before.endsWith('\n') ? '\n' : '\n\n';
  const tail = after.startsWith('\n\n') ? '' : after.startsWith('\n') || !after ? '\n' : '\n\n';
  view.dispatch({
    changes: { from, to, insert: lead + text + tail },
    selection: { anchor: from + lead.length + text.length },
    annotations: isolateHistory.of('full'),
    userEvent: 'input.paste'
  });
}
