// Uploads pictures from the forms of articles and posts: into the text by paste, by drop or by a
// button, and as the lead picture. One file after the other is sent; the reference to each, such as
// ![](picture:42), goes to where the cursor was. Then its alternative text is asked for. A form that
// is sent meanwhile waits for them. Without this script pictures are uploaded on a page of their own,
// and named by their numbers.

import { Place } from './pictures/place.js'
import { filled } from './pictures/request.js'
import { Uploads } from './pictures/uploads.js'

/** @param {DataTransfer} data @returns {boolean} whether it has text too, as from a word processor */
function hasText(data) {
  const page = new DOMParser().parseFromString(data.getData('text/html'), 'text/html')
  return Boolean(page.body.textContent?.trim())
}

/** @param {HTMLTextAreaElement} area @returns {boolean} whether its text is HTML */
function isHtml(area) {
  const format = area.form?.elements.namedItem('body_format')
  return format instanceof HTMLSelectElement && format.value === 'html'
}

/** @param {HTMLTextAreaElement} area */
function takeIntoText(area) {
  const words = JSON.parse(area.dataset.pictures ?? '{}')
  /** @type {Place | undefined} */
  let place
  /** @param {File[]} files they all go to one place, in their order */
  const take = (files) => {
    if (place?.at !== area.selectionEnd) place = new Place(area)
    const here = place
    uploads.take(files, (picture) => {
      // A picture in a paragraph of its own is shown with caption and credit.
      here.insert(
        isHtml(area) ? `<img src="${picture.reference}" alt="">` : `![](${picture.reference})`,
      )
      return filled(words.inserted, { number: picture.id })
    })
  }
  const uploads = new Uploads(area, words, words.insert, true, take)
  area.addEventListener('paste', (event) => {
    const data = event.clipboardData
    if (event.defaultPrevented || !data?.files.length || hasText(data)) return
    event.preventDefault()
    take(Array.from(data.files))
  })
  area.addEventListener('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files')) event.preventDefault()
  })
  area.addEventListener('drop', (event) => {
    // Of any kind: the browser would open it, and the server says in words what is no picture.
    if (event.defaultPrevented || !event.dataTransfer?.files.length) return
    event.preventDefault()
    take(Array.from(event.dataTransfer.files))
  })
}

/** @param {HTMLInputElement} input of the lead picture's number */
function takeAsLead(input) {
  const words = JSON.parse(input.dataset.pictures ?? '{}')
  const place = input.closest('.picture-input')
  place?.querySelector('.picture-upload')?.remove() // the button does the same
  const uploads = new Uploads(input, words, words.choose, false, (files) =>
    uploads.take(files, (picture) => {
      input.value = String(picture.id)
      input.dispatchEvent(new Event('change', { bubbles: true }))
      for (const each of place?.querySelectorAll('.picture-thumb, .picture-name') ?? []) {
        each.remove()
      }
      const view = Object.assign(document.createElement('img'), { className: 'picture-thumb' })
      view.src = picture.thumb
      view.alt = ''
      place?.append(view)
      return filled(words.chosen, { number: picture.id })
    }),
  )
}

for (const field of document.querySelectorAll('[data-pictures]')) {
  if (field instanceof HTMLTextAreaElement) takeIntoText(field)
  else if (field instanceof HTMLInputElement) takeAsLead(field)
}
