import { MarkdownCell } from '@jupyterlab/cells';
import { CodeEditor } from '@jupyterlab/codeeditor';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import { IDocumentWidget } from '@jupyterlab/docregistry';
import { FileEditor } from '@jupyterlab/fileeditor';
import { NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import { IDraft } from './api';
import { IEssay } from './tokens';

function put(editor: CodeEditor.IEditor, text: string): void {
  if (editor instanceof CodeMirrorEditor) {
    const { main } = editor.editor.state.selection;
    editor.editor.dispatch({
      changes: { from: main.from, to: main.to, insert: text },
      selection: { anchor: main.from + text.length },
      userEvent: 'input.paste'
    });
  } else {
    editor.replaceSelection?.(text);
  }
  editor.focus();
}

function selected(editor: CodeEditor.IEditor | null | undefined): string {
  if (!editor) {
    return '';
  }
  const range = editor.getSelection();
  const [one, other] = [editor.getOffsetAt(range.start), editor.getOffsetAt(range.end)];
  return editor.model.sharedModel.getSource().slice(Math.min(one, other), Math.max(one, other));
}

function goTo(editor: CodeEditor.IEditor, line: number, column: number): void {
  const place = { line: Math.min(Math.max(line, 0), editor.lineCount - 1), column: Math.max(column, 0) };
  editor.setCursorPosition(place);
  editor.revealPosition(place);
  editor.focus();
}

/** An essay or note that is open as a notebook. */
export class NotebookEssay implements IEssay {
  constructor(private _panel: NotebookPanel) {}

  get path(): string {
    return this._panel.context.path;
  }

  get id(): string {
    return this._panel.id;
  }

  get node(): HTMLElement {
    return this._panel.node;
  }

  get place(): { cell: number; share: number } {
    const editor = this._panel.content.activeCell?.editor;
    const share = editor ? editor.getCursorPosition().line / Math.max(1, editor.lineCount) : 0;
    return { cell: this._panel.content.activeCellIndex, share };
  }

  draft(): IDraft {
    const cells = Array.from(this._panel.context.model.cells).map(cell => ({
      kind: cell.type,
      source: cell.sharedModel.getSource(),
      tags: (cell.getMetadata('tags') as string[] | undefined) ?? []
    }));
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
    const rendered = chosen && this.node.contains(chosen.anchorNode) ? chosen.toString() : '';
    return source || rendered;
  }

  insert(text: string): void {
    const notebook = this._panel.content;
    if (!(notebook.activeCell instanceof MarkdownCell)) {
      NotebookActions.insertBelow(notebook);
      NotebookActions.changeCellType(notebook, 'markdown');
    }
    const cell = notebook.activeCell;
    if (cell instanceof MarkdownCell && cell.editor) {
      const fresh = cell.rendered;
      cell.rendered = false;
      notebook.mode = 'edit';
      if (fresh) {
        const source = cell.model.sharedModel.getSource();
        cell.editor.setCursorPosition(cell.editor.getPositionAt(source.length) ?? { line: 0, column: 0 });
      }
      put(cell.editor, text);
    }
  }

  show(cell: number, line: number, column: number): void {
    const notebook = this._panel.content;
    const found = cell < 0 ? this._cellOf(line) : { cell, line };
    notebook.activeCellIndex = Math.min(found.cell, notebook.widgets.length - 1);
    const active = notebook.activeCell;
    if (!active) {
      return;
    }
    void notebook.scrollToItem(notebook.activeCellIndex, 'center');
    if (active instanceof MarkdownCell) {
      active.rendered = false;
    }
    notebook.mode = 'edit';
    window.requestAnimationFrame(() => active.editor && goTo(active.editor, found.line, column - 1));
  }

  /** The cell of a line of the text half: cells stand in it with blank lines between. */
  private _cellOf(line: number): { cell: number; line: number } {
    let start = 1;
    let last = { cell: 0, line: 0 };
    (this.draft().cells ?? []).forEach((cell, number) => {
      const fence = cell.kind === 'code' ? 1 : 0;
      if (start + fence <= line) {
        last = { cell: number, line: line - start - fence };
      }
      start += cell.source.split('\n').length + 1 + 2 * fence;
    });
    return last;
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

  get place(): { cell: number; share: number } {
    const editor = this._widget.content.editor;
    return { cell: -1, share: editor.getCursorPosition().line / Math.max(1, editor.lineCount) };
  }

  draft(): IDraft {
    return { path: this.path, text: this.text() };
  }

  text(): string {
    return this._widget.content.model.sharedModel.getSource();
  }

  selection(): string {
    return selected(this._widget.content.editor);
  }

  insert(text: string): void {
    put(this._widget.content.editor, text);
  }

  show(_cell: number, line: number, column: number): void {
    goTo(this._widget.content.editor, line - 1, column - 1);
  }
}
