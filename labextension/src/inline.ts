import { CodeCell } from '@jupyterlab/cells';
import { NotebookActions, NotebookPanel } from '@jupyterlab/notebook';
import { KernelMessage } from '@jupyterlab/services';
import { ISignal, Signal } from '@lumino/signaling';

const MIME = 'application/vnd.octavo.inline+json';

/** What a kernel is asked (Python code) for the values in a cell of this text. */
export interface IQuestion {
  id: string;
  source: string;
  code: string;
}

/**
 * The inline values of a notebook as its kernel knows them.
 *
 * The kernel is asked only after the writer has run a cell: opening a file runs nothing.
 */
export class InlineValues {
  constructor(private _panel: NotebookPanel) {
    const ran = (_: unknown, { notebook, cell }: { notebook: unknown; cell: unknown }): void => {
      if (notebook === this._panel.content && cell instanceof CodeCell) {
        this._hasRun = true;
        this._forget();
        this._changed.emit();
      }
    };
    NotebookActions.executed.connect(ran);
    _panel.disposed.connect(() => NotebookActions.executed.disconnect(ran));
    _panel.sessionContext.kernelChanged.connect(() => {
      this._hasRun = false;
      this._forget();
    });
  }

  /** The writer ran a cell, and values may be others; or the kernel said what they are. */
  get changed(): ISignal<InlineValues, void> {
    return this._changed;
  }

  /** The values of a cell's expressions, if the kernel said them of this text. */
  find(cell: string, source: string): string[] | undefined {
    const known = this._known.get(cell);
    return known?.source === source ? known.values : undefined;
  }

  /** Ask what the questions come to. */
  async ask(questions: readonly IQuestion[]): Promise<void> {
    const session = this._panel.sessionContext.session;
    const language = this._panel.context.model.getMetadata('language_info')?.name ?? 'python';
    if (!this._hasRun || session?.kernel?.status !== 'idle' || language !== 'python') {
      return;
    }
    let known = false;
    for (const { id, source, code } of questions) {
      if (this._asked.get(id) === source) {
        continue;
      }
      this._asked.set(id, source);
      const values = await this._ask(code);
      if (values) {
        this._known.set(id, { source, values });
        known = true;
      }
    }
    if (known) {
      this._changed.emit();
    }
  }

  private async _ask(code: string): Promise<string[] | null> {
    const kernel = this._panel.sessionContext.session?.kernel;
    if (!kernel) {
      return null;
    }
    let values: string[] | null = null;
    const future = kernel.requestExecute({ code, silent: true, store_history: false, stop_on_error: false });
    future.onIOPub = message => {
      if (KernelMessage.isDisplayDataMsg(message)) {
        values = (message.content.data[MIME] as unknown as string[] | undefined) ?? values;
      }
    };
    await future.done;
    return values;
  }

  private _forget(): void {
    this._asked.clear();
    this._known.clear();
  }

  private _changed = new Signal<InlineValues, void>(this);
  private _hasRun = false;
  /** The text of each cell when it was asked last: what has no value is not asked again. */
  private _asked = new Map<string, string>();
  private _known = new Map<string, { source: string; values: string[] }>();
}
