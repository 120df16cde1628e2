import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import {
  CommandToolbarButton,
  Dialog,
  ICommandPalette,
  IToolbarWidgetRegistry,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { IDocumentWidget } from '@jupyterlab/docregistry';
import { launchIcon } from '@jupyterlab/ui-components';
import { Widget } from '@lumino/widgets';
import { get, IProblem, lines } from './api';
import { CommandIDs, IEssay, IEssays, ISources } from './tokens';

const NAMES: Record<string, string> = {
  html: 'Page (HTML)',
  pdf: 'Paper (PDF)',
  docx: 'Word (DOCX)',
  latex: 'LaTeX',
  epub: 'E-book (EPUB)',
  jats: 'JATS XML',
  text: 'Plain text'
};

interface IWish {
  form: string;
  style: string;
}

interface IStyle {
  name: string;
  title: string;
}

/** What the server says while it converts, and at the end. */
interface ISaid {
  said?: string;
  failed?: string;
  path?: string;
  diagnostics?: IProblem[];
}

/** What the writer is asked: the form, and a style if not the essay's own. */
class Question extends Widget implements Dialog.IBodyWidget<IWish> {
  constructor(forms: readonly string[], style: string) {
    super();
    this.addClass('octavo-convert');
    this._form = document.createElement('select');
    this._form.className = 'jp-mod-styled';
    for (const form of forms) {
      this._form.add(new Option(NAMES[form] ?? form, form));
    }
    this._styles = document.createElement('datalist');
    this._styles.id = 'octavo-convert-styles';
    this._style = document.createElement('input');
    this._style.className = 'jp-mod-styled';
    this._style.placeholder = `the essay’s own, else ${style}`;
    this._style.setAttribute('list', this._styles.id);
    this._style.addEventListener('input', () => this._later());
    this.node.append(labelled('Form', this._form), labelled('Citation style', this._style), this._styles);
  }

  getValue(): IWish {
    return { form: this._form.value, style: this._style.value.trim() };
  }

  private _later(): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => void this._suggest(), 150);
  }

  private async _suggest(): Promise<void> {
    const query = this._style.value.trim();
    if (query.length > 1) {
      const found = await get<{ styles: IStyle[] }>(`styles?q=${encodeURIComponent(query)}`);
      this._styles.replaceChildren(...found.styles.map(style => new Option(style.title, style.name)));
    }
  }

  private _form: HTMLSelectElement;
  private _style: HTMLInputElement;
  private _styles: HTMLDataListElement;
  private _timer = 0;
}

function labelled(text: string, control: HTMLElement): HTMLElement {
  const label = document.createElement('label');
  label.append(text, control);
  return label;
}

/** Problems as a person reads them: where, what, and what to do. */
class Problems extends Widget {
  constructor(problems: readonly IProblem[]) {
    super({ node: document.createElement('ol') });
    this.addClass('octavo-faults');
    for (const problem of problems) {
      const item = document.createElement('li');
      item.append(`${problem.line ? `Line ${problem.line}: ` : ''}${problem.message}`);
      if (problem.hint) {
        const hint = document.createElement('pre');
        hint.textContent = problem.hint;
        item.append(hint);
      }
      this.node.append(item);
    }
  }
}

/** Convert, telling what is being done; the value is the path of the result, "" where there is none. */
async function convert(essay: IEssay, wish: IWish): Promise<string> {
  const stop = new AbortController();
  const name = NAMES[wish.form] ?? wish.form;
  const cancel = { label: 'Cancel', callback: () => stop.abort() };
  const id = Notification.emit(`${name}: starting`, 'in-progress', { autoClose: false, actions: [cancel] });
  let last: ISaid = {};
  try {
    await essay.save();
    for await (const said of lines<ISaid>('convert', { path: essay.path, ...wish }, stop.signal)) {
      last = said;
      if (said.said) {
        Notification.update({ id, message: `${name}: ${said.said}` });
      }
    }
  } catch (error) {
    last = { failed: stop.signal.aborted ? 'cancelled; nothing was written' : (error as Error).message };
  }
  const problems = last.diagnostics ?? [];
  const path = last.path ?? '';
  if (path) {
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    const details = { label: `Show ${count}`, callback: () => void tell(`${path} is written`, problems) };
    const open = { label: isDownload(path) ? 'Download' : 'Open', callback: () => show(path) };
    const actions = problems.length ? [open, details] : [open];
    const type = problems.length ? 'warning' : 'success';
    Notification.update({ id, message: `${path} is written.`, type, autoClose: 15_000, actions });
  } else if (stop.signal.aborted) {
    Notification.dismiss(id);
    Notification.info(`${name}: ${last.failed}.`, { autoClose: 4000 });
  } else {
    Notification.dismiss(id);
    const reason = { message: last.failed ?? 'nothing came of it', hint: '', line: 0 } as IProblem;
    void tell(`${name}: the essay was not converted`, problems.length ? problems : [reason]);
  }
  return path;
}

function tell(title: string, problems: readonly IProblem[]): Promise<unknown> {
  return showDialog({ title, body: new Problems(problems), buttons: [Dialog.okButton({ label: 'Close' })] });
}

function isDownload(path: string): boolean {
  return /\.(docx|epub)$/.test(path);
}

/** Open a result in a tab of the browser, or in the program that is for it. */
function show(path: string): void {
  const url = URLExt.join(PageConfig.getBaseUrl(), 'octavo', `result?path=${encodeURIComponent(path)}`);
  if (isDownload(path)) {
    window.location.assign(url);
  } else {
    window.open(url, '_blank', 'noopener');
  }
}

/** Converting the essay into every form that `octavo build --to` knows. */
export const convertPlugin: JupyterFrontEndPlugin<void> = {
  id: 'octavo-lab:convert',
  description: 'Convert the essay: a command and a toolbar button.',
  autoStart: true,
  requires: [ISources, IEssays],
  optional: [ICommandPalette, IToolbarWidgetRegistry],
  activate: (
    app: JupyterFrontEnd,
    sources: ISources,
    essays: IEssays,
    palette: ICommandPalette | null,
    toolbars: IToolbarWidgetRegistry | null
  ): void => {
    app.commands.addCommand(CommandIDs.convert, {
      label: args => (args.toolbar ? '' : 'Convert the Essay…'),
      caption: 'Convert the essay to a page, a paper or another form',
      icon: args => (args.toolbar ? launchIcon : undefined),
      isEnabled: () => sources.status !== null && essays.essay !== null,
      execute: async args => {
        const essay = essays.all.find(one => one.path === args.path) ?? essays.essay;
        if (!essay || !sources.status) {
          return '';
        }
        let wish: IWish = { form: (args.form as string) ?? '', style: (args.style as string) ?? '' };
        if (!wish.form) {
          const body = new Question(sources.status.forms, sources.status.style);
          const buttons = [Dialog.cancelButton(), Dialog.okButton({ label: 'Convert' })];
          const asked = await showDialog({ title: 'Convert the essay', body, buttons });
          if (!asked.button.accept || !asked.value) {
            return '';
          }
          wish = asked.value;
        }
        return convert(essay, wish);
      }
    });
    palette?.addItem({ command: CommandIDs.convert, category: 'Octavo' });
    for (const [name, id] of [
      ['octavo-preview', CommandIDs.preview],
      ['octavo-convert', CommandIDs.convert]
    ]) {
      const button = ({ context }: IDocumentWidget): Widget =>
        /\.(md|ipynb)$/.test(context.path)
          ? new CommandToolbarButton({ commands: app.commands, id, args: { toolbar: true, path: context.path }, label: '' })
          : new Widget();
      toolbars?.addFactory<IDocumentWidget>('Notebook', name, button);
      toolbars?.addFactory<IDocumentWidget>('Editor', name, button);
    }
  }
};
