import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { showErrorMessage } from '@jupyterlab/apputils';
import { CodeEditor } from '@jupyterlab/codeeditor';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IDocumentWidget } from '@jupyterlab/docregistry';
import { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISignal, Signal } from '@lumino/signaling';
import { make } from './api';
import { FileEssay, NotebookEssay } from './essay';
import { IEssay, IEssays, ISources } from './tokens';

class Essays implements IEssays {
  constructor(
    private _sources: ISources,
    private _manager: IDocumentManager,
    private _shell: JupyterFrontEnd.IShell
  ) {}

  get document(): IEssay | null {
    return this._order[0] ?? null;
  }

  get essay(): IEssay | null {
    const notes = this._sources.status?.notes;
    return this._order.find(one => !notes || !one.path.startsWith(`${notes}/`)) ?? null;
  }

  get all(): readonly IEssay[] {
    return this._order;
  }

  get focused(): ISignal<IEssays, void> {
    return this._focused;
  }

  get edited(): ISignal<IEssays, IEssay> {
    return this._edited;
  }

  get moved(): ISignal<IEssays, IEssay> {
    return this._moved;
  }

  /** Keep a document for as long as it is open. */
  add(essay: IEssay, gone: ISignal<unknown, unknown>): void {
    this._order.push(essay);
    gone.connect(() => {
      this._order = this._order.filter(one => one !== essay);
      this._focused.emit();
    });
  }

  focus(id: string | undefined): void {
    const essay = this._order.find(one => one.id === id);
    if (essay && this._order[0] !== essay) {
      this._order = [essay, ...this._order.filter(one => one !== essay)];
    }
    this._focused.emit();
  }

  /** A document is ready: it comes first where it is looked at, or where nothing is yet. */
  begin(essay: IEssay): void {
    const looked = this._shell.currentWidget?.id === essay.id;
    this.focus(looked || this._order.length === 1 ? essay.id : undefined);
  }

  edit(essay: IEssay): void {
    this._edited.emit(essay);
  }

  move(essay: IEssay): void {
    this._moved.emit(essay);
  }

  async openNote(key: string): Promise<void> {
    try {
      const path = this._sources.find(key)?.note || (await make('note', key));
      const beside = this.essay?.id;
      const open = this._find(path);
      const widget =
        open ??
        this._manager.openOrReveal(path, 'default', undefined, beside ? { mode: 'split-right', ref: beside } : {});
      await widget?.context.ready;
      if (widget) {
        this._shell.activateById(widget.id);
      }
      void this._sources.refresh();
    } catch (error) {
      void showErrorMessage('The note can’t be opened', error as Error);
    }
  }

  async open(path: string, line?: number): Promise<void> {
    const widget = this._find(path) ?? this._manager.openOrReveal(path);
    if (!widget) {
      return;
    }
    await widget.context.ready;
    await widget.revealed;
    this._shell.activateById(widget.id);
    const essay = this._order.find(one => one.id === widget.id);
    if (essay && line) {
      essay.show(-1, line, 1);
    }
  }

  /** The view in which a document is open, as a notebook or as text. */
  private _find(path: string): IDocumentWidget | undefined {
    const notebook = path.replace(/\.md$/, '.ipynb');
    return this._manager.findWidget(notebook, null) ?? this._manager.findWidget(path, null);
  }

  private _order: IEssay[] = [];
  private _focused = new Signal<IEssays, void>(this);
  private _edited = new Signal<IEssays, IEssay>(this);
  private _moved = new Signal<IEssays, IEssay>(this);
}

function follow(essays: Essays, editor: CodeEditor.IEditor | null | undefined, essay: IEssay): void {
  if (editor && !followed.has(editor)) {
    followed.add(editor);
    editor.model.selections.changed.connect(() => essays.move(essay));
  }
}

const followed = new WeakSet<CodeEditor.IEditor>();

/** The open essays and reading notes, whichever editor they are open in. */
export const documentsPlugin: JupyterFrontEndPlugin<IEssays> = {
  id: 'octavo-lab:documents',
  description: 'The open essays and reading notes.',
  autoStart: true,
  provides: IEssays,
  requires: [ISources, IDocumentManager, INotebookTracker, IEditorTracker],
  activate: (
    app: JupyterFrontEnd,
    sources: ISources,
    manager: IDocumentManager,
    notebooks: INotebookTracker,
    editors: IEditorTracker
  ): IEssays => {
    const essays = new Essays(sources, manager, app.shell);
    notebooks.widgetAdded.connect((_, panel) => {
      const essay = new NotebookEssay(panel);
      essays.add(essay, panel.disposed);
      void panel.context.ready.then(() => {
        panel.context.model.contentChanged.connect(() => essays.edit(essay));
        essay.inline.changed.connect(() => essays.edit(essay));
        panel.content.activeCellChanged.connect((_, cell) => {
          follow(essays, cell?.editor, essay);
          essays.move(essay);
        });
        essays.begin(essay);
      });
    });
    editors.widgetAdded.connect((_, widget) => {
      if (!widget.context.path.endsWith('.md')) {
        return;
      }
      const essay = new FileEssay(widget);
      essays.add(essay, widget.disposed);
      void widget.context.ready.then(() => {
        widget.context.model.contentChanged.connect(() => essays.edit(essay));
        follow(essays, widget.content.editor, essay);
        essays.begin(essay);
      });
    });
    notebooks.currentChanged.connect((_, panel) => essays.focus(panel?.id));
    editors.currentChanged.connect((_, widget) => essays.focus(widget?.id));
    app.shell.currentChanged?.connect((_, change) => essays.focus(change.newValue?.id));
    return essays;
  }
};
