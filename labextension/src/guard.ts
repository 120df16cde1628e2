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

/** The state of a pair's files: the digest of each half that is there. */
type States = Record<string, string>;

/** Both halves of a pair, text first. */
function halves(path: string): [string, string] {
  const stem = path.replace(/\.(md|ipynb)$/, '');
  return [`${stem}.md`, `${stem}.ipynb`];
}

/** The last save of each pair: its halves are saved one after the other, each knowing the other. */
const turns = new Map<string, Promise<void>>();

function inTurn(pair: string, job: () => Promise<void>): Promise<void> {
  const before = turns.get(pair) ?? Promise.resolve();
  const mine = before.then(job, job);
  turns.set(
    pair,
    mine.catch(() => undefined)
  );
  return mine;
}

/** Whoever asked for a save is told that there was none: a tab stays open, nothing is converted. */
function cancelled(): Error {
  const error = new Error('Nothing was saved.');
  error.name = 'ModalCancelError';
  return error;
}

/** Watches one open document: what it last knew of the disk, and every save. */
class Guard {
  constructor(
    private _context: AnyContext,
    private _essay: IEssay,
    private _guards: Set<Guard>
  ) {
    this._path = _context.path;
    this._save = _context.save.bind(_context);
    this._revert = _context.revert.bind(_context);
    _context.save = () => this.save();
    _context.revert = () => this.revert();
    void _context.ready.then(() => this._begin());
    _context.pathChanged.connect((_, path) => this._moved(path));
    _context.disposed.connect(() => _guards.delete(this));
    this._warn();
    this._guards.add(this);
  }

  get path(): string {
    return this._path;
  }

  /** Save, unless the disk holds something that this editor has never seen. */
  save(): Promise<void> {
    // Who waits writes what stands here when its turn comes: one waiting save is enough for all.
    this._waiting ??= inTurn(halves(this._path)[0], () => {
      this._waiting = null;
      return this._guarded();
    });
    return this._waiting;
  }

  /** Take what is on disk. */
  async revert(): Promise<void> {
    const seen = await this._states();
    await this._revert();
    this._known = this._fingerprint();
    this._seen = seen ?? {};
  }

  /** Follow what another view saved, if this one has nothing of its own. */
  async follow(): Promise<void> {
    if (this._fingerprint() === this._known) {
      await this.revert();
    }
  }

  private async _guarded(): Promise<void> {
    for (;;) {
      const now = await this._states();
      const found = now && (await this._difference(now));
      if (!now || found === undefined) {
        return this._save(); // JupyterLab asks its own question
      }
      if (!found) {
        return this._write();
      }
      const choice = await choose(found);
      if (choice === 'neither') {
        throw cancelled();
      }
      if (choice === 'theirs') {
        // Only what was looked at is taken: the dialog may have been open for long.
        if ((await this._states())?.[found.path] === now[found.path]) {
          await post('take', { path: found.path });
          const [, notebook] = halves(this._path);
          const before = this._seen[notebook];
          await this.revert();
          if (found.path !== notebook && before) {
            // What the notebook may hold besides was not looked at: the next save asks.
            this._seen = { ...this._seen, [notebook]: before };
          }
          return;
        }
      } else {
        this._seen = { ...this._seen, [found.path]: now[found.path] };
      }
    }
  }

  private async _write(): Promise<void> {
    const written = this._fingerprint();
    const margin = this._context.lastModifiedCheckMargin;
    // The writer has seen both texts: the question of the stock editor would be asked twice.
    this._context.lastModifiedCheckMargin = Infinity;
    // The margin counts only where no hash is known. Without this field, JupyterLab just asks too.
    const inside = this._context as unknown as { _contentsModel?: { hash?: string } };
    delete inside._contentsModel?.hash;
    try {
      await this._save();
    } finally {
      this._context.lastModifiedCheckMargin = margin;
    }
    this._known = written;
    this._seen = (await this._states()) ?? {};
    const mine: string[] = halves(this._path);
    for (const other of Array.from(this._guards)) {
      if (other !== this && mine.includes(other.path)) {
        await other.follow().catch(error => console.warn('octavo: a view could not follow', error));
      }
    }
  }

  /** What a half has that was written since this editor looked, and it has not; else null. */
  private async _difference(now: States): Promise<IDifference | null | undefined> {
    const newer = Object.keys(now).filter(path => now[path] !== this._seen[path]);
    if (!newer.length) {
      return null;
    }
    try {
      const found = await post<IDifference>('compare', { ...this._essay.draft(Infinity), newer });
      return found.same ? null : found;
    } catch (error) {
      console.warn('octavo: the disk could not be compared', error);
      return undefined;
    }
  }

  /** What a writer would miss of this editor: its words and outputs. */
  private _fingerprint(): string {
    const { text, cells } = this._essay.draft(Infinity);
    return text ?? JSON.stringify(cells?.map(({ kind, source, tags, outputs }) => [kind, source, tags, outputs]));
  }

  /** What was on disk when the document was read: the contents' hash is of one half, or of both. */
  private async _begin(): Promise<void> {
    this._known = this._fingerprint();
    const hash = this._context.contentsModel?.hash ?? '';
    const [text, notebook] = halves(this._path);
    if (hash.length === 128) {
      this._seen = { [text]: hash.slice(0, 64), [notebook]: hash.slice(64) };
    } else {
      const now = await this._states();
      this._seen = { ...now, ...(hash.length === 64 ? { [this._path]: hash } : {}) };
    }
  }

  private _moved(path: string): void {
    const [from, to] = [halves(this._path), halves(path)];
    const seen = from.map((old, n) => [to[n], this._seen[old]]).filter(([, state]) => state);
    this._seen = Object.fromEntries(seen);
    this._path = path;
  }

  /** The states on disk; null outside the workspace, and where the server doesn't answer. */
  private _states(): Promise<States | null> {
    return get<States>(`states?path=${encodeURIComponent(this._path)}`).catch(() => null);
  }

  private _warn(): void {
    const mine: string[] = halves(this._path);
    const other = Array.from(this._guards).find(one => mine.includes(one.path));
    if (other) {
      Notification.warning(
        `${PathExt.basename(other.path)} is open already: this is the same essay in a second view. ` +
          'Where they differ, you choose before a save.',
        { autoClose: 10_000 }
      );
    }
  }

  private _path: string;
  private _save: () => Promise<void>;
  private _revert: () => Promise<void>;
  private _waiting: Promise<void> | null = null;
  private _seen: States = {};
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
      // A shared document is saved by the server; its warning is another.
      if (essay && !seen.has(context) && !context.model.collaborative) {
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
