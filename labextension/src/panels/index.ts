import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette, IThemeManager, MainAreaWidget } from '@jupyterlab/apputils';
import { bugIcon, fileIcon } from '@jupyterlab/ui-components';
import { acceptDrops } from '../drop';
import { libraryIcon } from '../icons';
import { CommandIDs, IEssays, ISources } from '../tokens';
import { LibraryPanel } from './library';
import { makePreview } from './preview';
import { ProblemsPanel } from './problems';

/** The library panel. */
export const libraryPlugin: JupyterFrontEndPlugin<void> = {
  id: 'octavo-lab:library',
  description: 'The library: search, cite, notes, where a source is cited.',
  autoStart: true,
  requires: [ISources, IEssays],
  optional: [ILayoutRestorer, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    sources: ISources,
    essays: IEssays,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null
  ): void => {
    const panel = new LibraryPanel(sources, essays);
    panel.title.icon = libraryIcon;
    void sources.ready.then(() => {
      if (!sources.status) {
        return;
      }
      app.shell.add(panel, 'left', { rank: 150 });
      restorer?.add(panel, 'octavo-library');
      acceptDrops(essays);
    });
    app.commands.addCommand(CommandIDs.library, {
      label: 'Show the Library',
      execute: () => app.shell.activateById(panel.id)
    });
    palette?.addItem({ command: CommandIDs.library, category: 'Octavo' });
  }
};

/** The live preview. */
export const previewPlugin: JupyterFrontEndPlugin<void> = {
  id: 'octavo-lab:preview',
  description: 'The page and the paper of the essay, live.',
  autoStart: true,
  requires: [IEssays, ISources],
  optional: [ICommandPalette, IThemeManager],
  activate: (
    app: JupyterFrontEnd,
    essays: IEssays,
    sources: ISources,
    palette: ICommandPalette | null,
    themes: IThemeManager | null
  ): void => {
    let widget: MainAreaWidget | null = null;
    app.commands.addCommand(CommandIDs.preview, {
      label: args => (args.toolbar ? '' : 'Preview of the Essay'),
      caption: 'The page and the paper of the essay, live',
      icon: fileIcon,
      execute: args => {
        if (!widget || widget.isDisposed) {
          widget = makePreview(essays, sources, themes);
          widget.title.icon = fileIcon;
          const ref = (args.below as string | undefined) || essays.essay?.id;
          const mode = args.below ? 'split-bottom' : 'split-right';
          app.shell.add(widget, 'main', ref ? { mode, ref, activate: false } : {});
        }
        if (!essays.essay || !widget.isVisible) {
          app.shell.activateById(widget.id);
        }
      }
    });
    palette?.addItem({ command: CommandIDs.preview, category: 'Octavo' });
  }
};

/** The problems of the essay. */
export const problemsPlugin: JupyterFrontEndPlugin<void> = {
  id: 'octavo-lab:problems',
  description: 'What octavo check says of the essay, live.',
  autoStart: true,
  requires: [IEssays],
  optional: [ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    essays: IEssays,
    palette: ICommandPalette | null
  ): void => {
    let panel: ProblemsPanel | null = null;
    app.commands.addCommand(CommandIDs.problems, {
      label: 'Problems of the Essay',
      icon: bugIcon,
      execute: () => {
        if (!panel) {
          panel = new ProblemsPanel(essays);
          panel.title.icon = bugIcon;
        }
        if (!panel.isAttached) {
          app.shell.add(panel, 'down');
        }
        app.shell.activateById(panel.id);
        panel.check();
      }
    });
    palette?.addItem({ command: CommandIDs.problems, category: 'Octavo' });
  }
};
