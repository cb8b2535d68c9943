// Shows what a card stands for: a video or a post of another site. The card is a link and needs no
// script. This gives it a button; only a reader who takes it loads anything of the other site, in a
// frame in the place that the styles have kept for it. The button and the frame are in the shadow
// tree, where an update of the article leaves them alone. Another address closes the frame.

const words = document.querySelector('[data-embed-words]')

/** What a frame may do: everything but lead the reader's tab elsewhere, ask, download. */
const SANDBOX = 'allow-scripts allow-same-origin allow-popups allow-popups-to-escape-sandbox ' +
  'allow-forms allow-presentation'

const VIDEOS = /^(youtube|vimeo)$/

class NewsEmbed extends HTMLElement {
  static observedAttributes = ['data-frame', 'data-name', 'data-title', 'data-provider']

  /** @type {HTMLIFrameElement | null} */
  #frame = null
  #box = part('div', 'box')
  #button = part('button', 'button')
  #note = part('p', 'note')

  connectedCallback() {
    if (this.shadowRoot) return
    this.#note.id = 'note'
    this.#button.type = 'button'
    this.#button.setAttribute('aria-describedby', 'note')
    this.#button.addEventListener('click', () => this.#show())
    // The words are the page's, not the article's.
    this.#box.lang = document.body.lang
    this.#box.dir = document.body.dir
    this.#box.append(this.#button, this.#note)
    this.attachShadow({ mode: 'open' }).append(this.#box, document.createElement('slot'))
    this.#label()
  }

  /** @param {string} name */
  attributeChangedCallback(name) {
    if (!this.shadowRoot) return
    if (name === 'data-frame') this.#close()
    this.#label()
  }

  #label() {
    const { frame, name = '', provider = '', title } = this.dataset
    const [kind, default_] = VIDEOS.test(provider)
      ? ['video', 'Show the video'] : ['post', 'Show the post']
    const says = words?.getAttribute(`data-show-${kind}`) ?? default_
    this.#button.textContent = says
    this.#button.setAttribute('aria-label', `${says}: ${title || name}`)
    this.#note.textContent = (words?.getAttribute('data-note') ?? 'It is loaded from {provider}.')
      .replaceAll('{provider}', name)
    this.#box.hidden = !frame
    if (this.#frame) this.#frame.title = title || name
  }

  #show() {
    const { frame, name, title } = this.dataset
    if (this.#frame || !frame?.startsWith('https://')) return
    this.#frame = part('iframe', 'frame')
    this.#frame.title = title || name || ''
    this.#frame.allow = 'fullscreen'
    this.#frame.referrerPolicy = 'strict-origin-when-cross-origin'
    this.#frame.setAttribute('sandbox', SANDBOX)
    this.#frame.src = frame
    this.#box.after(this.#frame)
    // It keeps its height, if the words need more than the frame.
    this.#box.part.add('covered')
    this.#frame.focus()
  }

  #close() {
    this.#frame?.remove()
    this.#frame = null
    this.#box.part.remove('covered')
  }
}

/**
 * @template {keyof HTMLElementTagNameMap} Name
 * @param {Name} name
 * @param {string} called what the page's styles call it
 */
function part(name, called) {
  const element = document.createElement(name)
  element.part.add(called)
  return element
}

if (!customElements.get('news-embed')) customElements.define('news-embed', NewsEmbed)
