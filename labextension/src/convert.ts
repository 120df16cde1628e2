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
import { IDocumentManager } from '@jupyterlab/docmanager';
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

/** Problems as a person reads them in a notification: where, what, and what to do. */
function listed(problems: IProblem[]): string {
  const shown = problems.slice(0, 5).map(one => {
    const hint = one.hint ? `. ${one.hint.split('\n')[0].slice(0, 200)}` : '';
    return `${one.line ? `Line ${one.line}: ` : ''}${one.message}${hint}`;
  });
  const more = problems.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more: see View › Problems of the Essay`] : [])].join('\n');
}

/** Convert, telling what is being done; the value is the path of the result, "" where there is none. */
async function convert(essay: IEssay, wish: IWish, show: (path: string) => void): Promise<string> {
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
  const problems = listed(last.diagnostics ?? []);
  const path = last.path ?? '';
  if (!path) {
    const reason = problems || last.failed || 'nothing came of it';
    const message = `${name}: the essay was not converted.\n${reason}`;
    const type = stop.signal.aborted ? 'info' : 'error';
    Notification.update({ id, message, type, autoClose: stop.signal.aborted ? 4000 : false, actions: [] });
    return '';
  }
  const open = { label: isDownload(path) ? 'Download' : 'Open', callback: () => show(path) };
  const message = `${path} is written.${problems ? `\n${problems}` : ''}`;
  const type = problems ? 'warning' : 'success';
  Notification.update({ id, message, type, autoClose: problems ? false : 10_000, actions: [open] });
  return path;
}

function isDownload(path: string): boolean {
  return /\.(docx|epub|zip)$/.test(path);
}

/** Open a result: in a tab of JupyterLab, of the browser, or in the program that is for it. */
function opener(manager: IDocumentManager): (path: string) => void {
  return path => {
    const url = URLExt.join(PageConfig.getBaseUrl(), 'files', URLExt.encodeParts(path));
    if (isDownload(path)) {
      window.location.assign(`${url}?download=1`);
    } else if (path.endsWith('.html')) {
      window.open(url, '_blank', 'noopener');
    } else {
      manager.openOrReveal(path);
    }
  };
}

/** Converting the essay into every form that `octavo build --to` knows. */
export const convertPlugin: JupyterFrontEndPlugin<void> = {
  id: 'octavo-lab:convert',
  description: 'Convert the essay: a command and a toolbar button.',
  autoStart: true,
  requires: [ISources, IEssays, IDocumentManager],
  optional: [ICommandPalette, IToolbarWidgetRegistry],
  activate: (
    app: JupyterFrontEnd,
    sources: ISources,
    essays: IEssays,
    manager: IDocumentManager,
    palette: ICommandPalette | null,
    toolbars: IToolbarWidgetRegistry | null
  ): void => {
    const show = opener(manager);
    app.commands.addCommand(CommandIDs.convert, {
      label: args => (args.toolbar ? '' : 'Convert the Essay…'),
      caption: 'Convert the essay to a page, a paper or another form',
      icon: args => (args.toolbar ? launchIcon : undefined),
      isEnabled: () => sources.status !== null && essays.essay !== null,
      execute: async args => {
        const essay = essays.essay;
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
        return convert(essay, wish, show);
      }
    });
    palette?.addItem({ command: CommandIDs.convert, category: 'Octavo' });
    for (const [name, id] of [
      ['octavo-preview', CommandIDs.preview],
      ['octavo-convert', CommandIDs.convert]
    ]) {
      const button = ({ context }: IDocumentWidget): Widget =>
        /\.(md|ipynb)$/.test(context.path)
          ? new CommandToolbarButton({ commands: app.commands, id, args: { toolbar: true }, label: '' })
          : new Widget();
      toolbars?.addFactory<IDocumentWidget>('Notebook', name, button);
      toolbars?.addFactory<IDocumentWidget>('Editor', name, button);
    }
  }
};
