// Writes the time at the foot of a print, in the reader's zone and with its name.

addEventListener('beforeprint', () => {
  for (const element of document.querySelectorAll('[data-printed]')) {
    const manner = new Intl.DateTimeFormat(document.body.lang || undefined, {
      year: 'numeric',
      month: 'long',
      day: 'numeric',
      hour: '2-digit',
      minute: '2-digit',
      timeZoneName: 'short'
    })
    const words = element.getAttribute('data-printed') ?? '{time}'
    const last = element.querySelector('span') ?? element.appendChild(document.createElement('span'))
    last.textContent = words.replace('{time}', manner.format(new Date()))
  }
})
