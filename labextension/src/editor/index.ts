import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { IEssays, ISources } from '../tokens';
import { citing } from './completion';
import { editorModel } from './context';
import { keys } from './keys';
import { marks } from './marks';
import { pointer } from './pointer';

/** Citing while writing, in Markdown cells and in Markdown files. */
export const editorPlugin: JupyterFrontEndPlugin<void> = {
  id: 'octavo-lab:editor',
  description: 'Citing while writing: the list behind an at sign, cards, unknown keys.',
  autoStart: true,
  requires: [IEditorExtensionRegistry, ISources, IEssays],
  activate: (
    _: JupyterFrontEnd,
    registry: IEditorExtensionRegistry,
    sources: ISources,
    essays: IEssays
  ): void => {
    registry.addExtension({
      name: 'octavo:citing',
      factory: options =>
        EditorExtensionRegistry.createImmutableExtension([
          editorModel.of(options.model),
          keys(sources, essays),
          citing(sources),
          marks(sources),
          pointer(sources, essays)
        ])
    });
  }
};
