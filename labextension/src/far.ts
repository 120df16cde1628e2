import { IRenderMime } from '@jupyterlab/rendermime';

const FAR = /(^|[\s,])(https?:)?\/\//i;

/** A sanitizer that leaves nothing a browser would fetch from elsewhere: pictures become links. */
export function withoutFar(inner: IRenderMime.ISanitizer): IRenderMime.ISanitizer {
  const sanitize: IRenderMime.ISanitizer['sanitize'] = (dirty, options) => {
    const clean = inner.sanitize(dirty, options);
    return /<(img|video|audio|source|track|picture)\b/i.test(clean) ? near(clean) : clean;
  };
  return Object.create(inner, { sanitize: { value: sanitize } });
}

function near(html: string): string {
  // A parsed document fetches nothing; it is not shown.
  const { body } = new DOMParser().parseFromString(html, 'text/html');
  for (const node of Array.from(body.querySelectorAll('[src], [srcset], [poster]'))) {
    const address = node.getAttribute('src') ?? '';
    const far = ['src', 'srcset', 'poster'].filter(name => FAR.test(node.getAttribute(name) ?? ''));
    far.forEach(name => node.removeAttribute(name));
    if (far.includes('src')) {
      const link = document.createElement('a');
      link.href = address;
      link.rel = 'noopener';
      link.target = '_blank';
      link.textContent = node.getAttribute('alt') || address;
      node.replaceWith(link);
    }
  }
  return body.innerHTML;
}
