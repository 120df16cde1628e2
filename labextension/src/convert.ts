import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, Notification, showDialog } from '@jupyterlab/apputils';
import { PageConfig, URLExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { launchIcon } from '@jupyterlab/ui-components';
import { ReadonlyJSONValue } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';
import { IProblem, post } from './api';
import { CommandIDs, IEssay, IEssays, ISources } from './tokens';

interface IWish {
  form: string;
  style: string;
}

/** What the writer is asked: the form, and a style if not the essay's own. */
class Question extends Widget implements Dialog.IBodyWidget<IWish> {
  constructor(forms: readonly string[], style: string) {
    super();
    this.addClass('octavo-convert');
    this._form = document.createElement('select');
    this._form.className = 'jp-mod-styled';
    for (const form of forms) {
      this._form.add(new Option(form.toUpperCase(), form));
    }
    this._style = document.createElement('input');
    this._style.className = 'jp-mod-styled';
    this._style.placeholder = `the essay’s own, else ${style}`;
    this.node.append(labelled('Form', this._form), labelled('Citation style', this._style));
  }

  getValue(): IWish {
    return { form: this._form.value, style: this._style.value.trim() };
  }

  private _form: HTMLSelectElement;
  private _style: HTMLInputElement;
}

function labelled(text: string, control: HTMLElement): HTMLElement {
  const label = document.createElement('label');
  label.append(text, control);
  return label;
}

interface IAnswer {
  path: string;
  diagnostics: IProblem[];
}

function said(problems: IProblem[]): string {
  return problems
    .slice(0, 6)
    .map(one => `${one.line ? `line ${one.line}: ` : ''}${one.message}${one.hint ? ` (${one.hint.slice(0, 200)})` : ''}`)
    .join('\n');
}

async function convert(essay: IEssay, wish: IWish): Promise<IAnswer> {
  const answer = await post<IAnswer>('convert', { path: essay.path, ...wish });
  if (!answer.path) {
    throw new Error(said(answer.diagnostics) || 'nothing came of it');
  }
  return answer;
}

/** Converting the essay into every form that `octavo build --to` knows. */
export const convertPlugin: JupyterFrontEndPlugin<void> = {
  id: 'octavo-lab:convert',
  description: 'Convert the essay: a command and a toolbar button.',
  autoStart: true,
  requires: [ISources, IEssays, IDocumentManager],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    sources: ISources,
    essays: IEssays,
    manager: IDocumentManager,
    palette: ICommandPalette | null
  ): void => {
    app.commands.addCommand(CommandIDs.convert, {
      label: args => (args.toolbar ? '' : 'Convert the Essay…'),
      caption: 'Convert the essay to a page, a paper or another form',
      icon: args => (args.toolbar ? launchIcon : undefined),
      isEnabled: () => sources.status !== null,
      execute: async args => {
        const essay = essays.essay;
        if (!essay || !sources.status) {
          return null;
        }
        let wish: IWish = { form: (args.form as string) ?? '', style: (args.style as string) ?? '' };
        if (!wish.form) {
          const body = new Question(sources.status.forms, sources.status.style);
          const buttons = [Dialog.cancelButton(), Dialog.okButton({ label: 'Convert' })];
          const asked = await showDialog({ title: 'Convert the essay', body, buttons });
          if (!asked.button.accept || !asked.value) {
            return null;
          }
          wish = asked.value;
        }
        await manager.contextForWidget(app.shell.currentWidget as Widget)?.save();
        const work = convert(essay, wish);
        Notification.promise(work as Promise<unknown> as Promise<ReadonlyJSONValue>, {
          pending: { message: `Converting to ${wish.form.toUpperCase()}…` },
          success: {
            message: answer => {
              const { path, diagnostics } = answer as unknown as IAnswer;
              const warnings = said(diagnostics);
              return `${path} is written.${warnings ? `\n${warnings}` : ''}`;
            },
            options: { autoClose: 8000 }
          },
          error: {
            message: reason => `The essay could not be converted.\n${(reason as Error).message}`,
            options: { autoClose: false }
          }
        });
        const path = await work.then(
          answer => answer.path,
          () => ''
        );
        if (/\.(html|pdf)$/.test(path)) {
          const url = URLExt.join(PageConfig.getBaseUrl(), 'files', URLExt.encodeParts(path));
          if (path.endsWith('.pdf')) {
            manager.openOrReveal(path);
          } else {
            window.open(url, '_blank', 'noopener');
          }
        } else if (path) {
          manager.openOrReveal(path);
        }
        return path;
      }
    });
    palette?.addItem({ command: CommandIDs.convert, category: 'Octavo' });
  }
};
