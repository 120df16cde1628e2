import { documentsPlugin } from './documents';
import { editorPlugin } from './editor';
import { sourcesPlugin } from './sources';

export default [sourcesPlugin, documentsPlugin, editorPlugin];
