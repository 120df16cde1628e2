import { isolateHistory } from '@codemirror/commands';
import { Extension, Prec } from '@codemirror/state';
import { EditorView, hoverTooltip, Tooltip } from '@codemirror/view';
import { makeCard } from '../card';
import { ICited, written } from '../citations';
import { CITEKEY_MIME } from '../drop';
import { IEssays, ISources } from '../tokens';
import { cite } from './cite';
import { isMarkdown } from './context';
import { citedAt } from './marks';

/** There Ctrl-click is the context menu. */
const IS_MAC = /Mac|iPhone|iPad/.test(navigator.platform);

/** Hovering shows the card, or the nearest keys of an unknown one; Ctrl-click opens the note. */
export function pointer(sources: ISources, essays: IEssays): Extension {
  return [
    hoverTooltip(
      (view, place): Tooltip | null => {
        const cited = isMarkdown(view.state) ? citedAt(view.state, place) : null;
        if (!cited || !sources.sources.length) {
          return null;
        }
        const dom = sources.find(cited.key) ? makeCard(sources, cited.key) : fixes(view, sources, cited);
        return { pos: cited.from, end: cited.to, above: true, create: () => ({ dom }) };
      },
      { hoverTime: 250, hideOnChange: true }
    ),
    Prec.highest(
      EditorView.domEventHandlers({
        mousedown: (event, view) => {
          if (!(IS_MAC ? event.metaKey : event.ctrlKey) || event.button !== 0 || !isMarkdown(view.state)) {
            return false;
          }
          const place = view.posAtCoords({ x: event.clientX, y: event.clientY });
          const cited = place === null ? null : citedAt(view.state, place);
          if (!cited || !sources.find(cited.key)) {
            return false;
          }
          event.preventDefault();
          void essays.openNote(cited.key);
          return true;
        },
        dragover: event => {
          if (!event.dataTransfer?.types.includes(CITEKEY_MIME)) {
            return false;
          }
          event.preventDefault();
          event.dataTransfer.dropEffect = 'copy';
          return true;
        },
        drop: (event, view) => {
          const key = event.dataTransfer?.getData(CITEKEY_MIME);
          const place = view.posAtCoords({ x: event.clientX, y: event.clientY });
          if (!key || place === null || !isMarkdown(view.state)) {
            return false;
          }
          event.preventDefault();
          event.stopPropagation();
          cite(view, key, place);
          return true;
        }
      })
    )
  ];
}

function fixes(view: EditorView, sources: ISources, cited: ICited): HTMLElement {
  const node = document.createElement('div');
  node.className = 'octavo-card octavo-fixes';
  node.setAttribute('role', 'alert');
  const title = document.createElement('div');
  title.className = 'octavo-card-title';
  title.textContent = `No source has the key ${cited.key}`;
  node.append(title);
  void sources.card(cited.key).then(card => {
    for (const near of card.nearest ?? []) {
      const button = document.createElement('button');
      button.className = 'octavo-fix jp-mod-styled';
      button.textContent = near;
      button.title = sources.find(near)?.title ?? near;
      button.onclick = () => {
        view.dispatch({
          changes: { from: cited.from + 1, to: cited.to, insert: written(near) },
          annotations: isolateHistory.of('full')
        });
        view.focus();
      };
      node.append(button);
    }
    if (!card.nearest?.length) {
      node.append('No key is like it: add the source in the library.');
    }
  });
  return node;
}
