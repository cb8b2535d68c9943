/** What the transports' tests share: a page's address, and an ear that notes what it hears. */

globalThis.document = { baseURI: 'https://paper.example/section/town/?page=2', hidden: false }

export class Ear {
  heard = []

  frame(data) {
    this.heard.push(['frame', data])
  }

  close(code, reason) {
    this.heard.push(['close', code, reason])
  }

  done(next) {
    this.heard.push(['done', next])
  }
}
