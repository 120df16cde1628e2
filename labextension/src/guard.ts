import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { Context, DocumentRegistry } from '@jupyterlab/docregistry';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { get, post } from './api';
import { choose, IDifference } from './conflict';
import { IEssay, IEssays, ISources } from './tokens';

type AnyContext = Context<DocumentRegistry.IModel>;

/** Both halves of a pair, text first. */
function halves(path: string): string[] {
  const stem = path.replace(/\.(md|ipynb)$/, '');
  return [`${stem}.md`, `${stem}.ipynb`];
}

/** Watches one open document: what it last knew of the disk, and every save. */
class Guard {
  constructor(
    private _context: AnyContext,
    private _essay: IEssay,
    private _guards: Set<Guard>
  ) {
    this._save = _context.save.bind(_context);
    _context.save = () => this.save();
    void _context.ready.then(() => this._learn());
    _context.fileChanged.connect(() => this._saving || void this._learn());
    _context.disposed.connect(() => _guards.delete(this));
    this._warn();
    this._guards.add(this);
  }

  get path(): string {
    return this._context.path;
  }

  /** Save, unless the disk holds something that this editor has never seen. */
  async save(): Promise<void> {
    this._saving ??= this._guarded().finally(() => (this._saving = null));
    return this._saving;
  }

  /** Follow what another view saved, if this one has nothing of its own. */
  async follow(): Promise<void> {
    const mine = this._fingerprint();
    if (!this._context.model.dirty || mine === this._known) {
      await this._context.revert();
      await this._learn();
    }
  }

  private async _guarded(): Promise<void> {
    let found: IDifference | null;
    try {
      found = await this._difference();
    } catch (error) {
      // Whatever we can't compare is left to JupyterLab's own question.
      console.warn('octavo: the disk could not be compared', error);
      await this._save();
      await this._learn();
      return;
    }
    const choice = found ? await choose(found) : 'mine';
    if (found && choice === 'theirs') {
      await post('take', { path: found.path });
      await this._context.revert();
      await this._learn();
    } else if (choice === 'mine') {
      await this._write();
    }
  }

  /** The writer has seen both texts: the question of the stock editor would be asked twice. */
  private async _write(): Promise<void> {
    const margin = this._context.lastModifiedCheckMargin;
    this._context.lastModifiedCheckMargin = Infinity;
    // The margin counts only where no hash is known. Without this field, JupyterLab just asks too.
    const inside = this._context as unknown as { _contentsModel?: { hash?: string } };
    delete inside._contentsModel?.hash;
    try {
      await this._save();
    } finally {
      this._context.lastModifiedCheckMargin = margin;
    }
    await this._learn();
    const mine = halves(this.path);
    for (const other of Array.from(this._guards)) {
      if (other !== this && mine.includes(other.path)) {
        await other.follow();
      }
    }
  }

  /** What a half that was written since this editor last looked has, and this editor has not. */
  private async _difference(): Promise<IDifference | null> {
    const now = await this._states();
    const newer = Object.keys(now).filter(path => now[path] !== this._seen[path]);
    if (!newer.length) {
      return null;
    }
    const found = await post<IDifference>('compare', { ...this._essay.draft(true), newer });
    return found.same ? null : found;
  }

  /** What a writer would miss of this editor: its words and outputs. */
  private _fingerprint(): string {
    const { text, cells } = this._essay.draft(true);
    return text ?? JSON.stringify(cells?.map(({ kind, source, tags, outputs }) => [kind, source, tags, outputs]));
  }

  private async _learn(): Promise<void> {
    this._known = this._fingerprint();
    // Outside the workspace there is nothing to learn: JupyterLab asks its own question.
    this._seen = await this._states().catch(() => ({}));
  }

  private _states(): Promise<Record<string, string>> {
    return get(`states?path=${encodeURIComponent(this.path)}`);
  }

  private _warn(): void {
    const mine = halves(this.path);
    const other = Array.from(this._guards).find(one => mine.includes(one.path));
    if (other) {
      Notification.warning(
        `${PathExt.basename(other.path)} is open already: this is the same essay in a second view. ` +
          'Where they differ, you choose before a save.',
        { autoClose: 10_000 }
      );
    }
  }

  private _save: () => Promise<void>;
  private _saving: Promise<void> | null = null;
  private _seen: Record<string, string> = {};
  private _known = '';
}

/** Nothing is overwritten silently. */
export const guardPlugin: JupyterFrontEndPlugin<void> = {
  id: 'octavo-lab:guard',
  description: 'Notices, before a save, that an essay was changed elsewhere; shows both texts.',
  autoStart: true,
  requires: [ISources, IEssays, INotebookTracker, IEditorTracker],
  activate: (
    _: JupyterFrontEnd,
    sources: ISources,
    essays: IEssays,
    notebooks: INotebookTracker,
    editors: IEditorTracker
  ): void => {
    const guards = new Set<Guard>();
    const seen = new WeakSet<object>();
    const add = (context: DocumentRegistry.Context, id: string): void => {
      const essay = essays.all.find(one => one.id === id);
      if (essay && !seen.has(context)) {
        seen.add(context);
        new Guard(context as unknown as AnyContext, essay, guards);
      }
    };
    void sources.ready.then(() => {
      if (!sources.status) {
        return; // no workspace: JupyterLab as it is
      }
      notebooks.forEach(panel => add(panel.context, panel.id));
      editors.forEach(widget => add(widget.context, widget.id));
      notebooks.widgetAdded.connect((_, panel) => add(panel.context, panel.id));
      editors.widgetAdded.connect((_, widget) => add(widget.context, widget.id));
    });
  }
};
