import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';

/** What the server found different: both texts, and whether only outputs differ. */
export interface IDifference {
  same: boolean;
  path: string;
  mine: string;
  disk: string;
  outputs: boolean;
}

export type Choice = 'mine' | 'theirs' | 'neither';

function column(title: string, text: string, other: string): HTMLElement {
  const node = document.createElement('section');
  const heading = document.createElement('h3');
  heading.textContent = title;
  const pre = document.createElement('pre');
  pre.tabIndex = 0;
  pre.setAttribute('aria-label', title);
  const there = new Set(other.split('\n').map(line => line.trim()));
  for (const line of text.split('\n')) {
    // A line that the other side has not.
    const part = document.createElement(there.has(line.trim()) ? 'span' : 'mark');
    part.textContent = `${line}\n`;
    pre.append(part);
  }
  node.append(heading, pre);
  return node;
}

function showDifference(side: HTMLElement): void {
  const [pre, mark] = [side.querySelector('pre'), side.querySelector('mark')];
  if (pre && mark) {
    pre.scrollTop = mark.offsetTop - pre.offsetTop - pre.clientHeight / 3;
  }
}

class Both extends Widget {
  constructor(found: IDifference) {
    super();
    this.addClass('octavo-conflict');
    const note = document.createElement('p');
    note.textContent = found.outputs
      ? 'The words are the same; what the cells show is not.'
      : 'Lines that only one side has are marked. What you don’t take is lost.';
    this._sides = [column('Here, in this editor', found.mine, found.disk), column('On disk', found.disk, found.mine)];
    this.node.append(note, ...this._sides);
  }

  protected onAfterAttach(): void {
    // Both begin where they differ, once the dialog has its size.
    window.requestAnimationFrame(() => this._sides.forEach(showDifference));
  }

  private _sides: HTMLElement[];
}

/** Show both texts, and let the writer choose. */
export async function choose(found: IDifference): Promise<Choice> {
  const answer = await showDialog({
    title: `${found.path} was changed by another program or in another view`,
    body: new Both(found),
    buttons: [
      Dialog.cancelButton({ label: 'Don’t save yet' }),
      Dialog.warnButton({ label: 'Take what is on disk', actions: ['theirs'] }),
      Dialog.warnButton({ label: 'Save what is here', actions: ['mine'] })
    ],
    defaultButton: 0
  });
  const chosen = answer.button.actions[0];
  return chosen === 'mine' || chosen === 'theirs' ? chosen : 'neither';
}
