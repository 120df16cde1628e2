import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import { Context, DocumentRegistry } from '@jupyterlab/docregistry';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { Contents } from '@jupyterlab/services';
import { Widget } from '@lumino/widgets';

type AnyContext = DocumentRegistry.IContext<DocumentRegistry.IModel>;

/** Both halves of a pair, text first. */
function halves(path: string): string[] {
  const stem = path.replace(/\.(md|ipynb)$/, '');
  return [`${stem}.md`, `${stem}.ipynb`];
}

/** The words of a document, however it is stored: what a writer would miss. */
function wordsOf(model: DocumentRegistry.IModel): string {
  if (!('cells' in model)) {
    return model.toString();
  }
  const data = model.toJSON() as { cells: { cell_type: string; source: string | string[] }[] };
  return cellsText(data.cells);
}

function cellsText(cells: { cell_type: string; source: string | string[] }[]): string {
  return cells.map(cell => ([] as string[]).concat(cell.source).join('')).join('\n\n');
}

function diskText(model: Contents.IModel): string {
  return model.type === 'notebook' ? cellsText(model.content.cells) : String(model.content);
}

/** Text without what a pair's halves may differ in: header, fences, blank lines. */
function essence(text: string): string {
  return text
    .replace(/^---\n[\s\S]*?\n---\s*/, '')
    .split('\n')
    .map(line => line.trimEnd())
    .filter(line => line && !/^```(\w|\{|$)/.test(line))
    .join('\n');
}

function column(title: string, text: string): HTMLElement {
  const node = document.createElement('section');
  const heading = document.createElement('h3');
  heading.textContent = title;
  const pre = document.createElement('pre');
  pre.tabIndex = 0;
  pre.textContent = text;
  node.append(heading, pre);
  return node;
}

/** Mark the lines that the other side has not. */
function markDifferences(one: HTMLElement, text: string, other: string): void {
  const there = new Set(other.split('\n').map(line => line.trim()));
  const pre = one.querySelector('pre') as HTMLPreElement;
  pre.replaceChildren(
    ...text.split('\n').map(line => {
      const node = document.createElement(there.has(line.trim()) ? 'span' : 'mark');
      node.textContent = `${line}\n`;
      return node;
    })
  );
}

function showDifference(side: HTMLElement): void {
  const [pre, mark] = [side.querySelector('pre'), side.querySelector('mark')];
  if (pre && mark) {
    pre.scrollTop = mark.offsetTop - pre.offsetTop - pre.clientHeight / 3;
  }
}

async function ask(path: string, mine: string, theirs: string): Promise<'mine' | 'theirs' | 'neither'> {
  const body = new Widget();
  body.addClass('octavo-conflict');
  const [left, right] = [column('Here, in this editor', mine), column('On disk', theirs)];
  markDifferences(left, mine, theirs);
  markDifferences(right, theirs, mine);
  body.node.append(left, right);
  // Both begin where they differ, once the dialog is there.
  window.setTimeout(() => [left, right].forEach(showDifference), 100);
  const answer = await showDialog({
    title: `${path} was changed by another program or in another view`,
    body,
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

/** Watches one open document: what it last knew of the disk, and every save. */
class Guard {
  constructor(
    private _context: AnyContext,
    private _contents: Contents.IManager,
    private _guards: Map<string, Guard>
  ) {
    const context = _context as Context<DocumentRegistry.IModel>;
    this._save = context.save.bind(context);
    context.save = () => this.save();
    void context.ready.then(() => this._learn());
    context.fileChanged.connect(() => this._saving || void this._learn());
    context.disposed.connect(() => this._guards.delete(this._path));
    this._path = context.path;
    _guards.set(this._path, this);
    this._warn();
  }

  /** Save, unless the disk holds words that this editor has never seen. */
  async save(): Promise<void> {
    if (this._saving) {
      return this._saving;
    }
    this._saving = this._guarded();
    try {
      await this._saving;
    } finally {
      this._saving = null;
    }
  }

  private async _guarded(): Promise<void> {
    const context = this._context as Context<DocumentRegistry.IModel>;
    const changed = await this._changed();
    const mine = wordsOf(context.model);
    if (changed !== null && essence(changed) !== essence(mine)) {
      const choice = await ask(context.path, mine, changed);
      if (choice === 'theirs') {
        await context.revert();
        await this._learn();
        return;
      }
      if (choice === 'neither') {
        return;
      }
    }
    // The writer has seen both texts: the question of the stock editor would be asked twice.
    const margin = context.lastModifiedCheckMargin;
    context.lastModifiedCheckMargin = Infinity;
    try {
      await this._save();
    } finally {
      context.lastModifiedCheckMargin = margin;
    }
    await this._learn();
    await this._tell();
  }

  /** The words on disk, when either half was written since this editor last looked. */
  private async _changed(): Promise<string | null> {
    const now = await this._times();
    const newer = halves(this._context.path).filter(path => now[path] && now[path] !== this._seen[path]);
    if (!newer.length) {
      return null;
    }
    const notebook = newer[0].endsWith('.ipynb');
    const options: Contents.IFetchOptions = notebook
      ? { content: true, type: 'notebook' }
      : { content: true, type: 'file', format: 'text' };
    return diskText(await this._contents.get(newer[0], options));
  }

  /** The other half, if it is open and has nothing of its own to lose, follows this one. */
  private async _tell(): Promise<void> {
    for (const path of halves(this._context.path)) {
      const other = this._guards.get(path);
      if (other && other !== this && !other._context.model.dirty) {
        await other._context.revert();
        await other._learn();
      }
    }
  }

  private async _learn(): Promise<void> {
    this._seen = await this._times();
  }

  private async _times(): Promise<Record<string, string>> {
    const times: Record<string, string> = {};
    for (const path of halves(this._context.path)) {
      const model = await this._contents.get(path, { content: false }).catch(() => null);
      if (model) {
        times[path] = model.last_modified;
      }
    }
    return times;
  }

  private _warn(): void {
    const other = halves(this._path).find(path => path !== this._path && this._guards.has(path));
    if (other) {
      Notification.warning(
        `${other} is open too: the same essay in two views. Before either is saved you will ` +
          'be shown both texts where they differ.',
        { autoClose: 10_000 }
      );
    }
  }

  private _path: string;
  private _save: () => Promise<void>;
  private _saving: Promise<void> | null = null;
  private _seen: Record<string, string> = {};
}

/** Nothing is overwritten silently. */
export const guardPlugin: JupyterFrontEndPlugin<void> = {
  id: 'octavo-lab:guard',
  description: 'Notices, before a save, that an essay was changed elsewhere; shows both texts.',
  autoStart: true,
  requires: [INotebookTracker, IEditorTracker],
  activate: (app: JupyterFrontEnd, notebooks: INotebookTracker, editors: IEditorTracker): void => {
    const guards = new Map<string, Guard>();
    const seen = new WeakSet<AnyContext>();
    const add = (context: AnyContext): void => {
      if (/\.(md|ipynb)$/.test(context.path) && !seen.has(context)) {
        seen.add(context);
        new Guard(context, app.serviceManager.contents, guards);
      }
    };
    notebooks.widgetAdded.connect((_, panel) => add(panel.context));
    editors.widgetAdded.connect((_, widget) => add(widget.context));
  }
};
