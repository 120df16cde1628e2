import { convertPlugin } from './convert';
import { documentsPlugin } from './documents';
import { editorPlugin } from './editor';
import { guardPlugin } from './guard';
import { notesPlugin } from './notes';
import { libraryPlugin, previewPlugin, problemsPlugin } from './panels';
import { rendererPlugin } from './renderer';
import { sourcesPlugin } from './sources';

export default [
  sourcesPlugin,
  documentsPlugin,
  editorPlugin,
  rendererPlugin,
  libraryPlugin,
  notesPlugin,
  previewPlugin,
  problemsPlugin,
  convertPlugin,
  guardPlugin
];
