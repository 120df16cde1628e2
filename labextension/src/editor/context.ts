import { CodeEditor } from '@jupyterlab/codeeditor';
import { syntaxTree } from '@codemirror/language';
import { EditorState, Facet } from '@codemirror/state';

const MARKDOWN = new Set(['text/x-ipythongfm', 'text/markdown', 'text/x-markdown']);
const VERBATIM = /Code|Comment|HTML|Math|Link(?!Mark)|URL|FrontMatter/;

/** The model of an editor: what it holds is known only once it runs. */
export const editorModel = Facet.define<CodeEditor.IModel, CodeEditor.IModel | null>({
  combine: values => values[0] ?? null
});

/** Whether an editor holds Markdown: a Markdown cell, or a `.md` file. */
export function isMarkdown(state: EditorState): boolean {
  const model = state.facet(editorModel);
  return !!model && MARKDOWN.has(model.mimeType);
}

/** Whether a place is in code, mathematics or a comment, where an at sign is only that. */
export function isVerbatim(state: EditorState, place: number): boolean {
  let node: { name: string; parent: unknown } | null = syntaxTree(state).resolveInner(place, -1);
  while (node) {
    if (VERBATIM.test(node.name) && node.name !== 'Link') {
      return true;
    }
    node = node.parent as typeof node;
  }
  return false;
}
