import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Dialog, ICommandPalette, InputDialog, Notification, showErrorMessage } from '@jupyterlab/apputils';
import { ILauncher } from '@jupyterlab/launcher';
import { addIcon, editIcon, tabIcon } from '@jupyterlab/ui-components';
import { Contents } from '@jupyterlab/services';
import { make } from './api';
import { citedIn, written } from './citations';
import { CommandIDs, IEssay, IEssays, ISources } from './tokens';

/** The width in pixels that has room for essay, note and page side by side. */
const WIDE = 1900;

const LOCATOR = /\[@[^\],;]+,\s*([^\];]+)[\];]|\(((?:pp?|chap|sec)\.\s*[^)]+)\)/;

/** The citekey that a note is on: its header's `source`. */
export function sourceOf(text: string): string {
  return /^source:\s*["']?([^"'\n]+?)["']?\s*$/m.exec(text)?.[1] ?? '';
}

/** The locator of a passage: what stands behind it in the note, before the next quotation. */
export function locatorOf(text: string, passage: string): string {
  const inside = LOCATOR.exec(passage);
  const place = text.indexOf(passage.trim().split('\n')[0]);
  const after = place < 0 ? '' : text.slice(place + passage.trim().length).split(/\n\s*\n/)[0];
  const found = inside ?? LOCATOR.exec(after);
  return (found?.[1] ?? found?.[2] ?? '').trim();
}

/** A passage as a block quotation with its citation. */
export function quotation(key: string, passage: string, locator: string): string {
  const words = passage
    .replace(LOCATOR, '')
    .split('\n')
    .map(line => line.replace(/^\s*>\s?/, '').trim())
    .join('\n')
    .trim();
  const quoted = words
    .split('\n')
    .map(line => `> ${line}`.trimEnd())
    .join('\n');
  return `${quoted} [@${written(key)}${locator ? `, ${locator}` : ''}]`;
}

function send(essays: IEssays): void {
  const note = essays.document;
  const essay = essays.essay;
  const key = note ? sourceOf(note.text()) : '';
  const passage = note?.selection() ?? '';
  if (!note || !key || !passage.trim()) {
    Notification.info('Select a passage of a reading note first.', { autoClose: 4000 });
    return;
  }
  if (!essay || essay === note) {
    Notification.info('Open the essay that the quotation is for.', { autoClose: 4000 });
    return;
  }
  essay.insert(quotation(key, passage, locatorOf(note.text(), passage)));
}

/** Open the essay that was written in last. */
async function openLatest(app: JupyterFrontEnd, sources: ISources, essays: IEssays): Promise<IEssay | null> {
  const folder = await app.serviceManager.contents.get(sources.status?.essays ?? '', { content: true });
  const files: Contents.IModel[] = folder.content;
  const found = files
    .filter(file => /\.(md|ipynb)$/.test(file.name))
    .sort((a, b) => b.last_modified.localeCompare(a.last_modified));
  if (!found.length) {
    return null;
  }
  const notebook = found[0].path.replace(/\.md$/, '.ipynb');
  await essays.open(files.some(file => file.path === notebook) ? notebook : found[0].path);
  return essays.essay;
}

async function choose(sources: ISources): Promise<string> {
  const labels = new Map(sources.sources.map(s => [`${s.key}: ${s.author.split(';')[0]}, ${s.title}`, s.key]));
  const answer = await InputDialog.getText({
    title: 'The citekey of the source',
    okLabel: 'New note',
    suggestions: Array.from(labels.keys()).slice(0, 500)
  } as InputDialog.ITextOptions);
  const text = answer.value?.trim() ?? '';
  return answer.button.accept ? (labels.get(text) ?? text) : '';
}

function back(essays: IEssays): void {
  const note = essays.document;
  const key = note ? sourceOf(note.text()) : '';
  const essay = essays.essay;
  if (!essay || !key) {
    return;
  }
  void essays.open(essay.path).then(() => goToCitation(essay, key));
}

function goToCitation(essay: IEssay, key: string): void {
  const cells = essay.draft().cells ?? [{ source: essay.text(), kind: 'markdown', tags: [] }];
  for (const [number, cell] of cells.entries()) {
    const cited = cell.kind === 'markdown' && citedIn(cell.source).find(one => one.key === key);
    if (cited) {
      const line = cell.source.slice(0, cited.from).split('\n').length;
      essay.show(number, essay.hasCells ? line - 1 : line, 1);
      return;
    }
  }
}

/** The source whose note to show beside an essay: the first it cites that has one. */
function noteFor(sources: ISources, essay: IEssay): string {
  const cited = citedIn(essay.text()).map(one => sources.find(one.key));
  return cited.find(source => source?.note)?.key ?? '';
}

/** Essays and notes: begin one, send a quotation from one to the other, go back and forth. */
export const notesPlugin: JupyterFrontEndPlugin<void> = {
  id: 'octavo-lab:notes',
  description: 'New essays and reading notes; quotations from a note to the essay.',
  autoStart: true,
  requires: [ISources, IEssays],
  optional: [ILauncher, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    sources: ISources,
    essays: IEssays,
    launcher: ILauncher | null,
    palette: ICommandPalette | null
  ): void => {
    const { commands } = app;
    commands.addCommand(CommandIDs.newEssay, {
      label: args => (args.isPalette ? 'New Essay' : 'Essay'),
      caption: 'Begin an essay',
      icon: editIcon,
      isEnabled: () => sources.status !== null,
      execute: async args => {
        const given = args.title as string | undefined;
        const asked = given ? null : await InputDialog.getText({ title: 'The title of the essay', okLabel: 'Begin' });
        const title = given ?? (asked?.button.accept ? asked.value : '');
        if (!title) {
          return null;
        }
        try {
          const path = await make('essay', title);
          return await commands.execute('docmanager:open', { path, factory: 'Notebook' });
        } catch (error) {
          await showErrorMessage('The essay can’t be begun', error as Error, [Dialog.okButton()]);
          return null;
        }
      }
    });
    commands.addCommand(CommandIDs.newNote, {
      label: args => (args.isPalette ? 'New Reading Note' : 'Reading Note'),
      caption: 'Begin a note on a source',
      icon: addIcon,
      isEnabled: () => sources.status !== null,
      execute: async args => {
        const key = (args.key as string | undefined) ?? (await choose(sources));
        if (key) {
          await essays.openNote(key);
        }
      }
    });
    commands.addCommand(CommandIDs.toEssay, {
      label: 'Send Selection to the Essay as a Quotation',
      execute: () => send(essays)
    });
    commands.addCommand(CommandIDs.back, {
      label: 'Back from the Note to Its Citation',
      execute: () => back(essays)
    });
    commands.addCommand(CommandIDs.layout, {
      label: 'Essay, Notes and Preview',
      caption: 'The essay, a note of what it cites, and its page; the library at the left',
      icon: tabIcon,
      isEnabled: () => sources.status !== null,
      execute: async () => {
        await commands.execute(CommandIDs.library);
        const essay = essays.essay ?? (await openLatest(app, sources, essays));
        if (!essay) {
          return commands.execute(CommandIDs.newEssay);
        }
        const key = essays.all.some(one => one !== essay && sourceOf(one.text())) ? '' : noteFor(sources, essay);
        if (key) {
          await essays.openNote(key);
        }
        // Three columns want a wide screen; else the page stands below the note.
        const note = essays.all.find(one => one !== essay && sourceOf(one.text()));
        const below = note && window.innerWidth < WIDE ? note.id : '';
        await commands.execute(CommandIDs.preview, { below });
        return essays.open(essay.path);
      }
    });
    for (const [rank, command] of [CommandIDs.newEssay, CommandIDs.newNote, CommandIDs.layout].entries()) {
      launcher?.add({ command, category: 'Octavo', rank, categoryRank: -1 });
      palette?.addItem({ command, category: 'Octavo', args: { isPalette: true } });
    }
    for (const command of [CommandIDs.toEssay, CommandIDs.back]) {
      palette?.addItem({ command, category: 'Octavo' });
    }
  }
};
