import { LabIcon } from '@jupyterlab/ui-components';

/** A shelf of books: the library. */
export const libraryIcon = new LabIcon({
  name: 'octavo-lab:library',
  svgstr: `<svg xmlns="http://www.w3.org/2000/svg" width="16" viewBox="0 0 24 24">
  <g class="jp-icon3" fill="#616161">
    <path d="M3 4h4v16H3zm1.2 2v1.6h1.6V6z"/>
    <path d="M8.5 4h4v16h-4zm1.2 2v1.6h1.6V6z"/>
    <path d="m13.9 5.1 3.9-1 4 15.4-3.9 1zm1.7 1.6.4 1.6 1.5-.4-.4-1.6z"/>
  </g>
</svg>`
});
