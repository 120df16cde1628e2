import { ICodeCellModel, MarkdownCell } from '@jupyterlab/cells';
import { CodeEditor } from '@jupyterlab/codeeditor';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import { IDocumentWidget } from '@jupyterlab/docregistry';
import { FileEditor } from '@jupyterlab/fileeditor';
import { NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import { IDraft, IDraftCell, post } from './api';
import { cite, insertBlock } from './editor/cite';
import { InlineValues, IQuestion } from './inline';
import { IEssay } from './tokens';

/** Put a block where the cursor is, apart from the text around it. */
function put(editor: CodeEditor.IEditor, text: string): void {
  if (editor instanceof CodeMirrorEditor) {
    insertBlock(editor.editor, text);
  } else {
    editor.replaceSelection?.(`\n\n${text}\n\n`);
  }
  editor.focus();
}

function citeIn(editor: CodeEditor.IEditor, key: string): void {
  if (editor instanceof CodeMirrorEditor) {
    cite(editor.editor, key, editor.editor.state.selection.main.to);
  }
}

function selected(editor: CodeEditor.IEditor | null | undefined): string {
  if (!editor) {
    return '';
  }
  const range = editor.getSelection();
  const [one, other] = [editor.getOffsetAt(range.start), editor.getOffsetAt(range.end)];
  return editor.model.sharedModel.getSource().slice(Math.min(one, other), Math.max(one, other));
}

/** The words of a passage that is shown rendered, without its citations and marks of notes. */
function passage(shown: DocumentFragment): string {
  shown.querySelectorAll('.citation, .footnote-ref, .octavo-notes').forEach(node => node.remove());
  const paragraphs = Array.from(shown.querySelectorAll('p, li'));
  const parts = paragraphs.length ? paragraphs.map(one => one.textContent) : [shown.textContent];
  return parts.map(part => (part ?? '').trim()).filter(Boolean).join('\n\n');
}

function shareOf(editor: CodeEditor.IEditor | null | undefined): number {
  return editor ? editor.getCursorPosition().line / Math.max(1, editor.lineCount) : 0;
}

function goTo(editor: CodeEditor.IEditor, line: number, column: number): void {
  const place = { line: Math.min(Math.max(line, 0), editor.lineCount - 1), column: Math.max(column, 0) };
  editor.setCursorPosition(place);
  editor.revealPosition(place);
  editor.focus();
}

/** An essay or note that is open as a notebook. */
export class NotebookEssay implements IEssay {
  constructor(private _panel: NotebookPanel) {
    this.inline = new InlineValues(_panel);
  }

  readonly inline: InlineValues;

  get path(): string {
    return this._panel.context.path;
  }

  get id(): string {
    return this._panel.id;
  }

  get node(): HTMLElement {
    return this._panel.node;
  }

  get place(): { cell: number; share: number; whole: number } {
    const { activeCell, activeCellIndex: cell, widgets } = this._panel.content;
    const share = shareOf(activeCell?.editor);
    const sizes = widgets.map(one => one.model.sharedModel.getSource().length);
    const sum = (some: number[]): number => some.reduce((total, size) => total + size, 0);
    const before = sum(sizes.slice(0, cell)) + (sizes[cell] ?? 0) * share;
    return { cell, share, whole: before / Math.max(1, sum(sizes)) };
  }

  draft(outputs = 0): IDraft {
    const shown = outputs ? this._outputs(outputs) : null;
    const cells: IDraftCell[] = Array.from(this._panel.context.model.cells).map(cell => {
      const source = cell.sharedModel.getSource();
      const tags = (cell.getMetadata('tags') as string[] | undefined) ?? [];
      const values = this.inline.find(cell.id, source);
      return {
        ...{ id: cell.id, kind: cell.type, source, tags },
        ...(values ? { values } : {}),
        ...(shown?.has(cell.id) ? { outputs: shown.get(cell.id) } : {})
      };
    });
    const kernel = this._panel.context.model.getMetadata('kernelspec')?.name;
    return { path: this.path, cells, ...(kernel ? { kernel } : {}) };
  }

  text(): string {
    return (this.draft().cells ?? []).map(cell => cell.source).join('\n\n');
  }

  selection(): string {
    const chosen = window.getSelection();
    const cell = this._panel.content.activeCell;
    const source = selected(cell?.editor);
    const shown = chosen?.rangeCount && this.node.contains(chosen.anchorNode);
    return source || (shown ? passage(chosen.getRangeAt(0).cloneContents()) : '');
  }

  get hasCells(): boolean {
    return true;
  }

  insert(text: string): void {
    const editor = this._editor();
    if (editor) {
      put(editor, text);
    }
  }

  save(): Promise<void> {
    return this._panel.context.save();
  }

  cite(key: string, id = ''): void {
    const notebook = this._panel.content;
    const index = notebook.widgets.findIndex(cell => cell.model.id === id);
    if (index >= 0) {
      notebook.activeCellIndex = index;
    }
    const editor = this._editor();
    if (editor) {
      citeIn(editor, key);
    }
  }

  show(cell: number, line: number, column: number): void {
    if (cell >= 0) {
      this._show(cell, line, column);
      return;
    }
    void post<{ cell: number; line: number }>('locate', { ...this.draft(), line }).then(
      found => this._show(found.cell, found.line, column),
      () => this._show(0, 0, 1)
    );
  }

  cellOf(node: HTMLElement): string {
    const owner = node.closest('.jp-MarkdownCell');
    return this._panel.content.widgets.find(cell => cell.node === owner)?.model.id ?? '';
  }

  ask(questions: readonly IQuestion[]): Promise<void> {
    return this.inline.ask(questions);
  }

  private _show(number: number, line: number, column: number): void {
    const notebook = this._panel.content;
    notebook.activeCellIndex = Math.min(number, notebook.widgets.length - 1);
    const active = notebook.activeCell;
    if (!active) {
      return;
    }
    void notebook.scrollToItem(notebook.activeCellIndex, 'center');
    if (active instanceof MarkdownCell) {
      active.rendered = false;
    }
    notebook.mode = 'edit';
    window.requestAnimationFrame(() => active.editor && goTo(active.editor, line, column - 1));
  }

  /** The editor of the active Markdown cell, or of a new one; of a rendered cell, at its end. */
  private _editor(): CodeEditor.IEditor | null {
    const notebook = this._panel.content;
    if (!(notebook.activeCell instanceof MarkdownCell)) {
      NotebookActions.insertBelow(notebook);
      NotebookActions.changeCellType(notebook, 'markdown');
    }
    const cell = notebook.activeCell;
    if (!(cell instanceof MarkdownCell) || !cell.editor) {
      return null;
    }
    const fresh = cell.rendered;
    cell.rendered = false;
    notebook.mode = 'edit';
    if (fresh) {
      const source = cell.model.sharedModel.getSource();
      cell.editor.setCursorPosition(cell.editor.getPositionAt(source.length) ?? { line: 0, column: 0 });
    }
    return cell.editor;
  }

  /** What the code cells show, unless that is more than so many characters. */
  private _outputs(most: number): Map<string, unknown[]> | null {
    const found = new Map<string, unknown[]>();
    let size = 0;
    for (const cell of Array.from(this._panel.context.model.cells)) {
      if (cell.type === 'code') {
        const outputs = (cell as ICodeCellModel).outputs.toJSON();
        size += most === Infinity ? 0 : JSON.stringify(outputs).length;
        found.set(cell.id, outputs);
      }
    }
    return size > most ? null : found;
  }
}

/** An essay or note that is open as text. */
export class FileEssay implements IEssay {
  constructor(private _widget: IDocumentWidget<FileEditor>) {}

  get path(): string {
    return this._widget.context.path;
  }

  get id(): string {
    return this._widget.id;
  }

  get node(): HTMLElement {
    return this._widget.node;
  }

  get place(): { cell: number; share: number; whole: number } {
    const share = shareOf(this._widget.content.editor);
    return { cell: -1, share, whole: share };
  }

  draft(): IDraft {
    return { path: this.path, text: this.text() };
  }

  text(): string {
    return this._widget.context.model.toString();
  }

  selection(): string {
    return selected(this._widget.content.editor);
  }

  get hasCells(): boolean {
    return false;
  }

  insert(text: string): void {
    put(this._widget.content.editor, text);
  }

  show(_cell: number, line: number, column: number): void {
    goTo(this._widget.content.editor, line - 1, column - 1);
  }

  save(): Promise<void> {
    return this._widget.context.save();
  }

  cellOf(): string {
    return '';
  }

  cite(key: string): void {
    citeIn(this._widget.content.editor, key);
  }

  ask(): Promise<void> {
    return Promise.resolve();
  }
}
